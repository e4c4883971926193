//! What was delivered and is not invoiced yet. An invoice that names the order of a delivery, or the
//! delivery itself, takes its place without a word.

use chrono::NaiveDate;
use events::{
    DeliveryId, InvoiceId, Reference, date,
    risk::{Delivery, Event},
};
use money::Stated;
use serde::{Deserialize, Serialize};

use crate::{
    Placed, Policy, Refusal, Risk, Subject,
    command::commands,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// A delivery.
    DeliveryData {
        /// The tenant's id for it.
        delivery_id: DeliveryId,
        /// For which order, as its invoices will name it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<Reference>,
        /// What will be invoiced for it, tax included; more than zero.
        amount: Stated,
        /// When.
        #[serde(with = "date")]
        delivery_date: NaiveDate,
    }

    /// A delivery that was invoiced.
    InvoiceDelivery {
        /// Which.
        delivery_id: DeliveryId,
        /// By which invoice.
        invoice_id: InvoiceId,
        /// When.
        #[serde(with = "date")]
        invoice_date: NaiveDate,
    }

    /// A delivery that will not be invoiced.
    CloseDelivery {
        /// Which.
        delivery_id: DeliveryId,
        /// When.
        #[serde(with = "date")]
        close_date: NaiveDate,
    }
}

impl DeliveryData {
    fn delivery(self) -> Delivery {
        Delivery {
            delivery: self.delivery_id,
            order: self.order,
            amount: self.amount.0,
            delivered_on: self.delivery_date,
        }
    }
}

/// A delivery, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownDelivery {
    pub(crate) delivery: Placed<Delivery>,
    /// Its id, as an invoice may name it.
    pub(crate) named: Reference,
    pub(crate) became: Became,
}

/// What became of a delivery, as far as somebody said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Became {
    /// Nothing yet.
    Open,
    Invoiced(InvoiceId),
    Closed,
}

impl Said for DeliveryData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if !self.amount.0.is_positive() {
            wrong("amount", format!("{} is not above zero", self.amount.0));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.delivery();
        let known = risk.inputs.deliveries.get(&stated.delivery).map(|it| &it.delivery);
        let new = is_new(known, &stated, Subject::Delivery, &stated.delivery)?;
        Ok(if new { vec![Event::DeliveryMade(Box::new(stated))] } else { Vec::new() })
    }
}

impl Said for InvoiceDelivery {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        match &risk.known_delivery(&self.delivery_id)?.became {
            Became::Invoiced(by) if *by == self.invoice_id => Ok(Vec::new()),
            Became::Invoiced(_) => {
                let id = self.delivery_id.to_string();
                Err(Refusal::Conflict { subject: Subject::Delivery, id })
            }
            Became::Closed => Err(over(&self.delivery_id, "closed")),
            Became::Open => Ok(vec![Event::DeliveryInvoiced {
                delivery: self.delivery_id,
                invoice: self.invoice_id,
                invoiced_on: self.invoice_date,
            }]),
        }
    }
}

impl Said for CloseDelivery {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        match risk.known_delivery(&self.delivery_id)?.became {
            Became::Closed => Ok(Vec::new()),
            Became::Invoiced(_) => Err(over(&self.delivery_id, "invoiced")),
            Became::Open => Ok(vec![Event::DeliveryClosed {
                delivery: self.delivery_id,
                closed_on: self.close_date,
            }]),
        }
    }
}

fn over(delivery: &DeliveryId, state: &'static str) -> Refusal {
    Refusal::Over { subject: Subject::Delivery, id: delivery.to_string(), state }
}

impl Risk {
    fn known_delivery(&self, id: &DeliveryId) -> Result<&KnownDelivery, Refusal> {
        let known = self.inputs.deliveries.get(id);
        known.ok_or_else(|| Refusal::NotFound { subject: Subject::Delivery, id: id.to_string() })
    }

    /// Deliveries of which nobody has said that they were invoiced or will not be, by id. Invoices
    /// that name their orders may have taken their place already.
    pub fn deliveries(&self) -> impl Iterator<Item = &Placed<Delivery>> {
        let open = self.inputs.deliveries.values().filter(|it| it.became == Became::Open);
        open.map(|it| &it.delivery)
    }

    /// What an invoice is for, as far as somebody said so or the invoice names a delivery as its order.
    pub fn deliveries_of<'a>(
        &'a self,
        invoice: &'a InvoiceId,
        order: Option<&'a Reference>,
    ) -> impl Iterator<Item = &'a Delivery> {
        let all = self.inputs.deliveries.values();
        let of = all.filter(move |it| match &it.became {
            Became::Invoiced(by) => by == invoice,
            Became::Open => order == Some(&it.named),
            Became::Closed => false,
        });
        of.map(|it| &*it.delivery)
    }

    /// Deliveries for an order of which nobody has said by which invoice, or that there will be none.
    pub fn deliveries_for<'a>(
        &'a self,
        order: &'a Reference,
    ) -> impl Iterator<Item = &'a Delivery> {
        let open = self.inputs.deliveries.values().filter(|it| it.became == Became::Open);
        open.map(|it| &*it.delivery).filter(move |it| it.order.as_ref() == Some(order))
    }

    pub(crate) fn delivery_made(&mut self, it: &Delivery) {
        let delivery = Placed::new(it, self.place);
        // Every id is a reference: neither as long nor as free as one may be.
        let Ok(named) = Reference::new(it.delivery.as_str()) else { return };
        let known = KnownDelivery { delivery, named, became: Became::Open };
        self.inputs.deliveries.insert(it.delivery.clone(), known);
    }

    pub(crate) fn delivery_became(&mut self, id: &DeliveryId, became: Became) {
        if let Some(known) = self.inputs.deliveries.get_mut(id) {
            known.became = became;
        }
    }
}

//! Charges that a person gives up, and takes back: what is claimed is owed unless it is waived.

use events::{
    InvoiceId,
    dunning::{Event, Purpose, Waiver},
};
use money::{Money, Stated};

use crate::{
    Dunning, Policy, Refusal, RestoreCharges, WaiveCharges, charges::Charges, claim, policy::Answer,
};

impl Policy {
    /// A person gives up charges on an invoice: no more than are owed on the day.
    pub(crate) fn waive(&self, dunning: &Dunning, it: WaiveCharges) -> Answer {
        let debt = dunning.risk.account().debt(&it.invoice_id);
        let debt = debt.ok_or_else(|| Refusal::NoInvoice(it.invoice_id.clone()))?;
        let known = dunning.waived.get(&it.invoice_id);
        let states_interest = it.interest.is_some() || it.all_interest;
        let (interest, all_interest) = match known {
            Some(known) if !states_interest => (known.interest, known.all_interest),
            Some(_) | None => (it.interest.map(Money::from), it.all_interest),
        };
        let fixed_sum = it.fixed_sum || known.is_some_and(|it| it.fixed_sum);
        let same = |known: &Waiver| {
            (known.interest, known.all_interest, known.fixed_sum)
                == (interest, all_interest, fixed_sum)
        };
        if known.is_some_and(|it| same(it)) {
            return Ok(Vec::new());
        }
        let bears = self.interest(dunning, &it.invoice_id, it.waive_date);
        let nothing = Money::zero(debt.gross.currency());
        let owed = bears.as_ref().map_or(nothing, |it| it.total);
        if let Some(Stated(asked)) = it.interest
            && (asked.currency() != owed.currency() || asked.minor() > owed.minor())
        {
            return Err(Refusal::NotOwed { field: "interest", asked: asked.to_string(), owed });
        }
        if it.all_interest && !owed.is_positive() {
            let asked = "all of it".to_owned();
            return Err(Refusal::NotOwed { field: "all_interest", asked, owed });
        }
        if it.fixed_sum && bears.as_ref().and_then(claim::fixed_sum).is_none() {
            let asked = "all of it".to_owned();
            return Err(Refusal::NotOwed { field: "fixed_sum", asked, owed: nothing });
        }
        Ok(vec![Event::ChargesWaived(Box::new(Waiver {
            invoice: it.invoice_id,
            interest,
            all_interest,
            fixed_sum,
            by: it.waived_by,
            on: it.waive_date,
            note: it.note,
        }))])
    }
}

impl Dunning {
    /// All charges on an invoice are owed again.
    pub(crate) fn restore(&self, it: RestoreCharges) -> Answer {
        if self.risk.account().debt(&it.invoice_id).is_none() {
            return Err(Refusal::NoInvoice(it.invoice_id));
        }
        if !self.waived.contains_key(&it.invoice_id) {
            return Ok(Vec::new());
        }
        let (invoice, by, on) = (it.invoice_id, it.restored_by, it.restore_date);
        Ok(vec![Event::ChargesRestored { invoice, by, on }])
    }

    /// What of an invoice's interest is waived, at most all of it.
    pub(crate) fn interest_waived(&self, invoice: &InvoiceId, total: Money) -> Money {
        let zero = Money::zero(total.currency());
        let Some(waiver) = self.waived.get(invoice) else { return zero };
        if waiver.all_interest {
            return total;
        }
        waiver.interest.and_then(|it| it.min(total).ok()).unwrap_or(zero)
    }

    pub(crate) fn fixed_sum_waived(&self, invoice: &InvoiceId) -> bool {
        self.waived.get(invoice).is_some_and(|it| it.fixed_sum)
    }

    /// What an interest invoice that was sent asked for on an invoice.
    pub(crate) fn charged(&self, invoice: &InvoiceId) -> Option<Charges> {
        let documents = self.sent.iter().filter(|it| it.reminder.purpose == Purpose::Charges);
        let mut items = documents.flat_map(|it| &it.reminder.items);
        items.find(|it| it.invoice == *invoice).map(Charges::of)
    }

    /// What of an invoice's interest a reminder does not ask for: what is waived, and what an interest
    /// invoice asked for.
    pub(crate) fn interest_deducted(&self, invoice: &InvoiceId, total: Money) -> Money {
        let waived = self.interest_waived(invoice, total);
        let charged = self.charged(invoice).and_then(|it| it.interest);
        let both = charged.and_then(|it| it.plus(waived).ok()).unwrap_or(waived);
        both.min(total).unwrap_or(waived)
    }

    /// Whether a reminder does not ask for the fixed sum on an invoice, for the same reasons.
    pub(crate) fn fixed_sum_deducted(&self, invoice: &InvoiceId) -> bool {
        self.fixed_sum_waived(invoice)
            || self.charged(invoice).is_some_and(|it| it.fixed_sum.is_some())
    }
}

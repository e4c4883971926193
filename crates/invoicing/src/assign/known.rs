//! What is known of offers and assignments, and what facts do to it.

use chrono::NaiveDate;
use events::{
    AssignmentId, FacilityId, InvoiceId, PaymentId, Reference,
    invoicing::{self, Facility, FacilityKind, RecourseGround},
};
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Account,
    account::{Impossible, Invoice, Taken, day},
};

/// An offer, as it was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Offered {
    pub(crate) invoice: InvoiceId,
    pub(crate) facility: FacilityId,
    pub(crate) amount: Money,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
    #[serde(with = "day::option")]
    pub(crate) ended_on: Option<NaiveDate>,
}

/// An assignment, as it was recorded, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Assigned {
    pub(crate) invoice: InvoiceId,
    pub(crate) facility: FacilityId,
    pub(crate) assignee: Reference,
    pub(crate) kind: FacilityKind,
    pub(crate) amount: Money,
    pub(crate) recourse: bool,
    #[serde(with = "rust_decimal::serde::str")]
    pub(crate) funded_share: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub(crate) reserve_share: Decimal,
    #[serde(with = "rust_decimal::serde::str_option")]
    pub(crate) discount_rate: Option<Decimal>,
    pub(crate) collects: bool,
    pub(crate) payee: Option<Reference>,
    #[serde(with = "day")]
    pub(crate) assigned_on: NaiveDate,
    #[serde(with = "day::option")]
    pub(crate) notified_on: Option<NaiveDate>,
    pub(crate) funded: Option<Funded>,
    /// Payments that came in with the assignee.
    pub(crate) to_assignee: Vec<PaymentId>,
    pub(crate) passed_on: Vec<PassedOn>,
    pub(crate) recourse_taken: Option<RecourseTaken>,
    pub(crate) repurchased: Option<Ended>,
    pub(crate) settled: Option<Ended>,
}

/// What was paid in advance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Funded {
    pub(crate) amount: Money,
    pub(crate) fee: Money,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

/// What was passed on of a payment, in the smallest unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PassedOn {
    pub(crate) payment: PaymentId,
    pub(crate) minor: i64,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

/// The assignee wants its money back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct RecourseTaken {
    pub(crate) ground: RecourseGround,
    pub(crate) costs: Money,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

/// How much went over at the end, and when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) amount: Money,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

impl Assigned {
    /// Whether it held at the end of a day: assigned, and not repurchased.
    pub(crate) fn holds_on(&self, on: NaiveDate) -> bool {
        self.assigned_on <= on && self.repurchased.is_none_or(|it| on < it.on)
    }

    /// Whether the tenant bears the loss if the customer does not pay.
    pub(crate) fn at_own_risk_on(&self, on: NaiveDate) -> bool {
        let back = self.recourse_taken.filter(|it| it.ground != RecourseGround::Dilution);
        self.recourse || back.is_some_and(|it| it.on <= on)
    }
}

impl Account {
    pub(crate) fn facility_registered(&mut self, it: &Facility) {
        self.facilities.insert(it.facility.clone(), it.clone());
    }

    /// What is assigned of an invoice by the end of a day, if an assignment holds then.
    pub(crate) fn assigned_on(
        &self,
        invoice: &Invoice,
        on: NaiveDate,
    ) -> Option<(&AssignmentId, &Assigned)> {
        let ids = invoice.rare()?.assignments.iter().rev();
        let known = ids.filter_map(|it| self.assignments.get_key_value(it));
        known.into_iter().find(|(_, it)| it.holds_on(on))
    }

    pub(crate) fn receivable_offered(&mut self, it: &invoicing::Offer) -> Taken {
        let known = self.invoice(&it.invoice);
        let able = known.is_some_and(|known| fits(known, it.amount));
        if !able || self.offers.contains_key(&it.assignment) {
            return Err(Impossible::because(format!("offer {} cannot be", it.assignment)));
        }
        let offered = Offered {
            invoice: it.invoice.clone(),
            facility: it.facility.clone(),
            amount: it.amount,
            on: it.offered_on,
            ended_on: None,
        };
        self.offers.insert(it.assignment.clone(), offered);
        self.effective(it.offered_on);
        Ok(())
    }

    pub(crate) fn offer_ended(&mut self, id: &AssignmentId, on: NaiveDate) -> Taken {
        match self.offers.get_mut(id).filter(|it| it.ended_on.is_none()) {
            Some(offer) => {
                offer.ended_on = Some(on);
                self.effective(on);
                Ok(())
            }
            None => Err(Impossible::because(format!("offer {id} was not open"))),
        }
    }

    pub(crate) fn receivable_assigned(&mut self, it: &invoicing::Assignment) -> Taken {
        let known = self.invoice(&it.invoice);
        let able = known.is_some_and(|known| fits(known, it.amount));
        if !able || self.assignments.contains_key(&it.assignment) {
            return Err(Impossible::because(format!("assignment {} cannot be", it.assignment)));
        }
        let assigned = Assigned {
            invoice: it.invoice.clone(),
            facility: it.facility.clone(),
            assignee: it.assignee.clone(),
            kind: it.kind,
            amount: it.amount,
            recourse: it.recourse,
            funded_share: it.funded_share,
            reserve_share: it.reserve_share,
            discount_rate: it.discount_rate,
            collects: it.collects,
            payee: it.payee.clone(),
            assigned_on: it.assigned_on,
            notified_on: it.notified_on,
            funded: None,
            to_assignee: Vec::new(),
            passed_on: Vec::new(),
            recourse_taken: None,
            repurchased: None,
            settled: None,
        };
        self.assignments.insert(it.assignment.clone(), assigned);
        let id = it.assignment.clone();
        self.change_invoice(&it.invoice, |it| it.rare_mut().assignments.push(id));
        self.effective(it.assigned_on);
        if let Some(on) = it.notified_on {
            self.effective(on);
        }
        Ok(())
    }

    pub(crate) fn assignment_notified(
        &mut self,
        id: &AssignmentId,
        on: NaiveDate,
        collects: bool,
    ) -> Taken {
        self.change_assignment(id, on, |it| {
            let new = it.notified_on.is_none();
            (it.notified_on, it.collects) = (Some(on), collects);
            new
        })
    }

    pub(crate) fn assignment_funded(&mut self, id: &AssignmentId, funded: Funded) -> Taken {
        self.change_assignment(id, funded.on, |it| {
            let sound = funded.amount.currency() == it.amount.currency()
                && funded.fee.currency() == it.amount.currency();
            sound && it.funded.replace(funded).is_none()
        })
    }

    pub(crate) fn paid_to_assignee(&mut self, id: &AssignmentId, payment: &PaymentId) -> Taken {
        let Some(on) = self.payment(payment).map(|it| it.funds.counts_from) else {
            return Err(Impossible::because(format!("payment {payment} came in with nobody")));
        };
        self.change_assignment(id, on, |it| {
            let new = !it.to_assignee.contains(payment);
            it.to_assignee.push(payment.clone());
            new
        })
    }

    pub(crate) fn payment_passed_on(
        &mut self,
        id: &AssignmentId,
        payment: &PaymentId,
        amount: Money,
        on: NaiveDate,
    ) -> Taken {
        self.change_assignment(id, on, |it| {
            it.passed_on.push(PassedOn { payment: payment.clone(), minor: amount.minor(), on });
            amount.is_positive() && amount.currency() == it.amount.currency()
        })
    }

    pub(crate) fn recourse_taken(&mut self, id: &AssignmentId, taken: RecourseTaken) -> Taken {
        self.change_assignment(id, taken.on, |it| it.recourse_taken.replace(taken).is_none())
    }

    pub(crate) fn repurchased(&mut self, id: &AssignmentId, ended: Ended) -> Taken {
        self.change_assignment(id, ended.on, |it| it.repurchased.replace(ended).is_none())
    }

    pub(crate) fn assignment_settled(&mut self, id: &AssignmentId, ended: Ended) -> Taken {
        self.change_assignment(id, ended.on, |it| it.settled.replace(ended).is_none())
    }

    /// Changes an assignment; the change says whether it can be.
    fn change_assignment(
        &mut self,
        id: &AssignmentId,
        on: NaiveDate,
        change: impl FnOnce(&mut Assigned) -> bool,
    ) -> Taken {
        let able =
            self.assignments.get(id).cloned().and_then(|mut it| change(&mut it).then_some(it));
        let Some(changed) = able else {
            return Err(Impossible::because(format!("this cannot be of assignment {id}")));
        };
        self.assignments.insert(id.clone(), changed);
        self.effective(on);
        Ok(())
    }
}

/// Whether so much of an invoice can have been meant.
fn fits(invoice: &Invoice, amount: Money) -> bool {
    amount.is_positive() && amount.currency() == invoice.document.gross.currency()
}

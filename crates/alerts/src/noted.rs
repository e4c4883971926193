//! What alerts itself keeps of what it hears: where facts stand that an alert may rest on, and what
//! happened once. What follows from facts (what is open, at stake, held) is kept by the states of the
//! contexts that say them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    DisputeId, InvoiceId, PaymentId, PromiseId, Sequence,
    invoicing::{Event, ReversalReason},
};
use serde::{Deserialize, Serialize};

/// What is noted of one customer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Noted {
    /// The entry that is being heard.
    #[serde(skip)]
    pub(crate) at: Option<Sequence>,
    /// Where each invoice stands as it is now.
    pub(crate) invoices: BTreeMap<InvoiceId, Sequence>,
    /// Promises that were not kept, or not wholly.
    pub(crate) promises: BTreeMap<PromiseId, Happened<()>>,
    /// Payments that did not stay.
    pub(crate) payments: BTreeMap<PaymentId, Happened<ReversalReason>>,
    /// Contests that are open.
    pub(crate) disputes: BTreeMap<DisputeId, Contest>,
}

/// Something that happened once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Happened<T> {
    pub(crate) at: Sequence,
    pub(crate) on: NaiveDate,
    pub(crate) what: T,
}

/// A contest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contest {
    pub(crate) at: Sequence,
    pub(crate) invoice: InvoiceId,
    pub(crate) opened_on: NaiveDate,
}

impl Noted {
    /// Where the fact stands that is being heard; [`Sequence::START`] if nobody said.
    pub(crate) fn here(&self) -> Sequence {
        self.at.unwrap_or(Sequence::START)
    }

    /// Hears what invoicing says; of what risk says, its own state keeps where it stands.
    pub(crate) fn hear(&mut self, event: &Event) {
        let at = self.here();
        match event {
            Event::InvoiceIssued(it) | Event::InvoiceCorrected(it) => {
                self.invoices.insert(it.invoice.clone(), at);
            }
            Event::PromisePartlyKept { promise, broken_on: on, .. }
            | Event::PromiseBroken { promise, broken_on: on } => {
                self.promises.insert(promise.clone(), Happened { at, on: *on, what: () });
            }
            Event::PromiseKept { promise, .. } | Event::PromiseWithdrawn { promise, .. } => {
                self.promises.remove(promise);
            }
            Event::PaymentReversed { payment, reversed_on: on, reason } => {
                self.payments.insert(payment.clone(), Happened { at, on: *on, what: *reason });
            }
            Event::DisputeOpened(it) => {
                let (invoice, opened_on) = (it.invoice.clone(), it.opened_on);
                self.disputes.insert(it.dispute.clone(), Contest { at, invoice, opened_on });
            }
            Event::DisputeResolved { dispute, .. } => {
                self.disputes.remove(dispute);
            }
            // No alert rests on where these stand.
            Event::PolicyAdopted(_)
            | Event::TermsRegistered(_)
            | Event::CustomerRegistered(_)
            | Event::CustomerAmended(_)
            | Event::InvoiceCancelled { .. }
            | Event::CreditNoteIssued(_)
            | Event::CreditNoteCancelled { .. }
            | Event::PaymentReceived(_)
            | Event::Refunded { .. }
            | Event::DepositReleased { .. }
            | Event::Allocated { .. }
            | Event::AllocationWithdrawn { .. }
            | Event::PromiseMade(_)
            | Event::PlanAgreed(_)
            | Event::PlanBroken { .. }
            | Event::PlanCompleted { .. }
            | Event::PlanCancelled { .. }
            | Event::WriteOffRequested(_)
            | Event::WriteOffApproved { .. }
            | Event::WriteOffRejected { .. }
            | Event::SmallBalanceWrittenOff { .. }
            | Event::WriteOffRecovered { .. }
            | Event::FacilityRegistered(_)
            | Event::ReceivableOffered(_)
            | Event::OfferEnded { .. }
            | Event::ReceivableAssigned(_)
            | Event::AssignmentNotified { .. }
            | Event::AssignmentFunded { .. }
            | Event::PaidToAssignee { .. }
            | Event::PaymentPassedOn { .. }
            | Event::RecourseTaken { .. }
            | Event::AssignmentRepurchased { .. }
            | Event::AssignmentSettled { .. } => {}
        }
    }
}

/// What an alert names at most: the rest is in the journal between them.
const EVIDENCE_MAX: usize = 16;

/// Places, in order, each once.
pub(crate) fn evidence(places: impl IntoIterator<Item = Option<Sequence>>) -> Vec<Sequence> {
    let known = places.into_iter().flatten().filter(|it| *it > Sequence::START);
    let some: BTreeSet<_> = known.take(EVIDENCE_MAX).collect();
    some.into_iter().collect()
}

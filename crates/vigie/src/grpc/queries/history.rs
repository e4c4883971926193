//! Facts as the journal says them, each with the day it counts from.

use std::collections::{BTreeMap, BTreeSet};

use api::invoicing as proto;
use chrono::{DateTime, NaiveDate, Utc};
use events::{
    AssignmentId, DisputeId, InvoiceId, Partition, PaymentId, PlanId, PromiseId, WriteOffId,
    invoicing::{Event, Source},
};
use host::Moment;

use crate::grpc::{fields::day, messages::text, position};

/// The days that allocations count from follow from what they join, so facts are told in the order
/// in which they were recorded, from the first on.
#[derive(Debug, Default)]
pub(super) struct Teller {
    sources: BTreeMap<Source, NaiveDate>,
    invoices: BTreeMap<InvoiceId, NaiveDate>,
}

impl Teller {
    /// The facts of a decision that are wanted.
    pub(super) fn tell(
        &mut self,
        partition: Partition,
        moment: &Moment<Event>,
        mut wanted: impl FnMut(&Event) -> bool,
    ) -> Vec<proto::Fact> {
        let mut facts = Vec::new();
        for event in &moment.decision.events {
            self.note(event);
            if wanted(event) {
                facts.push(self.fact(partition, moment, event));
            }
        }
        facts
    }

    fn fact(&self, partition: Partition, moment: &Moment<Event>, event: &Event) -> proto::Fact {
        let (name, data_json) = spelled(event);
        let decision = &moment.decision;
        proto::Fact {
            position: Some(position::of_one(partition, moment.sequence)),
            record_time: Some(timestamp(moment.recorded_at)),
            effective_date: self.effective_on(event).map(day),
            event: name,
            data_json,
            request_id: text(decision.cause.as_ref().map(|it| &it.request)),
            actor_id: text(decision.actor.as_ref()),
        }
    }

    fn note(&mut self, event: &Event) {
        if let Event::InvoiceIssued(it) | Event::InvoiceCorrected(it) = event {
            self.invoices.insert(it.invoice.clone(), it.issued_on);
        }
        if let Event::PaymentReceived(it) = event {
            self.sources.insert(Source::Payment(it.payment.clone()), it.value_date);
        }
        if let Event::CreditNoteIssued(it) = event {
            self.sources.insert(Source::CreditNote(it.credit_note.clone()), it.issued_on);
        }
    }

    /// The day a fact counts from; none if it counts from no day, as what is known of a customer.
    fn effective_on(&self, event: &Event) -> Option<NaiveDate> {
        match event {
            Event::PolicyAdopted(_)
            | Event::FacilityRegistered(_)
            | Event::CustomerRegistered(_)
            | Event::CustomerAmended(_) => None,
            Event::TermsRegistered(it) => Some(it.from),
            Event::InvoiceIssued(it) | Event::InvoiceCorrected(it) => Some(it.issued_on),
            Event::CreditNoteIssued(it) => Some(it.issued_on),
            Event::PaymentReceived(it) => Some(it.value_date),
            // As if it had never come.
            Event::PaymentReversed { payment, reversed_on, .. } => {
                let source = Source::Payment(payment.clone());
                Some(self.sources.get(&source).copied().unwrap_or(*reversed_on))
            }
            Event::InvoiceCancelled { cancelled_on: on, .. }
            | Event::CreditNoteCancelled { cancelled_on: on, .. }
            | Event::Refunded { refunded_on: on, .. }
            | Event::DepositReleased { released_on: on, .. }
            | Event::DisputeResolved { resolved_on: on, .. }
            | Event::PromiseKept { kept_on: on, .. }
            | Event::PromisePartlyKept { broken_on: on, .. }
            | Event::PromiseBroken { broken_on: on, .. }
            | Event::PromiseWithdrawn { withdrawn_on: on, .. }
            | Event::PlanBroken { broken_on: on, .. }
            | Event::PlanCompleted { completed_on: on, .. }
            | Event::PlanCancelled { cancelled_on: on, .. }
            | Event::WriteOffApproved { approved_on: on, .. }
            | Event::WriteOffRejected { rejected_on: on, .. }
            | Event::SmallBalanceWrittenOff { written_off_on: on, .. }
            | Event::OfferEnded { ended_on: on, .. }
            | Event::AssignmentNotified { notified_on: on, .. }
            | Event::AssignmentFunded { funded_on: on, .. }
            | Event::PaymentPassedOn { passed_on: on, .. }
            | Event::RecourseTaken { taken_on: on, .. }
            | Event::AssignmentRepurchased { repurchased_on: on, .. }
            | Event::AssignmentSettled { settled_on: on, .. } => Some(*on),
            Event::ReceivableOffered(it) => Some(it.offered_on),
            Event::ReceivableAssigned(it) => Some(it.assigned_on),
            Event::PaidToAssignee { payment, .. } => {
                self.sources.get(&Source::Payment(payment.clone())).copied()
            }
            Event::Allocated { source, invoice, .. }
            | Event::AllocationWithdrawn { source, invoice, .. }
            | Event::WriteOffRecovered { source, invoice, .. } => {
                let (source, invoice) = (self.sources.get(source), self.invoices.get(invoice));
                source.copied().max(invoice.copied())
            }
            Event::DisputeOpened(it) => Some(it.opened_on),
            Event::PromiseMade(it) => Some(it.made_on),
            Event::PlanAgreed(it) => Some(it.agreed_on),
            Event::WriteOffRequested(it) => Some(it.requested_on),
        }
    }
}

/// The name of an event and the rest of it, as they stand in the journal.
fn spelled(event: &Event) -> (String, String) {
    let text = serde_json::to_string(event).unwrap_or_default();
    let inner = text.strip_prefix("{\"").and_then(|it| it.strip_suffix('}'));
    match inner.and_then(|it| it.split_once("\":")) {
        Some((name, data)) => (name.to_owned(), data.to_owned()),
        None => (text, String::new()),
    }
}

pub(in crate::grpc) fn timestamp(it: DateTime<Utc>) -> prost_types::Timestamp {
    let nanos = i32::try_from(it.timestamp_subsec_nanos()).unwrap_or_default();
    prost_types::Timestamp { seconds: it.timestamp(), nanos }
}

/// Whether a fact speaks of an invoice, once all facts before it have been asked about.
#[derive(Debug)]
pub(super) struct OfInvoice<'a> {
    invoice: &'a InvoiceId,
    disputes: BTreeSet<DisputeId>,
    promises: BTreeSet<PromiseId>,
    plans: BTreeSet<PlanId>,
    write_offs: BTreeSet<WriteOffId>,
    assignments: BTreeSet<AssignmentId>,
}

impl<'a> OfInvoice<'a> {
    pub(super) fn new(invoice: &'a InvoiceId) -> Self {
        let (disputes, promises, plans, write_offs, assignments) = Default::default();
        Self { invoice, disputes, promises, plans, write_offs, assignments }
    }

    pub(super) fn speaks(&mut self, event: &Event) -> bool {
        let invoice = self.invoice;
        match event {
            Event::InvoiceIssued(it) | Event::InvoiceCorrected(it) => it.invoice == *invoice,
            Event::InvoiceCancelled { invoice: it, .. }
            | Event::Allocated { invoice: it, .. }
            | Event::AllocationWithdrawn { invoice: it, .. }
            | Event::SmallBalanceWrittenOff { invoice: it, .. }
            | Event::WriteOffRecovered { invoice: it, .. } => it == invoice,
            Event::CreditNoteIssued(it) => it.invoice.as_ref() == Some(invoice),
            Event::PaymentReceived(it) => it.designation.iter().any(|it| it.invoice == *invoice),
            Event::DisputeOpened(it) => {
                it.invoice == *invoice && {
                    self.disputes.insert(it.dispute.clone());
                    true
                }
            }
            Event::DisputeResolved { dispute, .. } => self.disputes.contains(dispute),
            Event::PromiseMade(it) => {
                it.invoices.contains(invoice) && {
                    self.promises.insert(it.promise.clone());
                    true
                }
            }
            Event::PromiseKept { promise, .. }
            | Event::PromisePartlyKept { promise, .. }
            | Event::PromiseBroken { promise, .. }
            | Event::PromiseWithdrawn { promise, .. } => self.promises.contains(promise),
            Event::PlanAgreed(it) => {
                it.invoices.contains(invoice) && {
                    self.plans.insert(it.plan.clone());
                    true
                }
            }
            Event::PlanBroken { plan, .. }
            | Event::PlanCompleted { plan, .. }
            | Event::PlanCancelled { plan, .. } => self.plans.contains(plan),
            Event::WriteOffRequested(it) => {
                it.invoice == *invoice && {
                    self.write_offs.insert(it.write_off.clone());
                    true
                }
            }
            Event::WriteOffApproved { write_off, .. }
            | Event::WriteOffRejected { write_off, .. } => self.write_offs.contains(write_off),
            Event::ReceivableOffered(it) => {
                it.invoice == *invoice && {
                    self.assignments.insert(it.assignment.clone());
                    true
                }
            }
            Event::ReceivableAssigned(it) => {
                it.invoice == *invoice && {
                    self.assignments.insert(it.assignment.clone());
                    true
                }
            }
            Event::OfferEnded { assignment, .. }
            | Event::AssignmentNotified { assignment, .. }
            | Event::AssignmentFunded { assignment, .. }
            | Event::PaidToAssignee { assignment, .. }
            | Event::PaymentPassedOn { assignment, .. }
            | Event::RecourseTaken { assignment, .. }
            | Event::AssignmentRepurchased { assignment, .. }
            | Event::AssignmentSettled { assignment, .. } => self.assignments.contains(assignment),
            Event::PolicyAdopted(_)
            | Event::FacilityRegistered(_)
            | Event::TermsRegistered(_)
            | Event::CustomerRegistered(_)
            | Event::CustomerAmended(_)
            | Event::CreditNoteCancelled { .. }
            | Event::PaymentReversed { .. }
            | Event::Refunded { .. }
            | Event::DepositReleased { .. } => false,
        }
    }
}

/// Whether a fact speaks of a payment.
pub(super) fn speaks_of_payment(event: &Event, payment: &PaymentId) -> bool {
    if let Event::Refunded { source, .. }
    | Event::Allocated { source, .. }
    | Event::AllocationWithdrawn { source, .. }
    | Event::WriteOffRecovered { source, .. } = event
    {
        return matches!(source, Source::Payment(it) if it == payment);
    }
    if let Event::PaymentReversed { payment: it, .. }
    | Event::DepositReleased { payment: it, .. }
    | Event::PaidToAssignee { payment: it, .. }
    | Event::PaymentPassedOn { payment: it, .. } = event
    {
        return it == payment;
    }
    matches!(event, Event::PaymentReceived(it) if it.payment == *payment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_told_word_for_word() {
        let event = Event::DepositReleased {
            payment: "P-1".parse().unwrap(),
            released_on: NaiveDate::from_ymd_opt(2026, 5, 31).unwrap(),
        };
        let (name, data) = spelled(&event);
        assert_eq!(name, "DepositReleased");
        assert_eq!(data, r#"{"payment":"P-1","released_on":"2026-05-31"}"#);
    }
}

//! What the customer's decisions come to: heard while a bundle is made, and again while it is
//! verified, from its own lines.

use std::collections::BTreeSet;

use ::invoicing::Account;
use decider::Fold as _;
use events::{Context, CustomerId, Decision, InvoiceId, PaymentId, dunning, invoicing::Event};

use crate::{entries::About, reminders::Reminders};

/// What is known of the customer from its decisions.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) customer: CustomerId,
    pub(crate) account: Account,
    /// Every invoice that something was said of.
    pub(crate) invoices: BTreeSet<InvoiceId>,
    /// Every payment likewise.
    pub(crate) payments: BTreeSet<PaymentId>,
    pub(crate) reminders: Reminders,
    /// Decisions about the customer.
    pub(crate) decisions: u64,
}

impl Told {
    pub(crate) fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            account: Account::default(),
            invoices: BTreeSet::new(),
            payments: BTreeSet::new(),
            reminders: Reminders::default(),
            decisions: 0,
        }
    }

    /// Hears a decision, by its bytes, if it is about the customer. The tenant's terms of sale are
    /// told, but they are no part of the account.
    pub(crate) fn hear(&mut self, context: Context, decision: &str) -> Result<About, String> {
        let about = About::of(context, &self.customer, decision)?;
        if about != About::Customer {
            return Ok(about);
        }
        self.decisions += 1;
        match context {
            Context::Invoicing => {
                let heard: Decision<Event> = read(decision)?;
                for event in &heard.events {
                    self.account.evolve(event);
                    self.names(event);
                }
            }
            Context::Dunning => {
                let heard: Decision<dunning::Event> = read(decision)?;
                heard.events.iter().for_each(|it| self.reminders.hear(it));
            }
            Context::Clock | Context::Risk | Context::Collection | Context::Alerts => {}
        }
        Ok(about)
    }

    /// Whether the facts can be true together.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.account.check().map_err(|it| it.to_string())
    }

    fn names(&mut self, event: &Event) {
        match event {
            Event::InvoiceIssued(it) | Event::InvoiceCorrected(it) => {
                self.invoices.insert(it.invoice.clone());
            }
            Event::PaymentReceived(it) => {
                self.payments.insert(it.payment.clone());
            }
            Event::PolicyAdopted(_)
            | Event::TermsRegistered(_)
            | Event::CustomerRegistered(_)
            | Event::CustomerAmended(_)
            | Event::InvoiceCancelled { .. }
            | Event::CreditNoteIssued(_)
            | Event::CreditNoteCancelled { .. }
            | Event::PaymentReversed { .. }
            | Event::Refunded { .. }
            | Event::DepositReleased { .. }
            | Event::Allocated { .. }
            | Event::AllocationWithdrawn { .. }
            | Event::DisputeOpened(_)
            | Event::DisputeResolved { .. }
            | Event::PromiseMade(_)
            | Event::PromiseKept { .. }
            | Event::PromisePartlyKept { .. }
            | Event::PromiseBroken { .. }
            | Event::PromiseWithdrawn { .. }
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

fn read<E: serde::de::DeserializeOwned>(decision: &str) -> Result<Decision<E>, String> {
    serde_json::from_str(decision).map_err(|error| error.to_string())
}

//! Everything that is known of one customer's receivables: the state that decisions look at.
//!
//! What follows from other fields (open amounts, sums, the small indexes) is kept beside them so
//! that a decision is quick, and changes only in [`Account::change_invoice`] and
//! [`Account::change_funds`].

pub(crate) mod day;
mod funds;
mod index;
mod invoice;
mod recorded;
mod shared;
mod tally;

use std::{collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;
use decider::{Fold, Unsound};
use events::{
    AssignmentId, CreditNoteId, DisputeId, FacilityId, InvoiceId, PaymentId, PlanId, PromiseId,
    Reference, RefundId, WriteOffId,
    invoicing::{Event, Facility, Source, TermsOfSale},
};
use money::Currency;
use serde::{Deserialize, Serialize};

use crate::{
    assign::{Assigned, Ended, Funded, Offered, RecourseTaken},
    dispute::Dispute,
    early::Early,
    pay::Refunded,
    plan::Plan,
    promise::Promise,
    register::Known,
    write_off::WriteOff,
};

pub(crate) use funds::{CreditNote, Deposit, Designated, Funds, Payment, Refund, Reversal};
pub(crate) use index::{Loose, Means};
pub(crate) use invoice::{Allocation, Document, GivenUp, Invoice, Named, Rare, Released};
pub use recorded::Recorded;
pub(crate) use shared::Shared;
pub(crate) use tally::Tally;

/// One customer's account.
///
/// The large parts are shared: a clone costs reference counts, and a change copies what it touches.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// None: known by its invoices and payments only.
    pub(crate) customer: Option<Box<Known>>,

    /// Invoices of which something is open.
    pub(crate) open: Shared<InvoiceId, Arc<Invoice>>,
    /// Invoices of which nothing is: settled, given up or cancelled. The past is asked about.
    pub(crate) closed: Shared<InvoiceId, Arc<Invoice>>,
    pub(crate) payments: Shared<PaymentId, Arc<Payment>>,
    pub(crate) credit_notes: Shared<CreditNoteId, Arc<CreditNote>>,
    pub(crate) refunds: Shared<RefundId, Refunded>,
    /// Ends of things whose beginning has not arrived.
    pub(crate) early: Early,

    pub(crate) disputes: Shared<DisputeId, Dispute>,
    pub(crate) promises: Shared<PromiseId, Promise>,
    pub(crate) plans: Shared<PlanId, Plan>,
    pub(crate) write_offs: Shared<WriteOffId, WriteOff>,
    /// Terms of sale, by version: those agreed with the customer; the tenant's on its own account.
    pub(crate) terms: Shared<Reference, Recorded<TermsOfSale>>,
    /// Agreements with factors and banks; they stand on the tenant's own account.
    pub(crate) facilities: Shared<FacilityId, Facility>,
    pub(crate) offers: Shared<AssignmentId, Offered>,
    pub(crate) assignments: Shared<AssignmentId, Assigned>,

    /// By currency.
    tallies: Vec<Tally>,
    /// Where unallocated money stands.
    pub(crate) loose: Loose,
    /// Open after money came, by what is open: a rest within the tolerance is soon found.
    pub(crate) part_paid: BTreeSet<(Currency, i64, InvoiceId)>,
    /// Given up upon request and not all recovered.
    pub(crate) given_up: BTreeSet<InvoiceId>,
    /// Promises that money may turn.
    pub(crate) unjudged: BTreeSet<PromiseId>,
    /// Plans in force.
    pub(crate) plans_active: BTreeSet<PlanId>,
    /// From this day on, what is recorded is what was effective.
    #[serde(with = "day::option")]
    pub(crate) latest_on: Option<NaiveDate>,
    /// The first fact that could not be, if there was one.
    flaw: Option<String>,
}

impl Fold for Account {
    type Fact = Event;

    const VERSION: u32 = 4;

    fn evolve(&mut self, fact: &Event) {
        let taken = match fact {
            // About the tenant.
            Event::PolicyAdopted(_) => Ok(()),

            Event::TermsRegistered(it) => {
                self.terms_registered(it);
                Ok(())
            }

            Event::CustomerRegistered(it) => self.customer_registered(it),
            Event::CustomerAmended(it) => {
                self.customer_amended(it);
                Ok(())
            }

            Event::InvoiceIssued(it) => self.invoice_issued(it),
            Event::InvoiceCorrected(it) => self.invoice_corrected(it),
            Event::InvoiceCancelled { invoice, cancelled_on } => {
                self.invoice_cancelled(invoice, *cancelled_on)
            }

            Event::CreditNoteIssued(it) => self.credit_note_issued(it),
            Event::CreditNoteCancelled { credit_note, cancelled_on } => {
                self.credit_note_cancelled(credit_note, *cancelled_on)
            }

            Event::PaymentReceived(it) => self.payment_received(it),
            Event::PaymentReversed { payment, reversed_on, reason } => {
                self.payment_reversed(payment, Reversal { on: *reversed_on, reason: *reason })
            }
            Event::Refunded { refund, source, amount, refunded_on } => {
                self.refunded(refund, source, *amount, *refunded_on)
            }
            Event::DepositReleased { payment, released_on } => {
                self.deposit_released(payment, *released_on)
            }

            Event::Allocated { source, invoice, amount, rule } => {
                self.allocated(source, invoice, *amount, *rule)
            }
            Event::AllocationWithdrawn { source, invoice, amount } => {
                self.allocation_withdrawn(source, invoice, *amount)
            }

            Event::DisputeOpened(it) => self.dispute_opened(it),
            Event::DisputeResolved { dispute, outcome, resolved_on } => {
                self.dispute_resolved(dispute, *outcome, *resolved_on)
            }

            Event::PromiseMade(it) => self.promise_made(it),
            Event::PromiseKept { promise, kept_on } => self.promise_kept(promise, *kept_on),
            Event::PromisePartlyKept { promise, paid, broken_on } => {
                self.promise_partly_kept(promise, *paid, *broken_on)
            }
            Event::PromiseBroken { promise, broken_on } => self.promise_broken(promise, *broken_on),
            Event::PromiseWithdrawn { promise, withdrawn_on } => {
                self.promise_withdrawn(promise, *withdrawn_on)
            }

            Event::PlanAgreed(it) => self.plan_agreed(it),
            Event::PlanBroken { plan, broken_on } => self.plan_broken(plan, *broken_on),
            Event::PlanCompleted { plan, completed_on } => self.plan_completed(plan, *completed_on),
            Event::PlanCancelled { plan, cancelled_on } => self.plan_cancelled(plan, *cancelled_on),

            Event::WriteOffRequested(it) => self.write_off_requested(it),
            Event::WriteOffApproved { write_off, approved_by, approved_on } => {
                self.write_off_approved(write_off, approved_by, *approved_on)
            }
            Event::WriteOffRejected { write_off, rejected_by, rejected_on } => {
                self.write_off_rejected(write_off, rejected_by, *rejected_on)
            }
            Event::SmallBalanceWrittenOff { invoice, amount, written_off_on } => {
                self.small_balance_written_off(invoice, *amount, *written_off_on)
            }
            Event::WriteOffRecovered { source, invoice, amount, rule } => {
                self.write_off_recovered(source, invoice, *amount, *rule)
            }

            Event::FacilityRegistered(it) => {
                self.facility_registered(it);
                Ok(())
            }
            Event::ReceivableOffered(it) => self.receivable_offered(it),
            Event::OfferEnded { assignment, ended_on } => self.offer_ended(assignment, *ended_on),
            Event::ReceivableAssigned(it) => self.receivable_assigned(it),
            Event::AssignmentNotified { assignment, notified_on, collects } => {
                self.assignment_notified(assignment, *notified_on, *collects)
            }
            Event::AssignmentFunded { assignment, amount, fee, funded_on } => {
                let funded = Funded { amount: *amount, fee: *fee, on: *funded_on };
                self.assignment_funded(assignment, funded)
            }
            Event::PaidToAssignee { assignment, payment } => {
                self.paid_to_assignee(assignment, payment)
            }
            Event::PaymentPassedOn { assignment, payment, amount, passed_on } => {
                self.payment_passed_on(assignment, payment, *amount, *passed_on)
            }
            Event::RecourseTaken { assignment, ground, costs, taken_on } => {
                let taken = RecourseTaken { ground: *ground, costs: *costs, on: *taken_on };
                self.recourse_taken(assignment, taken)
            }
            Event::AssignmentRepurchased { assignment, amount, repurchased_on } => {
                self.repurchased(assignment, Ended { amount: *amount, on: *repurchased_on })
            }
            Event::AssignmentSettled { assignment, amount, settled_on } => {
                self.assignment_settled(assignment, Ended { amount: *amount, on: *settled_on })
            }
        };
        if let Err(Impossible(why)) = taken {
            self.flaw.get_or_insert(why);
        }
    }

    fn check(&self) -> Result<(), Unsound> {
        if let Some(flaw) = &self.flaw {
            return Err(Unsound(flaw.clone()));
        }
        self.tallies.iter().try_for_each(Tally::check).map_err(Unsound)
    }
}

/// A fact that contradicts those before it: no decision says it. It changes nothing, and the state
/// is unsound from then on.
#[derive(Debug)]
pub(crate) struct Impossible(String);

/// What a fact does to the account, if it can be.
pub(crate) type Taken = Result<(), Impossible>;

impl Impossible {
    /// For [`Result::or`] and the like: why it cannot be, in a sentence.
    pub(crate) fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// Most lists of an account have one entry: the first takes the room it needs and no more.
pub(crate) fn room_for_one<T>(list: &mut Vec<T>) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
}

impl Account {
    pub(crate) fn invoice(&self, id: &InvoiceId) -> Option<&Invoice> {
        self.open.get(id).or_else(|| self.closed.get(id)).map(|it| &**it)
    }

    /// Every invoice that is known, cancelled ones too; the open ones first.
    pub(crate) fn invoices(&self) -> impl Iterator<Item = (&InvoiceId, &Invoice)> {
        self.open.iter().chain(self.closed.iter()).map(|(id, it)| (id, &**it))
    }

    pub(crate) fn payment(&self, id: &PaymentId) -> Option<&Payment> {
        self.payments.get(id).map(|it| &**it)
    }

    pub(crate) fn credit_note(&self, id: &CreditNoteId) -> Option<&CreditNote> {
        self.credit_notes.get(id).map(|it| &**it)
    }

    pub(crate) fn funds(&self, source: &Source) -> Option<&Funds> {
        match source {
            Source::Payment(id) => self.payment(id).map(|it| &it.funds),
            Source::CreditNote(id) => self.credit_note(id).map(|it| &it.funds),
        }
    }

    /// A source with what decides where it goes.
    pub(crate) fn means(&self, source: &Source) -> Option<Means<'_>> {
        match source {
            Source::Payment(id) => self.payment(id).map(|it| Means {
                funds: &it.funds,
                designation: &it.designation,
                references: &it.references,
                held: it.held(),
            }),
            Source::CreditNote(id) => self.credit_note(id).map(|it| Means {
                funds: &it.funds,
                designation: it.corrects.as_slice(),
                references: &[],
                held: None,
            }),
        }
    }

    pub(crate) fn tallies(&self) -> &[Tally] {
        &self.tallies
    }

    pub(crate) fn tally(&self, currency: Currency) -> Option<&Tally> {
        self.tallies.iter().find(|it| it.currency == currency)
    }

    pub(crate) fn tally_mut(&mut self, currency: Currency) -> &mut Tally {
        let found = self.tallies.binary_search_by_key(&currency, |it| it.currency);
        let place = found.unwrap_or_else(|place| {
            room_for_one(&mut self.tallies);
            self.tallies.insert(place, Tally::of(currency));
            place
        });
        #[expect(clippy::indexing_slicing, reason = "found there or just put there")]
        &mut self.tallies[place]
    }

    /// A fact was effective on this day.
    pub(crate) fn effective(&mut self, on: NaiveDate) {
        self.latest_on = self.latest_on.max(Some(on));
    }

    /// A receivable nobody knew.
    pub(crate) fn insert_invoice(&mut self, id: &InvoiceId, mut invoice: Invoice) {
        invoice.reckon();
        let document = &invoice.document;
        self.effective(document.issued_on);
        if !invoice.is_cancelled() {
            let tally = self.tally_mut(document.gross.currency());
            tally.invoiced += i128::from(document.gross.minor());
            tally.open += i128::from(invoice.open);
        }
        let place = if invoice.open > 0 { &mut self.open } else { &mut self.closed };
        place.insert(id.clone(), Arc::new(invoice));
        self.arrived(id);
    }

    /// Changes an invoice, and with it all that follows from its open amount.
    pub(crate) fn change_invoice<R>(
        &mut self,
        id: &InvoiceId,
        change: impl FnOnce(&mut Invoice) -> R,
    ) -> Option<R> {
        let was_open = self.open.contains_key(id);
        let place = if was_open { &mut self.open } else { &mut self.closed };
        let invoice = Arc::make_mut(place.get_mut(id)?);
        let (open_before, part_paid_before) = (invoice.open, invoice.is_part_paid());
        let currency_before = invoice.document.gross.currency();
        let answer = change(invoice);
        invoice.reckon();
        let (open, part_paid) = (invoice.open, invoice.is_part_paid());
        let given_up =
            invoice.rare().is_some_and(Rare::gives_up_upon_request) && invoice.still_given_up() > 0;
        let currency = invoice.document.gross.currency();
        let range = 0..=invoice.document.gross.minor();
        if was_open != (open > 0) {
            let moved = place.remove(id)?;
            let place = if was_open { &mut self.closed } else { &mut self.open };
            place.insert(id.clone(), moved);
        }

        self.tally_mut(currency_before).open -= i128::from(open_before);
        self.tally_mut(currency).open += i128::from(open);
        if !range.contains(&open) {
            self.flaw.get_or_insert_with(|| format!("invoice {id} has {open} open"));
        }
        if (part_paid_before, open_before) != (part_paid, open) {
            if part_paid_before {
                self.part_paid.remove(&(currency_before, open_before, id.clone()));
            }
            if part_paid {
                self.part_paid.insert((currency, open, id.clone()));
            }
        }
        if given_up {
            self.given_up.insert(id.clone());
        } else {
            self.given_up.remove(id);
        }
        Some(answer)
    }

    /// Changes what a source has, and with it all that follows from what is unallocated of it.
    pub(crate) fn change_funds<R>(
        &mut self,
        source: &Source,
        change: impl FnOnce(&mut Funds) -> R,
    ) -> Option<R> {
        let funds = match source {
            Source::Payment(id) if self.payments.contains_key(id) => {
                &mut Arc::make_mut(self.payments.get_mut(id)?).funds
            }
            Source::CreditNote(id) if self.credit_notes.contains_key(id) => {
                &mut Arc::make_mut(self.credit_notes.get_mut(id)?).funds
            }
            Source::Payment(_) | Source::CreditNote(_) => return None,
        };
        let before = funds.unallocated;
        let answer = change(funds);
        let (currency, after) = (funds.amount.currency(), funds.unallocated);
        let over = after > funds.amount.minor();

        *self.tally_mut(currency).unallocated.of(source) += i128::from(after) - i128::from(before);
        if over {
            self.flaw.get_or_insert_with(|| format!("{source:?} has {after} unallocated"));
        }
        self.weigh(source);
        Some(answer)
    }
}

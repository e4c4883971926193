//! A receivable, and what became of it.

use chrono::NaiveDate;
use events::{
    InvoiceId, PlanId,
    invoicing::{self, Rule, Source},
};
use money::Money;

use super::{
    account::{DisputeView, PromiseView, WriteOffView},
    as_of::{AsOf, Open},
};
use crate::{
    Account,
    account::{Allocation, Invoice, Named},
};

/// An invoice at the end of a day; of its day of issue if the day asked for is before that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceView {
    /// Its document, after corrections; none if it has not arrived.
    pub document: Option<invoicing::Invoice>,
    /// Where it stands.
    pub state: InvoiceState,
    /// The day that counts for lateness: of the first instalment not paid while a plan is in force,
    /// else the due date of the document. None if it has not arrived.
    pub due_on: Option<NaiveDate>,
    /// After that day, as long as something is open; else 0.
    pub days_past_due: u32,
    /// What is open; this and all that follows is none if it has not arrived.
    pub open: Option<Money>,
    /// The part of it that is contested.
    pub disputed: Option<Money>,
    /// Given up, what was recovered since deducted.
    pub written_off: Option<Money>,
    /// The day on which the last open cent was settled or given up; none while something is open.
    pub settled_on: Option<NaiveDate>,
    /// What settled it, in the order of the journal.
    pub allocations: Vec<AllocationView>,
    /// The contests of it, the open ones and others.
    pub disputes: Vec<DisputeView>,
    /// The promises that name it.
    pub promises: Vec<PromiseView>,
    /// What was given up of it, or asked to be.
    pub write_offs: Vec<WriteOffView>,
    /// The plan in force that covers it.
    pub plan: Option<PlanId>,
    /// What is open of it, by the day it is due: several parts if a plan is in force.
    pub due: Vec<(NaiveDate, Money)>,
}

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceState {
    /// Spoken of, by a payment, a credit note or a cancellation, but not arrived.
    Awaited,
    /// All of it is open.
    Open,
    /// Some of it is open.
    PartlySettled,
    /// Nothing is open.
    Settled,
    /// Nothing is open, and some of it was given up.
    WrittenOff,
    /// It should never have been.
    Cancelled,
}

/// Money or credit that met an open item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationView {
    /// What paid.
    pub source: Source,
    /// What was paid.
    pub invoice: InvoiceId,
    /// How much.
    pub amount: Money,
    /// Why this source and this invoice.
    pub rule: Rule,
    /// The day it counts from, whenever it was recorded.
    pub effective_on: NaiveDate,
    /// Whether it came for a claim given up, and undid that much of the write-off.
    pub recovery: bool,
}

impl Account {
    /// An invoice at the end of a day; none if nothing speaks of it.
    pub fn invoice_view(&self, id: &InvoiceId, effective_on: NaiveDate) -> Option<InvoiceView> {
        let Some(invoice) = self.invoice(id) else {
            let spoken_of = self.early.invoice_cancelled(id).is_some() || self.loose.awaits(id);
            return spoken_of.then(InvoiceView::awaited);
        };
        let on = effective_on.max(invoice.document.issued_on);
        let as_of = AsOf::new(self, on);
        let disputes: Vec<_> = self
            .disputes
            .iter()
            .filter(|(_, it)| it.invoice == *id && it.opened_on <= on)
            .map(|(id, it)| (it.is_open_on(on), it.view(id, on)))
            .collect();
        let contested =
            disputes.iter().filter(|(open, _)| *open).map(|(_, it)| it.amount.minor()).sum::<i64>();
        let open = invoice.open_on(on);
        let plan = self.plans.iter().find(|(_, it)| it.in_force_on(on) && it.covers(id));
        let item = Open { id, invoice, open, disputed: contested.clamp(0, open.max(0)), plan };

        let effective = |it: &&Allocation| invoice.effective_on(it) <= on;
        let allocations = invoice.allocations.iter().filter(effective);
        let recovered: i64 = allocations.clone().filter(|it| it.recovers).map(|it| it.minor).sum();
        let given_up =
            invoice.rare().into_iter().flat_map(|it| &it.given_up).filter(|it| it.on <= on);
        let written_off = given_up.clone().map(|it| it.minor).sum::<i64>() - recovered;
        let ends = allocations
            .clone()
            .filter(|it| !it.recovers)
            .map(|it| invoice.effective_on(it))
            .chain(given_up.clone().map(|it| it.on));

        let asked = self.write_offs.iter().filter(|(_, it)| it.invoice == *id);
        let by_rule = given_up.filter_map(|it| it.by_rule(id, invoice.money(it.minor)));
        let promises = self.promises.iter();
        let about = promises.filter(|(_, it)| it.made_on <= on && it.invoices.contains(id));
        let due = if open > 0 { item.due().collect() } else { Vec::new() };
        Some(InvoiceView {
            document: Some(invoice.restored(id)),
            state: invoice.state(open, written_off),
            due_on: Some(item.due_on()),
            days_past_due: due.iter().map(|it| as_of.days_past(it.due_on)).max().unwrap_or(0),
            open: Some(invoice.money(open)),
            disputed: Some(invoice.money(item.disputed)),
            written_off: Some(invoice.money(written_off)),
            settled_on: if open == 0 && !invoice.is_cancelled() { ends.max() } else { None },
            allocations: allocations.map(|it| it.view(id, invoice)).collect(),
            disputes: disputes.into_iter().map(|(_, it)| it).collect(),
            promises: about.map(|(id, it)| it.view(id, on)).collect(),
            write_offs: asked.filter_map(|(id, it)| it.view(id, on)).chain(by_rule).collect(),
            plan: plan.map(|(id, _)| id.clone()),
            due: due.into_iter().map(|it| (it.due_on, invoice.money(it.minor))).collect(),
        })
    }
}

impl InvoiceView {
    fn awaited() -> Self {
        Self {
            document: None,
            state: InvoiceState::Awaited,
            due_on: None,
            days_past_due: 0,
            open: None,
            disputed: None,
            written_off: None,
            settled_on: None,
            allocations: Vec::new(),
            disputes: Vec::new(),
            promises: Vec::new(),
            write_offs: Vec::new(),
            plan: None,
            due: Vec::new(),
        }
    }
}

impl Allocation {
    pub(super) fn view(&self, id: &InvoiceId, invoice: &Invoice) -> AllocationView {
        AllocationView {
            source: self.source.clone(),
            invoice: id.clone(),
            amount: invoice.money(self.minor),
            rule: self.rule,
            effective_on: invoice.effective_on(self),
            recovery: self.recovers,
        }
    }
}

impl Invoice {
    fn state(&self, open: i64, written_off: i64) -> InvoiceState {
        match open {
            _ if self.is_cancelled() => InvoiceState::Cancelled,
            0 if written_off > 0 => InvoiceState::WrittenOff,
            0 => InvoiceState::Settled,
            all if all == self.document.gross.minor() => InvoiceState::Open,
            _ => InvoiceState::PartlySettled,
        }
    }

    /// The document as the journal says it.
    fn restored(&self, id: &InvoiceId) -> invoicing::Invoice {
        let document = &self.document;
        let reference = |named| document.reference(named).cloned();
        invoicing::Invoice {
            invoice: id.clone(),
            number: reference(Named::Number),
            issued_on: document.issued_on,
            due_on: document.due_on,
            terms: document.terms().cloned(),
            gross: document.gross,
            tax: document.tax,
            order: reference(Named::Order),
            contract: reference(Named::Contract),
            site: reference(Named::Site),
            terms_version: reference(Named::TermsVersion),
        }
    }
}

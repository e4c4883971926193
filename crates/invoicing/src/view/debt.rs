//! An invoice as the law sees it: what bears interest once it is late. And the payment plans in force.

use chrono::NaiveDate;
use events::{InvoiceId, PlanId, invoicing::Source};
use money::Money;

use crate::{
    Account,
    account::{Invoice, Rare},
    plan::Plan,
};

/// A receivable by all that is known, whatever day it is.
#[derive(Debug, Clone, Copy)]
pub struct Debt<'a> {
    /// All of it, as its document says after corrections.
    pub gross: Money,
    /// The contract's last day for payment: a payment plan changes nothing of it.
    pub due_on: NaiveDate,
    /// What is open.
    pub open: Money,
    /// The part of it that is contested.
    pub disputed: Money,
    /// Whether it should never have been.
    pub cancelled: bool,
    invoice: &'a Invoice,
}

impl<'a> Debt<'a> {
    /// What makes it less, each with the day from which it counts: payments, credit notes, and what
    /// was given up. In no order.
    pub fn reductions(&self) -> impl Iterator<Item = (NaiveDate, Money)> + use<'a> {
        let invoice = self.invoice;
        // Money that came for what was given up makes it no less once more.
        let met = invoice.allocations.iter().filter(|it| !it.recovers);
        let met = met.map(|it| (invoice.effective_on(it), it.minor));
        let given_up = invoice.rare().into_iter().flat_map(|it| &it.given_up);
        let given_up = given_up.map(|it| (it.on, it.minor));
        met.chain(given_up).map(|(on, minor)| (on, invoice.money(minor)))
    }

    /// The day on which the last open cent was settled or given up; none while something is open, or
    /// if it should never have been.
    pub fn settled_on(&self) -> Option<NaiveDate> {
        if self.cancelled || self.open.is_positive() {
            return None;
        }
        self.reductions().map(|(on, _)| on).max()
    }
}

/// A payment plan, as it was agreed.
#[derive(Debug, Clone, Copy)]
pub struct AgreedPlan<'a> {
    /// The tenant's id for it.
    pub plan: &'a PlanId,
    /// When it was agreed.
    pub agreed_on: NaiveDate,
    known: &'a Plan,
}

impl<'a> AgreedPlan<'a> {
    /// What it covers, the first paid first, and what was open on each.
    pub fn covers(&self) -> impl Iterator<Item = (&'a InvoiceId, Money)> + use<'a> {
        let plan = self.known;
        plan.covers.iter().map(|(invoice, minor)| (invoice, Money::new(*minor, plan.currency)))
    }

    /// What is due when.
    pub fn instalments(&self) -> impl Iterator<Item = (NaiveDate, Money)> + use<'a> {
        let plan = self.known;
        plan.instalments.iter().map(|it| plan.instalment(it))
    }
}

impl Account {
    /// A receivable as the law sees it; none if it has not arrived.
    pub fn debt(&self, id: &InvoiceId) -> Option<Debt<'_>> {
        self.invoice(id).map(Invoice::debt)
    }

    /// Every receivable as the law sees it, cancelled ones too; the open ones first.
    pub fn debts(&self) -> impl Iterator<Item = (&InvoiceId, Debt<'_>)> {
        self.invoices().map(|(id, it)| (id, it.debt()))
    }

    /// Receivables that were settled in full after their due date, and when; cancelled ones are left
    /// out, what a person gave up, and what no money came for: a credit note says that less was owed.
    pub fn settled_late(&self) -> impl Iterator<Item = (&InvoiceId, NaiveDate)> {
        self.closed.iter().filter_map(|(id, it)| {
            let given_up = it.rare().is_some_and(Rare::gives_up_upon_request);
            let paid = it.allocations.iter().any(|it| matches!(it.source, Source::Payment(_)));
            let settled_on = it.debt().settled_on().filter(|_| paid && !given_up)?;
            (settled_on > it.document.due_on).then_some((id, settled_on))
        })
    }

    /// The payment plans in force, by their ids.
    pub fn plans_in_force(&self) -> impl Iterator<Item = AgreedPlan<'_>> {
        self.plans_active.iter().filter_map(|id| {
            let (plan, known) = self.plans.get_key_value(id)?;
            Some(AgreedPlan { plan, agreed_on: known.agreed_on, known })
        })
    }
}

impl Invoice {
    fn debt(&self) -> Debt<'_> {
        Debt {
            gross: self.document.gross,
            due_on: self.document.due_on,
            open: self.money(self.open),
            disputed: self.money(self.disputed()),
            cancelled: self.is_cancelled(),
            invoice: self,
        }
    }
}

//! What is open, part by part as it falls due, and the money that came for what was open before.

use chrono::NaiveDate;
use events::{CustomerId, InvoiceId, PaymentId, Reference, invoicing::Source};
use money::Money;

use super::as_of::AsOf;
use crate::{Account, account::Named};

/// An open item, or one of its instalments while a payment plan is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Of which invoice.
    pub invoice: &'a InvoiceId,
    /// When it is due: by the plan in force, if there is one.
    pub due_on: NaiveDate,
    /// What is open of it.
    pub open: Money,
    /// The part of that that is contested.
    pub disputed: Money,
    /// All of the invoice.
    pub gross: Money,
    /// The tax in all of the invoice, if its document says so.
    pub tax: Option<Money>,
    /// The order that the invoice names.
    pub order: Option<&'a Reference>,
}

/// Money that settled a part of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt<'a> {
    /// Of which invoice.
    pub invoice: &'a InvoiceId,
    /// When the document says it was due: a payment plan makes nobody more punctual.
    pub due_on: NaiveDate,
    /// The day it counts from.
    pub on: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// Money that came in and stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received<'a> {
    /// By which payment.
    pub payment: &'a PaymentId,
    /// Its value date.
    pub on: NaiveDate,
    /// How much of it did not go back; more than zero.
    pub amount: Money,
}

impl Account {
    /// Payments with a value date from one day to another, both included, whatever they settled: those
    /// that were reversed, and deposits that are held, left out. In the order of their ids.
    pub fn received(
        &self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> impl Iterator<Item = Received<'_>> {
        let stayed = self.payments.iter().filter(move |(_, it)| {
            let from = it.funds.counts_from;
            it.reversed.is_none() && !it.is_held_on(last) && first <= from && from <= last
        });
        stayed.filter_map(move |(payment, it)| {
            let refunds = it.funds.rare().into_iter().flat_map(|it| &it.refunds);
            let refunded: i64 = refunds.filter(|it| it.on <= last).map(|it| it.minor).sum();
            let amount = it.funds.money(it.funds.amount.minor().saturating_sub(refunded));
            let on = it.funds.counts_from;
            amount.is_positive().then_some(Received { payment, on, amount })
        })
    }

    /// What is open at the end of a day, by the facts effective until then; in no order. What is
    /// contested of an invoice is of its last instalments. What an assignee has at its own risk is no
    /// claim of the tenant's any more: it is left out, the last instalments first.
    pub fn claims(&self, on: NaiveDate) -> impl Iterator<Item = Claim<'_>> {
        let items = AsOf::new(self, on).open();
        items.flat_map(move |it| {
            let mut parts: Vec<_> = it.due().collect();
            parts.sort_by_key(|it| it.due_on);
            let mut disputed = it.disputed;
            let shares = self.shares_of(it.invoice, it.open, on);
            let mut gone = shares.without_recourse.minor();
            for part in parts.iter_mut().rev() {
                let away = gone.min(part.minor);
                (part.minor, gone) = (part.minor - away, gone - away);
            }
            parts.retain(|it| it.minor > 0);
            let claims = parts.into_iter().rev().map(|part| {
                let contested = disputed.min(part.minor);
                disputed -= contested;
                Claim {
                    invoice: it.id,
                    due_on: part.due_on,
                    open: it.invoice.money(part.minor),
                    disputed: it.invoice.money(contested),
                    gross: it.invoice.document.gross,
                    tax: it.invoice.document.tax,
                    order: it.invoice.document.reference(Named::Order),
                }
            });
            claims.collect::<Vec<_>>()
        })
    }

    /// Payments that settled something from one day to another, both included, each with what it
    /// settled; recoveries of what was given up are left out. In no order.
    pub fn receipts(&self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = Receipt<'_>> {
        let living = self.invoices().filter(|(_, it)| !it.is_cancelled());
        living.flat_map(move |(id, invoice)| {
            let paid = invoice.allocations.iter().filter(|it| match it.source {
                Source::Payment(_) => !it.recovers,
                Source::CreditNote(_) => false,
            });
            let receipts = paid.map(move |it| Receipt {
                invoice: id,
                due_on: invoice.document.due_on,
                on: invoice.effective_on(it),
                amount: invoice.money(it.minor),
            });
            receipts.filter(move |it| first <= it.on && it.on <= last)
        })
    }

    /// The customer to whom this one belongs, as it was registered.
    pub fn parent(&self) -> Option<&CustomerId> {
        self.customer.as_ref()?.now.parent.as_ref()
    }

    /// The country of the customer, ISO 3166-1 alpha-2, as it was registered.
    pub fn region(&self) -> Option<&str> {
        self.customer.as_ref()?.now.region.as_deref()
    }

    /// The tenant's own grouping of customers, as it was registered.
    pub fn segment(&self) -> Option<&Reference> {
        self.customer.as_ref()?.now.segment.as_ref()
    }
}

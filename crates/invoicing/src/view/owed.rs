//! What is owed by all that is known, whatever day it is: what contexts downstream decide upon. And
//! what was owed on a day of the past, which they are asked about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{InvoiceId, Reference, invoicing::Source};
use money::{Currency, Money};

use super::{Shares, as_of::AsOf, balances};
use crate::{
    Account,
    account::{Invoice, Named},
    promise::Standing,
};

/// An open item, as far as deciding needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwedItem<'a> {
    /// Which invoice.
    pub invoice: &'a InvoiceId,
    /// When it is due; the next instalment of a plan in force replaces the original date.
    pub due_on: NaiveDate,
    /// What is open.
    pub open: Money,
    /// The part of it that is contested.
    pub disputed: Money,
    /// Whose it is, and on whose risk.
    pub shares: Shares,
}

/// What a customer owes and what is held of the customer's, every fact counted that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed<'a> {
    /// Open items, in the order of their ids.
    pub items: Vec<OwedItem<'a>>,
    /// Payments and credit notes not allocated, a currency each; below zero when money was refunded
    /// that did not stay.
    pub unallocated: Vec<Money>,
    /// Deposits held, a currency each.
    pub deposits: Vec<Money>,
}

/// The customer's word, as long as its day has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPromise<'a> {
    /// When it was given.
    pub made_on: NaiveDate,
    /// The last day on which the money may come, before the tolerance.
    pub promised_for: NaiveDate,
    /// What it is about; none: the account.
    pub invoices: &'a [InvoiceId],
}

impl Account {
    /// Whether something is open.
    pub fn has_open_items(&self) -> bool {
        self.open.len() > 0
    }

    /// What is owed.
    pub fn owed(&self) -> Owed<'_> {
        self.owed_on(NaiveDate::MAX)
    }

    /// What was owed at the end of a day, by the facts effective until then.
    pub fn owed_on(&self, on: NaiveDate) -> Owed<'_> {
        let items = AsOf::new(self, on).open().map(|it| OwedItem {
            invoice: it.id,
            due_on: it.due_on(),
            open: it.invoice.money(it.open),
            disputed: it.invoice.money(it.disputed),
            shares: self.shares_of(it.invoice, it.open, on),
        });
        let balances = balances(self, on);
        let unallocated = balances.iter().filter_map(|it| {
            let sum = it.unallocated_cash.plus(it.unallocated_credit).ok()?;
            (!sum.is_zero()).then_some(sum)
        });
        let deposits = balances.iter().map(|it| it.deposits).filter(|it| !it.is_zero());
        Owed {
            items: items.collect(),
            unallocated: unallocated.collect(),
            deposits: deposits.collect(),
        }
    }

    /// The value date of the latest cash that has not met an open item; none if there is none, but
    /// for deposits that are held.
    pub fn unallocated_cash_since(&self) -> Option<NaiveDate> {
        let all = AsOf::new(self, NaiveDate::MAX).unallocated();
        let cash = all.filter(|it| {
            it.held.is_none() && it.minor > 0 && matches!(it.source, Source::Payment(_))
        });
        cash.map(|it| it.funds.counts_from).max()
    }

    /// The customer's promises that are neither kept nor broken nor withdrawn.
    pub fn open_promises(&self) -> impl Iterator<Item = OpenPromise<'_>> {
        let open = self.promises.values().filter(|it| it.standing == Standing::Open);
        open.map(|it| OpenPromise {
            made_on: it.made_on,
            promised_for: it.promised_for,
            invoices: &it.invoices,
        })
    }

    /// What was invoiced for each of these orders by the end of a day, tax included and cancelled
    /// invoices left out, in the smallest unit of each currency.
    pub fn invoiced_for<'a>(
        &self,
        orders: impl IntoIterator<Item = &'a Reference>,
        on: NaiveDate,
    ) -> BTreeMap<&'a Reference, BTreeMap<Currency, i128>> {
        let mut sums: BTreeMap<_, _> =
            orders.into_iter().map(|order| (order, BTreeMap::new())).collect();
        if sums.is_empty() {
            return sums;
        }
        let issued = |it: &Invoice| !it.is_cancelled() && it.document.issued_on <= on;
        for (_, invoice) in self.invoices().filter(|(_, it)| issued(it)) {
            let gross = invoice.document.gross;
            let order = invoice.document.reference(Named::Order);
            if let Some(sum) = order.and_then(|order| sums.get_mut(order)) {
                *sum.entry(gross.currency()).or_default() += i128::from(gross.minor());
            }
        }
        sums
    }
}

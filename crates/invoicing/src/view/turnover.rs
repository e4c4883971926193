//! What changed what is owed between two days, by kind of movement.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use money::Currency;

use super::{
    balances,
    statement::{LineKind, movements},
};
use crate::Account;

/// What was owed before the first of some days, what changed it, and what was owed after the last,
/// all in the smallest unit of one currency. Above zero: more is owed.
///
/// Owed is, as on a statement, what is open less what is unallocated, deposits included. What was
/// void is booked twice on its own day, once each way, so no balance of any day counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turnover {
    /// At the end of the day before the first, by the open items and the money not allocated.
    pub opening: i128,
    /// Invoices, by their days of issue; those cancelled since too.
    pub invoiced: i128,
    /// Invoices and credit notes that were cancelled, on the day of the document.
    pub cancelled: i128,
    /// Credit notes; below zero.
    pub credited: i128,
    /// Payments by their value dates, those that did not stay too; below zero.
    pub paid: i128,
    /// Payments that did not stay, on the value date of the payment.
    pub reversed: i128,
    /// Money and credit that went back.
    pub refunded: i128,
    /// Given up upon request; below zero.
    pub written_off: i128,
    /// Rests within the tolerance; below zero.
    pub small_balances: i128,
    /// Write-offs undone by money that came for them.
    pub recovered: i128,
    /// At the end of the last day, by the open items and the money not allocated.
    pub closing: i128,
}

impl Turnover {
    /// Of the days from `first` to `last`, both included, by currency.
    pub fn of(account: &Account, first: NaiveDate, last: NaiveDate) -> BTreeMap<Currency, Self> {
        let mut all = BTreeMap::<Currency, Self>::new();
        movements(account, |line| {
            if line.on < first || last < line.on {
                return;
            }
            let sums = all.entry(line.amount.currency()).or_default();
            let sum = match line.kind {
                LineKind::Invoice => &mut sums.invoiced,
                LineKind::CreditNote => &mut sums.credited,
                LineKind::Payment => &mut sums.paid,
                LineKind::Reversal => &mut sums.reversed,
                LineKind::Refund => &mut sums.refunded,
                LineKind::WriteOff => &mut sums.written_off,
                LineKind::Recovery => &mut sums.recovered,
                LineKind::Cancellation => &mut sums.cancelled,
            };
            *sum += i128::from(line.amount.minor());
        });
        // On a statement they are write-offs; here nobody decided about them.
        for (_, invoice) in account.invoices() {
            let small = invoice.rare().into_iter().flat_map(|it| &it.given_up);
            for it in small.filter(|it| it.write_off.is_none()) {
                let on = it.on.max(invoice.document.issued_on);
                if first <= on && on <= last {
                    let sums = all.entry(invoice.document.gross.currency()).or_default();
                    sums.written_off += i128::from(it.minor);
                    sums.small_balances -= i128::from(it.minor);
                }
            }
        }
        if let Some(before) = first.pred_opt() {
            for (currency, owed) in owed(account, before) {
                all.entry(currency).or_default().opening = owed;
            }
        }
        for (currency, owed) in owed(account, last) {
            all.entry(currency).or_default().closing = owed;
        }
        all.retain(|_, it| *it != Self::default());
        all
    }

    /// Invoices less credit notes by their days of issue, tax included, void ones left out.
    pub fn sales(&self) -> i128 {
        self.invoiced + self.credited + self.cancelled
    }

    /// Everything that changed what is owed. Always the opening and this are the closing.
    pub fn movements(&self) -> i128 {
        self.sales()
            + self.paid
            + self.reversed
            + self.refunded
            + self.written_off
            + self.small_balances
            + self.recovered
    }

    /// That of another account in the same days and currency, added.
    pub fn merge(&mut self, other: &Self) {
        self.opening += other.opening;
        self.invoiced += other.invoiced;
        self.cancelled += other.cancelled;
        self.credited += other.credited;
        self.paid += other.paid;
        self.reversed += other.reversed;
        self.refunded += other.refunded;
        self.written_off += other.written_off;
        self.small_balances += other.small_balances;
        self.recovered += other.recovered;
        self.closing += other.closing;
    }
}

/// What is open less what is unallocated, deposits included, at the end of a day.
fn owed(account: &Account, on: NaiveDate) -> impl Iterator<Item = (Currency, i128)> {
    balances(account, on).into_iter().map(|it| {
        let minor = i128::from(it.net.minor()) - i128::from(it.deposits.minor());
        (it.currency(), minor)
    })
}

impl Account {
    /// Invoices less credit notes by their days of issue from one day to another, both included, tax
    /// included, void ones left out; in the smallest unit of each currency.
    pub fn sales(&self, first: NaiveDate, last: NaiveDate) -> BTreeMap<Currency, i128> {
        let mut sums = BTreeMap::<Currency, i128>::new();
        for (_, invoice) in self.invoices().filter(|(_, it)| !it.is_cancelled()) {
            let document = &invoice.document;
            if first <= document.issued_on && document.issued_on <= last {
                let gross = document.gross;
                *sums.entry(gross.currency()).or_default() += i128::from(gross.minor());
            }
        }
        for credit_note in self.credit_notes.values().filter(|it| it.cancelled_on.is_none()) {
            let funds = &credit_note.funds;
            if first <= funds.counts_from && funds.counts_from <= last {
                let amount = funds.amount;
                *sums.entry(amount.currency()).or_default() -= i128::from(amount.minor());
            }
        }
        sums
    }
}

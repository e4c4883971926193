//! What happened between two days, line by line, with what is owed after each.
//!
//! What turned out void (a reversed payment, a cancelled invoice) stands beside its reversal on its
//! own day, so that it is seen and no balance of any day counts it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::Reference;
use money::{Currency, Money};

use super::as_of::money;
use crate::{Account, account::Named};

/// A statement in one currency. Always the opening balance and the lines together are the closing
/// balance, which is what is open less what is unallocated, deposits included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// At the beginning of the first day. Below zero: the tenant owes the customer.
    pub opening: Money,
    /// By day; on a day what is owed comes before what is paid.
    pub lines: Vec<Line>,
    /// At the end of the last day.
    pub closing: Money,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day it counts from.
    pub on: NaiveDate,
    /// What it says.
    pub kind: LineKind,
    /// The id of the invoice, credit note, payment, refund or write-off; of a small balance and of a
    /// recovery, of the invoice.
    pub document: String,
    /// The number of an invoice as printed, if that is no id.
    pub number: Option<Reference>,
    /// The due date of an invoice.
    pub due_on: Option<NaiveDate>,
    /// Above zero: more is owed. Below zero: less is.
    pub amount: Money,
    /// What is owed after it.
    pub balance: Money,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// More is owed.
    Invoice,
    /// Less is.
    CreditNote,
    /// Money came.
    Payment,
    /// A payment that did not stay.
    Reversal,
    /// Unallocated money or credit went back.
    Refund,
    /// Given up, small balances included.
    WriteOff,
    /// A write-off undone by money that came for it.
    Recovery,
    /// An invoice or credit note that was cancelled.
    Cancellation,
}

/// Statements of these days, both included, by currency. No first day: from the beginning.
pub fn statements(account: &Account, first: Option<NaiveDate>, last: NaiveDate) -> Vec<Statement> {
    let mut by_currency = BTreeMap::<Currency, Vec<Line>>::new();
    movements(account, |line| {
        if line.on <= last {
            by_currency.entry(line.amount.currency()).or_default().push(line);
        }
    });
    by_currency.into_iter().map(|(currency, lines)| Statement::of(currency, lines, first)).collect()
}

impl Statement {
    fn of(currency: Currency, mut lines: Vec<Line>, first: Option<NaiveDate>) -> Self {
        lines.sort_by(|a, b| {
            let key = |it: &Line| (it.on, it.amount.is_negative(), it.kind);
            key(a).cmp(&key(b)).then_with(|| a.document.cmp(&b.document))
        });
        let before = lines.partition_point(|it| first.is_some_and(|first| it.on < first));
        let mut within = lines.split_off(before);
        let opening = lines.iter().map(|it| i128::from(it.amount.minor())).sum::<i128>();
        let mut balance = opening;
        for line in &mut within {
            balance += i128::from(line.amount.minor());
            line.balance = money(balance, currency);
        }
        Self { opening: money(opening, currency), lines: within, closing: money(balance, currency) }
    }

    /// The currency of all its amounts.
    pub fn currency(&self) -> Currency {
        self.closing.currency()
    }
}

/// Every movement of an account, in no order.
pub(super) fn movements(account: &Account, mut say: impl FnMut(Line)) {
    let mut line = |on, kind, document: &str, amount: Money| {
        let (number, due_on, balance) = (None, None, Money::zero(amount.currency()));
        say(Line { on, kind, document: document.to_owned(), number, due_on, amount, balance });
    };
    for (id, payment) in account.payments.iter() {
        let (on, amount) = (payment.funds.counts_from, payment.funds.amount);
        line(on, LineKind::Payment, id.as_str(), amount.negated());
        if payment.reversed.is_some() {
            line(on, LineKind::Reversal, id.as_str(), amount);
        }
    }
    for (id, credit_note) in account.credit_notes.iter() {
        let (on, amount) = (credit_note.funds.counts_from, credit_note.funds.amount);
        line(on, LineKind::CreditNote, id.as_str(), amount.negated());
        if credit_note.cancelled_on.is_some() {
            line(on, LineKind::Cancellation, id.as_str(), amount);
        }
    }
    for (id, refund) in account.refunds.iter() {
        line(refund.on, LineKind::Refund, id.as_str(), refund.amount);
    }
    for (id, invoice) in account.invoices() {
        let given_up = invoice.rare().into_iter().flat_map(|it| &it.given_up);
        for it in given_up {
            // It is given up no earlier than it is owed.
            let on = it.on.max(invoice.document.issued_on);
            let document = it.write_off.as_ref().map_or(id.as_str(), |it| it.as_str());
            line(on, LineKind::WriteOff, document, invoice.money(it.minor).negated());
        }
        for it in invoice.allocations.iter().filter(|it| it.recovers) {
            let on = invoice.effective_on(it);
            line(on, LineKind::Recovery, id.as_str(), invoice.money(it.minor));
        }
    }
    for (id, invoice) in account.invoices() {
        let document = &invoice.document;
        let owed = Line {
            on: document.issued_on,
            kind: LineKind::Invoice,
            document: id.to_string(),
            number: document.reference(Named::Number).cloned(),
            due_on: Some(document.due_on),
            amount: document.gross,
            balance: Money::zero(document.gross.currency()),
        };
        if invoice.is_cancelled() {
            say(Line {
                kind: LineKind::Cancellation,
                due_on: None,
                amount: owed.amount.negated(),
                ..owed.clone()
            });
        }
        say(owed);
    }
}

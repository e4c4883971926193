//! The data of a letter. Whoever fills it in has decided everything; nothing is computed from it
//! but sums, to see that they agree.

use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;

use crate::{Clause, Kind, Language};

/// All that one letter says. Amounts are of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it is for.
    pub kind: Kind,
    /// The language it is in.
    pub language: Language,
    /// Who is owed.
    pub sender: Sender,
    /// Who owes.
    pub recipient: Recipient,
    /// The day it bears.
    pub date: NaiveDate,
    /// What an answer should quote: the plan of the reminder. Not empty.
    pub reference: String,
    /// The invoices it is about. Empty only where the kind needs none.
    pub lines: Vec<Line>,
    /// What is netted against them.
    pub credits: Vec<Credit>,
    /// What is asked for, split as the law wants it.
    pub totals: Totals,
    /// The day by which to pay; a final demand has one.
    pub pay_by: Option<NaiveDate>,
    /// How interest was computed; an interest invoice has it.
    pub interest: Vec<InterestPeriod>,
    /// The instalments of a plan; a confirmation has them.
    pub instalments: Vec<Instalment>,
    /// The law it rests on, in the order it is quoted; a final demand has some.
    pub clauses: Vec<Clause>,
    /// Companies that some of the invoices were assigned to, and to which alone they are to be paid.
    pub payees: Vec<Payee>,
    /// Where the customer sees what it owes and answers: the address of its page, if it has one.
    pub portal: Option<String>,
}

/// The company that writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Its name. Not empty.
    pub name: String,
    /// Street, town, country: a line each. Not empty on paper.
    pub address: Vec<String>,
    /// What the law wants at the foot of its letters: legal form, capital, register, VAT id.
    pub mentions: Vec<String>,
    /// Where to pay.
    pub iban: Option<String>,
    /// Its bank.
    pub bic: Option<String>,
    /// Where to write.
    pub email: Option<String>,
    /// Where to call.
    pub phone: Option<String>,
    /// Where its envelopes have their window.
    pub window: Window,
}

/// A company to which invoices were assigned: the sender asks for them on its behalf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    /// Its name. Not empty.
    pub name: String,
    /// Where to pay. Not empty.
    pub iban: String,
    /// Its bank.
    pub bic: Option<String>,
    /// The numbers of the invoices, as they stand in the lines. Not empty.
    pub invoices: Vec<String>,
}

/// Where an envelope shows the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// On the left, as in DIN 5008 (form B), Austria, the United Kingdom; folds at 105 and 210 mm.
    #[default]
    Left,
    /// On the right, as in France and Belgium; folds in three.
    Right,
}

/// The customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Its name. Not empty.
    pub name: String,
    /// Street, town, country: a line each. Not empty on paper, at most eight lines.
    pub address: Vec<String>,
    /// Whom to speak to; for call sheets.
    pub contact: Option<String>,
    /// Where to call; for call sheets.
    pub phone: Option<String>,
}

/// One invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number. Not empty.
    pub invoice: String,
    /// When it was issued.
    pub issued_on: NaiveDate,
    /// When it was to be paid.
    pub due_on: NaiveDate,
    /// What it was about, gross.
    pub original: Money,
    /// What is open of it. For interest on an invoice that was paid since: zero.
    pub open: Money,
    /// The part of `open` that is contested and therefore not asked for; zero if none.
    pub disputed: Money,
    /// Days past due on the day of the letter; zero or less when it is not late.
    pub days_past_due: i64,
    /// Late-payment interest asked for; zero if none.
    pub interest: Money,
    /// The fixed sum for the costs of recovery; zero if none.
    pub fixed_sum: Money,
}

/// What is netted against invoices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// A credit note, or money that found no invoice.
    pub kind: CreditKind,
    /// The number of the credit note, or the reference of the payment. Not empty.
    pub document: String,
    /// When it was issued, or came in.
    pub on: NaiveDate,
    /// How much of it is netted; more than zero.
    pub amount: Money,
}

/// Where a credit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditKind {
    /// A credit note.
    CreditNote,
    /// Unallocated cash.
    UnallocatedCash,
}

/// What is asked for. `principal` is what is open less what is contested less credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The invoices.
    pub principal: Money,
    /// The interest on them.
    pub interest: Money,
    /// The fixed sums.
    pub costs: Money,
    /// All three.
    pub total: Money,
}

/// A stretch of days with one base and one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterestPeriod {
    /// The invoice.
    pub invoice: String,
    /// The first day that bears interest.
    pub from: NaiveDate,
    /// The last one.
    pub until: NaiveDate,
    /// How many they are.
    pub days: i64,
    /// What bears interest.
    pub base: Money,
    /// Per cent a year.
    pub rate: Decimal,
    /// Where the rate comes from. Not empty.
    pub source: String,
    /// What it comes to.
    pub interest: Money,
}

/// A part of a payment plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// When it is to be paid.
    pub due_on: NaiveDate,
    /// How much.
    pub amount: Money,
}

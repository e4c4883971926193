use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What is asked for in one currency. Always `total` is the sum of the other three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// Which.
    pub currency: Currency,
    /// Open and not contested.
    pub principal: Money,
    /// For late payment.
    pub interest: Money,
    /// Fixed sums for recovery costs.
    pub accessories: Money,
    /// All three.
    pub total: Money,
}

/// A receivable, and what is asked for of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receivable {
    /// The tenant's id for it.
    pub invoice: String,
    /// Its number as printed, if that is no id.
    pub number: Option<String>,
    /// When it was issued.
    pub issued_on: NaiveDate,
    /// The contract's last day for payment.
    pub due_on: NaiveDate,
    /// How that follows from the day of issue.
    pub payment_terms: Option<String>,
    /// All that was owed.
    pub gross: Money,
    /// What is open of it.
    pub open: Money,
    /// The part of that which is contested, and not asked for.
    pub disputed: Money,
    /// What is asked for: open and not contested.
    pub principal: Money,
    /// For late payment, up to the day of the dossier.
    pub interest: Money,
    /// How that comes about; their sum, less what was given up, is `interest`.
    pub interest_lines: Vec<InterestLine>,
    /// What a person gave up of it; none: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest_waived: Option<Money>,
    /// For recovery costs.
    pub fixed_sum: Money,
    /// The law that says so.
    pub fixed_sum_source: Option<String>,
    /// The order it was issued for.
    pub order: Option<String>,
    /// The contract it was issued under.
    pub contract: Option<String>,
    /// Where it was delivered to.
    pub site: Option<String>,
    /// The version of the terms of sale that it is under.
    pub terms_version: Option<String>,
}

/// A stretch of days with one base and one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterestLine {
    /// The first day that bears interest.
    pub from: NaiveDate,
    /// The last one.
    pub to: NaiveDate,
    /// How many they are.
    pub days: i64,
    /// How many make the year.
    pub days_of_year: u16,
    /// What bears interest.
    pub base: Money,
    /// Per cent a year.
    #[serde(with = "rust_decimal::serde::str")]
    pub rate: Decimal,
    /// Where the rate comes from: the law, the version of terms of sale that states one, or both where
    /// the law raises that; empty: it was agreed otherwise.
    pub sources: Vec<String>,
    /// What it comes to: rounded so that the lines up to it are, which moves it by less than the
    /// smallest unit.
    pub interest: Money,
}

/// What happened on the account in one currency. Always `opening` and the lines add up to `closing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Before the first line.
    pub opening: Money,
    /// By the day.
    pub lines: Vec<StatementLine>,
    /// What is owed, less what has not met an invoice.
    pub closing: Money,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// The day it counts from.
    pub on: NaiveDate,
    /// `invoice`, `credit_note`, `payment`, `reversal`, `refund`, `write_off`, `recovery`,
    /// `cancellation`.
    pub kind: String,
    /// The id of what it is about.
    pub document: String,
    /// The number of an invoice as printed, if that is no id.
    pub number: Option<String>,
    /// Above zero: more is owed.
    pub amount: Money,
    /// What is owed after it.
    pub balance: Money,
}

/// Money or credit that met one of the receivables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// Which receivable.
    pub invoice: String,
    /// The day it counts from.
    pub on: NaiveDate,
    /// `payment` or `credit_note`.
    pub kind: String,
    /// The id of that.
    pub source: String,
    /// How much.
    pub amount: Money,
    /// Why it met this one: the word of the rule.
    pub rule: String,
    /// Whether it came for what had been given up.
    pub recovery: bool,
}

/// Terms of sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Their name.
    pub version: String,
    /// SHA-256 of the document that both sides have.
    pub document_sha256: String,
    /// The first day of issue of invoices under them.
    pub from: NaiveDate,
    /// Whether goods stay the creditor's until they are paid.
    pub reservation_of_title: bool,
    /// Whether everything falls due when one instalment is not paid.
    pub acceleration: bool,
    /// What a late debt bears, in per cent a year; none: what the law says.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub penalty_rate: Option<Decimal>,
    /// Whose law and courts were agreed on.
    pub jurisdiction: Option<String>,
    /// Which of the receivables are under them.
    pub invoices: Vec<String>,
}

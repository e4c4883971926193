use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

/// Receivables that are collected together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id: one of the customer's, by count.
    pub case: String,
    /// Why it was opened: `exhausted`, `person`, `insolvency`, `insurer`.
    pub why: String,
    /// When.
    pub opened_on: NaiveDate,
    /// By which way it goes on, if one was chosen.
    pub route: Option<String>,
    /// When it ended; none: it has not.
    pub closed_on: Option<NaiveDate>,
    /// What it is about.
    pub invoices: Vec<String>,
}

/// Something that was done, and moves rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The tenant's id for it.
    pub act: String,
    /// What was done.
    pub kind: String,
    /// When it has its effect.
    pub on: NaiveDate,
    /// Which receivables it is about; none: all.
    pub invoices: Vec<String>,
    /// An amount that belongs to it.
    pub amount: Option<Money>,
    /// What proves it.
    pub proof: Option<String>,
}

/// A right that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Right {
    /// Which.
    pub kind: String,
    /// What it is about: `invoice F-1`.
    pub about: String,
    /// The day from which its time is counted.
    pub counted_from: NaiveDate,
    /// The rule that says so, and since when it does.
    pub rule: String,
    /// The last day; none while its time stands still.
    pub last_day: Option<NaiveDate>,
    /// What is lost with it, an amount a currency.
    pub stake: Vec<Money>,
    /// What keeps it.
    pub what_to_do: String,
}

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Grade, Measure, Weights};
use crate::{InvoiceId, Reference, date};

/// What a scorecard says of a customer on a day, and why: a receipt that adds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The business day.
    #[serde(with = "date")]
    pub scored_on: NaiveDate,
    /// Which scorecard.
    pub scorecard: Reference,
    /// What everybody begins with and what each reason is worth, added up.
    pub sum: Weights,
    /// What to expect of the customer's next payment.
    pub chances: Chances,
    /// The grade.
    pub grade: Grade,
    /// The grade that points alone would give, if a cap or the way the grade was before keeps
    /// another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<Grade>,
    /// The figure that allows no better grade, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capped_by: Option<Measure>,
    /// Since when the customer has this grade.
    #[serde(with = "date")]
    pub grade_since: NaiveDate,
    /// The points everybody begins with.
    pub base: i32,
    /// Every figure that was looked at, in the order of the scorecard; what is not known and worth
    /// nothing is left out.
    pub reasons: Vec<Reason>,
    /// The smallest change found that leads to a better grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better: Option<Flip>,
    /// The smallest change found that leads to a worse grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worse: Option<Flip>,
}

/// What to expect of the next payment, in parts per million and hundredths of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chances {
    /// That it comes after the due date.
    pub late: u32,
    /// That it comes more than 15 days after it.
    pub late15: u32,
    /// That it comes more than 30 days after it.
    pub late30: u32,
    /// Expected days after the due date; payment before it counts as none.
    pub days: u32,
}

/// One figure, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which figure.
    pub measure: Measure,
    /// What it was, in the unit of the measure; none: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// Points.
    pub points: i32,
    /// The entry of the journal with the last fact it rests on; none if no fact speaks of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
}

/// A change that leads to another grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flip {
    /// These open items are paid in full, today.
    Paid {
        /// Which, the oldest first.
        invoices: Vec<InvoiceId>,
        /// The grade that follows.
        grade: Grade,
    },
    /// One figure alone becomes another.
    Moved {
        /// Which figure.
        measure: Measure,
        /// The value nearest to what it is that is enough.
        to: i64,
        /// The grade that follows.
        grade: Grade,
    },
}

/// What a scorecard that is not in force says of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    /// The business day.
    #[serde(with = "date")]
    pub scored_on: NaiveDate,
    /// Which scorecard.
    pub scorecard: Reference,
    /// All that it says, added up.
    pub sum: Weights,
    /// What to expect of the customer's next payment.
    pub chances: Chances,
    /// The grade it would give.
    pub grade: Grade,
    /// Since when it would have given it.
    #[serde(with = "date")]
    pub grade_since: NaiveDate,
}

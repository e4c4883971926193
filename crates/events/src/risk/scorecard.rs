//! How a customer is scored: figures, bins, points. A fact, so that the past is explained by the
//! scorecard of its day.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Grade;
use crate::Reference;

/// How a customer is scored.
///
/// Each figure that is looked at falls into one bin, and the bin says what it is worth. Sums of
/// what the bins say, and nothing else, make the score: whoever can add can check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Its name and version, such as `acme-2026-11`.
    pub scorecard: Reference,
    /// What everybody begins with.
    pub base: Weights,
    /// What is looked at, each figure once.
    pub characteristics: Vec<Characteristic>,
    /// The points from which on a customer has grade A, B, C and D, falling; below the last: E.
    pub grades: [i32; 4],
    /// Figures that allow no good grade, whatever else speaks for the customer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// How many points past its threshold a better grade needs, so that nobody goes to and fro.
    pub up_buffer: i32,
    /// How many days a grade is kept before a better one; a worse one comes at once.
    pub up_after_days: u16,
}

/// A figure that allows no good grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Which.
    pub measure: Measure,
    /// From this value on.
    pub from: i64,
    /// The best grade it allows.
    pub grade: Grade,
}

/// One figure that is looked at, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Characteristic {
    /// Which figure.
    pub measure: Measure,
    /// What it is worth when it is not known.
    pub unknown: Weights,
    /// What it is worth, from the lowest values up.
    pub bins: Vec<Bin>,
}

/// The values from the end of the bin before it to the end of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// The first value that is not in it, in the unit of the measure; none: all that are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<i64>,
    /// What they are worth.
    #[serde(flatten)]
    pub weights: Weights,
}

/// What a figure is worth: points for the grade, and how it moves what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// More is better.
    pub points: i32,
    /// Log-odds of a payment after the due date, in thousandths; more is worse.
    pub late: i32,
    /// Log-odds of a payment more than 15 days after the due date, in thousandths.
    pub late15: i32,
    /// Log-odds of a payment more than 30 days after the due date, in thousandths.
    pub late30: i32,
    /// Expected days after the due date, in hundredths of a day.
    pub days: i32,
}

macro_rules! measures {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A figure about a customer that a scorecard can look at. Whole numbers, in the unit
        /// that is named; shares are in thousandths.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Measure {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Measure {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its word in files and answers.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it is, with its unit.
            pub fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+).trim_start(),)+
                }
            }
        }
    };
}

measures! {
    /// Share of invoices that were paid after their due date or are overdue, the younger ones
    /// counting more; one more, of an ordinary payer, is counted in, so that few say less than
    /// many; thousandths.
    LateShare = "late_share",
    /// The same for more than 15 days after the due date; thousandths.
    Late15Share = "late15_share",
    /// The same for more than 30 days after the due date; thousandths.
    Late30Share = "late30_share",
    /// Days beyond terms, the younger ones counting more and half an invoice paid on the day
    /// counted in; hundredths of a day.
    DaysBeyondTerms = "days_beyond_terms",
    /// Days beyond terms, weighted by amount, the younger ones counting more; hundredths of a day.
    DaysByAmount = "days_by_amount",
    /// How much the latest three payments are later than those before; hundredths of a day.
    Trend = "trend",
    /// Days beyond terms of the invoice that was settled last; days.
    LastDaysBeyondTerms = "last_days_beyond_terms",
    /// The same of the one before it; days.
    DaysBeforeLast = "days_before_last",
    /// The mean of the last three, or of as many as there are; hundredths of a day.
    DaysOfLastThree = "days_of_last_three",
    /// The middle of all days beyond terms; hundredths of a day.
    TypicalDays = "typical_days",
    /// The most days beyond terms, of what is still open too; days.
    MostDays = "most_days",
    /// How far days beyond terms are from their mean, on average; hundredths of a day.
    Spread = "spread",
    /// Invoices that were settled; a number.
    Settled = "settled",
    /// Months of the calendar since the first invoice; a number.
    Tenure = "tenure",
    /// Months of the calendar since an invoice was settled; a number.
    SinceSettled = "since_settled",
    /// Open items; a number.
    OpenItems = "open_items",
    /// Days past due of the oldest open item, 0 if nothing is overdue; days.
    OldestOverdue = "oldest_overdue",
    /// Share of what is open that is overdue, 0 if nothing is open; thousandths.
    OverdueShare = "overdue_share",
    /// What an invoice is usually about, on average; the smallest unit of its currency.
    UsualAmount = "usual_amount",
    /// Promises broken in the last twelve months, this one included; a number.
    BrokenPromises = "broken_promises",
    /// Payments that bounced in the last twelve months, this one included; a number.
    Bounced = "bounced",
    /// Share of what is open that is disputed, 0 if nothing is open; thousandths.
    DisputedShare = "disputed_share",
    /// What is at stake and not guaranteed, as a share of the credit limit; thousandths.
    Utilisation = "utilisation",
    /// How much less was invoiced in the last three full months than in the three before;
    /// thousandths.
    Drop = "drop",

    /// Of an invoice to come: what it is about; the smallest unit of its currency.
    Amount = "amount",
    /// Of an invoice to come: what it is about, over what invoices are usually about; thousandths.
    AmountToUsual = "amount_to_usual",
    /// Of an invoice to come: days from issue to due date; days.
    Terms = "terms",
    /// Of an invoice to come: the days the customer usually takes from issue to payment, less those
    /// it has this time; hundredths of a day.
    Habit = "habit",
    /// Of an invoice to come: the day of the month it is issued on, 1 to 31.
    IssueDay = "issue_day",
    /// Of an invoice not due yet: days since its issue; days.
    Waiting = "waiting",
    /// Of invoices looked at together: how many they are; a number.
    Together = "together",

    /// The agencies' grade, the worst of those that are young enough: 1 is best, 5 is worst.
    Rating = "rating",
    /// Altman's Z'' of the last financial statement; thousandths.
    AltmanZ = "altman_z",
    /// The score of Conan and Holder of the last financial statement; thousandths.
    ConanHolder = "conan_holder",
    /// Current assets over current liabilities of the last financial statement; thousandths.
    CurrentRatio = "current_ratio",
    /// Debt over equity of the last financial statement; thousandths.
    DebtToEquity = "debt_to_equity",
    /// Days beyond terms that other suppliers report, weighted by their amounts; days.
    Referenced = "referenced",
    /// Points that analysts give or take, within the bounds of the policy.
    Opinion = "opinion",
    /// The gravest notice of a court in force: 1 safeguard, 2 receivership, 3 liquidation.
    Notice = "notice",
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

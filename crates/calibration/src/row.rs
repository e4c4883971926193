//! What is learned from.

use chrono::NaiveDate;

/// A forecast that could have been made, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whose payment it is: rows of one customer are never on both sides of a comparison.
    pub customer: String,
    /// On which day the forecast would have been made.
    pub day: NaiveDate,
    /// When the payment was due.
    pub due_on: NaiveDate,
    /// What was known then, a value for each measure, each in its unit.
    pub measures: Vec<Option<i64>>,
    /// What came of it.
    pub outcome: Outcome,
}

/// How late a payment was, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Days after the due date, negative before it; of what is not settled the days so far.
    pub days: i64,
    /// How far after the due date the world was watched, in days. Who is judged by a threshold must
    /// have been watched for longer: of those watched for less only the punctual would be known.
    pub watched_days: i64,
}

impl Row {
    /// The row as it was known before a day; none if it was not there yet.
    pub fn known_before(&self, day: NaiveDate) -> Option<Self> {
        if self.day >= day {
            return None;
        }
        // What is not settled before the day is settled on it at the earliest.
        let watched_days = (day - self.due_on).num_days().min(self.outcome.watched_days);
        let outcome = Outcome { days: self.outcome.days.min(watched_days), watched_days };
        Some(Self { outcome, ..self.clone() })
    }
}

impl Outcome {
    /// Of a payment that is known for good.
    pub fn settled(days: i64) -> Self {
        Self { days, watched_days: i64::MAX }
    }

    /// Whether it was later than so many days; none if that could not be seen yet.
    pub fn later_than(self, days: i64) -> Option<bool> {
        (self.watched_days > days).then_some(self.days > days)
    }

    /// Days late, early payment counting as none, if it was watched long enough.
    pub(crate) fn late_days(self) -> Option<i64> {
        /// Few payments come later, and those that do are counted with the days so far.
        const LONG_ENOUGH_DAYS: i64 = 60;
        (self.watched_days > LONG_ENOUGH_DAYS).then_some(self.days.max(0))
    }
}

/// What to expect of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The chances that it comes after the due date, and more than 15 and 30 days after it; parts
    /// per million.
    pub late_ppm: [u32; 3],
    /// Expected days after the due date, early payment counting as none; hundredths of a day.
    pub days: i64,
}

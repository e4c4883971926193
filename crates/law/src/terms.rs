//! Payment terms: from the day of an invoice to the day it falls due.
//!
//! Terms are at most three steps, taken one after the other from the invoice date: so many days or
//! months, to the end of the month, to a fixed day of a month. The canonical spelling names the
//! steps in the order in which they are taken, so that a due date can be checked with a finger on
//! a wall calendar:
//!
//! | written by people | canonical |
//! |---|---|
//! | `comptant`, `à réception`, `due on receipt`, `sofort` | `on receipt` |
//! | `30 j`, `net 30`, `30 Tage netto` | `30 days` |
//! | `45 j fin de mois`, `45 j fdm (A)` | `45 days then end of month` |
//! | `45 j fdm (B)`, `fin de mois 45 j`, `45 days after end of month` | `end of month then 45 days` |
//! | `30 j le 10` | `30 days then the 10th` |
//! | `30 j fin de mois le 10` | `30 days then the 10th of the next month` |
//! | `2 mois`, `2 Monate` | `2 months` |
//!
//! "45 jours fin de mois" has two lawful readings in France, and a contract should say which:
//! see [`Reading`].
//!
//! A due date is computed whether the terms are lawful or not; [`warn`] says where they go beyond the
//! limits of a jurisdiction, which stand in its [`Table`](crate::Table). Nor does a due date move to
//! a business day by itself: that takes a clause of the contract and a
//! [`Calendar`](crate::Calendar).

mod canonical;
mod limits;
mod spelling;
mod words;

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

pub use limits::{Kind, WarnError, Warning, warn, warn_due};
pub use spelling::TermsError;

/// How an invoice falls due: up to three [`Step`]s, none for "on receipt".
///
/// `FromStr` reads the spellings of people in French, English and German, ambiguous ones as
/// [`Reading::A`]; `Display` and serde write the canonical spelling, which every reading reads back
/// as the same terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Terms {
    /// The steps, then `None`s.
    steps: [Option<Step>; Terms::STEPS_MAX],
}

/// One step towards the due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Calendar days later, 1 to 400.
    Days(u16),
    /// The same day of a later month, or its last day when it is shorter; 1 to 24.
    Months(u8),
    /// The last day of the month.
    EndOfMonth,
    /// The next such day, 1 to 31, on or after; the last day in a month that is shorter.
    DayOfMonth(u8),
    /// Such a day, 1 to 31, of the month after; its last day when it is shorter.
    DayOfNextMonth(u8),
}

/// What "45 jours fin de mois" means when the contract does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reading {
    /// 45 days, then to the end of that month: the usual reading in France and the default here.
    #[default]
    A,
    /// To the end of the month of the invoice, then 45 days.
    B,
}

/// Steps that are no terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepsError {
    /// More steps than [`Terms::STEPS_MAX`].
    #[error("payment terms have at most {max} steps, {given} given", max = Terms::STEPS_MAX)]
    TooMany {
        /// How many there were.
        given: usize,
    },
    /// Days beyond [`Terms::DAYS_MAX`].
    #[error("{0} days are more than the {max} that payment terms may have", max = Terms::DAYS_MAX)]
    Days(u32),
    /// Months beyond [`Terms::MONTHS_MAX`].
    #[error("{0} months are more than the {max} that payment terms may have", max = Terms::MONTHS_MAX)]
    Months(u32),
    /// A day that no month has.
    #[error("{0} is no day of a month")]
    DayOfMonth(u32),
}

/// The due date lies beyond the last day that dates can express, in the year 262142.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an invoice of {issued_on} with terms {terms} falls due beyond the calendar")]
pub struct BeyondCalendar {
    /// The invoice date.
    pub issued_on: NaiveDate,
    /// The terms.
    pub terms: Terms,
}

impl Terms {
    /// The most steps that terms have.
    pub const STEPS_MAX: usize = 3;
    /// The most days of one step.
    pub const DAYS_MAX: u16 = 400;
    /// The most months of one step.
    pub const MONTHS_MAX: u8 = 24;

    /// Due on the day of the invoice.
    pub const ON_RECEIPT: Terms = Terms { steps: [None; Terms::STEPS_MAX] };

    /// Terms of these steps, taken in this order.
    ///
    /// What means the same becomes the same: steps of 0 days or months fall away, and a day of the
    /// month straight after the end of a month is that day of the next month.
    pub fn new(steps: &[Step]) -> Result<Terms, StepsError> {
        let mut terms = Terms::ON_RECEIPT;
        let mut count = 0;
        for step in steps {
            let last = terms.steps.iter_mut().take(count).next_back();
            match (*step, last) {
                (Step::Days(0) | Step::Months(0), _) => continue,
                (Step::Days(days), _) if days > Terms::DAYS_MAX => {
                    return Err(StepsError::Days(days.into()));
                }
                (Step::Months(months), _) if months > Terms::MONTHS_MAX => {
                    return Err(StepsError::Months(months.into()));
                }
                (Step::DayOfMonth(day) | Step::DayOfNextMonth(day), _)
                    if !(1..=31).contains(&day) =>
                {
                    return Err(StepsError::DayOfMonth(day.into()));
                }
                (Step::DayOfMonth(day), Some(last @ Some(Step::EndOfMonth))) => {
                    *last = Some(Step::DayOfNextMonth(day));
                    continue;
                }
                _ => {}
            }
            let place = terms.steps.get_mut(count);
            *place.ok_or(StepsError::TooMany { given: steps.len() })? = Some(*step);
            count += 1;
        }
        Ok(terms)
    }

    /// The steps, in the order in which they are taken.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        self.steps.iter().copied().flatten()
    }

    /// The day on which an invoice of `issued_on` falls due.
    pub fn due_on(self, issued_on: NaiveDate) -> Result<NaiveDate, BeyondCalendar> {
        self.steps()
            .try_fold(issued_on, |day, step| step.after(day))
            .ok_or(BeyondCalendar { issued_on, terms: self })
    }
}

impl Step {
    /// The day on which it ends when it is taken from `day`.
    fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Step::Days(days) => day.checked_add_days(Days::new(u64::from(days))),
            Step::Months(months) => day.checked_add_months(Months::new(u32::from(months))),
            Step::EndOfMonth => end_of_month(day),
            Step::DayOfMonth(wanted) => {
                let this_month = day_or_last(day, wanted)?;
                if this_month >= day { Some(this_month) } else { next_month(day, wanted) }
            }
            Step::DayOfNextMonth(wanted) => next_month(day, wanted),
        }
    }
}

fn next_month(day: NaiveDate, wanted: u8) -> Option<NaiveDate> {
    day_or_last(day.with_day(1)?.checked_add_months(Months::new(1))?, wanted)
}

/// The day `wanted` in the month of `day`, or its last.
fn day_or_last(day: NaiveDate, wanted: u8) -> Option<NaiveDate> {
    day.with_day(u32::from(wanted)).or_else(|| end_of_month(day))
}

fn end_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(u32::from(day.num_days_in_month()))
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Terms({self})")
    }
}

#[cfg(test)]
mod tests;

//! When open items will be paid, judged by how late the customer has paid before.
//!
//! What was paid before, each amount with its days late, is a distribution, weighted by amount. Its
//! quantile at p % is **the smallest number of days that was seen, within which at least p % of the
//! amount had come in**: always a delay that did happen, never one between two, exact in whole
//! numbers. (It is the inverse of the empirical distribution function, type 1 of Hyndman and Fan,
//! *Sample Quantiles in Statistical Packages*, 1996, with weights.)
//!
//! For an item that is open today, the delays that it has already outlived are left out: who is 40
//! days late will not pay on the tenth day. So no day is ever forecast in the past. An item later
//! than every payment ever seen has no day: it is [`beyond`](Forecast::beyond), for a person to
//! judge.
//!
//! The 50th percentile is the likely day, the 90th the cautious one. Days of a calendar are not
//! looked at: money forecast for a Sunday comes in the same week or on Monday after.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use money::{Currency, Money, MoneyError};

/// How late money came in, weighted by amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delays {
    /// What came in so many days late; no amount is zero.
    amounts: BTreeMap<i32, i128>,
}

/// A share of the amount, from 1 to 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percentile(u8);

/// An item that is not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// When it falls due.
    pub due_on: NaiveDate,
    /// What is open of it; negative for a credit that will be taken off.
    pub open: Money,
}

/// An item and its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The item.
    pub item: Item,
    /// The days, none for an item later than every payment ever seen.
    pub days: Option<ExpectedDays>,
}

/// When an item is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedDays {
    /// The day by which it is paid in half of the cases.
    pub likely_on: NaiveDate,
    /// The day by which it is paid in nine cases of ten; never before the likely one.
    pub cautious_on: NaiveDate,
}

/// The cash of one week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub monday: NaiveDate,
    /// What comes in if each item is paid on its likely day.
    pub likely: Money,
    /// What comes in if each item is paid on its cautious day.
    pub cautious: Money,
}

/// When which cash is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The items in the order in which they were given.
    pub items: Vec<Expected>,
    /// The weeks in which something is expected, in order. The sums of `likely` and of `cautious`
    /// are the same: what is open, less what is beyond.
    pub weeks: Vec<Week>,
    /// What is open of items that are later than every payment ever seen.
    pub beyond: Money,
}

/// Why there is no forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// Nothing came in yet.
    #[error("no forecast: nothing was paid before")]
    NothingPaid,
    /// A payment of less than nothing.
    #[error("no forecast: a payment of {amount_minor} is negative")]
    Negative {
        /// The amount.
        amount_minor: i64,
    },
    /// No percentile is 0 or above 100.
    #[error("{percent} is no percentile: it is from 1 to 100")]
    Percentile {
        /// What was given.
        percent: u8,
    },
    /// A day is beyond the calendar.
    #[error("no forecast: a day is out of range")]
    OutOfRange,
    /// Amounts of several currencies, or beyond what amounts can be.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Percentile {
    /// The likely one.
    pub const P50: Percentile = Percentile(50);
    /// The cautious one.
    pub const P90: Percentile = Percentile(90);

    /// From 1 to 100.
    ///
    /// # Errors
    ///
    /// [`NotComputable::Percentile`].
    pub fn try_new(percent: u8) -> Result<Percentile, NotComputable> {
        if (1..=100).contains(&percent) {
            Ok(Percentile(percent))
        } else {
            Err(NotComputable::Percentile { percent })
        }
    }
}

impl Delays {
    /// The distribution of payments, each with its days late, negative for early, and its amount in
    /// the smallest unit of one currency. Amounts of zero tell nothing and are left out.
    ///
    /// # Errors
    ///
    /// [`NotComputable::NothingPaid`] and [`NotComputable::Negative`].
    pub fn try_new(
        payments: impl IntoIterator<Item = (i32, i64)>,
    ) -> Result<Delays, NotComputable> {
        let mut amounts: BTreeMap<i32, i128> = BTreeMap::new();
        for (days_late, amount_minor) in payments {
            if amount_minor < 0 {
                return Err(NotComputable::Negative { amount_minor });
            }
            if amount_minor > 0 {
                *amounts.entry(days_late).or_default() += i128::from(amount_minor);
            }
        }
        if amounts.is_empty() { Err(NotComputable::NothingPaid) } else { Ok(Delays { amounts }) }
    }

    /// What others saw, in the same currency, added.
    pub fn merge(&mut self, others: &Delays) {
        for (days_late, amount) in &others.amounts {
            *self.amounts.entry(*days_late).or_default() += amount;
        }
    }

    /// The days late within which at least so much of the amount came in, among what came in
    /// `days_late` or more days late; none if nothing did. From `i32::MIN` it is the quantile of
    /// all, and there always is one.
    pub fn quantile(&self, days_late: i32, percentile: Percentile) -> Option<i32> {
        let total: i128 = self.amounts.range(days_late..).map(|(_, amount)| amount).sum();
        let mut sum = 0;
        for (days, amount) in self.amounts.range(days_late..) {
            sum += amount;
            if sum * 100 >= total * i128::from(percentile.0) {
                return Some(*days);
            }
        }
        None
    }

    /// When the items, all of one currency and all open on `today`, are expected.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`] and [`NotComputable::Money`].
    pub fn forecast(
        &self,
        items: &[Item],
        currency: Currency,
        today: NaiveDate,
    ) -> Result<Forecast, NotComputable> {
        let nothing = Money::zero(currency);
        let mut weeks: BTreeMap<NaiveDate, Week> = BTreeMap::new();
        let mut beyond = nothing;
        let mut expected = Vec::with_capacity(items.len());
        for item in items {
            let days = self.expected(item.due_on, today)?;
            match days {
                None => beyond = beyond.plus(item.open)?,
                Some(ExpectedDays { likely_on, cautious_on }) => {
                    let week = week_of(&mut weeks, likely_on, nothing)?;
                    week.likely = week.likely.plus(item.open)?;
                    let week = week_of(&mut weeks, cautious_on, nothing)?;
                    week.cautious = week.cautious.plus(item.open)?;
                }
            }
            expected.push(Expected { item: *item, days });
        }
        Ok(Forecast { items: expected, weeks: weeks.into_values().collect(), beyond })
    }

    /// When an item due on a day and still open on `today` is expected, `today` at the earliest.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`].
    pub fn expected(
        &self,
        due_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Option<ExpectedDays>, NotComputable> {
        let late_today = today.signed_duration_since(due_on).num_days();
        let late_today = i32::try_from(late_today).map_err(|_| NotComputable::OutOfRange)?;
        let on = |percentile| -> Result<Option<NaiveDate>, NotComputable> {
            let days = self.quantile(late_today, percentile);
            let on = days.map(|it| due_on.checked_add_signed(TimeDelta::days(it.into())));
            on.map(|it| it.ok_or(NotComputable::OutOfRange)).transpose()
        };
        let days = on(Percentile::P50)?.zip(on(Percentile::P90)?);
        Ok(days.map(|(likely_on, cautious_on)| ExpectedDays { likely_on, cautious_on }))
    }
}

fn week_of(
    weeks: &mut BTreeMap<NaiveDate, Week>,
    day: NaiveDate,
    nothing: Money,
) -> Result<&mut Week, NotComputable> {
    let since_monday = Days::new(day.weekday().num_days_from_monday().into());
    let monday = day.checked_sub_days(since_monday).ok_or(NotComputable::OutOfRange)?;
    Ok(weeks.entry(monday).or_insert(Week { monday, likely: nothing, cautious: nothing }))
}

#[cfg(test)]
mod tests;

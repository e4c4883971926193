//! Business days: TARGET and the national holidays of twelve states.
//!
//! A day is a business day when it is neither Saturday nor Sunday nor a holiday of the calendar. The
//! holidays stand in `tables/`, one rule a line with the statute it comes from; Easter is computed. National means: the same in the whole state. Days that only some cantons, provinces,
//! Länder or communities keep are not in the tables, so a due date is never moved by a holiday that
//! the debtor may not have.
//!
//! The rules hold from 2002 on; before that they are not looked after.

mod easter;
mod observance;
mod tables;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use observance::{Day, Holiday, OnWeekend};

/// Which days are business days, for TARGET or one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Calendar {
    /// The days on which euro payments settle between banks: `TARGET`.
    Target,
    /// Austria: `AT`.
    Austria,
    /// Belgium: `BE`.
    Belgium,
    /// Canada, the days kept in every province: `CA`.
    Canada,
    /// Switzerland, the days kept in every canton: `CH`.
    Switzerland,
    /// Germany, the days kept in every Land: `DE`.
    Germany,
    /// Spain, before the choices of its communities: `ES`.
    Spain,
    /// France without Alsace-Moselle and overseas: `FR`.
    France,
    /// United Kingdom, the days kept in all its parts: `GB`.
    UnitedKingdom,
    /// Italy, without the feasts of town patrons: `IT`.
    Italy,
    /// Luxembourg: `LU`.
    Luxembourg,
    /// Netherlands: `NL`.
    Netherlands,
    /// United States, federal holidays: `US`.
    UnitedStates,
}

/// A region without a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no calendar for {given:?}: known are {known}", known = known())]
pub struct UnknownRegion {
    /// The beginning of what was given.
    pub given: String,
}

fn known() -> String {
    Calendar::ALL.map(Calendar::code).join(", ")
}

impl Calendar {
    /// Every calendar.
    pub const ALL: [Calendar; 13] = [
        Calendar::Target,
        Calendar::Austria,
        Calendar::Belgium,
        Calendar::Canada,
        Calendar::Switzerland,
        Calendar::Germany,
        Calendar::Spain,
        Calendar::France,
        Calendar::UnitedKingdom,
        Calendar::Italy,
        Calendar::Luxembourg,
        Calendar::Netherlands,
        Calendar::UnitedStates,
    ];

    /// `TARGET`, or the two letters of the state in ISO 3166-1.
    pub const fn code(self) -> &'static str {
        match self {
            Calendar::Target => "TARGET",
            Calendar::Austria => "AT",
            Calendar::Belgium => "BE",
            Calendar::Canada => "CA",
            Calendar::Switzerland => "CH",
            Calendar::Germany => "DE",
            Calendar::Spain => "ES",
            Calendar::France => "FR",
            Calendar::UnitedKingdom => "GB",
            Calendar::Italy => "IT",
            Calendar::Luxembourg => "LU",
            Calendar::Netherlands => "NL",
            Calendar::UnitedStates => "US",
        }
    }

    /// The rules, in the order of the table.
    pub const fn holidays(self) -> &'static [Holiday] {
        match self {
            Calendar::Target => tables::target::TARGET,
            Calendar::Austria => tables::central::AUSTRIA,
            Calendar::Belgium => tables::western::BELGIUM,
            Calendar::Canada => tables::english::CANADA,
            Calendar::Switzerland => tables::central::SWITZERLAND,
            Calendar::Germany => tables::central::GERMANY,
            Calendar::Spain => tables::southern::SPAIN,
            Calendar::France => tables::western::FRANCE,
            Calendar::UnitedKingdom => tables::english::UNITED_KINGDOM,
            Calendar::Italy => tables::southern::ITALY,
            Calendar::Luxembourg => tables::western::LUXEMBOURG,
            Calendar::Netherlands => tables::western::NETHERLANDS,
            Calendar::UnitedStates => tables::english::UNITED_STATES,
        }
    }

    /// The holiday kept on `day`, also on a weekend and also in place of one that fell on a weekend;
    /// the first of the table when there are two.
    pub fn holiday(self, day: NaiveDate) -> Option<&'static Holiday> {
        self.holidays().iter().find(|holiday| holiday.is_kept_on(day))
    }

    /// The English name of the holiday kept on `day`.
    pub fn holiday_name(self, day: NaiveDate) -> Option<&'static str> {
        self.holiday(day).map(|holiday| holiday.name)
    }

    /// Whether `day` is neither Saturday nor Sunday nor a holiday.
    pub fn is_business_day(self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && self.holiday(day).is_none()
    }

    /// The first business day on or after `day`.
    pub fn next_business_day(self, day: NaiveDate) -> NaiveDate {
        self.first_business_day(day, NaiveDate::succ_opt)
    }

    /// The last business day on or before `day`.
    pub fn previous_business_day(self, day: NaiveDate) -> NaiveDate {
        self.first_business_day(day, NaiveDate::pred_opt)
    }

    /// The business day `count` business days after `day`, or before it when `count` is negative.
    ///
    /// `day` itself is not counted, business day or not: one business day after a Saturday is
    /// Monday. With a `count` of 0 the answer is [`Calendar::next_business_day`].
    pub fn add_business_days(self, day: NaiveDate, count: i32) -> NaiveDate {
        if count == 0 {
            return self.next_business_day(day);
        }
        let step = if count > 0 { NaiveDate::succ_opt } else { NaiveDate::pred_opt };
        (0..count.unsigned_abs()).fold(day, |day, _| match step(&day) {
            Some(beside) => self.first_business_day(beside, step),
            None => day,
        })
    }

    /// Business days in `from < day <= to`; none when `to` is not after `from`.
    pub fn business_days_between(self, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days()
            .skip(1)
            .take_while(|day| *day <= to)
            .filter(|day| self.is_business_day(*day))
            .count()
    }

    /// Ends at the latest where dates end, in the years 262142 and −262143.
    fn first_business_day(
        self,
        mut day: NaiveDate,
        step: fn(&NaiveDate) -> Option<NaiveDate>,
    ) -> NaiveDate {
        while !self.is_business_day(day) {
            match step(&day) {
                Some(beside) => day = beside,
                None => break,
            }
        }
        day
    }
}

/// Reads `TARGET`, or the two capital letters of a state.
impl FromStr for Calendar {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Calendar, UnknownRegion> {
        let found = Calendar::ALL.into_iter().find(|calendar| calendar.code() == code);
        found.ok_or_else(|| UnknownRegion { given: code.chars().take(40).collect() })
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Calendar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Calendar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;

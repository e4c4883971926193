//! How a year is counted.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

/// What part of a year a day is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayCount {
    /// `act/365`: a day is 1/365 of a year, in leap years too. What courts and creditors use.
    #[default]
    Act365,
    /// `act/act`: a day is 1/366 of a leap year and 1/365 of any other.
    ActAct,
    /// `act/360`: a day is 1/360 of a year. What banks use between themselves.
    Act360,
}

/// A day count that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no day count: known are act/365, act/act, act/360")]
pub struct UnknownDayCount {
    /// The beginning of what was given.
    pub given: String,
}

impl DayCount {
    /// Every day count, the default first.
    pub const ALL: [DayCount; 3] = [DayCount::Act365, DayCount::ActAct, DayCount::Act360];

    /// As it is written in contracts.
    pub const fn code(self) -> &'static str {
        match self {
            DayCount::Act365 => "act/365",
            DayCount::ActAct => "act/act",
            DayCount::Act360 => "act/360",
        }
    }

    /// How many of its days make the year in which `day` lies.
    pub fn days_of_year(self, day: NaiveDate) -> u16 {
        match self {
            DayCount::ActAct if day.leap_year() => 366,
            DayCount::Act365 | DayCount::ActAct => 365,
            DayCount::Act360 => 360,
        }
    }

    /// The last day up to `to` that counts as much of a year as `from` does.
    pub(super) fn even_until(self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        match self {
            DayCount::ActAct => {
                NaiveDate::from_ymd_opt(from.year(), 12, 31).map_or(to, |end| end.min(to))
            }
            DayCount::Act365 | DayCount::Act360 => to,
        }
    }

    /// A number that every [`DayCount::days_of_year`] divides.
    pub(super) const fn common(self) -> i128 {
        match self {
            DayCount::Act365 => 365,
            DayCount::ActAct => 365 * 366,
            DayCount::Act360 => 360,
        }
    }
}

impl FromStr for DayCount {
    type Err = UnknownDayCount;

    fn from_str(code: &str) -> Result<DayCount, UnknownDayCount> {
        let found = DayCount::ALL.into_iter().find(|it| it.code() == code);
        found.ok_or_else(|| UnknownDayCount { given: code.chars().take(40).collect() })
    }
}

impl fmt::Display for DayCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for DayCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

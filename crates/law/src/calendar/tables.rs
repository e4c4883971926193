//! The holidays of each state, one rule a line: name, day, years if not all, what a weekend does,
//! and the statute.
//!
//! To correct a table: end the old rule with `until`, add the new one with `since`, a single day
//! with `once`; name the statute or its gazette.

pub(super) mod central;
pub(super) mod english;
pub(super) mod southern;
pub(super) mod target;
pub(super) mod western;

use super::observance::{Day, Holiday, OnWeekend};

const GOOD_FRIDAY: Day = Day::Easter(-2);
const EASTER_SUNDAY: Day = Day::Easter(0);
const EASTER_MONDAY: Day = Day::Easter(1);
const ASCENSION: Day = Day::Easter(39);
const WHIT_SUNDAY: Day = Day::Easter(49);
const WHIT_MONDAY: Day = Day::Easter(50);
const CORPUS_CHRISTI: Day = Day::Easter(60);

const JANUARY: u32 = 1;
const FEBRUARY: u32 = 2;
const MARCH: u32 = 3;
const APRIL: u32 = 4;
const MAY: u32 = 5;
const JUNE: u32 = 6;
const JULY: u32 = 7;
const AUGUST: u32 = 8;
const SEPTEMBER: u32 = 9;
const OCTOBER: u32 = 10;
const NOVEMBER: u32 = 11;
const DECEMBER: u32 = 12;

/// A holiday of every year.
const fn holiday(name: &'static str, day: Day, source: &'static str) -> Holiday {
    Holiday { name, day, years: (i32::MIN, i32::MAX), every: 1, weekend: OnWeekend::Stays, source }
}

/// A holiday of one year.
const fn once(name: &'static str, year: i32, day: Day, source: &'static str) -> Holiday {
    Holiday { years: (year, year), ..holiday(name, day, source) }
}

impl Holiday {
    /// Kept from this year on.
    const fn since(self, year: i32) -> Holiday {
        Holiday { years: (year, self.years.1), ..self }
    }

    /// Kept to this year.
    const fn until(self, year: i32) -> Holiday {
        Holiday { years: (self.years.0, year), ..self }
    }

    /// Kept in years that this number divides.
    const fn every(self, years: i32) -> Holiday {
        Holiday { every: years, ..self }
    }

    /// Another day is free as well when it falls on a weekend.
    const fn also_free(self, saturday: i64, sunday: i64) -> Holiday {
        Holiday { weekend: OnWeekend::Also { saturday, sunday }, ..self }
    }

    /// Kept so many days later, instead, when it falls on a Sunday.
    const fn instead_of_sunday(self, later: i64) -> Holiday {
        Holiday { weekend: OnWeekend::SundayInstead(later), ..self }
    }

    /// Not kept nationally when it falls on a Sunday.
    const fn not_on_sunday(self) -> Holiday {
        Holiday { weekend: OnWeekend::NotOnSunday, ..self }
    }
}

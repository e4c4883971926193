//! The rule of one holiday, and on which days it is kept.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::easter::easter_sunday;

/// A holiday as its statute lays it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The name in English.
    pub name: &'static str,
    /// The day of the year.
    pub day: Day,
    /// The first and the last year in which it was or will be kept.
    pub years: (i32, i32),
    /// Kept only in years that this number divides; 1 is every year.
    pub every: i32,
    /// What happens when it falls on a weekend.
    pub weekend: OnWeekend,
    /// The statute, decree or resolution.
    pub source: &'static str,
}

/// A day of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Day and month, from 1.
    On(u32, u32),
    /// Days after Easter Sunday; negative before it.
    Easter(i64),
    /// The n-th such weekday of a month: `Nth(1, Mon, 5)` is the first Monday of May.
    Nth(u8, Weekday, u32),
    /// The last such weekday of a month.
    Last(Weekday, u32),
}

/// What happens to a holiday that falls on a weekend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnWeekend {
    /// Nothing: it is kept on that day, and no other day is free.
    Stays,
    /// It is kept, and another day is free as well: so many days later when it falls on a Saturday,
    /// so many when on a Sunday; 0 for none, negative for earlier.
    Also {
        /// Days from the Saturday.
        saturday: i64,
        /// Days from the Sunday.
        sunday: i64,
    },
    /// On a Sunday it is kept so many days later instead; negative for earlier.
    SundayInstead(i64),
    /// On a Sunday it is not kept as a holiday of the whole state.
    NotOnSunday,
}

impl Holiday {
    /// Whether `day` is free because of it.
    pub fn is_kept_on(&self, day: NaiveDate) -> bool {
        // New Year's Day may be kept on the last day of the year before.
        let years = day.year()..=day.year().saturating_add(1);
        years.into_iter().any(|year| {
            self.falls_on(year)
                .is_some_and(|it| self.kept(it).into_iter().flatten().any(|it| it == day))
        })
    }

    /// The day of `year` on which it falls, whatever the weekday.
    fn falls_on(&self, year: i32) -> Option<NaiveDate> {
        let (first, last) = self.years;
        if year < first || year > last || year % self.every != 0 {
            return None;
        }
        match self.day {
            Day::On(day, month) => NaiveDate::from_ymd_opt(year, month, day),
            Day::Easter(after) => days_from(easter_sunday(year)?, after),
            Day::Nth(n, weekday, month) => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday, n)
            }
            // A weekday occurs five times in a month or else four.
            Day::Last(weekday, month) => {
                let nth = |n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n);
                nth(5).or_else(|| nth(4))
            }
        }
    }

    /// The days that are free when it falls on `day`.
    fn kept(&self, day: NaiveDate) -> [Option<NaiveDate>; 2] {
        let is_saturday = day.weekday() == Weekday::Sat;
        let is_sunday = day.weekday() == Weekday::Sun;
        match self.weekend {
            OnWeekend::Also { saturday, .. } if is_saturday => {
                [Some(day), days_from(day, saturday)]
            }
            OnWeekend::Also { sunday, .. } if is_sunday => [Some(day), days_from(day, sunday)],
            OnWeekend::SundayInstead(later) if is_sunday => [days_from(day, later), None],
            OnWeekend::NotOnSunday if is_sunday => [None, None],
            OnWeekend::Stays
            | OnWeekend::Also { .. }
            | OnWeekend::SundayInstead(_)
            | OnWeekend::NotOnSunday => [Some(day), None],
        }
    }
}

fn days_from(day: NaiveDate, later: i64) -> Option<NaiveDate> {
    let days = Days::new(later.unsigned_abs());
    if later < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
}

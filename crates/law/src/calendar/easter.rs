//! The date of Easter in the Gregorian calendar.

use chrono::{Datelike, Days, NaiveDate};

/// Easter Sunday of `year`, from 22 March to 25 April; `None` beyond the years of [`NaiveDate`].
///
/// The rule of 1582 as arithmetic: the first Sunday after the first full moon from 21 March on,
/// where the moon is the one of the church's tables, not of the sky.
pub(super) fn easter_sunday(year: i32) -> Option<NaiveDate> {
    // The year's place in the 19 years after which the moon returns to the same days.
    let golden = year.rem_euclid(19);
    let century = year.div_euclid(100);
    // Leap days that the centuries dropped, and the moon's own drift of 8 days in 2,500 years.
    let dropped = century - century.div_euclid(4);
    let drift = (8 * century + 13).div_euclid(25);
    let days = (19 * golden + dropped - drift + 15).rem_euclid(30);
    // No full moon later than 18 April, and not two on the 18th within one cycle.
    let one_less = days == 29 || (days == 28 && golden > 10);
    let days = u64::try_from(if one_less { days - 1 } else { days }).ok()?;

    let full_moon = NaiveDate::from_ymd_opt(year, 3, 21)?.checked_add_days(Days::new(days))?;
    let to_sunday = 7 - full_moon.weekday().num_days_from_sunday();
    full_moon.checked_add_days(Days::new(u64::from(to_sunday)))
}

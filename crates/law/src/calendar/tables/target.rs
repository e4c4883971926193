//! TARGET, in which banks settle euro payments.

use super::{DECEMBER, EASTER_MONDAY, GOOD_FRIDAY, Holiday, JANUARY, MAY, holiday};
use crate::calendar::observance::Day::On;

const LONG_TERM: &str =
    "ECB, press release of 14 December 2000: long-term calendar for TARGET closing days, from 2002";

pub(in crate::calendar) const TARGET: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), LONG_TERM),
    holiday("Good Friday", GOOD_FRIDAY, LONG_TERM),
    holiday("Easter Monday", EASTER_MONDAY, LONG_TERM),
    holiday("Labour Day", On(1, MAY), LONG_TERM),
    holiday("Christmas Day", On(25, DECEMBER), LONG_TERM),
    holiday("26 December", On(26, DECEMBER), LONG_TERM),
];

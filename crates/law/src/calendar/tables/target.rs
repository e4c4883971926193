//! TARGET, in which banks settle euro payments.

use super::{DECEMBER, EASTER_MONDAY, GOOD_FRIDAY, Holiday, JANUARY, MAY, holiday, once};
use crate::calendar::observance::Day::On;

const LONG_TERM: &str =
    "ECB, press release of 14 December 2000: long-term calendar for TARGET closing days, from 2002";
const OF_1999: &str = "ECB, decision announced on 31 March 1999: closing on 31 December 1999";

pub(in crate::calendar) const TARGET: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), LONG_TERM),
    holiday("Good Friday", GOOD_FRIDAY, LONG_TERM).since(2000),
    holiday("Easter Monday", EASTER_MONDAY, LONG_TERM).since(2000),
    holiday("Labour Day", On(1, MAY), LONG_TERM).since(2000),
    holiday("Christmas Day", On(25, DECEMBER), LONG_TERM),
    holiday("26 December", On(26, DECEMBER), LONG_TERM).since(2000),
    once("Change of the millennium", 1999, On(31, DECEMBER), OF_1999),
];

//! United Kingdom, United States, Canada.

use chrono::Weekday::{Mon, Thu};

use super::{
    APRIL, DECEMBER, FEBRUARY, GOOD_FRIDAY, Holiday, JANUARY, JULY, JUNE, MAY, NOVEMBER, OCTOBER,
    SEPTEMBER, holiday, once,
};
use crate::calendar::observance::Day::{Last, Nth, On};

const ACT_1971: &str = "Banking and Financial Dealings Act 1971, Schedule 1";
const PROCLAMATION: &str =
    "Royal Proclamation under the Banking and Financial Dealings Act 1971, s. 1(3)";
const COMMON_LAW: &str = "common law; Banking and Financial Dealings Act 1971, Schedule 1 (Scotland), substitutes by Proclamation";

/// Without Easter Monday and the summer bank holiday, which Scotland does not keep on the same days,
/// and without 2 January, 17 March, 12 July and 30 November, which only one part keeps.
pub(in crate::calendar) const UNITED_KINGDOM: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), PROCLAMATION).also_free(2, 1),
    holiday("Good Friday", GOOD_FRIDAY, COMMON_LAW),
    // Early May: moved in 1995 and 2020 to the anniversaries of the end of the war in Europe.
    holiday("Early May Bank Holiday", Nth(1, Mon, MAY), PROCLAMATION).since(1996).until(2019),
    once("Early May Bank Holiday", 2020, On(8, MAY), PROCLAMATION),
    holiday("Early May Bank Holiday", Nth(1, Mon, MAY), PROCLAMATION).since(2021),
    // Spring: moved for the jubilees of Elizabeth II.
    holiday("Spring Bank Holiday", Last(Mon, MAY), ACT_1971).until(2001),
    once("Spring Bank Holiday", 2002, On(4, JUNE), PROCLAMATION),
    holiday("Spring Bank Holiday", Last(Mon, MAY), ACT_1971).since(2003).until(2011),
    once("Spring Bank Holiday", 2012, On(4, JUNE), PROCLAMATION),
    holiday("Spring Bank Holiday", Last(Mon, MAY), ACT_1971).since(2013).until(2021),
    once("Spring Bank Holiday", 2022, On(2, JUNE), PROCLAMATION),
    holiday("Spring Bank Holiday", Last(Mon, MAY), ACT_1971).since(2023),
    once("Golden Jubilee of Elizabeth II", 2002, On(3, JUNE), PROCLAMATION),
    once("Wedding of Prince William", 2011, On(29, APRIL), PROCLAMATION),
    once("Diamond Jubilee of Elizabeth II", 2012, On(5, JUNE), PROCLAMATION),
    once("Platinum Jubilee of Elizabeth II", 2022, On(3, JUNE), PROCLAMATION),
    once("State Funeral of Elizabeth II", 2022, On(19, SEPTEMBER), PROCLAMATION),
    once("Coronation of Charles III", 2023, On(8, MAY), PROCLAMATION),
    // The substitutes do not collide: when one falls on Sunday the 25th the other is Monday the 26th.
    holiday("Christmas Day", On(25, DECEMBER), COMMON_LAW).also_free(2, 2),
    holiday("Boxing Day", On(26, DECEMBER), ACT_1971).also_free(2, 2),
];

const USC: &str = "5 U.S.C. § 6103(a)";
const USC_WEEKEND: &str = "5 U.S.C. § 6103(a) and (b); on a Sunday Executive Order 11582, s. 3";
const JUNETEENTH: &str =
    "Public Law 117-17 of 17 June 2021; 5 U.S.C. § 6103(b); Executive Order 11582, s. 3";

/// Federal holidays. The Federal Reserve stays open on the Friday before a holiday that falls on a
/// Saturday; federal offices do not.
pub(in crate::calendar) const UNITED_STATES: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), USC_WEEKEND).also_free(-1, 1),
    holiday("Birthday of Martin Luther King, Jr.", Nth(3, Mon, JANUARY), USC).since(1986),
    holiday("Washington's Birthday", Nth(3, Mon, FEBRUARY), USC),
    holiday("Memorial Day", Last(Mon, MAY), USC),
    holiday("Juneteenth National Independence Day", On(19, JUNE), JUNETEENTH)
        .since(2021)
        .also_free(-1, 1),
    holiday("Independence Day", On(4, JULY), USC_WEEKEND).also_free(-1, 1),
    holiday("Labor Day", Nth(1, Mon, SEPTEMBER), USC),
    holiday("Columbus Day", Nth(2, Mon, OCTOBER), USC),
    holiday("Veterans Day", On(11, NOVEMBER), USC_WEEKEND).also_free(-1, 1),
    holiday("Thanksgiving Day", Nth(4, Thu, NOVEMBER), USC),
    holiday("Christmas Day", On(25, DECEMBER), USC_WEEKEND).also_free(-1, 1),
];

const HOLIDAYS_ACT: &str = "Holidays Act, R.S.C. 1985, c. H-5, s. 2";
const PROVINCES: &str = "Canada Labour Code, R.S.C. 1985, c. L-2, s. 166, and the employment standards of every province and territory";

/// Days kept in every province and territory. Canada Day on a Sunday is kept on Monday by s. 2(2) of
/// the Holidays Act; two provinces keep the Sunday too, so both days are here.
pub(in crate::calendar) const CANADA: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), PROVINCES).also_free(2, 1),
    holiday("Good Friday", GOOD_FRIDAY, PROVINCES),
    holiday("Canada Day", On(1, JULY), HOLIDAYS_ACT).also_free(0, 1),
    holiday("Labour Day", Nth(1, Mon, SEPTEMBER), PROVINCES),
    holiday("Christmas Day", On(25, DECEMBER), PROVINCES).also_free(2, 1),
];

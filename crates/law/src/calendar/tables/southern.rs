//! Italy, Spain.

use chrono::Weekday::Sun;

use super::{
    APRIL, AUGUST, DECEMBER, EASTER_MONDAY, EASTER_SUNDAY, GOOD_FRIDAY, Holiday, JANUARY, JUNE,
    MARCH, MAY, NOVEMBER, OCTOBER, holiday, once,
};
use crate::calendar::observance::Day::{Nth, On};

const LEGGE_260: &str = "Legge 27 maggio 1949, n. 260, art. 2";
const EPIPHANY: &str = "D.P.R. 28 dicembre 1985, n. 792";
const REPUBLIC: &str = "Legge 20 novembre 2000, n. 336";
const UNITY: &str = "Legge 5 marzo 1977, n. 54, art. 1: moved from 4 November to the first Sunday";
const SAINT_FRANCIS: &str = "Legge 8 ottobre 2025, n. 151";
const UNIFICATION: &str = "D.L. 22 febbraio 2011, n. 5: 150 years of the unification, 2011 only";

pub(in crate::calendar) const ITALY: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), LEGGE_260),
    holiday("Epiphany", On(6, JANUARY), EPIPHANY),
    once("Day of the Unification", 2011, On(17, MARCH), UNIFICATION),
    holiday("Easter Sunday", EASTER_SUNDAY, LEGGE_260),
    holiday("Easter Monday", EASTER_MONDAY, LEGGE_260),
    holiday("Liberation Day", On(25, APRIL), LEGGE_260),
    holiday("Labour Day", On(1, MAY), LEGGE_260),
    holiday("Republic Day", On(2, JUNE), REPUBLIC).since(2001),
    holiday("Assumption Day", On(15, AUGUST), LEGGE_260),
    holiday("Saint Francis of Assisi", On(4, OCTOBER), SAINT_FRANCIS).since(2026),
    holiday("All Saints' Day", On(1, NOVEMBER), LEGGE_260),
    holiday("National Unity Day", Nth(1, Sun, NOVEMBER), UNITY),
    holiday("Immaculate Conception", On(8, DECEMBER), LEGGE_260),
    holiday("Christmas Day", On(25, DECEMBER), LEGGE_260),
    holiday("Saint Stephen's Day", On(26, DECEMBER), LEGGE_260),
];

const REAL_DECRETO: &str =
    "Real Decreto 2001/1983, art. 45; Estatuto de los Trabajadores, art. 37.2";

/// Each autumn the Boletín Oficial del Estado lists the days of the next year. A day that falls on a
/// Sunday is not listed as national: each community moves it to the Monday or chooses another day.
pub(in crate::calendar) const SPAIN: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), REAL_DECRETO).not_on_sunday(),
    holiday("Epiphany", On(6, JANUARY), REAL_DECRETO).not_on_sunday(),
    holiday("Good Friday", GOOD_FRIDAY, REAL_DECRETO),
    holiday("Labour Day", On(1, MAY), REAL_DECRETO).not_on_sunday(),
    holiday("Assumption Day", On(15, AUGUST), REAL_DECRETO).not_on_sunday(),
    holiday("National Day", On(12, OCTOBER), REAL_DECRETO).not_on_sunday(),
    holiday("All Saints' Day", On(1, NOVEMBER), REAL_DECRETO).not_on_sunday(),
    holiday("Constitution Day", On(6, DECEMBER), REAL_DECRETO).not_on_sunday(),
    holiday("Immaculate Conception", On(8, DECEMBER), REAL_DECRETO).not_on_sunday(),
    holiday("Christmas Day", On(25, DECEMBER), REAL_DECRETO).not_on_sunday(),
];

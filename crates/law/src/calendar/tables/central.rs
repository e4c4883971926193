//! Germany, Austria, Switzerland.

use super::{
    ASCENSION, AUGUST, CORPUS_CHRISTI, DECEMBER, EASTER_MONDAY, GOOD_FRIDAY, Holiday, JANUARY, MAY,
    NOVEMBER, OCTOBER, WHIT_MONDAY, holiday, once,
};
use crate::calendar::observance::Day::On;

const FEIERTAGSGESETZE: &str = "Feiertagsgesetze der Länder, alike in all sixteen";
const EINIGUNGSVERTRAG: &str = "Einigungsvertrag, Art. 2(2)";
const REFORMATION: &str =
    "Feiertagsgesetze der Länder: 500 years of the Reformation, in all sixteen in 2017 only";

pub(in crate::calendar) const GERMANY: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), FEIERTAGSGESETZE),
    holiday("Good Friday", GOOD_FRIDAY, FEIERTAGSGESETZE),
    holiday("Easter Monday", EASTER_MONDAY, FEIERTAGSGESETZE),
    holiday("Labour Day", On(1, MAY), FEIERTAGSGESETZE),
    holiday("Ascension Day", ASCENSION, FEIERTAGSGESETZE),
    holiday("Whit Monday", WHIT_MONDAY, FEIERTAGSGESETZE),
    holiday("Day of German Unity", On(3, OCTOBER), EINIGUNGSVERTRAG).since(1990),
    once("Reformation Day", 2017, On(31, OCTOBER), REFORMATION),
    holiday("Christmas Day", On(25, DECEMBER), FEIERTAGSGESETZE),
    holiday("Second Day of Christmas", On(26, DECEMBER), FEIERTAGSGESETZE),
];

const ARBEITSRUHEGESETZ: &str = "Arbeitsruhegesetz, § 7(2)";

pub(in crate::calendar) const AUSTRIA: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), ARBEITSRUHEGESETZ),
    holiday("Epiphany", On(6, JANUARY), ARBEITSRUHEGESETZ),
    holiday("Easter Monday", EASTER_MONDAY, ARBEITSRUHEGESETZ),
    holiday("State Day", On(1, MAY), ARBEITSRUHEGESETZ),
    holiday("Ascension Day", ASCENSION, ARBEITSRUHEGESETZ),
    holiday("Whit Monday", WHIT_MONDAY, ARBEITSRUHEGESETZ),
    holiday("Corpus Christi", CORPUS_CHRISTI, ARBEITSRUHEGESETZ),
    holiday("Assumption Day", On(15, AUGUST), ARBEITSRUHEGESETZ),
    holiday("National Day", On(26, OCTOBER), ARBEITSRUHEGESETZ),
    holiday("All Saints' Day", On(1, NOVEMBER), ARBEITSRUHEGESETZ),
    holiday("Immaculate Conception", On(8, DECEMBER), ARBEITSRUHEGESETZ),
    holiday("Christmas Day", On(25, DECEMBER), ARBEITSRUHEGESETZ),
    holiday("Saint Stephen's Day", On(26, DECEMBER), ARBEITSRUHEGESETZ),
];

const BUNDESVERFASSUNG: &str = "Bundesverfassung, Art. 110(3); Arbeitsgesetz, Art. 20a(1)";
const KANTONE: &str =
    "law of the cantons under Arbeitsgesetz, Art. 20a(1), alike in all twenty-six";

pub(in crate::calendar) const SWITZERLAND: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), KANTONE),
    holiday("Ascension Day", ASCENSION, KANTONE),
    holiday("National Day", On(1, AUGUST), BUNDESVERFASSUNG).since(1994),
    holiday("Christmas Day", On(25, DECEMBER), KANTONE),
];

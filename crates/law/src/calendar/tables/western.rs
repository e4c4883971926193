//! France, Belgium, the Netherlands, Luxembourg.

use super::{
    APRIL, ASCENSION, AUGUST, DECEMBER, EASTER_MONDAY, EASTER_SUNDAY, GOOD_FRIDAY, Holiday,
    JANUARY, JULY, JUNE, MAY, NOVEMBER, WHIT_MONDAY, WHIT_SUNDAY, holiday,
};
use crate::calendar::observance::Day::On;

const CODE_DU_TRAVAIL: &str = "Code du travail, art. L3133-1";

/// Without the two further days of Alsace-Moselle (art. L3134-13) and those of the overseas
/// departments (art. L3422-2). That many work on Whit Monday, the "journée de solidarité", does not
/// make it an ordinary day.
pub(in crate::calendar) const FRANCE: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), CODE_DU_TRAVAIL),
    holiday("Easter Monday", EASTER_MONDAY, CODE_DU_TRAVAIL),
    holiday("Labour Day", On(1, MAY), CODE_DU_TRAVAIL),
    holiday("Victory Day", On(8, MAY), CODE_DU_TRAVAIL),
    holiday("Ascension Day", ASCENSION, CODE_DU_TRAVAIL),
    holiday("Whit Monday", WHIT_MONDAY, CODE_DU_TRAVAIL),
    holiday("National Day", On(14, JULY), CODE_DU_TRAVAIL),
    holiday("Assumption Day", On(15, AUGUST), CODE_DU_TRAVAIL),
    holiday("All Saints' Day", On(1, NOVEMBER), CODE_DU_TRAVAIL),
    holiday("Armistice Day", On(11, NOVEMBER), CODE_DU_TRAVAIL),
    holiday("Christmas Day", On(25, DECEMBER), CODE_DU_TRAVAIL),
];

const ARRETE_1974: &str =
    "Loi du 4 janvier 1974 relative aux jours fériés; arrêté royal du 18 avril 1974, art. 1";
const A_SUNDAY: &str = "custom; always a Sunday";

pub(in crate::calendar) const BELGIUM: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), ARRETE_1974),
    holiday("Easter Sunday", EASTER_SUNDAY, A_SUNDAY),
    holiday("Easter Monday", EASTER_MONDAY, ARRETE_1974),
    holiday("Labour Day", On(1, MAY), ARRETE_1974),
    holiday("Ascension Day", ASCENSION, ARRETE_1974),
    holiday("Whit Sunday", WHIT_SUNDAY, A_SUNDAY),
    holiday("Whit Monday", WHIT_MONDAY, ARRETE_1974),
    holiday("National Day", On(21, JULY), ARRETE_1974),
    holiday("Assumption Day", On(15, AUGUST), ARRETE_1974),
    holiday("All Saints' Day", On(1, NOVEMBER), ARRETE_1974),
    holiday("Armistice Day", On(11, NOVEMBER), ARRETE_1974),
    holiday("Christmas Day", On(25, DECEMBER), ARRETE_1974),
];

const TERMIJNENWET: &str = "Algemene termijnenwet, art. 3(1)";
const TERMIJNENWET_GOOD_FRIDAY: &str = "Algemene termijnenwet, art. 3(2)";
const LIBERATION: &str = "Algemene termijnenwet, art. 3(1); free of work every fifth year by agreement of the Stichting van de Arbeid";

/// Liberation Day is a recognised holiday every year but a day off only every fifth, so 5 May is an
/// ordinary business day in the four years between.
pub(in crate::calendar) const NETHERLANDS: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), TERMIJNENWET),
    holiday("Good Friday", GOOD_FRIDAY, TERMIJNENWET_GOOD_FRIDAY),
    holiday("Easter Sunday", EASTER_SUNDAY, A_SUNDAY),
    holiday("Easter Monday", EASTER_MONDAY, TERMIJNENWET),
    holiday("Queen's Day", On(30, APRIL), TERMIJNENWET).until(2013).instead_of_sunday(-1),
    holiday("King's Day", On(27, APRIL), TERMIJNENWET).since(2014).instead_of_sunday(-1),
    holiday("Liberation Day", On(5, MAY), LIBERATION).every(5),
    holiday("Ascension Day", ASCENSION, TERMIJNENWET),
    holiday("Whit Sunday", WHIT_SUNDAY, A_SUNDAY),
    holiday("Whit Monday", WHIT_MONDAY, TERMIJNENWET),
    holiday("Christmas Day", On(25, DECEMBER), TERMIJNENWET),
    holiday("Second Day of Christmas", On(26, DECEMBER), TERMIJNENWET),
];

const CODE_DU_TRAVAIL_LU: &str = "Code du travail (Luxembourg), art. L.232-2";
const LOI_2019: &str =
    "Loi du 25 avril 2019 portant modification de l'article L.232-2 du Code du travail";

pub(in crate::calendar) const LUXEMBOURG: &[Holiday] = &[
    holiday("New Year's Day", On(1, JANUARY), CODE_DU_TRAVAIL_LU),
    holiday("Easter Monday", EASTER_MONDAY, CODE_DU_TRAVAIL_LU),
    holiday("Labour Day", On(1, MAY), CODE_DU_TRAVAIL_LU),
    holiday("Europe Day", On(9, MAY), LOI_2019).since(2019),
    holiday("Ascension Day", ASCENSION, CODE_DU_TRAVAIL_LU),
    holiday("Whit Monday", WHIT_MONDAY, CODE_DU_TRAVAIL_LU),
    holiday("National Day", On(23, JUNE), CODE_DU_TRAVAIL_LU),
    holiday("Assumption Day", On(15, AUGUST), CODE_DU_TRAVAIL_LU),
    holiday("All Saints' Day", On(1, NOVEMBER), CODE_DU_TRAVAIL_LU),
    holiday("Christmas Day", On(25, DECEMBER), CODE_DU_TRAVAIL_LU),
    holiday("Saint Stephen's Day", On(26, DECEMBER), CODE_DU_TRAVAIL_LU),
];

//! How amounts, rates and days are written in each language, and what names may not contain.

use chrono::{Datelike, NaiveDate};
use money::{Currency, Money};
use rust_decimal::Decimal;

use crate::Language;

/// Between thousands in French.
const NARROW_NO_BREAK_SPACE: char = '\u{202f}';
const NO_BREAK_SPACE: char = '\u{a0}';
const MINUS: char = '\u{2212}';

/// An amount as the language writes it: `1 234,56 €`, `€1,234.56`, `1.234,56 €`. Other currencies
/// than euro and pound are named by their code.
pub fn amount(money: Money, language: Language) -> String {
    let (group, point) = match language {
        Language::Fr => (NARROW_NO_BREAK_SPACE, ','),
        Language::En => (',', '.'),
        Language::De => ('.', ','),
    };
    let absolute = money.absolute();
    let text = absolute.text();
    let number = text.as_str().split(' ').next().unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut written = grouped(whole, group);
    if !fraction.is_empty() {
        written.push(point);
        written.push_str(fraction);
    }
    let sign = if money.is_negative() { String::from(MINUS) } else { String::new() };
    let currency = money.currency();
    let symbol = if currency == Currency::EUR {
        "€"
    } else if currency == Currency::GBP {
        "£"
    } else {
        currency.code()
    };
    match (language, symbol.chars().count()) {
        (Language::En, 1) => format!("{sign}{symbol}{written}"),
        (Language::En, _) => format!("{symbol}{NO_BREAK_SPACE}{sign}{written}"),
        (Language::Fr | Language::De, _) => format!("{sign}{written}{NO_BREAK_SPACE}{symbol}"),
    }
}

/// Digits in groups of three, from the right.
fn grouped(digits: &str, between: char) -> String {
    let mut written = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(between);
        }
        written.push(digit);
    }
    written
}

/// Per cent a year with as many decimals as it has: `13,15 %`, `13.15%`, `13,15 %`.
pub fn percent(rate: Decimal, language: Language) -> String {
    let number = rate.to_string();
    match language {
        Language::En => format!("{number}%"),
        Language::Fr | Language::De => format!("{}{NO_BREAK_SPACE}%", number.replace('.', ",")),
    }
}

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A day in words: `1er mars 2026`, `1 March 2026`, `1. März 2026`.
pub fn date(day: NaiveDate, language: Language) -> String {
    let (months, number) = match language {
        Language::Fr if day.day() == 1 => (MONTHS_FR, "1er".to_owned()),
        Language::Fr => (MONTHS_FR, day.day().to_string()),
        Language::En => (MONTHS_EN, day.day().to_string()),
        Language::De => (MONTHS_DE, format!("{}.", day.day())),
    };
    let month = usize::try_from(day.month0()).ok().and_then(|it| months.get(it));
    let month = month.copied().unwrap_or_default();
    format!("{number}{NO_BREAK_SPACE}{month} {}", day.year())
}

/// A day in figures, for tables: `01/03/2026` in French and English, `01.03.2026` in German.
pub fn date_short(day: NaiveDate, language: Language) -> String {
    let (d, m, y) = (day.day(), day.month(), day.year());
    match language {
        Language::Fr | Language::En => format!("{d:02}/{m:02}/{y}"),
        Language::De => format!("{d:02}.{m:02}.{y}"),
    }
}

/// Text from outside on one line, without what could break a header, hide, turn the reading
/// direction or pass for one of our own marks: those characters become a space, and spaces one.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.chars() {
        if character == ' ' || hostile(character) {
            gap = !cleaned.is_empty();
        } else {
            if gap {
                cleaned.push(' ');
                gap = false;
            }
            cleaned.push(character);
        }
    }
    cleaned
}

fn hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'
                | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{e0000}'..='\u{e007f}'
                | '\u{f0000}'..='\u{10ffff}'
        )
}

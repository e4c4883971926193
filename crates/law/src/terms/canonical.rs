//! The canonical spelling of terms, as it stands in the journal: `45 days then end of month`.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Step, Terms};

const ON_RECEIPT: &str = "on receipt";
const THEN: &str = " then ";
const END_OF_MONTH: &str = "end of month";
const OF_THE_NEXT_MONTH: &str = " of the next month";

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = self.steps();
        match steps.next() {
            None => f.write_str(ON_RECEIPT)?,
            Some(first) => first.fmt(f)?,
        }
        for step in steps {
            write!(f, "{THEN}{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Step::Days(1) => f.write_str("1 day"),
            Step::Days(days) => write!(f, "{days} days"),
            Step::Months(1) => f.write_str("1 month"),
            Step::Months(months) => write!(f, "{months} months"),
            Step::EndOfMonth => f.write_str(END_OF_MONTH),
            Step::DayOfMonth(day) => write!(f, "the {day}{}", ordinal(day)),
            Step::DayOfNextMonth(day) => write!(f, "the {day}{}{OF_THE_NEXT_MONTH}", ordinal(day)),
        }
    }
}

fn ordinal(day: u8) -> &'static str {
    match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    }
}

/// The terms of a canonical spelling: what readers of the journal meet, at a small part of the cost of
/// the spellings of people.
pub(super) fn read(text: &str) -> Option<Terms> {
    if text == ON_RECEIPT {
        return Some(Terms::ON_RECEIPT);
    }
    let steps: Option<Vec<Step>> = text.split(THEN).map(read_step).collect();
    Terms::new(&steps?).ok()
}

fn read_step(text: &str) -> Option<Step> {
    if text == END_OF_MONTH {
        return Some(Step::EndOfMonth);
    }
    if let Some(day) = text.strip_prefix("the ") {
        let (day, step): (&str, fn(u8) -> Step) = match day.strip_suffix(OF_THE_NEXT_MONTH) {
            Some(day) => (day, Step::DayOfNextMonth),
            None => (day, Step::DayOfMonth),
        };
        let digits = day.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
        let number = digits.parse().ok()?;
        return (day.strip_prefix(digits)? == ordinal(number)).then(|| step(number));
    }
    match text.split_once(' ')? {
        (days, "day" | "days") => Some(Step::Days(days.parse().ok()?)),
        (months, "month" | "months") => Some(Step::Months(months.parse().ok()?)),
        _ => None,
    }
}

impl Serialize for Terms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Terms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Terms;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("payment terms such as \"45 days then end of month\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Terms, E> {
        text.parse().map_err(E::custom)
    }
}

//! The canonical spelling of terms, as it stands in the journal: `45 days then end of month`.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Step, Terms};

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = self.steps();
        match steps.next() {
            None => f.write_str("on receipt")?,
            Some(first) => first.fmt(f)?,
        }
        for step in steps {
            write!(f, " then {step}")?;
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
            Step::EndOfMonth => f.write_str("end of month"),
            Step::DayOfMonth(day) => write!(f, "the {day}{}", ordinal(day)),
            Step::DayOfNextMonth(day) => write!(f, "the {day}{} of the next month", ordinal(day)),
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

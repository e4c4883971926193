//! A mapping as it is written, before it is checked.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, de};

use crate::csv::{
    encoding::Encoding,
    number::{Round, Scale, Sign},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    #[serde(default)]
    pub(super) file: File,
    #[serde(default)]
    pub(super) digests: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) ids: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) dates: BTreeMap<String, Date>,
    #[serde(default)]
    pub(super) amounts: BTreeMap<String, Amount>,
    /// Whole numbers, by their columns.
    #[serde(default)]
    pub(super) numbers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) words: BTreeMap<String, Words>,
    #[serde(default)]
    pub(super) refuse: Vec<Refusal>,
    #[serde(default)]
    pub(super) message: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) delimiter: char,
    pub(super) quotes: bool,
    pub(super) encoding: Encoding,
    pub(super) trim: bool,
    pub(super) decimal_mark: char,
    pub(super) thousands: Option<char>,
    pub(super) currency: Option<String>,
}

impl Default for File {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quotes: true,
            encoding: Encoding::Utf8,
            trim: true,
            decimal_mark: '.',
            thousands: None,
            currency: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Date {
    pub(super) column: String,
    pub(super) format: String,
    #[serde(default)]
    pub(super) plus_days: Days,
}

pub(super) enum Days {
    Fixed(i64),
    Column(String),
}

impl Default for Days {
    fn default() -> Self {
        Self::Fixed(0)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amount {
    pub(super) column: String,
    pub(super) currency: Option<String>,
    pub(super) currency_column: Option<String>,
    #[serde(default)]
    pub(super) scale: Scale,
    pub(super) round: Option<Round>,
    #[serde(default)]
    pub(super) sign: Sign,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) column: String,
    pub(super) words: BTreeMap<String, String>,
    pub(super) otherwise: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusal {
    pub(super) when: Vec<Condition>,
    pub(super) reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    #[serde(rename = "type")]
    pub(super) ce_type: String,
    pub(super) date: String,
    #[serde(default)]
    pub(super) when: Vec<Condition>,
    pub(super) data: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    pub(super) column: String,
    pub(super) empty: Option<bool>,
    pub(super) equals: Option<String>,
    pub(super) differs: Option<String>,
    pub(super) one_of: Option<Vec<String>>,
    pub(super) none_of: Option<Vec<String>>,
    pub(super) below: Option<Limit>,
    pub(super) at_most: Option<Limit>,
    pub(super) at_least: Option<Limit>,
    pub(super) above: Option<Limit>,
}

/// A number as it is written in the mapping: `0`, or `"0.01"` where it has decimals.
pub(super) struct Limit(pub(super) String);

/// A whole number, or text.
struct NumberOrText(&'static str);

impl de::Visitor<'_> for NumberOrText {
    type Value = Result<i64, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Ok(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Err(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number of days or the name of a column";
        Ok(match deserializer.deserialize_any(NumberOrText(expected))? {
            Ok(days) => Self::Fixed(days),
            Err(column) => Self::Column(column),
        })
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number, or one with decimals as text such as \"0.01\"";
        Ok(match deserializer.deserialize_any(NumberOrText(expected))? {
            Ok(number) => Self(number.to_string()),
            Err(text) => Self(text),
        })
    }
}

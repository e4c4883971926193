//! How a currency is read and written: its code for people, its ISO number in binary forms.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Currency;

/// Why a text is no currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyError {
    /// Three capital letters, but no currency of ISO 4217 that has minor units.
    #[error(
        "unknown currency {given}: no current ISO 4217 currency with minor units has this code"
    )]
    Unknown {
        /// The code as it was given.
        given: String,
    },
    /// Anything else.
    #[error("{given:?} is no currency code: a code is three capital letters such as \"EUR\"")]
    Shape {
        /// The beginning of what was given.
        given: String,
    },
}

/// Reads exactly three capital ASCII letters.
impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let code = <[u8; 3]>::try_from(text.as_bytes()).ok();
        let Some(code) = code.filter(|code| code.iter().all(u8::is_ascii_uppercase)) else {
            return Err(CurrencyError::Shape { given: beginning(text) });
        };
        Currency::from_code(code).ok_or_else(|| CurrencyError::Unknown { given: text.to_owned() })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(self.code())
        } else {
            serializer.serialize_u16(self.number())
        }
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Code)
        } else {
            let number = u16::deserialize(deserializer)?;
            Currency::from_number(number)
                .ok_or_else(|| D::Error::custom(format_args!("no currency has number {number}")))
        }
    }
}

struct Code;

impl Visitor<'_> for Code {
    type Value = Currency;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency code such as \"EUR\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Currency, E> {
        text.parse().map_err(E::custom)
    }
}

/// What an error quotes of a text that may be of any length.
pub(crate) fn beginning(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let mut quoted: String = text.chars().take(CHARS_MAX).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}

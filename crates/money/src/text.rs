//! The canonical spelling, as it stands in the journal: `1200.00 EUR`.
//!
//! One amount has one spelling: always the currency's number of decimals, no leading zeros, no
//! minus before zero. The journal's readers and writers meet it millions of times a second, so both
//! directions work on bytes, without allocation and without [`rust_decimal::Decimal`].

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::currency::beginning;
use crate::{Currency, CurrencyError, Money};

/// Why a text is no amount in its canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyTextError {
    /// The currency.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The form, or the number of decimals.
    #[error("{given:?} is no amount as the journal writes it, such as \"1200.00 EUR\"")]
    Shape {
        /// The beginning of what was given.
        given: String,
    },
    /// The number.
    #[error("{given:?} is out of range")]
    OutOfRange {
        /// What was given.
        given: String,
    },
}

/// Digits of 2^63 − 1.
const DIGITS_MAX: usize = 19;
/// Sign, digits, point, space, code.
const TEXT_MAX: usize = DIGITS_MAX + 6;

/// The canonical spelling of an amount, on the stack.
#[derive(Clone, Copy)]
pub struct MoneyText {
    bytes: [u8; TEXT_MAX],
    start: usize,
}

impl MoneyText {
    /// The text, such as `1200.00 EUR`.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(self.start..).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for MoneyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Money {
    /// The canonical spelling, without allocation.
    pub fn text(self) -> MoneyText {
        let mut bytes = [b' '; TEXT_MAX];
        if let Some(code) = bytes.last_chunk_mut::<3>() {
            code.copy_from_slice(self.currency().code().as_bytes());
        }
        let decimals = self.currency().minor_units();
        let mut rest = self.minor().unsigned_abs();
        let mut start = TEXT_MAX - 4;
        let mut put = |byte: u8| {
            start -= 1;
            if let Some(place) = bytes.get_mut(start) {
                *place = byte;
            }
        };
        for _ in 0..decimals {
            put(b'0' + last_digit(rest));
            rest /= 10;
        }
        if decimals > 0 {
            put(b'.');
        }
        loop {
            put(b'0' + last_digit(rest));
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if self.is_negative() {
            put(b'-');
        }
        MoneyText { bytes, start }
    }
}

fn last_digit(number: u64) -> u8 {
    let [digit, ..] = (number % 10).to_le_bytes();
    digit
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({self})")
    }
}

/// Reads the canonical spelling and no other.
impl FromStr for Money {
    type Err = MoneyTextError;

    fn from_str(text: &str) -> Result<Money, MoneyTextError> {
        let Some((number, code)) = text.as_bytes().split_last_chunk::<3>() else {
            return Err(shape(text));
        };
        let Some((b' ', number)) = number.split_last() else {
            return Err(shape(text));
        };
        let Some(currency) = Currency::from_code(*code) else {
            return Err(str::from_utf8(code).map_or_else(
                |_| shape(text),
                |code| code.parse::<Currency>().map_or_else(MoneyTextError::from, |_| shape(text)),
            ));
        };
        read_number(number, currency).ok_or_else(|| why_not(text))
    }
}

/// The amount of `[-]digits[.digits]` with the currency's number of decimals.
fn read_number(number: &[u8], currency: Currency) -> Option<Money> {
    let (negative, digits) = match number {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let decimals = usize::from(currency.minor_units());
    let (whole, fraction) = if decimals == 0 {
        (digits, &[][..])
    } else {
        let (whole, fraction) = digits.split_at_checked(digits.len().checked_sub(decimals)?)?;
        let (b'.', whole) = whole.split_last()? else { return None };
        (whole, fraction)
    };
    match whole {
        [] | [b'0', _, ..] => return None,
        _ if whole.len() + fraction.len() > DIGITS_MAX => return None,
        _ => {}
    }
    // 19 digits cannot overflow u64.
    let mut units: u64 = 0;
    for byte in whole.iter().chain(fraction) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        units = units * 10 + u64::from(digit);
    }
    let units = i64::try_from(units).ok()?;
    match (negative, units) {
        (true, 0) => None,
        (true, units) => Some(Money::new(-units, currency)),
        (false, units) => Some(Money::new(units, currency)),
    }
}

fn shape(text: &str) -> MoneyTextError {
    MoneyTextError::Shape { given: beginning(text) }
}

/// Off the fast path: whether the form was wrong or just the size.
fn why_not(text: &str) -> MoneyTextError {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let others = text.len() - digits;
    // Sign, point, space and code are the most that an amount can have besides digits.
    if digits >= DIGITS_MAX && others <= 6 && !text.starts_with('0') {
        MoneyTextError::OutOfRange { given: beginning(text) }
    } else {
        shape(text)
    }
}

/// `"1200.00 EUR"` for readers, `(i64, u16)` — smallest units and ISO number — in binary forms.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(self.text().as_str())
        } else {
            (self.minor(), self.currency()).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_str(Text);
        }
        let (minor, currency) = <(i64, Currency)>::deserialize(deserializer)?;
        if minor == i64::MIN {
            return Err(D::Error::custom("amount out of range"));
        }
        Ok(Money::new(minor, currency))
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount such as \"1200.00 EUR\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Money, E> {
        text.parse().map_err(E::custom)
    }
}

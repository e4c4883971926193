//! Civil dates, `2026-05-31`, of the years 1900 to 2199. For `#[serde(with = "events::date")]`:
//! written by hand because a journal of ten million events holds more dates than events.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserializer, Serializer, de};

/// The last day that is accepted.
pub const LAST: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).expect("a day of the calendar");

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the form `YYYY-MM-DD`, or no such day.
    #[error("`{0}` is not a date; write YYYY-MM-DD, such as 2026-05-31")]
    Form(String),
    /// Before 1900 or after 2199.
    #[error("{0} is out of range; dates from 1900-01-01 to 2199-12-31 are accepted")]
    Range(NaiveDate),
}

/// Reads `2026-05-31`.
pub fn parse(text: &str) -> Result<NaiveDate, DateError> {
    let form = || DateError::Form(text.chars().take(32).collect());
    let (Some((year, rest)), true) = (text.as_bytes().split_first_chunk::<4>(), text.len() == 10)
    else {
        return Err(form());
    };
    let &[b'-', m1, m2, b'-', d1, d2] = rest else { return Err(form()) };
    let digits = |bytes: &[u8]| {
        bytes.iter().try_fold(0_u32, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
        })
    };
    let (Some(year), Some(month), Some(day)) = (digits(year), digits(&[m1, m2]), digits(&[d1, d2]))
    else {
        return Err(form());
    };
    let date = i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or_else(form)?;
    in_range(date)
}

/// The date itself, if it is of the years 1900 to 2199.
pub fn in_range(date: NaiveDate) -> Result<NaiveDate, DateError> {
    if (1900..=2199).contains(&date.year()) { Ok(date) } else { Err(DateError::Range(date)) }
}

/// Writes `2026-05-31`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
pub fn serialize<S: Serializer>(date: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    if !(0..=9999).contains(&date.year()) {
        return Err(serde::ser::Error::custom(DateError::Range(*date)));
    }
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
    let (year, month, day) = (date.year().unsigned_abs(), date.month(), date.day());
    let text = [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ];
    let text = std::str::from_utf8(&text).map_err(serde::ser::Error::custom)?;
    serializer.serialize_str(text)
}

/// Reads `2026-05-31`.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    struct Visitor;
    impl de::Visitor<'_> for Visitor {
        type Value = NaiveDate;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date such as \"2026-05-31\"")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<NaiveDate, E> {
            parse(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Visitor)
}

/// The same for a date that may be absent: with `default` and `skip_serializing_if`.
pub mod option {
    use super::{Deserializer, NaiveDate, Serializer};

    /// Writes the date; an absent one must be skipped by the caller.
    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the form serde asks for"
    )]
    pub fn serialize<S: Serializer>(
        date: &Option<NaiveDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => super::serialize(date, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a date or `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<NaiveDate>, D::Error> {
        #[derive(serde::Deserialize)]
        struct Day(#[serde(with = "super")] NaiveDate);
        <Option<Day> as serde::Deserialize>::deserialize(deserializer)
            .map(|it| it.map(|Day(date)| date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_ten_characters_of_a_day_that_exists() {
        assert_eq!(parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        for broken in [
            "",
            "2026-2-3",
            "2026-02-30",
            "20260203",
            "2026-13-01",
            "+026-01-01",
            "2026-01-01T",
            "２026-1-01",
        ] {
            assert!(matches!(parse(broken), Err(DateError::Form(_))), "{broken}");
        }
        for far in ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"] {
            assert!(matches!(parse(far), Err(DateError::Range(_))), "{far}");
        }
    }
}

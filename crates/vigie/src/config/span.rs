//! A length of time as people write it: `500ms`, `30s`, `2m`.

use std::time::Duration;

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

pub(super) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    let millis = span.as_millis();
    if millis.is_multiple_of(60_000) && millis > 0 {
        to.collect_str(&format_args!("{}m", millis / 60_000))
    } else if millis.is_multiple_of(1_000) {
        to.collect_str(&format_args!("{}s", millis / 1_000))
    } else {
        to.collect_str(&format_args!("{millis}ms"))
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| {
        D::Error::custom(format_args!("{text:?} is no length of time: write 500ms, 30s or 2m"))
    })
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        assert_eq!(parse("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse("30s"), Some(Duration::from_secs(30)));
        assert_eq!(parse("2m"), Some(Duration::from_mins(2)));
        for broken in ["", "s", "30", "30 s", "-1s", "1h", "1.5s", "99999999999999999999s"] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }
}

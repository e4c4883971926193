//! How figures and cells are written for people and for spreadsheets.

use std::borrow::Cow;

/// Digits in groups of three: `1,234,567`.
pub fn grouped(number: u64) -> String {
    group(&number.to_string())
}

/// A decimal number with its whole part in groups of three: `-1,190.00`.
pub fn group(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let mut text = String::with_capacity(number.len() + number.len() / 3);
    text.push_str(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A cell of a CSV file that no spreadsheet takes for a formula. A number stays one.
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let number = text.bytes().all(|it| it.is_ascii_digit() || it == b'.' || it == b'-');
    let number = number && text.rfind('-').is_none_or(|it| it == 0);
    if risky && !number { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart_and_cents_are_kept() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
        assert_eq!(group("-1190.00"), "-1,190.00");
        assert_eq!(group("-100"), "-100");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for risky in ["=1+1", "+33 1", "-2+3", "@SUM(A1)", "\t=1", "--1"] {
            assert_eq!(safe_cell(risky), format!("'{risky}"));
        }
        for harmless in ["", "-12.50", "12.50", "Müller", "a=b"] {
            assert_eq!(safe_cell(harmless), harmless);
        }
    }
}

//! Amounts as producers write them: what is taken, what is refused, and with which words.

use proptest::prelude::*;

use super::{any_currency, any_money};
use crate::{AmountError, Currency, Money, Stated};

#[test]
fn an_amount_has_all_the_decimals_of_its_currency_or_none() {
    for (amount, currency, minor) in [
        ("12", Currency::EUR, 1_200),
        ("12.50", Currency::EUR, 1_250),
        ("-12.50", Currency::EUR, -1_250),
        ("0", Currency::EUR, 0),
        ("0.00", Currency::EUR, 0),
        ("0.05", Currency::EUR, 5),
        ("007.00", Currency::EUR, 700),
        ("12", Currency::JPY, 12),
        ("12.500", Currency::KWD, 12_500),
        ("12", Currency::KWD, 12_000),
        ("1.2345", Currency::CLF, 12_345),
        ("999999999999999.99", Currency::EUR, 99_999_999_999_999_999),
        ("-999999999999999", Currency::JPY, -999_999_999_999_999),
    ] {
        assert_eq!(Money::parse(amount, currency), Ok(Money::new(minor, currency)), "{amount}");
    }
    for (amount, currency, given) in [
        ("12.5", Currency::EUR, 1),
        ("12.500", Currency::EUR, 3),
        ("12.00", Currency::JPY, 2),
        ("12.50", Currency::KWD, 2),
        ("0.00000000000000000000000000001", Currency::EUR, 29),
    ] {
        let refused = Err(AmountError::Decimals { currency, given });
        assert_eq!(Money::parse(amount, currency), refused, "{amount}");
    }
}

#[test]
fn what_lenient_readers_let_pass_is_refused_by_name() {
    for (amount, error) in [
        ("", AmountError::Empty),
        ("1e5", AmountError::Exponent),
        ("1E-2", AmountError::Exponent),
        ("1_000", AmountError::Separator),
        ("1 000", AmountError::Separator),
        ("1\u{a0}000.00", AmountError::Separator),
        ("1\u{202f}000", AmountError::Separator),
        ("1'000.00", AmountError::Separator),
        (" 1", AmountError::Separator),
        ("1\n", AmountError::Separator),
        ("1,5", AmountError::Comma),
        ("1,190.00", AmountError::Comma),
        ("1.190,00", AmountError::Comma),
        ("+1", AmountError::PlusSign),
        ("-", AmountError::MinusSign),
        ("--1", AmountError::MinusSign),
        ("1-", AmountError::MinusSign),
        ("-0", AmountError::NegativeZero),
        ("-0.00", AmountError::NegativeZero),
        (".", AmountError::LonePoint),
        ("1.", AmountError::LonePoint),
        (".5", AmountError::LonePoint),
        ("-.50", AmountError::LonePoint),
        ("1.190.00", AmountError::SecondPoint),
        ("..", AmountError::SecondPoint),
        ("٣", AmountError::ForeignDigit('٣')),
        ("1２", AmountError::ForeignDigit('２')),
        ("½", AmountError::ForeignDigit('½')),
        ("NaN", AmountError::Character('N')),
        ("inf", AmountError::Character('i')),
        ("0x10", AmountError::Character('x')),
        ("€5", AmountError::Character('€')),
        ("1\0", AmountError::Character('\0')),
        ("−5", AmountError::Character('−')),
        ("1234567890123456", AmountError::TooManyDigits),
        ("0000000000000001", AmountError::TooManyDigits),
    ] {
        assert_eq!(Money::parse(amount, Currency::EUR), Err(error), "{amount:?}");
    }
    let out = Money::parse("999999999999999.9999", Currency::CLF);
    assert_eq!(out, Err(AmountError::OutOfRange { currency: Currency::CLF }));
    assert_eq!(Money::parse(&"9".repeat(10_000), Currency::EUR), Err(AmountError::TooManyDigits));
}

#[test]
fn a_refusal_says_what_to_write_instead() {
    for (amount, currency, words) in [
        ("1e5", Currency::EUR, "an amount has no exponent: write \"100000\" rather than \"1e5\""),
        (
            "12.5",
            Currency::EUR,
            "EUR has 2 decimals, 1 decimal was given: write all of them, such as \"123.45\", or none",
        ),
        ("12.00", Currency::JPY, "JPY has no decimals, 2 decimals were given: write \"12345\""),
        ("٣", Currency::EUR, "the digits of an amount are 0 to 9, not '٣'"),
    ] {
        let error = Money::parse(amount, currency).expect_err("refused");
        assert_eq!(error.to_string(), words);
    }
}

#[test]
fn the_outside_form_takes_a_string_and_a_code() {
    let read = |json: &str| serde_json::from_str::<Stated>(json).map(Money::from);
    let amount = Money::new(119_000, Currency::EUR);
    assert_eq!(read(r#"{"amount":"1190.00","currency":"EUR"}"#).expect("an amount"), amount);
    assert_eq!(read(r#"{"currency":"EUR","amount":"1190"}"#).expect("in any order"), amount);
    let json = serde_json::to_string(&Stated::from(amount)).expect("an object");
    assert_eq!(json, r#"{"amount":"1190.00","currency":"EUR"}"#);
}

#[test]
fn the_outside_form_refuses_numbers_and_says_why() {
    let error = |json: &str| serde_json::from_str::<Stated>(json).expect_err(json).to_string();
    for number in
        ["1190.00", "1190", "-1190", "1e5", "12345678901234567.89", "99999999999999999999"]
    {
        let words = "amount must be a string such as \"1190.00\", not a number";
        let json = format!(r#"{{"amount":{number},"currency":"EUR"}}"#);
        assert!(error(&json).starts_with(words), "{}", error(&json));
    }
    for (json, words) in [
        (r#"{"amount":null,"currency":"EUR"}"#, "invalid type: null, expected a string such as"),
        (r#"{"amount":"1e5","currency":"EUR"}"#, "amount: an amount has no exponent"),
        (r#"{"amount":"1.00","currency":"eur"}"#, "\"eur\" is no currency code"),
        (r#"{"amount":"1.00"}"#, "missing field `currency`"),
        (r#"{"currency":"EUR"}"#, "missing field `amount`"),
        (r#"{"amount":"1.00","currency":"EUR","rate":1}"#, "unknown field `rate`"),
        (r#"{"amount":"1.00","amount":"2.00","currency":"EUR"}"#, "duplicate field `amount`"),
        (r#""1190.00 EUR""#, "invalid type: string"),
    ] {
        assert!(error(json).starts_with(words), "{json}: {}", error(json));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_text_is_an_amount_of_the_strict_form_or_refused(
        text in "[-+0-9.,eE_ ٣]{0,20}|\\PC{0,20}",
        currency in any_currency(),
    ) {
        if let Ok(money) = Money::parse(&text, currency) {
            let number = text.strip_prefix('-').unwrap_or(&text);
            let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
            prop_assert!((1..=15).contains(&whole.len()));
            prop_assert!(fraction.is_empty() || fraction.len() == usize::from(currency.minor_units()));
            prop_assert!(whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(money.is_negative(), text.starts_with('-'));
        }
    }

    #[test]
    fn what_is_stated_is_read_back_up_to_fifteen_digits(money in any_money()) {
        let json = serde_json::to_string(&Stated(money)).expect("an object");
        let fits = money.minor().unsigned_abs() / 10_u64.pow(money.currency().minor_units().into()) < 10_u64.pow(15);
        prop_assert_eq!(serde_json::from_str::<Stated>(&json).ok(), fits.then_some(Stated(money)));
    }
}

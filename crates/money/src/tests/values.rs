//! Arithmetic by example.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::money;
use crate::{Currency, Money, MoneyError, Rounding};

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).expect("a decimal")
}

#[test]
fn amounts_of_one_currency_add_and_compare() {
    let (large, small) = (money("12.50 EUR"), money("-2.75 EUR"));
    assert_eq!(large.plus(small), Ok(money("9.75 EUR")));
    assert_eq!(large.minus(small), Ok(money("15.25 EUR")));
    assert_eq!(small.negated(), money("2.75 EUR"));
    assert_eq!(small.absolute(), money("2.75 EUR"));
    assert_eq!(large.compare(small), Ok(Ordering::Greater));
    assert_eq!((large.min(small), large.max(small)), (Ok(small), Ok(large)));
    assert_eq!(Money::sum(Currency::EUR, [large, small, large]), Ok(money("22.25 EUR")));
    assert_eq!(Money::sum(Currency::EUR, []), Ok(Money::zero(Currency::EUR)));
    assert!(large.is_positive() && small.is_negative() && Money::zero(Currency::EUR).is_zero());
}

#[test]
fn amounts_of_two_currencies_never_meet() {
    let (euros, dollars) = (money("1.00 EUR"), money("1.00 USD"));
    let refused = MoneyError::CurrencyMismatch { left: Currency::EUR, right: Currency::USD };
    assert_eq!(euros.plus(dollars), Err(refused));
    assert_eq!(euros.minus(dollars), Err(refused));
    assert_eq!(euros.compare(dollars), Err(refused));
    assert_eq!(euros.min(dollars), Err(refused));
    assert_eq!(euros.max(dollars), Err(refused));
    assert_eq!(Money::sum(Currency::EUR, [euros, dollars]), Err(refused));
    assert_eq!(refused.to_string(), "EUR and USD cannot be put together without a rate");
}

#[test]
fn the_range_is_symmetric_and_nothing_wraps() {
    let (largest, smallest) =
        (Money::new(i64::MAX, Currency::EUR), Money::new(-i64::MAX, Currency::EUR));
    let cent = money("0.01 EUR");
    let out = Err(MoneyError::OutOfRange { currency: Currency::EUR });
    assert_eq!(Money::new(i64::MIN, Currency::EUR), smallest);
    assert_eq!(largest.negated(), smallest);
    assert_eq!(largest.plus(cent), out);
    assert_eq!(smallest.minus(cent), out);
    assert_eq!(largest.minus(smallest), out);
    assert_eq!(largest.percent(decimal("100.0000001"), Rounding::Down), out);
    assert_eq!(largest.percent(decimal("100"), Rounding::Down), Ok(largest));
    assert_eq!(Money::from_decimal(Decimal::MAX, Currency::EUR, Rounding::Down), out);
    assert_eq!(
        Money::from_decimal(decimal("-92233720368547758.08"), Currency::EUR, Rounding::Down),
        out
    );
}

#[test]
fn each_rounding_decides_halves_its_own_way() {
    for (amount, half_up, half_even, down) in [
        ("2.345", "2.35", "2.34", "2.34"),
        ("2.355", "2.36", "2.36", "2.35"),
        ("-2.345", "-2.35", "-2.34", "-2.34"),
        ("-2.355", "-2.36", "-2.36", "-2.35"),
        ("2.3449999999999999999999999", "2.34", "2.34", "2.34"),
        ("2.3450000000000000000000001", "2.35", "2.35", "2.34"),
        ("0.005", "0.01", "0.00", "0.00"),
        ("-0.005", "-0.01", "0.00", "0.00"),
        ("-0.004", "0.00", "0.00", "0.00"),
        ("7", "7.00", "7.00", "7.00"),
    ] {
        for (rounding, expected) in
            [(Rounding::HalfUp, half_up), (Rounding::HalfEven, half_even), (Rounding::Down, down)]
        {
            let rounded = Money::from_decimal(decimal(amount), Currency::EUR, rounding);
            assert_eq!(rounded, Ok(money(&format!("{expected} EUR"))), "{amount} {rounding:?}");
        }
    }
    assert_eq!(
        Money::from_decimal(decimal("0.5"), Currency::JPY, Rounding::HalfUp),
        Ok(money("1 JPY"))
    );
    assert_eq!(
        Money::from_decimal(decimal("0.5"), Currency::KWD, Rounding::HalfUp),
        Ok(money("0.500 KWD"))
    );
}

#[test]
fn a_percentage_is_rounded_once() {
    for (amount, rate, expected) in [
        ("100.00 EUR", "20", "20.00 EUR"),
        ("99.99 EUR", "5.5", "5.50 EUR"),
        ("0.10 EUR", "5", "0.01 EUR"),
        ("-0.10 EUR", "5", "-0.01 EUR"),
        ("10000.00 EUR", "13.15", "1315.00 EUR"),
        ("1 JPY", "49.9999", "0 JPY"),
        ("200.00 EUR", "-20", "-40.00 EUR"),
        ("200.00 EUR", "0", "0.00 EUR"),
        ("200.00 EUR", "20.0000000000000000000000000", "40.00 EUR"),
    ] {
        assert_eq!(
            money(amount).percent(decimal(rate), Rounding::HalfUp),
            Ok(money(expected)),
            "{amount} {rate}"
        );
    }
}

#[test]
fn a_hundred_euros_in_three_parts_lose_no_cent() {
    let texts =
        |parts: Vec<Money>| parts.iter().map(Money::to_string).collect::<Vec<_>>().join(", ");
    let three = 3.try_into().expect("not zero");
    assert_eq!(
        texts(money("100.00 EUR").split(three).collect()),
        "33.34 EUR, 33.33 EUR, 33.33 EUR"
    );
    assert_eq!(texts(money("-0.02 EUR").split(three).collect()), "-0.01 EUR, -0.01 EUR, 0.00 EUR");
    assert_eq!(money("100.00 EUR").split(three).len(), 3);

    let by = |weights: &[u64]| money("100.00 EUR").split_by(weights).map(texts);
    assert_eq!(by(&[1, 1, 1]).as_deref(), Ok("33.34 EUR, 33.33 EUR, 33.33 EUR"));
    assert_eq!(by(&[50, 30, 20]).as_deref(), Ok("50.00 EUR, 30.00 EUR, 20.00 EUR"));
    // 16.666…, 33.333… and 50: the first lost most.
    assert_eq!(by(&[1, 2, 3]).as_deref(), Ok("16.67 EUR, 33.33 EUR, 50.00 EUR"));
    assert_eq!(by(&[0, 7, 0]).as_deref(), Ok("0.00 EUR, 100.00 EUR, 0.00 EUR"));
    assert_eq!(by(&[u64::MAX, u64::MAX]).as_deref(), Ok("50.00 EUR, 50.00 EUR"));
    assert_eq!(by(&[]), Err(MoneyError::NoWeight));
    assert_eq!(by(&[0, 0]), Err(MoneyError::NoWeight));
}

#[test]
fn a_fraction_of_the_smallest_unit_is_rounded_once() {
    let cents = |dividend, divisor| {
        Money::from_ratio(dividend, divisor, Currency::EUR, Rounding::HalfUp).map(Money::minor)
    };
    assert_eq!(cents(21_256, 1), Ok(21_256));
    assert_eq!(cents(7, 2), Ok(4));
    assert_eq!(cents(-7, 2), Ok(-4));
    assert_eq!(cents(10, 3), Ok(3));
    let out_of_range = Err(MoneyError::OutOfRange { currency: Currency::EUR });
    assert_eq!(cents(1, 0), out_of_range);
    assert_eq!(cents(1, -1), out_of_range);
    assert_eq!(cents(i128::MAX, 1), out_of_range);
}

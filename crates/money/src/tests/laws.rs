//! Laws: no unit is made or lost, and integers agree with decimals.

use std::num::NonZeroU32;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{any_currency, any_money};
use crate::{Currency, Money, Rounding};

const ROUNDINGS: [(Rounding, RoundingStrategy); 3] = [
    (Rounding::HalfUp, RoundingStrategy::MidpointAwayFromZero),
    (Rounding::HalfEven, RoundingStrategy::MidpointNearestEven),
    (Rounding::Down, RoundingStrategy::ToZero),
];

fn total(parts: impl IntoIterator<Item = Money>) -> i128 {
    parts.into_iter().map(|part| i128::from(part.minor())).sum()
}

/// An amount and four derived from it: 25,000 draws make 125,000 cases.
fn family(money: Money) -> [Money; 5] {
    let minor = money.minor();
    [minor, -minor, minor / 3, minor % 1_000, minor % 7].map(|it| Money::new(it, money.currency()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25_000))]

    #[test]
    fn equal_parts_conserve_the_sum(money in any_money(), count in 1..20_u32) {
        let count = NonZeroU32::new(count).expect("at least one");
        for money in family(money) {
            let parts: Vec<Money> = money.split(count).collect();
            prop_assert_eq!(total(parts.clone()), i128::from(money.minor()));
            prop_assert!(parts.is_sorted_by_key(|part| -part.absolute().minor()));
            let sizes = parts.iter().map(|part| part.minor());
            let (least, most) = (sizes.clone().min(), sizes.max());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
        }
    }

    #[test]
    fn weighted_parts_conserve_the_sum(
        money in any_money(),
        weights in prop::collection::vec(prop_oneof![0..10_u64, any::<u64>()], 1..8),
    ) {
        let weight: u128 = weights.iter().copied().map(u128::from).sum();
        prop_assume!(weight > 0);
        for money in family(money) {
            let parts = money.split_by(&weights).expect("one weight at least is above zero");
            prop_assert_eq!(total(parts.clone()), i128::from(money.minor()));
            for (part, own) in parts.iter().zip(&weights) {
                // Nobody is a whole unit away from his exact share, nor on the other side of zero.
                let exact = u128::from(money.minor().unsigned_abs()) * u128::from(*own);
                let given = u128::from(part.minor().unsigned_abs()) * weight;
                prop_assert!(exact.abs_diff(given) < weight);
                prop_assert!(part.is_zero() || part.is_negative() == money.is_negative());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn sums_agree_with_decimals(left in any_money(), minor in any::<i64>()) {
        let right = Money::new(minor, left.currency());
        match left.plus(right) {
            Ok(sum) => {
                prop_assert_eq!(sum.decimal(), left.decimal() + right.decimal());
                prop_assert_eq!(sum.minus(right), Ok(left));
                prop_assert_eq!(right.plus(left), Ok(sum));
            }
            Err(_) => prop_assert!(total([left, right]).unsigned_abs() > u128::from(i64::MAX.unsigned_abs())),
        }
        prop_assert_eq!(left.compare(right), Ok(left.decimal().cmp(&right.decimal())));
    }

    #[test]
    fn rounding_agrees_with_decimals(
        mantissa in -1_000_000_000_000_000_000..1_000_000_000_000_000_000_i64,
        scale in 0..12_u32,
        currency in any_currency(),
    ) {
        let amount = Decimal::new(mantissa, scale);
        for (rounding, strategy) in ROUNDINGS {
            let expected = amount.round_dp_with_strategy(currency.minor_units().into(), strategy);
            if let Ok(money) = Money::from_decimal(amount, currency, rounding) {
                prop_assert_eq!(money.decimal(), expected);
            } else {
                let units = expected * Decimal::from(10_u64.pow(currency.minor_units().into()));
                prop_assert!(units.abs() > Decimal::from(i64::MAX));
            }
        }
    }

    #[test]
    fn percentages_agree_with_decimals(
        minor in -10_000_000_000_i64..10_000_000_000,
        mantissa in -1_000_000..1_000_000_i64,
        scale in 0..6_u32,
    ) {
        let (money, rate) = (Money::new(minor, Currency::EUR), Decimal::new(mantissa, scale));
        for (rounding, strategy) in ROUNDINGS {
            let expected = (money.decimal() * rate / Decimal::ONE_HUNDRED).round_dp_with_strategy(2, strategy);
            prop_assert_eq!(money.percent(rate, rounding).map(Money::decimal), Ok(expected));
        }
    }

    #[test]
    fn an_amount_survives_the_way_through_decimals(money in any_money()) {
        for (rounding, _) in ROUNDINGS {
            prop_assert_eq!(Money::from_decimal(money.decimal(), money.currency(), rounding), Ok(money));
        }
        prop_assert_eq!(money.negated().negated(), money);
    }

    #[test]
    fn no_decimal_makes_money_panic(
        low in any::<u32>(), middle in any::<u32>(), high in any::<u32>(), negative in any::<bool>(), scale in 0..=28_u32,
        money in any_money(),
    ) {
        let number = Decimal::from_parts(low, middle, high, negative, scale);
        for (rounding, _) in ROUNDINGS {
            let rounded = Money::from_decimal(number, money.currency(), rounding);
            prop_assert!(rounded.is_err() || rounded.is_ok_and(|it| it.minor() != i64::MIN));
            prop_assert!(money.percent(number, rounding).is_ok_and(|it| it.minor() != i64::MIN) || !number.is_zero());
        }
    }
}

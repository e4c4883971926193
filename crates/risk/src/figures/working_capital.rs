//! What days of delay cost in working capital (*BFR*): days times daily sales.
//!
//! A year has 365 days here, as in the formula of French credit managers; a leap year too, so that
//! two years compare. Receivables hold tax, so the sales must as well.

use money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

/// Why there is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// Sales below zero are no sales.
    #[error("yearly sales of {sales} are negative")]
    NegativeSales {
        /// What was given.
        sales: Money,
    },
    /// The product is more than an amount can be.
    #[error("the working capital is out of range")]
    OutOfRange,
    /// The result is more than an amount can be.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The days of a year.
pub const DAYS_A_YEAR: i64 = 365;

/// What is tied up by customers who pay after `days`: days × yearly sales / 365, rounded once to
/// the smallest unit. Days may have decimals, as DSO has, and be negative, for money that comes in
/// before the sale.
///
/// # Errors
///
/// [`NotComputable`].
pub fn tied_up(
    yearly_sales: Money,
    days: Decimal,
    rounding: Rounding,
) -> Result<Money, NotComputable> {
    if yearly_sales.is_negative() {
        return Err(NotComputable::NegativeSales { sales: yearly_sales });
    }
    let product = yearly_sales.decimal().checked_mul(days).ok_or(NotComputable::OutOfRange)?;
    let amount = product.checked_div(DAYS_A_YEAR.into()).ok_or(NotComputable::OutOfRange)?;
    Ok(Money::from_decimal(amount, yearly_sales.currency(), rounding)?)
}

/// What is freed when customers pay after `days_after` instead of `days_before`: negative when
/// they pay later than before, and more is tied up. The difference of days is taken first, so
/// that there is one rounding.
///
/// # Errors
///
/// [`NotComputable`].
pub fn freed(
    yearly_sales: Money,
    days_before: Decimal,
    days_after: Decimal,
    rounding: Rounding,
) -> Result<Money, NotComputable> {
    let days = days_before.checked_sub(days_after).ok_or(NotComputable::OutOfRange)?;
    tied_up(yearly_sales, days, rounding)
}

#[cfg(test)]
mod tests {
    use money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn eur(text: &str) -> Money {
        Money::parse(text, Currency::EUR).unwrap()
    }

    fn freed_of(sales: &str, before: &str, after: &str) -> Money {
        let days = |it: &str| it.parse().unwrap();
        freed(eur(sales), days(before), days(after), Rounding::HalfUp).unwrap()
    }

    #[test]
    fn halving_ninety_days_frees_forty_five_days_of_sales() {
        assert_eq!(freed_of("3650000", "90", "45"), eur("450000"));
        assert_eq!(freed_of("3650000", "45", "90"), eur("-450000"));
    }

    #[test]
    fn a_day_has_a_part_of_a_cent_too() {
        assert_eq!(freed_of("1000000", "54.0", "40.5"), eur("36986.30"));
        assert_eq!(freed_of("0", "90", "45"), eur("0"));
        let down = tied_up(eur("1.00"), Decimal::from(2), Rounding::Down);
        assert_eq!(down, Ok(eur("0.00")));
    }

    #[test]
    fn what_cannot_be_said_is_not_said() {
        let error = tied_up(eur("-1.00"), Decimal::ONE, Rounding::HalfUp).unwrap_err();
        assert_eq!(error.to_string(), "yearly sales of -1.00 EUR are negative");
        let most = Money::new(i64::MAX, Currency::EUR);
        assert!(tied_up(most, Decimal::from(366), Rounding::HalfUp).is_err());
        assert!(tied_up(most, Decimal::MAX, Rounding::HalfUp).is_err());
        assert!(freed(most, Decimal::MAX, Decimal::MIN, Rounding::HalfUp).is_err());
    }

    proptest! {
        #[test]
        fn more_days_never_tie_up_less(
            sales in 0_i64..1_000_000_000_000,
            days in 0_i64..40_000,
            more in 0_i64..40_000,
        ) {
            let sales = Money::new(sales, Currency::EUR);
            let of = |days| tied_up(sales, Decimal::new(days, 2), Rounding::HalfUp).unwrap();
            prop_assert!(of(days).minor() <= of(days + more).minor());
        }

        #[test]
        fn what_one_way_frees_the_other_way_ties_up(
            sales in 0_i64..1_000_000_000_000,
            before in 0_i64..40_000,
            after in 0_i64..40_000,
        ) {
            let sales = Money::new(sales, Currency::EUR);
            let (before, after) = (Decimal::new(before, 2), Decimal::new(after, 2));
            let there = freed(sales, before, after, Rounding::HalfEven).unwrap();
            let back = freed(sales, after, before, Rounding::HalfEven).unwrap();
            prop_assert_eq!(there, back.negated());
        }
    }
}

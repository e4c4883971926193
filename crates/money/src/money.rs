//! The value: a whole number of a currency's smallest unit.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::{Currency, Rounding};

/// An amount of one currency, exact: from −(2^63 − 1) to 2^63 − 1 of its smallest unit.
///
/// There is no order across currencies, so none is derived: see [`Money::compare`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Never `i64::MIN`: every amount has its opposite.
    minor: i64,
    currency: Currency,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two amounts of different currencies met.
    #[error("{left} and {right} cannot be put together without a rate")]
    CurrencyMismatch {
        /// The currency of the amount that was asked.
        left: Currency,
        /// The currency of the other one.
        right: Currency,
    },
    /// The result is beyond 2^63 − 1 of the smallest unit.
    #[error("the result in {currency} is out of range")]
    OutOfRange {
        /// The currency of the result.
        currency: Currency,
    },
    /// An amount was to be split by no weights, or by zeroes only.
    #[error("an amount cannot be split when no part has a weight")]
    NoWeight,
}

impl Money {
    /// `minor` of the smallest unit of `currency`: `Money::new(1250, Currency::EUR)` is 12.50 EUR.
    ///
    /// `i64::MIN`, the one number without an opposite, becomes `-i64::MAX`.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        let minor = if minor == i64::MIN { -i64::MAX } else { minor };
        Money { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// The number of the currency's smallest units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The opposite amount.
    pub const fn negated(self) -> Money {
        Money { minor: -self.minor, currency: self.currency }
    }

    /// The amount without its sign.
    pub const fn absolute(self) -> Money {
        Money { minor: self.minor.abs(), currency: self.currency }
    }

    /// The sum of both.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        self.in_range(self.minor.checked_add(other.minor))
    }

    /// What is left after taking `other` away; may be negative.
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.plus(other.negated())
    }

    /// The sum of `amounts`, nothing if there are none.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Money>,
    ) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), Money::plus)
    }

    /// The order of two amounts of one currency.
    pub fn compare(self, other: Money) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// The smaller of both.
    pub fn min(self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.compare(other)?.is_le() { self } else { other })
    }

    /// The larger of both.
    pub fn max(self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.compare(other)?.is_ge() { self } else { other })
    }

    /// `rate` per cent of the amount: 20 of 100.00 EUR is 20.00 EUR.
    ///
    /// Exact before the one rounding, or [`MoneyError::OutOfRange`]; a rate of up to 18 significant
    /// digits is always exact.
    pub fn percent(self, rate: Decimal, rounding: Rounding) -> Result<Money, MoneyError> {
        let rate = rate.normalize();
        let product = i128::from(self.minor).checked_mul(rate.mantissa());
        let divisor = 10_i128.pow(rate.scale() + 2);
        let minor = product.map(|product| rounding.divide(product, divisor));
        self.in_range(minor.and_then(|minor| i64::try_from(minor).ok()))
    }

    /// The amount in whole units, with the currency's number of decimals: 1250 cents are `12.50`.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, u32::from(self.currency.minor_units()))
    }

    /// An amount given in whole units, rounded once to the currency's smallest unit.
    pub fn from_decimal(
        amount: Decimal,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        let decimals = u32::from(currency.minor_units());
        // 96 bits of mantissa and at most four decimals more fit i128.
        let minor = match amount.scale().checked_sub(decimals) {
            Some(surplus) => rounding.divide(amount.mantissa(), 10_i128.pow(surplus)),
            None => amount.mantissa() * 10_i128.pow(decimals - amount.scale()),
        };
        Money::zero(currency).in_range(i64::try_from(minor).ok())
    }

    /// `dividend / divisor` of the currency's smallest unit, rounded once: what was computed in
    /// fractions, such as interest by the day, becomes an amount.
    ///
    /// `divisor` is at least 1 and at most 10^30; [`MoneyError::OutOfRange`] otherwise.
    pub fn from_ratio(
        dividend: i128,
        divisor: i128,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        let divides = (1..=10_i128.pow(30)).contains(&divisor);
        let minor = divides.then(|| rounding.divide(dividend, divisor));
        Money::zero(currency).in_range(minor.and_then(|minor| i64::try_from(minor).ok()))
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }

    fn in_range(self, minor: Option<i64>) -> Result<Money, MoneyError> {
        match minor {
            Some(minor) if minor != i64::MIN => Ok(Money { minor, currency: self.currency }),
            _ => Err(MoneyError::OutOfRange { currency: self.currency }),
        }
    }
}

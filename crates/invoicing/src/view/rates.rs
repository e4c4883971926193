//! How amounts are brought to one currency: by rates that the caller names, each of a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use money::{Currency, Money, Rounding};
use rust_decimal::{Decimal, RoundingStrategy};

/// What units of other currencies are worth in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// What all amounts become.
    pub into: Currency,
    /// One for each other currency that occurs.
    pub rates: BTreeMap<Currency, Rate>,
}

/// What one unit of a currency was worth on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Units of the target currency for one unit; more than zero.
    pub rate: Decimal,
    /// The day the rate was set.
    pub on: NaiveDate,
}

/// An amount that cannot be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MissingRate {
    /// No rate was named for its currency.
    #[error(
        "no rate from {from} to {into} was given; amounts of two currencies are never added without one"
    )]
    Missing {
        /// What it is in.
        from: Currency,
        /// What it should become.
        into: Currency,
    },
    /// With this rate it is larger than an amount can be.
    #[error("an amount in {from} is out of range in {into} at the rate that was given")]
    OutOfRange {
        /// What it is in.
        from: Currency,
        /// What it should become.
        into: Currency,
    },
}

impl Rates {
    /// A sum in the smallest unit of its currency, in that of the target currency.
    pub(super) fn convert_sum(&self, minor: i128, from: Currency) -> Result<i128, MissingRate> {
        let into = self.into;
        if from == into {
            return Ok(minor);
        }
        let rate = self.rates.get(&from).ok_or(MissingRate::Missing { from, into })?;
        let sum = Decimal::try_from_i128_with_scale(minor, u32::from(from.minor_units())).ok();
        let converted = sum.and_then(|it| it.checked_mul(rate.rate));
        let scaled = converted.and_then(|it| {
            it.checked_mul(Decimal::from(10_u32.pow(u32::from(into.minor_units()))))
        });
        let rounded =
            scaled.map(|it| it.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero));
        rounded.map(|it| it.trunc().mantissa()).ok_or(MissingRate::OutOfRange { from, into })
    }

    /// The amount in the target currency, rounded half up.
    pub fn convert(&self, amount: Money) -> Result<Money, MissingRate> {
        let (from, into) = (amount.currency(), self.into);
        if from == into {
            return Ok(amount);
        }
        let rate = self.rates.get(&from).ok_or(MissingRate::Missing { from, into })?;
        let converted = amount.decimal().checked_mul(rate.rate);
        converted
            .and_then(|it| Money::from_decimal(it, into, Rounding::HalfUp).ok())
            .ok_or(MissingRate::OutOfRange { from, into })
    }
}

//! What receivables are expected to lose: the provision matrix of IFRS 9, applied to aging buckets
//! and derived from how balances rolled from bucket to bucket.
//!
//! Source: IFRS 9, 5.5.15 (simplified approach: losses over the whole life from the first day, no
//! stages), B5.5.35 (provision matrix), B5.5.52 (history is adjusted to what is foreseen) and
//! illustrative example 12.
//!
//! Rates are shares of 1 with at most six decimals, one per bucket, the youngest bucket first. The
//! allowance of each bucket is rounded to the smallest unit, and the total is the sum of those, so
//! that a report adds up on paper. Whether tax is in the balances is for whoever calls: tax that
//! the state gives back is no loss.

mod roll;

use chrono::NaiveDate;
use money::{Currency, Money, MoneyError, Rounding};
use rust_decimal::{Decimal, RoundingStrategy};

pub use roll::{RollRate, roll_rates};

/// The loss rate of each aging bucket, the youngest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    rates: Vec<Decimal>,
}

/// What is foreseen, as a factor on the rates of the past: 1.2 for a fifth more losses than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    from: NaiveDate,
    factor: Decimal,
}

/// A matrix applied to balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// One row per bucket, the youngest first.
    pub buckets: Vec<Bucket>,
    /// The sum of the balances.
    pub gross: Money,
    /// The sum of the rounded allowances.
    pub allowance: Money,
}

/// A bucket and what it is expected to lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its balance.
    pub gross: Money,
    /// Its rate, a share of 1.
    pub rate: Decimal,
    /// Balance × rate, rounded; never more than the balance.
    pub allowance: Money,
}

/// Why there is no matrix or no provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A matrix without rates.
    #[error("a matrix has one bucket at least")]
    NoBucket,
    /// A rate below 0, above 1, or with more than six decimals.
    #[error("{rate} is no loss rate: it is from 0 to 1 with at most 6 decimals")]
    Rate {
        /// What was given.
        rate: Decimal,
    },
    /// A factor below 0 or above 100.
    #[error("{factor} is no factor of an outlook: it is from 0 to 100")]
    Factor {
        /// What was given.
        factor: Decimal,
    },
    /// The matrix and the balances, or the balances of two months, are not of the same buckets.
    #[error("{given} buckets where {expected} were expected")]
    Buckets {
        /// How many were given.
        given: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Fewer months than something can roll in.
    #[error("roll rates need two months at least")]
    TooFewMonths,
    /// Fewer buckets than something can roll through.
    #[error("roll rates need two buckets at least")]
    TooFewBuckets,
    /// A bucket with less than nothing. What is owed **to** customers takes nothing off what others
    /// will not pay: report it apart.
    #[error("bucket {bucket} has a balance of {minor}")]
    Negative {
        /// Its place, 0 for the youngest.
        bucket: usize,
        /// Its balance in the smallest unit.
        minor: i64,
    },
    /// A bucket had nothing in any month but the last, so nobody knows how it rolls.
    #[error("bucket {bucket} was empty in every month but the last: nothing rolled out of it")]
    NothingRolled {
        /// Its place, 0 for the youngest.
        bucket: usize,
    },
    /// The sums of the months are beyond what decimals hold.
    #[error("the sums of the months are out of range")]
    OutOfRange,
    /// Balances of several currencies, or beyond what amounts can be.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Decimals of a rate: a ten-thousandth of a per cent.
const RATE_DECIMALS: u32 = 6;

impl Matrix {
    /// A matrix of these rates, each a share of 1 with at most six decimals: 0.003 for 0.3 %.
    ///
    /// # Errors
    ///
    /// [`Refused::NoBucket`] and [`Refused::Rate`].
    pub fn try_new(rates: Vec<Decimal>) -> Result<Matrix, Refused> {
        if rates.is_empty() {
            return Err(Refused::NoBucket);
        }
        match rates.iter().find(|it| !is_rate(**it)) {
            Some(rate) => Err(Refused::Rate { rate: *rate }),
            None => Ok(Matrix { rates }),
        }
    }

    /// The matrix that follows from roll rates: what is in a bucket is lost if it rolls through all
    /// older ones, so its rate is the product of the roll rates from it on and of `last_loss`, the
    /// share of the **last** bucket that is lost in the end. Each rate is rounded once, to six
    /// decimals, halves away from zero; an older bucket never has a lower rate than a younger one.
    ///
    /// `last_loss` does not follow from balances: whoever gives it has looked at what became of
    /// claims of that age. 1 is the cautious answer.
    ///
    /// # Errors
    ///
    /// [`Refused::Rate`] for a `last_loss` that is no rate.
    pub fn from_roll_rates(rolls: &[RollRate], last_loss: Decimal) -> Result<Matrix, Refused> {
        if !is_rate(last_loss) {
            return Err(Refused::Rate { rate: last_loss });
        }
        let mut chained = last_loss;
        let mut rates = vec![rounded(last_loss)];
        for roll in rolls.iter().rev() {
            chained = chained.checked_mul(roll.rate()).ok_or(Refused::OutOfRange)?;
            rates.push(rounded(chained));
        }
        rates.reverse();
        Ok(Matrix { rates })
    }

    /// The rate of each bucket, the youngest first.
    pub fn rates(&self) -> &[Decimal] {
        &self.rates
    }

    /// The matrix adjusted to what is foreseen: each rate times the factor, at most 1, rounded to
    /// six decimals, halves away from zero.
    pub fn looking_forward(&self, outlook: &Outlook) -> Matrix {
        let rates = self.rates.iter().map(|it| {
            // Where the product cannot be held it is far above 1.
            let product = it.checked_mul(outlook.factor);
            product.map_or(Decimal::ONE, |it| rounded(it.min(Decimal::ONE)))
        });
        Matrix { rates: rates.collect() }
    }

    /// What balances are expected to lose, the youngest bucket first.
    ///
    /// # Errors
    ///
    /// [`Refused::Buckets`], [`Refused::Negative`] and [`Refused::Money`].
    pub fn apply(
        &self,
        balances: &[Money],
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Provision, Refused> {
        if balances.len() != self.rates.len() {
            return Err(Refused::Buckets { given: balances.len(), expected: self.rates.len() });
        }
        let mut buckets = Vec::with_capacity(balances.len());
        for (bucket, (gross, rate)) in balances.iter().zip(&self.rates).enumerate() {
            if gross.is_negative() {
                return Err(Refused::Negative { bucket, minor: gross.minor() });
            }
            // A rate has six decimals: exact until it is rounded.
            let allowance = gross.percent(*rate * Decimal::ONE_HUNDRED, rounding)?;
            buckets.push(Bucket { gross: *gross, rate: *rate, allowance });
        }
        Ok(Provision {
            gross: Money::sum(currency, buckets.iter().map(|it| it.gross))?,
            allowance: Money::sum(currency, buckets.iter().map(|it| it.allowance))?,
            buckets,
        })
    }
}

impl Outlook {
    /// A factor in force from a day on, until another one is.
    ///
    /// # Errors
    ///
    /// [`Refused::Factor`].
    pub fn try_new(from: NaiveDate, factor: Decimal) -> Result<Outlook, Refused> {
        if Decimal::ZERO <= factor && factor <= Decimal::ONE_HUNDRED {
            Ok(Outlook { from, factor })
        } else {
            Err(Refused::Factor { factor })
        }
    }

    /// The one in force on a day: the latest that has begun; of two that begin on one day, the one
    /// given later. None before the first.
    pub fn on(outlooks: &[Outlook], day: NaiveDate) -> Option<&Outlook> {
        outlooks.iter().filter(|it| it.from <= day).max_by_key(|it| it.from)
    }

    /// Its first day.
    pub const fn from(&self) -> NaiveDate {
        self.from
    }

    /// Its factor.
    pub const fn factor(&self) -> Decimal {
        self.factor
    }
}

fn is_rate(rate: Decimal) -> bool {
    Decimal::ZERO <= rate && rate <= Decimal::ONE && rate.normalize().scale() <= RATE_DECIMALS
}

fn rounded(rate: Decimal) -> Decimal {
    rate.round_dp_with_strategy(RATE_DECIMALS, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests;

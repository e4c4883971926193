//! How much of a bucket is in the next one a month later.

use rust_decimal::Decimal;

use super::Refused;

/// How much of a bucket rolled on to the next one, over all months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollRate {
    left_minor: i128,
    arrived_minor: i128,
    rate: Decimal,
}

impl RollRate {
    /// The cautious one, where nobody knows: all of it rolls on.
    pub const ALL: RollRate = RollRate { left_minor: 0, arrived_minor: 0, rate: Decimal::ONE };

    /// What was in the bucket at the end of each month but the last, added up, in the smallest unit.
    pub const fn left_minor(&self) -> i128 {
        self.left_minor
    }

    /// What was in the next bucket at the end of each month but the first, added up.
    pub const fn arrived_minor(&self) -> i128 {
        self.arrived_minor
    }

    /// The one over the other, a share of 1, not rounded, and at most 1: what arrived beyond what
    /// left was not in the bucket before (an invoice recorded late, a payment reversed).
    pub const fn rate(&self) -> Decimal {
        self.rate
    }
}

/// The roll rate of each bucket into the next, from the balances at the end of consecutive months,
/// the first month first, in the smallest unit of one currency; in each month the buckets, the
/// youngest first.
///
/// Months weigh by their balances. **Every bucket holds one month of age**, so that what is in it
/// now was in the one before a month ago; the first may hold more, being all that is not due. What
/// stays in an open-ended last bucket month after month would arrive there again each time: give
/// its newest month of age only (91 to 120 days), and treat the older claims one by one.
///
/// There is one rate less than there are buckets.
///
/// # Errors
///
/// [`Refused`] where months have different buckets, are fewer than two, or tell nothing.
pub fn roll_rates(months: &[Vec<i64>]) -> Result<Vec<RollRate>, Refused> {
    let [first, _, ..] = months else {
        return Err(Refused::TooFewMonths);
    };
    let expected = first.len();
    if expected < 2 {
        return Err(Refused::TooFewBuckets);
    }
    for month in months {
        if month.len() != expected {
            return Err(Refused::Buckets { given: month.len(), expected });
        }
        if let Some((bucket, minor)) = month.iter().enumerate().find(|(_, minor)| **minor < 0) {
            return Err(Refused::Negative { bucket, minor: *minor });
        }
    }
    (1..expected).map(|next| rolled(months, next)).collect()
}

fn rolled(months: &[Vec<i64>], next: usize) -> Result<RollRate, Refused> {
    let bucket = next - 1;
    let sum = |months: &[Vec<i64>], bucket| -> i128 {
        months.iter().filter_map(|it| it.get(bucket)).copied().map(i128::from).sum()
    };
    let (but_last, but_first) = (months.split_last(), months.split_first());
    let left_minor = but_last.map_or(0, |(_, months)| sum(months, bucket));
    let arrived_minor = but_first.map_or(0, |(_, months)| sum(months, next));
    if left_minor == 0 {
        return Err(Refused::NothingRolled { bucket });
    }
    let exact =
        |minor| Decimal::try_from_i128_with_scale(minor, 0).map_err(|_| Refused::OutOfRange);
    let rate = exact(arrived_minor.min(left_minor))?.checked_div(exact(left_minor)?);
    Ok(RollRate { left_minor, arrived_minor, rate: rate.ok_or(Refused::OutOfRange)? })
}

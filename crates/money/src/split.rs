//! Splitting an amount into parts whose sum is the amount, to the last unit.

use std::cmp::Reverse;
use std::num::NonZeroU32;

use crate::{Money, MoneyError};

impl Money {
    /// Equal parts; where they cannot be equal, the first ones are larger by one smallest unit.
    ///
    /// A negative amount is split as its opposite and the sign put back.
    pub fn split(self, parts: NonZeroU32) -> impl ExactSizeIterator<Item = Money> {
        let (count, size) = (parts.get(), i64::from(parts.get()));
        let (share, surplus) = (self.minor() / size, (self.minor() % size).abs());
        let unit = self.minor().signum();
        // `Range<u32>` knows its exact length on every platform only up to `usize`.
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        (0..count).map(move |position| {
            let larger = i64::try_from(position).is_ok_and(|position| position < surplus);
            Money::new(if larger { share + unit } else { share }, self.currency())
        })
    }

    /// One part per weight, in proportion, by the method of the largest remainder: each part is
    /// rounded down, and the units left over go one by one to the parts that lost most by it, the
    /// earlier first among equals. A weight of zero gets nothing.
    ///
    /// Fails with [`MoneyError::NoWeight`] when no weight is above zero.
    pub fn split_by(self, weights: &[u64]) -> Result<Vec<Money>, MoneyError> {
        // No overflow: 2^63 times 2^64 fits, and so do the weights of any slice memory can hold.
        let total: u128 = weights.iter().copied().map(u128::from).sum();
        if total == 0 {
            return Err(MoneyError::NoWeight);
        }
        let amount = u128::from(self.minor().unsigned_abs());
        let mut parts: Vec<Part> = weights
            .iter()
            .enumerate()
            .map(|(position, weight)| {
                let product = amount * u128::from(*weight);
                Part { position, units: product / total, remainder: product % total }
            })
            .collect();

        let mut left_over = amount - parts.iter().map(|part| part.units).sum::<u128>();
        parts.sort_by_key(|part| (Reverse(part.remainder), part.position));
        for part in &mut parts {
            if left_over == 0 {
                break;
            }
            part.units += 1;
            left_over -= 1;
        }
        parts.sort_by_key(|part| part.position);

        let sign = self.minor().signum();
        let money = |part: Part| {
            let units = i64::try_from(part.units);
            let units = units.map_err(|_| MoneyError::OutOfRange { currency: self.currency() })?;
            Ok(Money::new(sign * units, self.currency()))
        };
        parts.into_iter().map(money).collect()
    }
}

struct Part {
    position: usize,
    units: u128,
    /// What was rounded off, in fractions of `total`.
    remainder: u128,
}

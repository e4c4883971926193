//! Cutting a figure into bins.

use crate::number::float;

/// Where a figure is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bins {
    /// The first value of each bin but the first.
    pub(crate) below: Vec<i64>,
}

/// How finely figures are cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fineness {
    /// No more bins than that, the one for what is not known left aside.
    pub(crate) bins_max: usize,
    /// No bin with a smaller share of all rows.
    pub(crate) share_min: f64,
}

/// Fewer rows are an anecdote.
const ROWS_MIN: usize = 10;

impl Bins {
    /// Bins with about as many rows each, none with few, cut in the middle between two values.
    #[expect(clippy::indexing_slicing, reason = "every place is checked against the length")]
    pub(crate) fn of(values: impl Iterator<Item = Option<i64>>, fineness: Fineness) -> Self {
        let mut rows = 0_usize;
        let mut known: Vec<i64> = values.inspect(|_| rows += 1).flatten().collect();
        known.sort_unstable();
        let least = ROWS_MIN.max(floor(float(rows) * fineness.share_min));
        let step = least.max(known.len().div_ceil(fineness.bins_max));
        let mut below = Vec::new();
        let mut place = step;
        while place + least <= known.len() {
            // Equal values stay together.
            let value = known[place - 1];
            place += known[place..].partition_point(|it| *it == value);
            if place + least > known.len() {
                break;
            }
            let next = known[place];
            below.push(value + (next - value).div_euclid(2).max(1).min(next - value));
            place += step;
        }
        Self { below }
    }

    /// The bin of a value, from 0; the one after the last for what is not known.
    pub(crate) fn place(&self, value: Option<i64>) -> usize {
        match value {
            Some(value) => self.below.partition_point(|it| *it <= value),
            None => self.below.len() + 1,
        }
    }

    /// How many there are, with the one for what is not known.
    pub(crate) fn len(&self) -> usize {
        self.below.len() + 2
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count: not negative, and in range"
)]
fn floor(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR: Fineness = Fineness { bins_max: 4, share_min: 0.0 };

    #[test]
    fn a_hundred_values_make_four_bins_of_twenty_five() {
        let bins = Bins::of((0..100).map(|it| Some(it * 10)), FOUR);
        assert_eq!(bins.below, [245, 495, 745]);
        assert_eq!([0, 244, 245, 5_000].map(|it| bins.place(Some(it))), [0, 0, 1, 3]);
        assert_eq!((bins.place(None), bins.len()), (4, 5));
    }

    #[test]
    fn equal_values_stay_together_and_few_make_no_bin() {
        let values = [vec![0; 80], vec![1; 15], vec![2; 5]].concat();
        let bins = Bins::of(values.into_iter().map(Some), FOUR);
        assert_eq!(bins.below, [1]);
        assert_eq!(Bins::of((0..15).map(Some), FOUR).below, [0_i64; 0]);
        assert_eq!(Bins::of(std::iter::empty(), FOUR).len(), 2);
    }
}

//! A customer begins to pay otherwise than it always did.

use super::{Behaviour, Settled};

/// The latest three invoices were settled later than all that came before lets one expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// Mean days beyond terms of all but the latest three, in hundredths of a day.
    pub earlier: i64,
    /// The same of the latest three, in hundredths of a day.
    pub latest: i64,
    /// How far they are apart, in standard errors of a mean of three; hundredths.
    pub z: i64,
}

/// Fewer earlier invoices say nothing of what is usual.
const EARLIER_MIN: usize = 5;
/// In hundredths: further apart than chance has it once in a thousand.
const Z_MIN: i64 = 300;
/// In hundredths of a day: nobody minds less.
const LATER_MIN: i64 = 500;
/// In hundredths of a day: who always paid on the very day is not broken by two days.
const DEVIATION_MIN: i64 = 200;

impl Behaviour {
    /// Whether the customer pays later than it did: the latest three invoices against at least five
    /// before them, in days that go back to before the terms too, by more than five days and by
    /// three standard errors. None if not, or if too little is known.
    pub fn broke(&self) -> Option<Break> {
        let (earlier, latest) = self.halves()?;
        if earlier.len() < EARLIER_MIN {
            return None;
        }
        let (mean, deviation) = spread(earlier)?;
        let (now, _) = spread(latest)?;
        let later = now - mean;
        // √3 in hundred-thousandths: the mean of three strays that much less than one.
        let z = later.checked_mul(173_205)? / 1000 / deviation.max(DEVIATION_MIN);
        (now > 0 && later >= LATER_MIN && z >= Z_MIN).then_some(Break {
            earlier: mean,
            latest: now,
            z,
        })
    }
}

/// The mean and the standard deviation, in hundredths of a day.
fn spread(of: &[Settled]) -> Option<(i64, i64)> {
    let count = i128::try_from(of.len()).ok().filter(|it| *it > 0)?;
    let days = of.iter().map(|it| i128::from(it.days));
    let sum: i128 = days.clone().sum();
    let squares: i128 = days.map(|it| it * it).sum();
    let variance = (count * squares - sum * sum).max(0) * 10_000 / (count * count);
    let mean = (sum * 100).div_euclid(count);
    Some((i64::try_from(mean).ok()?, i64::try_from(variance.isqrt()).ok()?))
}

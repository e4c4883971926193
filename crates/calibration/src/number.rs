//! Between counts and numbers with a point.

/// A count, as a number to reckon with; exact as far as memory reaches.
pub(crate) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// The nearest whole number, as far as there is one.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "rounded before, and out of range it is the end of the range"
)]
pub(crate) fn whole(number: f64) -> i32 {
    number.round_ties_even() as i32
}

/// The chance that belongs to log-odds.
pub(crate) fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-odds))
}

/// ln (1 + eˣ), also where eˣ is beyond all numbers.
pub(crate) fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

//! Where a division does not come out even.

/// How the part below the smallest unit is decided. Every rule names its own; there is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; halves away from zero: 0.125 → 0.13, −0.125 → −0.13. What invoices use.
    HalfUp,
    /// To the nearest; halves to the even neighbour: 0.125 → 0.12, 0.135 → 0.14.
    HalfEven,
    /// Towards zero: 0.129 → 0.12, −0.129 → −0.12.
    Down,
}

impl Rounding {
    /// `dividend / divisor` as a whole number; `divisor` is positive and at most 10^30.
    pub(crate) const fn divide(self, dividend: i128, divisor: i128) -> i128 {
        let quotient = dividend / divisor;
        let rest = (dividend % divisor).abs();
        let (below_half, above_half) = (rest * 2 < divisor, rest * 2 > divisor);
        let away = match self {
            Rounding::HalfUp => !below_half,
            Rounding::HalfEven => above_half || (!below_half && quotient % 2 != 0),
            Rounding::Down => false,
        };
        if away { quotient + dividend.signum() } else { quotient }
    }
}

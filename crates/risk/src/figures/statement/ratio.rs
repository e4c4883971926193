//! Dividing figures that may not be there.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{CutOffs, NotComputable, Part, Score};

/// Its name in the accounts and, if it is known, its value in the smallest unit.
pub(super) type Figure = (&'static str, Option<i64>);

pub(super) struct Ratio {
    name: &'static str,
    plus: Vec<Figure>,
    minus: Vec<Figure>,
    divisor: Figure,
}

impl Ratio {
    pub(super) fn new<const N: usize>(
        name: &'static str,
        plus: [Figure; N],
        divisor: Figure,
    ) -> Ratio {
        Ratio { name, plus: plus.to_vec(), minus: Vec::new(), divisor }
    }

    pub(super) fn less(mut self, figure: Figure) -> Ratio {
        self.minus.push(figure);
        self
    }

    pub(super) fn rounded(&self) -> Result<Decimal, NotComputable> {
        all_known([self])?;
        self.solve().map(four_decimals)
    }

    fn missing(&self) -> impl Iterator<Item = &'static str> {
        let figures = self.plus.iter().chain(&self.minus).chain([&self.divisor]);
        figures.filter(|(_, value)| value.is_none()).map(|(name, _)| *name)
    }

    /// Once [`all_known`].
    fn solve(&self) -> Result<Decimal, NotComputable> {
        let sum = |figures: &[Figure]| -> i128 {
            figures.iter().filter_map(|(_, value)| *value).map(i128::from).sum()
        };
        let (figure, divisor) = self.divisor;
        let divisor = divisor.filter(|it| *it > 0).ok_or(NotComputable::NotPositive { figure })?;
        // A few figures of 63 bits fit the 96 bits of a decimal.
        let dividend = Decimal::try_from_i128_with_scale(sum(&self.plus) - sum(&self.minus), 0);
        let dividend = dividend.map_err(|_| NotComputable::OutOfRange)?;
        dividend.checked_div(Decimal::from(divisor)).ok_or(NotComputable::OutOfRange)
    }
}

/// The sum of ratios, each with its weight in thousandths, and of a constant.
pub(super) fn score(
    parts: &[(i64, Ratio)],
    constant: Decimal,
    zones: &CutOffs,
) -> Result<Score, NotComputable> {
    all_known(parts.iter().map(|(_, ratio)| ratio))?;
    let mut value = constant;
    let mut solved = Vec::with_capacity(parts.len());
    for (weight, it) in parts {
        let (weight, ratio) = (Decimal::new(*weight, 3).normalize(), it.solve()?);
        let product = weight.checked_mul(ratio).ok_or(NotComputable::OutOfRange)?;
        value = value.checked_add(product).ok_or(NotComputable::OutOfRange)?;
        solved.push(Part { name: it.name, weight, ratio });
    }
    let value = four_decimals(value);
    Ok(Score { value, zone: zones.zone(value), parts: solved })
}

fn all_known<'a>(ratios: impl IntoIterator<Item = &'a Ratio>) -> Result<(), NotComputable> {
    let mut missing = Vec::new();
    for name in ratios.into_iter().flat_map(Ratio::missing) {
        if !missing.contains(&name) {
            missing.push(name);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(NotComputable::Missing { missing }) }
}

fn four_decimals(value: Decimal) -> Decimal {
    let mut value = value.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(4);
    value
}

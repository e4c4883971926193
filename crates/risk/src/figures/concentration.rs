//! How much hangs on how few: the Herfindahl-Hirschman index and the largest names.
//!
//! The index is the sum of the squares of the shares: 1 when one name has all, 1/n when n names have
//! the same. Its inverse, the effective number, says how many equal names would be as concentrated.
//! A single customer of 10 % or more of revenue is a line to disclose (IFRS 8.34); the same
//! threshold is the usual one for exposures.
//!
//! A name may be a customer, a group, a sector or a country: whoever calls adds up first what
//! belongs together, or gives it the same name here.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

/// The threshold of IFRS 8.34, as a share of 1.
pub const SINGLE_NAME: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// Decimals of a share and of a sum of shares.
const SHARE_DECIMALS: u32 = 6;

/// Decimals of the index: a hundred thousand million equal names still have one above zero.
const INDEX_DECIMALS: u32 = 12;

/// Names and what each has of a total, the largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concentration {
    names: Vec<Name>,
    total: i128,
}

/// A name and its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub name: String,
    /// The sum of its amounts, above zero, in the smallest unit.
    pub amount_minor: i64,
    /// Its share of the total, a share of 1 with six decimals, halves away from zero.
    pub share: Decimal,
}

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// There is nothing to share.
    #[error("no concentration: all amounts are zero")]
    Nothing,
    /// The amounts of a name add up to less than zero: it is owed, and has no share of what others
    /// owe. Leave it out, or report it apart.
    #[error("no concentration: the amounts of {name} add up to {amount_minor}")]
    Negative {
        /// The name.
        name: String,
        /// The sum of its amounts.
        amount_minor: i64,
    },
    /// The sum of a name's amounts is beyond 2^63 − 1 of the smallest unit, or of all beyond what
    /// decimals hold.
    #[error("no concentration: the sums are out of range")]
    OutOfRange,
}

impl Concentration {
    /// The concentration of amounts in the smallest unit of **one** currency. Amounts of the same
    /// name are added up; a name with nothing has no part in it.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn of<'a>(
        amounts: impl IntoIterator<Item = (&'a str, i64)>,
    ) -> Result<Concentration, NotComputable> {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for (name, amount) in amounts {
            let sum = sums.entry(name).or_default();
            *sum = sum.checked_add(amount).ok_or(NotComputable::OutOfRange)?;
        }
        if let Some((name, amount)) = sums.iter().find(|(_, amount)| **amount < 0) {
            let name = (*name).to_owned();
            return Err(NotComputable::Negative { name, amount_minor: *amount });
        }
        let total = sums.values().copied().map(i128::from).sum();
        if total == 0 {
            return Err(NotComputable::Nothing);
        }
        let mut names = Vec::with_capacity(sums.len());
        for (name, amount_minor) in sums.into_iter().filter(|(_, amount)| *amount > 0) {
            let share = rounded(share(amount_minor.into(), total)?, SHARE_DECIMALS);
            names.push(Name { name: name.to_owned(), amount_minor, share });
        }
        // Sorted by name before: equals stay in the order of their names.
        names.sort_by_key(|it| std::cmp::Reverse(it.amount_minor));
        Ok(Concentration { names, total })
    }

    /// Every name with more than nothing, the largest first, equals by name.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The Herfindahl-Hirschman index, above 0 and at most 1, with twelve decimals, halves away
    /// from zero. Multiplied by 10 000 it is the index of competition authorities.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`].
    pub fn hhi(&self) -> Result<Decimal, NotComputable> {
        self.sum_of_squares().map(|it| rounded(it, INDEX_DECIMALS))
    }

    /// How many names of the same size would be as concentrated: 1 / HHI, from 1 to the number of
    /// names, with two decimals, halves away from zero.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`].
    pub fn effective_number(&self) -> Result<Decimal, NotComputable> {
        let inverse = Decimal::ONE.checked_div(self.sum_of_squares()?);
        Ok(rounded(inverse.ok_or(NotComputable::OutOfRange)?, 2))
    }

    /// What the `count` largest names have together, a share of 1 with six decimals, halves away
    /// from zero; rounded once, and exactly 1 where that is all of them.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`].
    pub fn top(&self, count: usize) -> Result<Decimal, NotComputable> {
        let sum = self.names.iter().take(count).map(|it| i128::from(it.amount_minor)).sum();
        Ok(rounded(share(sum, self.total)?, SHARE_DECIMALS))
    }

    /// The names whose share is `threshold` or more, [`SINGLE_NAME`] for example; told by the
    /// amounts and not by the rounded shares.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`].
    pub fn at_or_above(&self, threshold: Decimal) -> Result<&[Name], NotComputable> {
        let line = exact(self.total)?.checked_mul(threshold).ok_or(NotComputable::OutOfRange)?;
        let end = self.names.partition_point(|it| Decimal::from(it.amount_minor) >= line);
        Ok(self.names.get(..end).unwrap_or_default())
    }

    fn sum_of_squares(&self) -> Result<Decimal, NotComputable> {
        let mut sum = Decimal::ZERO;
        for it in &self.names {
            let share = share(it.amount_minor.into(), self.total)?;
            let square = share.checked_mul(share).ok_or(NotComputable::OutOfRange)?;
            sum = sum.checked_add(square).ok_or(NotComputable::OutOfRange)?;
        }
        Ok(sum)
    }
}

fn share(part: i128, total: i128) -> Result<Decimal, NotComputable> {
    exact(part)?.checked_div(exact(total)?).ok_or(NotComputable::OutOfRange)
}

fn exact(minor: i128) -> Result<Decimal, NotComputable> {
    Decimal::try_from_i128_with_scale(minor, 0).map_err(|_| NotComputable::OutOfRange)
}

fn rounded(value: Decimal, decimals: u32) -> Decimal {
    let mut value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(decimals);
    value
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_map, prelude::*};

    use super::*;

    fn of(amounts: &[(&str, i64)]) -> Concentration {
        Concentration::of(amounts.iter().copied()).unwrap()
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn fifty_thirty_twenty_is_as_concentrated_as_two_and_two_thirds_equals() {
        let it = of(&[("a", 20), ("b", 50), ("c", 30)]);
        assert_eq!(it.hhi().unwrap(), decimal("0.38"));
        assert_eq!(it.effective_number().unwrap().to_string(), "2.63");
        let order: Vec<_> = it.names().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(order, ["b", "c", "a"]);
    }

    #[test]
    fn four_equals_have_an_index_of_a_quarter() {
        let it = of(&[("a", 25), ("b", 25), ("c", 25), ("d", 25)]);
        assert_eq!(it.hhi().unwrap(), decimal("0.25"));
        assert_eq!(it.effective_number().unwrap().to_string(), "4.00");
    }

    #[test]
    fn the_largest_names_have_their_share_together() {
        let it = of(&[("a", 1), ("b", 1), ("c", 1)]);
        assert_eq!(it.top(0).unwrap(), Decimal::ZERO);
        assert_eq!(it.top(1).unwrap().to_string(), "0.333333");
        assert_eq!(it.top(2).unwrap().to_string(), "0.666667");
        assert_eq!(it.top(3).unwrap(), Decimal::ONE);
        assert_eq!(it.top(99).unwrap(), Decimal::ONE);
    }

    #[test]
    fn a_name_of_exactly_a_tenth_is_reported_and_one_a_cent_below_is_not() {
        let it = of(&[("tenth", 100_000), ("below", 99_999), ("rest", 800_001)]);
        let names: Vec<_> =
            it.at_or_above(SINGLE_NAME).unwrap().iter().map(|it| &it.name).collect();
        assert_eq!(names, ["rest", "tenth"]);
        // What is told by amounts is not told by shares that round up to the line.
        let it = of(&[("below", 999_999_999), ("rest", 9_000_000_001)]);
        assert_eq!(it.names()[1].share.to_string(), "0.100000");
        assert_eq!(it.at_or_above(SINGLE_NAME).unwrap().len(), 1);
    }

    #[test]
    fn the_companies_of_a_group_count_together() {
        let it = of(&[("group", 30), ("other", 50), ("group", 20), ("group", -10)]);
        assert_eq!(
            it.names()[1],
            Name { name: "group".to_owned(), amount_minor: 40, share: decimal("0.444444") }
        );
    }

    #[test]
    fn where_nothing_is_owed_nothing_is_concentrated() {
        assert_eq!(Concentration::of([]), Err(NotComputable::Nothing));
        assert_eq!(Concentration::of([("a", 0)]), Err(NotComputable::Nothing));
        assert!(of(&[("a", 0), ("b", 1)]).names().len() == 1);
        let error = Concentration::of([("a", 5), ("b", -3)]).unwrap_err();
        assert_eq!(error.to_string(), "no concentration: the amounts of b add up to -3");
        let twice = [("a", i64::MAX), ("a", 1)];
        assert_eq!(Concentration::of(twice), Err(NotComputable::OutOfRange));
        assert_eq!(of(&[("a", i64::MAX), ("b", i64::MAX)]).hhi().unwrap(), decimal("0.5"));
    }

    proptest! {
        #[test]
        fn the_index_is_above_zero_and_at_most_one(
            amounts in btree_map("[a-z]{1,4}", 1_i64..=i64::MAX, 1..40),
        ) {
            let it = Concentration::of(amounts.iter().map(|it| (it.0.as_str(), *it.1))).unwrap();
            let hhi = it.hhi().unwrap();
            prop_assert!(hhi > Decimal::ZERO && hhi <= Decimal::ONE);
            let effective = it.effective_number().unwrap();
            prop_assert!(effective >= Decimal::ONE && effective <= amounts.len().into());
            prop_assert_eq!(it.top(amounts.len()).unwrap(), Decimal::ONE);
        }

        #[test]
        fn merging_two_names_never_makes_it_less_concentrated(
            amounts in btree_map("[a-z]{1,4}", 1_i64..1_000_000_000, 2..40),
        ) {
            let apart = Concentration::of(amounts.iter().map(|it| (it.0.as_str(), *it.1))).unwrap();
            let merged = amounts.iter().enumerate();
            let merged = merged.map(|(at, it)| (if at < 2 { "the two" } else { it.0 }, *it.1));
            let merged = Concentration::of(merged).unwrap();
            prop_assert!(merged.hhi().unwrap() >= apart.hhi().unwrap());
        }

        #[test]
        fn one_more_name_never_makes_the_top_smaller(
            amounts in btree_map("[a-z]{1,4}", 1_i64..1_000_000_000, 1..40),
            count in 0_usize..40,
        ) {
            let it = Concentration::of(amounts.iter().map(|it| (it.0.as_str(), *it.1))).unwrap();
            prop_assert!(it.top(count).unwrap() <= it.top(count + 1).unwrap());
        }
    }
}

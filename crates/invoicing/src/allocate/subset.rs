//! Which open items, together, are exactly an amount.

/// The places of the amounts whose sum is `target`, if there is one such set and only one.
/// Amounts and target are positive. Work grows as 2ⁿ, so the caller bounds their number.
pub(super) fn only_subset(amounts: &[i64], target: i64) -> Option<Vec<usize>> {
    let mut order: Vec<(usize, i64)> = amounts.iter().copied().enumerate().collect();
    // The largest first: what cannot be reached any more is seen early.
    order.sort_by_key(|(place, amount)| (std::cmp::Reverse(*amount), *place));
    let rest = order.iter().fold(0_i64, |sum, (_, amount)| sum.saturating_add(*amount));
    let mut search = Search { chosen: Vec::new(), found: None, ambiguous: false };
    search.look(&order, target, rest);
    if search.ambiguous {
        return None;
    }
    let mut found = search.found?;
    found.sort_unstable();
    Some(found)
}

struct Search {
    chosen: Vec<usize>,
    found: Option<Vec<usize>>,
    ambiguous: bool,
}

impl Search {
    /// `rest` is the sum of `items`, all that can still be chosen.
    fn look(&mut self, items: &[(usize, i64)], target: i64, rest: i64) {
        if target == 0 {
            self.ambiguous = self.found.is_some();
            self.found = Some(self.chosen.clone());
            return;
        }
        let Some(((place, amount), others)) = items.split_first() else { return };
        if target > rest || self.ambiguous {
            return;
        }
        let rest = rest.saturating_sub(*amount);
        if *amount <= target {
            self.chosen.push(*place);
            self.look(others, target - amount, rest);
            self.chosen.pop();
        }
        self.look(others, target, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::only_subset;

    #[test]
    fn a_set_is_found_if_it_is_the_only_one() {
        assert_eq!(only_subset(&[500, 300, 200, 70], 370), Some(vec![1, 3]));
        assert_eq!(only_subset(&[500, 300, 200, 70], 570), None, "500 and 70, or all but 500");
        assert_eq!(only_subset(&[500, 300, 200, 70], 1_070), Some(vec![0, 1, 2, 3]));
        assert_eq!(only_subset(&[500, 300, 200], 500), None, "one alone, or two together");
        assert_eq!(only_subset(&[100, 100, 50], 150), None, "either of two equal ones");
        assert_eq!(only_subset(&[500, 300], 400), None);
        assert_eq!(only_subset(&[], 400), None);
    }
}

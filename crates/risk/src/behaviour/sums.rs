//! What is added up while the invoices are walked over.

use chrono::NaiveDate;
use invoicing::view::Course;
use money::Currency;

use super::{ByLateness, DAYS_COUNTED, LATE_DAYS, PRIOR, divided, months};

/// What something counts that is so many months old: 65,536 halved every six months.
pub(super) fn weight(months: i64) -> i64 {
    /// 65,536 × 2^(−n/6).
    const WITHIN_HALF: [i64; 6] = [65_536, 58_386, 52_016, 46_341, 41_285, 36_781];
    let (halvings, rest) = (months / 6, usize::try_from(months % 6).unwrap_or(0));
    let of_half = WITHIN_HALF.get(rest).copied().unwrap_or(0);
    u32::try_from(halvings).ok().and_then(|it| of_half.checked_shr(it)).unwrap_or(0)
}

/// How late invoices were, whatever they were about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lateness {
    /// Of each, in no order.
    days: Vec<i64>,
    weights: i128,
    /// Weights of those later than each of [`LATE_DAYS`].
    late: [i128; 3],
    /// Weighted, each as far as it counts.
    sum: i128,
}

impl Lateness {
    pub(super) fn add(&mut self, days: i64, weight: i64) {
        self.days.push(days);
        let weight = i128::from(weight);
        self.weights += weight;
        for (sum, threshold) in self.late.iter_mut().zip(LATE_DAYS) {
            if days > threshold {
                *sum += weight;
            }
        }
        self.sum += counted(days) * weight;
    }

    /// The share later than one of [`LATE_DAYS`], in thousandths; one ordinary invoice of today
    /// counted in.
    pub(super) fn share(&self, which: usize) -> Option<i64> {
        if self.days.is_empty() {
            return None;
        }
        let one = i128::from(weight(0));
        let (late, prior) = (self.late.get(which)?, PRIOR.get(which)?);
        divided(late * 1000 + i128::from(*prior) * one, self.weights + one)
    }

    /// The mean in hundredths of a day; half an invoice of today, paid on the day, counted in.
    pub(super) fn days(&self) -> Option<i64> {
        if self.days.is_empty() {
            return None;
        }
        divided(self.sum * 100, self.weights + i128::from(weight(0) / 2))
    }

    /// The middle one in hundredths of a day; between two, their mean.
    pub(super) fn middle(&self) -> Option<i64> {
        let mut days = self.days.clone();
        let upper = days.len() / 2;
        let (below, middle, _) =
            if days.is_empty() { return None } else { days.select_nth_unstable(upper) };
        let middle = *middle;
        // With an even number of them the other one is the largest of those below.
        let other = below.iter().max().copied().filter(|_| self.days.len().is_multiple_of(2));
        Some((middle + other.unwrap_or(middle)) * 50)
    }

    pub(super) fn most(&self) -> Option<i64> {
        self.days.iter().max().copied()
    }

    pub(super) fn by_lateness(&self) -> ByLateness {
        let mut by = ByLateness::default();
        for days in &self.days {
            let place = match days {
                ..=0 => &mut by.prompt,
                1..=15 => &mut by.days_15,
                16..=30 => &mut by.days_30,
                31..=60 => &mut by.days_60,
                61..=90 => &mut by.days_90,
                _ => &mut by.longer,
            };
            *place += 1;
        }
        by
    }
}

/// Days, as far as they count.
fn counted(days: i64) -> i128 {
    i128::from(days.clamp(DAYS_COUNTED.0, DAYS_COUNTED.1))
}

/// What depends on amounts, kept for each currency until it is clear which one the customer has most
/// invoices in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct InCurrency {
    each: Vec<Amounts>,
    most: Amounts,
}

/// In the smallest unit of one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Amounts {
    currency: Option<Currency>,
    invoices: i128,
    gross: i128,
    open: i128,
    overdue: i128,
    disputed: i128,
    /// Amounts by weight, and by days and weight.
    weighted: (i128, i128),
    /// Invoiced in the last three full months, and in the three before.
    quarters: (i128, i128),
}

impl InCurrency {
    fn of(&mut self, currency: Currency) -> Option<&mut Amounts> {
        let known = self.each.iter().position(|it| it.currency == Some(currency));
        let place = known.unwrap_or_else(|| {
            self.each.push(Amounts { currency: Some(currency), ..Amounts::default() });
            self.each.len() - 1
        });
        self.each.get_mut(place)
    }

    pub(super) fn add(&mut self, it: &Course<'_>, before: NaiveDate, overdue: bool) {
        let Some(sums) = self.of(it.currency) else { return };
        let (gross, open) = (i128::from(it.gross_minor), i128::from(it.open_minor.max(0)));
        sums.invoices += 1;
        sums.gross += gross;
        sums.open += open;
        sums.disputed += i128::from(it.disputed_minor);
        if overdue {
            sums.overdue += open;
        }
        match months(it.issued_on, before) {
            1..=3 => sums.quarters.0 += gross,
            4..=6 => sums.quarters.1 += gross,
            _ => {}
        }
    }

    pub(super) fn late(&mut self, it: &Course<'_>, days: i64, weight: i64) {
        let Some(sums) = self.of(it.currency) else { return };
        let weighted = i128::from(it.gross_minor) * i128::from(weight);
        sums.weighted.0 += weighted;
        sums.weighted.1 += weighted * counted(days);
    }

    /// Once all is added: of two currencies with as many invoices, the one first in the alphabet.
    pub(super) fn settle(&mut self) {
        self.each.sort_by_key(|it| it.currency);
        let most = self.each.iter().map(|it| it.invoices).max();
        let first = self.each.iter().find(|it| Some(it.invoices) == most);
        self.most = first.cloned().unwrap_or_default();
        self.each.clear();
    }

    /// Days beyond terms by amount, in hundredths of a day.
    pub(super) fn days(&self) -> Option<i64> {
        let (weights, sum) = self.most.weighted;
        divided(sum * 100, weights)
    }

    pub(super) fn usual(&self) -> Option<i64> {
        divided(self.most.gross, self.most.invoices)
    }

    /// The usual amount, if it is in this currency.
    pub(super) fn usual_in(&self, currency: Currency) -> Option<i64> {
        self.usual().filter(|_| self.most.currency == Some(currency))
    }

    pub(super) fn overdue_share(&self) -> i64 {
        divided(self.most.overdue * 1000, self.most.open).unwrap_or(0)
    }

    pub(super) fn disputed_share(&self) -> i64 {
        divided(self.most.disputed * 1000, self.most.open).unwrap_or(0)
    }

    pub(super) fn drop(&self) -> Option<i64> {
        let (last, before) = self.most.quarters;
        divided((before - last) * 1000, before)
    }
}

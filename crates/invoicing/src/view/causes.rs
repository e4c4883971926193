//! Why invoices are contested: contests by reason, site and customer, how long they take and how they
//! end.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;
use events::{
    CustomerId, Reference,
    invoicing::{DisputeOutcome, DisputeReason},
};
use money::{Currency, Money};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Account, account::Named};

/// Contests that were raised within a period, both days included, as they stood at the end of a day.
/// Each contest is in one group of each breakdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisputeCauses {
    /// All of them.
    pub all: Contests,
    /// By what they were raised for, those with most contests first.
    pub reasons: Vec<(DisputeReason, Contests)>,
    /// By the site of the invoice; none: the invoice names none.
    pub sites: Vec<(Option<Reference>, Contests)>,
    /// By who raised them.
    pub customers: Vec<(CustomerId, Contests)>,
}

/// Contests of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contests {
    /// How many were raised.
    pub count: u64,
    /// How many of these have not ended.
    pub open: u64,
    /// How much was contested, a currency each. A sum beyond what an amount can be is left out.
    pub amounts: Vec<Money>,
    /// Days from a contest to its end, of those that ended: the one in the middle, or the mean of the
    /// two there, to a tenth. None if none ended.
    pub median_days: Option<Decimal>,
    /// The same, all of them together over how many they are, to a tenth.
    pub mean_days: Option<Decimal>,
    /// How those that ended did; outcomes that none had are left out.
    pub outcomes: Vec<OutcomeShare>,
}

/// How a part of the contests ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeShare {
    /// How.
    pub outcome: DisputeOutcome,
    /// How many.
    pub count: u64,
    /// Of all that ended, 1 is the whole: to four decimals.
    pub share: Decimal,
}

/// Contests as they are added up.
#[derive(Default)]
struct Tally {
    amounts: BTreeMap<Currency, i128>,
    open: u64,
    days: Vec<i64>,
    outcomes: BTreeMap<DisputeOutcome, u64>,
}

impl DisputeCauses {
    /// Of these customers. What is raised after `on` has not been raised; what ends after it is open.
    pub fn of<'a>(
        accounts: impl IntoIterator<Item = (&'a CustomerId, &'a Account)>,
        first: NaiveDate,
        last: NaiveDate,
        on: NaiveDate,
    ) -> Self {
        let mut all = Tally::default();
        let mut reasons = BTreeMap::<_, Tally>::new();
        let mut sites = BTreeMap::<_, Tally>::new();
        let mut customers = BTreeMap::<_, Tally>::new();
        for (customer, account) in accounts {
            for dispute in account.disputes.values() {
                if !(first..=last.min(on)).contains(&dispute.opened_on) {
                    continue;
                }
                let ended = dispute.resolved.filter(|it| it.on <= on);
                // One that is said to have ended before it began took no time.
                let ended =
                    ended.map(|it| ((it.on - dispute.opened_on).num_days().max(0), it.outcome));
                let invoice = account.invoice(&dispute.invoice);
                let site = invoice.and_then(|it| it.document.reference(Named::Site)).cloned();
                let groups = [
                    &mut all,
                    reasons.entry(dispute.reason).or_default(),
                    sites.entry(site).or_default(),
                    customers.entry(customer.clone()).or_default(),
                ];
                for group in groups {
                    group.add(dispute.amount, ended);
                }
            }
        }
        Self {
            all: all.told(),
            reasons: most_first(reasons),
            sites: most_first(sites),
            customers: most_first(customers),
        }
    }
}

/// Those with most contests first, and by their names where they have as many.
fn most_first<K: Ord>(groups: BTreeMap<K, Tally>) -> Vec<(K, Contests)> {
    let mut told: Vec<_> = groups.into_iter().map(|(key, it)| (key, it.told())).collect();
    told.sort_by_key(|(_, it)| Reverse(it.count));
    told
}

impl Tally {
    fn add(&mut self, amount: Money, ended: Option<(i64, DisputeOutcome)>) {
        *self.amounts.entry(amount.currency()).or_default() += i128::from(amount.minor());
        match ended {
            None => self.open += 1,
            Some((days, outcome)) => {
                self.days.push(days);
                *self.outcomes.entry(outcome).or_default() += 1;
            }
        }
    }

    fn told(mut self) -> Contests {
        self.days.sort_unstable();
        let ended = u64::try_from(self.days.len()).unwrap_or(u64::MAX);
        let (half, odd) = (self.days.len() / 2, self.days.len() % 2 == 1);
        let upper = self.days.get(half).copied();
        let lower =
            if odd { upper } else { half.checked_sub(1).and_then(|it| self.days.get(it).copied()) };
        let median = lower.zip(upper).map(|(a, b)| Decimal::from(a + b) / Decimal::TWO);
        let sum = self.days.iter().fold(0, |sum: i64, it| sum.saturating_add(*it));
        let mean = (ended > 0).then(|| Decimal::from(sum) / Decimal::from(ended));
        let amount = |(currency, minor)| Some(Money::new(i64::try_from(minor).ok()?, currency));
        let share = |(outcome, count)| OutcomeShare {
            outcome,
            count,
            share: rounded(Decimal::from(count) / Decimal::from(ended.max(1)), 4),
        };
        Contests {
            count: self.open + ended,
            open: self.open,
            amounts: self.amounts.into_iter().filter_map(amount).collect(),
            median_days: median.map(|it| rounded(it, 1)),
            mean_days: mean.map(|it| rounded(it, 1)),
            outcomes: self.outcomes.into_iter().map(share).collect(),
        }
    }
}

fn rounded(value: Decimal, decimals: u32) -> Decimal {
    let mut value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(decimals);
    value
}

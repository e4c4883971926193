//! Open items by how late they are.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use money::{Currency, Money};

use super::{
    as_of::{AsOf, money},
    rates::{MissingRate, Rates},
};
use crate::Account;

/// The last day past due of each bucket but the last, which has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds(Vec<u32>);

/// Days that are no bounds of buckets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bounds of buckets are 1 to {max} days, each more than the one before, the first more than 0",
    max = Bounds::COUNT_MAX)]
pub struct BoundsError;

impl Default for Bounds {
    /// 1–30, 31–60, 61–90 and over 90 days past due.
    fn default() -> Self {
        Self(vec![30, 60, 90])
    }
}

impl Bounds {
    /// The most bounds.
    pub const COUNT_MAX: usize = 20;

    /// Bounds at these days.
    pub fn try_new(days: Vec<u32>) -> Result<Self, BoundsError> {
        let ascending = days.is_sorted_by(|a, b| a < b) && days.first().is_some_and(|it| *it > 0);
        if ascending && days.len() <= Self::COUNT_MAX { Ok(Self(days)) } else { Err(BoundsError) }
    }

    /// The place of the bucket for an item so many days past due, more than 0.
    fn place(&self, days: u32) -> usize {
        self.0.partition_point(|last| *last < days)
    }
}

/// Open items by how late they are, in one currency.
///
/// Always `not_due` and the buckets together are `outstanding`. Instalments of a plan in force age
/// by their own due dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgedBalance {
    /// Not due, or due on the day itself.
    pub not_due: Bucket,
    /// The least late first.
    pub buckets: Vec<Bucket>,
    /// All that is open.
    pub outstanding: Money,
    /// The part of it that is contested.
    pub disputed: Money,
    /// Payments and credit notes that have not met an open item, without deposits: not deducted
    /// above.
    pub unallocated: Money,
}

/// The items of one span of lateness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The fewest days past due.
    pub days_min: u32,
    /// The most days past due; none: no limit.
    pub days_max: Option<u32>,
    /// What is open.
    pub amount: Money,
    /// How many items, or instalments of one.
    pub count: u64,
}

impl AgedBalance {
    /// How late what these accounts owe is, at the end of a day, by currency.
    pub fn of<'a>(
        accounts: impl IntoIterator<Item = &'a Account>,
        effective_on: NaiveDate,
        bounds: &Bounds,
    ) -> Vec<Self> {
        let mut ages = BTreeMap::<Currency, Ages>::new();
        let of_currency =
            |ages: &mut BTreeMap<Currency, Ages>, currency, add: &mut dyn FnMut(&mut Ages)| {
                add(ages.entry(currency).or_insert_with(|| Ages::new(bounds)));
            };
        for account in accounts {
            let as_of = AsOf::new(account, effective_on);
            for item in as_of.open() {
                of_currency(&mut ages, item.currency(), &mut |ages| {
                    ages.disputed += i128::from(item.disputed);
                    for part in item.due() {
                        ages.add(bounds, as_of.days_past(part.due_on), part.minor);
                    }
                });
            }
            for it in as_of.unallocated().filter(|it| it.held.is_none()) {
                of_currency(&mut ages, it.funds.amount.currency(), &mut |ages| {
                    ages.unallocated += i128::from(it.minor);
                });
            }
        }
        ages.into_iter().map(|(currency, it)| it.balance(bounds, currency)).collect()
    }

    /// The currency of all its amounts.
    pub fn currency(&self) -> Currency {
        self.outstanding.currency()
    }

    /// One more of the same currency and bounds, such as of another partition.
    pub fn merge(&mut self, other: &Self) {
        self.not_due.merge(&other.not_due);
        for (bucket, other) in self.buckets.iter_mut().zip(&other.buckets) {
            bucket.merge(other);
        }
        self.outstanding = sum(self.outstanding, other.outstanding);
        self.disputed = sum(self.disputed, other.disputed);
        self.unallocated = sum(self.unallocated, other.unallocated);
    }

    /// The whole in one currency: each bucket of each is converted, rounded half up, and added.
    pub fn converted(
        balances: &[Self],
        bounds: &Bounds,
        rates: &Rates,
    ) -> Result<Self, MissingRate> {
        let mut whole = Ages::new(bounds).balance(bounds, rates.into);
        for it in balances {
            let bucket = |bucket: &Bucket| {
                Ok(Bucket { amount: rates.convert(bucket.amount)?, ..bucket.clone() })
            };
            let not_due = bucket(&it.not_due)?;
            let buckets = it.buckets.iter().map(bucket).collect::<Result<Vec<_>, _>>()?;
            let parts = buckets.iter().map(|it| it.amount);
            whole.merge(&Self {
                // Of the rounded parts, so that they still make up the whole.
                outstanding: parts.fold(not_due.amount, sum),
                not_due,
                buckets,
                disputed: rates.convert(it.disputed)?,
                unallocated: rates.convert(it.unallocated)?,
            });
        }
        Ok(whole)
    }
}

impl Bucket {
    fn merge(&mut self, other: &Self) {
        self.amount = sum(self.amount, other.amount);
        self.count += other.count;
    }
}

/// Of one currency; at the end of the range if the sum is beyond it.
fn sum(a: Money, b: Money) -> Money {
    money(i128::from(a.minor()) + i128::from(b.minor()), a.currency())
}

/// Sums in the smallest unit: of what is not due, then of each bucket.
struct Ages {
    spans: Vec<(i128, u64)>,
    disputed: i128,
    unallocated: i128,
}

impl Ages {
    fn new(bounds: &Bounds) -> Self {
        Self { spans: vec![(0, 0); bounds.0.len() + 2], disputed: 0, unallocated: 0 }
    }

    fn add(&mut self, bounds: &Bounds, days_past_due: u32, minor: i64) {
        let place = if days_past_due == 0 { 0 } else { bounds.place(days_past_due) + 1 };
        if let Some((amount, count)) = self.spans.get_mut(place) {
            *amount += i128::from(minor);
            *count += 1;
        }
    }

    fn balance(&self, bounds: &Bounds, currency: Currency) -> AgedBalance {
        let outstanding = self.spans.iter().map(|(amount, _)| amount).sum();
        let mut spans = self.spans.iter().enumerate().map(|(place, (amount, count))| {
            let before = place.checked_sub(2).and_then(|it| bounds.0.get(it));
            let last = place.checked_sub(1).map_or(Some(&0), |it| bounds.0.get(it));
            let days_min = if place == 0 { 0 } else { before.map_or(1, |it| it + 1) };
            Bucket {
                days_min,
                days_max: last.copied(),
                amount: money(*amount, currency),
                count: *count,
            }
        });
        let nothing =
            Bucket { days_min: 0, days_max: Some(0), amount: Money::zero(currency), count: 0 };
        AgedBalance {
            not_due: spans.next().unwrap_or(nothing),
            buckets: spans.collect(),
            outstanding: money(outstanding, currency),
            disputed: money(self.disputed, currency),
            unallocated: money(self.unallocated, currency),
        }
    }
}

//! What credit insurers would not pay: the receivables, cover by cover, and what is left.
//!
//! A cover answers for the oldest receivables first, up to its amount, and pays its quota of them;
//! the rest of these is the tenant's own retention (*self-insured*). What is above one layer is for
//! the next. What is contested is not insured before it is settled, and cash that is not allocated
//! pays the oldest receivables first, as far as the policy lets it count. So what is insured here is
//! [`Exposure::insured`](crate::Exposure::insured), item by item.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{CustomerId, Reference};
use invoicing::view::MissingRate;
use money::{Money, Rounding};
use rust_decimal::Decimal;

use super::Figure;
use crate::{Policy, Risk, exposure::clamped};

/// Receivables by who bears their loss, in the smallest unit. Always the three parts are the
/// receivables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Parts {
    insured: i128,
    self_insured: i128,
    uninsured: i128,
    /// The part of what is uninsured that is contested.
    disputed: i128,
}

/// Receivables by who bears their loss, in the currency of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What is open, less cash that is not allocated as far as the policy lets it count.
    pub receivables: Money,
    /// What insurers would pay of it.
    pub insured: Money,
    /// What the quotas of the covers leave with the tenant.
    pub self_insured: Money,
    /// What no cover answers for.
    pub uninsured: Money,
    /// The part of that that is contested.
    pub disputed: Money,
}

/// Receivables of an age by who bears their loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfAge {
    /// The fewest days late.
    pub days_min: u32,
    /// The most days late; none: no limit.
    pub days_max: Option<u32>,
    /// What it is of them.
    pub gap: Gap,
}

/// A layer of an insurance policy, over all customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// 1 answers first.
    pub layer: u8,
    /// Who insures.
    pub insurer: Reference,
    /// Under which insurance policy.
    pub policy: Reference,
    /// How many customers it covers.
    pub customers: u64,
    /// Up to which receivables it answers.
    pub granted: Money,
    /// What of the receivables falls under it.
    pub used: Money,
    /// What it would pay of those.
    pub insured: Money,
}

/// What insurers would not pay, customer by customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverGap {
    lines: BTreeMap<CustomerId, Parts>,
    ages: [Parts; 5],
    layers: BTreeMap<(u8, Reference, Reference), LayerSums>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct LayerSums {
    customers: u64,
    granted: i128,
    used: i128,
    insured: i128,
}

/// What is left of a cover while receivables fall under it.
struct Cover {
    key: (u8, Reference, Reference),
    quota: Decimal,
    amount: i128,
    used: i128,
    insured: i128,
}

impl Parts {
    fn receivables(&self) -> i128 {
        self.insured + self.self_insured + self.uninsured
    }

    fn add(&mut self, it: &Self) {
        self.insured += it.insured;
        self.self_insured += it.self_insured;
        self.uninsured += it.uninsured;
        self.disputed += it.disputed;
    }

    fn gap(&self, policy: &Policy) -> Gap {
        Gap {
            receivables: policy.amount(self.receivables()),
            insured: policy.amount(self.insured),
            self_insured: policy.amount(self.self_insured),
            uninsured: policy.amount(self.uninsured),
            disputed: policy.amount(self.disputed),
        }
    }
}

impl Cover {
    /// Takes what it can of so much; what it takes, and what of that it would pay. Rounded down over
    /// all that falls under it, and not item by item.
    fn take(&mut self, policy: &Policy, minor: i128) -> (i128, i128) {
        let taken = minor.min(self.amount - self.used).max(0);
        self.used += taken;
        let currency = policy.rules().currency;
        let paid = clamped(self.used, currency).decimal().checked_mul(self.quota);
        let paid = paid.and_then(|it| Money::from_decimal(it, currency, Rounding::Down).ok());
        let before = self.insured;
        self.insured = paid.map_or(before, |it| i128::from(it.minor()));
        (taken, self.insured - before)
    }
}

impl CoverGap {
    /// What insurers would not pay of what these customers owe at the end of a day.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if a receivable is in a currency the policy names no rate for. A cover in such
    /// a currency is none: the cautious answer.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let mut whole = Self::default();
        for (customer, risk) in customers {
            whole.add(policy, customer, risk, on)?;
        }
        Ok(whole)
    }

    fn add(
        &mut self,
        policy: &Policy,
        customer: &CustomerId,
        risk: &Risk,
        on: NaiveDate,
    ) -> Result<(), MissingRate> {
        let mut covers = Vec::new();
        for it in risk.covers_on(on) {
            let Ok(amount) = policy.minor(it.amount) else { continue };
            let key = (it.cover.layer, it.cover.insurer.clone(), it.cover.policy.clone());
            covers.push(Cover { key, quota: it.cover.quota, amount, used: 0, insured: 0 });
        }
        let mut items = Vec::new();
        for it in risk.account.claims(on) {
            let disputed = policy.minor(it.disputed)?;
            items.push((it.due_on, it.invoice, policy.minor(it.open)? - disputed, disputed));
        }
        items.sort_unstable();
        let mut cash = policy.cash_on(risk, on)?;
        let mut sums = Parts::default();
        for (due_on, _, clear, disputed) in items {
            let paid = cash.min(clear);
            cash -= paid;
            let mut left = clear - paid;
            let mut parts = Parts { uninsured: disputed, disputed, ..Parts::default() };
            for cover in &mut covers {
                let (taken, insured) = cover.take(policy, left);
                left -= taken;
                parts.insured += insured;
                parts.self_insured += taken - insured;
            }
            parts.uninsured += left;
            sums.add(&parts);
            let late = (on - due_on).num_days();
            if let Some(of_age) = self.ages.get_mut(AGES.partition_point(|last| *last < late)) {
                of_age.add(&parts);
            }
        }
        for it in covers {
            let layer = self.layers.entry(it.key).or_default();
            layer.customers += 1;
            layer.granted += it.amount;
            layer.used += it.used;
            layer.insured += it.insured;
        }
        if sums != Parts::default() {
            self.lines.insert(customer.clone(), sums);
        }
        Ok(())
    }

    /// Those of other customers, added.
    pub fn merge(&mut self, others: Self) {
        self.lines.extend(others.lines);
        for (own, theirs) in self.ages.iter_mut().zip(&others.ages) {
            own.add(theirs);
        }
        for (key, theirs) in others.layers {
            let own = self.layers.entry(key).or_default();
            own.customers += theirs.customers;
            own.granted += theirs.granted;
            own.used += theirs.used;
            own.insured += theirs.insured;
        }
    }

    /// The customers of whose receivables the tenant bears most, the most first.
    pub fn largest(&self, policy: &Policy, count: usize) -> Vec<(&CustomerId, Gap)> {
        let own = |it: &Parts| i64::try_from(it.self_insured + it.uninsured).unwrap_or(i64::MAX);
        let largest = super::largest(&self.lines, count, own);
        largest.into_iter().map(|(customer, it)| (customer, it.gap(policy))).collect()
    }

    /// A customer by itself.
    pub fn of_customer(&self, policy: &Policy, customer: &CustomerId) -> Option<Gap> {
        self.lines.get(customer).map(|it| it.gap(policy))
    }

    /// By days late, the least late first.
    pub fn by_age(&self, policy: &Policy) -> Vec<OfAge> {
        let bounds = [(0, Some(0)), (1, Some(30)), (31, Some(60)), (61, Some(90)), (91, None)];
        let ages = self.ages.iter().zip(bounds);
        let ages = ages.map(|(it, (days_min, days_max))| OfAge {
            days_min,
            days_max,
            gap: it.gap(policy),
        });
        ages.collect()
    }

    /// The layers, those that answer first first.
    pub fn layers(&self, policy: &Policy) -> Vec<Layer> {
        let layers = self.layers.iter().map(|((layer, insurer, under), it)| Layer {
            layer: *layer,
            insurer: insurer.clone(),
            policy: under.clone(),
            customers: it.customers,
            granted: policy.amount(it.granted),
            used: policy.amount(it.used),
            insured: policy.amount(it.insured),
        });
        layers.collect()
    }

    /// All customers together.
    pub fn total(&self, policy: &Policy) -> Gap {
        let mut sums = Parts::default();
        self.lines.values().for_each(|it| sums.add(it));
        sums.gap(policy)
    }

    /// The whole.
    pub fn figures(&self, policy: &Policy) -> Vec<Figure> {
        let total = self.total(policy);
        let minor = |it: Money| i128::from(it.minor());
        let share = super::share(minor(total.insured), minor(total.receivables));
        let share = share.map(super::Value::Number).ok_or_else(|| "nothing is open".to_owned());
        vec![
            Figure::new(
                "cover_gap",
                policy.amount(minor(total.self_insured) + minor(total.uninsured)),
                "receivables - insured, where insured = sum over layers of what falls under it * quota",
                [("receivables", total.receivables.into()), ("insured", total.insured.into())],
            ),
            Figure::of(
                "insured_share",
                share,
                "insured / receivables",
                [("insured", total.insured.into()), ("receivables", total.receivables.into())],
            ),
        ]
    }
}

/// The last days late of the ages but the last.
const AGES: [i64; 4] = [0, 30, 60, 90];

impl Policy {
    /// Cash and credit not allocated at the end of a day, as far as it makes what is at stake less.
    fn cash_on(&self, risk: &Risk, on: NaiveDate) -> Result<i128, MissingRate> {
        if !self.rules().unallocated_cash_counts {
            return Ok(0);
        }
        let unallocated = risk.account.owed_on(on).unallocated;
        let sum = unallocated.into_iter().try_fold(0, |sum, it| Ok(sum + self.minor(it)?))?;
        Ok(sum.max(0))
    }
}

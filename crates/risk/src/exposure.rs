//! What is at stake: receivables, deliveries, orders and what stands against them, in the currency of
//! the policy.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use events::{
    InvoiceId,
    risk::{CreditPolicy, Order, Rule},
};
use invoicing::view::{MissingRate, OwedItem};
use money::{Currency, Money, Rounding};

use crate::{
    Policy, Risk,
    ahead::{Ahead, Road},
    cover::KnownCover,
    limit::Known,
    state::KnownGuarantee,
};

/// What is at stake with a customer on a day. Buckets are kept apart; `total` counts those that
/// the policy counts: `not_due + overdue + contingent − disputed (if it does not count) + deliveries (if they
/// count) + orders − unallocated − deposits`, and never below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// Open and not due, or due on the day itself.
    pub not_due: Money,
    /// Open and due before the day.
    pub overdue: Money,
    /// The part of both that is contested.
    pub disputed: Money,
    /// The part of both that an assignee has, and the tenant pays back if the customer does not pay.
    pub assigned_with_recourse: Money,
    /// Bills and receivables that a bank bought and the tenant answers for until they are paid; they
    /// are in no other bucket and count.
    pub contingent: Money,
    /// What an assignee has at its own risk: no longer at stake, in no other bucket, and not counted.
    pub assigned_without_recourse: Money,
    /// Payments and credit notes not allocated; below zero when money was refunded that did not
    /// stay.
    pub unallocated: Money,
    /// Deposits held.
    pub deposits: Money,
    /// What was delivered and not invoiced.
    pub deliveries: Money,
    /// Orders that may be delivered, less what was delivered or invoiced for them, and that are to
    /// be delivered within the policy's horizon.
    pub orders: Money,
    /// The same for those that are to be delivered after it; they never count.
    pub later_orders: Money,
    /// What is at stake, by the policy.
    pub total: Money,
    /// Guarantees that hold, each by what it counts for.
    pub guarantees: Money,
    /// What credit insurers would pay of the receivables that are not disputed, by the covers that
    /// hold: each layer its quota of what the layers before it leave, up to its amount.
    pub insured: Money,
    /// What is at stake and neither guaranteed nor insured, as far as the policy lets these count.
    pub unsecured: Money,
    /// The limit in force; none if there is none.
    pub limit: Option<Money>,
    /// Limit less unsecured exposure; below zero over the limit, none without one.
    pub headroom: Option<Money>,
}

/// An open item, in the smallest unit of the policy's currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) invoice: &'a InvoiceId,
    pub(crate) due_on: NaiveDate,
    pub(crate) open: i128,
    disputed: i128,
    /// The part of it that a bank bought and the tenant answers for.
    contingent: i128,
}

/// What does not depend on the day, worked out once.
#[derive(Debug, Clone)]
pub(crate) struct Footing<'a> {
    policy: &'a Policy,
    rules: &'a CreditPolicy,
    risk: &'a Risk,
    /// The earliest due first.
    pub(crate) items: Vec<Item<'a>>,
    with_recourse: i128,
    without_recourse: i128,
    unallocated: i128,
    deposits: i128,
    deliveries: i128,
    orders: Vec<Ahead>,
}

impl Policy {
    /// What is at stake on a day, by everything that is known.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn exposure(&self, risk: &Risk, on: NaiveDate) -> Result<Exposure, MissingRate> {
        let (footing, _) = self.footing(risk, None)?;
        Ok(footing.exposure(on))
    }

    /// What was at stake at the end of a day of the past, by what was effective until then, whenever
    /// it was recorded. Orders that were closed since, and deliveries of which it was said since what
    /// became of them, are left out: when they ended is not in the state.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn exposure_effective(&self, risk: &Risk, on: NaiveDate) -> Result<Exposure, MissingRate> {
        let (footing, _) = self.footing_until(risk, None, on)?;
        Ok(footing.exposure(on))
    }

    /// Everything at stake but for one order, and what is left of that.
    pub(crate) fn footing<'a>(
        &'a self,
        risk: &'a Risk,
        apart: Option<&'a Order>,
    ) -> Result<(Footing<'a>, Ahead), MissingRate> {
        self.footing_until(risk, apart, NaiveDate::MAX)
    }

    /// The same by what was effective at the end of a day.
    fn footing_until<'a>(
        &'a self,
        risk: &'a Risk,
        apart: Option<&'a Order>,
        until: NaiveDate,
    ) -> Result<(Footing<'a>, Ahead), MissingRate> {
        let rules = self.rules();
        let owed = risk.account.owed_on(until);
        let mut items = Vec::with_capacity(owed.items.len());
        let (mut with_recourse, mut without_recourse) = (0, 0);
        for OwedItem { invoice, due_on, open, disputed, shares } in owed.items {
            without_recourse += self.minor(shares.without_recourse)?;
            with_recourse += self.minor(shares.with_recourse)?;
            let contingent = self.minor(shares.contingent)?;
            let open = self.minor(open.minus(shares.without_recourse).unwrap_or(open))?;
            let disputed = self.minor(disputed)?.min(open);
            // What an assignee has at its own risk is not at stake any more.
            if open > 0 {
                items.push(Item { invoice, due_on, open, disputed, contingent });
            }
        }
        items.sort_by_key(|it| it.due_on);
        let apart_is = |it: &&Order| apart.is_some_and(|apart| apart.order == it.order);
        let accepted = || risk.accepted.values().filter(|it| it.accepted_on <= until);
        let orders = || accepted().map(|it| &it.order).filter(|it| !apart_is(it));
        let road = Road::of(self, risk, orders().chain(apart).map(|it| &it.order), until)?;
        let left = orders().map(|it| road.left(self, it)).collect::<Result<Vec<_>, _>>()?;
        let apart = apart.map_or(Ok(Ahead::NOTHING), |it| road.left(self, it))?;
        let footing = Footing {
            policy: self,
            rules,
            risk,
            items,
            with_recourse,
            without_recourse,
            unallocated: self.sum(owed.unallocated)?,
            deposits: self.sum(owed.deposits)?,
            deliveries: road.delivered(),
            orders: left,
        };
        Ok((footing, apart))
    }

    /// The first day after one on which what is at stake may be other, with no item open.
    pub(crate) fn stake_moves_on(&self, risk: &Risk, after: NaiveDate) -> Option<NaiveDate> {
        let (footing, apart) = self.footing(risk, None).ok()?;
        footing.turns(after, apart).first().copied()
    }

    fn sum(&self, amounts: Vec<Money>) -> Result<i128, MissingRate> {
        amounts.into_iter().try_fold(0, |sum, it| Ok(sum + self.minor(it)?))
    }

    /// An amount in the smallest unit of the policy's currency.
    pub(crate) fn minor(&self, amount: Money) -> Result<i128, MissingRate> {
        self.rates().convert(amount).map(|it| i128::from(it.minor()))
    }
}

/// Sums beyond what an amount can be are as large as an amount can be: more is at stake than any
/// limit allows.
pub(crate) fn clamped(minor: i128, currency: Currency) -> Money {
    let most = i128::from(i64::MAX);
    Money::new(i64::try_from(minor.clamp(-most, most)).unwrap_or(i64::MAX), currency)
}

impl Footing<'_> {
    fn money(&self, minor: i128) -> Money {
        clamped(minor, self.rules.currency)
    }

    /// The part of an item that counts.
    fn counted(&self, it: &Item<'_>) -> i128 {
        if self.rules.disputed_counts { it.open } else { it.open - it.disputed }
    }

    /// Cash that makes what is at stake less, or more.
    fn cash(&self) -> i128 {
        // Money that went back and should not have is owed, whatever the policy says of cash.
        if self.rules.unallocated_cash_counts { self.unallocated } else { self.unallocated.min(0) }
    }

    /// Receivables, deliveries and orders, less what stands against them: as it counts, and possibly
    /// negative.
    fn owed(&self, on: NaiveDate) -> i128 {
        let receivables: i128 = self.items.iter().map(|it| self.counted(it)).sum();
        let deliveries = if self.rules.deliveries_count { self.deliveries } else { 0 };
        let orders: i128 = self.orders.iter().map(|it| it.counted(self.rules, on)).sum();
        receivables + deliveries + orders - self.cash() - self.deposits
    }

    /// What insurers would pay of the receivables. What is disputed they do not pay before it is
    /// settled, and what is paid already they do not pay either.
    fn insured(&self, on: NaiveDate) -> i128 {
        let receivables: i128 = self.items.iter().map(|it| it.open - it.disputed).sum();
        let mut left = (receivables - self.cash().max(0)).max(0);
        let mut insured = 0;
        for it in self.risk.covers_on(on) {
            // A cover nobody can convert is none: the cautious answer.
            let Ok(amount) = self.policy.minor(it.amount) else { continue };
            let base = left.min(amount);
            let paid = self.money(base).decimal().checked_mul(it.cover.quota);
            let paid = paid
                .and_then(|it| Money::from_decimal(it, self.rules.currency, Rounding::Down).ok());
            insured += paid.map_or(0, |it| i128::from(it.minor()));
            left -= base;
        }
        insured
    }

    fn guarantees(&self, on: NaiveDate) -> i128 {
        let in_force = self.risk.guarantees.values().filter(|it| it.holds_on(on));
        let worth = in_force.filter_map(|it| {
            let worth = it.guarantee.amount.decimal().checked_mul(it.guarantee.counts_for)?;
            let worth = Money::from_decimal(worth, it.guarantee.amount.currency(), Rounding::Down);
            worth.ok().filter(|it| it.currency() == self.rules.currency)
        });
        worth.map(|it| i128::from(it.minor())).sum()
    }

    /// What would be at stake and neither guaranteed nor insured with so much more ordered.
    pub(crate) fn unsecured(&self, on: NaiveDate, more: Ahead) -> i128 {
        let guarantees = if self.rules.guarantees_count { self.guarantees(on) } else { 0 };
        let insured = if self.rules.insured_part_counts { self.insured(on) } else { 0 };
        ((self.owed(on) + more.counted(self.rules, on)).max(0) - guarantees - insured).max(0)
    }

    pub(crate) fn limit(&self, on: NaiveDate) -> Option<i128> {
        self.risk.limit_on(self.rules, on).map(|it| i128::from(it.minor()))
    }

    pub(crate) fn exposure(&self, on: NaiveDate) -> Exposure {
        let overdue = self.items.iter().filter(|it| it.due_on < on);
        let overdue: i128 = overdue.map(|it| it.open - it.contingent).sum();
        let open: i128 = self.items.iter().map(|it| it.open - it.contingent).sum();
        let disputed = self.items.iter().map(|it| it.disputed).sum();
        let (unsecured, limit) = (self.unsecured(on, Ahead::NOTHING), self.limit(on));
        let all_orders: i128 = self.orders.iter().map(|it| it.minor).sum();
        let orders: i128 = self.orders.iter().map(|it| it.counted(self.rules, on)).sum();
        Exposure {
            not_due: self.money(open - overdue),
            overdue: self.money(overdue),
            disputed: self.money(disputed),
            assigned_with_recourse: self.money(self.with_recourse),
            contingent: self.money(self.items.iter().map(|it| it.contingent).sum()),
            assigned_without_recourse: self.money(self.without_recourse),
            unallocated: self.money(self.unallocated),
            deposits: self.money(self.deposits),
            deliveries: self.money(self.deliveries),
            orders: self.money(orders),
            later_orders: self.money(all_orders - orders),
            total: self.money(self.owed(on).max(0)),
            guarantees: self.money(self.guarantees(on)),
            insured: self.money(self.insured(on)),
            unsecured: self.money(unsecured),
            limit: limit.map(|it| self.money(it)),
            headroom: limit.map(|it| self.money(it - unsecured)),
        }
    }

    /// Everything that speaks against delivering so much more on a day.
    pub(crate) fn speaks(&self, on: NaiveDate, more: Ahead) -> Vec<Rule> {
        let mut rules = Vec::new();
        match self.limit(on) {
            None => rules.push(Rule::NoLimit),
            Some(limit) => {
                let excess = self.unsecured(on, more) - limit;
                if excess > 0 {
                    rules.push(Rule::OverLimit { excess: self.money(excess) });
                }
            }
        }
        // The earliest due comes first.
        if let (Some(most), Some(first)) = (self.rules.overdue_days_max, self.items.first()) {
            let days = u32::try_from((on - first.due_on).num_days()).unwrap_or(0);
            if days > u32::from(most) {
                rules.push(Rule::Overdue { invoice: first.invoice.clone(), days });
            }
        }
        if let Some(most) = self.rules.overdue_amount_max {
            let overdue = self.items.iter().filter(|it| it.due_on < on);
            let overdue: i128 = overdue.map(|it| self.counted(it)).sum();
            if overdue > i128::from(most.minor()) {
                rules.push(Rule::OverdueAmount { overdue: self.money(overdue) });
            }
        }
        if let Some(days) = self.rules.broken_promise_days {
            let after = on.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
            let broken = self.risk.account.promises_broken_on();
            let recent = broken.filter(|it| *it > after && *it <= on).count();
            if recent > 0 {
                let promises = u32::try_from(recent).unwrap_or(u32::MAX);
                rules.push(Rule::BrokenPromises { promises });
            }
        }
        let grade = self.risk.standing().map(|it| it.grade);
        if let Some(grade) = grade.filter(|it| self.rules.grade_min.is_some_and(|min| *it > min)) {
            rules.push(Rule::Graded { grade });
        }
        if self.rules.hold_doubtful_identity {
            let doubts = self.risk.doubts_on(on).into_keys();
            rules.extend(doubts.map(|finding| Rule::DoubtfulIdentity { finding }));
        }
        let large = self.rules.order_amount_max;
        if large.is_some_and(|most| more.minor > i128::from(most.minor())) {
            rules.push(Rule::LargeOrder);
        }
        rules
    }

    /// The days after one on which what speaks against so much more may become another.
    pub(crate) fn turns(&self, after: NaiveDate, more: Ahead) -> BTreeSet<NaiveDate> {
        let limits = self.risk.limits.values().filter_map(Known::span);
        let guarantees = self.risk.guarantees.values().map(KnownGuarantee::span);
        let covers = &self.risk.inputs.covers;
        let covered = covers.iter().filter_map(KnownCover::span);
        let spans = limits.chain(guarantees).chain(covered);
        let spans = spans.flat_map(|(from, ends)| [Some(from), ends]);
        let reduced = covers.iter().flat_map(KnownCover::reductions).map(Some);
        let near = self.orders.iter().chain([&more]).map(|it| it.counts_from(self.rules));
        let lateness = [Some(1), self.rules.overdue_days_max.map(|it| u64::from(it) + 1)];
        let late = self
            .items
            .iter()
            .flat_map(|it| lateness.map(|days| it.due_on.checked_add_days(Days::new(days?))));
        let forgives = self.rules.broken_promise_days.map(|it| Days::new(it.into()));
        let broken = self.risk.account.promises_broken_on();
        let broken =
            broken.flat_map(|it| [Some(it), forgives.and_then(|days| it.checked_add_days(days))]);
        let doubts = self.risk.doubts_turn().map(Some);
        let all = spans.chain(reduced).chain(near).chain(late).chain(broken).chain(doubts);
        all.flatten().filter(|it| *it > after).collect()
    }

    /// The same without some of the items.
    pub(crate) fn without_first(&self, items: usize) -> Self {
        let mut rest = self.clone();
        rest.items.drain(..items.min(rest.items.len()));
        rest
    }

    /// The same with so much held as a deposit.
    pub(crate) fn with_deposit(&self, minor: i128) -> Self {
        Self { deposits: self.deposits + minor, ..self.clone() }
    }
}

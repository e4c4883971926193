//! What comes before an invoice: orders that may be delivered, and deliveries that are not invoiced.
//!
//! The same goods count once. What was delivered for an order is no longer ordered, and what was
//! invoiced for it is no longer delivered, in whichever order it is heard of.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use events::{
    Reference,
    risk::{CreditPolicy, Order},
};
use invoicing::view::MissingRate;

use crate::{
    Policy, Risk,
    delivery::{Became, KnownDelivery},
    exposure::clamped,
};

/// What is left of an order, in the smallest unit of the policy's currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ahead {
    pub(crate) minor: i128,
    delivers_on: Option<NaiveDate>,
}

impl Ahead {
    pub(crate) const NOTHING: Self = Self { minor: 0, delivers_on: None };

    /// The same order with so much left.
    pub(crate) fn of(self, minor: i128) -> Self {
        Self { minor, ..self }
    }

    /// The first day on which it is near enough to count; none: every day.
    pub(crate) fn counts_from(&self, rules: &CreditPolicy) -> Option<NaiveDate> {
        let (on, days) = (self.delivers_on?, rules.orders_horizon_days?);
        on.checked_sub_days(Days::new(days.into()))
    }

    /// What of it counts on a day.
    pub(crate) fn counted(&self, rules: &CreditPolicy, on: NaiveDate) -> i128 {
        if self.counts_from(rules).is_none_or(|from| from <= on) { self.minor } else { 0 }
    }
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    invoiced: i128,
    /// Everything that was delivered and did not come back.
    delivered: i128,
    /// That of it of which nobody said that it was invoiced.
    open: i128,
}

/// Every order a delivery or somebody who asks names, and how far it has come.
pub(crate) struct Road<'a>(BTreeMap<&'a Reference, Progress>);

impl<'a> Road<'a> {
    pub(crate) fn of(
        policy: &Policy,
        risk: &'a Risk,
        orders: impl Iterator<Item = &'a Reference>,
        on: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let mut road: BTreeMap<_, _> = orders.map(|it| (it, Progress::default())).collect();
        // An invoice may name the delivery where it names an order: it counts for the order then.
        let mut under = BTreeMap::new();
        let made =
            |it: &KnownDelivery| it.became != Became::Closed && it.delivery.delivered_on <= on;
        for it in risk.inputs.deliveries.values().filter(|it| made(it)) {
            let order = it.delivery.order.as_ref().unwrap_or(&it.named);
            let progress = road.entry(order).or_default();
            let minor = policy.minor(it.delivery.amount)?;
            progress.delivered += minor;
            if it.became == Became::Open {
                progress.open += minor;
            }
            under.insert(&it.named, order);
        }
        let names: Vec<&Reference> = road.keys().chain(under.keys()).copied().collect();
        for (name, sums) in risk.account.invoiced_for(names, on) {
            let order = if road.contains_key(name) { Some(&name) } else { under.get(name) };
            let Some(progress) = order.and_then(|it| road.get_mut(it)) else { continue };
            for (currency, minor) in sums {
                progress.invoiced += policy.minor(clamped(minor, currency))?;
            }
        }
        Ok(Self(road))
    }

    /// What of an order was neither delivered nor invoiced; never below zero.
    pub(crate) fn left(&self, policy: &Policy, order: &Order) -> Result<Ahead, MissingRate> {
        let Progress { invoiced, delivered, .. } =
            self.0.get(&order.order).copied().unwrap_or_default();
        let minor = (policy.minor(order.amount)? - invoiced.max(delivered)).max(0);
        Ok(Ahead { minor, delivers_on: order.delivers_on })
    }

    /// What was delivered and not invoiced.
    pub(crate) fn delivered(&self) -> i128 {
        self.0.values().map(|it| (it.delivered - it.invoiced).clamp(0, it.open)).sum()
    }
}

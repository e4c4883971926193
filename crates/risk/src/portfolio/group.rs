//! A group as one debtor: one of its companies holds the limit, the others count against it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::CustomerId;
use invoicing::view::MissingRate;
use money::Money;

use super::concentration::parent;
use crate::{Exposure, Policy, Risk};

/// What is at stake with a group. An order is still checked against the limit of its own customer:
/// decisions are about one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupExposure {
    /// The head, and everybody who belongs to it, whoever is between; by id.
    pub members: BTreeMap<CustomerId, Exposure>,
    /// What is at stake with all of them.
    pub total: Money,
    /// What of it is neither guaranteed nor insured: each company's own, added.
    pub unsecured: Money,
    /// The limit of the head; none if there is none.
    pub limit: Option<Money>,
    /// That limit less the group's unsecured exposure; below zero over the limit.
    pub headroom: Option<Money>,
}

impl GroupExposure {
    /// What is at stake with a group on a day.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl Iterator<Item = (&'a CustomerId, &'a Risk)> + Clone,
        head: &CustomerId,
        on: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let above = |(id, risk): (&'a CustomerId, &'a Risk)| Some((id, parent(risk, on)?));
        let above: BTreeMap<_, _> = customers.clone().filter_map(above).collect();
        let mut members = BTreeMap::new();
        for (id, risk) in customers.filter(|(id, _)| belongs(&above, id, head)) {
            members.insert(id.clone(), policy.exposure(risk, on)?);
        }
        let sum = |of: fn(&Exposure) -> Money| {
            policy.amount(members.values().map(|it| i128::from(of(it).minor())).sum())
        };
        let (total, unsecured) = (sum(|it| it.total), sum(|it| it.unsecured));
        let limit = members.get(head).and_then(|it| it.limit);
        let left =
            |limit: Money| policy.amount(i128::from(limit.minor()) - i128::from(unsecured.minor()));
        Ok(Self { total, unsecured, limit, headroom: limit.map(left), members })
    }
}

/// Whether a customer is the head or below it. Companies that own each other in a ring are below
/// each other.
fn belongs(above: &BTreeMap<&CustomerId, &CustomerId>, id: &CustomerId, head: &CustomerId) -> bool {
    let (mut seen, mut at) = (BTreeSet::new(), id);
    while at != head {
        let Some(next) = above.get(at).filter(|_| seen.insert(at)) else { return false };
        at = next;
    }
    true
}

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use decider::{Fold, Unsound};
use events::{
    GuaranteeId, LimitId, Reference,
    risk::{Accepted, Event, Guarantee, Held},
};
use invoicing::Account;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
    ser,
};

use crate::{Fact, limit::Known as KnownLimit};

/// What is known of one customer's credit: the state that decisions look at.
///
/// In two halves: what invoicing says, kept by invoicing's own account, and what risk says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    /// What is owed.
    pub(crate) account: Account,

    /// Every limit that was asked for or granted.
    pub(crate) limits: BTreeMap<LimitId, KnownLimit>,
    /// Limits that were granted, in the order of the journal.
    pub(crate) granted: Vec<LimitId>,
    pub(crate) guarantees: BTreeMap<GuaranteeId, KnownGuarantee>,
    /// Orders that may be delivered and were not closed.
    pub(crate) accepted: BTreeMap<Reference, Recorded<Accepted>>,
    /// Orders that may not be delivered yet.
    pub(crate) held: BTreeMap<Reference, Recorded<Held>>,
    /// Orders that take no headroom any more.
    pub(crate) closed: BTreeSet<Reference>,
}

/// What an event says, kept as the journal spells it: its form is released, and changes by addition
/// only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded<T>(pub(crate) T);

impl<T> Deref for Recorded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Recorded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::to_string(&self.0).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Recorded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map(Self).map_err(de::Error::custom)
    }
}

/// A guarantee, and the first day on which it does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownGuarantee {
    pub(crate) guarantee: Recorded<Guarantee>,
    pub(crate) released_on: Option<chrono::NaiveDate>,
}

impl Fold for Risk {
    type Fact = Fact;

    // Each change of the account's form is one of this form too.
    const VERSION: u32 = 1_000 * Account::VERSION + 1;

    fn evolve(&mut self, fact: &Fact) {
        match fact {
            Fact::Invoicing(fact) => self.account.evolve(fact),
            Fact::Risk(fact) => self.said(fact),
        }
    }

    fn check(&self) -> Result<(), Unsound> {
        self.account.check()?;
        if let Some(order) = self.held.keys().find(|it| self.accepted.contains_key(*it)) {
            return Err(Unsound(format!("order {order} is held and accepted")));
        }
        Ok(())
    }
}

impl Risk {
    /// Whether anything was ever said about the customer.
    pub fn is_known(&self) -> bool {
        self.account.is_known()
            || !self.limits.is_empty()
            || !self.guarantees.is_empty()
            || !self.accepted.is_empty()
            || !self.held.is_empty()
            || !self.closed.is_empty()
    }

    fn said(&mut self, fact: &Event) {
        match fact {
            // About the tenant.
            Event::CreditPolicyAdopted(_) => {}
            Event::LimitRequested(it) => self.limit_requested(it),
            Event::LimitGranted { limit, approved_by, granted_on } => {
                self.limit_granted(limit, approved_by.as_ref(), *granted_on);
            }
            Event::LimitRejected { limit, rejected_by, rejected_on } => {
                self.limit_rejected(limit, rejected_by, *rejected_on);
            }
            Event::LimitWithdrawn { limit, withdrawn_on, .. } => {
                self.limit_withdrawn(limit, *withdrawn_on);
            }
            Event::GuaranteeRecorded(it) => self.guarantee_recorded(it),
            Event::GuaranteeReleased { guarantee, released_on } => {
                self.guarantee_released(guarantee, *released_on);
            }
            Event::OrderAccepted(it) => self.order_accepted(it),
            Event::OrderHeld(it) => self.order_held(it),
            Event::OrderClosed { order, .. } => self.order_closed(order),
        }
    }
}

//! What there is to watch of a customer's credit: for those who hear risk and tell people.

use chrono::NaiveDate;
use events::{
    CoverId, Reference,
    risk::{Accepted, Cover, Guarantee, Held, Limit, Notice},
};
use invoicing::Account;
use money::Money;

use crate::{
    Placed, Policy, Risk, cover,
    limit::{Known, Standing},
    notice::KnownNotice,
};

impl Risk {
    /// What is owed, as invoicing knows it.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Orders that may not be delivered yet, in the order of their names.
    pub fn held_orders(&self) -> impl Iterator<Item = &Placed<Held>> {
        self.held.values()
    }

    /// An order that may not be delivered yet.
    pub fn held_order(&self, order: &Reference) -> Option<&Placed<Held>> {
        self.held.get(order)
    }

    /// Orders that may be delivered and were not closed, in the order of their names.
    pub fn accepted_orders(&self) -> impl Iterator<Item = &Placed<Accepted>> {
        self.accepted.values()
    }

    /// Limits that were granted and not withdrawn, in the order of the journal.
    pub fn granted_limits(&self) -> impl Iterator<Item = &Placed<Limit>> {
        let granted = self.granted.iter().filter_map(|id| self.limits.get(id));
        let stands =
            |it: &&Known| matches!(it.standing, Standing::Granted { withdrawn_on: None, .. });
        granted.filter(stands).map(|it| &it.limit)
    }

    /// Guarantees that were not released, in the order of their ids.
    pub fn unreleased_guarantees(&self) -> impl Iterator<Item = &Placed<Guarantee>> {
        let unreleased = self.guarantees.values().filter(|it| it.released_on.is_none());
        unreleased.map(|it| &it.guarantee)
    }

    /// Covers that were granted and not withdrawn, in the order in which they were granted.
    pub fn granted_covers(&self) -> impl Iterator<Item = &Placed<Cover>> {
        self.inputs.covers.iter().filter_map(|it| match &it.answer {
            cover::Standing::Granted { cover, withdrawn_on: None, .. } => Some(cover),
            cover::Standing::Granted { .. }
            | cover::Standing::Pending
            | cover::Standing::Refused { .. } => None,
        })
    }

    /// A cover that was granted, whatever became of it: it goes on answering for what was issued while
    /// it held.
    pub fn cover(&self, id: &CoverId) -> Option<&Placed<Cover>> {
        self.inputs.covers.iter().filter(|it| it.id == *id).find_map(|it| match &it.answer {
            cover::Standing::Granted { cover, .. } => Some(cover),
            cover::Standing::Pending | cover::Standing::Refused { .. } => None,
        })
    }

    /// What was published, in the order of the journal.
    pub fn notices(&self) -> impl Iterator<Item = &Placed<Notice>> {
        self.inputs.notices.iter().map(|it| &it.notice)
    }
}

impl Policy {
    /// The limit in force on a day; none if there is none.
    pub fn limit_on(&self, risk: &Risk, day: NaiveDate) -> Option<Money> {
        risk.limit_on(self.rules(), day)
    }

    /// The first day after one on which what is at stake, what there may be at stake, what was
    /// published or who the customer is may be other, if nothing more happens.
    pub fn turns_after(&self, risk: &Risk, day: NaiveDate) -> Option<NaiveDate> {
        let notices = risk.inputs.notices.iter().map(KnownNotice::span);
        let notices = notices.flat_map(|(from, ends)| [Some(from), ends]).flatten();
        let stake = self.stake_moves_on(risk, day);
        notices.chain(risk.doubts_turn()).filter(|it| *it > day).chain(stake).min()
    }
}

//! Who belongs to whom. A customer belongs to one other at most at a time; that both are not each
//! other's parents cannot be seen from here, so whoever walks up a tree counts the steps.

use chrono::NaiveDate;
use events::{CustomerId, date, risk::Event};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Policy, Refusal, Risk, Subject, command::commands, input::Said, policy::Answer};

commands! {
    /// A customer that belongs to another one.
    GroupData {
        /// To whom.
        parent_id: CustomerId,
        /// How much of it belongs to it: more than 0, at most 1.
        #[serde(
            default,
            with = "rust_decimal::serde::str_option",
            skip_serializing_if = "Option::is_none"
        )]
        share: Option<Decimal>,
        /// From which day on.
        #[serde(with = "date")]
        valid_from: NaiveDate,
    }

    /// A customer that does not belong to another one any more.
    LeaveGroup {
        /// To whom it belonged.
        parent_id: CustomerId,
        /// The first day on which it does not.
        #[serde(with = "date")]
        leave_date: NaiveDate,
    }
}

/// That a customer belongs to another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// To whom.
    pub parent: CustomerId,
    /// How much of it.
    pub share: Option<Decimal>,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it does not any more.
    pub left_on: Option<NaiveDate>,
    /// The entry of the journal that says so; none until it was heard back.
    pub at: Option<u64>,
}

impl Said for GroupData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if self.parent_id == self.customer_id {
            wrong("parent_id", "a customer does not belong to itself".to_owned());
        }
        if let Some(it) = self.share.filter(|it| *it <= Decimal::ZERO || *it > Decimal::ONE) {
            wrong("share", format!("{it} is not above 0 and at most 1"));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let GroupData { parent_id: parent, share, valid_from: from, .. } = self;
        let said = |it: &Membership| it.parent == parent && it.from == from;
        if let Some(known) = risk.inputs.groups.iter().find(|it| said(it)) {
            return if known.share == share {
                Ok(Vec::new())
            } else {
                Err(Refusal::Conflict { subject: Subject::Group, id: parent.to_string() })
            };
        }
        match risk.inputs.groups.last() {
            Some(last) if last.left_on.is_none_or(|left_on| from < left_on) => {
                let id = last.parent.to_string();
                Err(Refusal::Over { subject: Subject::Group, id, state: "not left by then" })
            }
            Some(_) | None => Ok(vec![Event::GroupJoined { parent, share, from }]),
        }
    }
}

impl Said for LeaveGroup {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let LeaveGroup { parent_id: parent, leave_date: left_on, .. } = self;
        let known = risk.inputs.groups.iter().rfind(|it| it.parent == parent);
        match known {
            None => Err(Refusal::NotFound { subject: Subject::Group, id: parent.to_string() }),
            Some(known) if known.left_on.is_some() => Ok(Vec::new()),
            Some(_) => Ok(vec![Event::GroupLeft { parent, left_on }]),
        }
    }
}

impl Risk {
    /// To whom the customer belongs on a day. What invoicing knows as its parent is another matter.
    pub fn group_on(&self, on: NaiveDate) -> Option<&Membership> {
        let holds = |it: &&Membership| it.from <= on && it.left_on.is_none_or(|left| on < left);
        self.inputs.groups.iter().rfind(holds)
    }

    pub(crate) fn group_joined(
        &mut self,
        parent: &CustomerId,
        share: Option<Decimal>,
        from: NaiveDate,
    ) {
        let (parent, at) = (parent.clone(), self.place);
        self.inputs.groups.push(Membership { parent, share, from, left_on: None, at });
    }

    pub(crate) fn group_left(&mut self, parent: &CustomerId, on: NaiveDate) {
        let known = self.inputs.groups.iter_mut().rfind(|it| it.parent == *parent);
        if let Some(known) = known {
            known.left_on = Some(on);
        }
    }
}

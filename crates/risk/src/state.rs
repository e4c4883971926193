use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use chrono::NaiveDate;
use decider::{Fold, Unsound};
use events::{
    DeliveryId, GuaranteeId, LimitId, Reference,
    risk::{
        Accepted, Event, FinancialStatement, Guarantee, Held, IdentityCheck, Profile, Rating,
        TradeReference,
    },
};
use invoicing::Account;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use invoicing::Recorded;

use crate::{
    Fact, Standing,
    cover::KnownCover,
    delivery::{Became, KnownDelivery},
    group::Membership,
    limit::Known as KnownLimit,
    notice::KnownNotice,
    opinion::KnownOpinion,
};

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
    pub(crate) accepted: BTreeMap<Reference, Placed<Accepted>>,
    /// Orders that may not be delivered yet.
    pub(crate) held: BTreeMap<Reference, Placed<Held>>,
    /// Orders that take no headroom any more.
    pub(crate) closed: BTreeSet<Reference>,

    /// What the scorecard in force says.
    pub(crate) standing: Option<Standing>,
    /// What the proposed scorecard says.
    pub(crate) shadow: Option<Standing>,
    /// When the customer was scored for the first time.
    pub(crate) first_scored_on: Option<NaiveDate>,
    /// When a person looked at the customer last.
    pub(crate) reviewed_on: Option<NaiveDate>,
    /// How often an order was let pass against the policy.
    pub(crate) exceptions: u32,
    /// What others say of the customer.
    pub(crate) inputs: Inputs,

    /// The entry of the journal in which invoicing said something of the customer last.
    heard_at: Option<u64>,
    /// The entry that is being heard.
    #[serde(skip)]
    pub(crate) place: Option<u64>,
}

/// What others say of a customer's credit. Lists are in the order of the journal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inputs {
    pub(crate) ratings: Vec<Placed<Rating>>,
    pub(crate) statements: Vec<Placed<FinancialStatement>>,
    pub(crate) references: Vec<Placed<TradeReference>>,
    pub(crate) opinions: Vec<KnownOpinion>,
    pub(crate) notices: Vec<KnownNotice>,
    pub(crate) identity: Vec<Placed<IdentityCheck>>,
    pub(crate) deliveries: BTreeMap<DeliveryId, KnownDelivery>,
    pub(crate) groups: Vec<Membership>,
    pub(crate) profile: Option<Placed<Profile>>,
    /// In the order in which they were granted.
    pub(crate) covers: Vec<KnownCover>,
}

impl Inputs {
    /// Whether it is known of each where it stands.
    pub(crate) fn are_heard_back(&self) -> bool {
        self.ratings.iter().all(|it| it.at.is_some())
            && self.statements.iter().all(|it| it.at.is_some())
            && self.references.iter().all(|it| it.at.is_some())
            && self.opinions.iter().all(|it| it.opinion.at.is_some())
            && self.notices.iter().all(|it| it.notice.at.is_some())
    }
}

/// A fact, and the entry of the journal in which it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: DeserializeOwned"))]
pub struct Placed<T> {
    fact: Recorded<T>,
    at: Option<u64>,
}

impl<T> Placed<T> {
    pub(crate) fn new(fact: &T, at: Option<u64>) -> Self
    where
        T: Clone,
    {
        Self { fact: Recorded(fact.clone()), at }
    }

    /// The entry of the journal in which it stands; none until it has been heard back.
    pub fn at(&self) -> Option<u64> {
        self.at
    }
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.fact
    }
}

/// A guarantee, and the first day on which it does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownGuarantee {
    pub(crate) guarantee: Placed<Guarantee>,
    pub(crate) released_on: Option<NaiveDate>,
}

impl Fold for Risk {
    type Fact = Fact;

    // Each change of the account's form is one of this form too.
    const VERSION: u32 = 1_000 * Account::VERSION + 4;

    // A score says on what it rests.
    const PLACED: bool = true;

    fn stands_in(&mut self, entry: Option<u64>) {
        self.place = entry;
    }

    fn evolve(&mut self, fact: &Fact) {
        match fact {
            Fact::Invoicing(fact) => {
                self.account.evolve(fact);
                self.heard_at = self.place.or(self.heard_at);
            }
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
            || self.inputs != Inputs::default()
    }

    /// The entry of the journal in which invoicing said something of the customer last.
    pub fn heard_at(&self) -> Option<u64> {
        self.heard_at
    }

    fn said(&mut self, fact: &Event) {
        match fact {
            // About the tenant.
            Event::CreditPolicyAdopted(_)
            | Event::ScorecardProposed { .. }
            | Event::ScorecardPromoted { .. }
            | Event::ScorecardWithdrawn { .. }
            | Event::HedgeRegistered(_)
            | Event::HedgeUsed(_)
            | Event::HedgeEnded { .. } => {}
            Event::CustomerReviewed { reviewed_on, .. } => self.reviewed(*reviewed_on),
            Event::Scored(it) => self.scored(it),
            Event::ShadowScored(it) => self.shadow_scored(it),
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
            Event::RatingReceived(it) => self.rating_received(it),
            Event::StatementFiled(it) => self.statement_filed(it),
            Event::ReferenceReceived(it) => self.reference_received(it),
            Event::OpinionGiven(it) => self.opinion_given(it),
            Event::OpinionWithdrawn { opinion, withdrawn_on, .. } => {
                self.opinion_withdrawn(opinion, *withdrawn_on);
            }
            Event::NoticePublished(it) => self.notice_published(it),
            Event::NoticeLifted { notice, lifted_on, .. } => self.notice_lifted(notice, *lifted_on),
            Event::IdentityChecked(it) => self.identity_checked(it),
            Event::DeliveryMade(it) => self.delivery_made(it),
            Event::DeliveryInvoiced { delivery, invoice, .. } => {
                self.delivery_became(delivery, Became::Invoiced(invoice.clone()));
            }
            Event::DeliveryClosed { delivery, .. } => {
                self.delivery_became(delivery, Became::Closed);
            }
            Event::GroupJoined { parent, share, from } => self.group_joined(parent, *share, *from),
            Event::GroupLeft { parent, left_on } => self.group_left(parent, *left_on),
            Event::ProfileSet(it) => self.profile_set(it),
            Event::CoverRequested(it) => self.cover_requested(it),
            Event::CoverGranted(it) => self.cover_granted(it),
            Event::CoverRefused { cover, refused_on, reason } => {
                self.cover_refused(cover, *refused_on, reason.as_ref());
            }
            Event::CoverReduced { cover, amount, reduced_on } => {
                self.cover_reduced(cover, *amount, *reduced_on);
            }
            Event::CoverWithdrawn { cover, withdrawn_on, .. } => {
                self.cover_withdrawn(cover, *withdrawn_on);
            }
        }
    }
}

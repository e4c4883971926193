//! How much is at stake with a customer, and how much may be.
//!
//! Amounts are positive unless a field says otherwise. Exposure and headroom follow from these facts
//! and from those of invoicing; they are derived and never recorded.

mod cover;
mod delivery;
mod hedge;
mod identity;
mod notice;
mod opinion;
mod policy;
mod profile;
mod rating;
mod reference;
mod score;
mod scorecard;
mod statement;

use std::fmt;

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    ActorId, CoverId, CustomerId, DeliveryId, GuaranteeId, HedgeId, InvoiceId, LimitId, NoticeId,
    OpinionId, Reference, date,
};

pub use cover::{Cover, CoverKind, CoverRequest};
pub use delivery::Delivery;
pub use hedge::{Hedge, HedgeKind, HedgeOutcome, HedgeUse, Hedged, InvoiceOf, OrderOf};
pub use identity::{Doubt, Finding, IdentityCheck};
pub use notice::{Notice, NoticeKind};
pub use opinion::Opinion;
pub use policy::{Authority, CreditPolicy, LimitRule, OwnScale, Rate, ScaleStep};
pub use profile::Profile;
pub use rating::Rating;
pub use reference::TradeReference;
pub use score::{Chances, Flip, Reason, Scored, Shadow};
pub use scorecard::{Bin, Cap, Characteristic, Measure, Scorecard, Weights};
pub use statement::{Figures, FinancialStatement};

/// What risk says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The tenant's credit policy from now on. About the tenant, not a customer.
    CreditPolicyAdopted(Box<CreditPolicy>),

    /// A scorecard runs beside the one in force and touches nothing, to be compared with it; it
    /// replaces one proposed before. About the tenant, not a customer.
    ScorecardProposed {
        /// What it says.
        scorecard: Box<Scorecard>,
        /// Who proposes it.
        proposed_by: ActorId,
        /// When.
        #[serde(with = "date")]
        proposed_on: NaiveDate,
    },
    /// The scorecard that was proposed is in force from now on. About the tenant.
    ScorecardPromoted {
        /// Its name.
        scorecard: Reference,
        /// Who agreed; never who proposed it.
        approved_by: ActorId,
        /// When.
        #[serde(with = "date")]
        promoted_on: NaiveDate,
    },
    /// The scorecard that was proposed no longer runs beside the one in force. About the tenant.
    ScorecardWithdrawn {
        /// Its name.
        scorecard: Reference,
        /// When.
        #[serde(with = "date")]
        withdrawn_on: NaiveDate,
    },
    /// The tenant is protected against a currency, or what it spends on a market is. About the
    /// tenant.
    HedgeRegistered(Box<Hedge>),
    /// A part of a hedge was used. About the tenant.
    HedgeUsed(Box<HedgeUse>),
    /// A hedge is over. About the tenant.
    HedgeEnded {
        /// Which.
        hedge: HedgeId,
        /// How it came to its end.
        outcome: HedgeOutcome,
        /// The last day on which it was used, or could have been.
        #[serde(with = "date")]
        ended_on: NaiveDate,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reference>,
    },
    /// A person has looked at the customer.
    CustomerReviewed {
        /// Who.
        reviewed_by: ActorId,
        /// When.
        #[serde(with = "date")]
        reviewed_on: NaiveDate,
        /// What for, or what came of it.
        reason: Reference,
    },
    /// What the scorecard in force says of a customer has changed.
    Scored(Box<Scored>),
    /// What the proposed scorecard says of a customer has changed.
    ShadowScored(Box<Shadow>),

    /// Somebody asks for a credit limit; a second person must agree.
    LimitRequested(Box<Limit>),
    /// A credit limit is granted.
    LimitGranted {
        /// What was requested, or is within what one person may grant.
        limit: Box<Limit>,
        /// Who agreed; none if one person was enough.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<ActorId>,
        /// The business day.
        #[serde(with = "date")]
        granted_on: NaiveDate,
    },
    /// A second person did not agree.
    LimitRejected {
        /// Which.
        limit: LimitId,
        /// Who; never who asked.
        rejected_by: ActorId,
        /// When.
        #[serde(with = "date")]
        rejected_on: NaiveDate,
    },
    /// A limit no longer holds.
    LimitWithdrawn {
        /// Which.
        limit: LimitId,
        /// The first day on which it does not hold.
        #[serde(with = "date")]
        withdrawn_on: NaiveDate,
        /// Why.
        reason: Reference,
    },

    /// Somebody answers for the customer, or something does.
    GuaranteeRecorded(Box<Guarantee>),
    /// It no longer does.
    GuaranteeReleased {
        /// Which.
        guarantee: GuaranteeId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        released_on: NaiveDate,
    },

    /// An order may be delivered; until it is invoiced it takes headroom.
    OrderAccepted(Box<Accepted>),
    /// An order may not be delivered yet; said again when what speaks against it may have changed.
    OrderHeld(Box<Held>),
    /// An order takes no headroom any more: it was delivered and invoiced, or will not be.
    OrderClosed {
        /// Which.
        order: Reference,
        /// The business day.
        #[serde(with = "date")]
        closed_on: NaiveDate,
    },

    /// An agency has rated the customer.
    RatingReceived(Box<Rating>),
    /// The customer's annual accounts are known.
    StatementFiled(Box<FinancialStatement>),
    /// Another supplier says how it is paid.
    ReferenceReceived(Box<TradeReference>),
    /// A person adds to the customer's score, or takes from it, for a time.
    OpinionGiven(Box<Opinion>),
    /// An opinion counts no longer.
    OpinionWithdrawn {
        /// Which.
        opinion: OpinionId,
        /// Who withdrew it.
        withdrawn_by: ActorId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        withdrawn_on: NaiveDate,
    },
    /// A court's or a register's decision about the customer was published.
    NoticePublished(Box<Notice>),
    /// It is not so any more, or never was.
    NoticeLifted {
        /// Which.
        notice: NoticeId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        lifted_on: NaiveDate,
        /// Why.
        reason: Reference,
    },

    /// Somebody looked at who the customer is.
    IdentityChecked(Box<IdentityCheck>),

    /// Something was delivered that is not invoiced yet.
    DeliveryMade(Box<Delivery>),
    /// A delivery was invoiced; one whose order an invoice names needs no such word.
    DeliveryInvoiced {
        /// Which.
        delivery: DeliveryId,
        /// By which invoice.
        invoice: InvoiceId,
        /// When.
        #[serde(with = "date")]
        invoiced_on: NaiveDate,
    },
    /// A delivery will not be invoiced: it came back, or was given.
    DeliveryClosed {
        /// Which.
        delivery: DeliveryId,
        /// When.
        #[serde(with = "date")]
        closed_on: NaiveDate,
    },

    /// The customer belongs to another one, which is a customer too.
    GroupJoined {
        /// To whom.
        parent: CustomerId,
        /// How much of it belongs to it: more than 0, at most 1.
        #[serde(
            default,
            with = "rust_decimal::serde::str_option",
            skip_serializing_if = "Option::is_none"
        )]
        share: Option<Decimal>,
        /// From which day on.
        #[serde(with = "date")]
        from: NaiveDate,
    },
    /// It does not any more.
    GroupLeft {
        /// To whom it belonged.
        parent: CustomerId,
        /// The first day on which it does not.
        #[serde(with = "date")]
        left_on: NaiveDate,
    },
    /// What portfolios are told apart by; the whole of it, as it is now.
    ProfileSet(Box<Profile>),

    /// A credit insurer is asked; it has not answered yet.
    CoverRequested(Box<CoverRequest>),
    /// A credit insurer answers for a part of what the customer owes.
    CoverGranted(Box<Cover>),
    /// A credit insurer does not.
    CoverRefused {
        /// Which it was asked for.
        cover: CoverId,
        /// When.
        #[serde(with = "date")]
        refused_on: NaiveDate,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reference>,
    },
    /// A credit insurer answers for less.
    CoverReduced {
        /// Which.
        cover: CoverId,
        /// Receivables up to which it answers from then on.
        amount: Money,
        /// The first day on which it is so little.
        #[serde(with = "date")]
        reduced_on: NaiveDate,
    },
    /// A credit insurer answers no longer for what is delivered from a day on.
    CoverWithdrawn {
        /// Which.
        cover: CoverId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        withdrawn_on: NaiveDate,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reference>,
    },
}

/// How good a customer is, on one scale for all sources. A is the best and the least:
/// `Grade::A < Grade::E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// Very low risk.
    A,
    /// Low risk.
    B,
    /// Moderate risk.
    C,
    /// High risk.
    D,
    /// Very high risk, or failed.
    E,
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Grade::A => "A",
            Grade::B => "B",
            Grade::C => "C",
            Grade::D => "D",
            Grade::E => "E",
        })
    }
}

/// How much may be at stake with a customer, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// The tenant's id for it.
    pub limit: LimitId,
    /// How much; zero: nothing without payment in advance.
    pub amount: Money,
    /// Whether it is meant for a time: it then counts in place of a smaller permanent one.
    pub temporary: bool,
    /// The first day on which it holds.
    #[serde(with = "date")]
    pub holds_from: NaiveDate,
    /// The last day on which it holds; none: until it is withdrawn.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<NaiveDate>,
    /// Who asks for it.
    pub requested_by: ActorId,
    /// Why.
    pub reason: Reference,
}

/// What is got if the customer does not pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarantee {
    /// The tenant's id for it.
    pub guarantee: GuaranteeId,
    /// What it is.
    pub kind: GuaranteeKind,
    /// What it is worth at most.
    pub amount: Money,
    /// How much of that counts: more than 0, at most 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub counts_for: Decimal,
    /// The first day on which it counts.
    #[serde(with = "date")]
    pub holds_from: NaiveDate,
    /// The last day on which it counts; none: until it is released.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<NaiveDate>,
    /// Who is served before the tenant: 1 is nobody; none: it has no rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u8>,
}

/// What somebody, or something, answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuaranteeKind {
    /// A person or a company pays in the customer's place (*caution*).
    Surety,
    /// A bank pays upon demand.
    BankGuarantee,
    /// A letter of credit, standby or documentary.
    LetterOfCredit,
    /// Movable things, or claims (*gage*, *nantissement*).
    Pledge,
    /// Land or buildings.
    Mortgage,
    /// A credit insurer pays a part: `counts_for` is the insured quota.
    CreditInsurance,
}

/// An order that is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// As its invoices name it.
    pub order: Reference,
    /// All of it, tax included.
    pub amount: Money,
    /// The day it was placed.
    #[serde(with = "date")]
    pub ordered_on: NaiveDate,
    /// The day it is to be delivered; none: at once.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub delivers_on: Option<NaiveDate>,
}

/// An order that may be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Which.
    pub order: Order,
    /// The business day.
    #[serde(with = "date")]
    pub accepted_on: NaiveDate,
    /// Who let it pass against the policy, and why; none: the policy lets it pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
}

/// A person's decision against the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Who decided.
    pub approved_by: ActorId,
    /// Why.
    pub reason: Reference,
    /// What spoke against it.
    pub against: Vec<Rule>,
    /// The last day on which it counts: what is not delivered by then is looked at again. None: for
    /// ever.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<NaiveDate>,
}

/// An order that may not be delivered yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which.
    pub order: Order,
    /// The business day on which it was looked at, the last time.
    #[serde(with = "date")]
    pub held_on: NaiveDate,
    /// Everything that spoke against it.
    pub rules: Vec<Rule>,
}

/// Why an order may not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// No credit limit holds.
    NoLimit,
    /// With this order, more would be at stake than the limit allows.
    OverLimit {
        /// By how much.
        excess: Money,
    },
    /// Something has been overdue for longer than the policy allows.
    Overdue {
        /// The item that has been overdue for longest.
        invoice: InvoiceId,
        /// Days past due.
        days: u32,
    },
    /// More is overdue than the policy allows.
    OverdueAmount {
        /// How much, in the currency of the policy.
        overdue: Money,
    },
    /// The order is larger than the policy lets pass unseen.
    LargeOrder,
    /// Promises to pay were broken, not long ago.
    BrokenPromises {
        /// How many.
        promises: u32,
    },
    /// The customer's grade is worse than the policy lets pass.
    Graded {
        /// The grade.
        grade: Grade,
    },
    /// Something is doubtful about who the customer is.
    DoubtfulIdentity {
        /// What.
        finding: Doubt,
    },
    /// The policy names no rate for a currency in which something is owed or ordered.
    NoRate {
        /// Which.
        currency: Currency,
    },
}

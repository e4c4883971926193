//! What may be asked of risk, in the form producers write it.

use chrono::NaiveDate;
use events::{
    ActorId, Cause, CustomerId, GuaranteeId, LimitId, Reference, date,
    risk::{CreditPolicy, Guarantee, GuaranteeKind, Limit, Order},
};
use invoicing::{FieldError, Invalid, read_data};
use money::Stated;
use rust_decimal::Decimal;

use crate::{
    EndHedge, Input, InputKind, PromoteScorecard, ProposeScorecard, RegisterHedge, UseHedge,
    WithdrawScorecard, scorecard,
};

/// A command, about one customer or (a policy) about the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Rules for the tenant.
    AdoptCreditPolicy(Box<CreditPolicy>),
    /// A scorecard is to run beside the one in force.
    ProposeScorecard(Box<ProposeScorecard>),
    /// A second person puts it in force.
    PromoteScorecard(PromoteScorecard),
    /// It is not to run any more.
    WithdrawScorecard(WithdrawScorecard),
    /// The tenant is protected against a currency, or what it spends on a market is.
    RegisterHedge(Box<RegisterHedge>),
    /// A part of a hedge was used.
    UseHedge(UseHedge),
    /// A hedge is over.
    EndHedge(EndHedge),
    /// A limit is asked for; within what one person may grant it is granted.
    RequestLimit(Box<LimitData>),
    /// A second person agrees.
    ApproveLimit(ApproveLimit),
    /// A second person does not.
    RejectLimit(RejectLimit),
    /// A limit no longer holds.
    WithdrawLimit(WithdrawLimit),
    /// Somebody answers for the customer, or something does.
    RecordGuarantee(Box<GuaranteeData>),
    /// It no longer does.
    ReleaseGuarantee(ReleaseGuarantee),
    /// May this be delivered?
    CheckOrder(CheckOrder),
    /// A person lets an order pass against the policy.
    ReleaseOrder(ReleaseOrder),
    /// An order takes no headroom any more.
    CloseOrder(CloseOrder),
    /// Something that is said of the customer's credit.
    Input(Input),
    /// What the state itself calls for; never from outside.
    Step(Step),
}

/// What the state itself calls for, one at a time, until nothing is called for any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// What spoke against an order may have gone.
    LookAgain {
        /// Which.
        order: Reference,
        /// The day.
        on: NaiveDate,
    },
    /// The scorecard in force says something new.
    Score {
        /// The day.
        on: NaiveDate,
    },
    /// The scorecard that was proposed says something new.
    ScoreInShadow {
        /// The day.
        on: NaiveDate,
    },
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)+ })+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Which customer.
            pub customer_id: events::CustomerId,
            $($(#[$meta])* pub $field: $type,)+
        })+
    };
}
pub(crate) use commands;

commands! {
    /// A limit.
    LimitData {
        /// The tenant's id for it.
        limit_id: LimitId,
        /// In the currency of the credit policy; zero: nothing without payment in advance.
        amount: Stated,
        /// Whether it is meant for a time, beside a permanent one.
        #[serde(default)]
        temporary: bool,
        /// The first day on which it holds.
        #[serde(with = "date")]
        valid_from: NaiveDate,
        /// The last day on which it holds; a temporary one has one.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        valid_until: Option<NaiveDate>,
        /// Who asks for it.
        requested_by: ActorId,
        /// When.
        #[serde(with = "date")]
        request_date: NaiveDate,
        /// Why.
        reason: Reference,
    }

    /// A second person agrees to a limit.
    ApproveLimit {
        /// Which.
        limit_id: LimitId,
        /// Who; not who asked for it.
        approved_by: ActorId,
        /// When.
        #[serde(with = "date")]
        approve_date: NaiveDate,
    }

    /// A second person does not agree to a limit.
    RejectLimit {
        /// Which.
        limit_id: LimitId,
        /// Who; not who asked for it.
        rejected_by: ActorId,
        /// When.
        #[serde(with = "date")]
        reject_date: NaiveDate,
    }

    /// A limit that no longer holds.
    WithdrawLimit {
        /// Which.
        limit_id: LimitId,
        /// The first day on which it does not hold.
        #[serde(with = "date")]
        withdraw_date: NaiveDate,
        /// Why.
        reason: Reference,
    }

    /// A guarantee.
    GuaranteeData {
        /// The tenant's id for it.
        guarantee_id: GuaranteeId,
        /// What it is.
        kind: GuaranteeKind,
        /// What it is worth at most, in the currency of the credit policy.
        amount: Stated,
        /// How much of that counts: more than 0, at most 1. The rest is the haircut, or what the
        /// insurer leaves to the insured.
        #[serde(with = "rust_decimal::serde::str")]
        counts_for: Decimal,
        /// The first day on which it counts.
        #[serde(with = "date")]
        valid_from: NaiveDate,
        /// The last day on which it counts.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        valid_until: Option<NaiveDate>,
        /// Who is served before the tenant: 1 is nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rank: Option<u8>,
    }

    /// A guarantee that no longer counts.
    ReleaseGuarantee {
        /// Which.
        guarantee_id: GuaranteeId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        release_date: NaiveDate,
    }

    /// An order to be checked.
    CheckOrder {
        /// As its invoices will name it.
        order: Reference,
        /// All of it, tax included.
        amount: Stated,
        /// The day for which it is checked.
        #[serde(with = "date")]
        order_date: NaiveDate,
        /// The day it is to be delivered; none: at once.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        delivery_date: Option<NaiveDate>,
    }

    /// An order that is to pass against the policy.
    ReleaseOrder {
        /// Which.
        order: Reference,
        /// Who decides.
        approved_by: ActorId,
        /// When.
        #[serde(with = "date")]
        release_date: NaiveDate,
        /// Why.
        reason: Reference,
        /// The last day on which that counts: what is not delivered by then is looked at again.
        /// None: as long as the policy lets it.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        valid_until: Option<NaiveDate>,
    }

    /// An order that was delivered and invoiced, or will not be.
    CloseOrder {
        /// Which.
        order: Reference,
        /// When.
        #[serde(with = "date")]
        close_date: NaiveDate,
    }
}

impl LimitData {
    pub(crate) fn limit(self) -> Limit {
        Limit {
            limit: self.limit_id,
            amount: self.amount.0,
            temporary: self.temporary,
            holds_from: self.valid_from,
            holds_until: self.valid_until,
            requested_by: self.requested_by,
            reason: self.reason,
        }
    }
}

impl GuaranteeData {
    pub(crate) fn guarantee(self) -> Guarantee {
        Guarantee {
            guarantee: self.guarantee_id,
            kind: self.kind,
            amount: self.amount.0,
            counts_for: self.counts_for,
            holds_from: self.valid_from,
            holds_until: self.valid_until,
            rank: self.rank,
        }
    }
}

impl CheckOrder {
    pub(crate) fn order(self) -> Order {
        Order {
            order: self.order,
            amount: self.amount.0,
            ordered_on: self.order_date,
            delivers_on: self.delivery_date,
        }
    }
}

/// Which command; producers name it by the fact it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `dev.vigie.creditpolicy.adopted.v1`
    AdoptCreditPolicy,
    /// `dev.vigie.scorecard.proposed.v1`
    ProposeScorecard,
    /// `dev.vigie.scorecard.promoted.v1`
    PromoteScorecard,
    /// `dev.vigie.scorecard.withdrawn.v1`
    WithdrawScorecard,
    /// `dev.vigie.hedge.registered.v1`
    RegisterHedge,
    /// `dev.vigie.hedge.used.v1`
    UseHedge,
    /// `dev.vigie.hedge.ended.v1`
    EndHedge,
    /// `dev.vigie.limit.requested.v1`
    RequestLimit,
    /// `dev.vigie.limit.approved.v1`
    ApproveLimit,
    /// `dev.vigie.limit.rejected.v1`
    RejectLimit,
    /// `dev.vigie.limit.withdrawn.v1`
    WithdrawLimit,
    /// `dev.vigie.guarantee.recorded.v1`
    RecordGuarantee,
    /// `dev.vigie.guarantee.released.v1`
    ReleaseGuarantee,
    /// `dev.vigie.order.placed.v1`
    CheckOrder,
    /// `dev.vigie.order.released.v1`
    ReleaseOrder,
    /// `dev.vigie.order.closed.v1`
    CloseOrder,
    /// What is said of the customer's credit.
    Input(InputKind),
}

impl Kind {
    /// Those that are no input, with the `type` a `CloudEvent` says them by.
    const PLAIN: [(Self, &'static str); 16] = [
        (Self::AdoptCreditPolicy, "dev.vigie.creditpolicy.adopted.v1"),
        (Self::ProposeScorecard, "dev.vigie.scorecard.proposed.v1"),
        (Self::PromoteScorecard, "dev.vigie.scorecard.promoted.v1"),
        (Self::WithdrawScorecard, "dev.vigie.scorecard.withdrawn.v1"),
        (Self::RegisterHedge, "dev.vigie.hedge.registered.v1"),
        (Self::UseHedge, "dev.vigie.hedge.used.v1"),
        (Self::EndHedge, "dev.vigie.hedge.ended.v1"),
        (Self::RequestLimit, "dev.vigie.limit.requested.v1"),
        (Self::ApproveLimit, "dev.vigie.limit.approved.v1"),
        (Self::RejectLimit, "dev.vigie.limit.rejected.v1"),
        (Self::WithdrawLimit, "dev.vigie.limit.withdrawn.v1"),
        (Self::RecordGuarantee, "dev.vigie.guarantee.recorded.v1"),
        (Self::ReleaseGuarantee, "dev.vigie.guarantee.released.v1"),
        (Self::CheckOrder, "dev.vigie.order.placed.v1"),
        (Self::ReleaseOrder, "dev.vigie.order.released.v1"),
        (Self::CloseOrder, "dev.vigie.order.closed.v1"),
    ];

    /// Every kind, with the `type` a `CloudEvent` says it by.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        let inputs = InputKind::ALL.iter().map(|(kind, ce_type)| (Self::Input(*kind), *ce_type));
        Self::PLAIN.into_iter().chain(inputs)
    }

    /// The `type` a `CloudEvent` says it by.
    pub fn ce_type(self) -> &'static str {
        Self::all().find(|(it, _)| *it == self).map_or("", |(_, ce_type)| ce_type)
    }

    /// The kind a `CloudEvent` of this `type` asks for.
    pub fn of_type(ce_type: &str) -> Option<Self> {
        Self::all().find(|(_, it)| *it == ce_type).map(|(kind, _)| kind)
    }
}

impl Command {
    /// Reads the data of a command strictly: unknown fields, numbers for amounts, ids and dates out
    /// of form are refused, each with its field; then every value that cannot be.
    pub fn read(kind: Kind, data: &[u8]) -> Result<Self, Invalid> {
        let command = Self::read_form(kind, data).map_err(|error| Invalid(vec![error]))?;
        command.check()?;
        Ok(command)
    }

    fn read_form(kind: Kind, data: &[u8]) -> Result<Self, FieldError> {
        Ok(match kind {
            Kind::AdoptCreditPolicy => Self::AdoptCreditPolicy(read_data(data)?),
            Kind::ProposeScorecard => Self::ProposeScorecard(read_data(data)?),
            Kind::PromoteScorecard => Self::PromoteScorecard(read_data(data)?),
            Kind::WithdrawScorecard => Self::WithdrawScorecard(read_data(data)?),
            Kind::RegisterHedge => Self::RegisterHedge(read_data(data)?),
            Kind::UseHedge => Self::UseHedge(read_data(data)?),
            Kind::EndHedge => Self::EndHedge(read_data(data)?),
            Kind::RequestLimit => Self::RequestLimit(read_data(data)?),
            Kind::ApproveLimit => Self::ApproveLimit(read_data(data)?),
            Kind::RejectLimit => Self::RejectLimit(read_data(data)?),
            Kind::WithdrawLimit => Self::WithdrawLimit(read_data(data)?),
            Kind::RecordGuarantee => Self::RecordGuarantee(read_data(data)?),
            Kind::ReleaseGuarantee => Self::ReleaseGuarantee(read_data(data)?),
            Kind::CheckOrder => Self::CheckOrder(read_data(data)?),
            Kind::ReleaseOrder => Self::ReleaseOrder(read_data(data)?),
            Kind::CloseOrder => Self::CloseOrder(read_data(data)?),
            Kind::Input(kind) => Self::Input(Input::read_form(kind, data)?),
        })
    }

    /// Whom it is about; nobody means the tenant.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::AdoptCreditPolicy(_)
            | Self::ProposeScorecard(_)
            | Self::PromoteScorecard(_)
            | Self::WithdrawScorecard(_)
            | Self::RegisterHedge(_)
            | Self::UseHedge(_)
            | Self::EndHedge(_)
            | Self::Step(_) => None,
            Self::RequestLimit(it) => Some(&it.customer_id),
            Self::ApproveLimit(it) => Some(&it.customer_id),
            Self::RejectLimit(it) => Some(&it.customer_id),
            Self::WithdrawLimit(it) => Some(&it.customer_id),
            Self::RecordGuarantee(it) => Some(&it.customer_id),
            Self::ReleaseGuarantee(it) => Some(&it.customer_id),
            Self::CheckOrder(it) => Some(&it.customer_id),
            Self::ReleaseOrder(it) => Some(&it.customer_id),
            Self::CloseOrder(it) => Some(&it.customer_id),
            Self::Input(it) => Some(it.customer()),
        }
    }

    /// Which command it is; none for a step.
    fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::AdoptCreditPolicy(_) => Kind::AdoptCreditPolicy,
            Self::ProposeScorecard(_) => Kind::ProposeScorecard,
            Self::PromoteScorecard(_) => Kind::PromoteScorecard,
            Self::WithdrawScorecard(_) => Kind::WithdrawScorecard,
            Self::RegisterHedge(_) => Kind::RegisterHedge,
            Self::UseHedge(_) => Kind::UseHedge,
            Self::EndHedge(_) => Kind::EndHedge,
            Self::RequestLimit(_) => Kind::RequestLimit,
            Self::ApproveLimit(_) => Kind::ApproveLimit,
            Self::RejectLimit(_) => Kind::RejectLimit,
            Self::WithdrawLimit(_) => Kind::WithdrawLimit,
            Self::RecordGuarantee(_) => Kind::RecordGuarantee,
            Self::ReleaseGuarantee(_) => Kind::ReleaseGuarantee,
            Self::CheckOrder(_) => Kind::CheckOrder,
            Self::ReleaseOrder(_) => Kind::ReleaseOrder,
            Self::CloseOrder(_) => Kind::CloseOrder,
            Self::Input(it) => Kind::Input(it.kind()),
            Self::Step(_) => return None,
        })
    }

    /// The data of the command, as a producer writes it; nothing for a step.
    pub fn write(&self) -> Vec<u8> {
        let written = match self {
            Self::AdoptCreditPolicy(it) => serde_json::to_vec(it),
            Self::ProposeScorecard(it) => serde_json::to_vec(it),
            Self::PromoteScorecard(it) => serde_json::to_vec(it),
            Self::WithdrawScorecard(it) => serde_json::to_vec(it),
            Self::RegisterHedge(it) => serde_json::to_vec(it),
            Self::UseHedge(it) => serde_json::to_vec(it),
            Self::EndHedge(it) => serde_json::to_vec(it),
            Self::RequestLimit(it) => serde_json::to_vec(it),
            Self::ApproveLimit(it) => serde_json::to_vec(it),
            Self::RejectLimit(it) => serde_json::to_vec(it),
            Self::WithdrawLimit(it) => serde_json::to_vec(it),
            Self::RecordGuarantee(it) => serde_json::to_vec(it),
            Self::ReleaseGuarantee(it) => serde_json::to_vec(it),
            Self::CheckOrder(it) => serde_json::to_vec(it),
            Self::ReleaseOrder(it) => serde_json::to_vec(it),
            Self::CloseOrder(it) => serde_json::to_vec(it),
            Self::Input(it) => it.write(),
            Self::Step(_) => return Vec::new(),
        };
        // Ids, dates and amounts can always be written.
        written.unwrap_or_default()
    }

    /// What is asked, as [`Cause::digest_of`] says it.
    pub fn digest(&self) -> u64 {
        Cause::digest_of(self.kind().map_or("", Kind::ce_type), &self.write())
    }

    /// Everything that cannot be, whatever is known of the customer.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, reason: String| {
            errors.push(FieldError { field: field.to_owned(), reason });
        };
        match self {
            Self::RequestLimit(it) => {
                if it.amount.0.is_negative() {
                    wrong("amount", format!("{} is below zero", it.amount.0));
                }
                match it.valid_until {
                    Some(until) if until < it.valid_from => {
                        wrong("valid_until", format!("{until} is before {}", it.valid_from));
                    }
                    None if it.temporary => {
                        wrong("valid_until", "a temporary limit has a last day".to_owned());
                    }
                    Some(_) | None => {}
                }
            }
            Self::RecordGuarantee(it) => {
                if !it.amount.0.is_positive() {
                    wrong("amount", format!("{} is not above zero", it.amount.0));
                }
                if it.counts_for <= Decimal::ZERO || it.counts_for > Decimal::ONE {
                    wrong("counts_for", format!("{} is not above 0 and at most 1", it.counts_for));
                }
                if let Some(until) = it.valid_until.filter(|until| *until < it.valid_from) {
                    wrong("valid_until", format!("{until} is before {}", it.valid_from));
                }
                if it.rank == Some(0) {
                    wrong("rank", "ranks count from 1".to_owned());
                }
            }
            Self::CheckOrder(it) => {
                if !it.amount.0.is_positive() {
                    wrong("amount", format!("{} is not above zero", it.amount.0));
                }
                if let Some(on) = it.delivery_date.filter(|on| *on < it.order_date) {
                    wrong("delivery_date", format!("{on} is before {}", it.order_date));
                }
            }
            Self::ProposeScorecard(it) => {
                if let Err(Invalid(found)) = scorecard::check(&it.scorecard) {
                    errors.extend(found);
                }
            }
            Self::RegisterHedge(it) => it.check(&mut wrong),
            Self::UseHedge(it) => it.check(&mut wrong),
            Self::Input(it) => it.check(&mut wrong),
            Self::EndHedge(_)
            | Self::AdoptCreditPolicy(_)
            | Self::PromoteScorecard(_)
            | Self::WithdrawScorecard(_)
            | Self::ApproveLimit(_)
            | Self::RejectLimit(_)
            | Self::WithdrawLimit(_)
            | Self::ReleaseGuarantee(_)
            | Self::ReleaseOrder(_)
            | Self::CloseOrder(_)
            | Self::Step(_) => {}
        }
        if errors.is_empty() { Ok(()) } else { Err(Invalid(errors)) }
    }
}

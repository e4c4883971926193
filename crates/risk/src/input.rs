//! What others say of a customer's credit: agencies, courts, suppliers, insurers, the customer's own
//! accounts, and persons who know it. It is taken as it was said; what it means follows from the
//! policy, later.

use chrono::NaiveDate;
use events::CustomerId;
use invoicing::{FieldError, read_data};

use crate::{
    CloseDelivery, CoverData, CoverRequestData, DeliveryData, GroupData, IdentityData,
    InvoiceDelivery, LeaveGroup, LiftNotice, NoticeData, OpinionData, Policy, ProfileData,
    RatingData, ReduceCover, ReferenceData, Refusal, RefuseCover, ReviewData, Risk, StatementData,
    Subject, WithdrawCover, WithdrawOpinion,
    cover::KnownCover,
    notice::KnownNotice,
    opinion::KnownOpinion,
    policy::Answer,
    state::{Inputs, Placed},
};

/// The data of an input: what it says, and what it is answered with.
pub(crate) trait Said {
    /// Names every field with a value that cannot be, whatever is known of the customer.
    fn check(&self, _wrong: &mut dyn FnMut(&str, String)) {}

    /// Events, none if the same is known already, or a refusal.
    fn decide(self, policy: &Policy, risk: &Risk) -> Answer;
}

macro_rules! inputs {
    ($($(#[doc = $doc:literal])+ $name:ident($data:ident) = $ce_type:literal,)+) => {
        /// Something that is said of a customer's credit.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Input {
            $($(#[doc = $doc])+ $name(Box<$data>),)+
        }

        /// Which input; producers name it by the fact it states.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum InputKind {
            $(#[doc = concat!("`", $ce_type, "`")] $name,)+
        }

        impl InputKind {
            /// Every kind, with the `type` a `CloudEvent` says it by.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$name, $ce_type)),+];
        }

        impl Input {
            pub(crate) fn read_form(kind: InputKind, data: &[u8]) -> Result<Self, FieldError> {
                Ok(match kind {
                    $(InputKind::$name => Self::$name(read_data(data)?),)+
                })
            }

            /// Which it is.
            pub fn kind(&self) -> InputKind {
                match self {
                    $(Self::$name(_) => InputKind::$name,)+
                }
            }

            /// Whom it is about.
            pub fn customer(&self) -> &CustomerId {
                match self {
                    $(Self::$name(it) => &it.customer_id,)+
                }
            }

            pub(crate) fn write(&self) -> serde_json::Result<Vec<u8>> {
                match self {
                    $(Self::$name(it) => serde_json::to_vec(it),)+
                }
            }

            /// Every value that cannot be, whatever is known of the customer.
            pub(crate) fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
                match self {
                    $(Self::$name(it) => it.check(wrong),)+
                }
            }
        }

        impl Policy {
            pub(crate) fn take(&self, risk: &Risk, input: Input) -> Answer {
                match input {
                    $(Input::$name(it) => it.decide(self, risk),)+
                }
            }
        }
    };
}

inputs! {
    /// An agency has rated the customer.
    RecordRating(RatingData) = "dev.vigie.rating.received.v1",
    /// The customer's annual accounts are known.
    FileStatement(StatementData) = "dev.vigie.statement.filed.v1",
    /// Another supplier says how it is paid.
    RecordReference(ReferenceData) = "dev.vigie.reference.received.v1",
    /// A person adds to the score, or takes from it, for a time.
    GiveOpinion(OpinionData) = "dev.vigie.opinion.given.v1",
    /// An opinion counts no longer.
    WithdrawOpinion(WithdrawOpinion) = "dev.vigie.opinion.withdrawn.v1",
    /// A court's or a register's decision was published.
    RecordNotice(NoticeData) = "dev.vigie.notice.published.v1",
    /// It is not so any more.
    LiftNotice(LiftNotice) = "dev.vigie.notice.lifted.v1",
    /// Somebody looked at who the customer is.
    RecordIdentity(IdentityData) = "dev.vigie.identity.checked.v1",
    /// Something was delivered that is not invoiced yet.
    RecordDelivery(DeliveryData) = "dev.vigie.delivery.made.v1",
    /// It was invoiced.
    InvoiceDelivery(InvoiceDelivery) = "dev.vigie.delivery.invoiced.v1",
    /// It will not be invoiced.
    CloseDelivery(CloseDelivery) = "dev.vigie.delivery.closed.v1",
    /// The customer belongs to another one.
    JoinGroup(GroupData) = "dev.vigie.group.joined.v1",
    /// It does not any more.
    LeaveGroup(LeaveGroup) = "dev.vigie.group.left.v1",
    /// A person has looked at the customer.
    RecordReview(ReviewData) = "dev.vigie.customer.reviewed.v1",
    /// What portfolios are told apart by.
    SetProfile(ProfileData) = "dev.vigie.profile.set.v1",
    /// A credit insurer is asked.
    RequestCover(CoverRequestData) = "dev.vigie.cover.requested.v1",
    /// It answers for a part of what the customer owes.
    GrantCover(CoverData) = "dev.vigie.cover.granted.v1",
    /// It does not.
    RefuseCover(RefuseCover) = "dev.vigie.cover.refused.v1",
    /// It answers for less.
    ReduceCover(ReduceCover) = "dev.vigie.cover.reduced.v1",
    /// It answers no longer.
    WithdrawCover(WithdrawCover) = "dev.vigie.cover.withdrawn.v1",
}

impl InputKind {
    /// The `type` a `CloudEvent` says it by.
    pub fn ce_type(self) -> &'static str {
        Self::ALL.iter().find(|(it, _)| *it == self).map_or("", |(_, ce_type)| ce_type)
    }

    /// The kind a `CloudEvent` of this `type` states.
    pub fn of_type(ce_type: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, it)| *it == ce_type).map(|(kind, _)| *kind)
    }
}

/// Whether it is new: the same again is not, and other content under the same id is refused.
pub(crate) fn is_new<T: PartialEq>(
    known: Option<&Placed<T>>,
    stated: &T,
    subject: Subject,
    id: &dyn ToString,
) -> Result<bool, Refusal> {
    match known {
        None => Ok(true),
        Some(known) if **known == *stated => Ok(false),
        Some(_) => Err(Refusal::Conflict { subject, id: id.to_string() }),
    }
}

impl Policy {
    /// The first day after one on which something that was said may begin to count, or stop, or be
    /// too old.
    pub fn inputs_turn(&self, risk: &Risk, after: NaiveDate) -> Option<NaiveDate> {
        let Inputs { ratings, statements, references, opinions, notices, groups, covers, .. } =
            &risk.inputs;
        let ratings =
            ratings.iter().flat_map(|it| [Some(it.received_on), self.too_old_on(it)]).flatten();
        let opinions = opinions.iter().map(KnownOpinion::span);
        let notices = notices.iter().map(KnownNotice::span);
        let covered = covers.iter().filter_map(KnownCover::span);
        let groups = groups.iter().map(|it| (it.from, it.left_on));
        let spans = opinions.chain(notices).chain(covered).chain(groups);
        ratings
            .chain(statements.iter().map(|it| it.closes_on))
            .chain(references.iter().map(|it| it.as_of))
            .chain(spans.flat_map(|(from, ends)| [Some(from), ends]).flatten())
            .chain(covers.iter().flat_map(KnownCover::reductions))
            .filter(|it| *it > after)
            .min()
    }
}

//! Why a command is refused: sentences for people, with a word for machines.

use std::fmt;

use events::{ActorId, HedgeId};
use invoicing::Invalid;
use money::{Currency, Money};

/// Why a command is refused. Nothing happened, and nothing that follows is held up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be, whatever is known of the customer.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The same id was recorded with other content.
    #[error("{subject} {id} is recorded with other content")]
    Conflict {
        /// What it is.
        subject: Subject,
        /// Its id.
        id: String,
    },
    /// The same id was recorded with another value in a field.
    #[error("{subject} {id} is recorded with {field} {recorded}, not {stated}")]
    Differs {
        /// What it is.
        subject: Subject,
        /// Its id.
        id: String,
        /// The field.
        field: &'static str,
        /// What is recorded.
        recorded: String,
        /// What is stated now.
        stated: String,
    },
    /// Nothing is known under this id.
    #[error("{subject} {id} is not known")]
    NotFound {
        /// What it would be.
        subject: Subject,
        /// The id asked for.
        id: String,
    },
    /// It has come to another end than the one that is stated now.
    #[error("{subject} {id} is {state}")]
    Over {
        /// What it is.
        subject: Subject,
        /// Its id.
        id: String,
        /// How it stands.
        state: &'static str,
    },
    /// Two persons are needed.
    #[error("{0} asked for it; another person must decide about it")]
    SamePerson(ActorId),
    /// The policy names who may agree, and to how much.
    #[error("{person} may not agree to {amount}: the credit policy names who may")]
    BeyondAuthority {
        /// Who.
        person: ActorId,
        /// To what.
        amount: Money,
    },
    /// Limits and guarantees are in the currency of the policy.
    #[error("{field} must be in {currency}, the currency of the credit policy")]
    PolicyCurrency {
        /// The field.
        field: &'static str,
        /// What it should be in.
        currency: Currency,
    },
    /// A cover stays in its currency.
    #[error("{field} must be in {currency}, the currency of the cover")]
    CoverCurrency {
        /// The field.
        field: &'static str,
        /// What it should be in.
        currency: Currency,
    },
    /// What is in the tenant's own currency needs no hedge.
    #[error("amount is in {0}, the currency of the credit policy: there is nothing to hedge")]
    NotForeign(Currency),
    /// A hedge stays in its currency.
    #[error("{field} must be in {currency}, the currency of the hedge")]
    HedgeCurrency {
        /// The field.
        field: &'static str,
        /// What it should be in.
        currency: Currency,
    },
    /// A hedge could not be used, or ended, on that day.
    #[error("hedge {hedge} {why}")]
    HedgeDay {
        /// The field with the day.
        field: &'static str,
        /// Which hedge.
        hedge: HedgeId,
        /// What speaks against the day.
        why: String,
    },
    /// No more can be used of a hedge than there is.
    #[error("{asked} are more than the {left} that are left of hedge {hedge}")]
    HedgeExceeded {
        /// Which hedge.
        hedge: HedgeId,
        /// What was asked for.
        asked: Money,
        /// What is left of it, whatever the day.
        left: Money,
    },
    /// The state does not call for this step.
    #[error("nothing calls for this step")]
    NotCalledFor,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A credit limit.
    Limit,
    /// A guarantee.
    Guarantee,
    /// An order.
    Order,
    /// A scorecard.
    Scorecard,
    /// A score, by its customer.
    Score,
    /// An agency's rating.
    Rating,
    /// Annual accounts.
    Statement,
    /// Another supplier's word.
    TradeReference,
    /// A person's opinion.
    Opinion,
    /// A published notice.
    Notice,
    /// A look at who the customer is.
    IdentityCheck,
    /// Something that was delivered.
    Delivery,
    /// The customer it belongs to.
    Group,
    /// A credit insurer's cover.
    Cover,
    /// A hedge.
    Hedge,
    /// A use of a hedge.
    HedgeUse,
}

impl Subject {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Guarantee => "guarantee",
            Self::Order => "order",
            Self::Scorecard => "scorecard",
            Self::Score => "score of customer",
            Self::Rating => "rating",
            Self::Statement => "financial statement",
            Self::TradeReference => "trade reference",
            Self::Opinion => "opinion",
            Self::Notice => "notice",
            Self::IdentityCheck => "identity check",
            Self::Delivery => "delivery",
            Self::Group => "group of",
            Self::Cover => "cover",
            Self::Hedge => "hedge",
            Self::HedgeUse => "use of a hedge",
        }
    }

    /// The field of a command that holds its id.
    pub const fn id_field(self) -> &'static str {
        match self {
            Self::Limit => "limit_id",
            Self::Guarantee => "guarantee_id",
            Self::Order => "order",
            Self::Scorecard => "scorecard",
            Self::Score => "customer_id",
            Self::Rating => "rating_id",
            Self::Statement => "statement_id",
            Self::TradeReference => "reference_id",
            Self::Opinion => "opinion_id",
            Self::Notice => "notice_id",
            Self::IdentityCheck => "check_id",
            Self::Delivery => "delivery_id",
            Self::Group => "parent_id",
            Self::Cover => "cover_id",
            Self::Hedge => "hedge_id",
            Self::HedgeUse => "use_id",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Refusal {
    /// The reason in a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELD",
            Self::Conflict { subject, .. } | Self::Differs { subject, .. } => match subject {
                Subject::Limit => "LIMIT_CONFLICT",
                Subject::Guarantee => "GUARANTEE_CONFLICT",
                Subject::Order => "ORDER_CONFLICT",
                Subject::Scorecard => "SCORECARD_CONFLICT",
                Subject::Score => "SCORE_CONFLICT",
                Subject::Rating => "RATING_CONFLICT",
                Subject::Statement => "STATEMENT_CONFLICT",
                Subject::TradeReference => "REFERENCE_CONFLICT",
                Subject::Opinion => "OPINION_CONFLICT",
                Subject::Notice => "NOTICE_CONFLICT",
                Subject::IdentityCheck => "IDENTITY_CHECK_CONFLICT",
                Subject::Delivery => "DELIVERY_CONFLICT",
                Subject::Group => "GROUP_CONFLICT",
                Subject::Cover => "COVER_CONFLICT",
                Subject::Hedge => "HEDGE_CONFLICT",
                Subject::HedgeUse => "HEDGE_USE_CONFLICT",
            },
            Self::NotFound { subject, .. } => match subject {
                Subject::Limit => "LIMIT_NOT_FOUND",
                Subject::Guarantee => "GUARANTEE_NOT_FOUND",
                Subject::Order => "ORDER_NOT_FOUND",
                Subject::Scorecard => "SCORECARD_NOT_FOUND",
                Subject::Score => "SCORE_NOT_FOUND",
                Subject::Rating => "RATING_NOT_FOUND",
                Subject::Statement => "STATEMENT_NOT_FOUND",
                Subject::TradeReference => "REFERENCE_NOT_FOUND",
                Subject::Opinion => "OPINION_NOT_FOUND",
                Subject::Notice => "NOTICE_NOT_FOUND",
                Subject::IdentityCheck => "IDENTITY_CHECK_NOT_FOUND",
                Subject::Delivery => "DELIVERY_NOT_FOUND",
                Subject::Group => "GROUP_NOT_FOUND",
                Subject::Cover => "COVER_NOT_FOUND",
                Subject::Hedge => "HEDGE_NOT_FOUND",
                Subject::HedgeUse => "HEDGE_USE_NOT_FOUND",
            },
            Self::Over { subject, .. } => match subject {
                Subject::Limit => "LIMIT_DECIDED",
                Subject::Guarantee => "GUARANTEE_RELEASED",
                Subject::Order => "ORDER_CLOSED",
                Subject::Scorecard => "SCORECARD_DECIDED",
                Subject::Score => "SCORE_REPLACED",
                Subject::Rating => "RATING_OVER",
                Subject::Statement => "STATEMENT_OVER",
                Subject::TradeReference => "REFERENCE_OVER",
                Subject::Opinion => "OPINION_OVER",
                Subject::Notice => "NOTICE_OVER",
                Subject::IdentityCheck => "IDENTITY_CHECK_OVER",
                Subject::Delivery => "DELIVERY_DONE",
                Subject::Group => "GROUP_NOT_LEFT",
                Subject::Cover => "COVER_ANSWERED",
                Subject::Hedge => "HEDGE_OVER",
                Subject::HedgeUse => "HEDGE_USE_OVER",
            },
            Self::SamePerson(_) => "SAME_PERSON",
            Self::BeyondAuthority { .. } => "BEYOND_AUTHORITY",
            Self::PolicyCurrency { .. }
            | Self::CoverCurrency { .. }
            | Self::NotForeign(_)
            | Self::HedgeCurrency { .. } => "CURRENCY_MISMATCH",
            Self::HedgeDay { .. } => "HEDGE_DAY",
            Self::HedgeExceeded { .. } => "HEDGE_EXCEEDED",
            Self::NotCalledFor => "STEP_NOT_CALLED_FOR",
        }
    }

    /// The path of the field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid(Invalid(fields)) => fields.first().map(|it| it.field.as_str()),
            Self::Conflict { subject, .. }
            | Self::NotFound { subject, .. }
            | Self::Over { subject, .. } => Some(subject.id_field()),
            Self::SamePerson(_) | Self::BeyondAuthority { .. } => Some("approved_by"),
            Self::PolicyCurrency { field, .. }
            | Self::CoverCurrency { field, .. }
            | Self::HedgeCurrency { field, .. }
            | Self::HedgeDay { field, .. }
            | Self::Differs { field, .. } => Some(field),
            Self::NotForeign(_) | Self::HedgeExceeded { .. } => Some("amount"),
            Self::NotCalledFor => None,
        }
    }
}

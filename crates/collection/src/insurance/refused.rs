//! Why something about a claim to an insurer is refused.

use events::{CoverId, InsuranceClaimId, InvoiceId, Reference};
use money::{Currency, Money};

/// Why a command about a claim to an insurer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefusal {
    /// The customer has no such claim, or it was recorded by mistake.
    #[error("insurance claim {0} is not known")]
    Unknown(InsuranceClaimId),
    /// Another claim, or an act, has that id; or the claim was recorded by mistake.
    #[error("insurance claim {0} is known and says something else")]
    Conflict(InsuranceClaimId),
    /// No insurer ever answered for the customer under it.
    #[error("cover {0} is not a cover of the customer's")]
    NoCover(CoverId),
    /// Nothing is known of it, or nothing was open of it on the day of the claim.
    #[error("nothing was open of invoice {0} when the claim was lodged")]
    NotOpen(InvoiceId),
    /// More than was owed.
    #[error("of invoice {invoice} at most {most} was open when the claim was lodged")]
    MoreThanOpen {
        /// Which.
        invoice: InvoiceId,
        /// How much was.
        most: Money,
    },
    /// It is claimed under the same cover already.
    #[error("invoice {invoice} is claimed under the same cover by {claim}")]
    ClaimedTwice {
        /// Which.
        invoice: InvoiceId,
        /// By which claim.
        claim: InsuranceClaimId,
    },
    /// A claim is in the currency of its cover, and so is all that is paid for it.
    #[error("the claim is in {currency}")]
    Currency {
        /// Which field says otherwise.
        field: &'static str,
        /// In which it is.
        currency: Currency,
    },
    /// An insurer does not accept or pay more than it was asked for.
    #[error("at most {most} of the claim is left")]
    MoreThanClaimed {
        /// Which field says more.
        field: &'static str,
        /// How much can be.
        most: Money,
    },
    /// It has paid more than it now says that it accepts.
    #[error("{0} was paid for the claim already")]
    PaidAlready(Money),
    /// It said that it pays nothing.
    #[error("the insurer refused claim {0}: record its new answer first")]
    Refused(InsuranceClaimId),
    /// Another indemnity or share of the claim has that number, or it was recorded by mistake.
    #[error("{0} is known of the claim and says something else")]
    NumberConflict(Reference),
    /// The claim has no indemnity or share of that number.
    #[error("nothing of the claim has the number {0}")]
    NoNumber(Reference),
    /// Nothing is shared before the insurer has paid.
    #[error("nothing was paid for claim {0} yet")]
    NotPaid(InsuranceClaimId),
    /// One payment cannot be two indemnities.
    #[error("the payment of indemnity {0} belongs to another indemnity")]
    PaymentTwice(Reference),
}

impl ClaimRefusal {
    /// The reason in a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "INSURANCE_CLAIM_NOT_FOUND",
            Self::Conflict(_) => "INSURANCE_CLAIM_CONFLICT",
            Self::NoCover(_) => "COVER_NOT_FOUND",
            Self::NotOpen(_) => "INVOICE_NOT_OPEN",
            Self::MoreThanOpen { .. } => "MORE_THAN_OWED",
            Self::ClaimedTwice { .. } => "INVOICE_CLAIMED",
            Self::Currency { .. } => "WRONG_CURRENCY",
            Self::MoreThanClaimed { .. } => "MORE_THAN_CLAIMED",
            Self::PaidAlready(_) => "INDEMNITY_PAID",
            Self::Refused(_) => "INSURANCE_CLAIM_REFUSED",
            Self::NumberConflict(_) => "NUMBER_CONFLICT",
            Self::NoNumber(_) => "NUMBER_NOT_FOUND",
            Self::NotPaid(_) => "INDEMNITY_NOT_PAID",
            Self::PaymentTwice(_) => "PAYMENT_TWICE",
        }
    }

    /// The field it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Unknown(_) | Self::Conflict(_) | Self::Refused(_) | Self::NotPaid(_) => {
                "claim_id"
            }
            Self::NoCover(_) => "cover_id",
            Self::NotOpen(_) | Self::MoreThanOpen { .. } | Self::ClaimedTwice { .. } => "lines",
            Self::Currency { field, .. } | Self::MoreThanClaimed { field, .. } => field,
            Self::PaidAlready(_) => "accepted",
            Self::NumberConflict(_) | Self::NoNumber(_) => "number",
            Self::PaymentTwice(_) => "payment_id",
        }
    }

    /// What it is about, by its id or number.
    pub fn id(&self) -> String {
        match self {
            Self::Unknown(id) | Self::Conflict(id) | Self::Refused(id) | Self::NotPaid(id) => {
                id.to_string()
            }
            Self::NoCover(id) => id.to_string(),
            Self::NotOpen(id)
            | Self::MoreThanOpen { invoice: id, .. }
            | Self::ClaimedTwice { invoice: id, .. } => id.to_string(),
            Self::Currency { currency, .. } => currency.to_string(),
            Self::MoreThanClaimed { most, .. } | Self::PaidAlready(most) => most.to_string(),
            Self::NumberConflict(number) | Self::NoNumber(number) | Self::PaymentTwice(number) => {
                number.to_string()
            }
        }
    }
}

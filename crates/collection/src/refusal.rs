//! Why a command is refused: sentences for people, with a word for machines.

use events::{ActId, CaseId, InvoiceId, PlacementId, Reference, RemittanceId};
use invoicing::Invalid;
use money::{Currency, Money};

use crate::insurance::ClaimRefusal;

/// Why a command is refused. Nothing happened, and nothing that follows is held up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be, whatever is known of the customer.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// About a claim to an insurer.
    #[error(transparent)]
    Claim(#[from] ClaimRefusal),
    /// The customer has no such case.
    #[error("case {0} is not known")]
    NoCase(CaseId),
    /// It has come to its end.
    #[error("case {0} is closed")]
    Closed(CaseId),
    /// The customer has no such receivable, or nothing is open of it.
    #[error("nothing is open of invoice {0}")]
    NotOpen(InvoiceId),
    /// An assignee has it, and collects it.
    #[error("invoice {0} is assigned: whoever has it collects it")]
    Assigned(InvoiceId),
    /// A receivable is collected in one case at a time.
    #[error("invoice {invoice} is in case {case}")]
    InCase {
        /// Which.
        invoice: InvoiceId,
        /// Where.
        case: CaseId,
    },
    /// It is not in the case it is taken from.
    #[error("invoice {invoice} is not in case {case}")]
    NotInCase {
        /// Which.
        invoice: InvoiceId,
        /// Where it is not.
        case: CaseId,
    },
    /// A case without receivables is none.
    #[error("nothing would be left of case {0}: withdraw it")]
    NothingLeft(CaseId),
    /// Whoever reminds could still write to the customer while somebody else collects.
    #[error("invoice {0} may still be reminded of: place a hold `legal` on it first")]
    StillReminded(InvoiceId),
    /// The policy knows no such collector.
    #[error("no collector of the policy is named {0}")]
    NoCollector(Reference),
    /// The customer has no such placement.
    #[error("placement {0} is not known")]
    NoPlacement(PlacementId),
    /// Somebody collects it already, or is about to.
    #[error("case {case} is placed already: {placement}")]
    PlacedAlready {
        /// Which case.
        case: CaseId,
        /// By which placement.
        placement: PlacementId,
    },
    /// It was never brought, or was not taken on.
    #[error("placement {0} is with no collector")]
    NotPlaced(PlacementId),
    /// It may be with the collector already.
    #[error("placement {0} may be with the collector: recall it")]
    RecallInstead(PlacementId),
    /// Nothing of that kind is to be brought.
    #[error("no such errand of placement {0} was planned")]
    NoErrand(PlacementId),
    /// It is too far for that.
    #[error("the errand of placement {0} has gone too far for that, or not far enough")]
    ErrandTooLate(PlacementId),
    /// Another report of the collector has that number.
    #[error("report {0} is known and says something else")]
    ReportConflict(Reference),
    /// Another remittance of the collector has that number.
    #[error("remittance {0} is known and says something else")]
    RemittanceConflict(RemittanceId),
    /// One payment cannot be two remittances.
    #[error("the payment of remittance {0} belongs to another remittance")]
    PaymentTwice(RemittanceId),
    /// The debt is of another one.
    #[error("invoice {invoice} is owed in {currency}")]
    WrongCurrency {
        /// Which.
        invoice: InvoiceId,
        /// In which it is owed.
        currency: Currency,
    },
    /// More than the collector was told to collect.
    #[error("of invoice {invoice} at most {most} could be collected")]
    MoreThanOwed {
        /// Which.
        invoice: InvoiceId,
        /// How much.
        most: Money,
    },
    /// There is no such act.
    #[error("act {0} is not known")]
    NoAct(ActId),
    /// Another act has that id.
    #[error("act {0} is known and says something else")]
    ActConflict(ActId),
    /// It answers nothing that was done before.
    #[error("{field} {given} is not {wanted}")]
    Unfounded {
        /// Which field says what it answers.
        field: &'static str,
        /// What was given; a dash if nothing was.
        given: String,
        /// What it should have been.
        wanted: &'static str,
    },
}

impl Refusal {
    /// The reason in a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELD",
            Self::Claim(it) => it.reason(),
            Self::NoCase(_) => "CASE_NOT_FOUND",
            Self::Closed(_) => "CASE_CLOSED",
            Self::NotOpen(_) => "INVOICE_NOT_OPEN",
            Self::Assigned(_) => "INVOICE_ASSIGNED",
            Self::InCase { .. } => "INVOICE_IN_CASE",
            Self::NotInCase { .. } => "INVOICE_NOT_IN_CASE",
            Self::NothingLeft(_) => "CASE_EMPTY",
            Self::StillReminded(_) => "INVOICE_STILL_REMINDED",
            Self::NoCollector(_) => "COLLECTOR_NOT_FOUND",
            Self::NoPlacement(_) => "PLACEMENT_NOT_FOUND",
            Self::PlacedAlready { .. } => "CASE_PLACED",
            Self::NotPlaced(_) => "PLACEMENT_NOT_OUT",
            Self::RecallInstead(_) => "PLACEMENT_OUT",
            Self::NoErrand(_) => "ERRAND_NOT_FOUND",
            Self::ErrandTooLate(_) => "ERRAND_TOO_LATE",
            Self::ReportConflict(_) => "REPORT_CONFLICT",
            Self::RemittanceConflict(_) => "REMITTANCE_CONFLICT",
            Self::PaymentTwice(_) => "PAYMENT_TWICE",
            Self::WrongCurrency { .. } => "WRONG_CURRENCY",
            Self::MoreThanOwed { .. } => "MORE_THAN_OWED",
            Self::NoAct(_) => "ACT_NOT_FOUND",
            Self::ActConflict(_) => "ACT_CONFLICT",
            Self::Unfounded { .. } => "ACT_UNFOUNDED",
        }
    }

    /// The path of the field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Invalid(Invalid(fields)) => return fields.first().map(|it| it.field.as_str()),
            Self::Claim(it) => it.field(),
            Self::NoCase(_) | Self::Closed(_) | Self::PlacedAlready { .. } => "case_id",
            Self::NotOpen(_)
            | Self::Assigned(_)
            | Self::InCase { .. }
            | Self::NotInCase { .. }
            | Self::NothingLeft(_)
            | Self::StillReminded(_) => "invoice_ids",
            Self::NoCollector(_) => "collector",
            Self::NoPlacement(_)
            | Self::NotPlaced(_)
            | Self::RecallInstead(_)
            | Self::NoErrand(_)
            | Self::ErrandTooLate(_) => "placement_id",
            Self::ReportConflict(_) => "report_id",
            Self::RemittanceConflict(_) => "remittance_id",
            Self::PaymentTwice(_) => "payment_id",
            Self::WrongCurrency { .. } | Self::MoreThanOwed { .. } => "collected",
            Self::NoAct(_) | Self::ActConflict(_) => "act_id",
            Self::Unfounded { field, .. } => field,
        })
    }
}

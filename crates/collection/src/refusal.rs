//! Why a command is refused: sentences for people, with a word for machines.

use events::{ActId, CaseId, InvoiceId};
use invoicing::Invalid;

/// Why a command is refused. Nothing happened, and nothing that follows is held up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be, whatever is known of the customer.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The customer has no such case.
    #[error("case {0} is not known")]
    NoCase(CaseId),
    /// It has come to its end.
    #[error("case {0} is closed")]
    Closed(CaseId),
    /// The customer has no such receivable, or nothing is open of it.
    #[error("nothing is open of invoice {0}")]
    NotOpen(InvoiceId),
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
            Self::NoCase(_) => "CASE_NOT_FOUND",
            Self::Closed(_) => "CASE_CLOSED",
            Self::NotOpen(_) => "INVOICE_NOT_OPEN",
            Self::InCase { .. } => "INVOICE_IN_CASE",
            Self::NotInCase { .. } => "INVOICE_NOT_IN_CASE",
            Self::NothingLeft(_) => "CASE_EMPTY",
            Self::StillReminded(_) => "INVOICE_STILL_REMINDED",
            Self::NoAct(_) => "ACT_NOT_FOUND",
            Self::ActConflict(_) => "ACT_CONFLICT",
            Self::Unfounded { .. } => "ACT_UNFOUNDED",
        }
    }

    /// The path of the field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Invalid(Invalid(fields)) => return fields.first().map(|it| it.field.as_str()),
            Self::NoCase(_) | Self::Closed(_) => "case_id",
            Self::NotOpen(_)
            | Self::InCase { .. }
            | Self::NotInCase { .. }
            | Self::NothingLeft(_)
            | Self::StillReminded(_) => "invoice_ids",
            Self::NoAct(_) | Self::ActConflict(_) => "act_id",
            Self::Unfounded { field, .. } => field,
        })
    }
}

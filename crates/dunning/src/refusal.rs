//! Why a command is refused: sentences for people, with a word for machines.

use chrono::NaiveDate;
use events::{ContactId, HoldId, InvoiceId, Reference, ReminderId};
use invoicing::Invalid;
use money::Money;

/// Why a command is refused. Nothing happened, and nothing that follows is held up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be, whatever is known of the customer.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The customer has no such reminder on its way.
    #[error("reminder {0} is not on its way")]
    NoReminder(ReminderId),
    /// It is too far for that.
    #[error("reminder {reminder} {stands}")]
    TooLate {
        /// Which.
        reminder: ReminderId,
        /// How it stands, as the end of a sentence.
        stands: &'static str,
    },
    /// What it would say is no longer so.
    #[error("reminder {0} would say what is no longer so")]
    Changed(ReminderId),
    /// The day has not come.
    #[error("reminder {reminder} may not be sent before {from}")]
    NotYet {
        /// Which.
        reminder: ReminderId,
        /// From when on.
        from: NaiveDate,
    },
    /// Nobody knows that it has left.
    #[error("reminder {0} is not known as sent")]
    NotSent(ReminderId),
    /// What is said of it is said of a day before it left.
    #[error("reminder {reminder} was sent on {sent_on}, not before")]
    SentLater {
        /// Which.
        reminder: ReminderId,
        /// When it left.
        sent_on: NaiveDate,
    },
    /// The policy has no ladder of that name to choose.
    #[error("no ladder of the policy that may be chosen is named {0}")]
    NoLadder(Reference),
    /// There is no such hold.
    #[error("hold {0} is not known")]
    NoHold(HoldId),
    /// Another hold has that id.
    #[error("hold {0} is known and says something else")]
    HoldConflict(HoldId),
    /// Another contact has that id.
    #[error("contact {0} is known and says something else")]
    ContactConflict(ContactId),
    /// There is no such invoice.
    #[error("invoice {0} is not known")]
    NoInvoice(InvoiceId),
    /// More would be given up than is owed.
    #[error("{field}: {asked} cannot be waived, {owed} is owed")]
    NotOwed {
        /// Of what.
        field: &'static str,
        /// How much, in words or as an amount.
        asked: String,
        /// What is owed of it on the day.
        owed: Money,
    },
}

impl Refusal {
    /// The reason in a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELD",
            Self::NoReminder(_) => "REMINDER_NOT_FOUND",
            Self::TooLate { .. } => "REMINDER_TOO_LATE",
            Self::Changed(_) => "REMINDER_CHANGED",
            Self::NotYet { .. } => "REMINDER_NOT_YET",
            Self::NotSent(_) => "REMINDER_NOT_SENT",
            Self::SentLater { .. } => "REMINDER_SENT_LATER",
            Self::NoLadder(_) => "LADDER_NOT_FOUND",
            Self::NoHold(_) => "HOLD_NOT_FOUND",
            Self::HoldConflict(_) => "HOLD_CONFLICT",
            Self::ContactConflict(_) => "CONTACT_CONFLICT",
            Self::NoInvoice(_) => "INVOICE_NOT_FOUND",
            Self::NotOwed { .. } => "CHARGES_NOT_OWED",
        }
    }

    /// The path of the field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Invalid(Invalid(fields)) => return fields.first().map(|it| it.field.as_str()),
            Self::NoReminder(_)
            | Self::TooLate { .. }
            | Self::Changed(_)
            | Self::NotYet { .. }
            | Self::NotSent(_) => "reminder_id",
            Self::SentLater { .. } => "present_date",
            Self::NoLadder(_) => "ladder",
            Self::NoHold(_) | Self::HoldConflict(_) => "hold_id",
            Self::ContactConflict(_) => "contact_id",
            Self::NoInvoice(_) => "invoice_id",
            Self::NotOwed { field, .. } => field,
        })
    }
}

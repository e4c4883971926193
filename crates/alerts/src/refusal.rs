//! Why a command is refused: sentences for people, with a word for machines.

use events::AlertId;
use invoicing::Invalid;

/// Why a command is refused. Nothing happened, and nothing that follows is held up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be, whatever is known of the customer.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The customer has no alert of this id, or a later one of the same subject took its place.
    #[error("alert {0} is not known")]
    NotFound(AlertId),
    /// Its condition no longer holds.
    #[error("alert {0} is cleared")]
    Cleared(AlertId),
}

impl Refusal {
    /// The reason in a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELD",
            Self::NotFound(_) => "ALERT_NOT_FOUND",
            Self::Cleared(_) => "ALERT_CLEARED",
        }
    }

    /// The path of the field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid(Invalid(fields)) => fields.first().map(|it| it.field.as_str()),
            Self::NotFound(_) | Self::Cleared(_) => Some("alert_id"),
        }
    }
}

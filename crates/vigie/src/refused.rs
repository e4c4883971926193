//! Why something was not taken, in the one form in which every way in says it.

use api::Code;
use host::{Error, Failure, engine::Rejection};
use invoicing::{Invalid, Policy, Refusal};
use serde::{Serialize, Serializer};

/// A refusal: nothing of it was kept, asking again gives the same, and nothing that follows is held
/// up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What a call with this command alone fails with.
    #[serde(serialize_with = "name")]
    pub code: Code,
    /// In a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub reason: &'static str,
    /// The path of the field it is about; empty if it is the whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// In a sentence, for people.
    pub message: String,
}

fn name<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str_name())
}

impl Refused {
    /// Something in a message that cannot be, whatever is known.
    pub fn invalid(reason: &'static str, field: &str, message: impl Into<String>) -> Self {
        let (field, message) = (field.to_owned(), message.into());
        Self { code: Code::InvalidArgument, reason, field, message }
    }

    /// A tenant that does not exist.
    pub fn no_tenant(tenant: &str) -> Self {
        let shown: String = tenant.chars().take(64).collect();
        Self {
            code: Code::NotFound,
            reason: "TENANT_NOT_FOUND",
            field: "tenant_id".to_owned(),
            message: format!("tenant `{shown}` is not known; create it first"),
        }
    }

    /// What a failure says, if it is a refusal; others pass, and what was asked is to be asked again.
    pub fn of(failure: &Failure<Policy>) -> Option<Self> {
        let Error::Rejected(rejection) = failure else { return None };
        let message = rejection.to_string();
        Some(match rejection {
            Rejection::Refused(refusal) => Self {
                code: code(refusal),
                reason: refusal.reason(),
                field: refusal.field().unwrap_or_default().to_owned(),
                message,
            },
            Rejection::RequestReused(_) => Self {
                code: Code::AlreadyExists,
                reason: "REQUEST_ID_REUSED",
                field: "request_id".to_owned(),
                message,
            },
            Rejection::Unwritable(_) => Self::invalid("COMMAND_TOO_LARGE", "", message),
        })
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        let message = invalid.to_string();
        let field = invalid.0.into_iter().next().map(|it| it.field).unwrap_or_default();
        Self { code: Code::InvalidArgument, reason: "INVALID_FIELD", field, message }
    }
}

/// The code a refusal of the domain has in gRPC.
fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::Invalid(_) => Code::InvalidArgument,
        Refusal::Conflict(_) => Code::AlreadyExists,
        Refusal::NotFound { .. } => Code::NotFound,
        Refusal::Void { .. }
        | Refusal::Over { .. }
        | Refusal::CurrencyMismatch { .. }
        | Refusal::CurrencySettled { .. }
        | Refusal::NotEnoughOpen { .. }
        | Refusal::NotEnoughUnallocated { .. }
        | Refusal::SamePerson(_)
        | Refusal::NotADeposit(_)
        | Refusal::InPlan { .. }
        | Refusal::PlanSum { .. }
        | Refusal::OutOfRange(_)
        | Refusal::NotCalledFor => Code::FailedPrecondition,
    }
}

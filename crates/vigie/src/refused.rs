//! Why something was not taken, in the one form in which every way in says it.

use std::borrow::Cow;

use api::Code;
use host::Error;
use invoicing::{FieldError, Invalid};
use serde::{Serialize, Serializer};

use crate::grpc::{Explain, Explanation};

/// A refusal: nothing of it was kept, asking again gives the same, and nothing that follows is held
/// up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What a call with this command alone fails with.
    #[serde(serialize_with = "name")]
    pub code: Code,
    /// In a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub reason: Cow<'static, str>,
    /// The path of the field it is about; empty if it is the whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// In a sentence, for people.
    pub message: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it like this")]
fn name<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str_name())
}

/// What is quoted of a message may be of any length; a refusal is not.
const MESSAGE_BYTES_MAX: usize = 1_000;
const FIELD_BYTES_MAX: usize = 200;

impl Refused {
    fn new(code: Code, reason: Cow<'static, str>, field: &str, message: &str) -> Self {
        let cut = |text: &str, most| {
            let mut cut = text.get(..text.floor_char_boundary(most)).unwrap_or_default().to_owned();
            if cut.len() < text.len() {
                cut.push('…');
            }
            cut
        };
        let (field, message) = (cut(field, FIELD_BYTES_MAX), cut(message, MESSAGE_BYTES_MAX));
        Self { code, reason, field, message }
    }

    /// Something in a message that cannot be, whatever is known.
    pub fn invalid(reason: &'static str, field: &str, message: impl AsRef<str>) -> Self {
        Self::new(Code::InvalidArgument, Cow::Borrowed(reason), field, message.as_ref())
    }

    /// A tenant that does not exist.
    pub fn no_tenant(tenant: &str) -> Self {
        let shown: String = tenant.chars().take(64).collect();
        let message = format!("tenant `{shown}` does not exist; create it first");
        Self::new(Code::NotFound, Cow::Borrowed("TENANT_NOT_FOUND"), "tenant_id", &message)
    }

    /// More than can be taken at the moment.
    pub fn too_much(message: &str) -> Self {
        Self::new(Code::ResourceExhausted, Cow::Borrowed("TOO_MANY_REQUESTS"), "", message)
    }

    /// What a failure says, if it is a refusal; others pass, and what was asked is to be asked again.
    pub(crate) fn of(failure: Error<impl Explain>) -> Option<Self> {
        let explained = Explanation::from(failure);
        if !explained.is_refusal() {
            return None;
        }
        Some(Self::explained(explained))
    }

    /// Why there is no answer, whether or not asking again would give one.
    pub(crate) fn explained(explanation: Explanation) -> Self {
        let refusal = explanation.refusal();
        let (code, reason) = (refusal.code(), Cow::Owned(refusal.reason));
        Self::new(code, reason, &refusal.field, &refusal.message)
    }

    /// Asking again may help.
    pub fn not_now(message: &str) -> Self {
        Self::new(Code::Unavailable, Cow::Borrowed("UNAVAILABLE"), "", message)
    }
}

/// What a reader of JSON says, without the line and column of a text that nobody else has seen.
fn without_place(reason: &str) -> &str {
    match reason.rsplit_once(" at line ") {
        Some((said, place)) if place.contains(" column ") => said,
        _ => reason,
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        match invalid.0.as_slice() {
            [FieldError { field, reason }] => {
                Self::invalid("INVALID_FIELD", field, without_place(reason))
            }
            several => {
                let field = several.first().map_or("", |it| &it.field);
                Self::invalid("INVALID_FIELD", field, invalid.to_string())
            }
        }
    }
}

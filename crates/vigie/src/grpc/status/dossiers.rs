//! Why there is no dossier, as gRPC says it.

use tonic::Code;

use super::{Detail, Explain as _, Explanation, LATER};
use crate::dossier::Why;

impl Explanation {
    /// There is none, or it cannot be sealed.
    pub(crate) fn no_dossier(why: &Why) -> Self {
        let message = why.to_string();
        match why {
            Why::RoleElsewhere => Self::role_elsewhere("collection"),
            Why::NoPlacement { placement, .. } => {
                collection::Refusal::NoPlacement(placement.clone()).explain()
            }
            Why::NoCollector(name) => collection::Refusal::NoCollector(name.clone()).explain(),
            _ if why.is_for_now() => {
                Self::new(Code::Unavailable, "DOSSIER_UNREADABLE", message, Detail::Retry(LATER))
            }
            Why::Unreadable(_) | Why::Changed | Why::Inconsistent(_) => {
                Self::internal("DOSSIER_INCONSISTENT", message)
            }
            Why::Unwritable(_) => {
                Self::new(Code::FailedPrecondition, "DOSSIER_UNWRITABLE", message, Detail::None)
            }
            Why::NoKey { .. } | Why::NoSecret | Why::Unsealed(_) => {
                Self::new(Code::FailedPrecondition, "DOSSIER_UNSEALED", message, Detail::None)
            }
        }
    }
}

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{RatingId, Reference, date};

/// What an agency thinks of a customer, as the agency wrote it. What it means on our scale follows
/// from the registry of scales and the policy, and is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// The tenant's id for it.
    pub rating: RatingId,
    /// Who rated.
    pub agency: Reference,
    /// The code of the scale: one of the registry, or one of the policy's own.
    pub scale: Reference,
    /// The agency's model or product, if it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Reference>,
    /// The value, unchanged.
    pub raw: Reference,
    /// The day the agency speaks of.
    #[serde(with = "date")]
    pub as_of: NaiveDate,
    /// The day it came in.
    #[serde(with = "date")]
    pub received_on: NaiveDate,
}

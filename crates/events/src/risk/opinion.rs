use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{ActorId, OpinionId, Reference, date};

/// What a person who knows the customer adds to its score or takes from it, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The tenant's id for it.
    pub opinion: OpinionId,
    /// Points of the score; more is better. Within what the policy allowed when it was given.
    pub points: i32,
    /// Whose it is.
    pub author: ActorId,
    /// Why.
    pub reason: Reference,
    /// The first day on which it counts.
    #[serde(with = "date")]
    pub given_on: NaiveDate,
    /// The last day on which it counts.
    #[serde(with = "date")]
    pub holds_until: NaiveDate,
}

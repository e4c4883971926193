use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{ActorId, CoverId, Reference, date};

/// What a credit insurer is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverRequest {
    /// The tenant's id for it; the cover that answers it bears the same.
    pub cover: CoverId,
    /// Who is asked.
    pub insurer: Reference,
    /// For how much.
    pub amount: Money,
    /// Who asks.
    pub requested_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub requested_on: NaiveDate,
}

/// How much of what a customer owes an insurer answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The tenant's id for it; that of the request it answers, if there was one.
    pub cover: CoverId,
    /// Who insures.
    pub insurer: Reference,
    /// The insurance policy it is under.
    pub policy: Reference,
    /// Whether the insurer looked at this customer.
    pub kind: CoverKind,
    /// Receivables up to which it answers.
    pub amount: Money,
    /// The part of a loss that it pays: more than 0, at most 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub quota: Decimal,
    /// 1 answers first, 2 for what is above that, and so on.
    pub layer: u8,
    /// The first day on which it counts.
    #[serde(with = "date")]
    pub holds_from: NaiveDate,
    /// The last day on which it counts; none: until it is withdrawn.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<NaiveDate>,
}

/// Whether an insurer looked at the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverKind {
    /// It did, and answers for this one.
    Named,
    /// It did not: the tenant may grant so much to anybody who fulfils its conditions
    /// (*non dénommé*).
    Unnamed,
}

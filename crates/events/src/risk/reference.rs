use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{Reference, TradeReferenceId, date};

/// How another supplier is paid by a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeReference {
    /// The tenant's id for it.
    pub reference: TradeReferenceId,
    /// Which supplier, under a label that names no person.
    pub supplier: Reference,
    /// How much it sold in the time it speaks of.
    pub amount: Money,
    /// Its terms, in days.
    pub terms_days: u16,
    /// How late it is paid, in days after the due date; below zero: before.
    pub days_beyond_terms: i16,
    /// The day it speaks of.
    #[serde(with = "date")]
    pub as_of: NaiveDate,
}

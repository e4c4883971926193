use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{DeliveryId, Reference, date};

/// Something that was delivered and not invoiced yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The tenant's id for it.
    pub delivery: DeliveryId,
    /// For which order, as its invoices name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Reference>,
    /// What will be invoiced for it, tax included.
    pub amount: Money,
    /// When.
    #[serde(with = "date")]
    pub delivered_on: NaiveDate,
}

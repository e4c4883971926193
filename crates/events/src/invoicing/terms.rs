use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Reference, date};

/// A version of the terms of sale: what a contract says besides the day of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsOfSale {
    /// The tenant's name for it, unlike that of any other.
    pub version: Reference,
    /// SHA-256 of the document that both sides have: 64 of 0-9 a-f.
    pub document_hash: Reference,
    /// The first day of issue of invoices that are under it, if they name no other.
    #[serde(with = "date")]
    pub from: NaiveDate,
    /// Whether goods stay the tenant's until they are paid.
    pub reservation_of_title: bool,
    /// Whether everything falls due when one instalment is not paid.
    pub acceleration: bool,
    /// What a late debt bears, in per cent a year; none: what the law says.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub penalty_rate: Option<Decimal>,
    /// Whose law and courts were agreed on, in `law`'s spelling; none: nothing was.
    pub jurisdiction: Option<Reference>,
    /// Whether they forbid that a receivable is assigned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excludes_assignment: bool,
}

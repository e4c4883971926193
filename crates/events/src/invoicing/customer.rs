use std::collections::BTreeMap;

use compact_str::CompactString;
use money::Currency;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, Reference};

/// What is known of a customer. Names, addresses, e-mail and telephone stand in the contact
/// bucket, never here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// What other systems call it: system → id there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outside_ids: BTreeMap<CompactString, Reference>,
    /// The customer at the head of its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CustomerId>,
    /// French company number, nine digits, the last a check digit (Luhn).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siren: Option<CompactString>,
    /// VAT identification number, country prefix first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_number: Option<CompactString>,
    /// Agreed payment terms, in `law`'s spelling; none: the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Reference>,
    /// The currency it is usually invoiced in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Language of correspondence, BCP 47, such as `fr` or `de-AT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<CompactString>,
    /// Country, ISO 3166-1 alpha-2, such as `FR`: whose holidays and whose law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<CompactString>,
    /// The tenant's own grouping of customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Reference>,
}

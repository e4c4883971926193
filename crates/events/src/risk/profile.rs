use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::Reference;

/// What portfolios are told apart by. What is absent here is what invoicing knows of the customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Its business, by a code of NACE: a division such as `62`, a class such as `62.01`, or a
    /// national one such as `62.01Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<Reference>,
    /// Country, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CompactString>,
    /// The tenant's own grouping of customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Reference>,
}

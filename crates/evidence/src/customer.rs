//! Who owes: what the journal says, and the name and address beside it, as long as they are kept.

use events::{CustomerId, invoicing};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{make::pretty, told::Told, verify::Refused};

pub(crate) const CUSTOMER: &str = "customer.json";

const KEPT: &str =
    "as kept beside the journal when the bundle was made; the journal has no hash of it";
const ERASED: &str = "nothing is kept: erased, or never given";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    customer: CustomerId,
    /// What is known of it by everything that was recorded; none: only its invoices and payments
    /// speak of it.
    registered: Option<invoicing::Customer>,
    contact: Option<Value>,
    contact_is: String,
}

/// The file.
pub(crate) fn write(told: &Told, contact: Option<Value>) -> Result<Vec<u8>, serde_json::Error> {
    let contact_is = if contact.is_some() { KEPT } else { ERASED }.to_owned();
    let registered = told.account.customer();
    pretty(&Form { customer: told.customer.clone(), registered, contact, contact_is })
}

/// Whether the file is what the decisions come to; the contact nobody can recompute.
pub(crate) fn check(told: &Told, bytes: &[u8]) -> Result<(), Refused> {
    let form: Form = serde_json::from_slice(bytes)
        .map_err(|error| Refused::new(CUSTOMER, format!("cannot be read: {error}")))?;
    let again = write(told, form.contact);
    let again = again.map_err(|error| Refused::new(CUSTOMER, error.to_string()))?;
    crate::differ::same(CUSTOMER, bytes, &again)
}

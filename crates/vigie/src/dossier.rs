//! What a collector is given of a case, in its plain form: who collects under which agreement, and what
//! it is told to collect. Neither signed nor encrypted.

use bytes::Bytes;
use collection::Policy;
use events::{CustomerId, Hash, PlacementId};

use crate::{sending::Company, tenants::Tenant};

/// A dossier, ready to be brought.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    /// The name of its file, one of the customer's.
    pub(crate) name: String,
    /// The file.
    pub(crate) bytes: Bytes,
    /// Of the bytes.
    pub(crate) hash: Hash,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Why {
    /// Its role runs elsewhere, or its books cannot be read now.
    #[error("the books cannot be read: {0}")]
    Unreadable(String),
    /// No such placement.
    #[error("placement {0} is not known")]
    Unknown(PlacementId),
    /// It cannot be written down.
    #[error("it cannot be written: {0}")]
    Unwritten(#[from] serde_json::Error),
}

/// The dossier of a placement, as its hand-over was started.
///
/// # Errors
///
/// Why there is none: whoever asks again gets the same answer, unless the books could not be read.
#[expect(clippy::unused_async, reason = "names and addresses are read from beside the journal")]
pub(crate) async fn sealed(
    tenant: &Tenant,
    company: &Company,
    customer: &CustomerId,
    placement: &PlacementId,
) -> Result<Sealed, Why> {
    let (_, host) = tenant
        .host::<Policy>(customer)
        .ok_or_else(|| Why::Unreadable("this process does not run the role collection".into()))?;
    let state = host
        .read(|books| books.customer(customer).map(|it| it.state.clone()))
        .map_err(|error| Why::Unreadable(error.to_string()))?;
    let all = state.iter().flat_map(|it| it.placements());
    let view = { all }.find(|it| it.placement.placement == *placement);
    let view = view.ok_or_else(|| Why::Unknown(placement.clone()))?;
    let told = serde_json::json!({
        "creditor": company.sender.name,
        "customer_id": customer,
        "placement_id": placement,
        "case_id": view.placement.case,
        "collector": view.placement.collector,
        "agreement": view.placement.agreement,
        "claims": view.claims,
    });
    let bytes = Bytes::from(serde_json::to_vec_pretty(&told)?);
    let hash = Hash::of(&bytes);
    Ok(Sealed { name: format!("{placement}-dossier.json"), bytes, hash })
}

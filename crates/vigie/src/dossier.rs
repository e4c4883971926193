//! What a collector is given of a case: gathered from what is known at one moment, written down,
//! signed by the tenant and encrypted to the collector.

mod gather;
mod keys;
mod owed;
mod said;

use bytes::Bytes;
use chrono::NaiveDate;
use events::{CustomerId, Hash, PlacementId, Reference, Sequence};
use rand::rngs::OsRng;

use crate::{sending::Company, tenants::Tenant, wall};

pub(crate) use gather::gather;
pub(crate) use keys::{Form, Keys};

/// A dossier as it leaves the building.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    /// What its file is called: `C-1-placement-1-dossier.zip.gpg`.
    pub(crate) name: String,
    /// An `OpenPGP` message.
    pub(crate) bytes: Bytes,
    /// Of these bytes: the same dossier is sealed otherwise each time.
    pub(crate) hash: Hash,
    /// The day up to which interest is counted.
    pub(crate) stated_on: NaiveDate,
    /// The last entry that was heard.
    pub(crate) known_at: Sequence,
}

/// Why there is no dossier.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Why {
    /// Somebody else has to be asked.
    #[error("this process does not run the role collection")]
    RoleElsewhere,
    /// There is no such placement.
    #[error("customer {customer} has no placement {placement}")]
    NoPlacement {
        /// Whose.
        customer: CustomerId,
        /// Which.
        placement: PlacementId,
    },
    /// The rules know it no more.
    #[error("the rules for collecting name no collector {0}")]
    NoCollector(Reference),
    /// What there is to say of it cannot be read now: ask again.
    #[error("{0}")]
    Unreadable(String),
    /// What is owed is no longer what the journal says that the collector was told: it is to be started
    /// anew.
    #[error("what is owed changed since the hand-over was started")]
    Changed,
    /// What is known of a receivable does not go together.
    #[error("{0}")]
    Inconsistent(String),
    /// It does not add up, or cannot be written.
    #[error(transparent)]
    Unwritable(#[from] ::dossier::Unwritable),
    /// A file with a key is not there.
    #[error("{path}: {why}")]
    NoKey {
        /// Which.
        path: String,
        /// Why not.
        why: String,
    },
    /// The company's file says nothing of a key.
    #[error("the company's file has no dossier.key_file: nothing can be signed")]
    NoSecret,
    /// A key cannot be used.
    #[error(transparent)]
    Unsealed(#[from] ::dossier::Unsealed),
}

impl Why {
    /// Whether it may be otherwise in a while, with nobody doing anything.
    pub(crate) fn is_for_now(&self) -> bool {
        match self {
            Self::Unreadable(_) | Self::Changed => true,
            Self::RoleElsewhere
            | Self::NoPlacement { .. }
            | Self::NoCollector(_)
            | Self::Inconsistent(_)
            | Self::Unwritable(_)
            | Self::NoKey { .. }
            | Self::NoSecret
            | Self::Unsealed(_) => false,
        }
    }
}

impl From<::dossier::KeyError> for Why {
    fn from(error: ::dossier::KeyError) -> Self {
        Self::Unsealed(error.into())
    }
}

/// The file of a placement, without its ending: `C-1-placement-1-dossier`.
pub(crate) fn name(customer: &CustomerId, placement: &PlacementId) -> String {
    format!("{customer}-{placement}-dossier")
}

/// The dossier of a placement as it is known now, signed and encrypted.
pub(crate) async fn sealed(
    tenant: &Tenant,
    company: &Company,
    customer: &CustomerId,
    placement: &PlacementId,
) -> Result<Sealed, Why> {
    let dossier = gather(tenant, company, customer, placement).await?;
    if gather::has_changed(&dossier) {
        return Err(Why::Changed);
    }
    // Keys first: without them nothing needs to be written.
    let from = company.dossiers.secret(&tenant.id).await?;
    let to = company.dossiers.public(&dossier.collector.name).await?;
    let at = wall::now();
    let (stated_on, known_at) = (dossier.stated_on, Sequence(dossier.known_at.sequence));
    let sealing = move || -> Result<Vec<u8>, Why> {
        let archive = ::dossier::archive(&dossier)?;
        Ok(::dossier::seal(&archive, &from, &[to], at, &mut OsRng)?)
    };
    let sealed = tokio::task::spawn_blocking(sealing).await;
    let bytes = Bytes::from(sealed.map_err(|error| Why::Unreadable(error.to_string()))??);
    let name = format!("{}.zip.gpg", name(customer, placement));
    Ok(Sealed { name, hash: Hash::of(&bytes), bytes, stated_on, known_at })
}

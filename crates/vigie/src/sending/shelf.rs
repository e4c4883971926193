//! What was sent, byte for byte, beside the journal: there stands only its hash. Deleting it here is
//! erasure.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use events::{CustomerId, Hash, TenantId};
use journal::Blobs;

/// The store of letters. Cloning it is cheap; the clones share it.
#[derive(Debug, Clone)]
pub struct Shelf(Place);

#[derive(Debug, Clone)]
enum Place {
    Store(Box<Blobs>),
    Memory(Arc<Mutex<BTreeMap<String, Bytes>>>),
}

/// The object store's name.
const LETTERS: &str = "vigie-letters";

impl Shelf {
    /// In this process only.
    pub fn memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    /// On a server; the store is made if there is none.
    pub async fn open(client: async_nats::Client) -> Result<Self, String> {
        Blobs::open(client, LETTERS).await.map(|it| Self(Place::Store(Box::new(it))))
    }

    /// Keeps bytes under their hash, before they leave.
    pub async fn put(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        bytes: &Bytes,
    ) -> Result<Hash, String> {
        let hash = Hash::of(bytes);
        let name = name(tenant, customer, hash);
        match &self.0 {
            Place::Store(blobs) => blobs.put(&name, bytes.clone()).await?,
            Place::Memory(map) => {
                map.lock().unwrap_or_else(PoisonError::into_inner).insert(name, bytes.clone());
            }
        }
        Ok(hash)
    }

    /// The bytes of a hash, if they were kept and not erased.
    pub async fn get(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        hash: Hash,
    ) -> Result<Option<Bytes>, String> {
        let name = name(tenant, customer, hash);
        match &self.0 {
            Place::Store(blobs) => blobs.get(&name).await,
            Place::Memory(map) => {
                Ok(map.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned())
            }
        }
    }
}

fn name(tenant: &TenantId, customer: &CustomerId, hash: Hash) -> String {
    format!("{tenant}/{customer}/{hash}")
}

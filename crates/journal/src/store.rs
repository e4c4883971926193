//! Where journals are kept.

use std::num::NonZero;

use events::{Partition, TenantId};

use crate::{Journal, StoreError, memory::Memory};

/// A place where journals are kept: a NATS server, or this process' memory. Cloning it is cheap;
/// the clones share everything.
#[derive(Debug, Clone)]
pub struct Store(Place);

#[derive(Debug, Clone)]
enum Place {
    Memory(Memory),
}

impl Store {
    /// Journals that live as long as some clone of this store or of a journal of it.
    pub fn memory() -> Self {
        Self(Place::Memory(Memory::default()))
    }

    /// Creates the journals of a tenant. Doing it again with the same number changes nothing.
    pub async fn create(
        &self,
        tenant: &TenantId,
        partitions: NonZero<u16>,
    ) -> Result<(), StoreError> {
        match &self.0 {
            Place::Memory(memory) => memory.create(tenant, partitions),
        }
    }

    /// Every tenant and how many partitions it has, in the order of their ids.
    pub async fn tenants(&self) -> Result<Vec<(TenantId, u16)>, StoreError> {
        match &self.0 {
            Place::Memory(memory) => Ok(memory.tenants()),
        }
    }

    /// Opens a journal, once its settings and its count are found to be as they must.
    pub async fn open(
        &self,
        tenant: &TenantId,
        partition: Partition,
    ) -> Result<Journal, StoreError> {
        match &self.0 {
            Place::Memory(memory) => memory.open(tenant, partition),
        }
    }
}

//! Where journals are kept.

use std::{num::NonZero, sync::Arc};

use events::{Partition, TenantId};

use crate::{Connection, Journal, Problem, StoreError, memory::Memory, nats::Nats, preflight};

/// A place where journals are kept: a NATS server, or this process' memory. Cloning it is cheap;
/// the clones share everything.
#[derive(Debug, Clone)]
pub struct Store(Place);

#[derive(Debug, Clone)]
enum Place {
    Nats(Arc<Nats>),
    Memory(Memory),
}

impl Store {
    /// Journals that live as long as some clone of this store or of a journal of it.
    pub fn memory() -> Self {
        Self(Place::Memory(Memory::default()))
    }

    /// Journals on a NATS server.
    pub async fn connect(connection: Connection) -> Result<Self, StoreError> {
        let nats = Nats::connect(connection).await?;
        Ok(Self(Place::Nats(Arc::new(nats))))
    }

    /// The connection, for what else travels on it; nothing in memory.
    pub fn client(&self) -> Option<async_nats::Client> {
        match &self.0 {
            Place::Nats(nats) => Some(nats.client().clone()),
            Place::Memory(_) => None,
        }
    }

    /// Whether the place may be written to: asked at start, and again now and then. What cannot
    /// be found out is a problem too.
    pub async fn preflight(&self) -> Result<(), Vec<Problem>> {
        let problems = match &self.0 {
            Place::Nats(nats) => preflight::preflight(nats.client(), nats.connection()).await,
            Place::Memory(_) => Vec::new(),
        };
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Creates the journals of a tenant. Doing it again with the same number changes nothing.
    pub async fn create(
        &self,
        tenant: &TenantId,
        partitions: NonZero<u16>,
    ) -> Result<(), StoreError> {
        match &self.0 {
            Place::Nats(nats) => nats.create(tenant, partitions).await,
            Place::Memory(memory) => memory.create(tenant, partitions),
        }
    }

    /// Every tenant and how many partitions it has, in the order of their ids.
    pub async fn tenants(&self) -> Result<Vec<(TenantId, u16)>, StoreError> {
        match &self.0 {
            Place::Nats(nats) => nats.tenants().await,
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
            Place::Nats(nats) => nats.open(tenant, partition).await,
            Place::Memory(memory) => memory.open(tenant, partition),
        }
    }
}

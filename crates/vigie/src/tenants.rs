//! The tenants of this process, and the services it runs for each.

use std::{
    collections::BTreeMap,
    num::NonZero,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use events::{CustomerId, Partition, TenantId};
use host::{Host, Options};
use journal::{Store, StoreError};
use law::Calendar;

use crate::contacts::Contacts;

/// What a process does, of all that can be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles {
    /// Opens business days.
    pub clock: bool,
    /// Keeps receivables.
    pub invoicing: bool,
}

impl Roles {
    /// Everything.
    pub const ALL: Self = Self { clock: true, invoicing: true };
}

/// Every tenant, with the services this process runs for it. Cloning it is cheap; the clones share
/// it.
#[derive(Debug, Clone)]
pub struct Tenants(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    roles: Roles,
    options: Options,
    calendar: Calendar,
    contacts: Contacts,
    open: RwLock<BTreeMap<TenantId, Arc<Tenant>>>,
    /// Only one at a time opens tenants, or two hosts would run on one journal.
    opening: tokio::sync::Mutex<()>,
}

/// One tenant, partition by partition.
#[derive(Debug)]
pub struct Tenant {
    /// Whose.
    pub id: TenantId,
    /// Its partitions, from 0.
    pub parts: Vec<Part>,
    /// Names and addresses.
    pub contacts: Contacts,
}

/// The services of one partition: a whole small Vigie.
#[derive(Debug, Clone)]
pub struct Part {
    /// Keeps receivables, if this process does.
    pub invoicing: Option<Host<invoicing::Policy>>,
    /// Opens days, if this process does.
    pub clock: Option<Host<clock::Policy>>,
}

impl Tenant {
    /// How many partitions it has.
    pub fn partitions(&self) -> u16 {
        u16::try_from(self.parts.len()).unwrap_or(u16::MAX)
    }

    /// Where everything about a customer stands, and who keeps its receivables.
    pub fn invoicing(&self, customer: &CustomerId) -> Option<(Partition, &Host<invoicing::Policy>)> {
        let partition = Partition::of(customer, self.partitions());
        let part = self.parts.get(usize::from(partition.0))?;
        Some((partition, part.invoicing.as_ref()?))
    }

    /// Who keeps the receivables of every partition.
    pub fn all_invoicing(&self) -> impl Iterator<Item = (Partition, &Host<invoicing::Policy>)> {
        (0..).map(Partition).zip(&self.parts).filter_map(|(partition, part)| {
            Some((partition, part.invoicing.as_ref()?))
        })
    }
}

/// How often tenants made elsewhere are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(2);

impl Tenants {
    /// No tenant is open yet.
    pub fn new(
        store: Store,
        roles: Roles,
        calendar: Calendar,
        contacts: Contacts,
        options: Options,
    ) -> Self {
        let (open, opening) = Default::default();
        Self(Arc::new(Inner { store, roles, options, calendar, contacts, open, opening }))
    }

    /// Where the journals are kept.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// A tenant that is open here.
    pub fn get(&self, tenant: &TenantId) -> Option<Arc<Tenant>> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }

    /// Every tenant that is open here, by id.
    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Makes a tenant, or finds it made, and opens it; whether it is new.
    pub async fn create(
        &self,
        tenant: &TenantId,
        partitions: NonZero<u16>,
    ) -> Result<(Arc<Tenant>, bool), StoreError> {
        let known = self.0.store.tenants().await?.iter().any(|(it, _)| it == tenant);
        self.0.store.create(tenant, partitions).await?;
        self.look().await?;
        match self.get(tenant) {
            Some(open) => Ok((open, !known)),
            None => Err(StoreError::UnknownTenant(tenant.clone())),
        }
    }

    /// Opens every tenant of the store that is not open yet.
    pub async fn look(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.0.opening.lock().await;
        for (id, partitions) in self.0.store.tenants().await? {
            if self.get(&id).is_some() {
                continue;
            }
            let mut parts = Vec::with_capacity(partitions.into());
            for partition in 0..partitions {
                let journal = self.0.store.open(&id, Partition(partition)).await?;
                let options = || self.0.options.clone();
                parts.push(Part {
                    invoicing: self.0.roles.invoicing.then(|| {
                        Host::start(journal.clone(), invoicing::Policy::default(), options())
                    }),
                    clock: self.0.roles.clock.then(|| {
                        let policy = clock::Policy { calendar: self.0.calendar };
                        Host::start(journal.clone(), policy, options())
                    }),
                });
            }
            tracing::info!(tenant = %id, partitions, "open");
            let tenant = Tenant { id: id.clone(), parts, contacts: self.0.contacts.clone() };
            let mut open = self.0.open.write().unwrap_or_else(PoisonError::into_inner);
            open.insert(id, Arc::new(tenant));
        }
        Ok(())
    }

    /// Looks for new tenants for ever.
    pub async fn keep_looking(&self) {
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "tenants cannot be looked for");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until every service of every open tenant answers, or has halted.
    pub async fn ready(&self) {
        for tenant in self.all() {
            for part in &tenant.parts {
                if let Some(host) = &part.invoicing {
                    let _halted: Result<_, _> = host.ready().await;
                }
                if let Some(host) = &part.clock {
                    let _halted: Result<_, _> = host.ready().await;
                }
            }
        }
    }

    /// Bars every service from writing, or lets them write again.
    pub fn bar(&self, why: Option<&str>) {
        for part in self.all().iter().flat_map(|it| &it.parts) {
            if let Some(host) = &part.invoicing {
                host.bar(why.map(str::to_owned));
            }
            if let Some(host) = &part.clock {
                host.bar(why.map(str::to_owned));
            }
        }
    }

    /// Stops every service in good order.
    pub async fn drain(&self) {
        for part in self.all().iter().flat_map(|it| &it.parts) {
            if let Some(host) = &part.clock {
                host.drain().await;
            }
            if let Some(host) = &part.invoicing {
                host.drain().await;
            }
        }
    }
}

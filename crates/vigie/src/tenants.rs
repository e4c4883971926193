//! The tenants of this process, and the services it runs for each.

mod roles;
mod runs;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use events::{CustomerId, Partition, Sequence, TenantId};
use futures::{StreamExt as _, stream};
use host::{Host, Options, Status, engine::Service};
use journal::{Journal, Store, StoreError};
use law::Calendar;
use services::Start;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{contacts::Contacts, door::Door, grpc::Explain};

pub use roles::Roles;
pub(crate) use runs::Runs;

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
    /// Tenants that could not be opened, and why.
    closed: RwLock<BTreeMap<TenantId, Arc<StoreError>>>,
    /// Why nothing may be written, for tenants that are opened later too.
    barred: RwLock<Option<String>>,
    /// Only one at a time opens tenants, or two hosts would run on one journal.
    opening: tokio::sync::Mutex<()>,
    /// How many are open.
    opened: watch::Sender<usize>,
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
    /// Opens days, if this process does.
    pub clock: Option<Host<clock::Policy>>,
    /// Keeps receivables, if this process does.
    pub invoicing: Option<Host<invoicing::Policy>>,
    /// Watches what is at stake, if this process does.
    pub risk: Option<Host<risk::Policy>>,
    /// Reminds, if this process does; where it only shows customers their page, it only reads.
    pub dunning: Option<Host<dunning::Policy>>,
    /// Collects what reminders did not bring, if this process does.
    pub collection: Option<Host<collection::Policy>>,
    /// Tells what a person should look at, if this process does.
    pub alerts: Option<Host<alerts::Policy>>,
}

impl Part {
    /// Its services, in the order of listening.
    pub(crate) fn services(&self) -> impl DoubleEndedIterator<Item = &dyn Runs> {
        fn any<P: Service<Error: Explain>>(host: &Host<P>) -> &dyn Runs {
            host
        }
        let clock = self.clock.as_ref().map(any);
        let invoicing = self.invoicing.as_ref().map(any);
        let risk = self.risk.as_ref().map(any);
        let dunning = self.dunning.as_ref().map(any);
        let collection = self.collection.as_ref().map(any);
        let alerts = self.alerts.as_ref().map(any);
        [clock, invoicing, risk, dunning, collection, alerts].into_iter().flatten()
    }

    /// The service that hears all others, if any runs here.
    pub(crate) fn last(&self) -> Option<&dyn Runs> {
        self.services().next_back()
    }

    /// The journal, if some service runs on it.
    pub fn journal(&self) -> Option<&Journal> {
        self.last().map(Runs::journal)
    }

    /// How far it is heard, by whoever hears all others.
    pub fn position(&self) -> Sequence {
        self.last().map_or(Sequence::START, Runs::position)
    }

    /// Bars its services from writing, or lets them write again.
    pub fn bar(&self, why: Option<&str>) {
        self.services().for_each(|it| it.bar(why));
    }
}

impl Tenant {
    /// How many partitions it has.
    pub fn partitions(&self) -> u16 {
        u16::try_from(self.parts.len()).unwrap_or(u16::MAX)
    }

    /// Where everything about a customer stands, and who is asked there.
    pub(crate) fn host<P: Door>(&self, customer: &CustomerId) -> Option<(Partition, &Host<P>)> {
        let partition = Partition::of(customer, self.partitions());
        let part = self.parts.get(usize::from(partition.0))?;
        Some((partition, P::of(part)?))
    }

    /// Who is asked, in every partition.
    pub(crate) fn hosts<P: Door>(&self) -> impl Iterator<Item = (Partition, &Host<P>)> {
        let parts = (0..).map(Partition).zip(&self.parts);
        parts.filter_map(|(partition, part)| Some((partition, P::of(part)?)))
    }

    /// Where everything about a customer stands, and who keeps its receivables.
    pub fn invoicing(
        &self,
        customer: &CustomerId,
    ) -> Option<(Partition, &Host<invoicing::Policy>)> {
        self.host(customer)
    }

    /// Who keeps the receivables of every partition.
    pub fn all_invoicing(&self) -> impl Iterator<Item = (Partition, &Host<invoicing::Policy>)> {
        self.hosts()
    }
}

/// Partitions that write their snapshots at the same time.
const DRAINED_AT_ONCE: usize = 4;
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
        let (open, closed, barred, opening, opened) = Default::default();
        Self(Arc::new(Inner {
            store,
            roles,
            options,
            calendar,
            contacts,
            open,
            closed,
            barred,
            opening,
            opened,
        }))
    }

    /// What this process does for them.
    pub fn roles(&self) -> Roles {
        self.0.roles
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
        let barred = self.0.barred.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(why) = barred {
            return Err(StoreError::Unavailable(format!("nothing can be written: {why}")));
        }
        let known = self.0.store.tenants().await?.iter().any(|(it, _)| it == tenant);
        self.0.store.create(tenant, partitions).await?;
        self.look().await?;
        match self.get(tenant) {
            Some(open) => Ok((open, !known)),
            None => Err(StoreError::UnknownTenant(tenant.clone())),
        }
    }

    /// Opens every tenant of the store that is not open yet. One that cannot be opened keeps none
    /// of the others closed: it is tried again next time, see [`Self::trouble`].
    pub async fn look(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.0.opening.lock().await;
        for (id, partitions) in self.0.store.tenants().await? {
            if self.get(&id).is_some() {
                continue;
            }
            let opened = self.open(&id, partitions).await;
            let mut closed = self.0.closed.write().unwrap_or_else(PoisonError::into_inner);
            match opened {
                Ok(()) => {
                    closed.remove(&id);
                }
                Err(error) => {
                    let why = error.to_string();
                    if closed.get(&id).is_none_or(|it| it.to_string() != why) {
                        tracing::error!(tenant = %id, %why, "a tenant cannot be opened");
                    }
                    closed.insert(id, Arc::new(error));
                }
            }
        }
        Ok(())
    }

    async fn open(&self, id: &TenantId, partitions: u16) -> Result<(), StoreError> {
        let mut journals = Vec::with_capacity(partitions.into());
        for partition in 0..partitions {
            journals.push(self.0.store.open(id, Partition(partition)).await?);
        }
        let parts: Vec<_> = journals.iter().map(|it| self.part(it)).collect();
        tracing::info!(tenant = %id, partitions, "open");
        let tenant = Tenant { id: id.clone(), parts, contacts: self.0.contacts.clone() };
        let mut open = self.0.open.write().unwrap_or_else(PoisonError::into_inner);
        // Under the lock of those that are open, so that none is left out by a bar that comes now.
        let barred = self.0.barred.read().unwrap_or_else(PoisonError::into_inner);
        tenant.parts.iter().for_each(|it| it.bar(barred.as_deref()));
        open.insert(id.clone(), Arc::new(tenant));
        self.0.opened.send_replace(open.len());
        Ok(())
    }

    /// Starts the services of a partition.
    fn part(&self, journal: &Journal) -> Part {
        Part {
            clock: self.start(journal, clock::Policy { calendar: self.0.calendar }),
            invoicing: self.start(journal, invoicing::Policy::default()),
            risk: self.start(journal, risk::Policy::default()),
            dunning: self.start(journal, dunning::Policy::default()).or_else(|| self.read(journal)),
            collection: self.start(journal, collection::Policy::default()),
            alerts: self.start(journal, alerts::Policy::default()),
        }
    }

    fn start<P: Start>(&self, journal: &Journal, policy: P) -> Option<Host<P>> {
        let Inner { roles, options, .. } = &*self.0;
        roles.has(P::own()).then(|| policy.start(journal.clone(), options.clone()))
    }

    /// What the customers' page is made of, where no service of the same context runs: dunning hears
    /// all that is on it.
    fn read(&self, journal: &Journal) -> Option<Host<dunning::Policy>> {
        let Inner { roles, options, .. } = &*self.0;
        let options = Options { only_reads: true, ..options.clone() };
        let start = || dunning::Policy::default().start(journal.clone(), options);
        roles.has_portal().then(start)
    }

    /// Why a tenant of the store is not open here, if it could not be opened.
    pub fn trouble(&self, tenant: &TenantId) -> Option<Arc<StoreError>> {
        self.0.closed.read().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }

    /// How many are open, and when that changes.
    pub fn opened(&self) -> watch::Receiver<usize> {
        self.0.opened.subscribe()
    }

    /// Meets every tenant that is open here, each once and as they come, until it is told to stop.
    pub(crate) async fn meet(&self, stop: &CancellationToken, mut meet: impl FnMut(Arc<Tenant>)) {
        let mut opened = self.opened();
        let mut known = BTreeSet::new();
        loop {
            opened.mark_unchanged();
            for tenant in self.all() {
                if known.insert(tenant.id.clone()) {
                    meet(tenant);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                changed = opened.changed() => if changed.is_err() { return },
            }
        }
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
            for service in tenant.parts.iter().flat_map(Part::services) {
                service.ready().await;
            }
        }
    }

    /// Bars every service from writing, or lets them write again; those of tenants opened later
    /// too.
    pub fn bar(&self, why: Option<&str>) {
        *self.0.barred.write().unwrap_or_else(PoisonError::into_inner) = why.map(str::to_owned);
        self.all().iter().flat_map(|it| &it.parts).for_each(|it| it.bar(why));
    }

    /// Bars the services of these journals from writing, and lets all others write again.
    pub fn bar_but(&self, unfit: &[(Journal, String)]) {
        *self.0.barred.write().unwrap_or_else(PoisonError::into_inner) = None;
        for part in self.all().iter().flat_map(|it| &it.parts) {
            let same = |it: &Journal| {
                part.journal().is_some_and(|own| {
                    own.tenant() == it.tenant() && own.partition() == it.partition()
                })
            };
            let why = unfit.iter().find(|(journal, _)| same(journal)).map(|(_, why)| &**why);
            part.bar(why);
        }
    }

    /// What every service of every open tenant is doing.
    pub fn statuses(&self) -> Vec<Status> {
        let tenants = self.all();
        let services = tenants.iter().flat_map(|it| &it.parts).flat_map(Part::services);
        services.map(|it| it.status().borrow().clone()).collect()
    }

    /// Stops every service in good order, some at a time: each writes a snapshot.
    pub async fn drain(&self) {
        let mut parts = Vec::new();
        for tenant in self.all() {
            parts.extend(tenant.parts.iter().cloned());
        }
        let drained = parts.into_iter().map(|part| async move {
            for service in part.services() {
                service.drain().await;
            }
        });
        stream::iter(drained).buffer_unordered(DRAINED_AT_ONCE).for_each(std::future::ready).await;
    }
}

//! One process of the program: some roles, for every tenant, on one store of journals.

mod signals;
mod watchman;

use std::{net::SocketAddr, num::NonZero, time::Duration};

use events::Context;
use host::Options;
use journal::{Blobs, Store, StoreError};
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    announce, ask,
    config::{ClockMode, Config, Contradiction, Nats, SnapshotPlace},
    contacts::Contacts,
    door, grpc, inbox, portal,
    sending::{self, Shelf},
    survey,
    tenants::{Roles, Tenants},
    wall,
};

pub use signals::{Signal, Signals};

/// Starts processes.
#[derive(Debug)]
pub struct Server;

/// A process that runs. Dropping it stops nothing; see [`Running::stop`].
#[derive(Debug)]
pub struct Running {
    /// Where it listens for gRPC.
    pub grpc_address: SocketAddr,
    /// Where customers are shown their page, if they are.
    pub portal_address: Option<SocketAddr>,
    /// Its tenants, with the services it runs for them.
    pub tenants: Tenants,
    stop: CancellationToken,
    drain_within: Duration,
    grpc: JoinHandle<Result<(), String>>,
    tasks: Vec<JoinHandle<()>>,
}

/// Why a process does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration contradicts itself.
    #[error("{0}")]
    Contradiction(#[from] Contradiction),
    /// The journals cannot be reached.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A bucket beside them cannot.
    #[error("{0}")]
    Bucket(String),
    /// A journal cannot be read, or not understood.
    #[error("a journal cannot be read: {0}")]
    Unreadable(String),
    /// The port.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        error: std::io::Error,
    },
}

/// The object store of snapshots.
pub(crate) const SNAPSHOTS: &str = "vigie-snapshots";
/// How long a bucket is tried for: right after a start the server may not answer yet.
const BUCKET_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(250);

impl Server {
    /// Connects and starts. It answers calls at once, and questions once what was missed has been
    /// read: see [`Tenants::ready`].
    pub async fn start(config: &Config, roles: Roles) -> Result<Running, StartError> {
        let store = connect(&config.nats).await?;
        let Some(client) = store.client() else {
            return Self::start_on(config, roles, store, Contacts::memory(), None).await;
        };
        let replicas = config.nats.replicas;
        let personal = [Context::Invoicing, Context::Dunning, Context::Collection];
        let contacts = if personal.into_iter().any(|it| roles.has(it)) {
            persist(|| Contacts::open(client.clone(), replicas)).await?
        } else {
            // Nobody here is told a name or asked for one.
            Contacts::memory()
        };
        let blobs = match config.snapshots.place {
            SnapshotPlace::Store => Some(persist(|| Blobs::open(client.clone(), SNAPSHOTS)).await?),
            SnapshotPlace::Directory | SnapshotPlace::None => None,
        };
        Self::start_on(config, roles, store, contacts, blobs).await
    }

    /// Starts on a store that is connected already. Without `blobs`, snapshots are kept in the
    /// directory of the configuration or not at all.
    pub async fn start_on(
        config: &Config,
        roles: Roles,
        store: Store,
        contacts: Contacts,
        blobs: Option<Blobs>,
    ) -> Result<Running, StartError> {
        let options = Options {
            snapshots: snapshots(config, blobs)?,
            snapshot_entries: config.snapshots.entries.get(),
            queue: usize::try_from(config.service.queue.get())
                .ok()
                .and_then(NonZero::new)
                .unwrap_or(NonZero::<usize>::MIN),
            silence: config.service.silence,
            only_reads: false,
        };
        let (listener, grpc_address) = listen(config.grpc.address).await?;
        let pages = pages(config, roles, &store).await?;

        let tenants = Tenants::new(store, roles, config.clock.calendar, contacts, options);
        let stop = CancellationToken::new();
        watchman::look(&tenants).await;
        tenants.look().await?;

        let mut tasks = vec![
            until(&stop, watchman::keep(tenants.clone())),
            until(&stop, {
                let tenants = tenants.clone();
                async move { tenants.keep_looking().await }
            }),
        ];
        if roles.has(Context::Clock) && config.clock.mode == ClockMode::Wall {
            let offset = config.clock.utc_offset;
            tasks.push(tokio::spawn(wall::tell(tenants.clone(), offset, stop.clone())));
        }
        let has_doors = door::open(roles).next().is_some();
        if let Some(client) = tenants.store().client() {
            let (tenants, stop) = (tenants.clone(), stop.clone());
            if has_doors || roles.has(Context::Clock) {
                tasks.push(tokio::spawn(ask::run(client.clone(), tenants.clone(), stop.clone())));
            }
            if has_doors {
                tasks.push(tokio::spawn(inbox::run(client, config.nats.replicas, tenants, stop)));
            }
        }
        if let Some(client) = tenants.store().client().filter(|_| roles.has(Context::Alerts)) {
            let (tenants, stop) = (tenants.clone(), stop.clone());
            let replicas = config.nats.replicas;
            tasks.push(tokio::spawn(announce::run(client, replicas, tenants, stop)));
        }
        if roles.has(Context::Alerts) {
            tasks.push(tokio::spawn(survey::run(tenants.clone(), stop.clone())));
        }
        let mut letters = None;
        let companies = config.sending.directory.clone();
        let sender = roles.has(Context::Dunning) || roles.has(Context::Collection);
        if let Some(directory) = companies.clone().filter(|_| sender) {
            let shelf = match tenants.store().client() {
                Some(client) => persist(|| Shelf::open(client.clone())).await?,
                None => Shelf::memory(),
            };
            letters = Some(shelf.clone());
            let settings = sending::Settings { directory, utc_offset: config.clock.utc_offset };
            tasks.push(tokio::spawn(sending::run(tenants.clone(), shelf, settings, stop.clone())));
        }
        let portal_address = pages.as_ref().map(|it| it.address);
        if let Some(Pages { listener, address, client, settings }) = pages {
            let (tenants, stop) = (tenants.clone(), stop.clone());
            tasks.push(tokio::spawn(portal::run(listener, tenants, client, settings, stop)));
            tracing::info!(%address, "customers are shown their page");
        }
        let api = grpc::Api::new(tenants.clone(), companies, letters, stop.clone());
        let (stopping, settings) = (stop.clone(), config.grpc.clone());
        let grpc = tokio::spawn(async move {
            let ended = grpc::serve(api, roles, &settings, listener).await;
            // Nobody can be answered any more, whatever the reason.
            stopping.cancel();
            ended
        });
        tracing::info!(%grpc_address, %roles, "listening");
        if !grpc_address.ip().is_loopback() && config.grpc.tls_certificate_file.is_none() {
            tracing::warn!("others on the network can read along: set grpc.tls_certificate_file");
        }
        let drain_within = config.service.drain_within;
        Ok(Running { grpc_address, portal_address, tenants, stop, drain_within, grpc, tasks })
    }
}

impl Running {
    /// Returns once the process has been told to stop, or can no longer answer calls.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Takes no more calls, answers those on their way, writes snapshots and stops.
    pub async fn stop(mut self) -> Result<(), String> {
        tracing::info!("stopping");
        self.stop.cancel();
        let answered = tokio::time::timeout(self.drain_within, &mut self.grpc).await;
        let ended = if let Ok(ended) = answered {
            ended.map_err(|error| error.to_string()).and_then(|it| it)
        } else {
            tracing::warn!("calls were still on their way, and are given up");
            self.grpc.abort();
            Ok(())
        };
        for task in self.tasks {
            let _cancelled: Result<(), _> = task.await;
        }
        if tokio::time::timeout(self.drain_within, self.tenants.drain()).await.is_err() {
            tracing::warn!("not every service came to rest; what was not answered is not recorded");
        }
        tracing::info!("stopped");
        ended
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// What the customers' page needs.
struct Pages {
    listener: TcpListener,
    address: SocketAddr,
    client: async_nats::Client,
    settings: portal::Settings,
}

/// Nothing if this process shows none: it does where an address is set, and with the role alone one
/// must be.
async fn pages(config: &Config, roles: Roles, store: &Store) -> Result<Option<Pages>, StartError> {
    let says = |why: &str| StartError::Contradiction(Contradiction(why.to_owned()));
    if !roles.has_portal() {
        return Ok(None);
    }
    let Some(address) = config.portal.listen else {
        let alone = roles.iter().next().is_none();
        return if alone { Err(says("the role portal: set portal.listen")) } else { Ok(None) };
    };
    let directory = config.sending.directory.clone();
    let directory = directory.ok_or_else(|| {
        says("portal.listen is set: set sending.directory too, for the tenants' files")
    })?;
    let client = store.client();
    let client = client.ok_or_else(|| says("portal.listen is set: it needs NATS"))?;
    let (listener, address) = listen(address).await?;
    let wall = (config.clock.mode == ClockMode::Wall).then_some(config.clock.utc_offset);
    let behind_proxy = config.portal.behind_proxy;
    let settings = portal::Settings { directory, wall, behind_proxy };
    Ok(Some(Pages { listener, address, client, settings }))
}

/// A task that ends when the process is told to stop.
fn until(
    stop: &CancellationToken,
    task: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    let stop = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = task => {}
            () = stop.cancelled() => {}
        }
    })
}

/// Connects to NATS; a server that is not up yet is waited for.
pub async fn connect(nats: &Nats) -> Result<Store, StartError> {
    let connection = nats.connection()?;
    let until = Instant::now() + nats.connect_within;
    loop {
        match Store::connect(connection.clone()).await {
            Ok(store) => return Ok(store),
            Err(error) => {
                let hopeless = !matches!(error, StoreError::Unavailable(_));
                if hopeless || Instant::now() + PAUSE >= until {
                    return Err(error.into());
                }
                tracing::warn!(%error, "trying again");
            }
        }
        tokio::time::sleep(PAUSE * 4).await;
    }
}

pub(crate) async fn persist<T, F>(open: impl Fn() -> F) -> Result<T, StartError>
where
    F: Future<Output = Result<T, String>>,
{
    let until = Instant::now() + BUCKET_WITHIN;
    loop {
        match open().await {
            Ok(bucket) => return Ok(bucket),
            Err(error) if Instant::now() >= until => return Err(StartError::Bucket(error)),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn snapshots(config: &Config, blobs: Option<Blobs>) -> Result<host::Snapshots, StartError> {
    Ok(match (config.snapshots.place, &config.snapshots.directory, blobs) {
        (SnapshotPlace::Store, _, Some(blobs)) => host::Snapshots::Store(Box::new(blobs)),
        (SnapshotPlace::Directory, Some(directory), _) => {
            host::Snapshots::Directory(directory.clone())
        }
        (SnapshotPlace::Directory, None, _) => {
            let why = "snapshots.place is directory: set snapshots.directory too";
            return Err(Contradiction(why.to_owned()).into());
        }
        (SnapshotPlace::Store, _, None) | (SnapshotPlace::None, _, _) => host::Snapshots::None,
    })
}

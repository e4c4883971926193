//! `vigie demo`: everything on one machine, in a minute. A server of its own, every role, a tenant
//! with two years of business that came in through the real ways, and what there is to see in it.

mod cases;
mod cast;
mod credit;
mod dice;
mod handover;
mod lookout;
mod portfolio;
mod publish;
mod reminders;
mod server;
mod summary;

use std::{net::SocketAddr, path::PathBuf};

use events::TenantId;
use journal::StoreError;
use tokio::time::Instant;

use crate::{
    cli::{self, Exit},
    config::{ClockMode, Config},
    serve::{Server, Signals, StartError},
    telemetry::{self, Stream},
    tenants::Roles,
};
use client::Trouble;
use lookout::Lookout;
use publish::Published;

/// Everything on one machine, with two years of invented business.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Keep everything in this directory, and find it again the next time [default: a temporary
    /// one, gone at the end]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The port of NATS, on the loopback interface [default: any free one]
    #[arg(long, value_name = "PORT")]
    pub nats_port: Option<u16>,
    /// Where to listen for gRPC [default: 127.0.0.1:50051, or any free port if that is taken]
    #[arg(long, value_name = "ADDRESS")]
    pub grpc_address: Option<SocketAddr>,
    /// How many customers
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(10..=9_999))]
    pub customers: u32,
    /// End once the summary is written, rather than go on serving
    #[arg(long)]
    pub once: bool,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The directory.
    #[error("{} cannot be used: {why}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// There is no nats-server.
    #[error("{0}")]
    NotFound(#[from] journal::server::NotFound),
    /// It does not run.
    #[error("{0}")]
    Nats(String),
    /// The program itself does not start.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The tenant cannot be made.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// What happened cannot be sent.
    #[error("{0}")]
    Publish(String),
    /// What there is cannot be asked for.
    #[error("{0}")]
    Ask(#[from] Trouble),
    /// What there is to say of the process itself.
    #[error("{0}")]
    Process(String),
}

/// The tenant of the demonstration.
const TENANT: &str = "demo";

/// Runs the demonstration.
pub async fn main(demo: &Demo) -> Exit {
    let mut told = match Signals::new() {
        Ok(told) => told,
        Err(error) => return cli::fail(Exit::Failed, error),
    };
    let mut house = None;
    let ran = tokio::select! {
        ran = run(demo, &mut house) => ran,
        _ = told.next() => Ok(false),
    };
    let exit = match ran {
        Ok(serving) => {
            if serving && !demo.once {
                told.next().await;
            }
            Exit::Done
        }
        Err(error @ (DemoError::Directory { .. } | DemoError::NotFound(_))) => {
            cli::fail(Exit::Usage, error)
        }
        Err(error) => cli::fail(Exit::Failed, error),
    };
    if let Some(house) = house {
        let closing = tokio::select! {
            closed = house.close() => closed,
            // The second time it is meant.
            signal = told.next() => std::process::exit(signal.exit_code()),
        };
        if let Err(why) = closing {
            return cli::fail(Exit::Failed, why);
        }
    }
    exit
}

/// Whether it serves at the end.
async fn run(demo: &Demo, house: &mut Option<server::House>) -> Result<bool, DemoError> {
    let began = Instant::now();
    let directory = server::Directory::open(demo.data_dir.as_deref())?;
    let nats = server::nats(&directory, demo.nats_port).await?;
    let config = config(demo, &nats, &directory).await?;
    telemetry::start(&config, Stream::Err).map_err(|it| DemoError::Process(it.to_string()))?;
    let house = house.insert(server::House { directory, nats, running: None });
    let running = house.running.insert(Server::start(&config, Roles::ALL).await?);
    let tenant: TenantId =
        TENANT.parse().map_err(|error| DemoError::Process(format!("{error}")))?;
    let (_, new) = running.tenants.create(&tenant, std::num::NonZero::<u16>::MIN).await?;
    running.tenants.ready().await;
    let client = running.tenants.store().client();
    let client = client.ok_or_else(|| DemoError::Process("there is no connection".to_owned()))?;
    let published = if publish::is_done(running, &tenant) {
        None
    } else {
        let lookout = Lookout::begin(format!("http://{}", running.grpc_address)).await?;
        Some(publish::publish(client, &tenant, demo.customers, &lookout).await?)
    };
    publish::rest(running, &tenant).await?;
    reminders::adopt(running, &tenant).await?;
    handover::adopt(running, &tenant).await?;
    publish::rest(running, &tenant).await?;
    handover::arrange(running, &tenant).await?;
    let facts = summary::Circumstances {
        house,
        demo,
        published: published.as_ref(),
        found_again: !new && published.is_none(),
        took: began.elapsed(),
    };
    summary::write(&facts).await?;
    Ok(true)
}

async fn config(
    demo: &Demo,
    nats: &journal::server::Server,
    directory: &server::Directory,
) -> Result<Config, DemoError> {
    let mut config = Config::default();
    config.nats.url = nats.url();
    config.nats.monitor_urls = vec![nats.monitor_url()];
    config.clock.mode = ClockMode::ByHand;
    "warn".clone_into(&mut config.log.filter);
    config.snapshots.place = crate::config::SnapshotPlace::Directory;
    config.snapshots.directory = Some(directory.path().join("snapshots"));
    let companies = directory.path().join("companies");
    reminders::introduce(&companies).await?;
    config.sending.directory = Some(companies);
    if let Some(address) = demo.grpc_address {
        config.grpc.address = address;
    } else if tokio::net::TcpListener::bind(config.grpc.address).await.is_err() {
        config.grpc.address.set_port(0);
    }
    Ok(config)
}

/// Says where something stands, for a person who waits: on standard error.
#[expect(clippy::print_stderr, reason = "where a person is told what goes on")]
fn note(text: &str) {
    eprintln!("{text}");
}

impl Published {
    /// Facts a second.
    fn speed(&self) -> u64 {
        let millis = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX).max(1);
        (self.taken + self.known).saturating_mul(1_000) / millis
    }
}

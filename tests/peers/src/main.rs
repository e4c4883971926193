//! What Vigie is measured against, on the same machine and in the same run.
//!
//! Each peer does the work of one of Vigie's figures in the way people commonly do it, set up in
//! its favour wherever there was a choice. One JSON object per figure goes to standard output, a
//! table for people to standard error. `README.md` says how to run it and how to read it.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "benchmarks read the clock, and a peer folds into the map its users would take"
)]

mod measure;

mod machine;
mod report;

mod invoices;
mod ledger;

mod disk;
mod store;

mod append;
mod copy;
mod replay;

mod cqrs;
mod nats;
mod rpc;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};

use report::Report;

#[derive(Debug, Parser)]
#[command(version, about = "What Vigie is measured against", long_about = None)]
struct Cli {
    #[command(subcommand)]
    peer: Peer,
    #[command(flatten)]
    sizes: Sizes,
}

#[derive(Debug, Clone, Subcommand)]
enum Peer {
    /// Every peer, one after the other.
    All,
    /// `PostgreSQL` event store: one row per event and transaction, expected version checked.
    PgAppend,
    /// The invoices of a CSV file by COPY into that event store.
    PgCopy,
    /// That event store's rows read in order, decoded and folded.
    PgReplay,
    /// cqrs-es on `PostgreSQL`: one command per invoice.
    CqrsAppend,
    /// cqrs-es on `PostgreSQL`: all events through its own replay.
    CqrsReplay,
    /// Append and fdatasync, nothing else.
    Disk,
    /// An empty unary call on loopback.
    TonicEmpty,
    /// A bare group-commit loop against nats-server with `sync_interval: always`.
    NatsBare,
    /// Writes the invoices as CSV, the file that `vigie import` and `pg-copy` read.
    Csv {
        /// Where to.
        file: PathBuf,
    },
    /// Writes the events of the replay, one JSON object per line: customer, version, event.
    Events {
        /// Where to.
        file: PathBuf,
    },
}

/// How much of everything; the defaults are those of the published figures.
#[derive(Debug, Clone, Args)]
struct Sizes {
    /// Seconds and thousands instead of minutes and millions: does it work at all?
    #[arg(long, global = true)]
    quick: bool,
    /// How often each figure is taken; the median counts. Default 3.
    #[arg(long, global = true)]
    runs: Option<usize>,
    /// Length of a run that lasts a given time, after half a second of warm-up. Default 3.
    #[arg(long, global = true)]
    seconds: Option<f64>,
    /// Rows copied and events replayed. Default 1,000,000.
    #[arg(long, global = true)]
    rows: Option<u64>,
    /// Customers, each a stream of the event store.
    #[arg(long, global = true, default_value_t = 10_000)]
    customers: u64,
    /// Concurrent writers of the databases.
    #[arg(long, global = true, default_value_t = 48)]
    writers: usize,
    /// Concurrent gRPC callers.
    #[arg(long, global = true, default_value_t = 64)]
    callers: usize,
    /// Concurrent producers of the bare loop; may be given more than once.
    #[arg(long, global = true, default_values_t = [256, 2_048])]
    producers: Vec<usize>,
    /// Where files and the nats-server's store are put; on a real disk.
    #[arg(long, global = true, env = "PEERS_DIR", default_value_os_t = std::env::temp_dir())]
    dir: PathBuf,
    /// Where `PostgreSQL` keeps its data; on a real disk. `./postgres` sets it.
    #[arg(long, global = true, env = "PEERS_POSTGRES_DIR")]
    postgres_dir: Option<PathBuf>,
    /// A database that may be filled and emptied. `./postgres` starts one and sets it.
    #[arg(long, global = true, env = "PEERS_POSTGRES_URL", hide_env_values = true)]
    postgres_url: Option<String>,
    /// The nats-server; else the one on PATH or in Vigie's cache.
    #[arg(long, global = true, env = "NATS_SERVER_BIN")]
    nats_server: Option<PathBuf>,
}

impl Sizes {
    fn runs(&self) -> usize {
        self.runs.unwrap_or(if self.quick { 1 } else { 3 }).max(1)
    }

    fn seconds(&self) -> Duration {
        let seconds = self.seconds.unwrap_or(if self.quick { 0.5 } else { 3.0 });
        Duration::from_secs_f64(seconds.clamp(0.1, 60.0))
    }

    fn rows(&self) -> u64 {
        self.rows.unwrap_or(if self.quick { 20_000 } else { 1_000_000 }).max(1)
    }

    fn postgres_url(&self) -> Result<&str> {
        if let Some(dir) = &self.postgres_dir {
            machine::file_system(dir)?;
        }
        self.postgres_url.as_deref().context(
            "no database: run this as `tests/peers/postgres COMMAND…`, or set PEERS_POSTGRES_URL \
             to one that may be filled and emptied",
        )
    }
}

fn main() -> Result<()> {
    let Cli { peer, sizes } = Cli::parse();
    match &peer {
        Peer::Csv { file } => return invoices::write_csv(&sizes, file),
        Peer::Events { file } => return invoices::write_events(&sizes, file),
        _ => {}
    }
    let mut report = Report::new(&machine::describe(&sizes));
    let outcome = measure(&peer, &sizes, &mut report);
    report.table();
    outcome
}

fn measure(peer: &Peer, sizes: &Sizes, report: &mut Report) -> Result<()> {
    let Peer::All = peer else { return measure_one(peer, sizes, report) };
    if sizes.postgres_url.is_some() {
        for peer in
            [Peer::PgAppend, Peer::PgCopy, Peer::PgReplay, Peer::CqrsAppend, Peer::CqrsReplay]
        {
            measure_one(&peer, sizes, report)?;
        }
    } else {
        eprintln!("left out, for want of a database: pg-* and cqrs-*");
    }
    for peer in [Peer::Disk, Peer::TonicEmpty, Peer::NatsBare] {
        measure_one(&peer, sizes, report)?;
    }
    Ok(())
}

fn measure_one(peer: &Peer, sizes: &Sizes, report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match peer {
        Peer::PgAppend => runtime.block_on(append::measure(sizes, report)),
        Peer::PgCopy => runtime.block_on(copy::measure(sizes, report)),
        Peer::PgReplay => runtime.block_on(replay::measure(sizes, report)),
        Peer::CqrsAppend => runtime.block_on(cqrs::append(sizes, report)),
        Peer::CqrsReplay => runtime.block_on(cqrs::replay(sizes, report)),
        Peer::Disk => disk::measure(sizes, report),
        Peer::TonicEmpty => runtime.block_on(rpc::measure(sizes, report)),
        Peer::NatsBare => nats::measure(sizes, report),
        Peer::All | Peer::Csv { .. } | Peer::Events { .. } => Ok(()),
    }
    .with_context(|| format!("{peer:?} was not measured"))
}

//! `vigie bench`: how fast this machine's Vigie is, beside its anchor on the same machine. Every
//! run starts a server of its own with `sync_interval: always` and prints what it did.

mod alerts;
mod commands;
mod dunning;
mod figures;
mod grpc;
mod import;
mod replay;
mod rescore;
mod restart;
mod scores;

use std::{num::NonZero, path::PathBuf};

use chrono::NaiveDate;
use events::{Context, CustomerId, InvoiceId, Partition, TenantId, invoicing as said};
use journal::{Head, Journal, Outcome, Store, server};
use money::{Currency, Money};

use crate::tenants::Roles;
use figures::{Figures, say};

/// Which measurement.
#[derive(Debug, clap::Subcommand)]
pub enum Bench {
    /// A bare loop with group commit on the same kind of stream: the anchor of `commands`.
    Bare(Load),
    /// Durable commands: validated, decided, guarded, appended, answered.
    Commands(Load),
    /// Reading a whole journal back: decoded and folded.
    Replay {
        /// How many events, in thousands.
        #[arg(long, default_value_t = 10_000)]
        thousands: u64,
    },
    /// An invoice published to its alert received, at a steady pace; and what the server alone takes.
    Alerts(alerts::Steady),
    /// Scoring customers in memory, on one core.
    Scores(scores::Portfolio),
    /// A business day of reminders in memory, on one core; and the past lived through again.
    Dunning(dunning::Portfolio),
    /// A new day for a whole portfolio: every customer is looked at.
    Rescore {
        /// How many customers.
        #[arg(long, default_value_t = 1_000_000)]
        customers: u64,
    },
    /// Calls over gRPC: durable commands, questions, empty ones; and the disk alone.
    Grpc,
    /// Importing a file, end to end.
    Import {
        /// The file.
        file: PathBuf,
        /// What its rows mean.
        #[arg(long, short)]
        mapping: PathBuf,
    },
    /// Starting from a snapshot with a tail.
    Restart {
        /// Open invoices, in thousands.
        #[arg(long, default_value_t = 1_000)]
        thousands: u64,
        /// Events after the snapshot.
        #[arg(long, default_value_t = 100_000)]
        tail: u64,
    },
}

/// How hard.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Load {
    /// How many producers, each waiting for its answer before it asks again.
    #[arg(long, default_value_t = 256)]
    pub producers: usize,
    /// For how long, in seconds.
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// How often; the median is what counts.
    #[arg(long, default_value_t = 3)]
    pub runs: usize,
}

/// What went wrong.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Runs a measurement.
pub async fn run(bench: Bench, dir: Option<PathBuf>) -> Result<(), Trouble> {
    if let Bench::Scores(portfolio) = bench {
        return scores::run(portfolio);
    }
    if let Bench::Dunning(portfolio) = bench {
        return dunning::run(portfolio);
    }
    let arena = Arena::open(dir).await?;
    match bench {
        Bench::Bare(load) => commands::bare(&arena, load).await,
        Bench::Commands(load) => commands::decided(&arena, load).await,
        Bench::Replay { thousands } => replay::run(&arena, thousands * 1_000).await,
        Bench::Alerts(steady) => alerts::run(&arena, steady).await,
        Bench::Scores(portfolio) => scores::run(portfolio),
        Bench::Dunning(portfolio) => dunning::run(portfolio),
        Bench::Rescore { customers } => rescore::run(&arena, customers).await,
        Bench::Grpc => grpc::run(&arena).await,
        Bench::Import { file, mapping } => import::run(&arena, file, mapping).await,
        Bench::Restart { thousands, tail } => restart::run(&arena, thousands * 1_000, tail).await,
    }
}

/// A server of one's own, with its files in a directory that is removed afterwards.
#[derive(Debug)]
pub struct Arena {
    store: Store,
    server: server::Server,
    dir: tempfile::TempDir,
}

impl Arena {
    async fn open(dir: Option<PathBuf>) -> Result<Self, Trouble> {
        let found = server::find(say).await?;
        say(&format!("nats-server {} ({})", found.version, found.path.display()));
        let dir = match dir {
            Some(dir) => tempfile::tempdir_in(dir)?,
            None => tempfile::tempdir()?,
        };
        let options = server::Options::new(found.path, dir.path().join("nats"));
        let server = server::Server::start(options).await?;
        let store = Store::connect(server.connection()).await?;
        store.preflight().await.map_err(|it| format!("{it:?}"))?;
        Ok(Self { store, server, dir })
    }

    /// A journal nobody has written to.
    async fn journal(&self, tenant: &str) -> Result<Journal, Trouble> {
        let tenant: TenantId = tenant.parse()?;
        self.store.create(&tenant, NonZero::<u16>::MIN).await?;
        Ok(self.store.open(&tenant, Partition(0)).await?)
    }
}

/// Who keeps receivables, and nobody who only listens.
fn ledger() -> Roles {
    Roles::default().with(Context::Clock).with(Context::Invoicing)
}

/// Where an entry stands; one that does not come to stand ends the measurement.
fn stands(outcome: &Outcome) -> Result<Head, Trouble> {
    match outcome {
        Outcome::Appended(head) => Ok(*head),
        Outcome::Overtaken | Outcome::Refused(_) | Outcome::Full(_) | Outcome::Unavailable(_) => {
            Err(format!("not appended: {outcome:?}").into())
        }
    }
}

/// The n-th invoice of a customer; every one different, none remarkable.
fn invoice(customer: u64, n: u64) -> Result<said::Invoice, Trouble> {
    let issued_on = day(n % 700)?;
    let minor = i64::try_from(10_000 + (customer * 7_919 + n * 104_729) % 9_000_000)?;
    Ok(said::Invoice {
        invoice: InvoiceId::new(&format!("F{customer}-{n}"))?,
        number: None,
        issued_on,
        due_on: issued_on + chrono::Days::new(30),
        terms: None,
        gross: Money::new(minor, Currency::EUR),
        tax: Some(Money::new(minor / 6, Currency::EUR)),
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    })
}

fn customer(n: u64) -> Result<CustomerId, Trouble> {
    Ok(CustomerId::new(&format!("C-{n:06}"))?)
}

fn day(n: u64) -> Result<NaiveDate, Trouble> {
    let first = NaiveDate::from_ymd_opt(2025, 1, 2).ok_or("a day that exists")?;
    Ok(first + chrono::Days::new(n))
}

//! `vigie journal`: the journals as an auditor reads them.

mod line;

use std::{io::IsTerminal as _, num::NonZero};

use clap::Subcommand;
use events::{Partition, Sequence, TenantId};
use indicatif::{ProgressBar, ProgressStyle};
use journal::{ReadError, Record, Store, StoreError, verify};
use tokio::sync::mpsc;

use crate::{
    cli::{Exit, fail, say},
    config::{Config, Flags},
    serve::{StartError, connect},
};

/// Read the journals as an auditor does.
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Print what was decided, one line a decision
    Tail {
        /// Whose journal
        tenant: TenantId,
        /// Which of its journals [default: all of them]
        #[arg(long, value_name = "NUMBER")]
        partition: Option<u16>,
        /// How many of the last entries
        #[arg(short = 'n', long, default_value_t = 20, conflicts_with = "from")]
        entries: u64,
        /// From this entry on
        #[arg(long, value_name = "ENTRY")]
        from: Option<NonZero<u64>>,
        /// Go on with what comes
        #[arg(short, long)]
        follow: bool,
        /// An object a line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        flags: Flags,
    },
    /// Read everything, to see that nothing is missing and nothing has changed
    Verify {
        /// Whose journals [default: everybody's]
        tenants: Vec<TenantId>,
        #[command(flatten)]
        flags: Flags,
    },
}

impl Journal {
    /// What the command line says about the configuration.
    pub fn flags(&self) -> &Flags {
        match self {
            Self::Tail { flags, .. } | Self::Verify { flags, .. } => flags,
        }
    }
}

/// Does it.
pub async fn run(command: &Journal, config: &Config) -> Result<Exit, StartError> {
    let store = connect(&config.nats).await?;
    match command {
        Journal::Tail { tenant, partition, entries, from, follow, json, flags: _ } => {
            let partitions = partitions(&store, tenant).await?;
            let wanted = match partition {
                Some(one) => vec![Partition(*one)],
                None => (0..partitions).map(Partition).collect(),
            };
            let tail = Tail { entries: *entries, from: *from, follow: *follow };
            tail.print(&store, tenant, &wanted, *json).await
        }
        Journal::Verify { tenants, flags: _ } => {
            let mut whole = true;
            for (tenant, partitions) in store.tenants().await? {
                if tenants.is_empty() || tenants.contains(&tenant) {
                    for partition in 0..partitions {
                        whole &= verify_one(&store, &tenant, Partition(partition)).await?;
                    }
                }
            }
            for tenant in tenants {
                partitions(&store, tenant).await?;
            }
            Ok(if whole { Exit::Done } else { Exit::Damaged })
        }
    }
}

async fn partitions(store: &Store, tenant: &TenantId) -> Result<u16, StoreError> {
    let all = store.tenants().await?;
    let found = all.into_iter().find(|(it, _)| it == tenant);
    found.map(|(_, partitions)| partitions).ok_or_else(|| StoreError::UnknownTenant(tenant.clone()))
}

/// An entry of a partition, or why there is none.
type Read = Result<(Partition, Record), (Partition, ReadError)>;

#[derive(Debug, Clone, Copy)]
struct Tail {
    entries: u64,
    from: Option<NonZero<u64>>,
    follow: bool,
}

impl Tail {
    async fn print(
        self,
        store: &Store,
        tenant: &TenantId,
        partitions: &[Partition],
        json: bool,
    ) -> Result<Exit, StartError> {
        let (sender, mut records) = mpsc::channel(256);
        for partition in partitions {
            let journal = store.open(tenant, *partition).await?;
            let (sender, partition) = (sender.clone(), *partition);
            tokio::spawn(async move {
                let ended = self.read(&journal, partition, &sender).await;
                if let Err(error) = ended {
                    // The printer is gone only if its reader is.
                    let _gone: Result<_, _> = sender.send(Err((partition, error))).await;
                }
            });
        }
        drop(sender);
        while let Some(record) = records.recv().await {
            match record {
                Ok((partition, record)) => {
                    let place = line::Place { tenant, partition, of: partitions.len() };
                    match line::write(place, &record, json) {
                        Ok(lines) => say(lines),
                        Err(error) => return Ok(fail(Exit::Damaged, error)),
                    }
                }
                Err((partition, error)) => return Ok(failed(tenant, partition, &error)),
            }
        }
        Ok(Exit::Done)
    }

    async fn read(
        self,
        journal: &journal::Journal,
        partition: Partition,
        to: &mpsc::Sender<Read>,
    ) -> Result<(), ReadError> {
        let last = journal.last().await?;
        let from = match self.from {
            Some(from) => Sequence(from.get()),
            None => Sequence(last.0.saturating_sub(self.entries) + 1),
        };
        if !self.follow && from > last {
            return Ok(());
        }
        let mut reader = journal.read_from(from).await?;
        loop {
            let record = reader.next().await?;
            let end = !self.follow && record.sequence >= last;
            if to.send(Ok((partition, record))).await.is_err() || end {
                return Ok(());
            }
        }
    }
}

fn failed(tenant: &TenantId, partition: Partition, error: &ReadError) -> Exit {
    let exit = if error.is_damage() {
        Exit::Damaged
    } else if matches!(error, ReadError::Unavailable(_)) {
        Exit::Unreachable
    } else {
        Exit::Failed
    };
    fail(exit, format_args!("{tenant}/{partition}: {error}"))
}

/// Reads one journal whole; whether it is sound.
async fn verify_one(
    store: &Store,
    tenant: &TenantId,
    partition: Partition,
) -> Result<bool, StartError> {
    let journal = match store.open(tenant, partition).await {
        Ok(journal) => journal,
        Err(error @ StoreError::Unsound { .. }) => {
            fail(Exit::Damaged, error);
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    };
    let bar = progress(&format!("{tenant}/{partition}"));
    let verified = verify(&journal, |at| {
        bar.set_length(at.of.0);
        bar.set_position(at.at.0);
    })
    .await;
    bar.finish_and_clear();
    match verified {
        Ok(verified) => {
            let (entries, bytes) = (verified.entries, verified.bytes);
            say(format_args!("{tenant}/{partition}  whole  {entries} entries  {bytes} bytes\n"));
            for (context, head) in verified.heads.iter() {
                say(format_args!("  {context:<10} {:>10}  {}\n", head.sequence, head.hash));
            }
            Ok(true)
        }
        Err(ReadError::Unavailable(why)) => Err(StoreError::Unavailable(why).into()),
        Err(error) => {
            let place = error.position().map(|it| format!(" at entry {it}")).unwrap_or_default();
            say(format_args!("{tenant}/{partition}  NOT WHOLE{place}  {error}\n"));
            Ok(false)
        }
    }
}

fn progress(name: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_prefix(name.to_owned());
    match ProgressStyle::with_template("{prefix} {wide_bar} {human_pos}/{human_len} {per_sec}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

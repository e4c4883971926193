//! Reminders and cases leave the building: one at a time, each started in the journal before it is sent
//! and reported after it.
//!
//! Something is started only where this process leads and the tenant's sending is armed for the very
//! journals it runs on. Between the start and the sending everything is looked at again, as it stands
//! after the start was heard back. What a process started and did not report nobody sends again: the
//! next one says that nobody knows.

mod armed;
mod collectors;
mod company;
mod document;
mod letter;
mod shelf;
mod slots;

mod rounds;
mod worker;

mod errands;

use std::{path::PathBuf, sync::Arc, time::Duration};

use chrono::FixedOffset;
use events::{Context, Hash, Reference};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    lead::Lead,
    tenants::{Tenant, Tenants},
    wall,
};

pub use armed::Armed;
pub use collectors::{Collectors, To, Way};
pub(crate) use company::read_file;
pub use company::{Company, CompanyError};
use errands::Errands;
pub use letter::{Unwritten, Writing, Written};
pub use shelf::Shelf;
pub use slots::Slots;
use worker::Worker;

/// Where to look for what a tenant's sending is told, and what time it is there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A file for each tenant that sends: `<tenant>.toml`.
    pub directory: PathBuf,
    /// Between UTC and the tenants' time.
    pub utc_offset: FixedOffset,
}

/// How often a tenant that cannot send is looked at again.
const PAUSE: Duration = Duration::from_secs(10);

/// Sends for every tenant that has a company's file, until it is stopped.
pub async fn run(tenants: Tenants, shelf: Shelf, settings: Settings, stop: CancellationToken) {
    let mut working = JoinSet::new();
    let begin = |tenant: Arc<Tenant>| {
        for context in [Context::Dunning, Context::Collection] {
            // Where a process only reads for the customers' page, another one sends.
            let lead = tenants.roles().has(context).then(|| Lead::of(&tenant, context)).flatten();
            if let Some(lead) = lead {
                let (shelf, settings) = (shelf.clone(), settings.clone());
                working.spawn(work(tenant.clone(), context, lead, shelf, settings, stop.clone()));
            }
        }
    };
    tenants.meet(&stop, begin).await;
    while working.join_next().await.is_some() {}
}

/// A name for this start of the process, unlike that of any other.
fn run_name() -> Option<Reference> {
    let now = wall::now().timestamp_nanos_opt()?;
    let seed = format!("{now} {}", std::process::id());
    let hash: String = Hash::of(seed.as_bytes()).hex().chars().take(16).collect();
    Reference::new(&format!("run-{hash}")).ok()
}

/// Sends what one context of a tenant wants sent, while it is ours.
async fn work(
    tenant: Arc<Tenant>,
    context: Context,
    mut lead: Lead,
    shelf: Shelf,
    settings: Settings,
    stop: CancellationToken,
) {
    let Some(run) = run_name() else { return };
    while !stop.is_cancelled() {
        tokio::select! {
            () = lead.becomes(true) => {}
            () = stop.cancelled() => return,
        }
        match Company::load(&settings.directory, &tenant.id).await {
            Ok(Some(company)) => {
                let (run, offset) = (run.clone(), settings.utc_offset);
                let (tenant_too, shelf) = (tenant.clone(), shelf.clone());
                let worked = if context == Context::Collection {
                    let mut errands = Errands::new(tenant_too, company, shelf, run);
                    errands.work(&mut lead, &stop).await
                } else {
                    let mut worker = Worker::new(tenant_too, company, shelf, run, offset);
                    worker.work(&mut lead, &stop).await
                };
                if let Err(why) = worked {
                    tracing::warn!(tenant = %tenant.id, %why, "nothing is sent");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(tenant = %tenant.id, %error, "nothing is sent"),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => return,
        }
    }
}

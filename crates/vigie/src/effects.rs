//! `vigie effects`: whether reminders and cases may leave, said by an operator. After a restore nothing leaves
//! until it is said again: what was sent since the backup nobody can tell.

use std::fmt::Write as _;

use events::{Partition, TenantId};

use crate::{
    config::{Config, Flags},
    contacts::Contacts,
    sending::Armed,
    serve::{StartError, connect, persist},
};

/// Let reminders and cases leave, or let nothing.
#[derive(Debug, clap::Args)]
pub struct Effects {
    /// What is to hold from now on; none: say what holds
    #[arg(value_enum)]
    switch: Option<Switch>,
    /// Whose; none: every tenant's
    #[arg(long)]
    tenant: Option<TenantId>,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

/// Whether reminders and cases may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    /// They may, of the journals as they are now
    Arm,
    /// They may not
    Disarm,
}

/// Sets the switch, and says how it stands: a line a tenant.
pub(crate) async fn run(asked: &Effects, config: &Config) -> Result<String, StartError> {
    let store = connect(&config.nats).await?;
    let contacts = match store.client() {
        Some(client) => persist(|| Contacts::open(client.clone(), config.nats.replicas)).await?,
        None => Contacts::memory(),
    };
    let mut said = String::new();
    for (tenant, partitions) in store.tenants().await? {
        if asked.tenant.as_ref().is_some_and(|it| *it != tenant) {
            continue;
        }
        let mut journals = Vec::new();
        for partition in 0..partitions {
            journals.push(store.open(&tenant, Partition(partition)).await?);
        }
        let armed = Armed::of(&contacts, &tenant, &journals);
        if let Some(switch) = asked.switch {
            armed.set(switch == Switch::Arm).await.map_err(StartError::Bucket)?;
        }
        let stands =
            if armed.is_on().await.map_err(StartError::Bucket)? { "armed" } else { "disarmed" };
        let _cannot_fail = writeln!(said, "{tenant}: {stands}");
    }
    if said.is_empty() {
        said.push_str("no such tenant\n");
    }
    Ok(said)
}

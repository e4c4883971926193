//! `vigie prepare`: what the services work on, made by an operator. Where permissions are set, no
//! service may make a stream, a bucket or a consumer of the inbox.

use std::num::NonZero;

use events::TenantId;
use journal::Blobs;

use crate::{
    announce,
    config::{Config, Flags, SnapshotPlace},
    contacts::Contacts,
    inbox,
    sending::Shelf,
    serve::{SNAPSHOTS, StartError, connect, persist},
};

/// Make what the services work on.
#[derive(Debug, clap::Args)]
pub struct Prepare {
    /// Tenants to make too; 1 to 24 of a-z 0-9 _ -
    tenants: Vec<TenantId>,
    /// How many journals each of them has, for ever: 1 is right up to some millions of open invoices
    #[arg(long, default_value_t = NonZero::<u16>::MIN)]
    partitions: NonZero<u16>,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

/// Makes what is not there yet. Says what there is now.
pub(crate) async fn run(asked: &Prepare, config: &Config) -> Result<String, StartError> {
    let store = connect(&config.nats).await?;
    for tenant in &asked.tenants {
        store.create(tenant, asked.partitions).await?;
    }
    let tenants: Vec<_> = store.tenants().await?.into_iter().map(|(tenant, _)| tenant).collect();
    let mut made =
        vec![inbox::INBOX, inbox::REFUSED, announce::ALERTS, "vigie-contacts", "vigie-letters"];
    if let Some(client) = store.client() {
        let replicas = config.nats.replicas;
        persist(|| inbox::prepare(client.clone(), replicas, tenants.iter().cloned())).await?;
        persist(|| announce::prepare(client.clone(), replicas)).await?;
        persist(|| Contacts::prepare(client.clone(), replicas)).await?;
        persist(|| Shelf::open(client.clone())).await?;
        if config.snapshots.place == SnapshotPlace::Store {
            persist(|| Blobs::open(client.clone(), SNAPSHOTS)).await?;
            made.push(SNAPSHOTS);
        }
    }
    let tenants: Vec<_> = tenants.iter().map(TenantId::as_str).collect();
    Ok(format!("ready: {}; tenants: {}\n", made.join(", "), tenants.join(", ")))
}

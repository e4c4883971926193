//! Requests over NATS, answered after the append: services of NATS' own service protocol, such as
//! `vigie-invoicing`, so `nats micro ls` finds them. The subject is `vigie.ask.<tenant>.invoicing`; a
//! request is what the inbox takes too, and the answer says what became of each of its commands:
//!
//! ```json
//! {"position":{"0":57},"results":[{"id":"7","changed":true},{"id":"8","refused":{"code":"NOT_FOUND",
//!  "reason":"INVOICE_NOT_FOUND","field":"invoice_id","message":"invoice INV-8 is not known"}}]}
//! ```
//!
//! What is taken and should still be looked at, such as an invoice with terms above the legal limit,
//! has a `warning` beside `changed`.
//!
//! Replicas share the requests of a tenant in one queue group; a standby leaves it. The commands of
//! one request, and the requests of one connection, are taken in order.

mod day;
mod endpoint;
pub mod line;

use std::{sync::Arc, time::Duration};

use async_nats::{
    Client,
    service::{Service, ServiceExt as _},
};
use events::Context;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    door,
    lead::Lead,
    tenants::{Tenant, Tenants},
};
use endpoint::Answering;

/// Replicas take turns in this group.
const QUEUE_GROUP: &str = "vigie";

/// Of every subject here.
const PREFIX: &str = "vigie.ask";

/// Where a context is asked for something, for a tenant.
pub fn subject(tenant: &str, context: Context) -> String {
    format!("{PREFIX}.{tenant}.{context}")
}

/// Between two attempts to be found.
const PAUSE: Duration = Duration::from_secs(2);

/// Answers requests for every tenant, until it is stopped; those under way are answered first.
pub async fn run(client: Client, tenants: Tenants, stop: CancellationToken) {
    while let Err(error) = answer(&client, &tenants, &stop).await {
        tracing::warn!(%error, "requests over NATS are not heard");
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn answer(
    client: &Client,
    tenants: &Tenants,
    stop: &CancellationToken,
) -> Result<(), async_nats::Error> {
    let mut doors = Vec::new();
    for door in door::open(tenants.roles()) {
        doors.push((door, start(client, door.context, door.about).await?));
    }
    let clock = if tenants.roles().has(Context::Clock) {
        Some(start(client, Context::Clock, "Opens business days by hand").await?)
    } else {
        None
    };
    let max_payload = client.server_info().max_payload;
    let mut serving = JoinSet::new();
    let begin = |tenant: Arc<Tenant>| {
        if let Some(clock) = &clock {
            let (group, stop) = (clock.group(PREFIX), stop.clone());
            serving.spawn(day::serve(group, tenant.clone(), stop));
        }
        for (door, service) in &doors {
            let Some(lead) = Lead::of(&tenant, door.context) else { continue };
            let (group, tenant, stop) = (service.group(PREFIX), tenant.clone(), stop.clone());
            let answering = Answering { door, tenant, max_payload };
            serving.spawn(answering.serve(group, lead, stop));
        }
    };
    tenants.meet(stop, begin).await;
    stop.cancelled().await;
    while serving.join_next().await.is_some() {}
    for service in doors.into_iter().map(|(_, it)| it).chain(clock) {
        service.stop().await?;
    }
    Ok(())
}

async fn start(
    client: &Client,
    context: Context,
    about: &str,
) -> Result<Service, async_nats::Error> {
    let builder = client.service_builder().description(about).queue_group(QUEUE_GROUP);
    builder.start(format!("vigie-{context}"), env!("CARGO_PKG_VERSION")).await
}

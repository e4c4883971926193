//! The durable inbox, for producers that cannot wait for an answer: they publish to
//! `vigie.in.<tenant>.invoicing…`, the server keeps it, and it is acknowledged once everything in it
//! is durable in the journal.
//!
//! What is refused appears on `vigie.refused.<tenant>.invoicing` with the reason, the field and the
//! original, and holds nothing up. What cannot be taken at the moment stays and is tried again, in
//! order.

mod consume;
mod refuse;
mod strays;

use std::{sync::Arc, time::Duration};

use async_nats::{
    Client,
    jetstream::{
        self, AckKind, Message, consumer,
        stream::{self, DiscardPolicy, RetentionPolicy, StorageType, Stream},
    },
};
use events::{Context, TenantId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    door,
    lead::Lead,
    tenants::{Roles, Tenant, Tenants},
};
use consume::Consumption;

/// What came in and is not in the journal yet.
pub const INBOX: &str = "VIGIE_IN";
/// What was refused.
pub const REFUSED: &str = "VIGIE_REFUSED";

const IN_SUBJECTS: &str = "vigie.in.>";
const REFUSED_SUBJECTS: &str = "vigie.refused.>";

/// Between two attempts to open the inbox.
const PAUSE: Duration = Duration::from_secs(2);

/// A producer that sends a message again within this time, under the same `Nats-Msg-Id`, does not
/// even reach us. A brake: that nothing is recorded twice does not rest on it.
const DUPLICATES_WITHIN: Duration = Duration::from_hours(24);

/// For so long it can be looked up what was refused.
const REFUSED_FOR: Duration = Duration::from_hours(90 * 24);

/// A message is sent again when nothing was heard of it for so long: its reader has died.
const ACK_WITHIN: Duration = Duration::from_secs(30);

/// Why the inbox cannot be opened.
#[derive(Debug, thiserror::Error)]
enum InboxError {
    /// The server did not do it.
    #[error("the stream {stream} cannot be made: {why}")]
    Unmade {
        /// Which.
        stream: &'static str,
        /// Why not.
        why: String,
    },
    /// Somebody else made it, otherwise.
    #[error("the stream {stream} exists with {what}; vigie needs {needed}")]
    Otherwise {
        /// Which.
        stream: &'static str,
        /// What it has.
        what: String,
        /// What it should have.
        needed: &'static str,
    },
}

/// The streams of the inbox.
#[derive(Debug)]
struct Inbox {
    context: jetstream::Context,
    stream: Stream,
}

/// Takes what comes in for every tenant, until it is stopped; what is under way is brought to an end
/// first.
pub async fn run(client: Client, replicas: u8, tenants: Tenants, stop: CancellationToken) {
    let inbox = loop {
        match Inbox::open(client.clone(), replicas).await {
            Ok(inbox) => break inbox,
            Err(error) => tracing::warn!(%error, "the inbox is not open"),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => return,
        }
    };
    inbox.run(tenants, stop).await;
}

/// Makes the streams, and a consumer for each context of these tenants that can be asked for
/// something, for services that may not make them.
pub async fn prepare(
    client: Client,
    replicas: u8,
    tenants: impl Iterator<Item = TenantId>,
) -> Result<(), String> {
    let inbox = Inbox::open(client, replicas).await.map_err(|error| error.to_string())?;
    for tenant in tenants {
        for door in door::open(Roles::ALL) {
            inbox.consumer(&tenant, door.context).await?;
        }
    }
    Ok(())
}

impl Inbox {
    /// Opens the inbox, and makes its streams if there are none.
    async fn open(client: Client, replicas: u8) -> Result<Self, InboxError> {
        let context = jetstream::new(client);
        let stream = open(&context, inbox_config(replicas), "work queue retention").await?;
        open(&context, refused_config(replicas), "the subjects vigie.refused.>").await?;
        Ok(Self { context, stream })
    }

    async fn run(self, tenants: Tenants, stop: CancellationToken) {
        let inbox = Arc::new(self);
        let mut working = JoinSet::new();
        // Whoever else looked would need the right to read what is sent to others.
        if tenants.roles().has(Context::Invoicing) {
            working.spawn(strays::watch(inbox.clone(), tenants.clone(), stop.clone()));
        }
        let begin = |tenant: Arc<Tenant>| {
            for door in door::open(tenants.roles()) {
                let Some(lead) = Lead::of(&tenant, door.context) else { continue };
                let consumption = Consumption::new(inbox.clone(), door, tenant.clone());
                working.spawn(consumption.run(lead, stop.clone()));
            }
        };
        tenants.meet(&stop, begin).await;
        while let Some(ended) = working.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a reader of the inbox has ended");
            }
        }
    }

    /// The consumer of what a tenant's producers send to a context.
    async fn consumer(
        &self,
        tenant: &TenantId,
        context: Context,
    ) -> Result<consumer::Consumer<consumer::pull::Config>, String> {
        let name = format!("{tenant}_{context}");
        let subject = subject(tenant.as_str(), context);
        let config = consumer::pull::Config {
            durable_name: Some(name.clone()),
            description: Some(format!("Commands to the {context} of {tenant}")),
            filter_subjects: vec![subject.clone(), format!("{subject}.>")],
            ack_policy: consumer::AckPolicy::Explicit,
            ack_wait: ACK_WITHIN,
            // Never given up: a message that is passed over silently is money that is.
            max_deliver: -1,
            max_ack_pending: 4 * i64::try_from(consume::HELD_MAX).unwrap_or(i64::MAX),
            ..Default::default()
        };
        let made = self.stream.get_or_create_consumer(&name, config).await;
        made.map_err(|error| format!("the consumer {name} cannot be made: {error}"))
    }

    /// When the stream was made: with it, numbers of messages are never used twice.
    fn epoch(&self) -> i64 {
        self.stream.cached_info().created.timestamp_millis()
    }
}

/// Where messages to a context of a tenant are published; more tokens may follow.
pub fn subject(tenant: &str, context: Context) -> String {
    format!("vigie.in.{tenant}.{context}")
}

/// Tells the server what became of a message. If that is lost, the message comes again and is known.
async fn acknowledge(message: &Message, kind: AckKind) {
    if let Err(error) = message.ack_with(kind).await {
        tracing::debug!(%error, "a message of the inbox was not acknowledged");
    }
}

async fn open(
    context: &jetstream::Context,
    config: stream::Config,
    needed: &'static str,
) -> Result<Stream, InboxError> {
    let stream = if config.name == INBOX { INBOX } else { REFUSED };
    let (retention, subjects) = (config.retention, config.subjects.clone());
    let made = context.get_or_create_stream(config).await;
    let found = made.map_err(|error| InboxError::Unmade { stream, why: error.to_string() })?;
    let has = &found.cached_info().config;
    if has.retention != retention || has.subjects != subjects {
        let what = format!("{:?} retention of {}", has.retention, has.subjects.join(", "));
        return Err(InboxError::Otherwise { stream, what, needed });
    }
    Ok(found)
}

fn inbox_config(replicas: u8) -> stream::Config {
    stream::Config {
        name: INBOX.to_owned(),
        description: Some("Commands on their way to the journals".to_owned()),
        subjects: vec![IN_SUBJECTS.to_owned()],
        retention: RetentionPolicy::WorkQueue,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        duplicate_window: DUPLICATES_WITHIN,
        num_replicas: replicas.into(),
        ..Default::default()
    }
}

fn refused_config(replicas: u8) -> stream::Config {
    stream::Config {
        name: REFUSED.to_owned(),
        description: Some("Commands that were refused, with the reason".to_owned()),
        subjects: vec![REFUSED_SUBJECTS.to_owned()],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_age: REFUSED_FOR,
        allow_direct: true,
        num_replicas: replicas.into(),
        ..Default::default()
    }
}

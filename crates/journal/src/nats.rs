//! Journals on a NATS server: one stream each.

mod feed;
mod log;
mod settings;

use std::{num::NonZero, sync::Arc};

use async_nats::{
    Client,
    jetstream::{self, ErrorCode, response::Response},
};
use events::{Hash, Partition, TenantId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Connection, Journal, StoreError,
    connection::{Watch, connect},
    journal::Shelf,
};

pub(crate) use feed::Feed;
pub(crate) use log::Log;
use settings::{Info, Settings};

/// A connection to a server, or to a cluster of them.
#[derive(Debug)]
pub(crate) struct Nats {
    client: Client,
    jetstream: jetstream::Context,
    watch: Watch,
    connection: Connection,
}

/// Why an API request has no result.
#[derive(Debug)]
enum Unanswered {
    /// The server refused it.
    Refused(jetstream::Error),
    /// No answer came, or none that can be read.
    Silent(String),
}

impl Unanswered {
    fn has(&self, code: ErrorCode) -> bool {
        matches!(self, Self::Refused(error) if error.error_code() == code)
    }

    fn to(self, what: impl Into<String>) -> StoreError {
        match self {
            Self::Refused(error) => {
                StoreError::Refused { what: what.into(), why: error.to_string() }
            }
            Self::Silent(why) => StoreError::Unavailable(why),
        }
    }
}

impl Nats {
    pub(crate) async fn connect(connection: Connection) -> Result<Self, StoreError> {
        let (client, watch) = connect(&connection).await?;
        let jetstream = jetstream::new(client.clone());
        Ok(Self { client, jetstream, watch, connection })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// One request of the server's API for streams.
    async fn ask<T: DeserializeOwned>(
        &self,
        verb: String,
        question: &impl Serialize,
    ) -> Result<T, Unanswered> {
        match self.jetstream.request(verb.clone(), question).await {
            Ok(Response::Ok(answer)) => Ok(answer),
            Ok(Response::Err { error }) => Err(Unanswered::Refused(error)),
            Err(error) => {
                let error = self.watch.explain(error);
                Err(Unanswered::Silent(format!("no answer to {verb}: {error}")))
            }
        }
    }

    async fn info(&self, stream: &str) -> Result<Info, Unanswered> {
        self.ask(format!("STREAM.INFO.{stream}"), &()).await
    }

    pub(crate) async fn create(
        &self,
        tenant: &TenantId,
        partitions: NonZero<u16>,
    ) -> Result<(), StoreError> {
        // The journal that is created first says how many there are, and whoever comes second
        // reads it there; so two who create the same tenant at once agree.
        for partition in (0..partitions.get()).map(Partition) {
            self.create_one(tenant, partition, partitions.get()).await?;
        }
        Ok(())
    }

    async fn create_one(
        &self,
        tenant: &TenantId,
        partition: Partition,
        partitions: u16,
    ) -> Result<(), StoreError> {
        let name = stream_name(tenant, partition);
        let what = || format!("create the stream {name}");
        let info = match self.info(&name).await {
            Err(error) if error.has(ErrorCode::STREAM_NOT_FOUND) => {
                // An inbox name is one nobody had before.
                let incarnation = Hash::of(self.client.new_inbox().as_bytes()).hex();
                let settings =
                    Settings { tenant, partition, partitions, replicas: self.connection.replicas };
                let config = settings.config(incarnation.split_at(16).0);
                match self.ask::<Info>(format!("STREAM.CREATE.{name}"), &config).await {
                    Err(error) if error.has(ErrorCode::STREAM_NAME_EXIST) => self.info(&name).await,
                    created => created,
                }
            }
            answer => answer,
        };
        let found = info.map_err(|error| error.to(what()))?.partitions().unwrap_or_default();
        if found == partitions {
            Ok(())
        } else {
            Err(StoreError::OtherPartitions { tenant: tenant.clone(), asked: partitions, found })
        }
    }

    pub(crate) async fn tenants(&self) -> Result<Vec<(TenantId, u16)>, StoreError> {
        #[derive(Serialize)]
        struct Page {
            subject: &'static str,
            offset: usize,
        }
        #[derive(Deserialize)]
        struct Streams {
            total: usize,
            #[serde(default)]
            streams: Option<Vec<Info>>,
        }
        let mut tenants = Vec::new();
        let mut offset = 0;
        loop {
            let page = Page { subject: "vigie.journal.>", offset };
            let answer: Streams = self
                .ask(String::from("STREAM.LIST"), &page)
                .await
                .map_err(|error| error.to("list the streams"))?;
            let streams = answer.streams.unwrap_or_default();
            offset += streams.len();
            let last = streams.is_empty() || offset >= answer.total;
            for info in streams {
                // The first journal of a tenant speaks for all of them.
                if let Some((tenant, Partition(0))) = parse_stream_name(info.name())
                    && let Some(partitions) = info.partitions()
                {
                    tenants.push((tenant, partitions));
                }
            }
            if last {
                break;
            }
        }
        tenants.sort();
        tenants.dedup();
        Ok(tenants)
    }

    pub(crate) async fn open(
        self: &Arc<Self>,
        tenant: &TenantId,
        partition: Partition,
    ) -> Result<Journal, StoreError> {
        let name = stream_name(tenant, partition);
        let what = || format!("describe the stream {name}");
        let info = match self.info(&name).await {
            Err(error) if error.has(ErrorCode::STREAM_NOT_FOUND) => {
                return Err(self.why_absent(tenant, partition).await);
            }
            answer => answer.map_err(|error| error.to(what()))?,
        };
        let partitions = info.partitions().unwrap_or_default();
        let settings =
            Settings { tenant, partition, partitions, replicas: self.connection.replicas };
        let faults = settings.faults(&info);
        if !faults.is_empty() {
            return Err(StoreError::Unsound { tenant: tenant.clone(), partition, faults });
        }
        let incarnation = info.incarnation().unwrap_or_default().to_owned();
        let log = Log::new(Arc::clone(self), &settings, &incarnation).await?;
        Ok(Journal::new(tenant.clone(), partition, incarnation, Shelf::Nats(Arc::new(log))))
    }

    async fn why_absent(&self, tenant: &TenantId, partition: Partition) -> StoreError {
        let first = stream_name(tenant, Partition(0));
        let partitions = match self.info(&first).await {
            Ok(info) => info.partitions().unwrap_or_default(),
            Err(error) if error.has(ErrorCode::STREAM_NOT_FOUND) => {
                return StoreError::UnknownTenant(tenant.clone());
            }
            Err(error) => return error.to(format!("describe the stream {first}")),
        };
        let tenant = tenant.clone();
        if partition.0 < partitions {
            let fault = "it does not exist: creating the tenant was interrupted, so do it again";
            StoreError::Unsound { tenant, partition, faults: vec![fault.to_owned()] }
        } else {
            StoreError::UnknownPartition { tenant, partition, partitions }
        }
    }
}

fn stream_name(tenant: &TenantId, partition: Partition) -> String {
    format!("VIGIE_{tenant}_{partition}")
}

fn parse_stream_name(name: &str) -> Option<(TenantId, Partition)> {
    let (tenant, partition) = name.strip_prefix("VIGIE_")?.rsplit_once('_')?;
    let parsed = (tenant.parse().ok()?, Partition(partition.parse().ok()?));
    (stream_name(&parsed.0, parsed.1) == name).then_some(parsed)
}

/// What comes before the context in the subjects of a journal.
fn subject_prefix(tenant: &TenantId, partition: Partition) -> String {
    format!("vigie.journal.{tenant}.{partition}.")
}

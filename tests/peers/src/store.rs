//! The event store on `PostgreSQL` that one would write by hand: a row per event, a stream per
//! customer, versions unique within a stream.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use futures::SinkExt as _;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_postgres::{Client, NoTls};

use crate::invoices::Event;

/// The table, emptied of whatever was there.
const TABLE: &str = "
    DROP TABLE IF EXISTS peers_store;
    CREATE TABLE peers_store (
        position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stream_id   text        NOT NULL,
        version     integer     NOT NULL,
        kind        text        NOT NULL,
        payload     jsonb       NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (stream_id, version)
    );";

const COPY_IN: &str = "COPY peers_store (stream_id, version, kind, payload) FROM STDIN";

/// What goes over to the database at a time.
const CHUNK_BYTES: usize = 256 * 1024;

pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("cannot reach the database")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Refuses a server that may forget what it confirmed; otherwise says which it is.
pub(crate) async fn durable(client: &Client) -> Result<Value> {
    let show = async |name: &str| -> Result<String> {
        Ok(client.query_one(&format!("SHOW {name}"), &[]).await?.get(0))
    };
    for name in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value = show(name).await?;
        ensure!(value == "on", "{name} is {value}; a peer that may lose data is no peer");
    }
    Ok(json!({
        "server": show("server_version").await?,
        "wal_sync_method": show("wal_sync_method").await?,
        "shared_buffers": show("shared_buffers").await?,
        "max_wal_size": show("max_wal_size").await?,
    }))
}

pub(crate) async fn create(client: &Client) -> Result<()> {
    client.batch_execute(TABLE).await.context("cannot create the table")
}

/// What a server at leisure would have done by itself: statistics, hint bits, a checkpoint.
pub(crate) async fn settle(client: &Client, table: &str) -> Result<()> {
    client.batch_execute(&format!("VACUUM ANALYZE {table}")).await?;
    client.batch_execute("CHECKPOINT").await?;
    Ok(())
}

pub(crate) async fn drop(client: &Client) -> Result<()> {
    Ok(client.batch_execute("DROP TABLE IF EXISTS peers_store").await?)
}

/// Rows in the form of COPY, handed over in chunks.
#[derive(Debug)]
pub(crate) struct Rows {
    chunk: Vec<u8>,
    to: mpsc::Sender<Bytes>,
}

impl Rows {
    /// Adds a row of the event store.
    pub(crate) fn event(&mut self, stream: &str, version: i32, event: &Event) -> Result<()> {
        self.row(&[stream, &version.to_string(), event.kind(), &event.json()])
    }

    /// Adds a row of any table.
    pub(crate) fn row(&mut self, fields: &[&str]) -> Result<()> {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.chunk.push(b'\t');
            }
            for &byte in field.as_bytes() {
                match byte {
                    b'\\' => self.chunk.extend_from_slice(b"\\\\"),
                    b'\n' => self.chunk.extend_from_slice(b"\\n"),
                    b'\r' => self.chunk.extend_from_slice(b"\\r"),
                    b'\t' => self.chunk.extend_from_slice(b"\\t"),
                    _ => self.chunk.push(byte),
                }
            }
        }
        self.chunk.push(b'\n');
        if self.chunk.len() >= CHUNK_BYTES { self.send() } else { Ok(()) }
    }

    /// Hands over bytes that are in the form of COPY already.
    pub(crate) fn raw(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.to.blocking_send(bytes.into()).context("the database hung up")
    }

    fn send(&mut self) -> Result<()> {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK_BYTES + 1024));
        self.raw(chunk)
    }
}

/// Copies into the event store, in one transaction, whatever `make` makes on a thread of its own.
pub(crate) async fn copy_in(
    client: &mut Client,
    make: impl FnOnce(&mut Rows) -> Result<()> + Send + 'static,
) -> Result<u64> {
    copy_into(client, COPY_IN, make).await
}

/// The same with another table's statement.
pub(crate) async fn copy_into(
    client: &mut Client,
    statement: &str,
    make: impl FnOnce(&mut Rows) -> Result<()> + Send + 'static,
) -> Result<u64> {
    let (to, mut from) = mpsc::channel(8);
    let maker = tokio::task::spawn_blocking(move || {
        let mut rows = Rows { chunk: Vec::with_capacity(CHUNK_BYTES + 1024), to };
        make(&mut rows)?;
        if rows.chunk.is_empty() { Ok(()) } else { rows.send() }
    });
    let transaction = client.transaction().await?;
    let mut sink = std::pin::pin!(transaction.copy_in::<_, Bytes>(statement).await?);
    while let Some(chunk) = from.recv().await {
        sink.feed(chunk).await?;
    }
    maker.await??;
    let rows = sink.finish().await?;
    transaction.commit().await?;
    Ok(rows)
}

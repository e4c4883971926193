//! `pg-append`: what a service on `PostgreSQL` does for every command. One event, one row, one
//! transaction, confirmed once it is on disk; a writer who was overtaken writes nothing.

use std::time::Instant;

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use serde_json::json;
use tokio_postgres::{Client, Statement};

use crate::invoices::{Event, Portfolio};
use crate::measure::{Latencies, Run, Window};
use crate::report::{Figure, Report};
use crate::{Sizes, store};

/// The version is the next of its stream, or nothing is written; of two who both think so, the
/// unique index lets one through. One round trip, one transaction.
const CHECKED_INSERT: &str = "
    INSERT INTO peers_store (stream_id, version, kind, payload)
    SELECT $1::text, $2::int4, $3::text, $4::text::jsonb
    WHERE $2 = 1 + (
        SELECT coalesce(max(version), 0) FROM peers_store WHERE stream_id = $1
    )";

/// The same in the steps that most event stores take between BEGIN and COMMIT.
const CHECK: &str = "SELECT coalesce(max(version), 0) FROM peers_store WHERE stream_id = $1";
const INSERT: &str = "
    INSERT INTO peers_store (stream_id, version, kind, payload)
    VALUES ($1, $2, $3, $4::text::jsonb)";

#[derive(Debug, Clone, Copy)]
enum Steps {
    One,
    Four,
}

pub(crate) async fn measure(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let mut client = store::connect(sizes.postgres_url()?).await?;
    let server = store::durable(&client).await?;
    let bytes = Event::InvoiceIssued(Portfolio::of(sizes).invoice(0)).json().len();
    for (steps, variant) in
        [(Steps::One, "one checked INSERT"), (Steps::Four, "BEGIN, check, INSERT, COMMIT")]
    {
        let mut runs = Vec::new();
        for _ in 0..sizes.runs() {
            runs.push(run(sizes, &mut client, steps).await?);
        }
        report.add(Figure {
            peer: "pg-append",
            variant: format!("{} writers, {variant}", sizes.writers),
            unit: "events/s",
            runs,
            facts: json!({ "event_bytes": bytes, "postgres": server }),
        });
    }
    store::drop(&client).await
}

async fn run(sizes: &Sizes, client: &mut Client, steps: Steps) -> Result<Run> {
    let portfolio = Portfolio::of(sizes);
    let customers = sizes.customers;
    store::create(client).await?;
    // Each customer has its first invoice, so that the planner knows the table it works on.
    store::copy_in(client, move |rows| {
        (0..customers).try_for_each(|customer| {
            let event = Event::InvoiceIssued(portfolio.invoice(customer));
            rows.event(&Portfolio::name(customer), 1, &event)
        })
    })
    .await?;
    store::settle(client, "peers_store").await?;

    let mut writers = Vec::new();
    for number in 0..sizes.writers as u64 {
        writers.push(Writer::connect(sizes, steps, number).await?);
    }
    if let Some(writer) = writers.first_mut() {
        writer.is_refused_when_overtaken().await?;
    }
    let window = Window::from_now(sizes.seconds());
    let step = sizes.writers as u64;
    let writers =
        writers.into_iter().map(|it| tokio::spawn(it.write(portfolio, customers, step, window)));
    let mut latencies = Vec::new();
    for writer in try_join_all(writers).await? {
        latencies.push(writer?);
    }
    Ok(window.run(latencies))
}

#[derive(Debug)]
struct Writer {
    number: u64,
    client: Client,
    steps: Steps,
    checked_insert: Statement,
    check: Statement,
    insert: Statement,
}

impl Writer {
    async fn connect(sizes: &Sizes, steps: Steps, number: u64) -> Result<Self> {
        let client = store::connect(sizes.postgres_url()?).await?;
        let checked_insert = client.prepare(CHECKED_INSERT).await?;
        let check = client.prepare(CHECK).await?;
        let insert = client.prepare(INSERT).await?;
        Ok(Self { number, client, steps, checked_insert, check, insert })
    }

    /// Whether the event is on disk now, at that version.
    async fn append(&mut self, stream: &str, version: i32, event: &Event) -> Result<bool> {
        let (kind, payload) = (event.kind(), event.json());
        match self.steps {
            Steps::One => {
                let rows = self
                    .client
                    .execute(&self.checked_insert, &[&stream, &version, &kind, &payload])
                    .await?;
                Ok(rows == 1)
            }
            Steps::Four => {
                let transaction = self.client.transaction().await?;
                let last: i32 = transaction.query_one(&self.check, &[&stream]).await?.get(0);
                if version != last + 1 {
                    return Ok(false);
                }
                transaction.execute(&self.insert, &[&stream, &version, &kind, &payload]).await?;
                transaction.commit().await?;
                Ok(true)
            }
        }
    }

    /// The guard is worth its price only if it guards.
    async fn is_refused_when_overtaken(&mut self) -> Result<()> {
        let customer = Portfolio::name(0);
        let event = Event::InvoiceIssued(Portfolio::with(1).invoice(0));
        for stale in [1, 3] {
            let appended = self.append(&customer, stale, &event).await?;
            ensure!(!appended, "version {stale} went in after version 1");
        }
        Ok(())
    }

    /// Invoices customers of its own, one after the other, and knows which version each is at.
    async fn write(
        mut self,
        portfolio: Portfolio,
        customers: u64,
        writers: u64,
        window: Window,
    ) -> Result<Latencies> {
        let mut latencies = Latencies::of(window);
        let own: Vec<u64> = (self.number..customers).step_by(writers as usize).collect();
        ensure!(!own.is_empty(), "there are fewer customers than writers");
        for version in 2.. {
            for customer in &own {
                let number = version as u64 * customers + customer;
                let event = Event::InvoiceIssued(portfolio.invoice(number));
                let customer = Portfolio::name(*customer);
                let started = Instant::now();
                let appended = self.append(&customer, version, &event).await?;
                ensure!(appended, "{customer} was overtaken at version {version}");
                if !latencies.add(started) {
                    return Ok(latencies);
                }
            }
        }
        Ok(latencies)
    }
}

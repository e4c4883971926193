//! `cqrs-append` and `cqrs-replay`: the event-sourcing framework most used with Rust, on its own
//! `PostgreSQL` backend and through its own interface. An invoice is an aggregate.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use async_trait::async_trait;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventStore, QueryReplay};
use cqrs_es::{Aggregate, CqrsFramework, DomainEvent, EventEnvelope, Query};
use futures::future::try_join_all;
use postgres_es::{PostgresCqrs, PostgresEventRepository};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio_postgres::Client;

use crate::invoices::{Event, Invoice, Money, Portfolio};
use crate::ledger::{Expected, Ledger};
use crate::measure::{Latencies, Run, Window};
use crate::report::{Figure, Report};
use crate::{Sizes, store};

/// As the backend's own `db/init.sql` has them.
const TABLES: &str = "
    DROP TABLE IF EXISTS peers_cqrs;
    CREATE TABLE peers_cqrs (
        aggregate_type text                         NOT NULL,
        aggregate_id   text                         NOT NULL,
        sequence       bigint CHECK (sequence >= 0) NOT NULL,
        event_type     text                         NOT NULL,
        event_version  text                         NOT NULL,
        payload        json                         NOT NULL,
        metadata       json                         NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence)
    );";

const COPY_IN: &str = "
    COPY peers_cqrs (
        aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
    ) FROM STDIN";

/// An invoice, as this framework wants it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Receivable {
    /// Whose; nobody's as long as it was not issued.
    customer: Option<String>,
    open: Decimal,
}

#[derive(Debug)]
struct Issue {
    customer: String,
    invoice: Invoice,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Recorded {
    customer: String,
    event: Event,
}

impl DomainEvent for Recorded {
    fn event_type(&self) -> String {
        self.event.kind().to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the invoice was issued before")]
    Again,
    #[error("an invoice is about an amount above zero")]
    Nothing,
}

impl Aggregate for Receivable {
    const TYPE: &'static str = "receivable";
    type Command = Issue;
    type Event = Recorded;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        Issue { customer, invoice }: Issue,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        if self.customer.is_some() {
            return Err(Refusal::Again);
        }
        if invoice.gross.amount <= Decimal::ZERO {
            return Err(Refusal::Nothing);
        }
        let event = Event::InvoiceIssued(invoice);
        sink.write(Recorded { customer, event }, self).await;
        Ok(())
    }

    fn apply(&mut self, Recorded { customer, event }: Recorded) {
        match event {
            Event::InvoiceIssued(Invoice { gross: Money { amount, .. }, .. }) => {
                self.customer = Some(customer);
                self.open += amount;
            }
            Event::Allocated { amount, .. } => self.open -= amount.amount,
            Event::PaymentReceived(_) => {}
        }
    }
}

async fn create(client: &Client) -> Result<()> {
    client.batch_execute(TABLES).await.context("cannot create the table")
}

async fn drop(client: &Client) -> Result<()> {
    Ok(client.batch_execute("DROP TABLE IF EXISTS peers_cqrs").await?)
}

fn repository(pool: PgPool) -> PostgresEventRepository {
    PostgresEventRepository::new(pool).with_tables("peers_cqrs", "peers_cqrs_snapshots")
}

pub(crate) async fn append(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let portfolio = Portfolio::of(sizes);
    let client = store::connect(sizes.postgres_url()?).await?;
    let server = store::durable(&client).await?;
    for (ping, variant) in [(true, "sqlx's pool as it comes"), (false, "pool that does not ping")] {
        let mut runs = Vec::new();
        for _ in 0..sizes.runs() {
            create(&client).await?;
            client.batch_execute("CHECKPOINT").await?;
            let connections = u32::try_from(sizes.writers)?;
            let pool = PgPoolOptions::new()
                .min_connections(connections)
                .max_connections(connections)
                .test_before_acquire(ping)
                .connect(sizes.postgres_url()?)
                .await?;
            let store = PersistedEventStore::new_event_store(repository(pool.clone()));
            let cqrs = Arc::new(CqrsFramework::new(store, Vec::new(), ()));
            let window = Window::from_now(sizes.seconds());
            let writers = (0..sizes.writers as u64)
                .map(|it| tokio::spawn(write(cqrs.clone(), portfolio, it, sizes.writers, window)));
            let mut latencies = Vec::new();
            for writer in try_join_all(writers).await? {
                latencies.push(writer?);
            }
            runs.push(window.run(latencies));
            pool.close().await;
        }
        report.add(Figure {
            peer: "cqrs-append",
            variant: format!("{} writers, {variant}", sizes.writers),
            unit: "events/s",
            runs,
            facts: json!({ "cqrs_es": "0.5.0", "postgres_es": "0.5.0", "postgres": server }),
        });
    }
    drop(&client).await
}

async fn write(
    cqrs: Arc<PostgresCqrs<Receivable>>,
    portfolio: Portfolio,
    first: u64,
    step: usize,
    window: Window,
) -> Result<Latencies> {
    let mut latencies = Latencies::of(window);
    for number in (first..).step_by(step) {
        let invoice = portfolio.invoice(number);
        let id = invoice.invoice.clone();
        let command = Issue { customer: portfolio.customer(number), invoice };
        let started = Instant::now();
        cqrs.execute(&id, command).await.map_err(|it| anyhow!("{id}: {it}"))?;
        if !latencies.add(started) {
            break;
        }
    }
    Ok(latencies)
}

/// Folds what the framework dispatches into the same ledger as the other replays.
#[derive(Debug, Clone, Default)]
struct Fold(Arc<Mutex<Ledger>>);

#[async_trait]
impl Query<Receivable> for Fold {
    async fn dispatch(&self, _: &str, events: &[EventEnvelope<Receivable>]) {
        let mut ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for EventEnvelope { payload: Recorded { customer, event }, .. } in events {
            ledger.apply(customer, event.clone());
        }
    }
}

pub(crate) async fn replay(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let portfolio = Portfolio::of(sizes);
    let events = sizes.rows();
    let expected = Expected::of(portfolio, events);
    let mut client = store::connect(sizes.postgres_url()?).await?;
    let server = store::durable(&client).await?;
    create(&client).await?;
    store::copy_into(&mut client, COPY_IN, move |rows| {
        (0..events).try_for_each(|position| {
            let (invoice, sequence, event) = portfolio.event(position);
            let id = portfolio.invoice(invoice).invoice;
            let event = Recorded { customer: portfolio.customer(invoice), event };
            rows.row(&[
                Receivable::TYPE,
                &id,
                &sequence.to_string(),
                &event.event_type(),
                &event.event_version(),
                &serde_json::to_string(&event)?,
                "{}",
            ])
        })
    })
    .await?;
    store::settle(&client, "peers_cqrs").await?;

    let pool = PgPoolOptions::new().max_connections(2).connect(sizes.postgres_url()?).await?;
    let mut runs = Vec::new();
    for _ in 0..sizes.runs() {
        let fold = Fold::default();
        // A longer queue than its 200, in its favour.
        let repository = repository(pool.clone()).with_streaming_channel_size(10_000);
        let mut replay = QueryReplay::new(repository, fold.clone());
        replay.use_error_handler(Box::new(|error| eprintln!("cqrs-es: {error}")));
        let started = Instant::now();
        replay.replay_all().await.map_err(|it| anyhow!("{it}"))?;
        runs.push(Run::since(started, events));
        fold.0.lock().unwrap_or_else(PoisonError::into_inner).check(&expected)?;
    }
    pool.close().await;
    drop(&client).await?;
    report.add(Figure {
        peer: "cqrs-replay",
        variant: "QueryReplay::replay_all".to_owned(),
        unit: "events/s",
        runs,
        facts: json!({ "cqrs_es": "0.5.0", "postgres_es": "0.5.0", "postgres": server }),
    });
    Ok(())
}

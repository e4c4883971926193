//! `pg-replay`: all rows of that event store, in order, decoded and folded into what is open.

use std::pin::pin;
use std::time::Instant;

use anyhow::{Context as _, Result};
use futures::TryStreamExt as _;
use serde_json::json;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyOutStream;
use tokio_postgres::types::Type;

use crate::invoices::{Portfolio, Versions};
use crate::ledger::{Expected, Ledger};
use crate::measure::Run;
use crate::report::{Figure, Report};
use crate::{Sizes, store};

const IN_ORDER: &str = "SELECT stream_id, payload::text FROM peers_store ORDER BY position";

/// Rows a cursor fetches at a time.
const FETCH: i32 = 10_000;

pub(crate) async fn measure(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let portfolio = Portfolio::of(sizes);
    let events = sizes.rows();
    let expected = Expected::of(portfolio, events);
    let mut client = store::connect(sizes.postgres_url()?).await?;
    let server = store::durable(&client).await?;

    store::create(&client).await?;
    store::copy_in(&mut client, move |rows| {
        let mut versions = Versions::default();
        (0..events).try_for_each(|position| {
            let (invoice, _, event) = portfolio.event(position);
            let customer = portfolio.customer(invoice);
            let version = versions.next(&customer);
            rows.event(&customer, version, &event)
        })
    })
    .await?;
    store::settle(&client, "peers_store").await?;
    let bytes: i64 = client
        .query_one("SELECT coalesce(avg(length(payload::text)), 0)::int8 FROM peers_store", &[])
        .await?
        .get(0);

    let mut by_cursor = Vec::new();
    let mut by_copy = Vec::new();
    for _ in 0..sizes.runs() {
        let started = Instant::now();
        let ledger = cursor(&mut client).await?;
        by_cursor.push(Run::since(started, events));
        ledger.check(&expected)?;

        let started = Instant::now();
        let ledger = copy(&client).await?;
        by_copy.push(Run::since(started, events));
        ledger.check(&expected)?;
    }
    store::drop(&client).await?;

    for (variant, runs) in [("server-side cursor", by_cursor), ("COPY out, binary", by_copy)] {
        report.add(Figure {
            peer: "pg-replay",
            variant: variant.to_owned(),
            unit: "events/s",
            runs,
            facts: json!({ "event_bytes": bytes, "postgres": server }),
        });
    }
    Ok(())
}

async fn cursor(client: &mut Client) -> Result<Ledger> {
    let mut ledger = Ledger::default();
    let transaction = client.transaction().await?;
    let portal = transaction.bind(IN_ORDER, &[]).await?;
    loop {
        let rows = transaction.query_portal(&portal, FETCH).await?;
        for row in &rows {
            ledger.apply(row.get(0), serde_json::from_str(row.get(1))?);
        }
        if rows.len() < FETCH as usize {
            break;
        }
    }
    transaction.commit().await?;
    Ok(ledger)
}

async fn copy(client: &Client) -> Result<Ledger> {
    let mut ledger = Ledger::default();
    let statement = format!("COPY ({IN_ORDER}) TO STDOUT (FORMAT binary)");
    let bytes = client.copy_out(&statement).await?;
    let mut rows = pin!(BinaryCopyOutStream::new(bytes, &[Type::TEXT, Type::TEXT]));
    while let Some(row) = rows.try_next().await? {
        let event = serde_json::from_str(row.get(1)).context("a row is not an event")?;
        ledger.apply(row.get(0), event);
    }
    Ok(ledger)
}

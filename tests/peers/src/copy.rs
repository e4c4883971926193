//! `pg-copy`: the fastest way into that event store, for a whole file at once.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio_postgres::Client;

use crate::invoices::{self, Line, Versions};
use crate::measure::Run;
use crate::report::{Figure, Report};
use crate::{Sizes, store};

const COPY_OUT: &str =
    "COPY (SELECT stream_id, version, kind, payload FROM peers_store ORDER BY position) TO STDOUT";

pub(crate) async fn measure(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let mut client = store::connect(sizes.postgres_url()?).await?;
    let server = store::durable(&client).await?;
    let dir = tempfile::tempdir_in(&sizes.dir).context("cannot use --dir")?;
    let csv = dir.path().join("invoices.csv");
    let rows = dir.path().join("rows");
    invoices::write_csv(sizes, &csv)?;
    let facts = json!({
        "rows": sizes.rows(),
        "csv_bytes": csv.metadata()?.len(),
        "postgres": server,
    });

    let mut from_csv = Vec::new();
    for _ in 0..sizes.runs() {
        from_csv.push(run(sizes, &mut client, &csv, read_csv).await?);
    }
    write_rows(&client, &rows).await?;
    let mut from_rows = Vec::new();
    for _ in 0..sizes.runs() {
        from_rows.push(run(sizes, &mut client, &rows, read_rows).await?);
    }
    store::drop(&client).await?;

    for (variant, runs) in
        [("CSV read and made into events", from_csv), ("rows made beforehand", from_rows)]
    {
        let variant = variant.to_owned();
        let facts = facts.clone();
        report.add(Figure { peer: "pg-copy", variant, unit: "events/s", runs, facts });
    }
    Ok(())
}

async fn run(
    sizes: &Sizes,
    client: &mut Client,
    file: &Path,
    read: fn(&Path, &mut store::Rows) -> Result<()>,
) -> Result<Run> {
    store::create(client).await?;
    client.batch_execute("CHECKPOINT").await?;
    let file = file.to_owned();
    let started = Instant::now();
    let rows = store::copy_in(client, move |rows| read(&file, rows)).await?;
    let run = Run::since(started, rows);
    ensure!(rows == sizes.rows(), "{rows} rows of {} went in", sizes.rows());
    Ok(run)
}

/// Reads the file an importer would read.
fn read_csv(file: &Path, rows: &mut store::Rows) -> Result<()> {
    let mut versions = Versions::default();
    for line in csv::Reader::from_path(file)?.deserialize() {
        let line: Line = line?;
        let (customer, event) = line.into_event()?;
        let version = versions.next(&customer);
        rows.event(&customer, version, &event)?;
    }
    Ok(())
}

/// Reads rows that need nothing more.
fn read_rows(file: &Path, rows: &mut store::Rows) -> Result<()> {
    let mut file = File::open(file)?;
    loop {
        let mut chunk = Vec::with_capacity(256 * 1024);
        if file.by_ref().take(256 * 1024).read_to_end(&mut chunk)? == 0 {
            return Ok(());
        }
        rows.raw(chunk)?;
    }
}

/// The rows as the store itself writes them.
async fn write_rows(client: &Client, file: &Path) -> Result<()> {
    use futures::TryStreamExt as _;
    use std::io::Write as _;

    let mut out = std::io::BufWriter::new(File::create(file)?);
    let mut rows = std::pin::pin!(client.copy_out(COPY_OUT).await?);
    while let Some(chunk) = rows.try_next().await? {
        out.write_all(&chunk)?;
    }
    out.flush()?;
    // So that the first run does not find it colder than the next.
    let mut file = BufReader::new(File::open(file)?);
    std::io::copy(&mut file, &mut std::io::sink())?;
    Ok(())
}

//! How many messages a second one core makes of a file that is already in memory:
//! `cargo bench -p documents`. Each figure is the best of five.

use std::{hint::black_box, io::Write as _, time::Duration};

use documents::csv::{Mapping, Row, Rows};

const ROWS: usize = 200_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/mappings/");
    for (name, file) in [("invoices.toml", invoices()), ("payments.toml", payments())] {
        let mapping = Mapping::parse(&std::fs::read_to_string(format!("{folder}{name}"))?)?;
        let mut best = Duration::MAX;
        let mut count = 0;
        for _ in 0..5 {
            #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
            let start = std::time::Instant::now();
            count = messages(&mapping, &file)?;
            best = best.min(start.elapsed());
        }
        let nanos = best.as_nanos().max(1);
        let per_second = u128::try_from(count)? * 1_000_000_000 / nanos;
        let megabytes = u128::try_from(file.len())? * 1_000 / nanos;
        let mut out = std::io::stdout();
        writeln!(out, "{name}: {per_second} messages/s, {megabytes} MB/s")?;
    }
    Ok(())
}

fn messages(mapping: &Mapping, file: &[u8]) -> Result<usize, Box<dyn std::error::Error>> {
    let mut rows = Rows::open(mapping, file)?;
    let mut count = 0;
    while let Some(row) = rows.next_row()? {
        match row {
            Row::Messages(messages) => {
                for message in messages {
                    black_box(message);
                    count += 1;
                }
            }
            Row::Refused(error) => return Err(error.into()),
        }
    }
    Ok(count)
}

fn invoices() -> Vec<u8> {
    table("customer;number;date;due;net;vat;total;order", |it, day| {
        let customer = it % 5_000;
        let dates = format!("{day:02}/01/2026;{day:02}/03/2026");
        format!("C-{customer};FA 2026/{it};{dates};1 000,00;200,00;1 200,00;PO-{it}")
    })
}

fn payments() -> Vec<u8> {
    table("customer,payment,date,amount,currency,method,invoice,text,bounced", |it, day| {
        let customer = it % 5_000;
        format!("C-{customer},TX-{it},2026-03-{day:02},1200.00,EUR,SEPA,FA-{it},Invoice {it},")
    })
}

fn table(header: &str, row: impl Fn(usize, usize) -> String) -> Vec<u8> {
    let rows = (0..ROWS).map(|it| row(it, it % 28 + 1));
    std::iter::once(header.to_owned()).chain(rows).collect::<Vec<_>>().join("\n").into_bytes()
}

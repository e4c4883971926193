//! What a caller over gRPC waits, beside what the disk alone and an empty call take.

use std::{io::Write as _, time::Duration};

use api::{
    Date, Money,
    invoicing::{self as proto, invoicing_service_client::InvoicingServiceClient},
};
use tokio::time::Instant;
use tonic::transport::Channel;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use super::{
    Arena, Figures, Trouble, day,
    figures::{rate, say},
    ledger,
};
use crate::{
    config::{ClockMode, Config, SnapshotPlace},
    contacts::Contacts,
    serve::Server,
};

/// Callers, each with one call at a time.
const CALLERS: u64 = 64;
const SECONDS: u64 = 3;
const RUNS: usize = 3;

pub(super) async fn run(arena: &Arena) -> Result<(), Trouble> {
    let micros = disk(arena)?;
    let count = u64::try_from(micros.len())?;
    let took = micros.iter().map(|it| u64::from(*it)).sum();
    let per_second = vec![rate(count, Duration::from_micros(took))];
    Figures::new("disk: append 200 bytes and sync", per_second, micros).print();

    arena.journal("grpc").await?;
    let mut config = Config::default();
    config.grpc.address = "127.0.0.1:0".parse()?;
    config.clock.mode = ClockMode::ByHand;
    config.snapshots.place = SnapshotPlace::None;
    let (store, contacts) = (arena.store.clone(), Contacts::memory());
    let running = Server::start_on(&config, ledger(), store, contacts, None).await?;
    running.tenants.ready().await;
    // As for every tenant that works, a business day is open.
    let tenants = running.tenants.all();
    let part = tenants.first().and_then(|it| it.parts.first()).ok_or("no tenant")?;
    let clock = part.clock.clone().ok_or("no clock")?;
    clock.ask(None, clock::Command::Tick(day(0)?), None, None).await?;
    let address = format!("http://{}", running.grpc_address);
    let channel = api::call::connect(Channel::from_shared(address)?).await?;
    let client = InvoicingServiceClient::new(channel.clone());
    let health = HealthClient::new(channel);

    let asked = client.clone();
    measure("gRPC: durable commands, 64 callers", move |caller, n| {
        let mut client = asked.clone();
        async move {
            let answer = client.issue_invoice(invoice(caller, n)).await?;
            if answer.into_inner().changed { Ok(()) } else { Err("nothing was recorded".into()) }
        }
    })
    .await?;
    measure("gRPC: empty calls (health), 64 callers", move |_, _| {
        let mut client = health.clone();
        async move {
            client.check(HealthCheckRequest { service: String::new() }).await?;
            Ok(())
        }
    })
    .await?;
    measure("gRPC: GetAccount, 64 callers", move |caller, n| {
        let mut client = client.clone();
        async move {
            let request = proto::GetAccountRequest {
                tenant_id: "grpc".to_owned(),
                customer_id: customer(caller, n),
                ..Default::default()
            };
            client.get_account(request).await?;
            Ok(())
        }
    })
    .await?;
    running.stop().await?;
    Ok(())
}

/// Appends and syncs, one after the other, for a second.
fn disk(arena: &Arena) -> Result<Vec<u32>, Trouble> {
    let mut file = std::fs::File::create(arena.dir.path().join("disk"))?;
    let (end, mut micros) = (Instant::now() + Duration::from_secs(1), Vec::new());
    while Instant::now() < end {
        let start = Instant::now();
        file.write_all(&[b'x'; 200])?;
        file.sync_data()?;
        micros.push(u32::try_from(start.elapsed().as_micros())?);
    }
    Ok(micros)
}

/// A hundred customers a caller.
fn customer(caller: u64, n: u64) -> String {
    format!("C-{caller}-{}", n % 100)
}

fn invoice(caller: u64, n: u64) -> proto::IssueInvoiceRequest {
    let date = |month| Some(Date { year: 2026, month, day: 15 });
    // Every run issues others.
    let id = format!("F{caller}-{n}");
    let gross = Some(Money { currency_code: "EUR".to_owned(), units: 1_190, nanos: 0 });
    proto::IssueInvoiceRequest {
        tenant_id: "grpc".to_owned(),
        command: Some(proto::InvoiceData {
            customer_id: customer(caller, n),
            invoice_id: id,
            issue_date: date(1),
            due_date: date(2),
            gross,
            ..Default::default()
        }),
        ..Default::default()
    }
}

async fn measure<F>(
    what: &str,
    ask: impl Fn(u64, u64) -> F + Clone + Send + 'static,
) -> Result<(), Trouble>
where
    F: Future<Output = Result<(), Trouble>> + Send,
{
    let (mut rates, mut all) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        let start = Instant::now();
        let end = start + Duration::from_secs(SECONDS);
        let first = u64::try_from(run)? * 1_000_000;
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let ask = ask.clone();
                tokio::spawn(async move {
                    let mut micros = Vec::new();
                    let mut n = first;
                    while Instant::now() < end {
                        let start = Instant::now();
                        ask(caller, n).await?;
                        micros.push(u32::try_from(start.elapsed().as_micros())?);
                        n += 1;
                    }
                    Ok::<_, Trouble>(micros)
                })
            })
            .collect();
        let mut count = 0;
        for caller in callers {
            let micros = caller.await??;
            count += u64::try_from(micros.len())?;
            all.extend(micros);
        }
        rates.push(rate(count, start.elapsed()));
    }
    Figures::new(what, rates, all).print();
    say("");
    Ok(())
}

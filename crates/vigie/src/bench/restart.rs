//! Starting from a snapshot with a tail, and what an open invoice takes in memory.

use std::time::Duration;

use events::{Context, Decision, Draft, invoicing::Event};
use host::{Options, Snapshots};
use invoicing::Policy;
use journal::Head;
use services::Start as _;
use tokio::time::Instant;

use super::{Arena, Trouble, customer, figures::say, invoice, replay, stands};

pub(super) async fn run(arena: &Arena, invoices: u64, tail: u64) -> Result<(), Trouble> {
    let journal = arena.journal("restart").await?;
    replay::write(&journal, invoices, false).await?;
    let snapshots = Snapshots::Directory(arena.dir.path().join("snapshots"));
    let options = Options { snapshots, snapshot_entries: u64::MAX / 2, ..Options::default() };
    let before = resident()?;
    let host = Policy::default().start(journal.clone(), options.clone());
    host.ready().await?;
    // What reading needed and has let go is given back after a while.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let grown = resident()?.saturating_sub(before);
    say(&format!("{} bytes resident an open invoice, replayed", grown / invoices));
    host.drain().await;
    drop(host);

    let last = journal.last_of(Context::Invoicing).await?;
    let mut after = last.map_or(Head::NONE, |it| it.head());
    let mut draft = Draft::new();
    for n in 0..tail {
        let events = vec![Event::InvoiceIssued(Box::new(invoice(n % 1_000, invoices + n)?))];
        let customer = Some(customer(n % 1_000)?);
        draft.push(&Decision { customer, cause: None, actor: None, events })?;
        if draft.is_full() || n + 1 == tail {
            let body = std::mem::take(&mut draft).seal(after.hash);
            after = stands(&journal.append(Context::Invoicing, after, body.into()).await)?;
        }
    }
    let mut times = Vec::new();
    // Kept until the end: a service whose last handle goes writes a snapshot, with the tail in it.
    let mut hosts = Vec::new();
    for _ in 0..3 {
        let before = resident()?;
        let start = Instant::now();
        let host = Policy::default().start(journal.clone(), options.clone());
        host.ready().await?;
        times.push(start.elapsed());
        let customers = host.read(|books| books.customers().len())?;
        say(&format!(
            "{:?} to start; {customers} customers",
            times.last().unwrap_or(&Duration::ZERO)
        ));
        hosts.push(host);
        tokio::time::sleep(Duration::from_secs(3)).await;
        let grown = resident()?.saturating_sub(before);
        say(&format!("{} bytes resident an open invoice, restored", grown / (invoices + tail)));
    }
    times.sort_unstable();
    say(&format!("restart from a snapshot: median {:?}", times.get(times.len() / 2)));
    Ok(())
}

/// Bytes of this process in memory, as Linux counts them; 0 elsewhere.
pub(super) fn resident() -> Result<u64, Trouble> {
    let Ok(statm) = std::fs::read_to_string("/proc/self/statm") else { return Ok(0) };
    let pages = statm.split_whitespace().nth(1).ok_or("no resident pages")?;
    Ok(pages.parse::<u64>()? * 4_096)
}

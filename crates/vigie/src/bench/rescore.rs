//! A new day for a whole portfolio: every customer is looked at, and those whose score moved say so.

use std::time::Duration;

use chrono::NaiveDate;
use events::{Context, Decision, Draft, Sequence, clock};
use host::Options;
use indicatif::ProgressBar;
use journal::{Head, Journal};
use risk::Policy;
use services::Start as _;
use tokio::time::Instant;

use super::{
    Arena, Trouble, customer, day,
    figures::{parts, say, thousands},
    restart::resident,
    scores::history,
    stands,
};

/// The day of the calendar of these measurements on which the portfolio is scored for the first
/// time: 30 June 2026.
const FIRST: u64 = 544;
/// Entries the bare loop appends at most: the rest is scaled.
const SAMPLE: u64 = 2_000;

pub(super) async fn run(arena: &Arena, customers: u64) -> Result<(), Trouble> {
    let journal = arena.journal("rescore").await?;
    write(&journal, customers).await?;
    let begun = resident()?;
    let start = Instant::now();
    let host = Policy::default().start(journal.clone(), Options::default());
    host.ready().await?;
    say(&format!("{} customers, read in {:?}", thousands(customers), start.elapsed()));
    memory("with their histories", begun, customers)?;

    let mut after = Head::NONE;
    // Nobody was ever scored; then the first of a month, when all are looked at; then a day on which
    // only those are who have something open.
    for (n, what) in
        [(FIRST, "the first day"), (FIRST + 1, "the next month"), (FIRST + 2, "the day after")]
    {
        let today = day(n)?;
        let before = journal.last().await?;
        let start = Instant::now();
        after = open(&journal, today, after).await?;
        host.reached(after.sequence).await?;
        host.at_rest().await?;
        let took = start.elapsed();
        // The writer's position is that of the last entry it has heard, so all of it is counted.
        let scored = host.read(|books| {
            let on = |it: &risk::Risk| it.standing().is_some_and(|it| it.scored_on == today);
            books.customers().filter(|(_, it)| on(&it.state)).count()
        })?;
        say(&format!(
            "{what} ({today}): at rest after {took:?}; {} of {} scored anew",
            thousands(u64::try_from(scored)?),
            thousands(customers)
        ));
        memory("since the start", begun, customers)?;
        let said = said(&journal, before).await?;
        if said.entries > 0 {
            let bare = bare(arena, &format!("bare-{n}"), said).await?;
            say(&format!(
                "  {} entries, {} bytes: {bare:?} of bare appends; {} times that",
                thousands(said.entries),
                thousands(said.bytes),
                parts(u64::try_from(took.as_micros())?, u64::try_from(bare.as_micros())?)
            ));
        }
    }
    host.drain().await;
    Ok(())
}

/// Two or three invoices each; of ninety customers thirty have one open.
async fn write(journal: &Journal, customers: u64) -> Result<(), Trouble> {
    let bar = ProgressBar::new(customers);
    let (mut after, mut draft) = (Head::NONE, Draft::new());
    for n in 0..customers {
        let events = history(n, 2 + n % 2, u64::from(n / 30 % 3 == 0), FIRST - n % 30)?;
        draft.push(&Decision { customer: Some(customer(n)?), cause: None, actor: None, events })?;
        if draft.is_full() || n + 1 == customers {
            let body = std::mem::take(&mut draft).seal(after.hash);
            after = stands(&journal.append(Context::Invoicing, after, body.into()).await)?;
            bar.set_position(n);
        }
    }
    bar.finish_and_clear();
    Ok(())
}

async fn open(journal: &Journal, date: NaiveDate, after: Head) -> Result<Head, Trouble> {
    let events = vec![clock::Event::DayOpened { date }];
    let mut draft = Draft::new();
    draft.push(&Decision { customer: None, cause: None, actor: None, events })?;
    let body = draft.seal(after.hash);
    stands(&journal.append(Context::Clock, after, body.into()).await)
}

/// What risk has said.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    entries: u64,
    bytes: u64,
}

async fn said(journal: &Journal, after: Sequence) -> Result<Said, Trouble> {
    let (last, mut said) = (journal.last().await?, Said::default());
    let mut reader = journal.read_from(after.next()).await?;
    let mut at = after;
    while at < last {
        let record = reader.next().await?;
        at = record.sequence;
        if record.context == Context::Risk {
            said.entries += 1;
            said.bytes += u64::try_from(record.body.len())?;
        }
    }
    Ok(said)
}

/// As many entries as large, one after the other: the disk and the server alone.
async fn bare(arena: &Arena, tenant: &str, said: Said) -> Result<Duration, Trouble> {
    let journal = arena.journal(tenant).await?;
    let bytes = usize::try_from(said.bytes / said.entries)?;
    let entries = said.entries.min(SAMPLE);
    let (mut after, start) = (Head::NONE, Instant::now());
    for _ in 0..entries {
        let mut body = Draft::new().seal(after.hash);
        // White space at the end of an entry says nothing.
        body.resize(bytes.max(body.len()), b' ');
        after = stands(&journal.append(Context::Risk, after, body.into()).await)?;
    }
    let nanos = start.elapsed().as_nanos() * u128::from(said.entries) / u128::from(entries);
    Ok(Duration::from_nanos(u64::try_from(nanos)?))
}

fn memory(when: &str, before: u64, customers: u64) -> Result<(), Trouble> {
    let now = resident()?;
    say(&format!(
        "  {} MB resident, {} bytes a customer {when}",
        now / 1_000_000,
        now.saturating_sub(before) / customers.max(1)
    ));
    Ok(())
}

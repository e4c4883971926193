//! Durable commands, and the bare loop they are measured against.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use events::{Context, Decision, Draft, invoicing::Event};
use host::Options;
use invoicing::{Command, InvoiceData, Policy};
use journal::{Head, Journal};
use money::Stated;
use services::Start as _;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{Arena, Figures, Load, Trouble, customer, figures::rate, invoice, stands};

/// Customers of one producer: each has its own, so that none waits for another's account.
const CUSTOMERS: u64 = 40;

type Job = (Vec<u8>, oneshot::Sender<()>);

/// Producers hand over bytes that are ready; one writer appends what has come, one entry at a time.
pub(super) async fn bare(arena: &Arena, load: Load) -> Result<(), Trouble> {
    let (mut rates, mut micros) = (Vec::new(), Vec::new());
    for run in 0..load.runs {
        let journal = arena.journal(&format!("bare-{run}")).await?;
        let (jobs, work) = mpsc::channel::<Job>(8_192);
        let writer = tokio::spawn(write_bare(journal, work));
        let (count, took, some) = produce(load, move |producer, n| {
            let jobs = jobs.clone();
            async move {
                let bytes = serde_json::to_vec(&decision(producer, n)?)?;
                let (done, answer) = oneshot::channel();
                jobs.send((bytes, done)).await.map_err(|_| "the writer has ended")?;
                Ok(answer.await?)
            }
        })
        .await?;
        writer.await??;
        rates.push(rate(count, took));
        micros.extend(some);
    }
    Figures::new(format!("bare group commit, {} producers", load.producers), rates, micros).print();
    Ok(())
}

async fn write_bare(journal: Journal, mut work: mpsc::Receiver<Job>) -> Result<(), Trouble> {
    let mut after = Head::NONE;
    let mut waiting = VecDeque::new();
    loop {
        let mut turn = Vec::new();
        if waiting.is_empty() && work.recv_many(&mut turn, Draft::EVENTS_MAX).await == 0 {
            return Ok(());
        }
        while let Ok(job) = work.try_recv() {
            turn.push(job);
        }
        waiting.extend(turn);
        let (mut body, mut answers) = (Draft::new().seal(after.hash), Vec::new());
        body.truncate(body.len() - 2);
        while let Some((bytes, done)) = waiting.pop_front() {
            if !answers.is_empty() {
                body.push(b',');
            }
            body.extend_from_slice(&bytes);
            answers.push(done);
            if body.len() >= Draft::BYTES_MAX || answers.len() >= Draft::EVENTS_MAX {
                break;
            }
        }
        body.extend_from_slice(b"]}");
        debug_assert_eq!(events::prev_of(&body), Ok(after.hash));
        after = stands(&journal.append(Context::Invoicing, after, Bytes::from(body)).await)?;
        for done in answers {
            let _gone: Result<(), ()> = done.send(());
        }
    }
}

fn decision(producer: u64, n: u64) -> Result<Decision<Event>, Trouble> {
    let whose = producer * CUSTOMERS + n % CUSTOMERS;
    Ok(Decision {
        customer: Some(customer(whose)?),
        cause: None,
        actor: None,
        events: vec![Event::InvoiceIssued(Box::new(invoice(whose, n)?))],
    })
}

/// Producers ask the service; it validates, decides, guards, appends and answers.
pub(super) async fn decided(arena: &Arena, load: Load) -> Result<(), Trouble> {
    let (mut rates, mut micros) = (Vec::new(), Vec::new());
    for run in 0..load.runs {
        let journal = arena.journal(&format!("decided-{run}")).await?;
        let host = Policy::default().start(journal, Options::default());
        host.ready().await?;
        let asked = host.clone();
        let (count, took, some) = produce(load, move |producer, n| {
            let host = asked.clone();
            async move {
                let whose = producer * CUSTOMERS + n % CUSTOMERS;
                let data = data(whose, n)?;
                let customer = data.customer_id.clone();
                let command = Command::IssueInvoice(Box::new(data));
                let done = host.ask(Some(customer), command, None, None).await?;
                if done.events.is_empty() { Err("nothing was recorded".into()) } else { Ok(()) }
            }
        })
        .await?;
        host.drain().await;
        rates.push(rate(count, took));
        micros.extend(some);
    }
    Figures::new(format!("durable commands, {} producers", load.producers), rates, micros).print();
    Ok(())
}

fn data(whose: u64, n: u64) -> Result<InvoiceData, Trouble> {
    let it = invoice(whose, n)?;
    Ok(InvoiceData {
        customer_id: customer(whose)?,
        invoice_id: it.invoice,
        number: None,
        issue_date: it.issued_on,
        due_date: Some(it.due_on),
        payment_terms: None,
        gross: Stated(it.gross),
        net: None,
        tax: it.tax.map(Stated),
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    })
}

/// Lets producers ask one thing after another until the time is up: how much was answered, how long
/// it took, and how long the answers took in microseconds (every 16th).
async fn produce<F>(
    load: Load,
    ask: impl Fn(u64, u64) -> F + Clone + Send + 'static,
) -> Result<(u64, Duration, Vec<u32>), Trouble>
where
    F: Future<Output = Result<(), Trouble>> + Send,
{
    let start = Instant::now();
    let end = start + Duration::from_secs(load.seconds);
    let producers: Vec<_> = (0..u64::try_from(load.producers)?)
        .map(|producer| {
            let ask = ask.clone();
            tokio::spawn(async move {
                let (mut count, mut micros) = (0_u64, Vec::new());
                while Instant::now() < end {
                    let asked = Instant::now();
                    ask(producer, count).await?;
                    if count.is_multiple_of(16) {
                        micros.push(u32::try_from(asked.elapsed().as_micros())?);
                    }
                    count += 1;
                }
                Ok::<_, Trouble>((count, micros))
            })
        })
        .collect();
    let (mut count, mut micros) = (0, Vec::new());
    for producer in producers {
        let (some, times) = producer.await??;
        count += some;
        micros.extend(times);
    }
    Ok((count, start.elapsed(), micros))
}

//! From an invoice that is published to the alert it raises, as a producer and a subscriber of alerts
//! see it: at a steady pace, beside what the server alone takes at the same pace for as many durable
//! appends as lie on the way, and for a message that nobody keeps.

use std::{collections::BTreeMap, time::Duration};

use async_nats::{
    Client, Request,
    jetstream::{self, stream},
};
use bytes::Bytes;
use events::{Context, CustomerId};
use futures::StreamExt as _;
use host::Host;
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::broadcast::error::RecvError,
    task::{JoinHandle, JoinSet},
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::{
    Arena, Figures, Trouble, day,
    figures::{parts, rate, say},
};
use crate::{
    ask,
    config::{ClockMode, Config, SnapshotPlace},
    contacts::Contacts,
    serve::Server,
    tenants::Roles,
};

/// At which pace.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Steady {
    /// Invoices a second, each published at its time whether or not those before it were told.
    #[arg(long, default_value_t = 100)]
    pub pace: u32,
    /// For how long a run, in seconds.
    #[arg(long, default_value_t = 20)]
    pub seconds: u32,
    /// How often; the median of all alerts is what counts.
    #[arg(long, default_value_t = 3)]
    pub runs: u32,
}

/// Durable appends that follow from one another: the entry of invoicing, that of alerts, and the
/// message of the alert. Risk scores the customer meanwhile, on the same journal: alerts does not
/// wait for it.
const HOPS: u64 = 3;

const TENANT: &str = "alerts";
/// Of the server's own streams none.
const BARE: &str = "BENCH_BARE";
const PUBSUB: &str = "bench.pubsub";
/// Day of the calendar of these measurements on which all invoices are long overdue.
const TODAY: u64 = 501;
/// After this what has not come is missing.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn run(arena: &Arena, steady: Steady) -> Result<(), Trouble> {
    arena.journal(TENANT).await?;
    let mut config = Config::default();
    config.grpc.address = "127.0.0.1:0".parse()?;
    config.clock.mode = ClockMode::ByHand;
    config.snapshots.place = SnapshotPlace::None;
    let (store, contacts) = (arena.store.clone(), Contacts::memory());
    let running = Server::start_on(&config, Roles::ALL, store, contacts, None).await?;
    running.tenants.ready().await;
    let tenants = running.tenants.all();
    let part = tenants.first().and_then(|it| it.parts.first()).ok_or("no tenant")?;
    let clock = part.clock.clone().ok_or("no clock")?;
    clock.ask(None, clock::Command::Tick(day(TODAY)?), None, None).await?;
    let alerts = part.alerts.clone().ok_or("no alerts")?;

    // A producer and a dashboard each have their own line, as they would elsewhere.
    let producer = async_nats::connect(arena.server.url()).await?;
    let dashboard = async_nats::connect(arena.server.url()).await?;
    jetstream::new(producer.clone())
        .create_stream(stream::Config {
            name: BARE.to_owned(),
            subjects: vec!["bench.bare".to_owned()],
            ..Default::default()
        })
        .await?;
    warm(&producer, &dashboard).await?;

    let (mut bare, mut plain) = (Sample::default(), Sample::default());
    let (mut answered, mut said, mut told) =
        (Sample::default(), Sample::default(), Sample::default());
    for run in 0..steady.runs {
        bare.add(append(&producer, steady).await?);
        plain.add(pass_on(&producer, &dashboard, steady).await?);
        let times = tell(&producer, &dashboard, &alerts, steady, run + 1).await?;
        answered.add((times.rate, times.answered));
        said.add((times.rate, times.said));
        told.add((times.rate, times.told));
    }
    let pace = steady.pace;
    let bare = bare.print(&format!("bare durable append, {pace}/s"));
    let plain = plain.print(&format!("core pub/sub, {pace}/s"));
    answered.print("invoice published to answered (durable)");
    said.print("invoice published to alert heard back");
    let told = told.print("invoice published to alert received");
    say(&format!("{} × {HOPS} bare durable appends", parts(told, bare * HOPS)));
    say(&format!("{} × core pub/sub", parts(told, plain)));
    running.stop().await?;
    Ok(())
}

/// Rates and times of several runs.
#[derive(Default)]
struct Sample(Vec<u64>, Vec<u32>);

impl Sample {
    fn add(&mut self, (rate, micros): (u64, Vec<u32>)) {
        self.0.push(rate);
        self.1.extend(micros);
    }

    /// Prints it; the time within which half of it came.
    fn print(self, what: &str) -> u64 {
        let figures = Figures::new(what, self.0, self.1);
        figures.print();
        figures.p50_us.unwrap_or_default()
    }
}

/// Does something at each time of the pace, and waits until all of it is done: how often a second,
/// and what became of it.
async fn paced<T: Send + 'static, F>(
    steady: Steady,
    act: impl Fn(u32) -> F,
) -> Result<(u64, Vec<T>), Trouble>
where
    F: Future<Output = Result<T, Trouble>> + Send + 'static,
{
    let mut ticks = interval(Duration::from_secs(1) / steady.pace.max(1));
    // Who was late catches up: the pace is what it says.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (start, count) = (Instant::now(), steady.pace * steady.seconds);
    let mut acting = JoinSet::new();
    for n in 0..count {
        ticks.tick().await;
        acting.spawn(act(n));
    }
    let reached = rate(count.into(), start.elapsed());
    let mut became = Vec::new();
    while let Some(it) = acting.join_next().await {
        became.push(it??);
    }
    Ok((reached, became))
}

/// One message after the other to a stream, each answered once it is synced.
async fn append(client: &Client, steady: Steady) -> Result<(u64, Vec<u32>), Trouble> {
    let body = item("C-0", "F-0")?;
    paced(steady, |_| {
        let (client, body) = (client.clone(), body.clone());
        async move {
            let start = Instant::now();
            let ack = request(&client, "bench.bare".to_owned(), body).await?;
            let took = micros(start, Instant::now())?;
            let ack: serde_json::Value = serde_json::from_slice(&ack)?;
            if ack.get("seq").is_some() { Ok(took) } else { Err("the stream took nothing".into()) }
        }
    })
    .await
}

/// Messages that the server passes on and forgets.
async fn pass_on(from: &Client, to: &Client, steady: Steady) -> Result<(u64, Vec<u32>), Trouble> {
    let count = steady.pace * steady.seconds;
    let mut messages = to.subscribe(PUBSUB).await?;
    to.flush().await?;
    let hearing = tokio::spawn(async move {
        let mut heard = BTreeMap::new();
        while let Ok(Some(message)) = timeout(PATIENCE, messages.next()).await {
            let text = std::str::from_utf8(&message.payload)?;
            heard.insert(text.trim().parse::<u32>()?, Instant::now());
            if heard.len() >= usize::try_from(count)? {
                break;
            }
        }
        Ok::<_, Trouble>(heard)
    });
    let (reached, sent) = paced(steady, |n| {
        let client = from.clone();
        async move {
            let start = Instant::now();
            client.publish(PUBSUB, format!("{n:>300}").into()).await?;
            Ok((n, start))
        }
    })
    .await?;
    let heard = hearing.await??;
    Ok((reached, between(sent, &heard)?))
}

/// How long each step of the way took, from just before its invoice was published.
struct Times {
    rate: u64,
    answered: Vec<u32>,
    said: Vec<u32>,
    told: Vec<u32>,
}

/// Where an entry stands, as answers and alerts say it.
#[derive(Deserialize)]
struct Told {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    customer_id: String,
    position: Position,
}

#[derive(Deserialize)]
struct Position {
    sequence: u64,
}

/// An invoice a customer: of each customer one alert says what is overdue for longest.
async fn tell(
    producer: &Client,
    dashboard: &Client,
    alerts: &Host<alerts::Policy>,
    steady: Steady,
    run: u32,
) -> Result<Times, Trouble> {
    let count = usize::try_from(steady.pace * steady.seconds)?;
    let mut messages = dashboard.subscribe(format!("vigie.alerts.{TENANT}.>")).await?;
    dashboard.flush().await?;
    let hearing = tokio::spawn(async move {
        let mut heard = BTreeMap::new();
        while let Ok(Some(message)) = timeout(PATIENCE, messages.next()).await {
            let now = Instant::now();
            if !message.subject.ends_with(".invoice_overdue") {
                continue;
            }
            let told: Told = serde_json::from_slice(&message.payload)?;
            if let Some(n) = nth(&told.data.customer_id, run) {
                heard.entry(n).or_insert((now, told.data.position.sequence));
            }
            if heard.len() >= count {
                break;
            }
        }
        Ok::<_, Trouble>(heard)
    });
    let noting = note(alerts);
    let (rate, sent) = paced(steady, |n| {
        let client = producer.clone();
        async move {
            let body = item(&format!("C-{run}-{n}"), &format!("F-{run}-{n}"))?;
            let start = Instant::now();
            let answer = request(&client, subject(), body).await?;
            let answered = Instant::now();
            taken(&answer)?;
            Ok((n, start, answered))
        }
    })
    .await?;
    let heard = hearing.await??;
    let entries = noting.stop().await?;
    let mut answered = Vec::with_capacity(count);
    for (_, start, at) in &sent {
        answered.push(micros(*start, *at)?);
    }
    let began: Vec<_> = sent.into_iter().map(|(n, start, _)| (n, start)).collect();
    let noted = heard.iter().filter_map(|(n, (_, entry))| Some((*n, *entries.get(entry)?)));
    let noted: BTreeMap<_, _> = noted.collect();
    let known = began.iter().filter(|(n, _)| noted.contains_key(n)).copied().collect();
    let told = heard.into_iter().map(|(n, (at, _))| (n, at)).collect();
    Ok(Times { rate, answered, said: between(known, &noted)?, told: between(began, &told)? })
}

/// When entries were heard by alerts, by where they stand.
struct Noting(JoinHandle<BTreeMap<u64, Instant>>, tokio::sync::oneshot::Sender<()>);

fn note(alerts: &Host<alerts::Policy>) -> Noting {
    let mut touched = alerts.watch();
    let (stop, mut stopped) = tokio::sync::oneshot::channel();
    let noting = tokio::spawn(async move {
        let mut at = BTreeMap::new();
        loop {
            let heard = tokio::select! {
                heard = touched.recv() => heard,
                _ = &mut stopped => return at,
            };
            match heard {
                Ok(it) => drop(at.insert(it.sequence.0, Instant::now())),
                // Those that were missed are left out of this figure, and of no other.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return at,
            }
        }
    });
    Noting(noting, stop)
}

impl Noting {
    async fn stop(self) -> Result<BTreeMap<u64, Instant>, Trouble> {
        let _ended: Result<(), ()> = self.1.send(());
        Ok(self.0.await?)
    }
}

/// One invoice, until it is answered and its alert has come: all on the way are awake then.
async fn warm(producer: &Client, dashboard: &Client) -> Result<(), Trouble> {
    let mut messages = dashboard.subscribe(format!("vigie.alerts.{TENANT}.>")).await?;
    dashboard.flush().await?;
    let until = Instant::now() + PATIENCE;
    loop {
        let body = item("C-0-0", "F-0-0")?;
        // Asked again, it changes nothing and is answered all the same.
        if producer.request(subject(), body.into()).await.is_ok() {
            break;
        }
        if Instant::now() > until {
            return Err("nobody answers".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let first = timeout(PATIENCE, messages.next()).await;
    first.ok().flatten().map(drop).ok_or_else(|| "no alert came".into())
}

/// What is answered, however late: a pace that is too much for the disk is to be seen as a long wait.
async fn request(client: &Client, subject: String, body: Vec<u8>) -> Result<Bytes, Trouble> {
    let request = Request::new().payload(body.into()).timeout(Some(PATIENCE));
    Ok(client.send_request(subject, request).await?.payload)
}

fn subject() -> String {
    ask::subject(TENANT, Context::Invoicing)
}

/// An invoice that has been overdue for a year, as a producer sends it.
fn item(customer: &str, invoice: &str) -> Result<Vec<u8>, Trouble> {
    let customer: CustomerId = customer.parse()?;
    Ok(serde_json::to_vec(&json!([{
        "type": "dev.vigie.invoice.issued.v1",
        "data": {
            "customer_id": customer, "invoice_id": invoice,
            "issue_date": day(0)?.to_string(), "due_date": day(30)?.to_string(),
            "gross": { "amount": "1190.00", "currency": "EUR" },
        },
    }]))?)
}

/// An answer that says something else than that one thing changed ends the measurement.
fn taken(answer: &[u8]) -> Result<(), Trouble> {
    let answer: serde_json::Value = serde_json::from_slice(answer)?;
    if answer.pointer("/results/0/changed") == Some(&serde_json::Value::Bool(true)) {
        Ok(())
    } else {
        Err(format!("an invoice was not taken: {answer}").into())
    }
}

/// Which invoice of a run a customer has.
fn nth(customer: &str, run: u32) -> Option<u32> {
    let (of, n) = customer.strip_prefix("C-")?.split_once('-')?;
    if of.parse() == Ok(run) { n.parse().ok() } else { None }
}

/// From each beginning to its end; one that never came ends the measurement.
fn between(
    began: Vec<(u32, Instant)>,
    ended: &BTreeMap<u32, Instant>,
) -> Result<Vec<u32>, Trouble> {
    let took = |(n, start)| {
        let end = ended.get(&n).ok_or_else(|| format!("number {n} never came"))?;
        micros(start, *end)
    };
    began.into_iter().map(took).collect()
}

fn micros(from: Instant, to: Instant) -> Result<u32, Trouble> {
    Ok(u32::try_from(to.saturating_duration_since(from).as_micros())?)
}

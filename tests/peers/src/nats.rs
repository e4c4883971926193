//! `nats-bare`: the same group commit without anything that makes it Vigie's. Producers hand
//! bytes to one writer, which publishes one guarded entry at a time and answers them once the
//! server has it on disk.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, StorageType};
use async_nats::jetstream::{self, stream};
use bytes::Bytes;
use futures::future::try_join_all;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use crate::invoices::{Event, Portfolio};
use crate::measure::{Latencies, Run, Window};
use crate::report::{Figure, Report};
use crate::{Sizes, machine};

/// An entry takes no more than this.
const EVENTS_MAX: usize = 1_000;
const BYTES_MAX: usize = 128 * 1_024;

const STREAM: &str = "PEERS";
const SUBJECT: &str = "peers.journal.invoicing";

pub(crate) fn measure(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let server = Server::start(sizes)?;
    for &producers in &sizes.producers {
        for threads in [Threads::One, Threads::All] {
            let runtime = threads.runtime()?;
            let mut runs = Vec::new();
            let mut entries = Vec::new();
            let mut version = String::new();
            for _ in 0..sizes.runs() {
                let outcome = runtime.block_on(run(&server, sizes, producers))?;
                entries.push(outcome.run.count / outcome.entries.max(1));
                runs.push(outcome.run);
                version = outcome.server;
            }
            report.add(Figure {
                peer: "nats-bare",
                variant: format!("{producers} producers, {threads}"),
                unit: "commands/s",
                runs,
                facts: json!({
                    "producers": producers,
                    "events_per_entry": entries,
                    "event_bytes": mean_bytes(Portfolio::of(sizes), producers as u64),
                    "server": version,
                    "file_system": server.file_system,
                }),
            });
        }
    }
    Ok(())
}

/// Where producers and writer run. On one thread they wake each other for nothing and fill whole
/// entries; on all of them they share the work and pay for waking.
#[derive(Debug, Clone, Copy)]
enum Threads {
    One,
    All,
}

impl Threads {
    fn runtime(self) -> std::io::Result<Runtime> {
        let mut builder = match self {
            Self::One => tokio::runtime::Builder::new_current_thread(),
            Self::All => tokio::runtime::Builder::new_multi_thread(),
        };
        builder.enable_all().build()
    }
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "one thread",
            Self::All => "all threads",
        })
    }
}

/// A producer's command on its way to the writer.
#[derive(Debug)]
struct Handed {
    event: Bytes,
    answer: oneshot::Sender<u64>,
}

/// A run, and what it ran against.
#[derive(Debug)]
struct Outcome {
    run: Run,
    /// How many were appended while the run counted.
    entries: u64,
    server: String,
}

/// One run on a stream of its own.
async fn run(server: &Server, sizes: &Sizes, producers: usize) -> Result<Outcome> {
    let client = async_nats::connect(&server.url).await.context("cannot reach nats-server")?;
    let version = client.server_info().version;
    let mut context = jetstream::new(client);
    context.set_timeout(Duration::from_secs(30));
    if context.get_stream(STREAM).await.is_ok() {
        context.delete_stream(STREAM).await?;
    }
    let mut stream = context
        .create_stream(Config {
            name: STREAM.to_owned(),
            subjects: vec!["peers.journal.*".to_owned()],
            storage: StorageType::File,
            discard: stream::DiscardPolicy::New,
            deny_delete: true,
            allow_direct: true,
            ..Config::default()
        })
        .await?;

    let portfolio = Portfolio::of(sizes);
    let window = Window::from_now(sizes.seconds());
    let (hand, handed) = mpsc::channel(producers.max(EVENTS_MAX));
    let writer = tokio::spawn(write(context, handed, window));
    let producers: Vec<_> = (0..producers as u64)
        .map(|it| tokio::spawn(produce(pre_serialised(portfolio, it), hand.clone(), window)))
        .collect();
    drop(hand);
    let mut latencies = Vec::new();
    for producer in try_join_all(producers).await? {
        latencies.push(producer?);
    }
    let Written { entries, counted } = writer.await??;
    let state = stream.info().await?.state.clone();
    ensure!(
        state.messages == entries && state.last_sequence == entries,
        "{entries} entries were answered and the stream holds {}",
        state.messages
    );
    Ok(Outcome { run: window.run(latencies), entries: counted, server: version })
}

/// A producer's events, 140 to 300 bytes each, as a decision of the journal holds them.
fn pre_serialised(portfolio: Portfolio, producer: u64) -> Vec<Bytes> {
    (0..16)
        .map(|it| {
            let number = producer * 16 + it;
            let customer = portfolio.customer(number);
            let event = Event::InvoiceIssued(portfolio.invoice(number)).json();
            let decision = if it % 2 == 0 {
                format!(r#"{{"events":[{event}]}}"#)
            } else {
                format!(
                    r#"{{"customer":"{customer}","cause":{{"request":"R-{number:08}","digest":"{number:016x}"}},"actor":"erp","events":[{event}]}}"#
                )
            };
            Bytes::from(decision)
        })
        .collect()
}

fn mean_bytes(portfolio: Portfolio, producers: u64) -> usize {
    let sizes: Vec<usize> =
        (0..producers).flat_map(|it| pre_serialised(portfolio, it)).map(|it| it.len()).collect();
    sizes.iter().sum::<usize>() / sizes.len().max(1)
}

async fn produce(
    events: Vec<Bytes>,
    hand: mpsc::Sender<Handed>,
    window: Window,
) -> Result<Latencies> {
    let mut latencies = Latencies::of(window);
    for event in events.iter().cycle() {
        let started = Instant::now();
        let (answer, answered) = oneshot::channel();
        hand.send(Handed { event: event.clone(), answer }).await.context("the writer is gone")?;
        answered.await.context("the writer is gone")?;
        if !latencies.add(started) {
            break;
        }
    }
    Ok(latencies)
}

#[derive(Debug)]
struct Written {
    entries: u64,
    counted: u64,
}

async fn write(
    context: jetstream::Context,
    mut handed: mpsc::Receiver<Handed>,
    window: Window,
) -> Result<Written> {
    let mut written = Written { entries: 0, counted: 0 };
    let mut last = 0;
    let mut waiting = VecDeque::with_capacity(EVENTS_MAX);
    let mut bytes = 0;
    let mut acked: Vec<Handed> = Vec::with_capacity(EVENTS_MAX);
    loop {
        // A full entry goes first and is written while the answers go out; otherwise those who
        // are answered may still join it.
        let is_full = gather(&mut handed, &mut waiting, &mut bytes);
        if !is_full && !acked.is_empty() {
            answer(&mut acked, last);
            if !waiting.is_empty() {
                tokio::task::yield_now().await;
            }
        }
        if waiting.is_empty() {
            let Some(first) = handed.recv().await else { return Ok(written) };
            bytes += first.event.len();
            waiting.push_back(first);
        }
        gather(&mut handed, &mut waiting, &mut bytes);
        let mut body = Vec::with_capacity(BYTES_MAX + 512);
        body.extend_from_slice(br#"{"v":1,"decisions":["#);
        let mut entry = Vec::with_capacity(waiting.len());
        while let Some(next) = waiting.pop_front() {
            if !entry.is_empty() {
                if body.len() + next.event.len() > BYTES_MAX {
                    waiting.push_front(next);
                    break;
                }
                body.push(b',');
            }
            bytes -= next.event.len();
            body.extend_from_slice(&next.event);
            entry.push(next);
        }
        body.extend_from_slice(b"]}");

        let message =
            PublishMessage::build().payload(body.into()).expected_last_subject_sequence(last);
        let ack = context.send_publish(SUBJECT, message).await?;
        if !acked.is_empty() {
            tokio::task::yield_now().await;
            answer(&mut acked, last);
        }
        last = ack.await.context("not appended")?.sequence;
        acked = entry;
        written.entries += 1;
        written.counted += u64::from(window.is_open());
    }
}

/// Takes what has arrived, up to a full entry; whether it is full.
fn gather(
    handed: &mut mpsc::Receiver<Handed>,
    waiting: &mut VecDeque<Handed>,
    bytes: &mut usize,
) -> bool {
    loop {
        if waiting.len() >= EVENTS_MAX || *bytes >= BYTES_MAX {
            return true;
        }
        let Ok(next) = handed.try_recv() else { return false };
        *bytes += next.event.len();
        waiting.push_back(next);
    }
}

fn answer(acked: &mut Vec<Handed>, sequence: u64) {
    for Handed { answer, .. } in acked.drain(..) {
        // A producer whose time is over no longer listens.
        answer.send(sequence).ok();
    }
}

/// A nats-server with a store of its own, gone with this value.
#[derive(Debug)]
struct Server {
    url: String,
    process: Child,
    file_system: Option<String>,
    /// Held so that it is removed, after the process.
    dir: TempDir,
}

impl Server {
    fn start(sizes: &Sizes) -> Result<Self> {
        let file_system = machine::file_system(&sizes.dir)?;
        let dir = tempfile::tempdir_in(&sizes.dir).context("cannot use --dir")?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let config = dir.path().join("nats.conf");
        fs::write(
            &config,
            format!(
                "listen: 127.0.0.1:{port}\n\
                 jetstream {{ store_dir: \"{store}\", max_file: 16GB, sync_interval: always }}\n",
                store = dir.path().join("store").display()
            ),
        )?;
        let log = fs::File::create(dir.path().join("log"))?;
        let process = Command::new(find(sizes)?)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start nats-server")?;
        let url = format!("nats://127.0.0.1:{port}");
        let server = Self { url, process, file_system, dir };
        // It listens once JetStream has recovered its store.
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(server.dir.path().join("log")).unwrap_or_default();
        bail!("nats-server does not answer\n{log}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        self.process.kill().and_then(|()| self.process.wait()).ok();
    }
}

/// The one given, the one on PATH, or the one Vigie keeps.
fn find(sizes: &Sizes) -> Result<PathBuf> {
    if let Some(given) = &sizes.nats_server {
        return Ok(given.clone());
    }
    let on_path = std::env::var_os("PATH")
        .iter()
        .flat_map(std::env::split_paths)
        .map(|it| it.join("nats-server"))
        .find(|it| it.is_file());
    if let Some(found) = on_path {
        return Ok(found);
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|it| Path::new(&it).join(".cache")));
    cache
        .and_then(|it| find_below(&it.join("vigie"), 3))
        .context("no nats-server: set NATS_SERVER_BIN, or put it on PATH")
}

fn find_below(dir: &Path, depth: usize) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).ok()?.flatten().map(|it| it.path()).collect();
    // The newest of several, going by name.
    entries.sort();
    entries.iter().rev().find_map(|it| {
        if it.is_dir() && depth > 0 {
            find_below(it, depth - 1)
        } else {
            (it.is_file() && it.file_name() == Some(OsStr::new("nats-server"))).then(|| it.clone())
        }
    })
}

//! Clients that are not ours, as integrators write them: a small portfolio is replayed through a real
//! server, and each of them gets every alert once, of each customer in the order of the journal, also
//! after it was cut off twice and went on.
//!
//! The scripts beside this file are meant to be read as examples.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::manual_assert,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

mod python;
mod replay;
#[expect(dead_code, reason = "whoever tells alerts needs more of it")]
#[path = "../alerts/support.rs"]
mod support;
#[path = "../schemas/valid.rs"]
mod valid;

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;
use support::PATIENCE;

/// After so many alerts a client is killed, each time.
const CUT_AFTER: [usize; 2] = [25, 90];

/// What was told of each customer, in order.
type ByCustomer = BTreeMap<String, Vec<String>>;

/// A client that runs, and whatever it printed.
struct Client {
    name: &'static str,
    told: Arc<Mutex<Told>>,
}

#[derive(Default)]
struct Told {
    happened: Vec<[String; 3]>,
    /// Whether it has said anything, be it that it is there.
    began: bool,
    cuts: usize,
    child: Option<Child>,
    done: bool,
}

impl Client {
    /// Runs a script with these arguments, and whenever it is killed once more with its last
    /// `resume` behind them.
    fn run(name: &'static str, python: &std::path::Path, arguments: Vec<String>) -> Self {
        let told = Arc::<Mutex<Told>>::default();
        let mut command = Command::new(python);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
        command.arg(format!("{script}/{name}.py")).args(arguments);
        let follower = told.clone();
        std::thread::spawn(move || follow(name, command, &follower));
        Self { name, told }
    }

    fn begun(&self) -> bool {
        self.told.lock().unwrap().began
    }

    fn count(&self) -> usize {
        self.told.lock().unwrap().happened.len()
    }

    /// Ends it; what it heard.
    fn end(&self) -> ByCustomer {
        let mut told = self.told.lock().unwrap();
        told.done = true;
        if let Some(child) = &mut told.child {
            child.kill().unwrap();
        }
        assert_eq!(told.cuts, CUT_AFTER.len(), "{} was cut off", self.name);
        let mut by_customer = ByCustomer::new();
        for [customer, alert, what] in &told.happened {
            by_customer.entry(customer.clone()).or_default().push(format!("{alert} {what}"));
        }
        by_customer
    }
}

fn follow(name: &str, mut command: Command, told: &Mutex<Told>) {
    let program = command.get_program().to_owned();
    let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    let mut resume = None::<String>;
    loop {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        told.lock().unwrap().child = Some(child);
        for line in lines {
            // What was half written when it was killed has not been dealt with.
            let Ok(line) = line else { break };
            let Ok(line) = serde_json::from_str::<Value>(&line) else { break };
            let mut told = told.lock().unwrap();
            told.began = true;
            resume = Some(line["resume"].to_string());
            for it in line["happened"].as_array().unwrap() {
                let word = |place: usize| it[place].as_str().unwrap().to_owned();
                told.happened.push([word(0), word(1), word(2)]);
            }
            if CUT_AFTER.get(told.cuts).is_some_and(|at| told.happened.len() >= *at) {
                told.cuts += 1;
                // Whatever it has printed meanwhile and nobody has read is told again.
                break;
            }
        }
        let mut told = told.lock().unwrap();
        let mut child = told.child.take().unwrap();
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        if told.done {
            return;
        }
        assert!(ended.is_none_or(|it| it.success()), "{name} ended: {ended:?}");
        command = Command::new(&program);
        command.args(&arguments).args(resume.iter());
    }
}

/// Waits until something is so.
async fn until(what: &str, so: impl Fn() -> bool) {
    let since = Instant::now();
    while !so() {
        assert!(since.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_other_languages_get_every_alert_once_and_in_order_also_after_being_cut_off() {
    let Some(python) = python::with_packages() else { return };
    let dir = tempfile::tempdir().unwrap();
    let Some((server, store)) = support::server(dir.path()).await else { return };
    let mut house = replay::House::serve(&server, dir.path()).await;

    let descriptors = dir.path().join("descriptors.bin");
    std::fs::write(&descriptors, api::FILE_DESCRIPTOR_SET).unwrap();
    let tenant = || "acme".to_owned();
    let grpc = || house.grpc.clone();
    let clients = [
        Client::run("watch_grpc", &python, vec![grpc(), tenant()]),
        Client::run(
            "watch_web",
            &python,
            vec![grpc(), tenant(), descriptors.display().to_string()],
        ),
        Client::run("follow_nats", &python, vec![server.url(), tenant()]),
    ];
    // A watch without a place begins with what comes from now on. NATS tells what is there.
    until("they watch", || clients[..2].iter().all(Client::begun)).await;

    house.replay().await;

    // What the last day called for may still be on its way.
    let mut said = support::said(&store).await;
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = support::said(&store).await;
        if std::mem::replace(&mut said, now.clone()) == now {
            break;
        }
    }
    let mut wanted = ByCustomer::new();
    for id in said.values().flatten() {
        let mut words = id.split('/');
        let mut word = || words.next().unwrap().to_owned();
        let (customer, alert, what) = (word(), word(), word());
        wanted.entry(customer).or_default().push(format!("{alert} {what}"));
    }
    let count = said.values().map(Vec::len).sum::<usize>();
    assert!(count > 2 * CUT_AFTER[1], "there is something to tell: {count}");
    for client in &clients {
        until(client.name, || client.count() >= count).await;
    }
    // Whoever would tell something twice has the time to do it.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for client in &clients {
        assert_eq!(client.end(), wanted, "{}", client.name);
        println!("{}: {count} alerts of {} customers", client.name, wanted.len());
    }
    house.stop();
}

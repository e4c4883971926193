//! Bad days of the whole program: two replicas and a real server, killed while producers work.
//! Whatever was acknowledged must stand in the journal once, in order, and whatever stands there
//! must add up.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "this is all test code"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use decider::Fold as _;
use events::{CustomerId, Partition, TenantId, invoicing::Event};
use invoicing::Account;
use journal::{Heads, Store, server};

const PRODUCERS: u64 = 8;
/// Each of an invoice and of its payment.
const FACTS: u64 = 150;

/// One process of the program, as an operator starts it.
fn serve(server: &server::Server, log: &Path) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["serve", "all", "--nats-url", &server.url()])
        .args(["--nats-monitor-urls", &server.monitor_url()])
        .args(["--grpc-address", "127.0.0.1:0", "--clock-mode", "by_hand"])
        .args(["--service-silence", "1s", "--snapshots-entries", "50"])
        .env_remove("VIGIE_CONFIG")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// An invoice and its payment, in one request; sent until it is answered, as producers do.
async fn produce(client: async_nats::Client, producer: u64, acked: Arc<AtomicU64>) -> u64 {
    let mut sent_again = 0;
    for n in 0..FACTS {
        let (customer, invoice) = (format!("C-{producer}"), format!("F-{producer}-{n:04}"));
        let amount = serde_json::json!({"amount": format!("{}.00", 100 + n), "currency": "EUR"});
        let request = serde_json::json!([
            {"specversion": "1.0", "source": "/erp", "id": format!("{invoice}-i"),
             "type": "dev.vigie.invoice.issued.v1",
             "data": {"customer_id": customer, "invoice_id": invoice, "issue_date": "2026-01-05",
                      "due_date": "2026-02-04", "gross": amount}},
            {"specversion": "1.0", "source": "/bank", "id": format!("{invoice}-p"),
             "type": "dev.vigie.payment.received.v1",
             "data": {"customer_id": customer, "payment_id": format!("P-{producer}-{n:04}"),
                      "amount": amount, "value_date": "2026-02-01", "method": "transfer",
                      "designations": [{"invoice_id": invoice}]}},
        ]);
        let body = bytes::Bytes::from(serde_json::to_vec(&request).unwrap());
        loop {
            let sent = client.request("vigie.ask.acme.invoicing", body.clone());
            let answer = tokio::time::timeout(Duration::from_secs(3), sent).await;
            if let Ok(Ok(message)) = answer
                && let Ok(answer) = serde_json::from_slice::<serde_json::Value>(&message.payload)
                && let Some(results) = answer["results"].as_array()
                && results.len() == 2
            {
                if results.iter().all(|it| it["changed"].is_boolean()) {
                    acked.fetch_add(2, Ordering::Relaxed);
                    break;
                }
                // Nothing but "not now" may be the answer to a fact that is right.
                for refused in results.iter().filter_map(|it| it.get("refused")) {
                    let code = refused["code"].as_str().unwrap();
                    assert!(["UNAVAILABLE", "ABORTED"].contains(&code), "{refused}");
                }
            }
            sent_again += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    sent_again
}

/// What stands in the journal of one partition.
#[derive(Default)]
struct Found {
    accounts: BTreeMap<CustomerId, Account>,
    invoices: Vec<String>,
    payments: Vec<String>,
}

async fn read_all(store: &Store, tenant: &TenantId, partition: u16) -> Found {
    let journal = store.open(tenant, Partition(partition)).await.unwrap();
    let last = journal.last().await.unwrap();
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let mut found = Found::default();
    while reader.position() < last {
        let record = reader.next().await.unwrap();
        if record.context != events::Context::Invoicing {
            continue;
        }
        for decision in events::read::<Event>(&record.body).unwrap().decisions {
            let Some(customer) = decision.customer else { continue };
            let account = found.accounts.entry(customer).or_default();
            for event in &decision.events {
                account.evolve(event);
                account.check().unwrap();
                match event {
                    Event::InvoiceIssued(it) => found.invoices.push(it.invoice.to_string()),
                    Event::PaymentReceived(it) => found.payments.push(it.payment.to_string()),
                    _ => {}
                }
            }
        }
    }
    found
}

/// A server, two replicas and producers at work.
struct Scene {
    options: server::Options,
    server: server::Server,
    store: Store,
    replicas: [Child; 2],
    producers: Vec<tokio::task::JoinHandle<u64>>,
    acked: Arc<AtomicU64>,
    log: PathBuf,
    _dir: tempfile::TempDir,
}

/// Every fact of every producer.
const ALL: u64 = 2 * PRODUCERS * FACTS;

impl Scene {
    /// Nothing if there is no nats-server, which is said aloud.
    async fn open(set: impl Fn(&mut server::Options)) -> Option<Self> {
        let Ok(found) = server::find(|_| {}).await else {
            assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
            eprintln!("NOT TESTED: no nats-server was found");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("vigie.log");
        let mut options = server::Options::new(found.path, dir.path().join("nats"));
        set(&mut options);
        let server = server::Server::start(options.clone()).await.unwrap();
        let store = Store::connect(server.connection()).await.unwrap();
        store.create(&acme(), NonZero::new(4).unwrap()).await.unwrap();
        let replicas = [serve(&server, &log), serve(&server, &log)];
        let client = async_nats::connect(server.url()).await.unwrap();
        let acked = Arc::new(AtomicU64::new(0));
        let producers = (0..PRODUCERS)
            .map(|producer| tokio::spawn(produce(client.clone(), producer, acked.clone())))
            .collect();
        Some(Self { options, server, store, replicas, producers, acked, log, _dir: dir })
    }

    /// Waits until so many facts were acknowledged.
    async fn until(&self, facts: u64) {
        while self.acked.load(Ordering::Relaxed) < facts {
            assert!(self.producers.iter().any(|it| !it.is_finished()), "a producer gave up");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Lets the producers finish, and counts what stands in the journals.
    async fn count(mut self, what: &str) {
        let mut sent_again = 0;
        for producer in self.producers {
            match producer.await {
                Ok(count) => sent_again += count,
                Err(error) => {
                    let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                    panic!("{error}\n{log}");
                }
            }
        }
        for replica in &mut self.replicas {
            replica.kill().unwrap();
            replica.wait().unwrap();
        }
        let acknowledged = self.acked.load(Ordering::Relaxed);
        let store = &self.store;
        let (mut doubled, mut reordered, mut invoices, mut payments) = (0, 0, 0, 0);
        let mut customers = 0;
        for partition in 0..4 {
            let found = read_all(store, &acme(), partition).await;
            customers += found.accounts.len();
            for ids in [&found.invoices, &found.payments] {
                doubled += ids.len() - ids.iter().collect::<BTreeSet<_>>().len();
            }
            for customer in found.accounts.keys() {
                let prefix = format!("F-{}-", customer.as_str().trim_start_matches("C-"));
                let of_one: Vec<_> =
                    found.invoices.iter().filter(|it| it.starts_with(&prefix)).collect();
                reordered += of_one.windows(2).filter(|it| it[0] > it[1]).count();
            }
            let on = events::date::parse("2026-03-01").unwrap();
            for account in found.accounts.values() {
                let balances = invoicing::view::balances(account, on);
                assert_eq!(balances.len(), 1);
                let [balance] = balances.as_slice() else { continue };
                assert!(balance.open.is_zero(), "every invoice is paid: {balance:?}");
            }
            invoices += found.invoices.len();
            payments += found.payments.len();
        }
        println!(
            "{what}: acknowledged {acknowledged}, sent again {sent_again}, lost {}, doubled {doubled}, \
         reordered {reordered}",
            ALL - u64::try_from(invoices + payments).unwrap()
        );
        assert_eq!((invoices, payments), (1_200, 1_200));
        assert_eq!((doubled, reordered), (0, 0));
        assert_eq!(u64::try_from(customers).unwrap(), PRODUCERS);
    }
}

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_of_replicas_and_of_the_server_lose_double_and_reorder_nothing() {
    let Some(mut scene) = Scene::open(|_| {}).await else { return };
    // Something dies whenever another share of the work is done.
    let (mut roles_killed, mut servers_killed) = (0, 0);
    for share in 1..8 {
        scene.until(ALL * share / 8).await;
        if share % 3 == 0 {
            scene.server.kill().await.unwrap();
            scene.server.restart().await.unwrap();
            servers_killed += 1;
        } else {
            let victim = &mut scene.replicas[usize::from(share % 2 == 0)];
            victim.kill().unwrap();
            victim.wait().unwrap();
            *victim = serve(&scene.server, &scene.log);
            roles_killed += 1;
        }
    }
    scene.count(&format!("roles killed {roles_killed}, servers killed {servers_killed}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_for_a_minute_loses_doubles_and_reorders_nothing() {
    let Some(mut scene) = Scene::open(|_| {}).await else { return };
    scene.until(ALL / 4).await;
    scene.server.kill().await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    scene.server.restart().await.unwrap();
    scene.count("away for a minute").await;
}

/// The leading replica hears nothing for longer than the others wait for it, and wakes up in the
/// middle of a sentence.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_freezes_and_wakes_up_loses_doubles_and_reorders_nothing() {
    let Some(scene) = Scene::open(|_| {}).await else { return };
    let signal = |child: &Child, signal: &str| {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    };
    for share in 1..5 {
        scene.until(ALL * share / 5).await;
        let victim = &scene.replicas[usize::from(share % 2 == 0)];
        signal(victim, "-STOP");
        tokio::time::sleep(Duration::from_secs(3)).await;
        signal(victim, "-CONT");
    }
    scene.count("replicas frozen 4 times").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_doubles_and_reorders_nothing_once_there_is_room() {
    // Too little for all that comes.
    let Some(mut scene) = Scene::open(|it| it.max_store = Some(256 * 1024)).await else { return };
    let (mut before, mut still) = (0, 0);
    while still < 20 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = scene.acked.load(Ordering::Relaxed);
        still = if now == before { still + 1 } else { 0 };
        before = now;
    }
    assert!(before < ALL, "it never filled");
    let roomy = server::Options { max_store: None, ..scene.options.clone() };
    scene.server.restart_with(roomy).await.unwrap();
    scene.count(&format!("full after {before} facts")).await;
}

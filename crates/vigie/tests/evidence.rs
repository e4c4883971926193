//! A file of evidence, from a real nats-server to somebody with nothing but the file: an empty folder
//! and the program, or a script that knows none of our code.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use api::{
    evidence::{
        EvidencePurpose, MakeEvidenceRequest, evidence_service_client::EvidenceServiceClient,
    },
    invoicing::{
        GetAccountRequest, GetStatementRequest, invoicing_service_client::InvoicingServiceClient,
    },
};
use async_nats::{Client, jetstream};
use events::{Context, Hash, Partition};
use evidence::Manifest;
use journal::{Heads, Store, server};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio_stream::StreamExt as _;
use tonic::{Code, transport::Channel};
use vigie::{
    config::{ClockMode, Config},
    serve::{Running, Server},
    tenants::Roles,
};

const PATIENCE: Duration = Duration::from_mins(1);
const PARTITIONS: u16 = 2;

struct House {
    server: server::Server,
    store: Store,
    client: Client,
    running: Running,
    channel: Channel,
    dir: PathBuf,
}

/// A server with a tenant that sends letters and signs evidence, and a process of every role; nothing
/// if there is no nats-server, which is said aloud.
async fn house(dir: &Path) -> Option<House> {
    let Ok(found) = server::find(|_| {}).await else {
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
        eprintln!("NOT TESTED: no nats-server was found");
        return None;
    };
    let options = server::Options::new(found.path, dir.join("nats"));
    let server = server::Server::start(options).await.unwrap();
    let store = Store::connect(server.connection()).await.unwrap();
    let acme = "acme".parse().unwrap();
    store.create(&acme, NonZero::new(PARTITIONS).unwrap()).await.unwrap();
    for folder in ["companies", "post"] {
        fs::create_dir_all(dir.join(folder)).unwrap();
    }
    fs::write(dir.join("key"), format!("{}\n", "7a".repeat(32))).unwrap();
    let path = |name: &str| dir.join(name).display().to_string();
    let company = format!(
        "name = \"Fournitures du Port\"\naddress = [\"3 quai des Grues\", \"76600 Le Havre\"]\n\
         language = \"fr\"\nhours = [0, 24]\nzone = \"Europe/Paris\"\n\
         [post]\nfolder = {:?}\n[evidence]\nkey_file = {:?}\n",
        path("post"),
        path("key")
    );
    fs::write(dir.join("companies/acme.toml"), company).unwrap();
    let mut config = Config::default();
    config.nats.url = server.url();
    config.nats.monitor_urls = vec![server.monitor_url()];
    config.grpc.address = "127.0.0.1:0".parse().unwrap();
    config.clock.mode = ClockMode::ByHand;
    config.sending.directory = Some(dir.join("companies"));
    let running = Server::start(&config, Roles::ALL).await.unwrap();
    running.tenants.ready().await;
    let address = format!("http://{}", running.grpc_address);
    let channel = Channel::from_shared(address).unwrap().connect().await.unwrap();
    let client = async_nats::connect(server.url()).await.unwrap();
    Some(House { server, store, client, running, channel, dir: dir.to_owned() })
}

/// The program, in a folder, with nothing of its surroundings.
fn vigie(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.current_dir(folder).env_clear().args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

impl House {
    /// Asks until nothing is refused: what one context said another may not have heard yet.
    async fn ask(&self, context: &str, body: Value) {
        let body = serde_json::to_vec(&body).unwrap();
        let subject = format!("vigie.ask.acme.{context}");
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let sent = self.client.request(subject.clone(), body.clone().into());
            let sent = tokio::time::timeout(Duration::from_secs(5), sent).await;
            let answer = sent.ok().and_then(Result::ok);
            let answer = answer.map(|it| serde_json::from_slice::<Value>(&it.payload).unwrap());
            let answer = answer.unwrap_or_default();
            let all = answer["results"].as_array();
            if answer.get("changed").is_some()
                || all.is_some_and(|all| all.iter().all(|it| it["changed"].is_boolean()))
            {
                return;
            }
            assert!(tokio::time::Instant::now() < until, "{context}: {answer}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The program beside the server.
    fn run(&self, arguments: &[&str]) -> Output {
        let (url, monitor) = (self.server.url(), self.server.monitor_url());
        let companies = self.dir.join("companies").display().to_string();
        let reach = ["--nats-url", &url, "--nats-monitor-urls", &monitor];
        let all = [arguments, &reach, &["--sending-directory", &companies]].concat();
        vigie(&self.dir, &all)
    }

    fn make(&self, purpose: &str, out: &str) -> Vec<u8> {
        let whose = ["evidence", "make", "--tenant", "acme", "--customer", "C-1"];
        let made = self.run(&[&whose[..], &["--purpose", purpose, "--out", out]].concat());
        assert!(made.status.success(), "{}", said(&made));
        fs::read(self.dir.join(out)).unwrap()
    }

    async fn make_by_grpc(
        &self,
        purpose: EvidencePurpose,
        as_of: Option<api::shared::AsOf>,
    ) -> Vec<u8> {
        let request = MakeEvidenceRequest {
            tenant_id: "acme".into(),
            customer_id: "C-1".into(),
            purpose: purpose.into(),
            as_of,
            ..Default::default()
        };
        let mut client = EvidenceServiceClient::new(self.channel.clone());
        let mut pieces = client.make_evidence(request).await.unwrap().into_inner();
        let first = pieces.next().await.unwrap().unwrap();
        assert!(first.position.is_some() && first.key_fingerprint.len() == 64, "{first:?}");
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next().await {
            bytes.extend(piece.unwrap().content);
        }
        assert_eq!(i64::try_from(bytes.len()).unwrap(), first.total_bytes);
        bytes
    }

    /// Waits until the journal says a word of C-1.
    async fn until(&self, word: &str) {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let partition = partition("C-1");
            let journal = self.store.open(&"acme".parse().unwrap(), partition).await.unwrap();
            let last = journal.last().await.unwrap();
            let mut reader = journal.read(Heads::new()).await.unwrap();
            while reader.position() < last {
                let record = reader.next().await.unwrap();
                let entry = events::read::<Value>(&record.body).unwrap();
                let mut about = entry
                    .decisions
                    .iter()
                    .filter(|it| it.customer.as_ref().is_some_and(|it| it.as_str() == "C-1"));
                if about.any(|it| it.events.iter().any(|it| it.get(word).is_some())) {
                    return;
                }
            }
            assert!(tokio::time::Instant::now() < until, "C-1 has no {word}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn partition(customer: &str) -> Partition {
    Partition::of(&customer.parse().unwrap(), PARTITIONS)
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn owes(customer: &str, invoice: &str, gross: &str) -> [Value; 2] {
    let contact = json!({
        "name": format!("Établissements {customer}"),
        "address_lines": ["1 rue de la Paix", "75002 Paris"],
    });
    [
        json!({ "type": "dev.vigie.customer.registered.v1",
            "data": { "customer_id": customer, "contact": contact } }),
        json!({ "type": "dev.vigie.invoice.issued.v1", "data": {
            "customer_id": customer, "invoice_id": invoice, "issue_date": "2026-04-01",
            "due_date": "2026-05-01", "gross": money(gross) } }),
    ]
}

fn pays(customer: &str, payment: &str, amount: &str) -> Value {
    json!({ "type": "dev.vigie.payment.received.v1", "data": {
        "customer_id": customer, "payment_id": payment, "amount": money(amount),
        "value_date": "2026-05-20", "method": "transfer" } })
}

/// What happens to C-1, among what happens to others at the same time; who they are.
async fn business(house: &House) -> Vec<String> {
    let others: Vec<String> = (0..1_000)
        .map(|number| format!("OTHER-{number}"))
        .filter(|it| partition(it) == partition("C-1"))
        .take(30)
        .collect();
    let elsewhere = (0..1_000)
        .map(|number| format!("FAR-{number}"))
        .find(|it| partition(it) != partition("C-1"))
        .unwrap();
    let rules = json!({ "type": "dev.vigie.dunningpolicy.adopted.v1", "data": {
        "version": "test", "calendar": "FR", "ladders": [{ "name": "usual", "levels": [
            { "offset_days": 5, "tone": "reminder", "channels": ["letter"],
              "approval": "automatic" } ]}] }});
    house.ask("dunning", json!([rules])).await;
    // All at once: what arrives while an entry is made durable becomes the next one.
    let mut all = Vec::new();
    for (number, other) in others.iter().enumerate() {
        all.extend(owes(other, &format!("G-{other}"), "55.55"));
        if number == 15 {
            all.extend(owes("C-1", "F-1", "1200.00"));
            all.push(pays("C-1", "P-1", "400.00"));
            all.push(pays("C-1", "P-2", "300.00"));
        }
    }
    all.extend(owes(&elsewhere, "G-far", "66.66"));
    house.ask("invoicing", json!(all)).await;
    let bounced = json!({ "type": "dev.vigie.payment.reversed.v1", "data": {
        "customer_id": "C-1", "payment_id": "P-2", "reversal_date": "2026-05-28",
        "reason": "bounced" } });
    house.ask("invoicing", json!([bounced])).await;
    let armed = house.run(&["effects", "arm", "--tenant", "acme"]);
    assert!(armed.status.success(), "{}", said(&armed));
    house.ask("clock", json!({ "date": "2026-06-01" })).await;
    house.until("ReminderSent").await;
    let hold = json!({ "type": "dev.vigie.hold.placed.v1", "data": {
        "customer_id": "C-1", "hold_id": "H-1", "reason": "legal", "hold_date": "2026-06-01",
        "placed_by": "credit-1" } });
    house.ask("dunning", json!([hold])).await;
    let case = json!({ "type": "dev.vigie.case.opened.v1", "data": {
        "customer_id": "C-1", "invoice_ids": ["F-1"], "opened_by": "credit-1",
        "open_date": "2026-06-01" } });
    house.ask("collection", json!([case])).await;
    house.until("CaseOpened").await;
    others.into_iter().chain([elsewhere]).collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

/// `1200.00 EUR` of an amount of the contract.
fn plain(it: Option<&api::Money>) -> String {
    let it = it.unwrap();
    let cents = it.units * 100 + i64::from(it.nanos / 10_000_000);
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} {}", cents.abs() / 100, cents.abs() % 100, it.currency_code)
}

/// Hashes and sums, by somebody who has Python and never saw our code. Unpacks the file beside it.
const SCRIPT: &str = include_str!("evidence/check.py");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_file_and_nothing_else_can_check_it() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    let others = business(&house).await;

    let court = house.make("court", "court.zip");
    let auditor = house.make("auditor", "auditor.zip");
    for other in &others {
        assert!(!contains(&court, other), "a court is told of {other}");
    }
    assert!(!contains(&court, "55.55") && !contains(&court, "66.66"));
    assert!(others.iter().any(|it| contains(&auditor, it)), "an auditor is given entries whole");

    // Somebody else, somewhere else.
    let away = tempfile::tempdir().unwrap();
    let verified = |bytes: &[u8], arguments: &[&str]| {
        fs::write(away.path().join("bundle.zip"), bytes).unwrap();
        vigie(away.path(), &[&["evidence", "verify", "bundle.zip"], arguments].concat())
    };
    let counted = |output: &Output, what: &str| -> u64 {
        let text = said(output);
        let line = text.lines().find(|it| it.starts_with(what)).expect(what);
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let checked = verified(&court, &[]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(counted(&checked, "recomputed") > 0, "{}", said(&checked));
    assert!(counted(&checked, "attested") > 0, "no entry was shared: {}", said(&checked));
    assert_eq!(counted(&checked, "letters"), 1);
    let checked = verified(&auditor, &[]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert_eq!(counted(&checked, "attested"), 0);
    assert!(counted(&checked, "links") > 0);

    // The key: the right one, another one.
    let files = evidence::unpack(&court).unwrap();
    let manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let fingerprint = manifest.key.clone().unwrap().fingerprint;
    assert!(verified(&court, &["--key", &fingerprint]).status.success());
    let refused = verified(&court, &["--key", &"0".repeat(64)]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));

    // One byte.
    let mut changed = court.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let refused = verified(&changed, &[]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("NOT SOUND"), "{}", said(&refused));

    // Without our code.
    fs::write(away.path().join("bundle.zip"), &court).unwrap();
    let python = Command::new("python3")
        .args(["-I", "-c", SCRIPT, "bundle.zip", "unpacked"])
        .current_dir(away.path())
        .output()
        .unwrap();
    assert!(python.status.success(), "{}", said(&python));
    assert_eq!(said(&python).trim(), "800.00 EUR 4");

    // Unpacked, and what is changed there is found.
    let checked = vigie(away.path(), &["evidence", "verify", "unpacked"]);
    assert!(checked.status.success(), "{}", said(&checked));
    let statement = away.path().join("unpacked/statement.json");
    let text = fs::read_to_string(&statement).unwrap();
    fs::write(&statement, text.replace("800.00 EUR", "900.00 EUR")).unwrap();
    let refused = vigie(away.path(), &["evidence", "verify", "unpacked"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("statement.json: "), "{}", said(&refused));

    // What is asked over gRPC is answered with the same sums and the same bytes.
    let told: Value = serde_json::from_slice(&files["statement.json"]).unwrap();
    same_sums(&house, &told, manifest.effective_on).await;
    let mut same = false;
    for attempt in 0..10 {
        let by_command = house.make("court", &format!("again-{attempt}.zip"));
        same = house.make_by_grpc(EvidencePurpose::Court, None).await == by_command;
        if same {
            break;
        }
    }
    assert!(same, "the journal came to rest, and the files are not the same");
    let unknown = house.run(&[
        "evidence",
        "make",
        "--tenant",
        "acme",
        "--customer",
        "NOBODY",
        "--purpose",
        "court",
    ]);
    assert_eq!(unknown.status.code(), Some(1), "{}", said(&unknown));
    of_the_past(&house, &files, &manifest).await;
    refusals(&house).await;
    house.running.stop().await.unwrap();
}

/// What could be known a while ago is told without what came since.
async fn of_the_past(house: &House, files: &evidence::Files, manifest: &Manifest) {
    let case: Value = serde_json::from_slice(&files["entries/collection.jsonl"]).unwrap();
    let before = case["sequence"].as_u64().unwrap() - 1;
    let as_of = api::shared::AsOf {
        effective_date: None,
        known_at: Some(api::shared::as_of::KnownAt::KnownPosition(api::shared::Position {
            sequences: [(u32::from(manifest.partition.0), before)].into(),
        })),
    };
    let past = evidence::unpack(&house.make_by_grpc(EvidencePurpose::Court, Some(as_of)).await);
    let past =
        evidence::verify(&past.unwrap(), manifest.key.as_ref().map(|it| it.fingerprint.as_str()))
            .unwrap();
    assert_eq!(past.manifest.known_at[&manifest.partition].0, before);
    assert_eq!(past.manifest.entries[&Context::Collection].entries, 0);
    assert_eq!(manifest.entries[&Context::Collection].entries, 1);
}

async fn refusals(house: &House) {
    let mut client = EvidenceServiceClient::new(house.channel.clone());
    let ask = |customer_id: &str, purpose: EvidencePurpose| MakeEvidenceRequest {
        tenant_id: "acme".into(),
        customer_id: customer_id.into(),
        purpose: purpose.into(),
        ..Default::default()
    };
    let refused = client.make_evidence(ask("NOBODY", EvidencePurpose::Court)).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound, "{refused}");
    let refused = client.make_evidence(ask("C-1", EvidencePurpose::Unspecified)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
    assert!(refused.message().contains("purpose"), "{refused}");
}

async fn same_sums(house: &House, told: &Value, on: chrono::NaiveDate) {
    use chrono::Datelike as _;
    let number = |it: u32| i32::try_from(it).unwrap();
    let day = api::Date { year: on.year(), month: number(on.month()), day: number(on.day()) };
    let mut invoicing = InvoicingServiceClient::new(house.channel.clone());
    let request = GetStatementRequest {
        tenant_id: "acme".into(),
        customer_id: "C-1".into(),
        to_date: Some(day),
        ..Default::default()
    };
    let answer = invoicing.get_statement(request).await.unwrap().into_inner();
    assert_eq!(answer.statements.len(), 1, "one currency: {answer:?}");
    let (theirs, ours) = (&answer.statements[0], &told["statements"][0]);
    assert_eq!(plain(theirs.closing_balance.as_ref()), ours["closing"]);
    let lines = ours["lines"].as_array().unwrap();
    assert_eq!(theirs.lines.len(), lines.len());
    for (theirs, ours) in theirs.lines.iter().zip(lines) {
        assert_eq!(theirs.document_id, ours["document"]);
        assert_eq!(plain(theirs.amount.as_ref()), ours["amount"]);
        assert_eq!(plain(theirs.balance.as_ref()), ours["balance"]);
    }
    let request = GetAccountRequest {
        tenant_id: "acme".into(),
        customer_id: "C-1".into(),
        ..Default::default()
    };
    let account = invoicing.get_account(request).await.unwrap().into_inner().account.unwrap();
    let (theirs, ours) = (&account.balances[0], &told["balances"][0]);
    assert_eq!(plain(theirs.open_amount.as_ref()), ours["open"]);
    assert_eq!(plain(theirs.overdue_amount.as_ref()), ours["overdue"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_journal_can_hold_it_against_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    business(&house).await;
    let bytes = house.make("insurer", "bundle.zip");
    let same = house.run(&["evidence", "check-journal", "bundle.zip"]);
    assert!(same.status.success(), "{}", said(&same));
    assert!(said(&same).contains("the journal says the same"), "{}", said(&same));

    // Somebody without the key moves a case by a century, which no sum depends on, and covers it up.
    let mut files = evidence::unpack(&bytes).unwrap();
    let mut manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let name = format!("entries/{}.jsonl", Context::Collection);
    let text = String::from_utf8(files[&name].clone()).unwrap();
    let (before, after) = text.split_once("\"recorded_at\":\"20").unwrap();
    let forged = format!("{before}\"recorded_at\":\"19{after}");
    assert_ne!(forged, text);
    files.insert(name.clone(), forged.into_bytes());
    manifest.key = None;
    for it in manifest.files.iter_mut().filter(|it| it.name == name) {
        let bytes = &files[&name];
        it.bytes = u64::try_from(bytes.len()).unwrap();
        it.blake3 = Hash::of(bytes);
        it.sha256 = sha256(bytes);
    }
    let mut manifest = serde_json::to_vec_pretty(&manifest).unwrap();
    manifest.push(b'\n');
    let unsigned = format!("unsigned sha256 {}\n", sha256(&manifest));
    files.insert("signature".to_owned(), unsigned.into_bytes());
    files.insert("manifest.json".to_owned(), manifest);
    let forged = dir.path().join("forged");
    for (name, bytes) in &files {
        let path = forged.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    // In itself it is sound, and says that nobody vouches for it. The journal knows better.
    let alone = vigie(dir.path(), &["evidence", "verify", "forged"]);
    assert!(alone.status.success() && said(&alone).contains("NOT SIGNED"), "{}", said(&alone));
    let refused = house.run(&["evidence", "check-journal", "forged"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("collection, entry "), "{}", said(&refused));

    // What was erased is shown as erased, and the rest is sound.
    let context = jetstream::new(house.client.clone());
    let contacts = context.get_key_value("vigie-contacts").await.unwrap();
    contacts.purge("acme.customer.C-1").await.unwrap();
    let letters = context.get_object_store("vigie-letters").await.unwrap();
    let mut kept = letters.list().await.unwrap();
    let mut letter = None;
    while let Some(it) = kept.next().await {
        let name = it.unwrap().name;
        if name.contains("/C-1/") {
            letter = Some(name);
        }
    }
    let letter = letter.expect("a letter to C-1 is kept");
    letters.delete(&letter).await.unwrap();
    let files = evidence::unpack(&house.make("court", "erased.zip")).unwrap();
    let customer: Value = serde_json::from_slice(&files["customer.json"]).unwrap();
    assert_eq!(customer["contact"], Value::Null);
    assert!(customer["contact_is"].as_str().unwrap().contains("erased"), "{customer}");
    let checked = vigie(dir.path(), &["evidence", "verify", "erased.zip"]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(said(&checked).contains("1 not kept any more"), "{}", said(&checked));
    house.running.stop().await.unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    Hash::from_bytes(digest).hex()
}

//! The accounts of `deploy/nats`, as an operator uses them: everything is made by `vigie prepare`, and
//! each role is a process of its own, with a user of its own that may do nothing else.
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions,
    jetstream::{self, consumer::pull},
};
use futures::StreamExt as _;
use journal::server;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

/// Each context of the shipped accounts.
const CONTEXTS: [&str; 6] = ["clock", "invoicing", "risk", "dunning", "collection", "alerts"];

/// A server with the shipped accounts.
struct House {
    server: server::Server,
    dir: tempfile::TempDir,
    /// Where the customers' page is.
    pages: String,
}

/// A process of one role.
struct Role {
    process: Child,
    grpc: String,
}

impl Drop for Role {
    fn drop(&mut self) {
        let _gone: std::io::Result<()> = self.process.kill();
        let _gone: std::io::Result<_> = self.process.wait();
    }
}

/// A port that was free. Let go of at once: whoever starts the program wants to know where it listens.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

impl House {
    /// Nothing if there is no nats-server, which is said aloud.
    async fn open() -> Option<Self> {
        let Ok(found) = server::find(|_| {}).await else {
            assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
            eprintln!("NOT TESTED: no nats-server was found");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let shipped =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nats/accounts.conf");
        let accounts = std::fs::read_to_string(shipped).unwrap();
        let variables = accounts.split("password: $").skip(1);
        let variables = variables.filter_map(|it| it.split_whitespace().next());
        let passwords: Vec<_> = variables.map(|it| format!("{it}: secret\n")).collect();
        std::fs::write(dir.path().join("password"), "secret").unwrap();
        let mut options = server::Options::new(found.path, dir.path().join("nats"));
        options.extra = passwords.concat() + &accounts;
        let server = server::Server::start(options).await.unwrap();
        Some(Self { server, dir, pages: free() })
    }

    /// The program as a user of the server.
    fn vigie(&self, user: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command
            .args(arguments)
            .args(["--nats-url", &self.server.url(), "--nats-user", user])
            .args(["--nats-monitor-urls", &self.server.monitor_url()])
            .args(["--nats-inbox-prefix", &format!("_INBOX_{user}"), "--nats-password-file"])
            .arg(self.dir.path().join("password"))
            .args(["--snapshots-place", "directory", "--snapshots-directory"])
            .arg(self.dir.path().join("snapshots").join(user))
            .env_remove("VIGIE_CONFIG")
            .stdin(Stdio::null());
        command
    }

    /// One role, as the user of the same name.
    fn serve(&self, role: &str) -> Role {
        let log = std::fs::File::create(self.log(role)).unwrap();
        let grpc = free();
        let mut command = self.vigie(role, &["serve", role, "--grpc-address", &grpc]);
        command.args(["--clock-mode", "by_hand", "--sending-directory"]).arg(self.dir.path());
        if role == "portal" {
            command.args(["--portal-listen", &self.pages]);
        }
        let process = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        Role { process, grpc: format!("http://{grpc}") }
    }

    fn log(&self, role: &str) -> PathBuf {
        self.dir.path().join(format!("{role}.log"))
    }

    async fn connect(&self, user: &str) -> Client {
        ConnectOptions::with_user_and_password(user.to_owned(), "secret".to_owned())
            .custom_inbox_prefix(format!("_INBOX_{user}"))
            .connect(self.server.url())
            .await
            .unwrap()
    }

    /// What the server says somebody tried and may not.
    fn violations(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.dir.path().join("nats").join("nats.log")).unwrap();
        log.lines().filter(|it| it.contains("Violation")).map(str::to_owned).collect()
    }

    /// What is wrong, for whoever reads that the test has failed.
    fn trouble(&self) -> String {
        let mut all = self.violations().join("\n");
        for role in CONTEXTS.into_iter().chain(["portal"]) {
            let said = std::fs::read_to_string(self.log(role)).unwrap_or_default();
            let wrong = said.lines().filter(|it| !it.contains("\"INFO\""));
            all.extend(wrong.flat_map(|it| ["\n", role, ": ", it]));
        }
        all
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Asks a role over gRPC, until the answer holds all of this.
async fn until_answered(house: &House, role: &Role, arguments: &[&str], wanted: &[&str]) -> String {
    let mut last = String::new();
    let asked = async {
        loop {
            let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
            command.args(arguments).env("VIGIE_SERVER", &role.grpc).env("VIGIE_TENANT", "acme");
            let output = command.env_remove("VIGIE_CONFIG").output().unwrap();
            last = said(&output);
            if output.status.success() && wanted.iter().all(|it| last.contains(it)) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let asked = tokio::time::timeout(PATIENCE, asked).await;
    assert!(asked.is_ok(), "{arguments:?}: {last}\n{}", house.trouble());
    last
}

/// Publishes to the inbox as producers do: it is kept when this returns.
async fn send(erp: &Client, subject: &str, ce_type: &str, data: &Value) {
    let mut headers = async_nats::HeaderMap::new();
    let id = data["invoice_id"].as_str().or(data["hold_id"].as_str());
    let id = id.or(data["open_date"].as_str());
    let attributes = [
        ("ce-specversion", "1.0"),
        ("ce-id", id.unwrap_or("registered")),
        ("ce-source", "/erp"),
        ("ce-type", ce_type),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    for (name, value) in attributes {
        headers.insert(name, value);
    }
    let context = jetstream::new(erp.clone());
    let body = data.to_string().into();
    let sent = context.publish_with_headers(subject.to_owned(), headers, body).await.unwrap();
    sent.await.unwrap();
}

/// The next alert that a dashboard is told.
async fn next_alert(house: &House, dashboard: &Client) -> Value {
    let context = jetstream::new(dashboard.clone());
    let consumer = pull::Config {
        name: Some("desk".to_owned()),
        filter_subject: "vigie.alerts.acme.>".to_owned(),
        ..Default::default()
    };
    let made = context.create_consumer_on_stream(consumer, vigie::announce::ALERTS).await;
    let mut messages = made.unwrap().messages().await.unwrap();
    let Ok(message) = tokio::time::timeout(PATIENCE, messages.next()).await else {
        panic!("no alert: {}", house.trouble());
    };
    let message = message.unwrap().unwrap();
    message.double_ack().await.unwrap();
    serde_json::from_slice(&message.payload).unwrap()
}

fn invoice(id: &str) -> Value {
    serde_json::json!({
        "customer_id": "C-1", "invoice_id": id, "issue_date": "2026-01-05",
        "due_date": "2026-02-04", "gross": {"amount": "1190.00", "currency": "EUR"},
    })
}

fn snapshots(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("snapshots")).map(Iterator::count).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_does_its_work_with_its_own_user_and_no_other_work() {
    let Some(house) = House::open().await else { return };
    // Twice, as after an upgrade: what is there stays.
    for _ in 0..2 {
        let prepared = house.vigie("operator", &["prepare", "acme"]).output().unwrap();
        assert!(prepared.status.success(), "{}{}", said(&prepared), house.trouble());
    }
    let clock = house.serve("clock");
    let invoicing = house.serve("invoicing");
    let risk = house.serve("risk");
    let post = house.dir.path().join("post");
    std::fs::create_dir(&post).unwrap();
    let company = format!(
        "name = \"Fournitures du Port\"\naddress = [\"3 quai des Grues\", \"76600 Le Havre\"]\n\
         hours = [0, 24]\n[post]\nfolder = {:?}\n\
         [portal]\nurl = \"http://{}\"\nkey_file = {:?}\n",
        post.display().to_string(),
        house.pages,
        house.dir.path().join("key").display().to_string(),
    );
    std::fs::write(house.dir.path().join("key"), "k".repeat(32)).unwrap();
    std::fs::write(house.dir.path().join("acme.toml"), company).unwrap();
    let dunning = house.serve("dunning");
    let collection = house.serve("collection");
    let alerts = house.serve("alerts");
    let portal = house.serve("portal");

    until_answered(&house, &clock, &["tenant", "open-day", "acme", "2026-06-01"], &["2026-06-01"])
        .await;
    let erp = house.connect("acme-erp").await;
    let mut refused = erp.subscribe("vigie.refused.acme.>").await.unwrap();
    erp.flush().await.unwrap();
    let issued = "dev.vigie.invoice.issued.v1";
    send(&erp, "vigie.in.acme.invoicing.invoice", issued, &invoice("F-1")).await;
    let registered = serde_json::json!({
        "customer_id": "C-1", "region_code": "FR", "contact": {
            "name": "Boulangerie Martin", "address_lines": ["2 rue du Four", "14000 Caen"],
        },
    });
    send(&erp, "vigie.in.acme.invoicing", "dev.vigie.customer.registered.v1", &registered).await;

    let account = ["get", "account", "C-1"];
    until_answered(&house, &invoicing, &account, &["190.00", "Boulangerie Martin"]).await;
    until_answered(&house, &risk, &["get", "score", "C-1"], &["grade"]).await;
    let told = next_alert(&house, &house.connect("acme-dashboard").await).await;
    assert_eq!(told["data"]["customer_id"], "C-1", "{told}");
    until_answered(&house, &alerts, &["list", "alerts"], &["C-1"]).await;

    // A letter is printed once an operator lets it leave.
    let armed = house.vigie("operator", &["effects", "arm", "--tenant", "acme"]).output().unwrap();
    assert!(armed.status.success(), "{}{}", said(&armed), house.trouble());
    let rules = serde_json::json!({
        "version": "1", "calendar": "TARGET", "ladders": [{ "name": "usual", "levels": [
            { "offset_days": 0, "tone": "reminder", "channels": ["letter"],
              "approval": "automatic" },
        ]}],
    });
    send(&erp, "vigie.in.acme.dunning", "dev.vigie.dunningpolicy.adopted.v1", &rules).await;
    let printed = async {
        while std::fs::read_dir(&post).unwrap().count() == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let printed = tokio::time::timeout(PATIENCE, printed).await;
    assert!(printed.is_ok(), "nothing was printed\n{}", house.trouble());

    a_customer_answers(&house).await;

    // A person collects what lawyers have, and is refused what is not there.
    let hold = serde_json::json!({"customer_id": "C-1", "hold_id": "H-1", "reason": "legal",
        "hold_date": "2026-06-01", "placed_by": "credit-1"});
    send(&erp, "vigie.in.acme.dunning", "dev.vigie.hold.placed.v1", &hold).await;
    let stands = ["get", "dunning", "C-1", "--output", "json"];
    let stands = until_answered(&house, &dunning, &stands, &["legal"]).await;
    let stands: Value = serde_json::from_str(&stands).unwrap();
    let case = |invoice| {
        serde_json::json!({"customer_id": "C-1", "invoice_ids": [invoice],
        "opened_by": "credit-1", "open_date": "2026-06-01"})
    };
    let opened = "dev.vigie.case.opened.v1";
    let cases = ["get", "cases", "C-1"];
    let known = [&cases[..], &["--min-position", stands["position"].as_str().unwrap()]].concat();
    until_answered(&house, &collection, &known, &["Cases of C-1"]).await;
    send(&erp, "vigie.in.acme.collection", opened, &case("F-9")).await;
    let message = tokio::time::timeout(PATIENCE, refused.next()).await.unwrap().unwrap();
    let told: Value = serde_json::from_slice(&message.payload).unwrap();
    assert_eq!(told["reason"], "INVOICE_NOT_OPEN", "{told}");
    send(&erp, "vigie.in.acme.collection", opened, &case("F-1")).await;
    until_answered(&house, &collection, &cases, &["case-1", "F-1"]).await;

    // What is wrong comes back, and so does what is sent where nobody waits.
    send(&erp, "vigie.in.acme.invoicing.invoice", issued, &invoice("F 2")).await;
    send(&erp, "vigie.in.acme.invoices", issued, &invoice("F-3")).await;
    let mut reasons = Vec::new();
    while reasons.len() < 2 {
        let Ok(message) = tokio::time::timeout(PATIENCE, refused.next()).await else {
            panic!("{reasons:?} and no more: {}", house.trouble());
        };
        let told: Value = serde_json::from_slice(&message.unwrap().payload).unwrap();
        reasons.push(told["reason"].as_str().unwrap().to_owned());
    }
    reasons.sort();
    assert_eq!(reasons, ["CONTEXT_NOT_FOUND", "INVALID_FIELD"]);

    // All of that was done without trying what is not allowed.
    assert_eq!(house.violations(), Vec::<String>::new());
    nobody_writes_for_another(&house).await;
    for role in [clock, invoicing, risk, dunning, collection, alerts, portal] {
        stop(&house, role);
    }
    assert!(snapshots(house.dir.path()) >= 3, "they are kept where they were told to be");
}

/// What a customer says on its page is recorded, by a process that writes nothing.
async fn a_customer_answers(house: &House) {
    let pages = &house.pages;
    let mut link = house.vigie("portal", &["portal", "link", "C-1", "--tenant", "acme"]);
    let link = link.arg("--sending-directory").arg(house.dir.path()).output().unwrap();
    let link = String::from_utf8(link.stdout).unwrap();
    let path = link.trim().strip_prefix(&format!("http://{pages}")).unwrap();
    let form = "date=2026-06-15&amount=10&invoice=";
    let request = format!(
        "POST {path}/promise HTTP/1.1\r\nHost: {pages}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut last = String::new();
    let answered = async {
        while !last.starts_with("HTTP/1.1 303") {
            tokio::time::sleep(PAUSE * 4).await;
            let Ok(mut stream) = tokio::net::TcpStream::connect(pages).await else { continue };
            stream.write_all(request.as_bytes()).await.unwrap();
            last.clear();
            stream.read_to_string(&mut last).await.unwrap();
        }
    };
    let answered = tokio::time::timeout(PATIENCE, answered).await;
    assert!(answered.is_ok(), "{last}\n{}", house.trouble());
}

/// Tells a process to stop; it ends in good order.
fn stop(house: &House, mut role: Role) {
    let told = Command::new("kill").arg(role.process.id().to_string()).status().unwrap();
    assert!(told.success());
    assert!(role.process.wait().unwrap().success(), "{}", house.trouble());
}

async fn nobody_writes_for_another(house: &House) {
    let operator = jetstream::new(house.connect("operator").await);
    let messages =
        async || operator.get_stream("VIGIE_acme_0").await.unwrap().cached_info().state.messages;
    let before = messages().await;
    let mut tried = Vec::new();
    for user in CONTEXTS.into_iter().chain(["operator", "portal", "acme-erp", "acme-dashboard"]) {
        let client = house.connect(user).await;
        for subject in CONTEXTS.into_iter().filter(|it| *it != user) {
            let subject = format!("vigie.journal.acme.0.{subject}");
            client.publish(subject.clone(), "{}".into()).await.unwrap();
            tried.push((user, subject));
        }
        // Nor may a service have a stream made, changed, emptied or deleted.
        if user != "operator" {
            for verb in ["CREATE", "UPDATE", "PURGE", "DELETE", "SNAPSHOT", "MSG.DELETE"] {
                let subject = format!("$JS.API.STREAM.{verb}.VIGIE_acme_0");
                client.publish(subject.clone(), "{}".into()).await.unwrap();
                tried.push((user, subject));
            }
        }
        client.flush().await.unwrap();
    }
    let is_denied = |said: &[String], (user, subject): &(&str, String)| {
        let (user, subject) = (format!("/user:{user}\""), format!("Subject \"{subject}\""));
        said.iter().any(|it| it.contains(&user) && it.contains(&subject))
    };
    let denied = async {
        while !tried.iter().all(|it| is_denied(&house.violations(), it)) {
            tokio::time::sleep(PAUSE).await;
        }
    };
    let denied = tokio::time::timeout(PATIENCE, denied).await;
    assert!(denied.is_ok(), "not all of {tried:?} was denied: {:#?}", house.violations());
    assert_eq!(messages().await, before);
}

//! The customer's page: a server, processes that are killed, and a browser that sends what it likes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says where"
)]

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use async_nats::Client;
use events::{Context, Partition, TenantId, dunning, invoicing};
use journal::{Heads, Store, server};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

struct House {
    server: server::Server,
    store: Store,
    client: Client,
    dir: PathBuf,
    /// Decides; the page is another process.
    services: Child,
    portal: Child,
    address: String,
}

/// An answer over HTTP.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|it| it.split_once(": "));
        lines.filter(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it).next()
    }
}

async fn http(address: &str, head: &str, body: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let request = format!(
        "{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// Sends a form as a browser does that has the page open.
async fn send(address: &str, path: &str, form: &str) -> std::io::Result<Answer> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Origin: null\r\nSec-Fetch-Site: same-origin"
    );
    http(address, &head, form).await
}

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

fn free() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn vigie(server: &server::Server, dir: &Path, arguments: &[&str]) -> Command {
    let log = std::fs::File::options().create(true).append(true).open(dir.join("log")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command
        .args(arguments)
        .args(["--nats-url", &server.url(), "--nats-monitor-urls", &server.monitor_url()])
        .args(["--sending-directory", &dir.display().to_string(), "--clock-mode", "by_hand"])
        .env_remove("VIGIE_CONFIG")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    command
}

fn serve(server: &server::Server, dir: &Path) -> Child {
    let roles = ["serve", "clock", "invoicing", "risk", "dunning", "--grpc-address", &free()];
    vigie(server, dir, &roles).args(["--service-silence", "500ms"]).spawn().unwrap()
}

fn show(server: &server::Server, dir: &Path, address: &str) -> Child {
    let role = ["serve", "portal", "--grpc-address", &free(), "--portal-listen", address];
    vigie(server, dir, &role).args(["--log-filter", "trace,async_nats=warn"]).spawn().unwrap()
}

const COMPANY: &str = r#"name = "Fournitures <b>du</b> Port"
language = "fr"
iban = "FR7630006000011234567890189"
bic = "XXXXFRPPXXX"
email = "compta@port.example"
[portal]
url = "http://127.0.0.1:1/seen/from/outside"
key_file = "KEY"
old_key_files = []
days = 30
pay_url = "https://bank.example/?for={customer}&sum={amount}&in={currency}"
"#;

/// A server with a tenant, its services, and a process that shows customers their page; nothing if
/// there is no nats-server, which is said aloud.
async fn house(dir: &Path) -> Option<House> {
    let Ok(found) = server::find(|_| {}).await else {
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
        eprintln!("NOT TESTED: no nats-server was found");
        return None;
    };
    let options = server::Options::new(found.path, dir.join("nats"));
    let server = server::Server::start(options).await.unwrap();
    let store = Store::connect(server.connection()).await.unwrap();
    store.create(&acme(), NonZero::<u16>::MIN).await.unwrap();
    let client = async_nats::connect(server.url()).await.unwrap();
    std::fs::write(dir.join("key"), "0123456789abcdef0123456789abcdef\n").unwrap();
    std::fs::write(dir.join("other"), "fedcba9876543210fedcba9876543210\n").unwrap();
    let key = dir.join("key").display().to_string();
    std::fs::write(dir.join("acme.toml"), COMPANY.replace("KEY", &key)).unwrap();
    let address = free();
    let (services, portal) = (serve(&server, dir), show(&server, dir, &address));
    let house = House { server, store, client, dir: dir.to_owned(), services, portal, address };
    house.ask("clock", &json!({ "date": "2026-06-01" })).await;
    Some(house)
}

impl House {
    async fn ask(&self, context: &str, body: &Value) -> Value {
        let body = serde_json::to_vec(body).unwrap();
        let asked = async {
            loop {
                let sent =
                    self.client.request(format!("vigie.ask.acme.{context}"), body.clone().into());
                if let Ok(Ok(answer)) = tokio::time::timeout(Duration::from_secs(3), sent).await {
                    let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
                    if answer.get("changed").is_some() || answer["results"].is_array() {
                        return answer;
                    }
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        let answer = tokio::time::timeout(PATIENCE, asked).await.expect("it is answered");
        for it in answer["results"].as_array().into_iter().flatten() {
            assert!(it["changed"].is_boolean(), "{answer}");
        }
        answer
    }

    /// Somebody who owes 1,200.00 since 1 May.
    async fn owes(&self, customer: &str, number: &str) {
        let issued = json!({ "type": "dev.vigie.invoice.issued.v1", "data": {
            "customer_id": customer, "invoice_id": format!("F-{customer}"), "number": number,
            "issue_date": "2026-04-01", "due_date": "2026-05-01",
            "gross": { "amount": "1200.00", "currency": "EUR" },
        }});
        self.ask("invoicing", &json!([issued])).await;
    }

    /// The path of a customer's link.
    fn link(&self, customer: &str, more: &[&str]) -> String {
        let mut command = vigie(&self.server, &self.dir, &["portal", "link", customer]);
        let output = command.args(["--tenant", "acme"]).args(more).stdout(Stdio::piped()).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", self.log());
        let link = String::from_utf8(output.stdout).unwrap();
        let path = link.trim().strip_prefix("http://127.0.0.1:1/seen/from/outside").unwrap();
        path.to_owned()
    }

    async fn http(&self, head: &str, body: &str) -> std::io::Result<Answer> {
        http(&self.address, head, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.http(&format!("GET {path} HTTP/1.1"), "").await.unwrap()
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        send(&self.address, path, form).await.unwrap()
    }

    /// Where an answer leads to, seen from what was asked.
    async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{answer:?}\n{}", self.log());
        let place = answer.header("location").unwrap().strip_prefix("..").unwrap();
        self.get(place).await
    }

    /// The page, once it shows this.
    async fn until_shown(&self, path: &str, wanted: &str) -> Answer {
        let mut last = None;
        let shown = async {
            loop {
                if let Ok(answer) = self.http(&format!("GET {path} HTTP/1.1"), "").await {
                    if answer.body.contains(wanted) {
                        return answer;
                    }
                    last = Some(answer);
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        };
        let shown = tokio::time::timeout(PATIENCE, shown).await;
        shown.unwrap_or_else(|_| panic!("no {wanted} in {last:?}\n{}", self.log()))
    }

    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(40).collect();
        lines.join("\n")
    }

    async fn receivables(&self) -> Vec<invoicing::Event> {
        said(&self.store, Context::Invoicing).await
    }

    async fn reminders(&self) -> Vec<dunning::Event> {
        said(&self.store, Context::Dunning).await
    }

    async fn last(&self) -> u64 {
        let journal = self.store.open(&acme(), Partition(0)).await.unwrap();
        journal.last().await.unwrap().0
    }
}

/// What a context said, in order.
async fn said<E: for<'a> serde::Deserialize<'a>>(store: &Store, context: Context) -> Vec<E> {
    let journal = store.open(&acme(), Partition(0)).await.unwrap();
    let last = journal.last().await.unwrap();
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let mut said = Vec::new();
    while reader.position() < last {
        let record = reader.next().await.unwrap();
        if record.context == context {
            let entry: Value = serde_json::from_slice(&record.body).unwrap();
            for decision in entry["decisions"].as_array().unwrap() {
                let events = decision["events"].clone();
                said.extend(serde_json::from_value::<Vec<E>>(events).unwrap());
            }
        }
    }
    said
}

impl Drop for House {
    fn drop(&mut self) {
        for process in [&mut self.services, &mut self.portal] {
            let _gone: Result<(), _> = process.kill();
            let _ended: Result<_, _> = process.wait();
        }
    }
}

fn promises(said: &[invoicing::Event]) -> Vec<&invoicing::Promise> {
    let all = said.iter().filter_map(|it| match it {
        invoicing::Event::PromiseMade(it) => Some(&**it),
        _ => None,
    });
    all.collect()
}

fn disputes(said: &[invoicing::Event]) -> Vec<&invoicing::Dispute> {
    let all = said.iter().filter_map(|it| match it {
        invoicing::Event::DisputeOpened(it) => Some(&**it),
        _ => None,
    });
    all.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_sees_what_it_owes_and_says_what_it_will_do() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "FA <i>2026</i> 7").await;
    let rules = json!({ "type": "dev.vigie.dunningpolicy.adopted.v1", "data": {
        "version": "1", "calendar": "TARGET", "ladders": [{ "name": "usual", "levels": [
            { "offset_days": 5, "tone": "reminder", "channels": ["letter"], "approval": "by_person" },
        ]}],
    }});
    let link = house.link("C-1", &[]);
    let page = house.until_shown(&link, "FA &lt;i&gt;2026").await;
    assert!(page.body.contains("1\u{202f}200,00"), "{}", page.body);
    assert!(page.body.contains("FR76 3000 6000 0112 3456 7890 189"), "{}", page.body);
    assert!(!page.body.contains("<i>") && !page.body.contains("<b>du"), "{}", page.body);
    assert!(page.body.contains("sum=1200.00"), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(house.get("/style.css").await.status, 200);

    // What cannot be is told by its field, and nothing is recorded.
    let last = house.last().await;
    let will_pay = format!("{link}/promise");
    for (form, why) in [
        ("date=2026-05-31&amount=100&invoice=", "Ce jour est passé"),
        ("date=2026-12-31&amount=100&invoice=", "trop lointain"),
        ("date=soon&amount=100&invoice=", "pas un jour"),
        ("date=&amount=100&invoice=", "remplir"),
        ("date=2026-06-15&amount=1.200&invoice=", "pas un montant"),
        ("date=2026-06-15&amount=0&invoice=", "pas un montant"),
        ("date=2026-06-15&amount=1200,01&invoice=", "plus que ce qui reste"),
        ("date=2026-06-15&amount=100&invoice=F-2", "Rien ne reste dû de cette facture"),
    ] {
        let answer = house.post(&will_pay, form).await;
        assert_eq!(answer.status, 422, "{form}: {answer:?}");
        assert!(answer.body.contains(why), "{form}: {}", answer.body);
    }
    let contest = format!("{link}/dispute");
    let answer = house.post(&contest, "invoice=F-C-1&reason=mood&amount=").await;
    assert!(answer.status == 422 && answer.body.contains("Merci de choisir"), "{answer:?}");
    assert_eq!(house.last().await, last);

    // Sent twice at once, and once more: one promise.
    let form = "date=2026-06-15&amount=200%2C00&invoice=";
    let (one, two) = tokio::join!(house.post(&will_pay, form), house.post(&will_pay, form));
    let said = house.follow(&one).await;
    assert!(said.body.contains("vous paierez 200,00"), "{}", said.body);
    assert_eq!(one.header("location"), two.header("location"));
    house.follow(&house.post(&will_pay, form).await).await;
    let facts = house.receivables().await;
    let made = promises(&facts);
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(made[0].amount.to_string(), "200.00 EUR");
    assert_eq!(made[0].promised_for.to_string(), "2026-06-15");
    // Another one while it stands is for a person.
    let other = house.post(&will_pay, "date=2026-06-20&amount=300&invoice=").await;
    assert!(other.status == 422 && other.body.contains("déjà dit"), "{other:?}");

    // It holds reminders back, until its day has passed.
    house.ask("dunning", &json!([rules])).await;
    house.ask("clock", &json!({ "date": "2026-06-02" })).await;
    house.until_shown(&link, "2\u{a0}juin 2026").await;
    assert!(
        !house.reminders().await.iter().any(|it| matches!(it, dunning::Event::ReminderPlanned(_)))
    );

    let form = "invoice=F-C-1&reason=quality&amount=50";
    let said = house.follow(&house.post(&contest, form).await).await;
    assert!(said.body.contains("vous contestez 50,00"), "{}", said.body);
    house.follow(&house.post(&contest, form).await).await;
    let facts = house.receivables().await;
    let opened = disputes(&facts);
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(opened[0].reason, invoicing::DisputeReason::Quality);

    for (form, body) in [("copy", "invoice=F-C-1"), ("paid", "")] {
        for _ in 0..2 {
            let path = format!("{link}/{form}");
            let said = house.follow(&house.post(&path, body).await).await;
            assert!(said.body.contains("class=\"said\""), "{}", said.body);
        }
    }
    let contacts = house.reminders().await;
    let contacts = contacts.iter().filter_map(|it| match it {
        dunning::Event::ContactLogged(it) => Some((it.result.word(), it.note.clone())),
        _ => None,
    });
    let contacts = contacts.collect::<Vec<_>>();
    assert_eq!(contacts.len(), 2, "{contacts:?}");
    assert!(contacts.iter().any(|(it, note)| {
        *it == "asks_for_copy" && note.as_ref().is_some_and(|it| it.as_str() == "F-C-1")
    }));

    // Nobody is told of it by a log.
    let log = std::fs::read_to_string(house.dir.join("log")).unwrap();
    let (_, signature) = link.rsplit_once('.').unwrap();
    assert!(!log.contains(signature), "a token stands in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_opens_nothing_looks_the_same_and_looking_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "1").await;
    let link = house.link("C-1", &[]);
    house.until_shown(&link, "1\u{202f}200,00").await;
    let last = house.last().await;

    // A scanner opens all it finds, and so does somebody who guesses.
    for path in ["", "/promise", "/dispute", "/copy", "/paid"] {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
            let answer = house.http(&format!("{method} {link}{path} HTTP/1.1"), "").await.unwrap();
            let shown = path.is_empty() && matches!(method, "GET" | "HEAD");
            assert_eq!(answer.status, if shown { 200 } else { 404 }, "{method} {path}");
        }
    }
    let query = "?date=2026-06-15&amount=100&invoice=&recorded=portal-0";
    let scanned = house.get(&format!("{link}{query}")).await;
    assert!(scanned.status == 200 && !scanned.body.contains("class=\"said\""), "{scanned:?}");

    let forged = [
        link.replace("C-1", "C-2"),
        link.replace("/acme", "/bcme"),
        format!("{link}0"),
        link.to_uppercase(),
        house.link("C-nobody", &[]),
        "/".to_owned(),
        "/a/b/c/d".to_owned(),
        format!("/{}", "a".repeat(4_000)),
    ];
    let wanted = house.get(&forged[0]).await;
    assert_eq!(wanted.status, 404);
    for path in &forged {
        let answer = house.get(path).await;
        assert_eq!((answer.status, &answer.body), (404, &wanted.body), "{path}");
        let answer = house.post(&format!("{path}/paid"), "").await;
        assert_eq!((answer.status, &answer.body), (404, &wanted.body), "{path}");
    }

    // A form of another page, one too long, and one that is none.
    let head =
        format!("POST {link}/paid HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded");
    let foreign = house.http(&format!("{head}\r\nOrigin: https://evil.example"), "").await.unwrap();
    assert_eq!(foreign.status, 403);
    let cross = house.http(&format!("{head}\r\nSec-Fetch-Site: cross-site"), "").await.unwrap();
    assert_eq!(cross.status, 403);
    let long = house.post(&format!("{link}/paid"), &"a=b&".repeat(4_000)).await;
    assert_eq!(long.status, 400);
    let json = format!("POST {link}/paid HTTP/1.1\r\nContent-Type: application/json");
    assert_eq!(house.http(&json, "{}").await.unwrap().status, 400);
    assert_eq!(house.last().await, last, "something was recorded");

    // Too often is too often, and only for who it was.
    let mut statuses = Vec::new();
    for _ in 0..140 {
        statuses.push(house.get(&link).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_ends_with_its_day_and_with_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "1").await;
    let link = house.link("C-1", &["--days", "5"]);
    house.until_shown(&link, "1\u{202f}200,00").await;

    // The key is replaced, and believed until it is taken away.
    let key = |name: &str| house.dir.join(name).display().to_string();
    let both = COMPANY.replace("KEY", &key("other"));
    let both = both.replace("old_key_files = []", &format!("old_key_files = [{:?}]", key("key")));
    std::fs::write(house.dir.join("acme.toml"), &both).unwrap();
    let newer = house.link("C-1", &[]);
    house.until_shown(&newer, "1\u{202f}200,00").await;
    assert_eq!(house.get(&link).await.status, 200);
    std::fs::write(house.dir.join("acme.toml"), COMPANY.replace("KEY", &key("other"))).unwrap();
    let ended = async {
        while house.get(&link).await.status != 404 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.expect("it opens no more");
    assert_eq!(house.get(&newer).await.status, 200);

    // A day that has begun after its last one.
    let (year, rest) = newer.split('.').nth(2).unwrap().split_at(4);
    let until: chrono::NaiveDate = format!("{year}-{}-{}", &rest[..2], &rest[2..]).parse().unwrap();
    let mut day = until;
    for _ in 0..5 {
        day = day.succ_opt().unwrap();
        house.ask("clock", &json!({ "date": day, "business_days_only": true })).await;
    }
    let ended = async {
        while house.get(&newer).await.status != 404 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.expect("it opens no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_durable_whoever_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut house) = house(dir.path()).await else { return };
    let customers: Vec<_> = (1..=8).map(|it| format!("K-{it}")).collect();
    for it in &customers {
        house.owes(it, it).await;
    }
    let links: Vec<_> = customers.iter().map(|it| house.link(it, &[])).collect();
    house.until_shown(links.last().unwrap(), "1\u{202f}200,00").await;
    for (round, (customer, link)) in customers.iter().zip(&links).enumerate() {
        let store = house.store.clone();
        let made = async || promises(&said(&store, Context::Invoicing).await).len();
        let (address, path) = (house.address.clone(), format!("{link}/promise"));
        let form = "date=2026-06-15&amount=100&invoice=";
        let sending = tokio::spawn({
            let (address, path) = (address.clone(), path.clone());
            async move { send(&address, &path, form).await }
        });
        tokio::time::sleep(Duration::from_millis([0, 2, 5, 10][round / 2])).await;
        let killed = if round % 2 == 0 { &house.services } else { &house.portal };
        let killed = Command::new("kill").args(["-9", &killed.id().to_string()]).status().unwrap();
        assert!(killed.success());
        if round % 2 == 0 {
            house.services.wait().unwrap();
            house.services = serve(&house.server, &house.dir);
        } else {
            house.portal.wait().unwrap();
            house.portal = show(&house.server, &house.dir, &address);
        }
        match sending.await.unwrap() {
            // Whoever got an answer can rely on it.
            Ok(answer) if answer.status == 303 => assert_eq!(made().await, round + 1, "{customer}"),
            // Whoever got none sends it again.
            Ok(_) | Err(_) => {
                let again = async {
                    while !matches!(send(&address, &path, form).await, Ok(it) if it.status == 303) {
                        tokio::time::sleep(Duration::from_millis(500)).await;
                    }
                };
                tokio::time::timeout(PATIENCE, again).await.expect("it is answered in the end");
            }
        }
        house.follow(&house.post(&path, form).await).await;
        assert_eq!(made().await, round + 1, "{customer}: one each\n{}", house.log());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_role_says_what_it_needs() {
    let dir = tempfile::tempdir().unwrap();
    let Ok(found) = server::find(|_| {}).await else { return };
    let options = server::Options::new(found.path, dir.path().join("nats"));
    let server = server::Server::start(options).await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let output = vigie(&server, dir.path(), &["serve", "portal", "--grpc-address", &free]).status();
    assert_eq!(output.unwrap().code(), Some(2));
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.contains("set portal.listen"), "{log}");
}

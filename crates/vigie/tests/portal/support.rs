//! A house with a page, and a browser.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use api::dunning::{GetReminderPreviewRequest, letters_service_client::LettersServiceClient};
use async_nats::Client;
use events::{Context, Partition, TenantId, dunning, invoicing};
use journal::{Heads, Store, server};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct House {
    pub(crate) server: server::Server,
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) dir: PathBuf,
    /// Decides; the page is another process.
    pub(crate) services: Child,
    pub(crate) portal: Child,
    pub(crate) address: String,
    /// Where the services are asked.
    pub(crate) grpc: String,
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|it| it.split_once(": "));
        lines.filter(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it).next()
    }
}

pub(crate) async fn http(address: &str, head: &str, body: &str) -> std::io::Result<Answer> {
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
pub(crate) async fn send(address: &str, path: &str, form: &str) -> std::io::Result<Answer> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Origin: null\r\nSec-Fetch-Site: same-origin"
    );
    http(address, &head, form).await
}

pub(crate) fn acme() -> TenantId {
    "acme".parse().unwrap()
}

pub(crate) fn free() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

pub(crate) fn vigie(server: &server::Server, dir: &Path, arguments: &[&str]) -> Command {
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

pub(crate) fn serve(server: &server::Server, dir: &Path, grpc: &str) -> Child {
    let roles = ["serve", "clock", "invoicing", "risk", "dunning", "--grpc-address", grpc];
    vigie(server, dir, &roles).args(["--service-silence", "500ms"]).spawn().unwrap()
}

pub(crate) fn show(server: &server::Server, dir: &Path, address: &str) -> Child {
    let role = ["serve", "portal", "--grpc-address", &free(), "--portal-listen", address];
    vigie(server, dir, &role).args(["--log-filter", "trace,async_nats=warn"]).spawn().unwrap()
}

pub(crate) const COMPANY: &str = r#"name = "Fournitures <b>du</b> Port"
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
pub(crate) async fn house(dir: &Path) -> Option<House> {
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
    let (address, grpc) = (free(), free());
    let (services, portal) = (serve(&server, dir, &grpc), show(&server, dir, &address));
    let dir = dir.to_owned();
    let house = House { server, store, client, dir, services, portal, address, grpc };
    house.ask("clock", &json!({ "date": "2026-06-01" })).await;
    Some(house)
}

impl House {
    pub(crate) async fn ask(&self, context: &str, body: &Value) -> Value {
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
    pub(crate) async fn owes(&self, customer: &str, number: &str) {
        let issued = json!({ "type": "dev.vigie.invoice.issued.v1", "data": {
            "customer_id": customer, "invoice_id": format!("F-{customer}"), "number": number,
            "issue_date": "2026-04-01", "due_date": "2026-05-01",
            "gross": { "amount": "1200.00", "currency": "EUR" },
        }});
        self.ask("invoicing", &json!([issued])).await;
    }

    /// The path of a customer's link.
    pub(crate) fn link(&self, customer: &str, more: &[&str]) -> String {
        let mut command = vigie(&self.server, &self.dir, &["portal", "link", customer]);
        let output = command.args(["--tenant", "acme"]).args(more).stdout(Stdio::piped()).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", self.log());
        let link = String::from_utf8(output.stdout).unwrap();
        let path = link.trim().strip_prefix("http://127.0.0.1:1/seen/from/outside").unwrap();
        path.to_owned()
    }

    pub(crate) async fn http(&self, head: &str, body: &str) -> std::io::Result<Answer> {
        http(&self.address, head, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.http(&format!("GET {path} HTTP/1.1"), "").await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        send(&self.address, path, form).await.unwrap()
    }

    /// Where an answer leads to, seen from what was asked.
    pub(crate) async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{answer:?}\n{}", self.log());
        let place = answer.header("location").unwrap().strip_prefix("..").unwrap();
        self.get(place).await
    }

    /// The page, once it shows this.
    pub(crate) async fn until_shown(&self, path: &str, wanted: &str) -> Answer {
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

    /// The reminder that waits to be agreed to, as it would leave.
    pub(crate) async fn letter(&self, customer: &str) -> String {
        let address = format!("http://{}", self.grpc);
        let mut letters = LettersServiceClient::connect(address).await.unwrap();
        let asked = async {
            loop {
                let preview = GetReminderPreviewRequest {
                    tenant_id: "acme".into(),
                    customer_id: customer.into(),
                    ..Default::default()
                };
                match letters.get_reminder_preview(preview).await {
                    Ok(preview) => return preview.into_inner().text,
                    Err(_) => tokio::time::sleep(PAUSE).await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.expect("there is a reminder")
    }

    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(40).collect();
        lines.join("\n")
    }

    pub(crate) async fn receivables(&self) -> Vec<invoicing::Event> {
        said(&self.store, Context::Invoicing).await
    }

    pub(crate) async fn reminders(&self) -> Vec<dunning::Event> {
        said(&self.store, Context::Dunning).await
    }

    pub(crate) async fn last(&self) -> u64 {
        let journal = self.store.open(&acme(), Partition(0)).await.unwrap();
        journal.last().await.unwrap().0
    }
}

/// What a context said, in order.
pub(crate) async fn said<E: for<'a> serde::Deserialize<'a>>(
    store: &Store,
    context: Context,
) -> Vec<E> {
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

/// Rules by which a reminder is ready at once, and waits for a person.
pub(crate) fn reminders() -> Value {
    let level = json!({ "offset_days": 5, "tone": "reminder", "channels": ["letter"],
        "approval": "by_person" });
    let ladder = json!({ "name": "usual", "levels": [level] });
    json!({ "type": "dev.vigie.dunningpolicy.adopted.v1", "data": {
        "version": "1", "calendar": "TARGET", "ladders": [ladder],
    }})
}

pub(crate) fn promises(said: &[invoicing::Event]) -> Vec<&invoicing::Promise> {
    let all = said.iter().filter_map(|it| match it {
        invoicing::Event::PromiseMade(it) => Some(&**it),
        _ => None,
    });
    all.collect()
}

pub(crate) fn disputes(said: &[invoicing::Event]) -> Vec<&invoicing::Dispute> {
    let all = said.iter().filter_map(|it| match it {
        invoicing::Event::DisputeOpened(it) => Some(&**it),
        _ => None,
    });
    all.collect()
}

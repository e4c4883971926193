//! Reminders leave the building: a server, one process after the other that is killed while it sends,
//! and a mail server that counts.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says where"
)]

use std::{
    collections::BTreeMap,
    num::NonZero,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use api::dunning::{
    GetLetterRequest, GetReminderPreviewRequest, letters_service_client::LettersServiceClient,
};
use async_nats::Client;
use events::{Context, Partition, TenantId, alerts, dunning::Event};
use journal::{Heads, Store, server};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use tonic::transport::Channel;

const PATIENCE: Duration = Duration::from_mins(1);

/// Messages that were taken, by the address they were for.
type Taken = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A mail server that does as the address says: `refuse` knows nobody, `hang` takes the message and
/// never says so, `stall` says nothing before it takes anything.
async fn mail_server(taken: Taken) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, taken.clone()));
        }
    });
    port
}

async fn converse(stream: TcpStream, taken: Taken) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let (mut to, mut data, mut in_data) = (String::new(), String::new(), false);
    writing.write_all(b"220 mail.test ready\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        if in_data {
            if line == "." {
                in_data = false;
                let kept = std::mem::take(&mut data);
                taken.lock().unwrap().entry(to.clone()).or_default().push(kept);
                if to.starts_with("hang") {
                    std::future::pending::<()>().await;
                }
                writing.write_all(b"250 2.0.0 taken\r\n").await?;
            } else {
                data.push_str(&line);
                data.push('\n');
            }
            continue;
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-mail.test\r\n250 8BITMIME\r\n",
            "RCPT" => {
                let address = line.split_once('<').and_then(|(_, it)| it.split_once('>'));
                to = address.map_or(String::new(), |(it, _)| it.to_owned());
                if to.starts_with("stall") {
                    std::future::pending::<()>().await;
                }
                if to.starts_with("refuse") {
                    b"550 5.1.1 no such user\r\n"
                } else {
                    b"250 2.1.5 ok\r\n"
                }
            }
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 2.0.0 bye\r\n",
            _ => b"250 2.0.0 ok\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}

struct House {
    server: server::Server,
    store: Store,
    client: Client,
    dir: PathBuf,
    taken: Taken,
    process: Child,
    /// Where the process answers calls.
    grpc: u16,
}

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

fn vigie(server: &server::Server, dir: &Path, arguments: &[&str]) -> Command {
    let log = std::fs::File::options().create(true).append(true).open(dir.join("log")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command
        .args(arguments)
        .args(["--nats-url", &server.url(), "--nats-monitor-urls", &server.monitor_url()])
        .env_remove("VIGIE_CONFIG")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    command
}

fn serve(server: &server::Server, dir: &Path, grpc: u16) -> Child {
    let companies = dir.join("companies").display().to_string();
    let mut command = vigie(server, dir, &["serve", "all", "--sending-directory", &companies]);
    let grpc = format!("127.0.0.1:{grpc}");
    command.args(["--grpc-address", &grpc, "--clock-mode", "by_hand"]);
    command.args(["--service-silence", "500ms"]).spawn().unwrap()
}

/// A server with a tenant, a process that sends for it, and a mail server; nothing if there is no
/// nats-server, which is said aloud.
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
    let taken = Taken::default();
    let port = mail_server(taken.clone()).await;
    std::fs::create_dir_all(dir.join("companies")).unwrap();
    let company = format!(
        "name = \"Fournitures du Port\"\naddress = [\"3 quai des Grues\", \"76600 Le Havre\"]\n\
         language = \"fr\"\nhours = [0, 24]\nzone = \"Europe/Paris\"\n\
         [smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"plain\"\n\
         from = \"compta@port.example\"\nhello = \"port.example\"\n\
         [regions.GB]\nzone = \"Europe/London\"\n\
         [post]\nfolder = {:?}\n",
        dir.join("post").display().to_string()
    );
    std::fs::write(dir.join("companies/acme.toml"), company).unwrap();
    std::fs::create_dir_all(dir.join("post")).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let grpc = free.local_addr().unwrap().port();
    drop(free);
    let process = serve(&server, dir, grpc);
    Some(House { server, store, client, dir: dir.to_owned(), taken, process, grpc })
}

impl House {
    async fn ask(&self, context: &str, body: &Value) {
        let body = serde_json::to_vec(body).unwrap();
        let asked = async {
            loop {
                let subject = format!("vigie.ask.acme.{context}");
                let sent = self.client.request(subject, body.clone().into());
                if let Ok(Ok(answer)) = tokio::time::timeout(Duration::from_secs(3), sent).await {
                    let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
                    if answer.get("changed").is_some() || answer["results"].is_array() {
                        return answer;
                    }
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let answer = tokio::time::timeout(PATIENCE, asked).await.expect("it is answered");
        for it in answer["results"].as_array().into_iter().flatten() {
            assert!(it["changed"].is_boolean(), "{answer}");
        }
    }

    /// Somebody with an e-mail address who owes 100.00 since 1 May.
    async fn owes(&self, customer: &str, email: &str) {
        let registered = json!({ "type": "dev.vigie.customer.registered.v1", "data": {
            "customer_id": customer,
            "contact": {
                "name": format!("Société {customer} SA"), "email": email,
                "address_lines": ["1 rue de la Paix", "75002 Paris"],
            },
        }});
        let issued = json!({ "type": "dev.vigie.invoice.issued.v1", "data": {
            "customer_id": customer, "invoice_id": format!("F-{customer}"),
            "issue_date": "2026-04-01", "due_date": "2026-05-01",
            "gross": { "amount": "100.00", "currency": "EUR" },
        }});
        self.ask("invoicing", &json!([registered, issued])).await;
    }

    async fn pays(&self, customer: &str) {
        let paid = json!({ "type": "dev.vigie.payment.received.v1", "data": {
            "customer_id": customer, "payment_id": format!("P-{customer}"),
            "amount": { "amount": "100.00", "currency": "EUR" }, "value_date": "2026-06-01",
            "method": "transfer", "designations": [{ "invoice_id": format!("F-{customer}") }],
        }});
        self.ask("invoicing", &json!([paid])).await;
    }

    async fn adopt(&self) {
        let rules = json!({ "type": "dev.vigie.dunningpolicy.adopted.v1", "data": {
            "version": "test", "calendar": "FR", "ladders": [{ "name": "usual", "levels": [
                { "offset_days": 5, "tone": "reminder", "channels": ["email", "letter"],
                  "approval": "automatic" },
            ]}],
        }});
        self.ask("dunning", &json!([rules])).await;
    }

    fn arm(&self) {
        let arguments = ["effects", "arm", "--tenant", "acme"];
        let status = vigie(&self.server, &self.dir, &arguments).status().unwrap();
        assert!(status.success(), "{}", self.log());
    }

    fn kill_and_start_again(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = serve(&self.server, &self.dir, self.grpc);
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    async fn letters(&self) -> LettersServiceClient<Channel> {
        let address = format!("http://127.0.0.1:{}", self.grpc);
        LettersServiceClient::connect(address).await.unwrap()
    }

    /// Of what was sent to a customer, as the journal has it.
    async fn hash(&self, customer: &str) -> String {
        let said = self.events(customer).await;
        let mut hashes = said.iter().filter_map(|it| match it {
            Event::ReminderSent { rendering, .. } => rendering.as_ref().map(|it| it.hash),
            _ => None,
        });
        hashes.next_back().expect("something was sent").to_string()
    }

    fn taken(&self, address: &str) -> usize {
        self.taken.lock().unwrap().get(address).map_or(0, Vec::len)
    }

    /// What dunning said of a customer, told short, in order.
    async fn said(&self, customer: &str) -> Vec<String> {
        let name = |event: &Event| {
            let value = serde_json::to_value(event).unwrap();
            value.as_object().unwrap().keys().next().unwrap().clone()
        };
        self.events(customer).await.iter().map(name).collect()
    }

    async fn events(&self, customer: &str) -> Vec<Event> {
        self.of(Context::Dunning, customer).await
    }

    /// What a context said of a customer, in order.
    async fn of<E: events::Spoken>(&self, context: Context, customer: &str) -> Vec<E> {
        let journal = self.store.open(&acme(), Partition(0)).await.unwrap();
        let last = journal.last().await.unwrap();
        let mut reader = journal.read(Heads::new()).await.unwrap();
        let mut said = Vec::new();
        while reader.position() < last {
            let record = reader.next().await.unwrap();
            if record.context != context {
                continue;
            }
            let entry = events::read::<E>(&record.body).unwrap();
            let about = entry.decisions.into_iter();
            let about =
                about.filter(|it| it.customer.as_ref().is_some_and(|it| it.as_str() == customer));
            said.extend(about.flat_map(|it| it.events));
        }
        said
    }

    #[track_caller]
    fn until<'a>(
        &'a self,
        customer: &'a str,
        wanted: &'a str,
    ) -> impl Future<Output = Vec<String>> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let until = tokio::time::Instant::now() + PATIENCE;
            loop {
                let said = self.said(customer).await;
                if said.iter().any(|it| it == wanted) {
                    return said;
                }
                let late = tokio::time::Instant::now() > until;
                assert!(!late, "{place}: {customer} has no {wanted}: {said:?}\n{}", self.log());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Waits until alerts has raised it, and answers whether it is cleared.
    async fn alert(&self, customer: &str, alert: &str) -> bool {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let said = self.of::<alerts::Event>(Context::Alerts, customer).await;
            let about = |it: &alerts::Event| match it {
                alerts::Event::AlertRaised(it) => it.alert.as_str() == alert,
                _ => false,
            };
            if said.iter().any(about) {
                return said.iter().any(|it| match it {
                    alerts::Event::AlertCleared { alert: it, .. } => it.as_str() == alert,
                    _ => false,
                });
            }
            let late = tokio::time::Instant::now() > until;
            assert!(!late, "{customer} has no {alert}: {said:?}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn until_taken(&self, address: &str) {
        let until = tokio::time::Instant::now() + PATIENCE;
        while self.taken(address) == 0 {
            assert!(tokio::time::Instant::now() < until, "nothing for {address}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _gone: Result<(), _> = self.process.kill();
        let _ended: Result<_, _> = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_before_it_is_armed_and_what_was_paid_meanwhile_never_does() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "one@customer.example").await;
    house.owes("C-2", "two@customer.example").await;
    house.adopt().await;
    house.ask("clock", &json!({ "date": "2026-06-01" })).await;
    house.until("C-1", "ReminderPlanned").await;
    house.until("C-2", "ReminderPlanned").await;
    house.pays("C-2").await;
    house.until("C-2", "ReminderWithdrawn").await;
    assert_eq!(house.taken("one@customer.example"), 0, "it is not armed");
    let mut letters = house.letters().await;
    let preview = letters.get_reminder_preview(GetReminderPreviewRequest {
        tenant_id: "acme".into(),
        customer_id: "C-1".into(),
        ..Default::default()
    });
    let preview = preview.await.unwrap().into_inner();
    assert_eq!(
        (preview.reminder_id.as_str(), preview.language_code.as_str()),
        ("reminder-1", "fr")
    );
    assert!(preview.pdf.starts_with(b"%PDF-"), "an address is known");
    assert!(preview.text.contains("F-C-1") && preview.html.contains("F-C-1"), "{}", preview.text);

    house.arm();
    // Something happens, and whoever sends looks.
    house.owes("C-3", "three@customer.example").await;
    let said = house.until("C-1", "ReminderSent").await;
    assert_eq!(said, ["ReminderPlanned", "SendStarted", "ReminderSent"]);
    house.until("C-3", "ReminderSent").await;
    assert_eq!(house.taken("two@customer.example"), 0);
    let hash = house.hash("C-1").await;
    let kept = letters.get_letter(GetLetterRequest {
        tenant_id: "acme".into(),
        customer_id: "C-1".into(),
        hash: hash.clone(),
        ..Default::default()
    });
    let kept = kept.await.unwrap().into_inner().content;
    assert_eq!(events::Hash::of(&kept).to_string(), hash);
    let taken = house.taken.lock().unwrap();
    let [message] = taken["one@customer.example"].as_slice() else { panic!("{taken:?}") };
    assert!(message.contains("To: "), "{message}");
    assert!(message.contains("multipart/"), "text, HTML and paper: {message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_while_it_sends_never_sends_twice_and_says_what_nobody_knows() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut house) = house(dir.path()).await else { return };
    house.adopt().await;
    house.arm();
    house.ask("clock", &json!({ "date": "2026-06-01" })).await;

    // Killed after the message was taken and before anybody said so.
    house.owes("C-hang", "hang@customer.example").await;
    house.until_taken("hang@customer.example").await;
    house.kill_and_start_again();
    let said = house.until("C-hang", "ReminderUnknown").await;
    assert_eq!(said, ["ReminderPlanned", "SendStarted", "ReminderUnknown"]);

    // Somebody is told to look.
    assert!(!house.alert("C-hang", "reminder_unknown-reminder-1-1").await);

    // Killed before the message was handed over: nobody can tell that either.
    house.owes("C-stall", "stall@customer.example").await;
    house.until("C-stall", "SendStarted").await;
    house.kill_and_start_again();
    house.until("C-stall", "ReminderUnknown").await;

    // The next way where the first one knows nobody.
    house.owes("C-refuse", "refuse@customer.example").await;
    let said = house.until("C-refuse", "ReminderSent").await;
    let steps = ["ReminderPlanned", "SendStarted", "ReminderFailed", "SendStarted", "ReminderSent"];
    assert_eq!(said, steps);
    let printed: Vec<_> = std::fs::read_dir(dir.path().join("post")).unwrap().collect();
    assert_eq!(printed.len(), 1, "{printed:?}");

    // Whoever would send something twice has the time to do it.
    house.owes("C-last", "last@customer.example").await;
    house.until("C-last", "ReminderSent").await;
    house.kill_and_start_again();
    house.ask("clock", &json!({ "date": "2026-06-02" })).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let counts = ["hang", "stall", "refuse", "last"]
        .map(|it| house.taken(&format!("{it}@customer.example")));
    assert_eq!(counts, [1, 0, 0, 1]);

    // A person knows.
    let sent = json!({ "type": "dev.vigie.reminder.sent.v1", "data": {
        "customer_id": "C-hang", "reminder_id": "reminder-1", "send_date": "2026-06-01",
        "recorded_by": "desk-1",
    }});
    house.ask("dunning", &json!([sent])).await;
    house.until("C-hang", "ReminderSent").await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while !house.alert("C-hang", "reminder_unknown-reminder-1-1").await {
        assert!(tokio::time::Instant::now() < until, "it stays up\n{}", house.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

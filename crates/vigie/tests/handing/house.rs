//! A server with a tenant, a process that brings its cases to collectors, and three collectors.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use async_nats::{Client, jetstream};
use events::{Context, Partition, TenantId, alerts, collection::Event};
use journal::{Heads, Store, server};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    agency::Agency,
    file_server::{FileServer, PASSWORD, USER, fingerprint},
    keys::key,
};

pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct House {
    server: server::Server,
    store: Store,
    client: Client,
    pub(crate) dir: PathBuf,
    pub(crate) files: FileServer,
    pub(crate) agency: Agency,
    process: Child,
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

/// Nothing if there is no nats-server, which is said aloud.
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
    let (files, agency) = (FileServer::new().await, Agency::new().await);
    std::fs::create_dir_all(dir.join("companies")).unwrap();
    std::fs::create_dir_all(dir.join("out")).unwrap();
    std::fs::write(dir.join("password"), PASSWORD).unwrap();
    std::fs::write(dir.join("secret"), "a secret of the agency").unwrap();
    let company = format!(
        "name = \"Fournitures du Port\"\n[dossier]\nkey_file = \"acme.key\"\n\
         [[collectors]]\nname = \"north\"\nway = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\n\
         user = {USER:?}\npassword_file = {:?}\nhost_key = {:?}\nfolder = \"in\"\n\
         [[collectors]]\nname = \"west\"\nway = \"https\"\nprivate_network = true\n\
         url = \"http://127.0.0.1:{}/cases\"\nsecret_file = {:?}\n\
         [[collectors]]\nname = \"south\"\nway = \"folder\"\nfolder = {:?}\n",
        files.port,
        dir.join("password").display().to_string(),
        fingerprint(),
        agency.port,
        dir.join("secret").display().to_string(),
        dir.join("out").display().to_string(),
    );
    let companies = dir.join("companies");
    std::fs::write(companies.join("acme.toml"), company).unwrap();
    std::fs::write(companies.join("acme.key"), key("acme", 1).0).unwrap();
    std::fs::create_dir(companies.join("collectors")).unwrap();
    for (seed, name) in (2..).zip(["north", "west", "south"]) {
        let file = companies.join("collectors").join(format!("{name}.asc"));
        std::fs::write(file, key(name, seed).1).unwrap();
    }
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let grpc = free.local_addr().unwrap().port();
    drop(free);
    let process = serve(&server, dir, grpc);
    let house = House { server, store, client, dir: dir.to_owned(), files, agency, process, grpc };
    house.adopt().await;
    Some(house)
}

impl House {
    pub(crate) async fn ask(&self, context: &str, ce_type: &str, data: Value) {
        let ce_type = format!("dev.vigie.{ce_type}.v1");
        let body = json!([{ "type": ce_type, "data": data }]);
        self.ask_bare(context, &body).await;
    }

    async fn ask_bare(&self, context: &str, body: &Value) {
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
                tokio::time::sleep(PAUSE).await;
            }
        };
        let answer = tokio::time::timeout(PATIENCE, asked).await.expect("it is answered");
        for it in answer["results"].as_array().into_iter().flatten() {
            assert!(it["changed"].is_boolean(), "{answer}");
        }
    }

    pub(crate) async fn day(&self, date: &str) {
        self.ask_bare("clock", &json!({ "date": date })).await;
    }

    async fn adopt(&self) {
        let collector = |name: &str| {
            json!({ "name": name, "agreement": format!("agreement {name}"),
                "insurance": "liability 1", "remits_in_days": 30, "fees": [{ "share": "0.1" }] })
        };
        let rules = json!({ "version": "test",
            "collectors": [collector("north"), collector("west"), collector("south")] });
        self.ask("collection", "collectionpolicy.adopted", rules).await;
        self.day("2026-06-01").await;
    }

    /// Somebody who owes 100.00 since 1 May, of which lawyers say what is done; in a case, which is to
    /// go to a collector.
    pub(crate) async fn hands_over(&self, customer: &str, collector: &str) {
        let invoice = format!("F-{customer}");
        let registered = json!({ "customer_id": customer });
        self.ask("invoicing", "customer.registered", registered).await;
        let issued = json!({ "customer_id": customer, "invoice_id": invoice,
            "issue_date": "2026-04-01", "due_date": "2026-05-01",
            "gross": { "amount": "100.00", "currency": "EUR" } });
        self.ask("invoicing", "invoice.issued", issued).await;
        let held = json!({ "customer_id": customer, "hold_id": format!("H-{customer}"),
            "reason": "legal", "hold_date": "2026-06-01", "placed_by": "desk-1" });
        self.until_taken("dunning", "hold.placed", held).await;
        let opened = json!({ "customer_id": customer, "invoice_ids": [invoice],
            "opened_by": "desk-1", "open_date": "2026-06-01" });
        self.until_taken("collection", "case.opened", opened).await;
        let planned = json!({ "customer_id": customer, "case_id": "case-1",
            "collector": collector, "placed_by": "desk-1", "place_date": "2026-06-01" });
        self.ask("collection", "handover.planned", planned).await;
    }

    /// Contexts hear each other a moment later: until then what is new is refused.
    async fn until_taken(&self, context: &str, ce_type: &str, data: Value) {
        let body = json!([{ "type": format!("dev.vigie.{ce_type}.v1"), "data": data }]);
        let body = serde_json::to_vec(&body).unwrap();
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let subject = format!("vigie.ask.acme.{context}");
            let sent = self.client.request(subject, body.clone().into());
            let mut last = Value::Null;
            if let Ok(Ok(answer)) = tokio::time::timeout(Duration::from_secs(3), sent).await {
                last = serde_json::from_slice(&answer.payload).unwrap();
                if last["results"][0]["changed"].is_boolean() {
                    return;
                }
            }
            assert!(tokio::time::Instant::now() < until, "{ce_type}: {last}\n{}", self.log());
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) async fn pays(&self, customer: &str) {
        let paid = json!({ "customer_id": customer, "payment_id": format!("P-{customer}"),
            "amount": { "amount": "100.00", "currency": "EUR" }, "value_date": "2026-06-01",
            "method": "transfer", "designations": [{ "invoice_id": format!("F-{customer}") }] });
        self.ask("invoicing", "payment.received", paid).await;
    }

    /// A person says what became of a hand-over; `why` it was not taken, if it was not.
    pub(crate) async fn says(&self, customer: &str, why: Option<&str>) {
        let mut said = json!({ "customer_id": customer, "placement_id": "placement-1",
            "errand": "hand_over", "errand_date": "2026-06-01", "recorded_by": "desk-1" });
        if let Some(why) = why {
            said["why"] = why.into();
        }
        self.ask("collection", "errand.recorded", said).await;
    }

    pub(crate) fn switch(&self, switch: &str) {
        let arguments = ["effects", switch, "--tenant", "acme"];
        let status = vigie(&self.server, &self.dir, &arguments).status().unwrap();
        assert!(status.success(), "{}", self.log());
    }

    /// The switch as it was for journals that were restored since: it names others.
    pub(crate) async fn restored(&self) {
        let context = jetstream::new(self.client.clone());
        let bucket = context.get_key_value("vigie-contacts").await.unwrap();
        bucket.put("acme.armed", "another incarnation".into()).await.unwrap();
    }

    pub(crate) fn kill_and_start_again(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = serve(&self.server, &self.dir, self.grpc);
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
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

    pub(crate) async fn events(&self, customer: &str) -> Vec<Event> {
        self.of(Context::Collection, customer).await
    }

    /// What collection said of a customer's placements, told short, in order.
    pub(crate) async fn said(&self, customer: &str) -> Vec<String> {
        let name = |event: &Event| {
            let value = serde_json::to_value(event).unwrap();
            let (name, data) = value.as_object().unwrap().iter().next().unwrap();
            let errand = data["errand"].as_str().map(|it| format!(" {it}")).unwrap_or_default();
            format!("{name}{errand}")
        };
        let said = self.events(customer).await;
        let said = said.iter().map(name);
        said.filter(|it| !it.starts_with("Case") && !it.starts_with("Right")).collect()
    }

    /// Waits until something was said so often.
    #[track_caller]
    pub(crate) fn until<'a>(
        &'a self,
        customer: &'a str,
        wanted: &'a str,
        times: usize,
    ) -> impl Future<Output = Vec<String>> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let until = tokio::time::Instant::now() + PATIENCE;
            loop {
                let said = self.said(customer).await;
                if said.iter().filter(|it| *it == wanted).count() >= times {
                    return said;
                }
                let late = tokio::time::Instant::now() > until;
                assert!(!late, "{place}: {customer} has no {wanted}: {said:?}\n{}", self.log());
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Whether alerts has raised it, and not cleared it since.
    pub(crate) async fn is_alerted(&self, customer: &str, alert: &str) -> bool {
        let mut up = false;
        for it in self.of::<alerts::Event>(Context::Alerts, customer).await {
            up = match it {
                alerts::Event::AlertRaised(it) if it.alert.as_str().starts_with(alert) => true,
                alerts::Event::AlertCleared { alert: it, .. } if it.as_str().starts_with(alert) => {
                    false
                }
                _ => up,
            };
        }
        up
    }

    #[track_caller]
    pub(crate) fn until_so<'a>(
        &'a self,
        what: &'a str,
        is_so: impl AsyncFn() -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let until = tokio::time::Instant::now() + PATIENCE;
            while !is_so().await {
                let late = tokio::time::Instant::now() > until;
                assert!(!late, "{place}: {what}\n{}", self.log());
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _gone: Result<(), _> = self.process.kill();
        let _ended: Result<_, _> = self.process.wait();
    }
}

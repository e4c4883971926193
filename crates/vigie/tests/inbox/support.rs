//! A server, the services on it, and a producer.

use std::{num::NonZero, path::PathBuf, sync::OnceLock, time::Duration};

use async_nats::{
    Client, HeaderMap,
    jetstream::{self, consumer::pull, stream::Stream},
};
use events::{Context, Partition, Sequence, TenantId};
use futures::StreamExt as _;
use journal::{
    Store,
    server::{self, Options, Server},
};
use law::Calendar;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use vigie::{
    ask,
    contacts::Contacts,
    inbox,
    tenants::{Roles, Tenant, Tenants},
};

/// Longer than anything here takes unless it never ends.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The nats-server to test with; nothing if there is none, which is said aloud.
async fn binary() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return found.clone();
    }
    let found = match server::find(|_| {}).await {
        Ok(found) => Some(found.path),
        Err(error) => {
            assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "{error}");
            eprintln!("\n*** NOT TESTED ON A REAL SERVER ***\n{error}\n");
            None
        }
    };
    FOUND.get_or_init(|| found).clone()
}

/// A server with a directory of its own, and one process of the program on it with a tenant `acme`.
pub(crate) struct House {
    pub(crate) server: Server,
    /// Nobody, once it is stopped.
    pub(crate) process: Option<Process>,
    pub(crate) client: Client,
    _dir: TempDir,
}

/// One process of the program.
pub(crate) struct Process {
    pub(crate) tenants: Tenants,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Process {
    pub(crate) async fn start(server: &Server) -> Self {
        let store = Store::connect(server.connection()).await.unwrap();
        let client = store.client().unwrap();
        let contacts = Contacts::open(client.clone(), 1).await.unwrap();
        let tenants =
            Tenants::new(store, Roles::ALL, Calendar::Target, contacts, host::Options::default());
        tenants.create(&acme(), NonZero::<u16>::MIN).await.unwrap();
        tenants.ready().await;
        let stop = CancellationToken::new();
        let tasks = vec![
            tokio::spawn(ask::run(client.clone(), tenants.clone(), stop.clone())),
            tokio::spawn(inbox::run(client, 1, tenants.clone(), stop.clone())),
        ];
        Self { tenants, stop, tasks }
    }

    /// Its tenant `acme`.
    pub(crate) fn acme(&self) -> std::sync::Arc<Tenant> {
        self.tenants.get(&acme()).unwrap()
    }

    /// How many entries the journal of `acme` has.
    pub(crate) async fn entries(&self) -> Sequence {
        let tenant = self.acme();
        let journal = tenant.parts[0].invoicing.as_ref().unwrap().journal().clone();
        assert_eq!(journal.partition(), Partition(0));
        journal.last().await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
        self.tenants.drain().await;
    }
}

impl House {
    pub(crate) async fn open() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(Options::new(binary().await?, dir.path())).await.unwrap();
        let process = Process::start(&server).await;
        let client = async_nats::connect(server.url()).await.unwrap();
        let house = Self { server, process: Some(process), client, _dir: dir };
        house.until_open().await;
        Some(house)
    }

    /// Waits until requests are heard and there is an inbox.
    async fn until_open(&self) {
        let context = jetstream::new(self.client.clone());
        let open = async {
            while self
                .client
                .request(ask::subject("acme", Context::Invoicing), "[]".into())
                .await
                .is_err()
                || context.get_stream(inbox::REFUSED).await.is_err()
            {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, open).await.unwrap();
    }

    /// Asks over NATS.
    pub(crate) async fn ask(&self, headers: HeaderMap, payload: impl Into<Vec<u8>>) -> Answer {
        let subject = ask::subject("acme", Context::Invoicing);
        let payload = payload.into().into();
        let asked = self.client.request_with_headers(subject, headers, payload);
        let message = tokio::time::timeout(PATIENCE, asked).await.unwrap().unwrap();
        let body = serde_json::from_slice(&message.payload).unwrap();
        Answer { headers: message.headers.unwrap_or_default(), body }
    }

    /// Publishes to the inbox; the server has it on disk.
    pub(crate) async fn publish(
        &self,
        subject: &str,
        headers: HeaderMap,
        payload: impl Into<Vec<u8>>,
    ) {
        let context = jetstream::new(self.client.clone());
        let payload = payload.into().into();
        let sent = context.publish_with_headers(subject.to_owned(), headers, payload).await;
        sent.unwrap().await.unwrap();
    }

    pub(crate) async fn stream(&self, name: &str) -> Stream {
        jetstream::new(self.client.clone()).get_stream(name).await.unwrap()
    }

    /// Waits until nothing waits in the inbox any more.
    pub(crate) async fn until_taken(&self) {
        let taken = async {
            while self.stream(inbox::INBOX).await.get_info().await.unwrap().state.messages > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, taken).await.expect("the inbox is taken");
    }

    /// What was refused of the inbox, in order: `count` of it.
    pub(crate) async fn refused(&self, count: usize) -> Vec<Letter> {
        let stream = self.stream(inbox::REFUSED).await;
        let consumer = stream.create_consumer(pull::OrderedConfig::default()).await.unwrap();
        let mut messages = consumer.messages().await.unwrap();
        let mut letters = Vec::new();
        while letters.len() < count {
            let message = tokio::time::timeout(PATIENCE, messages.next()).await.unwrap();
            let message = message.unwrap().unwrap();
            let body: Value = serde_json::from_slice(&message.payload).unwrap();
            crate::valid::valid("refused", &body);
            letters.push(Letter {
                subject: message.subject.to_string(),
                headers: message.headers.clone().unwrap_or_default(),
                body,
            });
        }
        letters
    }

    /// How many entries the journal of `acme` has.
    pub(crate) async fn entries(&self) -> Sequence {
        self.process().entries().await
    }

    #[track_caller]
    pub(crate) fn process(&self) -> &Process {
        self.process.as_ref().expect("somebody is at home")
    }
}

/// What became of a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn error_code(&self) -> Option<&str> {
        self.headers.get("Nats-Service-Error-Code").map(async_nats::HeaderValue::as_str)
    }

    /// The refusal of the only command.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (&str, &str) {
        let refused = self.body.get("refused").unwrap_or(&self.body["results"][0]["refused"]);
        let text = |it: &'static str| refused[it].as_str().unwrap_or_default();
        assert!(!text("reason").is_empty(), "refused: {}", self.body);
        assert!(!text("message").is_empty(), "explained: {}", self.body);
        (text("reason"), text("field"))
    }

    /// Whether each command changed something.
    #[track_caller]
    pub(crate) fn changed(&self) -> Vec<bool> {
        let results = self.body["results"].as_array().unwrap_or_else(|| panic!("{}", self.body));
        let changed = |it: &Value| it["changed"].as_bool().unwrap_or_else(|| panic!("{it}"));
        results.iter().map(changed).collect()
    }
}

/// What is told of something refused.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Letter {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.as_str())
    }
}

pub(crate) fn acme() -> TenantId {
    "acme".parse().unwrap()
}

pub(crate) fn none() -> HeaderMap {
    HeaderMap::new()
}

/// The headers of an event in binary mode.
pub(crate) fn binary_mode(id: &str, ce_type: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("ce-specversion", "1.0");
    headers.insert("ce-id", id);
    headers.insert("ce-source", "/erp");
    headers.insert("ce-type", ce_type);
    headers
}

pub(crate) fn invoice(id: &str) -> String {
    format!(
        r#"{{"customer_id":"C-1","invoice_id":"{id}","issue_date":"2026-05-01","gross":{{"amount":"1190.00","currency":"EUR"}}}}"#
    )
}

pub(crate) fn plain(ce_type: &str, data: &str) -> String {
    format!(r#"{{"type":"{ce_type}","data":{data}}}"#)
}

pub(crate) const ISSUED: &str = "dev.vigie.invoice.issued.v1";
pub(crate) const PAID: &str = "dev.vigie.payment.received.v1";

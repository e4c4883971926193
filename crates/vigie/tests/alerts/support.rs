//! A server, processes on it, a producer, and whoever listens.

use std::{collections::BTreeMap, num::NonZero, path::Path, time::Duration};

use async_nats::{
    Client,
    jetstream::{self, consumer::pull},
};
use events::{Context, Partition, TenantId, alerts::Event};
use futures::StreamExt as _;
use journal::{Heads, Store, server};
use serde_json::{Value, json};

use crate::valid::valid;

pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
pub(crate) const PARTITIONS: u16 = 3;

pub(crate) fn acme() -> TenantId {
    "acme".parse().unwrap()
}

/// A server with a tenant on it; nothing if there is no nats-server, which is said aloud.
pub(crate) async fn server(dir: &Path) -> Option<(server::Server, Store)> {
    let Ok(found) = server::find(|_| {}).await else {
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
        eprintln!("NOT TESTED: no nats-server was found");
        return None;
    };
    let options = server::Options::new(found.path, dir.join("nats"));
    let server = server::Server::start(options).await.unwrap();
    let store = Store::connect(server.connection()).await.unwrap();
    store.create(&acme(), NonZero::new(PARTITIONS).unwrap()).await.unwrap();
    Some((server, store))
}

/// Asks until it is answered, as producers do.
pub(crate) async fn ask(client: &Client, context: &str, body: &Value) -> Value {
    for item in body.as_array().into_iter().flatten() {
        valid(item["type"].as_str().unwrap(), &item["data"]);
    }
    let body = serde_json::to_vec(body).unwrap();
    let asked = async {
        loop {
            let sent = client.request(format!("vigie.ask.acme.{context}"), body.clone().into());
            if let Ok(Ok(answer)) = tokio::time::timeout(Duration::from_secs(3), sent).await {
                let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
                let mut outcomes = answer["results"].as_array().into_iter().flatten();
                let not_now = |it: &Value| !it["changed"].is_boolean();
                if answer.get("changed").is_some()
                    || answer["results"].is_array() && !outcomes.any(not_now)
                {
                    return answer;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.expect("it is answered")
}

pub(crate) async fn open_day(client: &Client, date: &str) {
    ask(client, "clock", &json!({ "date": date })).await;
}

pub(crate) fn item(ce_type: &str, data: &Value) -> Value {
    json!({ "type": ce_type, "data": data })
}

pub(crate) fn invoice(customer: &str, due: &str) -> Value {
    item(
        "dev.vigie.invoice.issued.v1",
        &json!({
            "customer_id": customer, "invoice_id": format!("F-{customer}"),
            "issue_date": "2026-01-05", "due_date": due,
            "gross": { "amount": "100.00", "currency": "EUR" },
        }),
    )
}

pub(crate) fn payment(customer: &str, on: &str) -> Value {
    item(
        "dev.vigie.payment.received.v1",
        &json!({
            "customer_id": customer, "payment_id": format!("P-{customer}"),
            "amount": { "amount": "100.00", "currency": "EUR" }, "value_date": on,
            "method": "transfer", "designations": [{ "invoice_id": format!("F-{customer}") }],
        }),
    )
}

/// How many messages the stream of alerts holds.
pub(crate) async fn count(client: &Client) -> u64 {
    let context = jetstream::new(client.clone());
    match context.get_stream(vigie::announce::ALERTS).await {
        Ok(mut stream) => stream.info().await.map_or(0, |it| it.state.messages),
        Err(_) => 0,
    }
}

/// Waits until there are so many.
pub(crate) async fn until_told(client: &Client, wanted: u64) {
    let told = async {
        while count(client).await < wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, told).await.is_err() {
        panic!("{} of {wanted} were told", count(client).await);
    }
}

/// A message of the stream.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) subject: String,
    pub(crate) sequence: u64,
    /// Whether the server took it in one piece with others.
    pub(crate) together: bool,
    pub(crate) event: Value,
}

impl Heard {
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.event.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn short(&self) -> String {
        let happened = self.text("/type").split('.').nth(3).unwrap_or_default();
        format!("{} {} {happened}", self.text("/data/customer_id"), self.text("/data/alert_id"))
    }
}

/// Every message of the tenant after a place of the stream, so many of them.
pub(crate) async fn hear(client: &Client, after: u64, wanted: usize) -> Vec<Heard> {
    let context = jetstream::new(client.clone());
    let stream = context.get_stream(vigie::announce::ALERTS).await.unwrap();
    let consumer = stream
        .create_consumer(pull::OrderedConfig {
            filter_subject: "vigie.alerts.acme.>".to_owned(),
            deliver_policy: jetstream::consumer::DeliverPolicy::ByStartSequence {
                start_sequence: after + 1,
            },
            ..Default::default()
        })
        .await
        .unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let mut heard = Vec::new();
    while heard.len() < wanted {
        let message = tokio::time::timeout(PATIENCE, messages.next()).await;
        let message = message.unwrap_or_else(|_| panic!("{} of {wanted}", heard.len()));
        let message = message.unwrap().unwrap();
        let headers = message.headers.as_ref().unwrap();
        assert_eq!(headers.get("Content-Type").unwrap().as_str(), "application/cloudevents+json");
        let event: Value = serde_json::from_slice(&message.payload).unwrap();
        valid("cloudevent", &event);
        valid(event["type"].as_str().unwrap(), &event["data"]);
        let schema = event["dataschema"].as_str().unwrap();
        assert!(schema.ends_with(&format!("/{}.json", event["type"].as_str().unwrap())));
        heard.push(Heard {
            subject: message.subject.to_string(),
            together: headers.get("Nats-Batch-Id").is_some(),
            sequence: message.info().unwrap().stream_sequence,
            event,
        });
    }
    heard
}

/// What the journals say of alerts, by partition and in order: the ids that messages must have.
pub(crate) async fn said(store: &Store) -> BTreeMap<u16, Vec<String>> {
    let mut said = BTreeMap::<_, Vec<_>>::new();
    for partition in 0..PARTITIONS {
        let journal = store.open(&acme(), Partition(partition)).await.unwrap();
        let last = journal.last().await.unwrap();
        let mut reader = journal.read(Heads::new()).await.unwrap();
        let of_partition = said.entry(partition).or_default();
        while reader.position() < last {
            let record = reader.next().await.unwrap();
            if record.context != Context::Alerts {
                continue;
            }
            let entry = events::read::<Event>(&record.body).unwrap();
            let mut index = 0;
            for decision in entry.decisions {
                // What is of nobody is of the tenant.
                let whose = decision.customer.map_or("acme".to_owned(), |it| it.to_string());
                for event in decision.events {
                    let Some((alert, ..)) = alerts::view::about(&event) else { continue };
                    let happened = match &event {
                        Event::AlertRaised(_) => "raised",
                        Event::AlertAcknowledged { .. } => "acknowledged",
                        Event::AlertAssigned { .. } => "assigned",
                        Event::AlertCleared { .. } => "cleared",
                        Event::AlertPolicyAdopted(_) | Event::FiguresTaken(_) => continue,
                    };
                    let entry = record.sequence;
                    let place = format!("{partition}-{entry}-{index}");
                    of_partition.push(format!("{whose}/{alert}/{happened}/{place}"));
                    index += 1;
                }
            }
        }
    }
    said
}

/// What was heard is what was said: each once, and of each partition in its order.
#[track_caller]
pub(crate) fn same(said: &BTreeMap<u16, Vec<String>>, heard: &[Heard]) {
    let mut by_partition = BTreeMap::<u16, Vec<String>>::new();
    for partition in 0..PARTITIONS {
        by_partition.entry(partition).or_default();
    }
    for it in heard {
        let partition = it.event["data"]["position"]["partition"].as_u64().unwrap();
        let partition = u16::try_from(partition).unwrap();
        by_partition.entry(partition).or_default().push(it.text("/id").to_owned());
    }
    assert_eq!(&by_partition, said);
}

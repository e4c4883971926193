//! With the permissions of `deploy/nats`: whoever tells alerts may do that, and a dashboard may follow.

use std::path::{Path, PathBuf};

use async_nats::jetstream::{self, consumer::pull};
use events::{Context, Decision, Draft, Partition, clock, date, invoicing};
use futures::StreamExt as _;
use journal::{Auth, Connection, Head, Outcome, Store, server};
use law::Calendar;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use vigie::{
    announce,
    contacts::Contacts,
    tenants::{Roles, Tenants},
};

use crate::support::{PATIENCE, acme};

fn connection(server: &server::Server, dir: &Path, user: &str) -> Connection {
    let file = dir.join("password");
    std::fs::write(&file, "secret").unwrap();
    Connection {
        auth: Auth::Password { user: user.to_owned(), file },
        inbox_prefix: Some(format!("_INBOX_{user}")),
        ..server.connection()
    }
}

async fn say<E: serde::Serialize>(store: &Store, context: Context, decision: &Decision<E>) {
    let journal = store.open(&acme(), Partition(0)).await.unwrap();
    let mut draft = Draft::new();
    draft.push(decision).unwrap();
    let body = draft.seal(Head::NONE.hash).into();
    let outcome = journal.append(context, Head::NONE, body).await;
    assert!(matches!(outcome, Outcome::Appended(_)), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shipped_permissions_let_alerts_be_told_and_followed() {
    let dir = tempfile::tempdir().unwrap();
    let Ok(found) = server::find(|_| {}).await else {
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
        eprintln!("NOT TESTED: no nats-server was found");
        return;
    };
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nats/accounts.conf");
    let accounts = std::fs::read_to_string(shipped).unwrap();
    let users = accounts.split("password: $").skip(1).filter_map(|it| it.split_whitespace().next());
    let passwords = users.map(|it| format!("{it}: secret\n")).collect::<Vec<_>>().concat();
    let mut options = server::Options::new(found.path, dir.path().join("nats"));
    options.extra = passwords + &accounts;
    let server = server::Server::start(options).await.unwrap();
    let store =
        async |user: &str| Store::connect(connection(&server, dir.path(), user)).await.unwrap();

    let operator = store("operator").await;
    operator.create(&acme(), std::num::NonZero::<u16>::MIN).await.unwrap();
    let context = jetstream::new(operator.client().unwrap());
    context.create_stream(announce::config(1)).await.unwrap();

    let mine = store("alerts").await;
    let client = mine.client().unwrap();
    let roles = Roles::default().with(Context::Alerts);
    let tenants =
        Tenants::new(mine, roles, Calendar::Target, Contacts::memory(), host::Options::default());
    tenants.look().await.unwrap();
    tenants.ready().await;
    let stop = CancellationToken::new();
    let telling = tokio::spawn(announce::run(client, 1, tenants.clone(), stop.clone()));

    let date = date::parse("2026-06-01").unwrap();
    let opened = clock::Event::DayOpened { date };
    let (customer, cause, actor) = (None, None, None);
    let day = Decision { customer, cause, actor, events: vec![opened] };
    say(&store("clock").await, Context::Clock, &day).await;
    let invoice = invoicing::Event::InvoiceIssued(Box::new(invoicing::Invoice {
        invoice: "F-1".parse().unwrap(),
        number: None,
        issued_on: date::parse("2026-01-02").unwrap(),
        due_on: date::parse("2026-02-01").unwrap(),
        terms: None,
        gross: "100.00 EUR".parse().unwrap(),
        tax: None,
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    }));
    let customer = Some("C-1".parse().unwrap());
    let issued = Decision { customer, cause: None, actor: None, events: vec![invoice] };
    say(&store("invoicing").await, Context::Invoicing, &issued).await;

    let dashboard = jetstream::new(store("acme-dashboard").await.client().unwrap());
    let consumer = pull::Config {
        name: Some("desk".to_owned()),
        filter_subject: "vigie.alerts.acme.>".to_owned(),
        ..Default::default()
    };
    let consumer = dashboard.create_consumer_on_stream(consumer, announce::ALERTS).await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let message = tokio::time::timeout(PATIENCE, messages.next()).await.unwrap();
    let message = message.unwrap().unwrap();
    let told: Value = serde_json::from_slice(&message.payload).unwrap();
    assert_eq!(told["data"]["alert_id"], "invoice_overdue-1");
    message.double_ack().await.unwrap();
    stop.cancel();
    telling.await.unwrap();
    tenants.drain().await;
}

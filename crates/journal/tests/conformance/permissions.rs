//! The permissions of `deploy/nats`, tried: each may do what it is for, and no more.

use std::{path::Path, process::Command, time::Duration};

use async_nats::{
    Client, Request,
    jetstream::{self, consumer::pull, stream},
};
use events::{Context, Partition, Sequence};
use futures::{FutureExt as _, StreamExt as _, future::join_all};
use journal::{Auth, Connection, Head, Outcome, Store};

use crate::support::*;

const USERS: [&str; 11] = [
    "WATCH",
    "OPERATOR",
    "CLOCK",
    "INVOICING",
    "RISK",
    "DUNNING",
    "COLLECTION",
    "ALERTS",
    "PORTAL",
    "ACME_ERP",
    "ACME_DASHBOARD",
];

fn shipped(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nats").join(file)
}

/// A server with the shipped accounts; every password is `secret`.
async fn start() -> Option<Nats> {
    let passwords = USERS.map(|user| format!("VIGIE_{user}_PASSWORD: secret\n")).concat();
    let accounts = std::fs::read_to_string(shipped("accounts.conf")).unwrap();
    Nats::start_with(|options| options.extra = passwords + &accounts).await
}

fn connection(nats: &Nats, user: &str) -> Connection {
    let file = nats.server.dir().join("password");
    std::fs::write(&file, "secret").unwrap();
    Connection {
        auth: Auth::Password { user: user.to_owned(), file },
        inbox_prefix: Some(format!("_INBOX_{user}")),
        ..nats.server.connection()
    }
}

async fn store(nats: &Nats, user: &str) -> Store {
    Store::connect(connection(nats, user)).await.unwrap()
}

/// Whether somebody answers; one who may not ask hears nothing.
async fn answers(client: &Client, subject: &str) -> bool {
    let request = Request::new().payload("{}".into()).timeout(Some(Duration::from_millis(200)));
    client.send_request(subject.to_owned(), request).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_reads_every_context_and_writes_its_own() {
    let Some(nats) = start().await else { return };
    let acme = tenant("acme");
    store(&nats, "operator").await.create(&acme, partitions(1)).await.unwrap();
    let mut position = 0;
    for context in Context::ALL {
        let store = store(&nats, context.name()).await;
        assert_eq!(store.preflight().await, Ok(()));
        assert_eq!(store.tenants().await.unwrap(), [(acme.clone(), 1)]);
        let journal = store.open(&acme, Partition(0)).await.unwrap();
        append(&journal, context, Head::NONE, 1).await;
        position += 1;
        assert_eq!(read_all(&journal).await.len(), position);
        assert_eq!(journal.get(Sequence(1)).await.unwrap().context, Context::Clock);
        assert!(journal.last_of(context).await.unwrap().is_some());
    }
    let invoicing = store(&nats, "invoicing").await.open(&acme, Partition(0)).await.unwrap();
    let outcome = invoicing.append(Context::Dunning, Head::NONE, body(Head::NONE, 2)).await;
    let Outcome::Unavailable(why) = &outcome else { panic!("{outcome:?}") };
    assert!(why.to_lowercase().contains("permissions violation"), "{why}");
    assert_eq!(invoicing.last().await.unwrap(), Sequence(6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_service_producer_or_dashboard_changes_a_stream() {
    let Some(nats) = start().await else { return };
    let acme = tenant("acme");
    let operator = store(&nats, "operator").await;
    operator.create(&acme, partitions(1)).await.unwrap();
    let journal = store(&nats, "invoicing").await.open(&acme, Partition(0)).await.unwrap();
    append(&journal, Context::Invoicing, Head::NONE, 1).await;

    let users = ["clock", "invoicing", "risk", "dunning", "collection", "alerts", "acme-erp"];
    for user in users.into_iter().chain(["acme-dashboard"]) {
        let client = store(&nats, user).await.client().unwrap();
        let verbs = ["CREATE", "UPDATE", "PURGE", "DELETE", "MSG.DELETE", "SNAPSHOT", "RESTORE"];
        let subjects = verbs.map(|verb| format!("$JS.API.STREAM.{verb}.VIGIE_acme_0"));
        let asked = subjects.iter().map(|subject| answers(&client, subject));
        assert!(join_all(asked).await.iter().all(|it| !it), "{user}");
    }
    assert!(answers(&operator.client().unwrap(), "$JS.API.STREAM.PURGE.VIGIE_acme_0").await);
    assert_eq!(journal.faults().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_outside_neither_reads_nor_writes_a_journal() {
    let Some(nats) = start().await else { return };
    let acme = tenant("acme");
    store(&nats, "operator").await.create(&acme, partitions(1)).await.unwrap();
    let journal = store(&nats, "invoicing").await.open(&acme, Partition(0)).await.unwrap();

    for user in ["acme-erp", "acme-dashboard", "operator"] {
        let client = store(&nats, user).await.client().unwrap();
        let mut heard = client.subscribe("vigie.journal.>").await.unwrap();
        let before = journal.last_of(Context::Invoicing).await.unwrap();
        let after = before.map(|it| it.head()).unwrap_or_default();
        append(&journal, Context::Invoicing, after, 1).await;
        // The server's answer comes after whatever it had delivered before.
        client.flush().await.unwrap();
        assert!(heard.next().now_or_never().flatten().is_none(), "{user}");
        assert!(!answers(&client, "vigie.journal.acme.0.invoicing").await, "{user}");
        if user != "operator" {
            for subject in ["MSG.GET", "INFO"].map(|it| format!("$JS.API.STREAM.{it}.VIGIE_acme_0"))
            {
                assert!(!answers(&client, &subject).await, "{user} asks {subject}");
            }
        }
    }
    assert_eq!(journal.last().await.unwrap(), Sequence(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dashboard_follows_the_alerts_of_its_tenant_and_of_no_other() {
    let Some(nats) = start().await else { return };
    let of = async |user| jetstream::new(store(&nats, user).await.client().unwrap());
    let subjects = vec![String::from("vigie.alerts.>")];
    let stream = stream::Config { name: "VIGIE_ALERTS".into(), subjects, ..Default::default() };
    of("operator").await.create_stream(stream).await.unwrap();
    let alerts = of("alerts").await;
    for subject in ["vigie.alerts.other.high.x", "vigie.alerts.acme.high.x"] {
        alerts.publish(subject, "!".into()).await.unwrap().await.unwrap();
    }
    let mut dashboard = of("acme-dashboard").await;
    dashboard.set_timeout(Duration::from_millis(500));
    let follow = async |tenant: &str| {
        let filter_subject = format!("vigie.alerts.{tenant}.>");
        let consumer =
            pull::Config { name: Some(tenant.into()), filter_subject, ..Default::default() };
        dashboard.create_consumer_on_stream(consumer, "VIGIE_ALERTS").await
    };
    assert!(follow("other").await.is_err());
    let mut messages = follow("acme").await.unwrap().messages().await.unwrap();
    let alert = messages.next().await.unwrap().unwrap();
    assert_eq!(alert.subject.as_str(), "vigie.alerts.acme.high.x");
    alert.double_ack().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_system_user_answers_preflight() {
    let Some(nats) = start().await else { return };
    let watch = connection(&nats, "watch");
    let connection = Connection {
        monitor_urls: Vec::new(),
        system: Some(watch.auth),
        ..connection(&nats, "invoicing")
    };
    assert_eq!(Store::connect(connection).await.unwrap().preflight().await, Ok(()));
}

#[tokio::test]
async fn the_shipped_configuration_is_one() {
    let Some(binary) = binary().await else { return };
    let mut check = Command::new(binary);
    check.arg("-t").arg("-c").arg(shipped("nats.conf"));
    for user in USERS {
        check.env(format!("VIGIE_{user}_PASSWORD"), "secret");
    }
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

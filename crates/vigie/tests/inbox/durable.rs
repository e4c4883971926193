//! The inbox: kept by the server until it is in the journal.

use async_nats::HeaderMap;
use serde_json::json;

use crate::support::{House, ISSUED, Process, binary_mode, invoice, none, plain};

const SUBJECT: &str = "vigie.in.acme.invoicing.invoice";

fn content_type(named: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("Content-Type", named);
    headers
}

#[tokio::test(flavor = "multi_thread")]
async fn events_in_every_mode_become_facts() {
    let Some(house) = House::open().await else { return };
    house.publish(SUBJECT, binary_mode("1", ISSUED), invoice("INV-1")).await;
    let event = |n: u32| {
        let data = invoice(&format!("INV-{n}"));
        format!(
            r#"{{"specversion":"1.0","id":"{n}","source":"/erp","type":"{ISSUED}","data":{data}}}"#
        )
    };
    house.publish(SUBJECT, content_type("application/cloudevents+json"), event(2)).await;
    let batch = format!("[{},{}]", event(3), event(4));
    house.publish(SUBJECT, content_type("application/cloudevents-batch+json"), batch).await;
    let plainly = format!("[{}]", plain(ISSUED, &invoice("INV-5")));
    house.publish("vigie.in.acme.invoicing", none(), plainly).await;
    house.until_taken().await;
    for n in 1..=5 {
        let again = house.ask(none(), plain(ISSUED, &invoice(&format!("INV-{n}")))).await;
        assert_eq!(again.changed(), [false], "INV-{n} is known");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_with_reason_field_and_original_and_holds_nothing_up() {
    let Some(house) = House::open().await else { return };
    let bad = invoice("INV-1").replace("1190.00", "1e5");
    house.publish(SUBJECT, binary_mode("e%201", ISSUED), bad.clone()).await;
    let batch = format!(
        "[{},{},{}]",
        plain(ISSUED, &invoice("INV-2")),
        r#"{"id":"b-2","type":"no.such.type","data":{}}"#,
        plain(ISSUED, &invoice("INV-3"))
    );
    house.publish(SUBJECT, none(), batch).await;
    house.publish(SUBJECT, none(), &b"\xff\xfe"[..]).await;
    house.publish(SUBJECT, binary_mode("9", ISSUED), invoice("INV-9")).await;
    house.until_taken().await;

    let letters = house.refused(3).await;
    assert!(letters.iter().all(|it| it.subject == "vigie.refused.acme.invoicing"));
    let [first, second, third] = letters.as_slice() else { panic!("three: {letters:?}") };
    assert_eq!(first.header("vigie-reason"), "INVALID_FIELD");
    assert_eq!(first.header("vigie-field"), "gross");
    assert_eq!(first.header("ce-id"), "e%201");
    assert_eq!(first.header("ce-type"), ISSUED);
    assert_eq!(first.body["reason"], "INVALID_FIELD");
    assert_eq!(first.body["field"], "gross");
    assert_eq!(first.body["id"], "e 1");
    assert_eq!(first.body["subject"], SUBJECT);
    assert_eq!(first.body["sequence"], 1);
    assert_eq!(
        first.body["original"].to_string(),
        serde_json::from_str::<serde_json::Value>(&bad).unwrap().to_string()
    );
    assert!(first.body["message"].as_str().unwrap().contains("exponent"), "{}", first.body);
    assert_eq!(second.body["reason"], "UNKNOWN_TYPE");
    assert_eq!(second.body["index"], 1);
    assert_eq!(second.header("ce-id"), "b-2");
    assert_eq!(second.body["original"], json!({"id":"b-2","type":"no.such.type","data":{}}));
    assert_eq!(third.body["reason"], "INVALID_MESSAGE");
    assert_eq!(third.body["original_base64"], "//4=");
    for id in ["INV-2", "INV-3", "INV-9"] {
        assert_eq!(house.ask(none(), plain(ISSUED, &invoice(id))).await.changed(), [false]);
    }
    assert_eq!(house.ask(none(), plain(ISSUED, &invoice("INV-1"))).await.changed(), [true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_to_nobody_are_refused_too() {
    let Some(house) = House::open().await else { return };
    house.publish("vigie.in.nobody.invoicing.invoice", none(), "[]").await;
    house.publish("vigie.in.acme.invoices", none(), "[]").await;
    house.until_taken().await;
    let mut letters = house.refused(2).await;
    letters.sort_by(|one, other| one.subject.cmp(&other.subject));
    let told: Vec<_> =
        letters.iter().map(|it| (it.subject.as_str(), it.header("vigie-reason"))).collect();
    assert_eq!(
        told,
        [
            ("vigie.refused.acme.invoices", "CONTEXT_NOT_FOUND"),
            ("vigie.refused.nobody.invoicing", "TENANT_NOT_FOUND"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_nobody_read_is_taken_afterwards_in_its_order() {
    let Some(mut house) = House::open().await else { return };
    house.process.take().unwrap().stop().await;
    for n in 0..300 {
        let data = format!(r#"{{"customer_id":"C-1","segment":"S-{n}"}}"#);
        let payload = plain("dev.vigie.customer.amended.v1", &data);
        house.publish(SUBJECT, none(), payload).await;
    }
    house.process = Some(Process::start(&house.server).await);
    house.until_taken().await;
    let tenant = house.process().acme();
    let customer = "C-1".parse().unwrap();
    let (_, host) = tenant.invoicing(&customer).unwrap();
    let known =
        host.read(|books| format!("{:?}", books.customer(&customer).unwrap().state)).unwrap();
    assert!(known.contains("S-299"), "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_and_comes_back_loses_and_doubles_nothing() {
    let Some(mut house) = House::open().await else { return };
    for n in 0..100 {
        house.publish(SUBJECT, none(), plain(ISSUED, &invoice(&format!("A-{n}")))).await;
    }
    house.server.kill().await.unwrap();
    house.server.restart().await.unwrap();
    house.client = async_nats::connect(house.server.url()).await.unwrap();
    house.until_taken().await;
    for n in 0..100 {
        let again = house.ask(none(), plain(ISSUED, &invoice(&format!("A-{n}")))).await;
        assert_eq!(again.changed(), [false], "A-{n} is known");
    }
    assert_eq!(
        house.stream(vigie::inbox::REFUSED).await.get_info().await.unwrap().state.messages,
        0
    );
}

//! Requests, answered after the append.

use async_nats::HeaderMap;
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::support::{House, ISSUED, PAID, PATIENCE, Process, binary_mode, invoice, none, plain};

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_answered_when_it_is_durable_and_a_second_time_changes_nothing() {
    let Some(house) = House::open().await else { return };
    let answer = house.ask(binary_mode("1", ISSUED), invoice("INV-1")).await;
    assert_eq!(answer.error_code(), None);
    let entries = house.entries().await;
    assert_eq!(answer.body["position"], json!({"0": entries.0}));
    assert_eq!(answer.body["results"], json!([{"id": "1", "changed": true}]));
    let again = house.ask(binary_mode("1", ISSUED), invoice("INV-1")).await;
    assert_eq!(again.changed(), [false]);
    assert_eq!(house.ask(none(), plain(ISSUED, &invoice("INV-1"))).await.changed(), [false]);
    assert_eq!(house.entries().await, entries);
    let other = house.ask(binary_mode("1", ISSUED), invoice("INV-2")).await;
    assert_eq!(other.refusal(), ("REQUEST_ID_REUSED", "request_id"));
    assert_eq!(other.error_code(), Some("409"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_answered_command_by_command_in_its_order() {
    let Some(house) = House::open().await else { return };
    let paid = r#"{"customer_id":"C-1","payment_id":"P-1","amount":{"amount":"190.00","currency":"EUR"},"value_date":"2026-05-20","method":"transfer"}"#;
    let batch = [
        plain(ISSUED, &invoice("INV-1")),
        plain(PAID, &paid.replace("190.00", "1e5")),
        plain(PAID, paid),
        plain(
            "dev.vigie.invoice.cancelled.v1",
            r#"{"customer_id":"C-9","invoice_id":"x y","cancel_date":"2026-05-20"}"#,
        ),
        plain(ISSUED, &invoice("INV-2")),
    ];
    let answer = house.ask(none(), format!("[{}]", batch.join(","))).await;
    let results = answer.body["results"].as_array().unwrap();
    let changed: Vec<_> = results.iter().map(|it| it["changed"].as_bool()).collect();
    assert_eq!(changed, [Some(true), None, Some(true), None, Some(true)], "{}", answer.body);
    assert_eq!(results[1]["refused"]["code"], "INVALID_ARGUMENT");
    assert_eq!(results[1]["refused"]["field"], "amount");
    assert_eq!(results[3]["refused"]["field"], "invoice_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_of_one_connection_are_taken_in_their_order() {
    let Some(house) = House::open().await else { return };
    let mut answers = futures::stream::FuturesUnordered::new();
    for n in 0..200 {
        // Each amends the customer; the last one sent is what counts.
        let data = format!(r#"{{"customer_id":"C-1","segment":"S-{n}"}}"#);
        let ce_type = if n == 0 { "registered" } else { "amended" };
        let payload = plain(&format!("dev.vigie.customer.{ce_type}.v1"), &data);
        let inbox = house.client.new_inbox();
        let mut answer = house.client.subscribe(inbox.clone()).await.unwrap();
        let subject = vigie::ask::subject("acme", events::Context::Invoicing);
        house.client.publish_with_reply(subject, inbox, payload.into()).await.unwrap();
        answers.push(async move {
            let message = tokio::time::timeout(PATIENCE, answer.next()).await.unwrap().unwrap();
            let body: Value = serde_json::from_slice(&message.payload).unwrap();
            assert_eq!(body["results"][0]["changed"], true, "{body}");
        });
    }
    while answers.next().await.is_some() {}
    let tenant = house.process().acme();
    let customer = "C-1".parse().unwrap();
    let (_, host) = tenant.invoicing(&customer).unwrap();
    let known =
        host.read(|books| format!("{:?}", books.customer(&customer).unwrap().state)).unwrap();
    assert!(known.contains("S-199") && !known.contains("S-198"), "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_is_found_by_the_service_protocol_of_nats() {
    let Some(house) = House::open().await else { return };
    let pong = house.client.request("$SRV.PING.vigie-invoicing", "".into()).await.unwrap();
    let pong: Value = serde_json::from_slice(&pong.payload).unwrap();
    assert_eq!(pong["name"], "vigie-invoicing");
    let info = house.client.request("$SRV.INFO.vigie-invoicing", "".into()).await.unwrap();
    let info: Value = serde_json::from_slice(&info.payload).unwrap();
    assert_eq!(info["endpoints"][0]["subject"], "vigie.ask.acme.invoicing");
    assert_eq!(info["endpoints"][0]["queue_group"], "vigie");
    let stats = house.client.request("$SRV.STATS.vigie-invoicing", "".into()).await.unwrap();
    let stats: Value = serde_json::from_slice(&stats.payload).unwrap();
    assert!(stats["endpoints"][0]["num_requests"].as_u64().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_the_requests_and_one_that_stops_leaves_none_unanswered() {
    let Some(mut house) = House::open().await else { return };
    let other = Process::start(&house.server).await;
    let asked = |n: u32| {
        let (client, payload) = (house.client.clone(), plain(ISSUED, &invoice(&format!("I-{n}"))));
        async move {
            // Who gets no answer asks again: that is what ids are for.
            for _ in 0..100 {
                let subject = vigie::ask::subject("acme", events::Context::Invoicing);
                if let Ok(answer) = client.request(subject, payload.clone().into()).await {
                    let body: Value = serde_json::from_slice(&answer.payload).unwrap();
                    if let Some(changed) = body["results"][0]["changed"].as_bool() {
                        return changed;
                    }
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            panic!("no answer for {n}");
        }
    };
    futures::future::join_all((0..50).map(&asked)).await;
    let stopping = house.process.replace(other).unwrap();
    let (changed, ()) =
        tokio::join!(futures::future::join_all((50..150).map(asked)), stopping.stop());
    assert_eq!(changed.len(), 100);
    let tenant = house.process().acme();
    let customer = "C-1".parse().unwrap();
    let (_, host) = tenant.invoicing(&customer).unwrap();
    let position = host.journal().last().await.unwrap();
    host.reached(position).await.unwrap();
    let known =
        host.read(|books| format!("{:?}", books.customer(&customer).unwrap().state)).unwrap();
    for n in 0..150 {
        assert!(known.contains(&format!("I-{n}")), "I-{n} is recorded");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_for_a_tenant_that_does_not_exist() {
    let Some(house) = House::open().await else { return };
    let subject = vigie::ask::subject("nobody", events::Context::Invoicing);
    let error = house.client.request(subject, "[]".into()).await.unwrap_err();
    assert_eq!(error.kind(), async_nats::RequestErrorKind::NoResponders);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_apart_is_refused_as_a_whole() {
    let Some(house) = House::open().await else { return };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "text/csv");
    let answer = house.ask(headers, "a;b").await;
    assert_eq!(answer.refusal(), ("UNSUPPORTED_CONTENT_TYPE", "content-type"));
    assert_eq!(answer.error_code(), Some("400"));
    assert_eq!(house.ask(none(), "{").await.refusal().0, "INVALID_MESSAGE");
    let many = format!("[{}]", vec!["{}"; 1_001].join(","));
    assert_eq!(house.ask(none(), many).await.refusal().0, "BATCH_TOO_LARGE");
    assert_eq!(house.ask(none(), plain(ISSUED, &invoice("INV-1"))).await.changed(), [true]);
}

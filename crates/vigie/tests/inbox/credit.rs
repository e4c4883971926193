//! Orders asked for over NATS: risk hears invoicing on a real server.

use events::{Context, risk::Rule};
use serde_json::{Value, json};

use crate::support::{House, PAID, PATIENCE, binary_mode, invoice, none, plain};

async fn risk(house: &House, ce_type: &str, data: &Value) -> Value {
    let subject = vigie::ask::subject("acme", Context::Risk);
    let payload = plain(ce_type, &data.to_string());
    let answer = house.client.request(subject, payload.into()).await.unwrap();
    serde_json::from_slice::<Value>(&answer.payload).unwrap()["results"][0].clone()
}

fn order(id: &str, amount: &str) -> Value {
    json!({"customer_id": "C-1", "order": id, "order_date": "2026-05-04",
           "amount": {"amount": amount, "currency": "EUR"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_over_the_limit_waits_and_is_released_by_the_payment() {
    let Some(house) = House::open().await else { return };
    let part = house.process().acme().parts[0].clone();
    let (clock, hosted) = (part.clock.unwrap(), part.risk.unwrap());
    let day = events::date::parse("2026-05-04").unwrap();
    clock.ask(None, clock::Command::Tick(day), None, None).await.unwrap();
    let rules = json!({"currency": "EUR", "one_person_grants_up_to": "5000.00 EUR",
        "disputed_counts": true, "unallocated_cash_counts": true, "guarantees_count": true});
    let adopted = risk(&house, "dev.vigie.creditpolicy.adopted.v1", &rules).await;
    assert_eq!(adopted["changed"], true, "{adopted}");
    let limit = json!({"customer_id": "C-1", "limit_id": "L-1", "valid_from": "2026-01-01",
        "amount": {"amount": "2000.00", "currency": "EUR"}, "request_date": "2026-05-04",
        "requested_by": "credit-1", "reason": "new customer"});
    let granted = risk(&house, "dev.vigie.limit.requested.v1", &limit).await;
    assert_eq!(granted["changed"], true, "{granted}");

    // 1,190 are owed: 900 do not fit under 2,000.
    house.ask(none(), plain("dev.vigie.invoice.issued.v1", &invoice("INV-1"))).await;
    hosted.reached(house.entries().await).await.unwrap();
    let placed = "dev.vigie.order.placed.v1";
    assert_eq!(risk(&house, placed, &order("PO-1", "900.00")).await["changed"], true);
    assert_eq!(risk(&house, placed, &order("PO-1", "900.00")).await["changed"], false);
    let refused = risk(&house, placed, &order("PO-1", "800.00")).await["refused"].clone();
    assert_eq!(refused["reason"], "ORDER_CONFLICT", "{refused}");
    let refused = risk(&house, placed, &order("PO-2", "0.00")).await["refused"].clone();
    assert_eq!(
        (&refused["reason"], &refused["field"]),
        (&json!("INVALID_FIELD"), &json!("amount"))
    );

    let standing = || {
        let view = hosted.read(|books| {
            let state = books.customer(&"C-1".parse().unwrap()).unwrap().state.clone();
            let order = books.policy.order(&state, &"PO-1".parse().unwrap(), books.today);
            order.unwrap().state
        });
        view.unwrap()
    };
    let risk::view::OrderState::Held { rules, ways, .. } = standing() else { panic!("accepted") };
    let excess = Rule::OverLimit { excess: "90.00 EUR".parse().unwrap() };
    assert_eq!(rules, [excess]);
    assert!(ways.iter().all(|it| it.enough), "{ways:?}");

    let paid = json!({"customer_id": "C-1", "payment_id": "P-1", "value_date": "2026-05-04",
        "amount": {"amount": "1190.00", "currency": "EUR"}, "method": "transfer"});
    house.ask(none(), plain(PAID, &paid.to_string())).await;
    let released = async {
        while matches!(standing(), risk::view::OrderState::Held { .. }) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, released).await.expect("nobody had to ask again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_insurer_says_comes_by_the_inbox_and_what_cannot_be_names_its_field() {
    let Some(house) = House::open().await else { return };
    let subject = "vigie.in.acme.risk.cover";
    let cover = |quota: &str| {
        json!({"customer_id": "C-1", "cover_id": "CV-1", "insurer": "insurer 1", "policy": "POL-1",
            "kind": "named", "amount": {"amount": "50000.00", "currency": "EUR"}, "quota": quota,
            "valid_from": "2026-01-01"})
    };
    let granted = "dev.vigie.cover.granted.v1";
    house.publish(subject, binary_mode("1", granted), cover("1.1").to_string()).await;
    house.publish(subject, binary_mode("2", granted), cover("0.9").to_string()).await;
    house.until_taken().await;
    let [refused] = house.refused(1).await.try_into().unwrap_or_else(|it| panic!("one: {it:?}"));
    assert_eq!(refused.subject, "vigie.refused.acme.risk");
    assert_eq!(refused.header("vigie-field"), "quota");
    assert_eq!(risk(&house, granted, &cover("0.9")).await["changed"], false, "it is known");
    let other = risk(&house, granted, &cover("0.8")).await["refused"].clone();
    assert_eq!(other["reason"], "COVER_CONFLICT", "{other}");
    // Only what the form has: nothing is passed over in silence.
    let mut strange = cover("0.9");
    strange["colour"] = json!("blue");
    let strange = risk(&house, granted, &strange).await["refused"].clone();
    assert_eq!(strange["field"], "colour", "{strange}");
}

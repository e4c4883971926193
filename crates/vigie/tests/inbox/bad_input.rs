//! What must never get in, whichever way it comes: refused with the field and the reason, nothing
//! stored, nothing held up.

use crate::support::{House, ISSUED, binary_mode, invoice, none, plain};

/// Data of an invoice, and the field it is refused for.
fn table() -> Vec<(String, &'static str)> {
    let with = |from: &str, to: &str| invoice("INV-1").replace(from, to);
    let amount = |text: &str| with(r#""1190.00""#, text);
    let long = "x".repeat(10_000);
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    vec![
        (amount(r#""1e5""#), "gross"),
        (amount(r#""1_000""#), "gross"),
        (amount(r#""1.""#), "gross"),
        (amount(r#"".5""#), "gross"),
        (amount(r#""+1""#), "gross"),
        (amount(r#""1,5""#), "gross"),
        (amount(r#""-1.00""#), "gross"),
        (amount(r#""-0.00""#), "gross"),
        (amount(r#""0.00""#), "gross"),
        (amount(r#""NaN""#), "gross"),
        (amount(r#""٣""#), "gross"),
        (amount(r#""1.00000000000000000000000000001""#), "gross"),
        (amount(r#""9999999999999999.00""#), "gross"),
        (amount(r#""1190.0""#), "gross"),
        (amount(r#""1190.000""#), "gross"),
        (amount("1190.00"), "gross.amount"),
        (amount("null"), "gross.amount"),
        (with(r#""EUR""#, r#""JPY""#), "gross"),
        (with(r#""EUR""#, r#""KWD""#), "gross"),
        (with(r#""EUR""#, r#""XXQ""#), "gross.currency"),
        (with(r#""EUR""#, r#""eur""#), "gross.currency"),
        (with("2026-05-01", "0001-01-01"), "issue_date"),
        (with("2026-05-01", "9999-12-31"), "issue_date"),
        (with("2026-05-01", "2026-02-30"), "issue_date"),
        (with("2026-05-01", "01/05/2026"), "issue_date"),
        (with("INV-1", "INV.1"), "invoice_id"),
        (with("INV-1", "INV*"), "invoice_id"),
        (with("INV-1", ">"), "invoice_id"),
        (with("INV-1", "INV 1"), "invoice_id"),
        (with("INV-1", r"INV\r\n1"), "invoice_id"),
        (with("INV-1", ""), "invoice_id"),
        (with("INV-1", &long), "invoice_id"),
        (with("C-1", "Müller & Söhne"), "customer_id"),
        (with("C-1", &long), "customer_id"),
        (with(r#""C-1""#, &deep), "customer_id"),
        (with(r#""issue_date""#, r#""sneaky":1,"issue_date""#), "sneaky"),
        ("[]".to_owned(), "data"),
        ("7".to_owned(), "data"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_invoices_are_refused_by_request_with_the_field() {
    let Some(house) = House::open().await else { return };
    for (data, field) in table() {
        let shown: String = data.chars().take(200).collect();
        let answer = house.ask(none(), plain(ISSUED, &data)).await;
        assert_eq!(answer.refusal().1, field, "{shown} {}", answer.body);
        let answer = house.ask(binary_mode("1", ISSUED), data).await;
        assert_eq!(answer.refusal().1, field, "{shown} {}", answer.body);
    }
    assert_eq!(house.entries().await.0, 0, "nothing is stored");
    assert_eq!(house.ask(none(), plain(ISSUED, &invoice("INV-1"))).await.changed(), [true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_invoices_in_the_inbox_end_among_the_refused_and_the_next_good_one_goes_through() {
    let Some(house) = House::open().await else { return };
    let subject = "vigie.in.acme.invoicing.invoice";
    let table = table();
    for (place, (data, _)) in table.iter().enumerate() {
        house.publish(subject, binary_mode(&place.to_string(), ISSUED), data.clone()).await;
    }
    house.publish(subject, binary_mode("good", ISSUED), invoice("INV-1")).await;
    house.until_taken().await;
    let letters = house.refused(table.len()).await;
    for (place, ((data, field), letter)) in table.iter().zip(&letters).enumerate() {
        assert_eq!(letter.body["field"].as_str().unwrap_or_default(), *field, "{data:.200}");
        assert_eq!(letter.header("vigie-field"), *field);
        assert_eq!(letter.header("ce-id"), place.to_string());
        assert!(letter.body.get("original").or(letter.body.get("original_base64")).is_some());
    }
    assert_eq!(house.entries().await.0, 1, "only the good one is stored");
    assert_eq!(house.ask(none(), plain(ISSUED, &invoice("INV-1"))).await.changed(), [false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_would_break_headers_or_subjects_harm_nobody() {
    let Some(house) = House::open().await else { return };
    let subject = "vigie.in.acme.invoicing.invoice";
    for id in ["a\\r\\nce-type: x", "a.*.>", "\\u0000", &"y".repeat(10_000), "日本"] {
        let event = format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/e","type":"{ISSUED}","data":{{}}}}"#
        );
        house.publish(subject, none(), event.clone()).await;
        assert_eq!(house.ask(none(), event).await.refusal().0, "INVALID_FIELD");
    }
    house.until_taken().await;
    for letter in house.refused(5).await {
        assert!(letter.header("ce-id").is_ascii());
        assert_eq!(letter.subject, "vigie.refused.acme.invoicing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_as_large_as_the_server_lets_through_is_refused_and_told() {
    let Some(house) = House::open().await else { return };
    let padding = "9".repeat(1_000_000);
    let data = format!(r#"{{"customer_id":"C-1","x":"{padding}"}}"#);
    let answer = house.ask(none(), plain(ISSUED, &data)).await;
    assert_eq!(answer.refusal(), ("INVALID_FIELD", "x"));
    house.publish("vigie.in.acme.invoicing", none(), plain(ISSUED, &data)).await;
    house.until_taken().await;
    let letter = house.refused(1).await.remove(0);
    assert!(letter.body["original_bytes"].as_u64().unwrap() > 1_000_000);
    assert_eq!(house.ask(none(), plain(ISSUED, &invoice("INV-1"))).await.changed(), [true]);
}

use invoicing::{Command, Policy};

use super::*;

const INVOICE: &str = r#"{"customer_id":"C-1","invoice_id":"INV-1","issue_date":"2026-11-01","gross":{"amount":"1190.00","currency":"EUR"}}"#;
const ISSUED: &str = "dev.vigie.invoice.issued.v1";

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, *value);
    }
    headers
}

fn binary(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut all = vec![("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/erp")];
    all.retain(|(name, _)| !pairs.iter().any(|(it, _)| it.eq_ignore_ascii_case(name)));
    all.extend_from_slice(pairs);
    headers(&all)
}

#[track_caller]
fn one<'a>(headers: &HeaderMap, payload: &'a str) -> Item<'a> {
    let mut items = read(Some(headers), payload.as_bytes()).unwrap();
    assert_eq!(items.len(), 1);
    items.remove(0)
}

#[track_caller]
fn refused(item: Item<'_>) -> (String, String) {
    let refused = item.content.and_then(|it| it.command::<Policy>()).unwrap_err();
    (refused.reason.into_owned(), refused.field)
}

fn says(reason: &str, field: &str) -> (String, String) {
    (reason.to_owned(), field.to_owned())
}

#[test]
fn an_event_with_its_attributes_in_headers_of_any_case_is_an_invoice() {
    let item = one(&binary(&[("CE-Type", ISSUED), ("Ce-Id", "a%20b%2f")]), INVOICE);
    assert_eq!(item.id, "a b/");
    let content = item.content.unwrap();
    assert_eq!(content.ce_type, ISSUED);
    assert_eq!(content.request.as_ref().map(Reference::as_str), Some("/erp a b/"));
    assert!(matches!(content.command::<Policy>().unwrap(), Command::IssueInvoice(_)));
}

#[test]
fn an_event_as_one_object_and_many_as_an_array_are_taken_too() {
    let event = |id: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/erp","type":"{ISSUED}","time":"2026-11-01T00:00:00Z","data":{INVOICE},"ext":1}}"#
        )
    };
    let structured = headers(&[("content-type", "application/CloudEvents+json; charset=utf-8")]);
    assert_eq!(one(&structured, &event("7")).content.unwrap().data, INVOICE.as_bytes());
    let batch = headers(&[("Content-Type", "application/cloudevents-batch+json")]);
    let both = format!("[{}, {}]", event("7"), event("8"));
    let items = read(Some(&batch), both.as_bytes()).unwrap();
    assert_eq!(items.iter().map(|it| &*it.id).collect::<Vec<_>>(), ["7", "8"]);
    assert_eq!(original(Some(&batch), both.as_bytes(), 1), event("8").into_bytes());
    assert_eq!(read(Some(&batch), b"[]").unwrap(), []);
}

#[test]
fn plain_json_needs_a_type_and_data_only() {
    let one = format!(r#"{{"type":"{ISSUED}","data":{INVOICE}}}"#);
    let items = read(None, one.as_bytes()).unwrap();
    assert_eq!(items[0].content.as_ref().unwrap().request, None);
    let two = format!("[{one},{one}]");
    assert_eq!(read(None, two.as_bytes()).unwrap().len(), 2);
    assert_eq!(original(None, one.as_bytes(), 0), one.as_bytes());
}

#[test]
fn data_in_base64_is_taken_too() {
    let one = format!(r#"{{"type":"{ISSUED}","data_base64":"eyJhIjoxfQ=="}}"#);
    let items = read(None, one.as_bytes()).unwrap();
    assert_eq!(items[0].content.as_ref().unwrap().data, br#"{"a":1}"#.as_slice());
    let broken = one.replace("==", "=");
    let item = read(None, broken.as_bytes()).unwrap().remove(0);
    assert_eq!(refused(item), says("INVALID_FIELD", "data_base64"));
}

#[test]
fn a_broken_item_says_what_is_wrong_and_leaves_the_others_alone() {
    let good = format!(r#"{{"type":"{ISSUED}","data":{INVOICE}}}"#);
    let batch = format!(
        r#"[{good},{{"type":7,"data":{{}}}},[],{{"data":{{}}}},{{"type":"{ISSUED}"}},{{"type":"x","data":{{}}}},{good}]"#
    );
    let mut items = read(None, batch.as_bytes()).unwrap();
    assert!(items.pop().unwrap().content.is_ok());
    let refusals: Vec<_> = items.drain(1..).map(refused).collect();
    assert_eq!(refusals[0], says("INVALID_FIELD", "type"));
    assert_eq!(refusals[1].0, "INVALID_FIELD");
    assert_eq!(refusals[2], says("INVALID_FIELD", "type"));
    assert_eq!(refusals[3], says("INVALID_FIELD", "data"));
    assert_eq!(refusals[4], says("UNKNOWN_TYPE", "type"));
    assert!(items[0].content.is_ok());
}

#[test]
fn an_event_without_what_every_event_has_is_refused_with_the_attribute() {
    for missing in ["specversion", "id", "source", "type"] {
        let mut pairs = vec![("ce-type", ISSUED)];
        let name = format!("ce-{missing}");
        pairs.push((&name, ""));
        pairs.retain(|(it, value)| *it != name || value.is_empty());
        assert_eq!(refused(one(&binary(&pairs), INVOICE)), says("INVALID_FIELD", missing));
    }
    let other = binary(&[("ce-type", ISSUED), ("ce-specversion", "2.0")]);
    assert_eq!(refused(one(&other, INVOICE)), says("INVALID_FIELD", "specversion"));
    let xml = binary(&[("ce-type", ISSUED), ("ce-datacontenttype", "text/xml")]);
    assert_eq!(refused(one(&xml, INVOICE)).0, "UNSUPPORTED_CONTENT_TYPE");
}

#[test]
fn a_message_that_cannot_be_taken_apart_is_refused_as_a_whole() {
    let reason =
        |headers: Option<&HeaderMap>, payload: &[u8]| read(headers, payload).unwrap_err().reason;
    assert_eq!(reason(None, b""), "INVALID_MESSAGE");
    assert_eq!(reason(None, b"7"), "INVALID_MESSAGE");
    assert_eq!(reason(None, b"{"), "INVALID_MESSAGE");
    assert_eq!(reason(None, b"[{}"), "INVALID_MESSAGE");
    assert_eq!(reason(None, b"{} {}"), "INVALID_MESSAGE");
    assert_eq!(reason(None, b"\xff"), "INVALID_MESSAGE");
    assert_eq!(reason(None, &vec![b' '; PAYLOAD_BYTES_MAX + 1]), "MESSAGE_TOO_LARGE");
    let many = format!("[{}]", vec!["{}"; ITEMS_MAX + 1].join(","));
    assert_eq!(reason(None, many.as_bytes()), "BATCH_TOO_LARGE");
    let avro = headers(&[("content-type", "application/cloudevents+avro")]);
    assert_eq!(reason(Some(&avro), b"{}"), "UNSUPPORTED_CONTENT_TYPE");
    let csv = headers(&[("content-type", "text/csv")]);
    assert_eq!(reason(Some(&csv), b"a;b"), "UNSUPPORTED_CONTENT_TYPE");
    let structured = headers(&[("content-type", "application/cloudevents+json")]);
    assert_eq!(reason(Some(&structured), b"[]"), "INVALID_MESSAGE");
    let twice = headers(&[("ce-id", "1"), ("ce-id", "2")]);
    assert_eq!(reason(Some(&twice), b"{}"), "INVALID_FIELD");
    for broken in ["%", "%2", "%zz", "%ff"] {
        let broken = headers(&[("ce-id", broken)]);
        assert_eq!(reason(Some(&broken), b"{}"), "INVALID_FIELD");
    }
}

#[test]
fn data_nested_without_end_is_refused_and_harms_nobody() {
    for deep in
        [format!("{}{}", "[".repeat(400_000), "]".repeat(400_000)), "{\"a\":".repeat(100_000)]
    {
        let nested = format!(r#"{{"type":"{ISSUED}","data":{{"customer_id":{deep}}}}}"#);
        let item = read(None, nested.as_bytes());
        let refused = match item {
            Ok(mut items) => refused(items.remove(0)).0,
            Err(refused) => refused.reason.into_owned(),
        };
        assert!(matches!(&*refused, "NESTED_TOO_DEEP" | "INVALID_MESSAGE"), "{refused}");
    }
    let item = binary(&[("ce-type", ISSUED)]);
    let deep = format!(r#"{{"x":{}1{}}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(refused(one(&item, &deep)).0, "NESTED_TOO_DEEP");
}

#[test]
fn a_long_source_and_id_become_a_digest_and_nothing_else_does() {
    assert_eq!(request("/erp", "1").unwrap().as_str(), "/erp 1");
    assert_eq!(request("/erp", &"x".repeat(100)).unwrap().as_str().len(), 64);
    assert_eq!(request("/erp", "line\nbreak").unwrap().as_str().len(), 64);
    assert_eq!(request("", "1"), None);
}

#[test]
fn what_is_written_into_a_header_reads_back_the_same() {
    for text in ["plain", "a b", "50%", "\"é\"\r\n", "日本"] {
        let encoded = encode(text);
        assert!(encoded.is_ascii() && !encoded.contains(['\r', '\n', ' ', '"']));
        let item = one(&binary(&[("ce-type", ISSUED), ("ce-id", &encoded)]), INVOICE);
        assert_eq!(item.id, text);
    }
}

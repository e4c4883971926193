//! What a form means is what `serde_json` reads, and what is wrong with it is where another reader
//! says it is.

use std::collections::BTreeMap;

use events::{CustomerId, date};
use money::Stated;
use proptest::prelude::*;
use serde::Deserialize;

use super::super::{Command, Kind, read::read_data};

/// Every shape that the data of a command has, and some that none has yet.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    customer_id: CustomerId,
    #[serde(with = "date")]
    day: chrono::NaiveDate,
    amount: Stated,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    parts: Vec<Part>,
    #[serde(default)]
    limits: BTreeMap<String, u16>,
    #[serde(default)]
    pair: Option<(u8, i32)>,
    #[serde(default)]
    kind: Option<Sort>,
    #[serde(default)]
    sure: Option<bool>,
    #[serde(default)]
    tagged: Option<Tagged>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    id: Id,
    of: Option<Box<Part>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Id(u64);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Plain,
    Counted(u8),
    Twice(u8, u8),
    Named { part: Part },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Tagged {
    Empty,
    Full { part: Part },
}

const WHOLE: &str = r#"{"customer_id":"C-1","day":"2026-01-10","amount":{"amount":"12.50","currency":"EUR"},
    "note":"l\u00e0","parts":[{"id":1,"of":{"id":2,"of":null}},{"id":3,"of":null}],"limits":{"a":1,"b":65535},
    "pair":[7,-8],"kind":{"named":{"part":{"id":4}}},"sure":true,"tagged":{"is":"full","part":{"id":5}}}"#;

/// What else may stand where something stood.
const OTHERS: [&str; 26] = [
    "null",
    "true",
    "0",
    "-1",
    "256",
    "65536",
    "18446744073709551615",
    "1e3",
    "0.5",
    r#""""#,
    r#""plain""#,
    r#""counted""#,
    r#""named""#,
    r#""2026-02-30""#,
    r#""C\u0031""#,
    "[]",
    "[1]",
    "[1,2]",
    "[1,2,3]",
    "{}",
    r#"{"counted":9}"#,
    r#"{"counted":null}"#,
    r#"{"twice":[1,2]}"#,
    r#"{"plain":null}"#,
    r#"{"named":{"part":{"id":"x"}}}"#,
    r#"{"is":"empty"}"#,
];

/// The tokens of a text.
fn tokens(json: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = json.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => {
                let mut escaped = false;
                let end = rest.char_indices().skip(1).find(|(_, it)| {
                    let end = *it == '"' && !escaped;
                    escaped = *it == '\\' && !escaped;
                    end
                });
                end.map_or(rest.len(), |(index, _)| index + 1)
            }
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find(['{', '}', '[', ']', ',', ':', ' ', '\n']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

fn plain(json: &str) -> Result<Data, String> {
    serde_json::from_str(json).map_err(|it| it.to_string())
}

/// The path by which another reader names what is wrong.
fn path(json: &str) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let wrong = serde_path_to_error::deserialize::<_, Data>(&mut reader).err()?;
    let path = wrong.path().to_string();
    let path = path.trim_matches('.').to_owned();
    let reason = wrong.inner().to_string();
    let name = ["missing field `", "duplicate field `"]
        .into_iter()
        .find_map(|it| reason.strip_prefix(it)?.split_once('`'))
        .map(|(name, _)| name.to_owned());
    Some(match name {
        Some(name) if path.is_empty() => name,
        Some(name) => format!("{path}.{name}"),
        None => path,
    })
}

/// Both readers, on the same text. Of lists in the place of objects they do not agree: ours refuses
/// them.
fn agree(json: &str) {
    let read = read_data::<Data>(json.as_bytes());
    if serde_json::from_str::<serde_json::Value>(json).is_err() {
        assert_eq!(read.as_ref().err().map(|it| it.field.as_str()), Some(""), "{json}");
        return;
    }
    match (read, plain(json)) {
        (Ok(read), Ok(plain)) => assert_eq!(read, plain, "{json}"),
        (Err(read), Err(_)) if read.reason.contains("sequence") => {}
        (Err(read), Err(plain)) => {
            // A field may be called nothing.
            let field = read.field.trim_matches('.').to_owned();
            assert_eq!(Some(field), path(json), "{json}: {plain}");
        }
        (Err(read), Ok(_)) => assert!(read.reason.contains("sequence"), "{json}: {read}"),
        (Ok(read), Err(plain)) => panic!("{json}: {read:?}, {plain}"),
    }
}

#[test]
fn a_whole_form_is_read() {
    assert_eq!(read_data::<Data>(WHOLE.as_bytes()).unwrap(), plain(WHOLE).unwrap());
    assert_eq!(tokens(WHOLE).concat(), WHOLE.replace("\n    ", ""));
}

#[test]
fn each_value_exchanged_for_each_other_is_read_or_refused_at_its_place() {
    let tokens = tokens(WHOLE);
    for index in 0..tokens.len() {
        for other in OTHERS {
            let mut changed = tokens.clone();
            changed[index] = other;
            agree(&changed.concat());
        }
        let mut without = tokens.clone();
        without.remove(index);
        agree(&without.concat());
    }
}

#[test]
fn a_list_is_no_object() {
    let list = WHOLE.replace(r#"{"id":3,"of":null}"#, "[3,null]");
    assert!(plain(&list).is_ok());
    let wrong = read_data::<Data>(list.as_bytes()).unwrap_err();
    assert_eq!(wrong.to_string(), "parts[1]: invalid type: sequence, expected struct Part");
}

#[test]
fn what_is_missing_or_there_twice_is_named() {
    let wrong = |kind, json: &str| Command::read(kind, json.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong(Kind::CancelInvoice, "{}"), "customer_id: missing field `customer_id`");
    let twice = r#"{"customer_id":"C-1","customer_id":"C-2"}"#;
    assert_eq!(wrong(Kind::CancelInvoice, twice), "customer_id: duplicate field `customer_id`");
}

proptest! {
    #[test]
    fn whatever_is_put_in_any_places_both_readers_agree(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..OTHERS.len() + 2), 1..4),
    ) {
        let mut tokens = tokens(WHOLE);
        for (place, other) in changes {
            let place = place.index(tokens.len());
            match OTHERS.get(other) {
                Some(other) => tokens[place] = other,
                None if other == OTHERS.len() => tokens.insert(place, tokens[place]),
                None => drop(tokens.remove(place)),
            }
        }
        agree(&tokens.concat());
    }
}

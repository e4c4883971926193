//! `docs/asyncapi.yaml`: what is published where, and by whom.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use serde_json::{Map, Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use super::{docs, form::object, regenerate, schemas, table};

fn short(name: &str) -> String {
    name.trim_start_matches("dev.vigie.").to_owned()
}

fn parameters(names: &[(&str, &str)]) -> Value {
    let all = names.iter().map(|(name, about)| ((*name).to_owned(), json!({"description": about})));
    Value::Object(all.collect())
}

const TENANT: (&str, &str) = ("tenant", "1 to 24 of a-z 0-9 _ -");

fn document() -> Value {
    let (mut channels, mut operations) = (Map::new(), Map::new());
    let mut messages = Map::new();
    for it in table::all() {
        let key = short(it.name);
        let schema = json!({ "$ref": format!("schemas/{}.json", it.name) });
        let payload = match it.context {
            "out" if key.starts_with("alerts.") => json!({ "allOf": [
                { "$ref": "schemas/cloudevent.json" },
                { "type": "object",
                  "properties": { "type": { "const": it.name }, "data": schema } },
            ] }),
            "out" => schema,
            _ => {
                let mut headers =
                    object("ce-specversion: version; ce-id: text; ce-source: text", false);
                headers["properties"]["ce-type"] = json!({ "const": it.name });
                headers["required"].as_array_mut().unwrap().push("ce-type".into());
                let message = json!({
                    "name": it.name, "title": it.title, "contentType": "application/json",
                    "headers": headers, "payload": schema,
                });
                messages.insert(key, message);
                continue;
            }
        };
        if it.name != "cloudevent" {
            let content = if it.name == "refused" {
                "application/json"
            } else {
                "application/cloudevents+json"
            };
            let message = json!({
                "name": it.name, "title": it.title, "contentType": content, "payload": payload,
            });
            messages.insert(key, message);
        }
    }
    let of = |wanted: &dyn Fn(&super::form::Form) -> bool| {
        let keys = table::all().filter(|it| wanted(it)).map(|it| short(it.name));
        let refs = keys.map(|it| {
            let reference = json!({ "$ref": format!("#/components/messages/{it}") });
            (it, reference)
        });
        Value::Object(refs.collect())
    };
    for context in ["invoicing", "risk", "dunning", "collection", "alerts"] {
        let name = format!("inbox_{context}");
        channels.insert(name.clone(), json!({
            "address": format!("vigie.in.{{tenant}}.{context}"),
            "title": format!("Commands to {context}"),
            "description": "Kept by the stream VIGIE_IN until everything in them is durable. More \
                            tokens may follow. In binary mode, as described here; structured and \
                            batched CloudEvents and plain JSON, {\"type\": …, \"data\": …}, are \
                            taken too. On vigie.ask instead of vigie.in the same is answered.",
            "parameters": parameters(&[TENANT]),
            "messages": of(&|it| it.context == context),
        }));
        operations.insert(
            format!("take_{context}"),
            json!({
                "action": "receive", "channel": { "$ref": format!("#/channels/{name}") },
            }),
        );
    }
    channels.insert(
        "refused".to_owned(),
        json!({
            "address": "vigie.refused.{tenant}.{context}",
            "title": "Commands that were refused",
            "description": "Kept by the stream VIGIE_REFUSED for 90 days.",
            "parameters": parameters(&[TENANT, ("context", "invoicing, risk, dunning, collection or alerts")]),
            "messages": of(&|it| it.name == "refused"),
        }),
    );
    channels.insert("alerts".to_owned(), json!({
        "address": "vigie.alerts.{tenant}.{severity}.{kind}",
        "title": "What a person should look at",
        "description": "CloudEvents in structured mode, each once and in order, kept by the stream \
                        VIGIE_ALERTS for 30 days: a consumer may begin at any sequence.",
        "parameters": parameters(&[
            TENANT,
            ("severity", "low, medium or high"),
            ("kind", "which condition, such as limit_breached"),
        ]),
        "messages": of(&|it| it.name.starts_with("dev.vigie.alerts.")),
    }));
    for channel in ["refused", "alerts"] {
        operations.insert(
            format!("tell_{channel}"),
            json!({
                "action": "send", "channel": { "$ref": format!("#/channels/{channel}") },
            }),
        );
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vigie over NATS",
            "version": "1.0.0",
            "description": "Facts in, refusals and alerts out. A type changes by addition; a break \
                            is another type.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": { "nats": { "host": "localhost:4222", "protocol": "nats" } },
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages },
    })
}

/// Block style; texts in quotes, as JSON has them, which YAML reads too.
fn yaml(value: &Value, indent: usize, into: &mut String) {
    let pad = "  ".repeat(indent);
    match value {
        Value::Object(all) if !all.is_empty() => {
            for (key, value) in all {
                let plain =
                    key.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it));
                let key = if plain { key.clone() } else { format!("{key:?}") };
                let _cannot_fail = write!(into, "{pad}{key}:");
                nested(value, indent, into);
            }
        }
        Value::Array(all) if !all.is_empty() => {
            for value in all {
                let _cannot_fail = write!(into, "{pad}-");
                nested(value, indent, into);
            }
        }
        other => {
            let _cannot_fail = writeln!(into, "{pad}{other}");
        }
    }
}

fn nested(value: &Value, indent: usize, into: &mut String) {
    let block = match value {
        Value::Object(all) => !all.is_empty(),
        Value::Array(all) => !all.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if block {
        into.push('\n');
        yaml(value, indent + 1, into);
    } else {
        let _cannot_fail = writeln!(into, " {value}");
    }
}

/// The same document, as a reader of YAML understands it.
fn read(it: &Yaml) -> Value {
    match it {
        Yaml::Hash(all) => {
            let text = |it: &Yaml| it.as_str().unwrap_or_else(|| panic!("{it:?}")).to_owned();
            all.iter().map(|(key, value)| (text(key), read(value))).collect::<Map<_, _>>().into()
        }
        Yaml::Array(all) => all.iter().map(read).collect::<Vec<_>>().into(),
        Yaml::String(it) => it.as_str().into(),
        Yaml::Integer(it) => (*it).into(),
        Yaml::Boolean(it) => (*it).into(),
        other @ (Yaml::Real(_) | Yaml::Alias(_) | Yaml::Null | Yaml::BadValue) => {
            panic!("{other:?}")
        }
    }
}

/// Every reference in a document.
fn references<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::Object(all) => {
            into.extend(all.get("$ref").and_then(Value::as_str));
            all.values().for_each(|it| references(it, into));
        }
        Value::Array(all) => all.iter().for_each(|it| references(it, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_committed_document_is_yaml_and_everything_it_refers_to_is_there() {
    let path = docs().join("asyncapi.yaml");
    let fresh = document();
    if regenerate() {
        let mut text = String::new();
        yaml(&fresh, 0, &mut text);
        fs::write(&path, text).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    let committed = read(&YamlLoader::load_from_str(&text).unwrap()[0]);
    assert_eq!(committed, fresh, "run VIGIE_REGENERATE=1 cargo test -p vigie --test schemas");

    let mut all = Vec::new();
    references(&committed, &mut all);
    let mut named: BTreeMap<_, _> = schemas().into_keys().map(|it| (it, false)).collect();
    for reference in all {
        match reference.strip_prefix('#') {
            Some(pointer) => assert!(committed.pointer(pointer).is_some(), "{reference}"),
            None => {
                let file = reference.trim_start_matches("schemas/");
                *named.get_mut(file).unwrap_or_else(|| panic!("{reference}")) = true;
            }
        }
    }
    let unnamed: Vec<_> = named.iter().filter(|(_, named)| !**named).collect();
    assert!(unnamed.is_empty(), "of no message: {unnamed:?}");
    // What AsyncAPI 3 asks of every document.
    assert_eq!(committed["asyncapi"], "3.0.0");
    for channel in committed["channels"].as_object().unwrap().values() {
        let address = channel["address"].as_str().unwrap();
        for (name, _) in channel["parameters"].as_object().unwrap() {
            assert!(address.contains(&format!("{{{name}}}")), "{address}: {name}");
        }
        assert!(!channel["messages"].as_object().unwrap().is_empty(), "{address}");
    }
}

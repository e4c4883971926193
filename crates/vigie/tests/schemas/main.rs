//! What goes in and out over NATS, in JSON Schema and `AsyncAPI`: `docs/schemas` and `docs/asyncapi.yaml`
//! are written from the table here, and what they say is held against the readers themselves.
//! `VIGIE_REGENERATE=1 cargo test -p vigie --test schemas` writes them anew.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::single_match_else,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "test code: what is missing from the documents fails it"
)]

mod asyncapi;
mod form;
mod table;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn regenerate() -> bool {
    std::env::var_os("VIGIE_REGENERATE").is_some_and(|it| it == "1")
}

/// Every schema, by the name of its file.
fn schemas() -> BTreeMap<String, Value> {
    table::all().map(|it| (format!("{}.json", it.name), it.schema())).collect()
}

fn read(ce_type: &str, data: &[u8]) -> Result<(), String> {
    if let Some(kind) = invoicing::Kind::of_type(ce_type) {
        return invoicing::Command::read(kind, data).map(drop).map_err(|it| it.to_string());
    }
    if let Some(kind) = risk::Kind::of_type(ce_type) {
        return risk::Command::read(kind, data).map(drop).map_err(|it| it.to_string());
    }
    if let Some(kind) = dunning::Kind::of_type(ce_type) {
        return dunning::Command::read(kind, data).map(drop).map_err(|it| it.to_string());
    }
    if let Some(kind) = collection::Kind::of_type(ce_type) {
        return collection::Command::read(kind, data).map(drop).map_err(|it| it.to_string());
    }
    let kind = alerts::Kind::of_type(ce_type).ok_or("nobody knows this type")?;
    alerts::Command::read(kind, data).map(drop).map_err(|it| it.to_string())
}

fn commands() -> Vec<&'static str> {
    let invoicing = invoicing::Kind::ALL.into_iter().map(|(_, it)| it);
    let risk = risk::Kind::all().map(|(_, it)| it);
    let dunning = dunning::Kind::ALL.iter().map(|(_, it)| *it);
    let collection = collection::Kind::ALL.iter().map(|(_, it)| *it);
    let alerts = alerts::Kind::ALL.iter().map(|(_, it)| *it);
    invoicing.chain(risk).chain(dunning).chain(collection).chain(alerts).collect()
}

#[test]
fn the_committed_schemas_are_what_the_table_says() {
    let folder = docs().join("schemas");
    let fresh = schemas();
    if regenerate() {
        fs::create_dir_all(&folder).unwrap();
        for file in fs::read_dir(&folder).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        for (name, schema) in &fresh {
            let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut committed = BTreeMap::new();
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        committed.insert(name, schema);
    }
    assert_eq!(
        committed.keys().collect::<Vec<_>>(),
        fresh.keys().collect::<Vec<_>>(),
        "run VIGIE_REGENERATE=1 cargo test -p vigie --test schemas"
    );
    for (name, schema) in &fresh {
        assert_eq!(&committed[name], schema, "{name}: run VIGIE_REGENERATE=1 …");
    }
}

#[test]
fn every_command_has_a_schema_and_its_examples_are_read() {
    let schemas = schemas();
    let mut wrong = Vec::new();
    for ce_type in commands() {
        let Some(schema) = schemas.get(&format!("{ce_type}.json")) else {
            wrong.push(format!("{ce_type} has no line in table/"));
            continue;
        };
        let validator = jsonschema::draft202012::new(schema).unwrap();
        let examples = schema["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{ce_type}");
        for example in examples {
            wrong.extend(validator.iter_errors(example).map(|it| format!("{ce_type}: {it}")));
            if let Err(why) = read(ce_type, &serde_json::to_vec(example).unwrap()) {
                wrong.push(format!("{ce_type} is refused: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the reader refuses for its form, the schema refuses too.
#[test]
fn what_lacks_a_field_or_has_one_too_many_is_refused_by_both() {
    let schemas = schemas();
    for ce_type in commands() {
        let schema = &schemas[&format!("{ce_type}.json")];
        let validator = jsonschema::draft202012::new(schema).unwrap();
        let example = &schema["examples"][0];
        for name in schema["required"].as_array().into_iter().flatten() {
            let mut less = example.clone();
            less.as_object_mut().unwrap().remove(name.as_str().unwrap());
            assert!(!validator.is_valid(&less), "{ce_type} without {name}");
            let said = read(ce_type, &serde_json::to_vec(&less).unwrap());
            assert!(said.is_err(), "{ce_type} is read without {name}");
        }
        for (name, value) in example.as_object().unwrap() {
            let required = schema["required"].as_array().into_iter().flatten();
            if required.into_iter().all(|it| it != name) {
                let mut less = example.clone();
                less.as_object_mut().unwrap().remove(name);
                assert!(validator.is_valid(&less), "{ce_type} needs {name}");
            }
            let mut wrong = example.clone();
            wrong[name] = if value.is_object() { Value::from(7) } else { serde_json::json!({}) };
            assert!(!validator.is_valid(&wrong), "{ce_type}: {name} may be anything");
            let said = read(ce_type, &serde_json::to_vec(&wrong).unwrap());
            assert!(said.is_err(), "{ce_type}: {name} is read as anything");
        }
        let mut more = example.clone();
        more["nobody_knows"] = Value::from(1);
        let strict = read(ce_type, &serde_json::to_vec(&more).unwrap()).is_err();
        assert_eq!(!validator.is_valid(&more), strict, "{ce_type} with a field too many");
    }
}

//! Every event of every context, as this release writes it. The files are never edited once they
//! are released: what stands in a journal is read for ever.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};

use crate::{alerts, clock, collection, dunning, invoicing, risk};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Reads a file and writes it back; answers the name of the event in it.
fn reads_and_writes_back<E: Serialize + DeserializeOwned>(name: &str) -> String {
    let text = fs::read_to_string(folder().join(name)).unwrap_or_else(|it| panic!("{name}: {it}"));
    let event: E = serde_json::from_str(&text).unwrap_or_else(|it| panic!("{name}: {it}"));
    assert_eq!(serde_json::to_string(&event).unwrap() + "\n", text, "{name}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value.as_object().and_then(|it| it.keys().next()).cloned().unwrap_or_default()
}

type Check = fn(&str) -> String;

/// The events of an enum: serde says them when it meets one it does not know.
fn variants<E: DeserializeOwned + std::fmt::Debug>() -> BTreeSet<String> {
    let error = serde_json::from_str::<E>(r#"{"?":{}}"#).unwrap_err().to_string();
    let expected = error.split_once("expected").map_or("", |(_, it)| it);
    expected.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

#[test]
fn every_event_has_a_file_and_reads_and_writes_back_the_same() {
    let mut files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let contexts: [(BTreeSet<String>, Check); 6] = [
        (variants::<clock::Event>(), reads_and_writes_back::<clock::Event>),
        (variants::<invoicing::Event>(), reads_and_writes_back::<invoicing::Event>),
        (variants::<risk::Event>(), reads_and_writes_back::<risk::Event>),
        (variants::<dunning::Event>(), reads_and_writes_back::<dunning::Event>),
        (variants::<collection::Event>(), reads_and_writes_back::<collection::Event>),
        (variants::<alerts::Event>(), reads_and_writes_back::<alerts::Event>),
    ];
    for (variants, check) in contexts {
        assert!(!variants.is_empty());
        for variant in variants {
            // `InvoiceIssued.json`, and `InvoiceIssued-bare.json` for other shapes of it.
            let own = |it: &String| {
                let name = it.strip_suffix(".json").unwrap_or(it);
                name.split_once('-').map_or(name, |(name, _)| name) == variant
            };
            let of_variant: Vec<String> = files.extract_if(.., |it| own(it)).collect();
            assert!(of_variant.contains(&format!("{variant}.json")), "{variant} has no file");
            for name in of_variant {
                assert_eq!(check(&name), variant, "{name}");
            }
        }
    }
    assert!(files.is_empty(), "of no event: {files:?}");
}

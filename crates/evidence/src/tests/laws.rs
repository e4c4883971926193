//! Whatever is changed is found: by who has the key's public half, always; by who has not, wherever
//! the bundle contradicts itself.

use std::collections::BTreeMap;

use events::Context;
use serde_json::{Value, json};

use super::{bundle, key};
use crate::{Files, Line, Manifest, Purpose, archive, entries, make, unpack, verify};

/// As somebody without the key would cover up a change: every hash anew, not signed.
fn covered_up(mut files: Files, change: impl FnOnce(&mut Manifest)) -> Files {
    let mut manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).unwrap();
    files.remove("manifest.json");
    files.remove("signature");
    manifest.key = None;
    manifest.files = files.iter().map(|(name, bytes)| make::file(name, bytes)).collect();
    change(&mut manifest);
    unpack(&make::seal(files, &manifest, None).unwrap()).unwrap()
}

fn lines(files: &Files, context: Context) -> Vec<Line> {
    let name = entries::name(context);
    let read = entries::lines::<Line>(&name, &files[&name]).unwrap();
    read.into_iter().map(|(_, line)| line).collect()
}

fn with(files: &Files, context: Context, lines: &[Line]) -> Files {
    let mut files = files.clone();
    files.insert(entries::name(context), entries::write(lines).unwrap());
    files
}

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    for (purpose, key) in
        [(Purpose::Court, Some(key())), (Purpose::Auditor, None), (Purpose::Insurer, Some(key()))]
    {
        let files = bundle(purpose, key.as_ref());
        verify(&files, None).unwrap();
        for (name, bytes) in &files {
            // Some places of each file, its ends among them: the case of a letter, and bits.
            let step = (bytes.len() / 12).max(1);
            let places = (0..bytes.len()).step_by(step).chain(bytes.len().checked_sub(1));
            for place in places {
                for mask in [0x01, 0x20, 0x80] {
                    let mut files = files.clone();
                    files.get_mut(name).unwrap()[place] ^= mask;
                    let found = verify(&files, None);
                    assert!(found.is_err(), "{purpose} {name}, byte {place} ^ {mask:#x}");
                }
            }
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_in_the_one_file_is_found() {
    let files = bundle(Purpose::Court, Some(&key()));
    let packed = archive::pack(&files).unwrap();
    for place in (0..packed.len()).step_by(packed.len() / 150) {
        let mut changed = packed.clone();
        changed[place] ^= 0x04;
        let found = unpack(&changed).and_then(|files| verify(&files, None));
        assert!(found.is_err(), "byte {place}");
        assert!(unpack(&packed[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_file_that_is_missing_or_more_is_found() {
    for purpose in Purpose::ALL {
        let files = bundle(purpose, Some(&key()));
        for name in files.keys() {
            let mut fewer = files.clone();
            fewer.remove(name);
            assert!(verify(&fewer, None).is_err(), "{name}");
        }
        for name in ["note.txt", "entries/clock.jsonl", "reminders/x.pdf", "../x"] {
            let mut more = files.clone();
            more.insert(name.to_owned(), b"{}".to_vec());
            assert_eq!(verify(&more, None).unwrap_err().place, name);
            if !name.starts_with("..") {
                // Not even when the manifest names it.
                assert!(verify(&covered_up(more, |_| {}), None).is_err(), "{name}");
            }
        }
    }
}

#[test]
fn an_entry_that_is_gone_or_stands_twice_or_elsewhere_is_found() {
    for purpose in Purpose::ALL {
        let files = bundle(purpose, Some(&key()));
        verify(&covered_up(files.clone(), |_| {}), None).unwrap();
        for context in [Context::Invoicing, Context::Dunning, Context::Collection] {
            let told = lines(&files, context);
            for number in 0..told.len() {
                let mut gone = told.clone();
                gone.remove(number);
                let mut twice = told.clone();
                twice.insert(number, told[number].clone());
                let mut elsewhere = told.clone();
                elsewhere.swap(number, (number + 1) % told.len());
                for (what, changed) in [("gone", gone), ("twice", twice), ("else", elsewhere)] {
                    if changed == told {
                        continue;
                    }
                    let changed = with(&files, context, &changed);
                    assert!(verify(&changed, None).is_err(), "{purpose} {context} {number} {what}");
                    let changed = covered_up(changed, |_| {});
                    assert!(verify(&changed, None).is_err(), "{purpose} {context} {number} {what}");
                }
            }
        }
    }
}

#[test]
fn a_decision_of_a_shared_entry_that_is_gone_or_stands_twice_or_elsewhere_is_found() {
    let files = bundle(Purpose::Court, Some(&key()));
    let told = lines(&files, Context::Invoicing);
    let place = told.iter().position(|it| it.decisions.len() == 2).unwrap();
    let forgeries: [fn(&mut Vec<entries::Own>); 5] = [
        |it| it.truncate(1),
        |it| it.push(it[1].clone()),
        |it| it.swap(0, 1),
        |it| it[1].number = 9,
        |it| it[0].decision = it[0].decision.replace("400.00", "300.00"),
    ];
    for (number, forge) in forgeries.into_iter().enumerate() {
        let mut changed = told.clone();
        forge(&mut changed[place].decisions);
        assert_ne!(changed, told);
        let changed = with(&files, Context::Invoicing, &changed);
        assert!(verify(&changed, None).is_err(), "{number}");
        assert!(verify(&covered_up(changed, |_| {}), None).is_err(), "{number} covered up");
    }
}

#[test]
fn a_sum_that_was_changed_is_named_even_where_every_hash_was_made_anew() {
    let mut files = bundle(Purpose::Court, None);
    let mut statement: Value = serde_json::from_slice(&files["statement.json"]).unwrap();
    statement["balances"][0]["open"] = json!("8500.00 EUR");
    // The order of the fields is another then; what is named is the first that differs.
    files.insert("statement.json".to_owned(), make::pretty(&statement).unwrap());
    let refused = verify(&covered_up(files, |_| {}), None).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "statement.json: balances[0].open is \"8500.00 EUR\", the decisions give \"850.00 EUR\""
    );
}

#[test]
fn what_is_signed_cannot_be_covered_up() {
    let signed = bundle(Purpose::Auditor, Some(&key()));
    // A decision that no sum depends on, taken out with all its traces.
    let mut files = with(&signed, Context::Risk, &[]);
    files.insert("chain/risk.jsonl".to_owned(), Vec::new());
    let files = covered_up(files, |it| {
        it.entries = BTreeMap::from_iter(it.entries.clone());
        it.entries.insert(Context::Risk, crate::Counted::default());
    });
    // Without a key nobody can tell.
    verify(&files, None).unwrap();
    assert!(verify(&files, Some(&key().public().hex())).is_err());
    let mut files = files;
    files.insert("signature".to_owned(), signed["signature"].clone());
    assert!(verify(&files, None).is_err());
}

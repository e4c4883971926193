//! The floors of the house, asserted over what cargo says. A crate imports from floors below it;
//! domain crates stay pure because they could not do otherwise.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What each crate of ours may import of ours. A crate that is not here does not belong.
const FLOORS: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("decider", &[]),
    ("events", &["money"]),
    ("law", &["money"]),
    ("clock", &["decider", "events", "law", "money"]),
    ("invoicing", &["decider", "events", "law", "money"]),
    ("risk", &["decider", "events", "invoicing", "law", "money"]),
    ("calibration", &["events", "invoicing", "money", "risk"]),
    ("alerts", &["decider", "events", "invoicing", "law", "money", "risk"]),
    ("dunning", &["decider", "events", "invoicing", "law", "money", "risk"]),
    ("collection", &["decider", "dunning", "events", "invoicing", "law", "money", "risk"]),
    ("documents", &["events", "money"]),
    ("evidence", &["decider", "events", "invoicing", "money"]),
    ("letters", &["events", "law", "money"]),
    ("dossier", &["letters", "money"]),
    ("courier", &["events"]),
    ("journal", &["events"]),
    ("host", &["decider", "events", "journal"]),
    (
        "services",
        &["alerts", "clock", "collection", "dunning", "host", "invoicing", "journal", "risk"],
    ),
    ("api", &[]),
    (
        "client",
        &["api", "collection", "dossier", "dunning", "events", "invoicing", "law", "money", "risk"],
    ),
];

/// Where everything may be imported.
const ROOF: &[&str] = &["vigie", "scenarios"];

/// The rooms of the business: nothing in them waits, reads, writes, or knows what time it is.
const DOMAIN: &[&str] = &["clock", "invoicing", "risk", "dunning", "collection", "alerts"];

/// What the pure rooms may use of others' work.
const PURE: &[&str] =
    &["blake3", "chrono", "compact_str", "rust_decimal", "serde", "serde_json", "thiserror"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo describes the workspace")
}

/// What each crate of the workspace imports, tests left aside.
fn imports(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let imports = metadata.packages.iter().map(|package| {
        let normal = package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal);
        (package.name.to_string(), normal.map(|it| it.name.clone()).collect())
    });
    imports.collect()
}

#[test]
fn every_crate_imports_only_from_floors_below_it() {
    let imports = imports(&metadata());
    let ours: BTreeSet<_> = imports.keys().cloned().collect();
    for (name, uses) in &imports {
        if ROOF.contains(&name.as_str()) {
            continue;
        }
        let (_, allowed) = FLOORS
            .iter()
            .find(|(it, _)| it == name)
            .unwrap_or_else(|| panic!("{name} stands on no floor: see ARCHITECTURE.md"));
        let allowed: BTreeSet<_> = allowed.iter().map(|it| (*it).to_owned()).collect();
        let forbidden: Vec<_> =
            uses.intersection(&ours).filter(|it| !allowed.contains(*it)).collect();
        assert!(forbidden.is_empty(), "{name} may not import {forbidden:?}");
    }
}

#[test]
fn the_business_is_pure() {
    let imports = imports(&metadata());
    let ours: BTreeSet<_> = imports.keys().cloned().collect();
    for name in DOMAIN.iter().chain(&[
        "money",
        "law",
        "events",
        "decider",
        "documents",
        "calibration",
        "letters",
        "dossier",
        "evidence",
    ]) {
        let foreign: Vec<_> = imports[*name].difference(&ours).collect();
        let extra: &[&str] = match *name {
            "documents" => &["csv", "toml"],
            // Functions that give the same bytes on every machine.
            "calibration" => &["libm"],
            // Templates and pages, made in memory.
            "letters" => {
                &["minijinja", "miniz_oxide", "notosans", "pdf-writer", "subsetter", "ttf-parser"]
            }
            // The hash that every machine has, and signatures that need no chance.
            "evidence" => &["ed25519-dalek", "sha2"],
            // Files made in memory; what is left to chance when they are sealed is given by the caller.
            "dossier" => &["csv", "miniz_oxide", "pgp", "rand", "sha2"],
            _ => &[],
        };
        let impure: Vec<_> = foreign
            .into_iter()
            .filter(|it| !PURE.contains(&it.as_str()) && !extra.contains(&it.as_str()))
            .collect();
        assert!(impure.is_empty(), "{name} may not import {impure:?}");
    }
}

#[test]
fn only_the_journal_and_the_program_know_the_server() {
    let imports = imports(&metadata());
    let knows = |what: &str| -> Vec<_> {
        let users = imports.iter().filter(|(_, uses)| uses.contains(what));
        users.map(|(name, _)| name.as_str()).filter(|it| *it != "scenarios").collect()
    };
    assert_eq!(knows("async-nats"), ["journal", "vigie"]);
    assert_eq!(knows("tonic"), ["api", "client", "vigie"]);
    assert_eq!(knows("clap"), ["client", "vigie"]);
}

#[test]
fn every_file_can_be_read_in_one_sitting() {
    let mut long = Vec::new();
    visit(&root().join("crates"), &mut |path| {
        let generated = path.components().any(|it| it.as_os_str() == "gen");
        if path.extension().is_some_and(|it| it == "rs") && !generated {
            let bytes = fs::metadata(path).expect("a file that was just listed").len();
            if bytes > 24 * 1024 {
                long.push(format!("{} ({bytes} bytes)", path.display()));
            }
        }
    });
    assert!(long.is_empty(), "nobody reads {long:#?} in one sitting");
}

#[test]
fn every_decision_is_listed_and_every_document_is_there() {
    let listed = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for file in fs::read_dir(root().join("docs/adr")).expect("docs/adr") {
        let name = file.expect("a file of docs/adr").file_name().into_string().expect("ASCII");
        assert!(listed.contains(&name), "ARCHITECTURE.md does not name docs/adr/{name}");
    }
    for document in
        ["README.md", "GLOSSARY.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"]
    {
        assert!(root().join(document).is_file(), "{document} is missing");
    }
}

#[test]
fn the_places_the_documents_name_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(document)).expect(document);
        let places = text.split('`').skip(1).step_by(2).filter(|it| {
            let known = ["crates/", "proto/", "deploy/", "tests/", "docs/"];
            known.iter().any(|start| it.starts_with(start)) && !it.contains(['<', '*', ' ', '{'])
        });
        for place in places {
            assert!(root().join(place).exists(), "{document} names {place}, which does not exist");
        }
    }
}

fn visit(folder: &Path, with: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace") {
        let path = entry.expect("an entry of it").path();
        if path.is_dir() { visit(&path, with) } else { with(&path) }
    }
}

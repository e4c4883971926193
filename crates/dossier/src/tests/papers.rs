use letters::{Language, amount};
use lopdf::Document;
use miniz_oxide::inflate::decompress_to_vec;
use sha2::{Digest as _, Sha256};

use super::sample::{day, dossier, receivable};
use crate::{Dossier, Manifest, archive, files, json, totals};

fn named(it: &Dossier, name: &str) -> Vec<u8> {
    files(it).unwrap().into_iter().find(|it| it.name == name).unwrap().bytes
}

/// Page by page, without spaces, which readers put where they think best.
fn pages(it: &Dossier) -> Vec<String> {
    let document = Document::load_mem(&named(it, "dossier.pdf")).unwrap();
    let pages = document.get_pages().into_keys().map(|it| document.extract_text(&[it]).unwrap());
    pages.map(|it| bare(&it)).collect()
}

fn bare(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

#[test]
fn the_mandate_and_every_amount_stand_on_paper_in_both_languages() {
    for (language, words) in [
        (Language::Fr, ["pouvoir de recevoir", "Accessoires", "relances épuisées", "al. 2"]),
        (Language::En, ["power to receive", "Accessories", "exhausted", "second paragraph"]),
        (Language::De, ["power to receive", "Accessories", "exhausted", "second paragraph"]),
    ] {
        let it = dossier(language);
        let said = pages(&it).concat();
        for word in words.into_iter().chain(["liability 77-1", "agreement 2026-03", "R. 124-4"]) {
            assert!(said.contains(&bare(word)), "{word}: {said}");
        }
        let written = if language == Language::Fr { Language::Fr } else { Language::En };
        let total = &it.totals[0];
        let amounts = [total.principal, total.interest, total.accessories, total.total];
        let lines = it.receivables.iter().flat_map(|it| &it.interest_lines).map(|it| it.interest);
        let balances = it.statement[0].lines.iter().map(|it| it.balance);
        for it in amounts.into_iter().chain(lines).chain(balances) {
            assert!(said.contains(&bare(&amount(it, written))), "{it}");
        }
    }
}

#[test]
fn a_hundred_invoices_take_pages_with_titles_on_each() {
    let mut it = dossier(Language::Fr);
    it.receivables = (1..=100)
        .map(|count| receivable(&format!("F-{count}"), "500.00", "0.00", "0.00"))
        .collect();
    it.totals = totals(&it.receivables).unwrap();
    let pages = pages(&it);
    assert!(pages.len() >= 5, "{}", pages.len());
    let of_invoices: Vec<_> = pages.iter().filter(|it| it.contains("F-50")).collect();
    assert!(!of_invoices.is_empty());
    for page in of_invoices {
        assert!(page.contains("Facture"), "titles again: {page}");
    }
    assert!(pages.iter().any(|it| it.contains("F-100")));
}

#[test]
fn the_same_facts_are_the_same_bytes() {
    let once = archive(&dossier(Language::Fr)).unwrap();
    assert_eq!(once, archive(&dossier(Language::Fr)).unwrap());
    assert_ne!(once, archive(&dossier(Language::En)).unwrap());
}

#[test]
fn json_is_read_back_as_it_was_and_says_amounts_exactly() {
    let it = dossier(Language::Fr);
    let bytes = json(&it).unwrap();
    assert_eq!(serde_json::from_slice::<Dossier>(&bytes).unwrap(), it);
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["format"], "vigie-dossier-1");
    assert_eq!(value["totals"][0]["total"], "1494.68 EUR");
    assert_eq!(value["receivables"][0]["interest_lines"][0]["rate"], "12.15");
    assert_eq!(value["receivables"][0]["due_on"], "2026-03-31");
}

#[test]
fn tables_are_rfc_4180_with_a_header() {
    let mut it = dossier(Language::Fr);
    let table = |it: &Dossier, name: &str| -> Vec<Vec<String>> {
        let bytes = named(it, name);
        assert!(bytes.ends_with(b"\r\n"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
        reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let receivables = table(&it, "receivables.csv");
    assert_eq!(receivables[0][..3], ["invoice", "number", "issued_on"]);
    assert_eq!(
        receivables[1][3..11],
        ["2026-03-31", "EUR", "1190.00", "990.00", "90.00", "900.00", "7.34", "40.00"]
    );
    let allocations = table(&it, "allocations.csv");
    assert_eq!(
        allocations[1],
        ["F-1", "2026-04-10", "payment", "P-1", "EUR", "200.00", "designated", "false"]
    );
    let contacts = table(&it, "contacts.csv");
    assert_eq!(contacts[1].last().unwrap(), "says, \"later\"");
    assert_eq!(contacts[1][7], "final_demand@2");
    assert_eq!(contacts[1][9], "a1".repeat(32));
    it.contacts[0].note = Some("=HYPERLINK(\"x\")".to_owned());
    let bytes = String::from_utf8(named(&it, "contacts.csv")).unwrap();
    assert!(bytes.contains("\"'=HYPERLINK"), "{bytes}");
}

/// Entries of a zip file, by its central directory; each inflated.
fn entries(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let two = |at: usize| usize::from(u16::from_le_bytes(zip[at..at + 2].try_into().unwrap()));
    let four = |at: usize| {
        usize::try_from(u32::from_le_bytes(zip[at..at + 4].try_into().unwrap())).unwrap()
    };
    let end = zip.len() - 22;
    assert_eq!(zip[end..end + 4], *b"PK\x05\x06");
    let mut at = four(end + 16);
    let mut found = Vec::new();
    for _ in 0..two(end + 10) {
        assert_eq!(zip[at..at + 4], *b"PK\x01\x02");
        let (packed, length, start) = (four(at + 20), two(at + 28), four(at + 42));
        let name = String::from_utf8(zip[at + 46..at + 46 + length].to_vec()).unwrap();
        assert_eq!(zip[start..start + 4], *b"PK\x03\x04");
        let body = start + 30 + two(start + 26);
        let bytes = decompress_to_vec(&zip[body..body + packed]).unwrap();
        assert_eq!(bytes.len(), four(at + 24));
        found.push((name, bytes));
        at += 46 + length;
    }
    found
}

#[test]
fn the_archive_names_every_file_with_its_size_and_its_digest() {
    let it = dossier(Language::Fr);
    let zip = archive(&it).unwrap();
    let entries = entries(&zip);
    let (_, manifest) = entries.iter().find(|(name, _)| name == "manifest.json").unwrap();
    let manifest: Manifest = serde_json::from_slice(manifest).unwrap();
    assert_eq!(manifest.placement, "placement-1");
    assert_eq!(manifest.creditor, "Fournitures du Port");
    assert_eq!(manifest.known_at.sequence, 812);
    assert_eq!(manifest.files.len() + 1, entries.len());
    for file in &manifest.files {
        let (_, bytes) = entries.iter().find(|(name, _)| *name == file.name).unwrap();
        assert_eq!(file.bytes, u64::try_from(bytes.len()).unwrap());
        let digest = format!("{:x}", Sha256::digest(bytes));
        assert_eq!(file.sha256, digest, "{}", file.name);
    }
}

/// As others read it, where they are installed.
#[test]
#[expect(clippy::print_stderr, reason = "what was not looked at is said")]
fn others_unzip_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dossier.zip");
    std::fs::write(&path, archive(&dossier(Language::Fr)).unwrap()).unwrap();
    let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); \
                  assert z.testzip() is None; print(len(z.namelist()))";
    let Ok(told) = std::process::Command::new("python3").args(["-c", script]).arg(&path).output()
    else {
        eprintln!("\n*** NOT UNZIPPED BY OTHERS: there is no python3 ***\n");
        return;
    };
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "6");
}

#[test]
fn a_name_that_would_be_a_command_is_a_name() {
    let mut it = dossier(Language::Fr);
    it.customer.name = "{{ 7*7 }}\u{202e}\n".to_owned();
    it.stated_on = day("2026-06-01");
    assert!(pages(&it).concat().contains("{{7*7}}"));
}

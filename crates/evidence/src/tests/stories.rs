use events::Hash;
use serde_json::Value;

use super::{LETTER, beside, bundle, gathered, journal, key};
use crate::{Purpose, SigningKey, Unmade, make, unpack, verify};

fn text(files: &crate::Files, name: &str) -> String {
    String::from_utf8(files[name].clone()).unwrap()
}

fn json(files: &crate::Files, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

#[test]
fn a_court_is_told_what_is_owed_and_how_it_was_asked_for_and_nothing_of_others() {
    let gathering = gathered(&journal(), Purpose::Court, "C-1");
    let bytes = make(&gathering, &beside(), Some(&key())).unwrap();
    let all = String::from_utf8_lossy(&bytes);
    for other in ["C-2", "C-3", "C-4", "C-5", "G-2", "G-3", "G-4", "G-5", "77.00", "Scored"] {
        assert!(!all.contains(other), "{other} is told");
    }
    let files = unpack(&bytes).unwrap();
    let verified = verify(&files, Some(&key().public().fingerprint())).unwrap();
    let report = verified.report;
    assert_eq!(report.signed_by, Some(key().public().fingerprint()));
    // Terms, F-1, the reversal, F-6; what was sent and seen; the case.
    assert_eq!((report.recomputed, report.attested), (7, 2));
    assert_eq!((report.decisions, report.letters, report.letters_missing), (9, 1, 0));
    // Terms to F-1, F-1 to the payment; planned to sent, sent to seen.
    assert_eq!(report.links, 4);
    assert!(files["reminders/index.json"].starts_with(b"[\n"));
    assert_eq!(files[&format!("reminders/{}.eml", Hash::of(LETTER))], LETTER);
}

#[test]
fn the_statement_says_what_settled_what_and_why() {
    let files = bundle(Purpose::Court, None);
    let statement = json(&files, "statement.json");
    assert_eq!(statement["balances"][0]["open"], "850.00 EUR");
    assert_eq!(statement["balances"][0]["overdue"], "850.00 EUR");
    let first = &statement["invoices"][0];
    assert_eq!((&first["invoice"], &first["open"]), (&"F-1".into(), &"800.00 EUR".into()));
    assert_eq!(first["allocations"][0]["rule"], "waterfall");
    assert_eq!(first["terms_version"], "CGV-2026");
    assert_eq!(statement["payments"][1]["reversed"]["reason"], "bounced");
    assert_eq!(
        text(&files, "statement.csv"),
        "currency,date,kind,document,number,due_date,amount,balance\n\
         EUR,2026-05-01,invoice,\"F-1\",,2026-05-31,1200.00,1200.00\n\
         EUR,2026-05-01,invoice,\"F-6\",,2026-05-31,50.00,1250.00\n\
         EUR,2026-06-10,payment,\"P-1\",,,-400.00,850.00\n\
         EUR,2026-06-12,reversal,\"P-2\",,,800.00,1650.00\n\
         EUR,2026-06-12,payment,\"P-2\",,,-800.00,850.00\n"
    );
}

#[test]
fn an_auditor_is_given_entries_whole_and_the_chain_to_the_head() {
    let files = bundle(Purpose::Auditor, Some(&key()));
    let report = verify(&files, None).unwrap().report;
    assert_eq!((report.recomputed, report.attested), (10, 0));
    // Invoicing 8 entries from the terms on, dunning 3; collection and risk have one each.
    assert_eq!(report.links, 6 + 2);
    assert!(text(&files, "entries/invoicing.jsonl").contains("G-2"));
    assert!(text(&files, "entries/risk.jsonl").contains("Scored"));
}

#[test]
fn an_insurer_is_told_of_the_customers_credit_too() {
    let files = bundle(Purpose::Insurer, None);
    assert!(text(&files, "entries/risk.jsonl").contains("Scored"));
    assert!(!files.contains_key("entries/alerts.jsonl"));
    verify(&files, None).unwrap();
}

#[test]
fn what_is_not_signed_says_so_and_is_not_taken_for_signed() {
    let files = bundle(Purpose::Court, None);
    assert!(text(&files, "README.txt").contains("NOT SIGNED"));
    let verified = verify(&files, None).unwrap();
    assert_eq!(verified.report.signed_by, None);
    let refused = verify(&files, Some(&key().public().hex())).unwrap_err();
    assert_eq!(refused.place, "signature");
}

#[test]
fn a_bundle_of_another_key_is_refused() {
    let other = SigningKey::from_seed(&"43".repeat(32)).unwrap();
    let files = bundle(Purpose::Court, Some(&other));
    verify(&files, Some(&other.public().hex())).unwrap();
    let refused = verify(&files, Some(&key().public().fingerprint())).unwrap_err();
    assert!(refused.why.contains(&other.public().fingerprint()), "{refused}");
}

#[test]
fn what_was_erased_is_shown_as_erased() {
    let gathering = gathered(&journal(), Purpose::Court, "C-1");
    let mut beside = beside();
    beside.contact = None;
    beside.letters.clear();
    let files = unpack(&make(&gathering, &beside, None).unwrap()).unwrap();
    let report = verify(&files, None).unwrap().report;
    assert_eq!((report.letters, report.letters_missing), (0, 1));
    assert!(text(&files, "customer.json").contains("erased"));
    assert!(text(&files, "reminders/index.json").contains("erased"));
}

#[test]
fn nobody_is_asked_about_and_a_letter_with_other_bytes_are_refused() {
    let gathering = gathered(&journal(), Purpose::Court, "C-9");
    assert_eq!(make(&gathering, &beside(), None), Err(Unmade::Unknown("C-9".to_owned())));
    let gathering = gathered(&journal(), Purpose::Court, "C-1");
    let mut beside = beside();
    beside.letters.insert(Hash::of(LETTER), b"other".to_vec());
    assert_eq!(make(&gathering, &beside, None), Err(Unmade::Altered(Hash::of(LETTER))));
}

#[test]
fn the_same_is_the_same_bytes() {
    let made = || {
        let gathering = gathered(&journal(), Purpose::Auditor, "C-1");
        make(&gathering, &beside(), Some(&key())).unwrap()
    };
    assert_eq!(made(), made());
}

#[test]
fn a_newer_form_is_told_apart_from_a_broken_one() {
    let mut files = bundle(Purpose::Court, None);
    files.insert("manifest.json".to_owned(), br#"{"format":2,"new":true}"#.to_vec());
    assert!(verify(&files, None).unwrap_err().why.contains("newer release"));
}

#[test]
fn the_journal_is_held_against_a_bundle() {
    for purpose in Purpose::ALL {
        let verified = verify(&bundle(purpose, None), None).unwrap();
        let mut journal = journal();
        verified.check_journal(&gathered(&journal, purpose, "C-1")).unwrap();
        // Another journal: one entry is gone, and what follows was hashed anew.
        journal.remove(5);
        let refused = verified.check_journal(&gathered(&journal, purpose, "C-1")).unwrap_err();
        assert_eq!(refused.place, "invoicing, entry 6", "{refused}");
    }
}

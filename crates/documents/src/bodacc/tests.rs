use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    path::Path,
};

use super::*;

/// Two records as lists have them, and the page of the service with the second one as text.
const LIST: &str = r#"[
  {"numeroAnnonce": 17, "dateParution": "2026-02-13", "tribunal": "Tribunal de Commerce d'Évry",
   "familleAvis": "Procédures collectives", "siren": "552100554",
   "registre": ["552100554", "552 100 554"],
   "jugement": {"type": "initial", "famille": "Jugement d'ouverture", "date": "2026-02-04",
                "nature": "Jugement d'ouverture d'une procédure de redressement judiciaire",
                "complementJugement": "désignant mandataire judiciaire …"}},
  {"numeroAnnonce": 18, "dateParution": "2026-02-13", "siren": "552100555"}
]"#;

const PAGE: &str = r#"{"total_count": 1, "results": [
  {"id": "A202600301234", "numeroannonce": 1234, "dateparution": "2026-02-13",
   "familleavis": "collective", "registre": "552 100 554,552100554", "tribunal": null,
   "jugement": "{\"famille\": \"Jugement de clôture\", \"nature\": \"Jugement de clôture pour insuffisance d’actif\", \"date\": \"2026-02-20\"}"}
]}"#;

#[test]
fn an_announcement_says_who_what_and_when_and_nothing_of_persons() {
    let read = read(LIST.as_bytes()).unwrap();
    let first = read[0].as_ref().unwrap();
    assert_eq!((first.siren.as_str(), first.kind), ("552100554", NoticeKind::Receivership));
    assert_eq!(first.notice.as_str(), "BODACC-2026-02-13-17");
    let data = String::from_utf8(first.data("C-1")).unwrap();
    let expected = r#"{"court":"Tribunal de Commerce d'Évry","customer_id":"C-1","judgment_date":"2026-02-04","kind":"receivership","notice_id":"BODACC-2026-02-13-17","publication_date":"2026-02-13","source":"BODACC"}"#;
    assert_eq!(data, expected);
    let second = read[1].as_ref().unwrap_err();
    assert_eq!((second.row, second.field), (2, "registre"), "the check digit is wrong");
}

#[test]
fn a_page_of_the_service_reads_the_same_and_a_judgment_of_the_future_is_a_slip() {
    let read = read(PAGE.as_bytes()).unwrap();
    let it = read[0].as_ref().unwrap();
    assert_eq!(it.notice.as_str(), "BODACC-A202600301234");
    assert_eq!(it.kind, NoticeKind::ClosedForInsufficientAssets);
    assert_eq!((it.judged_on, it.court.as_ref()), (None, None));
}

#[test]
fn what_is_no_file_of_announcements_says_so() {
    for strange in ["{}", "7", "null", r#"{"results": 7}"#] {
        assert!(matches!(read(strange.as_bytes()), Err(FileError::Strange)), "{strange}");
    }
    assert!(matches!(read(b"<xml/>"), Err(FileError::Json(_))));
    let odd = br#"[7, {}, {"dateParution": "13/02/2026", "siren": "552100554"}]"#;
    let fields = read(odd).unwrap().into_iter().map(|it| it.unwrap_err().field);
    assert_eq!(fields.collect::<Vec<_>>(), ["record", "dateParution", "dateParution"]);
}

#[test]
fn a_court_is_cut_where_a_letter_ends() {
    let long = "é".repeat(40);
    assert_eq!(cut(&long).len(), 64);
    assert_eq!(cut(&format!("x{long}")).len(), 63);
    assert_eq!(cut(""), "");
}

/// A day of the real gazette, when the data folder beside the repository is there.
#[test]
fn a_day_of_the_gazette_is_read_whole() {
    let file = "../../../shared/data/accounting-fr/bodacc-procedures-collectives.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let json = match std::fs::read(&path) {
        Ok(json) => json,
        Err(error) => {
            // Past the test harness, which keeps what a test that passes prints to itself.
            let mut loud = io::stderr();
            writeln!(loud, "\nNOT TESTED on {}: {error}\n", path.display()).unwrap();
            return;
        }
    };
    let mut kinds = BTreeMap::new();
    let read = read(&json).unwrap();
    assert_eq!(read.len(), 179);
    for it in read {
        *kinds.entry(it.unwrap().kind).or_insert(0) += 1;
    }
    let counted: Vec<_> = kinds.into_iter().collect();
    assert_eq!(
        counted,
        [
            (NoticeKind::Safeguard, 1),
            (NoticeKind::Receivership, 15),
            (NoticeKind::Liquidation, 82),
            (NoticeKind::Plan, 5),
            (NoticeKind::ClosedForInsufficientAssets, 32),
            (NoticeKind::Closed, 1),
            (NoticeKind::Other, 43),
        ]
    );
}

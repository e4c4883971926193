//! Papers that are no letters, read back by a reader that is not ours.

use crate::{Document, Kind, LINES_MAX, Language, Piece, Refusal, sample, typeset};

fn declared(rows: usize) -> Document {
    let letter = sample(Kind::FinalDemand, Language::Fr);
    let row = |at: usize| vec![format!("F-{at}"), format!("{at},00 €")];
    Document {
        language: Language::Fr,
        sender: letter.sender,
        recipient: letter.recipient,
        date: letter.date,
        reference: "N-1".to_owned(),
        posted: true,
        title: "Déclaration de créance".to_owned(),
        pieces: vec![
            Piece::Paragraph("Le soussigné déclare {{ 7*7 }}.".to_owned()),
            Piece::Facts(vec![("Tribunal".to_owned(), "Rouen".to_owned())]),
            Piece::Sums(vec![
                ("Échu".to_owned(), "10,00 €".to_owned()),
                ("Total".to_owned(), "12,00 €".to_owned()),
            ]),
            Piece::NewPage,
            Piece::Section("Annexe".to_owned()),
            Piece::Table {
                columns: vec![("Facture".to_owned(), false), ("Montant".to_owned(), true)],
                rows: (0..rows).map(row).collect(),
            },
        ],
    }
}

fn pages(it: &Document) -> Vec<String> {
    let made = typeset(it).unwrap();
    let document = lopdf::Document::load_mem(&made.bytes).unwrap();
    let pages = document.get_pages();
    assert_eq!(pages.len(), made.pages);
    let texts = pages.keys().map(|it| document.extract_text(&[*it]).unwrap());
    texts.map(|it| it.chars().filter(|it| !it.is_whitespace()).collect()).collect()
}

#[test]
fn a_document_has_its_frame_its_words_as_they_came_and_its_annex_on_a_page_of_its_own() {
    let pages = pages(&declared(3));
    assert_eq!(pages.len(), 2);
    for part in ["Déclarationdecréance", "Customer17", "{{7*7}}", "Tribunal", "Total", "12,00€"]
    {
        assert!(pages[0].contains(part), "{part} in {}", pages[0]);
    }
    for part in ["Annexe", "Facture", "F-2", "2,00€"] {
        assert!(pages[1].contains(part), "{part} in {}", pages[1]);
    }
}

#[test]
fn a_long_annex_takes_pages_with_its_titles_on_each() {
    let pages = pages(&declared(120));
    assert!(pages.len() > 3, "{}", pages.len());
    assert!(pages[1..].iter().all(|it| it.contains("Facture")));
    assert!(pages.concat().contains("F-119"));
}

#[test]
fn a_document_without_an_address_or_with_an_endless_table_is_refused_with_its_field() {
    let mut nameless = declared(1);
    nameless.recipient.address.clear();
    let refusal = typeset(&nameless).unwrap_err();
    assert_eq!(refusal, Refusal::Missing { field: "recipient.address".to_owned() });
    let refusal = typeset(&declared(LINES_MAX + 1)).unwrap_err();
    assert_eq!(refusal, Refusal::TooMany { field: "pieces[5]".to_owned(), max: LINES_MAX });
}

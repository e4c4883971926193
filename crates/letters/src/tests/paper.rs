//! What stands on paper, read back by a reader that is not ours.

use lopdf::Document;

use super::{all, amounts, euros};
use crate::{
    Kind, LINES_MAX, Language, Letter, Line, Refusal, Warning, pdf, sample, sample::minimal,
    shipped,
};

fn on_paper(letter: &Letter) -> (crate::Pdf, Vec<String>) {
    let made = pdf(&shipped(letter.kind, letter.language).unwrap(), letter).unwrap();
    let document = Document::load_mem(&made.bytes).unwrap();
    let pages = document.get_pages();
    assert_eq!(pages.len(), made.pages);
    let texts = pages.keys().map(|it| document.extract_text(&[*it]).unwrap());
    let texts = texts.map(|it| bare(&it)).collect();
    (made, texts)
}

/// Without spaces, which readers put where they think best.
fn bare(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

#[test]
fn every_amount_of_every_shipped_letter_stands_on_paper() {
    for (kind, language) in all() {
        for letter in [sample(kind, language), minimal(kind, language)] {
            let (_, texts) = on_paper(&letter);
            let text = texts.concat();
            for amount in amounts(&letter) {
                assert!(text.contains(&bare(&amount)), "{kind} {language}: {amount} in {text}");
            }
            assert!(text.contains("Customer17"));
            for clause in &letter.clauses {
                assert!(
                    kind == Kind::PreDue
                        || kind == Kind::CallSheet
                        || text.contains(&bare(&clause.text(language)))
                );
            }
        }
    }
}

#[test]
fn the_same_letter_is_the_same_file() {
    let (once, _) = on_paper(&sample(Kind::FinalDemand, Language::Fr));
    let (again, _) = on_paper(&sample(Kind::FinalDemand, Language::Fr));
    assert_eq!(once, again);
    // Changes with words, layout, font, and the crates that write and compress the file.
    assert_eq!(once.hash, "5c0175132239158969864bcd36e8be161f85aea0ae371647a4fe513ce9d206ad");
}

#[test]
fn two_hundred_invoices_take_pages_with_titles_and_numbers() {
    let mut letter = minimal(Kind::FirmReminder, Language::De);
    let line = letter.lines[0].clone();
    let cents = |number: i64| euros(100_000 + number);
    letter.lines = (0..200)
        .map(|it| Line { invoice: format!("RE-{it:04}"), open: cents(it), ..line.clone() })
        .collect();
    let sum = euros((0..200).map(|it| 100_000 + it).sum());
    (letter.totals.principal, letter.totals.total) = (sum, sum);
    let (made, texts) = on_paper(&letter);
    assert!((4..=8).contains(&made.pages), "{} pages", made.pages);
    for (text, page) in texts.iter().zip(1..) {
        assert!(text.contains(&format!("Seite{page}von{}", made.pages)), "{text}");
        let rows = text.matches("RE-").count();
        assert!(rows == 0 || text.contains("Rechnung"), "titles again on page {page}");
    }
    let text = texts.concat();
    for number in 0..200 {
        assert!(text.contains(&format!("RE-{number:04}")), "RE-{number:04}");
    }
    for amount in amounts(&letter) {
        assert!(text.contains(&bare(&amount)), "{amount}");
    }
    letter.lines = vec![line; LINES_MAX + 1];
    let template = shipped(letter.kind, letter.language).unwrap();
    let refusal = pdf(&template, &letter).unwrap_err();
    assert_eq!(refusal, Refusal::TooMany { field: "lines".to_owned(), max: LINES_MAX });
}

#[test]
fn long_names_and_huge_amounts_stay_on_the_page() {
    let mut letter = sample(Kind::InterestInvoice, Language::Fr);
    letter.recipient.name = "Société anonyme de fabrication et de négoce ".repeat(12);
    letter.recipient.address = vec!["Bâtiment W, zone industrielle ".repeat(8); 8];
    letter.sender.name = "W".repeat(300);
    letter.sender.mentions = vec!["Mention légale assez longue ".repeat(10); 20];
    letter.lines[0].invoice = "F".repeat(200);
    letter.interest[0].source = "Source ".repeat(140);
    let huge = euros(1_234_567_890_123_456);
    letter.lines[0].original = huge;
    letter.lines[0].open = letter.lines[0].open.plus(huge).unwrap();
    letter.totals.principal = letter.totals.principal.plus(huge).unwrap();
    letter.totals.total = letter.totals.total.plus(huge).unwrap();
    let (made, _) = on_paper(&letter);
    assert!(made.pages <= 4, "{} pages", made.pages);
    assert_eq!(made.warnings, [Warning::AddressCut, Warning::MentionsCut]);
    // No mark begins left of the page or ends right of it.
    let document = Document::load_mem(&made.bytes).unwrap();
    for page in document.get_pages().values() {
        let content = document.get_and_decode_page_content(*page).unwrap();
        for operation in content.operations.iter().filter(|it| it.operator == "Td") {
            let place = operation.operands[0].as_float().unwrap();
            assert!((0.0..560.0).contains(&place), "a text begins at {place} pt");
        }
    }
}

#[test]
fn names_of_all_of_europe_are_printed_and_others_visibly_are_not() {
    let mut letter = sample(Kind::Reminder, Language::En);
    letter.recipient.name = "Łódź Ørsted Þór Ştefan Ğ Müller-Ćosić Αθήνα Киев".to_owned();
    let (made, texts) = on_paper(&letter);
    assert!(made.warnings.is_empty(), "{:?}", made.warnings);
    assert!(texts.concat().contains(&bare(&letter.recipient.name)), "{texts:?}");
    letter.recipient.name = "株式会社 17".to_owned();
    let (made, texts) = on_paper(&letter);
    assert!(matches!(made.warnings[..], [Warning::Unprintable { count }] if count >= 4));
    assert!(texts.concat().contains('\u{25a1}'));
}

#[test]
fn paper_needs_addresses_and_a_call_sheet_none() {
    let address = |kind, from_sender: bool| {
        let mut letter = sample(kind, Language::En);
        if from_sender {
            letter.sender.address.clear();
        } else {
            letter.recipient.address.clear();
        }
        pdf(&shipped(kind, Language::En).unwrap(), &letter).map(|it| it.pages)
    };
    let missing = |field: &str| Err(Refusal::Missing { field: field.to_owned() });
    assert_eq!(address(Kind::Reminder, false), missing("recipient.address"));
    assert_eq!(address(Kind::Reminder, true), missing("sender.address"));
    assert_eq!(address(Kind::CallSheet, false), Ok(1));
}

//! What stands on the papers of an insolvency.

use chrono::NaiveDate;
use collection::{Collection, Policy};
use decider::{Decider as _, Fold as _};
use events::{
    collection::{Act, ActKind},
    dunning::{DunningPolicy, InterestRules},
    invoicing::Invoice,
    risk::{Notice, NoticeKind},
};
use invoicing::Contact;
use letters::{Document, Piece, Sender};

use super::{Parties, claim, unpaid};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Wound up on 1 April 2025, with one invoice late for 59 days and one that is due in a year.
fn wound_up() -> (Policy, Collection) {
    wound_up_under(None)
}

/// The same, the late invoice under terms of sale that state a rate, in per cent a year.
fn wound_up_under(rate: Option<&str>) -> (Policy, Collection) {
    let (mut policy, mut state) = (Policy::default(), Collection::default());
    let invoice = |id: &str, gross: &str, tax: &str, issued: &str, due: &str| Invoice {
        invoice: id.parse().unwrap(),
        number: None,
        issued_on: day(issued),
        due_on: day(due),
        terms: None,
        gross: gross.parse().unwrap(),
        tax: Some(tax.parse().unwrap()),
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    };
    let mut late = invoice("F-1", "12000.00 EUR", "2000.00 EUR", "2025-01-01", "2025-01-31");
    let long = invoice("F-2", "600.00 EUR", "100.00 EUR", "2025-02-01", "2026-02-28");
    if let Some(rate) = rate {
        let terms = format!(
            r#"{{"TermsRegistered":{{"version":"CGV-1","document_hash":"ab12","from":"2025-01-01",
            "reservation_of_title":false,"acceleration":false,"penalty_rate":"{rate}","jurisdiction":null}}}}"#
        );
        let terms: events::invoicing::Event = serde_json::from_str(&terms).unwrap();
        policy.adopt(&terms.into());
        late.terms_version = Some("CGV-1".parse().unwrap());
    }
    let rules = DunningPolicy {
        interest: Some(InterestRules {
            jurisdiction: "FR".parse().unwrap(),
            basis: "default".parse().unwrap(),
            rate: None,
        }),
        ..DunningPolicy::default()
    };
    let notice = Notice {
        notice: "N-1".parse().unwrap(),
        kind: NoticeKind::Liquidation,
        published_on: day("2025-04-10"),
        judged_on: Some(day("2025-04-01")),
        court: Some("Rouen".parse().unwrap()),
        source: "BODACC".parse().unwrap(),
    };
    let facts: [collection::Fact; 4] = [
        events::dunning::Event::DunningPolicyAdopted(Box::new(rules)).into(),
        events::invoicing::Event::InvoiceIssued(Box::new(late)).into(),
        events::invoicing::Event::InvoiceIssued(Box::new(long)).into(),
        events::risk::Event::NoticePublished(Box::new(notice)).into(),
    ];
    for fact in facts {
        policy.adopt(&fact);
        state.evolve(&fact);
    }
    (policy, state)
}

fn parties() -> Parties {
    let creditor = Sender {
        name: "Fournitures du Port".to_owned(),
        address: vec!["3 quai des Grues".to_owned()],
        ..Sender::default()
    };
    let contact = Contact { name: Some("Chantiers Exemple".to_owned()), ..Contact::default() };
    Parties::new(creditor, "C-1", Some(contact), Some("732829320".to_owned()))
}

/// Everything a paper says, spaces of any kind as one.
fn said(deed: &Document) -> String {
    let mut texts = vec![deed.title.clone(), deed.recipient.name.clone()];
    for piece in &deed.pieces {
        match piece {
            Piece::Section(text) | Piece::Paragraph(text) | Piece::Clause(text) => {
                texts.push(text.clone());
            }
            Piece::Table { columns, rows } => {
                texts.extend(columns.iter().map(|(title, _)| title.clone()));
                texts.extend(rows.iter().flatten().cloned());
            }
            Piece::Sums(rows) | Piece::Facts(rows) => {
                texts.extend(rows.iter().map(|(name, value)| format!("{name} {value}")));
            }
            Piece::NewPage => {}
        }
    }
    texts.join("\n").replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn a_declaration_says_what_the_code_of_commerce_wants_and_has_its_annex_from_the_second_page() {
    let (policy, state) = wound_up();
    let told = policy.declaration(&state, &"N-1".parse().unwrap(), day("2025-05-20")).unwrap();
    let paper = claim(&parties(), &told, &[], day("2025-05-20"));
    let text = said(&paper);
    for part in [
        "Liquidateur judiciaire : …",
        "Par jugement du 1er avril 2025 (Rouen)",
        "Chantiers Exemple (SIREN 732829320)",
        "L. 641-3, L. 622-24, L. 622-25 et R. 622-23",
        "Échu au jour du jugement 12 000,00 €",
        "À échoir (dates en annexe) 600,00 €",
        "Intérêts de retard jusqu’au 31 mars 2025 255,07 €",
        "Indemnités forfaitaires de recouvrement 40,00 €",
        "Total déclaré 12 895,07 €",
        "sauf pour les factures F-2",
        "certifiée sincère",
        "13,15 %",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(letters::typeset(&paper).unwrap().pages, 2);
    // Somebody who is named is written to.
    let named = ["Cabinet Exemple".to_owned(), "1 rue du Palais".to_owned()];
    let paper = claim(&parties(), &told, &named, day("2025-05-20"));
    assert_eq!(paper.recipient.name, "Cabinet Exemple");
    assert_eq!(paper.recipient.address, ["1 rue du Palais"]);
}

#[test]
fn a_declaration_says_which_invoices_bear_the_rate_of_their_terms_of_sale() {
    for (rate, parts) in [
        // 12,000 x 15 % x 59 / 365.
        (
            "15",
            [
                "290,96 €",
                "taux de 15 % l’an stipulé par les conditions de vente CGV-1",
                "convenu (CGV-1)",
            ],
        ),
        // Raised to three times the legal rate: 12,000 x 11,13 % x 59 / 365.
        (
            "10",
            ["215,89 €", "pour les factures F-1, taux de 10 % l’an", "; au lieu de 10 % (CGV-1)"],
        ),
    ] {
        let (policy, state) = wound_up_under(Some(rate));
        let told = policy.declaration(&state, &"N-1".parse().unwrap(), day("2025-05-20")).unwrap();
        let paper = claim(&parties(), &told, &[], day("2025-05-20"));
        let text = said(&paper);
        for part in parts {
            assert!(text.contains(part), "{part} in {text}");
        }
        letters::typeset(&paper).unwrap();
    }
}

#[test]
fn the_statement_of_unpaid_invoices_has_the_words_of_the_law_with_net_and_tax_for_each() {
    let (_, mut state) = wound_up();
    let on = day("2025-05-20");
    let paper = unpaid(&parties(), &state.tax_relief(on), on).unwrap();
    let text = said(&paper);
    for (net, tax) in [("10 000,00 €", "2 000,00 €"), ("500,00 €", "100,00 €")] {
        let words = format!(
            "Facture demeurée impayée pour la somme de {net} (prix net) et pour la somme de {tax} (TVA \
             correspondante) qui ne peut faire l’objet d’une déduction (article 272 du CGI)."
        );
        assert!(text.contains(&words), "{words} in {text}");
    }
    letters::typeset(&paper).unwrap();
    // Nothing is written where nothing is lost.
    assert_eq!(unpaid(&parties(), &[], on), None);
    let sent = Act {
        act: "A-1".parse().unwrap(),
        kind: ActKind::DuplicateSent,
        on,
        case: None,
        invoices: Vec::new(),
        follows: None,
        notice: None,
        cover: None,
        guarantee: None,
        amount: None,
        proof: None,
        dividends: Vec::new(),
        by: "desk-1".parse().unwrap(),
    };
    state.evolve(&events::collection::Event::ActRecorded(Box::new(sent)).into());
    assert!(state.tax_relief(on).iter().all(collection::insolvency::TaxLine::is_ready));
}

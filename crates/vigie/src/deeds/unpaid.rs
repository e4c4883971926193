//! The statement of what is not paid, sent to the customer before its tax is taken back (CGI art. 272, 1
//! and ann. IV; BOI-TVA-DED-40-10-20): instead of a duplicate of each invoice one statement of all of
//! them, each with the words that the law wants.

use chrono::NaiveDate;
use collection::insolvency::TaxLine;
use letters::{Document, Language, Piece, Recipient, amount, date_short};

use super::{Parties, TO_FILL_IN, titles};

const FR: Language = Language::Fr;

/// The paper; none if of no invoice something is lost of which the tax is known.
pub(crate) fn unpaid(parties: &Parties, lines: &[TaxLine], on: NaiveDate) -> Option<Document> {
    let lost = lines.iter().filter(|it| it.ground.is_some());
    let lost: Vec<_> = lost.filter_map(|it| Some((it, it.net()?, it.tax?))).collect();
    if lost.is_empty() {
        return None;
    }
    let rows = lost.iter().map(|(it, net, tax)| {
        vec![
            number(it),
            date_short(it.document.issued_on, FR),
            amount(it.document.gross, FR),
            amount(*net, FR),
            amount(*tax, FR),
        ]
    });
    let columns = [
        ("Facture", false),
        ("Émise le", false),
        ("Montant TTC", true),
        ("Prix net impayé", true),
        ("TVA correspondante", true),
    ];
    let mut pieces = vec![
        Piece::Paragraph(format!(
            "Les factures ci-dessous, adressées à {}, sont demeurées impayées en tout ou en partie. Cet \
             état tient lieu de duplicata de chacune d’elles. La taxe déduite à leur titre est à \
             reverser.",
            parties.named()
        )),
        Piece::Table { columns: titles(&columns), rows: rows.collect() },
    ];
    for (it, net, tax) in &lost {
        pieces.push(Piece::Section(format!("Facture {}", number(it))));
        pieces.push(Piece::Paragraph(format!(
            "Facture demeurée impayée pour la somme de {} (prix net) et pour la somme de {} (TVA \
             correspondante) qui ne peut faire l’objet d’une déduction (article 272 du CGI).",
            amount(*net, FR),
            amount(*tax, FR)
        )));
    }
    let address = match parties.address.as_slice() {
        [] => vec![TO_FILL_IN.to_owned(), TO_FILL_IN.to_owned()],
        lines => lines.to_vec(),
    };
    Some(Document {
        language: FR,
        sender: parties.creditor.clone(),
        recipient: Recipient { name: parties.name.clone(), address, contact: None, phone: None },
        date: on,
        reference: format!("TVA-{on}"),
        posted: true,
        title: "Factures demeurées impayées – état récapitulatif (article 272 du CGI)".to_owned(),
        pieces,
    })
}

fn number(it: &TaxLine) -> String {
    let number = it.document.number.as_ref().map(ToString::to_string);
    number.unwrap_or_else(|| it.document.invoice.to_string())
}

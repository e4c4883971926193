//! A document on paper.

use money::{Currency, Money};

use super::{Pdf, bind, flow::Flow};
use crate::{
    Document, Kind, Letter, Piece, Refusal, Totals,
    block::{Column, Emphasis, Panel, Table},
    spelling::clean,
};

/// Sets a document on A4: the same document, the same bytes.
///
/// # Errors
/// A field is empty without which it cannot be, or too long; a table has too many rows.
pub fn typeset(document: &Document) -> Result<Pdf, Refusal> {
    document.check()?;
    let framed = framed(document);
    let title = clean(&document.title);
    let mut flow = Flow::new(&framed, &title);
    for piece in &document.pieces {
        match piece {
            Piece::Section(name) => flow.section(&clean(name)),
            Piece::Paragraph(text) => flow.paragraph(&clean(text)),
            Piece::Clause(text) => flow.clauses(&[clean(text)]),
            Piece::Facts(rows) => flow.panel(&panel(rows, Emphasis::None)),
            Piece::Sums(rows) => flow.panel(&panel(rows, Emphasis::Last)),
            Piece::Table { columns, rows } => flow.table(&table(columns, rows)),
            Piece::NewPage => flow.turn(),
        }
    }
    let (sheets, faces, warnings) = flow.finish();
    Ok(bind(sheets, &faces, &title, document.language, warnings))
}

/// A letter of which nothing but the frame is drawn: that of a demand, or of a sheet that is sent in no
/// envelope.
fn framed(document: &Document) -> Letter {
    let zero = Money::zero(Currency::EUR);
    Letter {
        kind: if document.posted { Kind::FinalDemand } else { Kind::CallSheet },
        language: document.language,
        sender: document.sender.clone(),
        recipient: document.recipient.clone(),
        date: document.date,
        reference: document.reference.clone(),
        lines: Vec::new(),
        credits: Vec::new(),
        totals: Totals { principal: zero, interest: zero, costs: zero, total: zero },
        pay_by: None,
        interest: Vec::new(),
        instalments: Vec::new(),
        clauses: Vec::new(),
        portal: None,
        payees: Vec::new(),
    }
}

fn panel(rows: &[(String, String)], emphasis: Emphasis) -> Panel {
    let rows = rows.iter().map(|(name, value)| (clean(name), clean(value)));
    Panel { rows: rows.collect(), emphasis }
}

fn table(columns: &[(String, bool)], rows: &[Vec<String>]) -> Table {
    let columns = columns
        .iter()
        .map(|(title, figures)| Column { title: clean(title).into(), figures: *figures });
    let rows = rows.iter().map(|row| row.iter().map(|it| clean(it)).collect());
    Table { columns: columns.collect(), rows: rows.collect() }
}

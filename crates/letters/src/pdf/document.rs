//! Paper that is no letter: names of sections, sentences, tables of any length, in the frame and the
//! faces of letters. Whoever fills it in has written every word and every figure.

use chrono::NaiveDate;
use money::{Currency, Money};

use super::{Pdf, bind, flow::Flow};
use crate::{
    Kind, Language, Letter, Recipient, Refusal, Sender, Totals,
    block::{Column, Emphasis, Panel, Table},
    check::present,
    spelling::clean,
};

/// Something to be read on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The language it is in.
    pub language: Language,
    /// Who writes.
    pub sender: Sender,
    /// For whom. The name is not empty.
    pub recipient: Recipient,
    /// The day it bears.
    pub date: NaiveDate,
    /// What an answer should quote. Not empty.
    pub reference: String,
    /// What it is. Not empty.
    pub title: String,
    /// What it says, from the top down.
    pub pieces: Vec<Piece>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The name of what follows.
    Section(String),
    /// Sentences.
    Paragraph(String),
    /// What the law says, small.
    Clause(String),
    /// Names, and what they stand for. No more of them than fit a page: some forty.
    Facts(Vec<(String, String)>),
    /// Amounts that are added up, the sum last.
    Sums(Vec<(String, String)>),
    /// Rows under titles, over as many pages as they take; a title's `true`: figures, on the right.
    Table {
        /// Of each column, its title and whether it holds figures.
        columns: Vec<(String, bool)>,
        /// As many cells as there are columns.
        rows: Vec<Vec<String>>,
    },
}

/// Sets a document on A4: the same document, the same bytes.
///
/// # Errors
/// A field that it cannot be without is empty.
pub fn typeset(document: &Document) -> Result<Pdf, Refusal> {
    present("sender.name", [&document.sender.name])?;
    present("recipient.name", [&document.recipient.name])?;
    present("reference", [&document.reference])?;
    present("title", [&document.title])?;
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
        }
    }
    let (sheets, faces, warnings) = flow.finish();
    Ok(bind(sheets, &faces, &title, document.language, warnings))
}

/// The frame is that of a sheet that is sent in no envelope.
fn framed(document: &Document) -> Letter {
    let zero = Money::zero(Currency::EUR);
    Letter {
        kind: Kind::CallSheet,
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

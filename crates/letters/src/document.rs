//! Paper that is no letter of a kind: names of sections, sentences, tables of any length, in the frame
//! and the faces of letters. Whoever fills it in has written every word and every figure.

use chrono::NaiveDate;

use crate::{
    FIELD_CHARS_MAX, LINES_MAX, Language, Recipient, Refusal, Sender,
    check::{ADDRESS_LINES_MAX, present},
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
    /// Whether it goes in an envelope with a window: both addresses are then where they are seen, and
    /// neither may be empty.
    pub posted: bool,
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
    /// Sentences; what is said in them stays as it came.
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
    /// What follows begins a page.
    NewPage,
}

/// The most characters of a paragraph.
const PARAGRAPH_CHARS_MAX: usize = 4_000;

impl Document {
    /// Refuses what cannot be put on paper.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        present("sender.name", [&self.sender.name])?;
        present("recipient.name", [&self.recipient.name])?;
        present("reference", [&self.reference])?;
        present("title", [&self.title])?;
        let addresses = [
            ("sender.address", &self.sender.address),
            ("recipient.address", &self.recipient.address),
        ];
        for (field, lines) in addresses {
            if self.posted {
                present(field, lines)?;
            }
            if lines.len() > ADDRESS_LINES_MAX {
                return Err(Refusal::TooMany { field: field.to_owned(), max: ADDRESS_LINES_MAX });
            }
        }
        let fields = [
            ("sender.name", &self.sender.name),
            ("recipient.name", &self.recipient.name),
            ("reference", &self.reference),
            ("title", &self.title),
        ];
        if let Some((field, _)) = fields.into_iter().find(|(_, it)| is_long(it, FIELD_CHARS_MAX)) {
            return Err(Refusal::TooLong { field: field.to_owned() });
        }
        for (place, piece) in self.pieces.iter().enumerate() {
            let field = || format!("pieces[{place}]");
            let (count, is_long) = piece.extent();
            if is_long {
                return Err(Refusal::TooLong { field: field() });
            }
            if count > LINES_MAX {
                return Err(Refusal::TooMany { field: field(), max: LINES_MAX });
            }
        }
        Ok(())
    }
}

impl Piece {
    /// How many rows it has, and whether a text of it is too long.
    fn extent(&self) -> (usize, bool) {
        let long = |text: &String| is_long(text, FIELD_CHARS_MAX);
        match self {
            Self::Section(text) => (1, long(text)),
            Self::Paragraph(text) | Self::Clause(text) => (1, is_long(text, PARAGRAPH_CHARS_MAX)),
            Self::Facts(rows) | Self::Sums(rows) => {
                (rows.len(), rows.iter().any(|(name, value)| long(name) || long(value)))
            }
            Self::Table { rows, .. } => (rows.len(), rows.iter().flatten().any(long)),
            Self::NewPage => (1, false),
        }
    }
}

fn is_long(text: &str, most: usize) -> bool {
    text.chars().count() > most
}

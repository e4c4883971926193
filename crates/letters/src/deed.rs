//! A paper that is no letter of a kind: what is declared to a court's representative, or stated to the
//! tax. Its words come as data too; what it has of a letter is the frame and the ways to set text.

use chrono::NaiveDate;

use crate::{
    FIELD_CHARS_MAX, LINES_MAX, Language, Recipient, Refusal, Sender, check::ADDRESS_LINES_MAX,
    spelling::clean,
};

/// All that one paper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The language of its frame.
    pub language: Language,
    /// Who writes.
    pub sender: Sender,
    /// To whom: a name and an address, or lines to fill in.
    pub recipient: Recipient,
    /// The day it bears.
    pub date: NaiveDate,
    /// What an answer should quote. Not empty.
    pub reference: String,
    /// What it is. Not empty.
    pub subject: String,
    /// What it says, in order.
    pub passages: Vec<Passage>,
}

/// A part of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// A line above what follows.
    Heading(String),
    /// Text.
    Paragraph(String),
    /// Rows under titles, each with whether it holds figures; titles again on every page. Nothing
    /// without rows.
    Table(Vec<(&'static str, bool)>, Vec<Vec<String>>),
    /// Names and amounts, the last one under a line.
    Sums(Vec<(String, String)>),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// What follows begins a page.
    NewPage,
}

/// The most characters of a paragraph.
const PARAGRAPH_CHARS_MAX: usize = 4_000;

impl Deed {
    /// Refuses what cannot be put on paper.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let address = |it: &[String]| it.iter().any(|it| !clean(it).is_empty());
        let present = [
            ("sender.name", !clean(&self.sender.name).is_empty()),
            ("sender.address", address(&self.sender.address)),
            ("recipient.name", !clean(&self.recipient.name).is_empty()),
            ("recipient.address", address(&self.recipient.address)),
            ("reference", !clean(&self.reference).is_empty()),
            ("subject", !clean(&self.subject).is_empty()),
        ];
        if let Some((field, _)) = present.into_iter().find(|(_, present)| !present) {
            return Err(Refusal::Missing { field: field.to_owned() });
        }
        for (field, lines) in [
            ("sender.address", &self.sender.address),
            ("recipient.address", &self.recipient.address),
        ] {
            if lines.len() > ADDRESS_LINES_MAX {
                return Err(Refusal::TooMany { field: field.to_owned(), max: ADDRESS_LINES_MAX });
            }
        }
        let long = |text: &String, most: usize| text.chars().count() > most;
        let too_long = |field: String| Err(Refusal::TooLong { field });
        let fields = [&self.sender.name, &self.recipient.name, &self.reference, &self.subject];
        if fields.into_iter().any(|it| long(it, FIELD_CHARS_MAX)) {
            return too_long("a field of the frame".to_owned());
        }
        for (place, passage) in self.passages.iter().enumerate() {
            let field = || format!("passages[{place}]");
            let (count, is_long) = match passage {
                Passage::Heading(text) => (1, long(text, FIELD_CHARS_MAX)),
                Passage::Paragraph(text) => (1, long(text, PARAGRAPH_CHARS_MAX)),
                Passage::Table(_, rows) => {
                    (rows.len(), rows.iter().flatten().any(|it| long(it, FIELD_CHARS_MAX)))
                }
                Passage::Sums(rows) | Passage::Facts(rows) => {
                    let long = |(name, value): &(String, String)| {
                        long(name, FIELD_CHARS_MAX) || long(value, FIELD_CHARS_MAX)
                    };
                    (rows.len(), rows.iter().any(long))
                }
                Passage::NewPage => (1, false),
            };
            if is_long {
                return too_long(field());
            }
            if count > LINES_MAX {
                return Err(Refusal::TooMany { field: field(), max: LINES_MAX });
            }
        }
        Ok(())
    }
}

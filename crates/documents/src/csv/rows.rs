//! A file, row by row.

use std::{
    fmt,
    io::{self, Read},
    ops::Range,
    slice,
};

use chrono::NaiveDate;

use crate::Message;

use super::{
    cells::{Cells, Problem},
    condition::all_hold,
    mapping::{Mapping, Says},
    record::{COLUMNS_MAX, Fault, RECORD_BYTES_MAX, Records},
    values::{Known, Made, Making},
};

/// Reads a file by a mapping. Memory is bounded whatever the file holds.
#[derive(Debug)]
pub struct Rows<'m, R> {
    mapping: &'m Mapping,
    records: Records<R>,
    /// How many columns the header has.
    width: usize,
    /// Where the columns the mapping uses stand.
    bound: Vec<usize>,
    made: Made,
    data: Vec<u8>,
    said: Vec<Said<'m>>,
}

/// A message that was written.
#[derive(Debug)]
struct Said<'m> {
    ce_type: &'m str,
    on: NaiveDate,
    customer: Range<usize>,
    data: Range<usize>,
}

/// What a row came to: all that it says, or nothing if one of its messages cannot be made.
#[derive(Debug)]
pub enum Row<'a> {
    /// What it says; maybe nothing.
    Messages(Messages<'a>),
    /// Why it says nothing.
    Refused(RowError),
}

/// A row that cannot be mapped. Those after it can still be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// As a spreadsheet numbers it: the header is row 1.
    pub row: u64,
    /// The line of the file it begins on; another number once values have line breaks in them.
    pub line: u64,
    /// The column that cannot be read; empty for the row as a whole.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, line, column, reason } = self;
        write!(f, "row {row}")?;
        if line != row {
            write!(f, " (line {line})")?;
        }
        if !column.is_empty() {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {reason}")
    }
}

impl std::error::Error for RowError {}

/// A file that cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk's fault.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// No header.
    #[error("the file is empty; its first row must name the columns")]
    Empty,
    /// Two bytes for each character.
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
    /// The header is not one.
    #[error("the header cannot be read: {0}")]
    Header(String),
    /// The mapping speaks of columns that are not there.
    #[error("the file has no column {missing}; it has {present}")]
    Missing {
        /// Each in backticks.
        missing: String,
        /// Each in backticks.
        present: String,
    },
    /// A column the mapping speaks of is there more than once.
    #[error("the file has more than one column `{0}`")]
    Twice(String),
    /// Everything after a quote is one value.
    #[error("the quote opened on line {line} is never closed: row {row} and all after it are lost")]
    QuoteNotClosed {
        /// Where the quote stands.
        line: u64,
        /// The row it stands in.
        row: u64,
    },
}

impl<'m, R: Read> Rows<'m, R> {
    /// Reads the header and finds the columns the mapping speaks of.
    pub fn open(mapping: &'m Mapping, file: R) -> Result<Self, FileError> {
        let mut records = Records::new(file, mapping.dialect);
        if matches!(records.skip_mark("\u{feff}".as_bytes())?, [0xff, 0xfe] | [0xfe, 0xff]) {
            return Err(FileError::Utf16);
        }
        if !records.advance()? {
            return Err(FileError::Empty);
        }
        let header = records.record();
        if let Some(fault) = header.fault {
            return Err(FileError::Header(explain(fault)));
        }
        let mut names = Vec::with_capacity(header.len());
        for at in 0..header.len() {
            let name = mapping.manner.encoding.decode(header.value(at).unwrap_or_default());
            let name = name.ok_or_else(|| {
                FileError::Header(format!(
                    "column {} is not text in {}; `encoding` of the mapping says what it is",
                    at + 1,
                    mapping.manner.encoding.name()
                ))
            })?;
            names.push(name.trim().to_owned());
        }
        let bound = bind(mapping, &names)?;
        Ok(Self {
            mapping,
            width: names.len(),
            bound,
            records,
            made: Made::default(),
            data: Vec::new(),
            said: Vec::new(),
        })
    }

    /// The next row; nothing at the end of the file.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, FileError> {
        if !self.records.advance()? {
            return Ok(None);
        }
        self.data.clear();
        self.said.clear();
        let (row, line) = (self.records.record().number, self.records.record().line);
        if let Some(Fault::NotClosed(line)) = self.records.record().fault {
            return Err(FileError::QuoteNotClosed { line, row });
        }
        if let Err(Problem { column, reason }) = self.say() {
            let column = column.and_then(|it| self.mapping.columns.get(it.0)).cloned();
            let column = column.unwrap_or_default();
            return Ok(Some(Row::Refused(RowError { row, line, column, reason })));
        }
        Ok(Some(Row::Messages(Messages {
            row,
            made: &self.made,
            data: &self.data,
            said: self.said.iter(),
        })))
    }

    /// How many bytes of the file have been worked off.
    pub fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }

    fn say(&mut self) -> Result<(), Problem> {
        let record = self.records.record();
        // Spreadsheets like to leave rows of nothing but delimiters behind.
        if record.says_nothing() {
            return Ok(());
        }
        let whole = |reason| Problem { column: None, reason };
        if let Some(fault) = record.fault {
            return Err(whole(explain(fault)));
        }
        if record.len() != self.width {
            let (given, wanted) = (record.len(), self.width);
            return Err(whole(format!("the row has {given} columns, the header has {wanted}")));
        }
        let mapping = self.mapping;
        let cells = Cells { record, bound: &self.bound, manner: mapping.manner };
        let of = Making { cells, values: &mapping.values, digests: &mapping.digests };
        self.made.begin(of);
        for refusal in &mapping.refusals {
            if all_hold(&refusal.when, &cells)? {
                return Err(Problem {
                    column: refusal.when.first().map(|it| it.column),
                    reason: refusal.reason.clone(),
                });
            }
        }
        for message in &mapping.messages {
            if all_hold(&message.when, &cells)? {
                let start = self.data.len();
                let (on, customer) = write(message, &mut self.data, &mut self.made, of)?;
                let data = start..self.data.len();
                self.said.push(Said { ce_type: &message.ce_type, on, customer, data });
            }
        }
        Ok(())
    }
}

/// Appends the data of a message and says its date and where its customer is.
fn write(
    message: &Says,
    data: &mut Vec<u8>,
    made: &mut Made,
    of: Making<'_>,
) -> Result<(NaiveDate, Range<usize>), Problem> {
    let unknown = || Problem { column: None, reason: "has no date".to_owned() };
    let on = match made.value(message.on, of)? {
        Known::Present { day, .. } => day.ok_or_else(unknown)?,
        Known::Absent(column) => return Err(Problem::empty(column)),
    };
    let customer = match made.value(message.customer, of)? {
        // Without the quotes.
        Known::Present { start, end, .. } => start + 1..end.saturating_sub(1),
        Known::Absent(column) => return Err(Problem::empty(column)),
    };
    message.data.write(data, made, of)?;
    Ok((on, customer))
}

fn bind(mapping: &Mapping, names: &[String]) -> Result<Vec<usize>, FileError> {
    let list = |names: &mut dyn Iterator<Item = &String>| {
        names.map(|it| format!("`{}`", super::beginning(it))).collect::<Vec<_>>().join(", ")
    };
    let missing = list(&mut mapping.columns.iter().filter(|it| !names.contains(it)));
    if !missing.is_empty() {
        return Err(FileError::Missing { missing, present: list(&mut names.iter().take(100)) });
    }
    mapping
        .columns
        .iter()
        .map(|column| {
            let mut found = names.iter().enumerate().filter(|(_, name)| *name == column);
            match (found.next(), found.next()) {
                (Some((at, _)), None) => Ok(at),
                _ => Err(FileError::Twice(column.clone())),
            }
        })
        .collect()
}

fn explain(fault: Fault) -> String {
    match fault {
        Fault::TooLong => format!(
            "the row has more than {RECORD_BYTES_MAX} bytes; maybe a quote is not closed where it \
             should be"
        ),
        Fault::TooWide => format!("the row has more than {COLUMNS_MAX} columns"),
        Fault::QuoteInside => "a quote stands inside a value that is not in quotes; write the \
             value in quotes and each quote in it twice"
            .to_owned(),
        Fault::TextAfterQuote => {
            "text follows a closing quote; a quote inside a value in quotes is written twice"
                .to_owned()
        }
        Fault::NotClosed(line) => format!("the quote opened on line {line} is never closed"),
    }
}

/// What a row says, in the order of the mapping.
#[derive(Debug, Clone)]
pub struct Messages<'a> {
    row: u64,
    made: &'a Made,
    data: &'a [u8],
    said: slice::Iter<'a, Said<'a>>,
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let said = self.said.next()?;
        Some(Message {
            row: self.row,
            ce_type: said.ce_type,
            date: said.on,
            customer: std::str::from_utf8(self.made.json(said.customer.clone()))
                .unwrap_or_default(),
            data: self.data.get(said.data.clone()).unwrap_or_default(),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.said.size_hint()
    }
}

impl ExactSizeIterator for Messages<'_> {}

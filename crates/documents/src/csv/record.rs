//! Bytes into records, as RFC 4180 says, strict about quotes and in bounded memory.
//!
//! Not by the crate `csv`, which takes a quote that is never closed for a value that reaches to the
//! end of the file, so that all rows after it are lost without a word, and which reads a record of
//! any length into memory. On files without such faults both read the same; a test compares them.

use std::io::{self, Read};

/// The longest a record may be, delimiters and quotes not counted.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// The most columns a table may have: as many as a spreadsheet.
pub const COLUMNS_MAX: usize = 16_384;

const BUFFER_BYTES: usize = 1 << 16;

/// How values stand beside each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// An ASCII character, no quote and no line break.
    pub(super) delimiter: u8,
    /// Whether `"` encloses values; if not, it is a character like any other.
    pub(super) quotes: bool,
}

/// Why a record cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// More than [`RECORD_BYTES_MAX`].
    TooLong,
    /// More than [`COLUMNS_MAX`].
    TooWide,
    /// `7" pipe`, not enclosed in quotes.
    QuoteInside,
    /// `"7" pipe`.
    TextAfterQuote,
    /// The quote opened on this line encloses the rest of the file.
    NotClosed(u64),
}

/// One line of the table; of several lines if a value has line breaks.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// All values, one after the other.
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// As a spreadsheet numbers it, from 1, blank lines counted.
    pub(super) number: u64,
    /// The line of the file it begins on, from 1.
    pub(super) line: u64,
    /// The first thing wrong with it.
    pub(super) fault: Option<Fault>,
    /// Whether there was anything but a line break.
    touched: bool,
}

impl Record {
    /// How many values it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether all its values are empty.
    pub(super) fn says_nothing(&self) -> bool {
        self.bytes.is_empty() && self.fault.is_none()
    }

    /// One of its values.
    pub(super) fn value(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.bytes.get(start..end)
    }

    /// How many bytes it has taken from the machine.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    fn begin(&mut self, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        self.number += 1;
        self.line = line;
        self.fault = None;
        self.touched = false;
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > RECORD_BYTES_MAX {
            self.found(Fault::TooLong);
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn end_value(&mut self) {
        if self.ends.len() == COLUMNS_MAX {
            self.found(Fault::TooWide);
        } else {
            self.ends.push(self.bytes.len());
        }
    }

    fn found(&mut self, fault: Fault) {
        self.fault = self.fault.or(Some(fault));
    }
}

/// What stands before the next byte.
#[derive(Clone, Copy)]
enum Place {
    /// The beginning of a value.
    Start,
    /// A value without quotes.
    Plain,
    /// A value in quotes, opened on this line.
    Quoted(u64),
    /// A quote within one: its end, or the first of two that stand for one.
    Closing(u64),
}

/// The records of a file.
#[derive(Debug)]
pub(super) struct Records<R> {
    file: R,
    dialect: Dialect,
    buffer: Box<[u8]>,
    at: usize,
    filled: usize,
    read: u64,
    line: u64,
    after_return: bool,
    record: Record,
}

impl<R: Read> Records<R> {
    pub(super) fn new(file: R, dialect: Dialect) -> Self {
        Self {
            file,
            dialect,
            buffer: vec![0; BUFFER_BYTES].into(),
            at: 0,
            filled: 0,
            read: 0,
            line: 1,
            after_return: false,
            record: Record::default(),
        }
    }

    /// Steps over a mark at the very beginning, or says which bytes the file begins with.
    pub(super) fn skip_mark(&mut self, mark: &[u8]) -> io::Result<[u8; 2]> {
        while self.filled < mark.len().max(2) && self.fill()? {}
        let start = self.buffer.get(..self.filled).unwrap_or_default();
        if start.starts_with(mark) {
            self.at = mark.len();
        }
        Ok(start.first_chunk().copied().unwrap_or_default())
    }

    /// How many bytes of the file have been worked off.
    pub(super) fn bytes_read(&self) -> u64 {
        let ahead = self.filled.saturating_sub(self.at);
        self.read.saturating_sub(u64::try_from(ahead).unwrap_or_default())
    }

    /// The record read last.
    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// Reads the next record that is not a blank line; `false` at the end.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        while self.read_one()? {
            if self.record.touched {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads as far as the next line break that is not in quotes; `false` at the end.
    fn read_one(&mut self) -> io::Result<bool> {
        self.record.begin(self.line);
        let mut place = Place::Start;
        loop {
            if self.at == self.filled {
                (self.at, self.filled) = (0, 0);
                if !self.fill()? {
                    if let Place::Quoted(line) = place {
                        self.record.fault = Some(Fault::NotClosed(line));
                    }
                    self.record.end_value();
                    return Ok(self.record.touched);
                }
            }
            let ahead = self.buffer.get(self.at..self.filled).unwrap_or_default();
            if std::mem::take(&mut self.after_return) && ahead.first() == Some(&b'\n') {
                self.at += 1;
                continue;
            }
            let (used, next) = match place {
                Place::Start | Place::Plain => {
                    plain(ahead, self.dialect, place, self.line, &mut self.record)
                }
                Place::Quoted(opened) => quoted(ahead, opened, &mut self.line, &mut self.record),
                Place::Closing(opened) => closing(ahead, self.dialect, opened, &mut self.record),
            };
            let last = ahead.get(used.saturating_sub(1)).copied();
            self.at += used;
            let Some(next) = next else {
                self.line += 1;
                self.after_return = last == Some(b'\r');
                return Ok(true);
            };
            place = next;
        }
    }

    fn fill(&mut self) -> io::Result<bool> {
        let space = self.buffer.get_mut(self.filled..).unwrap_or_default();
        loop {
            match self.file.read(space) {
                Ok(count) => {
                    self.filled += count;
                    self.read += u64::try_from(count).unwrap_or_default();
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// How many bytes of `ahead` were used and where that leads; nowhere: the record is at its end.
type Taken = (usize, Option<Place>);

fn plain(ahead: &[u8], dialect: Dialect, place: Place, line: u64, record: &mut Record) -> Taken {
    let quote = if dialect.quotes { b'"' } else { dialect.delimiter };
    let special = |byte: &u8| [dialect.delimiter, quote, b'\n', b'\r'].contains(byte);
    let ordinary = ahead.iter().position(special).unwrap_or(ahead.len());
    let (text, rest) = ahead.split_at(ordinary);
    record.push(text);
    record.touched |= !text.is_empty();
    let fresh = matches!(place, Place::Start) && text.is_empty();
    let Some(&byte) = rest.first() else { return (ordinary, Some(Place::Plain)) };
    let used = ordinary + 1;
    if byte == dialect.delimiter {
        record.touched = true;
        record.end_value();
        (used, Some(Place::Start))
    } else if byte == b'"' && fresh {
        record.touched = true;
        (used, Some(Place::Quoted(line)))
    } else if byte == b'"' {
        record.found(Fault::QuoteInside);
        (used, Some(Place::Plain))
    } else {
        record.end_value();
        (used, None)
    }
}

fn quoted(ahead: &[u8], opened: u64, line: &mut u64, record: &mut Record) -> Taken {
    let end = ahead.iter().position(|it| *it == b'"').unwrap_or(ahead.len());
    let (text, rest) = ahead.split_at(end);
    record.push(text);
    *line += text.iter().map(|it| u64::from(*it == b'\n')).sum::<u64>();
    if rest.is_empty() {
        (end, Some(Place::Quoted(opened)))
    } else {
        (end + 1, Some(Place::Closing(opened)))
    }
}

fn closing(ahead: &[u8], dialect: Dialect, opened: u64, record: &mut Record) -> Taken {
    match ahead.first() {
        Some(b'"') => {
            record.push(b"\"");
            (1, Some(Place::Quoted(opened)))
        }
        Some(it) if *it == dialect.delimiter => {
            record.end_value();
            (1, Some(Place::Start))
        }
        Some(b'\n' | b'\r') => {
            record.end_value();
            (1, None)
        }
        Some(_) => {
            record.found(Fault::TextAfterQuote);
            (0, Some(Place::Plain))
        }
        None => (0, Some(Place::Closing(opened))),
    }
}

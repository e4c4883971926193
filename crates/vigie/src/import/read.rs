//! Reads the files, on a thread of its own, into requests: each goes to one context.

use std::{
    fs::File,
    io::{BufReader, Read as _},
    path::PathBuf,
    sync::Arc,
};

use chrono::NaiveDate;
use documents::{
    bodacc,
    csv::{Mapping, Row, Rows},
    json_lines::Lines,
};
use events::Context;
use tokio::sync::mpsc::Sender;

use super::companies::Companies;
use crate::{ask::line::Refusal, door::Asked, refused::Refused};

/// A request stays below what any server lets through, with what is added to it.
const PAYLOAD_BYTES_MAX: usize = 900 * 1024;

/// Rows that are counted together.
const ROWS_AT_ONCE: u64 = 1_000;

/// How files are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// Facts in a request.
    pub(super) batch: usize,
    /// Nothing is to be sent: see whether each could be.
    pub(super) check_only: bool,
    /// By their days, with the days in between.
    pub(super) days: bool,
}

/// Where a fact stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Which file.
    pub(super) file: usize,
    /// Which row of it.
    pub(super) row: u64,
    /// What it states.
    pub(super) kind: Asked,
}

/// Something that cannot be taken.
#[derive(Debug)]
pub(super) struct NotTaken {
    pub(super) file: usize,
    pub(super) row: u64,
    /// What the row states, if that could be told.
    pub(super) kind: Option<Asked>,
    pub(super) why: Refusal,
}

/// What is read of the files, in order.
#[derive(Debug)]
pub(super) enum Piece {
    /// So many rows more, of so many bytes.
    Rows { rows: u64, bytes: u64 },
    /// A request, and where each of its facts stands.
    Batch { to: Context, payload: Vec<u8>, origins: Vec<Origin> },
    /// A row or a fact that goes no further.
    Refused(NotTaken),
    /// An announcement about a company that is nobody's customer.
    Unmatched { file: usize, row: u64, siren: String },
    /// So many facts more could be sent.
    Checked(u64),
    /// All is read, and the facts span so many days.
    Sorted(u64),
    /// A day begins, if it is a business day.
    Day(NaiveDate),
    /// All facts of a day were sent.
    DayDone,
}

/// What happened to whom: a file and why it cannot be read to its end.
type Unreadable = (PathBuf, String);

struct Gone;

/// What a file is read by.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// Rows that mean what a mapping says.
    Table(Arc<Mapping>),
    /// Messages, one a line.
    JsonLines,
    /// Announcements of the gazette, about companies that may be customers.
    Bodacc(Arc<Companies>),
}

/// Reads the files one after the other.
pub(super) fn read(
    files: &[(PathBuf, Form)],
    how: How,
    pieces: &Sender<Piece>,
) -> Result<(), Unreadable> {
    let mut reader =
        Reader { how, pieces, batch: Batch::default(), kept: Kept::default(), checked: 0 };
    for (file, (path, form)) in files.iter().enumerate() {
        match reader.file(file, path, form) {
            Ok(Ok(())) => {}
            Ok(Err(why)) => return Err((path.clone(), why)),
            // Whoever listened has had enough.
            Err(Gone) => return Ok(()),
        }
    }
    let _gone: Result<(), Gone> = reader.rest();
    Ok(())
}

struct Reader<'a> {
    how: How,
    pieces: &'a Sender<Piece>,
    batch: Batch,
    kept: Kept,
    checked: u64,
}

#[derive(Default)]
struct Batch {
    to: Option<Context>,
    payload: Vec<u8>,
    origins: Vec<Origin>,
}

/// Facts that wait for their days.
#[derive(Default)]
struct Kept {
    data: Vec<u8>,
    facts: Vec<Fact>,
}

struct Fact {
    on: NaiveDate,
    end: usize,
    len: usize,
    origin: Origin,
}

impl Reader<'_> {
    fn give(&self, piece: Piece) -> Result<(), Gone> {
        self.pieces.blocking_send(piece).map_err(|_| Gone)
    }

    fn file(
        &mut self,
        file: usize,
        path: &PathBuf,
        form: &Form,
    ) -> Result<Result<(), String>, Gone> {
        let opened = match File::open(path) {
            Ok(opened) => BufReader::with_capacity(1 << 18, opened),
            Err(error) => return Ok(Err(error.to_string())),
        };
        match form {
            Form::Table(mapping) => self.table(file, opened, mapping),
            Form::JsonLines => self.json_lines(file, opened),
            Form::Bodacc(companies) => self.bodacc(file, opened, companies),
        }
    }

    fn table(
        &mut self,
        file: usize,
        opened: BufReader<File>,
        mapping: &Mapping,
    ) -> Result<Result<(), String>, Gone> {
        let kinds: Vec<(&str, Asked)> =
            mapping.types().filter_map(|it| Some((it, Asked::of_type(it)?))).collect();
        let mut table = match Rows::open(mapping, opened) {
            Ok(table) => table,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let (mut rows, mut told) = (0, 0);
        let ended = loop {
            let row = match table.next_row() {
                Ok(Some(row)) => row,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.to_string()),
            };
            rows += 1;
            match row {
                Row::Messages(messages) => {
                    for message in messages {
                        let kind = kinds.iter().find(|(named, _)| *named == message.ce_type);
                        if let Some((_, kind)) = kind {
                            let origin = Origin { file, row: message.row, kind: *kind };
                            self.fact(message.data, Some(message.date), origin)?;
                        }
                    }
                }
                Row::Refused(error) => {
                    self.unreadable(file, error.row, error.column, error.reason)?;
                }
            }
            if rows == ROWS_AT_ONCE {
                let read = table.bytes_read();
                self.give(Piece::Rows { rows, bytes: read - told })?;
                (rows, told) = (0, read);
            }
        };
        self.give(Piece::Rows { rows, bytes: table.bytes_read() - told })?;
        Ok(ended)
    }

    fn json_lines(
        &mut self,
        file: usize,
        opened: BufReader<File>,
    ) -> Result<Result<(), String>, Gone> {
        let mut lines = Lines::open(opened);
        let mut told = 0;
        loop {
            let line = match lines.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error.to_string())),
            };
            match line.map(|it| (Asked::of_type(it.ce_type), it)) {
                Ok((Some(kind), it)) => {
                    self.fact(it.data, it.date, Origin { file, row: it.row, kind })?;
                }
                Ok((None, it)) => {
                    let why = format!("`{}` is not a type of command", it.ce_type);
                    self.unreadable(file, it.row, "type".to_owned(), why)?;
                }
                Err(error) => self.unreadable(file, error.row, String::new(), error.reason)?,
            }
            let read = lines.bytes_read();
            self.give(Piece::Rows { rows: 1, bytes: read - told })?;
            told = read;
        }
    }

    /// A day of the gazette fits into memory many times.
    fn bodacc(
        &mut self,
        file: usize,
        mut opened: BufReader<File>,
        companies: &Companies,
    ) -> Result<Result<(), String>, Gone> {
        let mut json = Vec::new();
        if let Err(error) = opened.read_to_end(&mut json) {
            return Ok(Err(error.to_string()));
        }
        let read = match bodacc::read(&json) {
            Ok(read) => read,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let rows = u64::try_from(read.len()).unwrap_or(u64::MAX);
        self.give(Piece::Rows { rows, bytes: u64::try_from(json.len()).unwrap_or(u64::MAX) })?;
        let Some(kind) = Asked::of_type(bodacc::CE_TYPE) else { return Ok(Ok(())) };
        for announcement in read {
            let it = match announcement {
                Ok(it) => it,
                Err(error) => {
                    self.unreadable(file, error.row, error.field.to_owned(), error.reason)?;
                    continue;
                }
            };
            let customers = companies.customers(&it.siren);
            if customers.is_empty() {
                self.give(Piece::Unmatched { file, row: it.row, siren: it.siren.clone() })?;
            }
            for customer in customers {
                let data = it.data(customer.as_str());
                let origin = Origin { file, row: it.row, kind };
                self.fact(&data, Some(it.published_on), origin)?;
            }
        }
        Ok(Ok(()))
    }

    fn unreadable(&self, file: usize, row: u64, field: String, why: String) -> Result<(), Gone> {
        let (code, reason) = ("INVALID_ARGUMENT".to_owned(), "UNREADABLE_ROW".to_owned());
        let why = Refusal { code, reason, field, message: why };
        self.give(Piece::Refused(NotTaken { file, row, kind: None, why }))
    }

    fn fact(&mut self, data: &[u8], on: Option<NaiveDate>, origin: Origin) -> Result<(), Gone> {
        if self.how.check_only {
            return self.check(data, origin);
        }
        if !self.how.days {
            return self.say(data, origin);
        }
        let Some(on) = on else {
            let why = "a history is taken by its days, and the line names none".to_owned();
            return self.unreadable(origin.file, origin.row, "date".to_owned(), why);
        };
        self.kept.data.extend_from_slice(data);
        let (end, len) = (self.kept.data.len(), data.len());
        self.kept.facts.push(Fact { on, end, len, origin });
        Ok(())
    }

    fn check(&mut self, data: &[u8], origin: Origin) -> Result<(), Gone> {
        match origin.kind.check(data) {
            Ok(()) => {
                self.checked += 1;
                Ok(())
            }
            Err(Refused { reason, field, message, .. }) => self.give(Piece::Refused(NotTaken {
                file: origin.file,
                row: origin.row,
                kind: Some(origin.kind),
                why: Refusal {
                    code: "INVALID_ARGUMENT".to_owned(),
                    reason: reason.into_owned(),
                    field,
                    message,
                },
            })),
        }
    }

    /// Adds a fact to the request that is being written.
    fn say(&mut self, data: &[u8], origin: Origin) -> Result<(), Gone> {
        let Batch { to, payload, origins } = &self.batch;
        let context = Some(origin.kind.context());
        if *to != context
            || origins.len() >= self.how.batch
            || payload.len() + data.len() > PAYLOAD_BYTES_MAX
        {
            self.send()?;
        }
        let Batch { to, payload, origins } = &mut self.batch;
        *to = context;
        payload.push(if origins.is_empty() { b'[' } else { b',' });
        payload.extend_from_slice(br#"{"type":""#);
        payload.extend_from_slice(origin.kind.ce_type.as_bytes());
        payload.extend_from_slice(br#"","data":"#);
        payload.extend_from_slice(data);
        payload.push(b'}');
        origins.push(origin);
        Ok(())
    }

    fn send(&mut self) -> Result<(), Gone> {
        let Some(to) = self.batch.to else { return Ok(()) };
        let next = Batch {
            to: None,
            payload: Vec::with_capacity(self.batch.payload.len() + 1024),
            origins: Vec::with_capacity(self.batch.origins.len()),
        };
        let Batch { mut payload, origins, .. } = std::mem::replace(&mut self.batch, next);
        payload.push(b']');
        self.give(Piece::Batch { to, payload, origins })
    }

    /// What is left once every file is read.
    fn rest(&mut self) -> Result<(), Gone> {
        let Kept { data, mut facts } = std::mem::take(&mut self.kept);
        if let (Some(first), Some(last)) =
            (facts.iter().map(|it| it.on).min(), facts.iter().map(|it| it.on).max())
        {
            // Facts of one day stay in the order of the files.
            facts.sort_by_key(|it| it.on);
            let days = (last - first).num_days() + 1;
            self.give(Piece::Sorted(days.unsigned_abs()))?;
            let mut facts = facts.into_iter().peekable();
            for day in first.iter_days().take_while(|it| *it <= last) {
                self.give(Piece::Day(day))?;
                while let Some(fact) = facts.next_if(|it| it.on == day) {
                    let data = data.get(fact.end - fact.len..fact.end).unwrap_or_default();
                    self.say(data, fact.origin)?;
                }
                self.send()?;
                self.give(Piece::DayDone)?;
            }
        }
        self.send()?;
        self.give(Piece::Checked(self.checked))
    }
}

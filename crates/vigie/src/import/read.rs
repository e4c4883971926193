//! Reads the files, on a thread of its own, into requests.

use std::{fs::File, io::BufReader, path::PathBuf, sync::Arc};

use chrono::NaiveDate;
use documents::{
    Message,
    csv::{Mapping, Row, Rows},
};
use invoicing::{Command, Kind};
use tokio::sync::mpsc::Sender;

use crate::ask::line::Refusal;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// Which file.
    pub(super) file: usize,
    /// Which row of it.
    pub(super) row: u64,
    /// What it states.
    pub(super) kind: Kind,
}

/// Something that cannot be taken.
#[derive(Debug)]
pub(super) struct NotTaken {
    pub(super) file: usize,
    pub(super) row: u64,
    /// What the row states, if that could be told.
    pub(super) kind: Option<Kind>,
    pub(super) why: Refusal,
}

/// What is read of the files, in order.
#[derive(Debug)]
pub(super) enum Piece {
    /// So many rows more, of so many bytes.
    Rows { rows: u64, bytes: u64 },
    /// A request, and where each of its facts stands.
    Batch { payload: Vec<u8>, origins: Vec<Origin> },
    /// A row or a fact that goes no further.
    Refused(NotTaken),
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

/// Reads the files one after the other.
pub(super) fn read(
    files: &[(PathBuf, Arc<Mapping>)],
    how: How,
    pieces: &Sender<Piece>,
) -> Result<(), Unreadable> {
    let mut reader =
        Reader { how, pieces, batch: Batch::default(), kept: Kept::default(), checked: 0 };
    for (file, (path, mapping)) in files.iter().enumerate() {
        match reader.file(file, path, mapping) {
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
        mapping: &Mapping,
    ) -> Result<Result<(), String>, Gone> {
        let kinds: Vec<(&str, Kind)> =
            mapping.types().filter_map(|it| Some((it, Kind::of_type(it)?))).collect();
        let opened = File::open(path).map_err(|error| error.to_string()).and_then(|opened| {
            Rows::open(mapping, BufReader::with_capacity(1 << 18, opened))
                .map_err(|error| error.to_string())
        });
        let mut table = match opened {
            Ok(table) => table,
            Err(why) => return Ok(Err(why)),
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
                            self.fact(&message, origin)?;
                        }
                    }
                }
                Row::Refused(error) => self.give(Piece::Refused(NotTaken {
                    file,
                    row: error.row,
                    kind: None,
                    why: Refusal {
                        code: "INVALID_ARGUMENT".to_owned(),
                        reason: "UNREADABLE_ROW".to_owned(),
                        field: error.column,
                        message: error.reason,
                    },
                }))?,
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

    fn fact(&mut self, message: &Message<'_>, origin: Origin) -> Result<(), Gone> {
        if self.how.check_only {
            return self.check(message, origin);
        }
        if self.how.days {
            self.kept.data.extend_from_slice(message.data);
            let (end, len) = (self.kept.data.len(), message.data.len());
            self.kept.facts.push(Fact { on: message.date, end, len, origin });
            return Ok(());
        }
        self.say(message.ce_type, message.data, origin)
    }

    fn check(&mut self, message: &Message<'_>, origin: Origin) -> Result<(), Gone> {
        let read = Command::read(origin.kind, message.data);
        match read.and_then(|it| it.check()) {
            Ok(()) => {
                self.checked += 1;
                Ok(())
            }
            Err(invalid) => {
                let refused = crate::refused::Refused::from(invalid);
                self.give(Piece::Refused(NotTaken {
                    file: origin.file,
                    row: origin.row,
                    kind: Some(origin.kind),
                    why: Refusal {
                        code: "INVALID_ARGUMENT".to_owned(),
                        reason: refused.reason.into_owned(),
                        field: refused.field,
                        message: refused.message,
                    },
                }))
            }
        }
    }

    /// Adds a fact to the request that is being written.
    fn say(&mut self, ce_type: &str, data: &[u8], origin: Origin) -> Result<(), Gone> {
        let Batch { payload, origins } = &mut self.batch;
        if origins.len() >= self.how.batch || payload.len() + data.len() > PAYLOAD_BYTES_MAX {
            self.send()?;
        }
        let Batch { payload, origins } = &mut self.batch;
        payload.push(if origins.is_empty() { b'[' } else { b',' });
        payload.extend_from_slice(br#"{"type":""#);
        payload.extend_from_slice(ce_type.as_bytes());
        payload.extend_from_slice(br#"","data":"#);
        payload.extend_from_slice(data);
        payload.push(b'}');
        origins.push(origin);
        Ok(())
    }

    fn send(&mut self) -> Result<(), Gone> {
        if self.batch.origins.is_empty() {
            return Ok(());
        }
        let next = Batch {
            payload: Vec::with_capacity(self.batch.payload.len() + 1024),
            origins: Vec::with_capacity(self.batch.origins.len()),
        };
        let Batch { mut payload, origins } = std::mem::replace(&mut self.batch, next);
        payload.push(b']');
        self.give(Piece::Batch { payload, origins })
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
                    self.say(named(fact.origin.kind), data, fact.origin)?;
                }
                self.send()?;
                self.give(Piece::DayDone)?;
            }
        }
        self.send()?;
        self.give(Piece::Checked(self.checked))
    }
}

/// The type a kind is said by.
pub(super) fn named(kind: Kind) -> &'static str {
    Kind::ALL.iter().find(|(it, _)| *it == kind).map_or("", |(_, named)| named)
}

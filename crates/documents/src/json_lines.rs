//! Messages as they are, one a line: `{"type":"dev.vigie.…","data":{…}}`, and `"date"` where a
//! history is replayed by its days. What is right about their data is judged where all ways in meet.

use std::io::{self, BufRead};

use chrono::NaiveDate;
use events::date;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The most bytes of a line: a command has a mebibyte, and its envelope next to nothing.
pub const LINE_BYTES_MAX: usize = 1024 * 1024 + 4096;

/// A file of messages.
#[derive(Debug)]
pub struct Lines<R> {
    from: R,
    line: Vec<u8>,
    row: u64,
    bytes: u64,
}

/// A line.
#[derive(Debug)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub row: u64,
    /// Which command.
    pub ce_type: &'a str,
    /// The business day the fact belongs to, if the line says so.
    pub date: Option<NaiveDate>,
    /// JSON in the outward form of the command.
    pub data: &'a [u8],
}

/// A line that is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {row}: {reason}")]
pub struct LineError {
    /// Its number, from 1.
    pub row: u64,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    r#type: &'a str,
    #[serde(borrow)]
    data: &'a RawValue,
    date: Option<&'a str>,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a file.
    pub fn open(from: R) -> Self {
        Self { from, line: Vec::new(), row: 0, bytes: 0 }
    }

    /// How many bytes were read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// The next line that is not blank; nothing at the end.
    ///
    /// # Errors
    ///
    /// If the file cannot be read any further, or a line has no end.
    pub fn next_line(&mut self) -> io::Result<Option<Result<Line<'_>, LineError>>> {
        loop {
            self.line.clear();
            let limit = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX) + 1;
            let read = io::Read::take(&mut self.from, limit).read_until(b'\n', &mut self.line)?;
            if read == 0 {
                return Ok(None);
            }
            self.row += 1;
            self.bytes += u64::try_from(read).unwrap_or(u64::MAX);
            if read > LINE_BYTES_MAX {
                let reason = format!("line {} is longer than {LINE_BYTES_MAX} bytes", self.row);
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let row = self.row;
        Ok(Some(read(&self.line, row)))
    }
}

fn read(line: &[u8], row: u64) -> Result<Line<'_>, LineError> {
    let wrong = |reason: String| LineError { row, reason };
    let written: Written<'_> =
        serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
    let date = written.date.map(date::parse).transpose();
    let date = date.map_err(|error| wrong(format!("date: {error}")))?;
    Ok(Line { row, ce_type: written.r#type, date, data: written.data.get().as_bytes() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_message_or_says_why_it_is_none() {
        let file = concat!(
            "{\"type\":\"dev.vigie.profile.set.v1\",\"data\":{\"customer_id\":\"C-1\"}}\n",
            "\n",
            "{\"type\":\"x\",\"data\":{},\"date\":\"2026-02-30\"}\r\n",
            "{\"type\":\"x\",\"daten\":{}}\n",
            "{\"type\":\"x\",\"data\":{},\"date\":\"2026-02-13\"}",
        );
        let mut lines = Lines::open(file.as_bytes());
        let first = lines.next_line().unwrap().unwrap().unwrap();
        assert_eq!((first.row, first.ce_type), (1, "dev.vigie.profile.set.v1"));
        assert_eq!(first.data, br#"{"customer_id":"C-1"}"#);
        let second = lines.next_line().unwrap().unwrap().unwrap_err();
        assert!(second.row == 3 && second.reason.starts_with("date: "), "{second}");
        let third = lines.next_line().unwrap().unwrap().unwrap_err();
        assert!(third.row == 4 && third.reason.contains("daten"), "{third}");
        let last = lines.next_line().unwrap().unwrap().unwrap();
        assert_eq!(last.date, NaiveDate::from_ymd_opt(2026, 2, 13));
        assert!(lines.next_line().unwrap().is_none());
        assert_eq!(lines.bytes_read(), u64::try_from(file.len()).unwrap());
    }

    #[test]
    fn a_line_without_an_end_is_not_taken_into_memory() {
        let endless = vec![b' '; LINE_BYTES_MAX + 7];
        assert!(Lines::open(&*endless).next_line().is_err());
    }
}

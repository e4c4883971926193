//! Reading the files, and saying where one cannot be read.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use flate2::read::GzDecoder;
use rust_decimal::Decimal;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Not there, or not readable.
    #[error("reading {}: {source}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not what such files look like.
    #[error("{}: {source}", path.display())]
    Csv {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("{}, line 1: there is no column {column}", path.display())]
    Column {
        /// Which file.
        path: PathBuf,
        /// Which.
        column: String,
    },
    /// A value cannot be what it should.
    #[error("{}, line {line}, column {column}: {reason}", path.display())]
    Value {
        /// Which file.
        path: PathBuf,
        /// Where, from 1.
        line: u64,
        /// In which column.
        column: String,
        /// Why.
        reason: String,
    },
}

/// A file of comma-separated values, in memory.
pub(super) struct Source {
    path: PathBuf,
    header: csv::StringRecord,
    records: Vec<csv::StringRecord>,
}

/// A line of it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    source: &'a Source,
    record: &'a csv::StringRecord,
}

impl Source {
    pub(super) fn read(root: &Path, name: &str) -> Result<Self, SourceError> {
        let path = root.join(name);
        let file =
            File::open(&path).map_err(|source| SourceError::Open { path: path.clone(), source })?;
        let packed = path.extension().is_some_and(|it| it == "gz");
        let read: Box<dyn Read> =
            if packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
        let unreadable = |source| SourceError::Csv { path: path.clone(), source };
        let mut reader = csv::Reader::from_reader(read);
        let header = reader.headers().map_err(unreadable)?.clone();
        let records = reader.records().collect::<Result<_, _>>().map_err(unreadable)?;
        Ok(Self { path, header, records })
    }

    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.records.iter().map(|record| Line { source: self, record })
    }
}

impl<'a> Line<'a> {
    /// What stands in a column, without spaces around it.
    pub(super) fn text(self, column: &str) -> Result<&'a str, SourceError> {
        let place = self.source.header.iter().position(|it| it == column);
        let value = place.and_then(|place| self.record.get(place));
        value.map(str::trim).ok_or_else(|| SourceError::Column {
            path: self.source.path.clone(),
            column: column.to_owned(),
        })
    }

    /// A value that something is wrong with.
    pub(super) fn wrong(self, column: &str, reason: impl std::fmt::Display) -> SourceError {
        SourceError::Value {
            path: self.source.path.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: column.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(super) fn day(self, column: &str, format: &str) -> Result<NaiveDate, SourceError> {
        let text = self.text(column)?;
        NaiveDate::parse_from_str(text, format)
            .map_err(|error| self.wrong(column, format_args!("{text:?} is no day: {error}")))
    }

    pub(super) fn number(self, column: &str) -> Result<Decimal, SourceError> {
        let text = self.text(column)?;
        let plain = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
        plain.map_err(|error| self.wrong(column, format_args!("{text:?} is no number: {error}")))
    }
}

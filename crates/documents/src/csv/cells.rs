//! A row by its columns.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{encoding::Encoding, number::Marks, record::Record};

/// A column that the mapping uses: its place among those.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column(pub(super) usize);

/// Why a row cannot be mapped.
#[derive(Debug)]
pub(super) struct Problem {
    /// Nothing, if it is not about one column.
    pub(super) column: Option<Column>,
    pub(super) reason: String,
}

impl Problem {
    /// For `map_err` on what was made of this column.
    pub(super) fn of(column: Column) -> impl Fn(String) -> Self {
        move |reason| Self { column: Some(column), reason }
    }

    pub(super) fn empty(column: Column) -> Self {
        Self { column: Some(column), reason: "is empty".to_owned() }
    }
}

/// How the mapping reads values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) encoding: Encoding,
    /// Whether spaces around a value belong to it.
    pub(super) trim: bool,
    pub(super) marks: Marks,
}

/// The values of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) record: &'a Record,
    /// Where each column the mapping uses stands in the file.
    pub(super) bound: &'a [usize],
    pub(super) manner: Manner,
}

impl<'a> Cells<'a> {
    /// The number of the row.
    pub(super) fn row(&self) -> u64 {
        self.record.number
    }

    /// What stands in the column; may be empty.
    pub(super) fn text(&self, column: Column) -> Result<Cow<'a, str>, Problem> {
        let at = self.bound.get(column.0).copied().unwrap_or(usize::MAX);
        // Rows with fewer columns than the header have been refused.
        let bytes = self.record.value(at).unwrap_or_default();
        let encoding = self.manner.encoding;
        let text = encoding.decode(bytes).ok_or_else(|| Problem {
            column: Some(column),
            reason: format!("is not text in {}", encoding.name()),
        })?;
        Ok(match text {
            text if !self.manner.trim => text,
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        })
    }

    /// What stands in the column, which may not be empty.
    pub(super) fn filled(&self, column: Column) -> Result<Cow<'a, str>, Problem> {
        let text = self.text(column)?;
        if text.is_empty() { Err(Problem::empty(column)) } else { Ok(text) }
    }

    /// The number in the column, which may not be empty.
    pub(super) fn number(&self, column: Column) -> Result<Decimal, Problem> {
        self.manner.marks.read(&self.filled(column)?).map_err(Problem::of(column))
    }
}

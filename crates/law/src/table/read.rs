//! Reading a table: one row a line, strict, so that a slip of the pen is found and not computed with.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Row, UnknownWord};
use crate::jurisdiction::UnknownJurisdiction;

/// Why a line of a table is no row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// Not nine fields.
    #[error(
        "a row has nine fields, rule,jurisdiction,from,to,known_until,from_amount,value,unit,source; {given} found"
    )]
    Fields {
        /// How many there were.
        given: usize,
    },
    /// No such rule or unit.
    #[error(transparent)]
    Word(#[from] UnknownWord),
    /// No such jurisdiction.
    #[error(transparent)]
    Jurisdiction(#[from] UnknownJurisdiction),
    /// Not a date as `2026-09-01`.
    #[error("{field} is {given:?}, not a date such as 2026-09-01")]
    Date {
        /// The field's name.
        field: &'static str,
        /// What it holds.
        given: String,
    },
    /// Not a plain decimal.
    #[error("{field} is {given:?}, not a decimal such as 2.15")]
    Number {
        /// The field's name.
        field: &'static str,
        /// What it holds.
        given: String,
    },
}

impl Row {
    /// Reads `rule,jurisdiction,from,to,known_until,from_amount,value,unit,source`.
    ///
    /// `to` is the last day on which the row holds or the word `open`; `known_until` and
    /// `from_amount` may be empty; `source` may hold commas.
    pub fn read(line: &str) -> Result<Row, RowError> {
        let fields: Vec<&str> = line.splitn(9, ',').collect();
        let [rule, jurisdiction, from, to, known_until, from_amount, value, unit, source] =
            fields.as_slice()
        else {
            return Err(RowError::Fields { given: fields.len() });
        };
        let some = |text: &str| !text.is_empty();
        Ok(Row {
            rule: rule.parse()?,
            jurisdiction: jurisdiction.parse()?,
            from: date("from", from)?,
            to: if *to == "open" { None } else { Some(date("to", to)?) },
            known_until: some(known_until).then(|| date("known_until", known_until)).transpose()?,
            from_amount: some(from_amount)
                .then(|| number("from_amount", from_amount))
                .transpose()?,
            value: number("value", value)?,
            unit: unit.parse()?,
            source: (*source).to_owned(),
        })
    }
}

fn date(field: &'static str, text: &str) -> Result<NaiveDate, RowError> {
    text.parse().map_err(|_| RowError::Date { field, given: text.to_owned() })
}

fn number(field: &'static str, text: &str) -> Result<Decimal, RowError> {
    Decimal::from_str_exact(text).map_err(|_| RowError::Number { field, given: text.to_owned() })
}

//! What a mapping makes of columns and gives a name: ids, dates, amounts, numbers, words. Each is made at
//! most once a row, as the JSON it is written as, and copied into every message that uses it.

use std::{collections::BTreeMap, ops::Range};

use chrono::{NaiveDate, TimeDelta};
use events::{CustomerId, Hash, date};
use money::{Currency, Stated};

use super::{
    beginning,
    cells::{Cells, Column, Problem},
    date::Format,
    number::Reading,
};

/// Something with a name.
#[derive(Debug)]
pub(super) enum Value {
    Id(Vec<Part>),
    Date {
        column: Column,
        format: Format,
        plus_days: Days,
    },
    Amount {
        column: Column,
        currency: CurrencyOf,
        reading: Reading,
    },
    /// A whole number.
    Number {
        column: Column,
    },
    Word {
        column: Column,
        words: Words,
    },
}

/// A part of an id or a text.
#[derive(Debug)]
pub(super) enum Part {
    Literal(String),
    Column(Column),
    /// The digest at this place.
    Digest(usize),
    /// The number of the row.
    Row,
}

/// Our words, as JSON, for those of the file.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) known: BTreeMap<String, Box<[u8]>>,
    /// For all others; none: they are refused.
    pub(super) otherwise: Option<Box<[u8]>>,
}

/// How many days after the date that is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Days {
    Fixed(i64),
    Column(Column),
}

/// Where the currency of an amount is known from.
#[derive(Debug, Clone, Copy)]
pub(super) enum CurrencyOf {
    Fixed(Currency),
    Column(Column),
}

/// What a row's values are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<'a> {
    pub(super) cells: Cells<'a>,
    pub(super) values: &'a [Value],
    pub(super) digests: &'a [Vec<Column>],
}

/// What a row's values are, as far as somebody asked.
#[derive(Debug, Default)]
pub(super) struct Made {
    known: Vec<Option<Known>>,
    digests: Vec<Option<Digest>>,
    /// The values that are known, one after the other.
    json: Vec<u8>,
    text: String,
}

/// A value that was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known {
    /// This column, which it is made of, is empty.
    Absent(Column),
    Present {
        start: usize,
        end: usize,
        /// If it is a date.
        day: Option<NaiveDate>,
    },
}

impl Made {
    /// Forgets the row before.
    pub(super) fn begin(&mut self, of: Making<'_>) {
        self.known.clear();
        self.known.resize(of.values.len(), None);
        self.digests.clear();
        self.digests.resize(of.digests.len(), None);
        self.json.clear();
    }

    /// The value at this place of the mapping's.
    pub(super) fn value(&mut self, at: usize, of: Making<'_>) -> Result<Known, Problem> {
        if let Some(Some(known)) = self.known.get(at) {
            return Ok(*known);
        }
        let value = of.values.get(at).ok_or_else(|| Problem {
            column: None,
            reason: format!("the mapping has no value {at}"),
        })?;
        let known = match value {
            Value::Id(parts) => self.id(parts, of)?,
            Value::Date { column, format, plus_days } => {
                self.date(*column, format, *plus_days, of.cells)?
            }
            Value::Amount { column, currency, reading } => {
                self.amount(*column, *currency, *reading, of.cells)?
            }
            Value::Number { column } => self.number(*column, of.cells)?,
            Value::Word { column, words } => self.word(*column, words, of.cells)?,
        };
        if let Some(slot) = self.known.get_mut(at) {
            *slot = Some(known);
        }
        Ok(known)
    }

    /// The JSON of values.
    pub(super) fn json(&self, range: Range<usize>) -> &[u8] {
        self.json.get(range).unwrap_or_default()
    }

    fn id(&mut self, parts: &[Part], of: Making<'_>) -> Result<Known, Problem> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        if let Some(empty) = self.fill(parts, of, &mut text)? {
            return Ok(Known::Absent(empty));
        }
        // Ids of all kinds have the same form.
        let id = CustomerId::from_outside(&text).map_err(|error| Problem {
            column: parts.iter().find_map(|it| match it {
                Part::Column(column) => Some(*column),
                Part::Literal(_) | Part::Digest(_) | Part::Row => None,
            }),
            reason: format!("`{}` makes no id: {error}", beginning(&text)),
        })?;
        self.text = text;
        let start = self.json.len();
        self.json.push(b'"');
        self.json.extend_from_slice(id.as_str().as_bytes());
        self.json.push(b'"');
        Ok(self.since(start, None))
    }

    fn date(
        &mut self,
        column: Column,
        format: &Format,
        plus_days: Days,
        cells: Cells<'_>,
    ) -> Result<Known, Problem> {
        let text = cells.text(column)?;
        if text.is_empty() {
            return Ok(Known::Absent(column));
        }
        let written = format.read(&text).map_err(Problem::of(column))?;
        let (column, days) = match plus_days {
            Days::Fixed(days) => (column, days),
            Days::Column(column) if cells.text(column)?.is_empty() => {
                return Ok(Known::Absent(column));
            }
            Days::Column(column) => (column, whole_days(column, cells)?),
        };
        let day = TimeDelta::try_days(days)
            .and_then(|it| written.checked_add_signed(it))
            .ok_or_else(|| format!("{written} and {days} days give no date"))
            .and_then(|it| date::in_range(it).map_err(|error| error.to_string()))
            .map_err(Problem::of(column))?;
        let start = self.json.len();
        date::serialize(&day, &mut serde_json::Serializer::new(&mut self.json))
            .map_err(|error| Problem::of(column)(error.to_string()))?;
        Ok(self.since(start, Some(day)))
    }

    fn amount(
        &mut self,
        column: Column,
        currency: CurrencyOf,
        reading: Reading,
        cells: Cells<'_>,
    ) -> Result<Known, Problem> {
        if cells.text(column)?.is_empty() {
            return Ok(Known::Absent(column));
        }
        let currency = match currency {
            CurrencyOf::Fixed(currency) => currency,
            CurrencyOf::Column(column) => {
                let code = cells.filled(column)?.parse::<Currency>();
                code.map_err(|error| Problem::of(column)(error.to_string()))?
            }
        };
        let number = cells.number(column)?;
        let money = reading.money(number, currency).map_err(Problem::of(column))?;
        let start = self.json.len();
        serde_json::to_writer(&mut self.json, &Stated(money))
            .map_err(|error| Problem::of(column)(error.to_string()))?;
        Ok(self.since(start, None))
    }

    fn number(&mut self, column: Column, cells: Cells<'_>) -> Result<Known, Problem> {
        if cells.text(column)?.is_empty() {
            return Ok(Known::Absent(column));
        }
        let number = cells.number(column)?;
        let whole = number.is_integer().then(|| i64::try_from(number).ok()).flatten();
        let whole = whole
            .ok_or_else(|| Problem::of(column)(format!("`{number}` is not a whole number")))?;
        let start = self.json.len();
        self.json.extend_from_slice(whole.to_string().as_bytes());
        Ok(self.since(start, None))
    }

    fn word(&mut self, column: Column, words: &Words, cells: Cells<'_>) -> Result<Known, Problem> {
        let text = cells.text(column)?;
        let start = self.json.len();
        match words.known.get(&*text).or(words.otherwise.as_ref()) {
            Some(ours) => self.json.extend_from_slice(ours),
            None if text.is_empty() => return Ok(Known::Absent(column)),
            None => {
                let known: Vec<_> = words.known.keys().map(|it| format!("`{it}`")).collect();
                let (text, known) = (beginning(&text), known.join(", "));
                return Err(Problem::of(column)(format!("`{text}` is none of {known}")));
            }
        }
        Ok(self.since(start, None))
    }

    fn since(&self, start: usize, day: Option<NaiveDate>) -> Known {
        Known::Present { start, end: self.json.len(), day }
    }

    /// Appends the parts to `text`, or names the column that is empty.
    pub(super) fn fill(
        &mut self,
        parts: &[Part],
        of: Making<'_>,
        text: &mut String,
    ) -> Result<Option<Column>, Problem> {
        for part in parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Column(column) => match of.cells.text(*column)? {
                    value if value.is_empty() => return Ok(Some(*column)),
                    value => text.push_str(&value),
                },
                Part::Digest(at) => text.push_str(self.digest(*at, of)?.as_str()),
                Part::Row => text.push_str(&of.cells.row().to_string()),
            }
        }
        Ok(None)
    }

    fn digest(&mut self, at: usize, of: Making<'_>) -> Result<Digest, Problem> {
        if let Some(Some(known)) = self.digests.get(at) {
            return Ok(*known);
        }
        let columns = of.digests.get(at).map(Vec::as_slice).unwrap_or_default();
        let digest = Digest::of(columns, of.cells)?;
        if let Some(slot) = self.digests.get_mut(at) {
            *slot = Some(digest);
        }
        Ok(digest)
    }
}

fn whole_days(column: Column, cells: Cells<'_>) -> Result<i64, Problem> {
    let number = cells.number(column)?;
    let days = number.is_integer().then(|| i64::try_from(number).ok()).flatten();
    days.ok_or_else(|| Problem::of(column)(format!("`{number}` is not a number of whole days")))
}

/// Values in short: 128 bits of their BLAKE3, too many to meet by chance, in hexadecimal.
#[derive(Debug, Clone, Copy)]
struct Digest([u8; 32]);

impl Digest {
    /// Each value after its length, so that `ab` and `c` are not `a` and `bc`.
    fn of(columns: &[Column], cells: Cells<'_>) -> Result<Self, Problem> {
        let mut bytes = Vec::new();
        for column in columns {
            let text = cells.text(*column)?;
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        let hex = Hash::of(&bytes).hex();
        Ok(Self(hex.as_bytes().first_chunk().copied().unwrap_or([b'0'; 32])))
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

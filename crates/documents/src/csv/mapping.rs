//! What the rows of a file mean.
//!
//! A mapping is a TOML file of three parts. `[file]` says how the file is written. `[digests]`,
//! `[ids]`, `[dates]`, `[amounts]`, `[numbers]` and `[words]` make things of its columns and name them. Each
//! `[[message]]` says something with them: its `data` has the outward form of the command, with
//! `"{name}"` for what was named and for the text of a column. `deploy/mappings/invoices.toml`
//! explains every key.

mod check;
mod written;

use super::{
    cells::{Column, Manner},
    condition::Condition,
    record::Dialect,
    shape::Shape,
    values::Value,
};

/// What the rows of a file mean, read from TOML and checked.
#[derive(Debug)]
pub struct Mapping {
    pub(super) dialect: Dialect,
    pub(super) manner: Manner,
    /// The columns it speaks of.
    pub(super) columns: Vec<String>,
    pub(super) digests: Vec<Vec<Column>>,
    pub(super) values: Vec<Value>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) messages: Vec<Says>,
}

/// Rows that the mapping itself refuses.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) when: Vec<Condition>,
    pub(super) reason: String,
}

/// What a row says.
#[derive(Debug)]
pub(super) struct Says {
    pub(super) ce_type: String,
    /// The value that is its date.
    pub(super) on: usize,
    /// The value that is its customer.
    pub(super) customer: usize,
    pub(super) when: Vec<Condition>,
    pub(super) data: Shape,
}

/// Why a text is no mapping.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is not TOML, or has keys or types no mapping has; says where.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A key holds what it cannot hold.
    #[error("{key}: {reason}")]
    Key {
        /// Its path, such as `message[1].data.gross`; lists count from 0.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

impl Mapping {
    /// Reads a mapping and checks it once for all rows.
    pub fn parse(toml: &str) -> Result<Self, MappingError> {
        check::check(toml::from_str(toml)?)
    }

    /// The types of its messages, in order, for the caller that knows which there are.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|it| it.ce_type.as_str())
    }
}

//! What stands in a journal, and where each context's chain ends.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::{Context, Hash, Sequence};
use serde::{Deserialize, Serialize};

/// An entry, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the journal, from 1.
    pub sequence: Sequence,
    /// When the journal took it.
    pub recorded_at: DateTime<Utc>,
    /// Who wrote it.
    pub context: Context,
    /// Its bytes; `events::read` understands them.
    pub body: Bytes,
    /// The hash of its bytes.
    pub hash: Hash,
}

impl Record {
    /// The end of its context's chain, if nothing follows it.
    pub const fn head(&self) -> Head {
        Head { sequence: self.sequence, hash: self.hash }
    }
}

/// The last entry of one context.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its place; 0 if the context has written nothing.
    pub sequence: Sequence,
    /// Its hash; [`Hash::NONE`] if the context has written nothing.
    pub hash: Hash,
}

impl Head {
    /// What a context's first entry follows.
    pub const NONE: Self = Self { sequence: Sequence::START, hash: Hash::NONE };
}

/// The last entry of every context at some place of a journal. It is also that place: the journal
/// has no entry that is not some context's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Heads(BTreeMap<Context, Head>);

impl Heads {
    /// Before the first entry.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The last entry of this context, [`Head::NONE`] if it has written nothing.
    pub fn of(&self, context: Context) -> Head {
        self.0.get(&context).copied().unwrap_or_default()
    }

    /// The place up to which these heads hold.
    pub fn position(&self) -> Sequence {
        self.0.values().map(|it| it.sequence).max().unwrap_or_default()
    }

    /// Every context that has written, in the order of listening.
    pub fn iter(&self) -> impl Iterator<Item = (Context, Head)> + '_ {
        self.0.iter().map(|(context, head)| (*context, *head))
    }

    /// Takes a context's next entry into account.
    pub fn advance(&mut self, context: Context, head: Head) {
        self.0.insert(context, head);
    }
}

/// An entry as a shelf hands it out, before anything about it was checked.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) sequence: Sequence,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) context: Context,
    pub(crate) body: Bytes,
    /// The hash that was written beside the bytes when they were appended.
    pub(crate) seal: Option<Hash>,
}

impl Stored {
    /// The record, unless its bytes are not those that were appended.
    pub(crate) fn checked(self) -> Result<Record, Altered> {
        let hash = Hash::of(&self.body);
        if self.seal.is_some_and(|it| it != hash) {
            return Err(Altered);
        }
        let Self { sequence, recorded_at, context, body, seal: _ } = self;
        Ok(Record { sequence, recorded_at, context, body, hash })
    }
}

/// The bytes do not match the hash that was written beside them.
#[derive(Debug)]
pub(crate) struct Altered;

//! What a bundle says of itself.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Context, CustomerId, Hash, Partition, Sequence, TenantId, date};
use serde::{Deserialize, Serialize};

use crate::Purpose;

/// The form that this release writes, and the newest that it reads.
pub const FORMAT: u16 = 1;

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const SIGNATURE: &str = "signature";

/// Whose file this is, what it holds, and where the journals stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form, [`FORMAT`].
    pub format: u16,
    /// Whom it is for.
    pub purpose: Purpose,
    /// Who is owed.
    pub tenant: TenantId,
    /// Who owes.
    pub customer: CustomerId,
    /// The day at whose end the statement is drawn up.
    #[serde(with = "date")]
    pub effective_on: NaiveDate,
    /// The partition in which everything about the customer stands.
    pub partition: Partition,
    /// The last entry of each journal of the tenant that was known. Of the customer's, later entries
    /// were not heard.
    pub known_at: BTreeMap<Partition, Sequence>,
    /// When the journal took the last entry that was heard.
    pub recorded_until: DateTime<Utc>,
    /// How much is told, by context. What is not here is not told to whom the bundle is for.
    pub entries: BTreeMap<Context, Counted>,
    /// The last entry of each context in each journal, at [`Manifest::known_at`].
    pub heads: Vec<Head>,
    /// What it is signed with; none: nobody vouches for it.
    pub key: Option<Key>,
    /// Every other file but the signature, by name.
    pub files: Vec<File>,
}

/// How much a context has to tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Entries that speak of the customer.
    pub entries: u64,
    /// Those given whole: their hash can be recomputed.
    pub whole: u64,
    /// Decisions about the customer, and terms of sale of the tenant's.
    pub decisions: u64,
}

/// The last entry of a context in a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Which journal.
    pub partition: Partition,
    /// Who wrote it.
    pub context: Context,
    /// Its place.
    pub sequence: Sequence,
    /// Its hash.
    pub hash: Hash,
}

/// The public half of what a bundle is signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// `ed25519`.
    pub algorithm: String,
    /// Its 32 bytes in hexadecimal digits.
    pub public: String,
    /// SHA-256 of them.
    pub fingerprint: String,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its name, with folders.
    pub name: String,
    /// What it measures.
    pub bytes: u64,
    /// In hexadecimal digits.
    pub sha256: String,
    /// BLAKE3, as the journal hashes.
    pub blake3: Hash,
}

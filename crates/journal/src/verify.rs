//! Reading a whole journal only to see that nothing is missing and nothing has changed.

use events::Sequence;

use crate::{Heads, Journal, ReadError};

/// A journal that was found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// How many bytes they have, without subjects and headers.
    pub bytes: u64,
    /// The last entry of each context. Whoever kept these elsewhere can compare: the chain alone
    /// cannot tell that its last links were replaced together.
    pub heads: Heads,
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The last entry that was verified.
    pub at: Sequence,
    /// The last entry that will be.
    pub of: Sequence,
}

const ENTRIES_PER_REPORT: u64 = 1_000;

/// Reads the journal from its first entry to the one that is the last now: all are there, each
/// has the bytes that were appended, and each follows its context's previous one. The error names
/// the first bad place; `progress` is called every 1,000 entries and at the end.
pub async fn verify(
    journal: &Journal,
    mut progress: impl FnMut(Progress),
) -> Result<Verified, ReadError> {
    let of = journal.last().await?;
    let mut reader = journal.read(Heads::new()).await?;
    let mut bytes = 0;
    while reader.position() < of {
        let record = reader.next().await?;
        bytes += u64::try_from(record.body.len()).unwrap_or(u64::MAX);
        let at = reader.position();
        if at.0.is_multiple_of(ENTRIES_PER_REPORT) {
            progress(Progress { at, of });
        }
    }
    progress(Progress { at: of, of });
    Ok(Verified { entries: of.0, bytes, heads: reader.heads().clone() })
}

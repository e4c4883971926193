use std::path::PathBuf;

use events::{Context, Partition, Sequence, TenantId, Undecodable};

/// Why a journal cannot be found, created or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No server answered in time.
    #[error("{0}")]
    Unavailable(String),
    /// A file with credentials or certificates cannot be used.
    #[error("{} cannot be used to connect: {why}", path.display())]
    Credentials {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is no such tenant.
    #[error("tenant {0} does not exist; create it first")]
    UnknownTenant(TenantId),
    /// The tenant has fewer partitions.
    #[error(
        "tenant {tenant} has {partitions} partitions, numbered from 0; there is no {partition}"
    )]
    UnknownPartition {
        /// Whose.
        tenant: TenantId,
        /// What was asked for.
        partition: Partition,
        /// How many there are.
        partitions: u16,
    },
    /// The tenant exists with another number of partitions, which never changes.
    #[error(
        "tenant {tenant} has {found} partitions and cannot have {asked}: the number is fixed when \
         a tenant is created"
    )]
    OtherPartitions {
        /// Whose.
        tenant: TenantId,
        /// What was asked for.
        asked: u16,
        /// How many there are.
        found: u16,
    },
    /// The journal is not in the state or not configured as journals are.
    #[error("the journal of tenant {tenant}, partition {partition}, is unsound: {}", faults.join("; "))]
    Unsound {
        /// Whose.
        tenant: TenantId,
        /// Which.
        partition: Partition,
        /// What is wrong, and how to put it right.
        faults: Vec<String>,
    },
    /// The server answered with a refusal.
    #[error("the server refused to {what}: {why}")]
    Refused {
        /// What was asked of it.
        what: String,
        /// Its answer.
        why: String,
    },
}

/// Why an entry cannot be read. None of these is ever skipped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An entry is missing, and asking again, and asking others, did not find it.
    #[error("entry {missing} of the journal is lost; restore it from a replica or the archive")]
    DataLoss {
        /// The first place without an entry.
        missing: Sequence,
    },
    /// An entry's bytes are not those that were appended.
    #[error("entry {sequence} is not what was appended: its bytes have changed")]
    Altered {
        /// Its place.
        sequence: Sequence,
    },
    /// An entry does not follow the previous one of its context.
    #[error(
        "entry {sequence} of {context} does not follow its entry {previous}: one of the two is not \
         what was appended"
    )]
    Broken {
        /// The place of the entry that does not fit.
        sequence: Sequence,
        /// Whose chain it is.
        context: Context,
        /// The place of the context's previous entry, 0 if there was none.
        previous: Sequence,
    },
    /// What stands there is not an entry this release understands.
    #[error("entry {sequence} cannot be read: {why}")]
    Undecodable {
        /// Its place.
        sequence: Sequence,
        /// Why not.
        #[source]
        why: Undecodable,
    },
    /// It was written by a context this release does not know.
    #[error(
        "entry {sequence} stands on {subject}, which this release does not know; run a newer one"
    )]
    Foreign {
        /// Its place.
        sequence: Sequence,
        /// Where it stands.
        subject: String,
    },
    /// No entry has this number, or none yet.
    #[error("the journal ends at {last}; it has no entry {sequence}")]
    NotYet {
        /// What was asked for.
        sequence: Sequence,
        /// The last entry.
        last: Sequence,
    },
    /// The journal ends before a place that was already read: it was put back to an older state.
    #[error("the journal ends at {last} but was read up to {read}: it has lost its end")]
    Shortened {
        /// The last entry that was read.
        read: Sequence,
        /// The last entry there is.
        last: Sequence,
    },
    /// It is not the journal that was opened: it was deleted, or created or restored again.
    #[error("the journal is no longer the one that was opened: {0}")]
    Replaced(String),
    /// Nobody answered in time; ask again.
    #[error("{0}")]
    Unavailable(String),
}

impl ReadError {
    /// The first place that is wrong, if a place is.
    pub const fn position(&self) -> Option<Sequence> {
        match self {
            Self::DataLoss { missing } => Some(*missing),
            Self::Altered { sequence }
            | Self::Broken { sequence, .. }
            | Self::Undecodable { sequence, .. }
            | Self::Foreign { sequence, .. } => Some(*sequence),
            Self::Shortened { last, .. } => Some(last.next()),
            Self::NotYet { .. } | Self::Replaced(_) | Self::Unavailable(_) => None,
        }
    }

    /// Whether the journal itself is damaged, so that asking again later will not help.
    pub const fn is_damage(&self) -> bool {
        match self {
            Self::DataLoss { .. }
            | Self::Altered { .. }
            | Self::Broken { .. }
            | Self::Shortened { .. }
            | Self::Replaced(_) => true,
            Self::Undecodable { .. }
            | Self::Foreign { .. }
            | Self::NotYet { .. }
            | Self::Unavailable(_) => false,
        }
    }
}

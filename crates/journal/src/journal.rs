//! One journal, wherever it is kept.

use std::{fmt, sync::Arc};

use events::{Context, Partition, Sequence, TenantId};

use crate::{
    Heads, ReadError, Reader, Record,
    append::{Attempt, Entry},
    memory, nats,
    reader::Links,
    record::Stored,
};

/// The journal of one partition of one tenant. Cloning it is cheap; the clones share everything.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    tenant: TenantId,
    partition: Partition,
    incarnation: String,
    shelf: Shelf,
}

/// Where the journal is kept.
#[derive(Debug)]
pub(crate) enum Shelf {
    Nats(Arc<nats::Log>),
    Memory(memory::Log),
}

/// What a shelf delivers, in order but perhaps with gaps or repetitions.
#[derive(Debug)]
pub(crate) enum Feed {
    Nats(Box<nats::Feed>),
    Memory(memory::Feed),
}

#[derive(Debug)]
pub(crate) enum Heard {
    Entry(Stored),
    /// Everything there is was delivered, as far as the shelf can tell. Said soon after that, and
    /// then now and then.
    Quiet,
}

impl Journal {
    pub(crate) fn new(
        tenant: TenantId,
        partition: Partition,
        incarnation: String,
        shelf: Shelf,
    ) -> Self {
        Self(Arc::new(Inner { tenant, partition, incarnation, shelf }))
    }

    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        &self.0.tenant
    }

    /// Which of the tenant's.
    pub fn partition(&self) -> Partition {
        self.0.partition
    }

    /// An id that changes when the journal is created or restored again, so that what was derived
    /// from another one of the same name is not taken for its own.
    pub fn incarnation(&self) -> &str {
        &self.0.incarnation
    }

    /// The last entry, 0 if there is none.
    pub async fn last(&self) -> Result<Sequence, ReadError> {
        self.shelf().last().await
    }

    /// The last entry of a context.
    pub async fn last_of(&self, context: Context) -> Result<Option<Record>, ReadError> {
        let Some(stored) = self.shelf().last_of(context).await.map_err(ReadError::Unavailable)?
        else {
            return Ok(None);
        };
        let sequence = stored.sequence;
        stored.checked().map(Some).map_err(|_| ReadError::Altered { sequence })
    }

    /// The entry at a place. One that a replica does not have, or has damaged, is asked of the
    /// others before it is given up.
    pub async fn get(&self, sequence: Sequence) -> Result<Record, ReadError> {
        self.shelf().get(sequence).await
    }

    /// Reads on from where these heads hold, for ever; [`Heads::new`] reads from the start. Fails
    /// if the journal ends before, or does not answer now.
    pub async fn read(&self, heads: Heads) -> Result<Reader, ReadError> {
        let from = heads.position().next();
        self.reader(from, heads, Links::Known).await
    }

    /// Reads on from a place whose heads are not known: what a context's first entry after it
    /// follows is taken on trust.
    pub async fn read_from(&self, from: Sequence) -> Result<Reader, ReadError> {
        self.reader(from, Heads::new(), Links::Learned).await
    }

    async fn reader(
        &self,
        from: Sequence,
        heads: Heads,
        links: Links,
    ) -> Result<Reader, ReadError> {
        let read = Sequence(from.0.saturating_sub(1));
        match self.shelf() {
            Shelf::Nats(log) => log.reaches(read).await?,
            Shelf::Memory(log) => log.reaches(read)?,
        }
        Ok(Reader::new(self.clone(), from, heads, links))
    }

    /// What is wrong with the journal's settings and count now; while there is anything it must
    /// not be written. [`Store::open`](crate::Store::open) has asked before; ask again now and
    /// then.
    pub async fn faults(&self) -> Result<Vec<String>, ReadError> {
        match self.shelf() {
            Shelf::Nats(log) => log.faults().await,
            Shelf::Memory(log) => Ok(log.faults()),
        }
    }

    /// The servers that keep a copy and are away or behind. A majority still makes every entry
    /// durable, so it may be written; a person should know.
    pub async fn lagging(&self) -> Result<Vec<String>, ReadError> {
        match self.shelf() {
            Shelf::Nats(log) => log.lagging().await,
            Shelf::Memory(_) => Ok(Vec::new()),
        }
    }

    /// The levers of a journal in memory, for tests; nothing on a server.
    pub fn controls(&self) -> Option<memory::Controls> {
        match self.shelf() {
            Shelf::Nats(_) => None,
            Shelf::Memory(log) => Some(log.controls()),
        }
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Journal({}/{})", self.tenant(), self.partition())
    }
}

impl Shelf {
    pub(crate) async fn attempt(&self, entry: &Entry) -> Attempt {
        match self {
            Self::Nats(log) => log.attempt(entry).await,
            Self::Memory(log) => log.attempt(entry),
        }
    }

    /// The first entry of the context after a place.
    pub(crate) async fn following(
        &self,
        context: Context,
        after: Sequence,
    ) -> Result<Option<Stored>, String> {
        match self {
            Self::Nats(log) => log.following(context, after).await,
            Self::Memory(log) => Ok(log.following(context, after)),
        }
    }

    pub(crate) async fn last_of(&self, context: Context) -> Result<Option<Stored>, String> {
        match self {
            Self::Nats(log) => log.last_of(context).await,
            Self::Memory(log) => Ok(log.last_of(context)),
        }
    }

    async fn last(&self) -> Result<Sequence, ReadError> {
        match self {
            Self::Nats(log) => log.last().await,
            Self::Memory(log) => Ok(log.last()),
        }
    }

    async fn get(&self, sequence: Sequence) -> Result<Record, ReadError> {
        match self {
            Self::Nats(log) => log.get(sequence).await,
            Self::Memory(log) => log.get(sequence),
        }
    }

    pub(crate) fn feed(&self) -> Feed {
        match self {
            Self::Nats(log) => Feed::Nats(Box::new(log.feed())),
            Self::Memory(log) => Feed::Memory(log.feed()),
        }
    }
}

impl Feed {
    /// Something after `position`, which is where the reader stands.
    pub(crate) async fn next(&mut self, position: Sequence) -> Result<Heard, ReadError> {
        match self {
            Self::Nats(feed) => feed.next(position).await,
            Self::Memory(feed) => Ok(feed.next(position).await),
        }
    }

    /// Delivers anew from where the reader stands, by another way if there is one.
    pub(crate) fn restart(&mut self) {
        match self {
            Self::Nats(feed) => feed.restart(),
            Self::Memory(_) => {}
        }
    }
}

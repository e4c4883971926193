//! A reader gives every entry once, in order, without gaps, or it stops.
//!
//! What a server delivers is not trusted: a replica with a damaged block skips what it cannot
//! read and says nothing. So each entry must be the next one, must have the bytes that were
//! appended, and must follow its context's previous entry. A gap is healed by asking for the
//! entry by its number, of every replica.

use events::{Sequence, prev_of};

use crate::{
    Heads, Journal, ReadError, Record,
    journal::{Feed, Heard},
    record::Stored,
};

/// Reads a journal from a place on, and follows its end for ever.
#[derive(Debug)]
pub struct Reader {
    journal: Journal,
    feed: Feed,
    heads: Heads,
    position: Sequence,
    links: Links,
    /// Delivered, but not yet its turn or not yet taken.
    held: Option<Stored>,
}

/// What the first entry of a context that is read must follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// Its head; one without a head has written nothing.
    Known,
    /// Anything, if its head is not known.
    Learned,
}

impl Reader {
    pub(crate) fn new(journal: Journal, from: Sequence, heads: Heads, links: Links) -> Self {
        let feed = journal.shelf().feed();
        let position = Sequence(from.0.saturating_sub(1));
        Self { journal, feed, heads, position, links, held: None }
    }

    /// The next entry; waits for it if there is none yet, and for a server that is away. Dropping
    /// the future loses nothing. After an error it stands where it stood: asking again tries
    /// again.
    pub async fn next(&mut self) -> Result<Record, ReadError> {
        let wanted = self.position.next();
        loop {
            match self.held.take_if(|it| it.sequence <= wanted) {
                Some(stored) if stored.sequence == wanted => match stored.checked() {
                    Ok(record) => return self.accept(record),
                    Err(_) => return self.heal().await,
                },
                // Delivered again, after a new start.
                Some(_) => {}
                None if self.held.is_some() => return self.heal().await,
                None => match self.feed.next(self.position).await? {
                    Heard::Entry(stored) => self.held = Some(stored),
                    // Nothing follows, says the feed; but the last entries may be missing.
                    Heard::Quiet => match self.journal.last().await {
                        Ok(last) if last > self.position => return self.heal().await,
                        Ok(_) | Err(ReadError::Unavailable(_)) => {}
                        Err(error) => return Err(error),
                    },
                },
            }
        }
    }

    /// The last entry that was read.
    pub fn position(&self) -> Sequence {
        self.position
    }

    /// Where each context's chain stands at [`Reader::position`].
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// The journal it reads.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    async fn heal(&mut self) -> Result<Record, ReadError> {
        let wanted = self.position.next();
        let record = self.journal.get(wanted).await?;
        tracing::warn!(tenant = %self.journal.tenant(), partition = %self.journal.partition(),
            sequence = %wanted, "a gap in what was delivered has healed");
        self.accept(record)
    }

    fn accept(&mut self, record: Record) -> Result<Record, ReadError> {
        let Record { sequence, context, .. } = record;
        let prev = prev_of(&record.body).map_err(|why| ReadError::Undecodable { sequence, why })?;
        let head = self.heads.of(context);
        let learned = self.links == Links::Learned && head.sequence == Sequence::START;
        if prev != head.hash && !learned {
            return Err(ReadError::Broken { sequence, context, previous: head.sequence });
        }
        self.heads.advance(context, record.head());
        self.position = sequence;
        Ok(record)
    }
}

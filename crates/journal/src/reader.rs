//! A reader gives every entry once, in order, without gaps, or it stops.
//!
//! What a server delivers is not trusted: a replica with a damaged block skips what it cannot
//! read and says nothing. So each entry must be the next one, must have the bytes that were
//! appended, and must follow its context's previous entry. A gap is healed by asking for the
//! entry by its number, of every replica.

use std::fmt;

use events::{Sequence, prev_of};
use futures::future::BoxFuture;

use crate::{
    Heads, Journal, ReadError, Record,
    journal::{Feed, Heard},
    record::Stored,
};

/// Reads a journal from a place on, and follows its end for ever.
pub struct Reader {
    journal: Journal,
    feed: Feed,
    heads: Heads,
    position: Sequence,
    links: Links,
    /// Delivered, but not yet its turn or not yet taken.
    held: Option<Stored>,
    /// The next entry, being asked for by its number; nothing if there is none yet. Kept here and
    /// not in the future of [`Reader::next`], so that dropping that one does not start over.
    asked: Option<BoxFuture<'static, Result<Option<Record>, ReadError>>>,
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
        Self { journal, feed, heads, position, links, held: None, asked: None }
    }

    /// The next entry; waits for it if there is none yet, and for a server that is away. Dropping
    /// the future loses nothing. After an error it stands where it stood: asking again tries
    /// again.
    pub async fn next(&mut self) -> Result<Record, ReadError> {
        let wanted = self.position.next();
        loop {
            if let Some(asked) = &mut self.asked {
                let answer = asked.await;
                self.asked = None;
                if let Some(record) = answer? {
                    return self.accept(record);
                }
            }
            match self.held.take_if(|it| it.sequence <= wanted) {
                Some(stored) if stored.sequence == wanted => match stored.checked() {
                    Ok(record) => return self.accept(record),
                    Err(_) => self.ask(),
                },
                // Delivered again, after a new start.
                Some(_) => {}
                None if self.held.is_some() => self.ask(),
                None => match self.feed.next(self.position).await? {
                    Heard::Entry(stored) => self.held = Some(stored),
                    Heard::Quiet => self.look_behind_the_end(),
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

    /// What was delivered is not the next entry, or not as it was appended.
    fn ask(&mut self) {
        let wanted = self.position.next();
        let journal = self.journal.clone();
        self.asked = Some(Box::pin(async move {
            let record = journal.get(wanted).await?;
            tracing::warn!(?journal, sequence = %wanted, "an entry that was not delivered was found");
            Ok(Some(record))
        }));
    }

    /// Nothing follows, says the feed; but it would not know of last entries that are lost.
    fn look_behind_the_end(&mut self) {
        let position = self.position;
        let journal = self.journal.clone();
        self.asked = Some(Box::pin(async move {
            match journal.last().await {
                Ok(last) if last > position => journal.get(position.next()).await.map(Some),
                Ok(last) if last < position => Err(ReadError::Shortened { read: position, last }),
                Ok(_) | Err(ReadError::Unavailable(_)) => Ok(None),
                Err(error) => Err(error),
            }
        }));
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

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({:?} at {})", self.journal, self.position)
    }
}

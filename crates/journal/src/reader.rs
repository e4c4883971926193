//! A reader gives every entry once, in order, without gaps, or it stops.
//!
//! What a server delivers is not trusted: a replica with a damaged block skips what it cannot
//! read and says nothing. So each entry must be the next one, must have the bytes that were
//! appended, and must follow its context's previous entry. A gap is healed by asking for the
//! entry by its number, of every replica; and because a feed may get stuck instead of skipping,
//! one that falls quiet before the end of the journal is passed by in the same way.

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
    /// There are entries up to here, and the feed does not deliver them.
    stuck_until: Sequence,
    /// Kept here and not in the future of [`Reader::next`], so that dropping that one does not
    /// start over.
    asked: Option<Asked>,
}

/// A question about the journal that is under way.
enum Asked {
    /// The next entry, by its number.
    Entry(BoxFuture<'static, Result<Record, ReadError>>),
    /// Which entry is the last.
    Last(BoxFuture<'static, Result<Sequence, ReadError>>),
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
        Self {
            journal,
            feed,
            heads,
            position,
            links,
            held: None,
            stuck_until: Sequence::START,
            asked: None,
        }
    }

    /// The next entry; waits for it if there is none yet, and for a server that is away. Dropping
    /// the future loses nothing. After an error it stands where it stood: asking again tries
    /// again.
    pub async fn next(&mut self) -> Result<Record, ReadError> {
        let wanted = self.position.next();
        loop {
            match &mut self.asked {
                Some(Asked::Entry(entry)) => {
                    let record = entry.await;
                    self.asked = None;
                    return self.accept(record?);
                }
                Some(Asked::Last(last)) => {
                    let last = last.await;
                    self.asked = None;
                    self.compare(last)?;
                }
                None => {}
            }
            match self.held.take_if(|it| it.sequence <= wanted) {
                Some(stored) if stored.sequence == wanted => match stored.checked() {
                    Ok(record) => return self.accept(record),
                    Err(_) => self.ask_for_the_next(),
                },
                // Delivered again, after a new start.
                Some(_) => {}
                None if self.held.is_some() || self.position < self.stuck_until => {
                    self.ask_for_the_next();
                }
                None => match self.feed.next(self.position).await? {
                    Heard::Entry(stored) => self.held = Some(stored),
                    Heard::Quiet => self.ask_for_the_last(),
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

    fn ask_for_the_next(&mut self) {
        let wanted = self.position.next();
        let journal = self.journal.clone();
        self.asked = Some(Asked::Entry(Box::pin(async move {
            let record = journal.get(wanted).await?;
            tracing::warn!(?journal, sequence = %wanted, "an entry that was not delivered was found");
            Ok(record)
        })));
    }

    fn ask_for_the_last(&mut self) {
        let journal = self.journal.clone();
        self.asked = Some(Asked::Last(Box::pin(async move { journal.last().await })));
    }

    /// Whether the feed is quiet because there is nothing more.
    fn compare(&mut self, last: Result<Sequence, ReadError>) -> Result<(), ReadError> {
        match last {
            Ok(last) if last != self.position => {
                // A journal that ends before what was read is the new feed's to report.
                self.stuck_until = last;
                self.feed.restart();
                Ok(())
            }
            // The feed waits for a server that is away, and says so in the log.
            Ok(_) | Err(ReadError::Unavailable(_)) => Ok(()),
            Err(error) => Err(error),
        }
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

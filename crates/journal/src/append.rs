//! One entry is appended whole or not at all, and the answer is never a guess.
//!
//! An ack can be lost, so the same bytes are sent again with the same expectation. A shelf that
//! refuses the expectation, or that calls the entry a duplicate, has perhaps stored it before:
//! then the entry that follows the expected one decides. Its guard lets exactly one entry stand
//! there, so it is ours or it is another writer's, for ever.

use std::time::Duration;

use bytes::Bytes;
use events::{Context, Hash, Sequence, prev_of};

use crate::{Head, Journal};

/// How long [`Journal::append`] keeps trying before it says [`Outcome::Unavailable`].
pub const APPEND_WITHIN: Duration = Duration::from_secs(5);

/// The largest entry, in bytes. With its headers it fits a message of 1 MiB.
pub const ENTRY_BYTES_MAX: usize = 1024 * 1024 - 4 * 1024;

const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// How often the entry before it must be found missing. A server that has just come to lead may
/// still be applying what it was told; with the pauses between them these looks take over 0.6 s.
const LOOKS: u32 = 6;

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an entry that was not appended must be appended again or taken back"]
pub enum Outcome {
    /// It stands in the journal, durably and once. The context's next entry follows this head.
    Appended(Head),
    /// Another writer of the context was there first. The entry was not and will not be stored.
    Overtaken,
    /// It cannot be appended, now or later. Nothing was stored.
    Refused(String),
    /// There is no room. Nothing was stored; the same bytes may be appended once there is.
    Full(String),
    /// Nobody can tell yet: it may have been stored, or be stored later. Append the same bytes
    /// after the same head until there is another answer.
    Unavailable(String),
}

/// An entry on its way.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) context: Context,
    pub(crate) after: Sequence,
    pub(crate) body: Bytes,
    pub(crate) hash: Hash,
}

/// What a shelf said to one attempt.
#[derive(Debug)]
pub(crate) enum Attempt {
    Stored(Sequence),
    /// The expectation does not hold, or the entry is a duplicate: perhaps of ourselves.
    Perhaps(String),
    Refused(String),
    Full(String),
    /// No answer, or one that may change.
    Unknown(String),
    /// No answer, and none will come within the time there is.
    Hopeless(String),
}

impl Journal {
    /// Appends an entry of `context` that follows the context's entry `after`, within
    /// [`APPEND_WITHIN`]. Whoever drops the future knows as much as after
    /// [`Outcome::Unavailable`].
    pub async fn append(&self, context: Context, after: Head, body: Bytes) -> Outcome {
        if let Err(refusal) = check(&body, after) {
            return Outcome::Refused(refusal);
        }
        let hash = Hash::of(&body);
        let entry = Entry { context, after: after.sequence, body, hash };
        let mut trouble = String::from("the server has not answered");
        match tokio::time::timeout(APPEND_WITHIN, self.insist(&entry, &mut trouble)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Unavailable(trouble),
        }
    }

    async fn insist(&self, entry: &Entry, trouble: &mut String) -> Outcome {
        let mut pause = PAUSE_MIN;
        let mut looks = 0;
        loop {
            let answer = self.shelf().attempt(entry).await;
            // Even a refusal may follow an attempt whose ack was lost, of this call or of an
            // earlier one, so the journal itself is asked.
            let (verdict, why) = match answer {
                Attempt::Stored(sequence) => {
                    return Outcome::Appended(Head { sequence, hash: entry.hash });
                }
                Attempt::Hopeless(why) => return Outcome::Unavailable(why),
                Attempt::Unknown(why) => (Ok(None), why),
                Attempt::Perhaps(why) => (self.place(entry).await, why),
                Attempt::Refused(why) => {
                    let refused = Outcome::Refused(why.clone());
                    (self.place(entry).await.map(|it| it.or(Some(refused))), why)
                }
                Attempt::Full(why) => {
                    let full = Outcome::Full(why.clone());
                    (self.place(entry).await.map(|it| it.or(Some(full))), why)
                }
            };
            *trouble = match verdict {
                Ok(Some(outcome)) => return outcome,
                Ok(None) => why,
                Err(Unplaced::Unanswered(why)) => why,
                Err(Unplaced::Missing(why)) => {
                    looks += 1;
                    if looks == LOOKS {
                        return Outcome::Refused(why);
                    }
                    why
                }
            };
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// What the place after the expectation says; nothing while it is free.
    async fn place(&self, entry: &Entry) -> Result<Option<Outcome>, Unplaced> {
        let Entry { context, after, hash, .. } = *entry;
        let next = self.shelf().following(context, after).await.map_err(Unplaced::Unanswered)?;
        if let Some(next) = next {
            return Ok(Some(if Hash::of(&next.body) == hash {
                Outcome::Appended(Head { sequence: next.sequence, hash })
            } else {
                Outcome::Overtaken
            }));
        }
        let last = self.shelf().last_of(context).await.map_err(Unplaced::Unanswered)?;
        let last = last.map(|it| it.sequence).unwrap_or_default();
        if last < after {
            return Err(Unplaced::Missing(format!(
                "the entry follows entry {after} of {context}, and the journal's last one of it \
                 is {last}"
            )));
        }
        Ok(None)
    }
}

/// Why the place of an entry says nothing.
enum Unplaced {
    /// Nobody could be asked.
    Unanswered(String),
    /// The entry before it is not there.
    Missing(String),
}

/// Readers stop for good at an entry that is too large, is none, or does not follow its context's
/// previous one; so such bytes are not sent.
fn check(body: &[u8], after: Head) -> Result<(), String> {
    if body.len() > ENTRY_BYTES_MAX {
        return Err(format!(
            "the entry has {} bytes and {ENTRY_BYTES_MAX} is the most",
            body.len()
        ));
    }
    let prev = prev_of(body).map_err(|error| format!("not an entry: {error}"))?;
    if prev != after.hash {
        return Err(format!(
            "the entry says it follows the hash {prev}, and the entry it is to follow, {}, has \
             the hash {}",
            after.sequence, after.hash,
        ));
    }
    Ok(())
}

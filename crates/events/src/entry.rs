use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{ActorId, CustomerId, Hash, Reference};

/// The form of an entry that this release writes, and the newest that it reads.
pub const VERSION: u16 = 1;

/// What every entry of this form begins with; 64 hexadecimal digits follow.
const HEAD: &[u8] = br#"{"v":1,"prev":""#;
const AFTER_PREV: &[u8] = br#"","decisions":["#;

/// One message of one context: all that it decided while its previous entry was being made
/// durable. Written whole, or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<E> {
    /// The form, [`VERSION`].
    pub v: u16,
    /// The hash of the context's previous entry; [`Hash::NONE`] for its first.
    pub prev: Hash,
    /// In the order they were taken.
    pub decisions: Vec<Decision<E>>,
}

/// One answer: what happened to one customer, or to the tenant as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision<E> {
    /// Whom it is about; nobody means the whole tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What was asked; nothing if the day or a fact called for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<ActorId>,
    /// What happened, in order; never empty in a journal.
    pub events: Vec<E>,
}

/// The request that led to a decision, so that the same request is not answered twice and another
/// request under its name is noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The caller's own id for what it asked.
    pub request: Reference,
    /// A digest of what it asked.
    #[serde(serialize_with = "hex", deserialize_with = "from_hex")]
    pub digest: u64,
}

impl Cause {
    /// What is asked, in a number that stays the same for ever: the first eight bytes of BLAKE3
    /// over the kind and the data of a command.
    pub fn digest_of(kind: &str, data: &[u8]) -> u64 {
        let bytes = [kind.as_bytes(), &[0], data].concat();
        Hash::of(&bytes).as_bytes().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
fn hex<S: Serializer>(digest: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{digest:016x}"))
}

fn from_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    u64::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
}

/// An entry that cannot be read. It stops whoever must understand it; it is never skipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Of a form this release does not know.
    #[error(
        "the entry is of form {0} and this release reads forms up to {VERSION}; run a newer release"
    )]
    Newer(u16),
    /// Not what we write.
    #[error("{0}")]
    Malformed(String),
}

/// What an entry may say: the events of one context; or anything, to who only looks.
pub trait Spoken: Sized {
    /// Reads an entry; see [`read`].
    fn entry(body: &[u8]) -> Result<Entry<Self>, Undecodable>;
}

macro_rules! spoken {
    ($($event:ty)+) => {
        $(impl Spoken for $event {
            // Compiled here, once: a reader that knows no type is compiled anew by each who listens.
            #[inline(never)]
            fn entry(body: &[u8]) -> Result<Entry<Self>, Undecodable> {
                serde_json::from_slice(body).map_err(|error| explain(body, &error))
            }
        })+
    };
}

spoken! {
    crate::clock::Event crate::invoicing::Event crate::risk::Event crate::dunning::Event
    crate::collection::Event crate::alerts::Event serde_json::Value
}

/// Reads an entry whose events are of one context.
pub fn read<E: Spoken>(body: &[u8]) -> Result<Entry<E>, Undecodable> {
    E::entry(body)
}

fn explain(body: &[u8], error: &serde_json::Error) -> Undecodable {
    #[derive(Deserialize)]
    struct Form {
        v: u16,
    }
    match serde_json::from_slice::<Form>(body) {
        Ok(Form { v }) if v > VERSION => Undecodable::Newer(v),
        Ok(_) | Err(_) => Undecodable::Malformed(error.to_string()),
    }
}

/// The hash an entry says its context's previous entry has, without reading the rest.
pub fn prev_of(body: &[u8]) -> Result<Hash, Undecodable> {
    #[derive(Deserialize)]
    struct Head {
        v: u16,
        prev: Hash,
    }
    if let Some(rest) = body.strip_prefix(HEAD)
        && let Some((prev, _)) = rest.split_at_checked(64)
        && let Ok(prev) = std::str::from_utf8(prev)
        && let Ok(prev) = prev.parse()
    {
        return Ok(prev);
    }
    match serde_json::from_slice::<Head>(body) {
        Ok(Head { v, .. }) if v > VERSION => Err(Undecodable::Newer(v)),
        Ok(Head { prev, .. }) => Ok(prev),
        Err(error) => Err(Undecodable::Malformed(error.to_string())),
    }
}

/// An entry being written: decisions are added as they are taken, and it is sealed when its turn
/// comes to be appended.
#[derive(Debug)]
pub struct Draft {
    body: Vec<u8>,
    decisions: usize,
    events: usize,
    /// The decision being written: where it begins, and how many events it has.
    open: Option<(usize, usize)>,
}

/// A decision without its events.
#[derive(Serialize)]
struct Heading<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a Cause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a ActorId>,
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

impl Draft {
    /// Above this an entry takes no further decision; a decision itself is never cut.
    pub const EVENTS_MAX: usize = 1_000;
    /// Likewise, in bytes.
    pub const BYTES_MAX: usize = 128 * 1024;
    /// What a single decision may measure, in bytes: with it an entry still fits a message of
    /// the smallest `max_payload` we run on, 1 MiB.
    pub const DECISION_BYTES_MAX: usize = 768 * 1024;

    /// Nothing decided yet.
    pub fn new() -> Self {
        let mut body = Vec::with_capacity(4 * 1024);
        body.extend_from_slice(HEAD);
        body.extend_from_slice(&[b'0'; 64]);
        body.extend_from_slice(AFTER_PREV);
        Self { body, decisions: 0, events: 0, open: None }
    }

    /// Begins a decision; one that was begun and not closed is forgotten.
    pub fn open(
        &mut self,
        customer: Option<&CustomerId>,
        cause: Option<&Cause>,
        actor: Option<&ActorId>,
    ) -> Result<(), Unwritable> {
        self.abandon();
        self.open = Some((self.body.len(), 0));
        if self.decisions > 0 {
            self.body.push(b',');
        }
        self.write(&Heading { customer, cause, actor })?;
        // `{…}` becomes `{…,"events":[`, and `{}` becomes `{"events":[`.
        self.body.pop();
        if self.body.last() != Some(&b'{') {
            self.body.push(b',');
        }
        self.body.extend_from_slice(br#""events":["#);
        Ok(())
    }

    /// Adds an event to the decision that was begun.
    pub fn add<E: Serialize>(&mut self, event: &E) -> Result<(), Unwritable> {
        let Some((_, events)) = &mut self.open else { return Ok(()) };
        *events += 1;
        if *events > 1 {
            self.body.push(b',');
        }
        self.write(event)
    }

    /// Ends the decision that was begun, or forgets it if it is too large.
    pub fn close(&mut self) -> Result<(), Unwritable> {
        let Some((start, events)) = self.open else { return Ok(()) };
        let bytes = self.body.len() - start;
        if bytes > Self::DECISION_BYTES_MAX {
            self.abandon();
            return Err(Unwritable::TooLarge(bytes));
        }
        self.body.extend_from_slice(b"]}");
        self.open = None;
        self.decisions += 1;
        self.events += events;
        Ok(())
    }

    /// Forgets the decision that was begun and not closed.
    pub fn abandon(&mut self) {
        if let Some((start, _)) = self.open.take() {
            self.body.truncate(start);
        }
    }

    /// Adds a whole decision, or leaves the entry as it was.
    pub fn push<E: Serialize>(&mut self, decision: &Decision<E>) -> Result<(), Unwritable> {
        self.open(decision.customer.as_ref(), decision.cause.as_ref(), decision.actor.as_ref())?;
        for event in &decision.events {
            self.add(event)?;
        }
        self.close()
    }

    fn write<T: Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        serde_json::to_writer(&mut self.body, value).map_err(|error| {
            self.abandon();
            Unwritable::Unspeakable(error.to_string())
        })
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.decisions == 0
    }

    /// Whether the next decision belongs to the next entry.
    pub fn is_full(&self) -> bool {
        self.events >= Self::EVENTS_MAX || self.body.len() >= Self::BYTES_MAX
    }

    /// About how many decisions more it takes, if they are like those it holds.
    pub fn room(&self) -> usize {
        let mean = (self.body.len() / self.decisions.max(1)).max(128);
        let bytes = Self::BYTES_MAX.saturating_sub(self.body.len()).div_ceil(mean);
        bytes.min(Self::EVENTS_MAX.saturating_sub(self.events))
    }

    /// How many decisions it holds.
    pub fn decisions(&self) -> usize {
        self.decisions
    }

    /// The entry's bytes, following the context's previous entry.
    pub fn seal(mut self, prev: Hash) -> Vec<u8> {
        let place = HEAD.len()..HEAD.len() + 64;
        if let Some(place) = self.body.get_mut(place) {
            place.copy_from_slice(prev.hex().as_bytes());
        }
        self.body.extend_from_slice(b"]}");
        self.body
    }
}

/// A decision that cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// Larger than an entry may be.
    #[error(
        "the decision would take {0} bytes in the journal and {max} is the most",
        max = Draft::DECISION_BYTES_MAX
    )]
    TooLarge(usize),
    /// A value in it has no written form.
    #[error("{0}")]
    Unspeakable(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Event;

    fn decision() -> Decision<Event> {
        let cause = Cause { request: "R-1".parse().unwrap(), digest: 0xab };
        let date = crate::date::parse("2026-05-31").unwrap();
        Decision {
            customer: Some("C-1".parse().unwrap()),
            cause: Some(cause),
            actor: Some("erp".parse().unwrap()),
            events: vec![Event::DayOpened { date }],
        }
    }

    #[test]
    fn a_sealed_draft_reads_back_as_the_entry_it_was_meant_to_be() {
        let mut draft = Draft::new();
        draft.push(&decision()).unwrap();
        draft.push(&Decision { customer: None, cause: None, actor: None, ..decision() }).unwrap();
        let prev = Hash::of(b"before");
        let body = draft.seal(prev);
        let entry = read::<Event>(&body).unwrap();
        assert_eq!(entry.prev, prev);
        assert_eq!(prev_of(&body).unwrap(), prev);
        assert_eq!(entry.decisions.len(), 2);
        assert_eq!(serde_json::to_vec(&entry).unwrap(), body);
    }

    #[test]
    fn an_entry_of_a_newer_form_says_so() {
        let body = br#"{"v":2,"prev":"","decisions":{}}"#;
        assert_eq!(read::<Event>(body), Err(Undecodable::Newer(2)));
        let body = format!(r#"{{"v":2,"prev":"{}","x":[]}}"#, Hash::NONE);
        assert_eq!(prev_of(body.as_bytes()), Err(Undecodable::Newer(2)));
        assert!(matches!(prev_of(b"{}"), Err(Undecodable::Malformed(_))));
    }
}

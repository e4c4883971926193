//! A journal is heard from its first entry to the last that counts; what is kept is what speaks of
//! the customer.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Context, CustomerId, Hash, Partition, Sequence, clock, prev_of};

use crate::{
    Counted, Head, Line, Link, Own, Purpose,
    archive::BYTES_MAX,
    entries::{About, decisions},
    told::Told,
};

/// An entry, as the journal has it.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// Its place.
    pub sequence: Sequence,
    /// When the journal took it.
    pub recorded_at: DateTime<Utc>,
    /// Who wrote it.
    pub context: Context,
    /// The hash of its bytes.
    pub hash: Hash,
    /// Its bytes.
    pub body: &'a [u8],
}

/// An entry that cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {sequence}: {why}")]
pub struct Unreadable {
    /// Its place.
    pub sequence: Sequence,
    /// Why not.
    pub why: String,
}

/// What a journal says of one customer, as far as it was heard. It holds that, and for an auditor a
/// link for each entry since; not the journal.
#[derive(Debug, Clone)]
pub struct Gathering {
    pub(crate) purpose: Purpose,
    pub(crate) partition: Partition,
    pub(crate) lines: BTreeMap<Context, Vec<Line>>,
    pub(crate) links: BTreeMap<Context, Vec<Link>>,
    pub(crate) counted: BTreeMap<Context, Counted>,
    pub(crate) told: Told,
    heads: BTreeMap<Context, Head>,
    pub(crate) recorded_until: DateTime<Utc>,
    position: Sequence,
    today: Option<NaiveDate>,
    bytes: usize,
}

impl Gathering {
    /// Nothing heard yet of the journal of this partition, which is the customer's.
    pub fn new(purpose: Purpose, customer: CustomerId, partition: Partition) -> Self {
        let every = || purpose.contexts().iter().copied();
        Self {
            purpose,
            partition,
            lines: every().map(|it| (it, Vec::new())).collect(),
            links: BTreeMap::new(),
            counted: every().map(|it| (it, Counted::default())).collect(),
            told: Told::new(customer),
            heads: BTreeMap::new(),
            recorded_until: DateTime::UNIX_EPOCH,
            position: Sequence::START,
            today: None,
            bytes: 0,
        }
    }

    /// Hears the next entry.
    pub fn hear(&mut self, entry: &Heard<'_>) -> Result<(), Unreadable> {
        let Heard { sequence, recorded_at, context, hash, body } = *entry;
        let unreadable = |why: String| Unreadable { sequence, why };
        self.position = sequence;
        self.recorded_until = recorded_at;
        let partition = self.partition;
        self.heads.insert(context, Head { partition, context, sequence, hash });
        if context == Context::Clock {
            let entry = events::read::<clock::Event>(body);
            let entry = entry.map_err(|it| unreadable(it.to_string()))?;
            let days = entry.decisions.iter().flat_map(|it| &it.events);
            let days = days.map(|clock::Event::DayOpened { date }| *date);
            self.today = self.today.into_iter().chain(days).max();
            return Ok(());
        }
        if !self.lines.contains_key(&context) {
            return Ok(());
        }
        let prev = prev_of(body).map_err(|it| unreadable(it.to_string()))?;
        let all = decisions(body).map_err(unreadable)?;
        let of = all.len();
        let mut own = Vec::new();
        for (number, decision) in (1..).zip(all) {
            if self.told.hear(context, decision).map_err(unreadable)? != About::Other {
                own.push(Own { number, decision: decision.to_owned() });
            }
        }
        let links = self.links.entry(context).or_default();
        if self.purpose.sees_others() && !(own.is_empty() && links.is_empty()) {
            links.push(Link { sequence, hash, prev });
            self.bytes += 2 * 64 + 64;
        }
        if !own.is_empty() {
            let counted = self.counted.entry(context).or_default();
            counted.entries += 1;
            counted.decisions += u64::try_from(own.len()).unwrap_or(u64::MAX);
            let mut line = Line {
                partition,
                sequence,
                recorded_at,
                hash,
                prev,
                entry: None,
                of: Some(of),
                decisions: own,
            };
            if self.purpose.sees_others() || line.decisions.len() == of {
                let text = std::str::from_utf8(body).map_err(|it| unreadable(it.to_string()))?;
                (line.entry, line.of) = (Some(text.to_owned()), None);
                line.decisions.clear();
                counted.whole += 1;
            }
            self.bytes += body.len();
            self.lines.entry(context).or_default().push(line);
        }
        if self.bytes > BYTES_MAX {
            let why = "there is more to tell than a bundle may measure".to_owned();
            return Err(Unreadable { sequence, why });
        }
        Ok(())
    }

    /// The last entry that was heard.
    pub fn position(&self) -> Sequence {
        self.position
    }

    /// The last entry of each context.
    pub fn heads(&self) -> impl Iterator<Item = Head> + '_ {
        self.heads.values().copied()
    }

    /// Whether anything was said of the customer.
    pub fn is_known(&self) -> bool {
        self.told.decisions > 0
    }

    /// The latest business day that was opened; before the first, the day of the last entry.
    pub fn today(&self) -> NaiveDate {
        self.today.unwrap_or_else(|| self.recorded_until.date_naive())
    }

    /// The hashes of what was sent to the customer: what is kept under them belongs in the bundle.
    pub fn renderings(&self) -> impl Iterator<Item = Hash> + '_ {
        self.told.reminders.renderings()
    }
}

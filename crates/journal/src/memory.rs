//! Journals in this process' memory, for tests and simulations.
//!
//! They refuse whatever a server refuses, by the same suite of tests, and can be made to fail as
//! a server fails. They read no clock: an entry is recorded one second after the one before it,
//! from 2000-01-01 on, until a test says otherwise.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use events::{Context, Hash, Partition, Sequence, TenantId};
use tokio::sync::watch;

use crate::{
    Journal, ReadError, Record, StoreError,
    append::{Attempt, Entry},
    journal::{Heard, Shelf},
    record::Stored,
};

/// 2000-01-01T00:00:00Z.
const EPOCH: DateTime<Utc> = match DateTime::from_timestamp(946_684_800, 0) {
    Some(epoch) => epoch,
    None => DateTime::UNIX_EPOCH,
};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks panics half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<BTreeMap<TenantId, Vec<Log>>>>);

impl Memory {
    pub(crate) fn create(
        &self,
        tenant: &TenantId,
        partitions: NonZero<u16>,
    ) -> Result<(), StoreError> {
        let mut tenants = lock(&self.0);
        let asked = partitions.get();
        match tenants.get(tenant).map(Vec::as_slice).map(count) {
            Some(found) if found == asked => {}
            Some(found) => {
                return Err(StoreError::OtherPartitions { tenant: tenant.clone(), asked, found });
            }
            None => {
                let logs = (0..asked).map(|_| Log::default()).collect();
                tenants.insert(tenant.clone(), logs);
            }
        }
        Ok(())
    }

    pub(crate) fn tenants(&self) -> Vec<(TenantId, u16)> {
        lock(&self.0).iter().map(|(tenant, logs)| (tenant.clone(), count(logs))).collect()
    }

    pub(crate) fn open(
        &self,
        tenant: &TenantId,
        partition: Partition,
    ) -> Result<Journal, StoreError> {
        let tenants = lock(&self.0);
        let logs = tenants.get(tenant).ok_or_else(|| StoreError::UnknownTenant(tenant.clone()))?;
        let log = logs.get(usize::from(partition.0)).ok_or_else(|| {
            let partitions = count(logs);
            StoreError::UnknownPartition { tenant: tenant.clone(), partition, partitions }
        })?;
        let faults = log.faults();
        if !faults.is_empty() {
            return Err(StoreError::Unsound { tenant: tenant.clone(), partition, faults });
        }
        let incarnation = format!("memory-{tenant}-{partition}");
        Ok(Journal::new(tenant.clone(), partition, incarnation, Shelf::Memory(log.clone())))
    }
}

fn count(logs: &[Log]) -> u16 {
    u16::try_from(logs.len()).unwrap_or(u16::MAX)
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Anything changed; readers at the end look again.
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    last: Sequence,
    entries: BTreeMap<Sequence, Stored>,
    ends: BTreeMap<Context, Sequence>,
    recorded_at: Option<DateTime<Utc>>,
    faults: Faults,
}

#[derive(Debug, Default)]
struct Faults {
    acks_lost: u32,
    silent: u32,
    away: u32,
    full: bool,
    undelivered: BTreeSet<Sequence>,
}

/// Counts one down; whether there was one.
fn take(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

impl Log {
    pub(crate) fn attempt(&self, entry: &Entry) -> Attempt {
        let mut state = lock(&self.0.state);
        if take(&mut state.faults.away) {
            return Attempt::Hopeless(String::from("the journal is away, as the test wants it"));
        }
        let end = state.ends.get(&entry.context).copied().unwrap_or_default();
        if end != entry.after {
            return Attempt::Perhaps(format!("wrong last sequence: {end}"));
        }
        if state.faults.full {
            return Attempt::Full(String::from("the journal is full, as the test wants it"));
        }
        let sequence = state.push(entry.context, entry.body.clone());
        self.0.changed.send_replace(());
        if take(&mut state.faults.silent) {
            Attempt::Hopeless(String::from("the journal is silent, as the test wants it"))
        } else if take(&mut state.faults.acks_lost) {
            Attempt::Unknown(String::from("the ack was lost, as the test wants it"))
        } else {
            Attempt::Stored(sequence)
        }
    }

    pub(crate) fn following(&self, context: Context, after: Sequence) -> Option<Stored> {
        let state = lock(&self.0.state);
        let mut rest = state.entries.range(after.next()..);
        rest.find(|(_, it)| it.context == context).map(|(_, it)| it.clone())
    }

    pub(crate) fn last_of(&self, context: Context) -> Option<Stored> {
        let state = lock(&self.0.state);
        let end = state.ends.get(&context)?;
        state.entries.get(end).cloned()
    }

    /// What a server would say about the count.
    pub(crate) fn faults(&self) -> Vec<String> {
        let state = lock(&self.0.state);
        let holds = u64::try_from(state.entries.len()).unwrap_or(u64::MAX);
        let missing = (holds != state.last.0)
            .then(|| format!("entries are missing: the journal holds {holds} of {}", state.last));
        missing.into_iter().collect()
    }

    pub(crate) fn last(&self) -> Sequence {
        lock(&self.0.state).last
    }

    pub(crate) fn reaches(&self, read: Sequence) -> Result<(), ReadError> {
        let last = self.last();
        if last < read { Err(ReadError::Shortened { read, last }) } else { Ok(()) }
    }

    pub(crate) fn get(&self, sequence: Sequence) -> Result<Record, ReadError> {
        let state = lock(&self.0.state);
        match state.entries.get(&sequence) {
            Some(stored) => stored.clone().checked().map_err(|_| ReadError::Altered { sequence }),
            None if (Sequence::START.next()..=state.last).contains(&sequence) => {
                Err(ReadError::DataLoss { missing: sequence })
            }
            None => Err(ReadError::NotYet { sequence, last: state.last }),
        }
    }

    pub(crate) fn feed(&self) -> Feed {
        Feed { log: self.clone(), changed: self.0.changed.subscribe() }
    }

    pub(crate) fn controls(&self) -> Controls {
        Controls(self.clone())
    }
}

impl State {
    fn push(&mut self, context: Context, body: Bytes) -> Sequence {
        let sequence = self.last.next();
        let recorded_at = self.recorded_at.unwrap_or_else(|| {
            EPOCH + TimeDelta::seconds(i64::try_from(sequence.0).unwrap_or_default())
        });
        let seal = Some(Hash::of(&body));
        self.entries.insert(sequence, Stored { sequence, recorded_at, context, body, seal });
        self.ends.insert(context, sequence);
        self.last = sequence;
        sequence
    }
}

#[derive(Debug)]
pub(crate) struct Feed {
    log: Log,
    changed: watch::Receiver<()>,
}

impl Feed {
    pub(crate) async fn next(&mut self, position: Sequence) -> Heard {
        loop {
            self.changed.mark_unchanged();
            {
                let state = lock(&self.log.0.state);
                let hidden = &state.faults.undelivered;
                let mut rest = state.entries.range(position.next()..);
                if let Some((_, stored)) = rest.find(|(it, _)| !hidden.contains(it)) {
                    return Heard::Entry(stored.clone());
                }
                if state.last > position {
                    return Heard::Quiet;
                }
            }
            if self.changed.changed().await.is_err() {
                // The sender lives in the log this feed holds.
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Makes a journal in memory fail as a server may, and tells it the time.
#[derive(Debug, Clone)]
pub struct Controls(Log);

impl Controls {
    /// From now on entries are recorded at this time.
    pub fn set_time(&self, now: DateTime<Utc>) {
        self.state().recorded_at = Some(now);
    }

    /// The next `attempts` to append store the entry and lose the ack. The same call of append
    /// asks again and finds the entry.
    pub fn lose_acks(&self, attempts: u32) {
        self.state().faults.acks_lost = attempts;
    }

    /// The next `calls` of append store their entry and say [`Outcome::Unavailable`](crate::Outcome::Unavailable).
    pub fn fall_silent(&self, calls: u32) {
        self.state().faults.silent = calls;
    }

    /// The next `calls` of append store nothing and say [`Outcome::Unavailable`](crate::Outcome::Unavailable).
    pub fn be_away(&self, calls: u32) {
        self.state().faults.away = calls;
    }

    /// Whether there is no room for another entry.
    pub fn fill(&self, full: bool) {
        self.state().faults.full = full;
    }

    /// Another writer appends this body, whatever it is, to the end of the context.
    pub fn intrude(&self, context: Context, body: Bytes) -> Sequence {
        let sequence = self.state().push(context, body);
        self.0.0.changed.send_replace(());
        sequence
    }

    /// This entry is not delivered to readers, but there for who asks for it by number.
    pub fn withhold(&self, sequence: Sequence) {
        self.state().faults.undelivered.insert(sequence);
    }

    /// This entry is lost.
    pub fn lose(&self, sequence: Sequence) {
        self.state().entries.remove(&sequence);
    }

    /// A byte of this entry rots: the one at `at`, if it has so many.
    pub fn flip_byte(&self, sequence: Sequence, at: usize) {
        self.edit(sequence, |stored| {
            let mut body = stored.body.to_vec();
            if let Some(byte) = body.get_mut(at) {
                *byte ^= 1;
            }
            stored.body = body.into();
        });
    }

    /// Someone with access to the store writes this body in the entry's place, and its hash
    /// beside it.
    pub fn forge(&self, sequence: Sequence, body: Bytes) {
        self.edit(sequence, |stored| {
            stored.seal = Some(Hash::of(&body));
            stored.body = body;
        });
    }

    fn edit(&self, sequence: Sequence, edit: impl FnOnce(&mut Stored)) {
        if let Some(stored) = self.state().entries.get_mut(&sequence) {
            edit(stored);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.0.state)
    }
}

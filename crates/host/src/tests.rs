//! The host runs a context small enough to be seen through: a jar that coins go into, and that is
//! emptied as soon as it holds ten, or on the day after the last coin.

mod engine;
mod life;
mod snapshots;

use std::time::Duration;

use chrono::NaiveDate;
use decider::{Decider, Fold, Process, Unsound};
use events::{Context, CustomerId, Decision, Entry, Heard, Spoken, Undecodable, read};
use serde::{Deserialize, Serialize};

use crate::{Host, Options};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
    Added { id: u64, coins: u32 },
    Emptied { coins: u32 },
}

impl Spoken for Event {
    fn entry(body: &[u8]) -> Result<Entry<Self>, Undecodable> {
        serde_json::from_slice(body).map_err(|it| Undecodable::Malformed(it.to_string()))
    }
}

impl Heard for Event {
    const OWN: Context = Context::Invoicing;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        match context {
            Context::Invoicing => read(body).map(|entry| Some(entry.decisions)),
            Context::Clock
            | Context::Risk
            | Context::Dunning
            | Context::Collection
            | Context::Alerts => Ok(None),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Jar {
    pub(super) ids: Vec<u64>,
    pub(super) coins: u32,
    pub(super) emptied: u32,
}

impl Fold for Jar {
    type Fact = Event;

    fn evolve(&mut self, fact: &Event) {
        match fact {
            Event::Added { id, coins } => {
                self.ids.push(*id);
                self.coins += coins;
            }
            Event::Emptied { coins } => {
                self.coins = self.coins.saturating_sub(*coins);
                self.emptied += coins;
            }
        }
    }

    fn check(&self) -> Result<(), Unsound> {
        if self.coins == 666 { Err(Unsound("a cursed jar".to_owned())) } else { Ok(()) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) full_at: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Add {
        id: u64,
        coins: u32,
    },
    /// So many coins, one by one.
    Pour {
        coins: u32,
    },
    Empty,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refusal(String);

impl Decider for Rules {
    type State = Jar;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, jar: &Jar, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Add { coins: 0, .. } => Err(Refusal("no coin".to_owned())),
            Command::Add { id, .. } if jar.ids.contains(&id) => Ok(Vec::new()),
            Command::Add { id, coins } => Ok(vec![Event::Added { id, coins }]),
            Command::Pour { coins } => {
                Ok((0..coins).map(|id| Event::Added { id: id.into(), coins: 1 }).collect())
            }
            Command::Empty => Ok(vec![Event::Emptied { coins: jar.coins }]),
        }
    }

    fn adopt(&mut self, _fact: &Event) -> bool {
        false
    }
}

impl Process for Rules {
    fn step(&self, jar: &Jar, today: NaiveDate) -> Option<Command> {
        let due = jar.coins > 0 && EMPTIED_ON.is_some_and(|it| it <= today);
        (due || jar.coins >= self.full_at).then_some(Command::Empty)
    }

    fn wakes_on(&self, jar: &Jar, _silent_on: NaiveDate) -> Option<NaiveDate> {
        EMPTIED_ON.filter(|_| jar.coins > 0)
    }
}

/// The day after the last coin.
const EMPTIED_ON: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 5, 4);

pub(super) const RULES: Rules = Rules { full_at: 10 };

pub(super) fn add(id: u64, coins: u32) -> Command {
    Command::Add { id, coins }
}

pub(super) fn customer(id: &str) -> CustomerId {
    id.parse().unwrap()
}

pub(super) async fn journal() -> journal::Journal {
    journal_of("acme").await
}

pub(super) async fn journal_of(tenant: &str) -> journal::Journal {
    let store = journal::Store::memory();
    let tenant = tenant.parse().unwrap();
    store.create(&tenant, std::num::NonZero::<u16>::MIN).await.unwrap();
    store.open(&tenant, events::Partition(0)).await.unwrap()
}

pub(super) async fn start(journal: &journal::Journal) -> Host<Rules> {
    let options = Options { silence: Duration::from_millis(50), ..Options::default() };
    let host = Host::start(journal.clone(), RULES, options);
    host.ready().await.unwrap();
    host
}

pub(super) fn jar(host: &Host<Rules>, id: &str) -> Jar {
    host.read(|books| books.customer(&customer(id)).map(|it| (*it.state).clone()))
        .unwrap()
        .unwrap_or_default()
}

//! The shape every context shares: fold facts into a state, decide events from it.
//!
//! Everything here is pure: no clock, no randomness, no IO, no async.

use std::fmt;

use chrono::NaiveDate;

pub mod laws;
pub mod spec;

/// What is known of one customer, rebuilt by folding facts in the order of the journal.
///
/// Total: a recorded fact cannot be refused. Independent of policy: the past keeps its meaning.
pub trait Fold: Default {
    /// Everything this state listens to: its own events and those of the contexts upstream of it.
    type Fact;

    /// The form of this state. Raised whenever it changes: snapshots of another form are not read.
    const VERSION: u32 = 1;

    /// Takes one fact into account.
    fn evolve(&mut self, fact: &Self::Fact);

    /// Whether this state keeps where the facts it rests on stand: it is then told, and facts of its
    /// own are known to it without a place until they have been heard back.
    const PLACED: bool = false;

    /// The facts that follow stand in this entry of the journal; none: they are on their way there.
    fn stands_in(&mut self, _entry: Option<u64>) {}

    /// Whether what must hold of every state holds of this one, such as that no money was made
    /// or lost. Asked in production before an entry is written and after one is heard: cheap.
    fn check(&self) -> Result<(), Unsound> {
        Ok(())
    }

    /// The state after these facts.
    fn replay<'a>(facts: impl IntoIterator<Item = &'a Self::Fact>) -> Self
    where
        Self::Fact: 'a,
    {
        let mut state = Self::default();
        for fact in facts {
            state.evolve(fact);
        }
        state
    }
}

/// A state that cannot be: whoever holds it must stop and say so rather than go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsound(pub String);

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an invariant is broken: {}", self.0)
    }
}

impl std::error::Error for Unsound {}

/// A policy: given what is known and what is asked, says what happens, or refuses.
pub trait Decider {
    /// What it needs to know of a customer.
    type State: Fold<Fact: From<Self::Event>>;
    /// What may be asked of it.
    type Command;
    /// What it may say.
    type Event;
    /// Why it may refuse.
    type Error;

    /// Answers a command with events. No events: nothing needed to happen.
    fn decide(
        &self,
        state: &Self::State,
        command: Self::Command,
    ) -> Result<Vec<Self::Event>, Self::Error>;

    /// Takes a fact about the whole tenant into account: the policy of the day is a fact too.
    /// Whether what it says of any customer may be another from now on.
    fn adopt(&mut self, fact: &<Self::State as Fold>::Fact) -> bool;
}

/// A policy that also acts unasked, when what is known and the day call for it.
pub trait Process: Decider {
    /// The next step called for today. Asked again until it answers `None`.
    fn step(&self, state: &Self::State, today: NaiveDate) -> Option<Self::Command>;

    /// The first day on which `step` may answer, given that it has nothing to say on this one and
    /// nothing more is heard. A day too early costs a question; a day too late is an error.
    fn wakes_on(&self, state: &Self::State, silent_on: NaiveDate) -> Option<NaiveDate>;
}

//! What the journal says: the fold of every entry up to a position, and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    sync::Arc,
};

use chrono::NaiveDate;
use decider::{Fold, Unsound};
use events::{Context, CustomerId, Decision, Hash, Heard as _, Sequence, Undecodable, clock};
use foldhash::fast::FixedState;
use indexmap::{IndexMap, map::Entry};
use journal::{Head, Heads};

use super::{Fact, Positions, Requests, Service, States};

/// An entry of the journal, read as far as one context listens to it.
#[derive(Debug, Clone)]
pub struct Heard<F> {
    /// Where it stands.
    pub sequence: Sequence,
    /// Who said it.
    pub context: Context,
    /// Its hash.
    pub hash: Hash,
    /// What it says.
    pub said: Said<F>,
}

/// What an entry says to one context.
#[derive(Debug, Clone)]
pub enum Said<F> {
    /// Nothing it listens to.
    Nothing,
    /// A business day began.
    Day(NaiveDate),
    /// What was decided.
    Decisions(Vec<Decision<F>>),
}

/// Reads an entry as far as a context listens to it.
pub fn read<P: Service>(
    sequence: Sequence,
    context: Context,
    hash: Hash,
    body: &[u8],
) -> Result<Heard<Fact<P>>, Undecodable> {
    let said = match Fact::<P>::read(context, body)? {
        Some(decisions) => Said::Decisions(decisions),
        None if context == Context::Clock => day(body)?,
        None => Said::Nothing,
    };
    Ok(Heard { sequence, context, hash, said })
}

fn day<F>(body: &[u8]) -> Result<Said<F>, Undecodable> {
    let entry = events::read::<clock::Event>(body)?;
    let opened = entry.decisions.iter().flat_map(|it| &it.events);
    let last = opened.map(|clock::Event::DayOpened { date }| *date).max();
    Ok(last.map_or(Said::Nothing, Said::Day))
}

/// What is known of one customer, or of the tenant as a whole.
#[derive(Debug, Clone, Default)]
pub struct Known<S> {
    /// Shared, so that a question may hold on to it while the journal goes on.
    pub state: Arc<S>,
    /// The entries of this and of earlier contexts that speak of it.
    pub positions: Positions,
    /// The latest requests about it.
    pub requests: Requests,
    rest: Rest,
}

/// Whether a customer's state calls for anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Rest {
    /// Something was heard, or its day has come: it is to be asked.
    #[default]
    Stirred,
    /// It was asked, and what it says has not been heard back.
    Speaking,
    /// Nothing until this day.
    Until(Option<NaiveDate>),
}

impl<S> Known<S> {
    pub(crate) fn restore(state: S, positions: Positions, requests: Requests) -> Self {
        Self { state: Arc::new(state), positions, requests, rest: Rest::Stirred }
    }
}

/// What the journal says. Customers stand in the order in which it first spoke of them, so every
/// walk over them is the same on every machine.
#[derive(Clone)]
pub struct Books<P: Service> {
    /// The rules in force.
    pub policy: P,
    /// The last business day that began; [`NaiveDate::MIN`] before the first.
    pub today: NaiveDate,
    /// Every business day, and the entry with which it began.
    pub(crate) days: Vec<(Sequence, NaiveDate)>,
    /// The last entry taken into account.
    pub position: Sequence,
    /// The last entry of each context.
    pub heads: Heads,
    /// What is known of the tenant as a whole.
    pub tenant: Known<P::State>,
    pub(crate) customers: IndexMap<CustomerId, Known<P::State>, FixedState>,
    /// Those at rest until a day.
    wakes: BTreeMap<NaiveDate, BTreeSet<usize>>,
    /// Those to be asked what their state calls for, first come first.
    stirred: VecDeque<usize>,
    /// Those not at rest.
    restless: usize,
}

impl<P: Service> fmt::Debug for Books<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Books")
            .field("context", &P::own())
            .field("position", &self.position)
            .field("today", &self.today)
            .field("customers", &self.customers.len())
            .finish_non_exhaustive()
    }
}

impl<P: Service> Books<P> {
    /// Before the first entry, under the rules a tenant has before it adopts any.
    pub fn new(policy: P) -> Self {
        Self {
            policy,
            today: NaiveDate::MIN,
            days: Vec::new(),
            position: Sequence::START,
            heads: Heads::new(),
            tenant: Known::default(),
            customers: IndexMap::default(),
            wakes: BTreeMap::new(),
            stirred: VecDeque::new(),
            restless: 0,
        }
    }

    /// The last entry of this context itself: what its next one follows.
    pub fn own(&self) -> Head {
        self.heads.of(P::own())
    }

    /// The business day that was open right after an entry; [`NaiveDate::MIN`] before the first.
    pub fn day_at(&self, position: Sequence) -> NaiveDate {
        let begun = self.days.partition_point(|(sequence, _)| *sequence <= position);
        let last = begun.checked_sub(1).and_then(|it| self.days.get(it));
        last.map_or(NaiveDate::MIN, |(_, date)| *date)
    }

    /// What is known of a customer; nothing if the journal never spoke of it.
    pub fn customer(&self, customer: &CustomerId) -> Option<&Known<P::State>> {
        self.customers.get(customer)
    }

    /// Every customer, in the order in which the journal first spoke of them.
    pub fn customers(&self) -> impl ExactSizeIterator<Item = (&CustomerId, &Known<P::State>)> {
        self.customers.iter()
    }

    /// The state of a customer, or of the tenant.
    pub(super) fn state(&self, customer: Option<&CustomerId>) -> Option<&Arc<P::State>> {
        match customer {
            Some(customer) => self.customer(customer).map(|it| &it.state),
            None => Some(&self.tenant.state),
        }
    }

    /// Takes the next entry into account.
    ///
    /// # Errors
    ///
    /// [`Unsound`] if a state can no longer be right; nothing may be answered from these books then.
    pub fn hear(&mut self, entry: &Heard<Fact<P>>) -> Result<(), Unsound> {
        self.hear_as_decided(entry, &mut States::default())
    }

    /// The same for an entry of one's own: `states` are what deciding it has already led to, but for
    /// where it stands. Those they replace are left in their place.
    pub(crate) fn hear_as_decided(
        &mut self,
        entry: &Heard<Fact<P>>,
        states: &mut States<P::State>,
    ) -> Result<(), Unsound> {
        if entry.sequence != self.position.next() {
            return Err(Unsound(format!(
                "entry {} was heard after entry {}",
                entry.sequence, self.position
            )));
        }
        match &entry.said {
            Said::Day(date) if *date > self.today => {
                self.today = *date;
                self.days.push((entry.sequence, *date));
                let later = date.succ_opt().map(|it| self.wakes.split_off(&it));
                let woken = std::mem::replace(&mut self.wakes, later.unwrap_or_default());
                woken.into_values().flatten().for_each(|it| self.stir(it));
            }
            Said::Nothing | Said::Day(_) => {}
            Said::Decisions(decisions) => {
                let decided = !states.is_empty() && !P::State::PLACED;
                for decision in decisions {
                    let state = if decided { states.get_mut(&decision.customer) } else { None };
                    self.take(entry.sequence, decision, state)?;
                }
            }
        }
        self.position = entry.sequence;
        self.heads.advance(entry.context, Head { sequence: entry.sequence, hash: entry.hash });
        Ok(())
    }

    fn take(
        &mut self,
        sequence: Sequence,
        decision: &Decision<Fact<P>>,
        decided: Option<&mut Arc<P::State>>,
    ) -> Result<(), Unsound> {
        let Some(customer) = &decision.customer else {
            let mut changed = false;
            for fact in &decision.events {
                changed |= self.policy.adopt(fact);
            }
            note(&mut self.tenant, sequence, decision, decided)?;
            if changed {
                self.stir_all();
            }
            return Ok(());
        };
        let entry = self.customers.entry(customer.clone());
        let (index, new) = (entry.index(), matches!(entry, Entry::Vacant(_)));
        let known = entry.or_default();
        note(known, sequence, decision, decided).map_err(|Unsound(why)| {
            Unsound(format!("customer {customer}, entry {sequence}: {why}"))
        })?;
        if new {
            self.stirred.push_back(index);
            self.restless += 1;
        } else {
            self.stir(index);
        }
        Ok(())
    }

    /// Tells books that were read from a snapshot what the tenant as a whole had been told.
    pub(crate) fn retell(&mut self, entries: &[Heard<Fact<P>>]) -> Result<(), Unsound> {
        for entry in entries {
            let Said::Decisions(decisions) = &entry.said else { continue };
            for decision in decisions.iter().filter(|it| it.customer.is_none()) {
                for fact in &decision.events {
                    self.policy.adopt(fact);
                }
                note(&mut self.tenant, entry.sequence, decision, None)?;
            }
        }
        self.stir_all();
        Ok(())
    }

    /// A changed policy may change all that is called for.
    fn stir_all(&mut self) {
        self.wakes.clear();
        self.stirred = (0..self.customers.len()).collect();
        self.restless = self.customers.len();
        self.customers.values_mut().for_each(|it| it.rest = Rest::Stirred);
    }

    /// A customer is to be asked what its state calls for.
    fn stir(&mut self, index: usize) {
        let Some((_, known)) = self.customers.get_index_mut(index) else { return };
        match std::mem::replace(&mut known.rest, Rest::Stirred) {
            Rest::Stirred => return,
            Rest::Speaking => {}
            Rest::Until(day) => {
                self.restless += 1;
                if let Some(day) = day
                    && let Some(indices) = self.wakes.get_mut(&day)
                {
                    indices.remove(&index);
                    if indices.is_empty() {
                        self.wakes.remove(&day);
                    }
                }
            }
        }
        self.stirred.push_back(index);
    }

    /// What was being said has been dropped: whoever was saying it is to be asked again.
    pub(crate) fn stir_speaking(&mut self) {
        if self.restless == self.stirred.len() {
            return;
        }
        for (index, known) in self.customers.values_mut().enumerate() {
            if known.rest == Rest::Speaking {
                known.rest = Rest::Stirred;
                self.stirred.push_back(index);
            }
        }
    }

    /// Takes some of the customers that are to be asked what their state calls for. What they say
    /// is heard back; those that say nothing are put to [`rest`](Self::rest).
    pub(crate) fn restless(&mut self, at_most: usize) -> Vec<usize> {
        let some: Vec<_> = self.stirred.drain(..at_most.min(self.stirred.len())).collect();
        for index in &some {
            if let Some((_, known)) = self.customers.get_index_mut(*index) {
                known.rest = Rest::Speaking;
            }
        }
        some
    }

    /// Some that were taken to be asked were not: they are the first to be asked next.
    pub(crate) fn unasked(&mut self, left: &[usize]) {
        for index in left.iter().rev() {
            let Some((_, known)) = self.customers.get_index_mut(*index) else { continue };
            if known.rest == Rest::Speaking {
                known.rest = Rest::Stirred;
                self.stirred.push_front(*index);
            }
        }
    }

    /// A customer by its place in the order in which the journal first spoke of them.
    pub(crate) fn at(&self, index: usize) -> Option<(&CustomerId, &Known<P::State>)> {
        self.customers.get_index(index)
    }

    /// The first day after this one on which a customer may have something to say.
    pub(crate) fn wakes_on(&self, state: &P::State) -> Option<NaiveDate> {
        let wakes_on = self.policy.wakes_on(state, self.today)?;
        Some(wakes_on.max(self.today.succ_opt()?))
    }

    /// A customer's state calls for nothing until this day.
    pub(crate) fn rest(&mut self, index: usize, until: Option<NaiveDate>) {
        let Some((_, known)) = self.customers.get_index_mut(index) else { return };
        if known.rest != Rest::Speaking {
            return;
        }
        known.rest = Rest::Until(until);
        self.restless -= 1;
        if let Some(day) = until {
            self.wakes.entry(day).or_default().insert(index);
        }
    }

    /// Whether some customer is to be asked what its state calls for.
    pub(crate) fn is_stirred(&self) -> bool {
        !self.stirred.is_empty()
    }

    /// Whether some customer's state may call for more than the journal says.
    pub fn is_restless(&self) -> bool {
        self.restless > 0
    }
}

fn note<S: Fold + Clone>(
    known: &mut Known<S>,
    sequence: Sequence,
    decision: &Decision<S::Fact>,
    decided: Option<&mut Arc<S>>,
) -> Result<(), Unsound> {
    let again = known.positions.last() == sequence;
    match decided {
        // All decisions of this entry about the customer are in it: exchanged at the first.
        Some(state) if !again => std::mem::swap(&mut known.state, state),
        Some(_) => {}
        None => {
            let state = Arc::make_mut(&mut known.state);
            state.stands_in(Some(sequence.0));
            decision.events.iter().for_each(|fact| state.evolve(fact));
            state.stands_in(None);
        }
    }
    known.positions.push(sequence);
    if let Some(cause) = &decision.cause {
        known.requests.remember(cause, sequence);
    }
    known.state.check()
}

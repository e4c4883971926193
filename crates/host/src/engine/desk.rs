//! What is being said: decisions taken and not yet durable. Nothing here is ever answered to a
//! question; if another writer was faster, all of it is put back and asked again.
#![expect(clippy::ref_option, reason = "whom a decision is about is a key: nobody is the tenant")]

use std::{fmt, sync::Arc};

use bytes::Bytes;
use decider::{Decider, Fold, Unsound};
use events::{ActorId, Cause, CustomerId, Decision, Draft, Hash, Sequence, Unwritable};
use foldhash::fast::FixedState;
use indexmap::IndexMap;
use journal::Head;
use serde::Serialize;

use super::{Books, Fact, Heard, Said, Service, requests::Asked};

/// A request, with the means to answer it: `R` is the caller's business.
#[derive(Debug)]
pub struct Request<C, R> {
    /// Whom it is about; nobody means the tenant.
    pub customer: Option<CustomerId>,
    /// What is asked.
    pub command: C,
    /// The caller's own id for it.
    pub cause: Option<Cause>,
    /// Who asks.
    pub actor: Option<ActorId>,
    /// Where the answer goes.
    pub reply: R,
}

/// Why a request is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection<E> {
    /// The domain says no.
    #[error("{0}")]
    Refused(E),
    /// Something else was asked under the same request id.
    #[error("this request id was used for another request, answered at entry {0}")]
    RequestReused(Sequence),
    /// It cannot be written down.
    #[error("{0}")]
    Unwritable(Unwritable),
}

/// What a request led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<F> {
    /// The entry it stands in; for a request that changed nothing, one at which this was so.
    pub position: Sequence,
    /// What happened; nothing if all of it was known before.
    pub events: Vec<F>,
}

/// The answer to one request.
pub type Answer<P> = Result<Done<Fact<P>>, Rejection<<P as Decider>::Error>>;

/// A request with its answer, once that holds.
pub type Answered<P, R> = (R, Answer<P>);

/// An entry on its way to the journal.
#[derive(Debug)]
pub struct Appending {
    /// The last entry of this context; the journal must agree.
    pub after: Head,
    /// Its bytes.
    pub body: Bytes,
}

type Requests<P, R> = Vec<(Request<<P as Decider>::Command, R>, Reply<P>)>;

struct Pending<P: Service, R> {
    /// Taken in this order; with the request that asked for it, if any did.
    decisions: Vec<Decision<Fact<P>>>,
    /// Which decision answers which request.
    answers: Requests<P, R>,
}

enum Reply<P: Service> {
    /// What this decision of the entry says.
    Decided(usize),
    /// Nothing happened, given what is on its way.
    Nothing,
    /// A refusal, given what is on its way.
    Rejected(Rejection<P::Error>),
}

impl<P: Service, R> Default for Pending<P, R> {
    fn default() -> Self {
        Self { decisions: Vec::new(), answers: Vec::new() }
    }
}

/// An entry on its way.
struct Flying<P: Service, R> {
    pending: Pending<P, R>,
    hash: Hash,
    /// What hearing it leads to.
    states: States<P::State>,
}

/// The writer's desk of one context on one journal: at most one entry in flight, and the draft of
/// the next.
pub struct Desk<P: Service, R> {
    draft: Draft,
    drafted: Pending<P, R>,
    /// Of those the draft speaks of, as they are after it.
    ahead: States<P::State>,
    flying: Option<Flying<P, R>>,
}

impl<P: Service, R> fmt::Debug for Desk<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("drafted", &self.drafted.decisions.len())
            .field("flying", &self.flying.is_some())
            .finish_non_exhaustive()
    }
}

impl<P: Service, R> Default for Desk<P, R> {
    fn default() -> Self {
        Self {
            draft: Draft::new(),
            drafted: Pending::default(),
            ahead: States::default(),
            flying: None,
        }
    }
}

/// More steps than a decision can sensibly call for: a policy that does not fall quiet.
const STEPS_MAX: usize = 10_000;

impl<P: Service, R> Desk<P, R> {
    /// Answers a request: at once if the answer rests on the journal alone, else when the entry it
    /// rests on is durable.
    ///
    /// # Errors
    ///
    /// [`Unsound`] if the decision would break an invariant: nothing of it is kept, and the writer
    /// must stop.
    pub fn ask(
        &mut self,
        books: &Books<P>,
        request: Request<P::Command, R>,
    ) -> Result<Option<Answered<P, R>>, Unsound> {
        if let Some(cause) = &request.cause {
            let known = match &request.customer {
                Some(customer) => books.customer(customer),
                None => Some(&books.tenant),
            };
            match known.map_or(Asked::New, |it| it.requests.ask(cause)) {
                Asked::New => {}
                Asked::Before(position) => {
                    return Ok(Some((request.reply, Ok(Done { position, events: Vec::new() }))));
                }
                Asked::Otherwise(position) => {
                    return Ok(Some((request.reply, Err(Rejection::RequestReused(position)))));
                }
            }
        }
        let said = match self.state(books, &request.customer) {
            Some(state) => books.policy.decide(state, request.command.clone()),
            None => books.policy.decide(&P::State::default(), request.command.clone()),
        };
        let reply = match said {
            Err(refusal) => Reply::Rejected(Rejection::Refused(refusal)),
            Ok(events) if events.is_empty() => Reply::Nothing,
            Ok(events) => {
                let (cause, actor) = (request.cause.clone(), request.actor.clone());
                match self.say(books, request.customer.clone(), cause, actor, events)? {
                    Ok(index) => {
                        self.drafted.answers.push((request, Reply::Decided(index)));
                        return Ok(None);
                    }
                    Err(unwritable) => Reply::Rejected(Rejection::Unwritable(unwritable)),
                }
            }
        };
        // What rests on something that is on its way waits for it.
        let pending = if self.ahead.contains_key(&request.customer) {
            &mut self.drafted
        } else {
            match &mut self.flying {
                Some(it) if it.states.contains_key(&request.customer) => &mut it.pending,
                Some(_) | None => {
                    let answer = match reply {
                        Reply::Rejected(rejection) => Err(rejection),
                        Reply::Decided(_) | Reply::Nothing => {
                            Ok(Done { position: books.position, events: Vec::new() })
                        }
                    };
                    return Ok(Some((request.reply, answer)));
                }
            }
        };
        pending.answers.push((request, reply));
        Ok(None)
    }

    /// Lets a customer's state say what it calls for; false if it calls for nothing.
    pub fn step(&mut self, books: &Books<P>, customer: &CustomerId) -> Result<bool, Unsound> {
        let customer = Some(customer.clone());
        let Some(state) = self.state(books, &customer) else { return Ok(false) };
        let Some(command) = books.policy.step(state, books.today) else { return Ok(false) };
        let events = own_step(&books.policy, state, command)?;
        self.say(books, customer, None, None, events)?
            .map(|_| true)
            .map_err(|unwritable| Unsound(unwritable.to_string()))
    }

    fn state<'a>(
        &'a self,
        books: &'a Books<P>,
        customer: &Option<CustomerId>,
    ) -> Option<&'a Arc<P::State>> {
        let flying = || self.flying.as_ref().and_then(|it| it.states.get(customer));
        let drafted = self.ahead.get(customer);
        drafted.or_else(flying).or_else(|| books.state(customer.as_ref()))
    }

    /// Adds a decision, and what it calls for at once, to the draft.
    fn say(
        &mut self,
        books: &Books<P>,
        customer: Option<CustomerId>,
        cause: Option<Cause>,
        actor: Option<ActorId>,
        events: Vec<P::Event>,
    ) -> Result<Result<usize, Unwritable>, Unsound> {
        let place = if let Some(place) = self.ahead.get_index_of(&customer) {
            place
        } else {
            let state = self.state(books, &customer).cloned().unwrap_or_default();
            self.ahead.insert_full(customer.clone(), state).0
        };
        let Some((_, shared)) = self.ahead.get_index_mut(place) else {
            return Err(Unsound("what was put on the desk is not there".to_owned()));
        };
        let state = Arc::make_mut(shared);
        let mut facts = Vec::with_capacity(events.len());
        let opened = self.draft.open(customer.as_ref(), cause.as_ref(), actor.as_ref());
        let mut written = opened.and_then(|()| take(&mut self.draft, state, &mut facts, events));
        for steps in 0.. {
            if written.is_err() {
                break;
            }
            let Some(command) = books.policy.step(state, books.today) else { break };
            let called_for = own_step(&books.policy, state, command)?;
            if steps == STEPS_MAX {
                return Err(Unsound("steps do not come to an end".to_owned()));
            }
            written = take(&mut self.draft, state, &mut facts, called_for);
        }
        state.check()?;
        if let Err(unwritable) = written.and_then(|()| self.draft.close()) {
            self.draft.abandon();
            self.recall(books, &customer);
            return Ok(Err(unwritable));
        }
        self.drafted.decisions.push(Decision { customer, cause, actor, events: facts });
        Ok(Ok(self.drafted.decisions.len() - 1))
    }

    /// Works out again what the draft says of a customer: a decision was too large to be written,
    /// or what it rests on has been heard back.
    fn recall(&mut self, books: &Books<P>, customer: &Option<CustomerId>) {
        self.ahead.swap_remove(customer);
        let about = |it: &&Decision<Fact<P>>| it.customer == *customer;
        let mut drafted = self.drafted.decisions.iter().filter(about).peekable();
        if drafted.peek().is_none() {
            return;
        }
        let mut shared = self.state(books, customer).cloned().unwrap_or_default();
        let state = Arc::make_mut(&mut shared);
        drafted.flat_map(|it| &it.events).for_each(|fact| state.evolve(fact));
        self.ahead.insert(customer.clone(), shared);
    }

    /// About how many decisions more the draft takes; at least one unless it is full.
    pub fn room(&self) -> usize {
        self.draft.room()
    }

    /// Whether the draft takes no further decision.
    pub fn is_full(&self) -> bool {
        self.draft.is_full()
    }

    /// Whether nothing waits to be written or answered.
    pub fn is_clear(&self) -> bool {
        self.draft.is_empty() && self.flying.is_none()
    }

    /// Whether an entry is on its way.
    pub fn is_flying(&self) -> bool {
        self.flying.is_some()
    }

    /// Whether something about this customer is on its way.
    pub fn speaks_of(&self, customer: &CustomerId) -> bool {
        let customer = Some(customer.clone());
        let flying = self.flying.as_ref().is_some_and(|it| it.states.contains_key(&customer));
        flying || self.ahead.contains_key(&customer)
    }

    /// The next entry to append, if there is one and none is in flight.
    pub fn take_off(&mut self, books: &Books<P>) -> Option<Appending> {
        if self.flying.is_some() || self.draft.is_empty() {
            return None;
        }
        let follows = books.own();
        let body = std::mem::take(&mut self.draft).seal(follows.hash);
        let (pending, states) =
            (std::mem::take(&mut self.drafted), std::mem::take(&mut self.ahead));
        self.flying = Some(Flying { pending, hash: Hash::of(&body), states });
        Some(Appending { after: follows, body: body.into() })
    }

    /// The hash of the entry in flight.
    pub fn flying(&self) -> Option<Hash> {
        self.flying.as_ref().map(|it| it.hash)
    }

    /// The entry in flight stands in the journal: what to hear, and then to answer.
    pub fn landed(&mut self, sequence: Sequence) -> Option<Landed<P, R>> {
        let Flying { pending, hash, states } = self.flying.take()?;
        let said = Said::Decisions(pending.decisions);
        let heard = Heard { sequence, context: P::own(), hash, said };
        Some(Landed { heard, states, replies: Replies(pending.answers) })
    }

    /// Takes an entry of an earlier context into account in what is being said too.
    pub fn overhear(&mut self, heard: &Heard<Fact<P>>) {
        let Said::Decisions(decisions) = &heard.said else { return };
        let flying = self.flying.as_mut().map(|it| &mut it.states);
        for states in flying.into_iter().chain([&mut self.ahead]) {
            for decision in decisions {
                if let Some(shared) = states.get_mut(&decision.customer) {
                    let state = Arc::make_mut(shared);
                    state.stands_in(Some(heard.sequence.0));
                    decision.events.iter().for_each(|fact| state.evolve(fact));
                    state.stands_in(None);
                }
            }
        }
    }

    /// An entry of one's own was heard back: what is drafted rests on where it stands, if the states
    /// keep that.
    pub fn rest_on(&mut self, books: &Books<P>, landed: &States<P::State>) {
        if P::State::PLACED {
            for customer in landed.keys().filter(|it| it.is_some()) {
                self.recall(books, customer);
            }
        }
    }

    /// Another writer was faster, or the entry cannot be written: everything that was decided and
    /// is not durable is put back, and these requests are to be asked again.
    pub fn put_back(&mut self) -> Vec<Request<P::Command, R>> {
        self.ahead = States::default();
        self.draft = Draft::new();
        let flying = self.flying.take().map(|it| it.pending).unwrap_or_default();
        let drafted = std::mem::take(&mut self.drafted);
        flying.answers.into_iter().chain(drafted.answers).map(|(request, _)| request).collect()
    }
}

/// States by whom they are of.
pub type States<S> = IndexMap<Option<CustomerId>, Arc<S>, FixedState>;

/// An entry that stands in the journal.
pub struct Landed<P: Service, R> {
    /// The entry, to be heard.
    pub heard: Heard<Fact<P>>,
    /// What hearing it leads to: worked out when it was decided.
    pub states: States<P::State>,
    /// Whom it answers.
    pub replies: Replies<P, R>,
}

impl<P: Service, R> fmt::Debug for Landed<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Landed").field("heard", &self.heard).finish_non_exhaustive()
    }
}

/// The requests that an entry answers.
pub struct Replies<P: Service, R>(Requests<P, R>);

impl<P: Service, R> fmt::Debug for Replies<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Replies").field(&self.0.len()).finish()
    }
}

impl<P: Service, R> Replies<P, R> {
    /// The answers, once the entry has been heard.
    pub fn answer(self, heard: Heard<Fact<P>>) -> impl Iterator<Item = Answered<P, R>> {
        let position = heard.sequence;
        let mut decisions = match heard.said {
            Said::Decisions(decisions) => decisions,
            Said::Nothing | Said::Day(_) => Vec::new(),
        };
        self.0.into_iter().map(move |(request, reply)| {
            let answer = match reply {
                Reply::Decided(index) => {
                    let events = decisions.get_mut(index).map(|it| std::mem::take(&mut it.events));
                    Ok(Done { position, events: events.unwrap_or_default() })
                }
                Reply::Nothing => Ok(Done { position, events: Vec::new() }),
                Reply::Rejected(rejection) => Err(rejection),
            };
            (request.reply, answer)
        })
    }
}

/// What a step of a policy says; a policy never refuses itself, and a step changes something.
fn own_step<P: Service>(
    policy: &P,
    state: &P::State,
    command: P::Command,
) -> Result<Vec<P::Event>, Unsound> {
    match policy.decide(state, command) {
        Ok(events) if events.is_empty() => Err(Unsound("a step changed nothing".to_owned())),
        Ok(events) => Ok(events),
        Err(refusal) => Err(Unsound(format!("a policy refused its own step: {refusal:?}"))),
    }
}

/// Writes events down and takes them into account.
fn take<S: Fold, E: Serialize>(
    draft: &mut Draft,
    state: &mut S,
    facts: &mut Vec<S::Fact>,
    events: Vec<E>,
) -> Result<(), Unwritable>
where
    S::Fact: From<E>,
{
    for event in events {
        draft.add(&event)?;
        let fact = S::Fact::from(event);
        state.evolve(&fact);
        facts.push(fact);
    }
    Ok(())
}

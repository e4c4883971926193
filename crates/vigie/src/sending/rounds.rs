//! What is one in whatever is sent for a tenant: who has something waiting, what is put off, whether
//! anything may leave, and that it is written down.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use decider::Decider;
use events::{CustomerId, Reference};
use futures::future::select_all;
use host::{
    Host, Touched,
    engine::{Books, Rejection},
};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::Armed;
use crate::{door::Door, lead::Lead, tenants::Tenant};

/// How often everything that waits is looked at, whatever happens: a day, an hour or an operator may
/// let it leave.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Before what could not be sent for now is tried again, at first and at most.
const WAIT: Duration = Duration::from_mins(1);
const WAIT_MAX: Duration = Duration::from_hours(1);

/// The rounds of a worker, while this process leads.
pub(super) struct Rounds<P: Door> {
    tenant: Arc<Tenant>,
    /// Whether something of a customer's is on its way.
    waits: fn(&<P as Decider>::State) -> bool,
    waiting: BTreeSet<CustomerId>,
    heard: Vec<Receiver<Touched>>,
    /// When everything that waits is looked at again; at once, at first.
    next: Option<Instant>,
    /// Whether something might leave when this round began; before it does, that is asked again.
    armed: bool,
}

impl<P: Door> Rounds<P> {
    pub(super) fn new(tenant: Arc<Tenant>, waits: fn(&<P as Decider>::State) -> bool) -> Self {
        let heard = tenant.hosts::<P>().map(|(_, host)| host.watch()).collect();
        Self { tenant, waits, waiting: BTreeSet::new(), heard, next: None, armed: false }
    }

    /// Whom to look at now; nothing when it is told to stop, or another process leads.
    pub(super) async fn next(
        &mut self,
        lead: &mut Lead,
        stop: &CancellationToken,
    ) -> Result<Option<Vec<CustomerId>>, String> {
        let now = match self.next {
            None => {
                self.look_everywhere()?;
                self.next = Some(Instant::now() + LOOK_EVERY);
                self.waiting.iter().cloned().collect()
            }
            Some(next) => {
                let touched = select_all(self.heard.iter_mut().map(|it| Box::pin(it.recv())));
                let heard = tokio::select! {
                    (touched, ..) = touched => Some(touched),
                    () = tokio::time::sleep_until(next) => None,
                    () = lead.becomes(false) => return Ok(None),
                    () = stop.cancelled() => return Ok(None),
                };
                match heard {
                    Some(Ok(touched)) => self.look_at(&touched.customers)?,
                    Some(Err(RecvError::Closed)) => return Ok(None),
                    Some(Err(RecvError::Lagged(_))) => {
                        self.look_everywhere()?;
                        self.waiting.iter().cloned().collect()
                    }
                    None => {
                        self.next = Some(Instant::now() + LOOK_EVERY);
                        self.waiting.iter().cloned().collect::<Vec<_>>()
                    }
                }
            }
        };
        if !now.is_empty() {
            self.armed = self.is_armed().await?;
        }
        Ok(Some(now))
    }

    fn look_everywhere(&mut self) -> Result<(), String> {
        for (_, host) in self.tenant.hosts::<P>() {
            let waiting = host.read(|books| {
                let waiting = books.customers().filter(|(_, known)| (self.waits)(&known.state));
                waiting.map(|(id, _)| id.clone()).collect::<Vec<_>>()
            });
            self.waiting.extend(waiting.map_err(|it| it.to_string())?);
        }
        Ok(())
    }

    /// Those of them with something on its way.
    fn look_at(&mut self, customers: &[CustomerId]) -> Result<Vec<CustomerId>, String> {
        let mut found = Vec::new();
        for customer in customers {
            let Some((_, host)) = self.tenant.host::<P>(customer) else { continue };
            let waits = host
                .read(|books| books.customer(customer).is_some_and(|it| (self.waits)(&it.state)));
            if waits.map_err(|it| it.to_string())? {
                self.waiting.insert(customer.clone());
                found.push(customer.clone());
            }
        }
        Ok(found)
    }

    /// Nothing of a customer's is on its way any more.
    pub(super) fn is_over(&mut self, customer: &CustomerId) {
        self.waiting.remove(customer);
    }

    fn host(&self, customer: &CustomerId) -> Result<&Host<P>, String> {
        let found = self.tenant.host::<P>(customer).map(|(_, host)| host);
        found.ok_or_else(|| "this process does not run the role any more".to_owned())
    }

    /// What is known of a customer, and by which rules, at one moment.
    pub(super) fn see<T>(
        &self,
        customer: &CustomerId,
        see: impl FnOnce(&Books<P>, &Arc<<P as Decider>::State>) -> T,
    ) -> Result<Option<T>, String> {
        let seen = self.host(customer)?.read(|books| {
            let known = books.customer(customer)?;
            Some(see(books, &known.state))
        });
        seen.map_err(|it| it.to_string())
    }

    /// Whether something may leave: when the round began, and still.
    pub(super) async fn may_leave(&self) -> Result<bool, String> {
        Ok(self.armed && self.is_armed().await?)
    }

    async fn is_armed(&self) -> Result<bool, String> {
        let journals = self.tenant.hosts::<P>().map(|(_, host)| host.journal());
        Armed::of(&self.tenant.contacts, &self.tenant.id, journals).is_on().await
    }

    /// Whether the context agrees; it is asked again while nothing can be written: what has left must
    /// not be forgotten.
    pub(super) async fn ask(
        &self,
        customer: &CustomerId,
        command: <P as Decider>::Command,
    ) -> Result<bool, String> {
        loop {
            let host = self.host(customer)?;
            let asked = host.ask(Some(customer.clone()), command.clone(), None, None).await;
            match asked {
                Ok(_) => return Ok(true),
                Err(host::Error::Rejected(Rejection::Refused(refusal))) => {
                    tracing::debug!(%customer, ?refusal, "it does not go further");
                    return Ok(false);
                }
                Err(host::Error::Unavailable(why)) => {
                    tracing::warn!(%customer, %why, "waiting to write down what was sent");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

/// What failed for now, and when it is tried again.
pub(super) struct PutOff<K>(BTreeMap<K, (Instant, Duration)>);

impl<K: Ord> PutOff<K> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether it is not yet its time.
    pub(super) fn has(&self, it: &K) -> bool {
        self.0.get(it).is_some_and(|(at, _)| Instant::now() < *at)
    }

    /// For a minute at first, then for twice as long as before, for an hour at most.
    pub(super) fn put(&mut self, it: K) {
        let wait = self.0.get(&it).map_or(WAIT, |(_, wait)| *wait * 2).min(WAIT_MAX);
        self.0.insert(it, (Instant::now() + wait, wait));
    }

    /// It worked, or there is nothing to be tried any more.
    pub(super) fn forget(&mut self, it: &K) {
        self.0.remove(it);
    }
}

/// As much of a text as may stand in a journal.
#[expect(clippy::expect_used, reason = "a word is a reference")]
pub(super) fn brief(text: &str) -> Reference {
    let clean: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let clean = clean.trim();
    let end = (0..=clean.len().min(64)).rev().find(|end| clean.is_char_boundary(*end));
    let some = clean.get(..end.unwrap_or(0)).unwrap_or_default().trim_end();
    Reference::new(some).unwrap_or_else(|_| Reference::new("unknown").expect("a word"))
}

//! The loop of one service: hears the journal, decides what is asked, and has at most one entry on
//! its way. What arrives meanwhile becomes the next entry, so an entry is as large as the disk is
//! slow, and an idle service writes at once.

mod replay;

pub(crate) use replay::books_at;

use std::{collections::VecDeque, pin::Pin, sync::Arc, time::Duration};

use decider::Unsound;
use events::{Sequence, Undecodable};
use journal::{Outcome, ReadError, Record};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    Options, Snapshots,
    engine::{Appending, Books, Desk, Fact, Heard, Landed, Said, Service, States, read},
    host::{Ask, Error, Reply, Shared, Status, Touched},
    snapshot::Frozen,
};

/// Why a service stops where it stands: to go on would be wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("entry {sequence}: {why}")]
    Undecodable { sequence: Sequence, why: Undecodable },
    #[error("{0}")]
    Unsound(#[from] Unsound),
    #[error("the reader of the journal has ended")]
    ReaderEnded,
}

/// How many requests are decided before the loop looks up.
const TURN: usize = 512;

/// Pause before an entry is sent again that nobody could tell the fate of.
const PAUSE: Duration = Duration::from_millis(200);

type Flight = Pin<Box<dyn Future<Output = Outcome> + Send>>;

struct Run<P: Service> {
    shared: Arc<Shared<P>>,
    options: Options,
    desk: Desk<P, Reply<P>>,
    records: mpsc::Receiver<Result<Record, ReadError>>,
    /// Requests put back when another writer was faster, to be asked before any other.
    again: VecDeque<Ask<P>>,
    flight: Option<Flight>,
    took_off: Option<Instant>,
    appending: Option<Appending>,
    /// Appended, and to be heard once all before it has been.
    landing: Option<Sequence>,
    /// An own entry of another writer is known to stand in the journal and was not heard yet.
    behind: bool,
    /// Another replica leads until then.
    standby_until: Option<Instant>,
    /// Whether this one speaks for the customers.
    speaks: bool,
    snapshot_due: Sequence,
    saving: Option<tokio::task::JoinHandle<()>>,
}

/// Runs a service until it is drained or has to halt.
pub(crate) async fn run<P: Service>(
    shared: Arc<Shared<P>>,
    mut asked: mpsc::Receiver<Ask<P>>,
    options: Options,
) {
    let ended = match replay::catch_up(&shared, &options).await {
        Ok(records) => {
            let snapshot_due = Sequence(shared.position.borrow().0 + options.snapshot_entries);
            let run = Run {
                shared: shared.clone(),
                options,
                desk: Desk::default(),
                records,
                again: VecDeque::new(),
                flight: None,
                took_off: None,
                appending: None,
                landing: None,
                behind: false,
                standby_until: None,
                speaks: true,
                snapshot_due,
                saving: None,
            };
            run.live(&mut asked).await
        }
        Err(halt) => Err(halt),
    };
    asked.close();
    let (status, error) = match ended {
        Ok(()) => (Status::Drained, Error::Stopping),
        Err(halt) => {
            let why = halt.to_string();
            tracing::error!(context = %P::own(), journal = ?shared.journal, %why, "halted");
            (Status::Halted(why.clone()), Error::Halted(why))
        }
    };
    shared.status.send_replace(status);
    while let Ok(request) = asked.try_recv() {
        answer(request.reply, Err(error.clone()));
    }
}

/// A caller that no longer waits is no reason to stop.
fn answer<T, E>(reply: tokio::sync::oneshot::Sender<Result<T, E>>, with: Result<T, E>) {
    let _gone: Result<(), _> = reply.send(with);
}

impl<P: Service> Run<P> {
    async fn live(mut self, asked: &mut mpsc::Receiver<Ask<P>>) -> Result<(), Halt> {
        let mut barred = self.shared.barred.subscribe();
        let mut drain = self.shared.drain.subscribe();
        let mut turn = Vec::with_capacity(TURN);
        self.say_status();
        loop {
            let draining = *drain.borrow();
            if draining && asked.is_empty() && self.again.is_empty() && self.desk.is_clear() {
                self.save_last().await;
                return Ok(());
            }
            self.decide_again()?;
            let more = self.step()?;
            self.take_off();
            let open = !self.desk.is_full() && !self.behind && self.again.is_empty();
            let standby_until = self.standby_until;
            tokio::select! {
                biased;
                outcome = fly(&mut self.flight) => self.outcome(outcome)?,
                record = self.records.recv() => {
                    let record = record.ok_or(Halt::ReaderEnded)??;
                    self.hear(&record)?;
                }
                count = asked.recv_many(&mut turn, self.desk.room().min(TURN)), if open && !(draining && asked.is_empty()) => {
                    if count == 0 {
                        // Every handle is gone: nobody can ask or read any more.
                        self.shared.drain.send_replace(true);
                    }
                    self.decide(turn.drain(..))?;
                }
                () = wait(standby_until) => {
                    self.standby_until = None;
                    self.say_status();
                }
                changed = barred.changed() => {
                    if changed.is_ok() {
                        self.say_status();
                    }
                }
                changed = drain.changed() => {
                    if changed.is_ok() {
                        asked.close();
                    }
                }
                () = std::future::ready(()), if more => tokio::task::yield_now().await,
            }
        }
    }

    fn barred(&self) -> Option<String> {
        if self.options.only_reads {
            return Some("this process only reads".to_owned());
        }
        self.shared.barred.borrow().clone()
    }

    fn say_status(&self) {
        let status = match (self.barred(), self.standby_until) {
            // What keeps others from writing is no trouble to it.
            _ if self.options.only_reads => Status::Standby,
            (Some(why), _) => Status::Troubled(why),
            (None, Some(_)) => Status::Standby,
            (None, None) => Status::Leading,
        };
        self.set_status(status);
    }

    fn set_status(&self, status: Status) {
        self.shared.status.send_if_modified(|it| {
            let changed = *it != status;
            if changed {
                tracing::info!(context = %P::own(), journal = ?self.shared.journal, ?status, "status");
            }
            *it = status;
            changed
        });
    }

    /// Decides requests in the order they came, into the draft.
    fn decide(&mut self, requests: impl Iterator<Item = Ask<P>>) -> Result<(), Halt> {
        if let Some(why) = self.barred() {
            requests.for_each(|it| answer(it.reply, Err(Error::Unavailable(why.clone()))));
            return Ok(());
        }
        let desk = &mut self.desk;
        let again = &mut self.again;
        self.shared.read(|books| {
            for request in requests {
                if desk.is_full() {
                    again.push_back(request);
                    continue;
                }
                if let Some((reply, done)) = desk.ask(books, request)? {
                    count("answered", 1);
                    answer(reply, done.map_err(Error::Rejected));
                }
            }
            Ok(())
        })
    }

    fn decide_again(&mut self) -> Result<(), Halt> {
        while !self.behind && !self.desk.is_full() && !self.again.is_empty() {
            let some: Vec<_> = self.again.drain(..self.again.len().min(TURN)).collect();
            let rest = std::mem::take(&mut self.again);
            self.decide(some.into_iter())?;
            self.again.extend(rest);
        }
        Ok(())
    }

    /// Lets customers say what their states call for; whether more of them wait. While another
    /// replica leads, it speaks for them.
    fn step(&mut self) -> Result<bool, Halt> {
        let speaks = self.standby_until.is_none() && !self.behind && self.barred().is_none();
        if speaks && !std::mem::replace(&mut self.speaks, speaks) {
            self.shared.write(Books::stir_speaking);
        }
        self.speaks = speaks;
        let room = if speaks { self.desk.room().min(TURN) } else { TURN };
        if !self.shared.read(Books::is_stirred) {
            self.say_rest();
            return Ok(false);
        }
        if self.desk.is_full() {
            return Ok(false);
        }
        let turn = self.shared.write(|books| books.restless(room));
        let desk = &mut self.desk;
        let (silent, left) = self.shared.read(|books| {
            let mut silent = Vec::with_capacity(turn.len());
            for (place, index) in turn.iter().enumerate() {
                // How much room there is was an estimate: what is said may be long.
                if desk.is_full() {
                    return Ok((silent, place));
                }
                let Some((customer, known)) = books.at(*index) else { continue };
                // What is on its way will be heard, and the customer asked again.
                let says = if speaks {
                    desk.speaks_of(customer) || desk.step(books, customer)?
                } else {
                    books.policy.step(&known.state, books.today).is_some()
                };
                if !says {
                    silent.push((*index, books.wakes_on(&known.state)));
                }
            }
            Ok::<_, Halt>((silent, turn.len()))
        })?;
        let left = turn.get(left..).unwrap_or_default();
        if !silent.is_empty() || !left.is_empty() {
            self.shared.write(|books| {
                books.unasked(left);
                for (index, until) in silent {
                    books.rest(index, until);
                }
            });
        }
        Ok(true)
    }

    /// Tells whoever waits for it that nothing more is called for.
    fn say_rest(&self) {
        let restless = self.shared.read(Books::is_restless);
        self.shared.restless.send_if_modified(|it| std::mem::replace(it, restless) != restless);
    }

    fn take_off(&mut self) {
        if self.behind || self.flight.is_some() || self.landing.is_some() {
            return;
        }
        let Some(appending) = self.shared.read(|books| self.desk.take_off(books)) else { return };
        self.flight = Some(self.launch(&appending, Duration::ZERO));
        self.took_off = Some(Instant::now());
        self.appending = Some(appending);
    }

    fn launch(&self, appending: &Appending, pause: Duration) -> Flight {
        let journal = self.shared.journal.clone();
        let (after, body) = (appending.after, appending.body.clone());
        Box::pin(async move {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            journal.append(P::own(), after, body).await
        })
    }

    fn outcome(&mut self, outcome: Outcome) -> Result<(), Halt> {
        self.flight = None;
        match outcome {
            Outcome::Appended(head) => {
                self.landing = Some(head.sequence);
                self.land()?;
            }
            Outcome::Overtaken => {
                count("overtaken", 1);
                self.put_back();
                self.behind = true;
            }
            Outcome::Unavailable(why) => {
                self.set_status(Status::Troubled(why));
                if let Some(appending) = &self.appending {
                    self.flight = Some(self.launch(appending, PAUSE));
                }
            }
            Outcome::Full(why) => {
                self.set_status(Status::Troubled(why.clone()));
                self.give_up(&Error::Unavailable(why));
            }
            Outcome::Refused(why) => {
                tracing::error!(context = %P::own(), %why, "the journal refuses an entry");
                self.give_up(&Error::Unappendable(why));
            }
        }
        Ok(())
    }

    /// Everything that is not durable is put back, to be asked again.
    fn put_back(&mut self) {
        self.flight = None;
        self.appending = None;
        self.shared.write(Books::stir_speaking);
        for request in self.desk.put_back().into_iter().rev() {
            self.again.push_front(request);
        }
    }

    fn give_up(&mut self, error: &Error<P::Error>) {
        self.flight = None;
        self.appending = None;
        self.shared.write(Books::stir_speaking);
        for request in self.desk.put_back() {
            answer(request.reply, Err(error.clone()));
        }
    }

    /// Hears the entry that was appended, if all before it has been heard, and answers.
    fn land(&mut self) -> Result<(), Halt> {
        let Some(sequence) = self.landing else { return Ok(()) };
        if sequence != self.shared.position.borrow().next() {
            return Ok(());
        }
        self.landing = None;
        self.appending = None;
        let Some(landed) = self.desk.landed(sequence) else { return Ok(()) };
        let journal = &self.shared.journal;
        let span = tracing::debug_span!("entry", context = %P::own(), tenant = %journal.tenant(),
            partition = %journal.partition(), %sequence);
        let _entered = span.enter();
        if let Some(took_off) = self.took_off.take() {
            let labels = [("context", P::own().name())];
            metrics::histogram!("vigie_append_duration_seconds", &labels)
                .record(took_off.elapsed().as_secs_f64());
            metrics::counter!("vigie_entries_appended_total", &labels).increment(1);
        }
        let Landed { heard, mut states, replies } = landed;
        self.take(&heard, &mut states)?;
        self.shared.read(|books| self.desk.rest_on(books, &states));
        if matches!(*self.shared.status.borrow(), Status::Troubled(_)) {
            self.say_status();
        }
        // What was replaced is let go of here: the next decisions take the same memory, still warm.
        drop(states);
        // Waking callers need not delay the next entry.
        tokio::spawn(async move {
            let mut answered = 0;
            for (reply, done) in replies.answer(heard) {
                answered += 1;
                answer(reply, done.map_err(Error::Rejected));
            }
            count("answered", answered);
        });
        Ok(())
    }

    fn hear(&mut self, record: &Record) -> Result<(), Halt> {
        if record.sequence <= *self.shared.position.borrow() {
            return Ok(());
        }
        let own = record.context == P::own();
        if own && self.desk.flying() == Some(record.hash) {
            // Heard back before the answer came, or in its place.
            self.flight = None;
            self.landing = Some(record.sequence);
            return self.land();
        }
        let heard = decode::<P>(record)?;
        if own {
            if !self.desk.is_clear() {
                count("overtaken", 1);
                self.put_back();
            }
            self.behind = false;
            self.standby_until = Some(Instant::now() + self.options.silence);
            self.say_status();
        } else {
            self.desk.overhear(&heard);
        }
        self.take(&heard, &mut States::default())?;
        self.land()
    }

    /// Takes an entry into the books and tells whoever waits for it.
    fn take(&mut self, heard: &Heard<Fact<P>>, states: &mut States<P::State>) -> Result<(), Halt> {
        take(&self.shared, heard, states)?;
        if heard.sequence >= self.snapshot_due {
            self.save();
        }
        Ok(())
    }

    /// Writes a snapshot beside everything else.
    fn save(&mut self) {
        if self.saving.as_ref().is_some_and(|it| !it.is_finished()) {
            return;
        }
        let position = *self.shared.position.borrow();
        self.snapshot_due = Sequence(position.0 + self.options.snapshot_entries);
        if !matches!(self.options.snapshots, Snapshots::None) {
            let (shared, snapshots) = (self.shared.clone(), self.options.snapshots.clone());
            self.saving = Some(tokio::spawn(async move { save(&shared, &snapshots).await }));
        }
    }

    async fn save_last(&mut self) {
        if let Some(saving) = self.saving.take() {
            let _finished: Result<(), _> = saving.await;
        }
        save(&self.shared, &self.options.snapshots).await;
    }
}

async fn save<P: Service>(shared: &Shared<P>, snapshots: &Snapshots) {
    if matches!(snapshots, Snapshots::None) {
        return;
    }
    let saved = match shared.read(|books| Frozen::of(books, &shared.journal)) {
        Ok(frozen) => snapshots.save::<P>(&shared.journal, frozen).await,
        Err(error) => Err(error.to_string()),
    };
    match saved {
        Ok(bytes) => tracing::info!(context = %P::own(), bytes, "a snapshot was written"),
        Err(error) => tracing::warn!(context = %P::own(), %error, "a snapshot was not written"),
    }
}

pub(crate) fn decode<P: Service>(record: &Record) -> Result<Heard<Fact<P>>, Halt> {
    let sequence = record.sequence;
    read::<P>(sequence, record.context, record.hash, &record.body)
        .map_err(|why| Halt::Undecodable { sequence, why })
}

pub(crate) fn take<P: Service>(
    shared: &Shared<P>,
    heard: &Heard<Fact<P>>,
    states: &mut States<P::State>,
) -> Result<(), Halt> {
    shared.write(|books| books.hear_as_decided(heard, states))?;
    if matches!(heard.said, Said::Day(_) | Said::Decisions(_)) {
        shared.restless.send_replace(true);
    }
    shared.position.send_replace(heard.sequence);
    if let Said::Decisions(decisions) = &heard.said {
        if shared.touched.receiver_count() > 0 {
            let customers = decisions.iter().filter_map(|it| it.customer.clone()).collect();
            let touched = Touched { sequence: heard.sequence, customers };
            let _nobody: Result<_, _> = shared.touched.send(touched);
        }
        let events: usize = decisions.iter().map(|it| it.events.len()).sum();
        let labels = [("context", P::own().name())];
        metrics::counter!("vigie_events_applied_total", &labels)
            .increment(u64::try_from(events).unwrap_or(u64::MAX));
    }
    Ok(())
}

fn count(outcome: &'static str, number: u64) {
    metrics::counter!("vigie_requests_total", "outcome" => outcome).increment(number);
}

async fn fly(flight: &mut Option<Flight>) -> Outcome {
    match flight {
        Some(flight) => flight.await,
        None => std::future::pending().await,
    }
}

async fn wait(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

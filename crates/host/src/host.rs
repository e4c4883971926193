//! One running service, as the rest of the program sees it.

use std::{
    fmt,
    num::NonZero,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    task::{Context as TaskContext, Poll},
    time::Duration,
};

use decider::Decider;
use events::{ActorId, Cause, CustomerId, Sequence};
use futures::future::BoxFuture;
use journal::{Journal, Record};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::{
    Snapshots,
    engine::{Books, Done, Fact, Heard, Rejection, Request, Service},
    run::{self, Halt},
};

/// How a service is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where snapshots are kept.
    pub snapshots: Snapshots,
    /// A snapshot is written when so many entries came since the last one.
    pub snapshot_entries: u64,
    /// Requests that wait to be decided; above it callers wait, which is how they learn to slow
    /// down.
    pub queue: NonZero<usize>,
    /// How long another writer of the same context must have been silent before this one takes
    /// over.
    pub silence: Duration,
    /// Whether it answers questions and never writes, however long all others are silent.
    pub only_reads: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            snapshots: Snapshots::None,
            snapshot_entries: 20_000,
            queue: const { NonZero::new(4_096).unwrap() },
            silence: Duration::from_secs(3),
            only_reads: false,
        }
    }
}

/// What a service is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It reads what it has missed; it answers nothing.
    Replaying {
        /// How far it is.
        position: Sequence,
        /// How far it has to go.
        last: Sequence,
    },
    /// It answers questions, decides and acts.
    Leading,
    /// It answers questions; another replica decides and acts. A request that reaches it is decided
    /// all the same: the journal sees to it that both agree.
    Standby,
    /// It answers questions from what it knows; nothing can be written.
    Troubled(String),
    /// It has stopped, in good order.
    Drained,
    /// It has stopped, because to go on would be wrong.
    Halted(String),
}

impl Status {
    /// Whether questions are answered.
    pub const fn answers(&self) -> bool {
        matches!(self, Self::Leading | Self::Standby | Self::Troubled(_))
    }

    /// Whether requests can be written.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::Leading | Self::Standby)
    }
}

/// Why a request or a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error<E> {
    /// The domain, or its written form, says no. Asking again gives the same.
    #[error("{0}")]
    Rejected(Rejection<E>),
    /// It still reads what it has missed.
    #[error("the journal is being read: at entry {position} of {last}")]
    Replaying {
        /// How far it is.
        position: Sequence,
        /// How far it has to go.
        last: Sequence,
    },
    /// Nothing can be written at the moment, and nothing of this request was. Ask again.
    #[error("nothing can be written: {0}")]
    Unavailable(String),
    /// The entry it would have stood in cannot be appended. Nothing of it was.
    #[error("the journal refuses the entry: {0}")]
    Unappendable(String),
    /// The service is stopping; ask another replica.
    #[error("the service is stopping")]
    Stopping,
    /// The service has stopped because to go on would be wrong.
    #[error("the service has halted: {0}")]
    Halted(String),
    /// The journal could not be read.
    #[error("the journal cannot be read: {0}")]
    Unreadable(String),
}

/// The error of a service's requests.
pub type Failure<P> = Error<<P as Decider>::Error>;
pub(crate) type Reply<P> = oneshot::Sender<Result<Done<Fact<P>>, Failure<P>>>;
pub(crate) type Ask<P> = Request<<P as Decider>::Command, Reply<P>>;

/// Customers an entry spoke of.
#[derive(Debug, Clone)]
pub struct Touched {
    /// Where it stands.
    pub sequence: Sequence,
    /// Of whom it spoke.
    pub customers: Arc<[CustomerId]>,
}

/// How the past is read. It is compiled where the service is started, and not again wherever a
/// question asks for the past.
pub(crate) struct Past<P: Service> {
    pub(crate) decode: fn(&Record) -> Result<Heard<Fact<P>>, Halt>,
    pub(crate) books_at: BooksAt<P>,
}

type BooksAt<P> = for<'a> fn(&'a Journal, P, Sequence) -> BoxFuture<'a, Result<Books<P>, Halt>>;

pub(crate) struct Shared<P: Service> {
    pub(crate) journal: Journal,
    pub(crate) books: RwLock<Books<P>>,
    pub(crate) position: watch::Sender<Sequence>,
    /// Whether some customer's state may call for more than the journal says.
    pub(crate) restless: watch::Sender<bool>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) barred: watch::Sender<Option<String>>,
    pub(crate) drain: watch::Sender<bool>,
    pub(crate) touched: broadcast::Sender<Touched>,
    pub(crate) initial: P,
    pub(crate) past: Past<P>,
}

impl<P: Service> Shared<P> {
    /// Asks the books. A panic while they were written would have halted the service; what they
    /// held before is still whole.
    pub(crate) fn read<T>(&self, ask: impl FnOnce(&Books<P>) -> T) -> T {
        ask(&self.books.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the books; only the loop of the service does.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut Books<P>) -> T) -> T {
        change(&mut self.books.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A running service: one context on one journal. Cloning it is cheap; the clones share it.
pub struct Host<P: Service> {
    requests: mpsc::Sender<Ask<P>>,
    shared: Arc<Shared<P>>,
}

impl<P: Service> Clone for Host<P> {
    fn clone(&self) -> Self {
        Self { requests: self.requests.clone(), shared: self.shared.clone() }
    }
}

impl<P: Service> fmt::Debug for Host<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Host({} on {:?}, {:?})", P::own(), self.journal(), *self.status().borrow())
    }
}

/// A request on its way: its answer, once it is durable. Dropping it does not take it back.
#[derive(Debug)]
pub struct Waiting<P: Service>(oneshot::Receiver<Result<Done<Fact<P>>, Failure<P>>>);

impl<P: Service> Future for Waiting<P> {
    type Output = Result<Done<Fact<P>>, Failure<P>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|it| it.unwrap_or(Err(Error::Stopping)))
    }
}

impl<P: Service> Host<P> {
    /// Starts a service. It is of use once its status says that it answers.
    pub fn start(journal: Journal, policy: P, options: Options) -> Self {
        let (requests, asked) = mpsc::channel(options.queue.get());
        let start = Status::Replaying { position: Sequence::START, last: Sequence::START };
        let shared = Arc::new(Shared {
            journal,
            books: RwLock::new(Books::new(policy.clone())),
            position: watch::Sender::new(Sequence::START),
            restless: watch::Sender::new(true),
            status: watch::Sender::new(start),
            barred: watch::Sender::new(None),
            drain: watch::Sender::new(false),
            touched: broadcast::Sender::new(1_024),
            initial: policy,
            past: Past { decode: run::decode::<P>, books_at: run::books_at::<P> },
        });
        let running = run::run(shared.clone(), asked, options);
        // A thread of its own: among the tasks of thousands of callers it would wait its turn.
        let runtime = tokio::runtime::Handle::current();
        std::thread::spawn(move || runtime.block_on(running));
        Self { requests, shared }
    }

    /// The journal it runs on.
    pub fn journal(&self) -> &Journal {
        &self.shared.journal
    }

    /// What it is doing, and how that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.shared.status.subscribe()
    }

    /// Waits until it answers questions, or has stopped.
    pub async fn ready(&self) -> Result<(), Failure<P>> {
        let mut status = self.status();
        let reached = status.wait_for(|it| !matches!(it, Status::Replaying { .. })).await;
        match reached.map(|it| it.clone()) {
            Ok(status) => Self::answering(&status),
            Err(_) => Err(Error::Stopping),
        }
    }

    fn answering(status: &Status) -> Result<(), Failure<P>> {
        match status {
            Status::Replaying { position, last } => {
                Err(Error::Replaying { position: *position, last: *last })
            }
            Status::Leading | Status::Standby | Status::Troubled(_) => Ok(()),
            Status::Drained => Err(Error::Stopping),
            Status::Halted(why) => Err(Error::Halted(why.clone())),
        }
    }

    /// Hands a request in; its answer is awaited separately, so that many can be on their way in
    /// the order in which they were handed in. Waits while too many are.
    pub async fn submit(
        &self,
        customer: Option<CustomerId>,
        command: P::Command,
        cause: Option<Cause>,
        actor: Option<ActorId>,
    ) -> Result<Waiting<P>, Failure<P>> {
        let (reply, answer) = oneshot::channel();
        let request = Request { customer, command, cause, actor, reply };
        match self.requests.send(request).await {
            Ok(()) => Ok(Waiting(answer)),
            Err(_) => {
                Err(Self::answering(&self.status().borrow()).err().unwrap_or(Error::Stopping))
            }
        }
    }

    /// Asks and waits for the answer, which holds: what it reports is durable.
    pub async fn ask(
        &self,
        customer: Option<CustomerId>,
        command: P::Command,
        cause: Option<Cause>,
        actor: Option<ActorId>,
    ) -> Result<Done<Fact<P>>, Failure<P>> {
        self.submit(customer, command, cause, actor).await?.await
    }

    /// Asks the books: what the journal says up to [`Books::position`]. The writer waits meanwhile:
    /// take what is needed (states are shared) and compute outside.
    pub fn read<T>(&self, ask: impl FnOnce(&Books<P>) -> T) -> Result<T, Failure<P>> {
        Self::answering(&self.shared.status.borrow())?;
        Ok(self.shared.read(ask))
    }

    /// The last entry taken into account.
    pub fn position(&self) -> Sequence {
        *self.shared.position.borrow()
    }

    /// Waits until an entry has been taken into account.
    pub async fn reached(&self, sequence: Sequence) -> Result<(), Failure<P>> {
        let mut position = self.shared.position.subscribe();
        let reached = position.wait_for(|it| *it >= sequence).await;
        reached.map(|_| ()).map_err(|_| Error::Stopping)
    }

    /// Waits until all that its customers' states call for stands in the journal and has been
    /// heard: for an entry that has been reached, everything that follows from it.
    pub async fn at_rest(&self) -> Result<(), Failure<P>> {
        let mut restless = self.shared.restless.subscribe();
        let mut status = self.status();
        let stopped = |it: &Status| matches!(it, Status::Drained | Status::Halted(_));
        tokio::select! {
            rest = restless.wait_for(|it| !it) => rest.map(|_| ()).map_err(|_| Error::Stopping),
            _stopped = status.wait_for(stopped) => Err(Error::Stopping),
        }
    }

    /// Every entry from now on, by the customers it speaks of.
    pub fn watch(&self) -> broadcast::Receiver<Touched> {
        self.shared.touched.subscribe()
    }

    /// Bars the service from writing, or lets it write again: the server was found unfit.
    pub fn bar(&self, why: Option<String>) {
        self.shared.barred.send_if_modified(|it| {
            let changed = *it != why;
            *it = why;
            changed
        });
    }

    /// Takes no more requests, brings those on their way to an end, writes a snapshot and stops.
    pub async fn drain(&self) {
        self.shared.drain.send_replace(true);
        let mut status = self.status();
        let stopped = |it: &Status| matches!(it, Status::Drained | Status::Halted(_));
        let _stopped: Result<_, _> = status.wait_for(stopped).await;
    }

    pub(crate) fn shared(&self) -> &Shared<P> {
        &self.shared
    }
}

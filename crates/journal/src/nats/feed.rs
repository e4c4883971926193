//! A stream delivered in order, from a place on, for ever.
//!
//! An ephemeral pull consumer without acks: the reader keeps its own position, so whatever breaks
//! is answered by a new consumer that starts where the reader stands. The server sends no more
//! than was asked for, so a slow reader is never cut off.

use std::{fmt, sync::Arc, time::Duration};

use async_nats::{Message, StatusCode, Subscriber};
use bytes::Bytes;
use chrono::DateTime;
use events::Sequence;
use futures::{StreamExt as _, future::BoxFuture};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    Unanswered,
    log::{Log, seal},
};
use crate::{ReadError, connection::Watch, journal::Heard, record::Stored};

/// What may be on its way: enough to keep a fast reader busy, little enough for its memory.
const BYTES_IN_FLIGHT: usize = 8 * 1024 * 1024;
const BATCH_MIN: usize = 64;
const BATCH_MAX: usize = 8 * 1024;

const HEARTBEAT: Duration = Duration::from_secs(5);
/// A consumer on a server with a damaged store may beat for ever and deliver nothing; so the end of
/// the journal is looked at with the first heartbeat after an entry, and with every sixth.
const HEARTBEATS_PER_LOOK: u32 = 6;
/// Two heartbeats were missed.
const SILENCE_MAX: Duration = Duration::from_secs(12);
const REQUEST_LIFE: Duration = Duration::from_mins(1);
/// The server forgets a consumer nobody pulls from.
const CONSUMER_LIFE: Duration = Duration::from_secs(30);
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(1);

pub(crate) struct Feed {
    log: Arc<Log>,
    state: State,
    /// How long to wait before the next consumer.
    pause: Duration,
}

enum State {
    /// Kept here and not in the future of [`Feed::next`], so that a reader that is polled and
    /// dropped again and again still gets there.
    Opening(BoxFuture<'static, Result<Open, ReadError>>),
    Open(Open),
    Closed,
}

/// A consumer, and what was asked of it.
struct Open {
    messages: Subscriber,
    inbox: String,
    next_subject: String,
    watch: Watch,
    /// How often the connection had been lost.
    cuts: u64,
    /// Asked for and not delivered yet.
    outstanding: usize,
    /// How much is asked for; it grows while messages turn out to be small.
    batch: usize,
    bytes_per_message: usize,
    /// When the server is taken for dead, if it says nothing.
    deadline: Instant,
    /// How many came since the last entry.
    heartbeats: u32,
}

/// What a message from the server is.
enum Said {
    Entry(Result<Stored, ReadError>),
    /// It lives, and has nothing more.
    Heartbeat,
    /// A request has ended with so many messages undelivered.
    Ended(usize),
    /// The consumer is of no use any more.
    Lost(String),
}

impl Feed {
    pub(super) fn new(log: Arc<Log>) -> Self {
        Self { log, state: State::Closed, pause: Duration::ZERO }
    }

    pub(crate) fn restart(&mut self) {
        self.state = State::Closed;
    }

    pub(crate) async fn next(&mut self, position: Sequence) -> Result<Heard, ReadError> {
        loop {
            match &mut self.state {
                State::Closed => {
                    let opening = open(Arc::clone(&self.log), position, self.pause);
                    self.state = State::Opening(Box::pin(opening));
                }
                State::Opening(opening) => {
                    let opened = opening.await;
                    self.state = State::Closed;
                    self.state = State::Open(opened?);
                }
                State::Open(open) => match open.next(&self.log).await {
                    Said::Entry(Ok(stored)) => return Ok(Heard::Entry(stored)),
                    Said::Entry(Err(error)) => {
                        // So that asking again gives the same answer.
                        self.state = State::Closed;
                        return Err(error);
                    }
                    Said::Heartbeat => {
                        let first = open.heartbeats.is_multiple_of(HEARTBEATS_PER_LOOK);
                        open.heartbeats = open.heartbeats.wrapping_add(1);
                        if first {
                            return Ok(Heard::Quiet);
                        }
                    }
                    Said::Ended(undelivered) => {
                        open.outstanding = open.outstanding.saturating_sub(undelivered);
                    }
                    Said::Lost(why) => {
                        tracing::info!(stream = self.log.name, why, "reading starts again");
                        // A consumer that delivered nothing may be refused again at once; not so
                        // if the connection was the reason.
                        let refused = open.bytes_per_message == 0 && !open.is_cut();
                        self.pause = if refused { PAUSE_MAX } else { PAUSE_MIN };
                        self.state = State::Closed;
                    }
                },
            }
        }
    }
}

/// Tries until there is a consumer, or until it is clear that there never will be.
async fn open(log: Arc<Log>, position: Sequence, mut pause: Duration) -> Result<Open, ReadError> {
    loop {
        tokio::time::sleep(pause).await;
        match try_open(&log, position).await {
            Err(ReadError::Unavailable(why)) => {
                tracing::warn!(stream = log.name, why, "cannot read for now");
            }
            answer => return answer,
        }
        pause = (pause * 2).clamp(PAUSE_MIN, PAUSE_MAX);
    }
}

async fn try_open(log: &Log, position: Sequence) -> Result<Open, ReadError> {
    let cuts = log.nats.watch.cuts();
    log.reaches(position).await?;
    let client = &log.nats.client;
    let inbox = client.new_inbox();
    let consumer = inbox.rsplit('.').next().unwrap_or_default();
    let next_subject = format!("$JS.API.CONSUMER.MSG.NEXT.{}.{consumer}", log.name);
    let unavailable = |error: String| ReadError::Unavailable(log.nats.watch.explain(error));
    let messages =
        client.subscribe(inbox.clone()).await.map_err(|error| unavailable(error.to_string()))?;
    let question = json!({
        "stream_name": log.name,
        "config": {
            "name": consumer,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": position.next().0,
            "ack_policy": "none",
            "replay_policy": "instant",
            "inactive_threshold": nanos(CONSUMER_LIFE),
            "num_replicas": 1,
            "mem_storage": true,
        },
        "action": "create",
    });
    let verb = format!("CONSUMER.CREATE.{}.{consumer}", log.name);
    match log.nats.ask::<Value>(verb, &question).await {
        Ok(_) => Ok(Open {
            messages,
            next_subject,
            inbox,
            watch: log.nats.watch.clone(),
            cuts,
            outstanding: 0,
            batch: BATCH_MIN,
            bytes_per_message: 0,
            deadline: Instant::now() + SILENCE_MAX,
            heartbeats: 0,
        }),
        Err(Unanswered::Refused(error)) => Err(ReadError::Unavailable(error.to_string())),
        Err(Unanswered::Silent(why)) => Err(ReadError::Unavailable(why)),
    }
}

impl Open {
    /// Whether the connection was lost since.
    fn is_cut(&self) -> bool {
        self.watch.cuts() > self.cuts
    }

    async fn next(&mut self, log: &Log) -> Said {
        if self.outstanding <= self.batch / 2
            && let Err(why) = self.request(log).await
        {
            return Said::Lost(why);
        }
        let message = tokio::select! {
            biased;
            message = self.messages.next() => message,
            () = self.watch.cut_after(self.cuts) => {
                return Said::Lost(String::from("the connection was lost"));
            }
            () = tokio::time::sleep_until(self.deadline) => {
                return Said::Lost(String::from("the server is silent"));
            }
        };
        let Some(message) = message else {
            return Said::Lost(String::from("the subscription has ended"));
        };
        self.deadline = Instant::now() + SILENCE_MAX;
        match message.status {
            None => {
                self.delivered(message.length);
                Said::Entry(stored(log, message))
            }
            Some(StatusCode::IDLE_HEARTBEAT) => Said::Heartbeat,
            Some(status) => ended(status, &message),
        }
    }

    /// Asks for as many messages as may be on their way.
    async fn request(&mut self, log: &Log) -> Result<(), String> {
        let wanted = self.batch - self.outstanding;
        let question = json!({
            "batch": wanted,
            "max_bytes": 2 * BYTES_IN_FLIGHT,
            "expires": nanos(REQUEST_LIFE),
            "idle_heartbeat": nanos(HEARTBEAT),
        });
        let question = Bytes::from(question.to_string());
        let client = &log.nats.client;
        let sent =
            client.publish_with_reply(self.next_subject.clone(), self.inbox.clone(), question);
        sent.await.map_err(|error| error.to_string())?;
        self.outstanding += wanted;
        Ok(())
    }

    fn delivered(&mut self, bytes: usize) {
        self.outstanding = self.outstanding.saturating_sub(1);
        self.heartbeats = 0;
        // A running average, so that a batch is about as many bytes whatever the entries weigh.
        self.bytes_per_message = (7 * self.bytes_per_message + bytes).div_ceil(8);
        let fits = BYTES_IN_FLIGHT / self.bytes_per_message.max(1);
        self.batch = fits.clamp(BATCH_MIN, BATCH_MAX).min(2 * self.batch);
    }
}

fn ended(status: StatusCode, message: &Message) -> Said {
    let description = message.description.as_deref().unwrap_or_default();
    let undelivered = message.headers.as_ref().and_then(|it| it.get("Nats-Pending-Messages"));
    let undelivered = undelivered.and_then(|it| it.as_str().parse().ok());
    let done = status == StatusCode::TIMEOUT
        || ["Batch Completed", "Message Size Exceeds MaxBytes"].contains(&description);
    match undelivered {
        Some(undelivered) if done => Said::Ended(undelivered),
        _ => Said::Lost(format!("{status} {description}")),
    }
}

fn stored(log: &Log, message: Message) -> Result<Stored, ReadError> {
    let (sequence, nanos) =
        message.reply.as_deref().and_then(place).ok_or_else(|| {
            ReadError::Unavailable(String::from("a message came without its place"))
        })?;
    Ok(Stored {
        sequence,
        recorded_at: DateTime::from_timestamp_nanos(nanos),
        context: log.context(&message.subject, sequence)?,
        body: message.payload,
        seal: seal(message.headers.as_ref()),
    })
}

/// The stream sequence and the time, in nanoseconds since 1970, of a reply subject:
/// `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<consumer sequence>.<time>.<pending>`,
/// where newer servers put a domain and an account before the stream and a token at the end.
fn place(reply: &str) -> Option<(Sequence, i64)> {
    let tokens = reply.split('.').count();
    let skip = if tokens > 9 { 7 } else { 5 };
    let mut rest = reply.split('.').skip(skip);
    let sequence = rest.next()?.parse().ok()?;
    let nanos = rest.nth(1)?.parse().ok()?;
    Some((Sequence(sequence), nanos))
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Opening(_) => "opening",
            State::Open(_) => "open",
            State::Closed => "closed",
        };
        write!(f, "Feed({} {state})", self.log.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_message_is_read_from_both_forms_of_its_reply_subject() {
        let old = "$JS.ACK.S.c.1.42.7.1700000000000000000.0";
        let new = "$JS.ACK._.hash.S.c.1.42.7.1700000000000000000.0.token";
        for reply in [old, new] {
            assert_eq!(place(reply), Some((Sequence(42), 1_700_000_000_000_000_000)));
        }
        assert_eq!(place("_INBOX.x"), None);
    }
}

//! A producer's end of the line: requests go out one after the other, several are on their way, and
//! what became of each comes back in their order. Whatever is not answered is sent again.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use async_nats::{Client, Message, StatusCode, Subscriber};
use bytes::Bytes;
use chrono::NaiveDate;
use events::{Context, Partition, Sequence, TenantId};
use futures::StreamExt as _;
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout};

/// Requests on their way together. More would only wait in another place.
const WINDOW: usize = 8;

/// A request without an answer for so long is sent again.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// When nothing was answered for so long, nobody is there.
const GIVE_UP_AFTER: Duration = Duration::from_mins(1);

/// When there was nobody from the beginning, it is likelier that there never will be.
const GIVE_UP_AT_FIRST: Duration = Duration::from_secs(6);

const PAUSE: Duration = Duration::from_millis(200);

/// Why a line is of no use.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Nobody takes requests.
    #[error(
        "nobody answers on {subject}: does the tenant exist, and does a process run the role \
         {role}? ({why})"
    )]
    Nobody {
        /// Where.
        subject: String,
        /// Who should.
        role: &'static str,
        /// What happened last.
        why: String,
    },
    /// An answer nobody can read.
    #[error("the answer to a request cannot be read: {0}")]
    Unreadable(String),
    /// The request itself is refused.
    #[error("{0}")]
    Refused(String),
    /// The connection is gone.
    #[error("the connection to NATS: {0}")]
    Connection(String),
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It is durable, and something changed; with what a person should know of it.
    Changed(Option<String>),
    /// The same was known already.
    Known,
    /// It was not taken.
    Refused(Refusal),
}

/// Why a command was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// How gRPC would call it.
    #[serde(default)]
    pub code: String,
    /// In a word.
    pub reason: String,
    /// The field it is about; empty if it is the whole.
    #[serde(default)]
    pub field: String,
    /// In a sentence.
    pub message: String,
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    position: BTreeMap<Partition, Sequence>,
    #[serde(default)]
    results: Vec<ItemReply>,
    refused: Option<Refusal>,
}

#[derive(Deserialize)]
struct ItemReply {
    changed: Option<bool>,
    warning: Option<String>,
    refused: Option<Refusal>,
    failed: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
}

#[derive(Deserialize)]
struct DayReply {
    changed: Option<bool>,
    refused: Option<Refusal>,
}

/// A request on its way.
struct Sent<T> {
    number: u64,
    to: Context,
    payload: Bytes,
    items: usize,
    tag: T,
}

/// A line to the services of a tenant. `T` comes back with what became of a request.
pub struct Line<T> {
    client: Client,
    tenant: TenantId,
    inbox: String,
    answers: Subscriber,
    next: u64,
    sent: VecDeque<Sent<T>>,
    /// Answers that came before those of earlier requests.
    early: BTreeMap<u64, Message>,
    /// Whether anybody ever answered.
    answered: bool,
    /// How far what was answered can be read, by partition.
    position: BTreeMap<Partition, Sequence>,
}

impl<T> std::fmt::Debug for Line<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("to", &self.tenant).finish_non_exhaustive()
    }
}

/// What became of the commands of a request, in their order.
pub type Settled<T> = (T, Vec<Became>);

impl<T> Line<T> {
    /// Opens a line to a tenant.
    pub async fn open(client: Client, tenant: &TenantId) -> Result<Self, LineError> {
        let inbox = client.new_inbox();
        let answers = client.subscribe(format!("{inbox}.*")).await;
        let answers = answers.map_err(|error| LineError::Connection(error.to_string()))?;
        Ok(Self {
            tenant: tenant.clone(),
            client,
            inbox,
            answers,
            next: 0,
            sent: VecDeque::new(),
            early: BTreeMap::new(),
            answered: false,
            position: BTreeMap::new(),
        })
    }

    /// Sends a request of so many commands, all to one context; what became of an earlier one, if it
    /// had to be waited for. Requests to one context are taken in their order.
    pub async fn send(
        &mut self,
        to: Context,
        payload: impl Into<Bytes>,
        items: usize,
        tag: T,
    ) -> Result<Option<Settled<T>>, LineError> {
        let settled = if self.sent.len() < WINDOW { None } else { self.first().await? };
        let sent = Sent { number: self.next, to, payload: payload.into(), items, tag };
        self.next += 1;
        self.publish(sent.number, to, &sent.payload).await?;
        self.sent.push_back(sent);
        Ok(settled)
    }

    /// What became of the earliest request on its way; nothing if there is none.
    pub async fn first(&mut self) -> Result<Option<Settled<T>>, LineError> {
        let since = Instant::now();
        while let Some(first) = self.sent.front() {
            let (number, items, to) = (first.number, first.items, first.to);
            let why = match self.answer(number).await? {
                Some(message) => match read(&message, items)? {
                    Ok((became, position)) => {
                        self.answered = true;
                        self.position.extend(position);
                        return Ok(self.sent.pop_front().map(|it| (it.tag, became)));
                    }
                    Err(why) => why,
                },
                None => format!("no answer within {} s", ANSWER_WITHIN.as_secs()),
            };
            let patience = if self.answered { GIVE_UP_AFTER } else { GIVE_UP_AT_FIRST };
            if since.elapsed() > patience {
                let subject = super::subject(self.tenant.as_str(), to);
                return Err(LineError::Nobody { subject, role: to.name(), why });
            }
            tracing::debug!(%why, "sending again");
            sleep(PAUSE).await;
            self.send_again().await?;
        }
        Ok(None)
    }

    /// Up to here everything can be read that the latest answer to each partition told.
    pub fn position(&self) -> &BTreeMap<Partition, Sequence> {
        &self.position
    }

    /// Sends everything that is on its way once more, in its order: what was taken meanwhile is
    /// known, and answered as such.
    async fn send_again(&mut self) -> Result<(), LineError> {
        self.early.clear();
        let mut again = std::mem::take(&mut self.sent);
        for sent in &mut again {
            sent.number = self.next;
            self.next += 1;
            self.publish(sent.number, sent.to, &sent.payload).await?;
        }
        self.sent = again;
        Ok(())
    }

    /// Opens a business day, once everything on its way is settled; whether it was opened. A day
    /// that is none is passed over. What it calls for is waited for as far as `rest_of`, in the order
    /// of listening, or everywhere.
    pub async fn open_day(
        &mut self,
        date: NaiveDate,
        rest_of: Option<Context>,
    ) -> Result<bool, LineError> {
        let rest_of = rest_of.map_or_else(String::new, |it| format!(r#","rest_of":"{it}""#));
        let body = format!(r#"{{"date":"{date}","business_days_only":true{rest_of}}}"#);
        let since = Instant::now();
        loop {
            let number = self.next;
            self.next += 1;
            self.publish(number, Context::Clock, &Bytes::from(body.clone())).await?;
            let why = match self.answer(number).await? {
                Some(message) if message.status.is_some() => "no responders".to_owned(),
                Some(message) => match serde_json::from_slice(&message.payload) {
                    Ok(DayReply { changed: Some(changed), .. }) => {
                        self.answered = true;
                        return Ok(changed);
                    }
                    Ok(DayReply { refused: Some(Refusal { code, message, .. }), .. })
                        if code != "UNAVAILABLE" =>
                    {
                        return Err(LineError::Refused(message));
                    }
                    Ok(_) => "the clock cannot write".to_owned(),
                    Err(error) => return Err(LineError::Unreadable(error.to_string())),
                },
                None => format!("no answer within {} s", ANSWER_WITHIN.as_secs()),
            };
            let patience = if self.answered { GIVE_UP_AFTER } else { GIVE_UP_AT_FIRST };
            if since.elapsed() > patience {
                let subject = super::subject(self.tenant.as_str(), Context::Clock);
                return Err(LineError::Nobody { subject, role: Context::Clock.name(), why });
            }
            sleep(PAUSE).await;
        }
    }

    async fn publish(&self, number: u64, to: Context, payload: &Bytes) -> Result<(), LineError> {
        let subject = super::subject(self.tenant.as_str(), to);
        let reply = format!("{}.{number}", self.inbox);
        let sent = self.client.publish_with_reply(subject, reply, payload.clone()).await;
        sent.map_err(|error| LineError::Connection(error.to_string()))
    }

    /// The answer to a request; nothing if none comes in time.
    async fn answer(&mut self, number: u64) -> Result<Option<Message>, LineError> {
        if let Some(message) = self.early.remove(&number) {
            return Ok(Some(message));
        }
        let until = Instant::now() + ANSWER_WITHIN;
        while let Ok(next) = timeout(until - Instant::now(), self.answers.next()).await {
            let message = next.ok_or_else(|| LineError::Connection("it was closed".to_owned()))?;
            let of = message.subject.rsplit('.').next().and_then(|it| it.parse::<u64>().ok());
            if of == Some(number) {
                return Ok(Some(message));
            }
            // Answers to what was sent again since are of no use any more.
            if let Some(of) = of.filter(|it| *it > number) {
                self.early.insert(of, message);
            }
        }
        Ok(None)
    }
}

/// What became of the commands of a request, and how far that can be read.
type Answered = (Vec<Became>, BTreeMap<Partition, Sequence>);

/// What an answer says; or why the request is to be sent again.
fn read(message: &Message, items: usize) -> Result<Result<Answered, String>, LineError> {
    if let Some(status) = message.status {
        let nobody = status == StatusCode::NO_RESPONDERS;
        let why = if nobody { "no responders".to_owned() } else { status.to_string() };
        return Ok(Err(why));
    }
    let reply: Reply = serde_json::from_slice(&message.payload)
        .map_err(|error| LineError::Unreadable(error.to_string()))?;
    match reply.refused {
        Some(refusal) if refusal.reason == "TOO_MANY_REQUESTS" => return Ok(Err(refusal.message)),
        Some(refusal) => {
            return Ok(Ok((vec![Became::Refused(refusal); items], reply.position)));
        }
        None => {}
    }
    if reply.results.len() != items {
        let why = format!("{} results for {items} commands", reply.results.len());
        return Err(LineError::Unreadable(why));
    }
    let mut became = Vec::with_capacity(items);
    for result in reply.results {
        became.push(match (result.changed, result.refused, result.failed) {
            (Some(true), ..) => Became::Changed(result.warning),
            (Some(false), ..) => Became::Known,
            (None, Some(refusal), _) => Became::Refused(refusal),
            (None, None, Some(failure)) => return Ok(Err(failure.message)),
            (None, None, None) => {
                return Err(LineError::Unreadable("a result says nothing".to_owned()));
            }
        });
    }
    Ok(Ok((became, reply.position)))
}

//! To the stream and back: the last message of a tenant, and those that follow it.

use std::time::Duration;

use async_nats::{
    Client, HeaderMap, Request, RequestErrorKind,
    header::{
        NATS_BATCH_COMMIT, NATS_BATCH_COMMIT_FINAL, NATS_BATCH_ID, NATS_BATCH_SEQUENCE,
        NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_EXPECTED_STREAM, NATS_MESSAGE_ID,
    },
    jetstream::{self, ErrorCode, response::Response, stream::RawMessageErrorKind},
};
use chrono::{DateTime, Utc};
use events::TenantId;
use serde::Deserialize;

use super::{ALERTS, letter::Letter};

/// Which subjects the expected sequence is about; the client has no word for it.
const EXPECTED_SUBJECT: &str = "Nats-Expected-Last-Subject-Sequence-Subject";
/// How much is told with a message.
const TOLD: &str = "Vigie-Told";
/// Of which journals.
const INCARNATION: &str = "Vigie-Incarnation";

/// After this an answer is taken for lost.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// What the server says when another message came in between; the second while one is on its way.
const GUARDED: [ErrorCode; 2] =
    [ErrorCode::STREAM_WRONG_LAST_SEQUENCE, ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT];

/// Takes messages of one tenant to the stream.
#[derive(Debug)]
pub(super) struct Post {
    client: Client,
    context: jetstream::Context,
    /// All subjects of the tenant.
    subjects: String,
    tenant: TenantId,
}

/// The last message of a tenant.
#[derive(Debug, Clone)]
pub(super) struct Last {
    pub(super) sequence: u64,
    pub(super) time: DateTime<Utc>,
    pub(super) told: String,
    pub(super) incarnation: String,
}

/// What became of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// They are durable, the last one at this place.
    Up(u64),
    /// Somebody else told in between, and none of the last attempt was taken.
    Overtaken,
}

#[derive(Deserialize)]
struct Ack {
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    duplicate: bool,
}

/// Why messages were not taken.
enum Failed {
    Refused(jetstream::Error),
    /// Nobody can tell whether they were.
    Unknown(String),
}

impl Post {
    pub(super) fn new(client: Client, tenant: TenantId) -> Self {
        let context = jetstream::new(client.clone());
        Self { client, context, subjects: format!("vigie.alerts.{tenant}.>"), tenant }
    }

    /// The last message of the tenant, as the server that leads knows it.
    pub(super) async fn last(&self) -> Result<Option<Last>, String> {
        let stream = self.context.get_stream_no_info(ALERTS).await;
        let stream = stream.map_err(|error| error.to_string())?;
        let question = stream.raw_message_builder().last_by_subject(self.subjects.clone());
        let message = match question.send().await {
            Ok(message) => message,
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(None),
            Err(error) => return Err(format!("the last alert is not known: {error}")),
        };
        let header = |name: &str| {
            message.headers.get(name).map(|it| it.as_str().to_owned()).unwrap_or_default()
        };
        let (told, incarnation) = (header(TOLD), header(INCARNATION));
        Ok(Some(Last { sequence: message.sequence, time: message.time, told, incarnation }))
    }

    /// Sends messages that follow the one at `after`: several in one piece, of which the server
    /// takes all or none.
    pub(super) async fn send(
        &self,
        letters: &[Letter],
        after: u64,
        incarnation: &str,
    ) -> Result<Sent, String> {
        if letters.len() > 1 {
            match self.send_together(letters, after, incarnation).await {
                Err(Failed::Refused(error)) if !GUARDED.contains(&error.error_code()) => {
                    // Servers differ in what they take in one piece.
                    tracing::debug!(%error, "alerts are told one by one");
                }
                sent => return self.sent(letters.len(), sent),
            }
        }
        let mut last = after;
        for letter in letters {
            let headers = self.headers(letter, incarnation, Some(last));
            match self.sent(1, self.ask(letter, headers).await)? {
                Sent::Up(to) => last = to,
                Sent::Overtaken => return Ok(Sent::Overtaken),
            }
        }
        Ok(Sent::Up(last))
    }

    async fn send_together(
        &self,
        letters: &[Letter],
        after: u64,
        incarnation: &str,
    ) -> Result<Ack, Failed> {
        // An inbox name is one nobody had before.
        let batch = self.client.new_inbox();
        let batch: String = batch.rsplit('.').next().unwrap_or_default().chars().take(64).collect();
        let last = letters.len();
        for (place, letter) in (1..).zip(letters) {
            let mut headers = self.headers(letter, incarnation, (place == 1).then_some(after));
            headers.insert(NATS_BATCH_ID, batch.as_str());
            headers.insert(NATS_BATCH_SEQUENCE, place.to_string());
            if place == last {
                headers.insert(NATS_BATCH_COMMIT, NATS_BATCH_COMMIT_FINAL);
                return self.ask(letter, headers).await;
            }
            let (subject, body) = (letter.subject.clone(), letter.body.clone());
            let sent = self.client.publish_with_headers(subject, headers, body).await;
            sent.map_err(|error| Failed::Unknown(error.to_string()))?;
        }
        Err(Failed::Unknown("there was nothing to send".to_owned()))
    }

    fn headers(&self, letter: &Letter, incarnation: &str, after: Option<u64>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("Content-Type", "application/cloudevents+json");
        headers.insert(NATS_EXPECTED_STREAM, ALERTS);
        // A brake for what is on its way twice; that nothing is told twice does not rest on it.
        let once = format!("{} {incarnation} {}", self.tenant, letter.id);
        headers.insert(NATS_MESSAGE_ID, once);
        headers.insert(TOLD, letter.told.as_str());
        headers.insert(INCARNATION, incarnation);
        if let Some(after) = after {
            headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, after.to_string());
            headers.insert(EXPECTED_SUBJECT, self.subjects.as_str());
        }
        headers
    }

    async fn ask(&self, letter: &Letter, headers: HeaderMap) -> Result<Ack, Failed> {
        let request = Request::new().headers(headers).payload(letter.body.clone());
        let request = request.timeout(Some(ANSWER_WITHIN));
        let answer = self.client.send_request(letter.subject.clone(), request).await;
        let answer = answer.map_err(|error| match error.kind() {
            RequestErrorKind::NoResponders => {
                Failed::Unknown(format!("there is no stream {ALERTS}"))
            }
            RequestErrorKind::TimedOut
            | RequestErrorKind::InvalidSubject
            | RequestErrorKind::MaxPayloadExceeded
            | RequestErrorKind::Other => Failed::Unknown(error.to_string()),
        })?;
        match serde_json::from_slice(&answer.payload) {
            Ok(Response::Ok(ack)) => Ok(ack),
            Ok(Response::Err { error }) => Err(Failed::Refused(error)),
            Err(error) => Err(Failed::Unknown(format!("an answer cannot be read: {error}"))),
        }
    }

    fn sent(&self, count: usize, sent: Result<Ack, Failed>) -> Result<Sent, String> {
        match sent {
            // It stands there already: whoever put it there was faster.
            Ok(Ack { duplicate: true, .. }) => Ok(Sent::Overtaken),
            Ok(Ack { seq, .. }) => {
                let count = u64::try_from(count).unwrap_or(u64::MAX);
                metrics::counter!("vigie_alerts_told_total").increment(count);
                tracing::debug!(tenant = %self.tenant, count, seq, "alerts were told");
                Ok(Sent::Up(seq))
            }
            Err(Failed::Refused(error)) if GUARDED.contains(&error.error_code()) => {
                Ok(Sent::Overtaken)
            }
            Err(Failed::Refused(error)) => Err(format!("the server refuses: {error}")),
            Err(Failed::Unknown(why)) => Err(why),
        }
    }
}

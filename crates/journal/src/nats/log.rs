//! One journal on a server: appending to its stream, and asking for single entries.

use std::{sync::Arc, time::Duration};

use async_nats::{
    HeaderMap, Request, RequestErrorKind,
    header::{NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_EXPECTED_STREAM},
    jetstream::{
        self, ErrorCode,
        message::StreamMessage,
        stream::{DirectGetErrorKind, RawMessageErrorKind, Stream},
    },
};
use events::{Context, Hash, Partition, Sequence, TenantId};
use serde::Deserialize;

use super::{Info, Nats, Settings, Unanswered, feed::Feed, stream_name, subject_prefix};
use crate::{
    ReadError, Record, Replicas, StoreError,
    append::{Attempt, Entry},
    record::Stored,
};

/// The hash of the body, for readers to compare.
const SEAL: &str = "Vigie-Hash";

/// After this an ack is taken for lost and the entry is sent again.
const ACK_WITHIN: Duration = Duration::from_secs(2);

const LOOK_AGAIN_AFTER: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// A single server has one copy and no second opinion; of three, each ask reaches any one of
/// them, so that a copy one of them has is as good as never missed.
const fn asks(replicas: Replicas) -> usize {
    match replicas {
        Replicas::One => 2,
        Replicas::Three => 20,
    }
}

/// No space or no memory: "account resources exceeded", "insufficient resources", "storage
/// resources exceeded", "store failed".
const FULL: [ErrorCode; 4] = [
    ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
    ErrorCode::INSUFFICIENT_RESOURCES,
    ErrorCode::STORAGE_RESOURCES_EXCEEDED,
    ErrorCode::STREAM_STORE_FAILED,
];

/// The expectation does not hold; in a cluster the second says so of entries still on their way.
const GUARDED: [ErrorCode; 2] =
    [ErrorCode::STREAM_WRONG_LAST_SEQUENCE, ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT];

#[derive(Debug)]
pub(crate) struct Log {
    pub(super) nats: Arc<Nats>,
    stream: Stream<()>,
    pub(super) name: String,
    prefix: String,
    tenant: TenantId,
    partition: Partition,
    partitions: u16,
    incarnation: String,
}

#[derive(Deserialize)]
struct Ack {
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    duplicate: bool,
    error: Option<jetstream::Error>,
}

impl Log {
    pub(super) async fn new(
        nats: Arc<Nats>,
        settings: &Settings<'_>,
        incarnation: &str,
    ) -> Result<Self, StoreError> {
        let Settings { tenant, partition, partitions, replicas: _ } = *settings;
        let name = stream_name(tenant, partition);
        let stream = nats.jetstream.get_stream_no_info(&name).await;
        let stream = stream.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self {
            stream,
            name,
            prefix: subject_prefix(tenant, partition),
            tenant: tenant.clone(),
            partition,
            partitions,
            incarnation: incarnation.to_owned(),
            nats,
        })
    }

    pub(crate) async fn attempt(&self, entry: &Entry) -> Attempt {
        let mut headers = HeaderMap::new();
        headers.insert(NATS_EXPECTED_STREAM, self.name.as_str());
        headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, entry.after.to_string());
        // No message id: the guard is all that is needed, and the server's memory of ids is about
        // the whole stream, so equal bytes of two contexts would be taken for one message.
        headers.insert(SEAL, entry.hash.hex());
        let request =
            Request::new().headers(headers).payload(entry.body.clone()).timeout(Some(ACK_WITHIN));
        let mut watch = self.nats.watch.clone();
        let cuts = watch.cuts();
        let answer = tokio::select! {
            answer = self.nats.client.send_request(self.subject(entry.context), request) => answer,
            () = watch.cut_after(cuts) => {
                return Attempt::Unknown(String::from("the connection was lost before the ack"));
            }
        };
        match answer {
            Ok(message) => understand(&message.payload),
            Err(error) => {
                let why = self.nats.watch.explain(&error);
                match error.kind() {
                    RequestErrorKind::MaxPayloadExceeded | RequestErrorKind::InvalidSubject => {
                        Attempt::Refused(why)
                    }
                    RequestErrorKind::TimedOut
                    | RequestErrorKind::NoResponders
                    | RequestErrorKind::Other => Attempt::Unknown(format!("no ack: {why}")),
                }
            }
        }
    }

    /// Asked of the leader: a replica may not have heard of it yet.
    pub(crate) async fn following(
        &self,
        context: Context,
        after: Sequence,
    ) -> Result<Option<Stored>, String> {
        let question = self.stream.raw_message_builder();
        let question = question.sequence(after.next().0).next_by_subject(self.subject(context));
        self.found(question.send().await)
    }

    /// Asked of the leader: a replica may not have heard of it yet.
    pub(crate) async fn last_of(&self, context: Context) -> Result<Option<Stored>, String> {
        let question = self.stream.raw_message_builder().last_by_subject(self.subject(context));
        self.found(question.send().await)
    }

    fn found(
        &self,
        answer: Result<StreamMessage, jetstream::stream::RawMessageError>,
    ) -> Result<Option<Stored>, String> {
        match answer {
            Ok(message) => self.stored(message).map(Some).map_err(|it| it.to_string()),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(self.nats.watch.explain(error)),
        }
    }

    pub(crate) async fn last(&self) -> Result<Sequence, ReadError> {
        self.info().await.map(|it| Sequence(it.last()))
    }

    /// Fails if the journal ends before a place that was read. It is looked at more than once: a
    /// server that has just come to lead may still be applying what it was told.
    pub(crate) async fn reaches(&self, read: Sequence) -> Result<(), ReadError> {
        let mut last = self.last().await?;
        for pause in LOOK_AGAIN_AFTER {
            if last >= read {
                break;
            }
            tokio::time::sleep(pause).await;
            last = self.last().await?;
        }
        if last < read { Err(ReadError::Shortened { read, last }) } else { Ok(()) }
    }

    pub(crate) async fn faults(&self) -> Result<Vec<String>, ReadError> {
        let settings = Settings {
            tenant: &self.tenant,
            partition: self.partition,
            partitions: self.partitions,
            replicas: self.nats.connection.replicas,
        };
        self.info().await.map(|it| settings.faults(&it))
    }

    pub(crate) async fn lagging(&self) -> Result<Vec<String>, ReadError> {
        self.info().await.map(|it| it.lagging())
    }

    /// What the leader says about the stream, if it still is the one that was opened.
    async fn info(&self) -> Result<Info, ReadError> {
        match self.nats.info(&self.name).await {
            Ok(info) if info.incarnation() == Some(&self.incarnation) => Ok(info),
            Ok(_) => Err(ReadError::Replaced(format!(
                "the stream {} has another incarnation",
                self.name
            ))),
            Err(error) if error.has(ErrorCode::STREAM_NOT_FOUND) => {
                Err(ReadError::Replaced(format!("the stream {} is gone", self.name)))
            }
            Err(Unanswered::Refused(error)) => Err(ReadError::Unavailable(error.to_string())),
            Err(Unanswered::Silent(why)) => Err(ReadError::Unavailable(why)),
        }
    }

    pub(crate) async fn get(&self, sequence: Sequence) -> Result<Record, ReadError> {
        let mut altered = false;
        if sequence == Sequence::START {
            return Err(ReadError::NotYet { sequence, last: self.last().await? });
        }
        for _ in 0..asks(self.nats.connection.replicas) {
            match self.stream.direct_get(sequence.0).await {
                Ok(message) => match self.stored(message)?.checked() {
                    Ok(record) => return Ok(record),
                    Err(_) => altered = true,
                },
                Err(error) if error.kind() == DirectGetErrorKind::NotFound => {}
                // Whoever leads may still answer.
                Err(_) => break,
            }
        }
        let question = self.stream.raw_message_builder().sequence(sequence.0);
        if let Some(stored) = self.found(question.send().await).map_err(ReadError::Unavailable)? {
            match stored.checked() {
                Ok(record) => return Ok(record),
                Err(_) => altered = true,
            }
        }
        if altered {
            return Err(ReadError::Altered { sequence });
        }
        let last = self.last().await?;
        Err(if (Sequence::START.next()..=last).contains(&sequence) {
            ReadError::DataLoss { missing: sequence }
        } else {
            ReadError::NotYet { sequence, last }
        })
    }

    pub(crate) fn feed(self: &Arc<Self>) -> Feed {
        Feed::new(Arc::clone(self))
    }

    fn subject(&self, context: Context) -> String {
        format!("{}{context}", self.prefix)
    }

    fn stored(&self, message: StreamMessage) -> Result<Stored, ReadError> {
        let StreamMessage { subject, sequence, headers, payload, time } = message;
        let sequence = Sequence(sequence);
        Ok(Stored {
            sequence,
            recorded_at: time,
            context: self.context(&subject, sequence)?,
            body: payload,
            seal: seal(Some(&headers)),
        })
    }

    /// Whose subject it is.
    pub(super) fn context(&self, subject: &str, at: Sequence) -> Result<Context, ReadError> {
        let context = subject.strip_prefix(&self.prefix).and_then(|it| it.parse().ok());
        context.ok_or_else(|| ReadError::Foreign { sequence: at, subject: subject.to_owned() })
    }
}

/// The hash that was sent beside the bytes.
pub(super) fn seal(headers: Option<&HeaderMap>) -> Option<Hash> {
    headers?.get(SEAL)?.as_str().parse().ok()
}

fn understand(ack: &[u8]) -> Attempt {
    match serde_json::from_slice(ack) {
        Ok(Ack { error: Some(error), .. }) => {
            let code = error.error_code();
            if GUARDED.contains(&code) {
                Attempt::Perhaps(error.to_string())
            } else if FULL.contains(&code) {
                Attempt::Full(error.to_string())
            } else if error.code() < 500 {
                Attempt::Refused(error.to_string())
            } else {
                Attempt::Unknown(error.to_string())
            }
        }
        Ok(Ack { duplicate: true, .. }) => Attempt::Perhaps(String::from("called a duplicate")),
        Ok(Ack { seq: 0, .. }) => Attempt::Unknown(String::from("the ack has no sequence")),
        Ok(Ack { seq, .. }) => Attempt::Stored(Sequence(seq)),
        Err(error) => Attempt::Unknown(format!("the ack cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_ack_means_stored() {
        let said = |ack: &str| understand(ack.as_bytes());
        let error = |code: u16, err_code: u16| {
            said(&format!(
                r#"{{"error":{{"code":{code},"err_code":{err_code},"description":"x"}}}}"#
            ))
        };
        assert!(matches!(said(r#"{"stream":"S","seq":3}"#), Attempt::Stored(Sequence(3))));
        let duplicate = r#"{"stream":"S","seq":3,"duplicate":true}"#;
        assert!(matches!(said(duplicate), Attempt::Perhaps(_)));
        assert!(matches!(error(400, 10071), Attempt::Perhaps(_)));
        assert!(matches!(error(400, 10164), Attempt::Perhaps(_)));
        assert!(matches!(error(503, 10077), Attempt::Full(_)));
        assert!(matches!(error(500, 10047), Attempt::Full(_)));
        assert!(matches!(error(503, 10023), Attempt::Full(_)));
        assert!(matches!(error(503, 10008), Attempt::Unknown(_)));
        assert!(matches!(error(500, 10158), Attempt::Unknown(_)));
        assert!(matches!(error(400, 10060), Attempt::Refused(_)));
        assert!(matches!(said(""), Attempt::Unknown(_)));
        assert!(matches!(said("{}"), Attempt::Unknown(_)));
    }
}

//! What was refused is told on a stream of its own, with the reason and the original, so that
//! somebody can mend it and send it again.

use async_nats::{
    HeaderMap,
    jetstream::{Message, context::PublishErrorKind},
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Inbox;
use crate::{
    cloud_event::{self, encode},
    refused::Refused,
};

/// What may stand in an original, in bytes; with what is added, it passes any server we run on.
const ORIGINAL_BYTES_MAX: usize = 512 * 1024;

/// What is told of a command that was refused.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    refused: &'a Refused,
    /// The producer's own id for it.
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    /// Where it was published.
    subject: &'a str,
    /// Which message of the inbox it was, or stood in.
    sequence: u64,
    /// Its place in that message, from 0; none if the message could not be taken apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    received_at: String,
    /// As it came, if that is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<&'a RawValue>,
    /// As it came, if not.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_base64: Option<String>,
    /// The original was too large to be repeated, and this is how many bytes it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_bytes: Option<usize>,
}

/// Publishes what was refused of a message: its place in it, the producer's id, and why. All of it
/// is on disk when this returns.
pub(super) async fn tell(
    inbox: &Inbox,
    message: &Message,
    refused: Vec<(Option<usize>, &str, &Refused)>,
) -> Result<(), String> {
    let mut told = Vec::with_capacity(refused.len());
    for (index, id, refused) in refused {
        metrics::counter!("vigie_inbox_refused_total").increment(1);
        let (headers, body) = letter(message, index, id, refused)?;
        let subject = subject(&message.subject);
        let sent = inbox.context.publish_with_headers(subject, headers, body.into()).await;
        told.push(sent.map_err(|error| error.to_string())?);
    }
    for sent in told {
        if let Err(error) = sent.await {
            if error.kind() == PublishErrorKind::StreamNotFound {
                return Err("there is no stream VIGIE_REFUSED".to_owned());
            }
            return Err(format!("what was refused could not be told: {error}"));
        }
    }
    Ok(())
}

/// Where what was refused of a message is told: by the tenant and the context it was published to,
/// as far as those could be such.
fn subject(published: &str) -> String {
    let mut tokens = published.split('.').skip(2);
    let mut token = || {
        let plain = |it: &&str| {
            it.len() <= 64 && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it))
        };
        tokens.next().filter(plain).filter(|it| !it.is_empty()).unwrap_or("_")
    };
    format!("vigie.refused.{}.{}", token(), token())
}

fn letter(
    message: &Message,
    index: Option<usize>,
    id: &str,
    refused: &Refused,
) -> Result<(HeaderMap, Vec<u8>), String> {
    let info = message.info().map_err(|error| error.to_string())?;
    let mut headers = HeaderMap::new();
    // An event that came with its attributes in headers goes back with them.
    for (name, values) in message.headers.iter().flat_map(HeaderMap::iter) {
        let name: &str = name.as_ref();
        let ours = name.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("ce-"));
        if let Some(value) = values.first().filter(|_| ours) {
            headers.insert(name.to_ascii_lowercase(), value.as_str());
        }
    }
    if !id.is_empty() {
        headers.insert("ce-id", encode(id));
    }
    headers.insert("content-type", "application/json");
    headers.insert("vigie-reason", &*refused.reason);
    if !refused.field.is_empty() {
        headers.insert("vigie-field", encode(&refused.field));
    }
    let place = index.map_or_else(|| "all".to_owned(), |it| it.to_string());
    let once = format!("{} {} {place}", info.published.timestamp_millis(), info.stream_sequence);
    headers.insert("Nats-Msg-Id", once);

    let original = match index {
        Some(index) => cloud_event::original(message.headers.as_ref(), &message.payload, index),
        None => message.payload.to_vec(),
    };
    let fits = original.len() <= ORIGINAL_BYTES_MAX;
    // What is nested without end would harm whoever reads it.
    let json = serde_json::from_slice::<&RawValue>(&original).ok();
    let json = json.filter(|it| fits && cloud_event::is_shallow(it.get().as_bytes()));
    let told = Told {
        refused,
        id,
        subject: &message.subject,
        sequence: info.stream_sequence,
        index,
        received_at: info.published.to_rfc3339(),
        original: json,
        original_base64: (fits && json.is_none()).then(|| base64(&original)),
        original_bytes: (!fits).then_some(original.len()),
    };
    let body = serde_json::to_vec(&told).map_err(|error| error.to_string())?;
    Ok((headers, body))
}

/// Base64 as RFC 4648 has it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 0x3f).unwrap_or_default();
            let digit = DIGITS.get(digit).filter(|_| place <= chunk.len());
            text.push(digit.map_or('=', |it| char::from(*it)));
        }
    }
    text
}

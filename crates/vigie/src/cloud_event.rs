//! What producers send: `CloudEvents` over NATS in binary, structured and batch mode, and for those
//! who want less, plain JSON: `{"type":…,"data":{…}}`, or an array of such.
//!
//! The text is read once for the envelopes; the data of each item stays where it is, to be read by
//! the command it asks for.

mod attributes;
mod envelope;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use async_nats::HeaderMap;
use events::{Hash, Reference};
use serde_json::value::RawValue;

use crate::{
    door::{self, Door},
    refused::Refused,
};
use attributes::{Attributes, Mode};
use envelope::Envelope;

pub use attributes::encode;

/// How many items one message may have.
pub const ITEMS_MAX: usize = 1_000;

/// How long a message may be, in bytes, whatever the server lets through.
pub const PAYLOAD_BYTES_MAX: usize = 1024 * 1024;

/// How deep data may be nested; no command needs a quarter of it.
const DEPTH_MAX: usize = 16;

/// One of the things a message asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// The producer's own id for it; empty if it gave none.
    pub id: Cow<'a, str>,
    /// What is asked, or why that cannot be told.
    pub content: Result<Content<'a>, Refused>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content<'a> {
    /// Which command, as its `type` says.
    pub ce_type: Cow<'a, str>,
    /// Its data, as JSON.
    pub data: Cow<'a, [u8]>,
    /// Under which id, if the producer told its source too: ids are unique within a source.
    pub request: Option<Reference>,
}

impl Content<'_> {
    /// Reads the command strictly, for whom it was sent to.
    pub(crate) fn command<P: Door>(&self) -> Result<P::Command, Refused> {
        // Readers of structs take arrays for them too, by position; nobody means that.
        if !self.data.trim_ascii_start().starts_with(b"{") {
            let message = "the data must be an object in JSON";
            return Err(Refused::invalid("INVALID_FIELD", "data", message));
        }
        let Some(read) = P::read(&self.ce_type, &self.data) else {
            let of = door::of_type(&self.ce_type).map_or("nobody", |it| it.context.name());
            let message = format!("`{}` is asked of {of}, not of {}", self.ce_type, P::own());
            return Err(Refused::invalid("UNKNOWN_TYPE", "type", message));
        };
        read.map_err(|refused| match depth(&self.data) {
            // A reader that meets such a thing stumbles over something else first.
            deep if deep > DEPTH_MAX => {
                let message = format!("nested {deep} deep; at most {DEPTH_MAX} is read");
                Refused::invalid("NESTED_TOO_DEEP", &refused.field, message)
            }
            _ => refused,
        })
    }
}

/// Reads a message: its items in order, some of which may be unreadable without harm to the others.
/// Refused as a whole is only what cannot be taken apart.
pub fn read<'a>(headers: Option<&HeaderMap>, payload: &'a [u8]) -> Result<Vec<Item<'a>>, Refused> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        let message = format!(
            "the message has {} bytes; at most {PAYLOAD_BYTES_MAX} are read",
            payload.len()
        );
        return Err(Refused::invalid("MESSAGE_TOO_LARGE", "", message));
    }
    let attributes = Attributes::of(headers)?;
    let mode = attributes.mode()?;
    if mode == Mode::Binary {
        return Ok(vec![attributes.item(payload)]);
    }
    let text = std::str::from_utf8(payload).map_err(|error| {
        let message = format!("the message is not UTF-8 at byte {}", error.valid_up_to());
        Refused::invalid("INVALID_MESSAGE", "", message)
    })?;
    let strict = mode != Mode::Plain;
    match text.trim_start().bytes().next() {
        Some(b'{') if mode != Mode::Batch => {
            let envelope = parse::<&RawValue>(text).map(RawValue::get)?;
            Ok(vec![Envelope::read(envelope).map_or_else(broken, |it| it.item(strict))])
        }
        Some(b'[') if mode != Mode::Structured => many(text, strict),
        Some(_) | None => {
            let wanted = match mode {
                Mode::Structured => "an object",
                Mode::Batch => "an array of objects",
                Mode::Plain | Mode::Binary => "an object or an array of objects",
            };
            let message = format!("the message must be {wanted} in JSON");
            Err(Refused::invalid("INVALID_MESSAGE", "", message))
        }
    }
}

fn many(text: &str, strict: bool) -> Result<Vec<Item<'_>>, Refused> {
    // All in one go is the fast way; only what stumbles is taken apart to see which of them did.
    let items: Vec<_> = match serde_json::from_str::<Vec<Envelope<'_>>>(text) {
        Ok(envelopes) => envelopes.into_iter().map(|it| it.item(strict)).collect(),
        Err(_) => parse::<Vec<&RawValue>>(text)?
            .into_iter()
            .map(|it| Envelope::read(it.get()).map_or_else(broken, |it| it.item(strict)))
            .collect(),
    };
    if items.len() > ITEMS_MAX {
        let message =
            format!("the message has {} items; at most {ITEMS_MAX} are taken at once", items.len());
        return Err(Refused::invalid("BATCH_TOO_LARGE", "", message));
    }
    Ok(items)
}

/// The text of one of the items of a message, to be shown to whoever sent it.
pub fn original(headers: Option<&HeaderMap>, payload: &[u8], index: usize) -> Vec<u8> {
    let batch = Attributes::of(headers).and_then(|it| it.mode()).is_ok_and(|it| it != Mode::Binary);
    let items = std::str::from_utf8(payload)
        .ok()
        .filter(|_| batch)
        .and_then(|text| serde_json::from_str::<Vec<&RawValue>>(text).ok());
    match items.and_then(|it| it.get(index).copied()) {
        Some(item) => item.get().as_bytes().to_vec(),
        None => payload.to_vec(),
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, Refused> {
    serde_json::from_str(text).map_err(|error| {
        let message = format!("the message is not JSON: {error}");
        Refused::invalid("INVALID_MESSAGE", "", message)
    })
}

fn broken<'a>(refused: Refused) -> Item<'a> {
    Item { id: Cow::Borrowed(""), content: Err(refused) }
}

/// A type that one of the doors knows.
fn known(ce_type: Cow<'_, str>) -> Result<Cow<'_, str>, Refused> {
    if door::of_type(&ce_type).is_some() {
        return Ok(ce_type);
    }
    let shown: String = ce_type.chars().take(80).collect();
    let message =
        format!("`{shown}` is not a type of command, such as dev.vigie.invoice.issued.v1");
    Err(Refused::invalid("UNKNOWN_TYPE", "type", message))
}

/// The id of a request: source and id, or where that is too long for one, a digest of both.
fn request(source: &str, id: &str) -> Option<Reference> {
    if source.is_empty() || id.is_empty() {
        return None;
    }
    let both = format!("{source} {id}");
    let digest = || Reference::new(&Hash::of(both.as_bytes()).hex()).ok();
    Reference::new(&both).ok().or_else(digest)
}

/// Whether a JSON text is nested no deeper than data may be, its envelope added.
pub fn is_shallow(json: &[u8]) -> bool {
    depth(json) <= DEPTH_MAX + 2
}

/// How deep a JSON text is nested.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

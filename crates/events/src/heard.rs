use serde::de::DeserializeOwned;

use crate::{Context, Decision, Undecodable, invoicing, read};

/// Everything one context listens to, as one type: its own events and those of contexts before it.
/// Days are heard by whoever runs the context and need no place here.
pub trait Heard: Sized {
    /// The context that listens, and that alone appends under its name.
    const OWN: Context;

    /// Reads the entry of a context; nothing if this one does not listen to it.
    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable>;
}

/// The first to speak hear only themselves.
fn own<E: Heard + DeserializeOwned>(
    context: Context,
    body: &[u8],
) -> Result<Option<Vec<Decision<E>>>, Undecodable> {
    if context == E::OWN { read(body).map(|entry| Some(entry.decisions)) } else { Ok(None) }
}

impl Heard for crate::clock::Event {
    const OWN: Context = Context::Clock;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        own(context, body)
    }
}

impl Heard for invoicing::Event {
    const OWN: Context = Context::Invoicing;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        own(context, body)
    }
}

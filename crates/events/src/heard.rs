use crate::{Context, Decision, Spoken, Undecodable, invoicing, read};

/// Everything one context listens to, as one type: its own events and those of contexts before it.
/// Days are heard by whoever runs the context and need no place here.
pub trait Heard: Sized {
    /// The context that listens, and that alone appends under its name.
    const OWN: Context;

    /// Reads the entry of a context; nothing if this one does not listen to it.
    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable>;
}

/// The first to speak hear only themselves.
fn own<E: Heard + Spoken>(
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

/// The decisions of a context as those who listen to it take them.
pub fn all<E: Into<F>, F>(decisions: Vec<Decision<E>>) -> Vec<Decision<F>> {
    let facts = |it: Decision<E>| Decision {
        customer: it.customer,
        cause: it.cause,
        actor: it.actor,
        events: it.events.into_iter().map(Into::into).collect(),
    };
    decisions.into_iter().map(facts).collect()
}

//! Entries as a bundle gives them: whole, so that anybody can hash them, or, where they speak of
//! other customers too, the customer's own decisions and nothing else.

use chrono::{DateTime, Utc};
use events::{Context, CustomerId, Hash, Partition, Sequence, invoicing};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::verify::Refused;

/// An entry that speaks of the customer, at its place. A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Which journal.
    pub partition: Partition,
    /// The place in it.
    pub sequence: Sequence,
    /// When the journal took it.
    pub recorded_at: DateTime<Utc>,
    /// BLAKE3 of the entry's bytes.
    pub hash: Hash,
    /// The hash of the context's previous entry, which the entry carries.
    pub prev: Hash,
    /// Its bytes, which are text; none: it speaks of others too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// How many decisions it has, where it is not given whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    /// The customer's among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Own>,
}

/// A decision about the customer, of an entry that is not given whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// The how-manieth of the entry it is, from 1.
    pub number: usize,
    /// Its bytes.
    pub decision: String,
}

/// The name of a context's entries.
pub(crate) fn name(context: Context) -> String {
    format!("entries/{context}.jsonl")
}

/// Whom a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// The customer.
    Customer,
    /// The tenant's terms of sale, which invoices are under.
    Terms,
    /// Somebody else, or something else of the tenant's.
    Other,
}

impl About {
    /// Of a decision's bytes.
    pub(crate) fn of(
        context: Context,
        customer: &CustomerId,
        decision: &str,
    ) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Heading {
            #[serde(default)]
            customer: Option<CustomerId>,
        }
        let heading: Heading = serde_json::from_str(decision).map_err(|it| it.to_string())?;
        Ok(match heading.customer {
            Some(it) if it == *customer => Self::Customer,
            None if context == Context::Invoicing && is_terms(decision)? => Self::Terms,
            Some(_) | None => Self::Other,
        })
    }
}

fn is_terms(decision: &str) -> Result<bool, String> {
    type Decision = events::Decision<invoicing::Event>;
    let decision: Decision = serde_json::from_str(decision).map_err(|it| it.to_string())?;
    let is = |it: &invoicing::Event| matches!(it, invoicing::Event::TermsRegistered(_));
    Ok(decision.events.iter().all(is))
}

/// The decisions of an entry, each as its bytes.
pub(crate) fn decisions(body: &[u8]) -> Result<Vec<&str>, String> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        v: u16,
        #[serde(borrow)]
        decisions: Vec<&'a RawValue>,
    }
    let shape: Shape<'_> = serde_json::from_slice(body).map_err(|it| it.to_string())?;
    if shape.v > events::VERSION {
        return Err(events::Undecodable::Newer(shape.v).to_string());
    }
    Ok(shape.decisions.into_iter().map(RawValue::get).collect())
}

/// The lines of a file, each with where it stands. A line is as we write it, to the byte.
pub(crate) fn lines<T: Serialize + DeserializeOwned>(
    name: &str,
    bytes: &[u8],
) -> Result<Vec<(String, T)>, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::new(name, "is no text"))?;
    let mut lines = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let place = format!("{name}, line {}", number + 1);
        let whole = line.strip_suffix('\n');
        let whole = whole.ok_or_else(|| Refused::new(&place, "is cut off"))?;
        let read: T = serde_json::from_str(whole)
            .map_err(|error| Refused::new(&place, format!("cannot be read: {error}")))?;
        if serde_json::to_string(&read).ok().as_deref() != Some(whole) {
            return Err(Refused::new(place, "is not as it was written"));
        }
        lines.push((place, read));
    }
    Ok(lines)
}

/// A file of lines.
pub(crate) fn write<T: Serialize>(lines: &[T]) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut bytes, line)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

//! The links between a context's entries: for an auditor, from the first entry about the customer to
//! the context's head.

use events::{Context, Hash, Sequence};
use serde::{Deserialize, Serialize};

use crate::verify::Refused;

/// An entry, without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its place.
    pub sequence: Sequence,
    /// Its hash.
    pub hash: Hash,
    /// That of the context's entry before.
    pub prev: Hash,
}

/// The name of a context's links.
pub(crate) fn name(context: Context) -> String {
    format!("chain/{context}.jsonl")
}

/// The links of a file, each following the one before.
pub(crate) fn read(context: Context, bytes: &[u8]) -> Result<Vec<Link>, Refused> {
    let name = name(context);
    let mut links = Vec::<Link>::new();
    for (place, link) in crate::entries::lines::<Link>(&name, bytes)? {
        if let Some(before) = links.last() {
            if link.sequence <= before.sequence {
                return Err(Refused::new(place, "stands out of order"));
            }
            if link.prev != before.hash {
                let why = format!("does not follow entry {}", before.sequence);
                return Err(Refused::new(place, why));
            }
        }
        links.push(link);
    }
    Ok(links)
}

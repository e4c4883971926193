use events::{Cause, Sequence};
use serde::{Deserialize, Serialize};

/// The latest requests about a customer that changed something, so that the same request gets the
/// same answer and another request under its name is noticed.
///
/// A convenience for callers, and therefore short: that a fact is never recorded twice rests on the
/// producer's ids of things, which are kept for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests(Vec<Seen>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    request: u64,
    digest: u64,
    position: Sequence,
}

/// What is known of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Not among the latest.
    New,
    /// The very same, answered there.
    Before(Sequence),
    /// Something else was asked under this name, there.
    Otherwise(Sequence),
}

impl Requests {
    /// How many are remembered.
    const LATEST: usize = 8;

    /// Remembers a request that was answered at a position.
    pub fn remember(&mut self, cause: &Cause, position: Sequence) {
        if self.0.len() == Self::LATEST {
            self.0.remove(0);
        } else {
            self.0.reserve_exact(1);
        }
        let request = hash(cause);
        self.0.push(Seen { request, digest: cause.digest, position });
    }

    /// Whether this was asked before.
    pub fn ask(&self, cause: &Cause) -> Asked {
        let request = hash(cause);
        match self.0.iter().rfind(|it| it.request == request) {
            None => Asked::New,
            Some(it) if it.digest == cause.digest => Asked::Before(it.position),
            Some(it) => Asked::Otherwise(it.position),
        }
    }
}

/// FNV-1a, 64 bits: the same on every machine.
fn hash(cause: &Cause) -> u64 {
    cause.request.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

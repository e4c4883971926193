//! Every context, run on a journal.
//!
//! The loop of a service is generic, and so compiled where it is started: here, once for each context
//! and with all optimizations, beside the rest of the program rather than after it.

use host::{Host, Options, engine::Service};
use journal::Journal;

/// A context that can be started.
pub trait Start: Service {
    /// Starts it; see [`Host::start`].
    fn start(self, journal: Journal, options: Options) -> Host<Self>;
}

macro_rules! start {
    ($($context:ident)+) => {
        $(impl Start for $context::Policy {
            // Never where it is called: there the whole loop would be compiled again.
            #[inline(never)]
            fn start(self, journal: Journal, options: Options) -> Host<Self> {
                Host::start(journal, self, options)
            }
        })+
    };
}

start! { alerts clock collection dunning invoicing risk }

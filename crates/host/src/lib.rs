//! Runs one context on a journal.
//!
//! [`engine`] is pure: entries in, entries out. [`Host`] runs it: it catches up, answers questions
//! from what the journal says, and groups what is decided while an entry is on its way into the
//! next one.

pub mod engine;
mod history;
mod host;
mod run;
mod snapshot;
#[cfg(test)]
mod tests;

pub use history::Moment;
pub use host::{Error, Failure, Host, Options, Status, Touched, Waiting};
pub use snapshot::Snapshots;

//! A file about one customer that a court, an insurer or an auditor can check without us: what the
//! journal says of it, the statement of a day, the letters that left, and the hashes of it all.
//!
//! Bytes in, bytes out: [`Gathering`] hears a journal, [`make`] writes the bundle, [`verify`] reads
//! one and recomputes what can be recomputed. Why it has this form: ADR 0015.

mod archive;
mod manifest;
mod purpose;

mod chain;
mod entries;
mod gather;
mod told;

mod customer;
mod reminders;
mod statement;

mod digest;
mod key;
mod make;
mod readme;

mod differ;
mod verify;

#[cfg(test)]
mod tests;

pub use archive::{BYTES_MAX, Files, check_name, unpack};
pub use chain::Link;
pub use entries::{Line, Own};
pub use gather::{Gathering, Heard, Unreadable};
pub use key::{NotAKey, PublicKey, SigningKey};
pub use make::{Beside, Unmade, make};
pub use manifest::{Counted, FORMAT, File, Head, Key, Manifest};
pub use purpose::{Purpose, UnknownPurpose};
pub use verify::{Refused, Report, Verified, verify};

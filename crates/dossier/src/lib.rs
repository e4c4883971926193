//! What a collector is given of a case: who owes what to whom, on what ground and since when, what was
//! done about it, and under which mandate it may be asked for.
//!
//! A [`Dossier`] is plain data that somebody else has gathered at one moment. [`files`] writes it as
//! JSON, CSV and PDF: the same facts, the same bytes. [`archive()`] puts those into one file, and
//! [`seal`] signs that and encrypts it, so that nobody else reads it and nobody changes it.

mod case;
mod contact;
mod dossier;
mod money_owed;

mod sums;

mod csv;
mod file;
mod paper;
mod words;

mod archive;
mod key;
mod seal;

#[cfg(test)]
mod tests;

pub use archive::{Manifest, ManifestFile, archive, manifest};
pub use case::{Act, Case, Right};
pub use contact::{Contact, Dispute, Presented, Promise, Sending};
pub use dossier::{
    Clause, Collector, Dossier, FORMAT, Fee, FeeBand, Mandate, Moment, Party, Placed, Placement,
};
pub use file::{File, Unwritable, files, json, pdf};
pub use key::{KeyError, PublicKey, SecretKey};
pub use money_owed::{
    Allocation, InterestLine, Receivable, Statement, StatementLine, Terms, Total,
};
pub use seal::{Opened, Unopened, Unsealed, open, seal};
pub use sums::{Unbalanced, totals};
pub use words::clauses;

//! Reading what the world already writes, and saying it as commands.
//!
//! Every reader turns a document into [`Message`]s: a `CloudEvents` type and data in exactly the
//! outward form of the command. What is right or wrong about a command is judged in one place, by
//! the strict reader all ways in share; here only the document is judged.
//!
//! There are tables of comma-separated values, read by a mapping that says what each row means
//! ([`csv`]), messages as they are ([`json_lines`]), and the French gazette of companies
//! ([`bodacc`]).
#![warn(missing_docs)]

pub mod bodacc;
pub mod csv;
pub mod json_lines;

mod message;

pub use message::Message;

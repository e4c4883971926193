//! Which receivables are open: invoices, credit notes, payments, and what settles what; disputes,
//! promises, plans and write-offs about them.
//!
//! Every file of business holds both halves of it: what a command is answered with, and what a
//! fact does to the [`Account`].

mod account;
mod command;
mod policy;
mod refusal;

mod allocate;
mod assign;
mod credit;
mod dispute;
mod early;
mod identity;
mod issue;
mod pay;
mod plan;
mod promise;
mod register;
mod terms;
mod write_off;

pub mod view;

#[cfg(test)]
mod tests;

pub use account::{Account, Recorded};
pub use assign::*;
pub use command::*;
pub use policy::Policy;
pub use refusal::{Conflict, Invalid, Refusal, Subject};
pub use terms::{RegisterTerms, last_begun};

pub(crate) use policy::Answer;

//! Questions. Each is answered from what the journal says up to a position, which the answer names.
//!
//! What is needed is taken from the books in an instant (accounts are shared) and computed outside,
//! so that no question holds up a command.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod aged_balance;
pub(crate) mod dispute_causes;
pub(crate) mod indicators;
pub(crate) mod invoice;
pub(crate) mod open_items;
pub(crate) mod payment;
pub(crate) mod policy;
pub(crate) mod statement;
pub(crate) mod terms;
pub(crate) mod watch;

mod as_of;
mod conversion;
mod history;
mod known;
mod past;
mod search;

pub(crate) use past::Past;

pub(super) use as_of::{AsOf, compute};
pub(super) use history::timestamp;
pub(super) use known::{Adopted, One};

use as_of::{Everybody, Single};

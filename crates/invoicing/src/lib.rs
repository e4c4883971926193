//! Which receivables are open.

mod command;

pub use command::*;

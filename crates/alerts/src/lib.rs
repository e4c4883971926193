//! What a person should look at: conditions that hold, each told once, and told again when it is over.
//!
//! What holds follows from everything the contexts before it said and from the day; it is worked out
//! anew whenever a customer is stirred, and the difference to what was said is said. So nothing is
//! told twice, whatever is redelivered, replayed or missed. Pure: no clock, no randomness, no IO.

mod command;
mod fact;
mod policy;
mod refusal;
mod state;

mod care;
mod conditions;
mod identity;
mod noted;
mod raise;
mod reminders;
mod rights;
mod survey;
mod tenant;

pub mod view;

#[cfg(test)]
mod tests;

pub use command::{AcknowledgeAlert, AssignAlert, Command, Kind};
pub use conditions::Condition;
pub use fact::Fact;
pub use policy::Policy;
pub use raise::EACH_KIND_MAX;
pub use refusal::Refusal;
pub use state::Alerts;
pub use survey::survey;

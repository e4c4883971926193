//! When to remind, and how hard.
//!
//! What a customer's state calls for is a function of facts, policy and day; so an outage delays a
//! reminder and never doubles or skips one. What leaves the building is planned, heard back, looked at
//! again, started, and only then sent. Pure: no clock, no randomness, no IO.

mod command;
mod fact;
mod policy;
mod refusal;
mod state;

mod agreed;
mod claim;
mod hold;
mod ladder;
mod plan;
mod send;

mod exhausted;
mod presentation;
mod regret;
mod supply;

mod charges;
mod confirm;
mod interest_invoice;
mod waive;

pub mod backtest;
pub mod view;

#[cfg(test)]
mod tests;

pub use charges::Charges;
pub use command::{
    ApproveReminder, ChooseLadder, Command, ContactData, HoldData, Kind, LiftHold, Outcome,
    RecordFailure, RecordPresentation, RecordSending, Report, RestoreCharges, Start, WaiveCharges,
    WithdrawReminder,
};
pub use fact::Fact;
pub use policy::Policy;
pub use refusal::Refusal;
pub use state::Dunning;

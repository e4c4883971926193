//! How likely a customer is to pay, and how much is at stake.
//!
//! Every file of business holds both halves of it: what a command is answered with, and what a
//! fact does to the state. Pure: no clock, no randomness, no IO.

mod command;
mod fact;
mod policy;
mod refusal;
mod state;

mod exposure;
mod guarantee;
mod limit;
mod order;

pub mod behaviour;
pub mod figures;
pub mod score;
pub mod view;

#[cfg(test)]
mod tests;

pub use command::{
    ApproveLimit, CheckOrder, CloseOrder, Command, GuaranteeData, Kind, LimitData, RejectLimit,
    ReleaseGuarantee, ReleaseOrder, Step, WithdrawLimit,
};
pub use exposure::Exposure;
pub use fact::Fact;
pub use policy::Policy;
pub use refusal::{Refusal, Subject};
pub use state::Risk;

//! When reminders are not enough: what is collected together, what was done about it, and which
//! rights are about to lapse.
//!
//! What a case is worth and how a right stands are functions of facts, policy and day; kept is only
//! what was decided and what was said. Pure: no clock, no randomness, no IO.

mod command;
mod fact;
mod policy;
mod refusal;
mod state;

mod act;
mod case;
mod charged;
pub mod insolvency;
mod insurance;
mod performance;
mod placement;
mod reminded;
mod right;
mod route;

pub mod view;
pub mod worklist;

#[cfg(test)]
mod tests;

pub use command::{
    AcceptPlacement, ActData, AnswerInsuranceClaim, ChooseRoute, ClaimData, CollectorData, Command,
    DividendData, HandOver, IndemnityData, InvoiceAmount, Kind, MergeCases, OpenCase,
    RecallPlacement, RecordErrand, ReduceCase, RefusePlacement, RemittanceData, Report, RunOutcome,
    ShareData, SplitCase, Start, WithdrawAct, WithdrawCase, WithdrawHandOver,
    WithdrawInsuranceClaim,
};
pub use fact::Fact;
pub use insurance::ClaimRefusal;
pub use performance::{Age, InCurrency, Performance, Size, Yield};
pub use placement::{Pending, fee_band};
pub use policy::Policy;
pub use refusal::Refusal;
pub use right::{Running, Standing, what_to_do};
pub use route::{Advice, Circumstance, Experience, Verdict};
pub use state::Collection;

//! How likely a customer is to pay, and how much is at stake.
//!
//! Every file of business holds both halves of it: what a command is answered with, and what a
//! fact does to the state. Pure: no clock, no randomness, no IO.

mod command;
mod fact;
mod policy;
mod refusal;
mod state;

mod ahead;
mod exposure;
mod guarantee;
mod hedge;
mod limit;
mod order;
mod scorecard;

pub mod behaviour;
mod input;

mod cover;
mod delivery;
mod group;
mod identity;
mod notice;
mod opinion;
mod profile;
mod proposal;
mod rating;
mod reference;
mod review;
mod statement;

pub mod figures;
pub mod portfolio;
pub mod score;
pub mod view;

#[cfg(test)]
mod tests;

pub use command::{
    ApproveLimit, CheckOrder, CloseOrder, Command, GuaranteeData, Kind, LimitData, RejectLimit,
    ReleaseGuarantee, ReleaseOrder, Step, WithdrawLimit,
};
pub use cover::{CoverData, CoverRequestData, ReduceCover, RefuseCover, WithdrawCover};
pub use delivery::{CloseDelivery, DeliveryData, InvoiceDelivery};
pub use exposure::Exposure;
pub use fact::Fact;
pub use group::{GroupData, LeaveGroup};
pub use hedge::{
    End, EndHedge, HEDGED_MAX, HedgeState, HedgedData, HedgedInvoice, HedgedOrder, KnownHedge,
    RegisterHedge, UseHedge,
};
pub use identity::IdentityData;
pub use input::{Input, InputKind};
pub use notice::{LiftNotice, NoticeData};
pub use opinion::{OpinionData, WithdrawOpinion};
pub use policy::Policy;
pub use profile::ProfileData;
pub use proposal::Proposal;
pub use rating::RatingData;
pub use reference::ReferenceData;
pub use refusal::{Refusal, Subject};
pub use review::{Review, ReviewData};
pub use score::Standing;
pub use scorecard::{PromoteScorecard, ProposeScorecard, WithdrawScorecard};
pub use state::{Placed, Recorded, Risk};
pub use statement::StatementData;

//! The language of the journal: who, which, and what happened.
//!
//! Only types of this crate stand in the journal, and they change by addition: a field that is
//! new is optional, a meaning that is new is a new event. `golden/` holds one file per event, and
//! no released file is ever edited.

mod context;
pub mod date;
mod entry;
mod hash;
mod heard;
mod id;
mod place;
mod words;

#[cfg(test)]
mod golden;

pub mod alerts;
pub mod clock;
pub mod collection;
pub mod dunning;
pub mod invoicing;
pub mod risk;

pub use context::Context;
pub use entry::{
    Cause, Decision, Draft, Entry, Spoken, Undecodable, Unwritable, VERSION, prev_of, read,
};
pub use hash::Hash;
pub use heard::{Heard, all};
pub use id::{
    ActId, ActorId, AlertId, AssignmentId, CaseId, ContactId, CoverId, CreditNoteId, CustomerId,
    DeliveryId, DisputeId, FacilityId, GuaranteeId, HedgeId, HedgeUseId, HoldId, IdError,
    IdentityCheckId, InsuranceClaimId, InvoiceId, LimitId, NoticeId, OpinionId, PaymentId,
    PlacementId, PlanId, PromiseId, RatingId, Reference, ReferenceError, RefundId, ReminderId,
    RemittanceId, RightId, StatementId, TenantId, TenantIdError, TradeReferenceId, WriteOffId,
};
pub use place::{Partition, Sequence};

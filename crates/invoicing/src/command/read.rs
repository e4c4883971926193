use events::CustomerId;
use serde::de::DeserializeOwned;

use super::{Command, Contact, form::Form};
use crate::{Ask, AskKind, Invalid};

/// Which command; producers name it by the fact it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `dev.vigie.policy.adopted.v1`
    AdoptPolicy,
    /// `dev.vigie.terms.registered.v1`
    RegisterTerms,
    /// `dev.vigie.customer.registered.v1`
    RegisterCustomer,
    /// `dev.vigie.customer.amended.v1`
    AmendCustomer,
    /// `dev.vigie.invoice.issued.v1`
    IssueInvoice,
    /// `dev.vigie.invoice.corrected.v1`
    CorrectInvoice,
    /// `dev.vigie.invoice.cancelled.v1`
    CancelInvoice,
    /// `dev.vigie.creditnote.issued.v1`
    IssueCreditNote,
    /// `dev.vigie.creditnote.cancelled.v1`
    CancelCreditNote,
    /// `dev.vigie.payment.received.v1`
    RecordPayment,
    /// `dev.vigie.payment.reversed.v1`
    ReversePayment,
    /// `dev.vigie.refund.made.v1`
    RecordRefund,
    /// `dev.vigie.deposit.released.v1`
    ReleaseDeposit,
    /// `dev.vigie.allocation.made.v1`
    Allocate,
    /// `dev.vigie.allocation.withdrawn.v1`
    WithdrawAllocation,
    /// `dev.vigie.dispute.opened.v1`
    OpenDispute,
    /// `dev.vigie.dispute.resolved.v1`
    ResolveDispute,
    /// `dev.vigie.promise.made.v1`
    MakePromise,
    /// `dev.vigie.promise.withdrawn.v1`
    WithdrawPromise,
    /// `dev.vigie.plan.agreed.v1`
    AgreePlan,
    /// `dev.vigie.plan.cancelled.v1`
    CancelPlan,
    /// `dev.vigie.writeoff.requested.v1`
    RequestWriteOff,
    /// `dev.vigie.writeoff.approved.v1`
    ApproveWriteOff,
    /// `dev.vigie.writeoff.rejected.v1`
    RejectWriteOff,
    /// About assignments.
    Assign(AskKind),
}

impl Kind {
    /// Every kind, with the `type` a `CloudEvent` says it by.
    pub const ALL: [(Self, &'static str); 35] = [
        (Self::AdoptPolicy, "dev.vigie.policy.adopted.v1"),
        (Self::RegisterTerms, "dev.vigie.terms.registered.v1"),
        (Self::RegisterCustomer, "dev.vigie.customer.registered.v1"),
        (Self::AmendCustomer, "dev.vigie.customer.amended.v1"),
        (Self::IssueInvoice, "dev.vigie.invoice.issued.v1"),
        (Self::CorrectInvoice, "dev.vigie.invoice.corrected.v1"),
        (Self::CancelInvoice, "dev.vigie.invoice.cancelled.v1"),
        (Self::IssueCreditNote, "dev.vigie.creditnote.issued.v1"),
        (Self::CancelCreditNote, "dev.vigie.creditnote.cancelled.v1"),
        (Self::RecordPayment, "dev.vigie.payment.received.v1"),
        (Self::ReversePayment, "dev.vigie.payment.reversed.v1"),
        (Self::RecordRefund, "dev.vigie.refund.made.v1"),
        (Self::ReleaseDeposit, "dev.vigie.deposit.released.v1"),
        (Self::Allocate, "dev.vigie.allocation.made.v1"),
        (Self::WithdrawAllocation, "dev.vigie.allocation.withdrawn.v1"),
        (Self::OpenDispute, "dev.vigie.dispute.opened.v1"),
        (Self::ResolveDispute, "dev.vigie.dispute.resolved.v1"),
        (Self::MakePromise, "dev.vigie.promise.made.v1"),
        (Self::WithdrawPromise, "dev.vigie.promise.withdrawn.v1"),
        (Self::AgreePlan, "dev.vigie.plan.agreed.v1"),
        (Self::CancelPlan, "dev.vigie.plan.cancelled.v1"),
        (Self::RequestWriteOff, "dev.vigie.writeoff.requested.v1"),
        (Self::ApproveWriteOff, "dev.vigie.writeoff.approved.v1"),
        (Self::RejectWriteOff, "dev.vigie.writeoff.rejected.v1"),
        (Self::Assign(AskKind::RegisterFacility), "dev.vigie.facility.registered.v1"),
        (Self::Assign(AskKind::OfferReceivable), "dev.vigie.assignment.offered.v1"),
        (Self::Assign(AskKind::EndOffer), "dev.vigie.assignment.offerended.v1"),
        (Self::Assign(AskKind::AssignReceivable), "dev.vigie.assignment.made.v1"),
        (Self::Assign(AskKind::NotifyAssignment), "dev.vigie.assignment.notified.v1"),
        (Self::Assign(AskKind::FundAssignment), "dev.vigie.assignment.funded.v1"),
        (Self::Assign(AskKind::RecordAssigneePayment), "dev.vigie.assignment.paid.v1"),
        (Self::Assign(AskKind::PassPaymentOn), "dev.vigie.assignment.passedon.v1"),
        (Self::Assign(AskKind::TakeRecourse), "dev.vigie.assignment.recourse.v1"),
        (Self::Assign(AskKind::Repurchase), "dev.vigie.assignment.repurchased.v1"),
        (Self::Assign(AskKind::SettleAssignment), "dev.vigie.assignment.settled.v1"),
    ];

    /// The `type` a `CloudEvent` says it by.
    pub fn ce_type(self) -> &'static str {
        Self::ALL.into_iter().find(|(it, _)| *it == self).map_or("", |(_, ce_type)| ce_type)
    }

    /// The kind a `CloudEvent` of this `type` asks for.
    pub fn of_type(ce_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, it)| *it == ce_type).map(|(kind, _)| kind)
    }
}

/// A field that cannot be taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct FieldError {
    /// Its path, such as `designations[0].amount`; empty for the message as a whole.
    pub field: String,
    /// What is wrong, in a sentence.
    pub reason: String,
}

/// What must not stand in the journal and goes to the contact bucket instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Personal {
    /// Names and addresses of a customer.
    Contact(Contact),
    /// What a payer wrote.
    Remittance(String),
}

/// Reads the data of a command, whichever context it is for: a JSON object of at most
/// [`Command::BYTES_MAX`]; what cannot be read is named by its path.
pub fn read_data<T: DeserializeOwned>(data: &[u8]) -> Result<T, FieldError> {
    form(data)?.mean()
}

/// What a command's data says, before it is known which command.
fn form(data: &[u8]) -> Result<Form<'_>, FieldError> {
    let wrong = |reason| FieldError { field: String::new(), reason };
    if data.len() > Command::BYTES_MAX {
        return Err(wrong(format!("{} bytes are more than {}", data.len(), Command::BYTES_MAX)));
    }
    if !data.trim_ascii_start().starts_with(b"{") {
        return Err(wrong("the data of a command is a JSON object".to_owned()));
    }
    serde_json::from_slice(data).map_err(|error| wrong(error.to_string()))
}

impl Command {
    /// The most bytes that the data of a command may have.
    pub const BYTES_MAX: usize = 1024 * 1024;

    /// Reads the data of a command strictly: unknown fields, numbers for amounts, ids and dates out
    /// of form are refused, each with its field; then every value that cannot be, as
    /// [`check`](Self::check) says.
    pub fn read(kind: Kind, data: &[u8]) -> Result<Self, Invalid> {
        let command = Self::read_form(kind, data).map_err(|error| Invalid(vec![error]))?;
        command.check()?;
        Ok(command)
    }

    fn read_form(kind: Kind, data: &[u8]) -> Result<Self, FieldError> {
        Ok(match kind {
            Kind::AdoptPolicy => Self::AdoptPolicy(read_data(data)?),
            Kind::RegisterTerms => Self::RegisterTerms(read_data(data)?),
            Kind::RegisterCustomer => Self::RegisterCustomer(read_data(data)?),
            Kind::AmendCustomer => Self::AmendCustomer(read_data(data)?),
            Kind::IssueInvoice => Self::IssueInvoice(read_data(data)?),
            Kind::CorrectInvoice => Self::CorrectInvoice(read_data(data)?),
            Kind::CancelInvoice => Self::CancelInvoice(read_data(data)?),
            Kind::IssueCreditNote => Self::IssueCreditNote(read_data(data)?),
            Kind::CancelCreditNote => Self::CancelCreditNote(read_data(data)?),
            Kind::RecordPayment => Self::RecordPayment(read_data(data)?),
            Kind::ReversePayment => Self::ReversePayment(read_data(data)?),
            Kind::RecordRefund => Self::RecordRefund(read_data(data)?),
            Kind::ReleaseDeposit => Self::ReleaseDeposit(read_data(data)?),
            Kind::Allocate => Self::Allocate(read_data(data)?),
            Kind::WithdrawAllocation => Self::WithdrawAllocation(read_data(data)?),
            Kind::OpenDispute => Self::OpenDispute(read_data(data)?),
            Kind::ResolveDispute => Self::ResolveDispute(read_data(data)?),
            Kind::MakePromise => Self::MakePromise(read_data(data)?),
            Kind::WithdrawPromise => Self::WithdrawPromise(read_data(data)?),
            Kind::AgreePlan => Self::AgreePlan(read_data(data)?),
            Kind::CancelPlan => Self::CancelPlan(read_data(data)?),
            Kind::RequestWriteOff => Self::RequestWriteOff(read_data(data)?),
            Kind::ApproveWriteOff => Self::ApproveWriteOff(read_data(data)?),
            Kind::RejectWriteOff => Self::RejectWriteOff(read_data(data)?),
            Kind::Assign(kind) => Self::Assign(Box::new(Ask::read(kind, data)?)),
        })
    }

    /// Whom it is about; nobody means the tenant.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::AdoptPolicy(_) | Self::Step(_) => None,
            Self::RegisterTerms(it) => it.customer_id.as_ref(),
            Self::Assign(it) => it.customer(),
            Self::RegisterCustomer(it) | Self::AmendCustomer(it) => Some(&it.customer_id),
            Self::IssueInvoice(it) | Self::CorrectInvoice(it) => Some(&it.customer_id),
            Self::CancelInvoice(it) => Some(&it.customer_id),
            Self::IssueCreditNote(it) => Some(&it.customer_id),
            Self::CancelCreditNote(it) => Some(&it.customer_id),
            Self::RecordPayment(it) => Some(&it.customer_id),
            Self::ReversePayment(it) => Some(&it.customer_id),
            Self::RecordRefund(it) => Some(&it.customer_id),
            Self::ReleaseDeposit(it) => Some(&it.customer_id),
            Self::Allocate(it) => Some(&it.customer_id),
            Self::WithdrawAllocation(it) => Some(&it.customer_id),
            Self::OpenDispute(it) => Some(&it.customer_id),
            Self::ResolveDispute(it) => Some(&it.customer_id),
            Self::MakePromise(it) => Some(&it.customer_id),
            Self::WithdrawPromise(it) => Some(&it.customer_id),
            Self::AgreePlan(it) => Some(&it.customer_id),
            Self::CancelPlan(it) => Some(&it.customer_id),
            Self::RequestWriteOff(it) => Some(&it.customer_id),
            Self::ApproveWriteOff(it) => Some(&it.customer_id),
            Self::RejectWriteOff(it) => Some(&it.customer_id),
        }
    }
}

use events::Cause;
use serde::Serialize;

use super::{Command, Kind, Personal, RecordPayment};
use crate::allocate::references_in;

/// The most references that a payment has, those found in its text included.
pub(super) const REFERENCES_MAX: usize = 100;

impl Command {
    /// Which command it is. None for a step, which nobody may send.
    pub fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::AdoptPolicy(_) => Kind::AdoptPolicy,
            Self::RegisterTerms(_) => Kind::RegisterTerms,
            Self::RegisterCustomer(_) => Kind::RegisterCustomer,
            Self::AmendCustomer(_) => Kind::AmendCustomer,
            Self::IssueInvoice(_) => Kind::IssueInvoice,
            Self::CorrectInvoice(_) => Kind::CorrectInvoice,
            Self::CancelInvoice(_) => Kind::CancelInvoice,
            Self::IssueCreditNote(_) => Kind::IssueCreditNote,
            Self::CancelCreditNote(_) => Kind::CancelCreditNote,
            Self::RecordPayment(_) => Kind::RecordPayment,
            Self::ReversePayment(_) => Kind::ReversePayment,
            Self::RecordRefund(_) => Kind::RecordRefund,
            Self::ReleaseDeposit(_) => Kind::ReleaseDeposit,
            Self::Allocate(_) => Kind::Allocate,
            Self::WithdrawAllocation(_) => Kind::WithdrawAllocation,
            Self::OpenDispute(_) => Kind::OpenDispute,
            Self::ResolveDispute(_) => Kind::ResolveDispute,
            Self::MakePromise(_) => Kind::MakePromise,
            Self::WithdrawPromise(_) => Kind::WithdrawPromise,
            Self::AgreePlan(_) => Kind::AgreePlan,
            Self::CancelPlan(_) => Kind::CancelPlan,
            Self::RequestWriteOff(_) => Kind::RequestWriteOff,
            Self::ApproveWriteOff(_) => Kind::ApproveWriteOff,
            Self::RejectWriteOff(_) => Kind::RejectWriteOff,
            Self::Assign(it) => Kind::Assign(it.kind()),
            Self::Step(_) => return None,
        })
    }

    /// Its data as [`read`](Self::read) reads it, personal data included, for forwarding. Nothing
    /// of a step, which nobody may send.
    pub fn write(&self) -> Vec<u8> {
        fn json<T: Serialize>(data: &T) -> Vec<u8> {
            // Texts, amounts, dates and lists of them: all of it has a written form.
            serde_json::to_vec(data).unwrap_or_default()
        }
        match self {
            Self::AdoptPolicy(it) => json(it),
            Self::RegisterTerms(it) => json(it),
            Self::RegisterCustomer(it) | Self::AmendCustomer(it) => json(it),
            Self::IssueInvoice(it) | Self::CorrectInvoice(it) => json(it),
            Self::CancelInvoice(it) => json(it),
            Self::IssueCreditNote(it) => json(it),
            Self::CancelCreditNote(it) => json(it),
            Self::RecordPayment(it) => json(it),
            Self::ReversePayment(it) => json(it),
            Self::RecordRefund(it) => json(it),
            Self::ReleaseDeposit(it) => json(it),
            Self::Allocate(it) => json(it),
            Self::WithdrawAllocation(it) => json(it),
            Self::OpenDispute(it) => json(it),
            Self::ResolveDispute(it) => json(it),
            Self::MakePromise(it) => json(it),
            Self::WithdrawPromise(it) => json(it),
            Self::AgreePlan(it) => json(it),
            Self::CancelPlan(it) => json(it),
            Self::RequestWriteOff(it) => json(it),
            Self::ApproveWriteOff(it) => json(it),
            Self::RejectWriteOff(it) => json(it),
            Self::Assign(it) => it.write(),
            Self::Step(_) => Vec::new(),
        }
    }

    /// Takes out what must not stand in the journal: names and addresses of a customer, or what a
    /// payer wrote. References found in the latter stay with the payment.
    pub fn take_personal(&mut self) -> Option<Personal> {
        if let Self::RegisterCustomer(it) | Self::AmendCustomer(it) = self {
            return it.contact.take().map(Personal::Contact);
        }
        if let Self::RecordPayment(it) = self {
            return it.take_text().map(Personal::Remittance);
        }
        None
    }

    /// What is asked, as [`Cause::digest_of`] says it. Personal data does not count, as the number stands in the
    /// journal: before and after [`take_personal`](Self::take_personal) it is the same.
    pub fn digest(&self) -> u64 {
        let mut bare = self.clone();
        bare.take_personal();
        Cause::digest_of(bare.kind().map_or("", Kind::ce_type), &bare.write())
    }
}

impl RecordPayment {
    /// Takes out what the payer wrote, after the references in it were found.
    pub(crate) fn take_text(&mut self) -> Option<String> {
        let text = self.remittance_text.take()?;
        for reference in references_in(&text) {
            if self.references.len() < REFERENCES_MAX && !self.references.contains(&reference) {
                self.references.push(reference);
            }
        }
        Some(text)
    }
}

use chrono::NaiveDate;
use events::{
    ActorId, CoverId, CustomerId, InsuranceClaimId, PaymentId, Reference, collection::ClaimCause,
    date,
};
use invoicing::{FieldError, Invalid};
use money::Stated;
use serde::{Deserialize, Serialize};

use super::InvoiceAmount;

/// What a credit insurer is asked to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimData {
    /// Of which customer.
    pub customer_id: CustomerId,
    /// The tenant's id for it.
    pub claim_id: InsuranceClaimId,
    /// Under which cover: one that was granted, also if it was withdrawn since.
    pub cover_id: CoverId,
    /// Why.
    pub cause: ClaimCause,
    /// When it was lodged.
    #[serde(with = "date")]
    pub lodge_date: NaiveDate,
    /// For which receivables and how much, in the currency of the cover: at most what was open of them
    /// on that day.
    pub lines: Vec<InvoiceAmount>,
    /// What proves it, such as the number of the insurer's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
    /// Who says so.
    pub lodged_by: ActorId,
}

/// What an insurer says to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerInsuranceClaim {
    /// Of which customer.
    pub customer_id: CustomerId,
    /// Which claim.
    pub claim_id: InsuranceClaimId,
    /// When.
    #[serde(with = "date")]
    pub answer_date: NaiveDate,
    /// How much it will pay: more than zero, at most what is claimed. None: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Stated>,
    /// Why it pays nothing, or less; required if it pays nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Reference>,
    /// Who records it.
    pub recorded_by: ActorId,
}

/// Money that an insurer paid for a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndemnityData {
    /// Of which customer.
    pub customer_id: CustomerId,
    /// For which claim.
    pub claim_id: InsuranceClaimId,
    /// The insurer's or the bank's number for it: each once a claim.
    pub number: Reference,
    /// When.
    #[serde(with = "date")]
    pub pay_date: NaiveDate,
    /// How much: more than zero, at most what is left of what it accepted, or of what is claimed.
    pub amount: Stated,
    /// The payment in the books by which it came, if it was booked on the customer's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// Who records it.
    pub recorded_by: ActorId,
}

/// An insurer's part of what came in since it paid, passed on to it or given back by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareData {
    /// Of which customer.
    pub customer_id: CustomerId,
    /// Of which claim.
    pub claim_id: InsuranceClaimId,
    /// The tenant's or the bank's number for it: each once a claim.
    pub number: Reference,
    /// When.
    #[serde(with = "date")]
    pub pass_date: NaiveDate,
    /// How much: not zero; below zero when the insurer gave some of it back.
    pub amount: Stated,
    /// Who records it.
    pub recorded_by: ActorId,
}

/// A claim, or an indemnity or share of it, that was recorded by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawInsuranceClaim {
    /// Of which customer.
    pub customer_id: CustomerId,
    /// Which claim.
    pub claim_id: InsuranceClaimId,
    /// Only the indemnity or share of that number; none: all of the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Reference>,
    /// When that was seen.
    #[serde(with = "date")]
    pub withdraw_date: NaiveDate,
    /// Who says so.
    pub withdrawn_by: ActorId,
}

fn wrong(field: &str, reason: &str) -> Result<(), Invalid> {
    Err(Invalid(vec![FieldError { field: field.to_owned(), reason: reason.to_owned() }]))
}

impl ClaimData {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let Some(first) = self.lines.first() else { return wrong("lines", "names none") };
        let mut invoices = std::collections::BTreeSet::new();
        if self.lines.iter().any(|it| !it.amount.0.is_positive()) {
            wrong("lines", "has an amount that is not more than zero")
        } else if self.lines.iter().any(|it| it.amount.0.currency() != first.amount.0.currency()) {
            wrong("lines", "is of more than one currency")
        } else if !self.lines.iter().all(|it| invoices.insert(&it.invoice_id)) {
            wrong("lines", "names an invoice twice")
        } else {
            Ok(())
        }
    }
}

impl AnswerInsuranceClaim {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        match (&self.accepted, &self.why) {
            (Some(accepted), _) if !accepted.0.is_positive() => {
                wrong("accepted", "is not more than zero: leave it out if the insurer pays nothing")
            }
            (None, None) => wrong("why", "is required where the insurer pays nothing"),
            (Some(_), _) | (None, Some(_)) => Ok(()),
        }
    }
}

impl IndemnityData {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if self.amount.0.is_positive() { Ok(()) } else { wrong("amount", "is not more than zero") }
    }
}

impl ShareData {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if self.amount.0.is_zero() { wrong("amount", "is zero") } else { Ok(()) }
    }
}

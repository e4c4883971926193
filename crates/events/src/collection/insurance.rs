use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    ActorId, CoverId, InsuranceClaimId, InvoiceId, PaymentId, Reference, date, words::words,
};

/// What a credit insurer is asked to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsuranceClaim {
    /// The tenant's id for it.
    pub claim: InsuranceClaimId,
    /// Under which cover.
    pub cover: CoverId,
    /// Why.
    pub cause: ClaimCause,
    /// When it was lodged.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// For which receivables and how much, all in the currency of the cover: the loss. Never empty.
    pub lines: Vec<ClaimedInvoice>,
    /// What proves that it was lodged, such as the number of the insurer's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
    /// Who says so.
    pub by: ActorId,
}

/// What is claimed of a receivable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedInvoice {
    /// Which.
    #[serde(rename = "invoice_id")]
    pub invoice: InvoiceId,
    /// How much of it: more than zero.
    pub amount: Money,
}

/// What an insurer says to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsurerAnswer {
    /// To which.
    pub claim: InsuranceClaimId,
    /// When.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// How much it will pay; none: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Money>,
    /// Why it pays nothing, or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Reference>,
    /// Who records it.
    pub by: ActorId,
}

/// Money that an insurer paid for a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indemnity {
    /// For which.
    pub claim: InsuranceClaimId,
    /// The insurer's or the bank's number for it: each once a claim.
    pub number: Reference,
    /// When it was paid.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// How much: more than zero.
    pub amount: Money,
    /// The payment in the books by which it came, if it was booked on the customer's account: it is
    /// none of the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
    /// Who records it.
    pub by: ActorId,
}

/// An insurer's part of what came in after it had paid, passed on to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryShare {
    /// Of which claim.
    pub claim: InsuranceClaimId,
    /// The tenant's or the bank's number for it: each once a claim.
    pub number: Reference,
    /// When it was passed on.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// How much; below zero when the insurer gave some of it back.
    pub amount: Money,
    /// Who records it.
    pub by: ActorId,
}

words! {
    /// Why an insurer is asked to pay.
    ClaimCause {
        /// The customer has not paid for as long as the insurer's policy says (*protracted default*).
        ProtractedDefault "protracted_default"
        /// A court protects the customer, or winds it up.
        Insolvency "insolvency"
    }

    /// Which debts money that comes after an indemnity is taken to have settled.
    RecoveryOrder {
        /// The oldest due, whatever the payer or the books say: what insurers ask for, usually.
        Oldest "oldest"
        /// Those that the books say.
        AsBooked "as_booked"
    }
}

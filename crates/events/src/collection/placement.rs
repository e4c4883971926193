use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    ActorId, CaseId, InvoiceId, PaymentId, PlacementId, Reference, RemittanceId, date, words::words,
};

/// A case that is given to somebody who collects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// One of the customer's, by count.
    pub placement: PlacementId,
    /// Which case.
    pub case: CaseId,
    /// Who collects: one of the policy's.
    pub collector: Reference,
    /// The written agreement under which it does.
    pub agreement: Reference,
    /// The business day.
    #[serde(with = "date")]
    pub planned_on: NaiveDate,
    /// Who says so.
    pub by: ActorId,
}

/// What a collector is told to collect of a receivable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedClaim {
    /// Which.
    pub invoice: InvoiceId,
    /// What is open of it.
    pub principal: Money,
    /// Interest for late payment up to the day.
    pub interest: Money,
    /// The fixed sum for recovery costs.
    pub fixed_sum: Money,
}

/// What a collector says of a placement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorReport {
    /// Which placement.
    pub placement: PlacementId,
    /// The collector's number for it.
    pub report: Reference,
    /// When.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// What.
    pub status: CollectorStatus,
    /// Instalments that the customer proposes, if it does: a person agrees to them, or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposes: Vec<crate::invoicing::Instalment>,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// Money that a collector took in, and passes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remittance {
    /// The collector's number for it.
    pub remittance: RemittanceId,
    /// Of which placement.
    pub placement: PlacementId,
    /// When it was taken in.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// What was taken in, by receivable; never empty, of one currency.
    pub collected: Vec<Collected>,
    /// What the collector asks for.
    pub fee: Money,
    /// What it should ask for, by its scale.
    pub fee_by_scale: Money,
    /// Whether the fee was kept back, or is invoiced.
    pub kept_back: bool,
    /// The payment in the books by which the money came, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
}

/// What was taken in for a receivable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collected {
    /// Which.
    #[serde(rename = "invoice_id")]
    pub invoice: InvoiceId,
    /// How much.
    pub amount: Money,
}

/// Somebody who collects for the tenant, and on which terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collector {
    /// The tenant's name for it: never a person's.
    pub name: Reference,
    /// The written agreement, which gives it the power to receive money (CPCE art. R124-3).
    pub agreement: Reference,
    /// The insurance of its liability.
    pub insurance: Reference,
    /// Days within which it passes on what it took in: 1 to 365.
    pub remits_in_days: u16,
    /// What it asks for: of these the first that fits.
    pub fees: Vec<FeeBand>,
    /// What it asks for at least, of each placement that brings anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_fee: Option<Money>,
}

/// The part of what was taken in that a collector asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeBand {
    /// Days past due of the oldest receivable when it was placed, at most; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_max: Option<u16>,
    /// What was placed, at most; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_max: Option<Money>,
    /// The part: 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub share: Decimal,
}

words! {
    /// What is brought to a collector.
    Errand {
        /// The case, with all that belongs to it.
        HandOver "hand_over"
        /// It is to stop.
        Recall "recall"
    }

    /// What a collector says of a case.
    CollectorStatus {
        /// It works on it.
        Working "working"
        /// The customer was reached.
        Reached "reached"
        /// The customer cannot be found.
        NotFound "not_found"
        /// The customer promises.
        Promises "promises"
        /// The customer proposes instalments.
        Proposes "proposes"
        /// The customer contests.
        Contests "contests"
        /// The customer is insolvent.
        Insolvent "insolvent"
        /// It has done what it can.
        Ended "ended"
    }
}

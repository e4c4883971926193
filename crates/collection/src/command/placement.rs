use chrono::NaiveDate;
use events::{
    ActorId, CaseId, CustomerId, Hash, InvoiceId, PaymentId, PlacementId, Reference, RemittanceId,
    collection::{CollectorStatus, Errand},
    date,
};
use invoicing::InstalmentData;
use money::Stated;
use serde::{Deserialize, Serialize};

/// A case that is to be given to somebody who collects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which case.
    pub case_id: CaseId,
    /// To whom: one of the policy's.
    pub collector: Reference,
    /// Who says so.
    pub placed_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub place_date: NaiveDate,
}

/// A placement that is not to be brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawHandOver {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which.
    pub placement_id: PlacementId,
    /// Who says so.
    pub withdrawn_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub withdraw_date: NaiveDate,
}

/// What became of an errand, as a person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordErrand {
    /// Whose.
    pub customer_id: CustomerId,
    /// About which placement.
    pub placement_id: PlacementId,
    /// Which errand.
    pub errand: Errand,
    /// When.
    #[serde(with = "date")]
    pub errand_date: NaiveDate,
    /// Why it was not taken, and waits to be run again; none: it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Reference>,
    /// What proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
    /// Who says so.
    pub recorded_by: ActorId,
}

/// A placement that the collector is to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecallPlacement {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which.
    pub placement_id: PlacementId,
    /// Who says so.
    pub recalled_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub recall_date: NaiveDate,
}

/// A placement that the collector takes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptPlacement {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which.
    pub placement_id: PlacementId,
    /// When.
    #[serde(with = "date")]
    pub accept_date: NaiveDate,
    /// The collector's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
}

/// A placement that the collector does not take on, or gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusePlacement {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which.
    pub placement_id: PlacementId,
    /// When.
    #[serde(with = "date")]
    pub refuse_date: NaiveDate,
    /// Why not.
    pub why: Reference,
}

/// How a placement stands, as the collector says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectorData {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which.
    pub placement_id: PlacementId,
    /// The collector's number for the report.
    pub report_id: Reference,
    /// When.
    #[serde(with = "date")]
    pub report_date: NaiveDate,
    /// What.
    pub status: CollectorStatus,
    /// Instalments that the customer proposes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposes: Vec<InstalmentData>,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// Money that a collector took in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemittanceData {
    /// Whose.
    pub customer_id: CustomerId,
    /// Of which placement.
    pub placement_id: PlacementId,
    /// The collector's number for it.
    pub remittance_id: RemittanceId,
    /// When it was taken in.
    #[serde(with = "date")]
    pub collect_date: NaiveDate,
    /// For which receivables.
    pub collected: Vec<InvoiceAmount>,
    /// What the collector asks for.
    pub fee: Stated,
    /// Whether it keeps that back, or sends an invoice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept_back: bool,
    /// The payment in the books by which the money came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
}

/// A receivable, and how much of it: what a collector took in, what an insurer is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceAmount {
    /// Which.
    pub invoice_id: InvoiceId,
    /// How much.
    pub amount: Stated,
}

/// An errand that is about to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// About which placement.
    pub placement: PlacementId,
    /// Which.
    pub errand: Errand,
    /// By which process.
    pub run: Reference,
    /// The business day.
    pub on: NaiveDate,
}

/// What became of an errand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// About which placement.
    pub placement: PlacementId,
    /// Which.
    pub errand: Errand,
    /// The process that started it, or whoever speaks for one that is gone.
    pub run: Reference,
    /// The business day.
    pub on: NaiveDate,
    /// What.
    pub outcome: RunOutcome,
}

/// What can become of an errand that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    /// It was taken.
    Done {
        /// By what whoever took it answered.
        proof: Option<Reference>,
        /// What was brought.
        dossier: Option<Hash>,
    },
    /// It was not, and nothing of it has left.
    Failed {
        /// Why not.
        why: Reference,
    },
    /// It was not, nothing of it has left, and the same way may work later.
    Deferred {
        /// Why not now.
        why: Reference,
    },
    /// Nobody can tell.
    Unknown {
        /// What is known.
        why: Reference,
    },
    /// Just before it was brought something came that changes what it says: nothing has left.
    Withdrawn,
}

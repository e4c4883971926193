//! What may be asked of collection, in the form producers write it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::{
    ActId, ActorId, CaseId, CoverId, CustomerId, GuaranteeId, InvoiceId, NoticeId, Reference,
    collection::{ActKind, CollectionPolicy, Event, Route},
    date,
};
use invoicing::{FieldError, Invalid};
use money::Stated;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Policy;

mod insurance;
mod placement;

pub use insurance::{
    AnswerInsuranceClaim, ClaimData, IndemnityData, ShareData, WithdrawInsuranceClaim,
};
pub use placement::{
    AcceptPlacement, CollectorData, HandOver, InvoiceAmount, RecallPlacement, RecordErrand,
    RefusePlacement, RemittanceData, Report, RunOutcome, Start, WithdrawHandOver,
};

invoicing::commands! {
    from outside {
        /// Rules for the tenant.
        AdoptCollectionPolicy(Box<CollectionPolicy>) = "dev.vigie.collectionpolicy.adopted.v1",
        /// A person wants receivables to be collected by other means than reminders.
        OpenCase(OpenCase) = "dev.vigie.case.opened.v1",
        /// Receivables are to leave a case.
        ReduceCase(ReduceCase) = "dev.vigie.case.reduced.v1",
        /// A case is to go on in another one.
        MergeCases(MergeCases) = "dev.vigie.case.merged.v1",
        /// A part of a case is to go on by itself.
        SplitCase(SplitCase) = "dev.vigie.case.split.v1",
        /// A case is to go on by a way.
        ChooseRoute(ChooseRoute) = "dev.vigie.route.chosen.v1",
        /// A person takes a case back.
        WithdrawCase(WithdrawCase) = "dev.vigie.case.withdrawn.v1",
        /// A case is to be given to somebody who collects.
        HandOver(HandOver) = "dev.vigie.handover.planned.v1",
        /// It is not.
        WithdrawHandOver(WithdrawHandOver) = "dev.vigie.handover.withdrawn.v1",
        /// A person says what became of an errand.
        RecordErrand(RecordErrand) = "dev.vigie.errand.recorded.v1",
        /// A collector is to stop.
        RecallPlacement(RecallPlacement) = "dev.vigie.placement.recalled.v1",
        /// A collector takes a case on.
        AcceptPlacement(AcceptPlacement) = "dev.vigie.placement.accepted.v1",
        /// A collector does not.
        RefusePlacement(RefusePlacement) = "dev.vigie.placement.refused.v1",
        /// A collector says how a case stands.
        ReportCollection(Box<CollectorData>) = "dev.vigie.placement.reported.v1",
        /// A collector took money in.
        Remit(Box<RemittanceData>) = "dev.vigie.remittance.announced.v1",
        /// A credit insurer is asked to pay.
        LodgeInsuranceClaim(Box<ClaimData>) = "dev.vigie.insuranceclaim.lodged.v1",
        /// It says how much it will.
        AnswerInsuranceClaim(AnswerInsuranceClaim) = "dev.vigie.insuranceclaim.answered.v1",
        /// It paid.
        RecordIndemnity(Box<IndemnityData>) = "dev.vigie.indemnity.paid.v1",
        /// Its part of what came in since was passed on to it.
        RecordShare(ShareData) = "dev.vigie.recoveryshare.passed.v1",
        /// One of these was recorded by mistake.
        WithdrawInsuranceClaim(WithdrawInsuranceClaim) = "dev.vigie.insuranceclaim.withdrawn.v1",
        /// Something was done that moves rights.
        RecordAct(Box<ActData>) = "dev.vigie.act.recorded.v1",
        /// It was recorded by mistake.
        WithdrawAct(WithdrawAct) = "dev.vigie.act.withdrawn.v1",
    }
    never from outside {
        /// An errand is about to be run; only by whoever runs errands.
        Start(Start),
        /// What became of it; only by whoever runs errands.
        Report(Box<Report>),
        /// What the state itself calls for, and what is then said; never from outside.
        Step(Box<Event>),
    }
}

/// Receivables that are to be collected together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which: those that are in no case yet, and not to be reminded of.
    pub invoice_ids: Vec<InvoiceId>,
    /// The case that they join; none: a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// Who says so.
    pub opened_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub open_date: NaiveDate,
}

/// Receivables that are to leave a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReduceCase {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which case.
    pub case_id: CaseId,
    /// Which of it; not all.
    pub invoice_ids: Vec<InvoiceId>,
    /// Who says so.
    pub reduced_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub reduce_date: NaiveDate,
}

/// A case that is to go on in another one of the same customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeCases {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which case ends.
    pub case_id: CaseId,
    /// Which goes on.
    pub into_case_id: CaseId,
    /// Who says so.
    pub merged_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub merge_date: NaiveDate,
}

/// A part of a case that is to go on by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitCase {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which case.
    pub case_id: CaseId,
    /// Which of it; not all.
    pub invoice_ids: Vec<InvoiceId>,
    /// Who says so.
    pub split_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub split_date: NaiveDate,
}

/// The way by which a case is to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChooseRoute {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which case.
    pub case_id: CaseId,
    /// The way.
    pub route: Route,
    /// Who collects by it: the tenant's name for an agency, an office or a firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collector: Option<Reference>,
    /// Who says so.
    pub chosen_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub choose_date: NaiveDate,
}

/// A case that a person takes back. What is owed goes on being owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawCase {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which case.
    pub case_id: CaseId,
    /// Who says so.
    pub withdrawn_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub withdraw_date: NaiveDate,
}

/// Something that was done, and moves rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActData {
    /// About which customer.
    pub customer_id: CustomerId,
    /// The tenant's id for it.
    pub act_id: ActId,
    /// What was done.
    pub kind: ActKind,
    /// The day on which it has its effect.
    #[serde(with = "date")]
    pub act_date: NaiveDate,
    /// The case it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// Which receivables it is about; none: those of the case, or without one all of the customer's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invoice_ids: Vec<InvoiceId>,
    /// The act it follows, such as the order that is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows_act_id: Option<ActId>,
    /// The notice it answers, such as the judgment after which a claim is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_id: Option<NoticeId>,
    /// The cover it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_id: Option<CoverId>,
    /// The guarantee it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee_id: Option<GuaranteeId>,
    /// How much, where an amount belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Stated>,
    /// What proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
    /// What a plan promises, in the order of the days; only of a plan that is adopted or modified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dividends: Vec<DividendData>,
    /// Who records it.
    pub recorded_by: ActorId,
}

/// A part of what was admitted, as a court's plan promises it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DividendData {
    /// When it is due.
    #[serde(with = "date")]
    pub due_date: NaiveDate,
    /// How much of every 100 that were admitted: above 0, to 100.
    #[serde(with = "rust_decimal::serde::str")]
    pub percent: Decimal,
}

/// An act that was recorded by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawAct {
    /// About which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub act_id: ActId,
    /// Who says so.
    pub withdrawn_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub withdraw_date: NaiveDate,
}

impl Command {
    /// Every value that cannot be, whatever is known of the customer.
    pub fn check(&self) -> Result<(), Invalid> {
        let wrong = |field: &str, reason: &str| {
            Err(Invalid(vec![FieldError { field: field.to_owned(), reason: reason.to_owned() }]))
        };
        let named = |invoices: &[InvoiceId]| match invoices {
            [] => wrong("invoice_ids", "names none"),
            [first, rest @ ..] if rest.contains(first) => wrong("invoice_ids", "names one twice"),
            [_, ..] => Ok(()),
        };
        match self {
            Self::AdoptCollectionPolicy(rules) => Policy::check(rules),
            Self::OpenCase(it) => named(&it.invoice_ids),
            Self::ReduceCase(it) => named(&it.invoice_ids),
            Self::SplitCase(it) => named(&it.invoice_ids),
            Self::MergeCases(it) if it.case_id == it.into_case_id => {
                wrong("into_case_id", "is the same case")
            }
            Self::RecordAct(it) => it.wrong().map_or(Ok(()), |(field, why)| wrong(field, why)),
            Self::LodgeInsuranceClaim(it) => it.check(),
            Self::AnswerInsuranceClaim(it) => it.check(),
            Self::RecordIndemnity(it) => it.check(),
            Self::RecordShare(it) => it.check(),
            Self::Remit(it) => {
                let currency = it.fee.0.currency();
                let mut invoices = BTreeSet::new();
                if it.fee.0.is_negative() {
                    wrong("fee", "is below zero")
                } else if it.collected.is_empty() {
                    wrong("collected", "names none")
                } else if it.collected.iter().any(|it| !it.amount.0.is_positive()) {
                    wrong("collected", "has an amount that is not more than zero")
                } else if it.collected.iter().any(|it| it.amount.0.currency() != currency) {
                    wrong("collected", "is of another currency than the fee")
                } else if !it.collected.iter().all(|it| invoices.insert(&it.invoice_id)) {
                    wrong("collected", "names an invoice twice")
                } else {
                    Ok(())
                }
            }
            Self::MergeCases(_)
            | Self::ChooseRoute(_)
            | Self::WithdrawCase(_)
            | Self::HandOver(_)
            | Self::WithdrawHandOver(_)
            | Self::RecordErrand(_)
            | Self::RecallPlacement(_)
            | Self::AcceptPlacement(_)
            | Self::RefusePlacement(_)
            | Self::ReportCollection(_)
            | Self::WithdrawInsuranceClaim(_)
            | Self::WithdrawAct(_)
            | Self::Start(_)
            | Self::Report(_)
            | Self::Step(_) => Ok(()),
        }
    }

    /// Whom it is about; nobody means the tenant. Of what never comes from outside nobody asks.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::AdoptCollectionPolicy(_) | Self::Start(_) | Self::Report(_) | Self::Step(_) => {
                None
            }
            Self::OpenCase(it) => Some(&it.customer_id),
            Self::ReduceCase(it) => Some(&it.customer_id),
            Self::MergeCases(it) => Some(&it.customer_id),
            Self::SplitCase(it) => Some(&it.customer_id),
            Self::ChooseRoute(it) => Some(&it.customer_id),
            Self::WithdrawCase(it) => Some(&it.customer_id),
            Self::HandOver(it) => Some(&it.customer_id),
            Self::WithdrawHandOver(it) => Some(&it.customer_id),
            Self::RecordErrand(it) => Some(&it.customer_id),
            Self::RecallPlacement(it) => Some(&it.customer_id),
            Self::AcceptPlacement(it) => Some(&it.customer_id),
            Self::RefusePlacement(it) => Some(&it.customer_id),
            Self::ReportCollection(it) => Some(&it.customer_id),
            Self::Remit(it) => Some(&it.customer_id),
            Self::LodgeInsuranceClaim(it) => Some(&it.customer_id),
            Self::AnswerInsuranceClaim(it) => Some(&it.customer_id),
            Self::RecordIndemnity(it) => Some(&it.customer_id),
            Self::RecordShare(it) => Some(&it.customer_id),
            Self::WithdrawInsuranceClaim(it) => Some(&it.customer_id),
            Self::RecordAct(it) => Some(&it.customer_id),
            Self::WithdrawAct(it) => Some(&it.customer_id),
        }
    }
}

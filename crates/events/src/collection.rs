//! What is done when reminders are not enough: cases, what happens in them, and rights that lapse.
//!
//! What a case is worth is said nowhere: it is what is open of its receivables.

mod insurance;
mod placement;
mod policy;

use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    ActId, ActorId, CaseId, CoverId, GuaranteeId, Hash, InsuranceClaimId, InvoiceId, NoticeId,
    PlacementId, Reference, RightId, date, words::words,
};

pub use insurance::{
    ClaimCause, ClaimedInvoice, Indemnity, InsuranceClaim, InsurerAnswer, RecoveryOrder,
    RecoveryShare,
};
pub use placement::{
    Collected, Collector, CollectorReport, CollectorStatus, Errand, FeeBand, PlacedClaim,
    Placement, Remittance,
};
pub use policy::{CollectionPolicy, InsuranceRules, Lead, RouteTerms, Span};

/// What collection says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The tenant's rules from now on. About the tenant, not a customer.
    CollectionPolicyAdopted(Box<CollectionPolicy>),

    /// Receivables are collected by other means than reminders.
    CaseOpened(Box<Case>),
    /// Receivables join a case.
    CaseExtended {
        /// Which.
        case: CaseId,
        /// What joins it.
        invoices: Vec<InvoiceId>,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so, if a person does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
    },
    /// Receivables leave a case and go on by themselves.
    CaseReduced {
        /// Which.
        case: CaseId,
        /// What leaves it.
        invoices: Vec<InvoiceId>,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },
    /// What a case is about goes on in another one.
    CaseMerged {
        /// Which ends.
        case: CaseId,
        /// Which goes on.
        into: CaseId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },
    /// A part of a case goes on in a new one.
    CaseSplit {
        /// Which.
        case: CaseId,
        /// The new one.
        new: CaseId,
        /// What goes on in it.
        invoices: Vec<InvoiceId>,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },
    /// A person has decided by which way a case goes on.
    RouteChosen {
        /// Which.
        case: CaseId,
        /// The way.
        route: Route,
        /// Who collects by it: a name of the tenant's for it, never a person's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        collector: Option<Reference>,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },
    /// A case is at its end.
    CaseClosed {
        /// Which.
        case: CaseId,
        /// How it ended.
        outcome: Outcome,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so, if a person does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
    },

    /// A case is to be given to somebody who collects. Nothing has left the building.
    HandOverPlanned(Box<Placement>),
    /// It is not: a person does not want it, or nothing is owed any more.
    HandOverWithdrawn {
        /// Which.
        placement: PlacementId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so, if a person does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
    },
    /// A collector is to stop.
    RecallPlanned {
        /// Which placement.
        placement: PlacementId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so; nobody, when nothing is owed any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
    },
    /// Something is about to be brought to a collector. What follows is its outcome, or nobody knows
    /// it.
    ErrandStarted {
        /// About which placement.
        placement: PlacementId,
        /// What.
        errand: Errand,
        /// By which process: a name of no meaning, one for each start of a process.
        run: Reference,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// What the collector is told to collect; nothing, of a recall.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        claims: Vec<PlacedClaim>,
    },
    /// It was taken.
    ErrandDone {
        /// About which placement.
        placement: PlacementId,
        /// What.
        errand: Errand,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// What whoever took it answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Reference>,
        /// Of what was brought.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dossier: Option<Hash>,
        /// Who says so, if a person does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
    },
    /// It was not, and nothing of it has left.
    ErrandFailed {
        /// About which placement.
        placement: PlacementId,
        /// What.
        errand: Errand,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Why not.
        why: Reference,
        /// Whether it waits to be run again, rather than for a person.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// Whether it was taken nobody can tell. It is never brought again unless a person says that it
    /// was not.
    ErrandUnknown {
        /// About which placement.
        placement: PlacementId,
        /// What.
        errand: Errand,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// What is known.
        why: Reference,
    },
    /// A collector takes a case on.
    PlacementAccepted {
        /// Which.
        placement: PlacementId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// The collector's number for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
    },
    /// A collector does not.
    PlacementRefused {
        /// Which.
        placement: PlacementId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Why not.
        why: Reference,
    },
    /// A collector says how it stands.
    CollectorReported(Box<CollectorReport>),
    /// A collector took money in.
    Remitted(Box<Remittance>),

    /// A credit insurer is asked to pay.
    InsuranceClaimLodged(Box<InsuranceClaim>),
    /// It says how much it will. The last answer counts.
    InsuranceClaimAnswered(Box<InsurerAnswer>),
    /// It paid.
    IndemnityPaid(Box<Indemnity>),
    /// Its part of what came in since was passed on to it, or given back by it.
    InsurerRepaid(Box<RecoveryShare>),
    /// One of these was recorded by mistake.
    InsuranceClaimWithdrawn {
        /// Which claim.
        claim: InsuranceClaimId,
        /// Only this indemnity, or share of what came in, of it; none: all of the claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<Reference>,
        /// When that was seen.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },

    /// Something was done, by the tenant, a court, the customer or the law, that moves rights.
    ActRecorded(Box<Act>),
    /// It was recorded by mistake.
    ActWithdrawn {
        /// Which.
        act: ActId,
        /// When that was seen.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },

    /// A right will lapse, and nothing has been done yet that keeps it.
    RightAtRisk(Box<Right>),
    /// What was at risk is so no more: what was needed was done, or nothing is at stake.
    RightSecured {
        /// Which.
        kind: RightKind,
        /// What it is about.
        subject: RightSubject,
        /// What was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        act: Option<ActId>,
        /// When that was seen.
        #[serde(with = "date")]
        on: NaiveDate,
    },
    /// The last day has passed.
    RightLapsed {
        /// Which.
        kind: RightKind,
        /// What it is about.
        subject: RightSubject,
        /// The last day.
        #[serde(with = "date")]
        deadline: NaiveDate,
        /// What was at stake, an amount a currency.
        stake: Vec<Money>,
        /// When that was seen.
        #[serde(with = "date")]
        on: NaiveDate,
    },
}

/// Receivables of one customer that are collected together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// One of the customer's, by count.
    pub case: CaseId,
    /// Why.
    pub why: Why,
    /// What it is about; never empty.
    pub invoices: Vec<InvoiceId>,
    /// The business day.
    #[serde(with = "date")]
    pub opened_on: NaiveDate,
    /// Who says so, if a person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<ActorId>,
    /// What was published, if that is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeId>,
}

/// Something that was done, and moves rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The tenant's id for it.
    pub act: ActId,
    /// What was done.
    pub kind: ActKind,
    /// The day on which it has its effect.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// The case it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Which receivables it is about; none: those of the case, or without one all of the customer's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invoices: Vec<InvoiceId>,
    /// The act it follows, such as the order that is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<ActId>,
    /// The notice it answers, such as the judgment after which a claim is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeId>,
    /// The cover it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<CoverId>,
    /// The guarantee it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<GuaranteeId>,
    /// How much, where an amount belongs to it, such as what was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What proves it, such as the number of a file or of a registered letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
    /// What a plan promises and when, in the order of the days; only of a plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dividends: Vec<Dividend>,
    /// Who recorded it.
    pub by: ActorId,
}

/// A part of what was admitted, as a court's plan promises it (C. com. art. L626-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dividend {
    /// When it is due.
    #[serde(with = "date")]
    pub due_on: NaiveDate,
    /// How much of every 100 that were admitted: above 0, to 100.
    #[serde(with = "rust_decimal::serde::str")]
    pub percent: Decimal,
}

/// A right that will lapse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Right {
    /// Which.
    pub kind: RightKind,
    /// What it is about.
    pub subject: RightSubject,
    /// The day from which its time is counted.
    #[serde(with = "date")]
    pub counted_from: NaiveDate,
    /// The rule of law or the clause that says so, and since when it does: `claim_filing FR
    /// 2006-01-01`.
    pub rule: Reference,
    /// The last day.
    #[serde(with = "date")]
    pub deadline: NaiveDate,
    /// What is lost, an amount a currency.
    pub stake: Vec<Money>,
    /// How many days ahead this is said: one of the policy's.
    pub lead_days: u16,
    /// The business day.
    #[serde(with = "date")]
    pub on: NaiveDate,
}

/// What a right is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RightSubject {
    /// A receivable.
    Invoice(InvoiceId),
    /// What was published about the customer.
    Notice(NoticeId),
    /// Something that was done.
    Act(ActId),
    /// What an insurer answers for.
    Cover(CoverId),
    /// What somebody else answers with.
    Guarantee(GuaranteeId),
}

words! {
    /// Why a case is opened.
    Why {
        /// Nothing is left to remind with.
        Exhausted "exhausted"
        /// A person says so.
        Person "person"
        /// A court protects the customer, or winds it up.
        Insolvency "insolvency"
        /// The insurer has to be given the debt.
        Insurer "insurer"
    }

    /// How a case ended.
    Outcome {
        /// All of it was paid or credited.
        Paid "paid"
        /// A part was paid and the rest given up.
        Settled "settled"
        /// All that was left of it was given up.
        Uncollectible "uncollectible"
        /// A person takes it back: what is owed goes on being owed.
        Withdrawn "withdrawn"
        /// It goes on in another one.
        Merged "merged"
    }

    /// By which way a case goes on.
    Route {
        /// An agency asks for the money (*recouvrement amiable*).
        Agency "agency"
        /// A commissaire de justice asks, and may give a title for small claims.
        SmallClaim "small_claim"
        /// A court orders to pay without a hearing (*injonction de payer*).
        PaymentOrder "payment_order"
        /// A judge grants what cannot seriously be contested (*référé-provision*).
        Interim "interim"
        /// A court hears both sides (*procédure au fond*).
        Merits "merits"
        /// A third person helps both to agree.
        Mediation "mediation"
        /// A third person decides, as both had agreed.
        Arbitration "arbitration"
        /// The credit insurer pays and collects.
        Insurer "insurer"
        /// A factor has bought the debt, or lent on it.
        Factor "factor"
        /// The claim is declared in the insolvency, and waits for what is distributed.
        Insolvency "insolvency"
        /// It is given up.
        WriteOff "write_off"
    }

    /// Something that moves rights.
    ActKind {
        /// A formal demand was presented to the customer (*mise en demeure*). By itself it interrupts
        /// no prescription.
        FormalDemand "formal_demand"
        /// The customer acknowledged what it owes (C. civ. art. 2240).
        Acknowledgement "acknowledgement"
        /// A court was asked to decide (C. civ. art. 2241).
        Lawsuit "lawsuit"
        /// The proceedings ended; what they interrupted begins anew (C. civ. art. 2242).
        LawsuitEnded "lawsuit_ended"
        /// Something was seized, or an enforcement begun (C. civ. art. 2244).
        Enforcement "enforcement"
        /// A court gave a title: it is enforced for ten years (CPCE art. L111-4).
        Title "title"
        /// Mediation or conciliation began: prescription stands still (C. civ. art. 2238).
        MediationBegun "mediation_begun"
        /// It ended.
        MediationEnded "mediation_ended"
        /// A payment order was asked for.
        OrderRequested "order_requested"
        /// A court made it.
        OrderGranted "order_granted"
        /// A court refused it.
        OrderRefused "order_refused"
        /// It was served on the customer.
        OrderServed "order_served"
        /// The customer opposed it.
        OrderOpposed "order_opposed"
        /// It can be enforced.
        OrderEnforceable "order_enforceable"
        /// A commissaire de justice wrote to the customer to agree (CPCE art. R125-1).
        SmallClaimSent "small_claim_sent"
        /// The customer took part: prescription stands still.
        SmallClaimAccepted "small_claim_accepted"
        /// The customer refused, or did not answer in time.
        SmallClaimFailed "small_claim_failed"
        /// The claim was declared in an insolvency (C. com. art. L622-24); it interrupts prescription
        /// until the procedure is closed.
        ClaimDeclared "claim_declared"
        /// The judge was asked to be relieved of having declared it too late.
        ReliefRequested "relief_requested"
        /// The claim was admitted.
        ClaimAdmitted "claim_admitted"
        /// Goods delivered under reservation of title were claimed.
        GoodsClaimed "goods_claimed"
        /// A court adopted a plan, with its dividends (C. com. art. L626-9, L631-19).
        InsolvencyPlanAdopted "insolvency_plan_adopted"
        /// It changed it: what it promises now (C. com. art. L626-26).
        InsolvencyPlanModified "insolvency_plan_modified"
        /// It ended it, because it was not kept: what was waived is owed again (C. com. art. L626-27).
        InsolvencyPlanResolved "insolvency_plan_resolved"
        /// It was kept to the end (C. com. art. L626-28).
        InsolvencyPlanCompleted "insolvency_plan_completed"
        /// Whoever represents the creditors, or winds the customer up, says that nothing will be paid.
        IrrecoverabilityCertified "irrecoverability_certified"
        /// The customer was sent its unpaid invoices once more, with the words of CGI art. 272, 1.
        DuplicateSent "duplicate_sent"
        /// The tax on what is not paid was taken back in a return; the amount is the tax.
        TaxRelieved "tax_relieved"
        /// The insurer was told that the customer is late.
        InsurerNotified "insurer_notified"
        /// The insurer agreed to a longer extension, to this act's amount.
        ExtensionAgreed "extension_agreed"
        /// The debt was handed to the insurer, or to whoever collects for it.
        InsurerHandedOver "insurer_handed_over"
        /// The insurer was asked to pay.
        IndemnityClaimed "indemnity_claimed"
        /// The insurer paid.
        IndemnityPaid "indemnity_paid"
        /// A guarantor was called upon.
        GuaranteeCalled "guarantee_called"
    }

    /// A right, or a duty on which one hangs, that lapses.
    RightKind {
        /// To declare a claim in an insolvency.
        ClaimFiling "claim_filing"
        /// To be relieved of having declared it too late.
        Relief "relief"
        /// To claim goods delivered under reservation of title.
        TitleClaim "title_claim"
        /// To have a payment order served.
        OrderService "order_service"
        /// The customer's, to oppose a payment order: after it the order may be enforced.
        Opposition "opposition"
        /// The customer's, to answer a commissaire de justice.
        SmallClaimAnswer "small_claim_answer"
        /// To be paid at all.
        Prescription "prescription"
        /// To tell the insurer that the customer is late.
        InsurerNotice "insurer_notice"
        /// To put off the due date without the insurer.
        Extension "extension"
        /// To hand the debt to the insurer.
        Handover "handover"
        /// To ask the insurer to pay.
        IndemnityClaim "indemnity_claim"
        /// To be paid by the insurer: its time to wait ends.
        Indemnity "indemnity"
        /// To call upon a guarantor.
        GuaranteeCall "guarantee_call"
    }
}

impl RightSubject {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Invoice(it) => it.as_str(),
            Self::Notice(it) => it.as_str(),
            Self::Act(it) => it.as_str(),
            Self::Cover(it) => it.as_str(),
            Self::Guarantee(it) => it.as_str(),
        }
    }
}

impl RightKind {
    /// The name of a right of this kind about something: `claim_filing-N-1`. Where that is too long for an
    /// id, a digest stands in the place of the subject.
    #[expect(clippy::expect_used, reason = "a word and 16 digits are an id")]
    pub fn named(self, subject: &RightSubject) -> RightId {
        RightId::new(&format!("{self}-{}", subject.id())).unwrap_or_else(|_| {
            let digest = Hash::of(subject.id().as_bytes()).hex();
            let digest: String = digest.chars().take(16).collect();
            RightId::new(&format!("{self}-{digest}")).expect("a word and 16 digits")
        })
    }

    /// Whether it is the other side's: when its last day has passed, nothing of the tenant's is lost.
    pub const fn is_theirs(self) -> bool {
        matches!(self, Self::Opposition | Self::SmallClaimAnswer | Self::Indemnity)
    }
}

//! What may be asked of invoicing, in the form producers write it: one struct a command, the same
//! for NATS, gRPC and files, read by one strict reader that names the field it stumbles over.

mod check;
mod form;
mod read;
mod step;
mod table;
mod write;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    ActorId, CreditNoteId, CustomerId, DisputeId, InvoiceId, PaymentId, PlanId, PromiseId,
    Reference, RefundId, WriteOffId, date,
    invoicing::{
        CreditReason, DisputeOutcome, DisputeReason, Instalment, PaymentMethod, Policy,
        ReversalReason, Source, WriteOffReason,
    },
};
use money::{Currency, Stated};
use serde::{Deserialize, Serialize};

pub use read::{FieldError, Kind, Personal, read_data};
pub use step::Step;

use crate::{Ask, RegisterTerms};

/// A command, about one customer or (a policy, terms of sale) about the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Rules for the tenant.
    AdoptPolicy(Box<Policy>),
    /// Terms of sale, the tenant's or a customer's.
    RegisterTerms(Box<RegisterTerms>),
    /// A customer not known yet.
    RegisterCustomer(Box<CustomerData>),
    /// All that is to be known of a customer from now on.
    AmendCustomer(Box<CustomerData>),
    /// A receivable.
    IssueInvoice(Box<InvoiceData>),
    /// The whole of an invoice as it should have been.
    CorrectInvoice(Box<InvoiceData>),
    /// An invoice that should never have been.
    CancelInvoice(CancelInvoice),
    /// A reduction.
    IssueCreditNote(Box<IssueCreditNote>),
    /// A reduction that should never have been.
    CancelCreditNote(CancelCreditNote),
    /// Money in.
    RecordPayment(Box<RecordPayment>),
    /// Money that did not stay.
    ReversePayment(ReversePayment),
    /// Unallocated money or credit that went back.
    RecordRefund(RecordRefund),
    /// A deposit that becomes ordinary cash.
    ReleaseDeposit(ReleaseDeposit),
    /// A person's allocation.
    Allocate(Allocate),
    /// A person takes an allocation back.
    WithdrawAllocation(WithdrawAllocation),
    /// A contest.
    OpenDispute(OpenDispute),
    /// Its end.
    ResolveDispute(ResolveDispute),
    /// The customer's word.
    MakePromise(MakePromise),
    /// It no longer counts.
    WithdrawPromise(WithdrawPromise),
    /// A payment plan.
    AgreePlan(AgreePlan),
    /// It is called off.
    CancelPlan(CancelPlan),
    /// A claim to be given up.
    RequestWriteOff(RequestWriteOff),
    /// A second person agrees.
    ApproveWriteOff(ApproveWriteOff),
    /// A second person does not.
    RejectWriteOff(RejectWriteOff),
    /// About assignments, and agreements for them.
    Assign(Box<Ask>),
    /// What the state itself calls for; never from outside.
    Step(Step),
}

/// A customer, as a producer knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerData {
    /// The producer's id.
    pub customer_id: CustomerId,
    /// What other systems call it: system → id there. At most 16.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outside_ids: BTreeMap<String, Reference>,
    /// The customer at the head of its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<CustomerId>,
    /// French company number: nine digits, spaces allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siren: Option<String>,
    /// VAT identification number with its country prefix, spaces allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_number: Option<String>,
    /// Agreed payment terms, in any spelling `law` reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency_code: Option<Currency>,
    /// BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_code: Option<String>,
    /// The tenant's own grouping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Reference>,
    /// Personal data: goes to the contact bucket, is never decided upon, never in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// Names and addresses. Each at most 200 bytes without control characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The customer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where mail goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Postal address, line by line, at most 7.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_lines: Vec<String>,
}

/// An invoice, as its document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceData {
    /// Who owes it; an unknown customer comes to be known by it.
    pub customer_id: CustomerId,
    /// Its number, made an id.
    pub invoice_id: InvoiceId,
    /// As printed, if that is no id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Reference>,
    /// Day of issue.
    #[serde(with = "date")]
    pub issue_date: NaiveDate,
    /// Day due; none: by `payment_terms`, else the customer's terms, else the tenant's.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// Terms of this invoice; refused together with a due date they do not give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<String>,
    /// Tax included; more than zero.
    pub gross: Stated,
    /// Without tax; with `tax` it must give `gross`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<Stated>,
    /// The tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Stated>,
    /// Order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Reference>,
    /// Contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Reference>,
    /// Site delivered to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Reference>,
    /// The version of the terms of sale; none: the one in force on the day of issue, if any is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_version: Option<Reference>,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)+ })+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Which customer.
            pub customer_id: CustomerId,
            $($(#[$meta])* pub $field: $type,)+
        })+
    };
}

commands! {
    /// An invoice that should never have been; it may arrive later.
    CancelInvoice {
        /// Which.
        invoice_id: InvoiceId,
        /// When it was cancelled.
        #[serde(with = "date")]
        cancel_date: NaiveDate,
    }

    /// A reduction of what is owed.
    IssueCreditNote {
        /// Its number, made an id.
        credit_note_id: CreditNoteId,
        /// The invoice it corrects, which may arrive later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice_id: Option<InvoiceId>,
        /// Day of issue.
        #[serde(with = "date")]
        issue_date: NaiveDate,
        /// More than zero.
        amount: Stated,
        /// Why.
        reason: CreditReason,
    }

    /// A credit note that should never have been; it may arrive later.
    CancelCreditNote {
        /// Which.
        credit_note_id: CreditNoteId,
        /// When it was cancelled.
        #[serde(with = "date")]
        cancel_date: NaiveDate,
    }

    /// Money in.
    RecordPayment {
        /// The bank's or the producer's id.
        payment_id: PaymentId,
        /// More than zero.
        amount: Stated,
        /// The day it counts from.
        #[serde(with = "date")]
        value_date: NaiveDate,
        /// How it came.
        method: PaymentMethod,
        /// What the payer says it is for, at most 1,000; amounts together at most the payment.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        designations: Vec<DesignationData>,
        /// Further references, at most 100.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        references: Vec<Reference>,
        /// What the payer wrote, at most 4,000 bytes: references are found in it, then it goes to
        /// the contact bucket; it may name persons and never stands in the journal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remittance_text: Option<String>,
        /// Whether it is a deposit.
        #[serde(default)]
        deposit: bool,
        /// The order a deposit is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<Reference>,
    }

    /// Money that did not stay; the payment may arrive later.
    ReversePayment {
        /// Which.
        payment_id: PaymentId,
        /// When the bank took it back.
        #[serde(with = "date")]
        reversal_date: NaiveDate,
        /// Why.
        reason: ReversalReason,
    }

    /// Unallocated money or credit that went back.
    RecordRefund {
        /// The tenant's id for it.
        refund_id: RefundId,
        /// Out of what.
        source: Source,
        /// At most what is unallocated of it.
        amount: Stated,
        /// When.
        #[serde(with = "date")]
        refund_date: NaiveDate,
    }

    /// A deposit that becomes ordinary cash.
    ReleaseDeposit {
        /// Which.
        payment_id: PaymentId,
        /// When.
        #[serde(with = "date")]
        release_date: NaiveDate,
    }

    /// A person's allocation, of a deposit too.
    Allocate {
        /// What pays.
        source: Source,
        /// What is paid.
        invoice_id: InvoiceId,
        /// At most what is unallocated and what is open.
        amount: Stated,
    }

    /// A person takes an allocation back, the whole of it.
    WithdrawAllocation {
        /// What had paid.
        source: Source,
        /// What is to be open again.
        invoice_id: InvoiceId,
    }

    /// A contest.
    OpenDispute {
        /// The tenant's id for it.
        dispute_id: DisputeId,
        /// Which receivable.
        invoice_id: InvoiceId,
        /// How much of it; none: all that is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// Why.
        reason: DisputeReason,
        /// Who looks after it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<ActorId>,
        /// When it was raised.
        #[serde(with = "date")]
        open_date: NaiveDate,
    }

    /// The end of a contest.
    ResolveDispute {
        /// Which.
        dispute_id: DisputeId,
        /// How.
        outcome: DisputeOutcome,
        /// When.
        #[serde(with = "date")]
        resolve_date: NaiveDate,
    }

    /// The customer's word.
    MakePromise {
        /// The tenant's id for it.
        promise_id: PromiseId,
        /// More than zero.
        amount: Stated,
        /// When it was given.
        #[serde(with = "date")]
        make_date: NaiveDate,
        /// The last day on which the money may come.
        #[serde(with = "date")]
        promise_date: NaiveDate,
        /// What it is about, at most 1,000; none: the account.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        invoice_ids: Vec<InvoiceId>,
    }

    /// A promise no longer counts.
    WithdrawPromise {
        /// Which.
        promise_id: PromiseId,
        /// When.
        #[serde(with = "date")]
        withdraw_date: NaiveDate,
    }

    /// A payment plan.
    AgreePlan {
        /// The tenant's id for it.
        plan_id: PlanId,
        /// When it was agreed.
        #[serde(with = "date")]
        agree_date: NaiveDate,
        /// The receivables it covers, at most 1,000, the first paid first.
        invoice_ids: Vec<InvoiceId>,
        /// 1 to 120, by due date; together exactly what is open on the receivables.
        instalments: Vec<InstalmentData>,
    }

    /// A plan is called off.
    CancelPlan {
        /// Which.
        plan_id: PlanId,
        /// When.
        #[serde(with = "date")]
        cancel_date: NaiveDate,
    }

    /// A claim to be given up.
    RequestWriteOff {
        /// The tenant's id for it.
        write_off_id: WriteOffId,
        /// Which receivable.
        invoice_id: InvoiceId,
        /// How much of it; none: all that is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// Why.
        reason: WriteOffReason,
        /// Who asks.
        requested_by: ActorId,
        /// When.
        #[serde(with = "date")]
        request_date: NaiveDate,
    }

    /// A second person agrees.
    ApproveWriteOff {
        /// Which.
        write_off_id: WriteOffId,
        /// Who; never who asked.
        approved_by: ActorId,
        /// When.
        #[serde(with = "date")]
        approve_date: NaiveDate,
    }

    /// A second person does not agree.
    RejectWriteOff {
        /// Which.
        write_off_id: WriteOffId,
        /// Who.
        rejected_by: ActorId,
        /// When.
        #[serde(with = "date")]
        reject_date: NaiveDate,
    }
}

/// The payer's word on one receivable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignationData {
    /// Which.
    pub invoice_id: InvoiceId,
    /// How much; none: as much as is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Stated>,
}

/// A part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalmentData {
    /// When.
    #[serde(with = "date")]
    pub due_date: NaiveDate,
    /// How much.
    pub amount: Stated,
}

impl From<InstalmentData> for Instalment {
    fn from(it: InstalmentData) -> Self {
        Self { due_on: it.due_date, amount: it.amount.into() }
    }
}

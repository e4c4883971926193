//! What happens to receivables.
//!
//! Amounts are positive unless a field says otherwise. What follows from these facts (open
//! balances, buckets, the day an allocation takes effect) is derived and never recorded.

mod assignment;
mod customer;
mod policy;
mod terms;

use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    ActorId, AssignmentId, CreditNoteId, DisputeId, InvoiceId, PaymentId, PlanId, PromiseId,
    Reference, RefundId, WriteOffId, date,
};

pub use assignment::{Assignment, Facility, FacilityKind, Offer, RecourseGround};
pub use customer::Customer;
pub use policy::{Policy, TermsKind, TermsLaw, Waterfall};
pub use terms::TermsOfSale;

/// What invoicing says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The tenant's rules from now on. About the tenant, not a customer.
    PolicyAdopted(Box<Policy>),
    /// Terms of sale came to be: the tenant's, or those agreed with a customer.
    TermsRegistered(Box<TermsOfSale>),

    /// A customer came to be known. If an amendment has made it known already, this tells how it
    /// began and changes nothing.
    CustomerRegistered(Box<Customer>),
    /// What is known of a customer changed; the whole of it, as it is now.
    CustomerAmended(Box<Customer>),

    /// A receivable came to be. If a correction has made it known already, this tells how it began
    /// and changes nothing.
    InvoiceIssued(Box<Invoice>),
    /// An invoice was wrong; the whole of it, as it should have been from its day of issue.
    InvoiceCorrected(Box<Invoice>),
    /// An invoice should never have been; what had settled it is unallocated again.
    InvoiceCancelled {
        /// Which; it may be one that has not arrived yet.
        invoice: InvoiceId,
        /// When the tenant cancelled it.
        #[serde(with = "date")]
        cancelled_on: NaiveDate,
    },

    /// Less is owed.
    CreditNoteIssued(Box<CreditNote>),
    /// A credit note should never have been; what it settled is open again.
    CreditNoteCancelled {
        /// Which; it may be one that has not arrived yet.
        credit_note: CreditNoteId,
        /// When the tenant cancelled it.
        #[serde(with = "date")]
        cancelled_on: NaiveDate,
    },

    /// Money came in.
    PaymentReceived(Box<Payment>),
    /// Money did not stay: what it had settled is open again, as of the original dates, as if it
    /// had never come.
    PaymentReversed {
        /// Which; it may be one that has not arrived yet.
        payment: PaymentId,
        /// When the bank took it back.
        #[serde(with = "date")]
        reversed_on: NaiveDate,
        /// Why.
        reason: ReversalReason,
    },
    /// Unallocated money or credit went back to the customer.
    Refunded {
        /// The tenant's id for it.
        refund: RefundId,
        /// Out of what.
        source: Source,
        /// How much.
        amount: Money,
        /// When.
        #[serde(with = "date")]
        refunded_on: NaiveDate,
    },
    /// A deposit is no longer held; what is left of it is ordinary unallocated cash.
    DepositReleased {
        /// The payment it came with.
        payment: PaymentId,
        /// When.
        #[serde(with = "date")]
        released_on: NaiveDate,
    },

    /// Money or credit met an open item. It counts from the later of the source's value date and
    /// the invoice's day of issue, whenever it was recorded.
    Allocated {
        /// What pays.
        source: Source,
        /// What is paid.
        invoice: InvoiceId,
        /// How much.
        amount: Money,
        /// Why this source and this invoice.
        rule: Rule,
    },
    /// An allocation was wrong: the money is unallocated again and stays so for this invoice.
    AllocationWithdrawn {
        /// What had paid.
        source: Source,
        /// What is open again.
        invoice: InvoiceId,
        /// How much; all that this source had settled of it.
        amount: Money,
    },

    /// A part of an invoice is contested.
    DisputeOpened(Box<Dispute>),
    /// A contest ended.
    DisputeResolved {
        /// Which.
        dispute: DisputeId,
        /// How.
        outcome: DisputeOutcome,
        /// When.
        #[serde(with = "date")]
        resolved_on: NaiveDate,
    },

    /// The customer gave its word.
    PromiseMade(Box<Promise>),
    /// The promised money came in time.
    PromiseKept {
        /// Which.
        promise: PromiseId,
        /// The business day on which this was seen, or the last one before.
        #[serde(with = "date")]
        kept_on: NaiveDate,
    },
    /// Some of the promised money came in time.
    PromisePartlyKept {
        /// Which.
        promise: PromiseId,
        /// How much came.
        paid: Money,
        /// The first day after the tolerance.
        #[serde(with = "date")]
        broken_on: NaiveDate,
    },
    /// None of the promised money came in time.
    PromiseBroken {
        /// Which.
        promise: PromiseId,
        /// The first day after the tolerance.
        #[serde(with = "date")]
        broken_on: NaiveDate,
    },
    /// A promise no longer counts.
    PromiseWithdrawn {
        /// Which.
        promise: PromiseId,
        /// When.
        #[serde(with = "date")]
        withdrawn_on: NaiveDate,
    },

    /// Instalments replace the due dates of some invoices, as long as they are kept.
    PlanAgreed(Box<Plan>),
    /// An instalment did not come in time: the original due dates hold again.
    PlanBroken {
        /// Which.
        plan: PlanId,
        /// The first day after the tolerance of the instalment that was missed.
        #[serde(with = "date")]
        broken_on: NaiveDate,
    },
    /// All that was agreed has been paid.
    PlanCompleted {
        /// Which.
        plan: PlanId,
        /// The business day on which this was seen, or the last one before.
        #[serde(with = "date")]
        completed_on: NaiveDate,
    },
    /// A plan was called off: the original due dates hold again.
    PlanCancelled {
        /// Which.
        plan: PlanId,
        /// When.
        #[serde(with = "date")]
        cancelled_on: NaiveDate,
    },

    /// Somebody asks to give up a claim; a second person must agree.
    WriteOffRequested(Box<WriteOff>),
    /// A second person agreed: the amount is no longer open.
    WriteOffApproved {
        /// Which.
        write_off: WriteOffId,
        /// Who agreed; never who asked.
        approved_by: ActorId,
        /// When.
        #[serde(with = "date")]
        approved_on: NaiveDate,
    },
    /// A second person did not agree.
    WriteOffRejected {
        /// Which.
        write_off: WriteOffId,
        /// Who.
        rejected_by: ActorId,
        /// When.
        #[serde(with = "date")]
        rejected_on: NaiveDate,
    },
    /// What was left of a paid invoice was within the tenant's tolerance and is given up.
    SmallBalanceWrittenOff {
        /// Which.
        invoice: InvoiceId,
        /// All that was open.
        amount: Money,
        /// The business day.
        #[serde(with = "date")]
        written_off_on: NaiveDate,
    },
    /// Money came for a claim that had been given up: that much of the write-off is undone and
    /// settled, so the invoice stays at nothing open.
    WriteOffRecovered {
        /// What pays.
        source: Source,
        /// The invoice that had been written off.
        invoice: InvoiceId,
        /// How much.
        amount: Money,
        /// Why this source and this invoice.
        rule: Rule,
    },

    /// An agreement came to be by which receivables are assigned. About the tenant.
    FacilityRegistered(Box<Facility>),
    /// A receivable was offered to an assignee. Nothing is assigned yet.
    ReceivableOffered(Box<Offer>),
    /// An offer came to nothing: the assignee declined, or the tenant took it back.
    OfferEnded {
        /// Which.
        assignment: AssignmentId,
        /// When.
        #[serde(with = "date")]
        ended_on: NaiveDate,
    },
    /// A receivable became the assignee's, or its security.
    ReceivableAssigned(Box<Assignment>),
    /// The customer was told to whom it owes now.
    AssignmentNotified {
        /// Which.
        assignment: AssignmentId,
        /// The first day from which only the assignee may be paid.
        #[serde(with = "date")]
        notified_on: NaiveDate,
        /// Whether the tenant goes on asking for the money, for the assignee.
        collects: bool,
    },
    /// The assignee paid for a receivable in advance.
    AssignmentFunded {
        /// Which.
        assignment: AssignmentId,
        /// How much of the receivable, its fee included.
        amount: Money,
        /// What it kept of that for itself; may be zero.
        fee: Money,
        /// When.
        #[serde(with = "date")]
        funded_on: NaiveDate,
    },
    /// A payment of the customer's came in with the assignee, not with the tenant.
    PaidToAssignee {
        /// Of which assignment.
        assignment: AssignmentId,
        /// Which.
        payment: PaymentId,
    },
    /// Money that came in with the tenant and is the assignee's was passed on.
    PaymentPassedOn {
        /// Of which assignment.
        assignment: AssignmentId,
        /// Out of which payment.
        payment: PaymentId,
        /// How much.
        amount: Money,
        /// When.
        #[serde(with = "date")]
        passed_on: NaiveDate,
    },
    /// The assignee wants its money back from the tenant.
    RecourseTaken {
        /// Which.
        assignment: AssignmentId,
        /// Why.
        ground: RecourseGround,
        /// What it asks for besides, such as the costs of a bill that was not paid; may be zero.
        costs: Money,
        /// When.
        #[serde(with = "date")]
        taken_on: NaiveDate,
    },
    /// A receivable is the tenant's own again.
    AssignmentRepurchased {
        /// Which.
        assignment: AssignmentId,
        /// What the tenant paid for it; may be zero.
        amount: Money,
        /// When.
        #[serde(with = "date")]
        repurchased_on: NaiveDate,
    },
    /// The assignee has its money and has paid out what it had kept back.
    AssignmentSettled {
        /// Which.
        assignment: AssignmentId,
        /// What it paid out in the end; may be zero.
        amount: Money,
        /// When.
        #[serde(with = "date")]
        settled_on: NaiveDate,
    },
}

/// A receivable, as its document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Its number, made an id.
    pub invoice: InvoiceId,
    /// Its number as printed, where that is no id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Reference>,
    /// Day of issue.
    #[serde(with = "date")]
    pub issued_on: NaiveDate,
    /// Day the payment is due.
    #[serde(with = "date")]
    pub due_on: NaiveDate,
    /// The payment terms that gave the due date, in `law`'s spelling; none if it was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Reference>,
    /// All that is owed, tax included.
    pub gross: Money,
    /// The tax in it; net is the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
    /// The customer's or the tenant's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Reference>,
    /// The contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Reference>,
    /// The site delivered to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Reference>,
    /// The version of the terms of sale it is under; none: none was registered when it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_version: Option<Reference>,
}

/// A reduction of what is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNote {
    /// Its number, made an id.
    pub credit_note: CreditNoteId,
    /// The invoice it corrects, which may arrive later; none: any open item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceId>,
    /// Day of issue, and of effect.
    #[serde(with = "date")]
    pub issued_on: NaiveDate,
    /// How much less is owed, tax included.
    pub amount: Money,
    /// Why.
    pub reason: CreditReason,
}

/// Money in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The bank's or the producer's id.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// The day it counts from.
    #[serde(with = "date")]
    pub value_date: NaiveDate,
    /// How it came.
    pub method: PaymentMethod,
    /// What the payer says it is for, in the payer's order; invoices may arrive later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub designation: Vec<Designation>,
    /// What else may tell: references given, and those found in the remittance text. The text
    /// itself may name persons and does not stand in the journal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// A deposit is held for an order and settles nothing until that order is invoiced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Deposit>,
}

/// The payer's word on what a payment is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// Which receivable.
    pub invoice: InvoiceId,
    /// How much of the payment; none: as much as is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// What a deposit is held for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// The order; none: held until it is consumed by hand or released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Reference>,
}

/// What can settle an open item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Money that came in, deposits included.
    Payment(PaymentId),
    /// A reduction.
    CreditNote(CreditNoteId),
}

/// Why a source met an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The payer, or the credit note, named the invoice (article 1342-10 of the French civil
    /// code, first sentence).
    Designated,
    /// A reference of the payment is the invoice's number, order, contract or site.
    Reference,
    /// The deposit was held for the invoice's order.
    Deposit,
    /// One open item, and only one, has exactly this amount.
    ExactAmount,
    /// One set of open items, and only one, has exactly this sum.
    Subset,
    /// The tenant's order of settlement.
    Waterfall,
    /// A person said so.
    Manual,
    /// The tenant's order of settlement, which is what the law presumes (article 1342-10 of the
    /// French civil code, second paragraph).
    Statutory,
    /// The tenant's order of settlement, which is the clause of its credit insurer.
    InsurerOldest,
}

/// A contest of a part of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The tenant's id for it.
    pub dispute: DisputeId,
    /// Which receivable.
    pub invoice: InvoiceId,
    /// How much of it.
    pub amount: Money,
    /// Why.
    pub reason: DisputeReason,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<ActorId>,
    /// When it was raised.
    #[serde(with = "date")]
    pub opened_on: NaiveDate,
}

/// The customer's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The tenant's id for it.
    pub promise: PromiseId,
    /// How much.
    pub amount: Money,
    /// When it was given.
    #[serde(with = "date")]
    pub made_on: NaiveDate,
    /// The last day on which the money may come, before the tolerance.
    #[serde(with = "date")]
    pub promised_for: NaiveDate,
    /// What it is about; none: the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invoices: Vec<InvoiceId>,
}

/// A payment plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The tenant's id for it.
    pub plan: PlanId,
    /// When it was agreed.
    #[serde(with = "date")]
    pub agreed_on: NaiveDate,
    /// The receivables it covers, the first paid first.
    pub invoices: Vec<InvoiceId>,
    /// By due date; together exactly what was open on the receivables.
    pub instalments: Vec<Instalment>,
}

/// A part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// When.
    #[serde(with = "date")]
    pub due_on: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// A claim to be given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOff {
    /// The tenant's id for it.
    pub write_off: WriteOffId,
    /// Which receivable.
    pub invoice: InvoiceId,
    /// How much of it.
    pub amount: Money,
    /// Why.
    pub reason: WriteOffReason,
    /// Who asks.
    pub requested_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub requested_on: NaiveDate,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident)+ })+) => {
        $($(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$one])* $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        })+
    };
}

reasons! {
    /// How money came.
    PaymentMethod {
        /// Credit transfer.
        Transfer
        /// Direct debit.
        DirectDebit
        /// Card.
        Card
        /// Cheque.
        Cheque
        /// Cash.
        Cash
        /// Bill of exchange or promissory note.
        Bill
        /// Set off against what the tenant owes the customer.
        SetOff
        /// Any other way.
        Other
    }

    /// Why money did not stay.
    ReversalReason {
        /// The bank could not collect it: no funds, closed account.
        Bounced
        /// The payer had it taken back.
        Chargeback
        /// The bank had booked it by mistake, or to the wrong customer.
        BookedInError
    }

    /// Why less is owed.
    CreditReason {
        /// Goods came back.
        Return
        /// The price was wrong.
        Price
        /// The quantity was wrong.
        Quantity
        /// Goods or service fell short.
        Quality
        /// A rebate or bonus.
        Rebate
        /// A discount for early payment.
        EarlyPayment
        /// Goodwill.
        Goodwill
        /// A dispute was settled.
        Dispute
        /// Anything else.
        Other
    }

    /// Why an invoice is contested.
    DisputeReason {
        /// The price is not the agreed one.
        Price
        /// More was invoiced than delivered.
        Quantity
        /// Goods or service fell short.
        Quality
        /// It did not arrive, or late.
        Delivery
        /// It was invoiced before.
        Duplicate
        /// It was not ordered.
        NotOrdered
        /// The document is wrong: address, order number, tax.
        Document
        /// It has been paid, the customer says.
        AlreadyPaid
        /// Anything else.
        Other
    }

    /// How a contest ended.
    DisputeOutcome {
        /// The customer was right: a credit note follows.
        Credited
        /// The customer was wrong: the amount is owed.
        Rejected
        /// The customer gave up.
        Withdrawn
        /// Met half-way: a credit note for a part follows.
        Settled
    }

    /// Why a claim is given up.
    WriteOffReason {
        /// Every route was tried.
        Uncollectible
        /// The customer is insolvent.
        Insolvency
        /// A contest is not worth pursuing.
        Dispute
        /// The claim is time-barred.
        Prescribed
        /// Goodwill.
        Goodwill
        /// Anything else.
        Other
    }
}

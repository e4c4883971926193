//! Receivables that are made over to a factor or a bank, and by which agreement.

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{AssignmentId, CustomerId, FacilityId, InvoiceId, Reference, date, words::words};

/// An agreement with a factor or a bank. All fields are always written, because a snapshot keeps
/// them as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facility {
    /// The tenant's id for it.
    pub facility: FacilityId,
    /// Who takes the receivables, as customers are told: a company.
    pub assignee: Reference,
    /// What for.
    pub kind: FacilityKind,
    /// What it takes receivables in.
    pub currency: Currency,
    /// Whether the tenant pays back what the customer does not pay.
    pub recourse: bool,
    /// The part of a receivable that is paid in advance, 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub funded_share: Decimal,
    /// The part that is kept back until the customer has paid, 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub reserve_share: Decimal,
    /// What a bank keeps of a bill, in per cent a year of 360 days; none: it says so each time.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub discount_rate: Option<Decimal>,
    /// The most days after its due date that a receivable may be taken.
    pub overdue_days_max: u16,
    /// The most that is taken of one customer at a time; none: any amount.
    pub customer_limit: Option<Money>,
    /// Customers of whom nothing is taken.
    pub excluded: Vec<CustomerId>,
    /// Whether customers are told at once.
    pub notifies: bool,
    /// Whether the tenant goes on asking customers for the money, for the assignee.
    pub collects: bool,
    /// Under which name the company's file has the account to pay into; none: customers are not told
    /// another one.
    pub payee: Option<Reference>,
}

/// A receivable that an assignee may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The tenant's id for it; the assignment that comes of it has the same.
    pub assignment: AssignmentId,
    /// Which receivable.
    pub invoice: InvoiceId,
    /// By which agreement.
    pub facility: FacilityId,
    /// How much of it.
    pub amount: Money,
    /// When.
    #[serde(with = "date")]
    pub offered_on: NaiveDate,
}

/// A receivable that an assignee has taken, on the terms of that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The tenant's id for it.
    pub assignment: AssignmentId,
    /// Which receivable.
    pub invoice: InvoiceId,
    /// By which agreement.
    pub facility: FacilityId,
    /// Who took it: a company.
    pub assignee: Reference,
    /// What for.
    pub kind: FacilityKind,
    /// How much of it.
    pub amount: Money,
    /// Whether the tenant pays back what the customer does not pay.
    pub recourse: bool,
    /// The part that is paid in advance, 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub funded_share: Decimal,
    /// The part that is kept back until the customer has paid, 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub reserve_share: Decimal,
    /// What a bank keeps of a bill, in per cent a year of 360 days, if that was agreed.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub discount_rate: Option<Decimal>,
    /// Whether the tenant goes on asking for the money, for the assignee.
    pub collects: bool,
    /// Under which name the company's file has the account to pay into.
    pub payee: Option<Reference>,
    /// From when.
    #[serde(with = "date")]
    pub assigned_on: NaiveDate,
    /// The first day from which only the assignee may be paid; none: the customer was not told.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<NaiveDate>,
}

words! {
    /// What receivables are assigned for.
    FacilityKind {
        /// A factor buys them, or is subrogated to them.
        Factoring "factoring"
        /// A bank buys bills, or discounts receivables that are assigned to it (article L313-23 of
        /// the French monetary and financial code).
        Discount "discount"
        /// They secure a loan and stay the tenant's for all else.
        Pledge "pledge"
    }

    /// Why an assignee wants its money back.
    RecourseGround {
        /// The customer did not pay by the due date, or cannot.
        Unpaid "unpaid"
        /// The customer contests it.
        Dispute "dispute"
        /// Less is owed than was assigned: a credit note, a payment from before, a cancellation.
        Dilution "dilution"
    }
}

use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{ActorId, InvoiceId, PlanId, Reference, date};

/// What a message to a customer is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To ask for invoices that are open.
    #[default]
    Reminder,
    /// To ask for the charges on invoices that were settled late: an interest invoice.
    Charges,
    /// To say back to the customer what payment plan was agreed.
    PlanConfirmation(PlanId),
}

impl Purpose {
    /// Whether it climbs a ladder.
    pub fn is_reminder(&self) -> bool {
        *self == Self::Reminder
    }

    /// The word for it: `reminder`, `charges`, `plan_confirmation`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Charges => "charges",
            Self::PlanConfirmation(_) => "plan_confirmation",
        }
    }
}

/// The rate of interest that the terms of sale of an invoice state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedRate {
    /// Which version of them.
    pub terms: Reference,
    /// In per cent a year.
    #[serde(with = "rust_decimal::serde::str")]
    pub rate: Decimal,
    /// Whose law they agree on, in `law`'s spelling; none: that of the rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Reference>,
}

/// What a person gives up of the charges on an invoice (*geste commercial*): all that is given up of
/// them from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// On which receivable.
    pub invoice: InvoiceId,
    /// So much of the interest; none: nothing, or all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<Money>,
    /// All of the interest, whatever it comes to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_interest: bool,
    /// The fixed sum.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed_sum: bool,
    /// Who.
    pub by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::date;

/// The tenant's rules for credit. A fact: the past is explained by the policy of its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditPolicy {
    /// The currency in which exposure is added up; limits are in it too.
    pub currency: Currency,
    /// What one unit of each other currency is worth in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
    /// The limit of customers that have none; none: their orders are held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_without_request: Option<Money>,
    /// A larger limit needs a second person; none: every limit does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_person_grants_up_to: Option<Money>,
    /// Whether what is contested is at stake.
    pub disputed_counts: bool,
    /// Whether unallocated cash makes what is at stake less.
    pub unallocated_cash_counts: bool,
    /// Whether guarantees that hold make it less, each by what it counts for.
    pub guarantees_count: bool,
    /// Days past due above which orders are held; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_days_max: Option<u16>,
    /// Overdue amount above which orders are held; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_amount_max: Option<Money>,
    /// Orders above it are held for a person; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_amount_max: Option<Money>,
}

/// What one unit of a currency was worth on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Which currency.
    pub currency: Currency,
    /// Units of the policy's currency for one; more than zero.
    #[serde(with = "rust_decimal::serde::str")]
    pub rate: Decimal,
    /// The day of the rate.
    #[serde(with = "date")]
    pub on: NaiveDate,
}

impl Default for CreditPolicy {
    /// Euros; no order without a limit; held when anything is overdue by more than 30 days.
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            rates: Vec::new(),
            limit_without_request: None,
            one_person_grants_up_to: None,
            disputed_counts: true,
            unallocated_cash_counts: true,
            guarantees_count: true,
            overdue_days_max: Some(30),
            overdue_amount_max: None,
            order_amount_max: None,
        }
    }
}

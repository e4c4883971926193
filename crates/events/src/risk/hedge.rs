//! Hedges: contracts with banks and insurers against currencies, and against what a market costs
//! before it sells. They are registered and never priced.

use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, HedgeId, HedgeUseId, InvoiceId, Reference, date, words::words};

/// A contract that takes a risk off the tenant, as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hedge {
    /// The tenant's id for it.
    pub hedge: HedgeId,
    /// What it is.
    pub kind: HedgeKind,
    /// Who stands behind it: a bank, an insurer.
    pub counterparty: Reference,
    /// How much it is for, in the currency that is hedged; of prospection the budget, in the tenant's
    /// own. More than zero.
    pub amount: Money,
    /// The rate agreed, or the worst one guaranteed: units of the tenant's own currency for one of
    /// the hedged; more than zero. None: none was agreed.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub rate: Option<Decimal>,
    /// The part of the amount that it protects: more than 0, at most 1. None: all of it.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub quota: Option<Decimal>,
    /// When it was agreed.
    #[serde(with = "date")]
    pub traded_on: NaiveDate,
    /// The first day on which it can be used; none: from the day it was agreed.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub usable_from: Option<NaiveDate>,
    /// The last day on which it can be used.
    #[serde(with = "date")]
    pub matures_on: NaiveDate,
    /// What it is for.
    pub hedged: Hedged,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

words! {
    /// What a hedge is.
    HedgeKind {
        /// An amount is sold at a rate for a day to come (*vente à terme*).
        Forward "forward"
        /// An amount may be sold at a rate, and need not be.
        Option "option"
        /// An amount changes hands now and back on a day to come (*swap de change*).
        Swap "swap"
        /// An insurer pays what a worse rate costs (*assurance change*).
        FxInsurance "fx_insurance"
        /// An insurer pays a part of what a new market costs and does not bring back (*assurance
        /// prospection*).
        Prospection "prospection"
    }

    /// How a hedge came to its end.
    HedgeOutcome {
        /// It was fulfilled.
        Settled "settled"
        /// Somebody else has it.
        Sold "sold"
        /// Both sides gave it up.
        Cancelled "cancelled"
        /// It was not used to the end.
        Lapsed "lapsed"
    }
}

/// What a hedge is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hedged {
    /// These receivables.
    Invoices(Vec<InvoiceOf>),
    /// What these orders become.
    Orders(Vec<OrderOf>),
    /// What a customer owes.
    Customer(CustomerId),
    /// All that is owed in its currency.
    Currency,
    /// What an offer that is not accepted yet would bring.
    Tender(Reference),
    /// What is spent on a market: a country, two capital letters of ISO 3166.
    Market(Reference),
}

/// A receivable, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InvoiceOf {
    /// Who owes it.
    pub customer: CustomerId,
    /// Which.
    pub invoice: InvoiceId,
}

/// An order, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderOf {
    /// Who ordered.
    pub customer: CustomerId,
    /// As its invoices name it.
    pub order: Reference,
}

/// A part of a hedge that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HedgeUse {
    /// Which hedge.
    pub hedge: HedgeId,
    /// The tenant's id for this use of it.
    #[serde(rename = "use")]
    pub id: HedgeUseId,
    /// How much, in the currency of the hedge. More than zero.
    pub amount: Money,
    /// When.
    #[serde(with = "date")]
    pub used_on: NaiveDate,
    /// For which receivable, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceOf>,
}

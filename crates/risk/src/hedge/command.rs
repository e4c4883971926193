//! What may be asked about hedges, in the form producers write it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::{
    CustomerId, HedgeId, HedgeUseId, InvoiceId, Reference, date,
    risk::{Hedge, HedgeKind, HedgeOutcome, HedgeUse, Hedged, InvoiceOf, OrderOf},
};
use money::Stated;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// No hedge names more invoices, or orders.
pub const HEDGED_MAX: usize = 1_000;

/// No quota has more decimals.
const QUOTA_DECIMALS: u32 = 6;

/// A hedge, as a producer states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterHedge {
    /// The tenant's id for it.
    pub hedge_id: HedgeId,
    /// What it is.
    pub kind: HedgeKind,
    /// Who stands behind it: a bank, an insurer; never a name of a person.
    pub counterparty: Reference,
    /// How much it is for, in the currency that is hedged; of prospection the budget, in the tenant's
    /// own. More than zero.
    pub amount: Stated,
    /// The rate agreed, or the worst one guaranteed: units of the tenant's own currency for one of
    /// the hedged; more than zero.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub rate: Option<Decimal>,
    /// The part of the amount that it protects: more than 0, at most 1, at most 6 decimals. None: all
    /// of it.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub quota: Option<Decimal>,
    /// When it was agreed.
    #[serde(with = "date")]
    pub trade_date: NaiveDate,
    /// The first day on which it can be used; none: from the day it was agreed.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The last day on which it can be used.
    #[serde(with = "date")]
    pub maturity_date: NaiveDate,
    /// What it is for; nothing named: all that is owed in its currency.
    #[serde(default, skip_serializing_if = "HedgedData::is_currency")]
    pub hedged: HedgedData,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// What a hedge is for: at most one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HedgedData {
    /// These receivables, at most [`HEDGED_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invoices: Vec<HedgedInvoice>,
    /// What these orders become, at most [`HEDGED_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<HedgedOrder>,
    /// What a customer owes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// What an offer that is not accepted yet would bring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<Reference>,
    /// What is spent on a market: two capital letters of ISO 3166. Of prospection, and only of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Reference>,
}

/// A receivable, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HedgedInvoice {
    /// Who owes it.
    pub customer_id: CustomerId,
    /// Which.
    pub invoice_id: InvoiceId,
}

/// An order, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HedgedOrder {
    /// Who ordered.
    pub customer_id: CustomerId,
    /// As its invoices name it.
    pub order: Reference,
}

/// A part of a hedge that was used, as a producer states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseHedge {
    /// Which hedge.
    pub hedge_id: HedgeId,
    /// The tenant's id for this use of it.
    pub use_id: HedgeUseId,
    /// How much, in the currency of the hedge; more than zero.
    pub amount: Stated,
    /// When.
    #[serde(with = "date")]
    pub use_date: NaiveDate,
    /// For which receivable, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<HedgedInvoice>,
}

/// A hedge that is over, as a producer states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndHedge {
    /// Which.
    pub hedge_id: HedgeId,
    /// How it came to its end.
    pub outcome: HedgeOutcome,
    /// The last day on which it was used, or could have been.
    #[serde(with = "date")]
    pub end_date: NaiveDate,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reference>,
}

impl HedgedData {
    /// Whether it is all that is owed in a currency.
    pub fn is_currency(&self) -> bool {
        *self == Self::default()
    }

    /// What it names, as the journal says it. The first that is named: more than one is refused
    /// before.
    fn hedged(self) -> Hedged {
        let Self { invoices, orders, customer_id, tender, market } = self;
        if !invoices.is_empty() {
            let mut all: Vec<_> = invoices
                .into_iter()
                .map(|it| InvoiceOf { customer: it.customer_id, invoice: it.invoice_id })
                .collect();
            // The same ones in another order are the same.
            all.sort();
            return Hedged::Invoices(all);
        }
        if !orders.is_empty() {
            let mut all: Vec<_> = orders
                .into_iter()
                .map(|it| OrderOf { customer: it.customer_id, order: it.order })
                .collect();
            all.sort();
            return Hedged::Orders(all);
        }
        let customer = customer_id.map(Hedged::Customer);
        let named = customer.or_else(|| tender.map(Hedged::Tender));
        named.or_else(|| market.map(Hedged::Market)).unwrap_or(Hedged::Currency)
    }

    fn check(&self, kind: HedgeKind, wrong: &mut dyn FnMut(&str, String)) {
        let named = [
            !self.invoices.is_empty(),
            !self.orders.is_empty(),
            self.customer_id.is_some(),
            self.tender.is_some(),
            self.market.is_some(),
        ];
        if named.into_iter().filter(|it| *it).count() > 1 {
            wrong("hedged", "a hedge is for one thing: name one of them".to_owned());
        }
        repeated("hedged.invoices", &self.invoices, wrong);
        repeated("hedged.orders", &self.orders, wrong);
        let letters = |it: &Reference| {
            let it = it.as_str();
            it.len() == 2 && it.bytes().all(|it| it.is_ascii_uppercase())
        };
        if let Some(it) = self.market.as_ref().filter(|it| !letters(it)) {
            wrong("hedged.market", format!("`{it}` is not two capital letters, such as JP"));
        }
        match (kind == HedgeKind::Prospection, self.market.is_some()) {
            (true, false) => {
                wrong("hedged.market", "prospection is for a market".to_owned());
            }
            (false, true) => {
                wrong("hedged.market", "only prospection is for a market".to_owned());
            }
            (true, true) | (false, false) => {}
        }
    }
}

fn repeated<T: Ord>(field: &str, all: &[T], wrong: &mut dyn FnMut(&str, String)) {
    if all.len() > HEDGED_MAX {
        wrong(field, format!("{} are more than {HEDGED_MAX}", all.len()));
    }
    let mut seen = BTreeSet::new();
    for (place, it) in all.iter().enumerate() {
        if !seen.insert(it) {
            wrong(&format!("{field}[{place}]"), "is named already".to_owned());
        }
    }
}

impl RegisterHedge {
    pub(crate) fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if !self.amount.0.is_positive() {
            wrong("amount", format!("{} is not above zero", self.amount.0));
        }
        if let Some(rate) = self.rate {
            if self.kind == HedgeKind::Prospection {
                wrong("rate", "prospection has no rate".to_owned());
            }
            if rate <= Decimal::ZERO {
                wrong("rate", format!("{rate} is not above zero"));
            }
        }
        let share = |it: Decimal| {
            it > Decimal::ZERO && it <= Decimal::ONE && it.normalize().scale() <= QUOTA_DECIMALS
        };
        if let Some(quota) = self.quota.filter(|it| !share(*it)) {
            let why = format!("{quota} is not above 0 and at most 1, with at most 6 decimals");
            wrong("quota", why);
        }
        if self.maturity_date < self.trade_date {
            let why = format!("{} is before {}", self.maturity_date, self.trade_date);
            wrong("maturity_date", why);
        }
        if let Some(from) = self.valid_from {
            if from < self.trade_date {
                wrong("valid_from", format!("{from} is before {}", self.trade_date));
            }
            if from > self.maturity_date {
                wrong("valid_from", format!("{from} is after {}", self.maturity_date));
            }
        }
        self.hedged.check(self.kind, wrong);
    }

    pub(crate) fn hedge(self) -> Hedge {
        let whole = |it: &Decimal| *it == Decimal::ONE;
        Hedge {
            hedge: self.hedge_id,
            kind: self.kind,
            counterparty: self.counterparty,
            amount: self.amount.0,
            rate: self.rate.map(|it| it.normalize()),
            // All of it is all of it, said or not.
            quota: self.quota.map(|it| it.normalize()).filter(|it| !whole(it)),
            traded_on: self.trade_date,
            usable_from: self.valid_from,
            matures_on: self.maturity_date,
            hedged: self.hedged.hedged(),
            note: self.note,
        }
    }
}

impl UseHedge {
    pub(crate) fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if !self.amount.0.is_positive() {
            wrong("amount", format!("{} is not above zero", self.amount.0));
        }
    }

    pub(crate) fn hedge_use(self) -> HedgeUse {
        HedgeUse {
            hedge: self.hedge_id,
            id: self.use_id,
            amount: self.amount.0,
            used_on: self.use_date,
            invoice: self
                .invoice
                .map(|it| InvoiceOf { customer: it.customer_id, invoice: it.invoice_id }),
        }
    }
}

//! Hedges: a register of what protects the tenant against currencies and against what a market costs.
//!
//! Contracts are registered as they were agreed, used in parts, and end. Nothing is priced here and
//! nothing is revalued: what is left of a hedge is its amount less what was used of it. A hedge is a
//! fact of the tenant and not of a customer, so it stands with the policy.

mod command;

use std::{collections::BTreeMap, fmt::Display, sync::Arc};

use chrono::NaiveDate;
use events::{
    HedgeId, HedgeUseId, Reference,
    risk::{Event, Hedge, HedgeKind, HedgeOutcome, HedgeUse, Hedged},
};
use money::{Money, Rounding};
use rust_decimal::Decimal;

use crate::{Policy, Refusal, Subject, policy::Answer};

pub use command::{
    EndHedge, HEDGED_MAX, HedgedData, HedgedInvoice, HedgedOrder, RegisterHedge, UseHedge,
};

/// A hedge, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHedge {
    /// As it was agreed.
    pub hedge: Hedge,
    /// Every use of it.
    pub uses: BTreeMap<HedgeUseId, HedgeUse>,
    /// How it ended, if it did.
    pub ended: Option<End>,
}

/// How a hedge ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// In which way.
    pub outcome: HedgeOutcome,
    /// The last day on which it was used, or could have been.
    pub on: NaiveDate,
    /// Why, if somebody said.
    pub reason: Option<Reference>,
}

/// How a hedge stands at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HedgeState {
    /// It protects and cannot be used yet.
    Agreed,
    /// It can be used.
    Open,
    /// Nothing is left of it.
    UsedUp,
    /// Its last day is over, something is left, and nobody said what became of that.
    Matured,
    /// It ended.
    Ended,
}

impl KnownHedge {
    /// What was used of it by the end of a day, in its currency.
    pub fn used_on(&self, on: NaiveDate) -> Money {
        let amounts = self.uses.values().filter(|it| it.used_on <= on);
        let minor = amounts.map(|it| it.amount.minor()).fold(0, i64::saturating_add);
        Money::new(minor, self.hedge.amount.currency())
    }

    /// What was not used of it by the end of a day: never below zero.
    pub fn left_on(&self, on: NaiveDate) -> Money {
        let minor = self.hedge.amount.minor().saturating_sub(self.used_on(on).minor());
        Money::new(minor, self.hedge.amount.currency())
    }

    /// How it stands at the end of a day; none: it was not agreed yet.
    pub fn state_on(&self, on: NaiveDate) -> Option<HedgeState> {
        let Hedge { traded_on, usable_from, matures_on, .. } = self.hedge;
        if on < traded_on {
            return None;
        }
        Some(if self.ended.as_ref().is_some_and(|it| it.on <= on) {
            HedgeState::Ended
        } else if self.left_on(on).is_zero() {
            HedgeState::UsedUp
        } else if matures_on < on {
            HedgeState::Matured
        } else if usable_from.is_some_and(|from| on < from) {
            HedgeState::Agreed
        } else {
            HedgeState::Open
        })
    }

    /// Whether it protects at the end of a day.
    pub fn is_in_force_on(&self, on: NaiveDate) -> bool {
        matches!(self.state_on(on), Some(HedgeState::Agreed | HedgeState::Open))
    }

    /// How much it protects at the end of a day: its quota of what is left, rounded down; nothing
    /// once it is over.
    pub fn protected_on(&self, on: NaiveDate) -> Money {
        let left = self.left_on(on);
        if !self.is_in_force_on(on) {
            return Money::zero(left.currency());
        }
        let Some(quota) = self.hedge.quota else { return left };
        // A share of at most 1 cannot leave the range.
        left.percent(quota * Decimal::ONE_HUNDRED, Rounding::Down).unwrap_or(left)
    }

    /// The last day on which something was used of it.
    fn last_used_on(&self) -> Option<NaiveDate> {
        self.uses.values().map(|it| it.used_on).max()
    }
}

/// The hedges of a tenant. A policy is copied for questions, and they are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hedges(Arc<BTreeMap<HedgeId, KnownHedge>>);

impl Hedges {
    /// What a decision said was checked by it.
    pub(crate) fn adopt(&mut self, event: &Event) {
        if let Event::HedgeRegistered(it) = event {
            let hedge = Hedge::clone(it);
            let known = KnownHedge { hedge, uses: BTreeMap::new(), ended: None };
            Arc::make_mut(&mut self.0).entry(it.hedge.clone()).or_insert(known);
        } else if let Event::HedgeUsed(it) = event {
            if let Some(known) = Arc::make_mut(&mut self.0).get_mut(&it.hedge) {
                known.uses.insert(it.id.clone(), HedgeUse::clone(it));
            }
        } else if let Event::HedgeEnded { hedge, outcome, ended_on, reason } = event
            && let Some(known) = Arc::make_mut(&mut self.0).get_mut(hedge)
        {
            known.ended = Some(End { outcome: *outcome, on: *ended_on, reason: reason.clone() });
        }
    }
}

impl Policy {
    /// The tenant's hedges, by id.
    pub fn hedges(&self) -> impl Iterator<Item = &KnownHedge> + Clone {
        self.hedges.0.values()
    }

    fn hedge(&self, id: &HedgeId) -> Result<&KnownHedge, Refusal> {
        let unknown = || Refusal::NotFound { subject: Subject::Hedge, id: id.to_string() };
        self.hedges.0.get(id).ok_or_else(unknown)
    }

    pub(crate) fn register_hedge(&self, data: RegisterHedge) -> Answer {
        let stated = data.hedge();
        if let Ok(KnownHedge { hedge: known, .. }) = self.hedge(&stated.hedge) {
            let again = Again { subject: Subject::Hedge, id: &stated.hedge };
            again.field("kind", known.kind, stated.kind)?;
            again.field("counterparty", &known.counterparty, &stated.counterparty)?;
            again.field("amount", known.amount, stated.amount)?;
            again.option("rate", known.rate, stated.rate)?;
            again.option("quota", known.quota, stated.quota)?;
            again.field("trade_date", known.traded_on, stated.traded_on)?;
            again.option("valid_from", known.usable_from, stated.usable_from)?;
            again.field("maturity_date", known.matures_on, stated.matures_on)?;
            if known.hedged != stated.hedged {
                return Err(again.differs("hedged", &what(&known.hedged), &what(&stated.hedged)));
            }
            again.option("note", known.note.as_ref(), stated.note.as_ref())?;
            return Ok(Vec::new());
        }
        let (own, currency) = (self.rules().currency, stated.amount.currency());
        match stated.kind {
            // What is spent on a market is spent, and indemnified, in the tenant's own currency.
            HedgeKind::Prospection if currency != own => {
                Err(Refusal::PolicyCurrency { field: "amount", currency: own })
            }
            HedgeKind::Forward | HedgeKind::Option | HedgeKind::Swap | HedgeKind::FxInsurance
                if currency == own =>
            {
                Err(Refusal::NotForeign(own))
            }
            HedgeKind::Prospection
            | HedgeKind::Forward
            | HedgeKind::Option
            | HedgeKind::Swap
            | HedgeKind::FxInsurance => Ok(vec![Event::HedgeRegistered(Box::new(stated))]),
        }
    }

    pub(crate) fn use_hedge(&self, data: UseHedge) -> Answer {
        let stated = data.hedge_use();
        let known = self.hedge(&stated.hedge)?;
        if let Some(before) = known.uses.get(&stated.id) {
            let again = Again { subject: Subject::HedgeUse, id: &stated.id };
            again.field("amount", before.amount, stated.amount)?;
            again.field("use_date", before.used_on, stated.used_on)?;
            if before.invoice != stated.invoice {
                let name = |it: &HedgeUse| {
                    let it = it.invoice.as_ref();
                    it.map_or_else(none, |it| format!("{} {}", it.customer, it.invoice))
                };
                return Err(again.differs("invoice", &name(before), &name(&stated)));
            }
            return Ok(Vec::new());
        }
        let hedge = &known.hedge;
        let currency = hedge.amount.currency();
        if stated.amount.currency() != currency {
            return Err(Refusal::HedgeCurrency { field: "amount", currency });
        }
        let first = hedge.usable_from.unwrap_or(hedge.traded_on);
        let wrong = if stated.used_on < first {
            Some(format!("cannot be used before {first}"))
        } else if stated.used_on > hedge.matures_on {
            Some(format!("cannot be used after {}", hedge.matures_on))
        } else {
            let ended = known.ended.as_ref().filter(|it| it.on < stated.used_on);
            ended.map(|it| format!("is {} since {}", it.outcome, it.on))
        };
        if let Some(why) = wrong {
            return Err(Refusal::HedgeDay { field: "use_date", hedge: stated.hedge, why });
        }
        // Whatever the days: what was used later is used too.
        let left = known.left_on(NaiveDate::MAX);
        if stated.amount.minor() > left.minor() {
            return Err(Refusal::HedgeExceeded { hedge: stated.hedge, asked: stated.amount, left });
        }
        Ok(vec![Event::HedgeUsed(Box::new(stated))])
    }

    pub(crate) fn end_hedge(&self, data: EndHedge) -> Answer {
        let EndHedge { hedge_id: hedge, outcome, end_date: ended_on, reason } = data;
        let known = self.hedge(&hedge)?;
        if let Some(end) = &known.ended {
            let again = Again { subject: Subject::Hedge, id: &hedge };
            again.field("outcome", end.outcome, outcome)?;
            again.field("end_date", end.on, ended_on)?;
            again.option("reason", end.reason.as_ref(), reason.as_ref())?;
            return Ok(Vec::new());
        }
        let traded_on = known.hedge.traded_on;
        let wrong = if ended_on < traded_on {
            Some(format!("was agreed on {traded_on} only"))
        } else {
            let later = known.last_used_on().filter(|it| ended_on < *it);
            later.map(|it| format!("was used on {it}"))
        };
        match wrong {
            Some(why) => Err(Refusal::HedgeDay { field: "end_date", hedge, why }),
            None => Ok(vec![Event::HedgeEnded { hedge, outcome, ended_on, reason }]),
        }
    }
}

/// Compares what is recorded with what is stated again, field by field.
#[derive(Clone, Copy)]
struct Again<'a> {
    subject: Subject,
    id: &'a dyn Display,
}

impl Again<'_> {
    fn field<T: PartialEq + Display>(
        self,
        field: &'static str,
        recorded: T,
        stated: T,
    ) -> Result<(), Refusal> {
        self.option(field, Some(recorded), Some(stated))
    }

    fn option<T: PartialEq + Display>(
        self,
        field: &'static str,
        recorded: Option<T>,
        stated: Option<T>,
    ) -> Result<(), Refusal> {
        if recorded == stated {
            return Ok(());
        }
        let word = |it: Option<T>| it.map_or_else(none, |it| it.to_string());
        Err(self.differs(field, &word(recorded), &word(stated)))
    }

    fn differs(self, field: &'static str, recorded: &str, stated: &str) -> Refusal {
        Refusal::Differs {
            subject: self.subject,
            id: self.id.to_string(),
            field,
            recorded: recorded.to_owned(),
            stated: stated.to_owned(),
        }
    }
}

fn none() -> String {
    "none".to_owned()
}

/// What a hedge is for, in a few words.
fn what(it: &Hedged) -> String {
    match it {
        Hedged::Invoices(all) => {
            let names: Vec<_> =
                all.iter().map(|it| format!("{} {}", it.customer, it.invoice)).collect();
            format!("invoices {}", names.join(", "))
        }
        Hedged::Orders(all) => {
            let names: Vec<_> =
                all.iter().map(|it| format!("{} {}", it.customer, it.order)).collect();
            format!("orders {}", names.join(", "))
        }
        Hedged::Customer(customer) => format!("customer {customer}"),
        Hedged::Currency => "all of its currency".to_owned(),
        Hedged::Tender(tender) => format!("tender {tender}"),
        Hedged::Market(country) => format!("market {country}"),
    }
}

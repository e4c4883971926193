//! Across debts: which of them a payment settles.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{ImputationError, Owed, Portion, Waterfall};

/// A debt that a payment may settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDebt {
    /// Its number, unlike that of any other.
    pub id: String,
    /// What is owed of it on the day of the payment.
    pub owed: Owed,
    /// The contract's last day for payment.
    pub due_on: NaiveDate,
    /// The interest it bears when it is late, in per cent a year: the higher, the more the customer
    /// gains by settling it.
    pub rate: Decimal,
}

/// By which rule debts are settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// `designated`: the debts the payer names, in the order named, due or not (C. civ. art. 1342-10, first
    /// paragraph); what is left, as if nothing was named.
    Designated(Vec<String>),
    /// `statutory`: what the law presumes where the payer names none (C. civ. art. 1342-10, second paragraph):
    /// debts that are due; of these the one the customer gains most by settling; then the oldest;
    /// in proportion where all is equal.
    Statutory,
    /// `oldest_first`: the earliest due date first, by agreement; equal ones by number.
    OldestFirst,
    /// `insurer_oldest_first`: the earliest due date first, whatever was agreed or named: what credit insurers apply to
    /// money that comes in after a loss; equal ones by number.
    InsurerOldestFirst,
}

/// Why a debt was settled before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The payer named it.
    Designated,
    /// Due, and the customer gains more by settling it than the others.
    MostInterest,
    /// Due, and as good to settle as others, but older.
    Oldest,
    /// Due, and like others in all: each in proportion.
    InProportion,
    /// Not due, and everything due is settled.
    NotDue,
    /// The earliest due date, by agreement.
    OldestFirst,
    /// The earliest due date, by the rule of credit insurers.
    InsurerOldestFirst,
}

impl Reason {
    /// A word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Designated => "designated",
            Reason::MostInterest => "most_interest",
            Reason::Oldest => "oldest",
            Reason::InProportion => "in_proportion",
            Reason::NotDue => "not_due",
            Reason::OldestFirst => "oldest_first",
            Reason::InsurerOldestFirst => "insurer_oldest_first",
        }
    }

    /// Where the rule is written.
    pub const fn source(self) -> &'static str {
        match self {
            Reason::Designated => "C. civ. art. 1342-10, first paragraph",
            Reason::MostInterest | Reason::Oldest | Reason::InProportion | Reason::NotDue => {
                "C. civ. art. 1342-10, second paragraph"
            }
            Reason::OldestFirst => "agreement of the parties",
            Reason::InsurerOldestFirst => "general conditions of credit insurers",
        }
    }
}

/// What a payment settles of one debt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Which debt.
    pub id: String,
    /// How much; above nothing.
    pub amount: Money,
    /// Why this debt.
    pub reason: Reason,
    /// What it settles of it, by the waterfall within a debt.
    pub portions: Vec<Portion>,
    /// What is still owed of it.
    pub left: Owed,
}

/// A payment imputed to several debts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// In the order in which they were settled.
    pub shares: Vec<Share>,
    /// What is left of the payment when nothing is owed any more.
    pub remainder: Money,
}

/// What a payment of `paid_on` settles of `debts`, by `order` across them and `waterfall` within.
///
/// All amounts are in one currency. A debt is due from its due date on.
pub fn spread(
    debts: &[OpenDebt],
    payment: Money,
    paid_on: NaiveDate,
    order: &Order,
    waterfall: Waterfall,
) -> Result<Spread, ImputationError> {
    if payment.is_negative() || !debts.iter().all(|debt| debt.owed.is_sound()) {
        return Err(ImputationError::Negative);
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = debts.iter().find(|debt| !ids.insert(debt.id.as_str())) {
        return Err(ImputationError::DebtTwice(twice.id.clone()));
    }
    let mut spread = Spread { shares: Vec::new(), remainder: payment };
    for (group, reason) in groups(debts, paid_on, order)? {
        let open: Vec<Money> =
            group.iter().map(|debt| debt.owed.total()).collect::<Result<_, _>>()?;
        let owed = Money::sum(payment.currency(), open.iter().copied())?;
        let paid = owed.min(spread.remainder)?;
        if !paid.is_positive() {
            continue;
        }
        let weights: Vec<u64> = open.iter().map(|open| open.minor().unsigned_abs()).collect();
        for (debt, amount) in group.iter().zip(paid.split_by(&weights)?) {
            if amount.is_zero() {
                continue;
            }
            let imputed = waterfall.impute(debt.owed, amount)?;
            spread.shares.push(Share {
                id: debt.id.clone(),
                amount,
                reason,
                portions: imputed.portions,
                left: imputed.left,
            });
        }
        spread.remainder = spread.remainder.minus(paid)?;
    }
    Ok(spread)
}

/// Debts that are settled together, one group after the other, and why.
type Group<'a> = (Vec<&'a OpenDebt>, Reason);

fn groups<'a>(
    debts: &'a [OpenDebt],
    paid_on: NaiveDate,
    order: &Order,
) -> Result<Vec<Group<'a>>, ImputationError> {
    Ok(match order {
        Order::Statutory => statutory(debts.iter().collect(), paid_on),
        Order::OldestFirst => oldest_first(debts, Reason::OldestFirst),
        Order::InsurerOldestFirst => oldest_first(debts, Reason::InsurerOldestFirst),
        Order::Designated(named) => {
            let mut groups = Vec::new();
            let mut others: Vec<&OpenDebt> = debts.iter().collect();
            for id in named {
                if !debts.iter().any(|debt| debt.id == *id) {
                    return Err(ImputationError::UnknownDebt(id.clone()));
                }
                // Named twice, it is settled once.
                if let Some(place) = others.iter().position(|debt| debt.id == *id) {
                    groups.push((vec![others.remove(place)], Reason::Designated));
                }
            }
            groups.extend(statutory(others, paid_on));
            groups
        }
    })
}

fn oldest_first(debts: &[OpenDebt], reason: Reason) -> Vec<Group<'_>> {
    let mut debts: Vec<&OpenDebt> = debts.iter().collect();
    debts.sort_by_key(|debt| (debt.due_on, debt.id.as_str()));
    debts.into_iter().map(|debt| (vec![debt], reason)).collect()
}

fn statutory(mut debts: Vec<&OpenDebt>, paid_on: NaiveDate) -> Vec<Group<'_>> {
    let rank = |debt: &OpenDebt| (debt.due_on > paid_on, Reverse(debt.rate), debt.due_on);
    debts.retain(|debt| debt.owed.total().is_ok_and(Money::is_positive));
    debts.sort_by_key(|debt| (rank(debt), debt.id.as_str()));
    let alike = debts.chunk_by(|one, next| rank(one) == rank(next));
    let group = |group: &[&'_ OpenDebt]| {
        let first = group.first().map(|debt| rank(debt));
        let as_good = debts.iter().filter(|debt| {
            first.is_some_and(|(not_due, rate, _)| {
                (not_due, rate) == (debt.due_on > paid_on, Reverse(debt.rate))
            })
        });
        if first.is_some_and(|(not_due, _, _)| not_due) {
            Reason::NotDue
        } else if group.len() > 1 {
            Reason::InProportion
        } else if as_good.count() > 1 {
            Reason::Oldest
        } else {
            Reason::MostInterest
        }
    };
    alike.map(|debts| (debts.to_vec(), group(debts))).collect()
}

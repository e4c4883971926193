//! Over time: what each payment settles of a late debt, and what is owed in the end.

use chrono::NaiveDate;
use money::{Money, MoneyError};
use serde::Serialize;

use super::{ImputationError, Imputed, Owed, Waterfall};
use crate::{Debt, Interest, InterestError, Movement, Table, interest::Warning};

/// Why it cannot be told what is owed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// Its interest cannot be computed.
    #[error(transparent)]
    Interest(#[from] InterestError),
    /// A payment cannot be imputed.
    #[error(transparent)]
    Imputation(#[from] ImputationError),
    /// Amounts of different currencies, or beyond the range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// A payment, and what it settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// Its value date.
    pub on: NaiveDate,
    /// How much came in.
    pub payment: Money,
    /// The interest since the payment before, or since the debt is late.
    pub interest: Interest,
    /// What was owed before it, that interest counted.
    pub owed: Owed,
    /// What it settled, and what is left of both.
    pub imputed: Imputed,
}

/// A late debt with its payments, up to a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// Payment by payment, by value date.
    pub steps: Vec<Settled>,
    /// The interest since the last payment.
    pub interest: Interest,
    /// What is owed at the end of the last day.
    pub owed: Owed,
    /// Money left of payments when nothing was owed.
    pub remainder: Money,
}

impl Settlement {
    /// What is paid over time by who pays the rest on the last day: the payments, less what was left
    /// of them, and what is owed.
    pub fn total_paid(&self) -> Result<Money, MoneyError> {
        let payments = self.steps.iter().map(|it| it.payment);
        let paid = Money::sum(self.remainder.currency(), payments)?;
        paid.minus(self.remainder)?.plus(self.owed.total()?)
    }

    /// What a careful reader should know of its interest, each said once.
    pub fn warnings(&self) -> Vec<&Warning> {
        let parts = self.steps.iter().map(|it| &it.interest).chain([&self.interest]);
        let mut told: Vec<&Warning> = Vec::new();
        for warning in parts.flat_map(|it| &it.warnings) {
            if !told.contains(&warning) {
                told.push(warning);
            }
        }
        told
    }
}

/// What `payments` settle of `debt` and of `costs` by `waterfall`, and what is owed at the end of
/// `until`.
///
/// Interest is settled, and so rounded, on the day of each payment; what of it is not paid waits
/// and bears none itself. Costs are owed from the day after the due date: nobody recovers what is not late.
/// The debt's own movements are what reduces principal whatever the waterfall, such as credit notes. Payments after `until` are left
/// aside; of a payment that did not stay, leave it and its reversal out.
pub fn settle(
    table: &Table,
    debt: &Debt,
    costs: Money,
    payments: &[(NaiveDate, Money)],
    waterfall: Waterfall,
    until: NaiveDate,
) -> Result<Settlement, SettleError> {
    let mut payments: Vec<_> = payments.iter().filter(|(on, _)| *on <= until).collect();
    payments.sort_by_key(|(on, _)| *on);
    let nothing = Money::zero(debt.principal.currency());
    let mut running = debt.clone();
    let mut unpaid = Owed { costs: nothing, interest: nothing, principal: nothing };
    let mut to_come = costs;
    let mut after = debt.due_on;
    let mut remainder = nothing;
    let mut steps = Vec::new();
    for (on, payment) in payments {
        let interest = running.interest_since(table, after, *on)?;
        if *on > debt.due_on {
            unpaid.costs = unpaid.costs.plus(std::mem::replace(&mut to_come, nothing))?;
        }
        let owed = Owed {
            interest: unpaid.interest.plus(interest.total)?,
            principal: open_on(&running, *on)?,
            ..unpaid
        };
        let imputed = waterfall.impute(owed, *payment)?;
        let settled = owed.principal.minus(imputed.left.principal)?;
        if settled.is_positive() {
            running.movements.push(Movement::payment(*on, settled));
        }
        unpaid = imputed.left;
        after = after.max(*on);
        remainder = remainder.plus(imputed.remainder)?;
        steps.push(Settled { on: *on, payment: *payment, interest, owed, imputed });
    }
    let interest = running.interest_since(table, after, until)?;
    if until > debt.due_on {
        unpaid.costs = unpaid.costs.plus(to_come)?;
    }
    let owed = Owed {
        interest: unpaid.interest.plus(interest.total)?,
        principal: open_on(&running, until)?,
        ..unpaid
    };
    Ok(Settlement { steps, interest, owed, remainder })
}

/// The principal at the end of a day; nothing when more was taken off than there was.
fn open_on(debt: &Debt, day: NaiveDate) -> Result<Money, MoneyError> {
    let changes = debt.movements.iter().filter(|movement| movement.on <= day);
    let open = changes.map(|movement| movement.change).try_fold(debt.principal, Money::plus)?;
    open.max(Money::zero(open.currency()))
}

//! What lateness ties up: days late × daily sales (*BFR*), and what that costs to finance.
//!
//! Days late are those beyond terms, weighted by amount, of what was paid in the twelve months that
//! end on the day, and of what is overdue on it, as late as it is so far. Who pays before the due date
//! has negative days, and frees capital. The formula is that of
//! [`figures::working_capital`](crate::figures::working_capital).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::CustomerId;
use invoicing::view::MissingRate;
use money::{Money, Rounding};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Figure, Value};
use crate::{
    Policy, Risk,
    figures::working_capital::{NotComputable as NoAmount, tied_up},
};

/// A customer and what its lateness ties up, in the currency of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The sales of twelve months, tax included.
    pub sales: Money,
    /// Days late, weighted by amount, rounded half up to two decimals.
    pub days_late: Decimal,
    /// Days late × sales / 365.
    pub tied_up: Money,
    /// What it was paid and owed late or in time, in the smallest unit: the weight.
    amount: i128,
    /// The same, each times its days.
    amount_days: i128,
}

/// Customers and what their lateness ties up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingCapital(BTreeMap<CustomerId, Line>);

/// Why there is no figure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// In a currency without a rate.
    #[error(transparent)]
    MissingRate(#[from] MissingRate),
    /// By the formula.
    #[error(transparent)]
    NoAmount(#[from] NoAmount),
}

impl WorkingCapital {
    /// What the lateness of these customers ties up, at the end of a day. Who sold nothing in the
    /// year, or paid and owes nothing, ties up nothing.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Self, NotComputable> {
        let mut lines = BTreeMap::new();
        for (customer, risk) in customers {
            let sales = policy.amount(policy.yearly_sales(risk, on)?);
            if !sales.is_positive() {
                continue;
            }
            let (mut amount, mut amount_days) = (0, 0);
            let mut add = |minor: i128, days: i64| {
                amount += minor;
                amount_days += minor * i128::from(days);
            };
            for it in risk.account.receipts(super::year_to(on), on) {
                add(policy.minor(it.amount)?, (it.on - it.due_on).num_days());
            }
            for it in risk.account.claims(on).filter(|it| it.due_on < on) {
                add(policy.minor(it.open)?, (on - it.due_on).num_days());
            }
            let Some(days_late) = mean(amount_days, amount) else { continue };
            let tied_up = tied_up(sales, days_late, Rounding::HalfUp)?;
            let line = Line { sales, days_late, tied_up, amount, amount_days };
            lines.insert(customer.clone(), line);
        }
        Ok(Self(lines))
    }

    /// Those of other customers, added.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The customers whose lateness ties up most, the most first.
    pub fn largest(&self, count: usize) -> Vec<(&CustomerId, &Line)> {
        super::largest(&self.0, count, |it| it.tied_up.minor())
    }

    /// Every customer that ties up or frees something, by id.
    pub fn lines(&self) -> impl Iterator<Item = (&CustomerId, &Line)> {
        self.0.iter()
    }

    /// The whole; what it costs a year at a rate of financing in percent, if there is one.
    pub fn figures(&self, policy: &Policy, financing_percent: Option<Decimal>) -> Vec<Figure> {
        let sum = |of: fn(&Line) -> i128| self.0.values().map(of).sum::<i128>();
        let tied_up = policy.amount(sum(|it| it.tied_up.minor().into()));
        let sales = policy.amount(sum(|it| it.sales.minor().into()));
        let days = mean(sum(|it| it.amount_days), sum(|it| it.amount));
        let days =
            days.map(Value::Number).ok_or_else(|| "nothing was paid or is overdue".to_owned());
        let cost = match financing_percent {
            None => Err("no rate of financing was given".to_owned()),
            Some(rate) => tied_up
                .percent(rate, Rounding::HalfUp)
                .map(Value::Amount)
                .map_err(|error| error.to_string()),
        };
        let rate = financing_percent.map(|it| ("financing_percent", it.into()));
        vec![
            Figure::new(
                "tied_up",
                tied_up,
                "sum over customers of days_late * sales / 365",
                [("sales", sales.into())],
            ),
            Figure::of(
                "days_late",
                days,
                "sum over payments of 12 months and overdue items of amount * days late / sum of amounts",
                [("amounts", policy.amount(sum(|it| it.amount)).into())],
            ),
            Figure::of(
                "financing_cost",
                cost,
                "tied_up * financing_percent / 100, a year",
                [("tied_up", tied_up.into())].into_iter().chain(rate),
            ),
        ]
    }
}

/// Rounded half up to two decimals, so that what follows can be checked from what is shown.
fn mean(amount_days: i128, amount: i128) -> Option<Decimal> {
    let of = |it| Decimal::try_from_i128_with_scale(it, 0).ok();
    let mean = of(amount_days)?.checked_div(of(amount)?)?;
    Some(mean.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

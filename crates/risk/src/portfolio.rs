//! What all customers together say: how concentrated they are, what they are expected to lose, what
//! is insured of them, when their cash comes, and what their lateness ties up.
//!
//! Each question is a struct that is filled from customers, in any order and in as many parts as
//! there are partitions, and then merged: the parts together say what all at once would have said.
//! Amounts are in the currency of the credit policy, by its rates; an amount in a currency without
//! one is never left out in silence, it is the answer.
//!
//! Everything is of the end of a day, by the facts effective until then, whenever they were
//! recorded. Grades, profiles and groups are those that are known.

pub mod concentration;
pub mod cover_cost;
pub mod cover_gap;
pub mod currency_cover;
pub mod depreciation;
pub mod expected_loss;
pub mod group;
pub mod provisions;
pub mod roll_forward;

pub mod cash;
pub mod working_capital;

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use events::CustomerId;
use invoicing::view::MissingRate;
use money::Money;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Policy, Risk, exposure::clamped};

/// A figure, with all that is needed to compute it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Which.
    pub name: &'static str,
    /// How much; or why it cannot be said.
    pub value: Result<Value, String>,
    /// How the value follows from the inputs.
    pub formula: &'static str,
    /// By the names that stand in the formula.
    pub inputs: Vec<Input>,
}

/// One thing a figure was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As in the formula.
    pub name: &'static str,
    /// How much.
    pub value: Value,
}

/// An amount, or a number of anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// In the currency of the policy.
    Amount(Money),
    /// Shares of 1, days, or how many.
    Number(Decimal),
}

impl From<Money> for Value {
    fn from(amount: Money) -> Self {
        Self::Amount(amount)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

impl Figure {
    fn new(
        name: &'static str,
        value: impl Into<Value>,
        formula: &'static str,
        inputs: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self::of(name, Ok(value.into()), formula, inputs)
    }

    fn of(
        name: &'static str,
        value: Result<Value, String>,
        formula: &'static str,
        inputs: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        let inputs = inputs.into_iter().map(|(name, value)| Input { name, value });
        Self { name, value, formula, inputs: inputs.collect() }
    }
}

impl Policy {
    /// A sum in the smallest unit of the policy's currency, as an amount.
    fn amount(&self, minor: i128) -> Money {
        clamped(minor, self.rules().currency)
    }

    /// What was invoiced less what was credited in the twelve months that end on a day, tax included,
    /// in the smallest unit of the policy's currency.
    fn yearly_sales(&self, risk: &Risk, on: NaiveDate) -> Result<i128, MissingRate> {
        let sales = risk.account.sales(year_to(on), on);
        sales
            .into_iter()
            .try_fold(0, |sum, (currency, minor)| Ok(sum + self.minor(clamped(minor, currency))?))
    }
}

/// The first of the twelve months that end on a day.
fn year_to(on: NaiveDate) -> NaiveDate {
    let year_ago = on.checked_sub_months(Months::new(12)).and_then(|it| it.succ_opt());
    year_ago.unwrap_or(NaiveDate::MIN)
}

/// A share of 1 with six decimals, halves away from zero; none of nothing.
fn share(part: i128, whole: i128) -> Option<Decimal> {
    let of = |minor| Decimal::try_from_i128_with_scale(minor, 0).ok();
    let share = of(part)?.checked_div(of(whole)?)?;
    Some(share.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero))
}

/// The lines with the most, the most first, equals by customer; lines with nothing are left out.
fn largest<T>(
    lines: &BTreeMap<CustomerId, T>,
    count: usize,
    minor: impl Fn(&T) -> i64,
) -> Vec<(&CustomerId, &T)> {
    let mut all: Vec<_> = lines.iter().filter(|(_, it)| minor(it) != 0).collect();
    // By customer before: equals stay in their order.
    all.sort_by_key(|(_, it)| std::cmp::Reverse(minor(it)));
    all.truncate(count);
    all
}

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, Sequence, date};

/// All customers of a tenant, looked at together at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The business day.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// The last entry of each partition that is in them, partition 0 first.
    pub positions: Vec<Sequence>,
    /// What is owed, each currency by itself, by its code.
    pub currencies: Vec<CurrencyFigures>,
    /// All that is at stake, in the currency of the credit policy; none if that names no rate for a
    /// currency that occurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_stake: Option<Money>,
    /// How many names have a part in it. Customers that belong to one another are one name.
    #[serde(default)]
    pub names: u64,
    /// Those of a hundredth of it or more, the largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub largest: Vec<GroupShare>,
}

/// What is owed in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyFigures {
    /// All open items.
    pub receivables: Money,
    /// Of them, what has been due for more than 90 days.
    pub overdue_over_90: Money,
    /// Days sales outstanding by count-back, with two decimals; none without sales to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dso: Option<Decimal>,
}

impl CurrencyFigures {
    /// Of which currency.
    pub fn currency(&self) -> Currency {
        self.receivables.currency()
    }
}

/// What one name has of all that is at stake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupShare {
    /// A customer that belongs to none, or the one at the head of others.
    pub group: CustomerId,
    /// How much.
    pub at_stake: Money,
}

/// A figure that became another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it was.
    pub before: Decimal,
    /// What it is.
    pub now: Decimal,
}

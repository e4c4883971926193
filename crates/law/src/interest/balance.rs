//! What was really owed, day by day.

use chrono::NaiveDate;
use money::{Money, MoneyError};
use serde::Serialize;

/// A change of what is owed of a debt: less by a payment or a credit note, more by a reversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Movement {
    /// The day it takes effect: the last on which the balance before it still bears interest.
    pub on: NaiveDate,
    /// What it adds to the balance; negative for a payment.
    pub change: Money,
}

impl Movement {
    /// Money that came in, or a credit note, of `amount` with value on a day.
    pub const fn payment(on: NaiveDate, amount: Money) -> Movement {
        Movement { on, change: amount.negated() }
    }

    /// The reversal of money that did not stay. It takes effect on the day of what it reverses, so
    /// that interest runs as if that had never come.
    pub const fn reversal(of: Movement) -> Movement {
        Movement { on: of.on, change: of.change.negated() }
    }
}

/// A balance that stood unchanged from the first to the last day, both counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) balance: Money,
}

/// The balances above nothing in `from ..= to`, each as long as it stood.
///
/// On a day counts what took effect before it.
pub(super) fn stretches(
    principal: Money,
    movements: &[Movement],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Stretch>, MoneyError> {
    let mut movements = movements.to_vec();
    movements.sort_by_key(|movement| movement.on);
    let mut balance = principal;
    let mut since = from;
    let mut stretches = Vec::new();
    for day in movements.chunk_by(|one, next| one.on == next.on) {
        let Some(on) = day.first().map(|movement| movement.on).filter(|on| *on < to) else { break };
        let after = day.iter().try_fold(balance, |sum, movement| sum.plus(movement.change))?;
        if on >= since && after != balance {
            stretches.push(Stretch { from: since, to: on, balance });
            since = on.succ_opt().unwrap_or(on);
        }
        balance = after;
    }
    if since <= to {
        stretches.push(Stretch { from: since, to, balance });
    }
    stretches.retain(|stretch| stretch.balance.is_positive());
    Ok(stretches)
}

//! What a payment settles first: within a debt, and across debts.
//!
//! Which rule applies is a matter of contract and law, so it is chosen by whoever asks; every
//! portion names the rule that put it there, and portions and remainder make the payment.

mod within;

mod several;

mod over_time;

use money::MoneyError;

pub use over_time::{SettleError, Settled, Settlement, settle};
pub use several::{OpenDebt, Order, Reason, Share, Spread, spread};
pub use within::{Imputed, Owed, Part, Portion, UnknownWaterfall, Waterfall};

/// Why money cannot be imputed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImputationError {
    /// A payment, or a part of a debt, below nothing.
    #[error("what is paid and what is owed cannot be below nothing")]
    Negative,
    /// Amounts of different currencies, or beyond the range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The payer designates a debt that is not there.
    #[error("no debt {0:?} is open")]
    UnknownDebt(String),
    /// The same debt twice.
    #[error("debt {0:?} is given twice")]
    DebtTwice(String),
}

#[cfg(test)]
mod tests;

//! A scale of the tenant's own: numbers, with a grade from each step on.

use rust_decimal::Decimal;

use super::{Grade, NotRated, beginning};

/// From which number on which grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The first number of the step.
    pub at_least: Decimal,
    /// Its grade.
    pub grade: Grade,
}

/// A numeric scale the tenant states itself, without gaps and without overlaps by construction.
///
/// It may count up or down: what matters is that it does so all along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custom {
    steps: Vec<Step>,
    highest: Decimal,
}

/// Why steps are no scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomError {
    /// There is no step.
    #[error("a scale has one step at least")]
    NoStep,
    /// A step does not begin above the one before.
    #[error("steps go upwards: {at_least} follows a step that is not below it")]
    NotUpwards {
        /// Where the step begins.
        at_least: Decimal,
    },
    /// The grades get better and then worse, or the other way round.
    #[error("grades go one way: from {at_least} on the grade turns back")]
    TurnsBack {
        /// Where the step begins.
        at_least: Decimal,
    },
    /// The highest number is below the last step.
    #[error("the highest number {highest} is below the last step")]
    HighestTooLow {
        /// The highest number.
        highest: Decimal,
    },
}

impl Custom {
    /// A scale from the first step's number to `highest`, both included.
    ///
    /// # Errors
    ///
    /// [`CustomError`], where the steps are not a scale.
    pub fn try_new(steps: Vec<Step>, highest: Decimal) -> Result<Custom, CustomError> {
        let last = steps.last().ok_or(CustomError::NoStep)?;
        if highest < last.at_least {
            return Err(CustomError::HighestTooLow { highest });
        }
        let pairs = || steps.iter().zip(steps.iter().skip(1));
        if let Some((_, next)) = pairs().find(|(step, next)| next.at_least <= step.at_least) {
            return Err(CustomError::NotUpwards { at_least: next.at_least });
        }
        let better = pairs().find(|(step, next)| next.grade < step.grade);
        let worse = pairs().find(|(step, next)| next.grade > step.grade);
        if let (Some((_, better)), Some((_, worse))) = (better, worse) {
            return Err(CustomError::TurnsBack { at_least: better.at_least.max(worse.at_least) });
        }
        Ok(Custom { steps, highest })
    }

    /// The grade of a number as the tenant's source wrote it, such as `70` or `70.5`.
    ///
    /// # Errors
    ///
    /// [`NotRated::UnknownValue`] for what is no plain decimal number, and for one below the first
    /// step or above the highest number.
    pub fn grade(&self, raw: &str) -> Result<Grade, NotRated> {
        let raw = raw.trim();
        let unknown = || NotRated::UnknownValue { scale: "custom", given: beginning(raw) };
        let number = plain_number(raw).filter(|it| *it <= self.highest).ok_or_else(unknown)?;
        let step = self.steps.iter().rev().find(|it| it.at_least <= number);
        step.map(|it| it.grade).ok_or_else(unknown)
    }
}

/// Digits, perhaps with a minus before them and a point between them. The reader of decimals takes
/// more than that, `1_000` and `.5` among them.
fn plain_number(raw: &str) -> Option<Decimal> {
    let number = raw.strip_prefix('-').unwrap_or(raw);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if digits(whole) && digits(fraction) { Decimal::from_str_exact(raw).ok() } else { None }
}

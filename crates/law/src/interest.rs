//! What a late debt bears: simple interest, over the rates as they were and over the balance as it
//! really stood.
//!
//! Interest runs on every day after the due date up to the day asked about, both the day after the
//! due date and that day counted. On a day counts the balance that stood when it began, so money
//! that comes in on a day still bears interest for it. The answer is a computation that can be
//! followed with a pocket calculator; it is rounded once, at the end.

mod balance;
mod day_count;
mod regime;

use std::fmt;

use chrono::NaiveDate;
use money::{Currency, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use serde::Serialize;

pub use balance::Movement;
pub use day_count::{DayCount, UnknownDayCount};
pub use regime::{Basis, Regime, RegimeError};

use crate::{Jurisdiction, NoRow, Row, Rule, Table};

/// A debt, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debt {
    /// The rule by which it bears interest.
    pub regime: Regime,
    /// What was owed at first, taxes included.
    pub principal: Money,
    /// The contract's last day for payment.
    pub due_on: NaiveDate,
    /// Payments, credit notes and reversals, in any order.
    pub movements: Vec<Movement>,
    /// How a year is counted.
    pub day_count: DayCount,
}

/// Why interest cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterestError {
    /// A rate is not known for a day.
    #[error(transparent)]
    NoRow(#[from] NoRow),
    /// Movements in another currency, or amounts beyond the range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// An agreed rate that is none.
    #[error(
        "{0} is no agreed rate: one is from 0 to 1000 per cent a year, with at most 6 decimals"
    )]
    Rate(Decimal),
}

/// Interest, and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interest {
    /// The rule by which it was computed.
    pub regime: Regime,
    /// The contract's last day for payment.
    pub due_on: NaiveDate,
    /// The last day counted.
    pub until: NaiveDate,
    /// One line for each stretch of days of the same balance and rate, in order.
    pub lines: Vec<Line>,
    /// The sum of the lines, rounded once.
    pub total: Money,
    /// What the creditor is owed besides, when the debt is late.
    pub fixed_sum: Option<FixedSum>,
    /// How a year was counted.
    pub day_count: DayCount,
    /// How the sum was rounded: `half up, once, at the end`.
    pub rounding: &'static str,
    /// What a careful reader should know about it.
    pub warnings: Vec<Warning>,
}

/// One line of a computation: `base × rate × days / days of the year`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The first day counted.
    pub from: NaiveDate,
    /// The last day counted.
    pub to: NaiveDate,
    /// How many days that is.
    pub days: i64,
    /// What was owed on each of them.
    pub base: Money,
    /// In per cent a year.
    #[serde(with = "rust_decimal::serde::str")]
    pub rate: Decimal,
    /// How many days make the year.
    pub days_of_year: u16,
    /// Their interest in units of the currency, to a hundred-millionth of its smallest unit. It is
    /// for reading: the total is computed from fractions.
    #[serde(with = "rust_decimal::serde::str")]
    pub exact: Decimal,
    /// The rows of law from which the rate follows; none for an agreed rate.
    pub rows: Vec<Row>,
}

/// A sum owed at once for paying late, without a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixedSum {
    /// How much.
    pub amount: Money,
    /// The row of law that says so.
    pub row: Row,
}

/// What a careful reader should know about a computation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// A rate that holds until it is changed was last looked up earlier.
    Held {
        /// The rate.
        rule: Rule,
        /// Whose it is.
        jurisdiction: Jurisdiction,
        /// The last day on which it was known to hold.
        known_until: NaiveDate,
        /// The day for which it was taken.
        on: NaiveDate,
    },
    /// An agreed rate is below what the law allows to agree.
    BelowFloor {
        /// The first day of the half-year.
        from: NaiveDate,
        /// The rate agreed, in per cent a year.
        #[serde(with = "rust_decimal::serde::str")]
        agreed: Decimal,
        /// The least lawful rate, in per cent a year.
        #[serde(with = "rust_decimal::serde::str")]
        floor: Decimal,
        /// The statute.
        source: String,
    },
    /// It is not known what the law allows to agree.
    FloorUnknown {
        /// The first day of the half-year.
        from: NaiveDate,
        /// What is missing.
        #[serde(skip)]
        missing: NoRow,
    },
    /// A row it rests on was not read where it is written.
    Unchecked {
        /// What the row is about.
        rule: Rule,
        /// Whose law it is.
        jurisdiction: Jurisdiction,
        /// The first day on which it holds.
        from: NaiveDate,
    },
    /// The fixed sum goes by the size of the debt, which is in another currency.
    FixedSumUnknown {
        /// The currency of the debt.
        currency: Currency,
    },
}

/// What [`Interest::rounding`] says.
const ROUNDING: &str = "half up, once, at the end";
/// Rates have at most so many decimals, here and in tables.
const RATE_DECIMALS: u32 = 6;
/// A hundred-millionth of the smallest unit.
const READING_DECIMALS: u32 = 8;

impl Debt {
    /// A debt of which nothing was paid, a year counted as 365 days.
    pub const fn new(regime: Regime, principal: Money, due_on: NaiveDate) -> Debt {
        Debt { regime, principal, due_on, movements: Vec::new(), day_count: DayCount::Act365 }
    }

    /// The interest of the days after the due date up to `until`.
    ///
    /// Fails when a rate that is needed is not known; days on which nothing is owed need none.
    pub fn interest(&self, table: &Table, until: NaiveDate) -> Result<Interest, InterestError> {
        self.interest_since(table, self.due_on, until)
    }

    /// The interest of the days after `after` up to `until`, for who settled it up to `after`: what
    /// was rounded then is not rounded again. The fixed sum is with the first of its days only.
    pub fn interest_since(
        &self,
        table: &Table,
        after: NaiveDate,
        until: NaiveDate,
    ) -> Result<Interest, InterestError> {
        if let Some(rate) = self.regime.agreed()
            && (rate.is_sign_negative()
                || rate > Decimal::ONE_THOUSAND
                || rate.normalize().scale() > RATE_DECIMALS)
        {
            return Err(InterestError::Rate(rate));
        }
        let currency = self.principal.currency();
        let mut interest = Interest {
            regime: self.regime,
            due_on: self.due_on,
            until,
            lines: Vec::new(),
            total: Money::zero(currency),
            fixed_sum: None,
            day_count: self.day_count,
            rounding: ROUNDING,
            warnings: Vec::new(),
        };
        let after = after.max(self.due_on);
        let (Some(late_from), Some(from)) = (self.due_on.succ_opt(), after.succ_opt()) else {
            return Ok(interest);
        };
        if from > until {
            return Ok(interest);
        }

        let mut dividend = 0_i128;
        let stretches = balance::stretches(self.principal, &self.movements, from, until)?;
        let late = stretches.first().filter(|it| it.from == late_from).map(|it| it.balance);
        for stretch in stretches {
            let mut next = Some(stretch.from);
            while let Some(from) = next.filter(|day| *day <= stretch.to) {
                let span = self.regime.rate_on(table, late_from, from, stretch.to)?;
                let Some(span) = span else { break };
                let to = self.day_count.even_until(from, span.to);
                for warning in span.warnings.into_iter().chain(unchecked(&span.rows)) {
                    interest.warn(warning);
                }
                let days = (to - from).num_days() + 1;
                let days_of_year = self.day_count.days_of_year(from);
                let base = stretch.balance;
                let part = self.part(base, span.rate, days, days_of_year);
                let part = part.ok_or(MoneyError::OutOfRange { currency })?;
                dividend = dividend.checked_add(part).ok_or(MoneyError::OutOfRange { currency })?;
                let exact = self.readable(part).ok_or(MoneyError::OutOfRange { currency })?;
                interest.lines.push(Line {
                    from,
                    to,
                    days,
                    base,
                    rate: span.rate,
                    days_of_year,
                    exact,
                    rows: span.rows,
                });
                next = to.succ_opt();
            }
        }
        interest.total = Money::from_ratio(dividend, self.divisor(), currency, Rounding::HalfUp)?;
        if let Some(late) = late {
            self.add_fixed_sum(&mut interest, table, late_from, late)?;
        }
        Ok(interest)
    }

    /// Smallest units of the currency, times [`Debt::divisor`].
    fn part(&self, base: Money, rate: Decimal, days: i64, days_of_year: u16) -> Option<i128> {
        let mut rate = rate.normalize();
        rate.rescale(RATE_DECIMALS);
        let shares = self.day_count.common().checked_div(i128::from(days_of_year))?;
        i128::from(base.minor())
            .checked_mul(rate.mantissa())?
            .checked_mul(i128::from(days))?
            .checked_mul(shares)
    }

    /// What a sum of parts is divided by: per cent, decimals of the rate, days of a year.
    fn divisor(&self) -> i128 {
        100 * 10_i128.pow(RATE_DECIMALS) * self.day_count.common()
    }

    /// A part in units of the currency, cut off far behind the point.
    fn readable(&self, part: i128) -> Option<Decimal> {
        let whole = part.checked_div(self.divisor())?;
        let rest = part.checked_rem(self.divisor())?;
        let fraction = 10_i128.pow(READING_DECIMALS);
        let minor = whole.checked_mul(fraction)?.checked_add(rest * fraction / self.divisor())?;
        let scale = READING_DECIMALS + u32::from(self.principal.currency().minor_units());
        Decimal::try_from_i128_with_scale(minor, scale).ok()
    }

    /// Adds what is owed at once when `late` was not paid in time.
    fn add_fixed_sum(
        &self,
        interest: &mut Interest,
        table: &Table,
        late_from: NaiveDate,
        late: Money,
    ) -> Result<(), MoneyError> {
        let jurisdiction = self.regime.jurisdiction().filter(|_| self.regime.has_fixed_sum());
        let Some(jurisdiction) = jurisdiction else { return Ok(()) };
        let row = table.of_amount(Rule::FixedSum, jurisdiction, late_from, late.decimal());
        let Ok(row) = row else { return Ok(()) };
        let Some(currency) = row.unit.currency() else { return Ok(()) };
        let by_size = table.of(Rule::FixedSum, jurisdiction).any(|row| row.from_amount.is_some());
        if by_size && currency != late.currency() {
            interest.warn(Warning::FixedSumUnknown { currency: late.currency() });
            return Ok(());
        }
        unchecked([row]).for_each(|warning| interest.warn(warning));
        let amount = Money::from_decimal(row.value, currency, Rounding::HalfUp)?;
        interest.fixed_sum = Some(FixedSum { amount, row: row.clone() });
        Ok(())
    }
}

impl Interest {
    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

fn unchecked<'a>(rows: impl IntoIterator<Item = &'a Row>) -> impl Iterator<Item = Warning> {
    rows.into_iter().filter(|row| !row.is_checked()).map(|row| Warning::Unchecked {
        rule: row.rule,
        jurisdiction: row.jurisdiction,
        from: row.from,
    })
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Held { rule, jurisdiction, known_until, on } => write!(
                f,
                "{rule} of {jurisdiction} was last looked up on {known_until}; it is taken to hold unchanged on {on}"
            ),
            Warning::BelowFloor { from, agreed, floor, source } => write!(
                f,
                "the agreed {agreed} % is below the least lawful {floor} % of the half-year from {from} ({source})"
            ),
            Warning::FloorUnknown { from, missing } => write!(
                f,
                "whether the agreed rate is lawful in the half-year from {from} is not known: {missing}"
            ),
            Warning::Unchecked { rule, jurisdiction, from } => write!(
                f,
                "{rule} of {jurisdiction} from {from} was not read where it is written; check it before you rely on it"
            ),
            Warning::FixedSumUnknown { currency } => write!(
                f,
                "the fixed sum goes by the size of the debt, which is in {currency}; no rate of exchange is assumed"
            ),
        }
    }
}

#[cfg(test)]
mod tests;

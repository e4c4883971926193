//! The law as dated rows: what holds, where, from when to when, and where it is written.
//!
//! The rows stand in `crates/law/tables/*.csv`, text a lawyer can read and correct. Nothing is
//! assumed: a day without a row is an error that names rule, jurisdiction and day. Where a rule
//! holds until it is changed, its last row has no end, and carries the day it was last looked up.

mod read;
mod rule;

use std::sync::LazyLock;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

pub use read::RowError;
pub use rule::{Rule, Unit, UnknownWord};

use crate::Jurisdiction;

/// One row: a value that holds in a jurisdiction from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about.
    pub rule: Rule,
    /// Whose law it is.
    pub jurisdiction: Jurisdiction,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// The last day on which it holds; `None`: until it is changed.
    pub to: Option<NaiveDate>,
    /// The day on which a row without end was last known to hold.
    pub known_until: Option<NaiveDate>,
    /// It holds for debts of at least so much, in units of its currency; `None`: for any.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub from_amount: Option<Decimal>,
    /// The value, in its unit.
    #[serde(with = "rust_decimal::serde::str")]
    pub value: Decimal,
    /// What the value counts.
    pub unit: Unit,
    /// The statute, and what is doubtful about the row.
    pub source: String,
}

impl Row {
    /// Whether it holds on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// The day until which it was known to hold, if `day` is later: then the answer rests on nobody
    /// having changed it since.
    pub fn known_only_until(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.known_until.filter(|known| self.to.is_none() && *known < day)
    }

    /// Whether it was read where it is written. The sources of the others end with a question mark:
    /// they follow from a rule, or from memory.
    pub fn is_checked(&self) -> bool {
        !self.source.trim_end().ends_with('?')
    }

    /// Rows of which at most one may hold on a day.
    fn is_beside(&self, other: &Row) -> bool {
        (self.rule, self.jurisdiction, self.from_amount)
            == (other.rule, other.jurisdiction, other.from_amount)
    }

    /// Whether there is a day on which both hold.
    fn overlaps(&self, other: &Row) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

/// There is no row for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {rule} of {jurisdiction} is known for {on}")]
pub struct NoRow {
    /// What was asked for.
    pub rule: Rule,
    /// Whose law.
    pub jurisdiction: Jurisdiction,
    /// The day.
    pub on: NaiveDate,
}

/// Why rows are no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A line that is no row.
    #[error("line {line}: {error}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong about it.
        error: RowError,
    },
    /// A row that ends before it begins.
    #[error("{rule} of {jurisdiction} from {from} ends before it begins")]
    Backwards {
        /// What the row is about.
        rule: Rule,
        /// Whose law it is.
        jurisdiction: Jurisdiction,
        /// Its first day.
        from: NaiveDate,
    },
    /// A row without end and without the day until which it is known, or with both ends.
    #[error(
        "{rule} of {jurisdiction} from {from} must have either an end or the day until which it is known"
    )]
    KnownUntil {
        /// What the row is about.
        rule: Rule,
        /// Whose law it is.
        jurisdiction: Jurisdiction,
        /// Its first day.
        from: NaiveDate,
    },
    /// A value that counts something else than its rule.
    #[error("{rule} of {jurisdiction} from {from} cannot be in {unit}")]
    Unit {
        /// What the row is about.
        rule: Rule,
        /// Whose law it is.
        jurisdiction: Jurisdiction,
        /// Its first day.
        from: NaiveDate,
        /// Its unit.
        unit: Unit,
    },
    /// A value outside what is thinkable: rates between −100 and 1000 per cent with at most 6
    /// decimals, times and counts whole and from 0 to 1000.
    #[error("{rule} of {jurisdiction} from {from} cannot be {value}")]
    Value {
        /// What the row is about.
        rule: Rule,
        /// Whose law it is.
        jurisdiction: Jurisdiction,
        /// Its first day.
        from: NaiveDate,
        /// Its value.
        value: Decimal,
    },
    /// A row that does not say where it is written.
    #[error("{rule} of {jurisdiction} from {from} names no source")]
    Source {
        /// What the row is about.
        rule: Rule,
        /// Whose law it is.
        jurisdiction: Jurisdiction,
        /// Its first day.
        from: NaiveDate,
    },
    /// Two rows for the same days.
    #[error("{rule} of {jurisdiction}: the rows from {first} and from {second} overlap")]
    Overlap {
        /// What the rows are about.
        rule: Rule,
        /// Whose law they are.
        jurisdiction: Jurisdiction,
        /// The first day of one.
        first: NaiveDate,
        /// The first day of the other.
        second: NaiveDate,
    },
}

/// Rows of law that do not contradict each other, by rule, jurisdiction and day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    rows: Vec<Row>,
}

/// The text of every table, in the order in which they are listed.
const SHIPPED: [&str; 7] = [
    include_str!("../tables/ecb_main_refinancing.csv"),
    include_str!("../tables/bank_rate.csv"),
    include_str!("../tables/base_rate.csv"),
    include_str!("../tables/legal_rate.csv"),
    include_str!("../tables/statutory_interest.csv"),
    include_str!("../tables/payment_terms.csv"),
    include_str!("../tables/deadlines.csv"),
];

impl Table {
    /// The law that comes with this release.
    pub fn shipped() -> &'static Table {
        #[expect(clippy::expect_used, reason = "the tables are compiled in, and a test reads them")]
        static TABLE: LazyLock<Table> =
            LazyLock::new(|| Table::read(&SHIPPED.concat()).expect("the tables of the release"));
        &TABLE
    }

    /// Reads rows, one a line; empty lines and lines that begin with `#` are comments.
    ///
    /// Fails at the first line that is no row, and like [`Table::new`].
    pub fn read(text: &str) -> Result<Table, TableError> {
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let rows = lines
            .map(|(above, line)| {
                Row::read(line).map_err(|error| TableError::Line { line: above + 1, error })
            })
            .collect::<Result<Vec<Row>, TableError>>()?;
        Table::new(rows)
    }

    /// A table of these rows; fails if one is not sound by itself, or two of the same rule,
    /// jurisdiction and amount hold on the same day.
    pub fn new(mut rows: Vec<Row>) -> Result<Table, TableError> {
        rows.iter().try_for_each(check)?;
        rows.sort_by_key(|row| (row.rule, row.jurisdiction, row.from_amount, row.from));
        for (row, next) in rows.iter().zip(rows.iter().skip(1)) {
            if row.is_beside(next) && row.overlaps(next) {
                return Err(TableError::Overlap {
                    rule: row.rule,
                    jurisdiction: row.jurisdiction,
                    first: row.from,
                    second: next.from,
                });
            }
        }
        Ok(Table { rows })
    }

    /// This law with one more row, which takes the place of what held on its days: rows before it
    /// end the day before, and what it covers falls away.
    ///
    /// A row that began earlier and went on later is cut in two.
    pub fn amended(&self, new: Row) -> Result<Table, TableError> {
        let mut rows = Vec::with_capacity(self.rows.len() + 2);
        for row in &self.rows {
            if !(row.is_beside(&new) && row.overlaps(&new)) {
                rows.push(row.clone());
                continue;
            }
            if row.from < new.from {
                rows.push(Row { to: new.from.pred_opt(), known_until: None, ..row.clone() });
            }
            if let Some(after) = new.to.and_then(|to| to.succ_opt())
                && row.to.is_none_or(|to| after <= to)
            {
                rows.push(Row { from: after, ..row.clone() });
            }
        }
        rows.push(new);
        Table::new(rows)
    }

    /// This law amended by every row of another table.
    pub fn amended_by(&self, new: &Table) -> Result<Table, TableError> {
        new.rows.iter().try_fold(self.clone(), |table, row| table.amended(row.clone()))
    }

    /// Every row, by rule, jurisdiction and first day.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// The row of `rule` that holds on a day for any debt.
    pub fn on(&self, rule: Rule, jurisdiction: Jurisdiction, on: NaiveDate) -> Result<&Row, NoRow> {
        self.of_amount(rule, jurisdiction, on, Decimal::ZERO)
    }

    /// The row of `rule` that holds on a day for a debt of `amount`, in units of the row's currency:
    /// that with the greatest [`Row::from_amount`] that the debt reaches.
    pub fn of_amount(
        &self,
        rule: Rule,
        jurisdiction: Jurisdiction,
        on: NaiveDate,
        amount: Decimal,
    ) -> Result<&Row, NoRow> {
        let rows = self.of(rule, jurisdiction).filter(|row| row.holds_on(on));
        rows.filter(|row| row.from_amount.is_none_or(|least| least <= amount))
            .max_by_key(|row| row.from_amount)
            .ok_or(NoRow { rule, jurisdiction, on })
    }

    /// The rows of a rule of a jurisdiction, by first day.
    pub fn of(&self, rule: Rule, jurisdiction: Jurisdiction) -> impl Iterator<Item = &Row> {
        let first =
            self.rows.partition_point(|row| (row.rule, row.jurisdiction) < (rule, jurisdiction));
        let rows = self.rows.iter().skip(first);
        rows.take_while(move |row| (row.rule, row.jurisdiction) == (rule, jurisdiction))
    }
}

/// Whether a row is sound by itself.
fn check(row: &Row) -> Result<(), TableError> {
    let (rule, jurisdiction, from) = (row.rule, row.jurisdiction, row.from);
    if row.to.is_some_and(|to| to < from) {
        return Err(TableError::Backwards { rule, jurisdiction, from });
    }
    if row.to.is_some() == row.known_until.is_some() {
        return Err(TableError::KnownUntil { rule, jurisdiction, from });
    }
    if !rule.units().contains(&row.unit) {
        return Err(TableError::Unit { rule, jurisdiction, from, unit: row.unit });
    }
    let (least, decimals) = match row.unit {
        Unit::Percent if rule.is_reference_rate() => (-Decimal::ONE_HUNDRED, 6),
        Unit::Percent | Unit::Points => (Decimal::ZERO, 6),
        Unit::Eur | Unit::Gbp => (Decimal::ZERO, 2),
        Unit::Times | Unit::Days | Unit::Months | Unit::MonthsToWorkingDay | Unit::Years => {
            (Decimal::ZERO, 0)
        }
    };
    let in_range = least <= row.value && row.value <= Decimal::ONE_THOUSAND;
    if !in_range || row.value.normalize().scale() > decimals {
        return Err(TableError::Value { rule, jurisdiction, from, value: row.value });
    }
    if row.source.trim().is_empty() {
        return Err(TableError::Source { rule, jurisdiction, from });
    }
    Ok(())
}

#[cfg(test)]
mod tests;

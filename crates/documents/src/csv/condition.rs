//! When a row says something.

use rust_decimal::Decimal;

use super::cells::{Cells, Column, Problem};

/// A question about one column.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) column: Column,
    pub(super) test: Test,
}

/// What is asked.
#[derive(Debug)]
pub(super) enum Test {
    Empty(bool),
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
    Below(Decimal),
    AtMost(Decimal),
    AtLeast(Decimal),
    Above(Decimal),
}

impl Condition {
    fn holds(&self, cells: &Cells<'_>) -> Result<bool, Problem> {
        let column = self.column;
        Ok(match &self.test {
            Test::Empty(wanted) => cells.text(column)?.is_empty() == *wanted,
            Test::OneOf(all) => {
                let text = cells.text(column)?;
                all.iter().any(|it| *it == text)
            }
            Test::NoneOf(all) => {
                let text = cells.text(column)?;
                all.iter().all(|it| *it != text)
            }
            Test::Below(limit) => cells.number(column)? < *limit,
            Test::AtMost(limit) => cells.number(column)? <= *limit,
            Test::AtLeast(limit) => cells.number(column)? >= *limit,
            Test::Above(limit) => cells.number(column)? > *limit,
        })
    }
}

/// Whether all hold. They are asked in order and the first that does not ends it, so that a
/// condition may rely on those before it.
pub(super) fn all_hold(conditions: &[Condition], cells: &Cells<'_>) -> Result<bool, Problem> {
    for condition in conditions {
        if !condition.holds(cells)? {
            return Ok(false);
        }
    }
    Ok(true)
}

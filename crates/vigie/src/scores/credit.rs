//! Credit files: one line a borrower, and whether it ended badly.

use std::path::PathBuf;

use calibration::Borrower;
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};

use super::{
    Part, ScoresError,
    source::{Source, SourceError},
};

/// A borrower.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) key: String,
    pub(super) part: Part,
    /// Every column but its name and its end, in millionths.
    pub(super) borrower: Borrower,
}

/// Credit card holders: 30,000 clients of a bank in Taiwan.
pub(super) fn cards(parts: &[(Part, PathBuf)]) -> Result<Vec<Line>, ScoresError> {
    let file = "credit/taiwan-credit-card-default.csv.gz";
    Ok(lines(parts, file, Some("ID"), "default.payment.next.month")?)
}

/// Financial ratios of Polish companies, known by their number in the file.
pub(super) fn companies(name: &str, parts: &[(Part, PathBuf)]) -> Result<Vec<Line>, ScoresError> {
    let year = name.trim_start_matches("polish-");
    let file = format!("credit/polish-bankruptcy-{year}.csv.gz");
    Ok(lines(parts, &file, None, "class")?)
}

fn lines(
    parts: &[(Part, PathBuf)],
    file: &str,
    name: Option<&str>,
    end: &str,
) -> Result<Vec<Line>, SourceError> {
    let mut lines = Vec::new();
    for (part, root) in parts {
        let source = Source::read(root, file)?;
        let columns: Vec<&str> =
            source.header().filter(|it| Some(*it) != name && *it != end).collect();
        for (n, line) in source.lines().enumerate() {
            let mut figures = Vec::with_capacity(columns.len());
            for column in &columns {
                let known = !matches!(line.text(column)?, "" | "NA" | "?");
                figures.push(if known { millionths(line.number(column)?) } else { None });
            }
            let key = match name {
                Some(column) => line.text(column)?.to_owned(),
                None => format!("{}:{}", part.name(), n + 1),
            };
            let bad = !line.number(end)?.is_zero();
            lines.push(Line { key, part: *part, borrower: Borrower { figures, bad } });
        }
    }
    Ok(lines)
}

/// Figures beyond nine million millions are as large as that: a bin holds them all.
fn millionths(number: Decimal) -> Option<i64> {
    let million = Decimal::from(1_000_000);
    let most = Decimal::from(i64::MAX);
    let scaled =
        number.checked_mul(million).unwrap_or(if number.is_sign_negative() { -most } else { most });
    let whole = scaled.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    whole.clamp(-most, most).to_i64()
}

//! What would have been forecast of the payments in public data sets, written so that anybody can
//! judge it: `docs/scores.md` says how, and how good it is.
//!
//! Histories are lived through: each row becomes commands, invoicing decides them day by day, and a
//! forecast reads the account as it stands before the business of its day. Nothing here could look
//! ahead.

mod credit;
mod history;
mod lived;
mod source;

use std::{fmt::Write as _, fs, io, path::PathBuf};

use calibration::{Forecast, Outcome, Row, Table, Untaught, chances, folds, learn, sum};
use chrono::NaiveDate;
use clap::ValueEnum;
use events::{Reference, risk::Measure};

use crate::cli::Exit;
use history::Bill;
use lived::Asked;
pub use source::SourceError;

/// Write what would have been forecast of the rows of public data sets.
#[derive(Debug, clap::Args)]
pub struct ExportScores {
    /// Which sets; none named: all
    #[arg(long = "dataset", value_name = "SET")]
    pub datasets: Vec<Dataset>,
    /// Which rows, and what may have been learned from
    #[arg(long)]
    pub protocol: Protocol,
    /// The directory of the part that is given
    #[arg(long, value_name = "DIR")]
    pub dev_root: PathBuf,
    /// The directory of the part that is held out; DEV does without
    #[arg(long, value_name = "DIR")]
    pub holdout_root: Option<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// A public data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dataset {
    /// Invoices of the IBM late payment histories, on their day of issue
    Ibm,
    /// Invoices of the UDYAM competition, on their day of issue
    Udyam,
    /// Customers of the IBM histories at the end of each month
    IbmMonth,
    /// Customers of the UDYAM competition at the end of each month
    UdyamMonth,
    /// Credit card holders in Taiwan
    Taiwan,
    /// Polish companies, five years ahead
    #[value(name = "polish-1year")]
    Polish1Year,
    /// Polish companies, one year ahead
    #[value(name = "polish-5year")]
    Polish5Year,
}

impl Dataset {
    /// Its name in files.
    fn name(self) -> &'static str {
        match self {
            Self::Ibm => "ibm",
            Self::Udyam => "udyam",
            Self::IbmMonth => "ibm-month",
            Self::UdyamMonth => "udyam-month",
            Self::Taiwan => "taiwan",
            Self::Polish1Year => "polish-1year",
            Self::Polish5Year => "polish-5year",
        }
    }
}

/// Which rows are forecast, and what may have been learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// The given part, each fifth of its customers by what is learned from the others
    #[value(name = "DEV")]
    Dev,
    /// The part held out, by what is learned from the given one
    #[value(name = "P1")]
    NewCustomers,
    /// What comes after a day in both parts, by what was known before it
    #[value(name = "P2")]
    LaterTime,
}

/// Why there are no forecasts.
#[derive(Debug, thiserror::Error)]
pub enum ScoresError {
    /// A protocol needs both parts.
    #[error("this protocol needs --holdout-root, the directory of the part that is held out")]
    NoHoldout,
    /// A set has no days, and so no later time.
    #[error("{dataset} has no days, so there is no protocol P2 for it: name other sets")]
    NoDays {
        /// Which.
        dataset: &'static str,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Nothing can be learned.
    #[error("nothing can be learned from {dataset}: {source}")]
    Untaught {
        /// From which set.
        dataset: &'static str,
        /// Why.
        source: Untaught,
    },
    /// The file cannot be written.
    #[error("writing {}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The code that tells what went wrong.
pub fn exit_of(error: &ScoresError) -> Exit {
    match error {
        ScoresError::NoHoldout | ScoresError::NoDays { .. } => Exit::Usage,
        ScoresError::Source(_) | ScoresError::Untaught { .. } | ScoresError::Write { .. } => {
            Exit::Failed
        }
    }
}

/// What is looked at before a payment is forecast.
pub const MEASURES: &[Measure] = &[
    Measure::LateShare,
    Measure::Late15Share,
    Measure::Late30Share,
    Measure::DaysBeyondTerms,
    Measure::DaysByAmount,
    Measure::Trend,
    Measure::LastDaysBeyondTerms,
    Measure::DaysBeforeLast,
    Measure::DaysOfLastThree,
    Measure::TypicalDays,
    Measure::MostDays,
    Measure::Spread,
    Measure::Settled,
    Measure::Tenure,
    Measure::SinceSettled,
    Measure::OpenItems,
    Measure::OldestOverdue,
    Measure::OverdueShare,
    Measure::UsualAmount,
    Measure::BrokenPromises,
    Measure::Bounced,
    Measure::DisputedShare,
    Measure::Amount,
    Measure::AmountToUsual,
    Measure::Terms,
    Measure::Habit,
    Measure::IssueDay,
    Measure::Waiting,
    Measure::Together,
];

/// How many fifths there are.
const FOLDS: usize = 5;

/// A row of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Its key within its set.
    pub key: String,
    /// What is expected; of a table, its chance stands first.
    pub forecast: Forecast,
    /// The day on which it would have been forecast; a table has none.
    pub day: Option<NaiveDate>,
    /// What happened; of a table, a day late is a bad end.
    pub outcome: Outcome,
}

/// Which of the two parts a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Dev,
    Holdout,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Holdout => "holdout",
        }
    }
}

impl ExportScores {
    /// Where each part that the protocol needs stands.
    fn parts(&self) -> Result<Vec<(Part, PathBuf)>, ScoresError> {
        let mut parts = vec![(Part::Dev, self.dev_root.clone())];
        if self.protocol != Protocol::Dev {
            let holdout = self.holdout_root.clone().ok_or(ScoresError::NoHoldout)?;
            parts.push((Part::Holdout, holdout));
        }
        Ok(parts)
    }
}

/// Writes the forecasts that were asked for.
///
/// # Errors
///
/// [`ScoresError`]: nothing is written then.
pub fn export(asked: &ExportScores) -> Result<(), ScoresError> {
    let named = !asked.datasets.is_empty();
    let sets = if named { asked.datasets.as_slice() } else { Dataset::value_variants() };
    let mut text = "dataset,row_key,p_late,p_late15,p_late30,expected_days_late\n".to_owned();
    for set in sets {
        let dataset = set.name();
        let scored = match scores(*set, asked) {
            // Who asks for all sets means those that have days.
            Err(ScoresError::NoDays { .. }) if !named => continue,
            scored => scored?,
        };
        for Scored { key, forecast, .. } in scored {
            let [late, late15, late30] = forecast.late_ppm.map(share);
            let days = forecast.days;
            let _infallible = match set {
                Dataset::Taiwan | Dataset::Polish1Year | Dataset::Polish5Year => {
                    writeln!(text, "{dataset},{key},{late},,,")
                }
                Dataset::Ibm | Dataset::Udyam | Dataset::IbmMonth | Dataset::UdyamMonth => {
                    let (days, hundredths) = (days / 100, days % 100);
                    writeln!(
                        text,
                        "{dataset},{key},{late},{late15},{late30},{days}.{hundredths:02}"
                    )
                }
            };
        }
    }
    fs::write(&asked.out, text)
        .map_err(|source| ScoresError::Write { path: asked.out.clone(), source })
}

/// Parts per million as a share.
fn share(ppm: u32) -> String {
    format!("{}.{:06}", ppm / 1_000_000, ppm % 1_000_000)
}

/// The forecasts of one set, in the order of its files.
///
/// # Errors
///
/// [`ScoresError`] if there are none.
pub fn scores(dataset: Dataset, asked: &ExportScores) -> Result<Vec<Scored>, ScoresError> {
    let parts = asked.parts()?;
    match dataset {
        Dataset::Ibm | Dataset::IbmMonth => {
            let bills = history::late_payment_histories(&parts)?;
            payments(dataset, asked.protocol, &bills)
        }
        Dataset::Udyam | Dataset::UdyamMonth => {
            let bills = history::supplier_invoices(&parts)?;
            payments(dataset, asked.protocol, &bills)
        }
        Dataset::Taiwan => {
            credit::cards(&parts).and_then(|it| tables(dataset, asked.protocol, &it))
        }
        Dataset::Polish1Year | Dataset::Polish5Year => credit::companies(dataset.name(), &parts)
            .and_then(|it| tables(dataset, asked.protocol, &it)),
    }
}

/// The first day that is later time: before it 70 % of both parts were issued.
fn cut(dataset: Dataset) -> Option<NaiveDate> {
    match dataset {
        Dataset::Ibm | Dataset::IbmMonth => NaiveDate::from_ymd_opt(2013, 5, 6),
        Dataset::Udyam | Dataset::UdyamMonth => NaiveDate::from_ymd_opt(2016, 1, 6),
        Dataset::Taiwan | Dataset::Polish1Year | Dataset::Polish5Year => None,
    }
}

/// Forecasts of payments.
///
/// # Errors
///
/// [`ScoresError`] if nothing can be learned.
fn payments(
    dataset: Dataset,
    protocol: Protocol,
    bills: &[Bill],
) -> Result<Vec<Scored>, ScoresError> {
    let rows = match dataset {
        Dataset::IbmMonth => lived::months(bills, MEASURES, (2013, 11)),
        Dataset::UdyamMonth => lived::months(bills, MEASURES, (2017, 6)),
        Dataset::Ibm
        | Dataset::Udyam
        | Dataset::Taiwan
        | Dataset::Polish1Year
        | Dataset::Polish5Year => lived::invoices(bills, MEASURES),
    };
    let untaught = |source| ScoresError::Untaught { dataset: dataset.name(), source };
    let forecast = |known: &[Row], asked: &[&Asked]| -> Result<Vec<Scored>, ScoresError> {
        let learned = learn(name(dataset), MEASURES, known).map_err(untaught)?;
        let scored = asked.iter().map(|it| Scored {
            key: it.key.clone(),
            forecast: chances(sum(&learned, MEASURES, &it.row.measures)),
            day: Some(it.row.day),
            outcome: it.row.outcome,
        });
        Ok(scored.collect())
    };
    match (protocol, cut(dataset)) {
        (Protocol::LaterTime, Some(cut)) => {
            let known: Vec<Row> = rows.iter().filter_map(|it| it.row.known_before(cut)).collect();
            let asked: Vec<&Asked> = rows.iter().filter(|it| it.row.day >= cut).collect();
            forecast(&known, &asked)
        }
        (Protocol::NewCustomers, _) => {
            let given = rows.iter().filter(|it| it.part == Part::Dev);
            let known: Vec<Row> = given.map(|it| it.row.clone()).collect();
            let asked: Vec<&Asked> = rows.iter().filter(|it| it.part == Part::Holdout).collect();
            forecast(&known, &asked)
        }
        (Protocol::Dev | Protocol::LaterTime, _) => {
            let fold = folds(rows.iter().map(|it| it.row.customer.as_str()), FOLDS);
            let mut scored = Vec::new();
            for left_out in 0..FOLDS {
                let of = |inside: bool| -> Vec<&Asked> {
                    let rows = rows.iter().zip(&fold);
                    rows.filter(|(_, it)| (**it == left_out) == inside).map(|(it, _)| it).collect()
                };
                let known: Vec<Row> = of(false).into_iter().map(|it| it.row.clone()).collect();
                scored.extend(forecast(&known, &of(true))?);
            }
            Ok(scored)
        }
    }
}

/// What a scorecard of a set is called.
fn name(dataset: Dataset) -> Reference {
    Reference::new(dataset.name()).unwrap_or_else(|_| unreachable!("names are plain letters"))
}

/// Forecasts of a table.
///
/// # Errors
///
/// [`ScoresError`] if nothing can be learned.
fn tables(
    dataset: Dataset,
    protocol: Protocol,
    lines: &[credit::Line],
) -> Result<Vec<Scored>, ScoresError> {
    let untaught = |source| ScoresError::Untaught { dataset: dataset.name(), source };
    let forecast = |known: &[&credit::Line], asked: &[&credit::Line]| {
        let rows: Vec<_> = known.iter().map(|it| it.borrower.clone()).collect();
        let learned = Table::learn(&rows).map_err(untaught)?;
        let scored = asked.iter().map(|it| Scored {
            key: it.key.clone(),
            forecast: Forecast { late_ppm: [learned.chance_ppm(&it.borrower.figures); 3], days: 0 },
            day: None,
            outcome: Outcome::settled(it.borrower.bad.into()),
        });
        Ok::<_, ScoresError>(scored.collect::<Vec<_>>())
    };
    match protocol {
        Protocol::LaterTime => Err(ScoresError::NoDays { dataset: dataset.name() }),
        Protocol::NewCustomers => {
            let (given, asked): (Vec<_>, Vec<_>) =
                lines.iter().partition(|it| it.part == Part::Dev);
            forecast(&given, &asked)
        }
        Protocol::Dev => {
            let fold = folds(lines.iter().map(|it| it.key.as_str()), FOLDS);
            let mut scored = Vec::new();
            for left_out in 0..FOLDS {
                let of = |inside: bool| -> Vec<&credit::Line> {
                    let lines = lines.iter().zip(&fold);
                    lines.filter(|(_, it)| (**it == left_out) == inside).map(|(it, _)| it).collect()
                };
                scored.extend(forecast(&of(false), &of(true))?);
            }
            Ok(scored)
        }
    }
}

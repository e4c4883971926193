//! A scorecard before somebody trusts it: judged on customers it did not see, and on what came after
//! all it saw.

use std::{collections::BTreeMap, fmt};

use chrono::NaiveDate;
use events::{
    Reference,
    risk::{Measure, Scorecard},
};
use risk::behaviour::LATE_DAYS;

use crate::{
    Days, Forecast, Odds, Row, Untaught, chances, days, learn,
    learn::sum,
    number::{float, whole},
    odds, stability,
};

/// How good a scorecard is, and against what.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Each customer's rows judged by a scorecard that was learned from other customers.
    pub by_customer: Vec<Standing>,
    /// The last 30 % of the rows judged by a scorecard learned from what was known before; none if
    /// that was too little.
    pub out_of_time: Option<Vec<Standing>>,
    /// Since when rows are the last 30 %.
    pub last_since: Option<NaiveDate>,
    /// How far the points of the last 30 % are from those before: see [`stability`].
    pub stability: Option<f64>,
}

/// How good one way to forecast is.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Its name.
    pub name: &'static str,
    /// By threshold: late, more than 15, more than 30 days. None where it never or always happened.
    pub odds: [Option<Odds>; 3],
    /// Of expected days.
    pub days: Option<Days>,
}

/// Which fifth of the customers each row belongs to. By rank of a digest of their names, so that
/// neither the order of the rows nor new customers elsewhere put one into another.
pub fn folds<'a>(customers: impl Iterator<Item = &'a str>, count: usize) -> Vec<usize> {
    let customers: Vec<&str> = customers.collect();
    let mut ranked: Vec<(u64, &str)> = customers.iter().map(|it| (digest(it), *it)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    let places = ranked.iter().enumerate().map(|(rank, (_, it))| (*it, rank % count.max(1)));
    let fold: BTreeMap<&str, usize> = places.collect();
    customers.iter().map(|it| fold.get(it).copied().unwrap_or(0)).collect()
}

/// Fowler, Noll and Vo's 64 bits, stirred once more: names that differ in the last letter only
/// should not stand in a row.
fn digest(text: &str) -> u64 {
    let seeded = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let stirred = (seeded ^ (seeded >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    stirred ^ (stirred >> 27)
}

/// Judges what would be learned from these rows.
///
/// # Errors
///
/// [`Untaught`] if nothing can be learned.
pub fn report(
    scorecard: &Reference,
    measures: &[Measure],
    rows: &[Row],
) -> Result<Report, Untaught> {
    const FOLDS: usize = 5;
    let fold = folds(rows.iter().map(|it| it.customer.as_str()), FOLDS);
    let mut judged = Vec::new();
    for left_out in 0..FOLDS {
        let of = |inside: bool| -> Vec<Row> {
            let rows = rows.iter().zip(&fold).filter(|(_, it)| (**it == left_out) == inside);
            rows.map(|(row, _)| row.clone()).collect()
        };
        judge(scorecard, measures, &of(false), of(true), &mut judged)?;
    }
    let by_customer = standings(&judged);

    let mut days: Vec<NaiveDate> = rows.iter().map(|it| it.day).collect();
    days.sort_unstable();
    let last_since = days.get(days.len() * 7 / 10).copied();
    let (mut later, mut moved) = (Vec::new(), None);
    if let Some(since) = last_since {
        let known: Vec<Row> = rows.iter().filter_map(|it| it.known_before(since)).collect();
        let last: Vec<Row> = rows.iter().filter(|it| it.day >= since).cloned().collect();
        if let Ok(learned) = judge(scorecard, measures, &known, last.clone(), &mut later) {
            let points = |rows: &[Row]| -> Vec<i32> {
                rows.iter().map(|it| sum(&learned, measures, &it.measures).points).collect()
            };
            moved = stability(&points(&known), &points(&last));
        }
    }
    let out_of_time = (!later.is_empty()).then(|| standings(&later));
    Ok(Report { by_customer, out_of_time, last_since, stability: moved })
}

/// A row beside what was forecast of it, by each way.
struct Judged {
    row: Row,
    forecasts: [Forecast; 3],
}

/// The ways to forecast, in the order of [`Judged`].
const WAYS: [&str; 3] = ["scorecard", "own past share", "base rate"];

fn judge(
    name: &Reference,
    measures: &[Measure],
    known: &[Row],
    asked: Vec<Row>,
    into: &mut Vec<Judged>,
) -> Result<Scorecard, Untaught> {
    let learned = learn(name.clone(), measures, known)?;
    let base = base_rates(known);
    for row in asked {
        let scorecard = chances(sum(&learned, measures, &row.measures));
        let own = own_past(measures, &row, base);
        into.push(Judged { row, forecasts: [scorecard, own, base] });
    }
    Ok(learned)
}

/// What holds on average.
fn base_rates(rows: &[Row]) -> Forecast {
    let late_ppm = LATE_DAYS.map(|days| {
        let known: Vec<bool> = rows.iter().filter_map(|it| it.outcome.later_than(days)).collect();
        let late = known.iter().filter(|it| **it).count();
        let share = float(late) / float(known.len().max(1));
        u32::try_from(whole(share * 1e6)).unwrap_or(0)
    });
    let days: Vec<i64> = rows.iter().filter_map(|it| it.outcome.late_days()).collect();
    let mean = days.iter().sum::<i64>() * 100 / i64::try_from(days.len().max(1)).unwrap_or(1);
    Forecast { late_ppm, days: mean }
}

/// The customer's own share so far; the average of what is not known.
fn own_past(measures: &[Measure], row: &Row, base: Forecast) -> Forecast {
    let value = |measure: Measure| {
        let found = measures.iter().zip(&row.measures).find(|(it, _)| **it == measure);
        found.and_then(|(_, value)| *value)
    };
    let mut forecast = base;
    let shares = [Measure::LateShare, Measure::Late15Share, Measure::Late30Share];
    for (place, share) in forecast.late_ppm.iter_mut().zip(shares) {
        let own = value(share).and_then(|it| u32::try_from(it * 1_000).ok());
        *place = own.unwrap_or(*place);
    }
    forecast.days = value(Measure::DaysBeyondTerms).map_or(base.days, |it| it.max(0));
    forecast
}

fn standings(judged: &[Judged]) -> Vec<Standing> {
    let ways = WAYS.iter().enumerate().map(|(way, name)| {
        let forecast = |it: &Judged| it.forecasts.get(way).copied();
        let of = |place: usize, threshold: i64| {
            let pairs = judged.iter().filter_map(|it| {
                let chance = f64::from(*forecast(it)?.late_ppm.get(place)?) / 1e6;
                Some((chance, it.row.outcome.later_than(threshold)?))
            });
            let (chances, happened): (Vec<_>, Vec<_>) = pairs.unzip();
            odds(&chances, &happened)
        };
        let [late, late15, late30] = LATE_DAYS;
        let pairs = judged.iter().filter_map(|it| {
            let took = i32::try_from(it.row.outcome.late_days()?).ok()?;
            let expected = i32::try_from(forecast(it)?.days).ok()?;
            Some((f64::from(expected) / 100.0, f64::from(took)))
        });
        let (expected, took): (Vec<_>, Vec<_>) = pairs.unzip();
        Standing {
            name,
            odds: [of(0, late), of(1, late15), of(2, late30)],
            days: days(&expected, &took),
        }
    });
    ways.collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "customers left out, a fifth at a time")?;
        table(f, &self.by_customer)?;
        let since = self.last_since.map(|it| it.to_string()).unwrap_or_default();
        match &self.out_of_time {
            Some(standings) => {
                writeln!(f, "\nfrom {since} on, by what was known before")?;
                table(f, standings)?;
            }
            None => writeln!(f, "\nbefore {since} too little was known to judge what came after")?,
        }
        if let Some(moved) = self.stability {
            writeln!(f, "\nthe points have moved by {moved:.3} (population stability index)")?;
        }
        let scorecard = self.by_customer.first().map(|it| &it.odds);
        for (days, odds) in LATE_DAYS.iter().zip(scorecard.into_iter().flatten()) {
            let Some(odds) = odds else { continue };
            writeln!(f, "\nmore than {days} days late: forecast and happened, customers left out")?;
            for it in &odds.groups {
                writeln!(f, "{:>6}  {:.3}  {:.3}", it.rows, it.forecast, it.happened)?;
            }
        }
        Ok(())
    }
}

fn table(f: &mut fmt::Formatter<'_>, standings: &[Standing]) -> fmt::Result {
    writeln!(
        f,
        "{:<16}{:<8}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}",
        "", "", "rows", "rate", "gini", "auc", "ks", "brier", "logloss", "ece"
    )?;
    for it in standings {
        for (days, odds) in LATE_DAYS.iter().zip(&it.odds) {
            let Some(odds) = odds else { continue };
            writeln!(
                f,
                "{:<16}{:<8}{:>7}{:>8.4}{:>8.4}{:>8.4}{:>8.4}{:>8.4}{:>9.4}{:>8.4}",
                it.name,
                format!("> {days}"),
                odds.rows,
                odds.rate,
                odds.gini,
                odds.auc,
                odds.ks,
                odds.brier,
                odds.log_loss,
                odds.ece
            )?;
        }
        if let Some(days) = it.days {
            writeln!(
                f,
                "{:<16}{:<8}{:>7}  mae {:.2}, rmse {:.2}, bias {:+.2}",
                it.name, "days", days.rows, days.mae, days.rmse, days.bias
            )?;
        }
    }
    Ok(())
}

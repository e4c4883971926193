//! From rows to a scorecard.

use events::{
    Reference,
    risk::{Bin, Cap, Characteristic, Grade, Measure, Scorecard, Weights},
};
use risk::{behaviour::LATE_DAYS, score::odds::chance_ppm};

use crate::{
    Forecast, Row,
    bins::{Bins, Fineness},
    fit::{Design, Direction, Penalty},
    folds,
    number::{float, whole},
};

/// Fine enough for what payments depend on, coarse enough to be read.
const FINENESS: Fineness = Fineness { bins_max: 10, share_min: 0.025 };

/// Chosen once, on two histories of payments together, by customers left out: half or twice as much
/// moves AUC by less than 0.004.
const PENALTY: Penalty = Penalty { smooth: 150.0, ridge: 10.0, unknown: 10.0 };

/// Of customers, each forecast by what the others teach, to see how bold one may be.
const GROUPS: usize = 5;

/// Fewer rows teach nothing.
const ROWS_MIN: usize = 50;

/// In points: so many more double the odds of a payment that is not more than 15 days late.
const POINTS_TO_DOUBLE: f64 = 20.0;
/// In points: as likely as not more than 15 days late.
const POINTS_AT_EVENS: f64 = 500.0;

/// A quarter of a doubling of the odds: what a customer gains or loses by one invoice moves no grade
/// to and fro.
const UP_BUFFER: i32 = 5;
/// A grade is kept for a month before a better one.
const UP_AFTER_DAYS: u16 = 30;

/// How many of a thousand customers have grade A, A or B, A to C, A to D.
const GRADES: [usize; 4] = [200, 500, 800, 950];

/// What no history of payments teaches: a court's notice, and a claim that nobody expects any more.
const CAPS: [Cap; 3] = [
    Cap { measure: Measure::Notice, from: 1, grade: Grade::D },
    Cap { measure: Measure::Notice, from: 2, grade: Grade::E },
    Cap { measure: Measure::OldestOverdue, from: 91, grade: Grade::D },
];
/// Why there is no scorecard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untaught {
    /// Too little is known.
    #[error("{known} rows of {} have an outcome that is known, and {ROWS_MIN} are needed", .of)]
    TooFew {
        /// Rows whose outcome is known.
        known: usize,
        /// Rows.
        of: usize,
    },
    /// A row has more or fewer figures than there are measures.
    #[error("row {row} has {figures} figures for {measures} measures")]
    Figures {
        /// Which, from 1.
        row: usize,
        /// How many it has.
        figures: usize,
        /// How many there should be.
        measures: usize,
    },
    /// The equations have no solution: some figure is not a number.
    #[error("the equations have no solution")]
    Unsolvable,
}

/// Learns a scorecard.
///
/// Points follow from the log-odds of more than 15 days late: 500 where that is as likely as not, and
/// 20 more for half those odds. Grades are given by rank: a fifth of the rows has A, half A or B.
///
/// # Errors
///
/// [`Untaught`] if that cannot be done.
pub fn learn(
    scorecard: Reference,
    measures: &[Measure],
    rows: &[Row],
) -> Result<Scorecard, Untaught> {
    for (place, row) in rows.iter().enumerate() {
        let (figures, measures) = (row.measures.len(), measures.len());
        if figures != measures {
            return Err(Untaught::Figures { row: place + 1, figures, measures });
        }
    }
    let figures: Vec<Figure> = (0..measures.len())
        .map(|place| Figure::of(place, rows))
        .zip(measures)
        .filter(|(it, _)| it.tells(rows))
        .map(|(figure, measure)| Figure { measure: Some(*measure), ..figure })
        .collect();
    let mut base = [0.0; 4];
    let mut worth: Vec<Vec<[f64; 4]>> =
        figures.iter().map(|it| vec![[0.0; 4]; it.bins.len()]).collect();
    for (target, base) in base.iter_mut().enumerate() {
        let known: Vec<&Row> = rows.iter().filter(|it| outcome(it, target).is_some()).collect();
        if known.len() < ROWS_MIN {
            return Err(Untaught::TooFew { known: known.len(), of: rows.len() });
        }
        let design = design(&figures, &known);
        let outcomes = known.iter().filter_map(|it| outcome(it, target));
        let fitted = if target < LATE_DAYS.len() {
            let outcomes: Vec<bool> = outcomes.map(|it| it > 0.5).collect();
            let groups = folds(known.iter().map(|it| it.customer.as_str()), GROUPS);
            design
                .fit_odds(&outcomes, PENALTY)
                .and_then(|it| design.embolden(&outcomes, PENALTY, &groups, it))
        } else {
            design.fit_days(&outcomes.collect::<Vec<_>>(), PENALTY)
        };
        let fitted = fitted.ok_or(Untaught::Unsolvable)?;
        *base = fitted.last().copied().unwrap_or(0.0);
        for (place, bins) in worth.iter_mut().enumerate() {
            let (mean, off) = centred(design.of(place, &fitted), &design.counts(place));
            *base += mean;
            for (bin, off) in bins.iter_mut().zip(off) {
                if let Some(it) = bin.get_mut(target) {
                    *it = off;
                }
            }
        }
    }
    let characteristics = figures.iter().zip(&worth).filter_map(|(it, worth)| it.worth(worth));
    let mut learned = Scorecard {
        scorecard,
        base: Weights { points: whole(POINTS_AT_EVENS) + weights(base).points, ..weights(base) },
        characteristics: characteristics.collect(),
        grades: [0; 4],
        caps: CAPS.to_vec(),
        up_buffer: UP_BUFFER,
        up_after_days: UP_AFTER_DAYS,
    };
    learned.grades = grades(&learned, measures, rows);
    Ok(learned)
}

/// A figure that is looked at.
struct Figure {
    /// Its place in a row.
    place: usize,
    measure: Option<Measure>,
    bins: Bins,
}

impl Figure {
    fn of(place: usize, rows: &[Row]) -> Self {
        let values = rows.iter().map(|it| it.measures.get(place).copied().flatten());
        Self { place, measure: None, bins: Bins::of(values, FINENESS) }
    }

    fn bin(&self, row: &Row) -> usize {
        self.bins.place(row.measures.get(self.place).copied().flatten())
    }

    /// Whether not all rows are in one bin.
    fn tells(&self, rows: &[Row]) -> bool {
        let first = rows.first().map(|it| self.bin(it));
        rows.iter().any(|it| Some(self.bin(it)) != first)
    }

    /// As it stands in a scorecard; none if it is worth nothing.
    fn worth(&self, worth: &[[f64; 4]]) -> Option<Characteristic> {
        let mut worth: Vec<Weights> = worth.iter().map(|it| weights(*it)).collect();
        let unknown = worth.pop()?;
        if worth.iter().chain([&unknown]).all(|it| is_little(*it)) {
            return None;
        }
        let below = self.bins.below.iter().copied().map(Some).chain([None]);
        let bins = below.zip(worth).map(|(below, weights)| Bin { below, weights }).collect();
        Some(Characteristic { measure: self.measure?, unknown, bins })
    }
}

/// Whether nobody's forecast would change by a percent, nor a day by a tenth.
fn is_little(it: Weights) -> bool {
    [it.late, it.late15, it.late30].iter().all(|it| it.abs() < 20) && it.days.abs() < 10
}

fn design(figures: &[Figure], rows: &[&Row]) -> Design {
    let mut design = Design::new();
    for it in figures {
        design.figure(&it.bins, it.measure.map_or(Direction::Open, direction));
    }
    for row in rows {
        design.row(figures.iter().map(|it| it.bin(row)));
    }
    design
}

/// What is learned, by its number: later than each of [`LATE_DAYS`], or days late.
fn outcome(row: &Row, target: usize) -> Option<f64> {
    /// More is an accident, and would be all that is learned.
    const DAYS_MAX: i64 = 180;
    if let Some(days) = LATE_DAYS.get(target) {
        return row.outcome.later_than(*days).map(|it| if it { 1.0 } else { 0.0 });
    }
    i32::try_from(row.outcome.late_days()?.min(DAYS_MAX)).ok().map(f64::from)
}

/// What is known beforehand, whatever the tenant.
fn direction(measure: Measure) -> Direction {
    match measure {
        Measure::LateShare
        | Measure::Late15Share
        | Measure::Late30Share
        | Measure::DaysBeyondTerms
        | Measure::DaysByAmount
        | Measure::LastDaysBeyondTerms
        | Measure::DaysBeforeLast
        | Measure::DaysOfLastThree
        | Measure::TypicalDays
        | Measure::MostDays
        | Measure::OldestOverdue
        | Measure::OverdueShare
        | Measure::BrokenPromises
        | Measure::Bounced
        | Measure::Habit
        | Measure::Utilisation
        | Measure::Rating
        | Measure::Referenced
        | Measure::Notice => Direction::Worse,
        Measure::AltmanZ | Measure::ConanHolder | Measure::Opinion => Direction::Better,
        Measure::Trend
        | Measure::Spread
        | Measure::Settled
        | Measure::Tenure
        | Measure::SinceSettled
        | Measure::OpenItems
        | Measure::UsualAmount
        | Measure::DisputedShare
        | Measure::Drop
        | Measure::Amount
        | Measure::AmountToUsual
        | Measure::Terms
        | Measure::IssueDay
        | Measure::Waiting
        | Measure::Together
        | Measure::CurrentRatio
        | Measure::DebtToEquity => Direction::Open,
    }
}

/// The mean over all rows, and what each bin is off it: the base is then everybody's average, and a
/// bin says better or worse.
fn centred(worth: &[f64], counts: &[usize]) -> (f64, Vec<f64>) {
    let rows: usize = counts.iter().sum();
    let sum: f64 = worth.iter().zip(counts).map(|(worth, count)| worth * float(*count)).sum();
    let mean = sum / float(rows.max(1));
    (mean, worth.iter().map(|it| it - mean).collect())
}

/// In whole numbers.
fn weights([late, late15, late30, days]: [f64; 4]) -> Weights {
    Weights {
        points: whole(-late15 * POINTS_TO_DOUBLE / std::f64::consts::LN_2),
        late: whole(late * 1_000.0),
        late15: whole(late15 * 1_000.0),
        late30: whole(late30 * 1_000.0),
        days: whole(days * 100.0),
    }
}

/// The points of those who rank last within each grade.
fn grades(scorecard: &Scorecard, measures: &[Measure], rows: &[Row]) -> [i32; 4] {
    let mut points: Vec<i32> =
        rows.iter().map(|it| sum(scorecard, measures, &it.measures).points).collect();
    points.sort_unstable_by_key(|it| std::cmp::Reverse(*it));
    let mut before = i32::MAX;
    GRADES.map(|of_thousand| {
        let last = (points.len() * of_thousand / 1_000).saturating_sub(1);
        let threshold = points.get(last).copied().unwrap_or(0);
        before = threshold.min(before.saturating_sub(1));
        before
    })
}

/// What a scorecard comes to for a row: the base, and one bin of each characteristic. What is not
/// among the measures is not known.
pub fn sum(scorecard: &Scorecard, measures: &[Measure], row: &[Option<i64>]) -> Weights {
    let mut sum = scorecard.base;
    for it in &scorecard.characteristics {
        let value = measures.iter().zip(row).find(|(measure, _)| **measure == it.measure);
        let worth = match value.and_then(|(_, value)| *value) {
            Some(value) => {
                let holds = |bin: &&Bin| bin.below.is_none_or(|below| value < below);
                it.bins.iter().find(holds).map_or(it.unknown, |it| it.weights)
            }
            None => it.unknown,
        };
        sum.points = sum.points.saturating_add(worth.points);
        sum.late = sum.late.saturating_add(worth.late);
        sum.late15 = sum.late15.saturating_add(worth.late15);
        sum.late30 = sum.late30.saturating_add(worth.late30);
        sum.days = sum.days.saturating_add(worth.days);
    }
    sum
}

/// What to expect by a sum: who is 30 days late is 15 days late too.
pub fn chances(sum: Weights) -> Forecast {
    let late = chance_ppm(sum.late.into());
    let late15 = chance_ppm(sum.late15.into()).min(late);
    let late30 = chance_ppm(sum.late30.into()).min(late15);
    Forecast { late_ppm: [late, late15, late30], days: i64::from(sum.days).max(0) }
}

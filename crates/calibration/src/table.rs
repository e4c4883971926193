//! Tables without days: credit files, a column each of figures, and whether it ended badly.

use std::cmp::Reverse;

use risk::score::odds::chance_ppm;

use crate::{
    Untaught,
    bins::{Bins, Fineness},
    fit::{Design, Direction, Penalty},
    number::{chance, whole},
};

/// How a table is learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Teaching {
    /// How many pairs of columns are looked at together, beside each column for itself.
    pub pairs: usize,
}

/// A scorecard for a table: sums of whole numbers, as for customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Log-odds of what everybody begins with, in thousandths.
    base: i32,
    columns: Vec<Column>,
    pairs: Vec<Pair>,
}

/// What a column is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    bins: Bins,
    /// Of each bin, that of what is not known last; thousandths of log-odds.
    worth: Vec<i32>,
}

/// What two columns are worth together, beside what each is for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    columns: (usize, usize),
    bins: (Bins, Bins),
    /// Row by row of the first; thousandths of log-odds.
    worth: Vec<i32>,
}

/// Columns are many and rows too: finer than customers are cut, and less held together.
const FINENESS: Fineness = Fineness { bins_max: 16, share_min: 0.012 };
const PENALTY: Penalty = Penalty { smooth: 50.0, ridge: 2.5, unknown: 1.5 };
/// Of pairs.
const COARSE: Fineness = Fineness { bins_max: 4, share_min: 0.05 };

impl Table {
    /// Learns from columns of figures and what became of each row.
    ///
    /// # Errors
    ///
    /// [`Untaught`] if that cannot be done.
    pub fn learn(
        rows: &[Vec<Option<i64>>],
        outcomes: &[bool],
        teaching: Teaching,
    ) -> Result<Self, Untaught> {
        const ROWS_MIN: usize = 50;
        let known = rows.len().min(outcomes.len());
        let columns = rows.first().map_or(0, Vec::len);
        if known < ROWS_MIN {
            return Err(Untaught::TooFew { known, of: rows.len() });
        }
        for (place, row) in rows.iter().enumerate() {
            if row.len() != columns {
                let (row, figures) = (place + 1, row.len());
                return Err(Untaught::Figures { row, figures, measures: columns });
            }
        }
        let cut = |fineness: Fineness| -> Vec<Bins> {
            let of = |column| rows.iter().map(move |it| value(it, column));
            (0..columns).map(|it| Bins::of(of(it), fineness)).collect()
        };
        let fine = cut(FINENESS);
        let design = design(rows, &fine, &[]);
        let alone = design.fit_odds(outcomes, PENALTY).ok_or(Untaught::Unsolvable)?;
        let mut table = Self { base: 0, columns: Vec::new(), pairs: Vec::new() };
        let (design, fitted) = if teaching.pairs == 0 {
            (design, alone)
        } else {
            let off = design.sums(&alone).into_iter().zip(outcomes).map(|(sum, outcome)| {
                let chance = chance(sum);
                (if *outcome { 1.0 - chance } else { -chance }, chance * (1.0 - chance))
            });
            let coarse = cut(COARSE);
            let pairs = telling(rows, &coarse, &off.collect::<Vec<_>>(), teaching.pairs);
            let design = self::design(rows, &fine, &pairs);
            let fitted = design.fit_odds(outcomes, PENALTY).ok_or(Untaught::Unsolvable)?;
            table.pairs = pairs;
            (design, fitted)
        };
        let thousandths = |it: &[f64]| it.iter().map(|it| whole(it * 1_000.0)).collect::<Vec<_>>();
        table.base = whole(fitted.last().copied().unwrap_or(0.0) * 1_000.0);
        for (place, bins) in fine.into_iter().enumerate() {
            table.columns.push(Column { bins, worth: thousandths(design.of(place, &fitted)) });
        }
        for (place, pair) in table.pairs.iter_mut().enumerate() {
            pair.worth = thousandths(design.of(columns + place, &fitted));
        }
        Ok(table)
    }

    /// What a row comes to: log-odds in thousandths.
    pub fn sum(&self, row: &[Option<i64>]) -> i64 {
        let columns = self.columns.iter().enumerate().map(|(place, column)| {
            column.worth.get(column.bins.place(value(row, place))).copied().unwrap_or(0)
        });
        let pairs =
            self.pairs.iter().map(|it| it.worth.get(it.cell(row)).copied().unwrap_or(0));
        i64::from(self.base) + columns.chain(pairs).map(i64::from).sum::<i64>()
    }

    /// The chance that a row ends badly, in parts per million.
    pub fn chance_ppm(&self, row: &[Option<i64>]) -> u32 {
        chance_ppm(self.sum(row))
    }
}

impl Pair {
    fn cell(&self, row: &[Option<i64>]) -> usize {
        let (one, other) = (value(row, self.columns.0), value(row, self.columns.1));
        self.bins.0.place(one) * self.bins.1.len() + self.bins.1.place(other)
    }
}

fn value(row: &[Option<i64>], column: usize) -> Option<i64> {
    row.get(column).copied().flatten()
}

fn design(rows: &[Vec<Option<i64>>], columns: &[Bins], pairs: &[Pair]) -> Design {
    let mut design = Design::new();
    for bins in columns {
        design.figure(bins, Direction::Open);
    }
    for it in pairs {
        design.cells(it.bins.0.len(), it.bins.1.len());
    }
    for row in rows {
        let alone = columns.iter().enumerate().map(|(place, it)| it.place(value(row, place)));
        design.row(alone.chain(pairs.iter().map(|it| it.cell(row))));
    }
    design
}

/// The pairs that tell most of what the columns for themselves leave untold: by how much one step
/// towards it would help, cell by cell.
#[expect(clippy::indexing_slicing, reason = "the loops are bounded by the columns")]
fn telling(
    rows: &[Vec<Option<i64>>],
    bins: &[Bins],
    off: &[(f64, f64)],
    most: usize,
) -> Vec<Pair> {
    /// Weights of rows; a cell with few is not believed.
    const DOUBT: f64 = 3.0;
    let places: Vec<Vec<usize>> = bins
        .iter()
        .enumerate()
        .map(|(column, bins)| rows.iter().map(|it| bins.place(value(it, column))).collect())
        .collect();
    let mut gains = Vec::new();
    for one in 0..bins.len() {
        for other in 0..one {
            let mut cells = vec![(0.0, 0.0); bins[one].len() * bins[other].len()];
            for ((a, b), (off, weight)) in places[one].iter().zip(&places[other]).zip(off) {
                let cell = &mut cells[a * bins[other].len() + b];
                cell.0 += off;
                cell.1 += weight;
            }
            let gain: f64 = cells.iter().map(|(off, weight)| off * off / (weight + DOUBT)).sum();
            gains.push((gain, one, other));
        }
    }
    gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(Reverse(b.1).cmp(&Reverse(a.1))));
    let pair = |(_, one, other): (f64, usize, usize)| Pair {
        columns: (one, other),
        bins: (bins[one].clone(), bins[other].clone()),
        worth: Vec::new(),
    };
    gains.into_iter().take(most).map(pair).collect()
}


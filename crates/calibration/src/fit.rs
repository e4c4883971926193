//! Finding what the bins are worth: regression of log-odds, or of days, with as many unknowns as
//! bins, held together by penalties.

#![expect(clippy::indexing_slicing, reason = "the loops are bounded by the design they walk over")]

use crate::{
    algebra::Symmetric,
    bins::Bins,
    number::{chance, float, softplus},
};

/// Which bins each row falls into. Unknowns are numbered through: the bins of the first figure, then
/// those of the next, and what everybody begins with at the end.
#[derive(Debug, Clone)]
pub(crate) struct Design {
    figures: Vec<Figure>,
    /// So many places a row.
    width: usize,
    places: Vec<usize>,
    unknowns: usize,
}

/// The bins of a figure.
#[derive(Debug, Clone)]
struct Figure {
    first: usize,
    /// The last of them is what is not known, and has no neighbour.
    bins: usize,
    direction: Direction,
}

/// What is known beforehand of what a figure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// A higher value is never better.
    Worse,
    /// A higher value is never worse.
    Better,
    /// It may rise and fall.
    Open,
}

/// How strongly bins are held together, in rows whose outcome is as open as can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Penalty {
    /// To their neighbours.
    pub(crate) smooth: f64,
    /// To nothing.
    pub(crate) ridge: f64,
    /// What is not known, to nothing.
    pub(crate) unknown: f64,
}

impl Figure {
    fn neighbours(&self) -> impl Iterator<Item = (usize, usize)> {
        let known = self.first..self.first + self.bins - 1;
        known.clone().zip(known.skip(1))
    }
}

impl Design {
    pub(crate) fn new() -> Self {
        Self { figures: Vec::new(), width: 0, places: Vec::new(), unknowns: 0 }
    }

    /// A figure more; before any row is.
    pub(crate) fn figure(&mut self, bins: &Bins, direction: Direction) {
        let bins = bins.len();
        self.figures.push(Figure { first: self.unknowns, bins, direction });
        self.unknowns += bins;
        self.width += 1;
    }

    /// A row, by its bin of each figure.
    pub(crate) fn row(&mut self, bins: impl Iterator<Item = usize>) {
        self.places.extend(self.figures.iter().zip(bins).map(|(it, bin)| it.first + bin));
    }

    fn rows(&self) -> impl Iterator<Item = &[usize]> {
        self.places.chunks_exact(self.width.max(1))
    }

    /// The unknowns of a figure.
    pub(crate) fn of<'a>(&self, figure: usize, worth: &'a [f64]) -> &'a [f64] {
        let it = &self.figures[figure];
        &worth[it.first..it.first + it.bins]
    }

    /// How many rows fall into each bin of a figure.
    pub(crate) fn counts(&self, figure: usize) -> Vec<usize> {
        let it = &self.figures[figure];
        let mut counts = vec![0; it.bins];
        for row in self.rows() {
            counts[row[figure] - it.first] += 1;
        }
        counts
    }

    /// What each row comes to.
    pub(crate) fn sums(&self, worth: &[f64]) -> Vec<f64> {
        let base = worth[self.unknowns];
        self.rows().map(|row| row.iter().map(|it| worth[*it]).sum::<f64>() + base).collect()
    }

    /// What holds the unknowns, in units of an observation's weight.
    fn held(&self, penalty: Penalty, tied: &[(usize, usize)], unit: f64) -> Symmetric {
        /// Bins that must not differ are held together by more rows than there are.
        const TIE: f64 = 1e5;
        let mut held = Symmetric::zero(self.unknowns + 1);
        for figure in &self.figures {
            for bin in 0..figure.bins {
                let known = bin + 1 < figure.bins;
                let ridge = if known { penalty.ridge } else { penalty.unknown };
                held.add(figure.first + bin, figure.first + bin, ridge * unit);
            }
            for pair in figure.neighbours() {
                let strength = if tied.contains(&pair) { TIE } else { penalty.smooth } * unit;
                held.add(pair.0, pair.0, strength);
                held.add(pair.1, pair.1, strength);
                held.add(pair.1, pair.0, -strength);
            }
        }
        held.add(self.unknowns, self.unknowns, 1e-9);
        held
    }

    /// Neighbours that differ in a way that cannot be.
    fn astray(&self, worth: &[f64]) -> Vec<(usize, usize)> {
        /// In log-odds or days: less is a matter of rounding.
        const NOISE: f64 = 1e-4;
        let pairs = self
            .figures
            .iter()
            .flat_map(|figure| figure.neighbours().map(|it| (figure.direction, it)));
        let astray = pairs.filter(|(direction, (one, other))| match direction {
            Direction::Worse => worth[*other] < worth[*one] - NOISE,
            Direction::Better => worth[*other] > worth[*one] + NOISE,
            Direction::Open => false,
        });
        astray.map(|(_, pair)| pair).collect()
    }

    /// Fits, ties what went astray, and fits again until nothing does.
    fn directed(
        &self,
        mut fit: impl FnMut(&[(usize, usize)]) -> Option<Vec<f64>>,
    ) -> Option<Vec<f64>> {
        /// Each time at least one more pair is tied; in practice a handful of times.
        const TIMES_MAX: usize = 12;
        let mut tied = Vec::new();
        let mut worth = fit(&tied)?;
        for _ in 0..TIMES_MAX {
            let astray = self.astray(&worth);
            let more: Vec<_> = astray.into_iter().filter(|it| !tied.contains(it)).collect();
            if more.is_empty() {
                break;
            }
            tied.extend(more);
            worth = fit(&tied)?;
        }
        Some(worth)
    }

    /// The log-odds that make these outcomes likely.
    pub(crate) fn fit_odds(&self, outcomes: &[bool], penalty: Penalty) -> Option<Vec<f64>> {
        /// With fewer of either kind nothing can be told but how often it happens.
        const EVENTS_MIN: usize = 5;
        let events = outcomes.iter().filter(|it| **it).count();
        let rate = (float(events) + 0.5) / (float(outcomes.len()) + 1.0);
        let mut start = vec![0.0; self.unknowns + 1];
        start[self.unknowns] = libm::log(rate / (1.0 - rate));
        if events < EVENTS_MIN || outcomes.len() - events < EVENTS_MIN {
            return Some(start);
        }
        self.directed(|tied| {
            let held = self.held(penalty, tied, 0.2);
            start = self.newton(outcomes, &held, start.clone())?;
            Some(start.clone())
        })
    }

    /// Makes log-odds as bold as they may be: held together by penalties they are too timid, most of
    /// all with few rows. Each group is forecast by what the others teach; the factor that would have
    /// suited these forecasts best is taken for all bins, and the base is set so that the mean
    /// forecast is how often it happens.
    pub(crate) fn embolden(
        &self,
        outcomes: &[bool],
        penalty: Penalty,
        groups: &[usize],
        mut worth: Vec<f64>,
    ) -> Option<Vec<f64>> {
        /// Beyond, it is not timidity but a fluke.
        const FACTOR: (f64, f64) = (0.8, 1.5);
        let (mut sums, mut happened) = (Vec::new(), Vec::new());
        let last = groups.iter().max().copied().unwrap_or(0);
        for group in 0..=last {
            let (inside, others) =
                (self.of_group(groups, group, true), self.of_group(groups, group, false));
            let of = |inside: bool| -> Vec<bool> {
                let rows = outcomes.iter().zip(groups).filter(|(_, it)| (**it == group) == inside);
                rows.map(|(outcome, _)| *outcome).collect()
            };
            sums.extend(inside.sums(&others.fit_odds(&of(false), penalty)?));
            happened.extend(of(true));
        }
        let (_, factor) = line(&sums, &happened, None);
        let factor = factor.clamp(FACTOR.0, FACTOR.1);
        for it in &mut worth {
            *it *= factor;
        }
        let (shift, _) = line(&self.sums(&worth), outcomes, Some(1.0));
        worth[self.unknowns] += shift;
        Some(worth)
    }

    /// The rows of a group, or of all others.
    fn of_group(&self, groups: &[usize], group: usize, inside: bool) -> Self {
        let rows = self.rows().zip(groups).filter(|(_, it)| (**it == group) == inside);
        let places = rows.flat_map(|(row, _)| row).copied().collect();
        Self { figures: self.figures.clone(), places, ..*self }
    }

    /// Newton's steps, each halved until it leads downhill.
    fn newton(&self, outcomes: &[bool], held: &Symmetric, mut worth: Vec<f64>) -> Option<Vec<f64>> {
        const STEPS_MAX: usize = 50;
        let mut loss = self.loss(outcomes, held, &worth);
        for _ in 0..STEPS_MAX {
            let sums = self.sums(&worth);
            let mut slope = held.times(&worth);
            let mut curve = held.clone();
            for ((row, sum), outcome) in self.rows().zip(&sums).zip(outcomes) {
                let chance = chance(*sum);
                let off = chance - if *outcome { 1.0 } else { 0.0 };
                self.observe(row, off, chance * (1.0 - chance), &mut slope, &mut curve);
            }
            let step = curve.solve(&slope)?;
            let mut size = 1.0;
            let (next, next_loss) = loop {
                let next: Vec<f64> =
                    worth.iter().zip(&step).map(|(it, step)| it - size * step).collect();
                let next_loss = self.loss(outcomes, held, &next);
                if next_loss <= loss || size < 1e-6 {
                    break (next, next_loss);
                }
                size /= 2.0;
            };
            let moved = step.iter().fold(0.0, |most: f64, it| most.max((it * size).abs()));
            (worth, loss) = (next, next_loss.min(loss));
            if moved < 1e-6 {
                break;
            }
        }
        Some(worth)
    }

    fn loss(&self, outcomes: &[bool], held: &Symmetric, worth: &[f64]) -> f64 {
        let sums = self.sums(worth);
        let loss =
            |(sum, outcome): (&f64, &bool)| softplus(*sum) - if *outcome { *sum } else { 0.0 };
        let seen: f64 = sums.iter().zip(outcomes).map(loss).sum();
        let pull: f64 = held.times(worth).iter().zip(worth).map(|(a, b)| a * b).sum();
        seen + pull / 2.0
    }

    /// The days that come closest to these.
    pub(crate) fn fit_days(&self, days: &[f64], penalty: Penalty) -> Option<Vec<f64>> {
        self.directed(|tied| {
            let mut curve = self.held(penalty, tied, 1.0);
            let mut right = vec![0.0; self.unknowns + 1];
            for (row, days) in self.rows().zip(days) {
                self.observe(row, *days, 1.0, &mut right, &mut curve);
            }
            curve.solve(&right)
        })
    }

    /// Adds a row to the equations.
    fn observe(
        &self,
        row: &[usize],
        off: f64,
        weight: f64,
        slope: &mut [f64],
        curve: &mut Symmetric,
    ) {
        slope[self.unknowns] += off;
        curve.add(self.unknowns, self.unknowns, weight);
        for (at, one) in row.iter().enumerate() {
            slope[*one] += off;
            curve.add(self.unknowns, *one, weight);
            for other in &row[..=at] {
                curve.add(*one, *other, weight);
            }
        }
    }
}

/// The shift and the factor that make log-odds fit what happened best; the factor may be given.
fn line(sums: &[f64], happened: &[bool], factor: Option<f64>) -> (f64, f64) {
    /// Enough for two unknowns.
    const STEPS: usize = 25;
    let (mut shift, mut slope) = (0.0, factor.unwrap_or(1.0));
    for _ in 0..STEPS {
        let (mut off, mut off_x) = (0.0, 0.0);
        // A weight of nothing but a trace, so that the equations have a solution.
        let (mut all, mut all_x, mut all_xx) = (1e-9, 0.0, 1e-9);
        for (x, happened) in sums.iter().zip(happened) {
            let chance = chance(shift + slope * x);
            let (wrong, weight) =
                (if *happened { 1.0 } else { 0.0 } - chance, chance * (1.0 - chance));
            off += wrong;
            off_x += wrong * x;
            all += weight;
            all_x += weight * x;
            all_xx += weight * x * x;
        }
        if factor.is_some() {
            shift += (off / all).clamp(-1.0, 1.0);
            continue;
        }
        let determinant = all * all_xx - all_x * all_x;
        if determinant <= 0.0 {
            return (shift, slope);
        }
        shift += ((off * all_xx - off_x * all_x) / determinant).clamp(-1.0, 1.0);
        slope += ((off_x * all - off * all_x) / determinant).clamp(-0.5, 0.5);
    }
    (shift, slope)
}

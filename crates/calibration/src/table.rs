//! Tables without days: credit files, a column each of figures, and whether it ended badly.
//!
//! Ratios of a balance sheet say little each for itself and much together, so a sum of bins is not
//! enough here. A table is a long list of questions instead, each with one or two that follow from
//! its answer ("is the ninth ratio below 1.2? then: is the third unknown?"), and each answer is worth
//! so many thousandths of log-odds. They are found one after the other, each where the questions
//! before it are still wrong (gradient boosting). What a row comes to is a sum of whole numbers, and
//! [`Table::reasons`] says exactly what each column has added to it.

#![expect(clippy::indexing_slicing, reason = "the loops are bounded by the rows and the columns")]

use risk::score::odds::chance_ppm;

use crate::{
    Untaught,
    bins::{Bins, Fineness},
    number::{chance, float, whole},
};

/// How long the list is, and how much each question is believed: chosen once, on three credit files
/// together.
const QUESTIONS: usize = 800;
const BELIEF: f64 = 0.03;
/// How many ends a question has, those that follow counted in.
const ENDS: usize = 6;
/// Fewer rows do not make an end.
const ROWS_AT_END_MIN: usize = 10;
/// Rows whose outcome is as open as can be, times four: an end with few is not believed.
const DOUBT: f64 = 3.0;
/// Of ten columns, how many are looked at for one question: what tells the same takes turns.
const COLUMNS_OF_TEN: u64 = 3;
const FINENESS: Fineness = Fineness { bins_max: 64, share_min: 0.0 };

/// A row that something can be learned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Borrower {
    /// What stands in each column, in any unit; none: nothing does.
    pub figures: Vec<Option<i64>>,
    /// Whether it ended badly.
    pub bad: bool,
}

/// A list of questions about the columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: usize,
    questions: Vec<Question>,
}

/// What a column adds to the sum of a row, or takes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Which column, from 0.
    pub column: usize,
    /// Log-odds in thousandths; more is worse.
    pub thousandths: i64,
}

/// A question and those that follow: a small tree, the first of its nodes on top.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    /// What those who come here are worth; thousandths of log-odds, times [`FINE`].
    worth: i64,
    ask: Option<Ask>,
}

/// Whether a column is below a value, and where each answer leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ask {
    column: usize,
    below: i64,
    /// Whether what is not known counts as below.
    unknown_below: bool,
    then: usize,
    otherwise: usize,
}

/// A thousand questions are rounded a thousand times: to a thousandth of a thousandth.
const FINE: i64 = 1_000;

impl Table {
    /// Learns from columns of figures and what became of each row.
    ///
    /// # Errors
    ///
    /// [`Untaught`] if that cannot be done.
    pub fn learn(rows: &[Borrower]) -> Result<Self, Untaught> {
        const ROWS_MIN: usize = 50;
        let known = rows.len();
        let columns = rows.first().map_or(0, |it| it.figures.len());
        if known < ROWS_MIN {
            return Err(Untaught::TooFew { known, of: rows.len() });
        }
        for (place, row) in rows.iter().enumerate() {
            if row.figures.len() != columns {
                let (row, figures) = (place + 1, row.figures.len());
                return Err(Untaught::Figures { row, figures, measures: columns });
            }
        }
        let mut school = School::open(rows, columns);
        let bad = rows.iter().filter(|it| it.bad).count();
        let rate = (float(bad) + 0.5) / (float(known) + 1.0);
        let base = libm::log(rate / (1.0 - rate));
        let mut questions = vec![school.same_for_all(base)];
        for number in 0..QUESTIONS {
            questions.push(school.question(number));
        }
        Ok(Self { columns, questions })
    }

    /// What a row comes to: log-odds in thousandths.
    pub fn sum(&self, row: &[Option<i64>]) -> i64 {
        let ends = self.questions.iter().filter_map(|it| it.way(row).last());
        ends.map(|it| it.worth).sum::<i64>().div_euclid(FINE)
    }

    /// The chance that a row ends badly, in parts per million.
    pub fn chance_ppm(&self, row: &[Option<i64>]) -> u32 {
        chance_ppm(self.sum(row))
    }

    /// What each column adds to the sum of a row beyond what all rows have in common, the weightiest
    /// first: along each question, what every answer changed.
    pub fn reasons(&self, row: &[Option<i64>]) -> Vec<Reason> {
        let mut sums = vec![0; self.columns];
        for question in &self.questions {
            let way: Vec<&Node> = question.way(row).collect();
            for step in way.windows(2) {
                if let Some(ask) = step[0].ask {
                    sums[ask.column] += step[1].worth - step[0].worth;
                }
            }
        }
        let reason = |(column, sum): (usize, i64)| Reason { column, thousandths: sum / FINE };
        let mut reasons: Vec<_> = sums.into_iter().enumerate().map(reason).collect();
        reasons.sort_by_key(|it| (std::cmp::Reverse(it.thousandths.abs()), it.column));
        reasons
    }
}

impl Question {
    /// The nodes a row comes through, the first one first.
    fn way(&self, row: &[Option<i64>]) -> impl Iterator<Item = &Node> {
        let next = |it: &&Node| {
            let ask = it.ask?;
            let value = row.get(ask.column).copied().flatten();
            let below = value.map_or(ask.unknown_below, |it| it < ask.below);
            self.nodes.get(if below { ask.then } else { ask.otherwise })
        };
        std::iter::successors(self.nodes.first(), next)
    }
}

/// Where questions are found.
struct School {
    columns: Vec<Column>,
    outcomes: Vec<bool>,
    /// What each row comes to so far, in log-odds.
    sums: Vec<f64>,
}

/// A column, cut into bins.
struct Column {
    bins: Bins,
    /// The bin of each row.
    places: Vec<usize>,
}

/// How wrong the sum is for some rows: what is to be added, and how much is certain of it.
#[derive(Debug, Clone, Copy, Default)]
struct Wrong {
    rows: usize,
    off: f64,
    weight: f64,
}

/// A way to part the rows of a node.
struct Parting {
    gain: f64,
    column: usize,
    bin: usize,
    unknown_below: bool,
}

impl Wrong {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.off += other.off;
        self.weight += other.weight;
    }

    fn without(self, other: Self) -> Self {
        Self {
            rows: self.rows - other.rows,
            off: self.off - other.off,
            weight: self.weight - other.weight,
        }
    }

    fn gain(self) -> f64 {
        self.off * self.off / (self.weight + DOUBT)
    }

    fn worth(self) -> f64 {
        BELIEF * self.off / (self.weight + DOUBT)
    }
}

/// In whole numbers.
fn node(worth: f64) -> Node {
    let fine = 1e6;
    Node { worth: whole(worth * fine).into(), ask: None }
}

impl School {
    fn open(rows: &[Borrower], columns: usize) -> Self {
        let column = |place: usize| {
            let values = || rows.iter().map(|it| it.figures[place]);
            let bins = Bins::of(values(), FINENESS);
            Column { places: values().map(|it| bins.place(it)).collect(), bins }
        };
        Self {
            columns: (0..columns).map(column).collect(),
            outcomes: rows.iter().map(|it| it.bad).collect(),
            sums: vec![0.0; rows.len()],
        }
    }

    fn same_for_all(&mut self, base: f64) -> Question {
        for it in &mut self.sums {
            *it += base;
        }
        Question { nodes: vec![node(base)] }
    }

    /// The next question, and what it is worth for each row.
    fn question(&mut self, number: usize) -> Question {
        let wrong: Vec<Wrong> = self
            .sums
            .iter()
            .zip(&self.outcomes)
            .map(|(sum, outcome)| {
                let chance = chance(*sum);
                let off = if *outcome { 1.0 } else { 0.0 } - chance;
                Wrong { rows: 1, off, weight: chance * (1.0 - chance) }
            })
            .collect();
        let asked: Vec<usize> =
            (0..self.columns.len()).filter(|it| is_asked(number, *it)).collect();
        let everybody: Vec<usize> = (0..self.sums.len()).collect();
        let mut nodes = vec![node(0.0)];
        let mut ends = vec![(0, everybody)];
        let mut partings = vec![self.parting(&ends[0].1, &wrong, &asked)];
        while ends.len() < ENDS {
            // The first of those that gain most.
            let gain = |it: &Option<Parting>| it.as_ref().map_or(0.0, |it| it.gain);
            let best = (0..ends.len())
                .reduce(|a, b| if gain(&partings[b]) > gain(&partings[a]) { b } else { a });
            let Some(best) = best else { break };
            let Some(parting) = partings[best].take() else { break };
            let (at, rows) = ends.swap_remove(best);
            partings.swap_remove(best);
            let column = &self.columns[parting.column];
            let unknown = column.bins.len() - 1;
            let is_below = |row: &usize| {
                let place = column.places[*row];
                if place == unknown { parting.unknown_below } else { place <= parting.bin }
            };
            let (then, otherwise): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_below);
            nodes[at].ask = Some(Ask {
                column: parting.column,
                below: column.bins.below.get(parting.bin).copied().unwrap_or(i64::MAX),
                unknown_below: parting.unknown_below,
                then: nodes.len(),
                otherwise: nodes.len() + 1,
            });
            for rows in [then, otherwise] {
                let mut sum = Wrong::default();
                for it in &rows {
                    sum.add(wrong[*it]);
                }
                partings.push(self.parting(&rows, &wrong, &asked));
                ends.push((nodes.len(), rows));
                nodes.push(node(sum.worth()));
            }
        }
        for (at, rows) in &ends {
            let worth = f64::from(i32::try_from(nodes[*at].worth).unwrap_or(0)) / 1e6;
            for it in rows {
                self.sums[*it] += worth;
            }
        }
        Question { nodes }
    }

    /// The way to part these rows that gains most; none if none gains anything.
    fn parting(&self, rows: &[usize], wrong: &[Wrong], asked: &[usize]) -> Option<Parting> {
        let mut all = Wrong::default();
        for it in rows {
            all.add(wrong[*it]);
        }
        let mut best: Option<Parting> = None;
        let mut bins = Vec::new();
        for &column in asked {
            let it = &self.columns[column];
            bins.clear();
            bins.resize(it.bins.len(), Wrong::default());
            for row in rows {
                bins[it.places[*row]].add(wrong[*row]);
            }
            let unknown = bins.pop().unwrap_or_default();
            let last = bins.len() - 1;
            for unknown_below in [false, true] {
                if unknown_below && unknown.rows == 0 {
                    continue;
                }
                let mut below = if unknown_below { unknown } else { Wrong::default() };
                for (bin, sum) in bins.iter().enumerate() {
                    below.add(*sum);
                    // All that is known against what is not is a question too.
                    if bin == last && (unknown_below || unknown.rows == 0) {
                        break;
                    }
                    let above = all.without(below);
                    if below.rows.min(above.rows) < ROWS_AT_END_MIN {
                        continue;
                    }
                    let gain = below.gain() + above.gain() - all.gain();
                    if gain > best.as_ref().map_or(1e-9, |it| it.gain) {
                        best = Some(Parting { gain, column, bin, unknown_below });
                    }
                }
            }
        }
        best
    }
}

/// Whether a column is looked at for a question: as if by lot, and always the same.
fn is_asked(question: usize, column: usize) -> bool {
    let of = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
    let mut it = of(question).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    it ^= of(column).wrapping_mul(0xd1b5_4a32_d192_ed03);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (it ^ (it >> 31)) % 10 < COLUMNS_OF_TEN
}

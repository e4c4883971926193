//! Medians: a JSON object per figure as soon as it is known, a table at the end.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::measure::Run;

/// One figure of one peer, taken several times.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) peer: &'static str,
    pub(crate) variant: String,
    pub(crate) unit: &'static str,
    pub(crate) runs: Vec<Run>,
    /// What else a reader needs to compare it.
    pub(crate) facts: Value,
}

/// A figure as it is printed: medians of all runs, and the rate and count of each.
#[derive(Debug, Serialize)]
struct Line<'a> {
    peer: &'a str,
    variant: &'a str,
    unit: &'a str,
    rate: Value,
    runs: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_us: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_us: Option<Value>,
    count: Vec<u64>,
    #[serde(flatten)]
    facts: Value,
}

#[derive(Debug)]
pub(crate) struct Report {
    rows: Vec<[String; 6]>,
}

impl Report {
    pub(crate) fn new(machine: &Value) -> Self {
        println!("{machine}");
        Self { rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, figure: Figure) {
        let Figure { peer, variant, unit, runs, facts } = figure;
        let rate = median(runs.iter().map(Run::rate)).unwrap_or_default();
        let p50 = median(runs.iter().filter_map(|it| it.p50).map(micros));
        let p99 = median(runs.iter().filter_map(|it| it.p99).map(micros));

        let line = Line {
            peer,
            variant: &variant,
            unit,
            rate: rounded(rate),
            runs: runs.iter().map(|it| rounded(it.rate())).collect(),
            p50_us: p50.map(rounded),
            p99_us: p99.map(rounded),
            count: runs.iter().map(|it| it.count).collect(),
            facts,
        };
        println!("{}", serde_json::to_string(&line).expect("a line has string keys"));

        let spread = match (
            runs.iter().map(Run::rate).reduce(f64::min),
            runs.iter().map(Run::rate).reduce(f64::max),
        ) {
            (Some(least), Some(most)) if runs.len() > 1 => {
                format!("{}–{}", thousands(least), thousands(most))
            }
            _ => String::new(),
        };
        let millis =
            |it: Option<f64>| it.map_or(String::new(), |it| format!("{:.3}", it / 1_000.0));
        self.rows.push([
            format!("{peer}  {variant}"),
            thousands(rate),
            unit.to_owned(),
            millis(p50),
            millis(p99),
            spread,
        ]);
    }

    /// The table, for people.
    pub(crate) fn table(&self) {
        if self.rows.is_empty() {
            return;
        }
        let head = ["peer", "median", "", "p50 ms", "p99 ms", "least–most"].map(str::to_owned);
        let mut widths = head.clone().map(|it| it.chars().count());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        eprintln!();
        for row in std::iter::once(&head).chain(&self.rows) {
            let cells = row.iter().zip(widths).enumerate();
            // Names to the left, figures to the right.
            let cells = cells.map(|(at, (cell, width))| match at {
                0 | 2 => format!("{cell:width$}"),
                _ => format!("{cell:>width$}"),
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            eprintln!("{}", line.trim_end());
        }
    }
}

/// The middle one; of an even number, the lower middle.
fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().saturating_sub(1) / 2).copied()
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

fn rounded(figure: f64) -> Value {
    if figure >= 1_000.0 {
        json!(figure.round() as u64)
    } else {
        json!((figure * 10.0).round() / 10.0)
    }
}

fn thousands(figure: f64) -> String {
    let digits = (figure.round() as u64).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

use std::{io::Write as _, time::Duration};

/// What a measurement found, as a line a person reads and a line a program reads.
#[derive(Debug, serde::Serialize)]
pub(super) struct Figures {
    /// What was measured.
    pub(super) what: String,
    /// How often a second, of each run.
    pub(super) per_second: Vec<u64>,
    /// The median of them.
    pub(super) median_per_second: u64,
    /// Microseconds within which half of the answers came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p50_us: Option<u64>,
    /// Microseconds within which 99 of 100 came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p99_us: Option<u64>,
}

impl Figures {
    /// From the rates of several runs and the times of their answers, in microseconds.
    pub(super) fn new(what: impl Into<String>, per_second: Vec<u64>, mut micros: Vec<u32>) -> Self {
        micros.sort_unstable();
        let at = |percent: usize| {
            let index = (micros.len() * percent / 100).min(micros.len().checked_sub(1)?);
            micros.get(index).map(|it| u64::from(*it))
        };
        let mut sorted = per_second.clone();
        sorted.sort_unstable();
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        let (p50_us, p99_us) = (at(50), at(99));
        Self { what: what.into(), per_second, median_per_second: median, p50_us, p99_us }
    }

    /// Prints both lines.
    pub(super) fn print(&self) {
        let micros = |it: Option<u64>| it.map_or_else(String::new, |it| format!("{it} µs"));
        say(&format!(
            "{:<44} {:>12}/s   p50 {:>9}   p99 {:>9}",
            self.what,
            thousands(self.median_per_second),
            micros(self.p50_us),
            micros(self.p99_us)
        ));
        say(&serde_json::to_string(self).unwrap_or_default());
    }
}

/// How often something happened in a second.
pub(super) fn rate(count: u64, took: Duration) -> u64 {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
    u64::try_from(u128::from(count) * 1_000_000 / u128::from(micros)).unwrap_or(u64::MAX)
}

/// A part of a whole, as `1.37`.
pub(super) fn parts(part: u64, whole: u64) -> String {
    let hundredths = (u128::from(part) * 100).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// `1234567` as `1 234 567`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A line to whoever started the measurement; one who no longer reads does not stop it.
pub(super) fn say(line: &str) {
    let _unread: std::io::Result<()> = writeln!(std::io::stdout().lock(), "{line}");
}

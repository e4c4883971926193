//! A run: how many, how long, and how long each took.

use std::time::{Duration, Instant};

/// Half a second of warm-up that does not count, then the time that does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    opens: Instant,
    closes: Instant,
}

impl Window {
    pub(crate) fn from_now(length: Duration) -> Self {
        let opens = Instant::now() + Duration::from_millis(500);
        Self { opens, closes: opens + length }
    }

    pub(crate) fn is_open(&self) -> bool {
        (self.opens..self.closes).contains(&Instant::now())
    }

    /// The run, from what each worker saw.
    pub(crate) fn run(&self, workers: impl IntoIterator<Item = Latencies>) -> Run {
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.nanos);
        }
        all.sort_unstable();
        Run {
            count: all.len() as u64,
            seconds: (self.closes - self.opens).as_secs_f64(),
            p50: quantile(&all, 0.50),
            p99: quantile(&all, 0.99),
        }
    }
}

/// What one worker saw: the time of each call that ended while the window was open.
#[derive(Debug)]
pub(crate) struct Latencies {
    window: Window,
    nanos: Vec<u32>,
}

impl Latencies {
    pub(crate) fn of(window: Window) -> Self {
        Self { window, nanos: Vec::new() }
    }

    /// Whether there is time for more.
    pub(crate) fn add(&mut self, started: Instant) -> bool {
        let ended = Instant::now();
        if ended >= self.window.closes {
            return false;
        }
        if ended >= self.window.opens {
            self.nanos.push(u32::try_from((ended - started).as_nanos()).unwrap_or(u32::MAX));
        }
        true
    }
}

fn quantile(sorted: &[u32], share: f64) -> Option<Duration> {
    let at = (sorted.len() as f64 * share) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).map(|it| Duration::from_nanos((*it).into()))
}

/// One taking of a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) count: u64,
    pub(crate) seconds: f64,
    pub(crate) p50: Option<Duration>,
    pub(crate) p99: Option<Duration>,
}

impl Run {
    /// A job of a known size, from its start until now.
    pub(crate) fn since(started: Instant, count: u64) -> Self {
        Self { count, seconds: started.elapsed().as_secs_f64(), p50: None, p99: None }
    }

    pub(crate) fn rate(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

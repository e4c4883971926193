//! How good forecasts were.

#![expect(clippy::indexing_slicing, reason = "the loops are bounded by what they walk over")]
#![expect(clippy::float_cmp, reason = "equal forecasts are the same number, not nearly the same")]

use crate::number::float;

/// How good chances were.
#[derive(Debug, Clone, PartialEq)]
pub struct Odds {
    /// Forecasts.
    pub rows: usize,
    /// How often it happened; a share.
    pub rate: f64,
    /// The mean forecast; a share.
    pub mean: f64,
    /// How often of two, one that happened and one that did not, the former was thought likelier.
    pub auc: f64,
    /// Twice that, less one.
    pub gini: f64,
    /// The largest distance between the shares found of both kinds.
    pub ks: f64,
    /// The mean square of forecast less outcome.
    pub brier: f64,
    /// The mean of −ln of what was thought of what happened, forecasts within 0.001 and 0.999.
    pub log_loss: f64,
    /// How far forecasts are from what happened, on average over ten groups of as many forecasts.
    pub ece: f64,
    /// These groups, the lowest forecasts first.
    pub groups: Vec<Reliability>,
}

/// A group of forecasts that were much alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// How many.
    pub rows: usize,
    /// Their mean; a share.
    pub forecast: f64,
    /// How often it happened; a share.
    pub happened: f64,
}

/// How good expected days were, in days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Days {
    /// Forecasts.
    pub rows: usize,
    /// The mean of how far off they were, either way.
    pub mae: f64,
    /// The root of the mean square.
    pub rmse: f64,
    /// How much too many on average.
    pub bias: f64,
}

/// How good chances were, given what happened; none unless both happened and did not.
pub fn odds(forecasts: &[f64], happened: &[bool]) -> Option<Odds> {
    let mut pairs: Vec<(f64, bool)> =
        forecasts.iter().copied().zip(happened.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows = pairs.len();
    let events = pairs.iter().filter(|(_, it)| *it).count();
    let (with, without) = (float(events), float(rows - events));
    if events == 0 || events == rows {
        return None;
    }
    let (mut concordant, mut ks) = (0.0_f64, 0.0_f64);
    let (mut events_below, mut others_below) = (0.0, 0.0);
    // Equal forecasts are one step.
    for tied in pairs.chunk_by(|a, b| a.0 == b.0) {
        let events = float(tied.iter().filter(|(_, it)| *it).count());
        let others = float(tied.len()) - events;
        concordant += events * (others_below + others / 2.0);
        events_below += events;
        others_below += others;
        ks = ks.max((events_below / with - others_below / without).abs());
    }
    let auc = concordant / (with * without);
    let truth = |it: bool| if it { 1.0 } else { 0.0 };
    let mean_of = |of: &dyn Fn(f64, bool) -> f64| {
        pairs.iter().map(|(forecast, it)| of(*forecast, *it)).sum::<f64>() / float(rows)
    };
    let groups = groups(&pairs);
    let off = groups.iter().map(|it| (it.forecast - it.happened).abs() * float(it.rows));
    Some(Odds {
        rows,
        rate: with / float(rows),
        mean: mean_of(&|forecast, _| forecast),
        auc,
        gini: 2.0 * auc - 1.0,
        ks,
        brier: mean_of(&|forecast, it| (forecast - truth(it)) * (forecast - truth(it))),
        log_loss: mean_of(&|forecast, it| {
            let forecast = forecast.clamp(1e-3, 1.0 - 1e-3);
            -libm::log(if it { forecast } else { 1.0 - forecast })
        }),
        ece: off.sum::<f64>() / float(rows),
        groups,
    })
}

/// Ten groups of about as many, equal forecasts together; from the lowest up.
fn groups(pairs: &[(f64, bool)]) -> Vec<Reliability> {
    const GROUPS: usize = 10;
    let mut groups = Vec::new();
    let mut from = 0;
    for group in 1..=GROUPS {
        let mut to = (pairs.len() * group / GROUPS).max(from);
        while to > 0 && to < pairs.len() && pairs[to].0 == pairs[to - 1].0 {
            to += 1;
        }
        let members = &pairs[from..to];
        from = to;
        if members.is_empty() {
            continue;
        }
        let rows = members.len();
        let forecast = members.iter().map(|it| it.0).sum::<f64>() / float(rows);
        let happened = float(members.iter().filter(|it| it.1).count()) / float(rows);
        groups.push(Reliability { rows, forecast, happened });
    }
    groups
}

/// How good expected days were; none if there are none.
pub fn days(forecasts: &[f64], took: &[f64]) -> Option<Days> {
    let off: Vec<f64> = forecasts.iter().zip(took).map(|(forecast, it)| forecast - it).collect();
    let rows = Some(off.len()).filter(|it| *it > 0)?;
    Some(Days {
        rows,
        mae: off.iter().map(|it| it.abs()).sum::<f64>() / float(rows),
        rmse: (off.iter().map(|it| it * it).sum::<f64>() / float(rows)).sqrt(),
        bias: off.iter().sum::<f64>() / float(rows),
    })
}

/// How much the distribution of a score has moved (population stability index), over ten groups of
/// as many scores before. Below 0.1 it has not; above 0.25 the scorecard looks at others than those
/// it was learned from. None without scores.
pub fn stability(before: &[i32], now: &[i32]) -> Option<f64> {
    const GROUPS: usize = 10;
    if before.is_empty() || now.is_empty() {
        return None;
    }
    let mut sorted = before.to_vec();
    sorted.sort_unstable();
    let mut edges: Vec<i32> =
        (1..GROUPS).map(|it| sorted[(sorted.len() * it / GROUPS).min(sorted.len() - 1)]).collect();
    edges.dedup();
    let shares = |of: &[i32]| {
        let mut counts = vec![0_usize; edges.len() + 1];
        for it in of {
            counts[edges.partition_point(|edge| edge <= it)] += 1;
        }
        // Half a score more in each: an empty group is rare, not impossible.
        let all = float(of.len()) + float(counts.len()) / 2.0;
        counts.into_iter().map(|it| (float(it) + 0.5) / all).collect::<Vec<_>>()
    };
    let moved = shares(before).into_iter().zip(shares(now));
    Some(moved.map(|(before, now)| (now - before) * libm::log(now / before)).sum())
}

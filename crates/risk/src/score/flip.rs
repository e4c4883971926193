//! The smallest change that leads to another grade: what sales can act upon, and what a person who
//! was scored may ask for (CJEU C-634/21 and C-203/22: explain how a variation would have changed
//! the result).

use chrono::NaiveDate;
use events::risk::{Cap, Flip, Grade, Measure, Scorecard};

use super::Measured;
use crate::{
    Policy, Risk,
    scorecard::{cap, grade, sum, worth},
};

/// More open items than that are not tried.
const ITEMS_TRIED: usize = 8;

/// The grade to leave, upwards or downwards.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aim {
    Above(Grade),
    Below(Grade),
}

impl Aim {
    /// The grade that points and a cap lead to, if it is one aimed at. A better one counts once it
    /// is past the buffer and, in time, was waited for.
    fn reached(self, card: &Scorecard, points: i32, cap: Option<Cap>) -> Option<Grade> {
        let buffer = match self {
            Self::Above(_) => card.up_buffer,
            Self::Below(_) => 0,
        };
        let earned = grade(card, points.saturating_sub(buffer));
        let reached = cap.map_or(earned, |cap| earned.max(cap.grade));
        let aimed_at = match self {
            Self::Above(grade) => reached < grade,
            Self::Below(grade) => reached > grade,
        };
        aimed_at.then_some(reached)
    }
}

impl Policy {
    /// What leads to a better grade: the fewest overdue items that would have to be paid, or else
    /// the one figure that would have to move least.
    pub(super) fn better(
        &self,
        risk: &Risk,
        measured: &Measured,
        than: Grade,
        on: NaiveDate,
    ) -> Option<Flip> {
        let aim = Aim::Above(than);
        self.paid(risk, on, aim).or_else(|| moved(&self.scorecards.champion, measured, aim))
    }

    fn paid(&self, risk: &Risk, on: NaiveDate, aim: Aim) -> Option<Flip> {
        let mut items = risk.account.owed().items;
        items.retain(|it| it.due_on < on);
        if items.is_empty() {
            return None;
        }
        items.sort_by_key(|it| (it.due_on, it.invoice));
        let card = &*self.scorecards.champion;
        let mut paid = risk.clone();
        let mut invoices = Vec::new();
        for item in items.iter().take(ITEMS_TRIED) {
            paid.account.suppose_paid(item.invoice, item.open, on);
            invoices.push(item.invoice.clone());
            let measured = Measured::of(self, &paid, on)?;
            let value = |it| measured.value(it);
            let points = sum(card, value).points;
            if let Some(grade) = aim.reached(card, points, cap(card, value)) {
                return Some(Flip::Paid { invoices, grade });
            }
        }
        None
    }
}

/// The one figure that, moved over the fewest bins, is enough; of several the first.
pub(super) fn moved(card: &Scorecard, measured: &Measured, aim: Aim) -> Option<Flip> {
    // Each figure is read once, for some take a walk over all invoices, and what another one would
    // come to is added up from there.
    let figures = card.characteristics.iter().map(|it| (it, measured.value(it.measure)));
    let figures: Vec<_> = figures.map(|(it, value)| (it, value, worth(it, value).points)).collect();
    let caps: Vec<_> = card.caps.iter().map(|it| measured.value(it.measure)).collect();
    let capped = |supposed: (Measure, i64)| {
        cap(card, |measure| {
            let place = || card.caps.iter().position(|it| it.measure == measure);
            let read = || caps.get(place()?).copied().flatten();
            if measure == supposed.0 { Some(supposed.1) } else { read() }
        })
    };
    let total = figures.iter().fold(card.base.points, |sum, (.., points)| sum + points);
    let mut least: Option<(usize, Flip)> = None;
    for (it, value, points) in figures {
        let Some(value) = value else { continue };
        let is_in = |below: Option<i64>| below.is_none_or(|below| value < below);
        let Some(at) = it.bins.iter().position(|it| is_in(it.below)) else { continue };
        // The nearest value of each bin below is its last, of each above its first.
        let ends = it.bins.iter().map(|it| it.below);
        let below = ends.clone().take(at).flatten().map(|it| it - 1).enumerate();
        let below = below.map(|(place, to)| (at - place, to));
        let above = ends.skip(at).flatten().enumerate().map(|(place, to)| (place + 1, to));
        for (bins, to) in below.chain(above) {
            if least.as_ref().is_some_and(|(fewest, _)| *fewest <= bins) {
                continue;
            }
            let moved = total - points + worth(it, Some(to)).points;
            if let Some(grade) = aim.reached(card, moved, capped((it.measure, to))) {
                least = Some((bins, Flip::Moved { measure: it.measure, to, grade }));
            }
        }
    }
    least.map(|(_, flip)| flip)
}

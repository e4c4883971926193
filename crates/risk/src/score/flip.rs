//! The smallest change that leads to another grade: what sales can act upon, and what a person who
//! was scored may ask for (CJEU C-634/21 and C-203/22: explain how a variation would have changed
//! the result).

use chrono::NaiveDate;
use events::risk::{Flip, Grade, Scorecard};

use super::Measured;
use crate::{
    Policy, Risk,
    scorecard::{cap, grade, sum},
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
    /// The grade that figures lead to, if it is one aimed at. A better one counts once it is past
    /// the buffer and, in time, was waited for.
    fn reached(self, card: &Scorecard, measured: &Measured) -> Option<Grade> {
        let value = |it| measured.value(it);
        let buffer = match self {
            Self::Above(_) => card.up_buffer,
            Self::Below(_) => 0,
        };
        let earned = grade(card, sum(card, value).points.saturating_sub(buffer));
        let reached = cap(card, value).map_or(earned, |cap| earned.max(cap.grade));
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
        items.sort_by_key(|it| (it.due_on, it.invoice));
        let mut paid = risk.clone();
        let mut invoices = Vec::new();
        for item in items.iter().take(ITEMS_TRIED) {
            paid.account.suppose_paid(item.invoice, item.open, on);
            invoices.push(item.invoice.clone());
            let measured = Measured::of(self, &paid, on)?;
            if let Some(grade) = aim.reached(&self.scorecards.champion, &measured) {
                return Some(Flip::Paid { invoices, grade });
            }
        }
        None
    }
}

/// The one figure that, moved over the fewest bins, is enough; of several the first.
pub(super) fn moved(card: &Scorecard, measured: &Measured, aim: Aim) -> Option<Flip> {
    let mut least: Option<(usize, Flip)> = None;
    for it in &card.characteristics {
        let Some(value) = measured.value(it.measure) else { continue };
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
            if let Some(grade) = aim.reached(card, &measured.with(it.measure, to)) {
                least = Some((bins, Flip::Moved { measure: it.measure, to, grade }));
            }
        }
    }
    least.map(|(_, flip)| flip)
}

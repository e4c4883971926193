//! Which ladder an invoice climbs, and when it is ready for its next level.

use chrono::{Days, NaiveDate};
use events::{
    InvoiceId, Reference, date,
    dunning::{Because, Event, Ladder, Level, Scope},
};
use invoicing::view::OwedItem;

use crate::{ChooseLadder, Dunning, Policy, Refusal, policy::Answer};

/// A step of the ladder an invoice is on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rung<'a> {
    pub(crate) ladder: &'a Ladder,
    pub(crate) because: Because,
    /// From 1.
    pub(crate) number: u8,
    pub(crate) level: &'a Level,
}

/// So many days after a day; before it if below zero.
pub(crate) fn later(day: NaiveDate, days: i64) -> NaiveDate {
    let moved = match u64::try_from(days) {
        Ok(days) => day.checked_add_days(Days::new(days)),
        Err(_) => day.checked_sub_days(Days::new(days.unsigned_abs())),
    };
    moved.unwrap_or(date::LAST).min(date::LAST)
}

impl Policy {
    /// The most specific ladder for an invoice, and what made it so.
    pub(crate) fn ladder(
        &self,
        dunning: &Dunning,
        invoice: &InvoiceId,
    ) -> Option<(&Ladder, Because)> {
        let named = |name: &Reference| {
            self.rules().ladders.iter().find(|it| it.name == *name && it.scope == Scope::Chosen)
        };
        if let Some(ladder) = dunning.chosen_for.get(invoice).and_then(named) {
            return Some((ladder, Because::Invoice));
        }
        if let Some(ladder) = dunning.chosen.as_ref().and_then(named) {
            return Some((ladder, Because::Customer));
        }
        let grade = dunning.risk.standing().map(|it| it.grade);
        let profile = dunning.risk.profile().and_then(|it| it.segment.as_ref());
        let segment = profile.or_else(|| dunning.risk.account().segment());
        let applies = |scope: &Scope| match scope {
            Scope::Tenant => Some(Because::Tenant),
            Scope::Segment(it) => (segment == Some(it)).then_some(Because::Segment),
            Scope::Grade(it) => (grade == Some(*it)).then_some(Because::Grade),
            Scope::Chosen => None,
        };
        let all = self.rules().ladders.iter();
        all.filter_map(|it| Some((it, applies(&it.scope)?))).max_by_key(|(it, _)| &it.scope)
    }

    /// The step of its ladder that an invoice stands on.
    pub(crate) fn stands_on(&self, dunning: &Dunning, invoice: &InvoiceId) -> Option<Rung<'_>> {
        let (ladder, because) = self.ladder(dunning, invoice)?;
        // A ladder may have become shorter.
        let last = u8::try_from(ladder.levels.len()).unwrap_or(u8::MAX);
        let number = dunning.level(invoice).min(last);
        let level = ladder.levels.get(usize::from(number.checked_sub(1)?))?;
        Some(Rung { ladder, because, number, level })
    }

    /// The step that an invoice comes to next, given the day: what is said before the due date is not
    /// said after it.
    fn next_rung(&self, dunning: &Dunning, item: &OwedItem<'_>, on: NaiveDate) -> Option<Rung<'_>> {
        let (ladder, because) = self.ladder(dunning, item.invoice)?;
        let stands = dunning.level(item.invoice);
        let levels = (1_u8..).zip(&ladder.levels).skip(stands.into());
        let sensible = |level: &Level| level.offset_days >= 0 || on <= item.due_on;
        let (number, level) = levels.into_iter().find(|(_, level)| sensible(level))?;
        Some(Rung { ladder, because, number, level })
    }

    /// The step that an invoice is ready for on a day: so late, so long after it was named last, and
    /// not within the grace that was granted.
    pub(crate) fn ready(
        &self,
        dunning: &Dunning,
        item: &OwedItem<'_>,
        on: NaiveDate,
    ) -> Option<Rung<'_>> {
        let rung = self.next_rung(dunning, item, on)?;
        let (named_on, deadline) = dunning.last_named(item.invoice);
        let late = later(item.due_on, rung.level.offset_days.into()) <= on;
        let gap = i64::from(rung.level.gap_days);
        let apart = named_on.is_none_or(|named_on| later(named_on, gap) <= on);
        let grace_over = deadline.is_none_or(|deadline| deadline < on);
        (late && apart && grace_over).then_some(rung)
    }

    /// Days on which an invoice may become ready for a step, or no longer be.
    pub(crate) fn ladder_turns(
        &self,
        dunning: &Dunning,
        item: &OwedItem<'_>,
    ) -> impl Iterator<Item = NaiveDate> {
        let (named_on, deadline) = dunning.last_named(item.invoice);
        let due_on = item.due_on;
        let ladder = self.ladder(dunning, item.invoice).map(|(ladder, _)| ladder);
        let levels = ladder.into_iter().flat_map(|it| &it.levels).flat_map(move |level| {
            let apart = named_on.map(|it| later(it, level.gap_days.into()));
            [Some(later(due_on, level.offset_days.into())), apart]
        });
        let exhausted = ladder.and_then(|it| it.exhausted_after_days);
        let over = named_on.zip(exhausted).map(|(named_on, days)| later(named_on, days.into()));
        let grace_over = deadline.map(|it| later(it, 1));
        levels.chain([over, grace_over, Some(later(due_on, 1))]).flatten()
    }

    pub(crate) fn choose(&self, dunning: &Dunning, it: ChooseLadder) -> Answer {
        if let Some(name) = &it.ladder {
            let mut all = self.rules().ladders.iter();
            if !all.any(|ladder| ladder.name == *name && ladder.scope == Scope::Chosen) {
                return Err(Refusal::NoLadder(name.clone()));
            }
        }
        let known = match &it.invoice_id {
            None => dunning.chosen.as_ref(),
            Some(invoice) => dunning.chosen_for.get(invoice),
        };
        if known == it.ladder.as_ref() {
            return Ok(Vec::new());
        }
        Ok(vec![Event::LadderChosen {
            ladder: it.ladder,
            invoice: it.invoice_id,
            by: it.chosen_by,
            on: it.choose_date,
        }])
    }
}

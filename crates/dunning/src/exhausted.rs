//! The end of the ladder: nothing is left to remind with.

use chrono::NaiveDate;
use events::dunning::Event;

use crate::{Dunning, Policy, ladder::later};

impl Policy {
    /// The next open invoice whose last level was said so long ago, that nothing holds.
    pub(crate) fn next_exhausted(&self, dunning: &Dunning, today: NaiveDate) -> Option<Event> {
        if dunning.sent.is_empty() || dunning.pending.is_some() {
            return None;
        }
        let holds = self.holds(dunning, today);
        let owed = dunning.risk.account().owed();
        owed.items.iter().find_map(|it| {
            let rung = self.stands_on(dunning, it.invoice)?;
            let days = rung.ladder.exhausted_after_days?;
            let (named_on, deadline) = dunning.last_named(it.invoice);
            let over = later(named_on?, days.into()) <= today
                && deadline.is_none_or(|deadline| deadline < today);
            let last = usize::from(rung.number) == rung.ladder.levels.len();
            let held = holds.iter().any(|hold| hold.is_about(it.invoice) && hold.holds_on(today));
            let asked = it.open.minor() > it.disputed.minor();
            let known = dunning.exhausted.contains_key(it.invoice);
            (last && over && asked && !held && !known).then(|| Event::DunningExhausted {
                invoice: it.invoice.clone(),
                on: today,
                level: rung.number,
            })
        })
    }
}

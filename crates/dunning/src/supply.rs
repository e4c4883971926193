//! What may be delivered while reminders are not answered: set by the levels, lifted by payment.

use chrono::NaiveDate;
use events::dunning::Event;

use crate::{Dunning, Policy};

impl Policy {
    pub(crate) fn next_supply_block(&self, dunning: &Dunning, today: NaiveDate) -> Option<Event> {
        let called_for = self.supply_block(dunning);
        (called_for != dunning.supply_block)
            .then_some(Event::SupplyBlockSet { level: called_for, on: today })
    }

    /// How hard supply is blocked by the levels of what is open: 0 not at all.
    fn supply_block(&self, dunning: &Dunning) -> u8 {
        if dunning.sent.is_empty() {
            return 0;
        }
        let owed = dunning.risk.account().owed();
        let asked = owed.items.iter().filter(|it| it.open.minor() > it.disputed.minor());
        let rungs = asked.filter_map(|it| self.stands_on(dunning, it.invoice));
        rungs.map(|it| it.level.supply_block).max().unwrap_or(0)
    }
}

//! Which orders a customer has.

use chrono::NaiveDate;
use events::Reference;

use crate::Risk;

/// How an order stands, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stands {
    /// Whether it waits.
    pub held: bool,
    /// Since when it may be delivered, or when it was looked at, the last time.
    pub since: NaiveDate,
}

impl Risk {
    /// Orders that were not closed: those that may be delivered, then those that are held.
    pub fn orders(&self) -> impl Iterator<Item = (&Reference, Stands)> {
        let accepted = self
            .accepted
            .iter()
            .map(|(id, it)| (id, Stands { held: false, since: it.accepted_on }));
        let held = self.held.iter().map(|(id, it)| (id, Stands { held: true, since: it.held_on }));
        accepted.chain(held)
    }
}

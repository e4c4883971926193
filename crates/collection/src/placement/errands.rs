//! What waits to be brought to collectors, for whoever runs errands.

use events::{
    CaseId,
    collection::{Errand, Outcome, Placement},
};

use super::{KnownPlacement, Stage};
use crate::Collection;

/// An errand that waits to be run, or is being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending<'a> {
    /// About which placement.
    pub placement: &'a Placement,
    /// Which.
    pub errand: Errand,
    /// [`Stage::Planned`] or [`Stage::Started`].
    pub stage: &'a Stage,
}

impl Collection {
    /// Errands that wait to be run, or are being run: that a collector is to stop before anything
    /// else.
    pub fn pending(&self) -> impl Iterator<Item = Pending<'_>> {
        [Errand::Recall, Errand::HandOver]
            .into_iter()
            .flat_map(|errand| self.placements.values().filter_map(move |it| pending(it, errand)))
    }

    /// Whether there is one.
    pub fn has_pending(&self) -> bool {
        self.pending().next().is_some()
    }

    /// How a case ended, if it has come to an end.
    pub fn end_of(&self, case: &CaseId) -> Option<Outcome> {
        Some(self.cases.get(case)?.closed.as_ref()?.outcome)
    }
}

fn pending(known: &KnownPlacement, errand: Errand) -> Option<Pending<'_>> {
    let stage = &known.run(errand)?.stage;
    let waits = matches!(stage, Stage::Planned | Stage::Started { .. });
    waits.then_some(Pending { placement: &known.placement, errand, stage })
}

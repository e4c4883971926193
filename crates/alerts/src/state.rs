use std::collections::BTreeMap;

use chrono::NaiveDate;
use decider::{Fold, Unsound};
use events::{
    ActorId, AlertId, Reference, Sequence,
    alerts::{Alert, Clearing, Event, Figures, Kind, Subject},
};
use risk::{Recorded, Risk};
use serde::{Deserialize, Serialize};

use crate::{Fact, noted::Noted, reminders::Reminders, rights::Rights};

/// What is known of one customer, or of the tenant, that a person might look at, and what was said of
/// it.
///
/// In two halves: what other contexts say, kept by risk's own state and in a few notes, and what
/// alerts says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alerts {
    pub(crate) risk: Risk,
    pub(crate) noted: Noted,
    pub(crate) reminders: Reminders,
    pub(crate) rights: Rights,

    /// Of all customers together, by the day. Only the tenant's own state has any.
    pub(crate) figures: BTreeMap<NaiveDate, Recorded<Figures>>,
    /// The last alert of each kind and subject.
    pub(crate) said: BTreeMap<Kind, BTreeMap<Subject, Known>>,
}

/// An alert, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) alert: Recorded<Alert>,
    /// How many alerts of this kind and subject there were, with this one.
    pub(crate) count: u32,
    pub(crate) acknowledged: Option<Acknowledged>,
    pub(crate) assigned_to: Option<ActorId>,
    pub(crate) cleared: Option<Cleared>,
}

/// Somebody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: ActorId,
    /// When.
    pub on: NaiveDate,
    /// What there was to say.
    pub note: Option<Reference>,
}

/// Its condition no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// Since when.
    pub on: NaiveDate,
    /// Why.
    pub why: Clearing,
}

impl Known {
    pub(crate) fn is_up(&self) -> bool {
        self.cleared.is_none()
    }
}

impl Fold for Alerts {
    type Fact = Fact;

    // Each change of risk's form is one of this form too.
    const VERSION: u32 = 1_000 * Risk::VERSION + 4;

    const PLACED: bool = true;

    fn evolve(&mut self, fact: &Fact) {
        match fact {
            Fact::Risk(fact) => {
                if let risk::Fact::Invoicing(event) = fact {
                    self.noted.hear(event);
                }
                self.risk.evolve(fact);
            }
            Fact::Dunning(event) => self.reminders.hear(self.noted.here(), event),
            Fact::Collection(event) => self.rights.hear(self.noted.here(), event),
            Fact::Alerts(fact) => self.said(fact),
        }
    }

    fn stands_in(&mut self, entry: Option<u64>) {
        self.noted.at = entry.map(Sequence);
        self.risk.stands_in(entry);
    }

    fn check(&self) -> Result<(), Unsound> {
        self.risk.check()
    }
}

impl Alerts {
    /// Whether anything was ever said about the customer.
    pub fn is_known(&self) -> bool {
        self.risk.is_known()
            || !self.reminders.is_empty()
            || !self.rights.is_empty()
            || !self.said.is_empty()
    }

    fn said(&mut self, fact: &Event) {
        match fact {
            Event::AlertPolicyAdopted(_) => {}
            Event::FiguresTaken(it) => self.figures_taken(it),
            Event::AlertRaised(it) => self.raised(it),
            Event::AlertAcknowledged { alert, kind, by, on, note, .. } => {
                if let Some(known) = self.named(*kind, alert) {
                    let (by, note) = (by.clone(), note.clone());
                    known.acknowledged = Some(Acknowledged { by, on: *on, note });
                }
            }
            Event::AlertAssigned { alert, kind, to, .. } => {
                if let Some(known) = self.named(*kind, alert) {
                    known.assigned_to = Some(to.clone());
                }
            }
            Event::AlertCleared { alert, kind, on, why, .. } => {
                if let Some(known) = self.named(*kind, alert) {
                    known.cleared = Some(Cleared { on: *on, why: *why });
                }
            }
        }
    }

    fn raised(&mut self, alert: &Alert) {
        let of_kind = self.said.entry(alert.kind).or_default();
        let before = of_kind.remove(&alert.subject);
        let (count, assigned_to) = match before {
            // Whoever looked after it does again; that it was seen before says nothing of now.
            Some(it) if it.alert.alert == alert.alert => (it.count, it.assigned_to),
            Some(it) => (it.count.saturating_add(1), None),
            None => (1, None),
        };
        let known = Known {
            alert: Recorded(alert.clone()),
            count,
            acknowledged: None,
            assigned_to,
            cleared: None,
        };
        of_kind.insert(alert.subject.clone(), known);
    }

    fn named(&mut self, kind: Kind, alert: &AlertId) -> Option<&mut Known> {
        self.said.get_mut(&kind)?.values_mut().find(|it| it.alert.alert == *alert)
    }

    pub(crate) fn known(&self, kind: Kind, subject: &Subject) -> Option<&Known> {
        self.said.get(&kind)?.get(subject)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Known> {
        self.said.values().flat_map(BTreeMap::values)
    }
}

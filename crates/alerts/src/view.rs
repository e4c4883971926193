//! What queries answer: plain values, by everything that is known.

use chrono::NaiveDate;
use events::{
    ActorId, AlertId,
    alerts::{Alert, Event},
};

use crate::{Alerts, state::Known};

pub use crate::state::{Acknowledged, Cleared};

/// An alert, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertView {
    /// As it was raised, the last time.
    pub alert: Alert,
    /// How it stands.
    pub state: AlertState,
    /// Who has seen it.
    pub acknowledged: Option<Acknowledged>,
    /// Who looks after it.
    pub assigned_to: Option<ActorId>,
    /// When and why it was cleared, if it was.
    pub cleared: Option<Cleared>,
}

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// The condition holds, and nobody has seen it.
    Raised,
    /// The condition holds, and somebody has seen it.
    Acknowledged,
    /// The condition no longer holds.
    Cleared,
}

impl Alerts {
    /// The alerts of the customer, by kind and subject: of each the last one. `on`: as they stood at
    /// the end of a day; those raised later are left out.
    pub fn alerts(&self, on: NaiveDate) -> impl Iterator<Item = AlertView> {
        self.all().filter(move |it| it.alert.raised_on <= on).map(move |it| view(it, on))
    }

    /// One alert; none if a later one of its kind and subject took its place.
    pub fn alert(&self, id: &AlertId, on: NaiveDate) -> Option<AlertView> {
        let known = self.all().find(|it| it.alert.alert == *id)?;
        (known.alert.raised_on <= on).then(|| view(known, on))
    }
}

fn view(known: &Known, on: NaiveDate) -> AlertView {
    let cleared = known.cleared.filter(|it| it.on <= on);
    let acknowledged = known.acknowledged.clone().filter(|it| it.on <= on);
    let state = match (cleared, &acknowledged) {
        (Some(_), _) => AlertState::Cleared,
        (None, Some(_)) => AlertState::Acknowledged,
        (None, None) => AlertState::Raised,
    };
    let (alert, assigned_to) = (known.alert.0.clone(), known.assigned_to.clone());
    AlertView { alert, state, acknowledged, assigned_to, cleared }
}

/// Which alert a fact is about; none if it is about none.
pub fn about(event: &Event) -> Option<(&AlertId, events::alerts::Kind, events::alerts::Severity)> {
    match event {
        Event::AlertPolicyAdopted(_) | Event::FiguresTaken(_) => None,
        Event::AlertRaised(it) => Some((&it.alert, it.kind, it.severity)),
        Event::AlertAcknowledged { alert, kind, severity, .. }
        | Event::AlertAssigned { alert, kind, severity, .. }
        | Event::AlertCleared { alert, kind, severity, .. } => Some((alert, *kind, *severity)),
    }
}

//! Rights that lapse, and errands of which nobody knows, as far as a person should look at them.
//!
//! Of all that collection says only that is kept, and where it stands.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    InvoiceId, PlacementId, RightId, Sequence,
    alerts::{Alert, Kind, ReasonCode, Severity, Subject},
    collection::{Errand, Event, RightSubject},
};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    Alerts, Condition, Policy,
    noted::{Happened, evidence},
};

/// Said to be at risk at most so many days ahead, a right matters much.
const NEAR: u16 = 7;

/// What is noted of the rights of one customer, and of what was given to collectors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rights {
    /// Those that were said to be at risk, and are not secured.
    all: BTreeMap<RightId, Noted>,
    /// Errands of which nobody knows.
    unknown: BTreeMap<(PlacementId, Errand), Happened<()>>,
}

/// A right that is at risk, or has lapsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Noted {
    /// When that was said last, and how many days ahead.
    risk: Happened<u16>,
    deadline: NaiveDate,
    /// What is at stake, the most if it is of several currencies; none if nobody said.
    stake: Option<Money>,
    /// The receivable it is about, if it is about one.
    invoice: Option<InvoiceId>,
    /// Its last day has passed.
    lapsed: Option<Happened<()>>,
}

impl Rights {
    /// Hears what collection says, in the entry `at`.
    pub(crate) fn hear(&mut self, at: Sequence, event: &Event) {
        match event {
            Event::RightAtRisk(it) => {
                let invoice = if let RightSubject::Invoice(id) = &it.subject {
                    Some(id.clone())
                } else {
                    None
                };
                let noted = Noted {
                    risk: Happened { at, on: it.on, what: it.lead_days },
                    deadline: it.deadline,
                    stake: it.stake.iter().copied().max_by_key(|it| it.minor()),
                    invoice,
                    lapsed: None,
                };
                self.all.insert(it.kind.named(&it.subject), noted);
            }
            Event::RightSecured { kind, subject, .. } => {
                self.all.remove(&kind.named(subject));
            }
            Event::RightLapsed { kind, subject, on, .. } => {
                if let Some(it) = self.all.get_mut(&kind.named(subject)) {
                    it.lapsed = Some(Happened { at, on: *on, what: () });
                }
            }
            Event::ErrandUnknown { placement, errand, on, .. } => {
                let unknown = Happened { at, on: *on, what: () };
                self.unknown.insert((placement.clone(), *errand), unknown);
            }
            Event::ErrandStarted { placement, errand, .. }
            | Event::ErrandDone { placement, errand, .. }
            | Event::ErrandFailed { placement, errand, .. } => {
                self.unknown.remove(&(placement.clone(), *errand));
            }
            // Nobody has to look at these.
            Event::CollectionPolicyAdopted(_)
            | Event::CaseOpened(_)
            | Event::CaseExtended { .. }
            | Event::CaseReduced { .. }
            | Event::CaseMerged { .. }
            | Event::CaseSplit { .. }
            | Event::RouteChosen { .. }
            | Event::CaseClosed { .. }
            | Event::HandOverPlanned(_)
            | Event::HandOverWithdrawn { .. }
            | Event::RecallPlanned { .. }
            | Event::PlacementAccepted { .. }
            | Event::PlacementRefused { .. }
            | Event::CollectorReported(_)
            | Event::Remitted(_)
            | Event::InsuranceClaimLodged(_)
            | Event::InsuranceClaimAnswered(_)
            | Event::IndemnityPaid(_)
            | Event::InsurerRepaid(_)
            | Event::InsuranceClaimWithdrawn { .. }
            | Event::ActRecorded(_)
            | Event::ActWithdrawn { .. } => {}
        }
    }

    /// Whether anything of that was ever said of the customer.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.unknown.is_empty()
    }
}

impl Noted {
    fn severity(&self) -> Severity {
        if self.risk.what <= NEAR { Severity::High } else { Severity::Medium }
    }
}

impl Policy {
    /// What holds of rights, and of errands to collectors.
    pub(crate) fn rights(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        for (right, it) in &alerts.rights.all {
            let subject = Subject::Right(right.clone());
            if let Some(lapsed) = it.lapsed {
                let (from, until) = (lapsed.on, Some(self.old_news(lapsed.on)));
                found.push(Condition { kind: Kind::RightLapsed, subject, from, until });
                continue;
            }
            // One that is told, and matters more now, ends first, so that this is told too.
            let up = alerts.known(Kind::RightAtRisk, &subject).filter(|it| it.is_up());
            if up.is_none_or(|up| up.alert.severity == it.severity()) {
                let from = it.risk.on;
                found.push(Condition { kind: Kind::RightAtRisk, subject, from, until: None });
            }
        }
        let mut since = BTreeMap::<&PlacementId, NaiveDate>::new();
        for ((placement, _), it) in &alerts.rights.unknown {
            let from = since.entry(placement).or_insert(it.on);
            *from = it.on.min(*from);
        }
        for (placement, from) in since {
            let (kind, subject) = (Kind::ErrandUnknown, Subject::Placement(placement.clone()));
            found.push(Condition { kind, subject, from, until: None });
        }
    }
}

/// What there is to tell of one of them.
pub(crate) fn tell(alerts: &Alerts, alert: &mut Alert) {
    if let Subject::Placement(placement) = &alert.subject {
        alert.reasons.push(ReasonCode::OutcomeUnknown);
        let of_it = alerts.rights.unknown.iter().filter(|((it, _), _)| it == placement);
        alert.evidence = evidence(of_it.map(|(_, it)| Some(it.at)));
        return;
    }
    let Subject::Right(right) = &alert.subject else { return };
    let Some(it) = alerts.rights.all.get(right) else { return };
    if alert.kind == Kind::RightAtRisk {
        alert.severity = it.severity();
        alert.reasons.push(ReasonCode::LastDayNear);
    } else {
        alert.reasons.push(ReasonCode::LastDayPassed);
    }
    alert.amount = it.stake;
    alert.date = Some(it.deadline);
    alert.invoice.clone_from(&it.invoice);
    alert.evidence = evidence([Some(it.risk.at), it.lapsed.map(|it| it.at)]);
}

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use decider::{Fold, Unsound};
use dunning::Dunning;
use events::{
    ActId, ActorId, CaseId, InsuranceClaimId, InvoiceId, PlacementId, Reference,
    collection::{Act, Case, Event, Outcome, RightKind, RightSubject, Route},
};
use risk::Recorded;
use serde::{Deserialize, Serialize};

use crate::{Fact, insurance::KnownClaim, placement::KnownPlacement};

/// What is known of one customer that does not pay, and what was decided about it.
///
/// In two halves: what other contexts say, kept by dunning's own state, and what collection says. What
/// a case is worth and how a right stands is kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Collection {
    pub(crate) dunning: Dunning,

    pub(crate) cases: BTreeMap<CaseId, KnownCase>,
    pub(crate) acts: BTreeMap<ActId, KnownAct>,
    pub(crate) placements: BTreeMap<PlacementId, KnownPlacement>,
    /// What insurers were asked to pay.
    pub(crate) claims: BTreeMap<InsuranceClaimId, KnownClaim>,
    /// What was last said of each right.
    pub(crate) told: BTreeMap<(RightKind, RightSubject), Told>,

    /// The entry that is being heard.
    #[serde(skip)]
    pub(crate) place: Option<u64>,
}

/// A case, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownCase {
    pub(crate) case: Recorded<Case>,
    /// What it is about now.
    pub(crate) invoices: BTreeSet<InvoiceId>,
    pub(crate) route: Option<Chosen>,
    pub(crate) closed: Option<Closed>,
}

/// The way that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Which.
    pub route: Route,
    /// Who collects by it.
    pub collector: Option<Reference>,
    /// When.
    pub on: NaiveDate,
    /// Who says so.
    pub by: ActorId,
}

/// The end of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub on: NaiveDate,
    /// Who says so, if a person did.
    pub by: Option<ActorId>,
    /// The case it goes on in.
    pub into: Option<CaseId>,
}

/// An act, and whether it was recorded by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownAct {
    pub(crate) act: Recorded<Act>,
    pub(crate) withdrawn: bool,
}

/// What was last said of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) deadline: NaiveDate,
    pub(crate) lead_days: u16,
    pub(crate) lapsed: bool,
}

impl Fold for Collection {
    type Fact = Fact;

    // Each change of dunning's form is one of this form too.
    const VERSION: u32 = 1_000 * (Dunning::VERSION % 1_000_000) + 2;

    const PLACED: bool = true;

    fn evolve(&mut self, fact: &Fact) {
        match fact {
            Fact::Dunning(fact) => self.dunning.evolve(fact),
            Fact::Collection(fact) => self.said(fact),
        }
    }

    fn stands_in(&mut self, entry: Option<u64>) {
        self.place = entry;
        self.dunning.stands_in(entry);
    }

    fn check(&self) -> Result<(), Unsound> {
        self.dunning.check()?;
        let mut seen = BTreeMap::new();
        for (id, it) in self.open_cases() {
            for invoice in &it.invoices {
                if let Some(other) = seen.insert(invoice, id) {
                    return Err(Unsound(format!("invoice {invoice} is in {other} and in {id}")));
                }
            }
        }
        Ok(())
    }
}

impl Collection {
    /// Whether anything was ever said about the customer.
    pub fn is_known(&self) -> bool {
        self.dunning.is_known()
            || !self.cases.is_empty()
            || !self.acts.is_empty()
            || !self.claims.is_empty()
    }

    /// What dunning knows of the customer.
    pub fn dunning(&self) -> &Dunning {
        &self.dunning
    }

    /// Whether a case of the customer's is open.
    pub fn has_open_case(&self) -> bool {
        self.open_cases().next().is_some()
    }

    pub(crate) fn open_cases(&self) -> impl Iterator<Item = (&CaseId, &KnownCase)> {
        self.cases.iter().filter(|(_, it)| it.closed.is_none())
    }

    /// The open case that a receivable is in.
    pub(crate) fn case_of(&self, invoice: &InvoiceId) -> Option<&CaseId> {
        self.open_cases().find(|(_, it)| it.invoices.contains(invoice)).map(|(id, _)| id)
    }

    /// Acts that stand, claims to insurers among them, in the order of their days; of one day in the
    /// order of their ids.
    pub(crate) fn acts(&self) -> Vec<&Act> {
        let mut acts = self.recorded_acts();
        acts.extend(self.claims.values().flat_map(KnownClaim::acts));
        acts.sort_by_key(|it| it.on);
        acts
    }

    /// Acts that were recorded as such and stand, in the same order.
    pub(crate) fn recorded_acts(&self) -> Vec<&Act> {
        let standing = self.acts.values().filter(|it| !it.withdrawn);
        let mut acts: Vec<_> = standing.map(|it| &*it.act).collect();
        acts.sort_by_key(|it| it.on);
        acts
    }

    fn said(&mut self, fact: &Event) {
        match fact {
            // About the tenant.
            Event::CollectionPolicyAdopted(_) => {}
            Event::CaseOpened(it) => {
                let known = KnownCase {
                    case: Recorded(Case::clone(it)),
                    invoices: it.invoices.iter().cloned().collect(),
                    route: None,
                    closed: None,
                };
                self.cases.insert(it.case.clone(), known);
            }
            Event::CaseExtended { case, invoices, .. } => {
                if let Some(it) = self.cases.get_mut(case) {
                    it.invoices.extend(invoices.iter().cloned());
                }
            }
            Event::CaseReduced { case, invoices, .. } => {
                if let Some(it) = self.cases.get_mut(case) {
                    it.invoices.retain(|it| !invoices.contains(it));
                }
            }
            Event::CaseMerged { case, into, on, by } => {
                let moved = self.cases.get_mut(case).map(|it| {
                    it.closed = Some(Closed {
                        outcome: Outcome::Merged,
                        on: *on,
                        by: Some(by.clone()),
                        into: Some(into.clone()),
                    });
                    it.invoices.clone()
                });
                if let (Some(moved), Some(it)) = (moved, self.cases.get_mut(into)) {
                    it.invoices.extend(moved);
                }
            }
            Event::CaseSplit { case, new, invoices, on, by } => {
                let Some(it) = self.cases.get_mut(case) else { return };
                it.invoices.retain(|it| !invoices.contains(it));
                let known = KnownCase {
                    case: Recorded(Case {
                        case: new.clone(),
                        invoices: invoices.clone(),
                        opened_on: *on,
                        by: Some(by.clone()),
                        ..Case::clone(&it.case)
                    }),
                    invoices: invoices.iter().cloned().collect(),
                    route: None,
                    closed: None,
                };
                self.cases.insert(new.clone(), known);
            }
            Event::RouteChosen { case, route, collector, on, by } => {
                if let Some(it) = self.cases.get_mut(case) {
                    it.route = Some(Chosen {
                        route: *route,
                        collector: collector.clone(),
                        on: *on,
                        by: by.clone(),
                    });
                }
            }
            Event::CaseClosed { case, outcome, on, by } => {
                if let Some(it) = self.cases.get_mut(case) {
                    let (outcome, on) = (*outcome, *on);
                    it.closed = Some(Closed { outcome, on, by: by.clone(), into: None });
                }
            }
            Event::ActRecorded(it) => {
                let known = KnownAct { act: Recorded(Act::clone(it)), withdrawn: false };
                self.acts.insert(it.act.clone(), known);
            }
            Event::ActWithdrawn { act, .. } => {
                if let Some(it) = self.acts.get_mut(act) {
                    it.withdrawn = true;
                }
            }
            Event::HandOverPlanned(_)
            | Event::HandOverWithdrawn { .. }
            | Event::RecallPlanned { .. }
            | Event::ErrandStarted { .. }
            | Event::ErrandDone { .. }
            | Event::ErrandFailed { .. }
            | Event::ErrandUnknown { .. }
            | Event::PlacementAccepted { .. }
            | Event::PlacementRefused { .. }
            | Event::CollectorReported(_)
            | Event::Remitted(_) => self.placed(fact),
            Event::InsuranceClaimLodged(_)
            | Event::InsuranceClaimAnswered(_)
            | Event::IndemnityPaid(_)
            | Event::InsurerRepaid(_)
            | Event::InsuranceClaimWithdrawn { .. } => self.claim_said(fact),
            Event::RightAtRisk(_) | Event::RightSecured { .. } | Event::RightLapsed { .. } => {
                self.told_of(fact);
            }
        }
    }

    fn told_of(&mut self, fact: &Event) {
        if let Event::RightAtRisk(it) = fact {
            let told = Told { deadline: it.deadline, lead_days: it.lead_days, lapsed: false };
            self.told.insert((it.kind, it.subject.clone()), told);
        } else if let Event::RightSecured { kind, subject, .. } = fact {
            self.told.remove(&(*kind, subject.clone()));
        } else if let Event::RightLapsed { kind, subject, .. } = fact
            && let Some(it) = self.told.get_mut(&(*kind, subject.clone()))
        {
            it.lapsed = true;
        }
    }
}

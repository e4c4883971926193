//! What was said of placements, taken into account.

use std::collections::BTreeMap;

use events::{
    PlacementId,
    collection::{CollectorReport, Errand, Event, Placement, Remittance},
};
use risk::Recorded;

use super::{Answered, KnownPlacement, Run, Stage};
use crate::Collection;

impl Collection {
    /// What is said of placements.
    pub(crate) fn placed(&mut self, fact: &Event) {
        match fact {
            Event::HandOverPlanned(it) => {
                let known = KnownPlacement {
                    placement: Recorded(Placement::clone(it)),
                    hand_over: Run { at: self.place, stage: Stage::Planned },
                    recall: None,
                    claims: Vec::new(),
                    answer: None,
                    reports: Vec::new(),
                    remittances: BTreeMap::new(),
                };
                self.placements.insert(it.placement.clone(), known);
            }
            Event::RecallPlanned { placement, .. } => {
                let at = self.place;
                if let Some(it) = self.placements.get_mut(placement) {
                    it.recall = Some(Run { at, stage: Stage::Planned });
                }
            }
            Event::HandOverWithdrawn { placement, .. } => {
                self.runs(placement, Errand::HandOver, Stage::Withdrawn);
                // Nobody is told to stop what nobody was given.
                let recall = self.placements.get_mut(placement).and_then(|it| it.recall.as_mut());
                if let Some(it) = recall
                    && matches!(it.stage, Stage::Planned | Stage::Failed(_))
                {
                    it.stage = Stage::Withdrawn;
                }
            }
            Event::ErrandStarted { placement, errand, run, claims, .. } => {
                let stage = Stage::Started { run: run.clone(), at: self.place };
                self.runs(placement, *errand, stage);
                if let Some(it) = self.placements.get_mut(placement)
                    && *errand == Errand::HandOver
                {
                    it.claims = claims.iter().cloned().map(Recorded).collect();
                }
            }
            Event::ErrandDone { placement, errand, on, dossier, .. } => {
                self.runs(placement, *errand, Stage::Done { on: *on, dossier: *dossier });
            }
            Event::ErrandFailed { placement, errand, on, again, .. } => {
                let stage = if *again { Stage::Planned } else { Stage::Failed(*on) };
                self.runs(placement, *errand, stage);
            }
            Event::ErrandUnknown { placement, errand, on, .. } => {
                self.runs(placement, *errand, Stage::Unknown(*on));
            }
            Event::PlacementAccepted { placement, on, reference } => {
                if let Some(it) = self.placements.get_mut(placement) {
                    it.answer = Some(Answered::Accepted(*on, reference.clone()));
                }
            }
            Event::PlacementRefused { placement, on, why } => {
                if let Some(it) = self.placements.get_mut(placement) {
                    it.answer = Some(Answered::Refused(*on, why.clone()));
                }
            }
            Event::CollectorReported(it) => {
                if let Some(known) = self.placements.get_mut(&it.placement) {
                    known.reports.push(Recorded(CollectorReport::clone(it)));
                }
            }
            Event::Remitted(it) => {
                if let Some(known) = self.placements.get_mut(&it.placement) {
                    let remitted = Recorded(Remittance::clone(it));
                    known.remittances.insert(it.remittance.clone(), remitted);
                }
            }
            Event::CollectionPolicyAdopted(_)
            | Event::CaseOpened(_)
            | Event::CaseExtended { .. }
            | Event::CaseReduced { .. }
            | Event::CaseMerged { .. }
            | Event::CaseSplit { .. }
            | Event::RouteChosen { .. }
            | Event::CaseClosed { .. }
            | Event::InsuranceClaimLodged(_)
            | Event::InsuranceClaimAnswered(_)
            | Event::IndemnityPaid(_)
            | Event::InsurerRepaid(_)
            | Event::InsuranceClaimWithdrawn { .. }
            | Event::ActRecorded(_)
            | Event::ActWithdrawn { .. }
            | Event::RightAtRisk(_)
            | Event::RightSecured { .. }
            | Event::RightLapsed { .. } => {}
        }
    }

    fn runs(&mut self, placement: &PlacementId, errand: Errand, stage: Stage) {
        let known = self.placements.get_mut(placement);
        if let Some(it) = known.and_then(|it| it.run_mut(errand)) {
            it.stage = stage;
        }
    }
}

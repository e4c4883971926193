//! Giving a case to somebody who collects it: planned, looked at again, brought once; what comes back;
//! and asking for it back, at any time.
//!
//! An errand is run only when its plan has been heard back, and only by the process that started it: of
//! one that was started and not reported nobody can tell what became of it, and a person decides. What a
//! collector is told is what is owed when the errand starts.

mod back;
mod errands;
mod fee;
mod said;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    CaseId, Hash, PlacementId, Reference, RemittanceId,
    collection::{Collector, CollectorReport, Errand, Event, PlacedClaim, Placement, Remittance},
};
use money::Money;
use risk::Recorded;
use serde::{Deserialize, Serialize};

pub use errands::Pending;

use crate::{
    Collection, HandOver, Policy, RecallPlacement, RecordErrand, Refusal, Report, RunOutcome,
    Start, WithdrawHandOver, policy::Answer,
};

pub use fee::fee_band;

/// A placement, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownPlacement {
    pub(crate) placement: Recorded<Placement>,
    pub(crate) hand_over: Run,
    pub(crate) recall: Option<Run>,
    /// What the collector was told to collect.
    pub(crate) claims: Vec<Recorded<PlacedClaim>>,
    /// Whether the collector takes it on.
    pub(crate) answer: Option<Answered>,
    pub(crate) reports: Vec<Recorded<CollectorReport>>,
    pub(crate) remittances: BTreeMap<RemittanceId, Recorded<Remittance>>,
}

/// How far an errand has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The entry in which it was planned; none until that has been heard back.
    pub at: Option<u64>,
    /// How it stands.
    pub stage: Stage,
}

/// How an errand stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It waits to be run.
    Planned,
    /// A process runs it. `at`: the entry in which that stands.
    Started {
        /// Which process.
        run: Reference,
        /// The entry; none until it has been heard back.
        at: Option<u64>,
    },
    /// What was brought was taken.
    Done {
        /// When.
        on: NaiveDate,
        /// What was brought.
        dossier: Option<Hash>,
    },
    /// It was not, and nothing has left: a person has to look.
    Failed(NaiveDate),
    /// Nobody can tell: a person has to say.
    Unknown(NaiveDate),
    /// It is not run.
    Withdrawn,
}

/// What a collector answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answered {
    /// It takes it on, under a number of its own.
    Accepted(NaiveDate, Option<Reference>),
    /// It does not.
    Refused(NaiveDate, Reference),
}

impl KnownPlacement {
    /// Whether somebody else may be collecting, or is about to.
    pub(crate) fn is_out(&self) -> bool {
        let recalled =
            self.recall.as_ref().is_some_and(|it| matches!(it.stage, Stage::Done { .. }));
        let refused = matches!(self.answer, Some(Answered::Refused(..)));
        !recalled && !refused && self.hand_over.stage != Stage::Withdrawn
    }

    fn run(&self, errand: Errand) -> Option<&Run> {
        match errand {
            Errand::HandOver => Some(&self.hand_over),
            Errand::Recall => self.recall.as_ref(),
        }
    }

    fn run_mut(&mut self, errand: Errand) -> Option<&mut Run> {
        match errand {
            Errand::HandOver => Some(&mut self.hand_over),
            Errand::Recall => self.recall.as_mut(),
        }
    }
}

impl Policy {
    pub(crate) fn collector(&self, name: &Reference) -> Option<&Collector> {
        self.rules().collectors.iter().find(|it| it.name == *name)
    }

    pub(crate) fn hand_over(&self, collection: &Collection, it: HandOver) -> Answer {
        let case = collection.find_open(&it.case_id)?;
        let Some(collector) = self.collector(&it.collector) else {
            return Err(Refusal::NoCollector(it.collector));
        };
        if let Some((id, out)) = collection.out_of(&it.case_id) {
            if out.placement.collector == it.collector && out.placement.by == it.placed_by {
                return Ok(Vec::new());
            }
            return Err(Refusal::PlacedAlready { case: it.case_id, placement: id.clone() });
        }
        self.reminded(collection, it.place_date).check_open(&case.invoices)?;
        Ok(vec![Event::HandOverPlanned(Box::new(Placement {
            placement: collection.next_placement(),
            case: it.case_id,
            collector: it.collector,
            agreement: collector.agreement.clone(),
            planned_on: it.place_date,
            by: it.placed_by,
        }))])
    }

    /// What is owed of a case, as a collector is told on a day.
    pub fn to_collect(
        &self,
        collection: &Collection,
        case: &CaseId,
        on: NaiveDate,
    ) -> Vec<PlacedClaim> {
        let view = self.case(collection, case, on);
        let claims = view.into_iter().flat_map(|it| it.claims);
        let open = claims.filter(|it| it.principal.minor() > it.disputed.minor());
        open.map(|it| PlacedClaim {
            // What is contested is not given to anybody.
            principal: Money::new(
                it.principal.minor() - it.disputed.minor(),
                it.principal.currency(),
            ),
            invoice: it.invoice,
            interest: it.interest,
            fixed_sum: it.fixed_sum,
        })
        .collect()
    }

    /// Whether an errand may be started today by whoever runs errands.
    pub fn may_start(
        &self,
        collection: &Collection,
        placement: &PlacementId,
        errand: Errand,
        today: NaiveDate,
    ) -> bool {
        self.startable(collection, placement, errand, today).is_ok()
    }

    fn startable(
        &self,
        collection: &Collection,
        placement: &PlacementId,
        errand: Errand,
        today: NaiveDate,
    ) -> Result<Vec<PlacedClaim>, Refusal> {
        let known = collection.find_placement(placement)?;
        let run = known.run(errand).ok_or_else(|| Refusal::NoErrand(placement.clone()))?;
        if run.stage != Stage::Planned || run.at.is_none() {
            return Err(Refusal::ErrandTooLate(placement.clone()));
        }
        if errand == Errand::Recall {
            // Whoever is still being told to begin is not told to stop before that is over.
            return match known.hand_over.stage {
                Stage::Done { .. } | Stage::Unknown(_) => Ok(Vec::new()),
                Stage::Planned | Stage::Started { .. } | Stage::Failed(_) | Stage::Withdrawn => {
                    Err(Refusal::ErrandTooLate(placement.clone()))
                }
            };
        }
        if known.recall.is_some() {
            return Err(Refusal::ErrandTooLate(placement.clone()));
        }
        let case = &known.placement.case;
        let invoices = &collection.find_open(case)?.invoices;
        self.reminded(collection, today).check_open(invoices)?;
        let claims = self.to_collect(collection, case, today);
        if claims.is_empty() { Err(Refusal::NothingLeft(case.clone())) } else { Ok(claims) }
    }

    pub(crate) fn start(&self, collection: &Collection, it: Start) -> Answer {
        let claims = self.startable(collection, &it.placement, it.errand, it.on)?;
        Ok(vec![Event::ErrandStarted {
            placement: it.placement,
            errand: it.errand,
            run: it.run,
            on: it.on,
            claims,
        }])
    }

    /// A person says what became of an errand: of one that failed, or of which nobody knows. What was
    /// not taken waits to be run again.
    ///
    /// What a person brought by itself begins with that: the collector is told what is owed on its day.
    pub(crate) fn record_errand(&self, collection: &Collection, it: RecordErrand) -> Answer {
        let known = collection.find_placement(&it.placement_id)?;
        let run = known.run(it.errand).ok_or_else(|| Refusal::NoErrand(it.placement_id.clone()))?;
        let (placement, errand, on) = (it.placement_id, it.errand, it.errand_date);
        let by_itself = matches!(run.stage, Stage::Planned | Stage::Failed(_));
        match (&run.stage, it.why) {
            // Said already, or it waits already.
            (Stage::Done { .. }, None) | (Stage::Planned, Some(_)) => Ok(Vec::new()),
            (Stage::Started { .. } | Stage::Withdrawn | Stage::Done { .. }, _) => {
                Err(Refusal::ErrandTooLate(placement))
            }
            (Stage::Planned | Stage::Failed(_) | Stage::Unknown(_), None) => {
                let mut said = Vec::with_capacity(2);
                if by_itself && errand == Errand::HandOver {
                    let run = Reference::new(it.recorded_by.as_str())
                        .unwrap_or_else(|_| Reference::literal("a person"));
                    let claims = self.to_collect(collection, &known.placement.case, on);
                    let placement = placement.clone();
                    said.push(Event::ErrandStarted { placement, errand, run, on, claims });
                }
                let (proof, by) = (it.proof, Some(it.recorded_by));
                said.push(Event::ErrandDone { placement, errand, on, proof, dossier: None, by });
                Ok(said)
            }
            (Stage::Failed(_) | Stage::Unknown(_), Some(why)) => {
                Ok(vec![Event::ErrandFailed { placement, errand, on, why, again: true }])
            }
        }
    }

    /// Whether what was started is still to be brought: everything heard since says so.
    pub fn is_still_to_be_brought(
        &self,
        collection: &Collection,
        placement: &PlacementId,
        errand: Errand,
        today: NaiveDate,
    ) -> bool {
        let Ok(known) = collection.find_placement(placement) else { return false };
        let started = known
            .run(errand)
            .is_some_and(|it| matches!(it.stage, Stage::Started { at: Some(_), .. }));
        if errand == Errand::Recall {
            return started;
        }
        let case = &known.placement.case;
        let now = self.to_collect(collection, case, today);
        let told = known.claims.iter().map(|it| &it.0);
        let open = collection
            .find_open(case)
            .is_ok_and(|case| self.reminded(collection, today).check_open(&case.invoices).is_ok());
        started && known.recall.is_none() && open && told.eq(now.iter())
    }
}

impl Collection {
    pub(crate) fn find_placement(&self, id: &PlacementId) -> Result<&KnownPlacement, Refusal> {
        self.placements.get(id).ok_or_else(|| Refusal::NoPlacement(id.clone()))
    }

    /// The placement of a case that may be with a collector, or is on its way.
    fn out_of(&self, case: &CaseId) -> Option<(&PlacementId, &KnownPlacement)> {
        self.placements.iter().find(|(_, it)| it.placement.case == *case && it.is_out())
    }

    #[expect(clippy::expect_used, reason = "a word and a number are an id")]
    fn next_placement(&self) -> PlacementId {
        let count = self.placements.len() + 1;
        PlacementId::new(&format!("placement-{count}")).expect("an id")
    }

    pub(crate) fn report_errand(&self, it: Report) -> Answer {
        let known = self.find_placement(&it.placement)?;
        let run = known.run(it.errand).ok_or_else(|| Refusal::NoErrand(it.placement.clone()))?;
        let Stage::Started { run: started_by, .. } = &run.stage else {
            return Err(Refusal::ErrandTooLate(it.placement));
        };
        if *started_by != it.run && !matches!(it.outcome, RunOutcome::Unknown { .. }) {
            return Err(Refusal::ErrandTooLate(it.placement));
        }
        let (placement, errand, on) = (it.placement, it.errand, it.on);
        Ok(vec![match it.outcome {
            RunOutcome::Done { proof, dossier } => {
                Event::ErrandDone { placement, errand, on, proof, dossier, by: None }
            }
            RunOutcome::Failed { why } => {
                Event::ErrandFailed { placement, errand, on, why, again: false }
            }
            RunOutcome::Deferred { why } => {
                Event::ErrandFailed { placement, errand, on, why, again: true }
            }
            RunOutcome::Unknown { why } => Event::ErrandUnknown { placement, errand, on, why },
            // Nothing has left: it waits again, and is looked at anew.
            RunOutcome::Withdrawn => {
                let why = Reference::literal("what is owed changed");
                Event::ErrandFailed { placement, errand, on, why, again: true }
            }
        }])
    }

    pub(crate) fn withdraw_hand_over(&self, it: WithdrawHandOver) -> Answer {
        let known = self.find_placement(&it.placement_id)?;
        match known.hand_over.stage {
            Stage::Withdrawn => Ok(Vec::new()),
            Stage::Planned | Stage::Failed(_) => Ok(vec![Event::HandOverWithdrawn {
                placement: it.placement_id,
                on: it.withdraw_date,
                by: Some(it.withdrawn_by),
            }]),
            Stage::Started { .. } | Stage::Done { .. } | Stage::Unknown(_) => {
                Err(Refusal::RecallInstead(it.placement_id))
            }
        }
    }

    pub(crate) fn recall(&self, it: RecallPlacement) -> Answer {
        let known = self.find_placement(&it.placement_id)?;
        if known.recall.is_some() {
            return Ok(Vec::new());
        }
        match known.hand_over.stage {
            // What is on its way is called back too: it stops, or the word follows it.
            Stage::Started { .. } | Stage::Done { .. } | Stage::Unknown(_) => {
                Ok(vec![Event::RecallPlanned {
                    placement: it.placement_id,
                    on: it.recall_date,
                    by: Some(it.recalled_by),
                }])
            }
            Stage::Planned | Stage::Failed(_) | Stage::Withdrawn => {
                Err(Refusal::NotPlaced(it.placement_id))
            }
        }
    }

    /// The next placement that is to end: its case has, or it was called back before it left.
    pub(crate) fn next_recall(&self, today: NaiveDate) -> Option<Event> {
        self.placements.iter().find_map(|(id, it)| {
            let stays = matches!(it.hand_over.stage, Stage::Planned | Stage::Failed(_));
            if it.recall.is_some() && stays {
                let placement = id.clone();
                return Some(Event::HandOverWithdrawn { placement, on: today, by: None });
            }
            let closed = self.cases.get(&it.placement.case).is_none_or(|it| it.closed.is_some());
            if !closed || !it.is_out() {
                return None;
            }
            let placement = id.clone();
            match it.hand_over.stage {
                Stage::Planned | Stage::Failed(_) => {
                    Some(Event::HandOverWithdrawn { placement, on: today, by: None })
                }
                Stage::Done { .. } | Stage::Unknown(_) if it.recall.is_none() => {
                    Some(Event::RecallPlanned { placement, on: today, by: None })
                }
                Stage::Done { .. }
                | Stage::Unknown(_)
                | Stage::Started { .. }
                | Stage::Withdrawn => None,
            }
        })
    }
}

//! What persons have to do about cases and collectors, the most pressing first; each score shows the
//! rules that it adds up.
//!
//! Whether something is to be done say the facts alone. The points are a habit of the trade, not a
//! finding: the constants below are all there is to it. Digits, days and ranks are those of the
//! worklist of late payers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use dunning::view::worklist::{DAYS_PER_POINT, DAYS_POINTS_MAX, POINTS_PER_DIGIT, digits};
use events::{
    CaseId, PlacementId, RemittanceId,
    collection::{CollectorStatus, Errand, RightKind, RightSubject},
};
use money::Currency;

use crate::{
    Collection, Policy,
    placement::{Answered, Run, Stage},
    view::PlacementView,
};

/// Points of a last day that is today or tomorrow, within a week, within a month.
pub const DEADLINE_POINTS: [(i64, i32); 3] = [(1, 40), (7, 30), (30, 15)];

/// What a person has to do, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// To say whether an errand to a collector was taken: nobody knows.
    UnknownErrand,
    /// To do what keeps a right before its last day.
    RightAtRisk,
    /// To find another way for an errand that was not taken.
    FailedErrand,
    /// To decide what becomes of a case that its collector does not take, or gives back.
    GivenBack,
    /// To agree to instalments that a collector passes on, or not.
    Proposal,
    /// To choose the way by which a case goes on.
    ToDecide,
    /// To ask a collector for money that it took in and should have passed on.
    LateRemittance,
    /// To give a case to the collector that was chosen for it.
    ToPlace,
}

impl TaskKind {
    /// What it gives: what nobody knows stops everything, and what lapses is lost.
    pub const fn points(self) -> i32 {
        match self {
            Self::UnknownErrand => 50,
            Self::RightAtRisk => 45,
            Self::FailedErrand => 40,
            Self::GivenBack => 35,
            Self::Proposal => 30,
            Self::ToDecide => 25,
            Self::LateRemittance => 20,
            Self::ToPlace => 15,
        }
    }
}

/// Something for a person to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What.
    pub kind: TaskKind,
    /// Since when; of a right, from when its time is counted.
    pub since: NaiveDate,
    /// The last day for it, where there is one.
    pub until: Option<NaiveDate>,
    /// What it is about.
    pub subject: Subject,
}

/// What a task is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A case.
    Case(CaseId),
    /// An errand of a placement.
    Errand(PlacementId, Errand),
    /// A placement.
    Placement(PlacementId),
    /// Money that a collector took in.
    Remittance(RemittanceId),
    /// A right.
    Right(RightKind, RightSubject),
}

/// A rule of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// What the most pressing task is.
    Task,
    /// How near the nearest last day of a task is.
    Deadline,
    /// How much is open in cases, in the currency that has the most digits: nothing is converted.
    AmountOpen,
    /// For how long the oldest of it has been due.
    DaysPastDue,
}

/// What a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// Which rule.
    pub rule: Rule,
    /// How many points: more than 0.
    pub points: i32,
}

/// What there is to do for a customer, and how pressing it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The most pressing first; never empty.
    pub tasks: Vec<Task>,
    /// The sum of the rules' points.
    pub points: i32,
    /// The rules that give points, in their order.
    pub rules: Vec<Points>,
}

impl Policy {
    /// What there is to do for a customer on a day, by everything that is known; nothing: none.
    pub fn work(&self, collection: &Collection, on: NaiveDate) -> Option<Work> {
        let mut tasks = self.rights_to_keep(collection, on);
        let placements = collection.placements();
        for it in &placements {
            self.of_placement(collection, it, on, &mut tasks);
        }
        for known in collection.cases.values().filter(|it| it.closed.is_none()) {
            let id = &known.case.case;
            let kind = match &known.route {
                None => TaskKind::ToDecide,
                Some(route) if route.collector.is_some() && !was_placed(&placements, id) => {
                    TaskKind::ToPlace
                }
                Some(_) => continue,
            };
            let since = known.route.as_ref().map_or(known.case.opened_on, |it| it.on);
            tasks.push(Task { kind, since, until: None, subject: Subject::Case(id.clone()) });
        }
        tasks.sort_by(|a, b| {
            let of = |it: &Task| (it.kind, it.until.unwrap_or(NaiveDate::MAX), it.since);
            of(a).cmp(&of(b)).then_with(|| a.subject.cmp(&b.subject))
        });
        let most_pressing = tasks.first()?.kind;
        let nearest = tasks.iter().filter_map(|it| it.until).min();
        let (digits, days) = Self::open(collection, on);
        let rules = [
            (Rule::Task, most_pressing.points()),
            (Rule::Deadline, nearest.map_or(0, |last| deadline_points((last - on).num_days()))),
            (Rule::AmountOpen, digits.saturating_mul(POINTS_PER_DIGIT)),
            (Rule::DaysPastDue, days),
        ];
        let rules: Vec<_> = rules
            .into_iter()
            .filter(|(_, points)| *points > 0)
            .map(|(rule, points)| Points { rule, points })
            .collect();
        let points = rules.iter().fold(0_i32, |sum, it| sum.saturating_add(it.points));
        Some(Work { tasks, points, rules })
    }

    fn rights_to_keep(&self, collection: &Collection, on: NaiveDate) -> Vec<Task> {
        let rights = self.rights(collection, on).into_iter();
        rights
            .filter(|it| it.is_running() && !it.kind.is_theirs() && self.is_near(it, on))
            .map(|it| Task {
                kind: TaskKind::RightAtRisk,
                since: it.counted_from,
                until: it.deadline,
                subject: Subject::Right(it.kind, it.subject),
            })
            .collect()
    }

    fn of_placement(
        &self,
        collection: &Collection,
        it: &PlacementView,
        on: NaiveDate,
        tasks: &mut Vec<Task>,
    ) {
        let id = &it.placement.placement;
        let runs = [(Errand::HandOver, Some(&it.hand_over)), (Errand::Recall, it.recall.as_ref())];
        for (errand, run) in runs {
            let Some((kind, since)) = run.and_then(waits_for_a_person) else { continue };
            let subject = Subject::Errand(id.clone(), errand);
            tasks.push(Task { kind, since, until: None, subject });
        }
        let case = collection.cases.get(&it.placement.case);
        let is_open = case.is_some_and(|it| it.closed.is_none());
        if is_open && it.recall.is_none() {
            let last = it.reports.last();
            let said = |status| last.filter(|it| it.status == status).map(|it| it.on);
            let refused = match &it.answer {
                Some(Answered::Refused(on, _)) => Some(*on),
                Some(Answered::Accepted(..)) | None => None,
            };
            let chosen = case.and_then(|it| it.route.as_ref()).map(|it| it.on);
            let given_back = refused.or_else(|| said(CollectorStatus::Ended));
            // Whoever chose a way since has decided.
            let given_back = given_back.filter(|back| chosen.is_none_or(|chosen| chosen <= *back));
            let subject = Subject::Placement(id.clone());
            if let Some(since) = given_back {
                tasks.push(Task { kind: TaskKind::GivenBack, since, until: None, subject });
            } else if let Some(since) = said(CollectorStatus::Proposes) {
                tasks.push(Task { kind: TaskKind::Proposal, since, until: None, subject });
            }
        }
        for remitted in &it.remittances {
            let (taken_in, passed_on) = (remitted.remittance.on, remitted.passed_on);
            let collector = &it.placement.collector;
            if passed_on.is_none() && self.is_late(collector, taken_in, passed_on, on) {
                tasks.push(Task {
                    kind: TaskKind::LateRemittance,
                    since: self.pass_on_by(collector, taken_in).unwrap_or(taken_in),
                    until: None,
                    subject: Subject::Remittance(remitted.remittance.remittance.clone()),
                });
            }
        }
    }

    /// How many digits the whole units have that are open in cases, in the currency that has the most,
    /// and the points of the oldest's days past due.
    fn open(collection: &Collection, on: NaiveDate) -> (i32, i32) {
        let account = collection.dunning.risk().account();
        let open = collection.cases.values().filter(|it| it.closed.is_none());
        let mut sums = BTreeMap::<Currency, i128>::new();
        let mut due: Option<NaiveDate> = None;
        for invoice in open.flat_map(|it| &it.invoices) {
            let Some(view) = account.invoice_view(invoice, NaiveDate::MAX) else { continue };
            let (Some(document), Some(open)) = (view.document, view.open) else { continue };
            *sums.entry(open.currency()).or_default() += i128::from(open.minor());
            due = Some(due.map_or(document.due_on, |it| it.min(document.due_on)));
        }
        let digits = sums.into_iter().map(|(currency, minor)| digits(minor, currency)).max();
        let days = due.map_or(0, |due| (on - due).num_days().max(0)) / DAYS_PER_POINT;
        let days = i32::try_from(days).unwrap_or(DAYS_POINTS_MAX);
        (digits.unwrap_or(0), days.min(DAYS_POINTS_MAX))
    }
}

/// Of an errand that only a person can bring on, what to do and since when.
fn waits_for_a_person(run: &Run) -> Option<(TaskKind, NaiveDate)> {
    match run.stage {
        Stage::Unknown(on) => Some((TaskKind::UnknownErrand, on)),
        Stage::Failed(on) => Some((TaskKind::FailedErrand, on)),
        Stage::Planned | Stage::Started { .. } | Stage::Done { .. } | Stage::Withdrawn => None,
    }
}

fn was_placed(placements: &[PlacementView], case: &CaseId) -> bool {
    placements.iter().any(|it| it.placement.case == *case && it.hand_over.stage != Stage::Withdrawn)
}

fn deadline_points(days: i64) -> i32 {
    DEADLINE_POINTS.into_iter().find(|(within, _)| days <= *within).map_or(0, |(_, points)| points)
}

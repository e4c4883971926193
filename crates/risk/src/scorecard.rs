//! Scorecards: read once, proposed to run in the shadow, promoted by a second person; and the sums
//! they come to.

use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;
use events::{
    ActorId, Reference, date,
    risk::{Cap, Characteristic, Event, Grade, Measure, Scorecard, Weights},
};
use invoicing::{FieldError, Invalid};
use serde::{Deserialize, Serialize};

use crate::{Policy, Refusal, Subject, policy::Answer};

/// A scorecard to run beside the one in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeScorecard {
    /// What it says.
    pub scorecard: Scorecard,
    /// Who proposes it.
    pub proposed_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub propose_date: NaiveDate,
}

/// The scorecard that was proposed is to be in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromoteScorecard {
    /// Its name.
    pub scorecard: Reference,
    /// Who agrees; not who proposed it.
    pub approved_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub promote_date: NaiveDate,
}

/// The scorecard that was proposed is to run no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawScorecard {
    /// Its name.
    pub scorecard: Reference,
    /// When.
    #[serde(with = "date")]
    pub withdraw_date: NaiveDate,
}

/// No weight is larger, so that no sum of one a measure leaves 32 bits.
const WEIGHT_MAX: i32 = 1_000_000;

/// The scorecards of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scorecards {
    /// In force.
    pub(crate) champion: Arc<Scorecard>,
    /// Proposed, and by whom: it is applied to everybody and changes nothing.
    pub(crate) challenger: Option<(Arc<Scorecard>, ActorId)>,
}

impl Default for Scorecards {
    fn default() -> Self {
        Self { champion: Arc::new(crate::score::preset()), challenger: None }
    }
}

impl Scorecards {
    /// Whether one of them is another from now on.
    pub(crate) fn adopt(&mut self, event: &Event) -> bool {
        if let Event::ScorecardProposed { scorecard, proposed_by, .. } = event {
            let scorecard = Arc::new(Scorecard::clone(scorecard));
            self.challenger = Some((scorecard, proposed_by.clone()));
            true
        } else if let Event::ScorecardPromoted { scorecard, .. } = event {
            let named = self.challenger.take_if(|(it, _)| it.scorecard == *scorecard);
            named.is_some_and(|(challenger, _)| {
                self.champion = challenger;
                true
            })
        } else if let Event::ScorecardWithdrawn { scorecard, .. } = event {
            self.challenger.take_if(|(it, _)| it.scorecard == *scorecard).is_some()
        } else {
            false
        }
    }

    /// Whether one of them looks at a figure.
    pub(crate) fn look_at(&self, measure: Measure) -> bool {
        let cards = [Some(&self.champion), self.challenger.as_ref().map(|(it, _)| it)];
        let mut all = cards.into_iter().flatten().flat_map(|it| &it.characteristics);
        all.any(|it| it.measure == measure)
    }

    fn proposed(&self, scorecard: &Reference) -> Result<&ActorId, Refusal> {
        let found = self.challenger.as_ref().filter(|(it, _)| it.scorecard == *scorecard);
        found.map(|(_, by)| by).ok_or_else(|| Refusal::NotFound {
            subject: Subject::Scorecard,
            id: scorecard.to_string(),
        })
    }
}

impl Policy {
    /// The scorecard in force.
    pub fn champion(&self) -> &Scorecard {
        &self.scorecards.champion
    }

    /// The scorecard that runs in the shadow, and who proposed it.
    pub fn challenger(&self) -> Option<(&Scorecard, &ActorId)> {
        self.scorecards.challenger.as_ref().map(|(it, by)| (&**it, by))
    }

    pub(crate) fn propose_scorecard(&self, data: ProposeScorecard) -> Answer {
        let ProposeScorecard { scorecard, proposed_by, propose_date } = data;
        check(&scorecard)?;
        let name = &scorecard.scorecard;
        let known = |it: &Scorecard| it.scorecard == *name;
        let conflict =
            || Err(Refusal::Conflict { subject: Subject::Scorecard, id: name.to_string() });
        if known(&self.scorecards.champion) {
            let same = *self.scorecards.champion == scorecard;
            return if same { Ok(Vec::new()) } else { conflict() };
        }
        if let Some((challenger, _)) =
            self.scorecards.challenger.as_ref().filter(|(it, _)| known(it))
        {
            return if **challenger == scorecard { Ok(Vec::new()) } else { conflict() };
        }
        let scorecard = Box::new(scorecard);
        Ok(vec![Event::ScorecardProposed { scorecard, proposed_by, proposed_on: propose_date }])
    }

    pub(crate) fn promote_scorecard(&self, data: PromoteScorecard) -> Answer {
        let PromoteScorecard { scorecard, approved_by, promote_date } = data;
        if self.scorecards.champion.scorecard == scorecard {
            return Ok(Vec::new());
        }
        if *self.scorecards.proposed(&scorecard)? == approved_by {
            return Err(Refusal::SamePerson(approved_by));
        }
        Ok(vec![Event::ScorecardPromoted { scorecard, approved_by, promoted_on: promote_date }])
    }

    pub(crate) fn withdraw_scorecard(&self, data: WithdrawScorecard) -> Answer {
        let WithdrawScorecard { scorecard, withdraw_date } = data;
        self.scorecards.proposed(&scorecard)?;
        Ok(vec![Event::ScorecardWithdrawn { scorecard, withdrawn_on: withdraw_date }])
    }
}

/// Whether a scorecard gives every customer a score: every field that forbids it is named.
pub(crate) fn check(card: &Scorecard) -> Result<(), Invalid> {
    let mut errors = Vec::new();
    let mut wrong = |field: String, reason: &str| {
        errors.push(FieldError { field: format!("scorecard.{field}"), reason: reason.to_owned() });
    };
    if !card.grades.is_sorted_by(|a, b| a > b) {
        wrong("grades".to_owned(), "do not fall from A to D");
    }
    if card.up_buffer < 0 {
        wrong("up_buffer".to_owned(), "is below zero");
    }
    if card.characteristics.is_empty() {
        wrong("characteristics".to_owned(), "are none");
    }
    let mut seen = BTreeSet::new();
    let large = |it: &Weights| {
        [it.points, it.late, it.late15, it.late30, it.days]
            .iter()
            .any(|it| it.unsigned_abs() > WEIGHT_MAX.unsigned_abs())
    };
    if large(&card.base) {
        wrong("base".to_owned(), "has a weight beyond one million");
    }
    for (place, it) in card.characteristics.iter().enumerate() {
        let field = |name: &str| format!("characteristics[{place}].{name}");
        if !seen.insert(it.measure) {
            wrong(field("measure"), "is looked at already");
        }
        let ends: Vec<_> = it.bins.iter().map(|it| it.below).collect();
        let rising = ends.is_sorted_by_key(|it| it.map_or((1, 0), |it| (0, it)))
            && ends.windows(2).all(|it| matches!(it, [a, b] if a != b));
        if !rising || ends.last() != Some(&None) {
            wrong(field("bins"), "do not rise to one without an end");
        }
        if large(&it.unknown) || it.bins.iter().any(|it| large(&it.weights)) {
            wrong(field("bins"), "have a weight beyond one million");
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Invalid(errors)) }
}

/// What a value is worth.
pub(crate) fn worth(it: &Characteristic, value: Option<i64>) -> Weights {
    let Some(value) = value else { return it.unknown };
    let bin = it.bins.iter().find(|it| it.below.is_none_or(|below| value < below));
    bin.map_or(it.unknown, |it| it.weights)
}

/// Two sums as one.
pub(crate) fn plus(a: Weights, b: Weights) -> Weights {
    Weights {
        points: a.points.saturating_add(b.points),
        late: a.late.saturating_add(b.late),
        late15: a.late15.saturating_add(b.late15),
        late30: a.late30.saturating_add(b.late30),
        days: a.days.saturating_add(b.days),
    }
}

/// All that a scorecard says of these values.
pub(crate) fn sum(card: &Scorecard, value: impl Fn(Measure) -> Option<i64>) -> Weights {
    let worths = card.characteristics.iter().map(|it| worth(it, value(it.measure)));
    worths.fold(card.base, plus)
}

/// The grade that points give.
pub(crate) fn grade(card: &Scorecard, points: i32) -> Grade {
    let grades = [Grade::A, Grade::B, Grade::C, Grade::D];
    let found = grades.into_iter().zip(card.grades).find(|(_, from)| points >= *from);
    found.map_or(Grade::E, |(it, _)| it)
}

/// The figure that allows no better grade than another, and that grade: the gravest one.
pub(crate) fn cap(card: &Scorecard, value: impl Fn(Measure) -> Option<i64>) -> Option<Cap> {
    let hits =
        card.caps.iter().filter(|it| value(it.measure).is_some_and(|value| value >= it.from));
    hits.copied().min_by_key(|it| Reverse(it.grade))
}

//! The score: what the scorecard in force says of a customer, said again whenever that changes,
//! with a receipt that adds up.

mod flip;
mod measured;
pub mod odds;
mod preset;

use chrono::{Days, NaiveDate};
use events::{
    Reference,
    risk::{Cap, Chances, Event, Grade, Reason, Scorecard, Scored, Shadow, Weights},
};
use serde::{Deserialize, Serialize};

use crate::{
    Policy, Refusal, Risk, Step,
    policy::Answer,
    scorecard::{cap, grade, sum, worth},
};

use flip::Aim;
pub(crate) use measured::Measured;
pub(crate) use preset::preset;

/// How a customer stands by a scorecard; the receipt stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which scorecard.
    pub scorecard: Reference,
    /// What it came to.
    pub sum: Weights,
    /// The grade.
    pub grade: Grade,
    /// Since when the customer has it.
    pub grade_since: NaiveDate,
    /// The grade before, if there was another.
    pub grade_before: Option<Grade>,
    /// How the business day began on which this was said; none if it was the first.
    pub(crate) morning: Option<Morning>,
    /// The business day on which this was said.
    pub scored_on: NaiveDate,
    /// The entry of the journal that says it; none while it is on its way there.
    pub at: Option<u64>,
}

/// The grade with which a day begins. What is said within a day, while facts come in, binds nobody:
/// a history that is imported in whatever order leads to one grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Morning {
    pub(crate) grade: Grade,
    pub(crate) since: NaiveDate,
    /// The grade before, if there was another.
    pub(crate) before: Option<Grade>,
}

/// What a scorecard says of a customer on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) sum: Weights,
    /// What points alone would give.
    pub(crate) earned: Grade,
    pub(crate) cap: Option<Cap>,
    pub(crate) grade: Grade,
    pub(crate) grade_since: NaiveDate,
}

impl Standing {
    /// What to expect of the customer's next payment.
    pub fn chances(&self) -> Chances {
        chances(&self.sum)
    }

    /// How a day begins after this was said, or began if it was said on it.
    fn morning(&self, on: NaiveDate) -> Option<Morning> {
        if self.scored_on < on {
            let (grade, since, before) = (self.grade, self.grade_since, self.grade_before);
            Some(Morning { grade, since, before })
        } else {
            self.morning
        }
    }
}

impl Verdict {
    pub(crate) fn of(
        card: &Scorecard,
        measured: &Measured,
        before: Option<&Standing>,
        on: NaiveDate,
    ) -> Self {
        let sum = sum(card, |it| measured.value(it));
        let cap = cap(card, |it| measured.value(it));
        let capped = |it: Grade| cap.map_or(it, |cap| it.max(cap.grade));
        let earned = grade(card, sum.points);
        let (grade, grade_since) = match before.and_then(|it| it.morning(on)) {
            None => (capped(earned), on),
            // Down at once.
            Some(before) if capped(earned) > before.grade => (capped(earned), on),
            Some(before) => {
                // Up past a buffer, and not before the grade was kept for a while.
                let clear = capped(grade(card, sum.points.saturating_sub(card.up_buffer)));
                let kept = keeps_until(card, before.since).is_none_or(|it| it <= on);
                if clear < before.grade && kept {
                    (clear, on)
                } else {
                    (before.grade, before.since)
                }
            }
        };
        Self { sum, earned, cap, grade, grade_since }
    }

    fn is_said(&self, card: &Scorecard, said: Option<&Standing>) -> bool {
        said.is_some_and(|it| {
            it.scorecard == card.scorecard && it.sum == self.sum && it.grade == self.grade
        })
    }
}

/// The first day on which a better grade may be given.
fn keeps_until(card: &Scorecard, since: NaiveDate) -> Option<NaiveDate> {
    since.checked_add_days(Days::new(card.up_after_days.into()))
}

/// What sums mean. Later than 30 days is later than 15, and that is late: none of them is likelier
/// than the one it is part of, however a scorecard was learned.
fn chances(sum: &Weights) -> Chances {
    let late = odds::chance_ppm(sum.late.into());
    let late15 = odds::chance_ppm(sum.late15.into()).min(late);
    Chances {
        late,
        late15,
        late30: odds::chance_ppm(sum.late30.into()).min(late15),
        days: u32::try_from(sum.days).unwrap_or(0),
    }
}

impl Policy {
    /// Whether the scorecards say something of a customer that they have not said.
    pub(crate) fn next_score(&self, risk: &Risk, today: NaiveDate) -> Option<Step> {
        if !risk.is_known() || today == NaiveDate::MIN {
            return None;
        }
        let measured = Measured::of(self, risk, today)?;
        let said = |card: &Scorecard, said: Option<&Standing>| {
            Verdict::of(card, &measured, said, today).is_said(card, said)
        };
        if !said(&self.scorecards.champion, risk.standing.as_ref()) {
            return Some(Step::Score { on: today });
        }
        let challenger = self.scorecards.challenger.as_ref();
        let shadow = challenger.is_some_and(|(it, _)| !said(it, risk.shadow_of(it)));
        shadow.then_some(Step::ScoreInShadow { on: today })
    }

    pub(crate) fn score_wakes_on(&self, risk: &Risk, silent_on: NaiveDate) -> Option<NaiveDate> {
        if !risk.is_known() {
            return None;
        }
        let may_rise = |card: &Scorecard, it: Option<&Standing>| {
            it.filter(|it| it.grade > grade(card, it.sum.points))
                .and_then(|it| keeps_until(card, it.grade_since))
                .filter(|it| *it > silent_on)
        };
        let champion = may_rise(&self.scorecards.champion, risk.standing.as_ref());
        let challenger = self.scorecards.challenger.as_ref();
        let challenger = challenger.and_then(|(it, _)| may_rise(it, risk.shadow_of(it)));
        let moves = Measured::moves_on(self, risk, silent_on);
        [champion, challenger, moves].into_iter().flatten().min()
    }

    pub(crate) fn score(&self, risk: &Risk, on: NaiveDate) -> Answer {
        let measured = Measured::of(self, risk, on).ok_or(Refusal::NotCalledFor)?;
        let card = &*self.scorecards.champion;
        let verdict = Verdict::of(card, &measured, risk.standing.as_ref(), on);
        let reasons = card.characteristics.iter().filter_map(|it| {
            let (value, at) = measured.read(it.measure);
            let points = worth(it, value).points;
            let says = value.is_some() || points != 0;
            says.then_some(Reason { measure: it.measure, value, points, at })
        });
        let natural = verdict.cap.map_or(verdict.earned, |cap| verdict.earned.max(cap.grade));
        Ok(vec![Event::Scored(Box::new(Scored {
            scored_on: on,
            scorecard: card.scorecard.clone(),
            sum: verdict.sum,
            chances: chances(&verdict.sum),
            grade: verdict.grade,
            earned: (verdict.earned != verdict.grade).then_some(verdict.earned),
            capped_by: verdict.cap.filter(|_| natural > verdict.earned).map(|it| it.measure),
            grade_since: verdict.grade_since,
            base: card.base.points,
            reasons: reasons.collect(),
            better: self.better(risk, &measured, verdict.grade, on),
            worse: flip::moved(card, &measured, Aim::Below(verdict.grade)),
        }))])
    }

    pub(crate) fn score_in_shadow(&self, risk: &Risk, on: NaiveDate) -> Answer {
        let Some((card, _)) = &self.scorecards.challenger else {
            return Err(Refusal::NotCalledFor);
        };
        let measured = Measured::of(self, risk, on).ok_or(Refusal::NotCalledFor)?;
        let verdict = Verdict::of(card, &measured, risk.shadow_of(card), on);
        Ok(vec![Event::ShadowScored(Box::new(Shadow {
            scored_on: on,
            scorecard: card.scorecard.clone(),
            sum: verdict.sum,
            chances: chances(&verdict.sum),
            grade: verdict.grade,
            grade_since: verdict.grade_since,
        }))])
    }
}

impl Risk {
    /// How the customer stands by the scorecard in force, as it was said last.
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// What the last scorecard in the shadow has said; it may have been withdrawn since.
    pub fn shadow(&self) -> Option<&Standing> {
        self.shadow.as_ref()
    }

    /// What a scorecard in the shadow has said, if it was this one.
    pub(crate) fn shadow_of(&self, card: &Scorecard) -> Option<&Standing> {
        self.shadow.as_ref().filter(|it| it.scorecard == card.scorecard)
    }

    pub(crate) fn scored(&mut self, it: &Scored) {
        self.first_scored_on.get_or_insert(it.scored_on);
        let before = self.standing.as_ref();
        let said = Said { scorecard: &it.scorecard, sum: it.sum, on: it.scored_on };
        self.standing = Some(said.standing(it.grade, it.grade_since, before, self.place));
    }

    pub(crate) fn shadow_scored(&mut self, it: &Shadow) {
        let before = self.shadow.as_ref().filter(|before| before.scorecard == it.scorecard);
        let said = Said { scorecard: &it.scorecard, sum: it.sum, on: it.scored_on };
        self.shadow = Some(said.standing(it.grade, it.grade_since, before, self.place));
    }
}

/// What a scorecard said, but for the grade.
struct Said<'a> {
    scorecard: &'a Reference,
    sum: Weights,
    on: NaiveDate,
}

impl Said<'_> {
    fn standing(
        self,
        grade: Grade,
        grade_since: NaiveDate,
        before: Option<&Standing>,
        at: Option<u64>,
    ) -> Standing {
        let morning = before.and_then(|it| it.morning(self.on));
        let grade_before = match morning {
            Some(morning) if morning.grade == grade => morning.before,
            Some(morning) => Some(morning.grade),
            None => None,
        };
        Standing {
            scorecard: self.scorecard.clone(),
            sum: self.sum,
            grade,
            grade_since,
            grade_before,
            morning,
            scored_on: self.on,
            at,
        }
    }
}

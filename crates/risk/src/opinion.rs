//! What persons who know a customer add to its score, or take from it: bounded, signed, for a time.

use chrono::NaiveDate;
use events::{
    ActorId, OpinionId, Reference, date,
    risk::{Event, Opinion},
};
use invoicing::{FieldError, Invalid};
use serde::{Deserialize, Serialize};

use crate::{
    Placed, Policy, Refusal, Risk, Subject,
    command::commands,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// An opinion.
    OpinionData {
        /// The tenant's id for it.
        opinion_id: OpinionId,
        /// Points of the score; more is better.
        points: i32,
        /// Whose it is, under a pseudonym.
        author: ActorId,
        /// Why.
        reason: Reference,
        /// The first day on which it counts.
        #[serde(with = "date")]
        opinion_date: NaiveDate,
        /// The last day on which it counts.
        #[serde(with = "date")]
        valid_until: NaiveDate,
    }

    /// An opinion that counts no longer.
    WithdrawOpinion {
        /// Which.
        opinion_id: OpinionId,
        /// Who withdraws it.
        withdrawn_by: ActorId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        withdraw_date: NaiveDate,
    }
}

impl OpinionData {
    fn opinion(self) -> Opinion {
        Opinion {
            opinion: self.opinion_id,
            points: self.points,
            author: self.author,
            reason: self.reason,
            given_on: self.opinion_date,
            holds_until: self.valid_until,
        }
    }
}

/// An opinion, and the first day on which it does not count, if it was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownOpinion {
    pub(crate) opinion: Placed<Opinion>,
    pub(crate) withdrawn_on: Option<NaiveDate>,
}

impl KnownOpinion {
    /// The first day on which it counts and the first on which it does not.
    pub(crate) fn span(&self) -> (NaiveDate, Option<NaiveDate>) {
        let ends = self.opinion.holds_until.succ_opt();
        (self.opinion.given_on, [ends, self.withdrawn_on].into_iter().flatten().min())
    }

    fn holds_on(&self, on: NaiveDate) -> bool {
        let (from, ends) = self.span();
        from <= on && ends.is_none_or(|it| on < it)
    }
}

impl Said for OpinionData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if self.valid_until < self.opinion_date {
            wrong("valid_until", format!("{} is before {}", self.valid_until, self.opinion_date));
        }
    }

    fn decide(self, policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.opinion();
        let known = risk.known_opinion(&stated.opinion).map(|it| &it.opinion);
        if !is_new(known, &stated, Subject::Opinion, &stated.opinion)? {
            return Ok(Vec::new());
        }
        let most = policy.opinion_points_max();
        if stated.points.unsigned_abs() > u32::from(most) {
            let reason = format!("{} is not within -{most} and {most}", stated.points);
            return Err(Invalid(vec![FieldError { field: "points".to_owned(), reason }]).into());
        }
        Ok(vec![Event::OpinionGiven(Box::new(stated))])
    }
}

impl Said for WithdrawOpinion {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        match risk.known_opinion(&self.opinion_id) {
            None => Err(Refusal::NotFound {
                subject: Subject::Opinion,
                id: self.opinion_id.to_string(),
            }),
            Some(known) if known.withdrawn_on.is_some() => Ok(Vec::new()),
            Some(_) => Ok(vec![Event::OpinionWithdrawn {
                opinion: self.opinion_id,
                withdrawn_by: self.withdrawn_by,
                withdrawn_on: self.withdraw_date,
            }]),
        }
    }
}

impl Risk {
    fn known_opinion(&self, id: &OpinionId) -> Option<&KnownOpinion> {
        self.inputs.opinions.iter().find(|it| it.opinion.opinion == *id)
    }

    /// Those that count on a day, in the order of the journal.
    pub fn opinions_on(&self, on: NaiveDate) -> impl Iterator<Item = &Placed<Opinion>> {
        let held = self.inputs.opinions.iter().filter(move |it| it.holds_on(on));
        held.map(|it| &it.opinion)
    }

    pub(crate) fn opinion_given(&mut self, it: &Opinion) {
        let opinion = Placed::new(it, self.place);
        self.inputs.opinions.push(KnownOpinion { opinion, withdrawn_on: None });
    }

    pub(crate) fn opinion_withdrawn(&mut self, id: &OpinionId, on: NaiveDate) {
        let known = self.inputs.opinions.iter_mut().find(|it| it.opinion.opinion == *id);
        if let Some(known) = known {
            known.withdrawn_on = Some(on);
        }
    }
}

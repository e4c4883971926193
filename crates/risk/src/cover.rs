//! Credit insurance: what insurers are asked for, answer for, and no longer answer for.

use std::cmp::Ordering;

use chrono::NaiveDate;
use events::{
    ActorId, CoverId, Reference, date,
    risk::{Cover, CoverKind, CoverRequest, Event},
};
use money::{Money, Stated};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Placed, Policy, Refusal, Risk, Subject,
    command::commands,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// A request for cover.
    CoverRequestData {
        /// The tenant's id for it; the cover that answers it bears the same.
        cover_id: CoverId,
        /// Who is asked.
        insurer: Reference,
        /// For how much; more than zero.
        amount: Stated,
        /// Who asks, under a pseudonym.
        requested_by: ActorId,
        /// When.
        #[serde(with = "date")]
        request_date: NaiveDate,
    }

    /// A cover.
    CoverData {
        /// The tenant's id for it; that of the request it answers, if there was one.
        cover_id: CoverId,
        /// Who insures.
        insurer: Reference,
        /// The insurance policy it is under.
        policy: Reference,
        /// Whether the insurer looked at this customer.
        kind: CoverKind,
        /// Receivables up to which it answers; more than zero.
        amount: Stated,
        /// The part of a loss that it pays: more than 0, at most 1.
        #[serde(with = "rust_decimal::serde::str")]
        quota: Decimal,
        /// 1 answers first, 2 for what is above that, and so on.
        #[serde(default = "first")]
        layer: u8,
        /// The first day on which it counts.
        #[serde(with = "date")]
        valid_from: NaiveDate,
        /// The last day on which it counts; none: until it is withdrawn.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        valid_until: Option<NaiveDate>,
    }

    /// A request that was answered with no.
    RefuseCover {
        /// Which.
        cover_id: CoverId,
        /// When.
        #[serde(with = "date")]
        refusal_date: NaiveDate,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reference>,
    }

    /// A cover that becomes less.
    ReduceCover {
        /// Which.
        cover_id: CoverId,
        /// Receivables up to which the insurer answers from then on.
        amount: Stated,
        /// The first day on which it is so little.
        #[serde(with = "date")]
        reduce_date: NaiveDate,
    }

    /// A cover that ends.
    WithdrawCover {
        /// Which.
        cover_id: CoverId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        withdraw_date: NaiveDate,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reference>,
    }
}

const fn first() -> u8 {
    1
}

impl CoverRequestData {
    fn request(self) -> CoverRequest {
        CoverRequest {
            cover: self.cover_id,
            insurer: self.insurer,
            amount: self.amount.0,
            requested_by: self.requested_by,
            requested_on: self.request_date,
        }
    }
}

impl CoverData {
    fn cover(self) -> Cover {
        Cover {
            cover: self.cover_id,
            insurer: self.insurer,
            policy: self.policy,
            kind: self.kind,
            amount: self.amount.0,
            quota: self.quota,
            layer: self.layer,
            holds_from: self.valid_from,
            holds_until: self.valid_until,
        }
    }
}

/// A cover that was asked for, granted or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownCover {
    pub(crate) id: CoverId,
    /// What was asked for, if somebody asked.
    pub(crate) request: Option<Placed<CoverRequest>>,
    pub(crate) answer: Standing,
}

/// What an insurer answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// Nothing yet.
    Pending,
    Granted {
        cover: Placed<Cover>,
        /// From which day on it is how little, as it was said.
        reduced: Vec<(NaiveDate, Money)>,
        withdrawn_on: Option<NaiveDate>,
    },
    Refused {
        on: NaiveDate,
        reason: Option<Reference>,
    },
}

/// A cover on a day that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// As it was granted.
    pub cover: &'a Placed<Cover>,
    /// How much it is on that day.
    pub amount: Money,
}

impl KnownCover {
    /// The first day on which it counts and the first on which it does not, if it was granted.
    pub(crate) fn span(&self) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let Standing::Granted { cover, withdrawn_on, .. } = &self.answer else { return None };
        let ends = cover.holds_until.and_then(|it| it.succ_opt());
        Some((cover.holds_from, [ends, *withdrawn_on].into_iter().flatten().min()))
    }

    /// The days on which it becomes less.
    pub(crate) fn reductions(&self) -> impl Iterator<Item = NaiveDate> {
        let reduced = match &self.answer {
            Standing::Granted { reduced, .. } => reduced.as_slice(),
            Standing::Pending | Standing::Refused { .. } => &[],
        };
        reduced.iter().map(|(on, _)| *on)
    }

    pub(crate) fn held_on(&self, on: NaiveDate) -> Option<Held<'_>> {
        let Standing::Granted { cover, reduced, .. } = &self.answer else { return None };
        let (from, ends) = self.span()?;
        let holds = from <= on && ends.is_none_or(|it| on < it);
        // Of one day the last that was said.
        let reduced = reduced.iter().filter(|(since, _)| *since <= on).max_by_key(|it| it.0);
        let amount = reduced.map_or(cover.amount, |(_, amount)| *amount);
        holds.then_some(Held { cover, amount })
    }
}

impl Said for CoverRequestData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if !self.amount.0.is_positive() {
            wrong("amount", format!("{} is not above zero", self.amount.0));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.request();
        if let Some(known) = risk.known_cover(&stated.cover) {
            return match &known.request {
                Some(asked) if **asked == stated => Ok(Vec::new()),
                Some(_) | None => Err(conflict(&stated.cover)),
            };
        }
        // An insurer answers one question at a time; a second one would overtake the first.
        let pending = |it: &&KnownCover| {
            let asked = it.request.as_ref().is_some_and(|it| it.insurer == stated.insurer);
            asked && it.answer == Standing::Pending
        };
        match risk.inputs.covers.iter().find(pending) {
            Some(it) => Err(over(&it.id, "not answered yet")),
            None => Ok(vec![Event::CoverRequested(Box::new(stated))]),
        }
    }
}

impl Said for CoverData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if !self.amount.0.is_positive() {
            wrong("amount", format!("{} is not above zero", self.amount.0));
        }
        if self.quota <= Decimal::ZERO || self.quota > Decimal::ONE {
            wrong("quota", format!("{} is not above 0 and at most 1", self.quota));
        }
        if self.layer == 0 {
            wrong("layer", "layers count from 1".to_owned());
        }
        if let Some(until) = self.valid_until.filter(|until| *until < self.valid_from) {
            wrong("valid_until", format!("{until} is before {}", self.valid_from));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.cover();
        match risk.known_cover(&stated.cover).map(|it| (&it.answer, &it.request)) {
            Some((Standing::Granted { cover, .. }, _)) => {
                is_new(Some(cover), &stated, Subject::Cover, &stated.cover)?;
                Ok(Vec::new())
            }
            Some((Standing::Refused { .. }, _)) => Err(over(&stated.cover, "refused")),
            Some((Standing::Pending, Some(asked))) if asked.insurer != stated.insurer => {
                Err(conflict(&stated.cover))
            }
            Some((Standing::Pending, _)) | None => Ok(vec![Event::CoverGranted(Box::new(stated))]),
        }
    }
}

impl Said for RefuseCover {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let RefuseCover { cover_id: cover, refusal_date: refused_on, reason, .. } = self;
        match &risk.known_cover(&cover).ok_or_else(|| not_found(&cover))?.answer {
            Standing::Refused { .. } => Ok(Vec::new()),
            Standing::Granted { .. } => Err(over(&cover, "granted")),
            Standing::Pending => Ok(vec![Event::CoverRefused { cover, refused_on, reason }]),
        }
    }
}

impl Said for ReduceCover {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if self.amount.0.is_negative() {
            wrong("amount", format!("{} is below zero", self.amount.0));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let ReduceCover { cover_id: cover, amount: Stated(amount), reduce_date, .. } = self;
        let known = risk.known_cover(&cover).ok_or_else(|| not_found(&cover))?;
        let (granted, reduced) = match &known.answer {
            Standing::Granted { withdrawn_on: Some(_), .. } => {
                return Err(over(&cover, "withdrawn"));
            }
            Standing::Granted { cover, reduced, withdrawn_on: None } => (cover, reduced),
            Standing::Pending => return Err(over(&cover, "not granted")),
            Standing::Refused { .. } => return Err(over(&cover, "refused")),
        };
        if reduced.contains(&(reduce_date, amount)) {
            return Ok(Vec::new());
        }
        let before = reduced.last().map_or(granted.amount, |(_, amount)| *amount);
        match amount.compare(before) {
            Ok(Ordering::Less) => {
                Ok(vec![Event::CoverReduced { cover, amount, reduced_on: reduce_date }])
            }
            Ok(Ordering::Equal | Ordering::Greater) => Err(over(&cover, "not more than that")),
            Err(_) => {
                let currency = before.currency();
                Err(Refusal::CoverCurrency { field: "amount", currency })
            }
        }
    }
}

impl Said for WithdrawCover {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let WithdrawCover { cover_id: cover, withdraw_date: withdrawn_on, reason, .. } = self;
        let known = risk.known_cover(&cover).ok_or_else(|| not_found(&cover))?;
        match &known.answer {
            Standing::Granted { withdrawn_on: Some(_), .. } => Ok(Vec::new()),
            Standing::Granted { withdrawn_on: None, .. } => {
                Ok(vec![Event::CoverWithdrawn { cover, withdrawn_on, reason }])
            }
            Standing::Pending => Err(over(&cover, "not granted")),
            Standing::Refused { .. } => Err(over(&cover, "refused")),
        }
    }
}

fn conflict(cover: &CoverId) -> Refusal {
    Refusal::Conflict { subject: Subject::Cover, id: cover.to_string() }
}

fn not_found(cover: &CoverId) -> Refusal {
    Refusal::NotFound { subject: Subject::Cover, id: cover.to_string() }
}

fn over(cover: &CoverId, state: &'static str) -> Refusal {
    Refusal::Over { subject: Subject::Cover, id: cover.to_string(), state }
}

impl Risk {
    fn known_cover(&self, id: &CoverId) -> Option<&KnownCover> {
        self.inputs.covers.iter().find(|it| it.id == *id)
    }

    /// Covers that hold on a day, in the order in which they answer: the first layer first. Of those
    /// of one layer under one insurance policy the last that was granted.
    pub fn covers_on(&self, on: NaiveDate) -> Vec<Held<'_>> {
        let mut held: Vec<Held<'_>> = Vec::new();
        for it in self.inputs.covers.iter().filter_map(|it| it.held_on(on)) {
            let place =
                |it: &Held<'_>| (it.cover.layer, it.cover.insurer.clone(), it.cover.policy.clone());
            held.retain(|before| place(before) != place(&it));
            held.push(it);
        }
        held.sort_by_key(|it| it.cover.layer);
        held
    }

    pub(crate) fn cover_requested(&mut self, it: &CoverRequest) {
        let request = Some(Placed::new(it, self.place));
        let known = KnownCover { id: it.cover.clone(), request, answer: Standing::Pending };
        self.inputs.covers.push(known);
    }

    /// A cover takes its place in the order in which covers were granted, not asked for.
    pub(crate) fn cover_granted(&mut self, it: &Cover) {
        let asked = self.inputs.covers.iter().position(|known| known.id == it.cover);
        let request = asked.and_then(|place| self.inputs.covers.remove(place).request);
        let cover = Placed::new(it, self.place);
        let answer = Standing::Granted { cover, reduced: Vec::new(), withdrawn_on: None };
        self.inputs.covers.push(KnownCover { id: it.cover.clone(), request, answer });
    }

    pub(crate) fn cover_refused(
        &mut self,
        id: &CoverId,
        on: NaiveDate,
        reason: Option<&Reference>,
    ) {
        if let Some(known) = self.inputs.covers.iter_mut().find(|it| it.id == *id) {
            known.answer = Standing::Refused { on, reason: reason.cloned() };
        }
    }

    pub(crate) fn cover_reduced(&mut self, id: &CoverId, amount: Money, on: NaiveDate) {
        let known = self.inputs.covers.iter_mut().find(|it| it.id == *id);
        if let Some(Standing::Granted { reduced, .. }) = known.map(|it| &mut it.answer) {
            reduced.push((on, amount));
        }
    }

    pub(crate) fn cover_withdrawn(&mut self, id: &CoverId, on: NaiveDate) {
        let known = self.inputs.covers.iter_mut().find(|it| it.id == *id);
        if let Some(Standing::Granted { withdrawn_on, .. }) = known.map(|it| &mut it.answer) {
            *withdrawn_on = Some(on);
        }
    }
}

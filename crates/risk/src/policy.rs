//! The tenant's credit policy, read once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use decider::{Decider, Process};
use events::{
    Reference,
    risk::{CreditPolicy, Event},
};
use invoicing::{
    FieldError, Invalid,
    view::{Rate, Rates},
};
use rust_decimal::Decimal;

use crate::{
    Command, Fact, Refusal, Risk, Step,
    figures::scale::{Custom, Step as ScaleStep},
    hedge::Hedges,
    rating::is_of_the_registry,
    scorecard::Scorecards,
};

/// What a command is answered with: events, none if nothing needed to happen, or a refusal.
pub(crate) type Answer = Result<Vec<Event>, Refusal>;

/// Who decides about credit: the rules in force, checked once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    rules: CreditPolicy,
    rates: Rates,
    /// The tenant's own scales of ratings.
    scales: BTreeMap<Reference, Custom>,
    /// Whether the tenant has said so, or these are the rules before it says anything.
    adopted: bool,
    pub(crate) scorecards: Scorecards,
    pub(crate) hedges: Hedges,
}

impl Default for Policy {
    fn default() -> Self {
        Self::of(CreditPolicy::default(), BTreeMap::new(), false)
    }
}

impl Policy {
    fn of(rules: CreditPolicy, scales: BTreeMap<Reference, Custom>, adopted: bool) -> Self {
        let rate = |it: &events::risk::Rate| (it.currency, Rate { rate: it.rate, on: it.on });
        let rates = Rates { into: rules.currency, rates: rules.rates.iter().map(rate).collect() };
        let (scorecards, hedges) = Default::default();
        Self { rules, rates, scales, adopted, scorecards, hedges }
    }

    /// These rules, if they can be: every field that cannot is named.
    pub fn try_new(rules: CreditPolicy) -> Result<Self, Invalid> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, reason: String| errors.push(FieldError { field, reason });
        let mut named = BTreeSet::from([rules.currency]);
        for (place, rate) in rules.rates.iter().enumerate() {
            if !named.insert(rate.currency) {
                let reason = format!("{} has a rate already", rate.currency);
                wrong(format!("rates[{place}].currency"), reason);
            }
            if rate.rate <= Decimal::ZERO {
                wrong(format!("rates[{place}].rate"), format!("{} is not above zero", rate.rate));
            }
        }
        let plain = [
            ("limit_without_request", rules.limit_without_request),
            ("one_person_grants_up_to", rules.one_person_grants_up_to),
            ("overdue_amount_max", rules.overdue_amount_max),
            ("order_amount_max", rules.order_amount_max),
        ];
        let plain = plain.into_iter().map(|(field, amount)| (field.to_owned(), amount));
        let authorities = rules.authorities.iter().enumerate();
        let authorities = authorities
            .map(|(place, it)| (format!("authorities[{place}].amount_max"), it.amount_max));
        let proposals = rules.proposals.iter().flatten().enumerate();
        let proposals = proposals
            .map(|(place, it)| (format!("proposals[{place}].amount_max"), Some(it.amount_max)));
        for (field, amount) in plain.chain(authorities).chain(proposals) {
            let Some(amount) = amount else { continue };
            if amount.currency() != rules.currency {
                wrong(field, format!("{amount} is not in {}", rules.currency));
            } else if amount.is_negative() {
                wrong(field, format!("{amount} is below zero"));
            }
        }
        let mut scales = BTreeMap::new();
        for (place, it) in rules.scales.iter().enumerate() {
            let mut wrong = |field: &str, reason: String| {
                errors.push(FieldError { field: format!("scales[{place}]{field}"), reason });
            };
            if is_of_the_registry(&it.scale) || scales.contains_key(&it.scale) {
                wrong(".scale", format!("{} is a scale already", it.scale));
            }
            let step =
                |it: &events::risk::ScaleStep| ScaleStep { at_least: it.at_least, grade: it.grade };
            match Custom::try_new(it.steps.iter().map(step).collect(), it.highest) {
                Ok(scale) => drop(scales.insert(it.scale.clone(), scale)),
                Err(error) => wrong("", error.to_string()),
            }
        }
        let mut trusted = BTreeSet::new();
        for (place, agency) in rules.agencies.iter().enumerate() {
            if !trusted.insert(agency) {
                let (field, reason) =
                    (format!("agencies[{place}]"), format!("{agency} is named already"));
                errors.push(FieldError { field, reason });
            }
        }
        for (place, ppm) in rules.default_ppm.iter().flatten().enumerate() {
            if *ppm > 1_000_000 {
                let (field, reason) =
                    (format!("default_ppm[{place}]"), format!("{ppm} is above 1000000"));
                errors.push(FieldError { field, reason });
            }
        }
        let is_share = |it: &Decimal| {
            (Decimal::ZERO..=Decimal::ONE).contains(it) && it.normalize().scale() <= 6
        };
        if let Some(it) = rules.loss_given_default.filter(|it| !is_share(it)) {
            let reason = format!("{it} is not from 0 to 1 with at most 6 decimals");
            errors.push(FieldError { field: "loss_given_default".to_owned(), reason });
        }
        if errors.is_empty() { Ok(Self::of(rules, scales, true)) } else { Err(Invalid(errors)) }
    }

    /// The rules.
    pub fn rules(&self) -> &CreditPolicy {
        &self.rules
    }

    /// Points that opinions may add or take.
    pub(crate) fn opinion_points_max(&self) -> u16 {
        self.rules.opinion_points_max.unwrap_or(CreditPolicy::OPINION_POINTS_MAX)
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.rates
    }

    pub(crate) fn scales(&self) -> &BTreeMap<Reference, Custom> {
        &self.scales
    }

    fn adopt_rules(&self, rules: CreditPolicy) -> Answer {
        if self.adopted && self.rules == rules {
            return Ok(Vec::new());
        }
        Self::try_new(rules.clone())?;
        Ok(vec![Event::CreditPolicyAdopted(Box::new(rules))])
    }
}

impl Decider for Policy {
    type State = Risk;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, risk: &Risk, command: Command) -> Answer {
        command.check()?;
        match command {
            Command::AdoptCreditPolicy(it) => self.adopt_rules(*it),
            Command::ProposeScorecard(it) => self.propose_scorecard(*it),
            Command::PromoteScorecard(it) => self.promote_scorecard(it),
            Command::WithdrawScorecard(it) => self.withdraw_scorecard(it),
            Command::RegisterHedge(it) => self.register_hedge(*it),
            Command::UseHedge(it) => self.use_hedge(it),
            Command::EndHedge(it) => self.end_hedge(it),
            Command::RequestLimit(it) => self.request_limit(risk, *it),
            Command::ApproveLimit(it) => self.approve_limit(risk, it),
            Command::RejectLimit(it) => Self::reject_limit(risk, it),
            Command::WithdrawLimit(it) => Self::withdraw_limit(risk, it),
            Command::RecordGuarantee(it) => self.record_guarantee(risk, *it),
            Command::ReleaseGuarantee(it) => Self::release_guarantee(risk, it),
            Command::CheckOrder(it) => self.check_order(risk, it),
            Command::ReleaseOrder(it) => self.release_order(risk, it),
            Command::CloseOrder(it) => Self::close_order(risk, it),
            Command::Input(it) => self.take(risk, it),
            Command::Step(Step::LookAgain { order, on }) => self.look_again(risk, &order, on),
            Command::Step(Step::Score { on }) => self.score(risk, on),
            Command::Step(Step::ScoreInShadow { on }) => self.score_in_shadow(risk, on),
        }
    }

    fn adopt(&mut self, fact: &Fact) -> bool {
        let Fact::Risk(event) = fact else { return false };
        // What a decision adopted was checked by it.
        if let Event::CreditPolicyAdopted(rules) = event
            && let Ok(policy) = Self::try_new(CreditPolicy::clone(rules))
        {
            let scorecards = std::mem::take(&mut self.scorecards);
            let hedges = std::mem::take(&mut self.hedges);
            *self = Self { scorecards, hedges, ..policy };
            return true;
        }
        // What a customer owes and is worth is the same with it and without.
        self.hedges.adopt(event);
        self.scorecards.adopt(event)
    }
}

impl Process for Policy {
    fn step(&self, risk: &Risk, today: NaiveDate) -> Option<Command> {
        let step = self.next_order(risk, today).or_else(|| self.next_score(risk, today));
        step.map(Command::Step)
    }

    fn wakes_on(&self, risk: &Risk, silent_on: NaiveDate) -> Option<NaiveDate> {
        let score = self.score_wakes_on(risk, silent_on);
        self.order_wakes_on(risk).into_iter().chain(score).min()
    }
}

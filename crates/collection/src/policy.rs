//! The tenant's rules for collecting, read once.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use decider::{Decider, Process};
use events::collection::{CollectionPolicy, Event, Span};
use invoicing::{FieldError, Invalid};
use law::Jurisdiction;
use rust_decimal::Decimal;

use crate::{Collection, Command, Fact, Refusal};

/// What a command is answered with: events, none if nothing needed to happen, or a refusal.
pub(crate) type Answer = Result<Vec<Event>, Refusal>;

/// Ten years, in days and in months.
const DAYS_MAX: u16 = 3_650;
const MONTHS_MAX: u16 = 120;

/// Who decides what is collected, and says which rights lapse: the rules in force, checked once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    rules: CollectionPolicy,
    /// By which interest and fixed sums are claimed.
    dunning: dunning::Policy,
    /// Whether the tenant has said so, or these are the rules before it says anything.
    adopted: bool,
}

impl Policy {
    /// These rules, if they can be: every field that cannot is named.
    pub fn try_new(rules: CollectionPolicy) -> Result<Self, Invalid> {
        Self::check(&rules)?;
        Ok(Self { rules, dunning: dunning::Policy::default(), adopted: true })
    }

    pub(crate) fn check(rules: &CollectionPolicy) -> Result<(), Invalid> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, reason: String| errors.push(FieldError { field, reason });
        if let Err(unknown) = rules.jurisdiction.as_str().parse::<Jurisdiction>() {
            wrong("jurisdiction".to_owned(), unknown.to_string());
        }
        for (place, it) in rules.minimums.iter().enumerate() {
            let twice = rules.minimums.iter().take(place).any(|at| at.currency() == it.currency());
            if it.is_negative() || twice {
                let reason = "is below zero, or its currency there twice".to_owned();
                wrong(format!("minimums[{place}]"), reason);
            }
        }
        let mut rights = BTreeSet::new();
        for (place, it) in rules.leads.iter().enumerate() {
            if !rights.insert(it.right) {
                wrong(format!("leads[{place}].right"), format!("{} is there twice", it.right));
            }
            if it.days.is_empty() || it.days.iter().any(|it| *it > DAYS_MAX) {
                let reason = format!("are none, or more than {DAYS_MAX}");
                wrong(format!("leads[{place}].days"), reason);
            }
        }
        let mut policies = BTreeSet::new();
        for (place, it) in rules.insurances.iter().enumerate() {
            if !policies.insert(&it.policy) {
                let reason = format!("{} is there twice", it.policy);
                wrong(format!("insurances[{place}].policy"), reason);
            }
            for (name, span) in [("extension", Some(it.extension)), ("waiting", it.waiting)] {
                let fits = span.is_none_or(|it| match it {
                    Span::Days(days) => days <= DAYS_MAX,
                    Span::Months(months) => months <= MONTHS_MAX,
                });
                if !fits {
                    wrong(format!("insurances[{place}].{name}"), "is over ten years".to_owned());
                }
            }
            for (name, days) in [
                ("notice_days", it.notice_days),
                ("handover_days", Some(it.handover_days)),
                ("claim_days", it.claim_days),
                ("admitted_days", it.admitted_days),
                ("terms_max_days", it.terms_max_days),
            ] {
                if days.is_some_and(|it| it > DAYS_MAX) {
                    let reason = format!("is more than {DAYS_MAX}");
                    wrong(format!("insurances[{place}].{name}"), reason);
                }
            }
            if it.declaration_minimum.is_some_and(money::Money::is_negative) {
                let field = format!("insurances[{place}].declaration_minimum");
                wrong(field, "is below zero".to_owned());
            }
        }
        let mut routes = BTreeSet::new();
        for (place, it) in rules.routes.iter().enumerate() {
            let field = |name: &str| format!("routes[{place}].{name}");
            if !routes.insert(it.route) {
                wrong(field("route"), format!("{} is there twice", it.route));
            }
            for (name, part) in [("share", it.share), ("brings", it.brings)] {
                if !(Decimal::ZERO..=Decimal::ONE).contains(&part) {
                    wrong(field(name), format!("{part} is not from 0 to 1"));
                }
            }
            if it.days > DAYS_MAX {
                wrong(field("days"), format!("is more than {DAYS_MAX}"));
            }
            if it.fixed.is_some_and(money::Money::is_negative) {
                wrong(field("fixed"), "is below zero".to_owned());
            }
        }
        let mut names = BTreeSet::new();
        for (place, it) in rules.collectors.iter().enumerate() {
            let field = |name: &str| format!("collectors[{place}].{name}");
            if !names.insert(&it.name) {
                wrong(field("name"), format!("{} is there twice", it.name));
            }
            if !(1..=365).contains(&it.remits_in_days) {
                wrong(field("remits_in_days"), "is not from 1 to 365".to_owned());
            }
            if it.least_fee.is_some_and(money::Money::is_negative) {
                wrong(field("least_fee"), "is below zero".to_owned());
            }
            if it.fees.iter().any(|it| !(Decimal::ZERO..=Decimal::ONE).contains(&it.share)) {
                wrong(field("fees"), "has a share that is not from 0 to 1".to_owned());
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Invalid(errors)) }
    }

    /// The rules.
    pub fn rules(&self) -> &CollectionPolicy {
        &self.rules
    }

    /// By which the customer is reminded, and owes interest.
    pub fn dunning(&self) -> &dunning::Policy {
        &self.dunning
    }

    fn adopt_rules(&self, rules: CollectionPolicy) -> Answer {
        if self.adopted && self.rules == rules {
            return Ok(Vec::new());
        }
        Self::check(&rules)?;
        Ok(vec![Event::CollectionPolicyAdopted(Box::new(rules))])
    }
}

impl Decider for Policy {
    type State = Collection;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, collection: &Collection, command: Command) -> Answer {
        match command {
            Command::AdoptCollectionPolicy(it) => self.adopt_rules(*it),
            Command::OpenCase(it) => collection.open_case(self, it),
            Command::ReduceCase(it) => collection.reduce_case(it),
            Command::MergeCases(it) => collection.merge_cases(it),
            Command::SplitCase(it) => collection.split_case(it),
            Command::ChooseRoute(it) => collection.choose_route(it),
            Command::WithdrawCase(it) => collection.withdraw_case(it),
            Command::HandOver(it) => self.hand_over(collection, it),
            Command::WithdrawHandOver(it) => collection.withdraw_hand_over(it),
            Command::RecordErrand(it) => self.record_errand(collection, it),
            Command::RecallPlacement(it) => collection.recall(it),
            Command::AcceptPlacement(it) => collection.accept(it),
            Command::RefusePlacement(it) => collection.refuse(it),
            Command::ReportCollection(it) => collection.take_report(*it),
            Command::Remit(it) => self.take_remittance(collection, *it),
            Command::Start(it) => self.start(collection, it),
            Command::Report(it) => collection.report_errand(*it),
            Command::LodgeInsuranceClaim(it) => collection.lodge_claim(*it),
            Command::AnswerInsuranceClaim(it) => collection.answer_claim(it),
            Command::RecordIndemnity(it) => collection.record_indemnity(*it),
            Command::RecordShare(it) => collection.record_share(it),
            Command::WithdrawInsuranceClaim(it) => collection.withdraw_claim(it),
            Command::RecordAct(it) => collection.record_act(*it),
            Command::WithdrawAct(it) => collection.withdraw_act(it),
            Command::Step(said) => Ok(vec![*said]),
        }
    }

    fn adopt(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Dunning(fact) => self.dunning.adopt(fact),
            Fact::Collection(Event::CollectionPolicyAdopted(rules)) => {
                // What a decision adopted was checked by it.
                let sound = Self::check(rules).is_ok();
                if sound {
                    self.rules = CollectionPolicy::clone(rules);
                    self.adopted = true;
                }
                sound
            }
            Fact::Collection(_) => false,
        }
    }
}

impl Process for Policy {
    /// Cases end before others begin, and rights are looked at last: they hang on both.
    fn step(&self, collection: &Collection, today: NaiveDate) -> Option<Command> {
        let said = collection
            .next_closed(today)
            .or_else(|| collection.next_recall(today))
            .or_else(|| self.next_case(collection, today))
            .or_else(|| self.next_right(collection, today));
        said.map(|it| Command::Step(Box::new(it)))
    }

    fn wakes_on(&self, collection: &Collection, silent_on: NaiveDate) -> Option<NaiveDate> {
        self.turns_after(collection, silent_on)
    }
}

//! The tenant's rules for reminding, read once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use decider::{Decider, Process};
use events::{
    Reference,
    dunning::{Channel, DunningPolicy, Event, Scope},
    invoicing::{Event as OfReceivables, TermsOfSale},
};
use invoicing::{FieldError, Invalid};
use law::{Calendar, Regime};
use money::Money;

use crate::{Command, Dunning, Fact, Refusal, claim, regret};

/// What a command is answered with: events, none if nothing needed to happen, or a refusal.
pub(crate) type Answer = Result<Vec<Event>, Refusal>;

/// Most levels of a ladder, and most ladders of a policy.
const COUNT_MAX: usize = 20;

/// Who decides when a customer is reminded: the rules in force, checked once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    rules: DunningPolicy,
    calendar: Option<Calendar>,
    regime: Option<Regime>,
    /// The tenant's own terms of sale, by their version.
    pub(crate) terms: BTreeMap<Reference, TermsOfSale>,
    /// Whether the tenant has said so, or these are the rules before it says anything.
    adopted: bool,
}

impl Policy {
    /// These rules, if they can be: every field that cannot is named.
    pub fn try_new(rules: DunningPolicy) -> Result<Self, Invalid> {
        Self::check(&rules)?;
        let calendar = rules.calendar.as_str().parse().ok();
        let regime = rules.interest.as_ref().and_then(|it| claim::regime(it).ok());
        Ok(Self { rules, calendar, regime, terms: BTreeMap::new(), adopted: true })
    }

    pub(crate) fn check(rules: &DunningPolicy) -> Result<(), Invalid> {
        let mut errors = Vec::new();
        let mut wrong = |field: String, reason: String| errors.push(FieldError { field, reason });
        let mut within = |field: &str, given: i64, least: i64, most: i64| {
            if !(least..=most).contains(&given) {
                wrong(field.to_owned(), format!("{given} is not from {least} to {most}"));
            }
        };
        within("contact_gap_days", rules.contact_gap_days.into(), 0, 365);
        within("unallocated_days", rules.unallocated_days.into(), 0, 365);
        within("word_days", rules.word_days.into(), 0, 365);
        within("stale_days", rules.stale_days.into(), 1, 365);
        if let Some(it) = &rules.charges {
            within("charges.after_days", it.after_days.into(), 0, 3_650);
            within("charges.within_days", it.within_days.into(), 1, 3_650);
        }
        if let Some(it) = &rules.confirm_plans {
            within("confirm_plans.within_days", it.within_days.into(), 1, 3_650);
        }
        for (ladder, it) in rules.ladders.iter().enumerate() {
            for (level, it) in it.levels.iter().enumerate() {
                let field = |name: &str| format!("ladders[{ladder}].levels[{level}].{name}");
                within(&field("offset_days"), it.offset_days.into(), -365, 3_650);
                within(&field("gap_days"), it.gap_days.into(), 0, 3_650);
                within(&field("deadline_days"), it.deadline_days.unwrap_or(0).into(), 0, 365);
            }
        }
        if let Err(unknown) = rules.calendar.as_str().parse::<Calendar>() {
            wrong("calendar".to_owned(), unknown.to_string());
        }
        if let Some(Err((field, reason))) = rules.interest.as_ref().map(claim::regime) {
            wrong(field.to_owned(), reason);
        }
        if rules.ladders.len() > COUNT_MAX {
            wrong("ladders".to_owned(), format!("more than {COUNT_MAX}"));
        }
        let (mut names, mut scopes) = (BTreeSet::new(), BTreeSet::new());
        for (place, it) in rules.ladders.iter().enumerate() {
            if !names.insert(&it.name) {
                wrong(format!("ladders[{place}].name"), format!("{} is there twice", it.name));
            }
            if it.scope != Scope::Chosen && !scopes.insert(&it.scope) {
                let reason = "another ladder is for the same customers".to_owned();
                wrong(format!("ladders[{place}].scope"), reason);
            }
            if it.levels.len() > COUNT_MAX {
                wrong(format!("ladders[{place}].levels"), format!("more than {COUNT_MAX}"));
            }
            for (level, it) in it.levels.iter().enumerate() {
                if it.channels.is_empty() {
                    let field = format!("ladders[{place}].levels[{level}].channels");
                    wrong(field, "names no channel".to_owned());
                }
            }
            // A customer reminded of an invoice that is late is not reminded that it will be due.
            if !it.levels.is_sorted_by_key(|it| it.offset_days) {
                let reason = "offsets must not fall from one level to the next".to_owned();
                wrong(format!("ladders[{place}].levels"), reason);
            }
        }
        least(&rules.minimums, "", &mut wrong);
        if let Some(it) = &rules.charges {
            least(&it.minimums, "charges.", &mut wrong);
            documents(&it.channels, "charges", &mut wrong);
            if rules.interest.is_none() {
                let reason = "needs interest: by which law charges are owed".to_owned();
                wrong("charges".to_owned(), reason);
            }
        }
        if let Some(it) = &rules.confirm_plans {
            documents(&it.channels, "confirm_plans", &mut wrong);
        }
        if errors.is_empty() { Ok(()) } else { Err(Invalid(errors)) }
    }

    /// The rules.
    pub fn rules(&self) -> &DunningPolicy {
        &self.rules
    }

    pub(crate) fn regime(&self) -> Option<Regime> {
        self.regime
    }

    /// Whose business days count for a customer: those of its region, else the tenant's.
    pub(crate) fn calendar(&self, dunning: &Dunning) -> Calendar {
        let region = dunning.risk.account().region().and_then(|it| it.parse().ok());
        region.or(self.calendar).unwrap_or(Calendar::Target)
    }

    fn adopt_rules(&self, rules: DunningPolicy) -> Answer {
        if self.adopted && self.rules == rules {
            return Ok(Vec::new());
        }
        Self::check(&rules)?;
        Ok(vec![Event::DunningPolicyAdopted(Box::new(rules))])
    }
}

/// Least amounts, one a currency.
fn least(minimums: &[Money], within: &str, wrong: &mut impl FnMut(String, String)) {
    for (place, it) in minimums.iter().enumerate() {
        let mut before = minimums.iter().take(place);
        if it.is_negative() || before.any(|other| other.currency() == it.currency()) {
            let reason = "is below zero, or its currency there twice".to_owned();
            wrong(format!("{within}minimums[{place}]"), reason);
        }
    }
}

/// Channels by which a document can go: at least one, and nobody reads one out.
fn documents(channels: &[Channel], of: &str, wrong: &mut impl FnMut(String, String)) {
    if channels.is_empty() {
        wrong(format!("{of}.channels"), "names no channel".to_owned());
    }
    for (place, it) in channels.iter().enumerate() {
        if *it == Channel::Call {
            wrong(format!("{of}.channels[{place}]"), "a document is not telephoned".to_owned());
        }
    }
}

impl Decider for Policy {
    type State = Dunning;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, dunning: &Dunning, command: Command) -> Answer {
        match command {
            Command::AdoptDunningPolicy(it) => self.adopt_rules(*it),
            Command::ChooseLadder(it) => self.choose(dunning, it),
            Command::PlaceHold(it) => dunning.place_hold(*it),
            Command::LiftHold(it) => dunning.lift_hold(it),
            Command::ApproveReminder(it) => dunning.approve(it),
            Command::WithdrawReminder(it) => self.withdraw(dunning, it),
            Command::RecordSending(it) => dunning.record_sending(it),
            Command::RecordFailure(it) => self.record_failure(dunning, it),
            Command::LogContact(it) => self.log_contact(dunning, *it),
            Command::RecordPresentation(it) => dunning.record_presentation(it),
            Command::WaiveCharges(it) => self.waive(dunning, *it),
            Command::RestoreCharges(it) => dunning.restore(it),
            Command::Start(it) => self.start(dunning, it),
            Command::Report(it) => self.report(dunning, *it),
            Command::Step(said) => Ok(vec![*said]),
        }
    }

    fn adopt(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Risk(risk::Fact::Invoicing(OfReceivables::TermsRegistered(it))) => {
                self.learn(it);
                // No invoice is under them yet.
                false
            }
            // What a decision adopted was checked by it.
            Fact::Dunning(Event::DunningPolicyAdopted(rules)) => {
                let policy = Self::try_new(DunningPolicy::clone(rules));
                policy.is_ok_and(|policy| {
                    *self = policy.under_the_terms_of(self);
                    true
                })
            }
            Fact::Risk(_) | Fact::Dunning(_) => false,
        }
    }
}

impl Process for Policy {
    /// What went wrong is put right before anything else is said.
    fn step(&self, dunning: &Dunning, today: NaiveDate) -> Option<Command> {
        let said = regret::next(dunning, today)
            .or_else(|| self.next_correction(dunning, today))
            .or_else(|| self.withdrawal(dunning, today))
            .or_else(|| self.next_supply_block(dunning, today))
            .or_else(|| self.next_exhausted(dunning, today))
            .or_else(|| self.plan(dunning, today).map(|it| Event::ReminderPlanned(Box::new(it))));
        said.map(|it| Command::Step(Box::new(it)))
    }

    fn wakes_on(&self, dunning: &Dunning, silent_on: NaiveDate) -> Option<NaiveDate> {
        self.turns_after(dunning, silent_on)
    }
}

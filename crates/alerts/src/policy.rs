//! The tenant's rules for what a person should look at, read once.

use chrono::NaiveDate;
use decider::{Decider, Process};
use events::alerts::{AlertPolicy, Event, Kind};
use invoicing::{FieldError, Invalid};

use crate::{Alerts, Command, Fact, Refusal};

/// What a command is answered with: events, none if nothing needed to happen, or a refusal.
pub(crate) type Answer = Result<Vec<Event>, Refusal>;

/// Ten years.
const DAYS_MAX: u16 = 3_650;

/// Who decides what a person should look at: the rules in force, checked once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    rules: AlertPolicy,
    /// By which exposure is added up, so that an alert speaks of what risk answers.
    credit: risk::Policy,
    /// Whether the tenant has said so, or these are the rules before it says anything.
    adopted: bool,
}

impl Policy {
    /// These rules, if they can be: every field that cannot is named.
    pub fn try_new(rules: AlertPolicy) -> Result<Self, Invalid> {
        Self::check(&rules)?;
        Ok(Self { rules, credit: risk::Policy::default(), adopted: true })
    }

    pub(crate) fn check(rules: &AlertPolicy) -> Result<(), Invalid> {
        let mut errors = Vec::new();
        let mut within = |field: &str, given: u16, least: u16, most: u16| {
            if !(least..=most).contains(&given) {
                let reason = format!("{given} is not from {least} to {most}");
                errors.push(FieldError { field: field.to_owned(), reason });
            }
        };
        within("limit_nearly_percent", rules.limit_nearly_percent.into(), 1, 100);
        within("limit_margin_points", rules.limit_margin_points.into(), 0, 99);
        within("overdue_days", rules.overdue_days, 0, DAYS_MAX);
        within("dispute_days", rules.dispute_days, 0, DAYS_MAX);
        within("expiry_days", rules.expiry_days, 0, DAYS_MAX);
        within("news_days", rules.news_days, 1, DAYS_MAX);
        within("flap_days", rules.flap_days, 0, 365);
        let portfolio = rules.portfolio;
        let concentration = portfolio.concentration_percent.into();
        within("portfolio.concentration_percent", concentration, 1, 100);
        within("portfolio.dso_drift_percent", portfolio.dso_drift_percent.into(), 1, 200);
        within("portfolio.dso_drift_days", portfolio.dso_drift_days, 1, 366);
        within("portfolio.aging_percent", portfolio.aging_percent.into(), 1, 100);
        if errors.is_empty() { Ok(()) } else { Err(Invalid(errors)) }
    }

    /// The rules.
    pub fn rules(&self) -> &AlertPolicy {
        &self.rules
    }

    pub(crate) fn credit(&self) -> &risk::Policy {
        &self.credit
    }

    /// Whether alerts of this kind are raised.
    pub(crate) fn raises(&self, kind: Kind) -> bool {
        !self.rules.muted.contains(&kind)
    }

    fn adopt_rules(&self, rules: AlertPolicy) -> Answer {
        if self.adopted && self.rules == rules {
            return Ok(Vec::new());
        }
        Self::check(&rules)?;
        Ok(vec![Event::AlertPolicyAdopted(Box::new(rules))])
    }
}

impl Decider for Policy {
    type State = Alerts;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, alerts: &Alerts, command: Command) -> Answer {
        match command {
            Command::AdoptAlertPolicy(it) => self.adopt_rules(*it),
            Command::AcknowledgeAlert(it) => alerts.acknowledge(it),
            Command::AssignAlert(it) => alerts.assign(it),
            Command::TakeFigures(it) => Ok(alerts.take_figures(it)),
            Command::Step(said) => Ok(vec![*said]),
        }
    }

    fn adopt(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Risk(fact) => self.credit.adopt(fact),
            // What a decision adopted was checked by it.
            Fact::Alerts(Event::AlertPolicyAdopted(rules)) => {
                let sound = Self::check(rules).is_ok();
                if sound {
                    self.rules = AlertPolicy::clone(rules);
                    self.adopted = true;
                }
                sound
            }
            Fact::Dunning(_)
            | Fact::Collection(_)
            | Fact::Alerts(
                Event::FiguresTaken(_)
                | Event::AlertRaised(_)
                | Event::AlertAcknowledged { .. }
                | Event::AlertAssigned { .. }
                | Event::AlertCleared { .. },
            ) => false,
        }
    }
}

impl Process for Policy {
    fn step(&self, alerts: &Alerts, today: NaiveDate) -> Option<Command> {
        self.next(alerts, today).map(|said| Command::Step(Box::new(said)))
    }

    fn wakes_on(&self, alerts: &Alerts, silent_on: NaiveDate) -> Option<NaiveDate> {
        self.turns_after(alerts, silent_on)
    }
}

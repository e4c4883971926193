//! A policy tried on what really happened: day by day, and nothing is sent.
//!
//! Facts come in the order and on the days in which they were recorded, so a trial knows on no day
//! what nobody knew then. What customers did stays as it was, and so does what persons said of them;
//! what dunning said is left out, and what the policy under test says is heard instead.

mod action;
mod compare;
mod figures;

use std::iter::Peekable;

use chrono::NaiveDate;
use decider::{Decider as _, Fold as _, Process as _};
use events::{
    ActorId, Reference,
    dunning::{ContactResult, Event},
};

use crate::{Command, Dunning, Fact, Outcome, Policy, Report, Start, state::Stage};

pub use action::{Action, Did, Point, Why};
pub use compare::{Change, Comparison, Totals, changes};
pub use figures::{Figures, Minutes, Open};

/// What a trial cannot know, for whoever reads what came of it.
pub const UNKNOWN: [&str; 4] = [
    "payments, disputes and promises are those that really came, when they came: how customers would \
     have answered other reminders nobody can know",
    "holds, chosen ladders, and what was logged of calls and letters outside of the reminders are \
     kept; what persons decided of single reminders (agreed, postponed, taken back, not delivered) \
     is not, for those were other reminders",
    "scores and grades are those that were said",
    "a reminder counts as sent on the first day on which it may be, and every call as made then",
];

/// Steps of one customer on one day, and messages: nobody is asked for more.
const A_DAY_MAX: usize = 200;

/// What was recorded of a customer in one entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The business day that was open then.
    pub on: NaiveDate,
    /// Which entry.
    pub place: u64,
    /// What it says of the customer.
    pub facts: Vec<Fact>,
}

/// Whether a trial hears a fact as it was: what others said, and what persons said of the customer.
pub fn stays(fact: &Fact) -> bool {
    match fact {
        Fact::Risk(_) => true,
        Fact::Dunning(said) => match said {
            Event::LadderChosen { .. }
            | Event::HoldPlaced(_)
            | Event::HoldLifted { .. }
            | Event::ChargesWaived(_)
            | Event::ChargesRestored { .. } => true,
            // Who was reached because of a reminder is reached by those of the policy under test;
            // what was then answered was answered.
            Event::ContactLogged(it) => match it.result {
                ContactResult::Reached | ContactResult::NoAnswer | ContactResult::WrongNumber => {
                    it.reminder.is_none()
                }
                ContactResult::Promises
                | ContactResult::SaysPaid
                | ContactResult::Contests
                | ContactResult::Refuses
                | ContactResult::AsksForCopy => true,
            },
            Event::DunningPolicyAdopted(_)
            | Event::ReminderPlanned(_)
            | Event::ReminderApproved { .. }
            | Event::ReminderWithdrawn { .. }
            | Event::SendStarted { .. }
            | Event::ReminderSent { .. }
            | Event::ReminderFailed { .. }
            | Event::ReminderUnknown { .. }
            | Event::ReminderRegretted { .. }
            | Event::ReminderUpheld { .. }
            | Event::ChargesCorrected { .. }
            | Event::SupplyBlockSet { .. }
            | Event::DunningExhausted { .. }
            | Event::ReminderPresented { .. } => false,
        },
    }
}

/// A policy, and the days on which it is tried.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// Which.
    pub policy: &'a Policy,
    /// The business days on which it speaks, the first first. What was recorded before them is heard
    /// in silence, and what was recorded after them is not.
    pub days: &'a [NaiveDate],
    /// Whether somebody agrees at once to what has to be agreed to; otherwise nobody ever does.
    pub agreed: bool,
}

/// What would have been done about one customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Life {
    /// In the order in which it would have been.
    pub actions: Vec<Action>,
    /// The same, counted.
    pub figures: Figures,
}

impl Trial<'_> {
    /// Lives through what was recorded of a customer, in the order of the journal.
    pub fn live(&self, entries: &[Entry]) -> Life {
        let mut living = Living {
            trial: self,
            dunning: Dunning::default(),
            run: run(),
            life: Life::default(),
            asked: figures::Asked::default(),
        };
        living.through(entries.iter().peekable());
        let Living { dunning, mut life, asked, .. } = living;
        life.figures.end(&dunning, &asked);
        life
    }
}

#[expect(clippy::expect_used, reason = "a word is a reference")]
fn run() -> Reference {
    Reference::new("back-test").expect("a word")
}

#[expect(clippy::expect_used, reason = "a word is an id")]
fn nobody() -> ActorId {
    ActorId::new("back-test").expect("a word")
}

struct Living<'a> {
    trial: &'a Trial<'a>,
    dunning: Dunning,
    run: Reference,
    life: Life,
    asked: figures::Asked,
}

impl Living<'_> {
    fn through<'e>(&mut self, mut entries: Peekable<impl Iterator<Item = &'e Entry>>) {
        let days = self.trial.days;
        let Some(first) = days.first() else { return };
        while let Some(entry) = entries.next_if(|it| it.on < *first) {
            self.hear(entry);
        }
        let mut wakes = Some(*first);
        loop {
            let woken = wakes.and_then(|it| days.get(days.partition_point(|day| *day < it)));
            // What was recorded on a day that was none is heard on the one before.
            let heard = entries.peek().and_then(|it| {
                let begun = days.partition_point(|day| *day <= it.on);
                days.get(begun.checked_sub(1)?).filter(|_| days.last() >= Some(&it.on))
            });
            let Some(today) = [woken, heard].into_iter().flatten().min().copied() else { return };
            // A day begins before anything is recorded on it.
            if woken == Some(&today) {
                wakes = self.act(today);
            }
            let next = days.get(days.partition_point(|day| *day <= today));
            let till = |it: &&Entry| match next {
                Some(next) => it.on < *next,
                None => it.on <= today,
            };
            while let Some(entry) = entries.next_if(|it| till(it)) {
                self.hear(entry);
                wakes = self.act(today);
            }
        }
    }

    fn hear(&mut self, entry: &Entry) {
        self.dunning.stands_in(Some(entry.place));
        entry.facts.iter().filter(|it| stays(it)).for_each(|it| self.dunning.evolve(it));
    }

    /// Does what is called for until nothing is; when to ask again.
    fn act(&mut self, today: NaiveDate) -> Option<NaiveDate> {
        let policy = self.trial.policy;
        for _ in 0..A_DAY_MAX {
            if let Some(command) = policy.step(&self.dunning, today) {
                self.ask(command, today);
                continue;
            }
            self.agree(today);
            if !self.send(today) {
                break;
            }
        }
        policy.wakes_on(&self.dunning, today)
    }

    /// Whether something came of it.
    fn ask(&mut self, command: Command, today: NaiveDate) -> bool {
        let Ok(said) = self.trial.policy.decide(&self.dunning, command) else { return false };
        for event in said {
            if let Some(action) = Action::of(&self.dunning, &event, today) {
                self.life.figures.count(&action);
                self.life.actions.push(action);
            }
            self.asked.hear(&self.dunning, &event);
            // An own event is heard back where the last fact stands.
            self.dunning.evolve(&Fact::Dunning(event));
        }
        true
    }

    fn agree(&mut self, today: NaiveDate) {
        let Some(pending) = &self.dunning.pending else { return };
        let waits = pending.reminder.to_approve && pending.stage == Stage::Planned;
        if self.trial.agreed && waits {
            let reminder = pending.reminder.reminder.clone();
            let agreed = Event::ReminderApproved {
                reminder,
                by: nobody(),
                on: today,
                channel: None,
                template: None,
            };
            self.dunning.evolve(&Fact::Dunning(agreed));
        }
    }

    fn send(&mut self, today: NaiveDate) -> bool {
        let Some(pending) = &self.dunning.pending else { return false };
        let (reminder, run) = (pending.reminder.reminder.clone(), self.run.clone());
        let start = Start { reminder: reminder.clone(), run: run.clone(), on: today };
        if !self.ask(Command::Start(start), today) {
            return false;
        }
        let outcome = Outcome::Sent { proof: None, rendering: None };
        self.ask(Command::Report(Box::new(Report { reminder, run, on: today, outcome })), today)
    }
}

//! What persons have to do, the most pressing first; each score shows the rules that it adds up.
//!
//! Whether something is to be done says the state alone. How pressing it is says the score: what the
//! task is, how much is late and for how long, who owes it and how good its word is. What is promised,
//! contested or held takes points off, because it waits for something else.
//!
//! The points are a habit of the trade, not a finding: the constants below are all there is to it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{Days, NaiveDate};
use events::{
    CustomerId, InvoiceId, PromiseId, ReminderId,
    dunning::{Channel, ContactResult, HoldReason},
    risk::Grade,
};
use invoicing::view::PromiseState;
use money::{Currency, Money};

use super::ReminderState;
use crate::{Dunning, Policy};

/// Points for each digit of the whole units that are overdue: 25 from 10,000 on.
pub const POINTS_PER_DIGIT: i32 = 5;
/// Days past due for a point.
pub const DAYS_PER_POINT: i64 = 3;
/// Most points for days past due: those of 120 days.
pub const DAYS_POINTS_MAX: i32 = 40;
/// Points for each promise that was broken within [`BROKEN_WITHIN_DAYS`].
pub const POINTS_PER_BROKEN_PROMISE: i32 = 10;
/// Most points for broken promises.
pub const BROKEN_POINTS_MAX: i32 = 30;
/// How long a broken promise is remembered.
pub const BROKEN_WITHIN_DAYS: u64 = 365;
/// Points taken off where all that is overdue is promised, contested or held; of a part its part.
pub const WAITING_POINTS: i32 = 40;
/// Business days after which a reminder that may leave and has not is for a person: no process sends it.
pub const UNSENT_AFTER_DAYS: i32 = 2;

/// What a person has to do, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// To say whether a reminder was sent: nobody knows.
    UnknownOutcome,
    /// To find another way for a reminder that could not be sent.
    Stuck,
    /// To decide what becomes of an invoice that there is nothing left to remind of.
    Exhausted,
    /// To follow a promise that was broken.
    BrokenPromise,
    /// To send a reminder that no process sends: a registered letter, or one that should have left.
    Send,
    /// To make a call.
    Call,
    /// To send a copy of an invoice that the customer asked for.
    SendCopy,
    /// To agree to a reminder, or not.
    Approve,
}

impl TaskKind {
    /// What it gives: what nobody knows stops everything; what waits for a yes does so by the dozen.
    pub const fn points(self) -> i32 {
        match self {
            Self::UnknownOutcome => 50,
            Self::Stuck => 40,
            Self::Exhausted => 35,
            Self::BrokenPromise => 30,
            Self::Send => 25,
            Self::Call => 20,
            Self::SendCopy => 15,
            Self::Approve => 10,
        }
    }
}

/// What a customer's grade gives.
pub const fn grade_points(grade: Grade) -> i32 {
    match grade {
        Grade::A => 0,
        Grade::B => 5,
        Grade::C => 10,
        Grade::D => 20,
        Grade::E => 30,
    }
}

/// Something for a person to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What.
    pub kind: TaskKind,
    /// Since when.
    pub since: NaiveDate,
    /// What it is about.
    pub subject: Subject,
}

/// What a task is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A reminder.
    Reminder(ReminderId),
    /// An invoice.
    Invoice(InvoiceId),
    /// A promise to pay.
    Promise(PromiseId),
}

/// A rule of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// What the most pressing task is.
    Task,
    /// How much is overdue, in the currency that has the most digits: nothing is converted.
    AmountOverdue,
    /// For how long something has been.
    DaysPastDue,
    /// The customer's grade.
    Grade,
    /// Promises broken within a year.
    BrokenPromises,
    /// What of the amount overdue is promised: taken off.
    Promised,
    /// What of it is contested: taken off.
    Contested,
    /// What of it is held for another reason: taken off.
    Held,
}

/// What a rule gives, or takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// Which rule.
    pub rule: Rule,
    /// How many points: never 0.
    pub points: i32,
}

/// What there is to do for a customer, and how pressing it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The most pressing first; never empty.
    pub tasks: Vec<Task>,
    /// The sum of the rules' points.
    pub points: i32,
    /// The rules that give points or take them off, in their order.
    pub rules: Vec<Points>,
    /// What is past due, a currency each.
    pub overdue: Vec<Money>,
    /// Days past due of the oldest open item that is.
    pub days_past_due: i64,
    /// The customer's grade, if one was said.
    pub grade: Option<Grade>,
}

/// Where a customer stands in the worklist: those with the most points first, and by their ids where
/// points are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(Reverse<i32>, CustomerId);

impl Rank {
    /// Where a customer with so many points stands.
    pub fn new(points: i32, customer: CustomerId) -> Self {
        Self(Reverse(points), customer)
    }

    /// How many points it has.
    pub fn points(&self) -> i32 {
        self.0.0
    }

    /// Which customer.
    pub fn customer(&self) -> &CustomerId {
        &self.1
    }
}

/// What is past due in a currency, in its smallest unit, and what of it waits for something else: each
/// unit is in one part only.
#[derive(Debug, Clone, Copy, Default)]
struct Overdue {
    all: i128,
    promised: i128,
    contested: i128,
    held: i128,
}

impl Policy {
    /// What there is to do for a customer on a day, by everything that is known; nothing: none.
    pub fn work(&self, dunning: &Dunning, on: NaiveDate) -> Option<Work> {
        let mut tasks: Vec<_> = self.pending_task(dunning, on).into_iter().collect();
        tasks.extend(dunning.exhausted_tasks());
        tasks.extend(dunning.broken_promises(on));
        tasks.extend(dunning.copies_asked());
        tasks.sort_by(|a, b| (a.kind, a.since, &a.subject).cmp(&(b.kind, b.since, &b.subject)));
        let most_pressing = tasks.first()?.kind;
        let (overdue, days_past_due) = self.overdue(dunning, on);
        let (lead, amounts) = most_digits(&overdue);
        let grade = dunning.risk.standing().map(|it| it.grade);
        let days = i32::try_from(days_past_due / DAYS_PER_POINT).unwrap_or(DAYS_POINTS_MAX);
        let since = on.checked_sub_days(Days::new(BROKEN_WITHIN_DAYS)).unwrap_or(NaiveDate::MIN);
        let broken = dunning.risk.account().promises_broken(since, on);
        let broken = i32::try_from(broken).unwrap_or(BROKEN_POINTS_MAX);
        let waiting = |part: i128| {
            let points = i128::from(WAITING_POINTS) * part / lead.all.max(1);
            -i32::try_from(points).unwrap_or(WAITING_POINTS)
        };
        let rules = [
            (Rule::Task, most_pressing.points()),
            (Rule::AmountOverdue, amounts.saturating_mul(POINTS_PER_DIGIT)),
            (Rule::DaysPastDue, days.min(DAYS_POINTS_MAX)),
            (Rule::Grade, grade.map_or(0, grade_points)),
            (
                Rule::BrokenPromises,
                broken.saturating_mul(POINTS_PER_BROKEN_PROMISE).min(BROKEN_POINTS_MAX),
            ),
            (Rule::Promised, waiting(lead.promised)),
            (Rule::Contested, waiting(lead.contested)),
            (Rule::Held, waiting(lead.held)),
        ];
        let rules: Vec<_> = rules
            .into_iter()
            .filter(|(_, points)| *points != 0)
            .map(|(rule, points)| Points { rule, points })
            .collect();
        let sum = |(currency, it): (&Currency, &Overdue)| {
            Money::new(i64::try_from(it.all).unwrap_or(i64::MAX), *currency)
        };
        Some(Work {
            tasks,
            points: rules.iter().map(|it| it.points).sum(),
            rules,
            overdue: overdue.iter().map(sum).collect(),
            days_past_due,
            grade,
        })
    }

    /// What is past due on a day, a currency each, and for how many days the oldest item is.
    fn overdue(&self, dunning: &Dunning, on: NaiveDate) -> (BTreeMap<Currency, Overdue>, i64) {
        let mut holds = self.holds(dunning, on);
        holds.retain(|it| it.holds_on(on));
        let (mut all, mut days_past_due) = (BTreeMap::<_, Overdue>::new(), 0);
        for item in dunning.risk.account().owed().items {
            if item.due_on >= on {
                continue;
            }
            days_past_due = (on - item.due_on).num_days().max(days_past_due);
            let sums = all.entry(item.open.currency()).or_default();
            let open = i128::from(item.open.minor());
            let contested = i128::from(item.disputed.minor()).clamp(0, open.max(0));
            sums.all += open;
            sums.contested += contested;
            let about = || holds.iter().filter(|it| it.is_about(item.invoice));
            if about().any(|it| it.reason == HoldReason::Promise) {
                sums.promised += open - contested;
            } else if about().next().is_some() {
                sums.held += open - contested;
            }
        }
        (all, days_past_due)
    }
}

/// How many digits the whole units of an amount have; of nothing, and of what is below zero, none.
pub fn digits(minor: i128, currency: Currency) -> i32 {
    let whole = minor / 10_i128.pow(u32::from(currency.minor_units()));
    let log = u128::try_from(whole).ok().and_then(u128::checked_ilog10);
    log.map_or(0, |it| i32::try_from(it + 1).unwrap_or(i32::MAX))
}

/// The currency in which most digits stand before the point, and how many; of several the one whose
/// code comes first.
fn most_digits(overdue: &BTreeMap<Currency, Overdue>) -> (Overdue, i32) {
    let all =
        overdue.iter().map(|(currency, it)| (digits(it.all, *currency), Reverse(*currency), it));
    let most = all.max_by_key(|(digits, currency, _)| (*digits, *currency));
    most.map_or((Overdue::default(), 0), |(digits, _, it)| (*it, digits))
}

impl Policy {
    /// What the reminder on its way out asks of a person.
    fn pending_task(&self, dunning: &Dunning, on: NaiveDate) -> Option<Task> {
        let pending = dunning.pending()?;
        let planned_on = pending.reminder.planned_on;
        let (kind, since) = match pending.state {
            ReminderState::ToApprove => (TaskKind::Approve, planned_on),
            ReminderState::Unknown(on) => (TaskKind::UnknownOutcome, on),
            ReminderState::Stuck(on) => (TaskKind::Stuck, on),
            ReminderState::Planned => {
                (self.by_hand(dunning, pending.channel, planned_on, on)?, planned_on)
            }
            ReminderState::Approved(_, agreed_on) => {
                (self.by_hand(dunning, pending.channel, agreed_on, on)?, agreed_on)
            }
            ReminderState::Started(_) => return None,
        };
        Some(Task { kind, since, subject: Subject::Reminder(pending.reminder.reminder) })
    }

    /// What a person does about a reminder that may leave since a day. Which ways the tenant's sending
    /// has is not known here: what should have left by itself and has not is taken to have none.
    fn by_hand(
        &self,
        dunning: &Dunning,
        channel: Channel,
        since: NaiveDate,
        on: NaiveDate,
    ) -> Option<TaskKind> {
        match channel {
            Channel::Call => Some(TaskKind::Call),
            Channel::RegisteredLetter => Some(TaskKind::Send),
            Channel::Email | Channel::Letter | Channel::Webhook => {
                let from = since.max(self.next_contact(dunning));
                let late = self.calendar(dunning).add_business_days(from, UNSENT_AFTER_DAYS);
                (late <= on).then_some(TaskKind::Send)
            }
        }
    }
}

impl Dunning {
    /// Invoices that nothing is left to remind of, and that are open.
    fn exhausted_tasks(&self) -> impl Iterator<Item = Task> {
        let account = self.risk.account();
        let open = self.exhausted.iter().filter(|(invoice, _)| account.is_open(invoice));
        open.map(|(invoice, on)| Task {
            kind: TaskKind::Exhausted,
            since: *on,
            subject: Subject::Invoice(invoice.clone()),
        })
    }

    /// Copies that the customer asked for, and since when nobody has spoken with it.
    fn copies_asked(&self) -> Vec<Task> {
        let answered = self.contacts.values().filter(|it| it.result == ContactResult::Reached);
        let answered = answered.map(|it| it.on).max();
        let asked = self.contacts.values().filter(|it| {
            it.result == ContactResult::AsksForCopy && answered.is_none_or(|on| on < it.on)
        });
        let mut tasks = BTreeMap::<InvoiceId, NaiveDate>::new();
        for it in asked {
            // What the note names is an invoice, or a person reads it in the contact.
            let Some(invoice) = it.note.as_ref().and_then(|it| it.as_str().parse().ok()) else {
                continue;
            };
            let since = tasks.entry(invoice).or_insert(it.on);
            *since = it.on.min(*since);
        }
        let task = |(invoice, since)| Task {
            kind: TaskKind::SendCopy,
            since,
            subject: Subject::Invoice(invoice),
        };
        tasks.into_iter().map(task).collect()
    }

    /// Promises that were broken, whose invoices are open, and since when nobody has spoken with the
    /// customer or written to it.
    fn broken_promises(&self, on: NaiveDate) -> Vec<Task> {
        let account = self.risk.account();
        let spoken = self.contacts.values().filter(|it| it.result != ContactResult::AsksForCopy);
        let spoken = spoken.map(|it| it.on);
        let spoken = spoken.chain(self.sent.iter().map(|it| it.on)).max();
        let is_new = |it: NaiveDate| it <= on && spoken.is_none_or(|spoken| spoken < it);
        // Most customers break no promise: of those nothing more is worked out.
        if !account.has_open_items() || !account.promises_broken_on().any(is_new) {
            return Vec::new();
        }
        let mut tasks = Vec::new();
        for it in account.view(on).promises {
            let (PromiseState::Broken(broken_on) | PromiseState::PartlyKept(_, broken_on)) =
                it.state
            else {
                continue;
            };
            let open = it.invoices.is_empty() || it.invoices.iter().any(|it| account.is_open(it));
            if open && is_new(broken_on) {
                let subject = Subject::Promise(it.promise);
                tasks.push(Task { kind: TaskKind::BrokenPromise, since: broken_on, subject });
            }
        }
        tasks
    }
}

impl Work {
    /// The kinds of its tasks.
    pub fn kinds(&self) -> BTreeSet<TaskKind> {
        self.tasks.iter().map(|it| it.kind).collect()
    }
}

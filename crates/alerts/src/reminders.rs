//! What became of reminders, as far as a person should look at it: one that nobody knows of, one that
//! no channel takes, one that should not have gone, an invoice that nothing is left to remind of, and
//! supply that is blocked.
//!
//! Of all that dunning says only that is kept, and where it stands.

use std::collections::BTreeMap;

use events::{
    InvoiceId, ReminderId, Sequence,
    alerts::{Alert, Kind, ReasonCode, Subject},
    dunning::{Event, Regret, Reminder},
};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    Alerts, Condition, Policy,
    noted::{Happened, evidence},
};

/// What is noted of the reminders of one customer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reminders {
    /// Those that were planned and not withdrawn.
    all: BTreeMap<ReminderId, Noted>,
    /// Invoices that nothing is left to remind of, and the level they stand at.
    exhausted: BTreeMap<InvoiceId, Happened<u8>>,
    /// Since when supply is blocked, and how hard; none: it is not.
    supply: Option<Happened<u8>>,
}

/// A reminder that was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Noted {
    /// Where its plan stands.
    at: Sequence,
    /// What it asks for; none if that is more than an amount can be.
    asked: Option<Money>,
    /// What keeps it from being done with.
    trouble: Option<Happened<Trouble>>,
    /// Where its sending stands.
    sent_at: Option<Sequence>,
    /// Invoices that it should not have named.
    regretted: BTreeMap<InvoiceId, Happened<Regret>>,
}

/// What only a person can settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Trouble {
    Unknown,
    Stuck,
}

impl Reminders {
    /// Hears what dunning says, in the entry `at`.
    pub(crate) fn hear(&mut self, at: Sequence, event: &Event) {
        match event {
            Event::ReminderPlanned(it) => {
                let asked = asked(it);
                let noted =
                    Noted { at, asked, trouble: None, sent_at: None, regretted: BTreeMap::new() };
                self.all.insert(it.reminder.clone(), noted);
            }
            Event::ReminderApproved { reminder, .. } => {
                self.change(reminder, |it| it.trouble = None);
            }
            Event::ReminderWithdrawn { reminder, .. } => {
                self.all.remove(reminder);
            }
            Event::ReminderSent { reminder, .. } => self.change(reminder, |it| {
                it.trouble = None;
                it.sent_at = Some(at);
                it.regretted.clear();
            }),
            Event::ReminderFailed { reminder, on, next, .. } => self.change(reminder, |it| {
                let what = Trouble::Stuck;
                it.trouble = next.is_none().then_some(Happened { at, on: *on, what });
                // What came back has named nothing.
                it.sent_at = None;
                it.regretted.clear();
            }),
            Event::ReminderUnknown { reminder, on, .. } => self.change(reminder, |it| {
                it.trouble = Some(Happened { at, on: *on, what: Trouble::Unknown });
            }),
            Event::ReminderRegretted { reminder, invoice, on, why } => {
                self.change(reminder, |it| {
                    it.regretted.insert(invoice.clone(), Happened { at, on: *on, what: *why });
                });
            }
            Event::ReminderUpheld { reminder, invoice, .. } => self.change(reminder, |it| {
                it.regretted.remove(invoice);
            }),
            Event::SupplyBlockSet { level, on } => {
                self.supply = (*level > 0).then_some(Happened { at, on: *on, what: *level });
            }
            Event::DunningExhausted { invoice, on, level } => {
                self.exhausted.insert(invoice.clone(), Happened { at, on: *on, what: *level });
            }
            // Nobody has to look at these.
            Event::DunningPolicyAdopted(_)
            | Event::SendStarted { .. }
            | Event::LadderChosen { .. }
            | Event::HoldPlaced(_)
            | Event::HoldLifted { .. }
            | Event::ContactLogged(_)
            | Event::ReminderPresented { .. }
            | Event::ChargesCorrected { .. }
            | Event::ChargesWaived(_)
            | Event::ChargesRestored { .. } => {}
        }
    }

    fn change(&mut self, reminder: &ReminderId, change: impl FnOnce(&mut Noted)) {
        if let Some(it) = self.all.get_mut(reminder) {
            change(it);
        }
    }
}

/// What a reminder asks for, its items together: they are of one currency.
fn asked(reminder: &Reminder) -> Option<Money> {
    let mut open = reminder.items.iter().map(|it| it.open);
    let first = open.next()?;
    open.try_fold(first, |sum, it| sum.plus(it).ok())
}

impl Policy {
    /// What holds of reminders, of invoices at the end of their ladder, and of supply.
    pub(crate) fn reminders(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let noted = &alerts.reminders;
        for (reminder, it) in &noted.all {
            let subject = || Subject::Reminder(reminder.clone());
            if let Some(trouble) = &it.trouble {
                let kind = match trouble.what {
                    Trouble::Unknown => Kind::ReminderUnknown,
                    Trouble::Stuck => Kind::ReminderStuck,
                };
                let (subject, from) = (subject(), trouble.on);
                found.push(Condition { kind, subject, from, until: None });
            }
            let regretted = || it.regretted.values().map(|it| it.on);
            if let (Some(from), Some(last)) = (regretted().min(), regretted().max()) {
                let (kind, until) = (Kind::ReminderRegretted, Some(self.old_news(last)));
                let subject = subject();
                found.push(Condition { kind, subject, from, until });
            }
        }
        let account = alerts.risk.account();
        for (invoice, it) in noted.exhausted.iter().filter(|(it, _)| account.is_open(it)) {
            let (kind, subject) = (Kind::DunningExhausted, Subject::Invoice(invoice.clone()));
            found.push(Condition { kind, subject, from: it.on, until: None });
        }
        let Some(block) = noted.supply else { return };
        // One that is told and has another level ends first, so that this one is told too.
        let (kind, subject) = (Kind::SupplyBlocked, Subject::Customer);
        let up = alerts.known(kind, &subject).filter(|it| it.is_up());
        if up.is_none_or(|it| it.alert.level == Some(block.what)) {
            found.push(Condition { kind, subject, from: block.on, until: None });
        }
    }
}

/// What there is to tell of any of them.
pub(crate) fn tell(alerts: &Alerts, alert: &mut Alert) {
    match alert.subject.clone() {
        Subject::Reminder(id) => tell_of_reminder(alerts, &id, alert),
        Subject::Invoice(id) => tell_of_invoice(alerts, &id, alert),
        Subject::Customer
        | Subject::Group(_)
        | Subject::Currency(_)
        | Subject::Promise(_)
        | Subject::Payment(_)
        | Subject::Dispute(_)
        | Subject::Order(_)
        | Subject::Limit(_)
        | Subject::Guarantee(_)
        | Subject::Cover(_)
        | Subject::Notice(_)
        | Subject::Finding(_)
        | Subject::Right(_)
        | Subject::Placement(_) => tell_of_supply(alerts, alert),
    }
}

fn tell_of_reminder(alerts: &Alerts, id: &ReminderId, alert: &mut Alert) {
    let Some(it) = alerts.reminders.all.get(id) else { return };
    if alert.kind == Kind::ReminderRegretted {
        alert.reasons.extend(it.regretted.values().map(|it| regretted(it.what)));
        alert.reasons.sort_unstable();
        alert.reasons.dedup();
        alert.invoice = it.regretted.keys().next().cloned();
        let regretted = it.regretted.values().map(|it| Some(it.at));
        alert.evidence = evidence([Some(it.at), it.sent_at].into_iter().chain(regretted));
        return;
    }
    alert.amount = it.asked;
    alert.reasons.extend(it.trouble.map(|it| match it.what {
        Trouble::Unknown => ReasonCode::OutcomeUnknown,
        Trouble::Stuck => ReasonCode::NoChannelLeft,
    }));
    alert.evidence = evidence([Some(it.at), it.trouble.map(|it| it.at)]);
}

fn regretted(why: Regret) -> ReasonCode {
    match why {
        Regret::Settled => ReasonCode::RemindedSettled,
        Regret::NotDue => ReasonCode::RemindedNotDue,
        Regret::Cancelled => ReasonCode::RemindedCancelled,
    }
}

/// What there is to tell of an invoice that nothing is left to remind of.
fn tell_of_invoice(alerts: &Alerts, invoice: &InvoiceId, alert: &mut Alert) {
    alert.reasons.push(ReasonCode::LadderEnded);
    let over = alerts.reminders.exhausted.get(invoice);
    let owed = alerts.risk.account().owed();
    let item = owed.items.iter().find(|it| it.invoice == invoice);
    alert.amount = item.map(|it| it.open);
    alert.date = item.map(|it| it.due_on);
    alert.invoice = Some(invoice.clone());
    alert.level = over.map(|it| it.what);
    let issued = alerts.noted.invoices.get(invoice).copied();
    alert.evidence = evidence([issued, over.map(|it| it.at)]);
}

/// What there is to tell of supply that is blocked.
fn tell_of_supply(alerts: &Alerts, alert: &mut Alert) {
    alert.reasons.push(ReasonCode::SupplyBlocked);
    alert.level = alerts.reminders.supply.map(|it| it.what);
    alert.date = alerts.reminders.supply.map(|it| it.on);
    alert.evidence = evidence([alerts.reminders.supply.map(|it| it.at)]);
}

impl Reminders {
    /// Whether anything was ever said of reminding the customer.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.exhausted.is_empty() && self.supply.is_none()
    }
}

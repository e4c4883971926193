//! What would have been done, and when.

use std::fmt;

use chrono::NaiveDate;
use events::{
    InvoiceId, ReminderId,
    dunning::{Channel, Event, Regret, Reminder, Tone, Withdrawal},
};

use crate::Dunning;

/// Something that would have been done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The business day.
    pub on: NaiveDate,
    /// What.
    pub did: Did,
    /// The reminder it is about, if it is about one.
    pub reminder: Option<ReminderId>,
    /// What it names, each with its level.
    pub invoices: Vec<(InvoiceId, u8)>,
    /// The highest of those, or how hard supply is blocked.
    pub level: u8,
    /// How hard it is said, and how, if something is.
    pub said: Option<(Tone, Channel)>,
    /// Whether a person has to agree to it.
    pub to_approve: bool,
    /// Why it is not, or should not have been.
    pub why: Option<Why>,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Did {
    /// A reminder is planned.
    Planned,
    /// A reminder is sent.
    Sent,
    /// It is not, though it was planned.
    Withdrawn,
    /// It should not have been.
    Regretted,
    /// It should have been after all.
    Upheld,
    /// Nothing is left to remind with.
    Exhausted,
    /// Supply is blocked so hard from now on.
    SupplyBlock,
}

/// Why something is not, or should not have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// What was planned is not sent.
    Withdrawn(Withdrawal),
    /// What was sent should not have been.
    Regretted(Regret),
}

impl Did {
    /// All that can be done.
    pub const ALL: [Self; 7] = [
        Self::Planned,
        Self::Sent,
        Self::Withdrawn,
        Self::Regretted,
        Self::Upheld,
        Self::Exhausted,
        Self::SupplyBlock,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Withdrawn => "withdrawn",
            Self::Regretted => "regretted",
            Self::Upheld => "upheld",
            Self::Exhausted => "exhausted",
            Self::SupplyBlock => "supply_block",
        }
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Withdrawn(it) => it.fmt(f),
            Self::Regretted(it) => it.fmt(f),
        }
    }
}

/// An action as one invoice sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The business day.
    pub on: NaiveDate,
    /// What.
    pub did: Did,
    /// To which receivable; none: to the customer.
    pub invoice: Option<InvoiceId>,
    /// The level it then stands at, or how hard supply is blocked.
    pub level: u8,
    /// How hard it is said, and how, if something is.
    pub said: Option<(Tone, Channel)>,
    /// Why it is not, or should not have been.
    pub why: Option<Why>,
}

impl Action {
    /// What an event does, by what is known just before it.
    pub(super) fn of(dunning: &Dunning, event: &Event, on: NaiveDate) -> Option<Self> {
        let about = |did, it: &Reminder, channel| Self {
            on,
            did,
            reminder: Some(it.reminder.clone()),
            invoices: it.items.iter().map(|it| (it.invoice.clone(), it.level)).collect(),
            level: it.level,
            said: Some((it.tone, channel)),
            to_approve: it.to_approve,
            why: None,
        };
        let single = |did, invoice: &InvoiceId, level| Self {
            on,
            did,
            reminder: None,
            invoices: vec![(invoice.clone(), level)],
            level,
            said: None,
            to_approve: false,
            why: None,
        };
        let corrected = |did, reminder: &ReminderId, invoice: &InvoiceId| {
            let sent = dunning.sent.iter().find(|it| it.reminder.reminder == *reminder)?;
            let item = sent.reminder.items.iter().find(|it| it.invoice == *invoice)?;
            Some(Self { reminder: Some(reminder.clone()), ..single(did, invoice, item.level) })
        };
        let pending = dunning.pending.as_ref();
        Some(match event {
            Event::ReminderPlanned(it) => about(Did::Planned, it, it.channel),
            Event::ReminderSent { channel, .. } => about(Did::Sent, &pending?.reminder, *channel),
            Event::ReminderWithdrawn { why, .. } => {
                let pending = pending?;
                let why = Some(Why::Withdrawn(*why));
                Self { why, ..about(Did::Withdrawn, &pending.reminder, pending.channel) }
            }
            Event::ReminderRegretted { reminder, invoice, why, .. } => {
                let why = Some(Why::Regretted(*why));
                Self { why, ..corrected(Did::Regretted, reminder, invoice)? }
            }
            Event::ReminderUpheld { reminder, invoice, .. } => {
                corrected(Did::Upheld, reminder, invoice)?
            }
            Event::DunningExhausted { invoice, level, .. } => {
                single(Did::Exhausted, invoice, *level)
            }
            Event::SupplyBlockSet { level, .. } => Self {
                on,
                did: Did::SupplyBlock,
                reminder: None,
                invoices: Vec::new(),
                level: *level,
                said: None,
                to_approve: false,
                why: None,
            },
            Event::DunningPolicyAdopted(_)
            | Event::ReminderApproved { .. }
            | Event::SendStarted { .. }
            | Event::ReminderFailed { .. }
            | Event::ReminderUnknown { .. }
            | Event::LadderChosen { .. }
            | Event::HoldPlaced(_)
            | Event::HoldLifted { .. }
            | Event::ChargesCorrected { .. }
            | Event::ChargesWaived(_)
            | Event::ChargesRestored { .. }
            | Event::ContactLogged(_)
            | Event::ReminderPresented { .. } => return None,
        })
    }

    /// The same, as each of its invoices sees it.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        let point = |invoice, level| Point {
            on: self.on,
            did: self.did,
            invoice,
            level,
            said: self.said,
            why: self.why,
        };
        let whole = self.invoices.is_empty().then(|| point(None, self.level));
        let each = self.invoices.iter().map(move |(it, level)| point(Some(it.clone()), *level));
        whole.into_iter().chain(each)
    }
}

//! What queries answer: plain values, by everything that is known.

pub mod charges;
pub mod worklist;

use chrono::NaiveDate;
use events::{
    ActorId, InvoiceId, Reference,
    dunning::{Because, Channel, Contact, Reminder},
};
use money::Money;

use crate::{
    Charges, Dunning, Policy,
    state::{Pending, Sent, Stage},
};

pub use crate::{
    hold::Held,
    presentation::Presented,
    supply::{Cause, Supply, WayOut},
};

/// How a customer stands with dunning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningView {
    /// Open items, the oldest due first.
    pub invoices: Vec<InvoiceStanding>,
    /// Reasons that hold on the day.
    pub holds: Vec<Held>,
    /// The reminder on its way out.
    pub pending: Option<PendingView>,
    /// The first day on which the customer may be spoken to again.
    pub next_contact: NaiveDate,
    /// How hard supply is blocked: 0 not at all.
    pub supply_block: u8,
}

/// An open item, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceStanding {
    /// Which.
    pub invoice: InvoiceId,
    /// When it is due.
    pub due_on: NaiveDate,
    /// What is open.
    pub open: Money,
    /// What of it is contested.
    pub disputed: Money,
    /// The level it stands at: 0 before the first reminder.
    pub level: u8,
    /// Its ladder, and what made that the most specific one; none without a policy.
    pub ladder: Option<(Reference, Because)>,
    /// When it was named last.
    pub named_on: Option<NaiveDate>,
    /// The last day of grace that was granted.
    pub deadline: Option<NaiveDate>,
    /// Since when there is nothing left to remind with.
    pub exhausted_on: Option<NaiveDate>,
}

/// How far a reminder has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReminderState {
    /// It waits for a person to agree.
    ToApprove,
    /// It waits to be sent.
    Planned,
    /// A person agreed, and it waits to be sent.
    Approved(ActorId, NaiveDate),
    /// It is being sent by a process.
    Started(Reference),
    /// Whether it was sent nobody can tell: a person decides.
    Unknown(NaiveDate),
    /// It could not be sent by any channel: a person decides.
    Stuck(NaiveDate),
}

/// A reminder on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingView {
    /// What it says.
    pub reminder: Reminder,
    /// How it is tried now.
    pub channel: Channel,
    /// How far it has come.
    pub state: ReminderState,
    /// The entry in which it was planned; none until that has been heard back.
    pub at: Option<u64>,
}

/// A reminder that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentView {
    /// What it said.
    pub reminder: Reminder,
    /// When.
    pub on: NaiveDate,
    /// How.
    pub channel: Channel,
    /// The last day of the grace that it granted.
    pub deadline: Option<NaiveDate>,
    /// Invoices that it should not have named, by what is known now.
    pub regretted: Vec<InvoiceId>,
    /// What whoever carried it says, in the order in which it was said.
    pub presented: Vec<Presented>,
    /// What it should have asked for besides invoices, by what is known now, where that is not what
    /// it asked for.
    pub corrected: Vec<(InvoiceId, Charges)>,
}

impl Policy {
    /// How a customer stands on a day, by everything that is known.
    pub fn view(&self, dunning: &Dunning, on: NaiveDate) -> DunningView {
        let mut holds = self.holds(dunning, on);
        holds.retain(|it| it.holds_on(on));
        let owed = dunning.risk.account().owed();
        let mut items = owed.items;
        items.sort_by(|a, b| (a.due_on, a.invoice).cmp(&(b.due_on, b.invoice)));
        let invoices = items.into_iter().map(|it| {
            let (named_on, deadline) = dunning.last_named(it.invoice);
            let ladder = self.ladder(dunning, it.invoice);
            InvoiceStanding {
                due_on: it.due_on,
                open: it.open,
                disputed: it.disputed,
                level: dunning.level(it.invoice),
                ladder: ladder.map(|(ladder, because)| (ladder.name.clone(), because)),
                named_on,
                deadline,
                exhausted_on: dunning.exhausted.get(it.invoice).copied(),
                invoice: it.invoice.clone(),
            }
        });
        DunningView {
            invoices: invoices.collect(),
            holds,
            pending: dunning.pending(),
            next_contact: self.next_contact(dunning),
            supply_block: dunning.supply_block,
        }
    }
}

impl Dunning {
    /// The reminder on its way out.
    pub fn pending(&self) -> Option<PendingView> {
        self.pending.as_ref().map(Pending::view)
    }

    /// Every reminder that was sent, the first first.
    pub fn sent(&self) -> impl Iterator<Item = SentView> {
        self.sent.iter().map(|it| {
            let presented = self.presented.get(&it.reminder.reminder).cloned();
            it.view(presented.unwrap_or_default())
        })
    }

    /// When each of them was.
    pub fn sent_on(&self) -> impl Iterator<Item = NaiveDate> {
        self.sent.iter().map(|it| it.on)
    }

    /// Every contact that was logged, by its id.
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values().map(|it| &**it)
    }

    /// Whether there is nothing left to remind with of a receivable.
    pub fn is_exhausted(&self, invoice: &InvoiceId) -> bool {
        self.exhausted.contains_key(invoice)
    }

    /// What is known of the customer's credit.
    pub fn risk(&self) -> &risk::Risk {
        &self.risk
    }
}

impl Pending {
    fn view(&self) -> PendingView {
        let state = match &self.stage {
            Stage::Planned if self.is_to_approve() => ReminderState::ToApprove,
            Stage::Planned => match &self.agreed {
                Some((by, on)) => ReminderState::Approved(by.clone(), *on),
                None => ReminderState::Planned,
            },
            Stage::Started { run, .. } => ReminderState::Started(run.clone()),
            Stage::Unknown(on) => ReminderState::Unknown(*on),
            Stage::Stuck(on) => ReminderState::Stuck(*on),
        };
        PendingView {
            reminder: Reminder::clone(&self.reminder),
            channel: self.channel,
            state,
            at: self.at,
        }
    }
}

impl Sent {
    fn view(&self, presented: Vec<Presented>) -> SentView {
        SentView {
            reminder: Reminder::clone(&self.reminder),
            on: self.on,
            channel: self.channel,
            deadline: self.deadline,
            regretted: self.regretted.iter().cloned().collect(),
            presented,
            corrected: self.corrections().collect(),
        }
    }
}

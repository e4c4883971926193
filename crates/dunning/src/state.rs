use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use decider::{Fold, Unsound};
use events::{
    ActorId, ContactId, HoldId, InvoiceId, PlanId, Reference, ReminderId,
    dunning::{Channel, Contact, Event, Hold, Purpose, Reminder, Waiver, Withdrawal},
};
use risk::{Recorded, Risk};
use serde::{Deserialize, Serialize};

use crate::{
    Fact,
    charges::{Charges, Looked},
    presentation::Presented,
};

/// What is known of one customer that may have to be reminded, and what was done about it.
///
/// In two halves: what other contexts say, kept by risk's own state, and what dunning says. The level
/// of an invoice is kept nowhere: it is the highest of the reminders that named it and are not
/// regretted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dunning {
    pub(crate) risk: Risk,

    /// The one reminder that is planned and neither sent nor withdrawn.
    pub(crate) pending: Option<Pending>,
    /// How many were planned.
    pub(crate) count: u32,
    /// Those that were sent, in order.
    pub(crate) sent: Vec<Sent>,
    pub(crate) holds: BTreeMap<HoldId, KnownHold>,
    pub(crate) contacts: BTreeMap<ContactId, Recorded<Contact>>,
    /// Nothing is planned before this day, because a person said so.
    pub(crate) not_before: Option<NaiveDate>,
    /// Chosen by a person: for the customer, and for some invoices.
    pub(crate) chosen: Option<Reference>,
    pub(crate) chosen_for: BTreeMap<InvoiceId, Reference>,
    /// Invoices that there is nothing left to remind of.
    pub(crate) exhausted: BTreeMap<InvoiceId, NaiveDate>,
    pub(crate) supply_block: u8,
    pub(crate) supply_since: Option<NaiveDate>,
    /// What is known of those that were sent, in the order in which it was said.
    pub(crate) presented: BTreeMap<ReminderId, Vec<Presented>>,
    /// What persons gave up of the charges on invoices.
    pub(crate) waived: BTreeMap<InvoiceId, Recorded<Waiver>>,
    /// Payment plans that need no other confirmation: one is on its way, was sent, or is not wanted.
    pub(crate) confirmed: BTreeSet<PlanId>,

    /// The entry that is being heard.
    #[serde(skip)]
    pub(crate) place: Option<u64>,
}

/// A reminder on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) reminder: Recorded<Reminder>,
    /// The entry in which it was planned; none until that has been heard back.
    pub(crate) at: Option<u64>,
    /// How it is tried now.
    pub(crate) channel: Channel,
    /// Who agreed to it, and when: to what it says, however it gets there.
    pub(crate) agreed: Option<(ActorId, NaiveDate)>,
    pub(crate) stage: Stage,
}

/// How far a reminder has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// It waits: to be agreed to, if that is asked for and was not done, else to be sent.
    Planned,
    /// `at`: the entry in which that stands; none until it has been heard back.
    Started { run: Reference, on: NaiveDate, at: Option<u64> },
    /// Whether it was sent nobody can tell.
    Unknown(NaiveDate),
    /// It could not be sent by any channel.
    Stuck(NaiveDate),
}

/// A reminder that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) reminder: Recorded<Reminder>,
    pub(crate) on: NaiveDate,
    pub(crate) channel: Channel,
    /// The last day of the grace that it granted.
    pub(crate) deadline: Option<NaiveDate>,
    /// Invoices that it should not have named.
    pub(crate) regretted: BTreeSet<InvoiceId>,
    /// What it should have asked for besides invoices, where that was said to be other.
    pub(crate) corrected: BTreeMap<InvoiceId, Charges>,
    #[serde(skip)]
    pub(crate) looked: Looked,
}

/// A hold, and the first day on which it does not hold because a person lifted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownHold {
    pub(crate) hold: Recorded<Hold>,
    pub(crate) lifted_on: Option<NaiveDate>,
}

impl Sent {
    /// The level at which it named an invoice, if it did and should have; what is no reminder names
    /// at no level.
    pub(crate) fn level_of(&self, invoice: &InvoiceId) -> Option<u8> {
        if !self.reminder.purpose.is_reminder() {
            return None;
        }
        let item = self.reminder.items.iter().find(|it| it.invoice == *invoice)?;
        (!self.regretted.contains(invoice)).then_some(item.level)
    }
}

impl Fold for Dunning {
    type Fact = Fact;

    // Each change of risk's form is one of this form too.
    const VERSION: u32 = 1_000 * Risk::VERSION + 3;

    const PLACED: bool = true;

    fn evolve(&mut self, fact: &Fact) {
        match fact {
            Fact::Risk(fact) => self.risk.evolve(fact),
            Fact::Dunning(fact) => self.said(fact),
        }
    }

    fn stands_in(&mut self, entry: Option<u64>) {
        self.place = entry;
        self.risk.stands_in(entry);
    }

    fn check(&self) -> Result<(), Unsound> {
        self.risk.check()
    }
}

impl Dunning {
    /// Whether anything was ever said about the customer.
    pub fn is_known(&self) -> bool {
        let chosen = self.chosen.is_some() || !self.chosen_for.is_empty();
        let said = self.count > 0 || !self.holds.is_empty() || !self.contacts.is_empty();
        self.risk.is_known() || said || chosen || !self.waived.is_empty()
    }

    #[expect(clippy::too_many_lines, reason = "a few lines for each event")]
    fn said(&mut self, fact: &Event) {
        match fact {
            // About the tenant.
            Event::DunningPolicyAdopted(_) => {}
            Event::ReminderPlanned(it) => {
                self.count = self.count.saturating_add(1);
                if let Purpose::PlanConfirmation(plan) = &it.purpose {
                    self.confirmed.insert(plan.clone());
                }
                self.pending = Some(Pending {
                    reminder: Recorded(Reminder::clone(it)),
                    at: self.place,
                    channel: it.channel,
                    agreed: None,
                    stage: Stage::Planned,
                });
            }
            Event::ReminderApproved { reminder, by, on, channel, template } => {
                if let Some(it) = self.on_its_way(reminder) {
                    if let Some(template) = template {
                        it.reminder.0.template = template.clone();
                    }
                    it.channel = channel.unwrap_or(it.channel);
                    it.agreed = Some((by.clone(), *on));
                    it.stage = Stage::Planned;
                }
            }
            Event::ReminderWithdrawn { reminder, not_before, why, .. } => {
                let taken = self.pending.take_if(|it| it.reminder.reminder == *reminder);
                if let Some(Purpose::PlanConfirmation(plan)) = taken.map(|it| it.reminder.0.purpose)
                    && *why != Withdrawal::Suppressed
                {
                    self.confirmed.remove(&plan);
                }
                if matches!(why, Withdrawal::Suppressed | Withdrawal::Postponed) {
                    self.not_before = *not_before;
                }
            }
            Event::SendStarted { reminder, run, on } => {
                let at = self.place;
                if let Some(it) = self.on_its_way(reminder) {
                    it.stage = Stage::Started { run: run.clone(), on: *on, at };
                }
            }
            Event::ReminderSent { reminder, on, channel, deadline, .. } => {
                let pending = self.pending.take_if(|it| it.reminder.reminder == *reminder);
                if let Some(it) = pending {
                    self.sent.push(Sent {
                        reminder: it.reminder,
                        on: *on,
                        channel: *channel,
                        deadline: *deadline,
                        regretted: BTreeSet::new(),
                        corrected: BTreeMap::new(),
                        looked: Looked::default(),
                    });
                }
            }
            Event::ReminderFailed { reminder, on, next, .. } => {
                if let Some(it) = self.on_its_way(reminder) {
                    it.failed(*next, *on);
                } else {
                    self.came_back(reminder, *next, *on);
                }
            }
            Event::ReminderUnknown { reminder, on, .. } => {
                if let Some(it) = self.on_its_way(reminder) {
                    it.stage = Stage::Unknown(*on);
                }
            }
            Event::ReminderRegretted { reminder, invoice, .. } => {
                if let Some(it) = self.sent_as(reminder) {
                    it.regretted.insert(invoice.clone());
                }
            }
            Event::ReminderUpheld { reminder, invoice, .. } => {
                if let Some(it) = self.sent_as(reminder) {
                    it.regretted.remove(invoice);
                }
            }
            Event::ChargesCorrected { reminder, invoice, interest, fixed_sum, .. } => {
                let charges = Charges { interest: *interest, fixed_sum: *fixed_sum };
                if let Some(it) = self.sent_as(reminder) {
                    it.corrected.insert(invoice.clone(), charges);
                    it.looked = Looked::default();
                }
            }
            Event::ChargesWaived(it) => {
                self.waived.insert(it.invoice.clone(), Recorded(Waiver::clone(it)));
            }
            Event::ChargesRestored { invoice, .. } => {
                self.waived.remove(invoice);
            }
            Event::LadderChosen { ladder, invoice, .. } => match (invoice, ladder) {
                (None, _) => self.chosen.clone_from(ladder),
                (Some(invoice), Some(ladder)) => {
                    self.chosen_for.insert(invoice.clone(), ladder.clone());
                }
                (Some(invoice), None) => {
                    self.chosen_for.remove(invoice);
                }
            },
            Event::HoldPlaced(it) => {
                let hold = KnownHold { hold: Recorded(Hold::clone(it)), lifted_on: None };
                self.holds.insert(it.hold.clone(), hold);
            }
            Event::HoldLifted { hold, lifted_on, .. } => {
                if let Some(it) = self.holds.get_mut(hold) {
                    it.lifted_on = Some(*lifted_on);
                }
            }
            Event::ContactLogged(it) => {
                self.contacts.insert(it.contact.clone(), Recorded(Contact::clone(it)));
            }
            Event::SupplyBlockSet { level, on } => {
                (self.supply_block, self.supply_since) = (*level, Some(*on));
            }
            Event::DunningExhausted { invoice, on, .. } => {
                self.exhausted.insert(invoice.clone(), *on);
            }
            Event::ReminderPresented { reminder, on, result, proof, by } => {
                let (result, proof, by) = (*result, proof.clone(), by.clone());
                self.was_presented(reminder, Presented { on: *on, result, proof, by });
            }
        }
    }

    fn sent_as(&mut self, reminder: &ReminderId) -> Option<&mut Sent> {
        self.sent.iter_mut().find(|it| it.reminder.reminder == *reminder)
    }

    fn on_its_way(&mut self, reminder: &ReminderId) -> Option<&mut Pending> {
        self.pending.as_mut().filter(|it| it.reminder.reminder == *reminder)
    }

    /// What was sent did not arrive: it is on its way out again, and its levels no longer count.
    fn came_back(&mut self, reminder: &ReminderId, next: Option<Channel>, on: NaiveDate) {
        if self.pending.is_some() {
            return;
        }
        let Some(place) = self.sent.iter().position(|it| it.reminder.reminder == *reminder) else {
            return;
        };
        self.presented.remove(reminder);
        let sent = self.sent.remove(place);
        let mut pending = Pending {
            reminder: sent.reminder,
            at: self.place,
            channel: sent.channel,
            agreed: None,
            stage: Stage::Planned,
        };
        pending.failed(next, on);
        self.pending = Some(pending);
    }

    /// The level an invoice stands at: 0 before the first.
    pub(crate) fn level(&self, invoice: &InvoiceId) -> u8 {
        self.sent.iter().filter_map(|it| it.level_of(invoice)).max().unwrap_or(0)
    }

    /// When an invoice was named last by a reminder that should have named it, and the last day of
    /// grace that any granted.
    pub(crate) fn last_named(&self, invoice: &InvoiceId) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let named = self.sent.iter().filter(|it| it.level_of(invoice).is_some());
        named.fold((None, None), |(on, deadline), it| {
            (on.max(Some(it.on)), deadline.max(it.deadline))
        })
    }
}

impl Pending {
    fn failed(&mut self, next: Option<Channel>, on: NaiveDate) {
        match next {
            Some(channel) => {
                self.channel = channel;
                self.stage = Stage::Planned;
            }
            None => self.stage = Stage::Stuck(on),
        }
    }

    /// Whether a person still has to agree.
    pub(crate) fn is_to_approve(&self) -> bool {
        self.reminder.to_approve && self.agreed.is_none()
    }
}

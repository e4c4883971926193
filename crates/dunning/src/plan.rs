//! One message a customer: what it names, in the tone of its highest level; and taking it back when
//! what it would say is no longer so.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::NaiveDate;
use events::{
    Reference, ReminderId,
    dunning::{
        Approval, Because, Channel, ContactResult, Event, InterestRules, Item, Purpose, Reminder,
        Tone, Withdrawal,
    },
};
use invoicing::view::{Owed, OwedItem};
use money::{Currency, Money};

use crate::{
    Dunning, Policy, claim,
    hold::Held,
    ladder::{Rung, later},
    state::Stage,
};

/// An invoice that is to be named, and the step it stands on then.
struct Named<'a> {
    rung: Rung<'a>,
    climbs: bool,
    item: Item,
}

/// What a message is that is no reminder.
pub(crate) struct Document<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) channels: &'a [Channel],
    pub(crate) template: Option<&'a Reference>,
    /// The template that comes with the product.
    pub(crate) shipped: &'static str,
    pub(crate) approval: Approval,
    pub(crate) interest: Option<InterestRules>,
}

impl Document<'_> {
    /// Such a message, about these items; none if there are none.
    pub(crate) fn about(
        self,
        items: Vec<Item>,
        policy: &Policy,
        dunning: &Dunning,
        today: NaiveDate,
    ) -> Option<Reminder> {
        if items.is_empty() {
            return None;
        }
        Some(Reminder {
            reminder: dunning.next_id()?,
            planned_on: today,
            policy: policy.rules().version.clone(),
            ladder: Reference::new(self.purpose.word()).ok()?,
            because: Because::Tenant,
            level: 0,
            tone: Tone::Reminder,
            channel: *self.channels.first()?,
            template: self.template.cloned().or_else(|| Reference::new(self.shipped).ok())?,
            to_approve: self.approval == Approval::ByPerson,
            deadline_days: None,
            items,
            credits: Vec::new(),
            purpose: self.purpose,
            interest: self.interest,
        })
    }
}

impl Dunning {
    fn next_id(&self) -> Option<ReminderId> {
        ReminderId::new(&format!("reminder-{}", self.count.saturating_add(1))).ok()
    }
}

impl Policy {
    /// The message that is called for, if one is: the customer is spoken to about one thing at a time.
    pub(crate) fn plan(&self, dunning: &Dunning, today: NaiveDate) -> Option<Reminder> {
        let speaks =
            self.reminds(dunning) || self.rules().charges.is_some() || self.confirms(dunning);
        if dunning.pending.is_some() || !speaks || !self.may_speak(dunning, today) {
            return None;
        }
        self.plan_confirmation(dunning, today)
            .or_else(|| self.plan_reminder(dunning, today))
            .or_else(|| self.plan_charges(dunning, today))
    }

    /// Whether anything may be planned on a day: it is a business day, and nobody has spoken with the
    /// customer too lately or said to wait.
    fn may_speak(&self, dunning: &Dunning, today: NaiveDate) -> bool {
        dunning.not_before.is_none_or(|it| it <= today)
            && self.next_contact(dunning) <= today
            && self.calendar(dunning).is_business_day(today)
    }

    /// Whether there is something that reminders may be about.
    fn reminds(&self, dunning: &Dunning) -> bool {
        !self.rules().ladders.is_empty() && dunning.risk.account().has_open_items()
    }

    fn plan_reminder(&self, dunning: &Dunning, today: NaiveDate) -> Option<Reminder> {
        if !self.reminds(dunning) {
            return None;
        }
        let holds = self.holds(dunning, today);
        let owed = dunning.risk.account().owed();
        let named = self.named(dunning, &owed, &holds, today);
        // A letter is of one currency; what is owed in another one follows. The hardest comes first.
        let climbing = named.iter().filter(|it| it.climbs);
        let currencies: BTreeSet<_> =
            climbing.map(|it| (Reverse(it.rung.number), it.item.open.currency())).collect();
        currencies.into_iter().find_map(|(_, currency)| {
            let of_currency = named.iter().filter(|it| it.item.open.currency() == currency);
            self.reminder(dunning, of_currency.collect(), credit(&owed, currency), today)
        })
    }

    /// What is said of these invoices, all of one currency, if it is worth a message.
    fn reminder(
        &self,
        dunning: &Dunning,
        named: Vec<&Named<'_>>,
        credit: Option<Money>,
        today: NaiveDate,
    ) -> Option<Reminder> {
        let highest = named.iter().map(|it| it.rung).max_by_key(|it| it.number)?;
        let asked: i128 = named.iter().map(|it| i128::from(it.item.open.minor())).sum();
        let credited = credit.map_or(0, |it| i128::from(it.minor()));
        let currency = named.first()?.item.open.currency();
        let least = self.rules().minimums.iter().chain(&highest.level.minimums);
        let least = least.filter(|it| it.currency() == currency).map(|it| i128::from(it.minor()));
        if asked - credited < least.max().unwrap_or(1).max(1) {
            return None;
        }
        let items = named.into_iter().map(|it| {
            let mut item = it.item.clone();
            self.claim(dunning, it.rung.level, &mut item, today);
            item
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        let interest = self.rules().interest.clone().filter(|_| items.iter().any(claim::claims));
        let level = highest.level;
        Some(Reminder {
            reminder: dunning.next_id()?,
            purpose: Purpose::Reminder,
            planned_on: today,
            policy: self.rules().version.clone(),
            ladder: highest.ladder.name.clone(),
            because: highest.because,
            level: highest.number,
            tone: level.tone,
            channel: *level.channels.first()?,
            template: level.template.clone().or_else(|| named_like(level.tone))?,
            to_approve: level.approval == Approval::ByPerson,
            deadline_days: level.deadline_days,
            items,
            credits: credit.into_iter().collect(),
            interest,
        })
    }

    /// What is to be named: what climbs, and beside it what was named before and is still open.
    fn named<'a>(
        &'a self,
        dunning: &Dunning,
        owed: &Owed<'_>,
        holds: &[Held],
        today: NaiveDate,
    ) -> Vec<Named<'a>> {
        let mut all = Vec::new();
        for item in &owed.items {
            if !may_be_named(dunning, item, holds, today) {
                continue;
            }
            let climbs = self.ready(dunning, item, today);
            let stands = || self.stands_on(dunning, item.invoice);
            if let Some(rung) = climbs.or_else(stands) {
                all.push(Named { rung, climbs: climbs.is_some(), item: told(item, rung.number) });
            }
        }
        all
    }

    /// The first day on which the customer may be spoken to again, whatever the channel.
    pub(crate) fn next_contact(&self, dunning: &Dunning) -> NaiveDate {
        let spoken = dunning.contacts.values().filter(|it| match it.result {
            // Who asks for a copy was not spoken to, and puts nothing off by asking.
            ContactResult::NoAnswer | ContactResult::WrongNumber | ContactResult::AsksForCopy => {
                false
            }
            ContactResult::Reached
            | ContactResult::Promises
            | ContactResult::SaysPaid
            | ContactResult::Contests
            | ContactResult::Refuses => true,
        });
        let written = dunning.sent.iter().map(|it| it.on);
        let last = spoken.map(|it| it.on).chain(written).max();
        last.map_or(NaiveDate::MIN, |it| later(it, self.rules().contact_gap_days.into()))
    }

    /// Takes back what waits to be sent and would say what is no longer so.
    pub(crate) fn withdrawal(&self, dunning: &Dunning, today: NaiveDate) -> Option<Event> {
        let pending = dunning.pending.as_ref()?;
        match pending.stage {
            Stage::Planned | Stage::Stuck(_) => {}
            // Whoever sends it looks again; of what nobody knows a person decides.
            Stage::Started { .. } | Stage::Unknown(_) => return None,
        }
        let rules = self.rules();
        let wanted = match pending.reminder.purpose {
            Purpose::Reminder => !rules.ladders.is_empty(),
            Purpose::Charges => rules.charges.is_some(),
            Purpose::PlanConfirmation(_) => rules.confirm_plans.is_some(),
        };
        let why = if !wanted {
            Withdrawal::PolicyChanged
        } else if later(pending.reminder.planned_on, rules.stale_days.into()) <= today {
            Withdrawal::Stale
        } else if !self.still_so(dunning, &pending.reminder, today) {
            Withdrawal::Changed
        } else if pending.reminder.purpose == Purpose::Charges
            && pending.is_to_approve()
            && self.may_speak(dunning, today)
            && self.plan_reminder(dunning, today).is_some()
        {
            Withdrawal::Overtaken
        } else {
            return None;
        };
        let reminder = pending.reminder.reminder.clone();
        Some(Event::ReminderWithdrawn { reminder, on: today, why, by: None, not_before: None })
    }

    /// Whether everything that a message would say is still so.
    pub(crate) fn still_so(&self, dunning: &Dunning, it: &Reminder, today: NaiveDate) -> bool {
        match &it.purpose {
            Purpose::Reminder => self.reminder_still_so(dunning, it, today),
            Purpose::Charges => self.charges_still_so(dunning, it, today),
            Purpose::PlanConfirmation(plan) => dunning.is_in_force(plan),
        }
    }

    fn reminder_still_so(&self, dunning: &Dunning, it: &Reminder, today: NaiveDate) -> bool {
        let holds = self.holds(dunning, today);
        let owed = dunning.risk.account().owed();
        let open: BTreeMap<_, _> = owed.items.iter().map(|it| (it.invoice, it)).collect();
        let currency = it.items.first().map(|it| it.open.currency());
        let credited = currency.and_then(|it| credit(&owed, it));
        let mut items = it.items.iter();
        items.all(|item| {
            open.get(&item.invoice).is_some_and(|open| {
                let same = told(open, item.level);
                let asked = (same.due_on, same.open, same.disputed);
                asked == (item.due_on, item.open, item.disputed)
                    && may_be_named(dunning, open, &holds, today)
                    && self.claim_still_so(dunning, it, item)
            })
        }) && credited.into_iter().eq(it.credits.iter().copied())
    }

    /// The first day after one on which something else may be called for, if nothing happens.
    pub(crate) fn turns_after(&self, dunning: &Dunning, day: NaiveDate) -> Option<NaiveDate> {
        let account = dunning.risk.account();
        let rules = self.rules();
        let (charges, chargeable) = self.charges_turn(dunning, day);
        let confirms = self.confirms(dunning);
        if rules.ladders.is_empty()
            && dunning.pending.is_none()
            && charges.is_none()
            && !(chargeable || confirms)
        {
            return None;
        }
        let owed = account.owed();
        let items = owed.items.iter().flat_map(|it| self.ladder_turns(dunning, it));
        let holds = self.holds(dunning, day);
        let holds = holds.iter().flat_map(|it| [Some(it.from), it.until.map(|it| later(it, 1))]);
        let stale = dunning
            .pending
            .as_ref()
            .map(|it| later(it.reminder.planned_on, self.rules().stale_days.into()));
        let contact = Some(self.next_contact(dunning));
        // What counts from a later day may be known already, and what was said of the past be wrong.
        let ahead = account.latest_on().filter(|it| *it > day).and_then(|_| day.succ_opt());
        let speaks = account.has_open_items() || chargeable || confirms;
        let opinion = speaks.then(|| day.succ_opt()).flatten();
        let closed = opinion.filter(|_| !self.calendar(dunning).is_business_day(day));
        let all =
            holds.chain([stale, contact, dunning.not_before, ahead, closed, charges]).flatten();
        all.chain(items).filter(|it| *it > day).min()
    }
}

/// Whether an invoice may be asked for on a day: something of it is not contested, nothing holds it,
/// and it has not been given to whoever collects.
fn may_be_named(dunning: &Dunning, it: &OwedItem<'_>, holds: &[Held], on: NaiveDate) -> bool {
    it.open.minor() > it.disputed.minor()
        && !dunning.exhausted.contains_key(it.invoice)
        && !holds.iter().any(|hold| hold.is_about(it.invoice) && hold.holds_on(on))
}

fn told(it: &OwedItem<'_>, level: u8) -> Item {
    let asked = it.open.minor().saturating_sub(it.disputed.minor());
    Item {
        invoice: it.invoice.clone(),
        level,
        due_on: it.due_on,
        open: Money::new(asked, it.open.currency()),
        disputed: (!it.disputed.is_zero()).then_some(it.disputed),
        interest: None,
        interest_deducted: None,
        fixed_sum: None,
        agreed: None,
    }
}

/// What is deducted from what is asked for in a currency, if anything is.
fn credit(owed: &Owed<'_>, currency: Currency) -> Option<Money> {
    let mut all = owed.unallocated.iter();
    all.find(|it| it.currency() == currency && it.is_positive()).copied()
}

/// The template that is named like a tone.
fn named_like(tone: Tone) -> Option<Reference> {
    Reference::new(tone.word()).ok()
}

//! One message a customer: what it names, in the tone of its highest level; and taking it back when
//! what it would say is no longer so.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    Reference, ReminderId,
    dunning::{Approval, ContactResult, Event, Item, Reminder, Tone, Withdrawal},
};
use invoicing::view::{Owed, OwedItem};
use money::{Currency, Money};

use crate::{
    Dunning, Policy,
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

impl Policy {
    /// The reminder that is called for, if one is.
    pub(crate) fn plan(&self, dunning: &Dunning, today: NaiveDate) -> Option<Reminder> {
        let rules = self.rules();
        let waits = dunning.not_before.is_some_and(|it| today < it);
        if rules.ladders.is_empty() || dunning.pending.is_some() || waits {
            return None;
        }
        if !dunning.risk.account().has_open_items()
            || today < self.next_contact(dunning)
            || !self.calendar(dunning).is_business_day(today)
        {
            return None;
        }
        let holds = self.holds(dunning, today);
        let owed = dunning.risk.account().owed();
        let mut named = self.named(dunning, &owed, &holds, today);
        let highest = highest(&named)?;
        // A letter is of one currency; what is owed in another one follows.
        let currency = named.iter().find(|it| it.rung.number == highest.number && it.climbs);
        let currency = currency.or(named.first()).map(|it| it.item.open.currency())?;
        named.retain(|it| it.item.open.currency() == currency);
        let credits = credits(&owed, &named);
        named.retain(|it| self.is_enough(it.item.open.currency(), &highest, &owed));
        // What is too little to be asked for may have been the highest.
        let highest = self::highest(&named).filter(|_| named.iter().any(|it| it.climbs))?;
        let level = highest.level;
        let mut items: Vec<_> = named.into_iter().map(|it| it.item).collect();
        items.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        let reminder = format!("reminder-{}", dunning.count.saturating_add(1));
        Some(Reminder {
            reminder: ReminderId::new(&reminder).ok()?,
            planned_on: today,
            policy: rules.version.clone(),
            ladder: highest.ladder.name.clone(),
            because: highest.because,
            level: highest.number,
            tone: level.tone,
            channel: *level.channels.first()?,
            template: level.template.clone().or_else(|| named_like(level.tone))?,
            to_approve: level.approval == Approval::ByPerson,
            deadline_days: level.deadline_days,
            items,
            credits,
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
                let mut item = told(item, rung.number);
                self.claim(dunning, rung.level, &mut item, today);
                all.push(Named { rung, climbs: climbs.is_some(), item });
            }
        }
        if all.iter().any(|it| it.climbs) { all } else { Vec::new() }
    }

    /// Whether what is asked for in a currency is worth a message.
    fn is_enough(&self, currency: Currency, highest: &Rung<'_>, owed: &Owed<'_>) -> bool {
        let of = |it: &&Money| it.currency() == currency;
        let least = self.rules().minimums.iter().chain(&highest.level.minimums).filter(of);
        let least = least.map(|it| i128::from(it.minor())).max().unwrap_or(1).max(1);
        let asked: i128 =
            owed.items.iter().filter(|it| it.open.currency() == currency).fold(0, |sum, it| {
                sum + i128::from(it.open.minor()) - i128::from(it.disputed.minor())
            });
        let credited: i128 =
            owed.unallocated.iter().filter(of).map(|it| i128::from(it.minor())).sum();
        asked - credited >= least
    }

    /// The first day on which the customer may be spoken to again, whatever the channel.
    pub(crate) fn next_contact(&self, dunning: &Dunning) -> NaiveDate {
        let spoken = dunning.contacts.values().filter(|it| match it.result {
            ContactResult::NoAnswer | ContactResult::WrongNumber => false,
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
        let why = if self.rules().ladders.is_empty() {
            Withdrawal::PolicyChanged
        } else if later(pending.reminder.planned_on, self.rules().stale_days.into()) <= today {
            Withdrawal::Stale
        } else if self.still_so(dunning, &pending.reminder, today) {
            return None;
        } else {
            Withdrawal::Changed
        };
        let reminder = pending.reminder.reminder.clone();
        Some(Event::ReminderWithdrawn { reminder, on: today, why, by: None, not_before: None })
    }

    /// Whether everything that a reminder would say is still so.
    pub(crate) fn still_so(&self, dunning: &Dunning, it: &Reminder, today: NaiveDate) -> bool {
        let holds = self.holds(dunning, today);
        let owed = dunning.risk.account().owed();
        let open: BTreeMap<_, _> = owed.items.iter().map(|it| (it.invoice, it)).collect();
        let mut items = it.items.iter();
        items.all(|item| {
            open.get(&item.invoice).is_some_and(|open| {
                let same = told(open, item.level);
                let asked = (same.due_on, same.open, same.disputed);
                asked == (item.due_on, item.open, item.disputed)
                    && may_be_named(dunning, open, &holds, today)
            })
        }) && credits_of(&owed, it.items.iter().map(|it| it.open.currency())) == it.credits
    }

    /// The first day after one on which something else may be called for, if nothing happens.
    pub(crate) fn turns_after(&self, dunning: &Dunning, day: NaiveDate) -> Option<NaiveDate> {
        let account = dunning.risk.account();
        if self.rules().ladders.is_empty() && dunning.pending.is_none() {
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
        let opinion = dunning.risk.account().has_open_items().then(|| day.succ_opt()).flatten();
        let closed = opinion.filter(|_| !self.calendar(dunning).is_business_day(day));
        let all = holds.chain([stale, contact, dunning.not_before, ahead, closed]).flatten();
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
        fixed_sum: None,
    }
}

fn highest<'a>(named: &[Named<'a>]) -> Option<Rung<'a>> {
    named.iter().map(|it| it.rung).max_by_key(|it| it.number)
}

fn credits(owed: &Owed<'_>, named: &[Named<'_>]) -> Vec<Money> {
    credits_of(owed, named.iter().map(|it| it.item.open.currency()))
}

/// What is deducted, of the currencies that are asked for.
fn credits_of(owed: &Owed<'_>, currencies: impl Iterator<Item = Currency>) -> Vec<Money> {
    let currencies: BTreeSet<_> = currencies.collect();
    let asked = |it: &&Money| it.is_positive() && currencies.contains(&it.currency());
    owed.unallocated.iter().filter(asked).copied().collect()
}

/// The template that is named like a tone.
fn named_like(tone: Tone) -> Option<Reference> {
    Reference::new(tone.word()).ok()
}

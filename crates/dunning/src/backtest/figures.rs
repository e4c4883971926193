//! What a trial comes to.

use std::collections::BTreeMap;

use events::{
    InvoiceId,
    dunning::{Channel, Event},
};
use money::{Currency, Money};

use super::{Action, Did};
use crate::Dunning;

/// What would have been done, counted; sums in the smallest unit of each currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Customers that were looked at.
    pub customers: u64,
    /// Messages sent, by their highest level, 0 of what is no reminder: each is a contact.
    pub reminders: BTreeMap<u8, u64>,
    /// How often invoices were named by them, by the level of each.
    pub named: BTreeMap<u8, u64>,
    /// Reminders for which a person was asked to agree.
    pub approvals: u64,
    /// Of the contacts, those by a call.
    pub calls: u64,
    /// Reminders that were planned and not sent.
    pub withdrawn: u64,
    /// Invoices that should not have been named, by what became known later.
    pub regretted: u64,
    /// Invoices that nothing was left for.
    pub exhausted: u64,
    /// Reminders still on their way out at the end.
    pub waiting: u64,
    /// Customers whose supply was blocked at the end.
    pub blocked: u64,
    /// Interest asked for, of each invoice what was asked last.
    pub interest: BTreeMap<Currency, i128>,
    /// Fixed sums for recovery costs asked for, once an invoice.
    pub fixed_sums: BTreeMap<Currency, i128>,
    /// What is open at the end, by currency and level: 0 was never named.
    pub open: BTreeMap<(Currency, u8), Open>,
}

/// Open items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Open {
    /// How many.
    pub invoices: u64,
    /// What they come to, in the smallest unit of the currency.
    pub minor: i128,
}

/// What a person's work takes, as the tenant says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes {
    /// A call.
    pub call: u32,
    /// To look at a reminder before it is sent.
    pub approval: u32,
}

impl Minutes {
    /// Before the tenant says anything.
    pub const USUAL: Self = Self { call: 10, approval: 2 };
}

/// What was asked for beside the invoices, of each what was asked last.
#[derive(Debug, Default)]
pub(super) struct Asked(BTreeMap<InvoiceId, (Option<Money>, Option<Money>)>);

impl Asked {
    /// By what is known just before an event.
    pub(super) fn hear(&mut self, dunning: &Dunning, event: &Event) {
        let (Event::ReminderSent { .. }, Some(pending)) = (event, &dunning.pending) else { return };
        for it in &pending.reminder.items {
            if it.interest.is_some() || it.fixed_sum.is_some() {
                let known = self.0.entry(it.invoice.clone()).or_default();
                *known = (it.interest.or(known.0), it.fixed_sum.or(known.1));
            }
        }
    }
}

impl Figures {
    pub(super) fn count(&mut self, action: &Action) {
        match action.did {
            Did::Planned => self.approvals += u64::from(action.to_approve),
            Did::Sent => {
                *self.reminders.entry(action.level).or_default() += 1;
                for (_, level) in &action.invoices {
                    *self.named.entry(*level).or_default() += 1;
                }
                let call = action.said.is_some_and(|(_, channel)| channel == Channel::Call);
                self.calls += u64::from(call);
            }
            Did::Withdrawn => self.withdrawn += 1,
            Did::Regretted => self.regretted += 1,
            Did::Upheld => self.regretted = self.regretted.saturating_sub(1),
            Did::Exhausted => self.exhausted += 1,
            // Only how it ends counts.
            Did::SupplyBlock => {}
        }
    }

    /// How it ends.
    pub(super) fn end(&mut self, dunning: &Dunning, asked: &Asked) {
        self.customers = 1;
        self.waiting = u64::from(dunning.pending.is_some());
        self.blocked = u64::from(dunning.supply_block > 0);
        let add = |sums: &mut BTreeMap<_, _>, it: &Option<Money>| {
            if let Some(it) = it {
                *sums.entry(it.currency()).or_default() += i128::from(it.minor());
            }
        };
        for (interest, fixed_sum) in asked.0.values() {
            add(&mut self.interest, interest);
            add(&mut self.fixed_sums, fixed_sum);
        }
        for it in dunning.risk.account().owed().items {
            let place = (it.open.currency(), dunning.level(it.invoice));
            let open = self.open.entry(place).or_default();
            open.invoices += 1;
            open.minor += i128::from(it.open.minor());
        }
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        let Self {
            customers,
            reminders,
            named,
            approvals,
            calls,
            withdrawn,
            regretted,
            exhausted,
            waiting,
            blocked,
            interest,
            fixed_sums,
            open,
        } = other;
        for (sum, it) in [
            (&mut self.customers, customers),
            (&mut self.approvals, approvals),
            (&mut self.calls, calls),
            (&mut self.withdrawn, withdrawn),
            (&mut self.regretted, regretted),
            (&mut self.exhausted, exhausted),
            (&mut self.waiting, waiting),
            (&mut self.blocked, blocked),
        ] {
            *sum += it;
        }
        for (sums, all) in [(&mut self.reminders, reminders), (&mut self.named, named)] {
            for (level, it) in all {
                *sums.entry(*level).or_default() += it;
            }
        }
        for (sums, all) in [(&mut self.interest, interest), (&mut self.fixed_sums, fixed_sums)] {
            for (currency, it) in all {
                *sums.entry(*currency).or_default() += it;
            }
        }
        for (place, it) in open {
            let sum = self.open.entry(*place).or_default();
            sum.invoices += it.invoices;
            sum.minor += it.minor;
        }
    }

    /// Messages that left the building, and calls.
    pub fn contacts(&self) -> u64 {
        self.reminders.values().sum()
    }

    /// What persons work for it.
    pub fn minutes(&self, each: Minutes) -> u64 {
        self.calls * u64::from(each.call) + self.approvals * u64::from(each.approval)
    }
}

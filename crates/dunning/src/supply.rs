//! What may be delivered while reminders are not answered: set by the levels, lifted by payment.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{InvoiceId, dunning::Event};
use money::{Currency, Money};

use crate::{Dunning, Policy};

/// What may be delivered to a customer, and why not more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supply {
    /// How hard supply is blocked: 0 not at all.
    pub level: u8,
    /// Since when it is blocked so hard; none if it is not blocked.
    pub since: Option<NaiveDate>,
    /// Open items whose levels block it, those that block hardest first.
    pub causes: Vec<Cause>,
    /// What lets it go, the least first: to each lower level, and at last altogether.
    pub ways_out: Vec<WayOut>,
}

/// An open item whose level blocks supply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Which.
    pub invoice: InvoiceId,
    /// When it was due.
    pub due_on: NaiveDate,
    /// The level of reminding it stands at.
    pub level: u8,
    /// How hard that level blocks supply.
    pub supply_block: u8,
    /// What is asked for: open and not contested. Once that is paid it blocks nothing.
    pub asked: Money,
}

/// What is to be paid for supply to be blocked no harder than so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOut {
    /// How hard it is then blocked: 0 not at all.
    pub level: u8,
    /// What is to be settled, by id.
    pub invoices: Vec<InvoiceId>,
    /// How much that is, one a currency. None of a currency in which it is more than an amount can be.
    pub to_pay: Vec<Money>,
}

impl Policy {
    pub(crate) fn next_supply_block(&self, dunning: &Dunning, today: NaiveDate) -> Option<Event> {
        let called_for = self.causes(dunning).iter().map(|it| it.supply_block).max().unwrap_or(0);
        (called_for != dunning.supply_block)
            .then_some(Event::SupplyBlockSet { level: called_for, on: today })
    }

    /// What may be delivered to a customer, why not more, and what would let it.
    pub fn supply(&self, dunning: &Dunning) -> Supply {
        let mut causes = self.causes(dunning);
        causes.sort_by(|a, b| {
            let place = |it: &Cause| (std::cmp::Reverse(it.supply_block), it.due_on);
            (place(a), &a.invoice).cmp(&(place(b), &b.invoice))
        });
        let blocks: BTreeSet<_> = causes.iter().map(|it| it.supply_block).collect();
        let hardest = blocks.last().copied().unwrap_or(0);
        let lower = blocks.iter().rev().copied().filter(|it| *it < hardest);
        let altogether = (hardest > 0).then_some(0);
        let ways_out = lower.chain(altogether).map(|level| WayOut::to(level, &causes));
        Supply {
            level: dunning.supply_block,
            since: dunning.supply_since.filter(|_| dunning.supply_block > 0),
            ways_out: ways_out.collect(),
            causes,
        }
    }

    /// The items that block supply by their levels.
    fn causes(&self, dunning: &Dunning) -> Vec<Cause> {
        if dunning.sent.is_empty() {
            return Vec::new();
        }
        let owed = dunning.risk.account().owed();
        let causes = owed.items.iter().filter_map(|it| {
            let asked = it.open.minor().saturating_sub(it.disputed.minor());
            if asked <= 0 {
                return None;
            }
            let rung = self.stands_on(dunning, it.invoice)?;
            (rung.level.supply_block > 0).then(|| Cause {
                invoice: it.invoice.clone(),
                due_on: it.due_on,
                level: rung.number,
                supply_block: rung.level.supply_block,
                asked: Money::new(asked, it.open.currency()),
            })
        });
        causes.collect()
    }
}

impl WayOut {
    fn to(level: u8, causes: &[Cause]) -> Self {
        let settled = || causes.iter().filter(|it| it.supply_block > level);
        let mut sums = BTreeMap::<Currency, i128>::new();
        for it in settled() {
            *sums.entry(it.asked.currency()).or_default() += i128::from(it.asked.minor());
        }
        let amount = |(currency, sum)| Some(Money::new(i64::try_from(sum).ok()?, currency));
        let mut invoices: Vec<_> = settled().map(|it| it.invoice.clone()).collect();
        invoices.sort();
        Self { level, invoices, to_pay: sums.into_iter().filter_map(amount).collect() }
    }
}

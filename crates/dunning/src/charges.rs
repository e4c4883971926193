//! What a message asked for besides the invoices, and what it should have asked for by what is known
//! now: a payment with an earlier value date, a credit note, money that did not stay, a corrected due
//! date. It is said once, and again when that changes again.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::NaiveDate;
use events::{
    InvoiceId,
    dunning::{Event, Item, Reminder},
};
use invoicing::view::Debt;
use law::Interest;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{Dunning, Policy, claim, state::Sent};

/// What is asked for besides an invoice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charges {
    /// Interest for late payment; none: nothing.
    pub interest: Option<Money>,
    /// The fixed sum for recovery costs; none: nothing.
    pub fixed_sum: Option<Money>,
}

impl Charges {
    /// What an item of a message asks for.
    pub fn of(item: &Item) -> Self {
        Self { interest: item.interest, fixed_sum: item.fixed_sum }
    }

    /// Whether nothing is.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// The facts about its invoices for which the charges of a message were found right last. Forgetting
/// them changes nothing but the time that looking takes: no two of them differ.
#[derive(Debug, Default)]
pub(crate) struct Looked(AtomicU64);

impl Looked {
    fn at(&self, facts: u64) -> bool {
        self.0.load(Ordering::Relaxed) == facts
    }

    fn keep(&self, facts: u64) {
        self.0.store(facts, Ordering::Relaxed);
    }
}

impl Clone for Looked {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

impl PartialEq for Looked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Looked {}

impl Sent {
    /// What it should have asked for besides an invoice, as far as that was said.
    pub(crate) fn charges(&self, item: &Item) -> Charges {
        self.corrected.get(&item.invoice).copied().unwrap_or_else(|| Charges::of(item))
    }

    /// What it should have asked for, where that is not what it asked for.
    pub(crate) fn corrections(&self) -> impl Iterator<Item = (InvoiceId, Charges)> {
        self.asks().filter_map(|item| {
            let should = self.charges(item);
            (should != Charges::of(item)).then(|| (item.invoice.clone(), should))
        })
    }

    /// The items that ask for charges.
    fn asks(&self) -> impl Iterator<Item = &Item> {
        self.reminder.items.iter().filter(|it| !Charges::of(it).is_nothing())
    }

    /// What its charges rest on, in a number: the facts about its invoices that count before the day
    /// of the plan. None: it asks for none, or what they rest on is not kept.
    fn facts(&self, dunning: &Dunning) -> Option<u64> {
        self.reminder.interest.as_ref()?;
        let mut hasher = DefaultHasher::new();
        for item in self.asks() {
            let debt = dunning.risk.account().debt(&item.invoice)?;
            (debt.gross.minor(), debt.gross.currency(), debt.due_on, debt.cancelled)
                .hash(&mut hasher);
            for (on, amount) in debt.reductions().filter(|(on, _)| *on < self.reminder.planned_on) {
                (on, amount.minor()).hash(&mut hasher);
            }
        }
        // Nothing was looked at yet: 0.
        Some(hasher.finish().max(1))
    }
}

impl Policy {
    /// The next correction of charges that is called for.
    pub(crate) fn next_correction(&self, dunning: &Dunning, today: NaiveDate) -> Option<Event> {
        dunning.sent.iter().find_map(|sent| {
            sent.asks().next()?;
            let facts = sent.facts(dunning);
            if facts.is_some_and(|it| sent.looked.at(it)) {
                return None;
            }
            let wrong = sent.asks().find_map(|item| {
                let should = self.should_have_asked(dunning, &sent.reminder, item)?;
                (should != sent.charges(item)).then(|| Event::ChargesCorrected {
                    reminder: sent.reminder.reminder.clone(),
                    invoice: item.invoice.clone(),
                    on: today,
                    interest: should.interest,
                    fixed_sum: should.fixed_sum,
                })
            });
            if let (None, Some(facts)) = (&wrong, facts) {
                sent.looked.keep(facts);
            }
            wrong
        })
    }

    /// What an item that asks for charges should ask for, as of the day on which it was planned, by
    /// the rules of that day and all that is known now of it; what was contested then is left out, and
    /// what was deducted then is. None where the law's tables do not reach.
    pub(crate) fn should_have_asked(
        &self,
        dunning: &Dunning,
        reminder: &Reminder,
        item: &Item,
    ) -> Option<Charges> {
        let debt: Debt<'_> = dunning.risk.account().debt(&item.invoice)?;
        let currency = item.open.currency();
        if debt.cancelled || debt.gross.currency() != currency {
            return Some(Charges::default());
        }
        let bears = self.interest_of(dunning, reminder, item)?;
        let deducted = item.interest_deducted.unwrap_or_else(|| Money::zero(currency));
        let left = bears.total.minus(deducted).ok().filter(|it| it.is_positive());
        Some(Charges {
            interest: item.interest.and(left),
            fixed_sum: item.fixed_sum.and(claim::fixed_sum(&bears)),
        })
    }

    /// The interest on an item of a message up to the day on which it was planned, line by line: by the
    /// rules of that day, at the rate that its terms of sale stated then, and all that is known now of
    /// the invoice; what was contested then is left out.
    /// None without rules, or where the law's tables do not reach.
    pub fn interest_of(
        &self,
        dunning: &Dunning,
        reminder: &Reminder,
        item: &Item,
    ) -> Option<Interest> {
        let debt = dunning.risk.account().debt(&item.invoice)?;
        let regime = self.regime_then(reminder, item.agreed.as_ref())?;
        let disputed = item.disputed.unwrap_or_else(|| Money::zero(item.open.currency()));
        claim::bears(regime, &debt, disputed, reminder.planned_on)
    }

    /// Whether the charges that an item of a reminder on its way would ask for are still those.
    pub(crate) fn claim_still_so(
        &self,
        dunning: &Dunning,
        reminder: &Reminder,
        item: &Item,
    ) -> bool {
        let asked = Charges::of(item);
        if claim::claims(item) && self.agreed_now(dunning, reminder, &item.invoice) != item.agreed {
            return false;
        }
        if asked.fixed_sum.is_some() && dunning.fixed_sum_deducted(&item.invoice) {
            return false;
        }
        let zero = Money::zero(item.open.currency());
        let deducted = item.interest_deducted.unwrap_or(zero);
        let Ok(total) = item.interest.unwrap_or(zero).plus(deducted) else { return false };
        if total.is_positive() && dunning.interest_deducted(&item.invoice, total) != deducted {
            return false;
        }
        let should =
            if asked.is_nothing() { None } else { self.should_have_asked(dunning, reminder, item) };
        should.is_none_or(|it| it == asked)
    }
}

//! The interest invoice: a document of its own that asks for the interest and the fixed sums on
//! invoices that were settled late, once for each of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    InvoiceId,
    dunning::{AgreedRate, Item, Purpose, Reminder},
};
use law::Regime;
use money::{Currency, Money};

use crate::{Dunning, Policy, claim, hold::Held, ladder::later, plan::Document};

/// Most invoices of one document: what is more follows after the days between two contacts.
const ITEMS_MAX: usize = 200;

impl Policy {
    /// The interest invoice that is called for, if one is.
    pub(crate) fn plan_charges(&self, dunning: &Dunning, today: NaiveDate) -> Option<Reminder> {
        let rules = self.rules().charges.as_ref()?;
        self.regime()?;
        let ready = self.chargeable(dunning, today);
        if ready.is_empty() {
            return None;
        }
        let holds = self.holds(dunning, today);
        let mut by_currency = BTreeMap::<Currency, Vec<Item>>::new();
        for invoice in ready {
            if is_held(&holds, invoice, today) {
                continue;
            }
            let agreed = self.agreed(dunning, invoice);
            let regime = self.regime_of(agreed.as_ref())?;
            let item = charged(dunning, (regime, agreed), invoice, today);
            if let Some(item) = item.filter(|it| asked(it) > 0) {
                by_currency.entry(item.open.currency()).or_default().push(item);
            }
        }
        // A document is of one currency; what is owed in another one follows.
        let (_, mut items) = by_currency.into_iter().find(|(currency, items)| {
            let mut least = rules.minimums.iter().filter(|it| it.currency() == *currency);
            let least = least.next().map_or(1, |it| i128::from(it.minor()));
            items.iter().map(asked).sum::<i128>() >= least
        })?;
        items.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        items.truncate(ITEMS_MAX);
        let document = Document {
            purpose: Purpose::Charges,
            channels: &rules.channels,
            template: rules.template.as_ref(),
            shipped: "interest_invoice",
            approval: rules.approval,
            interest: self.rules().interest.clone(),
        };
        document.about(items, self, dunning, today)
    }

    /// Invoices whose charges are to be asked for by now, and were not by an interest invoice.
    fn chargeable<'a>(&self, dunning: &'a Dunning, today: NaiveDate) -> Vec<&'a InvoiceId> {
        let all = self.charges_ready(dunning);
        let ready = all.filter(|(_, from, until)| *from <= today && today <= *until);
        ready.map(|(invoice, ..)| invoice).collect()
    }

    /// Invoices whose charges were asked for by no interest invoice, and the first and the last day
    /// on which that is called for.
    fn charges_ready<'a>(
        &self,
        dunning: &'a Dunning,
    ) -> impl Iterator<Item = (&'a InvoiceId, NaiveDate, NaiveDate)> + use<'a> {
        let rules = self.rules().charges.as_ref().filter(|_| self.regime().is_some());
        let days = rules.map(|it| (i64::from(it.after_days), i64::from(it.within_days)));
        let sent = dunning.sent.iter().filter(|it| it.reminder.purpose == Purpose::Charges);
        let sent = sent.flat_map(|it| &it.reminder.items).map(|it| &it.invoice);
        let asked: BTreeSet<_> = if days.is_some() { sent.collect() } else { BTreeSet::new() };
        days.into_iter().flat_map(move |(after, within)| {
            let asked = asked.clone();
            let late = dunning.risk.account().settled_late();
            // What an assigned invoice bears for being late is the assignee's.
            let account = dunning.risk.account();
            let new = late.filter(move |(invoice, _)| {
                !asked.contains(invoice) && !account.has_assignee(invoice)
            });
            new.map(move |(invoice, on)| {
                let from = later(on, after);
                (invoice, from, later(from, within))
            })
        })
    }

    /// The first day after one on which an invoice becomes ready to be charged, and whether one is
    /// on it.
    pub(crate) fn charges_turn(
        &self,
        dunning: &Dunning,
        day: NaiveDate,
    ) -> (Option<NaiveDate>, bool) {
        let (mut next, mut ready) = (None::<NaiveDate>, false);
        for (_, from, until) in self.charges_ready(dunning) {
            if from > day {
                next = Some(next.map_or(from, |it| it.min(from)));
            } else {
                ready |= day <= until;
            }
        }
        (next, ready)
    }

    /// Whether all that an interest invoice would say is still so.
    pub(crate) fn charges_still_so(
        &self,
        dunning: &Dunning,
        it: &Reminder,
        today: NaiveDate,
    ) -> bool {
        let holds = self.holds(dunning, today);
        it.items.iter().all(|item| {
            let agreed = self.agreed_now(dunning, it, &item.invoice);
            let Some(regime) = self.regime_then(it, agreed.as_ref()) else { return false };
            let now = charged(dunning, (regime, agreed), &item.invoice, it.planned_on);
            now.as_ref() == Some(item) && !is_held(&holds, &item.invoice, today)
        })
    }
}

fn is_held(holds: &[Held], invoice: &InvoiceId, on: NaiveDate) -> bool {
    holds.iter().any(|it| it.is_about(invoice) && it.holds_on(on))
}

/// What is asked for on an invoice that was settled late by a regime, and by which rate of its terms of
/// sale that is; waivers deducted. None while something of
/// it is open, or where the law's tables do not reach.
fn charged(
    dunning: &Dunning,
    (regime, agreed): (Regime, Option<AgreedRate>),
    invoice: &InvoiceId,
    today: NaiveDate,
) -> Option<Item> {
    let debt = dunning.risk.account().debt(invoice)?;
    debt.settled_on()?;
    let nothing = Money::zero(debt.gross.currency());
    let bears = claim::bears(regime, &debt, nothing, today)?;
    let waived = dunning.interest_waived(invoice, bears.total);
    let left = bears.total.minus(waived).ok();
    Some(Item {
        invoice: invoice.clone(),
        level: 0,
        due_on: debt.due_on,
        open: nothing,
        disputed: None,
        interest: left.filter(|it| it.is_positive()),
        interest_deducted: Some(waived).filter(|it| it.is_positive()),
        fixed_sum: claim::fixed_sum(&bears).filter(|_| !dunning.fixed_sum_waived(invoice)),
        agreed,
    })
}

/// In the smallest unit of the currency.
fn asked(item: &Item) -> i128 {
    [item.interest, item.fixed_sum].into_iter().flatten().map(|it| i128::from(it.minor())).sum()
}

//! How each receivable went: what the habits of a payer are read from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    InvoiceId,
    invoicing::{ReversalReason, Source},
};
use money::Currency;

use crate::{Account, promise::Standing};

/// A receivable at the end of a day, as far as habits need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course<'a> {
    /// Which invoice.
    pub invoice: &'a InvoiceId,
    /// When it was issued.
    pub issued_on: NaiveDate,
    /// When its document says it is due: a payment plan makes nobody more punctual.
    pub due_on: NaiveDate,
    /// What all amounts here are in.
    pub currency: Currency,
    /// What it is about, in the smallest unit.
    pub gross_minor: i64,
    /// What is open, in the smallest unit.
    pub open_minor: i64,
    /// The part of it that is contested, in the smallest unit.
    pub disputed_minor: i64,
    /// The day on which the last open cent was settled or given up; none while something is open.
    pub settled_on: Option<NaiveDate>,
    /// Whether money had a part in it: what only a credit note settled says nothing of a payer.
    pub paid: bool,
    /// Whether a person gave a part of it up.
    pub given_up: bool,
}

impl Account {
    /// Every receivable issued by the end of a day and not cancelled, by the facts effective until
    /// then, whenever they were recorded; in no order that matters.
    pub fn courses(&self, on: NaiveDate) -> impl Iterator<Item = Course<'_>> {
        let mut disputed = BTreeMap::<&InvoiceId, i64>::new();
        for dispute in self.disputes.values().filter(|it| it.is_open_on(on)) {
            let sum = disputed.entry(&dispute.invoice).or_default();
            *sum = sum.saturating_add(dispute.amount.minor());
        }
        let known = self.invoices();
        let living = known.filter(move |(_, it)| it.document.issued_on <= on && !it.is_cancelled());
        living.map(move |(id, it)| {
            let open = it.open_on(on);
            let effective = it.allocations.iter().filter(|it| !it.recovers && it.source_on <= on);
            let (mut paid, mut settled_on) = (false, None);
            for allocation in effective {
                paid |= matches!(allocation.source, Source::Payment(_));
                settled_on = settled_on.max(Some(it.effective_on(allocation)));
            }
            let mut given_up = false;
            for part in it.rare().into_iter().flat_map(|it| &it.given_up).filter(|it| it.on <= on) {
                given_up |= part.write_off.is_some();
                settled_on = settled_on.max(Some(part.on));
            }
            Course {
                invoice: id,
                issued_on: it.document.issued_on,
                due_on: it.document.due_on,
                currency: it.document.gross.currency(),
                gross_minor: it.document.gross.minor(),
                open_minor: open,
                disputed_minor: disputed.get(id).map_or(0, |it| (*it).clamp(0, open.max(0))),
                settled_on: settled_on.filter(|_| open <= 0),
                paid,
                given_up,
            }
        })
    }

    /// The days on which promises were broken, in no order that matters.
    pub fn promises_broken_on(&self) -> impl Iterator<Item = NaiveDate> {
        self.promises.values().filter_map(|it| match it.standing {
            Standing::Broken(on) | Standing::PartlyKept { on, .. } => Some(on),
            Standing::Open | Standing::Kept(_) | Standing::Withdrawn(_) => None,
        })
    }

    /// How many promises were broken from one day to another, both included: those of which
    /// nothing, or not all, came in time.
    pub fn promises_broken(&self, from: NaiveDate, to: NaiveDate) -> usize {
        self.promises_broken_on().filter(|on| (from..=to).contains(on)).count()
    }

    /// How many payments did not stay, from one day to another, both included; a booking in error
    /// was no payment.
    pub fn payments_bounced(&self, from: NaiveDate, to: NaiveDate) -> usize {
        let reversed = self.payments.values().filter_map(|it| it.reversed.as_deref());
        let bounced = reversed.filter(|it| match it.reason {
            ReversalReason::Bounced | ReversalReason::Chargeback => (from..=to).contains(&it.on),
            ReversalReason::BookedInError => false,
        });
        bounced.count()
    }
}

//! The account at the end of a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{InvoiceId, PlanId, invoicing::Source};
use money::{Currency, Money};

use crate::{
    Account,
    account::{Allocation, Funds, Invoice, Payment},
    dispute::Dispute,
    plan::{Part, Plan},
};

/// An account, and the day at whose end it is looked at.
#[derive(Clone, Copy)]
pub(super) struct AsOf<'a> {
    pub(super) account: &'a Account,
    pub(super) on: NaiveDate,
    /// Nothing is known of later days: what is recorded is what was effective.
    pub(super) is_latest: bool,
}

/// An invoice with something open.
pub(super) struct Open<'a> {
    pub(super) id: &'a InvoiceId,
    pub(super) invoice: &'a Invoice,
    /// In the smallest unit, like every number here.
    pub(super) open: i64,
    pub(super) disputed: i64,
    pub(super) plan: Option<(&'a PlanId, &'a Plan)>,
}

/// What is unallocated of a source.
pub(super) struct Unallocated<'a> {
    pub(super) source: Source,
    pub(super) funds: &'a Funds,
    pub(super) minor: i64,
    /// The payment, if it is a deposit that is held.
    pub(super) held: Option<&'a Payment>,
}

impl<'a> AsOf<'a> {
    pub(super) fn new(account: &'a Account, on: NaiveDate) -> Self {
        Self { account, on, is_latest: account.latest_on.is_none_or(|latest| latest <= on) }
    }

    /// Invoices of which something is open.
    pub(super) fn open(self) -> impl Iterator<Item = Open<'a>> {
        let mut disputed = BTreeMap::<&InvoiceId, i64>::new();
        for dispute in self.account.disputes.values().filter(|it| it.is_open_on(self.on)) {
            *disputed.entry(&dispute.invoice).or_default() += dispute.amount.minor();
        }
        let plans: Vec<_> =
            self.account.plans.iter().filter(|(_, it)| it.in_force_on(self.on)).collect();
        let closed = if self.is_latest { None } else { Some(self.account.closed.iter()) };
        let invoices = self.account.open.iter().chain(closed.into_iter().flatten());
        invoices.filter_map(move |(id, invoice)| {
            let open = if self.is_latest { invoice.open } else { invoice.open_on(self.on) };
            (open > 0).then(|| Open {
                id,
                invoice,
                open,
                disputed: disputed.get(id).map_or(0, |it| (*it).clamp(0, open)),
                plan: plans.iter().copied().find(|(_, plan)| plan.covers(id)),
            })
        })
    }

    /// Sources of which something is unallocated, or more went back than was there.
    pub(super) fn unallocated(self) -> impl Iterator<Item = Unallocated<'a>> {
        let payments = self.account.payments.keys().map(|id| Source::Payment(id.clone()));
        let credit_notes =
            self.account.credit_notes.keys().map(|id| Source::CreditNote(id.clone()));
        let all: Vec<Source> = if self.is_latest {
            self.account.loose.all().cloned().collect()
        } else {
            payments.chain(credit_notes).collect()
        };
        all.into_iter().filter_map(move |source| {
            let funds = self.account.funds(&source)?;
            let minor = self.unallocated_of(&source, funds);
            let held = match &source {
                Source::Payment(id) => self.account.payment(id).filter(|it| it.is_held_on(self.on)),
                Source::CreditNote(_) => None,
            };
            (minor != 0).then_some(Unallocated { source, funds, minor, held })
        })
    }

    /// What is unallocated of a source.
    pub(super) fn unallocated_of(self, source: &Source, funds: &Funds) -> i64 {
        if self.is_latest {
            return funds.unallocated;
        }
        let refunds = funds.rare().into_iter().flat_map(|it| &it.refunds);
        let refunded: i64 = refunds.filter(|it| it.on <= self.on).map(|it| it.minor).sum();
        if funds.is_void() || self.on < funds.counts_from {
            return -refunded;
        }
        let allocated: i64 = self.allocations_of(source, funds).map(|(_, _, it)| it.minor).sum();
        funds.amount.minor() - refunded - allocated
    }

    /// What a source had settled or recovered.
    pub(super) fn allocations_of(
        self,
        source: &Source,
        funds: &'a Funds,
    ) -> impl Iterator<Item = (&'a InvoiceId, &'a Invoice, &'a Allocation)> {
        let invoices = funds.settles().iter();
        let known = invoices.filter_map(move |(id, _)| Some((id, self.account.invoice(id)?)));
        known.flat_map(move |(id, invoice)| {
            let by_source = invoice.allocations.iter().filter(move |it| it.source == *source);
            by_source
                .filter(move |it| invoice.effective_on(it) <= self.on)
                .map(move |it| (id, invoice, it))
        })
    }

    /// Days since a day that something was due on; none if it is not overdue.
    pub(super) fn days_past(self, due_on: NaiveDate) -> u32 {
        u32::try_from((self.on - due_on).num_days()).unwrap_or(0)
    }
}

impl Open<'_> {
    pub(super) fn currency(&self) -> Currency {
        self.invoice.document.gross.currency()
    }

    /// When what is open is due: at once, or by the instalments of the plan in force.
    pub(super) fn due(&self) -> impl Iterator<Item = Part> {
        let originally = self.invoice.document.due_on;
        let parts = self.plan.map(|(_, plan)| plan.due(self.id, originally, self.open));
        let whole = Part { due_on: originally, minor: self.open };
        let once = if parts.is_none() { Some(whole) } else { None };
        once.into_iter().chain(parts.into_iter().flatten())
    }

    /// The day that counts for lateness: of the first part that is not paid.
    pub(super) fn due_on(&self) -> NaiveDate {
        self.due().map(|it| it.due_on).min().unwrap_or(self.invoice.document.due_on)
    }
}

impl Dispute {
    pub(super) fn is_open_on(&self, on: NaiveDate) -> bool {
        self.opened_on <= on && self.resolved.is_none_or(|it| on < it.on)
    }
}

impl Payment {
    /// Whether it was held as a deposit.
    pub(super) fn is_held_on(&self, on: NaiveDate) -> bool {
        self.deposit.as_ref().is_some_and(|it| it.released_on.is_none_or(|end| on < end))
    }
}

/// An amount of a sum that may have left the range of amounts: the end of the range then. The sums
/// of one account cannot, as decisions see to it.
pub(super) fn money(minor: i128, currency: Currency) -> Money {
    let most = i128::from(i64::MAX);
    Money::new(i64::try_from(minor.clamp(-most, most)).unwrap_or_default(), currency)
}

use chrono::NaiveDate;
use events::{invoicing::Invoice, risk::Delivery};
use money::{Currency, Money};

use crate::Collection;

/// When a claim was born, and how much of it before a day. A sale gives it birth when it is delivered,
/// whenever it is invoiced (C. com. art. L622-17, L622-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Born {
    /// How that is known.
    pub ground: Ground,
    /// The first day on which something of it was.
    pub first: NaiveDate,
    /// The last one.
    pub last: NaiveDate,
    /// What was delivered before the day, in the smallest unit; 1 where only the invoice is known.
    pub before: u64,
    /// What was delivered from the day on, likewise.
    pub after: u64,
}

/// How it is known when a claim was born.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// By its deliveries.
    Delivery,
    /// By the day on which it was invoiced: of its deliveries nothing is known.
    Issue,
}

impl Born {
    /// When the claim of an invoice was born. Deliveries for its order of which nobody said by what
    /// they were invoiced tell only if they are on one side of the day: else nobody knows which of
    /// them the invoice is for.
    pub(crate) fn of(collection: &Collection, invoice: &Invoice, judged_on: NaiveDate) -> Self {
        let risk = collection.dunning.risk();
        let currency = invoice.gross.currency();
        let order = invoice.order.as_ref();
        let of = risk.deliveries_of(&invoice.invoice, order);
        if let Some(born) = Self::delivered(of, currency, judged_on) {
            return born;
        }
        let of_order = order.into_iter().flat_map(|order| risk.deliveries_for(order));
        let born = Self::delivered(of_order, currency, judged_on);
        born.filter(|it| it.before == 0 || it.after == 0).unwrap_or_else(|| {
            let on = invoice.issued_on;
            let before = u64::from(on < judged_on);
            Self { ground: Ground::Issue, first: on, last: on, before, after: 1 - before }
        })
    }

    /// None of no deliveries, or of some in another currency.
    fn delivered<'a>(
        deliveries: impl Iterator<Item = &'a Delivery>,
        currency: Currency,
        judged_on: NaiveDate,
    ) -> Option<Self> {
        let mut born: Option<Self> = None;
        for it in deliveries {
            if it.amount.currency() != currency {
                return None;
            }
            let on = it.delivered_on;
            let empty = Self { ground: Ground::Delivery, first: on, last: on, before: 0, after: 0 };
            let all = born.get_or_insert(empty);
            (all.first, all.last) = (all.first.min(on), all.last.max(on));
            let side = if on < judged_on { &mut all.before } else { &mut all.after };
            *side = side.saturating_add(it.amount.minor().unsigned_abs());
        }
        born.filter(|it| it.before > 0 || it.after > 0)
    }

    /// An amount as it falls on both sides of the day; both parts are the whole.
    pub(crate) fn split(self, amount: Money) -> (Money, Money) {
        let parts = amount.split_by(&[self.before, self.after]);
        // There is a side with something on it: it is born at all.
        match parts.as_deref() {
            Ok([before, after]) => (*before, *after),
            Ok(_) | Err(_) => (amount, Money::zero(amount.currency())),
        }
    }
}

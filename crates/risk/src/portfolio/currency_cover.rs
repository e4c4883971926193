//! What is owed in foreign currencies, month by month, and what the hedges of the tenant protect of
//! it.
//!
//! A receivable stands in the month in which it falls due; one that is late already, in the month
//! that is asked in, for it can come any day. A hedge stands in the month in which it matures. One
//! that names invoices, or orders that were invoiced, protects these, whenever they fall due, the
//! first due first; one that names a customer, what that customer owes in its month; any other, what
//! is left of its month. They come in this order, and in each of these by maturity and id, so that
//! nothing is protected twice. What a hedge finds nothing for is too much, but for those of tenders
//! and of orders that are not invoiced: they wait for receivables to come. Amounts are in the
//! currency itself; nothing is converted, and nothing is priced. Cash that is not allocated is not
//! taken off, and what an assignee has at its own risk is left out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use events::{CustomerId, InvoiceId, Reference, risk::Hedged};
use money::{Currency, Money};

use crate::{Policy, Risk, exposure::clamped, hedge::KnownHedge};

/// A month of a currency.
type Key = (Currency, NaiveDate);

/// What is owed in foreign currencies at the end of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CurrencyCover {
    /// What falls due in a month, in the smallest unit, and what of that is late.
    months: BTreeMap<Key, (i128, i128)>,
    /// What of that hedges name: by the customer, the invoice or the order.
    named: Vec<Item>,
}

/// A receivable that a hedge may name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    key: Key,
    due_on: NaiveDate,
    customer: CustomerId,
    invoice: InvoiceId,
    order: Option<Reference>,
    open: i128,
}

/// A month of a currency, or all months of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// What is owed. Always `covered + uncovered`.
    pub receivables: Money,
    /// The part of that that is late already.
    pub overdue: Money,
    /// What hedges protect of it.
    pub covered: Money,
    /// What nothing protects.
    pub uncovered: Money,
    /// What hedges protect and is not owed.
    pub over_covered: Money,
    /// What hedges protect of tenders and of orders that are not invoiced.
    pub ahead: Money,
}

/// A currency, all months together and one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfCurrency {
    /// Which.
    pub currency: Currency,
    /// All months together.
    pub total: Covered,
    /// The first day of each month in which something falls due or matures, and how it stands.
    pub months: Vec<(NaiveDate, Covered)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    receivables: i128,
    overdue: i128,
    covered: i128,
    over: i128,
    ahead: i128,
}

impl Parts {
    fn add(&mut self, it: &Self) {
        self.receivables += it.receivables;
        self.overdue += it.overdue;
        self.covered += it.covered;
        self.over += it.over;
        self.ahead += it.ahead;
    }

    fn told(&self, currency: Currency) -> Covered {
        let money = |minor| clamped(minor, currency);
        Covered {
            receivables: money(self.receivables),
            overdue: money(self.overdue),
            covered: money(self.covered),
            uncovered: money(self.receivables - self.covered),
            over_covered: money(self.over),
            ahead: money(self.ahead),
        }
    }
}

/// The hedges that protect something in a foreign currency on a day, those that come first first.
fn in_force(policy: &Policy, on: NaiveDate) -> Vec<(&KnownHedge, i128)> {
    let own = policy.rules().currency;
    let protects = |it| {
        let amount = KnownHedge::protected_on(it, on);
        let foreign = amount.currency() != own && !matches!(it.hedge.hedged, Hedged::Market(_));
        (foreign && amount.is_positive()).then(|| (it, amount.minor().into()))
    };
    let mut all: Vec<_> = policy.hedges().filter_map(protects).collect();
    all.sort_by_key(|(it, _)| {
        let first = match it.hedge.hedged {
            Hedged::Invoices(_) => 0_u8,
            Hedged::Orders(_) => 1,
            Hedged::Customer(_) => 2,
            Hedged::Currency | Hedged::Tender(_) | Hedged::Market(_) => 3,
        };
        (first, it.hedge.matures_on, it.hedge.hedge.clone())
    });
    all
}

/// What hedges of a day name.
#[derive(Default)]
struct Names<'a> {
    invoices: BTreeSet<(&'a CustomerId, &'a InvoiceId)>,
    orders: BTreeSet<(&'a CustomerId, &'a Reference)>,
    customers: BTreeSet<&'a CustomerId>,
}

impl<'a> Names<'a> {
    fn of(hedges: &[(&'a KnownHedge, i128)]) -> Self {
        let mut names = Self::default();
        for (it, _) in hedges {
            match &it.hedge.hedged {
                Hedged::Invoices(all) => {
                    names.invoices.extend(all.iter().map(|it| (&it.customer, &it.invoice)));
                }
                Hedged::Orders(all) => {
                    names.orders.extend(all.iter().map(|it| (&it.customer, &it.order)));
                }
                Hedged::Customer(customer) => drop(names.customers.insert(customer)),
                Hedged::Currency | Hedged::Tender(_) | Hedged::Market(_) => {}
            }
        }
        names
    }

    fn say(&self, of: &CustomerId, invoice: &InvoiceId, order: Option<&Reference>) -> bool {
        self.customers.contains(of)
            || self.invoices.contains(&(of, invoice))
            || order.is_some_and(|it| self.orders.contains(&(of, it)))
    }
}

fn month(on: NaiveDate) -> NaiveDate {
    on.with_day(1).unwrap_or(on)
}

impl CurrencyCover {
    /// What these customers owe in foreign currencies at the end of a day.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Self {
        let own = policy.rules().currency;
        let hedges = in_force(policy, on);
        let names = Names::of(&hedges);
        let mut whole = Self::default();
        for (customer, risk) in customers {
            for it in risk.account.claims(on).filter(|it| it.open.currency() != own) {
                let open = i128::from(it.open.minor());
                let key = (it.open.currency(), month(it.due_on.max(on)));
                let (owed, late) = whole.months.entry(key).or_default();
                *owed += open;
                if it.due_on < on {
                    *late += open;
                }
                if names.say(customer, it.invoice, it.order) {
                    whole.named.push(Item {
                        key,
                        due_on: it.due_on,
                        customer: customer.clone(),
                        invoice: it.invoice.clone(),
                        order: it.order.cloned(),
                        open,
                    });
                }
            }
        }
        whole
    }

    /// That of other customers, added.
    pub fn merge(&mut self, others: Self) {
        for (key, (owed, late)) in others.months {
            let own = self.months.entry(key).or_default();
            own.0 += owed;
            own.1 += late;
        }
        self.named.extend(others.named);
    }

    /// By currency, what the hedges in force at the end of that day protect. `on` is the day it was
    /// filled for.
    pub fn by_currency(&self, policy: &Policy, on: NaiveDate) -> Vec<OfCurrency> {
        let mut months: BTreeMap<Key, Parts> = BTreeMap::new();
        for (key, (receivables, overdue)) in &self.months {
            let (receivables, overdue) = (*receivables, *overdue);
            months.insert(*key, Parts { receivables, overdue, ..Parts::default() });
        }
        let mut named = self.named.clone();
        named.sort_unstable_by(|a, b| (a.due_on, a).cmp(&(b.due_on, b)));
        for (known, protected) in in_force(policy, on) {
            let mut left = protected;
            let key = (known.hedge.amount.currency(), month(known.hedge.matures_on));
            let mut take = |speaks: &dyn Fn(&Item) -> bool| {
                for it in named.iter_mut().filter(|it| it.key.0 == key.0 && speaks(it)) {
                    let parts = months.entry(it.key).or_default();
                    let taken = left.min(it.open).max(0);
                    it.open -= taken;
                    left -= taken;
                    parts.covered += taken;
                }
            };
            let mut waits = false;
            match &known.hedge.hedged {
                Hedged::Invoices(all) => take(&|it| {
                    let is = |of: &events::risk::InvoiceOf| {
                        of.customer == it.customer && of.invoice == it.invoice
                    };
                    all.iter().any(is)
                }),
                Hedged::Orders(all) => {
                    waits = true;
                    take(&|it| {
                        let is = |of: &events::risk::OrderOf| {
                            of.customer == it.customer && it.order.as_ref() == Some(&of.order)
                        };
                        all.iter().any(is)
                    });
                }
                Hedged::Customer(customer) => {
                    take(&|it| it.key == key && it.customer == *customer);
                }
                Hedged::Tender(_) | Hedged::Market(_) => waits = true,
                Hedged::Currency => {
                    let parts = months.entry(key).or_default();
                    let taken = left.min(parts.receivables - parts.covered).max(0);
                    left -= taken;
                    parts.covered += taken;
                }
            }
            let parts = months.entry(key).or_default();
            if waits {
                parts.ahead += left;
            } else {
                parts.over += left;
            }
        }
        told(&months)
    }
}

fn told(months: &BTreeMap<Key, Parts>) -> Vec<OfCurrency> {
    let currencies: BTreeSet<_> = months.keys().map(|(currency, _)| *currency).collect();
    let of = |currency| {
        let own = months.iter().filter(move |((it, _), _)| *it == currency);
        let mut total = Parts::default();
        own.clone().for_each(|(_, it)| total.add(it));
        OfCurrency {
            currency,
            total: total.told(currency),
            months: own.map(|((_, month), it)| (*month, it.told(currency))).collect(),
        }
    };
    currencies.into_iter().map(of).collect()
}

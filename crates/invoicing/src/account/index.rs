//! Where unallocated money stands, so that looking for the next allocation is quick.
//!
//! Money whose payer named invoices that have not arrived waits for them and is not looked at until
//! one does. All other unallocated money is *loose*.

use std::collections::{BTreeMap, BTreeSet};

use events::{InvoiceId, Reference, invoicing::Source};
use money::Currency;
use serde::{Deserialize, Serialize};

use super::{Account, Deposit, Designated, Funds};

/// Sources of which something is unallocated, or more went back than was there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Loose {
    /// May settle what is open in their currency.
    ready: BTreeMap<Currency, BTreeSet<Source>>,
    /// All that is unallocated of them waits for invoices that have not arrived.
    waiting: BTreeSet<Source>,
    /// For a person: deposits held for no order, and refunds of money that did not stay.
    aside: BTreeSet<Source>,
    /// Invoices that have not arrived, and who named them.
    awaited: BTreeMap<InvoiceId, Vec<Source>>,
}

impl Loose {
    /// Sources that may settle what is open in this currency.
    pub(crate) fn ready(&self, currency: Currency) -> impl Iterator<Item = &Source> {
        self.ready.get(&currency).into_iter().flatten()
    }

    /// Sources of which all that is unallocated waits for invoices that have not arrived.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Source> {
        self.waiting.iter()
    }

    /// Whether a source waits for this invoice.
    pub(crate) fn awaits(&self, invoice: &InvoiceId) -> bool {
        self.awaited.contains_key(invoice)
    }

    /// Every source of which something is unallocated, or more went back than was there.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Source> {
        self.ready.values().flatten().chain(&self.waiting).chain(&self.aside)
    }

    fn put(&mut self, currency: Currency, source: &Source, place: Place) {
        if place == Place::Ready {
            put(self.ready.entry(currency).or_default(), source, true);
        } else if let Some(sources) = self.ready.get_mut(&currency) {
            sources.remove(source);
            if sources.is_empty() {
                self.ready.remove(&currency);
            }
        }
        put(&mut self.waiting, source, place == Place::Waiting);
        put(&mut self.aside, source, place == Place::Aside);
    }
}

/// Where a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    Ready,
    Waiting,
    Aside,
}

fn put(set: &mut BTreeSet<Source>, source: &Source, belongs: bool) {
    if !belongs {
        set.remove(source);
    } else if !set.contains(source) {
        set.insert(source.clone());
    }
}

/// A source, and what decides where its money goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Means<'a> {
    pub(crate) funds: &'a Funds,
    /// What the payer, or the credit note, says it is for, in that order.
    pub(crate) designation: &'a [Designated],
    pub(crate) references: &'a [Reference],
    /// The deposit it is held as, if it is one.
    pub(crate) held: Option<&'a Deposit>,
}

/// How money is spoken for by its payer.
#[derive(Debug, Default)]
pub(crate) struct SpokenFor<'a> {
    /// What invoices that are known take of it now.
    pub(crate) takes: Vec<(&'a InvoiceId, i64)>,
    /// What nobody spoke for, or what those named cannot take.
    pub(crate) free: i64,
}

impl Account {
    /// A source has come: remembers which invoices it waits for.
    pub(crate) fn await_designated(&mut self, source: &Source) {
        let Some(means) = self.means(source) else { return };
        let named = means.designation.iter().map(|it| &it.invoice);
        let unknown: Vec<_> = named.filter(|it| self.may_arrive(it)).cloned().collect();
        for invoice in unknown {
            self.loose.awaited.entry(invoice).or_default().push(source.clone());
        }
    }

    /// An invoice that may have been awaited is known now, or known never to come.
    pub(crate) fn arrived(&mut self, invoice: &InvoiceId) {
        for source in self.loose.awaited.remove(invoice).into_iter().flatten() {
            self.weigh(&source);
        }
    }

    /// Invoices are open again: money that waits for others may be for these.
    pub(crate) fn reopened(&mut self) {
        for source in self.loose.waiting.clone() {
            self.weigh(&source);
        }
    }

    /// Puts a source where it belongs by what is unallocated of it.
    pub(crate) fn weigh(&mut self, source: &Source) {
        let Some(means) = self.means(source) else { return };
        let Means { funds, held, .. } = means;
        let place = match held {
            _ if funds.unallocated == 0 => Place::Nowhere,
            _ if funds.unallocated < 0 => Place::Aside,
            Some(deposit) if deposit.order.is_none() => Place::Aside,
            None if self.waits(means) => Place::Waiting,
            Some(_) | None => Place::Ready,
        };
        let currency = funds.amount.currency();
        self.loose.put(currency, source, place);
    }

    fn waits(&self, means: Means<'_>) -> bool {
        // From the last: while a long designation is being settled, the last is settled last.
        let takes_now = |it| self.take_of(means.funds, it).is_some_and(|take| take > 0);
        !means.designation.is_empty()
            && !means.designation.iter().rev().any(takes_now)
            && self.spoken_for(means).free == 0
    }

    /// Who takes what of the unallocated part of a source, in the payer's order: an invoice that
    /// has not arrived keeps its part waiting; what one that is settled cannot take is free.
    pub(crate) fn spoken_for<'a>(&self, means: Means<'a>) -> SpokenFor<'a> {
        let mut takes = Vec::new();
        let mut left = means.funds.unallocated.max(0);
        for designated in means.designation {
            let wanted = means.funds.wanted_by(designated).min(left);
            if wanted == 0 {
                continue;
            }
            match self.take_of(means.funds, designated) {
                Some(most) if most > 0 => {
                    let take = wanted.min(most);
                    takes.push((&designated.invoice, take));
                    left -= take;
                }
                Some(_) => {}
                // Waits.
                None => left -= wanted,
            }
        }
        SpokenFor { takes, free: left }
    }

    /// The most a named invoice can take of a source; none if it has not arrived.
    fn take_of(&self, funds: &Funds, designated: &Designated) -> Option<i64> {
        let Some(invoice) = self.invoice(&designated.invoice) else {
            return if self.early.invoice_cancelled(&designated.invoice).is_some() {
                Some(0)
            } else {
                None
            };
        };
        let can = invoice.document.gross.currency() == funds.amount.currency()
            && !funds.is_kept_from(&designated.invoice);
        let most = if can { invoice.open.saturating_add(invoice.still_given_up()) } else { 0 };
        Some(funds.wanted_by(designated).min(most))
    }

    /// Whether an invoice is unknown, and not known never to come.
    fn may_arrive(&self, invoice: &InvoiceId) -> bool {
        self.invoice(invoice).is_none() && self.early.invoice_cancelled(invoice).is_none()
    }
}

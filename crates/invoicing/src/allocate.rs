//! Where a payment finds its invoice: what settles what, by rule or by hand.

mod by_hand;
mod same_reference;
mod search;
mod subset;

use chrono::NaiveDate;
use events::{
    InvoiceId,
    invoicing::{Event, Rule, Source},
};
use money::Money;

use crate::{
    Account, Answer, Refusal,
    account::{Allocation, Funds, Impossible, Invoice, Taken, room_for_one},
};

pub(crate) use same_reference::references_in;
pub(crate) use search::next;

impl Account {
    /// The step that [`next`] calls for: each share settles what is open, then what was given up.
    pub(crate) fn allocate(
        &self,
        source: &Source,
        shares: Vec<(InvoiceId, Money)>,
        rule: Rule,
    ) -> Answer {
        let funds = self.funds(source).filter(|it| !it.is_void()).ok_or(Refusal::NotCalledFor)?;
        let mut left = funds.unallocated;
        let mut events = Vec::with_capacity(shares.len());
        for (id, amount) in shares {
            let invoice = self.invoice(&id).ok_or(Refusal::NotCalledFor)?;
            let same_currency = amount.currency() == funds.amount.currency()
                && amount.currency() == invoice.document.gross.currency();
            left -= amount.minor();
            let settles = amount.minor().min(invoice.open);
            let recovers = amount.minor() - settles;
            if !same_currency
                || !amount.is_positive()
                || left < 0
                || recovers > invoice.still_given_up()
            {
                return Err(Refusal::NotCalledFor);
            }
            events.extend(meet(source, &id, funds.money(settles), funds.money(recovers), rule));
        }
        if events.is_empty() { Err(Refusal::NotCalledFor) } else { Ok(events) }
    }

    pub(crate) fn allocated(
        &mut self,
        source: &Source,
        invoice: &InvoiceId,
        amount: Money,
        rule: Rule,
    ) -> Taken {
        let source_on = self.able(source, invoice, amount, |it| it.open)?;
        *self.tally_mut(amount.currency()).allocated.of(source) += i128::from(amount.minor());
        self.settle(source, invoice, amount, source_on, rule, false);
        Ok(())
    }

    pub(crate) fn write_off_recovered(
        &mut self,
        source: &Source,
        invoice: &InvoiceId,
        amount: Money,
        rule: Rule,
    ) -> Taken {
        let source_on = self.able(source, invoice, amount, Invoice::still_given_up)?;
        *self.tally_mut(amount.currency()).recovered.of(source) += i128::from(amount.minor());
        self.settle(source, invoice, amount, source_on, rule, true);
        Ok(())
    }

    pub(crate) fn allocation_withdrawn(
        &mut self,
        source: &Source,
        invoice: &InvoiceId,
        amount: Money,
    ) -> Taken {
        let settled = self.invoice(invoice).map(|it| it.money(it.settled_by(source)));
        if settled != Some(amount) || !amount.is_positive() {
            return Err(Impossible::because(format!(
                "{amount} of {source:?} were withdrawn from invoice {invoice}, not what it had settled"
            )));
        }
        self.release(source, invoice);
        self.change_funds(source, |it| it.rare_mut().kept_from.push(invoice.clone()));
        self.reopened();
        Ok(())
    }

    /// A source was void from its beginning: all that it settled is open again, and it has nothing.
    /// Answers what it was said to be, unless it was void already.
    pub(crate) fn void(&mut self, source: &Source) -> Option<Money> {
        let funds = self.funds(source).filter(|it| !it.is_void())?;
        let (amount, settles) = (funds.amount, funds.settles().to_vec());
        for (invoice, _) in &settles {
            self.release(source, invoice);
        }
        self.change_funds(source, Funds::void);
        Some(amount)
    }

    /// An invoice no longer takes a part of a source: it is unallocated again.
    pub(crate) fn unsettle(&mut self, invoice: &InvoiceId, part: &Allocation) {
        let Some(funds) = self.funds(&part.source) else { return };
        let tally = self.tally_mut(funds.amount.currency());
        let sum = if part.recovers { &mut tally.recovered } else { &mut tally.allocated };
        *sum.of(&part.source) -= i128::from(part.minor);
        self.change_funds(&part.source, |it| it.take_back(invoice, part.minor));
        self.money_moved(part.source_on);
    }

    /// Everything a source settled or recovered of an invoice is undone.
    fn release(&mut self, source: &Source, invoice: &InvoiceId) {
        let released = self.change_invoice(invoice, |it| it.release_from(source));
        for part in released.into_iter().flatten() {
            self.unsettle(invoice, &part);
        }
    }

    /// The day a source counts from, if it has this amount and the invoice can take it.
    fn able(
        &self,
        source: &Source,
        invoice: &InvoiceId,
        amount: Money,
        most: impl Fn(&Invoice) -> i64,
    ) -> Result<NaiveDate, Impossible> {
        if let Some(funds) = self.funds(source)
            && let Some(known) = self.invoice(invoice)
            && amount.is_positive()
            && funds.amount.currency() == amount.currency()
            && known.document.gross.currency() == amount.currency()
            && funds.unallocated >= amount.minor()
            && most(known) >= amount.minor()
        {
            return Ok(funds.counts_from);
        }
        Err(Impossible::because(format!("{source:?} cannot have settled {amount} of {invoice}")))
    }

    fn settle(
        &mut self,
        source: &Source,
        invoice: &InvoiceId,
        amount: Money,
        source_on: NaiveDate,
        rule: Rule,
        recovers: bool,
    ) {
        let minor = amount.minor();
        let part = Allocation { source: source.clone(), minor, source_on, rule, recovers };
        self.change_invoice(invoice, |it| {
            room_for_one(&mut it.allocations);
            it.allocations.push(part);
        });
        self.change_funds(source, |it| {
            it.give(invoice, minor);
            if rule == Rule::Manual && it.is_kept_from(invoice) {
                it.rare_mut().kept_from.retain(|it| it != invoice);
            }
        });
        self.money_moved(source_on);
    }
}

/// What is said when a source meets an invoice.
fn meet(
    source: &Source,
    invoice: &InvoiceId,
    settles: Money,
    recovers: Money,
    rule: Rule,
) -> impl Iterator<Item = Event> {
    let allocated = settles.is_positive().then(|| Event::Allocated {
        source: source.clone(),
        invoice: invoice.clone(),
        amount: settles,
        rule,
    });
    let recovered = recovers.is_positive().then(|| Event::WriteOffRecovered {
        source: source.clone(),
        invoice: invoice.clone(),
        amount: recovers,
        rule,
    });
    allocated.into_iter().chain(recovered)
}

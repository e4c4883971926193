//! What is owed besides each invoice, what was given up of it, asked for, and is left.

use chrono::NaiveDate;
use events::{
    InvoiceId, ReminderId,
    dunning::{AgreedRate, Purpose, Waiver},
};
use law::Interest;
use money::Money;

use crate::{Charges, Dunning, Policy, claim};

/// The charges on an invoice on a day, by everything that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceCharges {
    /// Which.
    pub invoice: InvoiceId,
    /// The contract's last day for payment.
    pub due_on: NaiveDate,
    /// The day on which the last open cent was settled or given up; none while something is open.
    pub settled_on: Option<NaiveDate>,
    /// The interest so far, line by line; none without rules, or where the law's tables do not reach.
    pub interest: Option<Interest>,
    /// The rate of its terms of sale by which it bears interest; none: by the rules alone.
    pub agreed: Option<AgreedRate>,
    /// The fixed sum that is owed with it.
    pub fixed_sum: Option<Money>,
    /// What a person gave up, in the words in which it was.
    pub waiver: Option<Waiver>,
    /// What that comes to: of the interest, and of the fixed sum.
    pub waived: Charges,
    /// What an interest invoice asked for, and which.
    pub asked: Option<(ReminderId, NaiveDate, Charges)>,
    /// What it asked for and is not owed, by what is known now.
    pub to_refund: Money,
    /// What is owed and no interest invoice asked for.
    pub still_to_ask: Money,
}

impl Policy {
    /// The charges on each invoice on which some are owed on a day, were given up or asked for by an
    /// interest invoice; the oldest due first.
    pub fn charges(&self, dunning: &Dunning, on: NaiveDate) -> Vec<InvoiceCharges> {
        let all = dunning.risk.account().debts().map(|(invoice, _)| invoice);
        let mut all: Vec<_> =
            all.filter_map(|invoice| self.charges_on(dunning, invoice, on)).collect();
        all.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        all
    }

    /// The charges on an invoice on a day; none if there are none and never were.
    pub fn charges_on(
        &self,
        dunning: &Dunning,
        invoice: &InvoiceId,
        on: NaiveDate,
    ) -> Option<InvoiceCharges> {
        let debt = dunning.risk.account().debt(invoice)?;
        let asked = dunning.asked(invoice);
        let given_up = dunning.waived.get(invoice).map(|it| Waiver::clone(it));
        if on <= debt.due_on && asked.is_none() && given_up.is_none() {
            return None;
        }
        let zero = Money::zero(debt.gross.currency());
        let interest = self.interest(dunning, invoice, on);
        let fixed_sum = interest.as_ref().and_then(claim::fixed_sum);
        let total = interest.as_ref().map_or(zero, |it| it.total);
        if asked.is_none() && given_up.is_none() && fixed_sum.is_none() && total.is_zero() {
            return None;
        }
        let waived = Charges {
            interest: Some(dunning.interest_waived(invoice, total)).filter(|it| it.is_positive()),
            fixed_sum: fixed_sum.filter(|_| dunning.fixed_sum_waived(invoice)),
        };
        let charged = asked.as_ref().map_or_else(Charges::default, |(.., it)| *it);
        // Of what the law's tables do not say nobody can tell whether it was too much.
        let parts = [
            (total, waived.interest, charged.interest),
            (fixed_sum.unwrap_or(zero), waived.fixed_sum, charged.fixed_sum),
        ];
        let known = interest.is_some();
        let left = parts.into_iter().filter(|_| known).map(|(owed, waived, asked)| {
            let minor = |it: Option<Money>| it.map_or(0, Money::minor);
            owed.minor().saturating_sub(minor(waived)).saturating_sub(minor(asked))
        });
        let (mut to_refund, mut still_to_ask) = (0_i64, 0_i64);
        for minor in left {
            to_refund = to_refund.saturating_add(minor.min(0).saturating_neg());
            still_to_ask = still_to_ask.saturating_add(minor.max(0));
        }
        let currency = zero.currency();
        Some(InvoiceCharges {
            invoice: invoice.clone(),
            due_on: debt.due_on,
            settled_on: debt.settled_on(),
            interest,
            agreed: self.agreed(dunning, invoice),
            fixed_sum,
            waiver: given_up,
            waived,
            asked,
            to_refund: Money::new(to_refund, currency),
            still_to_ask: Money::new(still_to_ask, currency),
        })
    }
}

impl Dunning {
    /// The interest invoice that names an invoice, when it was sent, and what it asked for.
    fn asked(&self, invoice: &InvoiceId) -> Option<(ReminderId, NaiveDate, Charges)> {
        let sent = self.sent.iter().filter(|it| it.reminder.purpose == Purpose::Charges);
        let mut named = sent.filter_map(|it| {
            let item = it.reminder.items.iter().find(|it| it.invoice == *invoice)?;
            Some((it.reminder.reminder.clone(), it.on, Charges::of(item)))
        });
        named.next()
    }
}

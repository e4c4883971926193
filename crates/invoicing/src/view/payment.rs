//! Money that came in, or a credit note, and what became of it.

use chrono::NaiveDate;
use events::{
    PaymentId,
    invoicing::{self, Designation, ReversalReason, Source},
};
use money::Money;

use super::{as_of::AsOf, invoice::AllocationView};
use crate::{Account, account::Payment};

/// A payment at the end of a day; of its value date if the day asked for is before that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentView {
    /// As recorded; none if it has not arrived.
    pub payment: Option<invoicing::Payment>,
    /// Where the money is.
    pub state: PaymentState,
    /// What is unallocated; this and the next are none if it has not arrived.
    pub unallocated: Option<Money>,
    /// What went back to the customer.
    pub refunded: Option<Money>,
    /// What it settled, by invoice.
    pub allocations: Vec<AllocationView>,
    /// When and why it did not stay, if it did not.
    pub reversed: Option<(NaiveDate, ReversalReason)>,
}

/// Where the money of a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    /// Spoken of, by a reversal, but not arrived.
    Awaited,
    /// Held for an order.
    Held,
    /// All of it is unallocated.
    Unallocated,
    /// Some of it is unallocated.
    PartlyAllocated,
    /// Nothing is unallocated.
    Allocated,
    /// It did not stay.
    Reversed,
}

impl Account {
    /// A payment at the end of a day; none if nothing speaks of it.
    pub fn payment_view(&self, id: &PaymentId, effective_on: NaiveDate) -> Option<PaymentView> {
        let Some(payment) = self.payment(id) else {
            return self.early.payment_reversed(id).map(|it| PaymentView {
                payment: None,
                state: PaymentState::Awaited,
                unallocated: None,
                refunded: None,
                allocations: Vec::new(),
                reversed: Some((it.on, it.reason)),
            });
        };
        let funds = &payment.funds;
        let as_of = AsOf::new(self, effective_on.max(funds.counts_from));
        let source = Source::Payment(id.clone());
        let unallocated = as_of.unallocated_of(&source, funds);
        let refunds = funds.rare().into_iter().flat_map(|it| &it.refunds);
        let refunded = refunds.filter(|it| it.on <= as_of.on).map(|it| it.minor).sum();
        let allocations = as_of.allocations_of(&source, funds);
        let state = match unallocated {
            _ if payment.reversed.is_some() => PaymentState::Reversed,
            0 => PaymentState::Allocated,
            _ if payment.is_held_on(as_of.on) => PaymentState::Held,
            all if all == funds.amount.minor() => PaymentState::Unallocated,
            _ => PaymentState::PartlyAllocated,
        };
        Some(PaymentView {
            payment: Some(payment.restored(id)),
            state,
            unallocated: Some(funds.money(unallocated)),
            refunded: Some(funds.money(refunded)),
            allocations: allocations.map(|(id, invoice, it)| it.view(id, invoice)).collect(),
            reversed: payment.reversed.as_deref().map(|it| (it.on, it.reason)),
        })
    }
}

impl Payment {
    /// The payment as the journal says it.
    fn restored(&self, id: &PaymentId) -> invoicing::Payment {
        invoicing::Payment {
            payment: id.clone(),
            amount: self.funds.amount,
            value_date: self.funds.counts_from,
            method: self.method,
            designation: self
                .designation
                .iter()
                .map(|it| Designation {
                    invoice: it.invoice.clone(),
                    amount: it.minor.map(|minor| self.funds.money(minor)),
                })
                .collect(),
            references: self.references.to_vec(),
            deposit: self.deposit.as_ref().map(|it| invoicing::Deposit { order: it.order.clone() }),
        }
    }
}

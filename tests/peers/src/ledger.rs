//! What is open: the fold of every replay here, as one would first write it.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::invoices::{Event, Portfolio, Source};

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    events: u64,
    invoices: HashMap<String, Open>,
    unallocated: HashMap<String, Decimal>,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held because a query would answer it")]
struct Open {
    customer: String,
    due_on: NaiveDate,
    currency: [u8; 3],
    gross: Decimal,
    left: Decimal,
}

impl Ledger {
    pub(crate) fn apply(&mut self, customer: &str, event: Event) {
        self.events += 1;
        match event {
            Event::InvoiceIssued(it) => {
                let open = Open {
                    customer: customer.to_owned(),
                    due_on: it.due_on,
                    currency: it.gross.currency,
                    gross: it.gross.amount,
                    left: it.gross.amount,
                };
                self.invoices.insert(it.invoice, open);
            }
            Event::PaymentReceived(it) => {
                self.unallocated.insert(it.payment, it.amount.amount);
            }
            Event::Allocated { source, invoice, amount, .. } => {
                if let Some(invoice) = self.invoices.get_mut(&invoice) {
                    invoice.left -= amount.amount;
                }
                let (Source::Payment(source) | Source::CreditNote(source)) = source;
                if let Some(unallocated) = self.unallocated.get_mut(&source) {
                    *unallocated -= amount.amount;
                }
            }
        }
    }

    /// Checks that the replay said what was recorded, no more and no less.
    pub(crate) fn check(&self, expected: &Expected) -> Result<()> {
        let open: Decimal = self.invoices.values().map(|it| it.left).sum();
        let unallocated: Decimal = self.unallocated.values().sum();
        let found = Expected { events: self.events, open, unallocated };
        ensure!(found == *expected, "the replay gave {found:?}, expected {expected:?}");
        Ok(())
    }
}

/// What a whole replay must come to.
#[derive(Debug, PartialEq)]
pub(crate) struct Expected {
    events: u64,
    open: Decimal,
    unallocated: Decimal,
}

impl Expected {
    pub(crate) fn of(portfolio: Portfolio, events: u64) -> Self {
        let mut expected = Self { events, open: Decimal::ZERO, unallocated: Decimal::ZERO };
        for position in 0..events {
            match portfolio.event(position).2 {
                Event::InvoiceIssued(it) => expected.open += it.gross.amount,
                Event::PaymentReceived(it) => expected.unallocated += it.amount.amount,
                Event::Allocated { amount, .. } => {
                    expected.open -= amount.amount;
                    expected.unallocated -= amount.amount;
                }
            }
        }
        expected
    }
}

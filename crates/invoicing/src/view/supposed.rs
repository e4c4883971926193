//! What would be: an account on which something has happened that has not.

use chrono::NaiveDate;
use decider::Fold as _;
use events::{
    InvoiceId, PaymentId,
    invoicing::{Event, Payment, PaymentMethod, Rule, Source},
};
use money::Money;

use crate::Account;

impl Account {
    /// Supposes that an open item is paid on a day, so much of it. For questions that begin with
    /// "what if": such an account is never recorded.
    pub fn suppose_paid(&mut self, invoice: &InvoiceId, amount: Money, on: NaiveDate) {
        let Ok(payment) = format!("supposed-{}", self.payments.len()).parse::<PaymentId>() else {
            return;
        };
        let source = Source::Payment(payment.clone());
        self.evolve(&Event::PaymentReceived(Box::new(Payment {
            payment,
            amount,
            value_date: on,
            method: PaymentMethod::Other,
            designation: Vec::new(),
            references: Vec::new(),
            deposit: None,
        })));
        let (invoice, rule) = (invoice.clone(), Rule::Manual);
        self.evolve(&Event::Allocated { source, invoice, amount, rule });
    }
}

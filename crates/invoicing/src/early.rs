//! Ends that arrive before their beginnings: they are kept, and count as soon as what they end
//! is known.

use chrono::NaiveDate;
use events::{CreditNoteId, InvoiceId, PaymentId};
use serde::{Deserialize, Serialize};

use crate::account::{Reversal, Shared, day};

/// What was ended and has not arrived.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Early {
    invoices: Shared<InvoiceId, CancelledOn>,
    credit_notes: Shared<CreditNoteId, CancelledOn>,
    payments: Shared<PaymentId, Reversal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct CancelledOn(#[serde(with = "day")] NaiveDate);

impl Early {
    pub(crate) fn invoice_cancelled(&self, invoice: &InvoiceId) -> Option<NaiveDate> {
        self.invoices.get(invoice).map(|it| it.0)
    }

    pub(crate) fn cancel_invoice(&mut self, invoice: &InvoiceId, on: NaiveDate) {
        self.invoices.insert(invoice.clone(), CancelledOn(on));
    }

    pub(crate) fn take_invoice(&mut self, invoice: &InvoiceId) -> Option<NaiveDate> {
        self.invoices.remove(invoice).map(|it| it.0)
    }

    pub(crate) fn credit_note_cancelled(&self, credit_note: &CreditNoteId) -> Option<NaiveDate> {
        self.credit_notes.get(credit_note).map(|it| it.0)
    }

    pub(crate) fn cancel_credit_note(&mut self, credit_note: &CreditNoteId, on: NaiveDate) {
        self.credit_notes.insert(credit_note.clone(), CancelledOn(on));
    }

    pub(crate) fn take_credit_note(&mut self, credit_note: &CreditNoteId) -> Option<NaiveDate> {
        self.credit_notes.remove(credit_note).map(|it| it.0)
    }

    pub(crate) fn payment_reversed(&self, payment: &PaymentId) -> Option<Reversal> {
        self.payments.get(payment).copied()
    }

    pub(crate) fn reverse_payment(&mut self, payment: &PaymentId, reversal: Reversal) {
        self.payments.insert(payment.clone(), reversal);
    }

    pub(crate) fn take_payment(&mut self, payment: &PaymentId) -> Option<Reversal> {
        self.payments.remove(payment)
    }
}

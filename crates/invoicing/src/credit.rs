//! A credit note is issued, cancelled.

use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    CreditNoteId,
    invoicing::{self, Event, Source},
};

use crate::{
    Account, Answer, CancelCreditNote, IssueCreditNote,
    account::{CreditNote, Designated, Funds, Impossible, Taken},
    refusal::{Again, Subject, nothing},
};

impl Account {
    pub(crate) fn issue_credit_note(&self, it: IssueCreditNote) -> Answer {
        if let Some(known) = self.credit_note(&it.credit_note_id) {
            let corrects = known.corrects.as_ref().map(|it| &it.invoice);
            return Again::of(Subject::CreditNote, it.credit_note_id.as_str())
                .if_stated("invoice_id", corrects, it.invoice_id.as_ref())?
                .field("issue_date", &known.funds.counts_from, &it.issue_date)?
                .field("amount", &known.funds.amount, &it.amount.0)?
                .field("reason", &known.reason, &it.reason)
                .map(nothing);
        }
        self.fits(it.amount.0)?;
        Ok(vec![Event::CreditNoteIssued(Box::new(invoicing::CreditNote {
            credit_note: it.credit_note_id,
            invoice: it.invoice_id,
            issued_on: it.issue_date,
            amount: it.amount.0,
            reason: it.reason,
        }))])
    }

    pub(crate) fn cancel_credit_note(&self, it: CancelCreditNote) -> Answer {
        let cancelled_on = match self.credit_note(&it.credit_note_id) {
            Some(credit_note) => credit_note.cancelled_on,
            None => self.early.credit_note_cancelled(&it.credit_note_id),
        };
        match cancelled_on {
            Some(on) => Again::of(Subject::CreditNote, it.credit_note_id.as_str())
                .field("cancel_date", &on, &it.cancel_date)
                .map(nothing),
            None => Ok(vec![Event::CreditNoteCancelled {
                credit_note: it.credit_note_id,
                cancelled_on: it.cancel_date,
            }]),
        }
    }

    pub(crate) fn credit_note_issued(&mut self, it: &invoicing::CreditNote) -> Taken {
        let id = &it.credit_note;
        if !it.amount.is_positive() {
            return Err(Impossible::because(format!("credit note {id} is about nothing")));
        }
        if self.credit_notes.contains_key(id) {
            return Err(Impossible::because(format!("credit note {id} was issued twice")));
        }
        let corrects = it.invoice.clone().map(|invoice| Designated { invoice, minor: None });
        let funds = Funds::new(it.amount, it.issued_on);
        let credit_note = CreditNote { funds, corrects, reason: it.reason, cancelled_on: None };
        self.credit_notes.insert(id.clone(), Arc::new(credit_note));

        self.effective(it.issued_on);
        let source = Source::CreditNote(id.clone());
        let tally = self.tally_mut(it.amount.currency());
        tally.credited += i128::from(it.amount.minor());
        tally.unallocated.credit += i128::from(it.amount.minor());
        self.await_designated(&source);
        self.weigh(&source);
        if let Some(on) = self.early.take_credit_note(id) {
            self.void_credit_note(id, on);
        }
        Ok(())
    }

    pub(crate) fn credit_note_cancelled(&mut self, id: &CreditNoteId, on: NaiveDate) -> Taken {
        match self.credit_note(id) {
            None if self.early.credit_note_cancelled(id).is_none() => {
                self.early.cancel_credit_note(id, on);
                Ok(())
            }
            Some(known) if known.cancelled_on.is_none() => {
                self.void_credit_note(id, on);
                Ok(())
            }
            None | Some(_) => {
                Err(Impossible::because(format!("credit note {id} was cancelled twice")))
            }
        }
    }

    fn void_credit_note(&mut self, id: &CreditNoteId, on: NaiveDate) {
        let source = Source::CreditNote(id.clone());
        if let Some(amount) = self.void(&source) {
            self.tally_mut(amount.currency()).credited -= i128::from(amount.minor());
        }
        if let Some(credit_note) = self.credit_notes.get_mut(id) {
            Arc::make_mut(credit_note).cancelled_on = Some(on);
        }
        self.reopened();
    }
}

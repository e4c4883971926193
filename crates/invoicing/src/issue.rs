//! An invoice is issued, corrected, cancelled.

use std::fmt::Display;

use chrono::NaiveDate;
use events::{
    InvoiceId, date,
    invoicing::{self, Event},
};
use law::Terms;
use money::Money;

use crate::{
    Account, Answer, CancelInvoice, Invalid, InvoiceData, Policy, Refusal,
    account::{Document, Impossible, Invoice, Named, Released, Taken},
    refusal::{Again, Subject, nothing},
    register::canonical_terms,
};

impl Policy {
    pub(crate) fn issue_invoice(&self, account: &Account, data: InvoiceData) -> Answer {
        let Some(known) = account.invoice(&data.invoice_id) else {
            account.fits(data.gross.0)?;
            return Ok(vec![Event::InvoiceIssued(Box::new(self.document(account, data)?))]);
        };
        let as_known = known.document.repeats(&data);
        let Some(rare) = known.rare().filter(|it| it.corrected && as_known.is_err()) else {
            return as_known.map(|()| Vec::new());
        };
        match &rare.issued_as {
            // The correction came first: this is how the invoice began.
            None => Ok(vec![Event::InvoiceIssued(Box::new(self.document(account, data)?))]),
            Some(issued_as) if issued_as.repeats(&data).is_ok() => Ok(Vec::new()),
            Some(_) => as_known.map(|()| Vec::new()),
        }
    }

    /// The whole of an invoice as it should have been: what is left out is not on it, but the due
    /// date, which follows from terms.
    pub(crate) fn correct_invoice(&self, account: &Account, data: InvoiceData) -> Answer {
        let Some(known) = account.invoice(&data.invoice_id) else {
            account.fits(data.gross.0)?;
            return Ok(vec![Event::InvoiceCorrected(Box::new(self.document(account, data)?))]);
        };
        let due_follows = data.due_date.is_none() && data.payment_terms.is_none();
        let version_stays = data.terms_version.is_none();
        let id = data.invoice_id.clone();
        let mut corrected = self.document(account, data)?;
        if due_follows
            && known.document.terms().is_some()
            && known.document.issued_on == corrected.issued_on
        {
            // It followed when it was recorded, perhaps from terms that have changed since.
            corrected.due_on = known.document.due_on;
            corrected.terms = known.document.terms().cloned();
        }
        if version_stays && known.document.issued_on == corrected.issued_on {
            // What was agreed when it was issued does not change with what is agreed now.
            corrected.terms_version = known.document.reference(Named::TermsVersion).cloned();
        }
        if Document::of(&corrected) == known.document {
            return Ok(Vec::new());
        }
        known.not_cancelled(&id)?;
        let currency = known.document.gross.currency();
        if currency != corrected.gross.currency() && account.depends_on_currency(&id, known) {
            return Err(Refusal::CurrencySettled { invoice: id.to_string(), currency });
        }
        account.fits(corrected.gross)?;
        Ok(vec![Event::InvoiceCorrected(Box::new(corrected))])
    }

    /// The document a producer states, with its due date.
    fn document(
        &self,
        account: &Account,
        data: InvoiceData,
    ) -> Result<invoicing::Invoice, Refusal> {
        let of_customer = || account.customer.as_deref().and_then(|it| it.now.terms.clone());
        let stated_terms =
            data.payment_terms.as_deref().map(|it| field("payment_terms", canonical_terms(it)));
        let (due_on, terms) = match (data.due_date, stated_terms.transpose()?) {
            (Some(due_on), terms) => (due_on, terms),
            (None, terms) => {
                let terms = terms.or_else(of_customer).unwrap_or_else(|| self.terms_canonical());
                let read = field("payment_terms", terms.as_str().parse::<Terms>())?;
                let due_on = field("due_date", read.due_on(data.issue_date))?;
                (field("due_date", date::in_range(due_on))?, Some(terms))
            }
        };
        let tax = data.stated_tax()?;
        let terms_version = self.version_of(account, &data)?;
        Ok(invoicing::Invoice {
            invoice: data.invoice_id,
            number: data.number,
            issued_on: data.issue_date,
            due_on,
            terms,
            gross: data.gross.0,
            tax,
            order: data.order,
            contract: data.contract,
            site: data.site,
            terms_version,
        })
    }
}

fn field<T, E: Display>(field: &str, read: Result<T, E>) -> Result<T, Refusal> {
    read.map_err(|error| Invalid::of(field, error).into())
}

impl InvoiceData {
    /// The tax, stated or as the difference of gross and net.
    fn stated_tax(&self) -> Result<Option<Money>, Refusal> {
        match (self.tax, self.net) {
            (Some(tax), _) => Ok(Some(tax.0)),
            (None, Some(net)) => field("net", self.gross.0.minus(net.0)).map(Some),
            (None, None) => Ok(None),
        }
    }
}

impl Document {
    /// Whether this is the same invoice again, as far as it is stated.
    fn repeats(&self, data: &InvoiceData) -> Result<(), Refusal> {
        let again = Again::of(Subject::Invoice, data.invoice_id.as_str());
        let again = again
            .field("issue_date", &self.issued_on, &data.issue_date)?
            .field("gross", &self.gross, &data.gross.0)?
            .if_stated("due_date", Some(&self.due_on), data.due_date.as_ref())?;
        if let (Some(text), None) = (&data.payment_terms, data.due_date) {
            let terms = field("payment_terms", canonical_terms(text))?;
            if let Some(recorded) = self.terms() {
                again.field("payment_terms", recorded, &terms)?;
            } else {
                let read = field("payment_terms", terms.as_str().parse::<Terms>())?;
                let due_on = field("due_date", read.due_on(data.issue_date))?;
                again.field("due_date", &self.due_on, &due_on)?;
            }
        }
        again
            .if_stated("tax", self.tax.as_ref(), data.stated_tax()?.as_ref())?
            .if_stated("number", self.reference(Named::Number), data.number.as_ref())?
            .if_stated("order", self.reference(Named::Order), data.order.as_ref())?
            .if_stated("contract", self.reference(Named::Contract), data.contract.as_ref())?
            .if_stated("site", self.reference(Named::Site), data.site.as_ref())?
            .if_stated(
                "terms_version",
                self.reference(Named::TermsVersion),
                data.terms_version.as_ref(),
            )?;
        Ok(())
    }
}

impl Invoice {
    /// Refuses what can no longer be done with it.
    pub(crate) fn not_cancelled(&self, id: &InvoiceId) -> Result<(), Refusal> {
        match self.rare().and_then(|it| it.cancelled_on) {
            Some(since) => {
                Err(Refusal::Void { subject: Subject::Invoice, id: id.to_string(), since })
            }
            None => Ok(()),
        }
    }
}

impl Account {
    pub(crate) fn cancel_invoice(&self, it: CancelInvoice) -> Answer {
        let again = Again::of(Subject::Invoice, it.invoice_id.as_str());
        let cancelled_on = match self.invoice(&it.invoice_id) {
            Some(invoice) => invoice.rare().and_then(|it| it.cancelled_on),
            None => self.early.invoice_cancelled(&it.invoice_id),
        };
        match cancelled_on {
            Some(on) => again.field("cancel_date", &on, &it.cancel_date).map(nothing),
            None => Ok(vec![Event::InvoiceCancelled {
                invoice: it.invoice_id,
                cancelled_on: it.cancel_date,
            }]),
        }
    }

    /// The invoice, for a person who wants to do something with it.
    pub(crate) fn living_invoice(&self, id: &InvoiceId) -> Result<&Invoice, Refusal> {
        let unknown = || Refusal::NotFound { subject: Subject::Invoice, id: id.to_string() };
        let invoice = self.invoice(id).ok_or_else(unknown)?;
        invoice.not_cancelled(id)?;
        Ok(invoice)
    }

    /// Whether amounts in the currency of an invoice hang on it.
    fn depends_on_currency(&self, id: &InvoiceId, invoice: &Invoice) -> bool {
        invoice.settled() > 0
            || invoice.given_up() > 0
            || invoice.disputed() > 0
            || self.plan_covering(id).is_some()
            || self.asked_to_give_up(id) > 0
    }

    pub(crate) fn invoice_issued(&mut self, stated: &invoicing::Invoice) -> Taken {
        let id = &stated.invoice;
        let document = Document::sound(stated)?;
        match self.invoice(id) {
            None => {
                self.insert_with_end(id, Invoice::new(document));
                Ok(())
            }
            // It was corrected before it arrived: this is how it began, and changes nothing.
            Some(known)
                if known.rare().is_some_and(|it| it.corrected && it.issued_as.is_none()) =>
            {
                self.change_invoice(id, |it| it.rare_mut().issued_as = Some(document));
                Ok(())
            }
            Some(_) => Err(Impossible::because(format!("invoice {id} was issued twice"))),
        }
    }

    pub(crate) fn invoice_corrected(&mut self, stated: &invoicing::Invoice) -> Taken {
        let id = &stated.invoice;
        let document = Document::sound(stated)?;
        let Some(known) = self.invoice(id) else {
            let mut invoice = Invoice::new(document);
            invoice.rare_mut().corrected = true;
            self.insert_with_end(id, invoice);
            return Ok(());
        };
        let (before, after) = (known.document.gross, document.gross);
        if known.is_cancelled() {
            return Err(Impossible::because(format!("invoice {id} was corrected after its end")));
        }
        if before.currency() != after.currency() && self.depends_on_currency(id, known) {
            return Err(Impossible::because(format!(
                "invoice {id} was settled in part when its currency was corrected"
            )));
        }
        self.tally_mut(before.currency()).invoiced -= i128::from(before.minor());
        self.tally_mut(after.currency()).invoiced += i128::from(after.minor());
        self.effective(document.issued_on);
        let released = self.change_invoice(id, |it| {
            let before = std::mem::replace(&mut it.document, document);
            let rare = it.rare_mut();
            if !rare.corrected {
                rare.corrected = true;
                rare.issued_as = Some(before);
            }
            it.release_above(after.minor())
        });
        self.put_back(id, released);
        self.reopened();
        Ok(())
    }

    pub(crate) fn invoice_cancelled(&mut self, id: &InvoiceId, on: NaiveDate) -> Taken {
        let Some(known) = self.invoice(id) else {
            self.early.cancel_invoice(id, on);
            self.arrived(id);
            return Ok(());
        };
        if known.is_cancelled() {
            return Err(Impossible::because(format!("invoice {id} was cancelled twice")));
        }
        let gross = known.document.gross;
        self.tally_mut(gross.currency()).invoiced -= i128::from(gross.minor());
        let released = self.change_invoice(id, |it| {
            let released = it.release_above(0);
            it.rare_mut().cancelled_on = Some(on);
            released
        });
        self.put_back(id, released);
        Ok(())
    }

    /// An invoice arrives, perhaps after its cancellation.
    fn insert_with_end(&mut self, id: &InvoiceId, mut invoice: Invoice) {
        if let Some(on) = self.early.take_invoice(id) {
            invoice.rare_mut().cancelled_on = Some(on);
        }
        self.insert_invoice(id, invoice);
    }

    /// What an invoice no longer takes is unallocated again, or no longer given up.
    fn put_back(&mut self, id: &InvoiceId, released: Option<Released>) {
        let Some(released) = released else { return };
        self.tally_mut(released.currency).given_up -= i128::from(released.given_up);
        for it in &released.allocations {
            self.unsettle(id, it);
        }
    }
}

//! A person allocates, or takes an allocation back.

use events::invoicing::{Event, Rule, Source};

use super::meet;
use crate::{
    Account, Allocate, Answer, Refusal, WithdrawAllocation,
    refusal::{Again, Subject, nothing},
};

impl Account {
    /// A person may use a deposit, and settle what is disputed or was given up. What a person
    /// allocates is known by its source and its invoice: to change the amount, withdraw it first.
    pub(crate) fn allocate_by_hand(&self, it: &Allocate) -> Answer {
        let invoice = self.living_invoice(&it.invoice_id)?;
        let amount = it.amount.0;
        let by_hand = invoice.settled_by_hand(&it.source);
        if by_hand > 0 {
            let id = pair(&it.source, it.invoice_id.as_str());
            let again = Again::of(Subject::Allocation, &id);
            return again.field("amount", &invoice.money(by_hand), &amount).map(nothing);
        }
        let funds = self.has_unallocated(&it.source, amount)?;
        let (expected, given) = (invoice.document.gross.currency(), amount.currency());
        if expected != given {
            return Err(Refusal::CurrencyMismatch { field: "amount", expected, given });
        }
        let settles = amount.minor().min(invoice.open);
        let recovers = amount.minor() - settles;
        if recovers > invoice.still_given_up() {
            let available = invoice.money(invoice.open + invoice.still_given_up());
            let invoice = it.invoice_id.to_string();
            return Err(Refusal::NotEnoughOpen { invoice, asked: amount, available });
        }
        let (settles, recovers) = (funds.money(settles), funds.money(recovers));
        Ok(meet(&it.source, &it.invoice_id, settles, recovers, Rule::Manual).collect())
    }

    /// The whole of what a source settled of an invoice is taken back, and no rule gives it again.
    pub(crate) fn withdraw_allocation(&self, it: WithdrawAllocation) -> Answer {
        let settled =
            self.invoice(&it.invoice_id).map(|known| known.money(known.settled_by(&it.source)));
        match settled.filter(|it| it.is_positive()) {
            Some(amount) => Ok(vec![Event::AllocationWithdrawn {
                source: it.source,
                invoice: it.invoice_id,
                amount,
            }]),
            None if self
                .funds(&it.source)
                .is_some_and(|funds| funds.is_kept_from(&it.invoice_id)) =>
            {
                Ok(Vec::new())
            }
            None => {
                let id = pair(&it.source, it.invoice_id.as_str());
                Err(Refusal::NotFound { subject: Subject::Allocation, id })
            }
        }
    }
}

/// How an allocation is called: by what pays and what is paid.
fn pair(source: &Source, invoice: &str) -> String {
    match source {
        Source::Payment(id) => format!("{id} to {invoice}"),
        Source::CreditNote(id) => format!("{id} to {invoice}"),
    }
}

//! Nobody is reminded of what somebody else collects.

use chrono::NaiveDate;
use dunning::view::Held;
use events::{InvoiceId, dunning::HoldReason};

use crate::{Collection, Policy, Refusal};

/// Of which receivables a customer may still be reminded on a day.
pub(crate) struct Reminded<'a> {
    collection: &'a Collection,
    /// Reasons for which it is not, and will not be.
    holds: Vec<Held>,
}

impl Policy {
    pub(crate) fn reminded<'a>(&self, collection: &'a Collection, on: NaiveDate) -> Reminded<'a> {
        let mut holds = self.dunning().view(&collection.dunning, on).holds;
        holds.retain(|it| matches!(it.reason, HoldReason::Legal | HoldReason::Insolvency));
        Reminded { collection, holds }
    }
}

impl Reminded<'_> {
    /// Refuses a receivable that the customer may still be reminded of.
    pub(crate) fn check(&self, invoice: &InvoiceId) -> Result<(), Refusal> {
        let held = self.holds.iter().any(|it| it.is_about(invoice));
        if held || self.collection.dunning.is_exhausted(invoice) {
            Ok(())
        } else {
            Err(Refusal::StillReminded(invoice.clone()))
        }
    }

    /// The same of all of these of which something is open.
    pub(crate) fn check_open<'a>(
        &self,
        invoices: impl IntoIterator<Item = &'a InvoiceId>,
    ) -> Result<(), Refusal> {
        let account = self.collection.dunning.risk().account();
        let mut open = invoices.into_iter().filter(|it| account.is_open(it));
        open.try_for_each(|it| self.check(it))
    }
}

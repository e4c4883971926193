//! What can settle open items: money that came in, and credit notes.

use chrono::NaiveDate;
use events::{
    InvoiceId, Reference,
    invoicing::{CreditReason, Designation, PaymentMethod, ReversalReason},
};
use money::Money;
use serde::{Deserialize, Serialize};

use super::{day, room_for_one};

/// What a source brought, and where it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Funds {
    pub(crate) amount: Money,
    #[serde(with = "day")]
    pub(crate) counts_from: NaiveDate,
    /// In the smallest unit. Below zero when money was refunded that did not stay.
    pub(crate) unallocated: i64,
    /// How much each invoice took, by invoice.
    settles: Vec<(InvoiceId, i64)>,
    rare: Option<Box<RareFunds>>,
}

/// What few sources have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RareFunds {
    /// Whether it was reversed or cancelled, as if it had never been.
    pub(crate) void: bool,
    pub(crate) refunds: Vec<Refund>,
    /// Invoices that a person took it away from: no rule gives it back to them.
    pub(crate) kept_from: Vec<InvoiceId>,
}

/// A part that went back to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) minor: i64,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

impl Funds {
    pub(crate) fn new(amount: Money, counts_from: NaiveDate) -> Self {
        let unallocated = amount.minor();
        Self { amount, counts_from, unallocated, settles: Vec::new(), rare: None }
    }

    pub(crate) fn rare(&self) -> Option<&RareFunds> {
        self.rare.as_deref()
    }

    pub(crate) fn rare_mut(&mut self) -> &mut RareFunds {
        self.rare.get_or_insert_default()
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.amount.currency())
    }

    pub(crate) fn is_void(&self) -> bool {
        self.rare().is_some_and(|it| it.void)
    }

    pub(crate) fn is_kept_from(&self, invoice: &InvoiceId) -> bool {
        self.rare().is_some_and(|it| it.kept_from.contains(invoice))
    }

    pub(crate) fn refunded(&self) -> i64 {
        self.rare().map_or(0, |it| it.refunds.iter().map(|it| it.minor).sum())
    }

    /// The invoices it settles, and how much of each.
    pub(crate) fn settles(&self) -> &[(InvoiceId, i64)] {
        &self.settles
    }

    /// How much of an invoice it settles.
    pub(crate) fn settles_of(&self, invoice: &InvoiceId) -> i64 {
        let place = self.settles.binary_search_by(|(it, _)| it.cmp(invoice));
        place.ok().and_then(|place| self.settles.get(place)).map_or(0, |(_, minor)| *minor)
    }

    /// How much the payer wants an invoice to have that it has not been given yet; no amount said
    /// means all there is.
    pub(crate) fn wanted_by(&self, designated: &Designated) -> i64 {
        match designated.minor {
            Some(minor) => minor.saturating_sub(self.settles_of(&designated.invoice)).max(0),
            None => i64::MAX,
        }
    }

    /// Some of it goes to an invoice.
    pub(crate) fn give(&mut self, invoice: &InvoiceId, minor: i64) {
        match self.settles.binary_search_by(|(it, _)| it.cmp(invoice)) {
            Ok(place) => {
                if let Some((_, given)) = self.settles.get_mut(place) {
                    *given = given.saturating_add(minor);
                }
            }
            Err(place) => {
                room_for_one(&mut self.settles);
                self.settles.insert(place, (invoice.clone(), minor));
            }
        }
        self.unallocated = self.unallocated.saturating_sub(minor);
    }

    /// Some of it comes back from an invoice.
    pub(crate) fn take_back(&mut self, invoice: &InvoiceId, minor: i64) {
        if let Ok(place) = self.settles.binary_search_by(|(it, _)| it.cmp(invoice))
            && let Some((_, given)) = self.settles.get_mut(place)
        {
            *given = given.saturating_sub(minor);
            if *given == 0 {
                self.settles.remove(place);
            }
        }
        self.unallocated = self.unallocated.saturating_add(minor);
    }

    /// Some of it goes back to the customer.
    pub(crate) fn refund(&mut self, refund: Refund) {
        self.unallocated = self.unallocated.saturating_sub(refund.minor);
        self.rare_mut().refunds.push(refund);
    }

    /// It never was: nothing of it is left but what was refunded, which is owed back.
    pub(crate) fn void(&mut self) {
        self.rare_mut().void = true;
        self.unallocated = self.unallocated.saturating_sub(self.amount.minor());
    }
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) funds: Funds,
    pub(crate) method: PaymentMethod,
    pub(crate) designation: Box<[Designated]>,
    pub(crate) references: Box<[Reference]>,
    pub(crate) deposit: Option<Box<Deposit>>,
    pub(crate) reversed: Option<Box<Reversal>>,
}

/// The payer's word on one receivable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Designated {
    pub(crate) invoice: InvoiceId,
    /// In the smallest unit of the payment's currency; none: as much as is open.
    pub(crate) minor: Option<i64>,
}

impl From<&Designation> for Designated {
    fn from(it: &Designation) -> Self {
        Self { invoice: it.invoice.clone(), minor: it.amount.map(Money::minor) }
    }
}

/// What a deposit is held for, and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deposit {
    pub(crate) order: Option<Reference>,
    #[serde(with = "day::option")]
    pub(crate) released_on: Option<NaiveDate>,
}

/// Money that did not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reversal {
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
    pub(crate) reason: ReversalReason,
}

impl Payment {
    /// The deposit it is held as, if it is still held.
    pub(crate) fn held(&self) -> Option<&Deposit> {
        self.deposit.as_deref().filter(|it| it.released_on.is_none())
    }
}

/// A reduction of what is owed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CreditNote {
    pub(crate) funds: Funds,
    /// The invoice it corrects.
    pub(crate) corrects: Option<Designated>,
    pub(crate) reason: CreditReason,
    #[serde(with = "day::option")]
    pub(crate) cancelled_on: Option<NaiveDate>,
}

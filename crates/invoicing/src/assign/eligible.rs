//! Whether a receivable may be offered to an assignee, and every reason why not.

use chrono::NaiveDate;
use events::{CustomerId, FacilityId, InvoiceId, Reference, invoicing::Facility};
use money::{Currency, Money};

use super::standing::Standing;
use crate::{
    Account, Policy,
    account::{Invoice, Named},
};

/// Why a receivable may not be offered by an agreement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ineligible {
    /// Nothing of it is owed.
    #[error("nothing is open")]
    NotOpen,
    /// An assignee has it.
    #[error("it is assigned already")]
    Assigned,
    /// A part is contested.
    #[error("{0} of it are contested")]
    Disputed(Money),
    /// It is later than the agreement allows.
    #[error("it is {days} days past due, and at most {most} are taken")]
    Late {
        /// Days past due.
        days: i64,
        /// The most that are taken.
        most: u16,
    },
    /// The agreement is in another currency.
    #[error("it is not in {0}")]
    Currency(Currency),
    /// The agreement leaves the customer out.
    #[error("the customer is left out")]
    CustomerExcluded,
    /// What was agreed with the customer forbids it.
    #[error("terms of sale {0} forbid it")]
    Terms(Reference),
    /// More of the customer's is taken than the agreement allows.
    #[error("of this customer {0} more are taken")]
    Limit(Money),
}

impl Ineligible {
    /// In a word that stays the same for ever.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotOpen => "not_open",
            Self::Assigned => "assigned",
            Self::Disputed(_) => "disputed",
            Self::Late { .. } => "late",
            Self::Currency(_) => "currency",
            Self::CustomerExcluded => "customer_excluded",
            Self::Terms(_) => "terms",
            Self::Limit(_) => "limit",
        }
    }
}

impl Policy {
    /// Everything that speaks against offering an invoice on a day; nothing if it may be. None if the
    /// agreement or the invoice is not known.
    pub fn ineligible(
        &self,
        account: &Account,
        customer: &CustomerId,
        facility: &FacilityId,
        invoice: &InvoiceId,
        on: NaiveDate,
    ) -> Option<Vec<Ineligible>> {
        let known = account.invoice(invoice)?;
        let facility = self.facilities.get(facility)?;
        Some(self.against(account, customer, facility, known, known.money(known.open), on))
    }

    /// The same for a part of it.
    pub(super) fn against(
        &self,
        account: &Account,
        customer: &CustomerId,
        facility: &Facility,
        invoice: &Invoice,
        amount: Money,
        on: NaiveDate,
    ) -> Vec<Ineligible> {
        let mut against = Vec::new();
        if invoice.open <= 0 {
            against.push(Ineligible::NotOpen);
        }
        if account.assigned_on(invoice, NaiveDate::MAX).is_some() {
            against.push(Ineligible::Assigned);
        }
        if invoice.disputed() > 0 {
            against.push(Ineligible::Disputed(invoice.money(invoice.disputed())));
        }
        let days = (on - invoice.document.due_on).num_days();
        if days > i64::from(facility.overdue_days_max) {
            against.push(Ineligible::Late { days, most: facility.overdue_days_max });
        }
        if amount.currency() != facility.currency {
            against.push(Ineligible::Currency(facility.currency));
        }
        if facility.excluded.contains(customer) {
            against.push(Ineligible::CustomerExcluded);
        }
        let terms = invoice.document.reference(Named::TermsVersion);
        let terms = terms.and_then(|it| self.terms_of_sale(account, it));
        if let Some(terms) = terms.filter(|it| it.excludes_assignment) {
            against.push(Ineligible::Terms(terms.version.clone()));
        }
        if let Some(limit) = facility.customer_limit {
            let taken = account.taken_by(&facility.facility);
            let left = limit.minor().saturating_sub(taken).max(0);
            if amount.currency() == limit.currency() && amount.minor() > left {
                against.push(Ineligible::Limit(Money::new(left, limit.currency())));
            }
        }
        against
    }
}

impl Account {
    /// What is open of all that was assigned by an agreement, or is offered, in the smallest unit of
    /// its currency.
    fn taken_by(&self, facility: &FacilityId) -> i64 {
        let assigned = self.assignments.values().filter(|it| it.facility == *facility);
        let assigned = assigned.filter_map(|it| {
            Some(Standing::of(it, self.invoice(&it.invoice)?, NaiveDate::MAX).open)
        });
        let offered = self.offers.iter().filter(|(id, it)| {
            it.facility == *facility && it.ended_on.is_none() && !self.assignments.contains_key(*id)
        });
        let offered = offered.map(|(_, it)| it.amount.minor());
        assigned.chain(offered).fold(0, i64::saturating_add)
    }
}

//! What is asked for of a receivable besides itself: what the law adds, less what a person gave up.

use chrono::NaiveDate;
use events::InvoiceId;
use law::Interest;
use money::{Currency, Money};

use crate::{Collection, Policy};

/// What a receivable bears, in its currency.
#[derive(Debug, Clone)]
pub(crate) struct Charged {
    /// How the interest comes about, before anything of it was given up; none: the law's tables do not
    /// reach, or it is not late.
    pub(crate) interest: Option<Interest>,
    /// What is asked for of it.
    pub(crate) interest_amount: Money,
    /// For recovery costs.
    pub(crate) fixed_sum: Money,
}

impl Policy {
    pub(crate) fn charged(
        &self,
        collection: &Collection,
        invoice: &InvoiceId,
        currency: Currency,
        until: NaiveDate,
    ) -> Charged {
        let zero = Money::zero(currency);
        let Some(it) = self.dunning().charges_on(&collection.dunning, invoice, until) else {
            return Charged { interest: None, interest_amount: zero, fixed_sum: zero };
        };
        let total = it.interest.as_ref().map_or(zero, |it| it.total);
        let left = total.minus(it.waived.interest.unwrap_or(zero));
        let fixed_sum = it.fixed_sum.filter(|_| it.waived.fixed_sum.is_none());
        Charged {
            interest: it.interest,
            interest_amount: left.unwrap_or(zero),
            fixed_sum: fixed_sum.unwrap_or(zero),
        }
    }
}

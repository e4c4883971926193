//! What is left of an assigned receivable on a day, and where its money is.
//!
//! All of it follows from the facts as they are known now: a payment of a day before the assignment
//! that is heard of later takes from what can have been assigned. Of a receivable that was assigned
//! in part, what comes in settles the tenant's own part first.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    PaymentId,
    invoicing::{FacilityKind, Source},
};

use super::known::Assigned;
use crate::account::Invoice;

/// An assigned receivable at the end of a day, in the smallest unit. `open + paid_to_assignee +
/// held + passed_on + paid_to_tenant + diluted + given_up = claim`, and `claim + never_open` is what
/// was assigned, as long as the assignment holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What of the amount was open when it was assigned.
    pub(crate) claim: i64,
    /// What of it was not: it is owed to the assignee.
    pub(crate) never_open: i64,
    /// What is open of the assignee's part; nothing once it is the tenant's again.
    pub(crate) open: i64,
    /// What the customer paid to the assignee.
    pub(crate) paid_to_assignee: i64,
    /// What came in with the tenant and is to be passed on, by payment.
    pub(crate) held: BTreeMap<PaymentId, i64>,
    /// What was passed on of that.
    pub(crate) passed_on: i64,
    /// What came in with the tenant and may stay there.
    pub(crate) paid_to_tenant: i64,
    /// What credit notes took from it: it is owed to the assignee.
    pub(crate) diluted: i64,
    /// What was given up of it.
    pub(crate) given_up: i64,
}

/// What took from an invoice; of one day, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Taker<'a> {
    Source(&'a Source),
    GivenUp,
}

impl Standing {
    pub(crate) fn of(assigned: &Assigned, invoice: &Invoice, on: NaiveDate) -> Self {
        let settled = invoice.allocations.iter().filter(|it| !it.recovers);
        let settled = settled.map(|it| (it.source_on, Taker::Source(&it.source), it.minor));
        let given_up = invoice.rare().into_iter().flat_map(|it| &it.given_up);
        let given_up = given_up.map(|it| (it.on, Taker::GivenUp, it.minor));
        let mut taken: Vec<_> = settled.chain(given_up).filter(|it| it.0 <= on).collect();
        taken.sort_by_key(|(on, by, _)| (*on, *by));

        let before = taken.partition_point(|it| it.0 < assigned.assigned_on);
        let gross = if invoice.is_cancelled() { 0 } else { invoice.document.gross.minor() };
        let gone: i64 = taken.iter().take(before).map(|it| it.2).sum();
        let base = gross.saturating_sub(gone).max(0);
        let claim = assigned.amount.minor().min(base);
        let mut it = Self { claim, never_open: assigned.amount.minor() - claim, ..Self::default() };
        let (mut own, mut open) = (base - claim, claim);
        let ended_on = assigned.repurchased.map(|it| it.on).filter(|ended| *ended <= on);
        let since = taken.into_iter().skip(before);
        for (day, by, minor) in since.take_while(|it| ended_on.is_none_or(|ended| it.0 < ended)) {
            let theirs = (minor - minor.min(own)).min(open);
            own -= minor.min(own);
            open -= theirs;
            match by {
                _ if theirs == 0 => {}
                Taker::GivenUp => it.given_up += theirs,
                Taker::Source(Source::CreditNote(_)) => it.diluted += theirs,
                Taker::Source(Source::Payment(id)) if assigned.to_assignee.contains(id) => {
                    it.paid_to_assignee += theirs;
                }
                Taker::Source(Source::Payment(id)) if assigned.is_owed(day) => {
                    *it.held.entry(id.clone()).or_default() += theirs;
                }
                Taker::Source(Source::Payment(_)) => it.paid_to_tenant += theirs,
            }
        }
        it.open = if ended_on.is_some() { 0 } else { open };
        for passed in assigned.passed_on.iter().filter(|it| it.on <= on) {
            // What bounced after it was passed on is not held any more.
            if let Some(held) = it.held.get_mut(&passed.payment) {
                let part = passed.minor.min(*held);
                *held -= part;
                it.passed_on += part;
            }
        }
        it.held.retain(|_, minor| *minor > 0);
        it
    }

    /// All that came in with the tenant and is to be passed on.
    pub(crate) fn held(&self) -> i64 {
        self.held.values().sum()
    }
}

impl Assigned {
    /// Whether money of this value date is the assignee's. What only secures a loan is the tenant's
    /// until the customer is told otherwise.
    fn is_owed(&self, on: NaiveDate) -> bool {
        self.kind != FacilityKind::Pledge || self.notified_on.is_some_and(|told| told <= on)
    }
}

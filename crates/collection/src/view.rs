//! What queries answer: plain values, by everything that is known.

use chrono::NaiveDate;
use events::{
    CaseId, InvoiceId,
    collection::{Act, Case},
};
use money::Money;

use crate::{Collection, Policy, state::KnownCase};

pub use crate::{
    right::{Running, Standing},
    state::{Chosen, Closed},
};

/// A case, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseView {
    /// How it began.
    pub case: Case,
    /// What it is about now, the oldest due first.
    pub claims: Vec<Claim>,
    /// The way that was chosen.
    pub route: Option<Chosen>,
    /// Its end, if it has come to one.
    pub closed: Option<Closed>,
}

/// What is owed of a receivable of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which.
    pub invoice: InvoiceId,
    /// When it was due.
    pub due_on: NaiveDate,
    /// What is open of it.
    pub principal: Money,
    /// The part of it that is contested.
    pub disputed: Money,
    /// Interest for late payment up to the day asked about, by the law of the day.
    pub interest: Money,
    /// The fixed sum for recovery costs.
    pub fixed_sum: Money,
}

impl Policy {
    /// Every case of the customer's, in the order in which they were opened, with interest up to a
    /// day.
    pub fn cases(&self, collection: &Collection, until: NaiveDate) -> Vec<CaseView> {
        let mut cases: Vec<_> = collection.cases.values().collect();
        cases.sort_by_key(|it| number(&it.case.case));
        cases.into_iter().map(|it| self.case_view(collection, it, until)).collect()
    }

    /// A case.
    pub fn case(&self, collection: &Collection, id: &CaseId, until: NaiveDate) -> Option<CaseView> {
        let known = collection.cases.get(id)?;
        Some(self.case_view(collection, known, until))
    }

    fn case_view(&self, collection: &Collection, known: &KnownCase, until: NaiveDate) -> CaseView {
        let account = collection.dunning.risk().account();
        let mut claims = Vec::with_capacity(known.invoices.len());
        for invoice in &known.invoices {
            let Some(view) = account.invoice_view(invoice, NaiveDate::MAX) else { continue };
            let (Some(document), Some(principal)) = (view.document, view.open) else { continue };
            let zero = Money::zero(principal.currency());
            let interest = self.dunning().interest(&collection.dunning, invoice, until);
            let fixed = interest.as_ref().and_then(|it| it.fixed_sum.as_ref()).map(|it| it.amount);
            claims.push(Claim {
                invoice: invoice.clone(),
                due_on: document.due_on,
                principal,
                disputed: view.disputed.unwrap_or(zero),
                interest: interest.map_or(zero, |it| it.total),
                fixed_sum: fixed.unwrap_or(zero),
            });
        }
        claims.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        CaseView {
            case: Case::clone(&known.case),
            claims,
            route: known.route.clone(),
            closed: known.closed.clone(),
        }
    }
}

impl Collection {
    /// What was done, by the day; what was recorded by mistake left out.
    pub fn history(&self) -> Vec<Act> {
        self.acts().into_iter().cloned().collect()
    }
}

/// The count that a case bears in its name.
fn number(case: &CaseId) -> u32 {
    case.as_str().rsplit('-').next().and_then(|it| it.parse().ok()).unwrap_or(0)
}

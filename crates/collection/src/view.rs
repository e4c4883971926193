//! What queries answer: plain values, by everything that is known.

use chrono::NaiveDate;
use events::{
    CaseId, InvoiceId,
    collection::{Act, Case, CollectorReport, PlacedClaim, Placement, Remittance},
    invoicing::Source,
};
use money::Money;

use crate::{Collection, Policy, placement::KnownPlacement, state::KnownCase};

pub use crate::{
    insurance::{
        ClaimState, ClaimWarning, ClaimedInvoiceView, Exclusion, Falls, IndemnitySum,
        IndemnityView, InsuranceClaimView, InsuredInvoice, Part, Recovery, SharedReceipt,
    },
    placement::{Answered, Run, Stage},
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
        cases.sort_by_key(|it| count_of(it.case.case.as_str()));
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
            let charged = self.charged(collection, invoice, principal.currency(), until);
            claims.push(Claim {
                invoice: invoice.clone(),
                due_on: document.due_on,
                principal,
                disputed: view.disputed.unwrap_or(zero),
                interest: charged.interest_amount,
                fixed_sum: charged.fixed_sum,
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

/// A placement, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementView {
    /// What was planned.
    pub placement: Placement,
    /// How far it has come to the collector.
    pub hand_over: Run,
    /// How far the word has come to it that it is to stop.
    pub recall: Option<Run>,
    /// What it was told to collect.
    pub claims: Vec<PlacedClaim>,
    /// Whether it takes it on.
    pub answer: Option<Answered>,
    /// What it reported, in the order of the journal.
    pub reports: Vec<CollectorReport>,
    /// What it took in, in the order of their ids.
    pub remittances: Vec<RemittanceView>,
}

/// Money that a collector took in, and how it agrees with the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemittanceView {
    /// What it said.
    pub remittance: Remittance,
    /// What the payment it names settled in the books of what it names; none while that payment is
    /// not known.
    pub in_the_books: Option<Money>,
    /// The value date of that payment, unless it did not stay.
    pub passed_on: Option<NaiveDate>,
}

impl Collection {
    /// Every placement, in the order in which they were planned.
    pub fn placements(&self) -> Vec<PlacementView> {
        let mut all: Vec<_> = self.placements.values().map(|it| self.placement_view(it)).collect();
        all.sort_by_key(|it| count_of(it.placement.placement.as_str()));
        all
    }

    fn placement_view(&self, known: &KnownPlacement) -> PlacementView {
        let remitted = |it: &Remittance| RemittanceView {
            remittance: it.clone(),
            in_the_books: self.in_the_books(it),
            passed_on: self.passed_on(it),
        };
        PlacementView {
            placement: Placement::clone(&known.placement),
            hand_over: known.hand_over.clone(),
            recall: known.recall.clone(),
            claims: known.claims.iter().map(|it| PlacedClaim::clone(it)).collect(),
            answer: known.answer.clone(),
            reports: known.reports.iter().map(|it| CollectorReport::clone(it)).collect(),
            remittances: known.remittances.values().map(|it| remitted(it)).collect(),
        }
    }

    fn in_the_books(&self, it: &Remittance) -> Option<Money> {
        let account = self.dunning.risk().account();
        let payment = it.payment.as_ref()?;
        account.payment_view(payment, NaiveDate::MAX)?;
        let mut sum = 0_i64;
        for collected in &it.collected {
            let view = account.invoice_view(&collected.invoice, NaiveDate::MAX)?;
            let by = view
                .allocations
                .into_iter()
                .filter(|it| matches!(&it.source, Source::Payment(id) if id == payment));
            sum = by.fold(sum, |sum, it| sum.saturating_add(it.amount.minor()));
        }
        Some(Money::new(sum, it.fee.currency()))
    }

    /// What was done, by the day; what was recorded by mistake left out.
    pub fn history(&self) -> Vec<Act> {
        self.recorded_acts().into_iter().cloned().collect()
    }

    /// The same with what follows from claims to insurers: each was lodged, and may have been paid,
    /// under its own id.
    pub fn acts_and_claims(&self) -> Vec<Act> {
        self.acts().into_iter().cloned().collect()
    }
}

/// The count that a case or a placement bears in its name.
fn count_of(name: &str) -> u32 {
    name.rsplit('-').next().and_then(|it| it.parse().ok()).unwrap_or(0)
}

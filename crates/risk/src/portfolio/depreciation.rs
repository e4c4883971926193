//! Doubtful claims under French GAAP, case by case: what moves from customers (account 411) to
//! doubtful customers (416), tax included, and what is depreciated of it, without tax (6817 to 491).
//!
//! A claim is doubtful by a procedure its customer is in, by a dispute, by being overdue for longer
//! than the caller says, or because the caller names its customer. What it loses is a judgement of
//! the case (PCG art. 214-25; CGI art. 39, 1, 5°: a loss must be likely and told claim by claim, and
//! lateness alone does not make it so). So there is no rate that nobody has given: such a case is
//! told without an amount. Practice in receivership is 30, 50 or 75 % (davidan.org, abak.ec,
//! dormane.fr), which is repeated as a suggestion and never used by itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{CustomerId, InvoiceId, risk::NoticeKind};
use invoicing::view::{Claim, MissingRate};
use money::{Money, Rounding};
use rust_decimal::Decimal;

use super::Figure;
use crate::{Policy, Risk, figures::depreciation};

/// What practice takes in receivership, in percent. Nobody's rule: a suggestion.
pub const RECEIVERSHIP_PRACTICE: [u8; 3] = [30, 50, 75];

/// What the caller judges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What claims on customers in a procedure lose, in percent.
    pub insolvency_percent: Option<Decimal>,
    /// What disputed parts lose, in percent.
    pub dispute_percent: Option<Decimal>,
    /// From how many days late on a claim is doubtful for that; none: never.
    pub overdue_days: Option<u32>,
    /// What claims lose that are so late, in percent.
    pub overdue_percent: Option<Decimal>,
    /// What claims on these customers lose, in percent, whatever else makes them doubtful.
    pub cases: BTreeMap<CustomerId, Decimal>,
    /// The rate of tax in invoices whose documents do not say their tax, in percent.
    pub tax_percent: Option<Decimal>,
}

/// Why a claim is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its customer is in a procedure, or was struck off.
    Insolvency,
    /// The caller names its customer.
    Named,
    /// A part of it is contested.
    Dispute,
    /// It is overdue for as long as the caller says.
    Overdue,
}

/// A doubtful claim, in the currency of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// On whom.
    pub customer: CustomerId,
    /// Of which invoice.
    pub invoice: InvoiceId,
    /// When it was due.
    pub due_on: NaiveDate,
    /// Why it is doubtful.
    pub reason: Reason,
    /// The notice in force on its customer, if there is one.
    pub notice: Option<NoticeKind>,
    /// What moves from 411 to 416: the claim, or the contested part of it, tax included.
    pub gross: Money,
    /// The same without tax; none if nobody knows the tax.
    pub base: Option<Money>,
    /// What of the base is lost, in percent; none if nobody has said.
    pub percent: Option<Decimal>,
    /// What is depreciated; none where base or percent is missing.
    pub amount: Option<Money>,
}

/// Doubtful claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cases(Vec<Case>);

/// The sums of all cases, or of those of one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Why they are doubtful.
    pub reason: Reason,
    /// How many.
    pub cases: u64,
    /// How many have no amount.
    pub unjudged: u64,
    /// What moves from 411 to 416.
    pub gross: Money,
    /// What is depreciated, 6817 to 491.
    pub amount: Money,
}

/// Why there are no cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// In a currency without a rate.
    #[error(transparent)]
    MissingRate(#[from] MissingRate),
    /// By the formula.
    #[error(transparent)]
    Refused(#[from] depreciation::Refused),
}

impl Judgement {
    fn percent(&self, customer: &CustomerId, reason: Reason) -> Option<Decimal> {
        let by_reason = match reason {
            Reason::Insolvency => self.insolvency_percent,
            Reason::Named => None,
            Reason::Dispute => self.dispute_percent,
            Reason::Overdue => self.overdue_percent,
        };
        self.cases.get(customer).copied().or(by_reason)
    }
}

impl Cases {
    /// The doubtful ones of what these customers owe at the end of a day.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
        judgement: &Judgement,
    ) -> Result<Self, NotComputable> {
        let mut cases = Vec::new();
        for (customer, risk) in customers {
            let notice = risk.notice_on(on).map(|it| it.kind);
            let insolvent = notice.is_some_and(is_insolvency);
            let named = judgement.cases.contains_key(customer);
            for claim in risk.account.claims(on) {
                let late = (on - claim.due_on).num_days();
                let overdue =
                    judgement.overdue_days.is_some_and(|days| late > 0 && late >= days.into());
                let (reason, gross) = if insolvent {
                    (Reason::Insolvency, claim.open)
                } else if named {
                    (Reason::Named, claim.open)
                } else if overdue {
                    (Reason::Overdue, claim.open)
                } else if claim.disputed.is_positive() {
                    (Reason::Dispute, claim.disputed)
                } else {
                    continue;
                };
                let case = Case {
                    customer: customer.clone(),
                    invoice: claim.invoice.clone(),
                    due_on: claim.due_on,
                    reason,
                    notice,
                    gross,
                    base: None,
                    percent: judgement.percent(customer, reason),
                    amount: None,
                };
                cases.push(judged(policy, case, &claim, judgement.tax_percent)?);
            }
        }
        let mut cases = Self(cases);
        cases.sort();
        Ok(cases)
    }

    /// Those of other customers, added.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
        self.sort();
    }

    /// The largest claims first.
    pub fn cases(&self) -> &[Case] {
        &self.0
    }

    /// Reason by reason, those that occur.
    pub fn sums(&self, policy: &Policy) -> Vec<Sum> {
        let mut sums = BTreeMap::<Reason, (u64, u64, i128, i128)>::new();
        for it in &self.0 {
            let (cases, unjudged, gross, amount) = sums.entry(it.reason).or_default();
            *cases += 1;
            *unjudged += u64::from(it.amount.is_none());
            *gross += i128::from(it.gross.minor());
            *amount += it.amount.map_or(0, |it| i128::from(it.minor()));
        }
        let sums = sums.into_iter().map(|(reason, (cases, unjudged, gross, amount))| Sum {
            reason,
            cases,
            unjudged,
            gross: policy.amount(gross),
            amount: policy.amount(amount),
        });
        sums.collect()
    }

    /// The whole.
    pub fn figures(&self, policy: &Policy) -> Vec<Figure> {
        let sum = |of: fn(&Case) -> Option<Money>| {
            let amounts = self.0.iter().filter_map(of);
            policy.amount(amounts.map(|it| i128::from(it.minor())).sum())
        };
        let gross = sum(|it| Some(it.gross));
        let base = sum(|it| it.base.filter(|_| it.percent.is_some()));
        vec![
            Figure::new(
                "reclassified",
                gross,
                "sum over cases of the claim, tax included: 411 to 416",
                [],
            ),
            Figure::new(
                "depreciation",
                sum(|it| it.amount),
                "sum over cases of base * percent / 100, where base is the claim without tax: 6817 to 491",
                [("base", base.into()), ("reclassified", gross.into())],
            ),
        ]
    }

    fn sort(&mut self) {
        self.0.sort_by(|a, b| {
            let key = |it: &Case| (it.customer.clone(), it.invoice.clone(), it.due_on);
            b.gross.minor().cmp(&a.gross.minor()).then_with(|| key(a).cmp(&key(b)))
        });
    }
}

/// Whether creditors are told that they will not be paid, or not all.
fn is_insolvency(kind: NoticeKind) -> bool {
    match kind {
        NoticeKind::Safeguard
        | NoticeKind::Receivership
        | NoticeKind::Liquidation
        | NoticeKind::Plan
        | NoticeKind::ClosedForInsufficientAssets
        | NoticeKind::StruckOff => true,
        NoticeKind::Closed | NoticeKind::AccountsNotFiled | NoticeKind::Other => false,
    }
}

/// The case in the currency of the policy, and what it loses. The tax that a document says is spread
/// over what is open of it.
fn judged(
    policy: &Policy,
    case: Case,
    claim: &Claim<'_>,
    tax_percent: Option<Decimal>,
) -> Result<Case, NotComputable> {
    let gross = policy.amount(policy.minor(case.gross)?);
    let net = claim.tax.and_then(|tax| claim.gross.minus(tax).ok());
    let base = match (net, tax_percent) {
        (Some(net), _) => {
            let share = net.decimal().checked_div(claim.gross.decimal());
            let base = share.and_then(|it| gross.decimal().checked_mul(it));
            let base = base.ok_or(depreciation::Refused::OutOfRange)?;
            let base = Money::from_decimal(base, gross.currency(), Rounding::HalfUp);
            Some(base.map_err(depreciation::Refused::from)?)
        }
        (None, Some(tax)) => {
            Some(depreciation::of_gross(gross, tax, Decimal::ZERO, Rounding::HalfUp)?.base)
        }
        (None, None) => None,
    };
    let amount = match (base, case.percent) {
        (Some(base), Some(percent)) => {
            Some(depreciation::of_base(base, percent, Rounding::HalfUp)?)
        }
        (_, _) => None,
    };
    Ok(Case { gross, base, amount, ..case })
}

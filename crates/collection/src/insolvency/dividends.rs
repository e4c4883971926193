//! A court's plan, followed to its end: what it promises of the claim and when (C. com. art. L626-18),
//! and what came. A dividend is an ordinary payment in the books; what comes pays the oldest one first.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    NoticeId,
    collection::{Act, ActKind},
    invoicing::Source,
    risk::Notice,
};
use money::{Currency, Money, Rounding};
use rust_decimal::Decimal;

use super::declaration::add;
use crate::{Collection, Policy, case::opens, right::answers};

/// A plan, and what came of it, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// After which judgment.
    pub notice: NoticeId,
    /// The act that says what it promises.
    pub act: Act,
    /// What was admitted, or else declared, or else is to be declared: what the plan is a part of.
    pub claim: Money,
    /// What it promises, by the days.
    pub dividends: Vec<DividendLine>,
    /// What it does not promise; with the dividends the claim.
    pub waived: Money,
    /// What was paid since it was adopted of what was declared.
    pub received: Money,
    /// The act that ended it, if one did: it was kept, or it was not.
    pub ended: Option<Act>,
}

/// A dividend, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DividendLine {
    /// When it is due.
    pub due_on: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What came of it.
    pub received: Money,
    /// How many days it is late; 0: it is not, or all of it came.
    pub days_late: u32,
}

/// What a plan promises now: the last act that says so after a judgment; none if it was ended since
/// because it was not kept.
pub(crate) fn plan_of<'a>(acts: &[&'a Act], notice: &Notice) -> Option<&'a Act> {
    let of = |kinds: &[ActKind]| {
        let of_notice =
            acts.iter().filter(|it| kinds.iter().any(|kind| answers(it, *kind, notice)));
        of_notice.copied().next_back()
    };
    let plan = of(&[ActKind::InsolvencyPlanAdopted, ActKind::InsolvencyPlanModified])?;
    let resolved = of(&[ActKind::InsolvencyPlanResolved]);
    resolved.is_none_or(|it| it.on < plan.on).then_some(plan)
}

impl Policy {
    /// The plans of a customer's procedures on a day, in the order of their judgments; one that was not
    /// kept too.
    pub fn plans(&self, collection: &Collection, on: NaiveDate) -> Vec<Plan> {
        let acts: Vec<&Act> = collection.acts().into_iter().filter(|it| it.on <= on).collect();
        let mut notices: Vec<&Notice> =
            collection.dunning.risk().notices().map(|it| &**it).collect();
        notices.retain(|it| opens(it.kind) && it.published_on <= on);
        notices.sort_by_key(|it| it.published_on);
        notices.into_iter().flat_map(|it| self.plans_after(collection, it, &acts, on)).collect()
    }

    fn plans_after(
        &self,
        collection: &Collection,
        notice: &Notice,
        acts: &[&Act],
        on: NaiveDate,
    ) -> Vec<Plan> {
        let of = |kinds: &[ActKind]| {
            let of_notice =
                acts.iter().filter(|it| kinds.iter().any(|kind| answers(it, *kind, notice)));
            of_notice.copied().next_back()
        };
        let Some(act) = of(&[ActKind::InsolvencyPlanAdopted, ActKind::InsolvencyPlanModified])
        else {
            return Vec::new();
        };
        let first = acts.iter().find(|it| answers(it, ActKind::InsolvencyPlanAdopted, notice));
        let since = first.map_or(act.on, |it| it.on);
        let ended = of(&[ActKind::InsolvencyPlanResolved, ActKind::InsolvencyPlanCompleted]);
        let ended = ended.filter(|it| it.on >= act.on);
        let claims = self.admitted(collection, notice, acts, on);
        let plans = claims.into_iter().map(|claim| {
            let received = self.received(collection, notice, claim.currency(), since, on);
            let dividends = dividends(act, claim, received, on);
            let promised =
                dividends.iter().fold(Money::zero(claim.currency()), |sum, it| add(sum, it.amount));
            Plan {
                notice: notice.notice.clone(),
                act: act.clone(),
                claim,
                dividends,
                waived: add(claim, promised.negated()),
                received,
                ended: ended.cloned(),
            }
        });
        plans.collect()
    }

    /// What the plan is a part of, a currency each.
    fn admitted(
        &self,
        collection: &Collection,
        notice: &Notice,
        acts: &[&Act],
        on: NaiveDate,
    ) -> Vec<Money> {
        let admitted = acts.iter().filter(|it| answers(it, ActKind::ClaimAdmitted, notice));
        let mut sums = BTreeMap::<Currency, Money>::new();
        for amount in admitted.filter_map(|it| it.amount) {
            let sum = sums.entry(amount.currency()).or_insert(Money::zero(amount.currency()));
            *sum = add(*sum, amount);
        }
        if !sums.is_empty() {
            return sums.into_values().collect();
        }
        let Some(declaration) = self.declaration(collection, &notice.notice, on) else {
            return Vec::new();
        };
        match declaration.declared() {
            none if none.is_empty() => declaration.sums().iter().map(|it| it.total).collect(),
            declared => declared,
        }
    }

    /// What was paid of what is declared, of what was given up too.
    fn received(
        &self,
        collection: &Collection,
        notice: &Notice,
        currency: Currency,
        since: NaiveDate,
        on: NaiveDate,
    ) -> Money {
        let mut sum = Money::zero(currency);
        let Some(declaration) = self.declaration(collection, &notice.notice, on) else {
            return sum;
        };
        for line in &declaration.lines {
            let view = collection.account().invoice_view(&line.document.invoice, on);
            for it in view.into_iter().flat_map(|it| it.allocations) {
                let paid = matches!(it.source, Source::Payment(_)) && it.effective_on >= since;
                if paid && it.amount.currency() == currency {
                    sum = add(sum, it.amount);
                }
            }
        }
        sum
    }
}

/// Each is what those up to it come to, rounded, less those before it: together they lose no cent.
fn dividends(act: &Act, claim: Money, received: Money, on: NaiveDate) -> Vec<DividendLine> {
    let zero = Money::zero(claim.currency());
    let (mut percent, mut before, mut left) = (Decimal::ZERO, zero, received);
    let lines = act.dividends.iter().map(|it| {
        percent += it.percent;
        let until = claim.percent(percent, Rounding::HalfUp).unwrap_or(before);
        let amount = add(until, before.negated());
        before = until;
        let came = if left.minor() < amount.minor() { left } else { amount };
        left = add(left, came.negated());
        let late = (on - it.due_on).num_days().max(0);
        let late = if came.minor() < amount.minor() { late } else { 0 };
        let days_late = u32::try_from(late).unwrap_or(u32::MAX);
        DividendLine { due_on: it.due_on, amount, received: came, days_late }
    });
    lines.collect()
}

//! Orders: checked when they come, held with every reason, looked at again when a reason may have
//! gone. What was accepted takes headroom until it is invoiced, so no two orders have the same.

use std::{collections::BTreeSet, mem::discriminant};

use chrono::{Days, NaiveDate};
use events::{
    InvoiceId, Reference,
    risk::{Accepted, Doubt, Event, Exception, Held, Order, Rule},
};
use invoicing::{FieldError, Invalid, view::MissingRate};
use money::Money;

use crate::{
    CheckOrder, CloseOrder, Policy, Refusal, ReleaseOrder, Risk, Step, Subject,
    ahead::Ahead,
    exposure::{Footing, clamped},
    policy::Answer,
    state::Placed,
};

/// A way to have an order that is held delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What would have to happen.
    pub what: What,
    /// Whether that is enough: nothing else speaks against the order then.
    pub enough: bool,
}

/// What lets an order pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// So much is paid in advance.
    Deposit(Money),
    /// Only so much is delivered now.
    DeliverPart(Money),
    /// These open items are paid: the earliest due, as few as possible.
    Pay {
        /// Which.
        invoices: Vec<InvoiceId>,
        /// How much they come to.
        amount: Money,
    },
    /// The limit becomes so much.
    Limit(Money),
    /// These look again at who the customer is, and find nothing.
    CheckIdentity {
        /// What is to be found no more.
        findings: Vec<Doubt>,
        /// Who is to look again.
        sources: Vec<Reference>,
    },
}

/// What an order costs in risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// What it adds to what is at stake and neither guaranteed nor insured.
    pub unsecured: Money,
    /// What of that is expected to be lost within a year; none while the customer has no grade.
    pub expected_loss: Option<Money>,
}

impl Policy {
    /// Everything else that is at stake, and what the order would add to it.
    fn beside<'a>(
        &'a self,
        risk: &'a Risk,
        order: &'a Order,
    ) -> Result<(Footing<'a>, Ahead), MissingRate> {
        self.footing(risk, Some(order))
    }

    /// Everything that speaks against an order on a day.
    pub(crate) fn speaks(&self, risk: &Risk, order: &Order, on: NaiveDate) -> Vec<Rule> {
        let all = self.beside(risk, order).map(|(footing, more)| footing.speaks(on, more));
        all.unwrap_or_else(no_rate)
    }

    pub(crate) fn check_order(&self, risk: &Risk, data: CheckOrder) -> Answer {
        let order = data.order();
        let id = &order.order;
        if risk.closed.contains(id) {
            return Err(over(id, "closed"));
        }
        let known = risk.accepted.get(id).map(|it| &it.order);
        if let Some(known) = known.or_else(|| risk.held.get(id).map(|it| &it.order)) {
            return if *known == order {
                Ok(Vec::new())
            } else {
                Err(Refusal::Conflict { subject: Subject::Order, id: id.to_string() })
            };
        }
        let on = order.ordered_on;
        Ok(vec![self.judge(risk, order, on)])
    }

    fn judge(&self, risk: &Risk, order: Order, on: NaiveDate) -> Event {
        let rules = self.speaks(risk, &order, on);
        if rules.is_empty() {
            Event::OrderAccepted(Box::new(Accepted { order, accepted_on: on, exception: None }))
        } else {
            Event::OrderHeld(Box::new(Held { order, held_on: on, rules }))
        }
    }

    pub(crate) fn release_order(&self, risk: &Risk, data: ReleaseOrder) -> Answer {
        let id = &data.order;
        if risk.closed.contains(id) {
            return Err(over(id, "closed"));
        }
        if risk.accepted.contains_key(id) {
            return Ok(Vec::new());
        }
        let held = risk.held.get(id).ok_or_else(|| not_found(id))?;
        let most = self.rules().exception_days_max;
        let most = most.and_then(|it| data.release_date.checked_add_days(Days::new(it.into())));
        let wrong = |reason: String| Err(invalid("valid_until", reason));
        let holds_until = match (data.valid_until, most) {
            (Some(until), _) if until < data.release_date => {
                return wrong(format!("{until} is before {}", data.release_date));
            }
            (Some(until), Some(most)) if until > most => {
                return wrong(format!("{until} is after {most}, the last day the policy allows"));
            }
            (until, most) => until.or(most),
        };
        let against = held.rules.clone();
        let exception =
            Exception { approved_by: data.approved_by, reason: data.reason, against, holds_until };
        Ok(vec![Event::OrderAccepted(Box::new(Accepted {
            order: held.order.clone(),
            accepted_on: data.release_date,
            exception: Some(exception),
        }))])
    }

    pub(crate) fn close_order(risk: &Risk, data: CloseOrder) -> Answer {
        let id = data.order;
        if risk.closed.contains(&id) {
            return Ok(Vec::new());
        }
        if !risk.accepted.contains_key(&id) && !risk.held.contains_key(&id) {
            return Err(not_found(&id));
        }
        Ok(vec![Event::OrderClosed { order: id, closed_on: data.close_date }])
    }

    /// The first order that is to be looked at again: those whose exception is over, then the
    /// longest held first.
    pub(crate) fn next_order(&self, risk: &Risk, today: NaiveDate) -> Option<Step> {
        let over = self.exceptions_end(risk).find(|(_, on)| *on <= today).map(|(it, _)| it);
        let due = |it: &&Placed<Held>| self.looks_again_on(risk, it).is_some_and(|on| on <= today);
        let held = || risk.held.values().filter(due).min_by_key(|it| it.held_on);
        let order = over.or_else(|| held().map(|it| &it.order))?;
        Some(Step::LookAgain { order: order.order.clone(), on: today })
    }

    pub(crate) fn order_wakes_on(&self, risk: &Risk) -> Option<NaiveDate> {
        let held = risk.held.values().filter_map(|it| self.looks_again_on(risk, it));
        held.chain(self.exceptions_end(risk).map(|(_, on)| on)).min()
    }

    /// Orders that were let pass against the policy and are not all delivered, and the first day on
    /// which that does not count any more.
    fn exceptions_end<'a>(
        &'a self,
        risk: &'a Risk,
    ) -> impl Iterator<Item = (&'a Order, NaiveDate)> {
        risk.accepted.values().filter_map(|it| {
            let until = it.exception.as_ref()?.holds_until?;
            // What cannot be reckoned is not delivered either, as far as anybody can tell.
            let left = self.beside(risk, &it.order).map_or(1, |(_, left)| left.minor);
            (left > 0).then_some((&it.order, until.succ_opt()?))
        })
    }

    /// The first day, from when it was looked at, on which other reasons speak than those said then.
    fn looks_again_on(&self, risk: &Risk, held: &Held) -> Option<NaiveDate> {
        let differ = |rules: &[Rule]| !same_kinds(rules, &held.rules);
        let (footing, more) = match self.beside(risk, &held.order) {
            Ok(beside) => beside,
            Err(missing) => return differ(&no_rate(missing)).then_some(held.held_on),
        };
        if differ(&footing.speaks(held.held_on, more)) {
            return Some(held.held_on);
        }
        footing.turns(held.held_on, more).into_iter().find(|on| differ(&footing.speaks(*on, more)))
    }

    pub(crate) fn look_again(&self, risk: &Risk, order: &Reference, on: NaiveDate) -> Answer {
        let held = risk.held.get(order).map(|it| &it.order);
        let known = held.or_else(|| risk.accepted.get(order).map(|it| &it.order));
        Ok(vec![self.judge(risk, known.ok_or(Refusal::NotCalledFor)?.clone(), on)])
    }

    /// What an order adds to what is at stake and neither guaranteed nor insured, and what of that is
    /// expected to be lost.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub(crate) fn price(
        &self,
        risk: &Risk,
        order: &Order,
        on: NaiveDate,
    ) -> Result<Price, MissingRate> {
        let (footing, more) = self.beside(risk, order)?;
        let marginal = footing.unsecured(on, more) - footing.unsecured(on, Ahead::NOTHING);
        let loss = risk.standing().map(|it| self.expected_loss(marginal, it.grade));
        Ok(Price { unsecured: clamped(marginal, self.rules().currency), expected_loss: loss })
    }

    /// What would let an order pass that is held: nothing where nobody but a person can tell.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub(crate) fn ways(
        &self,
        risk: &Risk,
        order: &Order,
        on: NaiveDate,
    ) -> Result<Vec<Way>, MissingRate> {
        let (footing, more) = self.beside(risk, order)?;
        let money = |minor| clamped(minor, self.rules().currency);
        let at_stake = footing.unsecured(on, more);
        let excess = footing.limit(on).map_or(0, |limit| at_stake - limit);
        let mut ways = Vec::new();
        let counted = more.counted(self.rules(), on);
        if excess > 0 && excess <= counted {
            let enough = footing.with_deposit(excess).speaks(on, more).is_empty();
            ways.push(Way { what: What::Deposit(money(excess)), enough });
        }
        if excess > 0 && excess < counted {
            let part = counted - excess;
            let enough = footing.speaks(on, more.of(part)).is_empty();
            ways.push(Way { what: What::DeliverPart(money(part)), enough });
        }
        // Fewer open items never speak louder, so the least number is found by halving.
        let speaks_still = |paid: &usize| {
            let rest = footing.without_first(*paid);
            rest.speaks(on, more).iter().any(money_helps)
        };
        let counts: Vec<usize> = (0..=footing.items.len()).collect();
        let paid = counts.partition_point(speaks_still);
        if paid > 0 && paid <= footing.items.len() {
            let first = || footing.items.iter().take(paid);
            let invoices = first().map(|it| it.invoice.clone()).collect();
            let amount = money(first().map(|it| it.open).sum());
            let enough = footing.without_first(paid).speaks(on, more).is_empty();
            ways.push(Way { what: What::Pay { invoices, amount }, enough });
        }
        if excess > 0 || footing.limit(on).is_none() {
            let others = footing.speaks(on, more);
            let enough =
                others.iter().all(|it| matches!(it, Rule::NoLimit | Rule::OverLimit { .. }));
            ways.push(Way { what: What::Limit(money(at_stake)), enough });
        }
        if self.rules().hold_doubtful_identity {
            let doubts = risk.doubts_on(on);
            let sources: BTreeSet<_> =
                doubts.values().flatten().map(|it| it.source.clone()).collect();
            if !sources.is_empty() {
                let mut others = footing.speaks(on, more).into_iter();
                let enough = others.all(|it| matches!(it, Rule::DoubtfulIdentity { .. }));
                let (findings, sources) = (doubts.into_keys().collect(), sources.into_iter());
                let what = What::CheckIdentity { findings, sources: sources.collect() };
                ways.push(Way { what, enough });
            }
        }
        Ok(ways)
    }
}

/// Whether paying what is open makes a rule speak less loud.
fn money_helps(rule: &Rule) -> bool {
    match rule {
        Rule::OverLimit { .. }
        | Rule::Overdue { .. }
        | Rule::OverdueAmount { .. }
        | Rule::NoRate { .. } => true,
        Rule::NoLimit
        | Rule::LargeOrder
        | Rule::BrokenPromises { .. }
        | Rule::DoubtfulIdentity { .. }
        | Rule::Graded { .. } => false,
    }
}

fn no_rate(missing: MissingRate) -> Vec<Rule> {
    let (MissingRate::Missing { from, .. } | MissingRate::OutOfRange { from, .. }) = missing;
    vec![Rule::NoRate { currency: from }]
}

/// Whether the same speaks, be it more or less loud. What is doubtful is no louder than something
/// else that is: it is another thing.
fn same_kinds(a: &[Rule], b: &[Rule]) -> bool {
    let same = |a: &Rule, b: &Rule| match (a, b) {
        (Rule::DoubtfulIdentity { finding: a }, Rule::DoubtfulIdentity { finding: b }) => a == b,
        _ => discriminant(a) == discriminant(b),
    };
    let spoken = |all: &[Rule], one: &Rule| all.iter().any(|it| same(it, one));
    a.iter().all(|it| spoken(b, it)) && b.iter().all(|it| spoken(a, it))
}

fn invalid(field: &str, reason: String) -> Refusal {
    Invalid(vec![FieldError { field: field.to_owned(), reason }]).into()
}

fn not_found(order: &Reference) -> Refusal {
    Refusal::NotFound { subject: Subject::Order, id: order.to_string() }
}

fn over(order: &Reference, state: &'static str) -> Refusal {
    Refusal::Over { subject: Subject::Order, id: order.to_string(), state }
}

impl Risk {
    pub(crate) fn order_accepted(&mut self, it: &Accepted) {
        self.held.remove(&it.order.order);
        self.exceptions += u32::from(it.exception.is_some());
        self.accepted.insert(it.order.order.clone(), Placed::new(it, self.place));
    }

    pub(crate) fn order_held(&mut self, it: &Held) {
        self.accepted.remove(&it.order.order);
        self.held.insert(it.order.order.clone(), Placed::new(it, self.place));
    }

    pub(crate) fn order_closed(&mut self, order: &Reference) {
        self.held.remove(order);
        self.accepted.remove(order);
        self.closed.insert(order.clone());
    }
}

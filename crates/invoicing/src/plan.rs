//! A payment plan: instalments replace the due dates of some invoices, as long as they are kept.
//!
//! What is paid on a plan is what was open when it was agreed less what is still owed, however it
//! was paid: money, credit, cancellation. A plan is broken on the first day after the tolerance of
//! an instalment that is not covered by then, and completed when nothing is open; after either, and
//! after it was called off, the original due dates hold.

use std::cmp::max;

use chrono::{Days, NaiveDate};
use events::{
    InvoiceId, PlanId, date,
    invoicing::{self, Event},
};
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{
    Account, AgreePlan, Answer, CancelPlan, Invalid, Policy, Refusal, Step,
    account::{Impossible, Invoice, Taken, day},
    refusal::{Again, Subject, nothing},
};

/// A plan, as it was agreed, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    #[serde(with = "day")]
    pub(crate) agreed_on: NaiveDate,
    pub(crate) currency: Currency,
    /// The invoices it covers and what was open on each, the first paid first.
    pub(crate) covers: Vec<(InvoiceId, i64)>,
    pub(crate) instalments: Vec<Part>,
    pub(crate) standing: Standing,
}

/// An amount, in the smallest unit, and the day it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    #[serde(with = "day")]
    pub(crate) due_on: NaiveDate,
    pub(crate) minor: i64,
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    Active,
    Completed(#[serde(with = "day")] NaiveDate),
    Broken(#[serde(with = "day")] NaiveDate),
    Cancelled(#[serde(with = "day")] NaiveDate),
}

impl Account {
    pub(crate) fn agree_plan(&self, it: AgreePlan) -> Answer {
        if let Some(known) = self.plans.get(&it.plan_id) {
            let covers: Vec<_> = known.covers.iter().map(|(invoice, _)| invoice).collect();
            let instalments: Vec<_> =
                known.instalments.iter().map(|it| known.instalment(it)).collect();
            let stated: Vec<_> =
                it.instalments.iter().map(|it| (it.due_date, it.amount.0)).collect();
            return Again::of(Subject::Plan, it.plan_id.as_str())
                .field("agree_date", &known.agreed_on, &it.agree_date)?
                .field("invoice_ids", &covers, &it.invoice_ids.iter().collect())?
                .field("instalments", &instalments, &stated)
                .map(nothing);
        }
        let Some(first) = it.instalments.first() else {
            return Err(Invalid::of("instalments", "a plan has at least one").into());
        };
        let currency = first.amount.0.currency();
        let (mut open, mut agreed) = (0_i64, 0_i64);
        for id in &it.invoice_ids {
            open = open.saturating_add(self.can_be_planned(id, first.amount.0)?);
        }
        for instalment in &it.instalments {
            agreed = agreed.saturating_add(instalment.amount.0.minor());
        }
        if agreed != open {
            let (instalments, open) = (Money::new(agreed, currency), Money::new(open, currency));
            return Err(Refusal::PlanSum { instalments, open });
        }
        Ok(vec![Event::PlanAgreed(Box::new(invoicing::Plan {
            plan: it.plan_id,
            agreed_on: it.agree_date,
            invoices: it.invoice_ids,
            instalments: it.instalments.into_iter().map(Into::into).collect(),
        }))])
    }

    pub(crate) fn cancel_plan(&self, it: CancelPlan) -> Answer {
        let id = it.plan_id.to_string();
        let Some(known) = self.plans.get(&it.plan_id) else {
            return Err(Refusal::NotFound { subject: Subject::Plan, id });
        };
        let state = match known.standing {
            Standing::Active => {
                return Ok(vec![Event::PlanCancelled {
                    plan: it.plan_id,
                    cancelled_on: it.cancel_date,
                }]);
            }
            Standing::Cancelled(on) => {
                let again = Again::of(Subject::Plan, &id);
                return again.field("cancel_date", &on, &it.cancel_date).map(nothing);
            }
            Standing::Completed(_) => "completed",
            Standing::Broken(_) => "broken",
        };
        Err(Refusal::Over { subject: Subject::Plan, id, state })
    }

    /// What is open on an invoice, if a plan with such instalments may cover it.
    fn can_be_planned(&self, id: &InvoiceId, instalment: Money) -> Result<i64, Refusal> {
        let invoice = self.living_invoice(id)?;
        let (expected, given) = (invoice.document.gross.currency(), instalment.currency());
        if expected != given {
            return Err(Refusal::CurrencyMismatch { field: "instalments", expected, given });
        }
        if let Some(plan) = self.plan_covering(id) {
            return Err(Refusal::InPlan { invoice: id.to_string(), plan: plan.to_string() });
        }
        if invoice.open == 0 {
            let (invoice, available) = (id.to_string(), invoice.money(0));
            return Err(Refusal::NotEnoughOpen { invoice, asked: instalment, available });
        }
        Ok(invoice.open)
    }

    /// The plan in force that covers an invoice.
    pub(crate) fn plan_covering(&self, invoice: &InvoiceId) -> Option<&PlanId> {
        self.plans_active.iter().find(|id| self.plans.get(*id).is_some_and(|it| it.covers(invoice)))
    }

    pub(crate) fn plan_agreed(&mut self, it: &invoicing::Plan) -> Taken {
        let Some(currency) = it.instalments.first().map(|it| it.amount.currency()) else {
            return Err(Impossible::because(format!("plan {} has no instalments", it.plan)));
        };
        if self.plans.contains_key(&it.plan) {
            return Err(Impossible::because(format!("plan {} was agreed twice", it.plan)));
        }
        let open = |id: &InvoiceId| self.invoice(id).map_or(0, |it| it.open);
        let plan = Plan {
            agreed_on: it.agreed_on,
            currency,
            covers: it.invoices.iter().map(|id| (id.clone(), open(id))).collect(),
            instalments: it
                .instalments
                .iter()
                .map(|it| Part { due_on: it.due_on, minor: it.amount.minor() })
                .collect(),
            standing: Standing::Active,
        };
        self.plans.insert(it.plan.clone(), plan);
        self.plans_active.insert(it.plan.clone());
        self.effective(it.agreed_on);
        Ok(())
    }

    pub(crate) fn plan_broken(&mut self, id: &PlanId, on: NaiveDate) -> Taken {
        self.plan_ended(id, on, Standing::Broken(on))
    }

    pub(crate) fn plan_completed(&mut self, id: &PlanId, on: NaiveDate) -> Taken {
        self.plan_ended(id, on, Standing::Completed(on))
    }

    pub(crate) fn plan_cancelled(&mut self, id: &PlanId, on: NaiveDate) -> Taken {
        self.plan_ended(id, on, Standing::Cancelled(on))
    }

    fn plan_ended(&mut self, id: &PlanId, on: NaiveDate, standing: Standing) -> Taken {
        match self.plans.get_mut(id).filter(|it| it.standing == Standing::Active) {
            Some(plan) => plan.standing = standing,
            None => {
                return Err(Impossible::because(format!("plan {id} ended and was not in force")));
            }
        }
        self.plans_active.remove(id);
        self.effective(on);
        Ok(())
    }
}

impl Plan {
    pub(crate) fn covers(&self, invoice: &InvoiceId) -> bool {
        self.covers.iter().any(|(it, _)| it == invoice)
    }

    /// Whether its instalments are what is due on this day.
    pub(crate) fn in_force_on(&self, on: NaiveDate) -> bool {
        self.agreed_on <= on
            && match self.standing {
                Standing::Active => true,
                Standing::Completed(end) | Standing::Broken(end) | Standing::Cancelled(end) => {
                    on < end
                }
            }
    }

    pub(crate) fn instalment(&self, part: &Part) -> (NaiveDate, Money) {
        (part.due_on, Money::new(part.minor, self.currency))
    }

    /// What of an invoice was to be paid when: its part of each instalment, in their order.
    pub(crate) fn schedule(&self, invoice: &InvoiceId) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut before = 0_i64;
        for (id, open) in &self.covers {
            let (from, to) = (before, before.saturating_add(*open));
            before = to;
            if id != invoice {
                continue;
            }
            let mut reached = 0_i64;
            for instalment in &self.instalments {
                let (starts, ends) = (reached, reached.saturating_add(instalment.minor));
                reached = ends;
                let minor = ends.min(to).saturating_sub(starts.max(from));
                if minor > 0 {
                    parts.push(Part { due_on: instalment.due_on, minor });
                }
            }
        }
        parts
    }

    /// When what is open on an invoice is due: the last parts of its schedule, as the first are
    /// paid first. What is open beyond the schedule is due on the original day.
    pub(crate) fn due(&self, id: &InvoiceId, originally: NaiveDate, open: i64) -> Vec<Part> {
        let mut left = open;
        let mut due = Vec::new();
        for part in self.schedule(id).into_iter().rev() {
            let minor = part.minor.min(left);
            if minor > 0 {
                due.push(Part { minor, ..part });
                left -= minor;
            }
        }
        if left > 0 {
            due.push(Part { due_on: originally, minor: left });
        }
        due.reverse();
        due
    }

    fn invoices<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Invoice> {
        self.covers.iter().filter_map(|(id, _)| account.invoice(id))
    }

    /// What was paid on it by the end of a day, in the smallest unit.
    fn paid_on(&self, account: &Account, on: NaiveDate) -> i64 {
        let agreed = self.instalments.iter().fold(0_i64, |sum, it| sum.saturating_add(it.minor));
        let owed = self.invoices(account).map(|it| it.open_on(max(on, it.document.issued_on)));
        owed.fold(agreed, i64::saturating_sub)
    }

    /// How it ends, and the first day on which this is so; none if no day known now ends it.
    fn judge(
        &self,
        policy: &Policy,
        account: &Account,
        today: NaiveDate,
    ) -> Option<(Standing, NaiveDate)> {
        if self.invoices(account).all(|it| it.open == 0) {
            return Some((Standing::Completed(today), NaiveDate::MIN));
        }
        let tolerance = Days::new(policy.rules().instalment_tolerance_days.into());
        let mut agreed = 0_i64;
        for instalment in &self.instalments {
            agreed = agreed.saturating_add(instalment.minor);
            let deadline = instalment.due_on.checked_add_days(tolerance)?;
            if self.paid_on(account, deadline) < agreed {
                let broken_on = deadline.succ_opt()?.min(date::LAST);
                return Some((Standing::Broken(broken_on), broken_on));
            }
        }
        None
    }
}

/// A plan that turns out completed or broken today, if there is one.
pub(crate) fn next(policy: &Policy, account: &Account, today: NaiveDate) -> Option<Step> {
    active(account)
        .find(|(_, it)| it.judge(policy, account, today).is_some_and(|(_, from)| from <= today))
        .map(|(id, _)| Step::JudgePlan { plan: id.clone(), on: today })
}

/// The first day on which one does, as far as is known.
pub(crate) fn wakes_on(policy: &Policy, account: &Account) -> Option<NaiveDate> {
    let ends = active(account).filter_map(|(_, it)| it.judge(policy, account, NaiveDate::MAX));
    ends.map(|(_, from)| from).min()
}

fn active(account: &Account) -> impl Iterator<Item = (&PlanId, &Plan)> {
    account.plans_active.iter().filter_map(|id| account.plans.get_key_value(id))
}

/// Judges a plan, as [`next`] calls for.
pub(crate) fn judge(policy: &Policy, account: &Account, plan: PlanId, on: NaiveDate) -> Answer {
    let known = account.plans.get(&plan).filter(|it| it.standing == Standing::Active);
    let end = known.and_then(|it| it.judge(policy, account, on)).filter(|(_, from)| *from <= on);
    match end {
        Some((Standing::Completed(completed_on), _)) => {
            Ok(vec![Event::PlanCompleted { plan, completed_on }])
        }
        Some((Standing::Broken(broken_on), _)) => Ok(vec![Event::PlanBroken { plan, broken_on }]),
        Some((Standing::Active | Standing::Cancelled(_), _)) | None => Err(Refusal::NotCalledFor),
    }
}

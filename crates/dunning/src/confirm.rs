//! The confirmation of a payment plan: what was agreed is said back to the customer, once for each
//! plan, whether or not the plan holds reminders.

use chrono::NaiveDate;
use events::{
    PlanId,
    dunning::{Item, Purpose, Reminder},
};

use crate::{Dunning, Policy, ladder::later, plan::Document};

impl Policy {
    /// The confirmation that is called for, if one is: of the plan agreed first.
    pub(crate) fn plan_confirmation(
        &self,
        dunning: &Dunning,
        today: NaiveDate,
    ) -> Option<Reminder> {
        let rules = self.rules().confirm_plans.as_ref()?;
        let plans = dunning.risk.account().plans_in_force().filter(|it| {
            let until = later(it.agreed_on, rules.within_days.into());
            it.agreed_on <= today && today <= until && !dunning.confirmed.contains(it.plan)
        });
        let plan = plans.min_by_key(|it| (it.agreed_on, it.plan))?;
        let account = dunning.risk.account();
        let items = plan.covers().filter_map(|(invoice, open)| {
            Some(Item {
                invoice: invoice.clone(),
                level: 0,
                due_on: account.debt(invoice)?.due_on,
                open,
                disputed: None,
                interest: None,
                interest_deducted: None,
                fixed_sum: None,
                agreed: None,
            })
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        let document = Document {
            purpose: Purpose::PlanConfirmation(plan.plan.clone()),
            channels: &rules.channels,
            template: rules.template.as_ref(),
            shipped: "plan_confirmation",
            approval: rules.approval,
            interest: None,
        };
        document.about(items, self, dunning, today)
    }

    /// Whether a plan may have to be confirmed on this day or a later one.
    pub(crate) fn confirms(&self, dunning: &Dunning) -> bool {
        self.rules().confirm_plans.is_some()
            && dunning
                .risk
                .account()
                .plans_in_force()
                .any(|it| !dunning.confirmed.contains(it.plan))
    }
}

impl Dunning {
    /// Whether a plan that is to be confirmed is still in force.
    pub(crate) fn is_in_force(&self, plan: &PlanId) -> bool {
        self.risk.account().plans_in_force().any(|it| it.plan == plan)
    }
}

//! What holds of all that is owed besides invoices.

use std::collections::BTreeMap;

use ::invoicing::view::{self, InvoiceState, WriteOffState};
use chrono::Days;
use events::{
    InvoiceId,
    dunning::{Channel, ChargesRules, ConfirmationRules, InterestRules, Purpose},
};
use law::{Debt, Jurisdiction, Movement, Regime, Table};
use money::Money;

use super::*;
use crate::Charges;

/// What changes what is owed besides invoices, also of the past.
#[derive(Debug, Clone)]
pub(super) enum Besides {
    /// A part of what is open is credited, as of some days ago.
    Credit(u8, u8, u8),
    /// The due date was another one.
    Due(u8, i8),
    /// It should never have been.
    Cancelled(u8),
    /// A person gives interest up, so many cents of it or all, and perhaps the fixed sum.
    Waive(u8, u16, bool),
    Restore(u8),
    /// What is open is to be paid by two instalments.
    Plan(u8),
    PlanCancelled(u8),
}

pub(super) fn besides() -> impl Strategy<Value = Besides> {
    prop_oneof![
        3 => (0..8_u8, 1..100_u8, 0..40_u8).prop_map(|(it, part, on)| Besides::Credit(it, part, on)),
        2 => (0..8_u8, -20..20_i8).prop_map(|(it, days)| Besides::Due(it, days)),
        1 => (0..8_u8).prop_map(Besides::Cancelled),
        2 => (0..8_u8, 0..600_u16, any::<bool>())
            .prop_map(|(it, cents, fixed)| Besides::Waive(it, cents, fixed)),
        1 => (0..8_u8).prop_map(Besides::Restore),
        1 => (0..8_u8).prop_map(Besides::Plan),
        1 => (0..4_u8).prop_map(Besides::PlanCancelled),
    ]
}

/// What is paid, bounces and is paid again, and always sent.
fn settled() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => (100..9_000_u16, 0..40_u8).prop_map(|(amount, due)| Happens::Invoice(amount, due)),
        4 => (0..4_u8, 0..10_u8).prop_map(|(item, before)| Happens::Paid(item, before)),
        1 => (0..8_u8).prop_map(Happens::Bounced),
        1 => (0..4_u8).prop_map(|it| Happens::Besides(Besides::Plan(it))),
        2 => Just(Happens::Agree),
        4 => Just(Happens::Send(0, 0)),
        4 => (1..4_u8).prop_map(Happens::Days),
    ]
}

/// Charges are asked for 3 days after an invoice was settled, and plans are confirmed.
pub(super) fn with_documents(rules: DunningPolicy) -> DunningPolicy {
    let (jurisdiction, basis) = (word("FR"), word("default"));
    DunningPolicy {
        interest: Some(InterestRules { jurisdiction, basis, rate: None }),
        charges: Some(ChargesRules {
            after_days: 3,
            within_days: 40,
            minimums: vec![eur("45.00")],
            channels: vec![Channel::Email],
            template: None,
            approval: Approval::ByPerson,
        }),
        confirm_plans: Some(ConfirmationRules {
            within_days: 20,
            channels: vec![Channel::Email],
            template: None,
            approval: Approval::ByPerson,
        }),
        ..rules
    }
}

impl Life {
    pub(super) fn besides(&mut self, n: usize, it: &Besides) {
        let before = |life: &Self, days: u8| {
            life.today.checked_sub_days(Days::new(days.into())).unwrap().to_string()
        };
        let today = self.today.to_string();
        let account = self.world.dunning.risk.account();
        let known = |place: &u8| {
            account
                .debts()
                .nth(usize::from(*place))
                .map(|(id, it)| (id.clone(), it.open, it.cancelled))
        };
        match it {
            Besides::Credit(place, part, earlier) => {
                let Some((id, open, _)) = known(place) else { return };
                let minor = open.minor() * i64::from(*part) / 100;
                if minor > 0 {
                    let amount = Money::new(minor, open.currency()).to_string();
                    let amount = amount.trim_end_matches(" EUR");
                    let on = before(self, *earlier);
                    self.hear(credited(&format!("A-{n}"), id.as_str(), amount, &on));
                }
            }
            Besides::Due(place, days) => {
                let Some((id, ..)) = known(place) else { return };
                let view = account.invoice_view(&id, self.today).unwrap();
                let mut document = view.document.unwrap();
                if view.state == InvoiceState::Cancelled {
                    return;
                }
                document.due_on = crate::ladder::later(document.due_on, i64::from(*days));
                self.hear([invoicing::Event::InvoiceCorrected(Box::new(document))]);
            }
            Besides::Cancelled(place) => {
                let Some((invoice, _, false)) = known(place) else { return };
                let cancelled_on = self.today;
                self.hear([invoicing::Event::InvoiceCancelled { invoice, cancelled_on }]);
            }
            Besides::Waive(place, cents, fixed_sum) => {
                let Some((id, ..)) = known(place) else { return };
                let some = Money::new(i64::from(*cents), money::Currency::EUR).to_string();
                let some = some.trim_end_matches(" EUR");
                let interest = match cents {
                    0 => None,
                    500.. => Some("all"),
                    _ => Some(some),
                };
                if interest.is_some() || *fixed_sum {
                    self.ask(waive(id.as_str(), &today, interest, *fixed_sum));
                }
            }
            Besides::Restore(place) => {
                let Some((id, ..)) = known(place) else { return };
                self.ask(restore(id.as_str(), &today));
            }
            Besides::Plan(place) => {
                let Some((invoice, open, _)) = known(place) else { return };
                let covered = |it: view::AgreedPlan<'_>| it.covers().any(|(it, _)| *it == invoice);
                if open.minor() < 2 || account.plans_in_force().any(covered) {
                    return;
                }
                let first = Money::new(open.minor() / 2, open.currency());
                let plan = invoicing::Plan {
                    plan: format!("L-{n}").parse().unwrap(),
                    agreed_on: self.today,
                    invoices: vec![invoice],
                    instalments: [(10, first), (20, open.minus(first).unwrap())]
                        .map(|(days, amount)| invoicing::Instalment {
                            due_on: crate::ladder::later(self.today, days),
                            amount,
                        })
                        .into(),
                };
                self.hear([invoicing::Event::PlanAgreed(Box::new(plan))]);
            }
            Besides::PlanCancelled(place) => {
                let plans: Vec<_> = account.plans_in_force().map(|it| it.plan.clone()).collect();
                let Some(plan) = plans.get(usize::from(*place)).cloned() else { return };
                let cancelled_on = self.today;
                self.hear([invoicing::Event::PlanCancelled { plan, cancelled_on }]);
            }
        }
    }
}

/// What an invoice bears by a day, worked out from what queries say of it and nothing else.
fn from_scratch(
    life: &Life,
    invoice: &InvoiceId,
    until: NaiveDate,
    disputed: Money,
) -> (Money, Option<Money>) {
    let account = life.world.dunning.risk.account();
    let view = account.invoice_view(invoice, NaiveDate::MAX).unwrap();
    let document = view.document.unwrap();
    if view.state == InvoiceState::Cancelled {
        return (Money::zero(document.gross.currency()), None);
    }
    let principal = document.gross.minus(disputed).unwrap();
    let regime = Regime::Statutory(Jurisdiction::France);
    let mut debt = Debt::new(regime, principal, document.due_on);
    debt.movements =
        view.allocations.iter().map(|it| Movement::payment(it.effective_on, it.amount)).collect();
    assert!(!view.write_offs.iter().any(|it| matches!(it.state, WriteOffState::Approved(..))));
    let bears = debt.interest(Table::shipped(), until).unwrap();
    (bears.total, bears.fixed_sum.map(|it| it.amount))
}

proptest! {
    #[test]
    fn what_was_asked_for_with_its_corrections_is_what_is_worked_out_from_scratch(
        happenings in prop::collection::vec(happens(), 1..80),
    ) {
        let life = live(&happenings)?;
        for sent in life.world.dunning.sent() {
            let corrected: BTreeMap<_, _> = sent.corrected.iter().cloned().collect();
            for item in &sent.reminder.items {
                let asked = Charges::of(item);
                if asked.is_nothing() {
                    prop_assert!(!corrected.contains_key(&item.invoice));
                    continue;
                }
                let said = corrected.get(&item.invoice).copied().unwrap_or(asked);
                let zero = Money::zero(item.open.currency());
                let disputed = item.disputed.unwrap_or(zero);
                let (total, fixed_sum) =
                    from_scratch(&life, &item.invoice, sent.reminder.planned_on, disputed);
                let left = total.minus(item.interest_deducted.unwrap_or(zero)).unwrap();
                let interest = Some(left).filter(|it| it.is_positive());
                let should = Charges {
                    interest: asked.interest.and(interest),
                    fixed_sum: asked.fixed_sum.and(fixed_sum),
                };
                prop_assert_eq!(said, should, "{} {}", sent.reminder.reminder, item.invoice);
            }
        }
    }

    #[test]
    fn charges_are_asked_for_by_one_interest_invoice_and_a_plan_is_confirmed_once(
        happenings in prop::collection::vec(settled(), 1..60),
    ) {
        // Nobody is reminded, and of charges nothing is too little.
        let mut rules = DunningPolicy { ladders: Vec::new(), ..policy() };
        if let Some(it) = &mut rules.charges {
            (it.approval, it.minimums) = (Approval::Automatic, Vec::new());
        }
        let life = live_by(rules, &happenings)?;
        let (mut charged, mut confirmed) = (BTreeSet::new(), BTreeSet::new());
        let mails: BTreeSet<_> = life.mails.iter().map(|it| it.reminder.clone()).collect();
        for event in said(&life) {
            let Event::ReminderPlanned(it) = event else { continue };
            if !mails.contains(it.reminder.as_str()) {
                continue;
            }
            match &it.purpose {
                Purpose::Reminder => {}
                Purpose::Charges => {
                    for item in &it.items {
                        prop_assert!(charged.insert(item.invoice.clone()), "{it:?}");
                        prop_assert!(item.level == 0 && item.open.is_zero());
                    }
                }
                Purpose::PlanConfirmation(plan) => {
                    prop_assert!(confirmed.insert(plan.clone()), "{it:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_owed_was_given_up_asked_for_or_is_left(
        happenings in prop::collection::vec(happens(), 1..80),
    ) {
        let life = live(&happenings)?;
        let dunning = &life.world.dunning;
        for it in life.world.policy.charges(dunning, life.today) {
            let zero = it.still_to_ask.minus(it.still_to_ask).unwrap();
            let sum = |it: Charges| {
                it.interest.unwrap_or(zero).plus(it.fixed_sum.unwrap_or(zero)).unwrap()
            };
            let owed = sum(Charges {
                interest: it.interest.as_ref().map(|it| it.total),
                fixed_sum: it.fixed_sum,
            });
            let asked = it.asked.map_or(zero, |(.., it)| sum(it));
            let left = owed.minus(sum(it.waived)).unwrap().minus(asked).unwrap();
            prop_assert_eq!(left, it.still_to_ask.minus(it.to_refund).unwrap());
            prop_assert!(!it.to_refund.is_positive() || asked.is_positive());
        }
    }
}

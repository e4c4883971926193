//! What an interest invoice and the confirmation of a payment plan say besides invoices: how interest
//! was computed, line by line, and what is to be paid when.

use dunning::{Dunning, Policy};
use events::dunning::{Item, Purpose, Reminder};
use letters::{Instalment, InterestPeriod, Language, Line};
use money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

/// How the interest on an invoice comes about: a line for each stretch of days with one base and one
/// rate, and one for what was waived. They add up to what is asked for: each is rounded so that those
/// up to it are, which never moves it by more than the smallest unit.
pub(super) fn periods(
    policy: &Policy,
    dunning: &Dunning,
    reminder: &Reminder,
    item: &Item,
    line: &Line,
    language: Language,
) -> Result<Vec<InterestPeriod>, MoneyError> {
    let Some(bears) = policy.interest_of(dunning, reminder, item) else { return Ok(Vec::new()) };
    let zero = Money::zero(bears.total.currency());
    let (mut exact, mut before) = (Decimal::ZERO, zero);
    let mut periods = Vec::with_capacity(bears.lines.len());
    for it in &bears.lines {
        exact += it.exact;
        let is_last = periods.len() + 1 == bears.lines.len();
        let until = if is_last {
            bears.total
        } else {
            Money::from_decimal(exact, zero.currency(), Rounding::HalfUp)?
        };
        let sources: Vec<_> = it.rows.iter().map(|it| it.source.as_str()).collect();
        periods.push(InterestPeriod {
            invoice: line.invoice.clone(),
            from: it.from,
            until: it.to,
            days: it.days,
            base: it.base,
            rate: it.rate,
            source: if sources.is_empty() {
                agreed(language).to_owned()
            } else {
                sources.join("; ")
            },
            interest: until.minus(before)?,
        });
        before = until;
    }
    let ends = periods.first().map(|it| it.from).zip(periods.last().map(|it| it.until));
    if let (Some(deducted), Some((from, until))) = (item.interest_deducted, ends) {
        periods.push(InterestPeriod {
            invoice: line.invoice.clone(),
            from,
            until,
            days: 0,
            base: zero,
            rate: Decimal::ZERO,
            source: waived(language).to_owned(),
            interest: deducted.negated(),
        });
    }
    Ok(periods)
}

/// Where a rate comes from that no law says.
const fn agreed(language: Language) -> &'static str {
    match language {
        Language::Fr => "taux convenu",
        Language::En => "agreed rate",
        Language::De => "vereinbarter Zinssatz",
    }
}

/// Interest that the tenant gives up.
const fn waived(language: Language) -> &'static str {
    match language {
        Language::Fr => "remise accordée",
        Language::En => "waived",
        Language::De => "erlassen",
    }
}

/// The instalments of the plan that a message confirms; none if it confirms none in force.
pub(super) fn instalments(dunning: &Dunning, purpose: &Purpose) -> Vec<Instalment> {
    let Purpose::PlanConfirmation(plan) = purpose else { return Vec::new() };
    let mut plans = dunning.risk().account().plans_in_force();
    let agreed = plans.find(|it| it.plan == plan);
    let all = agreed.into_iter().flat_map(|it| it.instalments());
    all.map(|(due_on, amount)| Instalment { due_on, amount }).collect()
}

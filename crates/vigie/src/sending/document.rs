//! What an interest invoice and the confirmation of a payment plan say besides invoices: how interest
//! was computed, line by line, and what is to be paid when.

use dunning::{Dunning, Policy};
use events::dunning::{AgreedRate, Item, Purpose, Reminder};
use letters::{Clause, Instalment, InterestPeriod, Language, Line, percent};
use money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

/// A sentence names so many invoices: the lines show the others.
const INVOICES_NAMED: usize = 10;
/// Versions of terms that a letter speaks of: it has room for twenty sentences.
const VERSIONS_TOLD: usize = 10;

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
        periods.push(InterestPeriod {
            invoice: line.invoice.clone(),
            from: it.from,
            until: it.to,
            days: it.days,
            base: it.base,
            rate: it.rate,
            source: source(it, item.agreed.as_ref(), language),
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

/// Where a rate comes from: rows of law, or an agreement; both where the law raises what was agreed.
fn source(line: &law::interest::Line, terms: Option<&AgreedRate>, language: Language) -> String {
    let rows: Vec<_> = line.rows.iter().map(|it| it.source.as_str()).collect();
    match (rows.as_slice(), terms) {
        ([], None) => agreed(language).to_owned(),
        ([], Some(it)) => format!("{} ({})", agreed(language), it.terms),
        (rows, None) => rows.join("; "),
        (rows, Some(it)) => {
            let instead = match language {
                Language::Fr => "au lieu de",
                Language::En => "instead of",
                Language::De => "statt",
            };
            let rate = percent(it.rate.normalize(), language);
            format!("{}; {instead} {rate} ({})", rows.join("; "), it.terms)
        }
    }
}

/// What a letter that asks for interest says of the rates that terms of sale state, a sentence for each
/// version: the statute that it quotes is not all it rests on.
pub(super) fn agreed_rates(reminder: &Reminder, lines: &[Line], language: Language) -> Vec<Clause> {
    let mut versions: Vec<(&AgreedRate, Vec<&str>)> = Vec::new();
    for (item, line) in reminder.items.iter().zip(lines) {
        let Some(agreed) = item.agreed.as_ref().filter(|_| item.interest.is_some()) else {
            continue;
        };
        match versions.iter_mut().find(|(it, _)| *it == agreed) {
            Some((_, invoices)) => invoices.push(&line.invoice),
            None => versions.push((agreed, vec![&line.invoice])),
        }
    }
    let sentences = versions.into_iter().map(|(agreed, invoices)| {
        let (terms, rate) = (&agreed.terms, percent(agreed.rate.normalize(), language));
        let named = invoices.iter().take(INVOICES_NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if invoices.len() > INVOICES_NAMED { ", …" } else { "" };
        Clause::Own(match language {
            Language::Fr => format!(
                "Conditions de vente {terms} : pénalités de retard au taux de {rate} l’an, sans être \
                 inférieures au minimum légal (factures {named}{more})."
            ),
            Language::En => format!(
                "Terms of sale {terms}: interest on late payment at {rate} a year, and no less than \
                 the law allows to agree (invoices {named}{more})."
            ),
            Language::De => format!(
                "Verkaufsbedingungen {terms}: Verzugszinsen von {rate} jährlich, mindestens der \
                 gesetzlich zulässige Satz (Rechnungen {named}{more})."
            ),
        })
    });
    sentences.take(VERSIONS_TOLD).collect()
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

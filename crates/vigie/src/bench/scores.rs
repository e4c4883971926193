//! How many customers one core scores: the rules alone, in memory, without a journal.

use std::{hint::black_box, time::Duration};

use chrono::NaiveDate;
use decider::{Decider as _, Fold as _, Process as _};
use events::{PaymentId, invoicing as said, invoicing::Event as Invoicing, risk::Event};
use risk::{Fact, Policy, Risk, behaviour::Behaviour};
use tokio::time::Instant;

use super::{
    Figures, Trouble, day,
    figures::{parts, rate, say, thousands},
    invoice,
};

/// Whose scores.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Portfolio {
    /// Customers.
    #[arg(long, default_value_t = 100_000)]
    pub customers: u64,
    /// Invoices of each: the last two are open.
    #[arg(long, default_value_t = 10)]
    pub invoices: u64,
}

/// The day of the calendar of these measurements on which scores are looked at.
const TODAY: u64 = 500;
/// Between two invoices of a customer.
const EVERY_DAYS: u64 = 45;
const RUNS: usize = 3;

pub(super) fn run(portfolio: Portfolio) -> Result<(), Trouble> {
    let Portfolio { customers, invoices } = portfolio;
    let (policy, today) = (Policy::default(), day(TODAY)?);
    let (start, mut all) = (Instant::now(), Vec::new());
    for customer in 0..customers {
        all.push(lived(customer, invoices)?);
    }
    let took = start.elapsed();
    say(&format!(
        "{} customers with {invoices} invoices each, in {took:?}; one thread",
        thousands(customers)
    ));

    let behaviour = timed(&mut all, |it| {
        black_box(Behaviour::during(it.account(), today));
        Ok(())
    })?;
    let scored = timed(&mut all, |it| {
        black_box(decided(&policy, it, today)?);
        Ok(())
    })?;
    let mut bytes = 0;
    for (place, risk) in (1..).zip(&mut all) {
        let events = decided(&policy, risk, today)?;
        bytes += serde_json::to_vec(&events)?.len();
        // Heard back, as after the entry was appended.
        risk.stands_in(Some(place));
        for it in events {
            risk.evolve(&Fact::Risk(it));
        }
        risk.stands_in(None);
    }
    let looks = timed(&mut all, |it| match policy.step(it, today) {
        None => Ok(()),
        Some(_) => Err("a customer is scored twice".into()),
    })?;
    let days = timed(&mut all, |it| {
        black_box(policy.wakes_on(it, today));
        Ok(())
    })?;

    let a_core = |what: &str, times: &[Duration]| {
        let figures = times.iter().map(|it| rate(customers, *it)).collect();
        let figures = Figures::new(what, figures, Vec::new());
        figures.print();
        figures.median_per_second
    };
    let walk = a_core("one walk over a customer's invoices", &behaviour);
    let whole = a_core("scores, with receipt and flips", &scored);
    let looks = a_core("looks: nothing has changed", &looks);
    a_core("days on which to look again", &days);
    say(&format!("a look is {} walks, a score {}", parts(walk, looks), parts(walk, whole)));
    say(&format!("{} bytes a receipt", bytes / all.len().max(1)));
    Ok(())
}

/// What is said of a customer whose score was never said, or no longer holds.
fn decided(policy: &Policy, risk: &Risk, today: NaiveDate) -> Result<Vec<Event>, Trouble> {
    let step = policy.step(risk, today).ok_or("nothing is called for")?;
    Ok(policy.decide(risk, step)?)
}

/// How long it takes for all of them, every time.
fn timed(
    all: &mut [Risk],
    mut act: impl FnMut(&Risk) -> Result<(), Trouble>,
) -> Result<Vec<Duration>, Trouble> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        for risk in all.iter() {
            act(risk)?;
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

/// A customer as risk knows it.
fn lived(customer: u64, invoices: u64) -> Result<Risk, Trouble> {
    let mut risk = Risk::default();
    for (place, event) in (1..).zip(history(customer, invoices, 2, TODAY)?) {
        risk.stands_in(Some(place));
        risk.evolve(&Fact::Invoicing(event));
    }
    risk.stands_in(None);
    Ok(risk)
}

/// What happened to a customer by a day: one invoice after the other, each paid sooner or later but
/// for the last, which are open.
pub(super) fn history(
    customer: u64,
    invoices: u64,
    open: u64,
    until: u64,
) -> Result<Vec<Invoicing>, Trouble> {
    let mut events = Vec::new();
    for n in 0..invoices {
        let issued = until.saturating_sub((invoices - n) * EVERY_DAYS);
        let mut it = invoice(customer, n)?;
        it.issued_on = day(issued)?;
        it.due_on = day(issued + 30)?;
        let (amount, id) = (it.gross, it.invoice.clone());
        events.push(Invoicing::InvoiceIssued(Box::new(it)));
        if n + open >= invoices {
            continue;
        }
        // Some pay early, some late; most are themselves from one invoice to the next.
        let late = (customer * 7_919) % 31 + (customer * 31 + n * 17) % 11;
        let payment = format!("P{customer}-{n}").parse::<PaymentId>()?;
        let source = said::Source::Payment(payment.clone());
        let value_date = day((issued + 10 + late).min(until))?;
        events.push(Invoicing::PaymentReceived(Box::new(said::Payment {
            payment,
            amount,
            value_date,
            method: said::PaymentMethod::Transfer,
            designation: Vec::new(),
            references: Vec::new(),
            deposit: None,
        })));
        let rule = said::Rule::ExactAmount;
        events.push(Invoicing::Allocated { source, invoice: id, amount, rule });
    }
    Ok(events)
}

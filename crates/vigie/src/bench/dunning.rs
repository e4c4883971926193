//! A business day of reminders for a whole portfolio, and how fast the past is lived through again:
//! the rules alone, in memory, without a journal.

use std::{collections::BTreeMap, hint::black_box, time::Duration};

use ::dunning::{
    Dunning, Fact, Policy,
    backtest::{Comparison, Entry, Trial},
};
use chrono::NaiveDate;
use decider::{Decider as _, Fold as _, Process as _};
use events::{
    dunning::{Approval, Channel, DunningPolicy, Event, Ladder, Level, Scope, Tone},
    invoicing::Event as Invoicing,
};
use indicatif::ProgressBar;
use tokio::time::Instant;

use super::{
    Figures, Trouble, customer, day,
    figures::{parts, rate, say, thousands},
    invoice,
    restart::resident,
    scores::history,
};

/// Whose reminders.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Portfolio {
    /// Customers.
    #[arg(long, default_value_t = 100_000)]
    pub customers: u64,
    /// Open invoices of each, a third of them late.
    #[arg(long, default_value_t = 10)]
    pub invoices: u64,
    /// Customers whose past is lived through again.
    #[arg(long, default_value_t = 20_000)]
    pub tried: u64,
}

/// The day of the calendar of these measurements on which reminders are looked for: a Tuesday.
const TODAY: u64 = 502;
const RUNS: usize = 3;

pub(super) fn run(portfolio: Portfolio) -> Result<(), Trouble> {
    let policy = policy(5)?;
    one_day(portfolio, &policy)?;
    past(portfolio, &policy)
}

/// Reminders from some days past due on, then every ten days; the last is a final demand.
fn policy(offset_days: i16) -> Result<Policy, Trouble> {
    let level = |offset_days, tone, deadline_days| Level {
        offset_days,
        gap_days: 7,
        tone,
        channels: vec![Channel::Email],
        template: None,
        approval: Approval::Automatic,
        minimums: Vec::new(),
        interest: false,
        fixed_sum: false,
        deadline_days,
        supply_block: u8::from(deadline_days.is_some()),
    };
    let usual = Ladder {
        name: "usual".parse()?,
        scope: Scope::Tenant,
        levels: vec![
            level(offset_days, Tone::Reminder, None),
            level(offset_days + 10, Tone::Firm, None),
            level(offset_days + 20, Tone::Final, Some(8)),
        ],
        exhausted_after_days: Some(15),
    };
    let version = format!("from-{offset_days}").parse()?;
    Ok(Policy::try_new(DunningPolicy { version, ladders: vec![usual], ..Default::default() })?)
}

fn one_day(portfolio: Portfolio, policy: &Policy) -> Result<(), Trouble> {
    let Portfolio { customers, invoices, .. } = portfolio;
    let today = day(TODAY)?;
    let begun = resident()?;
    let (bar, start, mut all) = (ProgressBar::new(customers), Instant::now(), Vec::new());
    for customer in 0..customers {
        all.push(owes(customer, invoices)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let grown = resident()?.saturating_sub(begun);
    say(&format!(
        "{} open invoices of {} customers, in {:?}; one thread; {} bytes resident a customer",
        thousands(customers * invoices),
        thousands(customers),
        start.elapsed(),
        thousands(grown / customers.max(1))
    ));

    // Every customer is asked, as after a start; between days only those are whose day has come.
    let mut plans = 0;
    let asked = timed(&all, |it| {
        plans += u64::from(policy.step(it, today).is_some());
        Ok(())
    })?;
    plans /= u64::try_from(RUNS)?;
    let rates = asked.iter().map(|it| rate(customers, *it)).collect();
    Figures::new("customers asked what a day calls for", rates, Vec::new()).print();
    let rates = asked.iter().map(|it| rate(plans, *it)).collect();
    Figures::new("  reminders planned by that", rates, Vec::new()).print();

    let (bar, start, mut said) = (ProgressBar::new(customers), Instant::now(), 0_u64);
    for it in &mut all {
        said += speaks(policy, it, today)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    say(&format!(
        "the day: {} reminders planned, decided and heard back in {:?}",
        thousands(said),
        start.elapsed()
    ));
    let quiet = timed(&all, |it| match policy.step(it, today) {
        None => Ok(()),
        Some(_) => Err("a customer is reminded twice".into()),
    })?;
    let rates = quiet.iter().map(|it| rate(customers, *it)).collect();
    Figures::new("customers asked again: nothing is called for", rates, Vec::new()).print();
    let days = timed(&all, |it| {
        black_box(policy.wakes_on(it, today));
        Ok(())
    })?;
    let rates = days.iter().map(|it| rate(customers, *it)).collect();
    Figures::new("days on which to ask again", rates, Vec::new()).print();
    Ok(())
}

/// A customer that owes all of its invoices, some of them for long.
fn owes(customer: u64, invoices: u64) -> Result<Dunning, Trouble> {
    let mut dunning = Dunning::default();
    for n in 0..invoices {
        let mut it = invoice(customer, n)?;
        // Every third is late, by up to sixty days.
        let late = if n % 3 == 0 { (customer * 7 + n * 11) % 60 } else { 0 };
        let due = TODAY - late + if n % 3 == 0 { 0 } else { 1 + (customer + n) % 30 };
        it.issued_on = day(due - 30)?;
        it.due_on = day(due)?;
        dunning.stands_in(Some(n + 1));
        dunning.evolve(&Fact::from(Invoicing::InvoiceIssued(Box::new(it))));
    }
    dunning.stands_in(None);
    Ok(dunning)
}

/// What is called for is said and heard back; how many reminders that were.
fn speaks(policy: &Policy, dunning: &mut Dunning, today: NaiveDate) -> Result<u64, Trouble> {
    let mut reminders = 0;
    while let Some(step) = policy.step(dunning, today) {
        for event in policy.decide(dunning, step)? {
            reminders += u64::from(matches!(event, Event::ReminderPlanned(_)));
            dunning.stands_in(Some(1));
            dunning.evolve(&Fact::from(event));
        }
    }
    Ok(reminders)
}

/// How long it takes for all of them, every time.
fn timed(
    all: &[Dunning],
    mut act: impl FnMut(&Dunning) -> Result<(), Trouble>,
) -> Result<Vec<Duration>, Trouble> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        for it in all {
            act(it)?;
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

/// Two policies over the same past, as `vigie dunning backtest` lives through it.
fn past(portfolio: Portfolio, policy: &Policy) -> Result<(), Trouble> {
    let Portfolio { tried, invoices, .. } = portfolio;
    let other = self::policy(8)?;
    let days: Vec<_> = (0..=TODAY).map(day).collect::<Result<_, _>>()?;
    let days: Vec<_> =
        days.into_iter().filter(|it| law::Calendar::Target.is_business_day(*it)).collect();
    let mut all = Vec::new();
    let mut invoice_days = 0;
    for n in 0..tried {
        let entries = recorded(history(n, invoices, 1, TODAY)?, &days)?;
        invoice_days += open_days(&entries, &days);
        all.push((customer(n)?, entries));
    }
    let mut times = Vec::new();
    let mut sent = 0;
    let bar = ProgressBar::new(tried * u64::try_from(RUNS)?);
    for _ in 0..RUNS {
        let (start, mut comparison) = (Instant::now(), Comparison::default());
        for (customer, entries) in &all {
            let live = |policy| Trial { policy, days: &days, agreed: false }.live(entries);
            comparison.take(customer, &live(policy), &live(&other));
            bar.inc(1);
        }
        times.push(start.elapsed());
        sent = comparison.old.contacts() + comparison.new.contacts();
    }
    bar.finish_and_clear();
    say(&format!(
        "two policies on {} invoices of {} customers and {} business days, {} reminders: {:?}",
        thousands(tried * invoices),
        thousands(tried),
        days.len(),
        thousands(sent),
        times
    ));
    // Each policy lives through every day on which an invoice is open.
    let rates = times.iter().map(|it| rate(2 * invoice_days, *it)).collect();
    Figures::new("back-test: days of an open invoice", rates, Vec::new()).print();

    // The same, had everybody to be asked on every day.
    let some = usize::try_from(tried / 10)?.max(1);
    let both = all.iter().take(some).map(|(_, entries)| {
        let mut daily = entries.clone();
        daily.extend(days.iter().map(|on| Entry { on: *on, place: 1, facts: Vec::new() }));
        daily.sort_by_key(|it| it.on);
        (entries, daily)
    });
    let (mut passed_over, mut asked_daily) = (Duration::ZERO, Duration::ZERO);
    for (entries, daily) in both {
        let trial = Trial { policy, days: &days, agreed: false };
        let start = Instant::now();
        black_box(trial.live(entries));
        passed_over += start.elapsed();
        let start = Instant::now();
        black_box(trial.live(&daily));
        asked_daily += start.elapsed();
    }
    say(&format!(
        "asked on every day it takes {} times as long",
        parts(
            u64::try_from(asked_daily.as_micros())?,
            u64::try_from(passed_over.as_micros())?.max(1)
        )
    ));
    Ok(())
}

/// A history as it was recorded: each fact on its day, or on the business day before.
fn recorded(events: Vec<Invoicing>, days: &[NaiveDate]) -> Result<Vec<Entry>, Trouble> {
    let mut by_day = BTreeMap::<NaiveDate, Vec<Fact>>::new();
    let mut today = NaiveDate::MIN;
    for event in events {
        if let Invoicing::InvoiceIssued(it) = &event {
            today = it.issued_on;
        } else if let Invoicing::PaymentReceived(it) = &event {
            today = it.value_date;
        }
        let begun = days.partition_point(|it| *it <= today).saturating_sub(1);
        let on = *days.get(begun).ok_or("a business day")?;
        by_day.entry(on).or_default().push(Fact::from(event));
    }
    let entries = (1..).zip(by_day).map(|(place, (on, facts))| Entry { on, place, facts });
    Ok(entries.collect())
}

/// On how many business days something was open, added up over invoices.
fn open_days(entries: &[Entry], days: &[NaiveDate]) -> u64 {
    let place = |on: NaiveDate| days.partition_point(|it| *it < on);
    let mut begun = BTreeMap::new();
    let mut sum = 0;
    for it in entries {
        for fact in &it.facts {
            let Fact::Risk(risk::Fact::Invoicing(event)) = fact else { continue };
            if let Invoicing::InvoiceIssued(invoice) = event {
                begun.insert(invoice.invoice.clone(), place(it.on));
            } else if let Invoicing::Allocated { invoice, .. } = event
                && let Some(since) = begun.remove(invoice)
            {
                sum += place(it.on).saturating_sub(since);
            }
        }
    }
    let open: usize = begun.into_values().map(|since| days.len() - since).sum();
    u64::try_from(sum + open).unwrap_or(u64::MAX)
}

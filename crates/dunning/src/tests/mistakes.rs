//! Mistakes that others made, one by one, as stories in which they are not made. The numbers are those
//! of a list of faults found in programs of the same kind. Those that are not about reminders are where
//! they belong: the fourth, the ninth and the twelfth in risk, the eleventh in law.

use events::{
    dunning::{Approval, DunningPolicy, Event, InterestRules, Level, Scope, Tone},
    invoicing,
};

use super::world::*;

fn with_interest() -> DunningPolicy {
    let claims = Level { interest: true, ..level(5, 7, Tone::Firm) };
    DunningPolicy {
        interest: Some(InterestRules {
            jurisdiction: word("FR"),
            basis: word("default"),
            rate: None,
        }),
        ladders: vec![ladder("usual", Scope::Tenant, vec![claims])],
        ..rules()
    }
}

fn issued(id: &str, gross: &str, issued: &str, due: &str) -> invoicing::Event {
    let invoicing::Event::InvoiceIssued(mut it) = invoice(id, gross, due) else {
        panic!("an invoice")
    };
    it.issued_on = day(issued);
    invoicing::Event::InvoiceIssued(it)
}

/// 1: what counts is the due date, not the day of issue.
#[test]
fn an_old_invoice_that_is_due_late_is_not_late() {
    World::new(rules())
        .hears([issued("F-1", "100.00", "2025-01-02", "2026-03-31")])
        .on("2026-03-31", &[])
        .on("2026-04-07", &["reminder-1 reminder: F-1 1"]);
}

/// 2: the same facts call for the same on every machine and in whatever order they came.
#[test]
fn what_is_called_for_does_not_hang_on_the_order_of_what_was_heard() {
    let facts = || {
        [
            invoice("F-1", "100.00", "2026-01-31"),
            invoice("F-2", "100.00", "2026-01-31"),
            invoice("F-3", "100.00", "2026-01-31"),
        ]
    };
    let (mut one, mut other) = (World::new(rules()), World::new(rules()));
    one.hears(facts());
    for fact in facts().into_iter().rev() {
        other.hears([fact]);
    }
    assert_eq!(one.says("2026-02-05"), other.says("2026-02-05"));
}

/// 3: what happened earlier may be told later, and is put right.
#[test]
fn the_past_may_be_corrected_after_a_run() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .sends("reminder-1", "2026-02-05")
        .hears(paid("P-1", "F-1", "100.00", "2026-02-01"))
        .on("2026-02-09", &["regrets reminder-1 F-1 settled"]);
}

/// 5: every invoice of a reminder is looked at, not only the last.
#[test]
fn one_invoice_that_is_paid_does_not_settle_the_others_of_the_same_reminder() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31"), invoice("F-2", "50.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1, F-2 1"])
        .sends("reminder-1", "2026-02-05")
        .hears(paid("P-1", "F-2", "50.00", "2026-02-06"))
        .on("2026-02-16", &["reminder-2 firm: F-1 2"]);
}

/// 6, 7: interest counts days, each on what was owed on it and at the rate of its half-year.
#[test]
fn a_part_payment_does_not_rewrite_the_interest_of_the_days_before_it() {
    let interest = |paid_on: Option<&str>| {
        let mut world = World::new(with_interest());
        world.hears([issued("F-1", "10000.00", "2025-05-01", "2025-05-31")]);
        if let Some(on) = paid_on {
            world.hears(paid("P-1", "F-1", "4000.00", on));
        }
        let invoice = "F-1".parse().unwrap();
        world.policy.interest(&world.dunning, &invoice, day("2025-08-31")).unwrap().total
    };
    assert_eq!(interest(None), eur("314.47"));
    // 10,000.00 for 45 days and 6,000.00 for 47.
    assert_eq!(interest(Some("2025-07-15")), eur("251.88"));
}

/// 8: a hold that wholly encloses another one holds where that one ended.
#[test]
fn a_hold_around_another_one_holds_on() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .asks(hold("H-1", "2026-02-05", Some("2026-02-09")), &["holds H-1"])
        .asks(hold("H-2", "2026-02-01", Some("2026-02-20")), &["holds H-2"])
        .on("2026-02-10", &[])
        .on("2026-02-20", &[])
        .on("2026-02-23", &["reminder-1 reminder: F-1 1"]);
}

/// 10: a level is used up by a reminder that was sent, not by one that was planned and withdrawn.
#[test]
fn a_reminder_that_was_withdrawn_uses_up_no_level() {
    let by_person = Level { approval: Approval::ByPerson, ..level(5, 7, Tone::Reminder) };
    let levels = vec![by_person, level(15, 7, Tone::Firm)];
    World::new(DunningPolicy { ladders: vec![ladder("usual", Scope::Tenant, levels)], ..rules() })
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .hears(paid("P-1", "F-1", "40.00", "2026-02-05"))
        .on("2026-02-05", &["withdrawn reminder-1 changed", "reminder-2 reminder: F-1 1"])
        .on("2026-03-02", &["withdrawn reminder-2 stale", "reminder-3 reminder: F-1 1"]);
}

/// A sum that is not late yet does not make a small late one worth a message; and what is too little in
/// one currency does not silence another.
#[test]
fn only_what_is_asked_for_counts_towards_the_least_that_is() {
    let least = vec![eur("50.00"), "50.00 GBP".parse().unwrap()];
    let policy = DunningPolicy { minimums: least, ..rules() };
    let invoicing::Event::InvoiceIssued(mut sterling) = invoice("F-3", "80.00", "2026-01-31")
    else {
        panic!("an invoice")
    };
    sterling.gross = "80.00 GBP".parse().unwrap();
    World::new(policy)
        .hears([invoice("F-1", "10.00", "2026-01-31"), invoice("F-2", "9000.00", "2026-12-31")])
        .on("2026-02-05", &[])
        .hears([invoicing::Event::InvoiceIssued(sterling)])
        .on("2026-02-05", &["reminder-1 reminder: F-3 1"]);
}

/// Forty euros are not added to francs.
#[test]
fn a_fixed_sum_in_another_currency_is_not_asked_for() {
    let claims = Level { interest: true, fixed_sum: true, ..level(5, 7, Tone::Firm) };
    let ladders = vec![ladder("usual", Scope::Tenant, vec![claims])];
    let policy = DunningPolicy { ladders, ..with_interest() };
    let invoicing::Event::InvoiceIssued(mut francs) = invoice("F-1", "80.00", "2026-01-31") else {
        panic!("an invoice")
    };
    francs.gross = "80.00 CHF".parse().unwrap();
    let mut world = World::new(policy);
    world.hears([invoicing::Event::InvoiceIssued(francs)]);
    let said = world.says("2026-02-09");
    let [Event::ReminderPlanned(reminder)] = said.as_slice() else { panic!("{said:?}") };
    let item = &reminder.items[0];
    assert_eq!(item.fixed_sum, None);
    assert_eq!(item.interest.map(money::Money::currency), Some(item.open.currency()));
}

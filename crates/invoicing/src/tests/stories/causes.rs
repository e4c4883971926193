//! Why invoices were contested, with figures worked out by hand.

use decider::Fold as _;
use events::{
    CustomerId, Reference,
    invoicing::{Dispute, DisputeOutcome, DisputeReason, Event, Invoice},
};

use crate::{
    Account,
    tests::say::{day, eur, id},
    view::{Contests, DisputeCauses, OutcomeShare},
};

fn invoiced(account: &mut Account, invoice: &str, site: Option<&str>) {
    account.evolve(&Event::InvoiceIssued(Box::new(Invoice {
        invoice: id(invoice),
        number: None,
        issued_on: day("01-02"),
        due_on: day("02-01"),
        terms: None,
        gross: eur("1000.00"),
        tax: None,
        order: None,
        contract: None,
        site: site.map(|it| it.parse().unwrap()),
        terms_version: None,
    })));
}

fn contested(account: &mut Account, dispute: &str, of: &str, reason: DisputeReason, on: &str) {
    account.evolve(&Event::DisputeOpened(Box::new(Dispute {
        dispute: id(dispute),
        invoice: id(of),
        amount: eur("100.00"),
        reason,
        owner: None,
        opened_on: day(on),
    })));
}

fn ended(account: &mut Account, dispute: &str, outcome: DisputeOutcome, on: &str) {
    let (dispute, resolved_on) = (id(dispute), day(on));
    account.evolve(&Event::DisputeResolved { dispute, outcome, resolved_on });
}

/// Five contests of two customers, and one of the year before the period.
fn world() -> Vec<(CustomerId, Account)> {
    let (mut one, mut two) = (Account::default(), Account::default());
    invoiced(&mut one, "F-1", Some("Lyon"));
    invoiced(&mut one, "F-2", None);
    invoiced(&mut two, "F-3", Some("Lyon"));
    // Within 3 and 10 days, and open; within 20 and 30 days.
    contested(&mut one, "D-1", "F-1", DisputeReason::Price, "03-01");
    ended(&mut one, "D-1", DisputeOutcome::Credited, "03-04");
    contested(&mut one, "D-2", "F-2", DisputeReason::Price, "03-31");
    ended(&mut one, "D-2", DisputeOutcome::Rejected, "04-10");
    contested(&mut one, "D-3", "F-1", DisputeReason::Delivery, "03-15");
    contested(&mut two, "D-4", "F-3", DisputeReason::Price, "03-05");
    ended(&mut two, "D-4", DisputeOutcome::Credited, "03-25");
    contested(&mut two, "D-5", "F-3", DisputeReason::Delivery, "03-10");
    ended(&mut two, "D-5", DisputeOutcome::Settled, "04-09");
    contested(&mut two, "D-6", "F-3", DisputeReason::Quality, "02-28");
    vec![(id("C-1"), one), (id("C-2"), two)]
}

fn causes(on: &str) -> DisputeCauses {
    let world = world();
    let accounts = world.iter().map(|(id, it)| (id, it));
    DisputeCauses::of(accounts, day("03-01"), day("03-31"), day(on))
}

/// `5, 1 open, 500.00 EUR, median 15.0, mean 15.8, Credited 2 (0.5000)`
fn short(it: &Contests) -> String {
    let mut told = vec![format!("{}", it.count), format!("{} open", it.open)];
    told.extend(it.amounts.iter().map(ToString::to_string));
    told.extend(it.median_days.map(|it| format!("median {it}")));
    told.extend(it.mean_days.map(|it| format!("mean {it}")));
    let outcome = |it: &OutcomeShare| format!("{:?} {} ({})", it.outcome, it.count, it.share);
    told.extend(it.outcomes.iter().map(outcome));
    told.join(", ")
}

#[test]
fn contests_are_counted_by_reason_site_and_customer_with_how_long_they_took() {
    let causes = causes("06-30");
    // 3, 10, 20 and 30 days: 63 together, 10 and 20 in the middle.
    assert_eq!(
        short(&causes.all),
        "5, 1 open, 500.00 EUR, median 15.0, mean 15.8, \
         Credited 2 (0.5000), Rejected 1 (0.2500), Settled 1 (0.2500)"
    );
    let reasons: Vec<_> = causes.reasons.iter().map(|(it, _)| *it).collect();
    assert_eq!(reasons, [DisputeReason::Price, DisputeReason::Delivery]);
    // 3, 10 and 20 days.
    assert_eq!(
        short(&causes.reasons[0].1),
        "3, 0 open, 300.00 EUR, median 10.0, mean 11.0, Credited 2 (0.6667), Rejected 1 (0.3333)"
    );
    assert_eq!(
        short(&causes.reasons[1].1),
        "2, 1 open, 200.00 EUR, median 30.0, mean 30.0, Settled 1 (1.0000)"
    );
    let sites: Vec<_> = causes
        .sites
        .iter()
        .map(|(it, of)| (it.as_ref().map(Reference::as_str), of.count))
        .collect();
    assert_eq!(sites, [(Some("Lyon"), 4), (None, 1)]);
    let customers: Vec<_> =
        causes.customers.iter().map(|(it, of)| (it.as_str(), of.count)).collect();
    assert_eq!(customers, [("C-1", 3), ("C-2", 2)]);
}

#[test]
fn what_ended_after_the_day_is_open_and_what_was_raised_after_it_has_not_been() {
    // Of the 26th of March: D-2 was not raised, D-5 and D-3 were open; 3 and 20 days.
    assert_eq!(
        short(&causes("03-26").all),
        "4, 2 open, 400.00 EUR, median 11.5, mean 11.5, Credited 2 (1.0000)"
    );
    assert_eq!(causes("02-27"), DisputeCauses::default());
}

use events::invoicing::Event;

use crate::{tests::say::*, view::PlanState};

const HALVES: &[(&str, &str)] = &[("03-01", "75.00"), ("04-01", "75.00")];

/// 100 due on 9 February and 50 due on 14 February, to be paid in two halves of 75.
fn agreed() -> decider::spec::Story<crate::Policy> {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-15"), invoice("F-2", "50.00", "01-15"))
        .asked(day("02-12"), plan("L-1", "02-12", &["F-1", "F-2"], HALVES))
}

#[test]
fn instalments_replace_the_due_dates_while_they_are_kept() {
    agreed()
        .shows(due_on("F-1", "02-11"), "02-09 100.00 EUR")
        .shows(due_on("F-1", "02-12"), "03-01 75.00 EUR, 04-01 25.00 EUR")
        .shows(due_on("F-2", "02-12"), "04-01 50.00 EUR")
        .shows(|it| it.view(day("02-20")).balances[0].overdue, eur("0.00"))
        .asked(day("02-28"), payment_for("P-1", "75.00", "02-28", &["F-1"]))
        .shows(due_on("F-1", "03-15"), "04-01 25.00 EUR")
        .on(day("03-05"), &[])
        .when(plan("L-1", "02-12", &["F-1", "F-2"], HALVES), &[]);
}

#[test]
fn a_missed_instalment_breaks_the_plan_on_the_day_after_the_tolerance() {
    agreed()
        .asked(day("02-28"), payment_for("P-1", "74.00", "02-28", &["F-1"]))
        .on(day("03-04"), &[])
        .on(day("03-05"), &[Event::PlanBroken { plan: id("L-1"), broken_on: day("03-05") }])
        .shows(due_on("F-1", "03-04"), "03-01 1.00 EUR, 04-01 25.00 EUR")
        .shows(due_on("F-1", "03-05"), "02-09 26.00 EUR")
        .shows(state, PlanState::Broken(day("03-05")));
}

#[test]
fn money_that_bounced_may_break_a_plan() {
    agreed()
        .asked(day("02-28"), payment_for("P-1", "75.00", "02-28", &["F-1"]))
        .asked(day("03-20"), bounce("P-1", "03-20"))
        .shows(state, PlanState::Broken(day("03-05")));
}

#[test]
fn a_plan_is_completed_when_nothing_is_open() {
    agreed()
        .asked(day("02-28"), payment_for("P-1", "100.00", "02-28", &["F-1"]))
        .asked(day("03-20"), payment_for("P-2", "40.00", "03-20", &["F-2"]))
        .shows(state, PlanState::InForce)
        .asked(day("03-25"), credit("A-1", "F-2", "10.00", "03-25"))
        .shows(state, PlanState::Completed(day("03-25")));
}

#[test]
fn a_plan_covers_exactly_what_is_open() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-15"), invoice("F-2", "50.00 USD", "01-15"));
    let refusal = story.refusal(plan("L-1", "02-12", &["F-1"], HALVES));
    assert_eq!(refusal.reason(), "PLAN_SUM_MISMATCH");
    assert_eq!(
        refusal.to_string(),
        "the instalments come to 150.00 EUR, but 100.00 EUR are open on the invoices"
    );
    let both = plan("L-1", "02-12", &["F-1", "F-2"], HALVES);
    assert_eq!(story.refusal(both).reason(), "CURRENCY_MISMATCH");
    let unknown = plan("L-1", "02-12", &["F-9"], HALVES);
    assert_eq!(story.refusal(unknown).reason(), "INVOICE_NOT_FOUND");
    let disorder = plan("L-1", "02-12", &["F-1"], &[("04-01", "50.00"), ("03-01", "50.00")]);
    assert_eq!(story.refusal(disorder).field(), Some("instalments[1].due_date"));
}

#[test]
fn an_invoice_is_in_one_plan_at_a_time() {
    let story = agreed();
    let again = plan("L-2", "02-13", &["F-1"], &[("03-01", "100.00")]);
    let refusal = story.refusal(again.clone());
    assert_eq!(refusal.reason(), "INVOICE_IN_PLAN");
    assert_eq!(refusal.to_string(), "invoice F-1 is in payment plan L-1 already");
    story
        .when(
            cancel_plan("L-1", "02-13"),
            &[Event::PlanCancelled { plan: id("L-1"), cancelled_on: day("02-13") }],
        )
        .when(cancel_plan("L-1", "02-13"), &[])
        .shows(due_on("F-1", "02-13"), "02-09 100.00 EUR")
        .asked(day("02-13"), again);
}

#[test]
fn a_plan_that_is_over_cannot_be_called_off() {
    let story = agreed().passes(day("03-05"));
    let refusal = story.refusal(cancel_plan("L-1", "03-06"));
    assert_eq!(refusal.reason(), "PLAN_OVER");
    assert_eq!(refusal.to_string(), "payment plan L-1 is broken already");
    assert_eq!(story.refusal(cancel_plan("L-2", "03-06")).reason(), "PLAN_NOT_FOUND");
}

#[test]
fn instalments_age_by_their_own_due_dates() {
    use crate::view::{AgedBalance, Bounds};
    agreed().asked(day("02-28"), payment_for("P-1", "70.00", "02-28", &["F-1"])).shows(
        |it| {
            let aged = AgedBalance::of([it], day("03-04"), &Bounds::default());
            (aged[0].not_due.amount, aged[0].buckets[0].amount, aged[0].outstanding)
        },
        (eur("75.00"), eur("5.00"), eur("80.00")),
    );
}

fn due_on(invoice: &str, on: &str) -> impl Fn(&crate::Account) -> String + use<> {
    let (invoice, on) = (id(invoice), day(on));
    move |account| {
        let due = account.invoice_view(&invoice, on).unwrap().due;
        let due = due.iter().map(|(on, amount)| format!("{} {amount}", on.format("%m-%d")));
        due.collect::<Vec<_>>().join(", ")
    }
}

fn state(account: &crate::Account) -> PlanState {
    account.view(day("12-31")).plans[0].state
}

use events::invoicing::Event;

use crate::{tests::say::*, view::PromiseState};

fn broken(promise: &str, on: &str) -> Event {
    Event::PromiseBroken { promise: id(promise), broken_on: day(on) }
}

fn partly(promise: &str, paid: &str, on: &str) -> Event {
    Event::PromisePartlyKept { promise: id(promise), paid: eur(paid), broken_on: day(on) }
}

#[test]
fn a_promise_is_kept_as_soon_as_the_money_has_come() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .on(day("02-11"), &[])
        .asked(day("02-12"), payment_for("P-1", "60.00", "02-12", &["F-1"]))
        .shows(state, PromiseState::Open)
        .asked(day("02-15"), payment_for("P-2", "40.00", "02-15", &["F-1"]))
        .shows(state, PromiseState::Kept(day("02-15")))
        .on(day("03-15"), &[]);
}

#[test]
fn a_promise_is_broken_on_the_day_after_the_tolerance() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .on(day("02-23"), &[])
        .on(day("02-24"), &[broken("V-1", "02-24")])
        .on(day("02-25"), &[]);
}

#[test]
fn an_outage_does_not_move_the_day_on_which_a_promise_was_broken() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .on(day("05-04"), &[broken("V-1", "02-24")]);
}

#[test]
fn a_part_of_the_money_keeps_a_part_of_the_promise() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .asked(day("02-12"), payment_for("P-1", "60.00", "02-12", &["F-1"]))
        .on(day("02-24"), &[partly("V-1", "60.00", "02-24")])
        // Late money is no longer promised money.
        .asked(day("02-25"), payment_for("P-2", "40.00", "02-25", &["F-1"]))
        .shows(state, PromiseState::PartlyKept(eur("60.00"), day("02-24")));
}

#[test]
fn money_before_the_promise_was_made_does_not_keep_it() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "50.00", "02-10", "02-20", &["F-1"]))
        .asked(day("02-11"), payment_for("P-1", "50.00", "02-09", &["F-1"]))
        .on(day("02-24"), &[broken("V-1", "02-24")]);
}

#[test]
fn money_recorded_late_turns_a_broken_promise_into_a_kept_one() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .passes(day("02-24"))
        .shows(state, PromiseState::Broken(day("02-24")))
        .asked(day("03-02"), payment_for("P-1", "100.00", "02-19", &["F-1"]))
        .shows(state, PromiseState::Kept(day("03-02")));
}

#[test]
fn money_that_bounced_turns_a_kept_promise_into_a_broken_one() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .asked(day("02-15"), payment_for("P-1", "100.00", "02-15", &["F-1"]))
        .shows(state, PromiseState::Kept(day("02-15")))
        .asked(day("02-18"), bounce("P-1", "02-18"))
        // It may still come.
        .on(day("02-23"), &[])
        .on(day("02-24"), &[broken("V-1", "02-24")]);
}

#[test]
fn a_promise_about_the_account_is_kept_by_any_money() {
    books()
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &[]))
        .asked(day("02-12"), payment("P-1", "100.00 USD", "02-12"))
        .asked(day("02-12"), payment("P-2", "60.00", "02-12"))
        .shows(state, PromiseState::Open)
        .asked(day("02-13"), payment("P-3", "40.00", "02-13"))
        .shows(state, PromiseState::Kept(day("02-13")))
        // What goes back did not stay.
        .asked(day("02-14"), refund("R-1", "P-3", "40.00", "02-14"))
        .on(day("02-24"), &[partly("V-1", "60.00", "02-24")]);
}

#[test]
fn a_promise_is_kept_when_nothing_is_left_to_pay() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .asked(day("02-11"), credit("A-1", "F-1", "30.00", "02-11"))
        .asked(day("02-12"), payment_for("P-1", "70.00", "02-12", &["F-1"]))
        .shows(state, PromiseState::Kept(day("02-12")));
}

#[test]
fn a_promise_about_a_cancelled_invoice_is_neither_kept_nor_broken() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &["F-1"]))
        .asked(day("02-11"), cancel("F-1", "02-11"))
        .on(day("03-11"), &[]);
}

#[test]
fn a_promise_that_was_withdrawn_is_not_judged() {
    let story = books()
        .asked(day("02-10"), promise("V-1", "100.00", "02-10", "02-20", &[]))
        .when(
            withdraw_promise("V-1", "02-12"),
            &[Event::PromiseWithdrawn { promise: id("V-1"), withdrawn_on: day("02-12") }],
        )
        .when(withdraw_promise("V-1", "02-12"), &[])
        .on(day("03-12"), &[])
        .when(promise("V-1", "100.00", "02-10", "02-20", &[]), &[]);
    assert_eq!(story.refusal(withdraw_promise("V-1", "02-13")).reason(), "PROMISE_CONFLICT");
    assert_eq!(story.refusal(withdraw_promise("V-2", "02-13")).reason(), "PROMISE_NOT_FOUND");
}

#[test]
fn a_promise_names_invoices_that_are_known_in_its_currency() {
    let story = books().asked(day("01-10"), invoice("F-1", "100.00 USD", "01-10"));
    let about = |invoice| promise("V-1", "100.00", "02-10", "02-20", &[invoice]);
    assert_eq!(story.refusal(about("F-9")).reason(), "INVOICE_NOT_FOUND");
    assert_eq!(story.refusal(about("F-1")).reason(), "CURRENCY_MISMATCH");
    let backwards = promise("V-1", "100.00", "02-20", "02-10", &[]);
    assert_eq!(story.refusal(backwards).field(), Some("promise_date"));
    let twice = promise("V-1", "100.00", "02-10", "02-20", &["F-1", "F-1"]);
    assert_eq!(story.refusal(twice).field(), Some("invoice_ids[1]"));
}

fn state(account: &crate::Account) -> PromiseState {
    account.view(day("12-31")).promises[0].state
}

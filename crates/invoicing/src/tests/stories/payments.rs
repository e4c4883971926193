use events::invoicing::Event;

use crate::{RecordPayment, tests::say::*};

#[test]
fn a_payment_may_come_before_its_invoice() {
    books()
        .asked(day("01-10"), payment_for("P-1", "100.00", "01-10", &["F-1"]))
        .shows(unallocated, "P-1 100.00 EUR")
        .asked(day("01-15"), invoice("F-1", "100.00", "01-12"))
        .shows(open, "")
        .shows(settled("F-1"), "P-1 100.00 EUR Designated")
        // It counts from the day of the invoice, not from the day it was recorded.
        .shows(open_on("01-12"), "");
}

#[test]
fn money_counts_from_its_value_date_whenever_it_was_recorded() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("03-01"), payment("P-1", "100.00", "02-05"))
        .shows(open_on("02-04"), "F-1 100.00 EUR")
        .shows(open_on("02-05"), "");
}

#[test]
fn a_part_is_paid_and_the_rest_stays_open() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "60.00", "02-01"))
        .shows(open, "F-1 40.00 EUR")
        .shows(unallocated, "");
}

#[test]
fn what_is_paid_too_much_stays_unallocated_and_finds_the_next_invoice() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "130.00", "02-01"))
        .shows(open, "")
        .shows(unallocated, "P-1 30.00 EUR")
        .asked(day("02-10"), invoice("F-2", "50.00", "02-10"))
        .shows(open, "F-2 20.00 EUR")
        .shows(unallocated, "");
}

#[test]
fn a_payment_that_bounced_opens_what_it_had_settled_as_of_the_original_date() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "100.00", "02-01"))
        .shows(open_on("02-01"), "")
        .asked(day("02-06"), bounce("P-1", "02-06"))
        .shows(open_on("02-01"), "F-1 100.00 EUR")
        .shows(open, "F-1 100.00 EUR")
        .shows(unallocated, "")
        .when(bounce("P-1", "02-06"), &[])
        .when(payment("P-1", "100.00", "02-01"), &[]);
    assert_eq!(story.refusal(bounce("P-1", "02-07")).field(), Some("reversal_date"));
    assert_eq!(story.refusal(allocate("P-1", "F-1", "10.00")).reason(), "PAYMENT_REVERSED");
}

#[test]
fn a_reversal_may_come_before_its_payment() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-06"), bounce("P-1", "02-06"))
        .when(bounce("P-1", "02-06"), &[])
        .asked(day("02-07"), payment("P-1", "100.00", "02-01"))
        .shows(open, "F-1 100.00 EUR")
        .shows(unallocated, "")
        .when(bounce("P-1", "02-06"), &[]);
}

#[test]
fn the_same_payment_twice_settles_once() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "60.00", "02-01", &["F-1"]))
        .when(payment_for("P-1", "60.00", "02-01", &["F-1"]), &[])
        .when(payment("P-1", "60.00", "02-01"), &[])
        .shows(open, "F-1 40.00 EUR");
    assert_eq!(story.refusal(payment("P-1", "61.00", "02-01")).reason(), "PAYMENT_CONFLICT");
    let other = payment_for("P-1", "60.00", "02-01", &["F-2"]);
    let refusal = story.refusal(other);
    assert_eq!(refusal.field(), Some("designations"));
    assert_eq!(
        refusal.to_string(),
        "payment P-1 is recorded with designations [{\"invoice_id\":\"F-1\"}]; now \
         [{\"invoice_id\":\"F-2\"}] is stated under the same id"
    );
}

#[test]
fn references_are_found_in_what_the_payer_wrote_and_the_text_goes_no_further() {
    let written = pay(RecordPayment {
        remittance_text: Some("M. DUPONT facture fa-2026-17".to_owned()),
        ..transfer("P-1", "100.00", "02-01")
    });
    let mut bare = written.clone();
    let personal = bare.take_personal();
    assert!(matches!(personal, Some(crate::Personal::Remittance(text)) if text.contains("DUPONT")));
    assert_eq!(bare.digest(), written.digest());
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-11"), invoice("FA-2026-17", "100.00", "01-11"))
        .asked(day("02-01"), written.clone())
        .shows(settled("FA-2026-17"), "P-1 100.00 EUR Reference")
        .when(written, &[])
        .when(bare, &[]);
}

#[test]
fn only_what_is_unallocated_can_be_refunded() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "130.00", "02-01"))
        .when(
            refund("R-1", "P-1", "20.00", "02-10"),
            &[Event::Refunded {
                refund: id("R-1"),
                source: source("P-1"),
                amount: eur("20.00"),
                refunded_on: day("02-10"),
            }],
        )
        .shows(unallocated, "P-1 10.00 EUR")
        .when(refund("R-1", "P-1", "20.00", "02-10"), &[]);
    let refusal = story.refusal(refund("R-2", "P-1", "20.00", "02-11"));
    assert_eq!(refusal.reason(), "NOT_ENOUGH_UNALLOCATED");
    assert_eq!(
        refusal.to_string(),
        "20.00 EUR are asked for, but only 10.00 EUR of payment P-1 are unallocated"
    );
    assert_eq!(story.refusal(refund("R-1", "P-1", "10.00", "02-10")).reason(), "REFUND_CONFLICT");
    assert_eq!(story.refusal(refund("R-2", "P-9", "1.00", "02-10")).reason(), "PAYMENT_NOT_FOUND");
    assert_eq!(
        story.refusal(refund("R-2", "P-1", "1.00 USD", "02-10")).reason(),
        "CURRENCY_MISMATCH"
    );
}

#[test]
fn money_refunded_that_did_not_stay_is_owed_back() {
    books()
        .asked(day("02-01"), payment("P-1", "100.00", "02-01"))
        .asked(day("02-03"), refund("R-1", "P-1", "100.00", "02-03"))
        .asked(day("02-06"), bounce("P-1", "02-06"))
        .shows(|it| it.view(day("02-06")).balances[0].unallocated_cash, eur("-100.00"))
        .shows(|it| it.view(day("02-06")).balances[0].net, eur("100.00"));
}

#[test]
fn currencies_never_meet() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00 USD", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "100.00", "02-01", &["F-1"]))
        .shows(open, "F-1 100.00 USD")
        .shows(unallocated, "P-1 100.00 EUR");
}

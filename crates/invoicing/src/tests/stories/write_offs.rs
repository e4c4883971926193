use events::invoicing::Event;

use crate::{tests::say::*, view::InvoiceState};

/// 100 given up by Anna and Bert.
fn given_up() -> decider::spec::Story<crate::Policy> {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("06-01"), give_up("W-1", "F-1", None, "06-01"))
        .asked(day("06-02"), approve("W-1", "bert", "06-02"))
}

#[test]
fn a_claim_is_given_up_by_two_persons() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("06-01"), give_up("W-1", "F-1", Some("60.00"), "06-01"))
        .shows(open, "F-1 100.00 EUR");
    let alone = story.refusal(approve("W-1", "anna", "06-02"));
    assert_eq!(alone.reason(), "SAME_PERSON");
    assert_eq!(alone.to_string(), "anna asked for this write-off; another person must agree to it");
    let story = story
        .asked(day("06-02"), approve("W-1", "bert", "06-02"))
        .shows(open, "F-1 40.00 EUR")
        .shows(open_on("06-01"), "F-1 100.00 EUR")
        .when(approve("W-1", "bert", "06-02"), &[])
        .when(give_up("W-1", "F-1", Some("60.00"), "06-01"), &[]);
    assert_eq!(story.refusal(approve("W-1", "carl", "06-02")).reason(), "WRITE_OFF_CONFLICT");
    assert_eq!(story.refusal(reject("W-1", "carl", "06-02")).reason(), "WRITE_OFF_OVER");
    assert_eq!(story.refusal(approve("W-9", "carl", "06-02")).reason(), "WRITE_OFF_NOT_FOUND");
}

#[test]
fn what_a_second_person_rejects_stays_open() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("06-01"), give_up("W-1", "F-1", None, "06-01"))
        .asked(day("06-02"), reject("W-1", "bert", "06-02"))
        .shows(open, "F-1 100.00 EUR")
        .when(reject("W-1", "bert", "06-02"), &[]);
    assert_eq!(story.refusal(approve("W-1", "carl", "06-03")).reason(), "WRITE_OFF_OVER");
}

#[test]
fn no_more_is_given_up_than_is_open() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("06-01"), give_up("W-1", "F-1", Some("80.00"), "06-01"));
    // 80 are asked for already.
    assert_eq!(
        story.refusal(give_up("W-2", "F-1", Some("30.00"), "06-01")).reason(),
        "NOT_ENOUGH_OPEN"
    );
    let story = story.asked(day("06-02"), payment_for("P-1", "50.00", "06-02", &["F-1"]));
    let refusal = story.refusal(approve("W-1", "bert", "06-03"));
    assert_eq!(
        refusal.to_string(),
        "80.00 EUR are asked for, but only 50.00 EUR are open on invoice F-1"
    );
    assert_eq!(books().refusal(give_up("W-1", "F-9", None, "06-01")).reason(), "INVOICE_NOT_FOUND");
}

#[test]
fn money_for_a_claim_that_was_given_up_is_a_recovery() {
    given_up()
        .shows(state, InvoiceState::WrittenOff)
        .when(
            payment_for("P-1", "30.00", "07-01", &["F-1"]),
            &[Event::PaymentReceived(Box::new(events::invoicing::Payment {
                payment: id("P-1"),
                amount: eur("30.00"),
                value_date: day("07-01"),
                method: events::invoicing::PaymentMethod::Transfer,
                designation: vec![events::invoicing::Designation {
                    invoice: id("F-1"),
                    amount: None,
                }],
                references: vec![],
                deposit: None,
            }))],
        )
        .on(
            day("07-01"),
            &[Event::WriteOffRecovered {
                source: source("P-1"),
                invoice: id("F-1"),
                amount: eur("30.00"),
                rule: events::invoicing::Rule::Designated,
            }],
        )
        .shows(open, "")
        .shows(unallocated, "")
        .shows(|it| it.view(day("12-31")).balances[0].written_off, eur("70.00"))
        .shows(|it| it.view(day("06-30")).balances[0].written_off, eur("100.00"))
        // It bounced: the claim is given up again.
        .asked(day("07-05"), bounce("P-1", "07-05"))
        .shows(open, "")
        .shows(|it| it.view(day("12-31")).balances[0].written_off, eur("100.00"));
}

#[test]
fn what_was_recovered_of_a_cancelled_invoice_is_unallocated_again() {
    given_up()
        .asked(day("07-01"), payment_for("P-1", "30.00", "07-01", &["F-1"]))
        .asked(day("07-05"), cancel("F-1", "07-05"))
        .shows(unallocated, "P-1 30.00 EUR")
        .shows(|it| it.view(day("12-31")).balances[0].written_off, eur("0.00"));
}

#[test]
fn a_late_payer_names_its_invoice_by_a_reference() {
    given_up()
        .asked(
            day("07-01"),
            pay(crate::RecordPayment {
                references: vec![id("f1")],
                ..transfer("P-1", "100.00", "07-01")
            }),
        )
        .shows(settled("F-1"), "P-1 100.00 EUR Reference recovers")
        .shows(state, InvoiceState::Settled);
}

#[test]
fn money_without_a_sign_recovers_nothing() {
    given_up()
        .asked(day("07-01"), payment("P-1", "100.00", "07-01"))
        .shows(unallocated, "P-1 100.00 EUR");
}

#[test]
fn a_small_rest_of_a_paid_invoice_is_given_up_on_the_next_business_day() {
    let rests = || books_with(|rules| rules.small_balances = vec![eur("1.00"), eur("2.00 USD")]);
    let rest = |amount: &str, on: &str| Event::SmallBalanceWrittenOff {
        invoice: id("F-1"),
        amount: eur(amount),
        written_off_on: day(on),
    };
    rests()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-06"), payment("P-1", "99.40", "02-06"))
        .shows(open, "F-1 0.60 EUR")
        .on(day("02-09"), &[rest("0.60", "02-09")])
        .shows(state, InvoiceState::WrittenOff);
    // Too much is left; or nothing was paid.
    rests()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-10"), invoice("F-2", "0.60", "01-10"))
        .asked(day("02-06"), payment_for("P-1", "98.90", "02-06", &["F-1"]))
        .on(day("02-09"), &[])
        // A contest, a plan or a request is a person's: rules keep out.
        .asked(day("02-09"), payment_for("P-2", "0.50", "02-09", &["F-1"]))
        .asked(day("02-09"), dispute("D-1", "F-1", None, "02-09"))
        .on(day("02-10"), &[]);
}

fn state(account: &crate::Account) -> InvoiceState {
    account.invoice_view(&id("F-1"), day("12-31")).unwrap().state
}

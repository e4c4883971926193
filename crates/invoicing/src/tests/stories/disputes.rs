use events::invoicing::DisputeOutcome;

use crate::tests::say::*;

#[test]
fn a_part_of_an_invoice_is_contested() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-20"), dispute("D-1", "F-1", Some("30.00"), "01-20"))
        .shows(disputed, eur("30.00"))
        .when(dispute("D-1", "F-1", Some("30.00"), "01-20"), &[])
        .when(dispute("D-1", "F-1", None, "01-20"), &[]);
    assert_eq!(
        story.refusal(dispute("D-1", "F-1", Some("40.00"), "01-20")).reason(),
        "DISPUTE_CONFLICT"
    );
    let more = story.refusal(dispute("D-2", "F-1", Some("80.00"), "01-21"));
    assert_eq!(more.reason(), "NOT_ENOUGH_OPEN");
    story
        .asked(day("01-21"), dispute("D-2", "F-1", None, "01-21"))
        .shows(disputed, eur("100.00"))
        .asked(day("01-22"), resolve("D-1", DisputeOutcome::Rejected, "01-22"))
        .shows(disputed, eur("70.00"));
}

#[test]
fn an_unknown_invoice_cannot_be_contested() {
    assert_eq!(books().refusal(dispute("D-1", "F-1", None, "01-20")).reason(), "INVOICE_NOT_FOUND");
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-11"), payment("P-1", "100.00", "01-11"));
    assert_eq!(story.refusal(dispute("D-1", "F-1", None, "01-20")).reason(), "NOT_ENOUGH_OPEN");
}

#[test]
fn money_without_a_sign_leaves_what_is_contested_alone() {
    let contested = || {
        books()
            .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
            .asked(day("01-20"), dispute("D-1", "F-1", Some("30.00"), "01-20"))
    };
    contested()
        .asked(day("02-01"), payment("P-1", "90.00", "02-01"))
        .shows(open, "F-1 30.00 EUR")
        .shows(unallocated, "P-1 20.00 EUR")
        // The customer was wrong: the money that is there settles it.
        .asked(day("02-10"), resolve("D-1", DisputeOutcome::Rejected, "02-10"))
        .shows(open, "F-1 10.00 EUR");
    // A payer who names the invoice pays what it contested too, and so does the exact amount.
    contested()
        .asked(day("02-01"), payment_for("P-1", "90.00", "02-01", &["F-1"]))
        .shows(open, "F-1 10.00 EUR")
        .shows(disputed, eur("10.00"));
    contested()
        .asked(day("02-01"), payment("P-1", "100.00", "02-01"))
        .shows(settled("F-1"), "P-1 100.00 EUR ExactAmount");
}

#[test]
fn a_contest_ends_once() {
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-20"), dispute("D-1", "F-1", None, "01-20"))
        .asked(day("02-01"), resolve("D-1", DisputeOutcome::Credited, "02-01"))
        .when(resolve("D-1", DisputeOutcome::Credited, "02-01"), &[])
        .shows(disputed, eur("0.00"))
        // What was true before stays true.
        .shows(|it| it.view(day("01-31")).balances[0].disputed, eur("100.00"));
    let other = story.refusal(resolve("D-1", DisputeOutcome::Rejected, "02-01"));
    assert_eq!((other.reason(), other.field()), ("DISPUTE_CONFLICT", Some("outcome")));
    let unknown = story.refusal(resolve("D-2", DisputeOutcome::Rejected, "02-01"));
    assert_eq!(unknown.reason(), "DISPUTE_NOT_FOUND");
}

fn disputed(account: &crate::Account) -> money::Money {
    account.view(day("12-31")).balances[0].disputed
}

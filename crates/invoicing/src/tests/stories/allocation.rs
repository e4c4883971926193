use events::invoicing::{Event, Rule, Waterfall};

use crate::{InvoiceData, RecordPayment, tests::say::*};

#[test]
fn the_payer_says_what_is_paid_and_how_much_of_it() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-11"), invoice("F-2", "100.00", "01-11"))
        .asked(day("02-01"), payment_for("P-1", "90.00", "02-01", &["F-2 30.00", "F-1 60.00"]))
        .shows(open, "F-1 40.00 EUR, F-2 70.00 EUR");
}

#[test]
fn designated_money_goes_in_the_payers_order() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-11"), invoice("F-2", "100.00", "01-11"))
        .asked(day("02-01"), payment_for("P-1", "130.00", "02-01", &["F-2", "F-1"]))
        .shows(open, "F-1 70.00 EUR");
}

#[test]
fn an_invoice_that_has_not_arrived_keeps_its_part_waiting() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "100.00", "02-01", &["F-9 60.00"]))
        .shows(open, "F-1 60.00 EUR")
        .shows(unallocated, "P-1 60.00 EUR")
        .asked(day("02-05"), invoice("F-9", "50.00", "01-20"))
        // It takes what it can; the rest is free.
        .shows(settled("F-9"), "P-1 50.00 EUR Designated")
        .shows(open, "F-1 50.00 EUR");
}

#[test]
fn without_an_amount_all_that_is_left_waits() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "100.00", "02-01", &["F-9", "F-1"]))
        .shows(open, "F-1 100.00 EUR")
        .asked(day("02-05"), invoice("F-9", "70.00", "01-20"))
        .shows(open, "F-1 70.00 EUR");
}

#[test]
fn what_a_settled_invoice_cannot_take_goes_on_to_the_next_sign() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-11"), invoice("F-2", "100.00", "01-11"))
        .asked(day("02-01"), payment_for("P-1", "100.00", "02-01", &["F-1"]))
        .asked(day("02-02"), payment_for("P-2", "80.00", "02-02", &["F-1"]))
        .shows(settled("F-2"), "P-2 80.00 EUR Waterfall")
        .asked(day("02-03"), cancel("F-8", "02-03"))
        .asked(day("02-03"), payment_for("P-3", "10.00", "02-03", &["F-8"]))
        .shows(open, "F-2 10.00 EUR");
}

#[test]
fn a_reference_is_the_invoices_number_however_it_is_spelled() {
    let numbered = InvoiceData { number: reference("FA 2026/7"), ..bill("7", "100.00", "01-10") };
    let named = pay(RecordPayment {
        references: vec![id("fa-2026-7")],
        ..transfer("P-1", "60.00", "02-01")
    });
    books()
        .asked(day("01-05"), invoice("F-1", "60.00", "01-05"))
        .asked(day("01-10"), issue(numbered))
        .asked(day("02-01"), named)
        .shows(settled("7"), "P-1 60.00 EUR Reference");
}

#[test]
fn an_order_that_several_items_bear_is_a_sign_only_if_all_are_paid() {
    let of_order =
        |it, on| issue(InvoiceData { order: reference("PO-7"), ..bill(it, "100.00", on) });
    let naming = |it, amount| {
        pay(RecordPayment { references: vec![id("po 7")], ..transfer(it, amount, "02-01") })
    };
    let story = || {
        books()
            .asked(day("01-05"), invoice("F-1", "150.00", "01-05"))
            .asked(day("01-10"), of_order("F-2", "01-10"))
            .asked(day("01-11"), of_order("F-3", "01-11"))
    };
    story()
        .asked(day("02-01"), naming("P-1", "200.00"))
        .shows(open, "F-1 150.00 EUR")
        .shows(settled("F-3"), "P-1 100.00 EUR Reference");
    // 120 is for one of the two, but for which? The tenant's order decides.
    story()
        .asked(day("02-01"), naming("P-1", "120.00"))
        .shows(settled("F-1"), "P-1 120.00 EUR Waterfall");
}

#[test]
fn the_only_item_of_exactly_this_amount_is_meant() {
    books()
        .asked(day("01-05"), invoice("F-1", "100.00", "01-05"))
        .asked(day("01-10"), invoice("F-2", "70.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "70.00", "02-01"))
        .shows(settled("F-2"), "P-1 70.00 EUR ExactAmount");
}

#[test]
fn two_items_of_the_same_amount_are_no_sign() {
    let twins = |rules: Waterfall| {
        books_with(|it| it.waterfall = rules)
            .asked(day("01-05"), invoice("F-1", "70.00", "01-05"))
            .asked(day("01-10"), invoice("F-2", "70.00", "01-10"))
            .asked(day("02-01"), payment("P-1", "70.00", "02-01"))
    };
    twins(Waterfall::Hold).shows(unallocated, "P-1 70.00 EUR");
    twins(Waterfall::OldestDue).shows(settled("F-1"), "P-1 70.00 EUR Waterfall");
}

#[test]
fn the_only_set_of_exactly_this_sum_is_meant() {
    let story = || {
        books()
            .asked(day("01-05"), invoice("F-1", "100.00", "01-05"))
            .asked(day("01-06"), invoice("F-2", "40.00", "01-06"))
            .asked(day("01-07"), invoice("F-3", "25.00", "01-07"))
    };
    story()
        .asked(day("02-01"), payment("P-1", "65.00", "02-01"))
        .shows(open, "F-1 100.00 EUR")
        .shows(settled("F-3"), "P-1 25.00 EUR Subset");
    // Everything at once is the only set of its sum, too.
    story()
        .asked(day("02-01"), payment("P-1", "165.00", "02-01"))
        .shows(open, "")
        .shows(settled("F-1"), "P-1 100.00 EUR Subset");
    // 65 is F-2 and F-3, or F-4 alone and F-5: no sign.
    story()
        .asked(day("01-08"), invoice("F-4", "50.00", "01-08"))
        .asked(day("01-09"), invoice("F-5", "15.00", "01-09"))
        .asked(day("02-01"), payment("P-1", "65.00", "02-01"))
        .shows(settled("F-1"), "P-1 65.00 EUR Waterfall");
}

#[test]
fn amounts_are_a_sign_only_if_the_tenant_says_so() {
    books_with(|it| it.match_amounts = false)
        .asked(day("01-05"), invoice("F-1", "100.00", "01-05"))
        .asked(day("01-10"), invoice("F-2", "70.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "70.00", "02-01"))
        .shows(settled("F-1"), "P-1 70.00 EUR Waterfall");
}

#[test]
fn money_without_a_sign_follows_the_tenants_order() {
    let due =
        |it, gross, on, due| issue(InvoiceData { due_date: Some(day(due)), ..bill(it, gross, on) });
    let settles = |rules: Waterfall| {
        books_with(|it| it.waterfall = rules)
            .asked(day("01-01"), due("F-1", "70.00", "01-01", "03-01"))
            .asked(day("01-02"), due("F-2", "60.00", "01-02", "02-01"))
            .asked(day("01-03"), due("F-3", "99.00", "01-03", "02-15"))
            .asked(day("02-01"), payment("P-1", "10.00", "02-01"))
    };
    settles(Waterfall::OldestDue).shows(open, "F-1 70.00 EUR, F-2 50.00 EUR, F-3 99.00 EUR");
    settles(Waterfall::OldestIssued).shows(open, "F-1 60.00 EUR, F-2 60.00 EUR, F-3 99.00 EUR");
    settles(Waterfall::LargestOpen).shows(open, "F-1 70.00 EUR, F-2 60.00 EUR, F-3 89.00 EUR");
    settles(Waterfall::Hold).shows(unallocated, "P-1 10.00 EUR");
}

#[test]
fn by_the_law_the_oldest_debt_is_settled_and_equal_ones_in_proportion() {
    let due =
        |it, gross, on, due| issue(InvoiceData { due_date: Some(day(due)), ..bill(it, gross, on) });
    let books = || {
        books_with(|it| it.waterfall = Waterfall::Statutory)
            .asked(day("01-01"), due("F-1", "70.00", "01-01", "03-01"))
            .asked(day("01-02"), due("F-2", "60.00", "01-02", "02-01"))
            .asked(day("01-03"), due("F-3", "20.00", "01-03", "02-01"))
            .asked(day("01-04"), due("F-4", "50.00", "01-04", "02-15"))
    };
    books()
        .asked(day("02-20"), payment("P-1", "40.00", "02-20"))
        .shows(settled("F-2"), "P-1 30.00 EUR Statutory")
        .shows(settled("F-3"), "P-1 10.00 EUR Statutory")
        // What is due goes before what is not, and that in the order of its days.
        .asked(day("02-21"), payment("P-2", "101.00", "02-21"))
        .shows(open, "F-1 59.00 EUR");
    // The payer's word goes first (article 1342-10, first paragraph), and no cent is lost.
    books()
        .asked(day("02-20"), payment_for("P-1", "30.00", "02-20", &["F-1 29.99"]))
        .shows(settled("F-1"), "P-1 29.99 EUR Designated")
        .shows(settled("F-2"), "P-1 0.01 EUR Statutory");
    // What is contested stays so.
    books()
        .asked(day("02-01"), dispute("D-1", "F-2", None, "02-01"))
        .asked(day("02-20"), payment("P-1", "40.00", "02-20"))
        .shows(settled("F-2"), "")
        .shows(settled("F-3"), "P-1 20.00 EUR Statutory")
        .shows(settled("F-4"), "P-1 20.00 EUR Statutory");
}

#[test]
fn by_an_insurers_clause_the_oldest_is_settled_whatever_the_payer_says() {
    let books = || {
        books_with(|it| it.waterfall = Waterfall::InsurerOldest)
            .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
            .asked(day("01-11"), invoice("F-2", "100.00", "01-11"))
    };
    books()
        .asked(day("02-01"), payment_for("P-1", "100.00", "02-01", &["F-2"]))
        .shows(settled("F-1"), "P-1 100.00 EUR InsurerOldest")
        .shows(settled("F-2"), "")
        // Money for an invoice that has not arrived does not wait while another is open.
        .asked(day("02-02"), payment_for("P-2", "130.00", "02-02", &["F-9"]))
        .shows(settled("F-2"), "P-2 100.00 EUR InsurerOldest")
        .shows(unallocated, "P-2 30.00 EUR")
        .asked(day("02-03"), invoice("F-3", "50.00", "02-03"))
        .shows(settled("F-3"), "P-2 30.00 EUR InsurerOldest");
    // A credit note is no money: it reduces what it corrects.
    books()
        .asked(day("02-01"), credit("N-1", "F-2", "30.00", "02-01"))
        .shows(open, "F-1 100.00 EUR, F-2 70.00 EUR");
    // What is contested is for the payer who names it, once nothing else is open.
    books()
        .asked(day("02-01"), dispute("D-1", "F-1", None, "02-01"))
        .asked(day("02-02"), payment_for("P-1", "130.00", "02-02", &["F-1"]))
        .shows(settled("F-2"), "P-1 100.00 EUR InsurerOldest")
        .shows(settled("F-1"), "P-1 30.00 EUR Designated");
}

#[test]
fn a_person_may_allocate_what_the_rules_leave() {
    let story = holding()
        .asked(day("01-05"), invoice("F-1", "100.00", "01-05"))
        .asked(day("02-01"), payment("P-1", "70.00", "02-01"))
        .when(allocate("P-1", "F-1", "50.00"), &[allocated("P-1", "F-1", "50.00", Rule::Manual)])
        .when(allocate("P-1", "F-1", "50.00"), &[])
        .shows(open, "F-1 50.00 EUR")
        .shows(unallocated, "P-1 20.00 EUR");
    assert_eq!(story.refusal(allocate("P-1", "F-1", "70.00")).reason(), "ALLOCATION_CONFLICT");
    assert_eq!(story.refusal(allocate("P-1", "F-9", "10.00")).reason(), "INVOICE_NOT_FOUND");
    assert_eq!(story.refusal(allocate("P-9", "F-1", "10.00")).reason(), "PAYMENT_NOT_FOUND");
    let story = story.asked(day("02-02"), payment("P-2", "70.00", "02-02"));
    let too_much = story.refusal(allocate("P-2", "F-1", "60.00"));
    assert_eq!(too_much.reason(), "NOT_ENOUGH_OPEN");
    assert_eq!(
        too_much.to_string(),
        "60.00 EUR are asked for, but only 50.00 EUR are open on invoice F-1"
    );
    assert_eq!(story.refusal(allocate("P-2", "F-1", "80.00")).reason(), "NOT_ENOUGH_UNALLOCATED");
}

#[test]
fn what_a_person_withdrew_is_not_given_again_by_a_rule() {
    let story = books()
        .asked(day("01-05"), invoice("F-1", "100.00", "01-05"))
        .asked(day("02-01"), payment_for("P-1", "70.00", "02-01", &["F-1"]))
        .when(
            withdraw("P-1", "F-1"),
            &[Event::AllocationWithdrawn {
                source: source("P-1"),
                invoice: id("F-1"),
                amount: eur("70.00"),
            }],
        )
        .on(day("02-02"), &[])
        .shows(open, "F-1 100.00 EUR")
        .shows(unallocated, "P-1 70.00 EUR")
        .when(withdraw("P-1", "F-1"), &[])
        // Another invoice may have it, and a person may give it back.
        .asked(day("02-03"), invoice("F-2", "30.00", "02-03"))
        .shows(settled("F-2"), "P-1 30.00 EUR Waterfall")
        .asked(day("02-04"), allocate("P-1", "F-1", "40.00"))
        .shows(open, "F-1 60.00 EUR");
    assert_eq!(story.refusal(withdraw("P-9", "F-1")).reason(), "ALLOCATION_NOT_FOUND");
}

#[test]
fn a_payment_of_a_thousand_invoices_is_settled_in_steps_that_fit_the_journal() {
    let mut story = books();
    for number in 0..1_200 {
        story = story.asked(day("01-05"), invoice(&format!("F-{number}"), "1.00", "01-05"));
    }
    story
        .asked(day("02-01"), payment("P-1", "1150.00", "02-01"))
        .shows(|it| it.open.len(), 50)
        .shows(unallocated, "");
}

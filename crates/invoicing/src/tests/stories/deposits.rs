use crate::{InvoiceData, tests::say::*};

fn of_order(invoice: &str, gross: &str, order: &str) -> crate::Command {
    issue(InvoiceData { order: reference(order), ..bill(invoice, gross, "01-20") })
}

#[test]
fn a_deposit_is_held_until_its_order_is_invoiced() {
    books()
        .asked(day("01-05"), invoice("F-1", "50.00", "01-05"))
        .asked(day("01-10"), deposit("P-1", "50.00", "01-10", "PO-7"))
        .shows(open, "F-1 50.00 EUR")
        .shows(unallocated, "[P-1 50.00 EUR]")
        .asked(day("01-20"), of_order("F-2", "200.00", "po7"))
        .shows(settled("F-2"), "P-1 50.00 EUR Deposit")
        .shows(open, "F-1 50.00 EUR, F-2 150.00 EUR");
}

#[test]
fn a_deposit_for_no_order_is_consumed_by_hand() {
    books()
        .asked(day("01-05"), invoice("F-1", "50.00", "01-05"))
        .asked(day("01-10"), deposit("P-1", "50.00", "01-10", ""))
        .shows(unallocated, "[P-1 50.00 EUR]")
        .asked(day("01-11"), allocate("P-1", "F-1", "20.00"))
        .shows(open, "F-1 30.00 EUR")
        .shows(unallocated, "[P-1 30.00 EUR]");
}

#[test]
fn a_released_deposit_is_ordinary_money() {
    let story = books()
        .asked(day("01-05"), invoice("F-1", "30.00", "01-05"))
        .asked(day("01-10"), deposit("P-1", "50.00", "01-10", "PO-7"))
        .asked(day("02-01"), release("P-1", "02-01"))
        .shows(open, "")
        .shows(unallocated, "P-1 20.00 EUR")
        .when(release("P-1", "02-01"), &[])
        .asked(day("02-02"), payment("P-2", "5.00", "02-02"));
    assert_eq!(story.refusal(release("P-1", "02-02")).field(), Some("release_date"));
    assert_eq!(story.refusal(release("P-2", "02-02")).reason(), "NOT_A_DEPOSIT");
    assert_eq!(story.refusal(release("P-3", "02-02")).reason(), "PAYMENT_NOT_FOUND");
}

#[test]
fn only_a_deposit_is_for_an_order() {
    let command =
        pay(crate::RecordPayment { order: reference("PO-7"), ..transfer("P-1", "5.00", "01-05") });
    assert_eq!(books().refusal(command).field(), Some("order"));
}

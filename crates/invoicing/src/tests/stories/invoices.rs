use decider::spec::Story;
use events::invoicing::{self, Event, Rule, TermsKind, TermsLaw};

use crate::{Account, CustomerData, InvoiceData, Policy, Refusal, tests::say::*};

#[test]
fn an_invoice_is_due_by_its_own_terms_else_the_customers_else_the_tenants() {
    let of_customer = CustomerData { payment_terms: Some("60 j".to_owned()), ..customer() };
    let own = Some("45 j fin de mois (B)".to_owned());
    books()
        .asked(day("04-10"), invoice("F-1", "100.00", "04-10"))
        .asked(day("04-10"), register(of_customer))
        .asked(day("04-10"), invoice("F-2", "100.00", "04-10"))
        .asked(
            day("04-10"),
            issue(InvoiceData { payment_terms: own, ..bill("F-3", "100.00", "04-10") }),
        )
        .asked(
            day("04-10"),
            issue(InvoiceData { due_date: Some(day("04-30")), ..bill("F-4", "100.00", "04-10") }),
        )
        .shows(due, ["F-1 05-10", "F-2 06-09", "F-3 06-14", "F-4 04-30"]);
}

#[test]
fn an_invoice_is_about_more_than_nothing_and_its_parts_add_up() {
    let refused = |data: InvoiceData| books().refusal(issue(data)).to_string();
    assert_eq!(refused(bill("F-1", "0.00", "01-10")), "gross: 0.00 EUR is not more than zero");
    assert_eq!(refused(bill("F-1", "-5.00", "01-10")), "gross: -5.00 EUR is not more than zero");
    let parts = |net, tax| InvoiceData {
        net: Some(stated(net)),
        tax: Some(stated(tax)),
        ..bill("F-1", "120.00", "01-10")
    };
    assert_eq!(
        refused(parts("100.00", "19.60")),
        "gross: 120.00 EUR is not the net 100.00 EUR and the tax 19.60 EUR"
    );
    assert_eq!(refused(parts("100.00", "20.00 USD")), "tax: 20.00 USD is not in EUR");
    books().asked(day("01-10"), issue(parts("100.00", "20.00")));
}

#[test]
fn a_due_date_that_the_stated_terms_do_not_give_is_refused() {
    let data = InvoiceData {
        due_date: Some(day("03-01")),
        payment_terms: Some("net 30".to_owned()),
        ..bill("F-1", "100.00", "01-10")
    };
    let refusal = books().refusal(issue(data));
    assert_eq!(refusal.field(), Some("due_date"));
    assert_eq!(
        refusal.to_string(),
        "due_date: 2026-03-01 is stated, but 30 days from 2026-01-10 is 2026-02-09"
    );
}

#[test]
fn the_same_number_with_other_content_is_refused_and_loud() {
    let story = books().asked(day("01-10"), invoice("F-1", "100.00", "01-10"));
    let refusal = story.refusal(invoice("F-1", "110.00", "01-10"));
    assert_eq!(refusal.reason(), "INVOICE_NUMBER_CONFLICT");
    assert_eq!(refusal.field(), Some("gross"));
    assert_eq!(
        refusal.to_string(),
        "invoice F-1 is recorded with gross 100.00 EUR; now 110.00 EUR is stated under the same id"
    );
}

#[test]
fn what_a_producer_does_not_state_again_contradicts_nothing() {
    type Change = fn(&mut InvoiceData);
    let full = InvoiceData {
        due_date: Some(day("02-09")),
        tax: Some(stated("20.00")),
        order: reference("PO-7"),
        ..bill("F-1", "120.00", "01-10")
    };
    let with = |change: fn(&mut InvoiceData)| {
        let mut data = full.clone();
        change(&mut data);
        issue(data)
    };
    let story = books()
        .asked(day("01-10"), issue(full.clone()))
        .when(invoice("F-1", "120.00", "01-10"), &[])
        // Net is the rest of gross and tax; 30 days give the same day.
        .when(with(|it| (it.tax, it.net) = (None, Some(stated("100.00")))), &[])
        .when(with(|it| (it.due_date, it.payment_terms) = (None, Some("30 j".to_owned()))), &[]);
    let changes: [(Change, &str); 6] = [
        (|it| it.order = reference("PO-8"), "order"),
        (|it| it.site = reference("Lyon"), "site"),
        (|it| it.tax = Some(stated("19.60")), "tax"),
        (|it| it.due_date = Some(day("02-10")), "due_date"),
        (|it| (it.due_date, it.payment_terms) = (None, Some("60 j".to_owned())), "due_date"),
        (|it| it.issue_date = day("01-09"), "issue_date"),
    ];
    for (change, field) in changes {
        assert_eq!(story.refusal(with(change)).field(), Some(field));
    }
}

#[test]
fn a_correction_is_the_whole_invoice_and_the_original_may_be_sent_again() {
    let original = InvoiceData { order: reference("PO-7"), ..bill("F-1", "100.00", "01-10") };
    let corrected = bill("F-1", "80.00", "01-10");
    let story = books()
        .asked(day("01-10"), issue(original.clone()))
        .asked(day("01-12"), correct(corrected.clone()))
        .shows(open, "F-1 80.00 EUR")
        .shows(
            |it| it.invoice_view(&id("F-1"), day("01-12")).unwrap().document.unwrap().order,
            None,
        )
        .when(correct(corrected.clone()), &[])
        .when(issue(original), &[])
        .when(issue(corrected), &[]);
    assert_eq!(story.refusal(invoice("F-1", "90.00", "01-10")).reason(), "INVOICE_NUMBER_CONFLICT");
}

#[test]
fn a_correction_may_come_before_the_invoice() {
    let original = invoice("F-1", "100.00", "01-10");
    let story = books()
        .asked(day("01-12"), correct(bill("F-1", "80.00", "01-10")))
        .asked(day("01-13"), original.clone())
        .shows(open, "F-1 80.00 EUR")
        .when(original, &[]);
    // Now that the original is known, a third content is noticed.
    assert_eq!(story.refusal(invoice("F-1", "90.00", "01-10")).reason(), "INVOICE_NUMBER_CONFLICT");
}

#[test]
fn what_a_smaller_invoice_no_longer_takes_is_unallocated_again_the_last_first() {
    holding()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "50.00", "02-01", &["F-1"]))
        .asked(day("02-02"), payment_for("P-2", "50.00", "02-02", &["F-1"]))
        .asked(day("02-03"), correct(bill("F-1", "70.00", "01-10")))
        .shows(open, "")
        .shows(settled("F-1"), "P-1 50.00 EUR Designated, P-2 20.00 EUR Designated")
        .shows(unallocated, "P-2 30.00 EUR")
        .asked(day("02-04"), correct(bill("F-1", "90.00", "01-10")))
        // It is open again and the payer had named it.
        .shows(
            settled("F-1"),
            "P-1 50.00 EUR Designated, P-2 20.00 EUR Designated, P-2 20.00 EUR Designated",
        )
        .shows(unallocated, "P-2 10.00 EUR");
}

#[test]
fn the_currency_of_an_invoice_is_corrected_as_long_as_nothing_depends_on_it() {
    let in_dollars = correct(bill("F-1", "100.00 USD", "01-10"));
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-11"), in_dollars.clone())
        .shows(open, "F-1 100.00 USD");
    let story = books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-10"), payment("P-1", "30.00", "01-10"));
    assert_eq!(story.refusal(in_dollars).reason(), "CURRENCY_SETTLED");
}

#[test]
fn a_cancelled_invoice_gives_back_what_had_settled_it() {
    let story = holding()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "60.00", "02-01", &["F-1"]))
        .when(
            cancel("F-1", "02-05"),
            &[Event::InvoiceCancelled { invoice: id("F-1"), cancelled_on: day("02-05") }],
        )
        .shows(open, "")
        .shows(unallocated, "P-1 60.00 EUR")
        .shows(open_on("01-31"), "")
        .when(cancel("F-1", "02-05"), &[])
        .when(invoice("F-1", "100.00", "01-10"), &[]);
    assert_eq!(story.refusal(cancel("F-1", "02-06")).field(), Some("cancel_date"));
    assert_eq!(story.refusal(correct(bill("F-1", "90.00", "01-10"))).reason(), "INVOICE_CANCELLED");
    assert_eq!(story.refusal(dispute("D-1", "F-1", None, "02-06")).reason(), "INVOICE_CANCELLED");
}

#[test]
fn a_cancellation_may_come_before_the_invoice() {
    books()
        .asked(day("01-10"), cancel("F-1", "01-10"))
        .when(cancel("F-1", "01-10"), &[])
        .asked(day("01-11"), payment_for("P-1", "100.00", "01-11", &["F-1"]))
        .asked(day("01-12"), invoice("F-1", "100.00", "01-09"))
        .shows(open, "")
        .shows(unallocated, "P-1 100.00 EUR");
}

#[test]
fn a_credit_note_settles_its_invoice_which_may_arrive_later() {
    let story = books()
        .asked(day("01-10"), credit("A-1", "F-1", "30.00", "01-10"))
        .asked(day("01-10"), invoice("F-0", "30.00", "01-05"))
        .shows(unallocated, "A-1 30.00 EUR")
        .asked(day("01-11"), invoice("F-1", "100.00", "01-09"))
        .shows(open, "F-0 30.00 EUR, F-1 70.00 EUR")
        .shows(settled("F-1"), "A-1 30.00 EUR Designated")
        .when(credit("A-1", "F-1", "30.00", "01-10"), &[])
        .when(credit("A-1", "", "30.00", "01-10"), &[]);
    assert_eq!(story.refusal(credit("A-1", "F-2", "30.00", "01-10")).field(), Some("invoice_id"));
    assert_eq!(
        story.refusal(credit("A-1", "F-1", "40.00", "01-10")).reason(),
        "CREDIT_NOTE_CONFLICT"
    );
}

#[test]
fn a_cancelled_credit_note_opens_what_it_had_settled() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-09"))
        .asked(day("01-11"), credit("A-1", "F-1", "30.00", "01-11"))
        .asked(day("01-12"), cancel_credit("A-1", "01-12"))
        .shows(open, "F-1 100.00 EUR")
        .shows(unallocated, "")
        .when(cancel_credit("A-1", "01-12"), &[])
        .when(credit("A-1", "F-1", "30.00", "01-11"), &[])
        // The other way round is the same.
        .asked(day("01-13"), cancel_credit("A-2", "01-13"))
        .asked(day("01-13"), credit("A-2", "F-1", "20.00", "01-11"))
        .shows(open, "F-1 100.00 EUR");
}

#[test]
fn a_credit_note_without_an_invoice_settles_like_money() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-09"))
        .asked(day("01-11"), credit("A-1", "", "30.00", "01-11"))
        .shows(settled("F-1"), "A-1 30.00 EUR Waterfall")
        .shows(open, "F-1 70.00 EUR");
}

#[test]
fn an_account_stays_countable() {
    let largest = "30000000000000000.00";
    let story = books()
        .asked(day("01-10"), invoice("F-1", largest, "01-10"))
        .asked(day("01-10"), payment("P-1", "10000000000000000.00", "01-10"));
    let refusal = story.refusal(invoice("F-2", largest, "01-10"));
    assert_eq!(refusal, Refusal::OutOfRange(money::Currency::EUR));
    assert_eq!(refusal.reason(), "AMOUNT_OUT_OF_RANGE");
}

fn due(account: &Account) -> Vec<String> {
    let mut items: Vec<_> = account.open_items(&id("C-1"), day("12-31")).collect();
    items.sort_by(|a, b| a.invoice.cmp(&b.invoice));
    items.iter().map(|it| format!("{} {}", it.invoice, it.due_on.format("%m-%d"))).collect()
}

#[test]
fn an_exact_amount_is_a_sign_of_a_credit_note_too() {
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-09"))
        .asked(day("01-10"), invoice("F-2", "30.00", "01-10"))
        .when(
            credit("A-1", "", "30.00", "01-11"),
            &[Event::CreditNoteIssued(Box::new(invoicing::CreditNote {
                credit_note: id("A-1"),
                invoice: None,
                issued_on: day("01-11"),
                amount: eur("30.00"),
                reason: invoicing::CreditReason::Price,
            }))],
        )
        .on(day("01-11"), &[allocated("A-1", "F-2", "30.00", Rule::ExactAmount)]);
}

#[test]
fn terms_above_the_limit_are_warned_about_and_taken() {
    let law = |jurisdiction: &str, kind| {
        let jurisdiction = id(jurisdiction);
        let terms_law = Some(TermsLaw { jurisdiction, kind });
        Policy::try_new(invoicing::Policy { terms_law, ..Default::default() }).unwrap()
    };
    let warned = |policy: Policy, data: InvoiceData| {
        let story = Story::of(policy.clone()).asked(day("01-15"), issue(data));
        let warning = story.look(|it| policy.terms_warning(it, &id("F-1")));
        warning.map(|it| (it.latest_on.to_string(), it.excess_days()))
    };
    let bill = || bill("F-1", "100.00", "01-15");
    let terms = |text: &str| InvoiceData { payment_terms: Some(text.to_owned()), ..bill() };
    let due = |on| InvoiceData { due_date: Some(day(on)), ..bill() };
    let france = || law("FR", TermsKind::Ordinary);
    let beyond = |day: &str, days| Some((day.to_owned(), days));
    assert_eq!(warned(france(), terms("60 days")), None);
    assert_eq!(warned(france(), terms("90 days")), beyond("2026-03-16", 30));
    assert_eq!(warned(france(), terms("45 days end of month")), None);
    // A stated due date has the latest day that any terms may reach.
    assert_eq!(warned(france(), due("03-31")), None);
    assert_eq!(warned(france(), due("04-01")), beyond("2026-03-31", 1));
    let periodic = law("FR", TermsKind::Periodic);
    assert_eq!(warned(periodic, terms("60 days")), beyond("2026-03-01", 15));
    assert_eq!(
        warned(law("DE", TermsKind::ToPublicBody), terms("45 days")),
        beyond("2026-02-14", 15)
    );
    // Who has chosen no law is not warned; of a day whose limits are not known nobody is.
    assert_eq!(warned(Policy::default(), terms("90 days")), None);
    let old = InvoiceData { issue_date: day("2008-01-15"), ..terms("90 days") };
    assert_eq!(warned(france(), old), None);

    let terms_law = Some(TermsLaw { jurisdiction: id("XX"), kind: TermsKind::Ordinary });
    let rules = invoicing::Policy { terms_law, ..Default::default() };
    let refused = Policy::try_new(rules).unwrap_err();
    assert_eq!(refused.0[0].field, "terms_law.jurisdiction");
}

//! What is owed in dollars and pounds, month by month, and what protects it.

use std::collections::BTreeMap;

use decider::{Decider as _, Fold as _};
use events::CustomerId;
use proptest::prelude::*;

use super::{Register, forward, used};
use crate::{
    Fact, Kind, Risk,
    portfolio::currency_cover::{Covered, CurrencyCover, OfCurrency},
    tests::stories::{day, invoice},
};

type Customers = BTreeMap<CustomerId, Risk>;

/// Who owes what: customer, invoice, amount, due date, and the order it names.
fn owed(items: &[(&str, &str, &str, &str, Option<&str>)]) -> Customers {
    let mut customers = Customers::new();
    for (customer, id, amount, due, order) in items {
        let risk = customers.entry(customer.parse().unwrap()).or_default();
        risk.evolve(&Fact::Invoicing(invoice(id, amount, due, *order)));
    }
    customers
}

fn cover(it: &Register, customers: &Customers, on: &str) -> Vec<OfCurrency> {
    CurrencyCover::of(&it.0, customers, day(on)).by_currency(&it.0, day(on))
}

/// In whole units: owed, late, covered, uncovered, over-covered, ahead.
fn whole(it: &Covered) -> [i64; 6] {
    [it.receivables, it.overdue, it.covered, it.uncovered, it.over_covered, it.ahead]
        .map(|it| it.minor() / 10_i64.pow(it.currency().minor_units().into()))
}

fn lines(of: &OfCurrency) -> Vec<(String, [i64; 6])> {
    of.months.iter().map(|(month, it)| (month.to_string(), whole(it))).collect()
}

fn line(month: &str, it: [i64; 6]) -> (String, [i64; 6]) {
    (month.to_owned(), it)
}

/// Two customers owe dollars in May and June, one owes pounds and euros.
fn two_customers() -> Customers {
    owed(&[
        ("C-1", "F-1", "60000.00 USD", "2026-05-15", None),
        ("C-1", "F-2", "40000.00 USD", "2026-06-15", Some("PO-1")),
        ("C-2", "F-1", "50000.00 USD", "2026-06-20", None),
        ("C-2", "F-2", "7000.00 GBP", "2026-06-20", None),
        ("C-2", "F-3", "9000.00 EUR", "2026-06-20", None),
    ])
}

#[test]
fn a_forward_protects_what_falls_due_in_the_month_in_which_it_matures() {
    let mut it = Register::new();
    it.takes(Kind::RegisterHedge, &forward("HG-1", "100000.00", "2026-06-30", ""));
    it.takes(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-04-02"));
    let all = cover(&it, &two_customers(), "2026-04-30");
    let [pounds, dollars] = all.as_slice() else { panic!("{all:?}") };
    // 100,000 less 30,000 that were used stand against the 90,000 of June.
    assert_eq!(
        lines(dollars),
        [
            line("2026-05-01", [60_000, 0, 0, 60_000, 0, 0]),
            line("2026-06-01", [90_000, 0, 70_000, 20_000, 0, 0]),
        ]
    );
    assert_eq!(whole(&dollars.total), [150_000, 0, 70_000, 80_000, 0, 0]);
    assert_eq!(whole(&pounds.total), [7_000, 0, 0, 7_000, 0, 0]);
    // Before it was agreed there was none; before it was used, all of it.
    let before = cover(&it, &two_customers(), "2026-01-11");
    assert_eq!(whole(&before[1].total), [150_000, 0, 0, 150_000, 0, 0]);
    let then = cover(&it, &two_customers(), "2026-04-01");
    assert_eq!(whole(&then[1].total), [150_000, 0, 90_000, 60_000, 10_000, 0]);
}

#[test]
fn what_is_late_stands_in_the_month_that_is_asked_in() {
    let mut it = Register::new();
    it.takes(Kind::RegisterHedge, &forward("HG-1", "100000.00", "2026-06-30", ""));
    let all = cover(&it, &two_customers(), "2026-06-16");
    let june = [150_000, 100_000, 100_000, 50_000, 0, 0];
    assert_eq!(lines(&all[1]), [line("2026-06-01", june)]);
    // The forward is over in July, and nothing protects what is still owed.
    let all = cover(&it, &two_customers(), "2026-07-01");
    assert_eq!(lines(&all[1]), [line("2026-07-01", [150_000, 150_000, 0, 150_000, 0, 0])]);
}

#[test]
fn a_hedge_of_invoices_protects_them_whenever_they_are_due_and_nothing_else() {
    let mut it = Register::new();
    let named = r#","hedged":{"invoices":[{"customer_id":"C-1","invoice_id":"F-1"}]}"#;
    it.takes(Kind::RegisterHedge, &forward("HG-1", "80000.00", "2026-06-30", named));
    let all = cover(&it, &two_customers(), "2026-04-30");
    assert_eq!(
        lines(&all[1]),
        [
            line("2026-05-01", [60_000, 0, 60_000, 0, 0, 0]),
            // The 20,000 that the invoice does not need are too much, whoever else owes dollars.
            line("2026-06-01", [90_000, 0, 0, 90_000, 20_000, 0]),
        ]
    );
}

#[test]
fn what_protects_a_customer_an_order_or_a_tender_is_told_apart() {
    let mut it = Register::new();
    let order = r#","hedged":{"orders":[{"customer_id":"C-1","order":"PO-1"}]}"#;
    it.takes(Kind::RegisterHedge, &forward("HG-1", "55000.00", "2026-08-31", order));
    let customer = r#","hedged":{"customer_id":"C-2"}"#;
    it.takes(Kind::RegisterHedge, &forward("HG-2", "65000.00", "2026-06-30", customer));
    let tender = r#","hedged":{"tender":"AO-7"}"#;
    it.takes(Kind::RegisterHedge, &forward("HG-3", "1000.00", "2026-06-30", tender));
    it.takes(Kind::RegisterHedge, &forward("HG-4", "25000.00", "2026-06-30", ""));
    let all = cover(&it, &two_customers(), "2026-04-30");
    assert_eq!(
        lines(&all[1]),
        [
            line("2026-05-01", [60_000, 0, 0, 60_000, 0, 0]),
            // 40,000 by the order, 50,000 by the customer; 15,000 of that and the 25,000 are too much.
            line("2026-06-01", [90_000, 0, 90_000, 0, 40_000, 1_000]),
            // The order is not invoiced to the end.
            line("2026-08-01", [0, 0, 0, 0, 0, 15_000]),
        ]
    );
}

#[test]
fn prospection_protects_no_receivable() {
    let mut it = Register::new();
    let data = r#"{"hedge_id":"HG-5","kind":"prospection","counterparty":"Assurance du Large","amount":{"amount":"80000.00","currency":"EUR"},"quota":"0.65","trade_date":"2026-01-12","maturity_date":"2028-01-11","hedged":{"market":"JP"}}"#;
    it.takes(Kind::RegisterHedge, data);
    let all = cover(&it, &two_customers(), "2026-04-30");
    let codes: Vec<_> = all.iter().map(|it| it.currency.code()).collect();
    assert_eq!(codes, ["GBP", "USD"]);
    // Not even if the tenant's own currency becomes another one.
    let rules = events::risk::CreditPolicy { currency: money::Currency::USD, ..Default::default() };
    it.0.adopt(&Fact::Risk(events::risk::Event::CreditPolicyAdopted(Box::new(rules))));
    let all = cover(&it, &two_customers(), "2026-04-30");
    assert_eq!(whole(&all[0].total), [9_000, 0, 0, 9_000, 0, 0]);
}

/// A hedge of so much, to the end of a month, with a quota or not, for something.
fn any_hedge() -> impl Strategy<Value = (u32, u8, bool, u8)> {
    (1..90_000_u32, 2..9_u8, any::<bool>(), 0..6_u8)
}

proptest! {
    #[test]
    fn every_receivable_is_covered_or_not_and_every_hedge_is_counted_once(
        items in prop::collection::vec((0..4_u8, 1..90_000_u32, 2..9_u8, 0..3_u8), 0..25),
        hedges in prop::collection::vec(any_hedge(), 0..12),
        apart in 0..4_usize,
    ) {
        let mut customers = Customers::new();
        for (n, (customer, amount, month, order)) in items.iter().enumerate() {
            let risk = customers.entry(format!("C-{customer}").parse().unwrap()).or_default();
            let (due, order) = (format!("2026-{month:02}-15"), format!("PO-{order}"));
            let amount = format!("{amount}.00 USD");
            risk.evolve(&Fact::Invoicing(invoice(&format!("F-{n}"), &amount, &due, Some(&order))));
        }
        let mut it = Register::new();
        for (n, (amount, month, quota, what)) in hedges.iter().enumerate() {
            let quota = if *quota { r#","quota":"0.777""# } else { "" };
            let hedged = match what {
                0 => r#"{"invoices":[{"customer_id":"C-0","invoice_id":"F-0"},{"customer_id":"C-1","invoice_id":"F-1"}]}"#,
                1 => r#"{"orders":[{"customer_id":"C-1","order":"PO-1"}]}"#,
                2 => r#"{"customer_id":"C-2"}"#,
                3 => r#"{"tender":"AO-1"}"#,
                _ => "{}",
            };
            let more = format!(r#"{quota},"hedged":{hedged}"#);
            let matures = format!("2026-{month:02}-28");
            it.takes(Kind::RegisterHedge, &forward(&format!("HG-{n}"), &format!("{amount}.00"), &matures, &more));
        }
        let on = day("2026-04-10");
        let all = CurrencyCover::of(&it.0, &customers, on).by_currency(&it.0, on);
        let owed: i64 = items.iter().map(|it| i64::from(it.1) * 100).sum();
        let protected: i64 = it.0.hedges().map(|it| it.protected_on(on).minor()).sum();
        let mut sums = [0, 0];
        for (_, month) in all.iter().flat_map(|it| &it.months) {
            let [receivables, overdue, covered, uncovered, over, ahead] = [
                month.receivables, month.overdue, month.covered, month.uncovered,
                month.over_covered, month.ahead,
            ].map(money::Money::minor);
            prop_assert_eq!(receivables, covered + uncovered);
            prop_assert!([overdue, covered, uncovered, over, ahead].iter().all(|it| *it >= 0));
            sums[0] += receivables;
            sums[1] += covered + over + ahead;
        }
        prop_assert_eq!(sums, [owed, protected]);
        // In parts, as partitions have them.
        let mut parts = CurrencyCover::of(&it.0, customers.iter().take(apart), on);
        parts.merge(CurrencyCover::of(&it.0, customers.iter().skip(apart), on));
        prop_assert_eq!(parts.by_currency(&it.0, on), all);
    }
}

use std::collections::BTreeMap;

use money::{Currency, Money};

use crate::{
    Account, InvoiceData,
    tests::say::*,
    view::{
        AgedBalance, Balance, Bounds, Filter, Inputs, InvoiceState, Kind, OrderBy, PaymentState,
        Period, Rate, Rates, statements,
    },
};

fn due(invoice: &str, gross: &str, issued: &str, due: &str) -> crate::Command {
    issue(InvoiceData { due_date: Some(day(due)), ..bill(invoice, gross, issued) })
}

/// On 1 July: 10 not due, 20 due today, 30 a day late, 40 thirty days, 50 thirty-one, 60 a hundred.
fn portfolio() -> decider::spec::Story<crate::Policy> {
    holding()
        .asked(day("06-30"), due("F-1", "10.00", "06-15", "07-15"))
        .asked(day("06-30"), due("F-2", "20.00", "06-01", "07-01"))
        .asked(day("06-30"), due("F-3", "30.00", "05-30", "06-30"))
        .asked(day("06-30"), due("F-4", "40.00", "05-01", "06-01"))
        .asked(day("06-30"), due("F-5", "50.00", "05-01", "05-31"))
        .asked(day("06-30"), due("F-6", "60.00", "02-01", "03-23"))
}

#[test]
fn an_aged_balance_is_by_due_date_and_its_buckets_make_up_what_is_open() {
    let aged = |it: &Account| {
        let aged = AgedBalance::of([it], day("07-01"), &Bounds::default());
        let buckets = aged[0].buckets.iter().map(|it| it.amount.to_string());
        (
            aged[0].not_due.amount.to_string(),
            buckets.collect::<Vec<_>>().join(" "),
            aged[0].outstanding,
        )
    };
    portfolio()
        .asked(day("07-01"), payment("P-1", "5.00", "07-01"))
        .shows(
            aged,
            (
                "30.00 EUR".to_owned(),
                "70.00 EUR 50.00 EUR 0.00 EUR 60.00 EUR".to_owned(),
                eur("210.00"),
            ),
        )
        .shows(
            |it| AgedBalance::of([it], day("07-01"), &Bounds::default())[0].unallocated,
            eur("5.00"),
        )
        .shows(
            |it| {
                let bounds = Bounds::try_new(vec![15]).unwrap();
                let aged = AgedBalance::of([it], day("07-01"), &bounds);
                aged[0]
                    .buckets
                    .iter()
                    .map(|it| (it.days_min, it.days_max, it.count))
                    .collect::<Vec<_>>()
            },
            vec![(1, Some(15), 1), (16, None, 3)],
        );
    for broken in [vec![], vec![0, 30], vec![30, 30], vec![60, 30], (1..=21).collect()] {
        assert!(Bounds::try_new(broken).is_err());
    }
}

#[test]
fn a_balance_says_how_late_what_is_owed_is() {
    portfolio().shows(
        |it| {
            let Balance {
                overdue,
                overdue_items,
                open_items,
                oldest_due_on,
                days_past_due_max,
                days_past_due_weighted,
                ..
            } = it.view(day("07-01")).balances[0].clone();
            (
                overdue,
                overdue_items,
                open_items,
                oldest_due_on,
                days_past_due_max,
                days_past_due_weighted.to_string(),
            )
        },
        // (30·1 + 40·30 + 50·31 + 60·100) / 180 = 48.8
        (eur("180.00"), 4, 6, Some(day("03-23")), 100, "48.8".to_owned()),
    );
}

#[test]
fn open_items_are_filtered_and_ordered() {
    let list = |filter: Filter, order: &str| {
        let order: OrderBy = order.parse().unwrap();
        move |it: &Account| {
            let mut items: Vec<_> =
                it.open_items(&id("C-1"), day("07-01")).filter(|it| filter.takes(it)).collect();
            items.sort_by(|a, b| order.compare(a, b));
            items.iter().map(|it| it.invoice.to_string()).collect::<Vec<_>>().join(" ")
        }
    };
    let late = Filter { overdue_only: true, ..Filter::default() };
    let large = Filter { open_min: Some(eur("50.00")), ..Filter::default() };
    let soon =
        Filter { due_min: Some(day("06-30")), due_max: Some(day("07-01")), ..Filter::default() };
    let dollars = Filter { currency: Some(Currency::USD), ..Filter::default() };
    portfolio()
        .shows(list(Filter::default(), ""), "F-6 F-5 F-4 F-3 F-2 F-1")
        .shows(list(late, "open_amount desc"), "F-6 F-5 F-4 F-3")
        .shows(list(large, "invoice_id"), "F-5 F-6")
        .shows(list(soon, "days_past_due desc, invoice_id"), "F-3 F-2")
        .shows(list(dollars, ""), "")
        .shows(list(Filter::default(), "issue_date, open_amount desc"), "F-6 F-5 F-4 F-3 F-2 F-1");
    for broken in ["colour", "due_date down", "due_date,", "due_date desc desc"] {
        assert!(broken.parse::<OrderBy>().is_err(), "{broken}");
    }
}

#[test]
fn an_invoice_tells_what_became_of_it() {
    let story = books()
        .asked(day("01-10"), payment_for("P-9", "5.00", "01-10", &["F-9"]))
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "60.00", "02-01"))
        .asked(day("02-20"), credit("A-1", "F-1", "40.00", "02-20"));
    let state = |invoice: &'static str, on: &'static str| {
        move |it: &Account| {
            it.invoice_view(&id(invoice), day(on)).map(|it| (it.state, it.days_past_due))
        }
    };
    story
        .shows(state("F-1", "01-01"), Some((InvoiceState::Open, 0)))
        .shows(state("F-1", "02-10"), Some((InvoiceState::PartlySettled, 1)))
        .shows(state("F-1", "02-20"), Some((InvoiceState::Settled, 0)))
        .shows(state("F-9", "02-20"), Some((InvoiceState::Awaited, 0)))
        .shows(state("F-8", "02-20"), None)
        .shows(
            |it| it.invoice_view(&id("F-1"), day("12-31")).unwrap().settled_on,
            Some(day("02-20")),
        );
}

#[test]
fn a_payment_tells_what_became_of_it() {
    let story = holding()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment_for("P-1", "130.00", "02-01", &["F-1 50.00"]))
        .asked(day("02-03"), refund("R-1", "P-1", "80.00", "02-03"))
        .asked(day("02-04"), bounce("P-2", "02-04"));
    let state = |payment: &'static str, on: &'static str| {
        move |it: &Account| {
            it.payment_view(&id(payment), day(on))
                .map(|it| (it.state, it.unallocated.map(Money::minor)))
        }
    };
    story
        .shows(state("P-1", "02-02"), Some((PaymentState::PartlyAllocated, Some(8_000))))
        .shows(state("P-1", "02-03"), Some((PaymentState::Allocated, Some(0))))
        .shows(state("P-2", "02-04"), Some((PaymentState::Awaited, None)))
        .shows(state("P-3", "02-04"), None)
        .asked(day("02-05"), bounce("P-1", "02-05"))
        .shows(state("P-1", "02-05"), Some((PaymentState::Reversed, Some(-8_000))));
}

#[test]
fn a_statement_goes_from_one_balance_to_another_line_by_line() {
    let lines = |first: Option<&str>, last: &str| {
        let (first, last) = (first.map(day), day(last));
        move |it: &Account| {
            let all = statements(it, first, last);
            let statement = &all[0];
            let lines = statement.lines.iter().map(|it| {
                format!(
                    "{} {:?} {} {} {}",
                    it.on.format("%m-%d"),
                    it.kind,
                    it.document,
                    it.amount.minor(),
                    it.balance.minor()
                )
            });
            let mut text = vec![format!("{}", statement.opening.minor())];
            text.extend(lines);
            text.push(format!("{}", statement.closing.minor()));
            text
        }
    };
    books()
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("02-01"), payment("P-1", "60.00", "02-01"))
        .asked(day("02-05"), payment("P-2", "40.00", "02-05"))
        .asked(day("02-09"), bounce("P-2", "02-09"))
        .asked(day("02-10"), credit("A-1", "F-1", "10.00", "02-10"))
        .asked(day("03-01"), give_up("W-1", "F-1", None, "03-01"))
        .asked(day("03-02"), approve("W-1", "bert", "03-02"))
        .asked(day("04-01"), payment_for("P-3", "30.00", "04-01", &["F-1"]))
        .shows(
            lines(None, "02-28"),
            vec![
                "0",
                "01-10 Invoice F-1 10000 10000",
                "02-01 Payment P-1 -6000 4000",
                "02-05 Reversal P-2 4000 8000",
                "02-05 Payment P-2 -4000 4000",
                "02-10 CreditNote A-1 -1000 3000",
                "3000",
            ],
        )
        .shows(
            lines(Some("03-01"), "04-30"),
            vec![
                "3000",
                "03-02 WriteOff W-1 -3000 0",
                "04-01 Recovery F-1 3000 3000",
                "04-01 Payment P-3 -3000 0",
                "0",
            ],
        );
}

#[test]
fn currencies_are_added_only_at_a_rate_that_is_named() {
    let rates = |rate: &str| Rates {
        into: Currency::EUR,
        rates: BTreeMap::from([(
            Currency::USD,
            Rate { rate: rate.parse().unwrap(), on: day("06-30") },
        )]),
    };
    let none = Rates { into: Currency::EUR, rates: BTreeMap::new() };
    portfolio()
        .asked(day("06-30"), due("F-7", "100.00 USD", "05-01", "06-30"))
        .shows(
            |it| {
                let balances = it.view(day("07-01")).balances;
                let whole = Balance::converted(&balances, &rates("0.925")).unwrap().unwrap();
                (balances.len(), whole.open, whole.overdue, whole.open_items)
            },
            (2, eur("302.50"), eur("272.50"), 7),
        )
        .shows(
            |it| {
                let aged = AgedBalance::of([it], day("07-01"), &Bounds::default());
                let whole = AgedBalance::converted(&aged, &Bounds::default(), &rates("0.925")).unwrap();
                (whole.outstanding, whole.buckets[0].amount)
            },
            (eur("302.50"), eur("162.50")),
        )
        .shows(
            |it| Balance::converted(&it.view(day("07-01")).balances, &none).unwrap_err().to_string(),
            "no rate from USD to EUR was given; amounts of two currencies are never added without one",
        );
}

#[test]
fn indicators_name_their_formula_and_what_they_were_computed_from() {
    let of = |kind: Kind| {
        move |it: &Account| {
            let period = Period::try_new(day("03-31"), 90).unwrap();
            let inputs = Inputs::of(it, period);
            let all = inputs[0].indicators();
            let indicator = all.iter().find(|it| it.kind == kind).unwrap();
            assert!(!indicator.formula.is_empty() && !indicator.inputs.is_empty());
            indicator.value.unwrap().to_string()
        }
    };
    // Sales: 100 in January, 200 in February, 300 in March. Open: 50, 200 and 300.
    holding()
        .asked(day("01-10"), due("F-1", "100.00", "01-10", "02-09"))
        .asked(day("02-10"), due("F-2", "220.00", "02-10", "03-12"))
        .asked(day("02-12"), credit("A-1", "F-2", "20.00", "02-12"))
        .asked(day("03-10"), due("F-3", "300.00", "03-10", "04-09"))
        .asked(day("03-15"), payment_for("P-1", "50.00", "03-15", &["F-1"]))
        .asked(day("03-15"), promise("V-1", "50.00", "03-01", "03-20", &[]))
        .asked(day("03-15"), promise("V-2", "90.00", "03-01", "03-20", &[]))
        .passes(day("03-31"))
        // 550 / 600 · 90; March and February whole, 50 of January's 100 in 31 days.
        .shows(of(Kind::Dso), "82.50")
        .shows(of(Kind::DsoCountBack), "74.50")
        // (50·80)/100 + (200·49)/200 + (300·21)/300
        .shows(of(Kind::DsoTrue), "110.00")
        .shows(of(Kind::DsoBestPossible), "45.00")
        .shows(of(Kind::AverageDaysDelinquent), "37.50")
        // Nothing was open on 31 December: (0 + 600 − 550) / (0 + 600 − 300).
        .shows(of(Kind::CollectionEffectiveness), "0.1667")
        .shows(of(Kind::OverdueShare), "0.4545")
        .shows(of(Kind::BrokenPromiseShare), "0.5000");
}

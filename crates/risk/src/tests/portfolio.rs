//! What all customers together say: figures worked out by hand, and what holds of any portfolio.

mod cover_cost;
mod group;
mod laws;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use decider::Fold as _;
use events::{
    CustomerId,
    invoicing::{self, Invoice},
    risk::{Cover, CoverKind, CreditPolicy, Event, Grade, Notice, NoticeKind},
};
use money::Money;
use rust_decimal::Decimal;

use super::stories::{day, eur, paid, policy, rules};
use crate::{
    Fact, Policy, Risk,
    figures::provision::Outlook,
    portfolio::{
        Figure, Value,
        cash::{BackTest, Basis, Came, Forecast, Learned},
        concentration::{By, Holdings, Of},
        cover_gap::CoverGap,
        depreciation::{self, Cases, Reason},
        expected_loss::ExpectedLoss,
        provisions::{self, Ages},
        roll_forward::{ProvisionRoll, RollForward},
        working_capital::WorkingCapital,
    },
};

/// Customers by id.
type Portfolio = BTreeMap<CustomerId, Risk>;

fn customer(id: &str) -> CustomerId {
    id.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn risk(facts: impl IntoIterator<Item = Fact>) -> Risk {
    let mut risk = Risk::default();
    facts.into_iter().for_each(|it| risk.evolve(&it));
    risk
}

fn of<const N: usize>(customers: [(&str, Vec<Fact>); N]) -> Portfolio {
    customers.into_iter().map(|(id, facts)| (customer(id), risk(facts))).collect()
}

fn issued(id: &str, on: &str, due: &str, gross: &str, tax: Option<&str>) -> Fact {
    Fact::Invoicing(invoicing::Event::InvoiceIssued(Box::new(Invoice {
        invoice: id.parse().unwrap(),
        number: None,
        issued_on: day(on),
        due_on: day(due),
        terms: None,
        gross: eur(gross),
        tax: tax.map(eur),
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    })))
}

fn pays(id: &str, invoice: &str, amount: &str, on: &str) -> Vec<Fact> {
    paid(id, invoice, amount, on).map(Fact::Invoicing).to_vec()
}

fn read(json: &str) -> Fact {
    Fact::Invoicing(serde_json::from_str(json).unwrap())
}

fn disputed(invoice: &str, amount: &str, on: &str) -> Fact {
    read(&format!(
        r#"{{"DisputeOpened":{{"dispute":"D-{invoice}","invoice":"{invoice}","amount":"{amount} EUR","reason":"price","opened_on":"{on}"}}}}"#
    ))
}

fn given_up(invoice: &str, amount: &str, on: &str) -> [Fact; 2] {
    [
        read(&format!(
            r#"{{"WriteOffRequested":{{"write_off":"W-{invoice}","invoice":"{invoice}","amount":"{amount} EUR","reason":"insolvency","requested_by":"ar-1","requested_on":"{on}"}}}}"#
        )),
        read(&format!(
            r#"{{"WriteOffApproved":{{"write_off":"W-{invoice}","approved_by":"cfo","approved_on":"{on}"}}}}"#
        )),
    ]
}

fn covered(layer: u8, amount: &str, quota: &str) -> Fact {
    Fact::Risk(Event::CoverGranted(Box::new(Cover {
        cover: format!("CV-{layer}").parse().unwrap(),
        insurer: "insurer".parse().unwrap(),
        policy: format!("POL-{layer}").parse().unwrap(),
        kind: CoverKind::Named,
        amount: eur(amount),
        quota: decimal(quota),
        layer,
        holds_from: day("2026-01-01"),
        holds_until: None,
    })))
}

fn receivership(on: &str) -> Fact {
    Fact::Risk(Event::NoticePublished(Box::new(Notice {
        notice: "N-1".parse().unwrap(),
        kind: NoticeKind::Receivership,
        published_on: day(on),
        judged_on: None,
        court: None,
        source: "BODACC".parse().unwrap(),
    })))
}

fn joined(parent: &str, share: Option<&str>) -> Fact {
    let (parent, share) = (customer(parent), share.map(decimal));
    Fact::Risk(Event::GroupJoined { parent, share, from: day("2026-01-01") })
}

fn value(figures: &[Figure], name: &str) -> Value {
    let found = figures.iter().find(|it| it.name == name).unwrap();
    assert!(!found.formula.is_empty());
    *found.value.as_ref().unwrap()
}

fn amount(figures: &[Figure], name: &str) -> Money {
    match value(figures, name) {
        Value::Amount(amount) => amount,
        Value::Number(number) => panic!("{name} is the number {number}"),
    }
}

fn number(figures: &[Figure], name: &str) -> String {
    match value(figures, name) {
        Value::Number(number) => number.normalize().to_string(),
        Value::Amount(amount) => panic!("{name} is the amount {amount}"),
    }
}

fn names(found: &[crate::figures::concentration::Name]) -> Vec<(&str, i64)> {
    found.iter().map(|it| (it.name.as_str(), it.amount_minor)).collect()
}

#[test]
fn fifty_thirty_twenty_is_concentrated_as_two_and_two_thirds_equals_and_a_group_is_one_name() {
    let owes = |id: &str, amount| vec![issued(id, "2026-01-02", "2026-02-01", amount, None)];
    let mut customers = of([
        ("C-1", owes("F-1", "20.00")),
        ("C-2", owes("F-2", "50.00")),
        ("C-3", owes("F-3", "30.00")),
    ]);
    let on = day("2026-06-30");
    let policy = policy(rules());
    let found = |customers: &Portfolio, by| {
        let holdings = Holdings::of(&policy, customers, on).unwrap();
        holdings.breakdown(&policy, by, Of::Exposure, 2).unwrap()
    };
    let by_customer = found(&customers, By::Customer);
    assert_eq!(number(&by_customer.figures, "hhi"), "0.38");
    assert_eq!(number(&by_customer.figures, "effective_number"), "2.63");
    assert_eq!(number(&by_customer.figures, "top_share"), "0.8");
    assert_eq!(names(&by_customer.top), [("C-2", 5_000), ("C-3", 3_000)]);
    assert_eq!(by_customer.single_names.len(), 3);

    // A daughter and its daughter: one name; a stake of half is none.
    let join = |customers: &mut Portfolio, id: &str, fact| {
        customers.get_mut(&customer(id)).unwrap().evolve(&fact);
    };
    join(&mut customers, "C-1", joined("C-3", None));
    join(&mut customers, "C-3", joined("HOLDING", Some("0.51")));
    assert_eq!(names(&found(&customers, By::Group).top), [("C-2", 5_000), ("HOLDING", 5_000)]);
    join(&mut customers, "C-2", joined("C-1", Some("0.5")));
    assert_eq!(found(&customers, By::Group).count, 2);
    // Nobody has said the sectors: they are one that is not known.
    assert_eq!(names(&found(&customers, By::Sector).top), [("", 10_000)]);

    // Who belongs to each other in a ring is one group, by the first of its names.
    let mut ring = of([("C-1", owes("F-1", "20.00")), ("C-2", owes("F-2", "50.00"))]);
    join(&mut ring, "C-1", joined("C-2", None));
    join(&mut ring, "C-2", joined("C-1", None));
    assert_eq!(names(&found(&ring, By::Group).top), [("C-1", 7_000)]);
}

#[test]
fn a_currency_without_a_rate_is_the_answer() {
    let mut invoice = issued("F-1", "2026-01-02", "2026-02-01", "20.00", None);
    if let Fact::Invoicing(invoicing::Event::InvoiceIssued(it)) = &mut invoice {
        it.gross = "20.00 USD".parse().unwrap();
    }
    let (customers, on) = (of([("C-1", vec![invoice])]), day("2026-06-30"));
    let error = ExpectedLoss::of(&policy(rules()), &customers, on).unwrap_err();
    assert!(error.to_string().contains("USD"), "{error}");
}

#[test]
fn expected_loss_is_the_unsecured_by_the_chance_to_fail_and_by_what_is_lost_then() {
    let standard = policy(rules());
    let loss = |policy: &Policy, grade| policy.expected_loss(100_000, grade);
    let grades = [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E];
    let expected = ["1.20", "4.20", "15.00", "48.00", "180.00"].map(eur);
    assert_eq!(grades.map(|grade| loss(&standard, grade)), expected);
    let own = policy(CreditPolicy {
        default_ppm: Some([1_000, 5_000, 20_000, 60_000, 500_000]),
        loss_given_default: Some(decimal("0.4")),
        ..rules()
    });
    assert_eq!((loss(&own, Grade::A), loss(&own, Grade::E)), (eur("0.40"), eur("200.00")));
    assert_eq!(own.expected_loss(-5, Grade::E), eur("0.00"));
    assert_eq!(own.expected_loss(i128::MAX, Grade::E).minor(), i64::MAX / 5);
    let wrong = CreditPolicy {
        default_ppm: Some([0, 0, 0, 0, 1_000_001]),
        loss_given_default: Some(decimal("1.1")),
        ..rules()
    };
    let error = Policy::try_new(wrong).unwrap_err().to_string();
    assert!(error.contains("default_ppm[4]") && error.contains("loss_given_default"), "{error}");

    // 1,000 owed, of which insurers would pay 900; never scored: an ordinary payer.
    let owes = issued("F-1", "2026-01-02", "2026-08-01", "1000.00", None);
    let customers = of([("C-1", vec![owes, covered(1, "5000.00", "0.9")])]);
    let found = ExpectedLoss::of(&standard, &customers, day("2026-06-30")).unwrap();
    assert_eq!(amount(&found.figures(&standard), "expected_loss"), eur("1.50"));
    assert_eq!(number(&found.figures(&standard), "expected_loss_share"), "0.0015");
    let [grade] = found.by_grade(&standard)[..] else { panic!("one grade") };
    assert_eq!((grade.grade, grade.customers, grade.default_ppm), (None, 1, 25_000));
    assert_eq!((grade.exposure, grade.unsecured), (eur("1000.00"), eur("100.00")));
}

/// 400 due at the end of January, of which 300 come in February; 1,000 not due.
fn rolling() -> Portfolio {
    let mut first = vec![
        issued("F-1", "2026-01-02", "2026-01-31", "100.00", None),
        issued("F-2", "2026-01-02", "2026-01-31", "300.00", None),
    ];
    first.extend(pays("P-2", "F-2", "300.00", "2026-02-10"));
    of([("C-1", first), ("C-2", vec![issued("F-3", "2026-05-20", "2026-06-30", "1000.00", None)])])
}

fn judged(last_loss: &str, outlooks: Vec<Outlook>) -> provisions::Judgement {
    provisions::Judgement { last_loss: decimal(last_loss), outlooks }
}

#[test]
fn the_matrix_is_made_of_what_really_rolled() {
    let (policy, on) = (policy(rules()), day("2026-05-31"));
    let ages = Ages::of(&rolling(), on, 4);
    let found = ages.provisions(&policy, &judged("0.5", Vec::new())).unwrap();
    assert_eq!(found.months.first(), Some(&day("2026-01-31")));
    assert_eq!(found.months.last(), Some(&on));
    let rolled: Vec<_> = found.rows.iter().filter_map(|it| it.roll.as_ref()).collect();
    // A quarter of what was not due is late a month later, and all of that rolls to the end.
    assert_eq!((rolled[0].left, rolled[0].arrived), (eur("400.00"), eur("100.00")));
    let rates: Vec<_> = rolled.iter().map(|it| it.rate.to_string()).collect();
    assert_eq!(rates, ["0.25", "1", "1", "1"]);
    assert!(rolled.iter().all(|it| !it.assumed));
    let historical: Vec<_> =
        found.rows.iter().map(|it| it.historical_rate.normalize().to_string()).collect();
    assert_eq!(historical, ["0.125", "0.5", "0.5", "0.5", "0.5"]);
    // 1,000 × 12.5 % and 100 × 50 %.
    assert_eq!(found.allowance, eur("175.00"));
    assert_eq!(number(&found.figures, "coverage"), "0.159091");

    // The outlook in force counts, not the one to come.
    let outlook = |from, factor| Outlook::try_new(day(from), decimal(factor)).unwrap();
    let outlooks = vec![outlook("2026-05-01", "1.2"), outlook("2026-06-01", "9")];
    let worse = ages.provisions(&policy, &judged("0.5", outlooks)).unwrap();
    assert_eq!(worse.allowance, eur("210.00"));
    assert_eq!(worse.outlook.unwrap().from(), day("2026-05-01"));
    let better = vec![outlook("2026-05-01", "0")];
    assert_eq!(ages.provisions(&policy, &judged("1", better)).unwrap().allowance, eur("0.00"));

    // Of a bucket that was always empty nobody knows: all of it would roll on.
    let young = Ages::of(&rolling(), day("2026-03-15"), 1);
    let young = young.provisions(&policy, &judged("1", Vec::new())).unwrap();
    let assumed: Vec<_> =
        young.rows.iter().filter_map(|it| Some(it.roll.as_ref()?.assumed)).collect();
    assert_eq!(assumed, [false, true, true, true]);
    // Half of the month before it is over the month counts for nothing: 100, 43 days late.
    assert_eq!(young.months, [day("2026-01-31"), day("2026-02-28")]);
    assert_eq!(young.rows[2].gross, eur("100.00"));
}

#[test]
fn half_of_twelve_thousand_with_tax_at_twenty_is_five_thousand_in_a_procedure_only() {
    let (policy, on) = (policy(rules()), day("2026-06-30"));
    let owes = |tax| issued("F-1", "2026-01-02", "2026-02-01", "12000.00", tax);
    let half = depreciation::Judgement {
        insolvency_percent: Some(decimal("50")),
        ..depreciation::Judgement::default()
    };
    let found = |customers: &Portfolio, judgement: &depreciation::Judgement| {
        Cases::of(&policy, customers, on, judgement).unwrap()
    };
    let late = of([("C-1", vec![owes(Some("2000.00"))])]);
    assert!(found(&late, &half).cases().is_empty(), "lateness alone is no reason");

    let insolvent = of([("C-1", vec![owes(Some("2000.00")), receivership("2026-05-01")])]);
    let cases = found(&insolvent, &half);
    let [case] = cases.cases() else { panic!("one case") };
    assert_eq!((case.reason, case.notice), (Reason::Insolvency, Some(NoticeKind::Receivership)));
    assert_eq!((case.gross, case.base), (eur("12000.00"), Some(eur("10000.00"))));
    assert_eq!(case.amount, Some(eur("5000.00")));
    assert_eq!(amount(&cases.figures(&policy), "reclassified"), eur("12000.00"));
    assert_eq!(amount(&cases.figures(&policy), "depreciation"), eur("5000.00"));
    assert!(found(&insolvent, &depreciation::Judgement::default()).cases()[0].amount.is_none());

    // Without the tax in the document it is the caller's; without that there is no base.
    let unknown = of([("C-1", vec![owes(None), receivership("2026-05-01")])]);
    assert_eq!(found(&unknown, &half).cases()[0].base, None);
    let with_tax = depreciation::Judgement { tax_percent: Some(decimal("20")), ..half.clone() };
    assert_eq!(found(&unknown, &with_tax).cases()[0].amount, Some(eur("5000.00")));

    // The contested part, what is late for long, and what the caller names.
    let mut second = vec![issued("F-2", "2026-01-02", "2026-06-01", "600.00", Some("100.00"))];
    second.push(disputed("F-2", "120.00", "2026-06-10"));
    let mixed = of([("C-1", vec![owes(Some("2000.00"))]), ("C-2", second)]);
    let judgement = depreciation::Judgement {
        dispute_percent: Some(decimal("10")),
        overdue_days: Some(90),
        cases: BTreeMap::from([(customer("C-1"), decimal("30"))]),
        ..depreciation::Judgement::default()
    };
    let cases = found(&mixed, &judgement);
    let told: Vec<_> = cases.cases().iter().map(|it| (it.reason, it.gross, it.amount)).collect();
    let named = (Reason::Named, eur("12000.00"), Some(eur("3000.00")));
    assert_eq!(told, [named, (Reason::Dispute, eur("120.00"), Some(eur("10.00")))]);
    let judgement = depreciation::Judgement { cases: BTreeMap::new(), ..judgement };
    let cases = found(&mixed, &judgement);
    assert_eq!((cases.cases()[0].reason, cases.cases()[0].amount), (Reason::Overdue, None));
    let sums: Vec<_> = cases.sums(&policy).iter().map(|it| (it.cases, it.unjudged)).collect();
    assert_eq!(sums, [(1, 0), (1, 1)]);
}

#[test]
fn every_movement_leads_to_the_closing_and_what_is_written_off_uses_the_provision() {
    let policy = policy(rules());
    let mut facts = vec![
        issued("F-1", "2025-12-01", "2025-12-31", "100.00", None),
        issued("F-2", "2026-01-10", "2026-02-10", "250.00", None),
    ];
    facts.extend(pays("P-1", "F-2", "150.00", "2026-02-01"));
    facts.extend(pays("P-2", "F-2", "40.00", "2026-02-05"));
    facts.push(read(
        r#"{"PaymentReversed":{"payment":"P-2","reversed_on":"2026-02-20","reason":"bounced"}}"#,
    ));
    facts.extend(given_up("F-1", "100.00", "2026-03-01"));
    let customers = of([("C-1", facts)]);
    let (first, last) = (day("2026-01-01"), day("2026-03-31"));
    let found = RollForward::of(&customers, first, last);
    let it = found.whole(&policy).unwrap();
    assert_eq!((it.opening, it.invoiced, it.paid), (eur("100.00"), eur("250.00"), eur("-190.00")));
    assert_eq!((it.reversed, it.written_off), (eur("40.00"), eur("-100.00")));
    assert_eq!((it.closing, it.ledger), (eur("100.00"), eur("100.00")));
    assert_eq!(found.by_currency(), [it]);

    // 80 put aside, 100 lost: 20 more had to be, and 30 for what is open now.
    let roll = ProvisionRoll::of(eur("80.00"), eur("30.00"), &it);
    assert_eq!((roll.charge, roll.used, roll.released), (eur("50.00"), eur("100.00"), eur("0.00")));
    let roll = ProvisionRoll::of(eur("180.00"), eur("30.00"), &it);
    assert_eq!((roll.charge, roll.used, roll.released), (eur("0.00"), eur("100.00"), eur("50.00")));
}

#[test]
fn a_cover_answers_for_the_oldest_and_its_quota_leaves_a_part() {
    let (policy, on) = (policy(rules()), day("2026-06-30"));
    let older = issued("F-1", "2026-01-02", "2026-05-31", "60000.00", None);
    let younger = issued("F-2", "2026-01-02", "2026-07-31", "50000.00", None);
    let owes = [younger, older];
    let under = |covers: &[Fact]| of([("C-1", [&owes[..], covers].concat())]);
    let first = covered(1, "100000.00", "0.9");
    let gap = CoverGap::of(&policy, &under(std::slice::from_ref(&first)), on).unwrap();
    let total = gap.total(&policy);
    assert_eq!((total.receivables, total.insured), (eur("110000.00"), eur("90000.00")));
    assert_eq!((total.self_insured, total.uninsured), (eur("10000.00"), eur("10000.00")));
    assert_eq!(amount(&gap.figures(&policy), "cover_gap"), eur("20000.00"));
    // What no cover answers for is of the younger one, which is not due.
    let ages = gap.by_age(&policy);
    assert_eq!((ages[0].gap.insured, ages[0].gap.uninsured), (eur("36000.00"), eur("10000.00")));
    assert_eq!((ages[1].gap.insured, ages[1].gap.uninsured), (eur("54000.00"), eur("0.00")));

    // A second layer takes what is above the first.
    let both = under(&[first, covered(2, "8000.00", "0.5")]);
    let gap = CoverGap::of(&policy, &both, on).unwrap();
    assert_eq!(gap.total(&policy).insured, eur("94000.00"));
    assert_eq!(gap.total(&policy).uninsured, eur("2000.00"));
    let layers: Vec<_> = gap.layers(&policy).iter().map(|it| (it.layer, it.used)).collect();
    assert_eq!(layers, [(1, eur("100000.00")), (2, eur("8000.00"))]);
    // What is contested no insurer pays before it is settled.
    let contested =
        [&owes[..], &[covered(1, "500000.00", "1"), disputed("F-1", "1000.00", "2026-06-01")]];
    let gap = CoverGap::of(&policy, &of([("C-1", contested.concat())]), on).unwrap();
    assert_eq!(
        (gap.total(&policy).uninsured, gap.total(&policy).disputed),
        (eur("1000.00"), eur("1000.00"))
    );
}

/// Five invoices of 100 due on the first of the months from January on, four paid ten days late and
/// the last thirty.
fn payer() -> Vec<Fact> {
    let mut facts = Vec::new();
    for (n, paid_on) in
        ["2026-01-11", "2026-02-11", "2026-03-11", "2026-04-11", "2026-05-31"].iter().enumerate()
    {
        let (id, due) = (format!("F-{n}"), format!("2026-0{}-01", n + 1));
        facts.push(issued(&id, "2025-12-15", &due, "100.00", None));
        facts.extend(pays(&format!("P-{n}"), &id, "100.00", paid_on));
    }
    facts
}

#[test]
fn cash_comes_as_late_as_it_came_before() {
    let (policy, on) = (policy(rules()), day("2026-06-30"));
    let open = |id: &str, due, amount| issued(id, "2026-06-01", due, amount, None);
    let known = [payer(), vec![open("F-9", "2026-07-10", "70.00")]].concat();
    // Somebody new pays as everybody does; what is 40 days late is later than anything ever seen.
    let new = vec![
        open("F-8", "2026-07-10", "20.00"),
        open("F-7", "2026-05-21", "5.00"),
        open("F-6", "2026-07-01", "8.00"),
        disputed("F-6", "8.00", "2026-06-02"),
    ];
    let customers = of([("C-1", known), ("C-2", new)]);
    let learned = Learned::of(&policy, &customers, on).unwrap();
    let found = Forecast::of(&policy, &learned, &customers, on).unwrap();
    let (weeks, later) = found.weeks(&policy, 4);
    let told: Vec<_> = weeks.iter().map(|it| (it.monday, it.likely, it.cautious)).collect();
    let nothing = eur("0.00");
    assert_eq!(
        told,
        [
            (day("2026-06-29"), nothing, nothing),
            (day("2026-07-06"), nothing, nothing),
            (day("2026-07-13"), nothing, nothing),
            // Ten days after 10 July in half of the cases; thirty in nine of ten.
            (day("2026-07-20"), eur("90.00"), nothing),
        ]
    );
    assert_eq!(
        (later.monday, later.likely, later.cautious),
        (day("2026-07-27"), nothing, eur("90.00"))
    );
    assert_eq!(
        found.by_basis(&policy),
        [(Basis::Customer, eur("70.00")), (Basis::Everybody, eur("20.00")),]
    );
    assert_eq!(amount(&found.figures(&policy), "expected"), eur("90.00"));
    assert_eq!(number(&found.figures(&policy), "learned_by_customer_share"), "0.777778");
}

#[test]
fn a_forecast_is_held_against_what_came() {
    let policy = policy(rules());
    let (then, on) = (day("2026-05-04"), day("2026-06-29"));
    let open = |id: &str| issued(id, "2026-04-01", "2026-05-01", "100.00", None);
    let mut facts = [payer(), vec![open("F-8"), open("F-9")]].concat();
    facts.extend(pays("P-8", "F-8", "100.00", "2026-05-11"));
    facts.extend(pays("P-9", "F-9", "60.00", "2026-06-20"));
    let customers = of([("C-1", facts)]);
    let learned = Learned::of(&policy, &customers, then).unwrap();
    let predicted = learned.predict(&policy, &customers, then).unwrap();
    // Until then only ten days were seen, four times: as everybody, who is this one alone.
    assert!(predicted.iter().all(|it| it.basis == Some(Basis::Everybody)));
    assert!(predicted.iter().all(|it| it.days.unwrap().cautious_on == day("2026-05-11")));
    let came = Came::of(&policy, &customers, then, on).unwrap();
    let found = BackTest::of(&policy, predicted, &came, then, 8);
    // F-4, F-8 and F-9 were open, 100 each, all expected on 11 May; one came then, one on 31 May, and
    // 60 of the third on 20 June.
    let came: Vec<_> = found.windows.iter().map(|it| (it.likely, it.came)).collect();
    let nothing = eur("0.00");
    assert_eq!(came[0], (eur("300.00"), eur("100.00")));
    assert_eq!((came[3], came[6]), ((nothing, eur("100.00")), (nothing, eur("60.00"))));
    assert_eq!(number(&found.figures, "p90_coverage"), "0.333333");
    // 200 + 100 + 60 over 8 weeks; 40 never came.
    assert_eq!(amount(&found.figures, "mean_error"), eur("45.00"));
    assert_eq!(amount(&found.figures, "bias"), eur("5.00"));
    assert_eq!(number(&found.figures, "relative_error"), "1.384615");
}

#[test]
fn forty_five_days_of_three_million_six_hundred_fifty_thousand_tie_up_four_hundred_fifty_thousand()
{
    let (policy, on) = (policy(rules()), day("2026-06-30"));
    let mut late = vec![issued("F-1", "2026-01-02", "2026-02-01", "3650000.00", None)];
    late.extend(pays("P-1", "F-1", "3650000.00", "2026-03-18"));
    // Paid ten days before: it frees 20 × 10 / 365 thousand.
    let mut early = vec![issued("F-2", "2026-01-02", "2026-02-01", "20000.00", None)];
    early.extend(pays("P-2", "F-2", "20000.00", "2026-01-22"));
    let open = vec![issued("F-3", "2026-06-01", "2026-07-01", "20000.00", None)];
    let customers = of([("C-1", late), ("C-2", early), ("C-3", open)]);
    let found = WorkingCapital::of(&policy, &customers, on).unwrap();
    let lines: Vec<_> = found.lines().map(|(_, it)| (it.days_late, it.tied_up)).collect();
    assert_eq!(lines, [(decimal("45"), eur("450000.00")), (decimal("-10"), eur("-547.95"))]);
    let figures = found.figures(&policy, Some(decimal("4")));
    assert_eq!(amount(&figures, "tied_up"), eur("449452.05"));
    assert_eq!(amount(&figures, "financing_cost"), eur("17978.08"));
    let free = found.figures(&policy, None);
    assert!(free.iter().find(|it| it.name == "financing_cost").unwrap().value.is_err());
    assert_eq!(found.largest(1)[0].0.as_str(), "C-1");
}

//! Imputation by the vectors of the design, and its law: no cent is lost.

mod laws;

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{ImputationError, OpenDebt, Order, Owed, Part, Reason, Waterfall, settle, spread};
use crate::{Debt, Jurisdiction, Movement, Regime, Table};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the test writes dates as YYYY-MM-DD")
}

fn euros(text: &str) -> Money {
    Money::parse(text, Currency::EUR).expect("the test writes amounts")
}

#[test]
fn what_is_settled_first_decides_what_is_paid_in_the_end() {
    for (waterfall, principal_left, later_interest, grand_total) in [
        (Waterfall::CostsInterestPrincipal, "6198.01", "158.86", "10356.87"),
        (Waterfall::InterestPrincipalCosts, "6158.01", "157.84", "10355.85"),
        (Waterfall::PrincipalInterestCosts, "6000.00", "153.79", "10351.80"),
    ] {
        let regime = Regime::Statutory(Jurisdiction::France);
        let debt = Debt::new(regime, euros("10000.00"), day("2025-05-31"));
        let payment = (day("2025-07-15"), euros("4000.00"));
        let until = day("2025-09-30");
        let told = settle(Table::shipped(), &debt, euros("40.00"), &[payment], waterfall, until)
            .unwrap_or_else(|error| panic!("{error}"));
        let [step] = told.steps.as_slice() else { panic!("one payment") };
        assert_eq!(step.interest.total, euros("158.01"));
        assert_eq!(step.imputed.left.principal, euros(principal_left), "{waterfall}");
        assert_eq!(told.interest.total, euros(later_interest), "{waterfall}");
        assert_eq!(told.total_paid(), Ok(euros(grand_total)), "{waterfall}");
        assert_eq!(told.remainder, euros("0.00"));
    }
}

#[test]
fn a_debt_that_is_paid_bears_no_more_and_money_beyond_it_remains() {
    let mut debt =
        Debt::new(Regime::Agreed(Decimal::new(365, 1)), euros("1000.00"), day("2025-06-15"));
    debt.movements = vec![Movement::payment(day("2025-06-01"), euros("500.00"))];
    let payments = [
        (day("2025-06-25"), euros("600.00")),
        (day("2025-06-20"), euros("2.00")),
        (day("2026-01-01"), euros("9.00")),
    ];
    let told = settle(
        Table::shipped(),
        &debt,
        euros("40.00"),
        &payments,
        Waterfall::InterestPrincipalCosts,
        day("2025-12-31"),
    );
    let told = told.expect("euros");
    let steps: Vec<_> = told.steps.iter().map(|it| (it.interest.total, it.owed.interest)).collect();
    // 2.50 were owed, 2.00 paid: 0.50 wait and bear nothing.
    assert_eq!(steps, [(euros("2.50"), euros("2.50")), (euros("2.50"), euros("3.00"))]);
    assert_eq!(told.owed.total(), Ok(euros("0.00")));
    assert_eq!(told.remainder, euros("57.00"));
}

#[test]
fn what_comes_before_the_due_date_settles_no_costs() {
    let regime = Regime::Statutory(Jurisdiction::France);
    let debt = Debt::new(regime, euros("1000.00"), day("2025-05-31"));
    let early = (day("2025-05-31"), euros("600.00"));
    let told = |until| {
        let waterfall = Waterfall::CostsInterestPrincipal;
        settle(Table::shipped(), &debt, euros("40.00"), &[early], waterfall, day(until))
            .unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(told("2025-05-31").owed, Owed::principal(euros("400.00")));
    let late = told("2025-06-01").owed;
    assert_eq!((late.costs, late.principal), (euros("40.00"), euros("400.00")));
}

#[test]
fn each_portion_names_its_part_and_its_rule() {
    let owed =
        Owed { costs: euros("40.00"), interest: euros("3000.00"), principal: euros("20000.00") };
    let imputed = Waterfall::InterestPrincipalCosts.impute(owed, euros("18000.00"));
    let imputed = imputed.expect("one currency");
    let portions: Vec<_> = imputed.portions.iter().map(|it| (it.part, it.amount)).collect();
    assert_eq!(
        portions,
        [(Part::Interest, euros("3000.00")), (Part::Principal, euros("15000.00"))]
    );
    assert!(imputed.portions.iter().all(|it| it.rule == Waterfall::InterestPrincipalCosts));
    assert_eq!(imputed.left.principal, euros("5000.00"));
    assert_eq!(imputed.remainder, euros("0.00"));
}

fn debts(rates: [i64; 2], due: [&str; 2]) -> Vec<OpenDebt> {
    let debt = |id: &str, due_on, rate| OpenDebt {
        id: id.to_owned(),
        owed: Owed::principal(euros("1000.00")),
        due_on: day(due_on),
        rate: Decimal::new(rate, 2),
    };
    vec![debt("D1", due[0], rates[0]), debt("D2", due[1], rates[1]), debt("D3", "2099-12-31", 1315)]
}

/// What 1000.00 of 31 March settle: debt, amount and reason.
fn settles(debts: &[OpenDebt], order: &Order) -> Vec<(String, Money, Reason)> {
    let waterfall = Waterfall::default();
    let spread = spread(debts, euros("1000.00"), day("2025-03-31"), order, waterfall);
    let shares = spread.expect("one currency").shares;
    shares.into_iter().map(|it| (it.id, it.amount, it.reason)).collect()
}

fn all_to(id: &str, reason: Reason) -> Vec<(String, Money, Reason)> {
    vec![(id.to_owned(), euros("1000.00"), reason)]
}

#[test]
fn money_without_a_word_settles_the_due_debt_that_costs_the_customer_most() {
    let due = ["2025-01-31", "2025-02-28"];
    let debts_of = |rates| debts(rates, due);
    let designated = Order::Designated(vec!["D3".to_owned()]);
    let [bearing, alike] = [debts_of([0, 1315]), debts_of([1315, 1315])];
    assert_eq!(settles(&bearing, &Order::Statutory), all_to("D2", Reason::MostInterest));
    assert_eq!(settles(&alike, &Order::Statutory), all_to("D1", Reason::Oldest));
    assert_eq!(settles(&bearing, &designated), all_to("D3", Reason::Designated));

    let same_date = debts([1315, 1315], ["2025-01-31", "2025-01-31"]);
    let half = |id: &str| (id.to_owned(), euros("500.00"), Reason::InProportion);
    assert_eq!(settles(&same_date, &Order::Statutory), [half("D1"), half("D2")]);

    for debts in [&bearing, &alike, &same_date] {
        let insurer = settles(debts, &Order::InsurerOldestFirst);
        assert_eq!(insurer, all_to("D1", Reason::InsurerOldestFirst));
        assert_eq!(settles(debts, &Order::OldestFirst), all_to("D1", Reason::OldestFirst));
    }
}

#[test]
fn what_the_first_debt_leaves_goes_to_the_next_and_the_rest_remains() {
    let debts = debts([0, 1315], ["2025-01-31", "2025-02-28"]);
    let paid = |amount, order: &Order| {
        let spread = spread(&debts, euros(amount), day("2025-03-31"), order, Waterfall::default());
        let spread = spread.expect("one currency");
        let shares: Vec<_> =
            spread.shares.into_iter().map(|it| (it.id, it.amount, it.reason)).collect();
        (shares, spread.remainder)
    };
    let share = |id: &str, amount, reason| (id.to_owned(), euros(amount), reason);
    let (shares, remainder) = paid("3500.00", &Order::Statutory);
    assert_eq!(
        shares,
        [
            share("D2", "1000.00", Reason::MostInterest),
            share("D1", "1000.00", Reason::MostInterest),
            share("D3", "1000.00", Reason::NotDue),
        ]
    );
    assert_eq!(remainder, euros("500.00"));

    let named = Order::Designated(vec!["D3".to_owned(), "D3".to_owned()]);
    let (shares, _) = paid("1500.00", &named);
    assert_eq!(
        shares,
        [share("D3", "1000.00", Reason::Designated), share("D2", "500.00", Reason::MostInterest)]
    );
}

#[test]
fn a_share_settles_costs_and_interest_of_its_debt_first() {
    let owed = Owed { costs: euros("40.00"), interest: euros("8.00"), principal: euros("500.00") };
    let debt =
        OpenDebt { id: "D1".to_owned(), owed, due_on: day("2025-01-31"), rate: Decimal::TEN };
    let spread = spread(
        &[debt],
        euros("100.00"),
        day("2025-03-31"),
        &Order::Statutory,
        Waterfall::CostsInterestPrincipal,
    );
    let spread = spread.expect("one currency");
    let amounts: Vec<_> = spread.shares[0].portions.iter().map(|it| it.amount).collect();
    assert_eq!(amounts, [euros("40.00"), euros("8.00"), euros("52.00")]);
    assert_eq!(spread.shares[0].left.principal, euros("448.00"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let debts = debts([0, 1315], ["2025-01-31", "2025-02-28"]);
    let spread_of = |debts: &[OpenDebt], amount: Money, order: &Order| {
        spread(debts, amount, day("2025-03-31"), order, Waterfall::default()).map(|_| ())
    };
    let named = Order::Designated(vec!["D9".to_owned()]);
    assert_eq!(
        spread_of(&debts, euros("1.00"), &named),
        Err(ImputationError::UnknownDebt("D9".to_owned()))
    );
    assert_eq!(
        spread_of(&debts, euros("-1.00"), &Order::Statutory),
        Err(ImputationError::Negative)
    );
    let twice = [debts[0].clone(), debts[0].clone()];
    assert_eq!(
        spread_of(&twice, euros("1.00"), &Order::Statutory),
        Err(ImputationError::DebtTwice("D1".to_owned()))
    );
    let pounds = Money::new(100, Currency::GBP);
    assert!(matches!(spread_of(&debts, pounds, &Order::Statutory), Err(ImputationError::Money(_))));
    assert_eq!(
        "costs_first".parse::<Waterfall>().map_err(|error| error.given),
        Err("costs_first".to_owned())
    );
    for waterfall in Waterfall::ALL {
        assert_eq!(waterfall.code().parse(), Ok(waterfall));
    }
}

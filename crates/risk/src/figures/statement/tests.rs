//! The worked examples of the domain, and what holds of any accounts.

use proptest::prelude::*;

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Thousands of euros, in cents: total assets 1 000, of which debts 670 and equity 330.
fn accounts() -> Statement {
    let thousands = |it: i64| Some(it * 100_000);
    Statement {
        total_assets: thousands(1_000),
        current_assets: thousands(500),
        current_liabilities: thousands(300),
        total_liabilities: thousands(670),
        equity: thousands(330),
        retained_earnings: thousands(80),
        permanent_capital: thousands(600),
        receivables: thousands(250),
        cash: thousands(100),
        sales: thousands(2_000),
        operating_profit: thousands(60),
        gross_operating_surplus: thousands(120),
        financial_charges: thousands(20),
        staff_costs: thousands(500),
        value_added: thousands(800),
    }
}

#[test]
fn the_scores_of_altman_are_those_of_the_worked_example() {
    let of = |it: Result<Score, NotComputable>| it.map(|it| (it.value.to_string(), it.zone));
    assert_eq!(of(accounts().z_prime()), Ok(("2.6004".to_owned(), Zone::Grey)));
    assert_eq!(of(accounts().z_double_prime()), Ok(("2.4932".to_owned(), Zone::Grey)));
    assert_eq!(of(accounts().z_emerging()), Ok(("5.7432".to_owned(), Zone::Grey)));
}

/// The twelfth mistake: other ratios and signs under the same name.
#[test]
fn the_score_of_conan_and_holder_is_that_of_the_worked_example() {
    let score = accounts().conan_holder(&CONAN_HOLDER_ZONES).unwrap();
    assert_eq!((score.value.to_string().as_str(), score.zone), ("15.9785", Zone::Safe));
    let ratios: Vec<_> = score.parts.iter().map(|it| it.ratio.round_dp(4)).collect();
    assert_eq!(ratios, ["0.1791", "0.6", "0.35", "0.01", "0.625"].map(decimal));
}

#[test]
fn a_tenant_may_draw_the_zones_of_conan_and_holder_elsewhere() {
    let zones = CutOffs::try_new(decimal("12"), decimal("20")).unwrap();
    assert_eq!(accounts().conan_holder(&zones).unwrap().zone, Zone::Grey);
    let overlap = CutOffs::try_new(decimal("9"), decimal("4")).unwrap_err();
    assert_eq!(overlap.to_string(), "distress below 9 and safety above 4 overlap");
}

#[test]
fn a_score_on_the_line_is_grey() {
    for (score, zone) in [
        ("1.2299", Zone::Distress),
        ("1.23", Zone::Grey),
        ("2.9", Zone::Grey),
        ("2.9001", Zone::Safe),
    ] {
        assert_eq!(Z_PRIME_ZONES.zone(decimal(score)), zone, "{score}");
    }
}

#[test]
fn the_ratios_of_liquidity_and_debt_have_four_decimals() {
    assert_eq!(accounts().current_ratio().unwrap().to_string(), "1.6667");
    assert_eq!(accounts().debt_to_equity().unwrap().to_string(), "2.0303");
}

#[test]
fn what_is_missing_is_named_all_of_it_and_once() {
    let nothing = Statement::default();
    let missing = vec![
        "current_assets",
        "current_liabilities",
        "total_assets",
        "retained_earnings",
        "operating_profit",
        "equity",
        "total_liabilities",
    ];
    assert_eq!(nothing.z_double_prime(), Err(NotComputable::Missing { missing: missing.clone() }));
    assert_eq!(
        nothing.z_prime(),
        Err(NotComputable::Missing { missing: [missing, vec!["sales"]].concat() })
    );
    let one = Statement { staff_costs: None, ..accounts() };
    let error = one.conan_holder(&CONAN_HOLDER_ZONES).unwrap_err();
    assert_eq!(error.to_string(), "not computable: staff_costs missing");
    assert!(one.z_prime().is_ok());
}

#[test]
fn zero_is_a_figure_unless_something_is_divided_by_it() {
    let none_kept = Statement { retained_earnings: Some(0), cash: Some(0), ..accounts() };
    assert!(none_kept.z_prime().is_ok());
    let no_sales = Statement { sales: Some(0), ..accounts() };
    assert_eq!(no_sales.z_prime().unwrap().zone, Zone::Distress);
    assert_eq!(
        no_sales.conan_holder(&CONAN_HOLDER_ZONES),
        Err(NotComputable::NotPositive { figure: "sales" })
    );
    let no_debts = Statement { current_liabilities: Some(0), ..accounts() };
    let error = no_debts.current_ratio().unwrap_err();
    assert_eq!(error.to_string(), "not computable: current_liabilities is not above zero");
}

#[test]
fn a_negative_value_added_or_equity_is_no_strength() {
    let drained = Statement { value_added: Some(-1), equity: Some(-1), ..accounts() };
    assert_eq!(
        drained.conan_holder(&CONAN_HOLDER_ZONES),
        Err(NotComputable::NotPositive { figure: "value_added" })
    );
    assert_eq!(drained.debt_to_equity(), Err(NotComputable::NotPositive { figure: "equity" }));
    assert!(drained.z_double_prime().unwrap().value < accounts().z_double_prime().unwrap().value);
}

fn any_statement() -> impl Strategy<Value = Statement> {
    let figure = || prop_oneof![1 => Just(None), 30 => any::<i64>().prop_map(Some)];
    proptest::collection::vec(figure(), 15).prop_map(|it| Statement {
        total_assets: it[0],
        current_assets: it[1],
        current_liabilities: it[2],
        total_liabilities: it[3],
        equity: it[4],
        retained_earnings: it[5],
        permanent_capital: it[6],
        receivables: it[7],
        cash: it[8],
        sales: it[9],
        operating_profit: it[10],
        gross_operating_surplus: it[11],
        financial_charges: it[12],
        staff_costs: it[13],
        value_added: it[14],
    })
}

proptest! {
    #[test]
    fn any_accounts_have_a_score_or_a_reason(accounts in any_statement()) {
        for score in [
            accounts.z_prime(),
            accounts.z_double_prime(),
            accounts.z_emerging(),
            accounts.conan_holder(&CONAN_HOLDER_ZONES),
        ] {
            match score {
                Ok(score) => prop_assert_eq!(score.value.scale(), 4),
                Err(reason) => prop_assert!(reason != NotComputable::OutOfRange, "{}", reason),
            }
        }
    }

    #[test]
    fn the_parts_of_a_score_add_up_to_it(sales in 1_i64..1_000_000_000_000) {
        let score = Statement { sales: Some(sales), ..accounts() }.z_prime().unwrap();
        let sum: Decimal = score.parts.iter().map(|it| it.weight * it.ratio).sum();
        prop_assert!((sum - score.value).abs() <= decimal("0.00005"));
    }

    #[test]
    fn more_profit_never_makes_a_score_worse(
        profit in -1_000_000_000_i64..1_000_000_000,
        more in 0_i64..1_000_000_000,
    ) {
        let of = |profit| Statement { operating_profit: Some(profit), ..accounts() };
        let (less, more) = (of(profit), of(profit + more));
        prop_assert!(less.z_prime().unwrap().value <= more.z_prime().unwrap().value);
        prop_assert!(less.z_double_prime().unwrap().zone >= more.z_double_prime().unwrap().zone);
    }

    #[test]
    fn the_emerging_form_tells_the_same_zone(retained in -1_000_000_000_i64..1_000_000_000) {
        let accounts = Statement { retained_earnings: Some(retained), ..accounts() };
        let plain = accounts.z_double_prime().unwrap();
        let emerging = accounts.z_emerging().unwrap();
        prop_assert!((emerging.value - plain.value - EMERGING).abs() <= decimal("0.0001"));
    }
}

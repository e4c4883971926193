//! What cover costs against what it saves: figures worked out by hand, and what holds of any portfolio.

use proptest::prelude::*;

use super::{
    laws::{is_of_its_parts, lives, minor, portfolio},
    *,
};
use crate::{
    portfolio::cover_cost::{Cost, CoverCost, Premium, Turnover},
    tests::laws::strict,
};

/// What only the insured make dear: C-1 is covered for 8,000 at nine tenths, C-2 is not.
fn two() -> Portfolio {
    of([
        (
            "C-1",
            vec![
                issued("F-1", "2026-01-10", "2026-12-31", "10000.00", None),
                covered(1, "8000.00", "0.9"),
            ],
        ),
        ("C-2", vec![issued("F-2", "2026-01-10", "2026-12-31", "4000.00", None)]),
    ])
}

fn found(turnover: Turnover, premium: Premium) -> (Cost, Vec<Cost>, Vec<Figure>) {
    let policy = policy(rules());
    let cost = CoverCost::of(&policy, &two(), day("2026-06-01"), turnover).unwrap();
    let grades = cost.by_grade(&policy, premium).unwrap();
    (
        cost.total(&policy, premium).unwrap(),
        grades.into_iter().map(|it| it.cost).collect(),
        cost.figures(&policy, premium).unwrap(),
    )
}

#[test]
fn cover_is_worth_what_it_takes_off_the_expected_loss_less_its_premium() {
    let quarter = Premium::Percent(decimal("0.25"));
    let (it, grades, figures) = found(Turnover::Insured, quarter);
    assert_eq!((it.at_stake, it.unsecured), (eur("14000.00"), eur("14000.00")));
    // Nine tenths of 8,000.
    assert_eq!(it.insured, eur("7200.00"));
    // Not scored, so like grade C: 2.5 % fail, and six tenths are lost: 1.5 %.
    assert_eq!(it.expected_loss, eur("210.00"));
    // 800 by the quota, 2,000 above the cover, 4,000 without one.
    assert_eq!(it.quota_loss, eur("12.00"));
    assert_eq!(it.over_limit_loss, eur("30.00"));
    assert_eq!(it.uninsured_loss, eur("60.00"));
    assert_eq!(it.retained_loss, eur("102.00"));
    // A quarter per cent of what C-1 bought.
    assert_eq!((it.sales, it.premium), (eur("10000.00"), eur("25.00")));
    assert_eq!(it.difference, eur("83.00"));
    assert_eq!(grades, [it]);
    assert_eq!(value(&figures, "difference"), Value::Amount(eur("83.00")));
    assert!(figures.iter().all(|it| !it.inputs.is_empty()));

    // Policies are often on all sales.
    let (it, ..) = found(Turnover::All, quarter);
    assert_eq!((it.sales, it.premium), (eur("14000.00"), eur("35.00")));
    // What is known is not reckoned; here the cover costs more than it saves.
    let (it, ..) = found(Turnover::Insured, Premium::Amount(eur("200.00")));
    assert_eq!((it.premium, it.difference), (eur("200.00"), eur("-92.00")));
}

#[test]
fn a_premium_in_a_currency_without_a_rate_is_refused_and_nobody_is_no_grade() {
    let policy = policy(rules());
    let nobody = CoverCost::of(&policy, &Portfolio::new(), day("2026-06-01"), Turnover::All);
    let nobody = nobody.unwrap();
    let dollars = Premium::Amount("100.00 USD".parse().unwrap());
    assert!(nobody.total(&policy, dollars).unwrap_err().to_string().contains("USD"));
    let paid = Premium::Amount(eur("100.00"));
    assert_eq!(nobody.by_grade(&policy, paid), Ok(Vec::new()));
    assert_eq!(nobody.total(&policy, paid).unwrap().difference, eur("-100.00"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn grades_add_up_to_the_whole_and_what_stays_is_what_is_expected_to_be_lost(
        lives in lives(),
        back in 0_u64..60,
        rate in 0_i64..2_000_000,
        stated in prop::option::of(0_i64..10_000_000),
        all in any::<bool>(),
    ) {
        let policy = policy(strict());
        let (customers, today) = portfolio(&policy, &lives);
        let on = today - chrono::Days::new(back);
        let turnover = if all { Turnover::All } else { Turnover::Insured };
        let premium = match stated {
            None => Premium::Percent(Decimal::new(rate, 6)),
            Some(minor) => Premium::Amount(Money::new(minor, money::Currency::EUR)),
        };
        let cost = is_of_its_parts(
            &customers,
            |some| CoverCost::of(&policy, some, on, turnover).unwrap(),
            CoverCost::merge,
        );
        let total = cost.total(&policy, premium).unwrap();
        let grades = cost.by_grade(&policy, premium).unwrap();
        if !grades.is_empty() {
            let sum = |of: fn(&Cost) -> Money| minor(grades.iter().map(|it| of(&it.cost)));
            let amounts: [fn(&Cost) -> Money; 11] = [
                |it| it.at_stake, |it| it.unsecured, |it| it.insured, |it| it.expected_loss,
                |it| it.quota_loss, |it| it.over_limit_loss, |it| it.uninsured_loss,
                |it| it.retained_loss, |it| it.sales, |it| it.premium, |it| it.difference,
            ];
            for of in amounts {
                prop_assert_eq!(sum(of), minor([of(&total)]));
            }
        }
        for it in grades.iter().map(|it| it.cost).chain([total]) {
            let parts = minor([it.quota_loss, it.over_limit_loss, it.uninsured_loss]);
            prop_assert_eq!(parts, minor([it.retained_loss]));
            prop_assert!(it.retained_loss.minor() <= it.expected_loss.minor());
            prop_assert!(it.insured.minor() <= it.unsecured.minor());
            prop_assert_eq!(
                minor([it.difference]),
                minor([it.expected_loss]) - minor([it.retained_loss, it.premium])
            );
        }
        // Where the policy lets the insured part count, this is the expected loss of the portfolio.
        prop_assert!(policy.rules().insured_part_counts);
        let loss = ExpectedLoss::of(&policy, &customers, on).unwrap();
        let loss = minor(loss.lines().map(|(_, it)| it.expected_loss));
        prop_assert_eq!(loss, minor([total.retained_loss]));
    }
}

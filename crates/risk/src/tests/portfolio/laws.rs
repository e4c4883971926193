//! What holds of any portfolio.

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::tests::laws::{Happens, happens, live, strict};

pub(super) fn lives() -> impl Strategy<Value = Vec<Vec<Happens>>> {
    prop::collection::vec(prop::collection::vec(happens(), 1..40), 1..6)
}

/// A portfolio, and the last day that anybody lived through.
pub(super) fn portfolio(policy: &Policy, lives: &[Vec<Happens>]) -> (Portfolio, NaiveDate) {
    let (mut customers, mut today) = (Portfolio::new(), day("2026-01-05"));
    for (n, happenings) in lives.iter().enumerate() {
        let (risk, _, last) = live(policy, happenings);
        customers.insert(customer(&format!("C-{n}")), risk);
        today = today.max(last);
    }
    (customers, today)
}

/// The same customers in two partitions.
fn parted(customers: &Portfolio) -> [Portfolio; 2] {
    let (even, odd): (Vec<_>, Vec<_>) =
        customers.iter().enumerate().partition(|(place, _)| place % 2 == 0);
    [even, odd]
        .map(|some| some.into_iter().map(|(_, (id, risk))| (id.clone(), risk.clone())).collect())
}

/// All at once is what the parts say together, in either order.
pub(super) fn is_of_its_parts<T: PartialEq + std::fmt::Debug>(
    customers: &Portfolio,
    of: impl Fn(&Portfolio) -> T,
    merge: impl Fn(&mut T, T),
) -> T {
    let [even, odd] = parted(customers);
    let (mut one, mut other) = (of(&even), of(&odd));
    merge(&mut one, of(&odd));
    merge(&mut other, of(&even));
    let whole = of(customers);
    assert_eq!(one, whole);
    assert_eq!(other, whole);
    whole
}

pub(super) fn minor(amounts: impl IntoIterator<Item = Money>) -> i128 {
    amounts.into_iter().map(|it| i128::from(it.minor())).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn parts_add_up_to_the_whole(lives in lives(), back in 0_u64..60) {
        let policy = policy(strict());
        let (customers, today) = portfolio(&policy, &lives);
        let on = today - Days::new(back);

        let holdings = is_of_its_parts(
            &customers, |some| Holdings::of(&policy, some, on).unwrap(), Holdings::merge,
        );
        let exposures =
            customers.values().map(|it| policy.exposure_effective(it, on).unwrap().total);
        let at_stake = minor(exposures);
        for by in By::ALL {
            let found = holdings.breakdown(&policy, by, Of::Exposure, usize::MAX).unwrap();
            prop_assert_eq!(i128::from(found.total.minor()), at_stake);
            let of_names: i128 = found.top.iter().map(|it| i128::from(it.amount_minor)).sum();
            prop_assert_eq!(of_names, at_stake);
        }

        let loss = is_of_its_parts(
            &customers, |some| ExpectedLoss::of(&policy, some, on).unwrap(), ExpectedLoss::merge,
        );
        let grades = loss.by_grade(&policy);
        let all = amount(&loss.figures(&policy), "expected_loss");
        prop_assert_eq!(minor(grades.iter().map(|it| it.expected_loss)), all.minor().into());
        prop_assert_eq!(minor(loss.lines().map(|(_, it)| it.expected_loss)), all.minor().into());
        prop_assert_eq!(minor(grades.iter().map(|it| it.exposure)), at_stake);
        prop_assert!(loss.lines().all(|(_, it)| it.expected_loss.minor() <= it.unsecured.minor()));

        let gap = is_of_its_parts(
            &customers, |some| CoverGap::of(&policy, some, on).unwrap(), CoverGap::merge,
        );
        for (id, risk) in &customers {
            let insured = policy.exposure_effective(risk, on).unwrap().insured;
            let of_customer = gap.of_customer(&policy, id).map_or(0, |it| it.insured.minor());
            prop_assert_eq!(of_customer, insured.minor());
        }
        let total = gap.total(&policy);
        let parts = [total.insured, total.self_insured, total.uninsured];
        prop_assert_eq!(minor(parts), total.receivables.minor().into());
        let ages = gap.by_age(&policy);
        prop_assert_eq!(minor(ages.iter().map(|it| it.gap.insured)), total.insured.minor().into());
        let layers = gap.layers(&policy);
        prop_assert_eq!(minor(layers.iter().map(|it| it.insured)), total.insured.minor().into());
        prop_assert!(layers.iter().all(|it| it.used.minor() <= it.granted.minor()));

        let judgement = depreciation::Judgement {
            insolvency_percent: Some(decimal("50")),
            overdue_days: Some(10),
            tax_percent: Some(decimal("20")),
            ..depreciation::Judgement::default()
        };
        let cases = is_of_its_parts(
            &customers,
            |some| Cases::of(&policy, some, on, &judgement).unwrap(),
            Cases::merge,
        );
        let figures = cases.figures(&policy);
        let sums = cases.sums(&policy);
        let (gross, lost) = (amount(&figures, "reclassified"), amount(&figures, "depreciation"));
        prop_assert_eq!(minor(sums.iter().map(|it| it.gross)), gross.minor().into());
        prop_assert_eq!(minor(sums.iter().map(|it| it.amount)), lost.minor().into());
        prop_assert!(lost.minor() <= gross.minor());

        is_of_its_parts(
            &customers,
            |some| WorkingCapital::of(&policy, some, on).unwrap(),
            WorkingCapital::merge,
        );
    }

    #[test]
    fn the_roll_forward_ties_to_the_ledger_and_so_does_the_provision(
        lives in lives(), days in 0_u64..90, back in 0_u64..60,
    ) {
        let policy = policy(strict());
        let (customers, today) = portfolio(&policy, &lives);
        let last = today - Days::new(back);
        let first = last - Days::new(days);
        let found = is_of_its_parts(
            &customers, |some| RollForward::of(some, first, last), RollForward::merge,
        );
        for it in found.by_currency() {
            prop_assert_eq!(it.closing, it.ledger);
        }
        let owed = customers.values().flat_map(|it| ::invoicing::view::balances(&it.account, last));
        let owed = owed.map(|it| it.net.minus(it.deposits).unwrap());
        let whole = found.whole(&policy).unwrap();
        prop_assert_eq!(minor(owed), whole.closing.minor().into());

        let provision = |on| {
            let ages =
                is_of_its_parts(&customers, |some| Ages::of(some, on, 6), Ages::merge);
            let found = ages.provisions(&policy, &judged("0.7", Vec::new())).unwrap();
            let parts = minor(found.rows.iter().map(|it| it.allowance));
            assert_eq!(parts, i128::from(found.allowance.minor()));
            assert!(found.rows.iter().all(|it| it.allowance.minor() <= it.gross.minor()));
            assert!(found.rows.is_sorted_by(|a, b| a.rate <= b.rate));
            found.allowance
        };
        let roll = ProvisionRoll::of(provision(first - Days::new(1)), provision(last), &whole);
        let [opening, charge, used] = [roll.opening, roll.charge, roll.used].map(|it| minor([it]));
        prop_assert_eq!(
            opening + charge - used - minor([roll.released]), minor([roll.closing])
        );
        prop_assert!(roll.charge.is_zero() || roll.released.is_zero());
    }

    #[test]
    fn everything_open_is_forecast_once(lives in lives(), back in 0_u64..60, weeks in 0_u32..20) {
        let policy = policy(strict());
        let (customers, today) = portfolio(&policy, &lives);
        let on = today - Days::new(back);
        let learned = is_of_its_parts(
            &customers, |some| Learned::of(&policy, some, on).unwrap(), Learned::merge,
        );
        let found = is_of_its_parts(
            &customers,
            |some| Forecast::of(&policy, &learned, some, on).unwrap(),
            Forecast::merge,
        );
        let (each, later) = found.weeks(&policy, weeks);
        let expected = i128::from(amount(&found.figures(&policy), "expected").minor());
        prop_assert_eq!(minor(each.iter().map(|it| it.likely)) + minor([later.likely]), expected);
        prop_assert_eq!(
            minor(each.iter().map(|it| it.cautious)) + minor([later.cautious]), expected
        );
        prop_assert_eq!(minor(found.by_basis(&policy).iter().map(|(_, it)| *it)), expected);
        let open = customers.values().flat_map(|it| it.account.claims(on).map(|it| it.open));
        let figures = found.figures(&policy);
        let inputs = &figures.iter().find(|it| it.name == "expected").unwrap().inputs;
        let told = inputs.iter().find(|it| it.name == "open").unwrap().value;
        prop_assert_eq!(told, Value::Amount(crate::exposure::clamped(minor(open), money::Currency::EUR)));

        // What came of what was open is never more than that.
        let then = on - Days::new(28);
        let earlier = Learned::of(&policy, &customers, then).unwrap();
        let predicted = earlier.predict(&policy, &customers, then).unwrap();
        let open: i128 = predicted.iter().map(|it| it.minor).sum();
        let came = is_of_its_parts(
            &customers, |some| Came::of(&policy, some, then, on).unwrap(), Came::merge,
        );
        let test = BackTest::of(&policy, predicted, &came, then, 4);
        prop_assert!(minor(test.windows.iter().map(|it| it.came)) <= open);
        for it in test.figures.iter().filter(|it| it.name.ends_with("_coverage")) {
            if let Ok(Value::Number(share)) = it.value {
                prop_assert!(Decimal::ZERO <= share && share <= Decimal::ONE);
            }
        }
    }
}

//! Portions and remainder make the payment; what is left and what is settled make what was owed.

use chrono::Days;
use money::{Currency, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{OpenDebt, Order, Owed, Waterfall, day, spread};

fn cents(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn any_owed() -> impl Strategy<Value = Owed> {
    (0..10_000_i64, 0..10_000_i64, 0..1_000_000_i64).prop_map(|(costs, interest, principal)| Owed {
        costs: cents(costs),
        interest: cents(interest),
        principal: cents(principal),
    })
}

fn any_debts() -> impl Strategy<Value = Vec<OpenDebt>> {
    let debt = (any_owed(), 0..4_u64, 0..3_i64);
    prop::collection::vec(debt, 0..8).prop_map(|debts| {
        let debts = debts.into_iter().enumerate();
        debts
            .map(|(number, (owed, months, rate))| OpenDebt {
                id: format!("D{number}"),
                owed,
                due_on: day("2025-01-01") + Days::new(months * 30),
                rate: Decimal::from(rate),
            })
            .collect()
    })
}

fn any_waterfall() -> impl Strategy<Value = Waterfall> {
    prop::sample::select(Waterfall::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn within_a_debt_no_cent_is_lost(
        owed in any_owed(),
        payment in 0..1_200_000_i64,
        waterfall in any_waterfall(),
    ) {
        let imputed = waterfall.impute(owed, cents(payment)).expect("euros");
        let settled: i64 = imputed.portions.iter().map(|it| it.amount.minor()).sum();
        prop_assert_eq!(settled + imputed.remainder.minor(), payment);
        let left = imputed.left.total().expect("euros").minor();
        prop_assert_eq!(left + settled, owed.total().expect("euros").minor());
        prop_assert!(imputed.portions.iter().all(|it| it.amount.is_positive()));
        prop_assert!(imputed.remainder.is_zero() || left == 0);
    }

    #[test]
    fn across_debts_no_cent_is_lost(
        debts in any_debts(),
        payment in 0..4_000_000_i64,
        order in prop_oneof![
            Just(Order::Statutory),
            Just(Order::OldestFirst),
            Just(Order::InsurerOldestFirst),
            Just(Order::Designated(vec!["D0".to_owned()])),
        ],
        waterfall in any_waterfall(),
    ) {
        let named_is_open = !debts.is_empty() || !matches!(order, Order::Designated(_));
        prop_assume!(named_is_open);
        let spread = spread(&debts, cents(payment), day("2025-02-15"), &order, waterfall);
        let spread = spread.expect("euros");
        let settled: i64 = spread.shares.iter().map(|it| it.amount.minor()).sum();
        prop_assert_eq!(settled + spread.remainder.minor(), payment);
        for share in &spread.shares {
            let portions: i64 = share.portions.iter().map(|it| it.amount.minor()).sum();
            prop_assert_eq!(portions, share.amount.minor());
            let debt = debts.iter().find(|debt| debt.id == share.id).expect("one of them");
            let owed = debt.owed.total().expect("euros").minor();
            prop_assert_eq!(share.left.total().expect("euros").minor() + portions, owed);
        }
        let owed: i64 = debts.iter().map(|it| it.owed.total().expect("euros").minor()).sum();
        prop_assert_eq!(settled, owed.min(payment));
    }
}

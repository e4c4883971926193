//! Laws of interest that no vector can show.

use chrono::{Days, NaiveDate};
use money::{Currency, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{DayCount, Debt, Interest, Movement, Regime, day};
use crate::{Jurisdiction, Table};

fn any_regime() -> impl Strategy<Value = Regime> {
    prop_oneof![
        prop::sample::select(Jurisdiction::ALL.to_vec()).prop_map(Regime::Statutory),
        Just(Regime::FrenchFloor),
        Just(Regime::GermanConsumer),
        (0..3_000_i64).prop_map(|rate| Regime::Agreed(Decimal::new(rate, 2))),
        (0..3_000_i64).prop_map(|rate| Regime::FrenchContract(Decimal::new(rate, 2))),
        (prop::sample::select(Jurisdiction::ALL.to_vec()), 0..3_000_i64)
            .prop_map(|(whose, rate)| Regime::Terms(whose, Decimal::new(rate, 2))),
    ]
}

/// A day from 2021 to 2024, when every rate is known.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..1_400_u64).prop_map(|days| day("2021-01-01") + Days::new(days))
}

prop_compose! {
    fn any_debt()(
        regime in any_regime(),
        principal in 1..100_000_000_i64,
        due_on in any_day(),
        paid in prop::collection::vec((any_day(), 1..50_000_000_i64), 0..5),
        day_count in prop::sample::select(DayCount::ALL.to_vec()),
    ) -> Debt {
        let movement = |(on, amount)| Movement::payment(on, Money::new(amount, Currency::EUR));
        Debt {
            movements: paid.into_iter().map(movement).collect(),
            day_count,
            ..Debt::new(regime, Money::new(principal, Currency::EUR), due_on)
        }
    }
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_lines_follow_each_other_and_make_the_total(debt in any_debt(), days in 0..700_u64) {
        let until = later(debt.due_on, days);
        let answer = debt.interest(Table::shipped(), until).expect("rates are known");
        let mut after = debt.due_on;
        for line in &answer.lines {
            prop_assert!(after < line.from && line.from <= line.to && line.to <= until);
            prop_assert_eq!(line.days, (line.to - line.from).num_days() + 1);
            prop_assert!(line.base.is_positive());
            after = line.to;
        }
        let sum: Decimal = answer.lines.iter().map(|line| line.exact).sum();
        let apart = (answer.total.decimal() - sum).abs();
        prop_assert!(apart <= Decimal::new(5_000_001, 9), "{} is {apart} from {sum}", answer.total);
    }

    #[test]
    fn interest_never_falls_from_a_day_to_the_next(debt in any_debt(), days in 0..700_u64) {
        let until = |days| debt.interest(Table::shipped(), later(debt.due_on, days));
        let [today, tomorrow] = [until(days), until(days + 1)].map(|it| it.expect("rates are known"));
        prop_assert!(today.total.minor() <= tomorrow.total.minor());
    }

    #[test]
    fn a_payment_that_did_not_stay_leaves_no_trace(
        debt in any_debt(),
        bounced in (any_day(), 1..50_000_000_i64),
        days in 0..700_u64,
    ) {
        let until = later(debt.due_on, days);
        let payment = Movement::payment(bounced.0, Money::new(bounced.1, Currency::EUR));
        let mut with = debt.clone();
        with.movements.insert(0, Movement::reversal(payment));
        with.movements.push(payment);
        let [without, with] = [debt, with].map(|it| it.interest(Table::shipped(), until));
        prop_assert_eq!(without, with);
    }

    #[test]
    fn the_order_in_which_movements_are_told_does_not_matter(
        debt in any_debt(),
        days in 0..700_u64,
    ) {
        let until = later(debt.due_on, days);
        let mut backwards = debt.clone();
        backwards.movements.reverse();
        let [told, backwards] = [debt, backwards].map(|it| it.interest(Table::shipped(), until));
        prop_assert_eq!(told, backwards);
    }

    #[test]
    fn what_is_settled_on_the_way_is_neither_lost_nor_counted_twice(
        debt in any_debt(),
        days in 0..700_u64,
        share in 0..700_u64,
    ) {
        let [until, settled] = [days, days.min(share)].map(|days| later(debt.due_on, days));
        let since = |after, until| {
            debt.interest_since(Table::shipped(), after, until).expect("rates are known")
        };
        let [first, second] = [since(debt.due_on, settled), since(settled, until)];
        let all = since(debt.due_on, until);
        prop_assert_eq!(days_of(&first) + days_of(&second), days_of(&all));
        let apart = first.total.minor() + second.total.minor() - all.total.minor();
        prop_assert!(apart.abs() <= 1, "apart by {apart}");
        prop_assert!(first.fixed_sum.is_none() || second.fixed_sum.is_none());
    }
}

fn days_of(interest: &Interest) -> i64 {
    interest.lines.iter().map(|line| line.days).sum()
}

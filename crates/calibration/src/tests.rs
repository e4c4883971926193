//! What is learned from worlds whose laws are known.

use chrono::{Days as Later, NaiveDate};
use events::risk::{Bin, Measure, Scorecard};
use proptest::prelude::*;

use crate::{
    Borrower, Outcome, Row, Table, Untaught, chances, days, folds, learn, odds, report, stability,
    sum,
};

const MEASURES: [Measure; 3] = [Measure::LateShare, Measure::Terms, Measure::Settled];

/// A number below another, as if by lot.
fn lot(customer: usize, n: usize, below: usize) -> usize {
    let mixed = (customer * 1_000 + n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) % 1_000_003 % below
}

/// A world: every other customer is a bad one, seen by a late share of 600 and more; one of five
/// invoices of a bad one is paid in time, one of five of a good one late. Terms mean nothing.
fn world(customers: usize) -> Vec<Row> {
    let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
    let mut rows = Vec::new();
    for customer in 0..customers {
        let bad = customer % 2 == 0;
        for n in 0..10_usize {
            let late = (lot(customer, n, 5) == 0) != bad;
            let day = first + Later::new(u64::try_from(n * 30 + customer % 30).unwrap());
            let share = if bad { 600 + lot(customer, n, 299) } else { lot(customer, n, 399) };
            let terms = [10, 30, 60][lot(customer, n, 3)];
            rows.push(Row {
                customer: format!("C-{customer}"),
                day,
                due_on: day + Later::new(terms),
                measures: vec![
                    (n > 0).then(|| i64::try_from(share).unwrap()),
                    Some(i64::try_from(terms).unwrap()),
                    Some(i64::try_from(n).unwrap()),
                ],
                outcome: Outcome::settled(if late { 40 } else { -3 }),
            });
        }
    }
    rows
}

fn learned(rows: &[Row]) -> Scorecard {
    learn("world-1".parse().unwrap(), &MEASURES, rows).unwrap()
}

#[test]
fn what_is_certain_is_found_and_what_means_nothing_is_worth_little() {
    let rows = world(100);
    let it = learned(&rows);
    let looked_at: Vec<_> = it.characteristics.iter().map(|it| it.measure).collect();
    assert!(looked_at.contains(&Measure::LateShare));
    let terms = it.characteristics.iter().find(|it| it.measure == Measure::Terms);
    let bins = terms.iter().flat_map(|it| &it.bins);
    assert!(bins.map(|it| it.weights.late.abs()).max().is_none_or(|most| most < 100), "{terms:?}");
    let of = |share| chances(sum(&it, &MEASURES, &[Some(share), Some(30), Some(5)]));
    // Four of five, and one of five.
    let [bad, good] = [of(800), of(100)].map(|it| it.late_ppm[0]);
    assert!(
        (720_000..880_000).contains(&bad) && (120_000..280_000).contains(&good),
        "{bad} {good}"
    );
    // 40 days as often.
    assert!((2_700..3_500).contains(&of(800).days), "{:?}", of(800));
    assert!(of(800).late_ppm.is_sorted_by(|a, b| a >= b));
}

#[test]
fn a_higher_late_share_is_never_better() {
    let it = learned(&world(60));
    let share = it.characteristics.iter().find(|it| it.measure == Measure::LateShare).unwrap();
    let late: Vec<i32> = share.bins.iter().map(|it| it.weights.late15).collect();
    assert!(late.is_sorted() && share.bins.iter().map(|it| it.weights.points).rev().is_sorted());
    let below: Vec<Option<i64>> = share.bins.iter().map(|it| it.below).collect();
    let (last, others) = below.split_last().unwrap();
    assert!(last.is_none() && others.iter().all(Option::is_some) && others.is_sorted());
}

#[test]
fn twenty_points_more_are_half_the_odds() {
    let it = learned(&world(100));
    for row in world(100) {
        let sum = sum(&it, &MEASURES, &row.measures);
        // 500 − 20 × log-odds / ln 2, but for the rounding of each bin.
        let points = 500.0 - 20.0 * f64::from(sum.late15) / 1e3 / std::f64::consts::LN_2;
        assert!((f64::from(sum.points) - points).abs() <= 2.5, "{sum:?} {points}");
    }
    let [a, b, c, d] = it.grades;
    assert!(a > b && b > c && c > d, "{:?}", it.grades);
}

#[test]
fn neither_the_order_of_the_rows_nor_the_hour_matters() {
    let mut rows = world(40);
    let first = learned(&rows);
    assert_eq!(learned(&rows), first);
    rows.reverse();
    let reversed = learned(&rows);
    // Sums of numbers with a point depend on their order, what is learned does not.
    assert_eq!(reversed, first);
}

#[test]
fn who_was_not_watched_long_enough_teaches_nothing_about_long_delays() {
    let open = Outcome { days: 12, watched_days: 12 };
    assert_eq!([0, 11, 12, 30].map(|it| open.later_than(it)), [Some(true), Some(true), None, None]);
    let row = Row { outcome: Outcome::settled(-3), ..world(1).remove(1) };
    assert_eq!(row.known_before(row.day), None);
    let next = row.known_before(row.day + Later::new(1)).unwrap();
    assert_eq!(next.outcome.later_than(0), None);
    let after_30 = row.known_before(row.due_on + Later::new(31)).unwrap();
    assert_eq!(after_30.outcome, Outcome { days: -3, watched_days: 31 });
    let late = Row { outcome: Outcome::settled(40), ..row };
    let seen = late.known_before(late.due_on + Later::new(20)).unwrap();
    assert_eq!([0, 15, 30].map(|it| seen.outcome.later_than(it)), [Some(true), Some(true), None]);
}

#[test]
fn too_little_is_said_to_be_too_little() {
    let rows = world(4);
    let name = || "few".parse().unwrap();
    assert_eq!(learn(name(), &MEASURES, &rows), Err(Untaught::TooFew { known: 40, of: 40 }));
    let error = learn(name(), &MEASURES[..2], &world(10)).unwrap_err();
    assert_eq!(error, Untaught::Figures { row: 1, figures: 3, measures: 2 });
    assert_eq!(error.to_string(), "row 1 has 3 figures for 2 measures");
}

#[test]
fn a_report_beats_the_base_rate_where_there_is_something_to_know() {
    let it = report(&"world-1".parse().unwrap(), &MEASURES, &world(100)).unwrap();
    let gini = |place: usize| it.by_customer[place].odds[0].as_ref().unwrap().gini;
    assert!(gini(0) > 0.5 && gini(2).abs() < 0.1, "{} {}", gini(0), gini(2));
    let scorecard = it.by_customer[0].odds[1].as_ref().unwrap();
    // A thousand rows are few: what is learned from them is cautious.
    assert!(scorecard.ece < 0.08 && (scorecard.mean - scorecard.rate).abs() < 0.02);
    assert!(it.out_of_time.is_some() && it.stability.is_some());
    let text = it.to_string();
    assert!(text.contains("own past share") && text.contains("population stability"), "{text}");
}

#[test]
fn of_four_forecasts_three_pairs_in_order_are_three_quarters() {
    let it = odds(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]).unwrap();
    assert!((it.auc - 0.75).abs() < 1e-12 && (it.gini - 0.5).abs() < 1e-12);
    assert!((it.ks - 0.5).abs() < 1e-12);
    // 0.01 + 0.16 + 0.4225 + 0.04, by four.
    assert!((it.brier - 0.158_125).abs() < 1e-12);
    let same = odds(&[0.5; 4], &[false, false, true, true]).unwrap();
    assert!((same.auc - 0.5).abs() < 1e-12 && same.ece.abs() < 1e-12);
    assert_eq!(odds(&[0.5], &[true]), None);
    let it = days(&[1.0, 5.0], &[4.0, 1.0]).unwrap();
    assert!((it.mae - 3.5).abs() < 1e-12 && (it.bias - 0.5).abs() < 1e-12);
    assert!((it.rmse - 12.5_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn a_score_that_stays_where_it_was_is_stable() {
    let scores: Vec<i32> = (0..1_000).collect();
    assert!(stability(&scores, &scores).unwrap().abs() < 1e-9);
    let better: Vec<i32> = scores.iter().map(|it| it + 400).collect();
    assert!(stability(&scores, &better).unwrap() > 0.25);
    assert_eq!(stability(&scores, &[]), None);
}

#[test]
fn a_customer_is_in_one_fold_and_folds_are_as_large() {
    let customers: Vec<String> = (0..500).map(|it| format!("C-{}", it % 100)).collect();
    let fold = folds(customers.iter().map(String::as_str), 5);
    for (one, other) in (0..400).zip(100..500) {
        assert_eq!(fold[one], fold[other]);
    }
    assert_eq!((0..5).map(|it| fold[..100].iter().filter(|of| **of == it).count()).max(), Some(20));
}

/// Two columns that say all together, and one that says nothing and has gaps.
fn table(rows: usize) -> Vec<Borrower> {
    let row = |n: usize| {
        let (a, b) = (n * 7 % 100, n * 31 % 97);
        let figures = [Some(a), Some(b), (!n.is_multiple_of(3)).then_some(n % 11)];
        let bad = a >= 50 && b >= 48;
        Borrower { figures: figures.map(|it| it.and_then(|it| i64::try_from(it).ok())).into(), bad }
    };
    (0..rows).map(row).collect()
}

#[test]
fn what_two_columns_say_together_is_found() {
    let rows = table(1_000);
    let it = Table::learn(&rows).unwrap();
    let chance = |a, b| it.chance_ppm(&[Some(a), Some(b), Some(1)]);
    assert!(chance(90, 90) > 900_000);
    assert!(chance(90, 10) < 100_000 && chance(10, 90) < 100_000 && chance(10, 10) < 100_000);
    assert_eq!(Table::learn(&rows), Ok(it));
    assert!(Table::learn(&rows[..49]).is_err());
}

#[test]
fn reasons_add_up_to_what_differs_from_the_average() {
    let it = Table::learn(&table(400)).unwrap();
    for row in table(50) {
        let reasons = it.reasons(&row.figures);
        let all: i64 = reasons.iter().map(|it| it.thousandths).sum();
        let off = it.sum(&row.figures) - all;
        // What all rows begin with: one of four is bad. Each reason is rounded once.
        assert!((off + 1_100).abs() < 150, "{off}");
        assert_eq!(reasons.len(), 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_rows_a_scorecard_covers_every_value(
        rows in prop::collection::vec(
            (prop::option::of(-5..5_i64), any::<i64>(), prop::option::of(0..1_000_i64), -40..90_i64),
            60..200,
        ),
        asked in prop::option::of(any::<i64>()),
    ) {
        let rows: Vec<Row> = rows
            .into_iter()
            .enumerate()
            .map(|(n, (a, b, c, days))| Row {
                customer: format!("C-{}", n % 7),
                measures: vec![a, Some(b), c],
                outcome: Outcome::settled(days),
                ..world(1).remove(0)
            })
            .collect();
        let it = learned(&rows);
        for it in &it.characteristics {
            let ends: Vec<Option<i64>> = it.bins.iter().map(|it: &Bin| it.below).collect();
            prop_assert_eq!(ends.iter().filter(|it| it.is_none()).count(), 1);
            prop_assert!(ends.last().unwrap().is_none());
            prop_assert!(ends[..ends.len() - 1].is_sorted());
        }
        let forecast = chances(sum(&it, &MEASURES, &[asked, asked, asked]));
        prop_assert!(forecast.late_ppm.iter().all(|it| (1..1_000_000).contains(it)));
        prop_assert!(forecast.days >= 0);
    }
}

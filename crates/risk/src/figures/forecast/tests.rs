use proptest::{collection::vec, prelude::*};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn delays(payments: &[(i32, i64)]) -> Delays {
    Delays::try_new(payments.iter().copied()).unwrap()
}

/// Half of the money on the day, four tenths a week late, a tenth a month late.
fn usual() -> Delays {
    delays(&[(30, 100), (0, 500), (7, 300), (7, 100)])
}

fn expected(due_on: &str, today: &str) -> Option<(String, String)> {
    let days = usual().expected(day(due_on), day(today)).unwrap();
    days.map(|it| (it.likely_on.to_string(), it.cautious_on.to_string()))
}

#[test]
fn a_quantile_is_the_first_day_by_which_so_much_had_come_in() {
    let of = |percent| usual().quantile(i32::MIN, Percentile::try_new(percent).unwrap());
    for (percent, days) in [(1, 0), (50, 0), (51, 7), (90, 7), (91, 30), (100, 30)] {
        assert_eq!(of(percent), Some(days), "{percent} %");
    }
    assert_eq!(usual().quantile(1, Percentile::P50), Some(7));
    assert_eq!(usual().quantile(8, Percentile::P50), Some(30));
    assert_eq!(usual().quantile(31, Percentile::P50), None);
}

#[test]
fn an_item_is_expected_as_late_as_the_customer_usually_is() {
    let days = |likely: &str, cautious: &str| Some((likely.to_owned(), cautious.to_owned()));
    assert_eq!(expected("2026-07-10", "2026-06-30"), days("2026-07-10", "2026-07-17"));
    // On the day after, the prompt half is out of the question: 400 of 500 come after a week.
    assert_eq!(expected("2026-07-10", "2026-07-11"), days("2026-07-17", "2026-08-09"));
    assert_eq!(expected("2026-07-10", "2026-07-17"), days("2026-07-17", "2026-08-09"));
    assert_eq!(expected("2026-07-10", "2026-07-18"), days("2026-08-09", "2026-08-09"));
    assert_eq!(expected("2026-07-10", "2026-08-09"), days("2026-08-09", "2026-08-09"));
}

#[test]
fn an_item_later_than_every_payment_ever_seen_has_no_day() {
    assert_eq!(expected("2026-07-10", "2026-08-10"), None);
}

#[test]
fn cash_is_told_by_the_week_and_what_nobody_can_tell_beside_it() {
    let items =
        [("2026-07-10", 1_000), ("2026-07-13", 200), ("2026-01-01", 50), ("2026-07-17", -20)]
            .map(|(due_on, open)| Item { due_on: day(due_on), open: eur(open) });
    let forecast = usual().forecast(&items, Currency::EUR, day("2026-06-30")).unwrap();
    let weeks = forecast
        .weeks
        .iter()
        .map(|it| (it.monday.to_string(), it.likely.minor(), it.cautious.minor()));
    let weeks: Vec<_> = weeks.collect();
    assert_eq!(
        weeks,
        [
            ("2026-07-06".to_owned(), 1_000, 0),
            ("2026-07-13".to_owned(), 180, 1_000),
            ("2026-07-20".to_owned(), 0, 180),
        ]
    );
    assert_eq!(forecast.beyond, eur(50));
    assert_eq!(forecast.items[2].days, None);
}

#[test]
fn who_never_paid_gives_no_forecast() {
    assert_eq!(Delays::try_new([]), Err(NotComputable::NothingPaid));
    assert_eq!(Delays::try_new([(3, 0)]), Err(NotComputable::NothingPaid));
    let error = Delays::try_new([(3, -5)]).unwrap_err();
    assert_eq!(error.to_string(), "no forecast: a payment of -5 is negative");
    for percent in [0, 101] {
        assert_eq!(Percentile::try_new(percent), Err(NotComputable::Percentile { percent }));
    }
}

#[test]
fn days_off_the_calendar_and_other_currencies_are_refused() {
    let never = delays(&[(i32::MAX, 1)]);
    let (due_on, today) = (day("2026-07-10"), day("2026-06-30"));
    assert_eq!(never.expected(due_on, today), Err(NotComputable::OutOfRange));
    let items = [Item { due_on, open: Money::new(1, Currency::USD) }];
    let error = usual().forecast(&items, Currency::EUR, today).unwrap_err();
    assert!(error.to_string().contains("without a rate"), "{error}");
    let ends = delays(&[(0, i64::MAX), (1, i64::MAX)]);
    assert_eq!(ends.quantile(i32::MIN, Percentile::P50), Some(0));
    assert!(ends.expected(NaiveDate::MIN, NaiveDate::MAX).is_ok());
    let first = [Item { due_on: NaiveDate::MIN, open: eur(1) }];
    assert!(ends.forecast(&first, Currency::EUR, NaiveDate::MIN).is_err());
}

proptest! {
    #[test]
    fn no_day_is_in_the_past_and_the_cautious_one_never_first(
        payments in vec((-60_i32..200, 1_i64..=i64::MAX), 1..30),
        due in -300_i64..300,
    ) {
        let today = day("2026-06-30");
        let due_on = today + TimeDelta::days(due);
        if let Some(it) = delays(&payments).expected(due_on, today).unwrap() {
            prop_assert!(today <= it.likely_on && it.likely_on <= it.cautious_on);
            let late = (it.likely_on - due_on).num_days();
            prop_assert!(payments.iter().any(|(days, _)| i64::from(*days) == late));
        }
    }

    #[test]
    fn every_cent_is_in_one_week_of_each_column_or_beyond(
        payments in vec((-60_i32..200, 1_i64..1_000_000), 1..30),
        items in vec((-300_i64..300, -1_000_000_i64..1_000_000), 0..30),
    ) {
        let today = day("2026-06-30");
        let items: Vec<_> = items
            .iter()
            .map(|(due, open)| Item { due_on: today + TimeDelta::days(*due), open: eur(*open) })
            .collect();
        let forecast = delays(&payments).forecast(&items, Currency::EUR, today).unwrap();
        let open: i64 = items.iter().map(|it| it.open.minor()).sum();
        let beyond = forecast.beyond.minor();
        let likely: i64 = forecast.weeks.iter().map(|it| it.likely.minor()).sum();
        let cautious: i64 = forecast.weeks.iter().map(|it| it.cautious.minor()).sum();
        prop_assert_eq!((likely + beyond, cautious + beyond), (open, open));
        prop_assert!(forecast.weeks.is_sorted_by(|left, right| left.monday < right.monday));
        prop_assert!(forecast.weeks.iter().all(|it| it.monday.weekday().num_days_from_monday() == 0));
    }

    #[test]
    fn at_least_so_much_had_come_in_by_a_quantile_and_less_the_day_before(
        payments in vec((-60_i32..200, 1_i64..1_000_000), 1..30),
        percent in 1_u8..=100,
    ) {
        let percentile = Percentile::try_new(percent).unwrap();
        let quantile = delays(&payments).quantile(i32::MIN, percentile).unwrap();
        let by = |day: i32| -> i64 {
            payments.iter().filter(|(days, _)| *days <= day).map(|(_, amount)| amount).sum()
        };
        let total = by(i32::MAX) * i64::from(percent);
        prop_assert!(by(quantile) * 100 >= total && by(quantile - 1) * 100 < total);
    }
}

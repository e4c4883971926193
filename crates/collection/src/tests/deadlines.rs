//! Ten thousand last days, against date arithmetic written here and nowhere else.

use proptest::prelude::*;

use super::world::*;
use events::{
    collection::{CollectionPolicy, RightKind},
    risk::NoticeKind,
};

/// A day as year, month and day; nothing of the library is used to count.
type Civil = (i32, i32, i32);

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn next(day: Civil) -> Civil {
    let (year, month, of_month) = day;
    if of_month < month_days(year, month) {
        (year, month, of_month + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year + 1, 1, 1)
    }
}

/// The same day of a later month, or its last.
fn months_later(day: Civil, months: i32) -> Civil {
    let (mut year, mut month, of_month) = day;
    for _ in 0..months {
        month += 1;
        if month > 12 {
            month = 1;
            year += 1;
        }
    }
    (year, month, of_month.min(month_days(year, month)))
}

/// Sakamoto's: 0 is Sunday.
fn weekday(day: Civil) -> i32 {
    let (year, month, of_month) = day;
    let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][usize::try_from(month - 1).unwrap()];
    let year = if month < 3 { year - 1 } else { year };
    (year + year / 4 - year / 100 + year / 400 + shift + of_month) % 7
}

/// Gauss's.
#[expect(clippy::many_single_char_names, reason = "the letters are his")]
fn easter(year: i32) -> Civil {
    let (a, b, c) = (year % 19, year % 4, year % 7);
    let k = year / 100;
    let p = (13 + 8 * k) / 25;
    let q = k / 4;
    let m = (15 - p + k - q) % 30;
    let n = (4 + k - q) % 7;
    let d = (19 * a + m) % 30;
    let e = (2 * b + 4 * c + 6 * d + n) % 7;
    let mut after = d + e;
    if d == 29 && e == 6 {
        after -= 7;
    }
    if d == 28 && e == 6 && (11 * m + 11) % 30 < 19 {
        after -= 7;
    }
    let mut day = (year, 3, 22);
    for _ in 0..after {
        day = next(day);
    }
    day
}

fn is_closed_in_france(day: Civil) -> bool {
    let (year, month, of_month) = day;
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    if fixed.contains(&(month, of_month)) || matches!(weekday(day), 0 | 6) {
        return true;
    }
    let mut movable = easter(year);
    for after in 0..=50 {
        if matches!(after, 1 | 39 | 50) && movable == day {
            return true;
        }
        movable = next(movable);
    }
    false
}

fn open_day(mut day: Civil) -> Civil {
    while is_closed_in_france(day) {
        day = next(day);
    }
    day
}

fn text(day: Civil) -> String {
    format!("{:04}-{:02}-{:02}", day.0, day.1, day.2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_500, ..ProptestConfig::default() })]

    /// Four last days a case.
    #[test]
    fn last_days_are_those_of_independent_arithmetic(
        year in 2009_i32..2090,
        month in 1_i32..=12,
        of_month in 1_i32..=31,
        abroad: bool,
    ) {
        let from = (year, month, of_month.min(month_days(year, month)));
        let policy = CollectionPolicy { abroad, title_reserved: true, ..rules() };
        let mut world = World::new(policy);
        let published = text(from);
        world
            .hears([invoice("F-1", "1.00", "2009-01-01", &published)])
            .hears([notice("N-1", NoticeKind::Liquidation, &published, &published)]);
        let after = text(months_later(from, 7));
        let rights = world.policy.rights(&world.collection, day(&after));
        let found = |kind| {
            let it = rights.iter().find(|it| it.kind == kind)?;
            it.deadline.map(|it| it.to_string())
        };
        let claim = if abroad { 4 } else { 2 };
        let expected = [
            (RightKind::ClaimFiling, open_day(months_later(from, claim))),
            (RightKind::TitleClaim, open_day(months_later(from, 3))),
            (RightKind::Relief, open_day(months_later(from, 6))),
            // Prescription ends on its day, whatever day that is.
            (RightKind::Prescription, months_later(from, 60)),
        ];
        if year > 2009 || month > 1 || of_month > 1 {
            for (kind, expected) in expected {
                prop_assert_eq!(found(kind), Some(text(expected)), "{} from {}", kind, &published);
            }
        }
    }
}

//! The calendars against dates that anyone can look up.

mod public_lists;

use chrono::{Datelike, Days, NaiveDate};

use super::easter::easter_sunday;
use super::{Calendar, UnknownRegion};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the test writes dates as YYYY-MM-DD")
}

/// The holidays of a year, weekends included, as `MM-DD` in order.
fn closed(calendar: Calendar, year: i32) -> String {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a year of the tests");
    let days = first.iter_days().take_while(|day| day.year() == year);
    let closed = days.filter(|day| calendar.holiday(*day).is_some());
    closed.map(|day| day.format("%m-%d").to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn easter_falls_where_the_tables_of_the_church_put_it() {
    for text in [
        "1961-04-02",
        "1954-04-18",
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2019-04-21",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2285-03-22",
    ] {
        let easter = day(text);
        assert_eq!(easter_sunday(easter.year()), Some(easter));
    }
}

#[test]
fn target_is_closed_on_six_days_a_year() {
    assert_eq!(closed(Calendar::Target, 2025), "01-01 04-18 04-21 05-01 12-25 12-26");
    assert_eq!(closed(Calendar::Target, 2026), "01-01 04-03 04-06 05-01 12-25 12-26");
    assert_eq!(closed(Calendar::Target, 2027), "01-01 03-26 03-29 05-01 12-25 12-26");
}

#[test]
fn each_state_keeps_its_own_days() {
    for (calendar, year, days) in [
        (
            Calendar::France,
            2026,
            "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
        ),
        (Calendar::Germany, 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"),
        (Calendar::Germany, 2017, "01-01 04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26"),
        (Calendar::UnitedKingdom, 2026, "01-01 04-03 05-04 05-25 12-25 12-26 12-28"),
        (
            Calendar::Belgium,
            2026,
            "01-01 04-05 04-06 05-01 05-14 05-24 05-25 07-21 08-15 11-01 11-11 12-25",
        ),
        (
            Calendar::Netherlands,
            2025,
            "01-01 04-18 04-20 04-21 04-26 05-05 05-29 06-08 06-09 12-25 12-26",
        ),
        (
            Calendar::Italy,
            2027,
            "01-01 01-06 03-28 03-29 04-25 05-01 06-02 08-15 10-04 11-01 11-07 12-08 12-25 12-26",
        ),
        (Calendar::Spain, 2026, "01-01 01-06 04-03 05-01 08-15 10-12 12-08 12-25"),
        (Calendar::Switzerland, 2026, "01-01 05-14 08-01 12-25"),
        (Calendar::Luxembourg, 2024, "01-01 04-01 05-01 05-09 05-20 06-23 08-15 11-01 12-25 12-26"),
        (
            Calendar::Austria,
            2026,
            "01-01 01-06 04-06 05-01 05-14 05-25 06-04 08-15 10-26 11-01 12-08 12-25 12-26",
        ),
        (
            Calendar::UnitedStates,
            2021,
            "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
        ),
        (Calendar::Canada, 2027, "01-01 03-26 07-01 09-06 12-25 12-27"),
    ] {
        assert_eq!(closed(calendar, year), days, "{calendar} {year}");
    }
}

#[test]
fn a_bank_holiday_on_a_weekend_frees_a_weekday() {
    let names = |text: &str| Calendar::UnitedKingdom.holiday_name(day(text));
    // 2021: Christmas on Saturday, Boxing Day on Sunday. 2022: Christmas on Sunday.
    assert_eq!(names("2021-12-27"), Some("Christmas Day"));
    assert_eq!(names("2021-12-28"), Some("Boxing Day"));
    assert_eq!(names("2022-12-26"), Some("Boxing Day"));
    assert_eq!(names("2022-12-27"), Some("Christmas Day"));
    assert_eq!(names("2022-12-28"), None);
    assert_eq!(Calendar::Canada.holiday_name(day("2029-07-02")), Some("Canada Day"));
    assert_eq!(Calendar::Netherlands.holiday_name(day("2025-04-27")), None);
}

#[test]
fn the_kingdom_moves_bank_holidays_for_great_occasions() {
    let is_open = |text: &str| Calendar::UnitedKingdom.is_business_day(day(text));
    assert!(is_open("2020-05-04") && !is_open("2020-05-08"));
    assert!(is_open("2022-05-30") && !is_open("2022-06-02") && !is_open("2022-06-03"));
    assert!(!is_open("2022-09-19") && !is_open("2023-05-08"));
}

#[test]
fn a_due_date_may_be_moved_to_a_business_day_either_way() {
    // Easter 2026: Good Friday 3 April to Easter Monday 6 April.
    let target = Calendar::Target;
    assert_eq!(target.next_business_day(day("2026-04-03")), day("2026-04-07"));
    assert_eq!(target.previous_business_day(day("2026-04-06")), day("2026-04-02"));
    assert_eq!(target.next_business_day(day("2026-04-02")), day("2026-04-02"));
    assert_eq!(target.previous_business_day(day("2026-04-07")), day("2026-04-07"));
}

#[test]
fn business_days_are_counted_without_the_first() {
    let target = Calendar::Target;
    assert_eq!(target.add_business_days(day("2026-04-02"), 1), day("2026-04-07"));
    assert_eq!(target.add_business_days(day("2026-04-04"), 1), day("2026-04-07"));
    assert_eq!(target.add_business_days(day("2026-04-07"), -1), day("2026-04-02"));
    assert_eq!(target.add_business_days(day("2026-04-04"), 0), day("2026-04-07"));
    assert_eq!(target.add_business_days(day("2025-12-31"), 261), day("2027-01-08"));
    assert_eq!(target.business_days_between(day("2026-04-02"), day("2026-04-07")), 1);
    assert_eq!(target.business_days_between(day("2026-04-07"), day("2026-04-02")), 0);
}

#[test]
fn counting_there_and_back_ends_where_it_began() {
    for calendar in Calendar::ALL {
        let first = calendar.next_business_day(day("2024-01-01"));
        for count in (1..300).step_by(7) {
            let there = calendar.add_business_days(first, count);
            assert!(calendar.is_business_day(there));
            assert_eq!(calendar.add_business_days(there, -count), first);
            assert_eq!(i32::try_from(calendar.business_days_between(first, there)), Ok(count));
        }
    }
}

#[test]
fn a_search_ends_where_dates_end() {
    for calendar in Calendar::ALL {
        assert!(calendar.next_business_day(NaiveDate::MAX) <= NaiveDate::MAX);
        assert!(calendar.previous_business_day(NaiveDate::MIN) >= NaiveDate::MIN);
        let almost = NaiveDate::MAX - Days::new(1);
        assert!(calendar.add_business_days(almost, 5) <= NaiveDate::MAX);
    }
}

#[test]
fn every_rule_names_its_source() {
    for calendar in Calendar::ALL {
        for holiday in calendar.holidays() {
            assert!(
                holiday.source.len() > 5 && !holiday.name.is_empty(),
                "{calendar}: {holiday:?}"
            );
            assert!(
                holiday.years.0 <= holiday.years.1 && holiday.every >= 1,
                "{calendar}: {holiday:?}"
            );
        }
    }
}

#[test]
fn an_unknown_region_is_told_which_are_known() {
    assert_eq!("TARGET".parse(), Ok(Calendar::Target));
    assert_eq!("FR".parse(), Ok(Calendar::France));
    for calendar in Calendar::ALL {
        assert_eq!(calendar.to_string().parse(), Ok(calendar));
        let json = serde_json::to_string(&calendar).expect("a string");
        assert_eq!(serde_json::from_str::<Calendar>(&json).expect("what was written"), calendar);
    }
    let error: UnknownRegion = "fr".parse::<Calendar>().expect_err("codes are capitals");
    assert_eq!(
        error.to_string(),
        "no calendar for \"fr\": known are TARGET, AT, BE, CA, CH, DE, ES, FR, GB, IT, LU, NL, US"
    );
}

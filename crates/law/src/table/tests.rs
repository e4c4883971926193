//! Rows and tables: what is sound, what holds when, and what the public sources say.

mod public_lists;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{NoRow, Row, RowError, Rule, Table, TableError, Unit};
use crate::Jurisdiction;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the test writes dates as YYYY-MM-DD")
}

fn number(text: &str) -> Decimal {
    text.parse().expect("the test writes decimals")
}

#[track_caller]
fn row(line: &str) -> Row {
    Row::read(line).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn value(rule: Rule, jurisdiction: Jurisdiction, on: &str) -> Decimal {
    let found = Table::shipped().on(rule, jurisdiction, day(on));
    found.unwrap_or_else(|error| panic!("{error}")).value
}

#[test]
fn a_rate_is_that_of_the_row_that_holds_on_the_day() {
    for (half_year, ecb, base, legal) in [
        ("2023-01-01", "2.50", "1.62", "2.06"),
        ("2023-07-01", "4.00", "3.12", "4.22"),
        ("2024-01-01", "4.50", "3.62", "5.07"),
        ("2024-07-01", "4.25", "3.37", "4.92"),
        ("2025-01-01", "3.15", "2.27", "3.71"),
        ("2025-07-01", "2.15", "1.27", "2.76"),
        ("2026-01-01", "2.15", "1.27", "2.62"),
        ("2026-07-01", "2.40", "1.52", "2.75"),
    ] {
        let rates = [
            value(Rule::EcbMainRefinancing, Jurisdiction::Union, half_year),
            value(Rule::BaseRate, Jurisdiction::Germany, half_year),
            value(Rule::LegalRate, Jurisdiction::France, half_year),
        ];
        assert_eq!(rates, [ecb, base, legal].map(number), "{half_year}");
    }
}

#[test]
fn a_row_holds_on_its_first_and_last_day() {
    let rate = |on| value(Rule::EcbMainRefinancing, Jurisdiction::Union, on);
    assert_eq!(rate("2025-06-10"), number("2.40"));
    assert_eq!(rate("2025-06-11"), number("2.15"));
    assert_eq!(value(Rule::Margin, Jurisdiction::Germany, "2014-07-28"), number("8"));
    assert_eq!(value(Rule::Margin, Jurisdiction::Germany, "2014-07-29"), number("9"));
}

#[test]
fn a_day_without_a_row_is_an_error_that_names_what_is_missing() {
    let table = Table::shipped();
    for (rule, jurisdiction, on, said) in [
        (
            Rule::EcbMainRefinancing,
            Jurisdiction::Union,
            "2004-01-01",
            "no ecb_main_refinancing of EU is known for 2004-01-01",
        ),
        (
            Rule::EcbMainRefinancing,
            Jurisdiction::Union,
            "2026-05-01",
            "no ecb_main_refinancing of EU is known for 2026-05-01",
        ),
        (
            Rule::BaseRate,
            Jurisdiction::Germany,
            "2027-01-01",
            "no base_rate of DE is known for 2027-01-01",
        ),
        (
            Rule::LegalRate,
            Jurisdiction::France,
            "2020-12-31",
            "no legal_rate of FR is known for 2020-12-31",
        ),
        (
            Rule::LegalRate,
            Jurisdiction::Germany,
            "2025-01-01",
            "no legal_rate of DE is known for 2025-01-01",
        ),
    ] {
        let on = day(on);
        let error = table.on(rule, jurisdiction, on).expect_err("a day without a row");
        assert_eq!(error, NoRow { rule, jurisdiction, on });
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_rate_that_holds_until_it_is_changed_says_how_long_it_was_known_to_hold() {
    let table = Table::shipped();
    let bank = table.on(Rule::BankRate, Jurisdiction::UnitedKingdom, day("2027-01-01"));
    let bank = bank.expect("it holds until it is changed");
    assert_eq!(bank.known_only_until(day("2027-01-01")), Some(day("2026-09-28")));
    assert_eq!(bank.known_only_until(day("2026-09-28")), None);
}

#[test]
fn the_fixed_sum_of_the_united_kingdom_goes_by_the_size_of_the_debt() {
    for (amount, sum) in
        [("999.99", "40"), ("1000.00", "70"), ("9999.99", "70"), ("10000.00", "100")]
    {
        let row = Table::shipped().of_amount(
            Rule::FixedSum,
            Jurisdiction::UnitedKingdom,
            day("2025-06-16"),
            number(amount),
        );
        assert_eq!(row.expect("a row").value, number(sum), "{amount}");
    }
}

#[test]
fn since_2016_the_german_base_rate_is_the_rate_of_the_ecb_less_088_at_each_half_year() {
    let mut half_year = day("2016-07-01");
    let mut compared = 0;
    while half_year <= day("2026-07-01") {
        let on = half_year.to_string();
        let ecb = value(Rule::EcbMainRefinancing, Jurisdiction::Union, &on);
        let base = value(Rule::BaseRate, Jurisdiction::Germany, &on);
        assert_eq!(base, ecb - number("0.88"), "{on}");
        half_year = half_year + chrono::Months::new(6);
        compared += 1;
    }
    assert_eq!(compared, 21);
}

#[test]
fn since_2016_the_austrian_base_rate_follows_the_ecb_in_steps_of_at_least_half_a_point() {
    let table = Table::shipped();
    let (mut base, mut followed) = (number("-0.62"), number("0.00"));
    for ecb in table.of(Rule::EcbMainRefinancing, Jurisdiction::Union) {
        if ecb.from < day("2016-03-16") {
            continue;
        }
        if (ecb.value - followed).abs() >= number("0.50") {
            base += ecb.value - followed;
            followed = ecb.value;
        }
        let on = ecb.from.to_string();
        assert_eq!(value(Rule::BaseRate, Jurisdiction::Austria, &on), base, "{on}");
    }
}

#[test]
fn every_row_says_where_it_is_written_and_no_half_year_is_left_out() {
    let table = Table::shipped();
    assert!(table.rows().count() > 180);
    assert!(table.rows().all(|row| row.source.len() > 5));
    // What is added up must be there for every half-year since the directive.
    let mut half_year = day("2013-07-01");
    while half_year <= day("2026-07-01") {
        let on = half_year.to_string();
        value(Rule::EcbMainRefinancing, Jurisdiction::Union, &on);
        value(Rule::BaseRate, Jurisdiction::Germany, &on);
        value(Rule::BankRate, Jurisdiction::UnitedKingdom, &on);
        half_year = half_year + chrono::Months::new(6);
    }
}

const SOUND: &str = "margin,FR,2013-01-01,open,2026-09-28,,10,points,a statute, with a comma";

#[test]
fn a_row_is_read_as_it_is_written() {
    let read = row(SOUND);
    assert_eq!(read.rule, Rule::Margin);
    assert_eq!(read.jurisdiction, Jurisdiction::France);
    assert_eq!((read.from, read.to), (day("2013-01-01"), None));
    assert_eq!(read.known_until, Some(day("2026-09-28")));
    assert_eq!((read.value, read.unit), (number("10"), Unit::Points));
    assert_eq!(read.source, "a statute, with a comma");
}

#[test]
fn a_slip_of_the_pen_is_found() {
    for (line, said) in [
        ("margin,FR,2013-01-01", "line 2: a row has nine fields"),
        (
            "marge,FR,2013-01-01,open,2026-09-28,,10,points,x",
            "line 2: \"marge\" is no rule: known are ecb_main",
        ),
        ("margin,FX,2013-01-01,open,2026-09-28,,10,points,x", "line 2: no law of \"FX\" is known"),
        (
            "margin,FR,2013-13-01,open,2026-09-28,,10,points,x",
            "line 2: from is \"2013-13-01\", not a date",
        ),
        (
            "margin,FR,2013-01-01,open,2026-09-28,,1e1,points,x",
            "line 2: value is \"1e1\", not a decimal",
        ),
        (
            "margin,FR,2013-01-01,2012-01-01,,,10,points,x",
            "margin of FR from 2013-01-01 ends before it begins",
        ),
        (
            "margin,FR,2013-01-01,open,,,10,points,x",
            "margin of FR from 2013-01-01 must have either",
        ),
        (
            "margin,FR,2013-01-01,open,2026-09-28,,10,days,x",
            "margin of FR from 2013-01-01 cannot be in days",
        ),
        (
            "margin,FR,2013-01-01,open,2026-09-28,,1001,points,x",
            "margin of FR from 2013-01-01 cannot be 1001",
        ),
        (
            "claim_filing,FR,2013-01-01,open,2026-09-28,,1.5,months,x",
            "claim_filing of FR from 2013-01-01 cannot be 1.5",
        ),
        (
            "margin,FR,2013-01-01,open,2026-09-28,,10,points, ",
            "margin of FR from 2013-01-01 names no source",
        ),
    ] {
        let error = Table::read(&format!("# a comment\n{line}\n")).expect_err(line);
        assert!(error.to_string().starts_with(said), "{line}: {error}");
    }
    assert!(matches!(Row::read(""), Err(RowError::Fields { given: 1 })));
}

#[test]
fn two_rows_for_the_same_days_are_refused() {
    let later = "margin,FR,2020-01-01,open,2026-09-28,,11,points,x";
    let error = Table::read(&format!("{SOUND}\n{later}\n")).expect_err("an overlap");
    assert_eq!(
        error,
        TableError::Overlap {
            rule: Rule::Margin,
            jurisdiction: Jurisdiction::France,
            first: day("2013-01-01"),
            second: day("2020-01-01"),
        }
    );
}

#[test]
fn a_new_row_takes_the_place_of_what_held_on_its_days() {
    let spans = |table: &Table| -> Vec<String> {
        let rows = table.of(Rule::Margin, Jurisdiction::France);
        rows.map(|row| {
            let to = row.to.map_or("open".to_owned(), |to| to.to_string());
            format!("{} {to} {}", row.from, row.value)
        })
        .collect()
    };
    let table = Table::read(SOUND).expect("a table");
    let later = row("margin,FR,2027-01-01,open,2027-01-01,,12,points,x");
    let amended = table.amended(later).expect("a table");
    assert_eq!(spans(&amended), ["2013-01-01 2026-12-31 10", "2027-01-01 open 12"]);

    let between = row("margin,FR,2020-01-01,2020-06-30,,,0,points,x");
    let amended = table.amended(between).expect("a table");
    assert_eq!(
        spans(&amended),
        ["2013-01-01 2019-12-31 10", "2020-01-01 2020-06-30 0", "2020-07-01 open 10"]
    );

    let elsewhere = row("margin,DE,2020-01-01,open,2026-09-28,,1,points,x");
    assert_eq!(spans(&table.amended(elsewhere).expect("a table")), ["2013-01-01 open 10"]);
}

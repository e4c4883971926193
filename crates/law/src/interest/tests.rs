//! Interest as accountants would check it: the vectors of the design, then the laws.

mod laws;

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{
    Basis, DayCount, Debt, Interest, InterestError, Movement, Regime, RegimeError, Warning,
};
use crate::{Jurisdiction, NoRow, Rule, Table};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the test writes dates as YYYY-MM-DD")
}

fn number(text: &str) -> Decimal {
    text.parse().expect("the test writes decimals")
}

fn euros(text: &str) -> Money {
    Money::parse(text, Currency::EUR).expect("the test writes amounts")
}

fn pounds(text: &str) -> Money {
    Money::parse(text, Currency::GBP).expect("the test writes amounts")
}

const FR_DEFAULT: Regime = Regime::Statutory(Jurisdiction::France);
const UK_FIXED: Regime = Regime::Statutory(Jurisdiction::UnitedKingdom);

#[track_caller]
fn interest(debt: &Debt, until: &str) -> Interest {
    let interest = debt.interest(Table::shipped(), day(until));
    interest.unwrap_or_else(|error| panic!("{error}"))
}

/// Days and rate of each line.
fn lines(interest: &Interest) -> Vec<(i64, String)> {
    interest.lines.iter().map(|line| (line.days, line.rate.normalize().to_string())).collect()
}

#[test]
fn a_late_debt_of_ten_thousand_bears_what_its_regime_says() {
    for (name, regime, due_on, paid_on, expected, total) in [
        ("I1", FR_DEFAULT, "2025-01-31", "2025-03-31", vec![(59, "13.15")], "212.56"),
        (
            "I2",
            FR_DEFAULT,
            "2025-05-31",
            "2025-08-31",
            vec![(30, "13.15"), (62, "12.15")],
            "314.47",
        ),
        (
            "I3",
            Regime::Statutory(Jurisdiction::Union),
            "2025-05-31",
            "2025-08-31",
            vec![(30, "11.15"), (62, "10.15")],
            "264.05",
        ),
        (
            "I4",
            Regime::Statutory(Jurisdiction::Germany),
            "2025-05-31",
            "2025-08-31",
            vec![(30, "11.27"), (62, "10.27")],
            "267.08",
        ),
        (
            "I5",
            Regime::FrenchFloor,
            "2025-05-31",
            "2025-08-31",
            vec![(30, "11.13"), (62, "8.28")],
            "232.13",
        ),
    ] {
        let answer = interest(&Debt::new(regime, euros("10000.00"), day(due_on)), paid_on);
        let expected: Vec<_> =
            expected.iter().map(|(days, rate)| (*days, (*rate).to_owned())).collect();
        assert_eq!(lines(&answer), expected, "{name}");
        assert_eq!(answer.total, euros(total), "{name}");
        let fixed_sum = answer.fixed_sum.expect("between businesses");
        assert_eq!(fixed_sum.amount, euros("40.00"), "{name}");
    }
}

#[test]
fn a_computation_can_be_followed_line_by_line() {
    let answer =
        interest(&Debt::new(FR_DEFAULT, euros("10000.00"), day("2025-05-31")), "2025-08-31");
    assert_eq!(answer.day_count, DayCount::Act365);
    assert_eq!(answer.rounding, "half up, once, at the end");
    let [june, rest] = answer.lines.as_slice() else { panic!("two half-years") };
    assert_eq!((june.from, june.to), (day("2025-06-01"), day("2025-06-30")));
    assert_eq!((rest.from, rest.to), (day("2025-07-01"), day("2025-08-31")));
    assert_eq!(june.exact.to_string(), "108.0821917808");
    assert_eq!(rest.exact.to_string(), "206.3835616438");
    assert_eq!(june.base, euros("10000.00"));
    let rules: Vec<_> = june.rows.iter().map(|row| (row.rule, row.value.normalize())).collect();
    assert_eq!(rules, [(Rule::EcbMainRefinancing, number("3.15")), (Rule::Margin, number("10"))]);
    assert!(june.rows[1].source.contains("L441-10 II"));
    assert_eq!(answer.warnings, []);
}

#[test]
fn the_rate_of_the_united_kingdom_is_fixed_for_the_life_of_the_debt() {
    let answer = interest(&Debt::new(UK_FIXED, pounds("5000.00"), day("2025-06-15")), "2025-09-24");
    assert_eq!(lines(&answer), [(101, "12.75".to_owned())]);
    assert_eq!(answer.total, pounds("176.40"));
    assert_eq!(answer.fixed_sum.expect("between businesses").amount, pounds("70.00"));
    // Late from 1 July on, it is the rate of 30 June.
    let later = interest(&Debt::new(UK_FIXED, pounds("5000.00"), day("2025-06-30")), "2025-09-24");
    assert_eq!(lines(&later), [(86, "12.25".to_owned())]);
}

#[test]
fn the_fixed_sum_of_the_united_kingdom_goes_by_the_size_of_the_debt() {
    for (principal, sum) in
        [("999.99", "40"), ("1000.00", "70"), ("9999.99", "70"), ("10000.00", "100")]
    {
        let debt = Debt::new(UK_FIXED, pounds(principal), day("2025-06-15"));
        let answer = interest(&debt, "2025-06-16");
        assert_eq!(answer.fixed_sum.expect("a fixed sum").amount, pounds(sum), "{principal}");
    }
    let in_euros =
        interest(&Debt::new(UK_FIXED, euros("5000.00"), day("2025-06-15")), "2025-06-16");
    assert_eq!(in_euros.fixed_sum, None);
    assert_eq!(in_euros.warnings, [Warning::FixedSumUnknown { currency: Currency::EUR }]);
}

#[test]
fn rounding_every_day_would_give_another_sum_than_rounding_once() {
    let debt = Debt::new(Regime::Agreed(number("12.25")), pounds("5000.00"), day("2025-06-15"));
    let answer = interest(&debt, "2025-09-24");
    assert_eq!(answer.total, pounds("169.49"));
    let one_day = interest(&debt, "2025-06-16").total;
    assert_eq!(one_day, pounds("1.68"));
    assert_eq!(Money::new(one_day.minor() * 101, Currency::GBP), pounds("169.68"));
}

#[test]
fn every_state_has_its_own_rate() {
    for (regime, first_half, second_half) in [
        (Regime::Statutory(Jurisdiction::Austria), "11.73", "10.73"),
        (Regime::Statutory(Jurisdiction::Belgium), "11.5", "10.5"),
        (Regime::Statutory(Jurisdiction::Netherlands), "11.15", "10.15"),
        (Regime::Statutory(Jurisdiction::Italy), "11.15", "10.15"),
        (Regime::Statutory(Jurisdiction::Spain), "11.15", "10.15"),
        (Regime::Statutory(Jurisdiction::Luxembourg), "11.15", "10.15"),
        (Regime::GermanConsumer, "7.27", "6.27"),
    ] {
        let answer = interest(&Debt::new(regime, euros("100.00"), day("2025-06-29")), "2025-07-01");
        let rates = [(1, first_half.to_owned()), (1, second_half.to_owned())];
        assert_eq!(lines(&answer), rates, "{regime}");
        assert_eq!(answer.fixed_sum.is_some(), regime != Regime::GermanConsumer, "{regime}");
    }
    // Belgium, as published for both halves of 2024.
    let belgium =
        Debt::new(Regime::Statutory(Jurisdiction::Belgium), euros("100.00"), day("2024-06-29"));
    assert_eq!(
        lines(&interest(&belgium, "2024-07-01")),
        [(1, "12.5".to_owned()), (1, "12.5".to_owned())]
    );
}

#[test]
fn interest_runs_on_the_days_after_the_due_date_up_to_the_day_asked_about() {
    let debt = Debt::new(Regime::Agreed(number("36.5")), euros("1000.00"), day("2025-06-15"));
    for (until, total) in [
        ("2025-06-01", "0.00"),
        ("2025-06-15", "0.00"),
        ("2025-06-16", "1.00"),
        ("2025-06-17", "2.00"),
        ("2026-06-15", "365.00"),
    ] {
        assert_eq!(interest(&debt, until).total, euros(total), "{until}");
    }
    let mut statutory = Debt { regime: FR_DEFAULT, ..debt };
    assert_eq!(interest(&statutory, "2025-06-15").fixed_sum, None);
    assert!(interest(&statutory, "2025-06-16").fixed_sum.is_some());
    // Paid on the last day, it is not late; paid a day later, it was.
    statutory.movements = vec![Movement::payment(day("2025-06-15"), euros("1000.00"))];
    assert_eq!(interest(&statutory, "2025-06-16").fixed_sum, None);
    statutory.movements = vec![Movement::payment(day("2025-06-16"), euros("1000.00"))];
    assert!(interest(&statutory, "2025-12-31").fixed_sum.is_some());
}

#[test]
fn a_payment_bears_interest_up_to_its_own_day_and_a_reversal_restores_it_from_then() {
    let agreed = Regime::Agreed(number("36.5"));
    let mut debt = Debt::new(agreed, euros("1000.00"), day("2025-06-15"));
    let payment = Movement::payment(day("2025-06-20"), euros("400.00"));
    debt.movements = vec![payment];
    let answer = interest(&debt, "2025-06-25");
    let spans: Vec<_> = answer.lines.iter().map(|line| (line.days, line.base)).collect();
    assert_eq!(spans, [(5, euros("1000.00")), (5, euros("600.00"))]);
    assert_eq!(answer.total, euros("8.00"));

    debt.movements = vec![Movement::reversal(payment), payment];
    let answer = interest(&debt, "2025-06-25");
    assert_eq!(answer.lines.len(), 1);
    assert_eq!(answer.total, euros("10.00"));

    // Paid in part before it was due, and in full later.
    let early = Movement::payment(day("2025-06-01"), euros("500.00"));
    debt.movements = vec![Movement::payment(day("2025-06-18"), euros("500.00")), early];
    let answer = interest(&debt, "2025-12-31");
    assert_eq!(answer.lines.len(), 1);
    assert_eq!(answer.total, euros("1.50"));
}

#[test]
fn an_agreed_french_rate_below_three_times_the_legal_rate_is_warned_about_and_not_raised() {
    let debt = Debt::new(Regime::FrenchContract(number("9")), euros("10000.00"), day("2025-05-31"));
    let answer = interest(&debt, "2025-08-31");
    assert_eq!(lines(&answer), [(30, "9".to_owned()), (62, "9".to_owned())]);
    let [warning] = answer.warnings.as_slice() else { panic!("the first half-year only") };
    assert!(warning.to_string().starts_with(
        "the agreed 9 % is below the least lawful 11.13 % of the half-year from 2025-01-01 (C. com."
    ));
    let unknown =
        Debt::new(Regime::FrenchContract(number("9")), euros("100.00"), day("2020-12-30"));
    let answer = interest(&unknown, "2020-12-31");
    assert!(
        answer.warnings[0].to_string().ends_with("no legal_rate of FR is known for 2020-07-01")
    );
}

#[test]
fn terms_of_sale_bear_the_rate_they_state_and_never_less_than_the_law_allows() {
    let france = |rate| Regime::Terms(Jurisdiction::France, number(rate));
    let germany = |rate| Regime::Terms(Jurisdiction::Germany, number(rate));
    for (regime, expected, total, warned) in [
        // 10,000 x (15 x 30 + 15 x 62) / 36,500 = 378.082.
        (france("15"), ["15", "15"], "378.08", [].as_slice()),
        // Three times the legal rate was 11.13 and then 8.28: 10 is raised for the first days only.
        // 10,000 x (11.13 x 30 + 10 x 62) / 36,500 = 91.479 + 169.863 = 261.342.
        (france("10"), ["11.13", "10"], "261.34", &["2025-01-01"]),
        (france("11.13"), ["11.13", "11.13"], "280.54", &[]),
        // 232.13 is also what a contract bears that agrees on the floor.
        (france("5"), ["11.13", "8.28"], "232.13", &["2025-01-01", "2025-07-01"]),
        // In Germany the statute is the floor: 11.27 and then 10.27.
        // 10,000 x (11.27 x 30 + 11 x 62) / 36,500 = 92.630 + 186.849 = 279.479.
        (germany("11"), ["11.27", "11"], "279.48", &["2025-01-01"]),
        (germany("12"), ["12", "12"], "302.47", &[]),
    ] {
        let debt = Debt::new(regime, euros("10000.00"), day("2025-05-31"));
        let answer = interest(&debt, "2025-08-31");
        let [first, second] = expected.map(str::to_owned);
        assert_eq!(lines(&answer), [(30, first), (62, second)], "{regime:?}");
        assert_eq!(answer.total, euros(total), "{regime:?}");
        let below = answer.warnings.iter().map(|it| match it {
            Warning::BelowFloor { from, .. } => from.to_string(),
            other @ (Warning::Held { .. }
            | Warning::FloorUnknown { .. }
            | Warning::Unchecked { .. }
            | Warning::FixedSumUnknown { .. }) => panic!("{other}"),
        });
        let below: Vec<_> = below.collect();
        assert_eq!(below, warned, "{regime:?}");
        // A rate of law says which; one that was agreed says none.
        for line in &answer.lines {
            assert_eq!(line.rows.is_empty(), Some(line.rate) == regime.agreed(), "{line:?}");
        }
        assert_eq!(answer.fixed_sum.as_ref().map(|it| it.amount), Some(euros("40.00")));
    }
    // Elsewhere a rate is not judged, and the fixed sum is owed all the same.
    let italy = Regime::Terms(Jurisdiction::Italy, number("2"));
    let answer = interest(&Debt::new(italy, euros("10000.00"), day("2025-05-31")), "2025-08-31");
    assert_eq!(lines(&answer), [(92, "2".to_owned())]);
    assert!(answer.fixed_sum.is_some());
    assert_eq!(italy.code(), "IT_TERMS");
    // Where the law of the day is not known, the rate is taken as it was agreed, and that is said.
    let early = Debt::new(france("9"), euros("100.00"), day("2020-12-30"));
    assert!(matches!(interest(&early, "2020-12-31").warnings[..], [Warning::FloorUnknown { .. }]));
}

#[test]
fn a_rate_that_is_not_known_is_no_rate() {
    let debt =
        Debt::new(Regime::Statutory(Jurisdiction::Germany), euros("100.00"), day("2026-12-30"));
    assert_eq!(interest(&debt, "2026-12-31").lines.len(), 1);
    assert_eq!(
        debt.interest(Table::shipped(), day("2027-01-01")),
        Err(InterestError::NoRow(NoRow {
            rule: Rule::BaseRate,
            jurisdiction: Jurisdiction::Germany,
            on: day("2027-01-01"),
        }))
    );
    // Paid before, it need not be known.
    let paid = Movement::payment(day("2026-12-31"), euros("100.00"));
    assert!(
        Debt { movements: vec![paid], ..debt }
            .interest(Table::shipped(), day("2027-01-01"))
            .is_ok()
    );
}

#[test]
fn a_rate_that_holds_until_it_is_changed_says_since_when_nobody_looked() {
    let debt = Debt::new(FR_DEFAULT, euros("100.00"), day("2026-12-30"));
    let answer = interest(&debt, "2027-01-31");
    let warnings: Vec<_> = answer.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "ecb_main_refinancing of EU was last looked up on 2026-07-01; it is taken to hold unchanged on 2027-01-01"
        ]
    );
}

#[test]
fn a_row_that_nobody_read_where_it_is_written_is_said_once() {
    let italy = Regime::Statutory(Jurisdiction::Italy);
    let answer = interest(&Debt::new(italy, euros("100.00"), day("2024-12-30")), "2025-12-31");
    let warnings: Vec<_> = answer.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "margin of IT from 2013-01-01 was not read where it is written; check it before you rely on it",
            "fixed_sum of IT from 2013-01-01 was not read where it is written; check it before you rely on it",
        ]
    );
}

/// The eleventh mistake: days that are right only within a month, of a year that is always the same.
#[test]
fn a_year_is_counted_as_the_contract_says() {
    let mut debt = Debt::new(Regime::Agreed(number("10")), euros("3650.00"), day("2023-12-21"));
    for (day_count, total, line_count) in [
        (DayCount::Act365, "20.00", 1),
        (DayCount::ActAct, "19.97", 2),
        (DayCount::Act360, "20.28", 1),
    ] {
        debt.day_count = day_count;
        let answer = interest(&debt, "2024-01-10");
        assert_eq!((answer.total, answer.lines.len()), (euros(total), line_count), "{day_count}");
        assert_eq!(day_count.to_string().parse(), Ok(day_count));
    }
    assert!("30/360".parse::<DayCount>().is_err());
}

#[test]
fn no_interest_is_no_interest() {
    let answer =
        interest(&Debt::new(Regime::None, euros("100.00"), day("2025-01-01")), "2025-12-31");
    assert_eq!((answer.lines.len(), answer.total, answer.fixed_sum), (0, euros("0.00"), None));
    let nothing = interest(&Debt::new(FR_DEFAULT, euros("0.00"), day("2025-01-01")), "2025-12-31");
    assert_eq!((nothing.lines.len(), nothing.fixed_sum), (0, None));
}

#[test]
fn what_is_no_rate_and_what_cannot_be_added_is_refused() {
    for rate in ["-1", "1000.01", "1.0000001"] {
        let debt = Debt::new(Regime::Agreed(number(rate)), euros("100.00"), day("2025-01-01"));
        let refused = debt.interest(Table::shipped(), day("2025-02-01"));
        assert_eq!(refused, Err(InterestError::Rate(number(rate))));
    }
    let mut debt = Debt::new(FR_DEFAULT, euros("100.00"), day("2025-01-01"));
    debt.movements = vec![Movement::payment(day("2025-01-10"), pounds("1.00"))];
    assert!(matches!(
        debt.interest(Table::shipped(), day("2025-02-01")),
        Err(InterestError::Money(_))
    ));
}

#[test]
fn a_regime_follows_from_where_and_on_what_ground() {
    let rate = Some(number("12"));
    for (jurisdiction, basis, rate, code) in [
        ("FR", "default", None, "FR_DEFAULT"),
        ("EU", "default", None, "EU_MIN"),
        ("GB", "default", None, "UK_FIXED"),
        ("DE", "consumer", None, "DE_CONSUMER"),
        ("FR", "floor", None, "FR_CONTRACT_FLOOR"),
        ("FR", "contract", rate, "FR_CONTRACT"),
        ("IT", "contract", rate, "AGREED"),
        ("IT", "none", None, "NONE"),
    ] {
        let jurisdiction = jurisdiction.parse().expect("a jurisdiction");
        let basis: Basis = basis.parse().expect("a basis");
        let regime = Regime::of(jurisdiction, basis, rate);
        assert_eq!(regime.map(Regime::code), Ok(code));
    }
    let france = Jurisdiction::France;
    let consumer = Regime::of(france, Basis::Consumer, None).expect_err("not known");
    assert_eq!(consumer.to_string(), "interest of FR by consumer is not known here");
    assert_eq!(Regime::of(france, Basis::Contract, None), Err(RegimeError::RateMissing));
    let given = Regime::of(france, Basis::Default, rate);
    assert_eq!(given, Err(RegimeError::RateGiven(Basis::Default)));
    assert!("court".parse::<Basis>().is_err());
}

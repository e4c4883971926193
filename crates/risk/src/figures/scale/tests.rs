use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn graded(scale: &str, raw: &str) -> Grade {
    grade(scale, raw, day("2026-06-30")).unwrap_or_else(|it| panic!("{it}"))
}

fn not_rated(scale: &str, raw: &str) -> String {
    grade(scale, raw, day("2026-06-30")).expect_err("no grade").to_string()
}

#[test]
fn creditsafe_keeps_its_five_bands() {
    for (raw, expected) in [
        ("100", Grade::A),
        ("71", Grade::A),
        ("70", Grade::B),
        ("51", Grade::B),
        ("50", Grade::C),
        ("30", Grade::C),
        ("29", Grade::D),
        ("21", Grade::D),
        ("20", Grade::E),
        ("1", Grade::E),
        ("0", Grade::E),
        (" 71 ", Grade::A),
    ] {
        assert_eq!(graded("creditsafe_fr", raw), expected, "{raw}");
    }
}

#[test]
fn a_code_of_the_banque_de_france_means_what_it_meant_on_its_day() {
    let of = |raw, on| Scale::BanqueDeFrance.grade(raw, day(on)).unwrap();
    assert_eq!(of("4", "2022-01-07"), Grade::B);
    assert_eq!(of("4", "2022-01-08"), Grade::C);
    assert_eq!(of("3", "2022-01-07"), Grade::A);
    assert_eq!(of("3", "2022-01-08"), Grade::B);
    assert_eq!(of("6", "2022-01-07"), Grade::D);
    assert_eq!(of("6", "2022-01-08"), Grade::E);
}

#[test]
fn a_company_that_did_not_change_keeps_its_grade_on_the_new_scale_of_the_banque_de_france() {
    let (old, new) = (day("2022-01-07"), day("2022-01-08"));
    for (before, after) in [("3++", "1+"), ("4", "3+"), ("4", "3"), ("4", "4+"), ("5+", "4")] {
        let grades =
            [(before, old), (after, new)].map(|(it, on)| Scale::BanqueDeFrance.grade(it, on));
        assert_eq!(grades[0], grades[1], "{before} became {after}");
    }
}

#[test]
fn a_code_that_did_not_exist_on_its_day_is_not_rated() {
    for (raw, on) in
        [("1+", "2022-01-07"), ("4-", "2021-06-30"), ("3++", "2022-01-08"), ("9", "2026-01-01")]
    {
        let expected = NotRated::UnknownValue { scale: "banque_de_france", given: raw.to_owned() };
        assert_eq!(Scale::BanqueDeFrance.grade(raw, day(on)), Err(expected));
    }
}

#[test]
fn the_letter_of_activity_says_nothing_of_the_risk() {
    for raw in ["3+", "A3+", "M3+", "N3+", "X3+", "G 3+"] {
        assert_eq!(graded("banque_de_france", raw), Grade::B, "{raw}");
    }
    for raw in ["P", "CP"] {
        assert_eq!(graded("banque_de_france", raw), Grade::E, "{raw}");
    }
    for raw in ["O3+", "AA3+", "a3+", "3 +", "A", "PP"] {
        assert!(not_rated("banque_de_france", raw).contains("is no value"), "{raw}");
    }
}

#[test]
fn classes_and_percentiles_of_dun_and_bradstreet_run_opposite_ways() {
    for (class, percentiles) in
        [("1", ["95", "100"]), ("2", ["69", "94"]), ("3", ["34", "68"]), ("4", ["2", "33"])]
    {
        for percentile in percentiles {
            let expected = graded("dnb_failure_class", class);
            assert_eq!(graded("dnb_failure_percentile", percentile), expected);
        }
    }
    assert_eq!(graded("dnb_failure_class", "5"), Grade::E);
    assert_eq!(graded("dnb_failure_percentile", "1"), Grade::E);
}

#[test]
fn a_prompt_payer_has_the_best_grade_of_paydex() {
    for (raw, expected) in [
        ("100", Grade::A),
        ("80", Grade::A),
        ("79", Grade::B),
        ("70", Grade::B),
        ("69", Grade::C),
        ("50", Grade::C),
        ("49", Grade::D),
        ("20", Grade::D),
        ("19", Grade::E),
        ("0", Grade::E),
    ] {
        assert_eq!(graded("paydex", raw), expected, "{raw}");
    }
}

#[test]
fn altares_is_cut_into_fifths() {
    for (raw, expected) in [("80", Grade::A), ("79", Grade::B), ("40", Grade::C), ("0", Grade::E)] {
        assert_eq!(graded("altares", raw), expected, "{raw}");
    }
}

#[test]
fn an_agency_that_gives_no_rating_gives_no_bad_one() {
    for (scale, raw) in [
        ("creditsafe_fr", "NC"),
        ("banque_de_france", "0"),
        ("banque_de_france", "X0"),
        ("paydex", "UN"),
        ("dnb_failure_class", "0"),
        ("dnb_failure_percentile", "0"),
    ] {
        assert!(not_rated(scale, raw).starts_with("the agency gave no rating"), "{scale} {raw}");
    }
}

#[test]
fn what_is_not_known_is_not_rated_and_says_so() {
    assert!(not_rated("ellisphere", "7").starts_with("unknown rating scale \"ellisphere\""));
    assert!(not_rated("Paydex", "80").starts_with("unknown rating scale"));
    for raw in ["101", "256", "-1", "+70", "70.0", "7O", "", "seventy", "٧٠"] {
        assert!(
            not_rated("creditsafe_fr", raw).ends_with("is no value of the scale creditsafe_fr")
        );
    }
    assert!(not_rated("dnb_failure_class", "6").contains("is no value"));
    let endless = "9".repeat(10_000);
    assert!(not_rated("altares", &endless).len() < 100);
}

#[test]
fn on_every_day_a_scale_has_at_most_one_meaning_and_today_exactly_one() {
    for scale in Scale::EVERY {
        for on in ["1990-01-01", "2022-01-07", "2022-01-08", "2026-06-30"] {
            let rows = REGISTRY.iter().filter(|it| it.scale == *scale && it.in_force(day(on)));
            assert_eq!(rows.count(), 1, "{scale} on {on}");
        }
        assert_eq!(Scale::from_code(scale.code()).as_ref(), Ok(scale));
    }
    assert!(REGISTRY.iter().all(|it| !it.source.is_empty()));
}

#[test]
fn within_a_row_the_grades_go_one_way_and_reach_from_the_best_to_the_worst() {
    for row in REGISTRY {
        let grades: Vec<Grade> = match row.meaning {
            Meaning::Numbers { steps, highest } => {
                assert!(steps.is_sorted_by(|left, right| left.0 < right.0));
                assert!(steps.iter().all(|it| it.0 <= highest));
                steps.iter().map(|it| it.1).collect()
            }
            Meaning::Codes { codes, .. } => codes.iter().map(|it| it.1).collect(),
        };
        assert!(grades.is_sorted() || grades.iter().rev().is_sorted(), "{row:?}");
        assert!(grades.contains(&Grade::A) && grades.contains(&Grade::E), "{row:?}");
    }
}

fn custom(steps: &[(i64, Grade)], highest: i64) -> Result<Custom, CustomError> {
    let steps =
        steps.iter().map(|(at_least, grade)| Step { at_least: (*at_least).into(), grade: *grade });
    Custom::try_new(steps.collect(), highest.into())
}

#[test]
fn a_tenant_may_state_a_scale_of_its_own_upwards_or_downwards() {
    let up = custom(&[(0, Grade::E), (50, Grade::C), (90, Grade::A)], 100).unwrap();
    for (raw, expected) in [
        ("0", Grade::E),
        ("49.99", Grade::E),
        ("50", Grade::C),
        ("89.5", Grade::C),
        ("100", Grade::A),
    ] {
        assert_eq!(up.grade(raw), Ok(expected), "{raw}");
    }
    let down = custom(&[(-5, Grade::A), (3, Grade::D)], 4).unwrap();
    assert_eq!(down.grade("-5"), Ok(Grade::A));
    assert_eq!(down.grade("4"), Ok(Grade::D));
}

#[test]
fn what_a_tenants_scale_does_not_hold_is_not_rated() {
    let scale = custom(&[(0, Grade::E), (90, Grade::A)], 100).unwrap();
    for raw in ["-0.01", "100.01", "", "-", ".5", "5.", "1_0", "1e1", "ten", "1.0.0"] {
        let expected = NotRated::UnknownValue { scale: "custom", given: raw.to_owned() };
        assert_eq!(scale.grade(raw), Err(expected));
    }
}

#[test]
fn steps_that_are_no_scale_are_refused() {
    use Grade::{A, B, C, E};
    assert_eq!(custom(&[], 1), Err(CustomError::NoStep));
    let at_least = Decimal::TEN;
    assert_eq!(custom(&[(10, E), (10, A)], 20), Err(CustomError::NotUpwards { at_least }));
    assert_eq!(custom(&[(0, E), (5, A), (10, C)], 20), Err(CustomError::TurnsBack { at_least }));
    assert_eq!(
        custom(&[(0, B), (10, A)], 9),
        Err(CustomError::HighestTooLow { highest: 9.into() })
    );
    assert!(custom(&[(0, B), (10, B)], 10).is_ok());
}

proptest! {
    #[test]
    fn a_better_number_never_has_a_worse_grade(left in 0_u8..=100, right in 0_u8..=100) {
        let (low, high) = (left.min(right).to_string(), left.max(right).to_string());
        for code in ["creditsafe_fr", "paydex", "altares"] {
            prop_assert!(graded(code, &high) <= graded(code, &low));
        }
    }

    #[test]
    fn any_text_is_graded_or_refused(scale in ".{0,12}", raw in ".{0,12}") {
        prop_assert!(grade(&scale, &raw, day("2026-06-30")).is_err());
        for it in Scale::EVERY {
            if let Err(reason) = it.grade(&raw, day("2026-06-30")) {
                prop_assert!(!reason.to_string().is_empty());
            }
        }
    }
}

//! Due dates, spellings and their laws.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::{Reading, Step, StepsError, Terms, TermsError};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the test writes dates as YYYY-MM-DD")
}

#[track_caller]
fn terms(text: &str) -> Terms {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn due(issued_on: &str, written: &str) -> String {
    terms(written).due_on(day(issued_on)).expect("within the calendar").to_string()
}

#[test]
fn forty_five_days_end_of_month_has_two_readings() {
    for (issued_on, reading_a, reading_b, net_60) in [
        ("2025-04-10", "2025-05-31", "2025-06-14", "2025-06-09"),
        ("2025-03-10", "2025-04-30", "2025-05-15", "2025-05-09"),
        ("2008-04-15", "2008-05-31", "2008-06-14", "2008-06-14"),
        ("2026-01-15", "2026-03-31", "2026-03-17", "2026-03-16"),
        ("2026-01-31", "2026-03-31", "2026-03-17", "2026-04-01"),
    ] {
        assert_eq!(due(issued_on, "45 j fin de mois"), reading_a);
        assert_eq!(due(issued_on, "45 jours fin de mois (A)"), reading_a);
        assert_eq!(due(issued_on, "45 j fdm (B)"), reading_b);
        assert_eq!(due(issued_on, "fin de mois 45 j"), reading_b);
        assert_eq!(due(issued_on, "60 j"), net_60);
    }
}

#[test]
fn an_invoice_falls_due_as_its_terms_say() {
    for (issued_on, written, due_on) in [
        ("2026-02-10", "comptant", "2026-02-10"),
        ("2026-02-10", "30 j", "2026-03-12"),
        ("2024-02-10", "30 j", "2024-03-11"),
        ("2026-02-10", "fin de mois", "2026-02-28"),
        ("2024-02-29", "fin de mois", "2024-02-29"),
        ("2026-12-31", "1 jour", "2027-01-01"),
        // The same day of a later month, or its last.
        ("2026-01-31", "1 mois", "2026-02-28"),
        ("2026-01-31", "2 months", "2026-03-31"),
        ("2026-03-31", "3 Monate", "2026-06-30"),
        ("2026-11-30", "2 mois fin de mois", "2027-01-31"),
        // The next 10th on or after.
        ("2026-04-10", "30 j le 10", "2026-05-10"),
        ("2026-04-11", "30 j le 10", "2026-06-10"),
        ("2026-12-15", "le 10", "2027-01-10"),
        ("2026-02-01", "le 31", "2026-02-28"),
        // The 10th of the month after.
        ("2026-04-10", "30 j fin de mois le 10", "2026-06-10"),
        ("2026-01-05", "fin de mois le 30", "2026-02-28"),
        ("2026-02-05", "fin de mois le 30", "2026-03-30"),
        ("2026-04-10", "15. des Folgemonats", "2026-05-15"),
        ("2026-04-10", "fin de mois + 45 j le 10", "2026-07-10"),
    ] {
        assert_eq!(due(issued_on, written), due_on, "{issued_on} {written}");
    }
}

#[track_caller]
fn all_mean(canonical: &str, spellings: &[&str]) {
    for written in spellings {
        assert_eq!(terms(written).to_string(), canonical, "{written}");
    }
}

#[test]
fn terms_are_read_in_french() {
    all_mean("on receipt", &["comptant", "Au comptant", "à réception", "A RECEPTION", "0 jours"]);
    all_mean("on receipt", &["à réception de facture", "à re\u{301}ception", "paiement immédiat"]);
    all_mean("30 days", &["30 j", "30j", "30 J.", "30 jours", "30 jours nets", "30 jours net"]);
    all_mean("30 days", &["à 30 jours", "a 30 jours", "paiement à 30 jours", "sous 30 jours"]);
    all_mean("30 days", &["30 jours date de facture", "30 jours à compter de la date de facture"]);
    all_mean("45 days then end of month", &["45 j fin de mois", "45 jours fin de mois (A)"]);
    all_mean(
        "45 days then end of month",
        &["45J FDM", "45JFDM", "45 j. fin de mois", "45 j fdm A"],
    );
    all_mean("45 days then end of month", &["45 jours, fin de mois", "45 jours + fin de mois"]);
    all_mean("end of month then 45 days", &["45 j fdm (B)", "45 jours fin de mois B"]);
    all_mean(
        "end of month then 45 days",
        &["fin de mois 45 j", "fin de mois + 45 jours", "FDM+45"],
    );
    all_mean(
        "end of month then 45 days",
        &["45 jours après la fin du mois", "fin de mois 45 j (B)"],
    );
    all_mean("end of month", &["fin de mois", "Fin du mois", "FDM"]);
    all_mean("2 months", &["2 mois", "sous 2 mois"]);
    all_mean("14 days", &["2 semaines"]);
    all_mean("30 days then the 10th", &["30 j le 10", "30 jours le 10 du mois"]);
    all_mean("30 days then the 10th of the next month", &["30 j fin de mois le 10"]);
    all_mean("30 days then the 10th of the next month", &["30 jours le 10 du mois suivant"]);
    all_mean("the 1st of the next month", &["le 1er du mois suivant", "fin de mois le 1er"]);
}

#[test]
fn terms_are_read_in_english() {
    all_mean(
        "on receipt",
        &["due on receipt", "Due upon receipt", "immediate", "net 0", "on receipt"],
    );
    all_mean(
        "30 days",
        &["net 30", "NET30", "Net 30 days", "30 days", "30 days net", "\t30\u{a0}days "],
    );
    all_mean("30 days", &["within 30 days of the invoice date", "30 days after invoice date"]);
    all_mean("14 days", &["2 weeks", "14 d", "payment due within 14 days"]);
    all_mean("45 days then end of month", &["45 days end of month", "45 days EOM", "net 45 EOM"]);
    all_mean("end of month then 45 days", &["end of month + 45 days", "EOM + 45", "EOM+45 days"]);
    all_mean("end of month then 45 days", &["45 days after end of month"]);
    all_mean("end of month then 45 days", &["45 days from the end of the month of invoice"]);
    all_mean("end of month", &["EOM", "end of the month", "end of month"]);
    all_mean("2 months", &["2 months"]);
    all_mean("30 days then the 10th", &["30 days, the 10th", "30 days then the 10th"]);
    all_mean("30 days then the 10th of the next month", &["30 days end of month the 10th"]);
    all_mean("the 1st of the next month", &["1st of next month", "the 1st of the following month"]);
}

#[test]
fn terms_are_read_in_german() {
    all_mean("on receipt", &["sofort", "zahlbar sofort", "sofort fällig", "sofort ohne Abzug"]);
    all_mean("on receipt", &["nach Erhalt der Rechnung"]);
    all_mean(
        "30 days",
        &["30 Tage", "30 Tage netto", "netto 30 Tage", "30 Tage rein netto", "30 Tg."],
    );
    all_mean("30 days", &["zahlbar innerhalb von 30 Tagen", "30 Tage nach Rechnungsdatum"]);
    all_mean("14 days", &["2 Wochen"]);
    all_mean("45 days then end of month", &["45 Tage Monatsende", "45 Tage dann Monatsende"]);
    all_mean("end of month then 45 days", &["Monatsende + 45 Tage", "45 Tage nach Monatsende"]);
    all_mean("end of month", &["Monatsende", "zum Monatsende", "Ende des Monats"]);
    all_mean("2 months", &["2 Monate"]);
    all_mean("30 days then the 10th", &["30 Tage zum 10."]);
    all_mean("the 15th of the next month", &["zum 15. des Folgemonats", "15. des nächsten Monats"]);
}

#[test]
fn a_policy_may_choose_the_other_reading_of_what_is_ambiguous_only() {
    let read = |text| Terms::parse(text, Reading::B).expect("known terms").to_string();
    assert_eq!(read("45 j fin de mois"), "end of month then 45 days");
    assert_eq!(read("45 days EOM"), "end of month then 45 days");
    assert_eq!(read("45 j fin de mois (A)"), "45 days then end of month");
    assert_eq!(read("45 j fdm A"), "45 days then end of month");
    assert_eq!(read("45 jours puis fin de mois"), "45 days then end of month");
    assert_eq!(read("45 days then end of month"), "45 days then end of month");
    assert_eq!(read("fin de mois"), "end of month");
    assert_eq!(read("30 j fin de mois le 10"), "end of month then 30 days then the 10th");
}

#[test]
fn what_is_half_understood_is_refused() {
    for text in [
        "",
        " ",
        "net",
        "(",
        "bientôt",
        "30",
        "30 30",
        "30 j 10",
        "-30 days",
        "30.5 days",
        "30,5 jours",
        "30 working days",
        "30 jours ouvrés",
        "30 Werktage",
        "2/10 net 30",
        "2% 10 Tage, 30 Tage netto",
        "30 days after delivery",
        "30 jours réception marchandises",
        "30 j à réception",
        "30 days on receipt",
        "cash on delivery",
        "payment in advance",
        "30 days after",
        "then",
        "30 days then",
        "after end of month",
        "le",
        "10th 5",
        "fin",
        "mois",
        "30 j (C)",
        "٣٠ jours",
        "３０ jours",
        "30 j\0",
        "1e2 days",
        "1234567 days",
        "30 j (A) (B)",
    ] {
        match text.parse::<Terms>() {
            Err(TermsError::Unknown { given, .. }) => assert_eq!(given, text),
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

#[test]
fn a_reading_is_named_only_where_there_are_two() {
    for text in
        ["30 j (A)", "fin de mois (B)", "fin de mois 45 j (A)", "45 jours puis fin de mois (B)"]
    {
        assert_eq!(text.parse::<Terms>(), Err(TermsError::Reading { given: text.to_owned() }));
    }
}

#[test]
fn terms_have_bounds() {
    let error = |text: &str| match text.parse::<Terms>() {
        Err(TermsError::Steps { source, .. }) => source,
        other => panic!("{text:?}: {other:?}"),
    };
    assert!("400 days".parse::<Terms>().is_ok() && "24 months".parse::<Terms>().is_ok());
    assert_eq!(error("401 days"), StepsError::Days(401));
    assert_eq!(error("999999 days"), StepsError::Days(999_999));
    assert_eq!(error("58 weeks"), StepsError::Days(406));
    assert_eq!(error("25 mois"), StepsError::Months(25));
    assert_eq!(error("le 32"), StepsError::DayOfMonth(32));
    assert_eq!(error("le 0"), StepsError::DayOfMonth(0));
    assert_eq!(error("2 mois 3 jours fin de mois 4 jours"), StepsError::TooMany { given: 4 });
    assert_eq!(Terms::new(&[Step::Days(401)]), Err(StepsError::Days(401)));
    assert_eq!(Terms::new(&[Step::DayOfNextMonth(0)]), Err(StepsError::DayOfMonth(0)));
}

#[test]
fn a_refusal_quotes_the_text_and_says_what_is_understood() {
    let error = "30 jours ouvrés".parse::<Terms>().expect_err("business days").to_string();
    assert!(error.starts_with(
        "\"30 jours ouvrés\" are no payment terms that are understood (at \"ouvres\");"
    ));
    assert!(error.contains("N days end of month (A) or (B)"));
    let long = "x".repeat(10_000);
    assert!(long.parse::<Terms>().expect_err("too long").to_string().len() < 400);
}

#[test]
fn a_due_date_beyond_the_calendar_is_an_error() {
    let error = terms("30 j").due_on(NaiveDate::MAX).expect_err("no later day");
    assert!(error.to_string().ends_with("with terms 30 days falls due beyond the calendar"));
    assert_eq!(terms("comptant").due_on(NaiveDate::MAX), Ok(NaiveDate::MAX));
}

#[test]
fn serde_writes_the_canonical_spelling() {
    let json = serde_json::to_string(&terms("45 j fdm (B)")).expect("a string");
    assert_eq!(json, "\"end of month then 45 days\"");
    assert_eq!(
        serde_json::from_str::<Terms>(&json).expect("what was written"),
        terms("fin de mois 45 j")
    );
    assert!(serde_json::from_str::<Terms>("30").is_err());
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..=Terms::DAYS_MAX).prop_map(Step::Days),
        (0..=Terms::MONTHS_MAX).prop_map(Step::Months),
        Just(Step::EndOfMonth),
        (1..=31_u8).prop_map(Step::DayOfMonth),
        (1..=31_u8).prop_map(Step::DayOfNextMonth),
    ]
}

fn any_terms() -> impl Strategy<Value = Terms> {
    prop::collection::vec(any_step(), 0..=3)
        .prop_map(|steps| Terms::new(&steps).expect("within the bounds"))
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..60_000_i32).prop_map(|days| NaiveDate::from_epoch_days(days).expect("before the year 2135"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn what_is_written_is_read_back_under_either_reading(terms in any_terms()) {
        for reading in [Reading::A, Reading::B] {
            prop_assert_eq!(Terms::parse(&terms.to_string(), reading), Ok(terms));
        }
    }

    #[test]
    fn an_invoice_never_falls_due_before_it_is_issued(terms in any_terms(), issued_on in any_day()) {
        prop_assert!(terms.due_on(issued_on).is_ok_and(|due_on| due_on >= issued_on));
    }

    #[test]
    fn a_later_invoice_never_falls_due_earlier(terms in any_terms(), issued_on in any_day()) {
        let next = issued_on.succ_opt().expect("not the last day");
        prop_assert!(terms.due_on(issued_on).ok() <= terms.due_on(next).ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        if let Ok(terms) = text.parse::<Terms>() {
            prop_assert_eq!(terms.to_string().parse::<Terms>(), Ok(terms));
        }
    }

    #[test]
    fn any_words_are_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "30", "45", "0", "999", "j", "days", "Tage", "mois", "fin de mois", "EOM", "then", "+", "after", "net",
                "à réception", "le", "10", "th", "(A)", "(B)", "a", "du mois suivant", "invoice date", "2 mois",
            ]),
            0..8,
        ),
    ) {
        if let Ok(terms) = words.join(" ").parse::<Terms>() {
            prop_assert_eq!(terms.to_string().parse::<Terms>(), Ok(terms));
        }
    }
}

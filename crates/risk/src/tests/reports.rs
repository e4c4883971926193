//! Which agency's report counts, and which is to be asked for next.

use chrono::Days;
use decider::{Fold as _, spec::Story};
use events::risk::{CreditPolicy, Event, Grade, Rating};
use proptest::prelude::*;

use super::stories::{day, policy, rules};
use crate::{
    Fact, Policy, Risk,
    view::{Ask, PassedOver, Reports, WhyAsk},
};

/// Altares before Creditsafe, by the scale of the Banque de France; what means A is good for a year,
/// what means C for 180 days, what means E for 90.
fn trusting() -> CreditPolicy {
    CreditPolicy {
        agencies: vec!["Altares".parse().unwrap(), "Creditsafe".parse().unwrap()],
        rating_days_by_grade: Some([365, 365, 180, 90, 90]),
        ..rules()
    }
}

fn report(id: &str, agency: &str, raw: &str, on: &str) -> Event {
    Event::RatingReceived(Box::new(Rating {
        rating: id.parse().unwrap(),
        agency: agency.parse().unwrap(),
        scale: "banque_de_france".parse().unwrap(),
        model: None,
        raw: raw.parse().unwrap(),
        as_of: day(on),
        received_on: day(on),
    }))
}

fn story(rules: CreditPolicy) -> Story<Policy> {
    Story::of(policy(rules))
}

type Said = (Vec<(String, Option<PassedOver>)>, Option<(String, WhyAsk)>);

/// Every report by its id, why it does not count, and which is to be asked for.
fn said(reports: &Reports<'_>) -> Said {
    let all = reports.all.iter().map(|it| (it.graded.rating.rating.to_string(), it.passed_over));
    let ask = |it: &Ask| (it.agency.to_string(), it.why);
    (all.collect(), reports.ask.as_ref().map(ask))
}

#[track_caller]
fn shows(
    story: &Story<Policy>,
    rules: &CreditPolicy,
    on: &str,
    all: &[(&str, Option<PassedOver>)],
    ask: Option<(&str, WhyAsk)>,
) {
    let policy = policy(rules.clone());
    let found = story.look(|risk| said(&policy.reports_on(risk, day(on))));
    let all: Vec<_> = all.iter().map(|(id, why)| ((*id).to_owned(), *why)).collect();
    assert_eq!(found, (all, ask.map(|(agency, why)| (agency.to_owned(), why))));
}

#[test]
fn the_first_agency_with_a_report_that_can_be_used_counts_and_none_is_bought_meanwhile() {
    let rules = trusting();
    let story = story(rules.clone());
    shows(&story, &rules, "2026-01-02", &[], Some(("Altares", WhyAsk::None)));

    // What an agency says that nobody named is taken while nobody else says anything.
    let story = story.given(report("N-1", "Neighbour", "8", "2026-01-02"));
    shows(&story, &rules, "2026-01-03", &[("N-1", None)], None);

    // The second of the list says worse, and is trusted more.
    let story = story.given(report("S-1", "Creditsafe", "5", "2026-01-10"));
    let behind = Some(PassedOver::TrustedLess);
    shows(&story, &rules, "2026-01-10", &[("S-1", None), ("N-1", behind)], None);

    // The first one says better, and is trusted most.
    let story = story.given(report("A-1", "Altares", "1", "2026-01-20"));
    let all = [("A-1", None), ("S-1", behind), ("N-1", behind)];
    shows(&story, &rules, "2026-01-20", &all, None);
    let grade = |on| {
        let policy = policy(rules.clone());
        story.look(|risk| policy.reports_on(risk, day(on)).counting().map(|it| it.grade.clone()))
    };
    assert_eq!(grade("2026-01-20"), Some(Ok(Grade::A)));
    // A day before, that was not known.
    assert_ne!(grade("2026-01-19"), Some(Ok(Grade::A)));
}

#[test]
fn a_report_is_too_old_sooner_the_worse_it_is_and_then_the_next_agency_counts() {
    let rules = trusting();
    let reader = policy(rules.clone());
    let told = story(rules.clone())
        .given(report("A-1", "Altares", "8", "2026-01-01"))
        .given(report("S-1", "Creditsafe", "1", "2026-01-01"));
    let grades = told.look(|risk| {
        let all = reader.reports_on(risk, day("2026-01-01")).all;
        all.into_iter().map(|it| (it.graded.grade, it.graded.too_old_on)).collect::<Vec<_>>()
    });
    // 90 days after the first of January, and 365.
    let ends = |grade, on: &str| (Ok(grade), Some(day(on)));
    assert_eq!(grades, [ends(Grade::E, "2026-04-02"), ends(Grade::A, "2027-01-02")]);
    let behind = Some(PassedOver::TrustedLess);
    shows(&told, &rules, "2026-04-01", &[("A-1", None), ("S-1", behind)], None);
    let old = Some(PassedOver::TooOld);
    shows(&told, &rules, "2026-04-02", &[("A-1", old), ("S-1", None)], None);
    let since = WhyAsk::TooOld { since: day("2026-04-02") };
    shows(&told, &rules, "2027-01-02", &[("A-1", old), ("S-1", old)], Some(("Altares", since)));
    // The day on which another one counts is one on which the customer is looked at again.
    assert_eq!(
        told.look(|risk| reader.inputs_turn(risk, day("2026-02-01"))),
        Some(day("2026-04-02"))
    );
}

#[test]
fn an_agency_that_said_nothing_of_use_not_long_ago_is_not_asked_again() {
    let rules = trusting();
    let told = story(rules.clone()).given(report("A-1", "Altares", "?", "2026-01-01"));
    let nothing = Some(PassedOver::NotRated);
    let ask = Some(("Creditsafe", WhyAsk::None));
    shows(&told, &rules, "2026-02-01", &[("A-1", nothing)], ask);
    let both = told.given(report("S-1", "Creditsafe", "?", "2026-02-01"));
    let all = [("A-1", nothing), ("S-1", nothing)];
    shows(&both, &rules, "2026-02-01", &all, None);
    // A year later they may have learned something. A report that means nothing has no grade, so
    // that its age is that of the old rule.
    let since = WhyAsk::TooOld { since: day("2027-01-02") };
    shows(&both, &rules, "2027-01-05", &all, Some(("Altares", since)));
}

#[test]
fn without_a_list_the_worst_counts_as_it_did_and_nothing_is_asked_for() {
    let rules = rules();
    let told = story(rules.clone())
        .given(report("A-1", "Altares", "1", "2026-01-01"))
        .given(report("S-1", "Creditsafe", "8", "2026-01-01"));
    let better = Some(PassedOver::WorseCounts);
    shows(&told, &rules, "2026-02-01", &[("A-1", better), ("S-1", None)], None);
    let old = Some(PassedOver::TooOld);
    shows(&told, &rules, "2027-01-02", &[("A-1", old), ("S-1", old)], None);
}

#[test]
fn an_agency_is_named_once() {
    let twice = CreditPolicy { agencies: vec!["a".parse().unwrap(); 2], ..rules() };
    let wrong = Policy::try_new(twice).unwrap_err();
    assert_eq!(wrong.0[0].field, "agencies[1]");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn one_counts_if_any_can_be_used_and_none_is_asked_for_then(
        said in prop::collection::vec((0..4_usize, 0..4_usize, 0..400_u64), 0..12),
        on in 0..800_u64,
        named in 0..4_usize,
    ) {
        let agencies = ["Altares", "Creditsafe", "Coface", "Neighbour"];
        let rules = CreditPolicy {
            agencies: agencies.iter().take(named).map(|it| it.parse().unwrap()).collect(),
            ..trusting()
        };
        let (policy, first) = (policy(rules), day("2026-01-01"));
        let mut risk = Risk::default();
        for (n, (agency, raw, days)) in said.iter().enumerate() {
            let on = (first + Days::new(*days)).to_string();
            let raw = ["1", "5", "8", "?"][*raw];
            risk.evolve(&Fact::from(report(&format!("R-{n}"), agencies[*agency], raw, &on)));
        }
        let on = first + Days::new(on);
        let reports = policy.reports_on(&risk, on);
        let trust = |agency: &str| agencies.iter().take(named).position(|it| *it == agency);
        let usable: Vec<_> = reports
            .all
            .iter()
            .map(|it| &it.graded)
            .filter(|it| it.grade.is_ok() && !it.too_old)
            .collect();
        let counting = reports.all.iter().filter(|it| it.passed_over.is_none()).count();
        prop_assert_eq!(counting, usize::from(!usable.is_empty()));
        if let Some(counts) = reports.counting() {
            prop_assert!(reports.ask.is_none());
            let own = trust(counts.rating.agency.as_str()).unwrap_or(usize::MAX);
            let place = |it: &str| trust(it).unwrap_or(usize::MAX);
            prop_assert!(usable.iter().all(|it| own <= place(it.rating.agency.as_str())));
            let same = usable.iter().filter(|it| own == place(it.rating.agency.as_str()));
            let worst = same.map(|it| it.grade.as_ref().unwrap()).max();
            prop_assert_eq!(counts.grade.as_ref().ok(), worst);
        }
        if let Some(ask) = reports.ask {
            prop_assert!(trust(ask.agency.as_str()).is_some());
        }
        // It changes on days that are known before.
        let turns = policy.inputs_turn(&risk, on);
        let next = on + Days::new(1);
        if turns.is_none_or(|it| it > next) {
            let counts = |on| {
                let reports = policy.reports_on(&risk, on);
                reports.counting().map(|it| it.rating.rating.clone())
            };
            prop_assert_eq!(counts(on), counts(next));
        }
    }
}

//! Which way is advised, and why.

use events::{
    collection::{CollectionPolicy, Route, RouteTerms, Span},
    risk::NoticeKind,
};

use super::world::*;
use crate::{Advice, ChooseRoute, Circumstance, Command, Experience, Verdict};

fn case(gross: &str) -> World {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", gross, "2026-01-02", "2026-01-31")])
        .hears([exhausted("F-1", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1"]);
    world
}

fn advice(world: &World) -> Vec<Advice> {
    let case = "case-1".parse().unwrap();
    let experience = Experience::default();
    world.policy.advise(&world.collection, &case, &experience, day("2026-03-10")).unwrap()
}

fn open(all: &[Advice]) -> Vec<Route> {
    all.iter().filter(|it| it.is_open()).map(|it| it.route).collect()
}

#[test]
fn a_small_uncontested_debt_goes_to_a_commissaire_de_justice() {
    let all = advice(&case("3000.00"));
    assert_eq!(all[0].route, Route::SmallClaim);
    let because = [(Circumstance::Uncontested, Verdict::For), (Circumstance::Small, Verdict::For)];
    assert_eq!(all[0].because, because);
    // 45 % of 3,000, a tenth of it and 45 euros.
    assert_eq!(
        (all[0].brings.as_slice(), all[0].cost.as_slice()),
        (&[eur("1350.00")][..], &[eur("180.00")][..])
    );
    // A cent above 5,000 it may not.
    let larger = advice(&case("5000.01"));
    assert!(!open(&larger).contains(&Route::SmallClaim));
    assert_eq!(larger[0].route, Route::Agency);
}

#[test]
fn a_contested_debt_is_for_a_judge_or_a_mediator() {
    let mut world = case("30000.00");
    world.hears([events::invoicing::Event::DisputeOpened(Box::new(events::invoicing::Dispute {
        dispute: "D-1".parse().unwrap(),
        invoice: "F-1".parse().unwrap(),
        amount: eur("30000.00"),
        reason: events::invoicing::DisputeReason::Quality,
        owner: None,
        opened_on: day("2026-03-09"),
    }))]);
    let all = advice(&world);
    assert_eq!(
        all[..2].iter().map(|it| it.route).collect::<Vec<_>>(),
        [Route::Mediation, Route::Merits]
    );
    assert!(!open(&all).contains(&Route::Interim));
}

#[test]
fn nobody_is_sued_who_is_insolvent_and_filing_is_at_risk_on_every_other_way() {
    let mut world = case("30000.00");
    world.hears([notice("N-1", NoticeKind::Liquidation, "2026-03-02", "2026-03-09")]);
    let all = advice(&world);
    assert_eq!(open(&all), [Route::Insolvency, Route::WriteOff]);
    assert!(all[0].at_risk.is_empty(), "{:?}", all[0]);
    assert!(all.iter().any(|it| !it.at_risk.is_empty()), "{all:?}");
}

#[test]
fn what_is_insured_goes_to_the_insurer() {
    let insured = CollectionPolicy { insurances: vec![insurance(Span::Days(60))], ..rules() };
    let mut world = World::new(insured);
    world
        .hears([cover("50000.00", "0.9", "2026-01-01")])
        .hears([invoice("F-1", "30000.00", "2026-01-02", "2026-01-31")])
        .hears([exhausted("F-1", "2026-03-10")]);
    world.says("2026-03-10");
    let all = advice(&world);
    assert_eq!(all[0].route, Route::Insurer);
    assert_eq!(all[0].because[0], (Circumstance::Insured, Verdict::For));
}

#[test]
fn what_costs_more_than_it_brings_speaks_against_itself() {
    let terms = RouteTerms {
        route: Route::Agency,
        fixed: Some(eur("50.00")),
        share: "0.2".parse().unwrap(),
        days: 60,
        brings: "0.5".parse().unwrap(),
    };
    let mut world = World::new(CollectionPolicy { routes: vec![terms], ..rules() });
    world
        .hears([invoice("F-1", "100.00", "2026-01-02", "2026-01-31")])
        .hears([exhausted("F-1", "2026-03-10")]);
    world.says("2026-03-10");
    let all = advice(&world);
    let agency = all.iter().find(|it| it.route == Route::Agency).unwrap();
    // 50 euros come, of which a fifth and 50 euros go.
    assert_eq!(agency.cost, [eur("60.00")]);
    assert!(agency.because.contains(&(Circumstance::NotWorthIt, Verdict::Against)));
}

#[test]
fn closed_cases_teach_what_a_way_brings_once_they_are_enough() {
    let mut experience = Experience::default();
    let mut closed = case("1000.00");
    closed
        .does(Command::ChooseRoute(ChooseRoute {
            customer_id: "C-1".parse().unwrap(),
            case_id: "case-1".parse().unwrap(),
            route: Route::Agency,
            collector: None,
            chosen_by: "desk-1".parse().unwrap(),
            choose_date: day("2026-03-11"),
        }))
        .hears(paid("P-1", "F-1", "250.00", "2026-04-01"))
        .hears(written_off("W-1", "F-1", "750.00", "2026-04-20"))
        .on("2026-04-20", &["case-1 settled"]);
    let open = case("1000.00");
    let id = "case-1".parse().unwrap();
    for count in 1..=20 {
        experience.add(&closed.collection);
        let all = open.policy.advise(&open.collection, &id, &experience, day("2026-03-10"));
        let agency = all.unwrap().into_iter().find(|it| it.route == Route::Agency).unwrap();
        let taught = (agency.learned_from, agency.brings, agency.days);
        if count < 20 {
            assert_eq!(taught, (None, vec![eur("550.00")], 75));
        } else {
            assert_eq!(taught, (Some(20), vec![eur("250.00")], 40));
        }
    }
}

//! Cases, as an accountant tells of them.

use events::{
    collection::{CollectionPolicy, Route, Span},
    risk::NoticeKind,
};

use super::world::*;
use crate::{
    ChooseRoute, Command, MergeCases, OpenCase, ReduceCase, Refusal, SplitCase, WithdrawCase,
};

fn reduce(case: &str, invoices: &[&str]) -> Command {
    Command::ReduceCase(ReduceCase {
        customer_id: "C-1".parse().unwrap(),
        case_id: case.parse().unwrap(),
        invoice_ids: invoices.iter().map(|it| it.parse().unwrap()).collect(),
        reduced_by: "desk-1".parse().unwrap(),
        reduce_date: day("2026-04-01"),
    })
}

fn split(case: &str, invoices: &[&str]) -> Command {
    Command::SplitCase(SplitCase {
        customer_id: "C-1".parse().unwrap(),
        case_id: case.parse().unwrap(),
        invoice_ids: invoices.iter().map(|it| it.parse().unwrap()).collect(),
        split_by: "desk-1".parse().unwrap(),
        split_date: day("2026-04-01"),
    })
}

fn merge(case: &str, into: &str) -> Command {
    Command::MergeCases(MergeCases {
        customer_id: "C-1".parse().unwrap(),
        case_id: case.parse().unwrap(),
        into_case_id: into.parse().unwrap(),
        merged_by: "desk-1".parse().unwrap(),
        merge_date: day("2026-04-01"),
    })
}

fn withdraw(case: &str) -> Command {
    Command::WithdrawCase(WithdrawCase {
        customer_id: "C-1".parse().unwrap(),
        case_id: case.parse().unwrap(),
        withdrawn_by: "desk-1".parse().unwrap(),
        withdraw_date: day("2026-04-01"),
    })
}

fn route(case: &str, route: Route) -> Command {
    Command::ChooseRoute(ChooseRoute {
        customer_id: "C-1".parse().unwrap(),
        case_id: case.parse().unwrap(),
        route,
        collector: Some(word("agency 1")),
        chosen_by: "desk-1".parse().unwrap(),
        choose_date: day("2026-03-20"),
    })
}

fn two(world: &mut World) -> &mut World {
    world.hears([
        invoice("F-1", "1000.00", "2026-01-02", "2026-01-31"),
        invoice("F-2", "500.00", "2026-01-15", "2026-02-15"),
    ])
}

#[test]
fn what_nobody_can_remind_of_any_more_is_a_case_until_it_is_paid() {
    let mut world = World::new(rules());
    two(&mut world)
        .on("2026-03-01", &[])
        .hears([exhausted("F-1", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1"])
        // What follows before anybody has decided joins it.
        .hears([exhausted("F-2", "2026-03-17")])
        .on("2026-03-17", &["case-1 and F-2"])
        .hears(paid("P-1", "F-1", "1000.00", "2026-03-20"))
        .on("2026-03-20", &[])
        .hears(paid("P-2", "F-2", "500.00", "2026-03-25"))
        .on("2026-03-25", &["case-1 paid"])
        // The bank takes the money back: nobody reminds of it any more, so it is a case again.
        .hears(bounced("P-2", "2026-03-27"))
        .on("2026-03-27", &["case-2 exhausted: F-2"]);
}

#[test]
fn what_follows_once_a_way_was_chosen_is_a_case_of_its_own() {
    let mut world = World::new(rules());
    two(&mut world)
        .hears([exhausted("F-1", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1"])
        .asks(route("case-1", Route::Agency), &["case-1 by agency"])
        .asks(route("case-1", Route::Agency), &[])
        .hears([exhausted("F-2", "2026-03-17")])
        .on("2026-03-17", &["case-2 exhausted: F-2"])
        .asks(merge("case-2", "case-1"), &["case-2 into case-1"])
        .asks(merge("case-2", "case-1"), &[])
        .asks(split("case-1", &["F-1"]), &["case-3 out of case-1: F-1"])
        .hears(paid("P-1", "F-1", "1000.00", "2026-03-20"))
        .on("2026-04-02", &["case-3 paid"]);
    assert_eq!(world.refuses(route("case-3", Route::Merits)).reason(), "CASE_CLOSED");
}

#[test]
fn a_case_that_is_too_small_is_not_opened_unasked() {
    let least = CollectionPolicy { minimums: vec![eur("600.00")], ..rules() };
    let mut world = World::new(least);
    two(&mut world)
        .hears([exhausted("F-2", "2026-03-10")])
        .on("2026-03-10", &[])
        .hears([exhausted("F-1", "2026-03-11")])
        .on("2026-03-11", &["case-1 exhausted: F-1, F-2"]);
}

#[test]
fn a_person_opens_a_case_about_what_is_no_longer_reminded_of() {
    let mut world = World::new(rules());
    two(&mut world);
    let refused = world.refuses(open(&["F-1"], "2026-03-01"));
    assert_eq!(
        refused.to_string(),
        "invoice F-1 may still be reminded of: place a hold `legal` on it first"
    );
    world
        .hears([legal_hold("F-1", "2026-03-01"), legal_hold("F-2", "2026-03-01")])
        .asks(open(&["F-1"], "2026-03-01"), &["case-1 person: F-1"])
        .asks(open(&["F-1"], "2026-03-01"), &[]);
    let Command::OpenCase(more) = open(&["F-1", "F-2"], "2026-03-02") else { panic!() };
    let more = OpenCase { case_id: Some("case-1".parse().unwrap()), ..more };
    world.asks(Command::OpenCase(more), &["case-1 and F-2"]);
    let other = world.refuses(split("case-1", &["F-9"]));
    assert_eq!(other.reason(), "INVOICE_NOT_IN_CASE");
    assert_eq!(world.refuses(reduce("case-1", &["F-1", "F-2"])).reason(), "CASE_EMPTY");
    world.asks(reduce("case-1", &["F-2"]), &["case-1 without F-2"]);
    assert_eq!(
        world.refuses(open(&["F-7"], "2026-03-02")),
        Refusal::NotOpen("F-7".parse().unwrap())
    );
}

#[test]
fn what_is_given_up_is_written_off_by_two_persons_and_ends_the_case() {
    let mut world = World::new(rules());
    two(&mut world)
        .hears([exhausted("F-1", "2026-03-10"), exhausted("F-2", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1, F-2"])
        .asks(split("case-1", &["F-2"]), &["case-2 out of case-1: F-2"])
        .hears(written_off("W-2", "F-2", "500.00", "2026-05-01"))
        .on("2026-05-01", &["case-2 uncollectible"])
        .hears(paid("P-1", "F-1", "700.00", "2026-05-10"))
        .hears(written_off("W-1", "F-1", "300.00", "2026-05-12"))
        .on("2026-05-12", &["case-1 settled"]);
}

#[test]
fn a_case_that_a_person_took_back_is_not_opened_again_unasked() {
    let mut world = World::new(rules());
    two(&mut world)
        .hears([exhausted("F-1", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1"])
        .asks(withdraw("case-1"), &["case-1 withdrawn"])
        .asks(withdraw("case-1"), &[])
        .on("2026-04-02", &[])
        .asks(open(&["F-1"], "2026-04-03"), &["case-2 person: F-1"]);
}

#[test]
fn a_judgment_makes_a_case_of_what_is_from_before_it() {
    let mut world = World::new(rules());
    two(&mut world)
        .hears([invoice("F-3", "70.00", "2026-03-03", "2026-04-02")])
        .hears([notice("N-1", NoticeKind::Receivership, "2026-03-03", "2026-03-11")])
        .on("2026-03-11", &["case-1 insolvency: F-1, F-2"]);
}

#[test]
fn an_insurer_that_has_to_be_given_the_debt_makes_a_case_of_all_that_is_late() {
    let insured = CollectionPolicy { insurances: vec![insurance(Span::Days(60))], ..rules() };
    let mut world = World::new(insured);
    two(&mut world)
        .hears([cover("5000.00", "0.9", "2026-01-01")])
        .on("2026-03-20", &[])
        .on("2026-03-25", &["extension CV-1 at risk until 2026-04-01: 1350.00 EUR"])
        // 30 days before it has to be handed over.
        .on(
            "2026-04-01",
            &[
                "case-1 insurer: F-1, F-2",
                "extension CV-1 at risk until 2026-04-01: 1350.00 EUR",
                "handover CV-1 at risk until 2026-05-01: 1350.00 EUR",
            ],
        );
}

//! What persons have to do, as a credit manager reads it in the morning.

use events::{
    collection::{ActKind, CollectionPolicy, Errand, RightSubject, Route},
    risk::NoticeKind,
};

use super::{
    placements::{agency, done, hand_over, remit, remits, report, start},
    world::*,
};
use crate::{
    ChooseRoute, CollectorData, Command, RunOutcome,
    worklist::{Subject, Task, TaskKind, Work},
};

fn told(it: &Task) -> String {
    let about = match &it.subject {
        Subject::Case(id) => id.to_string(),
        Subject::Placement(id) => id.to_string(),
        Subject::Errand(id, errand) => format!("{errand} of {id}"),
        Subject::Remittance(id) => id.to_string(),
        Subject::Right(kind, RightSubject::Notice(id)) => format!("{kind} {id}"),
        Subject::Right(kind, _) => kind.to_string(),
    };
    format!("{:?} {about} since {}", it.kind, it.since)
}

#[track_caller]
fn to_do(world: &World, on: &str, expected: &[&str]) -> Option<Work> {
    let work = world.policy.work(&world.collection, day(on));
    let tasks: Vec<_> = work.iter().flat_map(|it| &it.tasks).map(told).collect();
    assert_eq!(tasks, expected, "on {on}");
    if let Some(work) = &work {
        let sum: i32 = work.rules.iter().map(|it| it.points).sum();
        assert_eq!(work.points, sum, "the score shows its rules");
    }
    work
}

fn route(route: Route, collector: Option<&str>, on: &str) -> Command {
    Command::ChooseRoute(ChooseRoute {
        customer_id: "C-1".parse().unwrap(),
        case_id: "case-1".parse().unwrap(),
        route,
        collector: collector.map(word),
        chosen_by: "desk-1".parse().unwrap(),
        choose_date: day(on),
    })
}

fn says(id: &str, status: events::collection::CollectorStatus, on: &str) -> Command {
    Command::ReportCollection(Box::new(CollectorData {
        customer_id: "C-1".parse().unwrap(),
        placement_id: "placement-1".parse().unwrap(),
        report_id: word(id),
        report_date: day(on),
        status,
        proposes: Vec::new(),
        note: None,
    }))
}

fn case() -> World {
    let mut world = World::new(CollectionPolicy { collectors: vec![agency()], ..rules() });
    world
        .hears([invoice("F-1", "1000.00", "2026-01-02", "2026-01-31")])
        .hears([exhausted("F-1", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1"]);
    world
}

#[test]
fn a_case_is_decided_on_placed_and_taken_back_one_task_at_a_time() {
    let mut world = case();
    let work = to_do(&world, "2026-03-10", &["ToDecide case-1 since 2026-03-10"]).unwrap();
    // 25 for what it is, four digits, 38 days past due.
    assert_eq!(work.points, 25 + 4 * 5 + 38 / 3);
    world.does(route(Route::Agency, Some("agency 1"), "2026-03-10"));
    to_do(&world, "2026-03-11", &["ToPlace case-1 since 2026-03-10"]);
    world.does(hand_over("desk-1"));
    assert_eq!(to_do(&world, "2026-03-11", &[]), None, "it is on its way");
    world.does(start(Errand::HandOver, "2026-03-11"));
    let unknown = RunOutcome::Unknown { why: word("cut off") };
    world.does(report(Errand::HandOver, "run-1", unknown));
    to_do(&world, "2026-03-12", &["UnknownErrand hand_over of placement-1 since 2026-03-11"]);
}

#[test]
fn what_a_collector_says_waits_for_an_answer_and_what_it_keeps_too_long_is_asked_for() {
    use events::collection::CollectorStatus::{Ended, Proposes, Working};
    let mut world = case();
    world
        .does(route(Route::Agency, Some("agency 1"), "2026-03-10"))
        .does(hand_over("desk-1"))
        .does(start(Errand::HandOver, "2026-03-11"))
        .does(report(Errand::HandOver, "run-1", done()))
        .does(says("report 1", Proposes, "2026-04-01"));
    to_do(&world, "2026-04-02", &["Proposal placement-1 since 2026-04-01"]);
    world.does(says("report 2", Working, "2026-04-03"));
    assert_eq!(to_do(&world, "2026-04-04", &[]), None);
    // Taken in on 10 April, to be passed on within thirty days.
    world.does(remits(remit("R-1", &[("F-1", "300.00 EUR")], "36.00 EUR")));
    assert_eq!(to_do(&world, "2026-05-10", &[]), None);
    to_do(&world, "2026-05-11", &["LateRemittance R-1 since 2026-05-10"]);
    world.does(says("report 3", Ended, "2026-06-01"));
    to_do(
        &world,
        "2026-06-02",
        &["GivenBack placement-1 since 2026-06-01", "LateRemittance R-1 since 2026-05-10"],
    );
    // Another way was chosen since.
    world.does(route(Route::PaymentOrder, None, "2026-06-03"));
    to_do(&world, "2026-06-03", &["LateRemittance R-1 since 2026-05-10"]);
}

#[test]
fn a_right_that_lapses_soon_comes_before_what_can_wait_and_weighs_more_every_week() {
    let mut world = case();
    world.hears([notice("N-1", NoticeKind::Liquidation, "2026-03-05", "2026-03-12")]);
    let _said = world.says("2026-03-12");
    let first =
        ["RightAtRisk claim_filing N-1 since 2026-03-12", "ToDecide case-1 since 2026-03-10"];
    assert_eq!(to_do(&world, "2026-03-20", &first[1..]).unwrap().tasks.len(), 1, "not yet");
    let points = |on: &str| to_do(&world, on, &first).unwrap();
    // The last day is 12 May.
    let ([far, near, last], task) = (
        ["2026-04-15", "2026-05-06", "2026-05-11"].map(|on| points(on).points),
        TaskKind::RightAtRisk,
    );
    assert!(far < near && near < last, "{far} {near} {last}");
    assert_eq!(points("2026-05-11").tasks[0].kind, task);
    world.does(answers("A-1", ActKind::ClaimDeclared, "2026-05-11", "N-1"));
    to_do(&world, "2026-05-11", &first[1..]);
}

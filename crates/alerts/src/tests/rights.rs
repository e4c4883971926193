//! Rights that lapse, and errands of which nobody knows, told to whoever has to look.

use events::{
    Sequence,
    alerts::{AlertPolicy, Event, Kind, ReasonCode, Severity, Subject},
    collection::{self, Errand, Right, RightKind, RightSubject},
};

use super::stories::{World, day, eur};

fn notice() -> RightSubject {
    RightSubject::Notice("N-1".parse().unwrap())
}

/// A claim of 1,200.00 that is to be declared by 10 August.
pub(super) fn at_risk(lead_days: u16, on: &str) -> collection::Event {
    collection::Event::RightAtRisk(Box::new(Right {
        kind: RightKind::ClaimFiling,
        subject: notice(),
        counted_from: day("2026-06-10"),
        rule: "claim_filing FR 2006-01-01".parse().unwrap(),
        deadline: day("2026-08-10"),
        stake: vec![eur("1200.00")],
        lead_days,
        on: day(on),
    }))
}

pub(super) fn secured(on: &str) -> collection::Event {
    let (kind, subject) = (RightKind::ClaimFiling, notice());
    collection::Event::RightSecured { kind, subject, act: None, on: day(on) }
}

pub(super) fn lapsed(on: &str) -> collection::Event {
    collection::Event::RightLapsed {
        kind: RightKind::ClaimFiling,
        subject: notice(),
        deadline: day("2026-08-10"),
        stake: vec![eur("1200.00")],
        on: day(on),
    }
}

pub(super) fn unknown(errand: Errand, on: &str) -> collection::Event {
    let placement = "placement-1".parse().unwrap();
    let why = "no answer".parse().unwrap();
    collection::Event::ErrandUnknown { placement, errand, on: day(on), why }
}

pub(super) fn brought(errand: Errand, on: &str) -> collection::Event {
    collection::Event::ErrandDone {
        placement: "placement-1".parse().unwrap(),
        errand,
        on: day(on),
        proof: None,
        dossier: None,
        by: None,
    }
}

#[test]
fn a_right_is_told_in_good_time_and_again_when_its_last_day_is_near() {
    let mut world = World::new(AlertPolicy::default());
    world.hears([at_risk(30, "2026-07-13")]);
    let said = world.says("2026-07-13");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(it.alert.as_str(), "right_at_risk-claim_filing-N-1-1");
    assert_eq!((it.kind, it.severity), (Kind::RightAtRisk, Severity::Medium));
    assert_eq!(it.subject, Subject::Right("claim_filing-N-1".parse().unwrap()));
    assert_eq!(it.reasons, [ReasonCode::LastDayNear]);
    assert_eq!((it.amount, it.date), (Some(eur("1200.00")), Some(day("2026-08-10"))));
    assert_eq!(it.evidence, [Sequence(1)]);
    world.hears([at_risk(7, "2026-08-03")]);
    let said = world.says("2026-08-03");
    let [Event::AlertCleared { .. }, Event::AlertRaised(it)] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!(it.severity, Severity::High);
    world
        .hears([at_risk(1, "2026-08-09")])
        .on("2026-08-09", &[])
        .hears([secured("2026-08-09")])
        .on("2026-08-09", &[&format!("-{} ended", it.alert)]);
}

#[test]
fn a_right_that_has_lapsed_is_told_for_a_month() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([at_risk(1, "2026-08-09")])
        .on("2026-08-09", &["+right_at_risk-claim_filing-N-1-1"])
        .hears([lapsed("2026-08-11")])
        .on(
            "2026-08-11",
            &["-right_at_risk-claim_filing-N-1-1 ended", "+right_lapsed-claim_filing-N-1-1"],
        )
        .on("2026-09-09", &[])
        .on("2026-09-10", &["-right_lapsed-claim_filing-N-1-1 lapsed"]);
}

#[test]
fn an_errand_of_which_nobody_knows_is_told_until_a_person_says_what_became_of_it() {
    let mut world = World::new(AlertPolicy::default());
    world.hears([unknown(Errand::HandOver, "2026-06-15")]);
    let said = world.says("2026-06-16");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((it.kind, it.severity), (Kind::ErrandUnknown, Severity::High));
    assert_eq!(
        (it.holds_from, &it.reasons[..]),
        (day("2026-06-15"), &[ReasonCode::OutcomeUnknown][..])
    );
    world
        .hears([unknown(Errand::Recall, "2026-06-20"), brought(Errand::HandOver, "2026-06-20")])
        .on("2026-06-20", &[])
        .hears([brought(Errand::Recall, "2026-06-21")])
        .on("2026-06-21", &["-errand_unknown-placement-1-1 ended"]);
}

//! What is doubtful about who a customer is, told as long as a source says so.

use events::{
    Sequence,
    alerts::{AlertPolicy, Event, Kind, ReasonCode, Severity},
    risk::{self, Doubt, Finding, IdentityCheck, Rule},
};

use super::stories::{World, day, held};

/// A look at who the customer is.
pub(super) fn checked(id: &str, source: &str, on: &str, found: &[Doubt]) -> risk::Event {
    let finding = |it: &Doubt| Finding { finding: *it, note: None };
    risk::Event::IdentityChecked(Box::new(IdentityCheck {
        check: id.parse().unwrap(),
        checked_on: day(on),
        source: source.parse().unwrap(),
        findings: found.iter().map(finding).collect(),
    }))
}

#[test]
fn what_is_doubtful_is_told_once_until_every_source_has_taken_it_back() {
    let (bank, young) = (Doubt::BankAccountChanged, Doubt::DomainYoung);
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([checked("IC-1", "bank", "2026-02-02", &[bank])])
        .on("2026-02-01", &[])
        .on("2026-02-02", &["+identity_doubtful-bank_account_changed-1"])
        // The next day's look finds the same, and so does somebody else.
        .hears([checked("IC-2", "bank", "2026-02-03", &[bank])])
        .hears([checked("IC-3", "registrar", "2026-02-03", &[young, bank])])
        .on("2026-02-03", &["+identity_doubtful-domain_young-1"])
        .hears([checked("IC-4", "bank", "2026-02-10", &[])])
        .on("2026-02-10", &[])
        .hears([checked("IC-5", "registrar", "2026-02-11", &[young])])
        .on("2026-02-11", &["-identity_doubtful-bank_account_changed-1 ended"])
        // What is reported late and is older changes nothing.
        .hears([checked("IC-6", "registrar", "2026-02-04", &[])])
        .on("2026-02-12", &[]);
}

#[test]
fn an_alert_names_what_is_doubtful_and_where_that_stands() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([checked("IC-1", "SIRENE", "2026-02-01", &[Doubt::RegistrationInactive])])
        .hears([checked("IC-2", "INPI", "2026-02-02", &[Doubt::RegistrationInactive])]);
    let said = world.says("2026-02-05");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((it.kind, it.severity), (Kind::IdentityDoubtful, Severity::High));
    assert_eq!(it.reasons, [ReasonCode::RegistrationInactive]);
    assert_eq!(it.evidence, [Sequence(1), Sequence(2)]);
    assert_eq!(it.holds_from, day("2026-02-01"));
}

#[test]
fn an_order_that_waits_for_it_names_it_too() {
    let finding = Doubt::NameMismatch;
    let mut world = World::new(AlertPolicy::default());
    world.hears([held("PO-1", "2026-02-01", vec![Rule::DoubtfulIdentity { finding }])]);
    let said = world.says("2026-02-01");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((it.kind, &it.reasons[..]), (Kind::OrderHeld, &[ReasonCode::NameMismatch][..]));
}

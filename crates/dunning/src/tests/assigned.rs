//! What an assignee asks for itself is not reminded of.

use events::invoicing::{Assignment, Event, FacilityKind};

use super::world::*;

fn assigned(invoice: &str, on: &str, told: bool, collects: bool) -> Event {
    Event::ReceivableAssigned(Box::new(Assignment {
        assignment: "AS-1".parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        facility: "FC-1".parse().unwrap(),
        assignee: word("Affacturage du Nord"),
        kind: FacilityKind::Factoring,
        amount: eur("100.00"),
        recourse: false,
        funded_share: "0.85".parse().unwrap(),
        reserve_share: "0.15".parse().unwrap(),
        discount_rate: None,
        collects,
        payee: Some(word("nord")),
        assigned_on: day(on),
        notified_on: told.then(|| day(on)),
    }))
}

#[test]
fn what_is_assigned_is_held_and_what_was_planned_is_withdrawn() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31"), invoice("F-2", "50.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1, F-2 1"])
        .hears([assigned("F-1", "2026-02-05", true, false)])
        .on("2026-02-05", &["withdrawn reminder-1 changed", "reminder-2 reminder: F-2 1"]);
    let holds = world.policy.holds(&world.dunning, day("2026-02-05"));
    let told: Vec<_> = holds.iter().map(|it| (it.reason.word(), it.from)).collect();
    assert_eq!(told, [("assigned", day("2026-02-05"))]);
    // It is the tenant's own again.
    world
        .sends("reminder-2", "2026-02-05")
        .hears([Event::AssignmentRepurchased {
            assignment: "AS-1".parse().unwrap(),
            amount: eur("85.00"),
            repurchased_on: day("2026-02-09"),
        }])
        .on("2026-02-10", &["reminder-3 reminder: F-1 1, F-2 1"]);
}

#[test]
fn who_is_not_told_or_is_asked_by_the_tenant_is_reminded() {
    for (told, collects) in [(false, true), (true, true)] {
        World::new(rules())
            .hears([invoice("F-1", "100.00", "2026-01-31")])
            .hears([assigned("F-1", "2026-01-20", told, collects)])
            .on("2026-02-05", &["reminder-1 reminder: F-1 1"]);
    }
}

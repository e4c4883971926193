//! Whoever has a receivable collects it.

use events::{
    collection::Route,
    invoicing::{Assignment, Event, FacilityKind},
};

use super::world::*;
use crate::{Circumstance, Refusal, Verdict};

fn assigned(invoice: &str, collects: bool) -> Event {
    Event::ReceivableAssigned(Box::new(Assignment {
        assignment: "AS-1".parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        facility: "FC-1".parse().unwrap(),
        assignee: word("Affacturage du Nord"),
        kind: FacilityKind::Factoring,
        amount: eur("100.00"),
        recourse: true,
        funded_share: "0.85".parse().unwrap(),
        reserve_share: "0.15".parse().unwrap(),
        discount_rate: None,
        collects,
        payee: None,
        assigned_on: day("2026-01-20"),
        notified_on: Some(day("2026-01-20")),
    }))
}

#[test]
fn what_is_assigned_becomes_no_case_and_a_person_is_told_which_invoice_it_is() {
    let mut world = World::new(rules());
    world
        .hears([
            invoice("F-1", "100.00", "2026-01-02", "2026-01-31"),
            invoice("F-2", "80.00", "2026-01-02", "2026-01-31"),
            assigned("F-1", false),
        ])
        .hears([exhausted("F-1", "2026-03-20"), exhausted("F-2", "2026-03-20")])
        .on("2026-03-20", &["case-1 exhausted: F-2"]);
    let refused = world.refuses(open(&["F-1"], "2026-03-21"));
    assert_eq!(refused, Refusal::Assigned("F-1".parse().unwrap()));
    assert_eq!(refused.to_string(), "invoice F-1 is assigned: whoever has it collects it");
    assert_eq!((refused.reason(), refused.field()), ("INVOICE_ASSIGNED", Some("invoice_ids")));
}

#[test]
fn what_came_back_is_collected_and_not_offered_to_a_factor_again() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-02", "2026-01-31"), assigned("F-1", false)])
        .hears([exhausted("F-1", "2026-03-20")])
        .on("2026-03-20", &[])
        .hears([Event::AssignmentRepurchased {
            assignment: "AS-1".parse().unwrap(),
            amount: eur("85.00"),
            repurchased_on: day("2026-03-22"),
        }])
        .on("2026-03-23", &["case-1 exhausted: F-1"]);
    let (case, today) = ("case-1".parse().unwrap(), day("2026-03-23"));
    let none = crate::route::Experience::default();
    let ways = world.policy.advise(&world.collection, &case, &none, today).unwrap();
    let factor = ways.iter().find(|it| it.route == Route::Factor).unwrap();
    assert!(factor.because.contains(&(Circumstance::CameBack, Verdict::RulesOut)));
}

#[test]
fn a_tenant_that_collects_for_the_assignee_opens_cases() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-02", "2026-01-31"), assigned("F-1", true)])
        .hears([exhausted("F-1", "2026-03-20")])
        .on("2026-03-20", &["case-1 exhausted: F-1"]);
}

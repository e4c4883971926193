//! What is assigned leaves exposure, stays, or stands behind until it is paid.

use events::invoicing::{Assignment, Event, FacilityKind, RecourseGround};

use super::stories::{day, invoice, paid, policy, rules, story};
use crate::{Exposure, Risk};

fn assigned(id: &str, invoice: &str, kind: FacilityKind, recourse: bool, part: &str) -> Event {
    Event::ReceivableAssigned(Box::new(Assignment {
        assignment: id.parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        facility: "FC-1".parse().unwrap(),
        assignee: "Affacturage du Nord".parse().unwrap(),
        kind,
        amount: format!("{part} EUR").parse().unwrap(),
        recourse,
        funded_share: "0.85".parse().unwrap(),
        reserve_share: "0.15".parse().unwrap(),
        discount_rate: None,
        collects: false,
        payee: None,
        assigned_on: day("2026-01-15"),
        notified_on: Some(day("2026-01-15")),
    }))
}

/// Not due, overdue, with recourse, contingent, without recourse, in total.
fn exposure(on: &'static str) -> impl Fn(&Risk) -> [String; 6] {
    move |risk| {
        let it: Exposure = policy(rules()).exposure_effective(risk, day(on)).unwrap();
        [
            it.not_due,
            it.overdue,
            it.assigned_with_recourse,
            it.contingent,
            it.assigned_without_recourse,
            it.total,
        ]
        .map(|it| it.to_string().replace(" EUR", ""))
    }
}

#[test]
fn an_invoice_assigned_without_recourse_leaves_exposure() {
    story()
        .given(invoice("F-1", "1000.00 EUR", "2026-02-28", None))
        .given(invoice("F-2", "400.00 EUR", "2026-02-28", None))
        .shows(exposure("2026-01-20"), ["1400.00", "0.00", "0.00", "0.00", "0.00", "1400.00"])
        .given(assigned("AS-1", "F-1", FacilityKind::Factoring, false, "1000.00"))
        .shows(exposure("2026-01-14"), ["1400.00", "0.00", "0.00", "0.00", "0.00", "1400.00"])
        .shows(exposure("2026-01-20"), ["400.00", "0.00", "0.00", "0.00", "1000.00", "400.00"])
        // What the tenant warrants comes back.
        .given(Event::RecourseTaken {
            assignment: "AS-1".parse().unwrap(),
            ground: RecourseGround::Dispute,
            costs: "0.00 EUR".parse().unwrap(),
            taken_on: day("2026-02-01"),
        })
        .shows(exposure("2026-02-01"), ["1400.00", "0.00", "1000.00", "0.00", "0.00", "1400.00"]);
}

#[test]
fn with_recourse_it_stays_and_a_bill_is_contingent_until_it_is_paid() {
    let [received, allocated] = paid("P-1", "F-2", "400.00", "2026-03-02");
    story()
        .given(invoice("F-1", "1000.00 EUR", "2026-02-28", None))
        .given(invoice("F-2", "400.00 EUR", "2026-02-28", None))
        .given(assigned("AS-1", "F-1", FacilityKind::Factoring, true, "600.00"))
        .given(assigned("AS-2", "F-2", FacilityKind::Discount, true, "400.00"))
        .shows(exposure("2026-01-20"), ["1000.00", "0.00", "600.00", "400.00", "0.00", "1400.00"])
        // Both are late; the bill is still what the bank has.
        .shows(exposure("2026-03-01"), ["0.00", "1000.00", "600.00", "400.00", "0.00", "1400.00"])
        .given(received)
        .given(allocated)
        .shows(exposure("2026-03-02"), ["0.00", "1000.00", "600.00", "0.00", "0.00", "1000.00"]);
}

#[test]
fn a_pledge_changes_nothing() {
    story()
        .given(invoice("F-1", "1000.00 EUR", "2026-02-28", None))
        .given(assigned("AS-1", "F-1", FacilityKind::Pledge, true, "1000.00"))
        .shows(exposure("2026-01-20"), ["1000.00", "0.00", "0.00", "0.00", "0.00", "1000.00"]);
}

#[test]
fn what_is_at_an_assignees_risk_is_no_claim_to_provide_for() {
    let claims = |risk: &Risk| {
        let all = risk.account().claims(day("2026-01-20"));
        all.map(|it| format!("{} {}", it.invoice, it.open)).collect::<Vec<_>>()
    };
    story()
        .given(invoice("F-1", "1000.00 EUR", "2026-02-28", None))
        .given(invoice("F-2", "400.00 EUR", "2026-02-28", None))
        .given(assigned("AS-1", "F-1", FacilityKind::Factoring, false, "600.00"))
        .given(assigned("AS-2", "F-2", FacilityKind::Factoring, false, "400.00"))
        .shows(claims, vec!["F-1 400.00 EUR".to_owned()]);
}

//! Rights, their last days, and what is said of them.

use events::{
    collection::{ActKind, CollectionPolicy, InsuranceRules, Lead, RightKind, Span},
    risk::NoticeKind,
};

use super::world::*;
use crate::{ActData, Command, WithdrawAct};

fn late() -> World {
    let mut world = World::new(rules());
    world.hears([invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")]);
    world
}

/// Without what is said of prescription years ahead.
fn titled() -> CollectionPolicy {
    CollectionPolicy { title_reserved: true, ..rules() }
}

/// The worked examples: published on 31 December, the two months end on a Saturday.
#[test]
fn after_a_judgment_a_claim_is_declared_in_two_months_and_goods_are_claimed_in_three() {
    for (published, claim, relief, title) in [
        ("2025-12-31", "2026-03-02", "2026-06-30", "2026-03-31"),
        ("2026-01-31", "2026-03-31", "2026-07-31", "2026-04-30"),
    ] {
        let mut world = World::new(titled());
        world
            .hears([invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")])
            .hears([notice("N-1", NoticeKind::Receivership, "2025-12-20", published)])
            .rights(
                "2026-02-10",
                &[
                    &format!("claim_filing N-1: {claim}"),
                    &format!("title_claim N-1: {title}"),
                    "prescription F-1: 2030-12-03",
                ],
            )
            .rights(
                "2026-05-10",
                &[
                    &format!("claim_filing N-1: {claim}, lapsed"),
                    &format!("relief N-1: {relief}"),
                    &format!("title_claim N-1: {title}, lapsed"),
                    "prescription F-1: 2030-12-03",
                ],
            );
    }
    let abroad = CollectionPolicy { abroad: true, ..rules() };
    for (published, claim) in [("2025-12-31", "2026-04-30"), ("2026-01-31", "2026-06-01")] {
        let mut world = World::new(abroad.clone());
        world
            .hears([invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")])
            .hears([notice("N-1", NoticeKind::Safeguard, "2025-12-20", published)])
            .rights(
                "2026-02-10",
                &[&format!("claim_filing N-1: {claim}"), "prescription F-1: 2030-12-03"],
            );
    }
}

#[test]
fn a_claim_that_waits_is_said_to_be_at_risk_and_in_the_end_to_have_lapsed() {
    late()
        .hears([notice("N-1", NoticeKind::Liquidation, "2026-01-05", "2026-01-12")])
        .on("2026-01-12", &["case-1 insolvency: F-1"])
        .on("2026-02-10", &["claim_filing N-1 at risk until 2026-03-12: 1000.00 EUR"])
        .on("2026-03-05", &["claim_filing N-1 at risk until 2026-03-12: 1000.00 EUR"])
        .on("2026-03-11", &["claim_filing N-1 at risk until 2026-03-12: 1000.00 EUR"])
        .on("2026-03-12", &[])
        .on("2026-03-13", &["claim_filing N-1 lapsed"])
        // A month before six months have passed since the publication.
        .on("2026-06-15", &["relief N-1 at risk until 2026-07-13: 1000.00 EUR"])
        .asks(
            answers("A-1", ActKind::ReliefRequested, "2026-06-16", "N-1"),
            &["A-1 relief_requested"],
        )
        .on("2026-06-16", &["relief N-1 kept by A-1"]);
}

#[test]
fn a_claim_declared_on_the_last_day_is_in_time_even_if_it_is_recorded_later() {
    let mut world = late();
    world
        .hears([notice("N-1", NoticeKind::Receivership, "2026-01-05", "2026-01-12")])
        .on(
            "2026-03-13",
            &[
                "case-1 insolvency: F-1",
                "claim_filing N-1 at risk until 2026-03-12: 1000.00 EUR",
                "claim_filing N-1 lapsed",
            ],
        )
        .asks(answers("A-1", ActKind::ClaimDeclared, "2026-03-12", "N-1"), &["A-1 claim_declared"])
        .on("2026-03-14", &["claim_filing N-1 kept by A-1"])
        // What was declared interrupts prescription for as long as the procedure lasts.
        .rights("2026-03-14", &["claim_filing N-1: 2026-03-12, kept by A-1"])
        .hears([notice("N-2", NoticeKind::ClosedForInsufficientAssets, "2027-05-03", "2027-05-10")])
        .rights(
            "2027-05-10",
            &["claim_filing N-1: 2026-03-12, kept by A-1", "prescription F-1: 2032-05-10"],
        );
    let mut late = late();
    late.hears([notice("N-1", NoticeKind::Receivership, "2026-01-05", "2026-01-12")])
        .does(answers("A-1", ActKind::ClaimDeclared, "2026-03-13", "N-1"))
        .rights("2026-03-14", &["claim_filing N-1: 2026-03-12, lapsed", "relief N-1: 2026-07-13"]);
}

#[test]
fn a_second_judgment_asks_only_for_what_was_not_declared_after_the_first() {
    late()
        .hears([notice("N-1", NoticeKind::Receivership, "2026-01-05", "2026-01-12")])
        .does(answers("A-1", ActKind::ClaimDeclared, "2026-02-02", "N-1"))
        .hears([invoice("F-2", "200.00", "2026-02-10", "2026-03-10")])
        .hears([notice("N-2", NoticeKind::Liquidation, "2026-04-07", "2026-04-14")])
        .rights(
            "2026-04-20",
            &[
                "claim_filing N-1: 2026-03-12, kept by A-1",
                "claim_filing N-2: 2026-06-15",
                "prescription F-2: 2031-03-10",
            ],
        );
}

#[test]
fn an_order_is_served_in_six_months_or_in_three_and_then_opposed_within_one() {
    for (granted, serve) in [("2026-08-31", "2027-03-01"), ("2026-09-01", "2026-12-01")] {
        let mut world = late();
        world
            .does(record(act("A-1", ActKind::OrderRequested, "2026-08-01")))
            .does(follows("A-2", ActKind::OrderGranted, granted, "A-1"))
            .rights(
                "2026-09-02",
                &[&format!("order_service A-2: {serve}"), "prescription F-1: 2030-12-03"],
            )
            .does(follows("A-3", ActKind::OrderServed, "2026-10-14", "A-2"))
            .rights(
                "2026-10-20",
                &[
                    &format!("order_service A-2: {serve}, kept by A-3"),
                    "opposition A-3: 2026-11-16",
                    // To be served with an order interrupts.
                    "prescription F-1: 2031-10-14",
                ],
            )
            .does(follows("A-4", ActKind::OrderEnforceable, "2026-11-20", "A-3"))
            .rights(
                "2026-11-21",
                &[
                    &format!("order_service A-2: {serve}, kept by A-3"),
                    "opposition A-3: 2026-11-16, lapsed",
                    "prescription F-1: 2036-11-20",
                ],
            );
    }
}

#[test]
fn an_act_that_answers_nothing_is_refused() {
    let mut world = late();
    let refused = world.refuses(follows("A-1", ActKind::OrderServed, "2026-10-14", "A-9"));
    let told = "follows_act_id A-9 is not a payment order that a court made";
    assert_eq!((refused.to_string().as_str(), refused.reason()), (told, "ACT_UNFOUNDED"));
    let refused = world.refuses(record(act("A-1", ActKind::ClaimDeclared, "2026-10-14")));
    assert!(refused.to_string().starts_with("notice_id - is not a judgment"), "{refused}");
    let refused = world.refuses(insurer("A-1", ActKind::InsurerNotified, "2026-10-14"));
    assert_eq!(refused.field(), Some("cover_id"));
    world
        .does(record(act("A-1", ActKind::Acknowledgement, "2026-02-01")))
        .asks(record(act("A-1", ActKind::Acknowledgement, "2026-02-01")), &[]);
    let refused = world.refuses(record(act("A-1", ActKind::Enforcement, "2026-02-01")));
    assert_eq!(refused.reason(), "ACT_CONFLICT");
}

#[test]
fn a_demand_does_not_interrupt_prescription_and_an_acknowledgement_does() {
    late()
        .does(record(act("A-1", ActKind::FormalDemand, "2026-02-01")))
        .rights("2026-03-01", &["prescription F-1: 2030-12-03"])
        .does(record(act("A-2", ActKind::Acknowledgement, "2027-02-01")))
        .rights("2027-03-01", &["prescription F-1: 2032-02-01"])
        .does(Command::WithdrawAct(WithdrawAct {
            customer_id: "C-1".parse().unwrap(),
            act_id: "A-2".parse().unwrap(),
            withdrawn_by: "desk-1".parse().unwrap(),
            withdraw_date: day("2027-03-02"),
        }))
        .rights("2027-03-02", &["prescription F-1: 2030-12-03"])
        // Too late, it revives nothing.
        .does(record(act("A-3", ActKind::Acknowledgement, "2031-01-01")))
        .rights("2031-01-02", &["prescription F-1: 2030-12-03, lapsed"]);
}

#[test]
fn a_lawsuit_stops_prescription_and_mediation_lets_it_stand_still() {
    late()
        .does(record(act("A-1", ActKind::Lawsuit, "2026-06-01")))
        .rights("2029-01-01", &[])
        .does(follows("A-2", ActKind::LawsuitEnded, "2029-06-01", "A-1"))
        .rights("2029-06-02", &["prescription F-1: 2034-06-01"])
        .does(record(act("A-3", ActKind::MediationBegun, "2034-05-01")))
        .rights("2034-05-02", &["prescription F-1: stands still"])
        // A month was left; after mediation it is six at least.
        .does(follows("A-4", ActKind::MediationEnded, "2034-07-15", "A-3"))
        .rights("2034-07-16", &["prescription F-1: 2035-01-15"]);
}

#[test]
fn consumers_are_free_after_two_years_and_carriage_after_one() {
    let segments = CollectionPolicy {
        consumer_segments: vec![word("private")],
        carriage_segments: vec![word("freight")],
        ..rules()
    };
    for (segment, until) in
        [("private", "2027-12-03"), ("freight", "2026-12-03"), ("trade", "2030-12-03")]
    {
        let customer =
            events::invoicing::Event::CustomerRegistered(Box::new(events::invoicing::Customer {
                segment: Some(word(segment)),
                ..events::invoicing::Customer::default()
            }));
        World::new(segments.clone())
            .hears([customer, invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")])
            .rights("2026-01-10", &[&format!("prescription F-1: {until}")]);
    }
}

#[test]
fn a_debt_that_is_about_to_prescribe_is_said_half_a_year_ahead() {
    late()
        .on("2030-06-05", &[])
        .on("2030-06-06", &["prescription F-1 at risk until 2030-12-03: 1000.00 EUR"])
        .does(record(act("A-1", ActKind::Acknowledgement, "2030-07-01")))
        .on("2030-07-01", &["prescription F-1 no longer matters"])
        .on("2035-01-15", &["prescription F-1 at risk until 2035-07-01: 1000.00 EUR"])
        .hears(paid("P-1", "F-1", "1000.00", "2035-02-01"))
        .on("2035-02-01", &["prescription F-1 no longer matters"]);
}

/// The worked example of the insurers: 60 days are not two months.
#[test]
fn an_insurer_lets_a_due_date_be_put_off_and_is_then_given_the_debt() {
    for (span, extension, handover) in [
        (Span::Days(60), "2026-04-01", "2026-05-01"),
        (Span::Months(2), "2026-03-31", "2026-04-30"),
    ] {
        let insured = CollectionPolicy { insurances: vec![insurance(span)], ..rules() };
        let mut world = World::new(insured);
        world
            .hears([cover("100000.00", "0.9", "2025-12-01")])
            .hears([
                invoice("F-1", "60000.00", "2026-01-02", "2026-01-31"),
                invoice("F-2", "50000.00", "2026-01-20", "2026-02-20"),
            ])
            .rights(
                "2026-02-05",
                &[
                    "prescription F-1: 2031-01-31",
                    "prescription F-2: 2031-02-20",
                    &format!("extension CV-1: {extension}"),
                    &format!("handover CV-1: {handover}"),
                ],
            );
        let rights = world.policy.rights(&world.collection, day("2026-02-05"));
        let extension = rights.iter().find(|it| it.kind == RightKind::Extension).unwrap();
        // 110,000 are owed, 100,000 insured, 90 % of that paid.
        assert_eq!(extension.stake, [eur("90000.00")]);
        // The oldest is paid: the next one counts.
        world.hears(paid("P-1", "F-1", "60000.00", "2026-02-25")).does(insurer(
            "A-1",
            ActKind::InsurerHandedOver,
            "2026-02-26",
        ));
        let rights = world.policy.rights(&world.collection, day("2026-02-27"));
        let handover = rights.iter().find(|it| it.kind == RightKind::Handover).unwrap();
        assert_eq!(handover.stake, [eur("45000.00")]);
        assert!(!handover.is_running());
    }
}

#[test]
fn an_insurer_is_told_asked_and_waited_for() {
    let terms = InsuranceRules {
        notice_days: Some(45),
        claim_days: Some(120),
        waiting: Some(Span::Months(5)),
        ..insurance(Span::Days(60))
    };
    let insured = CollectionPolicy { insurances: vec![terms], ..rules() };
    World::new(insured)
        .hears([cover("5000.00", "0.9", "2025-11-01")])
        .hears([invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")])
        .does(insurer("A-1", ActKind::InsurerNotified, "2026-01-10"))
        .does(insurer("A-2", ActKind::IndemnityClaimed, "2026-03-02"))
        .rights(
            "2026-03-03",
            &[
                "prescription F-1: 2030-12-03",
                "extension CV-1: 2026-02-01, lapsed",
                "handover CV-1: 2026-03-03",
                "insurer_notice CV-1: 2026-01-17, kept by A-1",
                "indemnity_claim CV-1: 2026-04-02, kept by A-2",
                "indemnity CV-1: 2026-08-02",
            ],
        );
}

#[test]
fn a_guarantor_is_called_upon_before_the_guarantee_ends_if_anything_is_late() {
    let call = ActData {
        guarantee_id: Some("G-1".parse().unwrap()),
        ..act("A-1", ActKind::GuaranteeCalled, "2026-02-20")
    };
    late()
        .hears([guarantee("600.00", "2026-03-01")])
        .on("2025-12-03", &[])
        .on("2026-01-30", &["guarantee_call G-1 at risk until 2026-03-01: 600.00 EUR"])
        .does(record(call))
        .on("2026-02-20", &["guarantee_call G-1 kept by A-1"]);
}

#[test]
fn a_tenant_says_how_long_ahead_it_wants_to_know() {
    let leads = vec![Lead { right: RightKind::ClaimFiling, days: vec![45] }];
    let mut world = World::new(CollectionPolicy { leads, ..rules() });
    world
        .hears([invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")])
        .hears([notice("N-1", NoticeKind::Receivership, "2026-01-05", "2026-01-12")])
        .on("2026-01-25", &["case-1 insolvency: F-1"])
        .on("2026-01-26", &["claim_filing N-1 at risk until 2026-03-12: 1000.00 EUR"])
        .on("2026-03-12", &[])
        .on("2026-03-13", &["claim_filing N-1 lapsed"]);
}

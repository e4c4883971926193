//! Credit insurance, as a credit manager tells of it.

use events::{
    collection::{ActKind, ClaimCause, CollectionPolicy, InsuranceRules, Span},
    invoicing,
    risk::{self, Cover, CoverKind, NoticeKind},
};
use money::Stated;

use super::world::*;
use crate::{
    AnswerInsuranceClaim, ClaimData, Command, IndemnityData, InvoiceAmount, ShareData,
    WithdrawInsuranceClaim,
    view::{Falls, IndemnityView, InsuranceClaimView},
};

pub(super) fn insured(rules_of_insurer: InsuranceRules) -> World {
    World::new(CollectionPolicy { insurances: vec![rules_of_insurer], ..rules() })
}

pub(super) fn usual() -> InsuranceRules {
    insurance(Span::Days(60))
}

/// The worked example: a limit of 100,000, a quota of 90 %, invoices of 60,000 and then 50,000.
pub(super) fn example(rules_of_insurer: InsuranceRules) -> World {
    let mut world = insured(rules_of_insurer);
    world.hears([cover("100000.00", "0.9", "2025-12-01")]).hears([
        invoice("F-1", "60000.00", "2026-01-02", "2026-01-31"),
        invoice("F-2", "50000.00", "2026-01-20", "2026-02-20"),
    ]);
    world
}

pub(super) fn layer(id: &str, amount: &str, quota: &str, layer: u8) -> risk::Event {
    risk::Event::CoverGranted(Box::new(Cover {
        cover: id.parse().unwrap(),
        insurer: word("insurer 1"),
        policy: word("POL-1"),
        kind: CoverKind::Named,
        amount: eur(amount),
        quota: quota.parse().unwrap(),
        layer,
        holds_from: day("2025-12-01"),
        holds_until: None,
    }))
}

fn taxed(id: &str, gross: &str, tax: &str, issued: &str, due: &str) -> invoicing::Event {
    let mut it = invoice(id, gross, issued, due);
    if let invoicing::Event::InvoiceIssued(it) = &mut it {
        it.tax = Some(eur(tax));
    }
    it
}

pub(super) fn lodge(claim: &str, on: &str, lines: &[(&str, &str)]) -> ClaimData {
    let line = |(invoice, amount): &(&str, &str)| InvoiceAmount {
        invoice_id: invoice.parse().unwrap(),
        amount: Stated(eur(amount)),
    };
    ClaimData {
        customer_id: "C-1".parse().unwrap(),
        claim_id: claim.parse().unwrap(),
        cover_id: "CV-1".parse().unwrap(),
        cause: ClaimCause::ProtractedDefault,
        lodge_date: day(on),
        lines: lines.iter().map(line).collect(),
        proof: None,
        lodged_by: "desk-1".parse().unwrap(),
    }
}

pub(super) fn lodged(claim: ClaimData) -> Command {
    Command::LodgeInsuranceClaim(Box::new(claim))
}

/// All of the example is claimed.
pub(super) fn claimed(on: &str) -> Command {
    lodged(lodge("IC-1", on, &[("F-1", "60000.00"), ("F-2", "50000.00")]))
}

fn answer(accepted: Option<&str>, why: Option<&str>) -> Command {
    Command::AnswerInsuranceClaim(AnswerInsuranceClaim {
        customer_id: "C-1".parse().unwrap(),
        claim_id: "IC-1".parse().unwrap(),
        answer_date: day("2026-07-01"),
        accepted: accepted.map(|it| Stated(eur(it))),
        why: why.map(word),
        recorded_by: "desk-1".parse().unwrap(),
    })
}

pub(super) fn indemnity(number: &str, amount: &str, on: &str) -> Command {
    Command::RecordIndemnity(Box::new(IndemnityData {
        customer_id: "C-1".parse().unwrap(),
        claim_id: "IC-1".parse().unwrap(),
        number: word(number),
        pay_date: day(on),
        amount: Stated(eur(amount)),
        payment_id: None,
        recorded_by: "desk-1".parse().unwrap(),
    }))
}

pub(super) fn share(number: &str, amount: &str, on: &str) -> Command {
    Command::RecordShare(ShareData {
        customer_id: "C-1".parse().unwrap(),
        claim_id: "IC-1".parse().unwrap(),
        number: word(number),
        pass_date: day(on),
        amount: Stated(eur(amount)),
        recorded_by: "desk-1".parse().unwrap(),
    })
}

fn withdraw(number: Option<&str>) -> Command {
    Command::WithdrawInsuranceClaim(WithdrawInsuranceClaim {
        customer_id: "C-1".parse().unwrap(),
        claim_id: "IC-1".parse().unwrap(),
        number: number.map(word),
        withdraw_date: day("2026-12-01"),
        withdrawn_by: "desk-1".parse().unwrap(),
    })
}

fn what(world: &World, on: &str) -> IndemnityView {
    world.policy.indemnity(&world.collection, day(on))
}

/// `F-1: 1000.00 EUR covered by CV-1, 900.00 EUR paid`, each part of each invoice.
fn told(world: &World, on: &str) -> Vec<String> {
    let view = what(world, on);
    let lines = view.lines.iter().flat_map(|line| line.parts.iter().map(move |it| (line, it)));
    let told = lines.map(|(line, it)| match &it.falls {
        Falls::Covered { cover, indemnity, .. } => {
            format!("{}: {} by {cover}, {indemnity} paid", line.invoice, it.amount)
        }
        Falls::OverLimit => format!("{}: {} over the limit", line.invoice, it.amount),
        Falls::Excluded(why) => format!("{}: {} {why:?}", line.invoice, it.amount),
    });
    told.collect()
}

pub(super) fn claim(world: &World, on: &str) -> InsuranceClaimView {
    world.policy.insurance_claims(&world.collection, day(on)).remove(0)
}

#[test]
fn the_limit_is_for_the_oldest_due_and_the_quota_and_what_is_above_it_are_the_tenants_own() {
    let world = example(usual());
    assert_eq!(
        told(&world, "2026-03-01"),
        [
            "F-1: 60000.00 EUR by CV-1, 54000.00 EUR paid",
            "F-2: 40000.00 EUR by CV-1, 36000.00 EUR paid",
            "F-2: 10000.00 EUR over the limit",
        ]
    );
    let [sum] = what(&world, "2026-03-01").sums[..] else { panic!() };
    assert_eq!((sum.open, sum.covered), (eur("110000.00"), eur("100000.00")));
    assert_eq!((sum.quota_share, sum.over_limit), (eur("10000.00"), eur("10000.00")));
    assert_eq!((sum.self_insured, sum.indemnity), (eur("20000.00"), eur("90000.00")));
}

/// The worked example: due on 31 January, 60 days end on 1 April and two months on 31 March.
#[test]
fn what_is_delivered_after_the_extension_of_an_unpaid_invoice_is_not_insured() {
    for (span, last, first) in [
        (Span::Days(60), "2026-04-01", "2026-04-02"),
        (Span::Months(2), "2026-03-31", "2026-04-01"),
    ] {
        for (issued, covered) in [(last, true), (first, false)] {
            let mut world = insured(insurance(span));
            world
                .hears([cover("100000.00", "0.9", "2025-12-01")])
                .hears([invoice("F-1", "1000.00", "2026-01-02", "2026-01-31")])
                .hears([invoice("F-2", "500.00", issued, "2026-05-31")]);
            let second = if covered {
                "F-2: 500.00 EUR by CV-1, 450.00 EUR paid"
            } else {
                "F-2: 500.00 EUR ExtensionOver"
            };
            assert_eq!(
                told(&world, "2026-06-01"),
                ["F-1: 1000.00 EUR by CV-1, 900.00 EUR paid", second]
            );
        }
    }
}

#[test]
fn an_extension_that_the_insurer_agreed_to_and_a_payment_in_time_let_deliveries_be_insured() {
    let late = || {
        let mut world = insured(usual());
        world
            .hears([cover("100000.00", "0.9", "2025-12-01")])
            .hears([invoice("F-1", "1000.00", "2026-01-02", "2026-01-31")])
            .hears([invoice("F-2", "500.00", "2026-04-10", "2026-05-31")]);
        world
    };
    let mut agreed = late();
    agreed.does(insurer("A-1", ActKind::ExtensionAgreed, "2026-03-30"));
    assert_eq!(told(&agreed, "2026-06-01")[1], "F-2: 500.00 EUR by CV-1, 450.00 EUR paid");
    let mut paid_in_time = late();
    paid_in_time.hears(paid("P-1", "F-1", "1000.00", "2026-04-09"));
    assert_eq!(told(&paid_in_time, "2026-06-01"), ["F-2: 500.00 EUR by CV-1, 450.00 EUR paid"]);
    let mut paid_too_late = late();
    paid_too_late.hears(paid("P-1", "F-1", "1000.00", "2026-04-10"));
    assert_eq!(told(&paid_too_late, "2026-06-01"), ["F-2: 500.00 EUR ExtensionOver"]);
    // Handed over, nothing that follows is insured until what was handed over is paid.
    let mut handed_over = late();
    handed_over.does(insurer("A-1", ActKind::ExtensionAgreed, "2026-03-30")).does(insurer(
        "A-2",
        ActKind::InsurerHandedOver,
        "2026-04-05",
    ));
    assert_eq!(told(&handed_over, "2026-06-01")[1], "F-2: 500.00 EUR HandedOver");
}

#[test]
fn what_the_policy_does_not_insure_is_said_with_its_reason() {
    let terms = InsuranceRules {
        terms_max_days: Some(60),
        net_of_vat: true,
        excluded_segments: vec![word("public")],
        ..usual()
    };
    let mut world = insured(terms.clone());
    world
        .hears([cover("5000.00", "0.9", "2026-01-01")])
        .hears([
            taxed("F-1", "1200.00", "200.00", "2026-01-10", "2026-02-10"),
            invoice("F-2", "300.00", "2025-12-31", "2026-02-11"),
            invoice("F-3", "400.00", "2026-01-12", "2026-05-01"),
            invoice("F-4", "500.00", "2026-02-13", "2026-03-13"),
        ])
        .hears([invoicing::Event::DisputeOpened(Box::new(invoicing::Dispute {
            dispute: "D-1".parse().unwrap(),
            invoice: "F-4".parse().unwrap(),
            amount: eur("200.00"),
            reason: invoicing::DisputeReason::Quality,
            opened_on: day("2026-03-14"),
            owner: None,
        }))]);
    assert_eq!(
        told(&world, "2026-03-20"),
        [
            "F-1: 1000.00 EUR by CV-1, 900.00 EUR paid",
            "F-1: 200.00 EUR Tax",
            "F-2: 300.00 EUR NotCovered",
            "F-4: 300.00 EUR by CV-1, 270.00 EUR paid",
            "F-4: 200.00 EUR Disputed",
            "F-3: 400.00 EUR TermsTooLong",
        ]
    );
    // Judged on the day of issue of F-4: what is invoiced from then on is not insured.
    world.hears([notice("N-1", NoticeKind::Receivership, "2026-02-13", "2026-02-20")]);
    assert!(told(&world, "2026-03-20").contains(&"F-4: 300.00 EUR Insolvent".to_owned()));
    let public = invoicing::Event::CustomerRegistered(Box::new(invoicing::Customer {
        segment: Some(word("public")),
        ..invoicing::Customer::default()
    }));
    world.hears([public]);
    assert_eq!(told(&world, "2026-03-20")[0], "F-1: 1200.00 EUR Segment");
    // Less is insured than the insurer wants to hear of.
    let least = InsuranceRules { declaration_minimum: Some(eur("1000.01")), ..usual() };
    let mut world = insured(least);
    world.hears([cover("5000.00", "0.9", "2026-01-01")]).hears([invoice(
        "F-1",
        "1000.00",
        "2026-01-10",
        "2026-02-10",
    )]);
    assert_eq!(told(&world, "2026-03-20"), ["F-1: 1000.00 EUR BelowMinimum"]);
    world.hears([invoice("F-2", "1.00", "2026-01-10", "2026-02-10")]);
    assert_eq!(told(&world, "2026-03-20")[0], "F-1: 1000.00 EUR by CV-1, 900.00 EUR paid");
}

#[test]
fn what_is_above_a_layer_is_for_the_next_one() {
    let mut world = insured(usual());
    world.hears([layer("CAP", "30000.00", "0.8", 2), layer("CV-1", "50000.00", "0.9", 1)]).hears([
        invoice("F-1", "60000.00", "2026-01-02", "2026-01-31"),
        invoice("F-2", "30000.00", "2026-01-20", "2026-02-20"),
    ]);
    assert_eq!(
        told(&world, "2026-03-01"),
        [
            "F-1: 50000.00 EUR by CV-1, 45000.00 EUR paid",
            "F-1: 10000.00 EUR by CAP, 8000.00 EUR paid",
            "F-2: 20000.00 EUR by CAP, 16000.00 EUR paid",
            "F-2: 10000.00 EUR over the limit",
        ]
    );
}

#[test]
fn a_limit_that_is_reduced_or_withdrawn_goes_on_answering_for_what_was_issued_before() {
    let mut world = example(usual());
    world
        .hears([risk::Event::CoverReduced {
            cover: "CV-1".parse().unwrap(),
            amount: eur("70000.00"),
            reduced_on: day("2026-01-10"),
        }])
        .hears([risk::Event::CoverWithdrawn {
            cover: "CV-1".parse().unwrap(),
            withdrawn_on: day("2026-01-25"),
            reason: None,
        }])
        .hears([invoice("F-3", "900.00", "2026-01-25", "2026-02-25")]);
    assert_eq!(
        told(&world, "2026-03-01"),
        [
            "F-1: 60000.00 EUR by CV-1, 54000.00 EUR paid",
            "F-2: 10000.00 EUR by CV-1, 9000.00 EUR paid",
            "F-2: 40000.00 EUR over the limit",
            "F-3: 900.00 EUR NotCovered",
        ]
    );
}

#[test]
fn a_cover_that_is_withdrawn_leaves_the_duties_for_what_was_issued_before() {
    let mut world = example(usual());
    world
        .hears([risk::Event::CoverWithdrawn {
            cover: "CV-1".parse().unwrap(),
            withdrawn_on: day("2026-01-15"),
            reason: None,
        }])
        .rights(
            "2026-03-01",
            &[
                "prescription F-1: 2031-01-31",
                "prescription F-2: 2031-02-20",
                "extension CV-1: 2026-04-01",
                "handover CV-1: 2026-05-01",
            ],
        )
        .does(insurer("A-1", ActKind::InsurerHandedOver, "2026-04-20"))
        .asks(
            lodged(lodge("IC-1", "2026-05-04", &[("F-1", "60000.00")])),
            &["IC-1 lodged: protracted_default"],
        );
    // F-2 was issued after it.
    assert_eq!(
        told(&world, "2026-03-01"),
        ["F-1: 60000.00 EUR by CV-1, 54000.00 EUR paid", "F-2: 50000.00 EUR NotCovered"]
    );
}

#[test]
fn a_claim_is_lodged_answered_and_paid_and_keeps_the_right_as_the_act_does() {
    let terms = InsuranceRules { claim_days: Some(120), waiting: Some(Span::Months(5)), ..usual() };
    let mut world = example(terms);
    world
        .does(insurer("A-1", ActKind::InsurerHandedOver, "2026-04-20"))
        .asks(claimed("2026-05-04"), &["IC-1 lodged: protracted_default"])
        .asks(claimed("2026-05-04"), &[])
        .rights(
            "2026-05-05",
            &[
                "prescription F-1: 2031-01-31",
                "prescription F-2: 2031-02-20",
                "extension CV-1: 2026-04-01, lapsed",
                "handover CV-1: 2026-05-01, kept by A-1",
                "indemnity_claim CV-1: 2026-05-31, kept by IC-1",
                "indemnity CV-1: 2026-10-04",
            ],
        );
    let view = claim(&world, "2026-05-05");
    assert_eq!((view.claimed, view.pays_by), (eur("110000.00"), Some(day("2026-10-04"))));
    // 10,000 of it are above the limit: said, not refused.
    assert_eq!(format!("{:?} {:?}", view.state, view.warnings), "Lodged [MoreThanCovered]");
    world.asks(answer(Some("90000.00"), None), &["IC-1 accepted: 90000.00 EUR"]);
    world.asks(indemnity("IND-1", "40000.00", "2026-09-01"), &["IC-1 paid: 40000.00 EUR"]);
    let view = claim(&world, "2026-09-02");
    let told = format!("{:?} {:?}", view.state, view.warnings);
    assert_eq!(told, "PartlyPaid [MoreThanCovered, PaidEarly]");
    world
        .asks(indemnity("IND-2", "50000.00", "2026-10-04"), &["IC-1 paid: 50000.00 EUR"])
        .asks(indemnity("IND-2", "50000.00", "2026-10-04"), &[]);
    assert_eq!(format!("{:?}", claim(&world, "2026-10-05").state), "Paid");
    let [sum] = what(&world, "2026-10-05").sums[..] else { panic!() };
    assert_eq!(sum.paid, eur("90000.00"));
    let rights = world.policy.rights(&world.collection, day("2026-10-05"));
    assert!(rights.iter().all(|it| it.kind.word() != "indemnity" || !it.is_running()));
    // Acts that a person recorded are told apart from what a claim says.
    assert_eq!(world.collection.history().len(), 1);
}

#[test]
fn after_a_judgment_an_insurer_pays_so_many_days_after_the_claim_was_admitted() {
    let terms =
        InsuranceRules { waiting: Some(Span::Months(5)), admitted_days: Some(30), ..usual() };
    let mut world = example(terms);
    let insolvent = ClaimData {
        cause: ClaimCause::Insolvency,
        ..lodge("IC-1", "2026-03-10", &[("F-1", "60000.00"), ("F-2", "40000.00")])
    };
    world.does(lodged(insolvent));
    let view = claim(&world, "2026-03-11");
    assert_eq!(format!("{:?} {:?}", view.pays_by, view.warnings), "None [NoJudgment]");
    world
        .hears([notice("N-1", NoticeKind::Liquidation, "2026-03-02", "2026-03-12")])
        .does(answers("A-1", ActKind::ClaimDeclared, "2026-03-20", "N-1"))
        .does(answers("A-2", ActKind::ClaimAdmitted, "2026-06-15", "N-1"));
    let view = claim(&world, "2026-06-16");
    assert_eq!((view.pays_by, view.warnings.len()), (Some(day("2026-07-15")), 0));
    let rights = world.policy.rights(&world.collection, day("2026-06-16"));
    let waits = rights.iter().find(|it| it.kind.word() == "indemnity").unwrap();
    assert_eq!((waits.counted_from, waits.deadline), (day("2026-06-15"), Some(day("2026-07-15"))));
}

#[test]
fn a_claim_that_cannot_be_is_refused_with_its_reason() {
    let mut world = example(usual());
    let refused = |world: &mut World, command| {
        let refused = world.refuses(command);
        format!("{} {}: {refused}", refused.reason(), refused.field().unwrap())
    };
    let unknown = ClaimData {
        cover_id: "CV-9".parse().unwrap(),
        ..lodge("IC-1", "2026-05-04", &[("F-1", "1.00")])
    };
    assert_eq!(
        refused(&mut world, lodged(unknown)),
        "COVER_NOT_FOUND cover_id: cover CV-9 is not a cover of the customer's"
    );
    assert_eq!(
        refused(&mut world, lodged(lodge("IC-1", "2026-05-04", &[("F-1", "60000.01")]))),
        "MORE_THAN_OWED lines: of invoice F-1 at most 60000.00 EUR was open when the claim was lodged"
    );
    assert_eq!(
        refused(&mut world, lodged(lodge("IC-1", "2026-05-04", &[("F-9", "1.00")]))),
        "INVOICE_NOT_OPEN lines: nothing was open of invoice F-9 when the claim was lodged"
    );
    let dollars = InvoiceAmount {
        invoice_id: "F-1".parse().unwrap(),
        amount: Stated("1.00 USD".parse().unwrap()),
    };
    let dollars = ClaimData { lines: vec![dollars], ..lodge("IC-1", "2026-05-04", &[]) };
    assert_eq!(refused(&mut world, lodged(dollars)), "WRONG_CURRENCY lines: the claim is in EUR");
    assert_eq!(
        refused(&mut world, indemnity("IND-1", "1.00", "2026-09-01")),
        "INSURANCE_CLAIM_NOT_FOUND claim_id: insurance claim IC-1 is not known"
    );
    world.does(claimed("2026-05-04"));
    assert_eq!(
        refused(&mut world, lodged(lodge("IC-1", "2026-05-04", &[("F-1", "1.00")]))),
        "INSURANCE_CLAIM_CONFLICT claim_id: insurance claim IC-1 is known and says something else"
    );
    assert_eq!(
        refused(&mut world, lodged(lodge("IC-2", "2026-05-05", &[("F-1", "1.00")]))),
        "INVOICE_CLAIMED lines: invoice F-1 is claimed under the same cover by IC-1"
    );
    assert_eq!(
        refused(&mut world, answer(Some("110000.01"), None)),
        "MORE_THAN_CLAIMED accepted: at most 110000.00 EUR of the claim is left"
    );
    assert_eq!(
        refused(&mut world, share("S-1", "1.00", "2026-09-01")),
        "INDEMNITY_NOT_PAID claim_id: nothing was paid for claim IC-1 yet"
    );
    world.does(answer(None, Some("told too late")));
    assert_eq!(
        refused(&mut world, indemnity("IND-1", "1.00", "2026-09-01")),
        "INSURANCE_CLAIM_REFUSED claim_id: the insurer refused claim IC-1: record its new answer first"
    );
    // Upon appeal it pays all the same.
    world.does(answer(Some("90000.00"), None));
    world.does(indemnity("IND-1", "50000.00", "2026-09-01"));
    assert_eq!(
        refused(&mut world, indemnity("IND-1", "40000.00", "2026-09-02")),
        "NUMBER_CONFLICT number: IND-1 is known of the claim and says something else"
    );
    assert_eq!(
        refused(&mut world, indemnity("IND-2", "40000.01", "2026-09-02")),
        "MORE_THAN_CLAIMED amount: at most 40000.00 EUR of the claim is left"
    );
    assert_eq!(
        refused(&mut world, answer(Some("49999.99"), None)),
        "INDEMNITY_PAID accepted: 50000.00 EUR was paid for the claim already"
    );
    assert_eq!(
        refused(&mut world, withdraw(Some("IND-9"))),
        "NUMBER_NOT_FOUND number: nothing of the claim has the number IND-9"
    );
    // An act and a claim do not share an id.
    let act = record(act("IC-1", ActKind::FormalDemand, "2026-05-04"));
    assert_eq!(world.refuses(act).reason(), "ACT_CONFLICT");
}

#[test]
fn what_was_recorded_by_mistake_counts_no_more() {
    let terms = InsuranceRules { claim_days: Some(120), ..usual() };
    let mut world = example(terms);
    world
        .does(claimed("2026-05-04"))
        .does(indemnity("IND-1", "90000.00", "2026-09-01"))
        .asks(withdraw(Some("IND-1")), &["IC-1 without IND-1"])
        .asks(withdraw(Some("IND-1")), &[])
        .does(indemnity("IND-2", "9000.00", "2026-09-01"));
    assert_eq!(claim(&world, "2026-09-02").paid, eur("9000.00"));
    world.asks(withdraw(None), &["IC-1 withdrawn"]).asks(withdraw(None), &[]);
    assert_eq!(format!("{:?}", claim(&world, "2026-09-02").state), "Withdrawn");
    let rights = world.policy.rights(&world.collection, day("2026-05-05"));
    let right = rights.iter().find(|it| it.kind.word() == "indemnity_claim").unwrap();
    assert!(right.is_running(), "{right:?}");
    // The same invoices may be claimed again, under another id.
    world.does(lodged(lodge("IC-2", "2026-05-06", &[("F-1", "60000.00")])));
}

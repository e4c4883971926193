//! What comes in after an insurer has paid, as a credit manager tells of it.

use events::collection::{InsuranceRules, RecoveryOrder};
use money::{Money, Stated};

use super::{insurance::*, world::*};
use crate::{ClaimData, Command};

/// What came in and what is owed to the insurer: received, the insurer's part, owed.
fn shared(world: &World, on: &str) -> [Money; 3] {
    let it = claim(world, on).recovery.unwrap();
    [it.received, it.insurer, it.owed]
}

fn euros(all: [&str; 3]) -> [Money; 3] {
    all.map(eur)
}

#[test]
fn what_comes_after_an_indemnity_is_shared_as_it_was_paid() {
    let mut world = example(usual());
    world.does(claimed("2026-05-04")).does(indemnity("IND-1", "90000.00", "2026-10-04"));
    assert_eq!(shared(&world, "2026-11-01"), euros(["0.00", "0.00", "0.00"]));
    // 90,000 of a loss of 110,000: nine parts of eleven.
    world.hears(paid("P-1", "F-1", "11000.00", "2026-11-03"));
    assert_eq!(shared(&world, "2026-11-03"), euros(["11000.00", "9000.00", "9000.00"]));
    world.does(share("S-1", "5000.00", "2026-11-10"));
    assert_eq!(shared(&world, "2026-11-10"), euros(["11000.00", "9000.00", "4000.00"]));
    world.hears(paid("P-2", "F-1", "100.00", "2026-11-12"));
    assert_eq!(shared(&world, "2026-11-12"), euros(["11100.00", "9081.82", "4081.82"]));
    // The bank takes the first payment back: the insurer has too much.
    world.hears(bounced("P-1", "2026-11-20"));
    assert_eq!(shared(&world, "2026-11-20"), euros(["100.00", "81.82", "-4918.18"]));
    world.does(share("S-2", "-4918.18", "2026-11-25"));
    assert_eq!(shared(&world, "2026-11-25"), euros(["100.00", "81.82", "0.00"]));
}

#[test]
fn the_loss_is_what_was_still_owed_when_the_insurer_paid() {
    let mut world = example(usual());
    world
        .does(claimed("2026-05-04"))
        // Half of the older one comes while the insurer waits: its claim adviser pays 72,000.
        .hears(paid("P-1", "F-1", "30000.00", "2026-07-01"))
        .does(indemnity("IND-1", "72000.00", "2026-10-04"))
        .hears(paid("P-2", "F-1", "1000.00", "2026-11-01"));
    let it = claim(&world, "2026-11-01").recovery.unwrap();
    assert_eq!((it.loss, it.insurer, it.insured), (eur("80000.00"), eur("900.00"), eur("100.00")));
    // It knew nothing of that payment: more than the loss is to be given back.
    let mut too_much = example(usual());
    too_much
        .does(claimed("2026-05-04"))
        .hears(paid("P-1", "F-1", "30000.00", "2026-07-01"))
        .does(indemnity("IND-1", "90000.00", "2026-10-04"));
    let warnings = claim(&too_much, "2026-11-01").warnings;
    assert!(format!("{warnings:?}").contains("PaidTooMuch"), "{warnings:?}");
}

#[test]
fn money_settles_the_oldest_whatever_the_books_say_unless_the_policy_follows_the_books() {
    for (order, part) in [(None, "900.00"), (Some(RecoveryOrder::AsBooked), "0.00")] {
        let mut world = example(InsuranceRules { recoveries: order, ..usual() });
        let lines = [("F-1", "60000.00"), ("F-2", "40000.00")];
        world
            .does(lodged(lodge("IC-1", "2026-05-04", &lines)))
            .does(indemnity("IND-1", "90000.00", "2026-10-04"))
            .hears([invoice("F-9", "1000.00", "2026-10-10", "2026-10-10")])
            .hears(paid("P-1", "F-9", "1000.00", "2026-11-03"));
        assert_eq!(claim(&world, "2026-11-03").recovery.unwrap().insurer, eur(part));
    }
}

#[test]
fn money_of_the_insurer_booked_on_the_account_is_not_the_customers() {
    let mut world = example(usual());
    let Command::RecordIndemnity(mut it) = indemnity("IND-1", "60000.00", "2026-10-04") else {
        panic!()
    };
    it.payment_id = Some("P-9".parse().unwrap());
    world.does(claimed("2026-05-04")).does(Command::RecordIndemnity(it.clone())).hears(paid(
        "P-9",
        "F-1",
        "60000.00",
        "2026-10-05",
    ));
    assert_eq!(claim(&world, "2026-11-03").recovery.unwrap().received, eur("0.00"));
    it.number = word("IND-2");
    it.amount = Stated(eur("1.00"));
    assert_eq!(world.refuses(Command::RecordIndemnity(it)).reason(), "PAYMENT_TWICE");
}

#[test]
fn what_the_insurer_has_paid_may_be_given_up_and_what_comes_for_it_is_still_shared() {
    let mut world = example(usual());
    let lines = [("F-1", "60000.00"), ("F-2", "40000.00")];
    world.does(lodged(lodge("IC-1", "2026-05-04", &lines))).does(indemnity(
        "IND-1",
        "90000.00",
        "2026-10-04",
    ));
    let may = |world: &World, on| -> Vec<Money> {
        claim(world, on).lines.iter().map(|it| it.may_write_off).collect()
    };
    assert_eq!(may(&world, "2026-10-05"), [eur("54000.00"), eur("36000.00")]);
    world.hears(written_off("W-1", "F-1", "54000.00", "2026-10-10"));
    assert_eq!(may(&world, "2026-10-10"), [eur("0.00"), eur("36000.00")]);
    world.hears(paid("P-1", "F-1", "6000.00", "2026-11-03"));
    assert_eq!(shared(&world, "2026-11-03"), euros(["6000.00", "5400.00", "5400.00"]));
}

#[test]
fn what_comes_for_an_invoice_of_two_layers_is_shared_with_both_as_each_was_asked() {
    let mut world = insured(usual());
    world
        .hears([layer("CAP", "30000.00", "0.8", 2), layer("CV-1", "50000.00", "0.9", 1)])
        .hears([invoice("F-1", "60000.00", "2026-01-02", "2026-01-31")]);
    let above = ClaimData {
        cover_id: "CAP".parse().unwrap(),
        ..lodge("IC-2", "2026-05-04", &[("F-1", "10000.00")])
    };
    world.does(lodged(lodge("IC-1", "2026-05-04", &[("F-1", "50000.00")]))).does(lodged(above));
    let Command::RecordIndemnity(first) = indemnity("IND-1", "45000.00", "2026-10-04") else {
        panic!()
    };
    let mut second = first.clone();
    second.claim_id = "IC-2".parse().unwrap();
    second.amount = Stated(eur("8000.00"));
    world.does(Command::RecordIndemnity(first)).does(Command::RecordIndemnity(second)).hears(paid(
        "P-1",
        "F-1",
        "12000.00",
        "2026-11-03",
    ));
    let claims = world.policy.insurance_claims(&world.collection, day("2026-11-03"));
    let shares = claims.iter().map(|it| {
        let it = it.recovery.as_ref().unwrap();
        (it.received, it.insurer)
    });
    // 12,000 are 10,000 of the 50,000 and 2,000 of the 10,000 that were claimed.
    assert_eq!(
        shares.collect::<Vec<_>>(),
        [(eur("10000.00"), eur("9000.00")), (eur("2000.00"), eur("1600.00"))]
    );
}

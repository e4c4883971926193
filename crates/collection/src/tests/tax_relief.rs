//! The tax on what is not paid, and what comes of a court's plan.

use events::{collection::ActKind, invoicing, risk::NoticeKind};
use money::{Currency, Money, Stated};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::world::*;
use crate::{
    ActData, Command, DividendData,
    insolvency::{LossKind, Missing, TaxLine},
};

/// 12 000 with 2 000 of tax, of which nothing was paid.
fn sold() -> World {
    let mut world = World::new(rules());
    world.hears([taxed("F-1", "12000.00", "2000.00")]);
    world
}

fn taxed(id: &str, gross: &str, tax: &str) -> invoicing::Event {
    let invoicing::Event::InvoiceIssued(mut it) = invoice(id, gross, "2025-02-01", "2025-03-03")
    else {
        panic!("an invoice");
    };
    it.tax = Some(eur(tax));
    invoicing::Event::InvoiceIssued(it)
}

fn of_invoice(id: &str, kind: ActKind, on: &str, amount: Option<&str>) -> Command {
    let invoice_ids = vec!["F-1".parse().unwrap()];
    record(ActData { invoice_ids, amount: amount.map(|it| Stated(eur(it))), ..act(id, kind, on) })
}

fn plan(id: &str, kind: ActKind, on: &str, dividends: &[(&str, &str)]) -> ActData {
    let dividends = dividends
        .iter()
        .map(|(due, percent)| DividendData {
            due_date: day(due),
            percent: percent.parse().unwrap(),
        })
        .collect();
    ActData { dividends, notice_id: Some("N-1".parse().unwrap()), ..act(id, kind, on) }
}

fn only(world: &World, on: &str) -> TaxLine {
    let mut lines = world.collection.tax_relief(day(on));
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

#[test]
fn a_liquidation_gives_the_tax_back_from_its_day_once_the_duplicate_was_sent() {
    let mut world = sold();
    assert_eq!(world.collection.tax_relief(day("2025-05-01")), []);
    world.hears(paid("P-1", "F-1", "3000.00", "2025-03-01")).hears([notice(
        "N-1",
        NoticeKind::Liquidation,
        "2025-06-02",
        "2025-06-12",
    )]);
    let it = only(&world, "2025-06-12");
    let ground = it.ground.as_ref().unwrap();
    assert_eq!((ground.kind, ground.from), (LossKind::Liquidation, day("2025-06-02")));
    assert_eq!(ground.until, day("2027-12-31"));
    // A quarter was paid, and a quarter of the tax with it.
    assert_eq!(
        (it.lost, it.tax, it.net()),
        (eur("9000.00"), Some(eur("1500.00")), Some(eur("7500.00")))
    );
    assert_eq!(it.missing, [Missing::Duplicate, Missing::Declaration, Missing::WriteOff]);
    assert!(!it.is_ready());
    world
        .does(answers("A-1", ActKind::ClaimDeclared, "2025-06-20", "N-1"))
        .does(of_invoice("A-2", ActKind::DuplicateSent, "2025-06-25", None))
        .hears(written_off("W-1", "F-1", "9000.00", "2025-06-30"));
    let it = only(&world, "2025-06-30");
    assert_eq!((it.is_ready(), it.to_relieve()), (true, eur("1500.00")));
    assert_eq!((it.missing.len(), it.evidence.len()), (0, 4));
    // Taken back; then 600 come after all, and the tax in them is owed again.
    world.does(of_invoice("A-3", ActKind::TaxRelieved, "2025-07-24", Some("1500.00")));
    assert_eq!(only(&world, "2025-07-31").to_relieve(), eur("0.00"));
    world.hears([
        paid("P-2", "F-1", "600.00", "2025-09-01")[0].clone(),
        invoicing::Event::WriteOffRecovered {
            source: invoicing::Source::Payment("P-2".parse().unwrap()),
            invoice: "F-1".parse().unwrap(),
            amount: eur("600.00"),
            rule: invoicing::Rule::Manual,
        },
    ]);
    let it = only(&world, "2025-09-30");
    assert_eq!((it.to_pay_back(), it.to_relieve()), (eur("100.00"), eur("0.00")));
}

#[test]
fn receivership_alone_gives_nothing_back_and_its_plan_the_tax_on_what_it_waives() {
    let mut world = sold();
    world.hears([notice("N-1", NoticeKind::Receivership, "2025-06-02", "2025-06-12")]);
    world.says("2025-06-12");
    let it = only(&world, "2025-06-20");
    assert_eq!((it.ground, it.lost), (None, eur("0.00")));
    assert!(it.missing.contains(&Missing::Ground));
    let promised = [("2026-12-01", "20"), ("2027-12-01", "20")];
    world.does(record(plan("A-1", ActKind::InsolvencyPlanAdopted, "2025-12-01", &promised)));
    let it = only(&world, "2025-12-01");
    assert_eq!(it.ground.as_ref().unwrap().kind, LossKind::Plan);
    assert_eq!((it.lost, it.tax), (eur("7200.00"), Some(eur("1200.00"))));
    // It is not kept: what was waived is owed again, and the tax on it.
    world
        .does(of_invoice("A-2", ActKind::TaxRelieved, "2026-01-20", Some("1200.00")))
        .does(answers("A-3", ActKind::InsolvencyPlanResolved, "2027-02-01", "N-1"));
    let it = only(&world, "2027-02-01");
    assert_eq!((it.ground.clone(), it.to_pay_back()), (None, eur("1200.00")));
}

#[test]
fn what_two_persons_gave_up_is_lost_only_if_it_was_pursued() {
    let mut world = sold();
    world.hears(written_off("W-1", "F-1", "12000.00", "2025-09-01"));
    assert_eq!(world.collection.tax_relief(day("2025-10-01")), []);
    world.does(of_invoice("A-1", ActKind::Enforcement, "2025-08-01", None));
    let it = only(&world, "2025-10-01");
    assert_eq!(it.ground.as_ref().unwrap().kind, LossKind::Pursuit);
    assert_eq!(it.tax, Some(eur("2000.00")));
}

#[test]
fn a_certificate_is_a_ground_and_an_invoice_without_its_tax_has_none_to_take_back() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "12000.00", "2025-02-01", "2025-03-03")])
        .hears([notice("N-1", NoticeKind::Receivership, "2025-06-02", "2025-06-12")])
        .does(answers("A-1", ActKind::IrrecoverabilityCertified, "2025-11-03", "N-1"));
    let it = only(&world, "2025-11-03");
    assert_eq!(it.ground.as_ref().unwrap().kind, LossKind::Certificate);
    assert_eq!((it.tax, it.to_relieve(), it.is_ready()), (None, eur("0.00"), false));
    assert!(it.missing.contains(&Missing::Tax));
}

#[test]
fn a_plan_is_followed_dividend_by_dividend() {
    let mut world = sold();
    world.hears([notice("N-1", NoticeKind::Safeguard, "2025-06-02", "2025-06-12")]);
    let admitted = ActData {
        amount: Some(Stated(eur("10000.01"))),
        notice_id: Some("N-1".parse().unwrap()),
        ..act("A-0", ActKind::ClaimAdmitted, "2025-10-01")
    };
    let promised = [("2026-12-01", "33.3"), ("2027-12-01", "33.3"), ("2028-12-01", "33.4")];
    world
        .does(record(admitted))
        .does(record(plan("A-1", ActKind::InsolvencyPlanAdopted, "2025-12-01", &promised)))
        .hears(paid("P-1", "F-1", "3330.00", "2026-12-01"))
        .hears(paid("P-2", "F-1", "1000.00", "2027-12-01"));
    let plans = world.policy.plans(&world.collection, day("2027-12-11"));
    let [plan_now] = &plans[..] else { panic!("{plans:?}") };
    let told: Vec<_> = plan_now
        .dividends
        .iter()
        .map(|it| format!("{} {} of {} late {}", it.due_on, it.received, it.amount, it.days_late))
        .collect();
    assert_eq!(
        told,
        [
            "2026-12-01 3330.00 EUR of 3330.00 EUR late 0",
            "2027-12-01 1000.00 EUR of 3330.01 EUR late 10",
            "2028-12-01 0.00 EUR of 3340.00 EUR late 0",
        ]
    );
    assert_eq!((plan_now.waived, plan_now.ended.is_none()), (eur("0.00"), true));
    // The court gives it another year; then it is at its end.
    let later = [("2026-12-01", "33.3"), ("2028-12-01", "66.7")];
    world
        .does(record(plan("A-2", ActKind::InsolvencyPlanModified, "2027-12-20", &later)))
        .does(answers("A-3", ActKind::InsolvencyPlanCompleted, "2028-12-20", "N-1"));
    let plans = world.policy.plans(&world.collection, day("2027-12-31"));
    assert!(plans[0].dividends.iter().all(|it| it.days_late == 0), "{plans:?}");
    let plans = world.policy.plans(&world.collection, day("2028-12-31"));
    assert_eq!(plans[0].ended.as_ref().unwrap().kind, ActKind::InsolvencyPlanCompleted);
}

#[test]
fn a_plan_has_dividends_in_order_and_of_no_more_than_the_claim() {
    let adopted = |dividends: &[(&str, &str)]| {
        let it = plan("A-1", ActKind::InsolvencyPlanAdopted, "2025-12-01", dividends);
        record(it).check().map_err(|it| it.to_string())
    };
    assert_eq!(adopted(&[("2026-12-01", "50"), ("2027-12-01", "50")]), Ok(()));
    for wrong in [
        &[][..],
        &[("2026-12-01", "0")],
        &[("2026-12-01", "101")],
        &[("2026-12-01", "60"), ("2027-12-01", "41")],
        &[("2027-12-01", "10"), ("2026-12-01", "10")],
    ] {
        assert!(adopted(wrong).unwrap_err().contains("dividends"), "{wrong:?}");
    }
    let other = plan("A-1", ActKind::ClaimAdmitted, "2025-12-01", &[("2026-12-01", "50")]);
    assert!(record(other).check().is_err());
    let other = plan("A-1", ActKind::ClaimAdmitted, "2025-12-01", &[]);
    assert!(record(other).check().is_ok());
}

proptest! {
    /// However an invoice is paid after its customer was wound up, tax that was taken back less tax that
    /// is owed again is the tax in what is not paid; and a plan's dividends and what it waives are the
    /// claim.
    #[test]
    fn no_cent_of_tax_or_of_a_claim_is_lost(
        gross in 1_i64..10_000_000,
        rate in prop::sample::select(vec![21_i64, 55, 100, 200]),
        payments in prop::collection::vec(1_i64..40, 0..4),
        percents in prop::collection::vec(1_u32..200, 1..5),
    ) {
        let amount = |cents: i64| Money::new(cents, Currency::EUR).decimal().to_string();
        let tax = gross - gross * 1_000 / (1_000 + rate);
        let mut world = World::new(rules());
        world
            .hears([taxed("F-1", &amount(gross), &amount(tax))])
            .hears([notice("N-1", NoticeKind::Liquidation, "2025-06-02", "2025-06-12")]);
        let all = world.collection.tax_relief(day("2025-06-12"));
        let relieved = all.first().map_or(eur("0.00"), TaxLine::to_relieve);
        prop_assert_eq!(relieved.minor(), if tax == 0 { 0 } else { tax });
        if relieved.is_positive() {
            let taken = amount(relieved.minor());
            world.does(of_invoice("A-1", ActKind::TaxRelieved, "2025-06-20", Some(&taken)));
        }
        let mut open = gross;
        for (at, percent) in payments.iter().enumerate() {
            let cents = (gross * percent / 100).min(open);
            if cents > 0 {
                open -= cents;
                world.hears(paid(&format!("P-{at}"), "F-1", &amount(cents), "2025-07-01"));
            }
        }
        if let Some(it) = world.collection.tax_relief(day("2025-08-01")).first() {
            let still = tax * open;
            let still = (2 * still + gross) / (2 * gross);
            prop_assert_eq!(relieved.minor() - it.to_pay_back().minor(), still);
            prop_assert_eq!(it.lost.minor(), open);
        }

        let promised: Vec<_> = percents
            .iter()
            .enumerate()
            .map(|(at, tenths)| DividendData {
                due_date: day("2026-06-01") + chrono::Days::new(u64::try_from(at).unwrap() * 365),
                percent: Decimal::new(i64::from(*tenths), 1),
            })
            .collect();
        let it = ActData {
            dividends: promised,
            ..plan("A-9", ActKind::InsolvencyPlanAdopted, "2025-12-01", &[])
        };
        world.does(record(it));
        for plan in world.policy.plans(&world.collection, day("2026-01-01")) {
            let promised: i64 = plan.dividends.iter().map(|it| it.amount.minor()).sum();
            prop_assert_eq!(promised + plan.waived.minor(), plan.claim.minor());
            prop_assert!(!plan.waived.is_negative());
        }
    }
}

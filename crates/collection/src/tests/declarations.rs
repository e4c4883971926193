//! What is declared after a judgment, as an accountant would check it.

use std::collections::BTreeMap;

use decider::Decider as _;
use events::{
    collection::{ActKind, CollectionPolicy, RightKind},
    dunning::{self, DunningPolicy, InterestRules},
    invoicing::{self, TermsOfSale},
    risk::{self, Delivery, NoticeKind},
};
use money::{Currency, Money, Stated};
use proptest::prelude::*;

use super::world::*;
use crate::{
    ActData,
    insolvency::{Declaration, Ground, Title},
};

/// Interest by the French statute: 13.15 % in the first half of 2025.
fn bears_interest() -> dunning::Event {
    dunning::Event::DunningPolicyAdopted(Box::new(DunningPolicy {
        interest: Some(InterestRules {
            jurisdiction: word("FR"),
            basis: word("default"),
            rate: None,
        }),
        ..DunningPolicy::default()
    }))
}

pub(super) fn delivered(id: &str, order: Option<&str>, amount: &str, on: &str) -> risk::Event {
    risk::Event::DeliveryMade(Box::new(Delivery {
        delivery: id.parse().unwrap(),
        order: order.map(word),
        amount: eur(amount),
        delivered_on: day(on),
    }))
}

fn invoiced(delivery: &str, by: &str, on: &str) -> risk::Event {
    risk::Event::DeliveryInvoiced {
        delivery: delivery.parse().unwrap(),
        invoice: by.parse().unwrap(),
        invoiced_on: day(on),
    }
}

fn of_order(order: &str, it: invoicing::Event) -> invoicing::Event {
    let invoicing::Event::InvoiceIssued(mut it) = it else { panic!("{it:?}") };
    it.order = Some(word(order));
    invoicing::Event::InvoiceIssued(it)
}

fn declaration(world: &World, on: &str) -> Declaration {
    let notice = "N-1".parse().unwrap();
    world.policy.declaration(&world.collection, &notice, day(on)).unwrap()
}

/// What is declared, a line each.
#[track_caller]
fn declares(world: &World, on: &str, expected: &[&str]) -> Declaration {
    let declaration = declaration(world, on);
    let lines = declaration.lines.iter().map(|it| {
        let parts: Vec<_> = it
            .parts
            .iter()
            .map(|it| {
                let due = if it.was_due { "due" } else { "to fall due" };
                format!("{} {due} {}", it.amount.decimal(), it.due_on)
            })
            .collect();
        let mut line = format!("{}: {}", it.document.invoice, parts.join(", "));
        for (name, amount) in [("interest", it.interest_amount), ("fixed sum", it.fixed_sum)] {
            if !amount.is_zero() {
                line = format!("{line}, {name} {}", amount.decimal());
            }
        }
        line
    });
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    declaration
}

#[track_caller]
fn later(declaration: &Declaration, expected: &[&str]) {
    let lines = declaration.later.iter().map(|it| format!("{}: {}", it.invoice, it.open.decimal()));
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}

/// Judged on 1 April 2025: 10 000 were late for 59 days, 2 000 were to fall due.
fn judged() -> World {
    let mut world = World::new(rules());
    world
        .hears([bears_interest()])
        .hears([
            invoice("F-1", "10000.00", "2025-01-01", "2025-01-31"),
            invoice("F-2", "2000.00", "2025-03-20", "2025-04-30"),
            invoice("F-3", "500.00", "2025-04-02", "2025-05-02"),
        ])
        .hears([notice("N-1", NoticeKind::Receivership, "2025-04-01", "2025-04-10")]);
    world
}

#[test]
fn what_was_due_and_what_was_to_fall_due_is_declared_and_what_came_later_is_not() {
    let world = judged();
    let it = declares(
        &world,
        "2025-05-20",
        &[
            "F-1: 10000.00 due 2025-01-31, interest 212.56, fixed sum 40.00",
            "F-2: 2000.00 to fall due 2025-04-30",
        ],
    );
    later(&it, &["F-3: 500.00"]);
    let [sum] = it.sums()[..] else { panic!("{:?}", it.sums()) };
    assert_eq!((sum.due, sum.to_fall_due), (eur("10000.00"), eur("2000.00")));
    assert_eq!((sum.interest, sum.fixed_sums), (eur("212.56"), eur("40.00")));
    assert_eq!(sum.total, eur("12252.56"));
    let interest = it.lines[0].interest.as_ref().unwrap();
    assert_eq!(interest.until, day("2025-03-31"), "it ran to the eve of the judgment");
    assert_eq!(it.lines[0].born.ground, Ground::Issue);
}

#[test]
fn two_months_end_on_the_next_working_day_and_are_four_for_who_is_abroad() {
    for (abroad, published, last) in [
        (false, "2025-12-31", "2026-03-02"),
        (false, "2026-01-31", "2026-03-31"),
        (true, "2026-01-31", "2026-06-01"),
    ] {
        let mut world = World::new(CollectionPolicy { abroad, ..rules() });
        world.hears([invoice("F-1", "1000.00", "2025-11-03", "2025-12-03")]).hears([notice(
            "N-1",
            NoticeKind::Safeguard,
            "2025-12-20",
            published,
        )]);
        let it = declaration(&world, last);
        assert_eq!(it.deadline.as_ref().unwrap().0, day(last));
        // On that day it is in time, and the last day is not one too late.
        world
            .does(answers("A-1", ActKind::ClaimDeclared, last, "N-1"))
            .rights(last, &[&format!("claim_filing N-1: {last}, kept by A-1")]);
        assert_eq!(declaration(&world, last).acts.len(), 1);
    }
}

#[test]
fn a_claim_is_born_when_it_is_delivered_whenever_it_is_invoiced() {
    let mut world = World::new(rules());
    world
        // Delivered before, invoiced after.
        .hears([delivered("D-1", None, "300.00", "2025-03-28")])
        .hears([invoice("F-1", "300.00", "2025-04-03", "2025-05-03")])
        .hears([invoiced("D-1", "F-1", "2025-04-03")])
        // Invoiced before, delivered on both sides: 600 and 400 of 1000.
        .hears([
            delivered("D-2", Some("O-2"), "600.00", "2025-03-20"),
            delivered("D-3", Some("O-2"), "400.00", "2025-04-02"),
        ])
        .hears([invoice("F-2", "1000.00", "2025-03-25", "2025-04-24")])
        .hears([invoiced("D-2", "F-2", "2025-03-25"), invoiced("D-3", "F-2", "2025-03-25")])
        // Delivered before, and nobody has invoiced it.
        .hears([delivered("D-4", None, "50.00", "2025-03-31")])
        // Its order was delivered after it.
        .hears([delivered("D-5", Some("O-5"), "80.00", "2025-04-08")])
        .hears([of_order("O-5", invoice("F-5", "80.00", "2025-03-30", "2025-04-29"))])
        .hears([notice("N-1", NoticeKind::Receivership, "2025-04-01", "2025-04-10")]);
    let it = declares(
        &world,
        "2025-05-20",
        &["F-2: 600.00 to fall due 2025-04-24", "F-1: 300.00 to fall due 2025-05-03"],
    );
    later(&it, &["F-2: 400.00", "F-5: 80.00"]);
    assert!(it.lines.iter().all(|it| it.born.ground == Ground::Delivery));
    assert_eq!(it.uninvoiced.len(), 1);
    assert_eq!(it.sums()[0].total, eur("950.00"));
    // So does the right to declare it count.
    world.on(
        "2025-05-20",
        &["case-1 insolvency: F-1, F-2", "claim_filing N-1 at risk until 2025-06-10: 1300.00 EUR"],
    );
}

#[test]
fn a_payment_that_becomes_known_too_late_and_one_that_bounces_change_what_is_declared() {
    let mut world = judged();
    world.hears(paid("P-1", "F-2", "500.00", "2025-03-25"));
    let before = declares(
        &world,
        "2025-05-20",
        &[
            "F-1: 10000.00 due 2025-01-31, interest 212.56, fixed sum 40.00",
            "F-2: 1500.00 to fall due 2025-04-30",
        ],
    );
    let total = Some(Stated(eur("11752.56")));
    let act = act("A-1", ActKind::ClaimDeclared, "2025-05-20");
    let notice_id = Some("N-1".parse().unwrap());
    world.does(record(ActData { amount: total, notice_id, ..act }));
    // The bank says later that 3 000 had come in February, and that 500 did not stay.
    world.hears(paid("P-2", "F-1", "3000.00", "2025-02-28")).hears(bounced("P-1", "2025-05-26"));
    let after = declares(
        &world,
        "2025-05-30",
        &[
            "F-1: 7000.00 due 2025-01-31, interest 179.06, fixed sum 40.00",
            "F-2: 2000.00 to fall due 2025-04-30",
        ],
    );
    assert_eq!(after.declared(), [eur("11752.56")]);
    let told: Vec<_> = after
        .differences(&before)
        .iter()
        .map(|it| format!("{:?} {} {} {}", it.item, it.declared, it.is, it.change()))
        .collect();
    assert_eq!(
        told,
        [
            "Invoice(F-1) 10252.56 EUR 7219.06 EUR -3033.50 EUR",
            "Invoice(F-2) 1500.00 EUR 2000.00 EUR 500.00 EUR",
        ]
    );
    assert_eq!(after.differences(&after), []);
}

#[test]
fn what_is_paid_after_the_judgment_changes_nothing_of_what_is_declared() {
    let mut world = judged();
    let before = declaration(&world, "2025-05-20");
    world.hears(paid("P-1", "F-1", "4000.00", "2025-04-01"));
    let after = declaration(&world, "2025-05-20");
    assert_eq!(after.differences(&before), []);
    assert_eq!(after.lines[0].less_since, eur("4000.00"));
}

#[test]
fn interest_goes_on_only_where_payment_was_put_off_for_a_year() {
    let mut world = judged();
    world.hears([invoice("F-4", "100.00", "2024-06-01", "2025-06-01")]);
    let it = declaration(&world, "2025-05-20");
    let goes_on: Vec<_> =
        it.lines.iter().map(|it| (it.document.invoice.as_str(), it.interest_goes_on)).collect();
    assert_eq!(goes_on, [("F-1", false), ("F-2", false), ("F-4", true)]);
}

#[test]
fn money_that_met_no_invoice_stands_beside_and_is_not_deducted() {
    let mut world = judged();
    let unallocated = paid("P-1", "F-1", "700.00", "2025-03-01");
    world.hears(unallocated.into_iter().take(1));
    let it = declaration(&world, "2025-05-20");
    assert_eq!(it.sums()[0].total, eur("12252.56"));
    let [offset] = &it.offsets[..] else { panic!("{:?}", it.offsets) };
    assert_eq!((offset.amount, &offset.connected_by), (eur("700.00"), &None));
}

#[test]
fn interest_is_declared_at_the_rate_that_the_terms_of_an_invoice_state() {
    let terms = |version: &str, rate: &str| {
        let told = format!(
            r#"{{"TermsRegistered":{{"version":"{version}","document_hash":"ab12","from":"2025-01-01",
            "reservation_of_title":false,"acceleration":false,"penalty_rate":"{rate}","jurisdiction":"FR"}}}}"#
        );
        serde_json::from_str::<invoicing::Event>(&told).unwrap()
    };
    let under = |version: &str, id: &str| {
        let it = invoice(id, "10000.00", "2025-01-01", "2025-01-31");
        let invoicing::Event::InvoiceIssued(mut it) = it else { panic!("{it:?}") };
        it.terms_version = Some(word(version));
        invoicing::Event::InvoiceIssued(it)
    };
    let mut world = World::new(rules());
    world
        .hears([bears_interest()])
        .hears([terms("CGV-1", "15"), terms("CGV-2", "10")])
        .hears([under("CGV-1", "F-1"), under("CGV-2", "F-2")])
        .hears([notice("N-1", NoticeKind::Receivership, "2025-04-01", "2025-04-10")]);
    declares(
        &world,
        "2025-05-20",
        &[
            // 10,000 x 15 % x 59 / 365.
            "F-1: 10000.00 due 2025-01-31, interest 242.47, fixed sum 40.00",
            // 10 % is raised to three times the legal rate: 10,000 x 11.13 % x 59 / 365.
            "F-2: 10000.00 due 2025-01-31, interest 179.91, fixed sum 40.00",
        ],
    );
    let told = declaration(&world, "2025-05-20");
    let each = told.lines.iter().filter_map(|it| it.interest.as_ref());
    let each = each.map(|it| (it.regime.code(), it.lines[0].rows.len(), it.warnings.len()));
    assert_eq!(each.collect::<Vec<_>>(), [("FR_TERMS", 0, 0), ("FR_TERMS", 2, 1)]);
}

#[test]
fn goods_stay_the_sellers_by_the_terms_of_the_invoice_or_else_by_the_rules() {
    let terms = |version: &str, reserved| {
        invoicing::Event::TermsRegistered(Box::new(TermsOfSale {
            version: word(version),
            document_hash: word("ab12"),
            from: day("2025-01-01"),
            reservation_of_title: reserved,
            acceleration: false,
            penalty_rate: None,
            jurisdiction: None,
            excludes_assignment: false,
        }))
    };
    let under = |version: &str, it: invoicing::Event| {
        let invoicing::Event::InvoiceIssued(mut it) = it else { panic!("{it:?}") };
        it.terms_version = Some(word(version));
        invoicing::Event::InvoiceIssued(it)
    };
    let mut world = World::new(CollectionPolicy { title_reserved: true, ..rules() });
    world
        .hears([terms("with", true), terms("without", false)])
        .hears([
            under("with", invoice("F-1", "10.00", "2025-03-01", "2025-03-31")),
            under("without", invoice("F-2", "10.00", "2025-03-01", "2025-03-31")),
            invoice("F-3", "10.00", "2025-03-01", "2025-03-31"),
        ])
        .hears([notice("N-1", NoticeKind::Liquidation, "2025-04-01", "2025-04-10")]);
    let it = declaration(&world, "2025-05-20");
    let titles: Vec<_> = it.lines.into_iter().map(|it| it.title).collect();
    assert_eq!(titles, [Some(Title::Terms(word("with"), word("ab12"))), None, Some(Title::Rules)]);
}

/// The tenant's own terms were never agreed with this customer by name, and its rules say nothing.
#[test]
fn goods_stay_the_sellers_by_the_tenants_own_terms_and_only_these_are_claimed_back() {
    let mut world = World::new(rules());
    let own = invoicing::Event::TermsRegistered(Box::new(TermsOfSale {
        version: word("CGV-1"),
        document_hash: word("ab12"),
        from: day("2025-01-01"),
        reservation_of_title: true,
        acceleration: false,
        penalty_rate: None,
        jurisdiction: None,
        excludes_assignment: false,
    }));
    world.policy.adopt(&own.into());
    let invoicing::Event::InvoiceIssued(mut under) =
        invoice("F-1", "10.00", "2025-03-01", "2025-03-31")
    else {
        panic!("another event")
    };
    under.terms_version = Some(word("CGV-1"));
    world
        .hears([
            invoicing::Event::InvoiceIssued(under),
            invoice("F-2", "20.00", "2025-03-01", "2025-03-31"),
        ])
        .hears([notice("N-1", NoticeKind::Liquidation, "2025-04-01", "2025-04-10")]);
    let it = declaration(&world, "2025-05-20");
    let titles: Vec<_> = it.lines.into_iter().map(|it| it.title).collect();
    assert_eq!(titles, [Some(Title::Terms(word("CGV-1"), word("ab12"))), None]);
    let rights = world.policy.rights(&world.collection, day("2025-05-20"));
    let claim = rights.iter().find(|it| it.kind == RightKind::TitleClaim).unwrap();
    assert_eq!((claim.deadline, &claim.stake[..]), (Some(day("2025-07-10")), &[eur("10.00")][..]));
}

#[test]
fn when_receivership_becomes_liquidation_what_was_declared_stays_so_and_what_arose_between_is_new()
{
    let mut world = judged();
    world.does(answers("A-1", ActKind::ClaimDeclared, "2025-05-20", "N-1")).hears([notice(
        "N-2",
        NoticeKind::Liquidation,
        "2025-07-01",
        "2025-07-10",
    )]);
    let second = "N-2".parse().unwrap();
    let it = world.policy.declaration(&world.collection, &second, day("2025-07-20")).unwrap();
    let lines: Vec<_> = it.lines.iter().map(|it| it.document.invoice.as_str()).collect();
    assert_eq!(lines, ["F-3"]);
    let earlier: Vec<_> =
        it.earlier.iter().map(|it| (it.invoice.as_str(), it.notice.as_str())).collect();
    assert_eq!(earlier, [("F-1", "N-1"), ("F-2", "N-1")]);
    // After the end of a procedure another one asks for everything anew.
    world.hears([notice("N-3", NoticeKind::Closed, "2025-09-01", "2025-09-10")]).hears([notice(
        "N-4",
        NoticeKind::Liquidation,
        "2025-11-03",
        "2025-11-10",
    )]);
    let fourth = "N-4".parse().unwrap();
    let it = world.policy.declaration(&world.collection, &fourth, day("2025-11-20")).unwrap();
    assert_eq!((it.lines.len(), it.earlier.len()), (3, 0));
}

#[test]
fn nothing_is_declared_after_a_notice_that_opens_nothing() {
    let mut world = judged();
    world.hears([notice("N-2", NoticeKind::AccountsNotFiled, "2025-04-01", "2025-04-10")]);
    for notice in ["N-2", "N-9"] {
        let notice = notice.parse().unwrap();
        let it = world.policy.declaration(&world.collection, &notice, day("2025-05-20"));
        assert_eq!(it, None);
    }
}

#[derive(Debug, Clone)]
struct Sold {
    cents: i64,
    /// Days from the beginning of 2025.
    issued: u64,
    delivered: Option<(u64, u64)>,
    paid: Vec<(u8, u64)>,
}

fn sold() -> impl Strategy<Value = Sold> {
    let delivered = proptest::option::of((0_u64..180, 0_u64..180));
    let paid = prop::collection::vec((1_u8..60, 0_u64..200), 0..3);
    (1_i64..1_000_000, 0_u64..180, delivered, paid)
        .prop_map(|(cents, issued, delivered, paid)| Sold { cents, issued, delivered, paid })
}

proptest! {
    /// What is declared, less what came since, what was born later and what was declared before are
    /// together what is open in the books.
    #[test]
    fn both_sides_of_a_judgment_are_what_is_open(
        all in prop::collection::vec(sold(), 1..8),
        judged in 1_u64..180,
        asked in 0_u64..60,
        declared in any::<bool>(),
    ) {
        let on = |days: u64| (day("2025-01-01") + chrono::Days::new(days)).to_string();
        let amount = |cents: i64| Money::new(cents, Currency::EUR).decimal().to_string();
        let mut world = World::new(rules());
        world.hears([bears_interest()]);
        for (at, it) in all.iter().enumerate() {
            let id = format!("F-{at}");
            world.hears([invoice(&id, &amount(it.cents), &on(it.issued), &on(it.issued + 30))]);
            if let Some((first, second)) = it.delivered {
                for (part, days) in [(1, first), (2, second)] {
                    let delivery = format!("D-{at}-{part}");
                    let share = amount((it.cents / 3 * part).max(1));
                    world.hears([delivered(&delivery, None, &share, &on(days))]);
                    world.hears([invoiced(&delivery, &id, &on(it.issued))]);
                }
            }
            let mut left = it.cents;
            for (place, (percent, days)) in it.paid.iter().enumerate() {
                let cents = (it.cents * i64::from(*percent) / 100).clamp(0, left);
                if cents > 0 {
                    left -= cents;
                    world.hears(paid(&format!("P-{at}-{place}"), &id, &amount(cents), &on(*days)));
                }
            }
        }
        let first = judged / 2;
        world.hears([notice("N-0", NoticeKind::Receivership, &on(first), &on(first + 1))]);
        if declared {
            world.does(answers("A-0", ActKind::ClaimDeclared, &on(first + 2), "N-0"));
        }
        world.hears([notice("N-1", NoticeKind::Liquidation, &on(judged), &on(judged + 5))]);
        let today = on(judged + asked);
        let it = declaration(&world, &today);
        let declares = it.lines.iter().map(|it| it.principal.minor() - it.less_since.minor());
        let later = it.later.iter().map(|it| it.open.minor());
        let earlier = it.earlier.iter().map(|it| it.open.minor());
        let sides: i64 = declares.chain(later).chain(earlier).sum();
        let account = world.collection.dunning().risk().account();
        let open: i64 = account.owed_on(day(&today)).items.iter().map(|it| it.open.minor()).sum();
        prop_assert_eq!(sides, open);
        let mut parts = BTreeMap::new();
        for it in &it.lines {
            let sum: i64 = it.parts.iter().map(|it| it.amount.minor()).sum();
            prop_assert_eq!(sum, it.principal.minor());
            prop_assert!(!it.less_since.is_negative());
            prop_assert!(parts.insert(&it.document.invoice, sum).is_none(), "once each");
        }
        let sums: i64 = it.sums().iter().map(|it| it.total.minor()).sum();
        let lines: i64 = it.lines.iter().map(|it| it.total().minor()).sum();
        prop_assert_eq!(sums, lines);
    }
}

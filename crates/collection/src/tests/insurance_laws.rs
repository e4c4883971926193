//! What holds of every insured customer.

use std::collections::BTreeMap;

use events::{
    collection::{ClaimCause, CollectionPolicy, InsuranceRules, Span},
    invoicing,
    risk::{self, Cover, CoverKind},
};
use money::{Currency, Money, Stated};
use proptest::prelude::*;

use super::world::*;
use crate::{ClaimData, Command, IndemnityData, InvoiceAmount, view::Falls};

fn cents(minor: i64, currency: Currency) -> Money {
    Money::new(minor, currency)
}

fn currency(of: bool) -> Currency {
    if of { Currency::EUR } else { Currency::USD }
}

/// An invoice: cents, tax percent, days of issue and of terms, contested cents, currency.
type Issued = (i64, u8, u16, u16, i64, bool);

fn issued() -> impl Strategy<Value = Issued> {
    (1_i64..500_000, 0_u8..30, 0_u16..200, 0_u16..120, 0_i64..100_000, prop::bool::weighted(0.9))
}

/// A cover: cents, quota in thousandths, layer, first day.
type Granted = (i64, u16, u16);

fn granted() -> impl Strategy<Value = Vec<Granted>> {
    prop::collection::vec((1_i64..800_000, 1_u16..=1_000, 0_u16..150), 0..4)
}

fn on(days: u16) -> chrono::NaiveDate {
    day("2026-01-01") + chrono::Days::new(days.into())
}

fn facts(all: &[Issued]) -> Vec<Vec<invoicing::Event>> {
    let facts = all.iter().enumerate().map(|(n, (minor, tax, issued, terms, disputed, euros))| {
        let gross = cents(*minor, currency(*euros));
        let id = format!("F-{n}");
        let mut all = vec![invoicing::Event::InvoiceIssued(Box::new(invoicing::Invoice {
            invoice: id.parse().unwrap(),
            number: None,
            issued_on: on(*issued),
            due_on: on(issued + terms),
            terms: None,
            terms_version: None,
            gross,
            tax: (*tax > 0).then(|| cents(minor * i64::from(*tax) / 100, gross.currency())),
            order: None,
            contract: None,
            site: None,
        }))];
        if *disputed > 0 {
            all.push(invoicing::Event::DisputeOpened(Box::new(invoicing::Dispute {
                dispute: format!("D-{n}").parse().unwrap(),
                invoice: id.parse().unwrap(),
                amount: cents((*disputed).min(*minor), gross.currency()),
                reason: invoicing::DisputeReason::Price,
                opened_on: on(*issued),
                owner: None,
            })));
        }
        all
    });
    facts.collect()
}

fn covers(all: &[Granted]) -> Vec<risk::Event> {
    let covers = all.iter().zip(1_u8..).map(|((minor, quota, from), layer)| {
        risk::Event::CoverGranted(Box::new(Cover {
            cover: format!("CV-{layer}").parse().unwrap(),
            insurer: word("insurer 1"),
            policy: word(if layer == 2 { "POL-2" } else { "POL-1" }),
            kind: CoverKind::Named,
            amount: cents(*minor, Currency::EUR),
            quota: rust_decimal::Decimal::new((*quota).into(), 3),
            layer,
            holds_from: on(*from),
            holds_until: None,
        }))
    });
    covers.collect()
}

fn insured() -> CollectionPolicy {
    let first = InsuranceRules { net_of_vat: true, ..insurance(Span::Days(60)) };
    let second = InsuranceRules {
        policy: word("POL-2"),
        terms_max_days: Some(90),
        declaration_minimum: Some(eur("500.00")),
        ..insurance(Span::Days(90))
    };
    CollectionPolicy { insurances: vec![first, second], ..rules() }
}

proptest! {
    /// Nothing is invented and nothing lost; no limit is passed; no quota pays more than its part.
    #[test]
    fn indemnity_and_what_the_tenant_bears_are_what_is_open(
        invoices in prop::collection::vec(issued(), 0..12),
        granted in granted(),
        until in 0_u16..400,
    ) {
        let mut world = World::new(insured());
        world.hears(covers(&granted));
        for it in facts(&invoices) {
            world.hears(it);
        }
        let view = world.policy.indemnity(&world.collection, on(until));
        let owed = world.collection.dunning().risk().account().owed_on(on(until));
        let mut open = BTreeMap::<Currency, i64>::new();
        for it in &owed.items {
            *open.entry(it.open.currency()).or_default() += it.open.minor();
        }
        let mut by_cover = BTreeMap::<_, (i64, i64)>::new();
        for line in &view.lines {
            let parts: i64 = line.parts.iter().map(|it| it.amount.minor()).sum();
            prop_assert_eq!(parts, line.open.minor());
            for it in &line.parts {
                prop_assert!(it.amount.is_positive());
                if let Falls::Covered { cover, indemnity, .. } = &it.falls {
                    let sums = by_cover.entry(cover.clone()).or_default();
                    sums.0 += it.amount.minor();
                    sums.1 += indemnity.minor();
                    prop_assert!(indemnity.minor() >= 0 && indemnity.minor() <= it.amount.minor() + 1);
                }
            }
        }
        for ((minor, quota, _), layer) in granted.iter().zip(1_u8..) {
            let id: events::CoverId = format!("CV-{layer}").parse().unwrap();
            let (covered, paid) = by_cover.get(&id).copied().unwrap_or_default();
            prop_assert!(covered <= *minor, "{} of {}", covered, minor);
            prop_assert_eq!(paid, covered * i64::from(*quota) / 1_000);
        }
        for sum in &view.sums {
            let currency = sum.open.currency();
            prop_assert_eq!(sum.open.minor(), open.remove(&currency).unwrap_or_default());
            prop_assert_eq!(sum.open, sum.indemnity.plus(sum.self_insured).unwrap());
            let own = [sum.quota_share, sum.over_limit, sum.excluded];
            prop_assert_eq!(sum.self_insured, Money::sum(currency, own).unwrap());
            prop_assert_eq!(sum.covered, sum.indemnity.plus(sum.quota_share).unwrap());
        }
        prop_assert!(open.is_empty(), "{:?}", open);
    }

    /// The order in which facts arrive changes nothing.
    #[test]
    fn the_order_of_facts_does_not_matter(
        invoices in prop::collection::vec(issued(), 0..8),
        granted in granted(),
        seed in any::<u64>(),
    ) {
        let mut one = World::new(insured());
        one.hears(covers(&granted));
        let all = facts(&invoices);
        for it in all.clone() {
            one.hears(it);
        }
        let mut other = World::new(insured());
        let mut shuffled = all;
        let length = shuffled.len().max(1);
        shuffled.rotate_left(usize::try_from(seed).unwrap_or(0) % length);
        if seed % 2 == 0 {
            shuffled.reverse();
        }
        for it in shuffled {
            other.hears(it);
        }
        let mut late = covers(&granted);
        late.reverse();
        other.hears(late);
        let view = |world: &World| world.policy.indemnity(&world.collection, on(300));
        prop_assert_eq!(view(&one), view(&other));
    }

    /// Shares add up to what was received, to the cent, whatever was reversed; the insurer never gets
    /// more back than it paid, and computed anew they are the same.
    #[test]
    fn shares_add_up_to_what_was_received(
        gross in prop::collection::vec(1_i64..90_000, 1..5),
        claimed in 1_i64..=100,
        percent in 1_i64..=100,
        payments in prop::collection::vec((1_i64..60_000, 0_u16..60, prop::bool::weighted(0.2)), 0..12),
    ) {
        let mut world = World::new(insured());
        world.hears(covers(&[(10_000_000, 900, 0)]));
        let issued: Vec<Issued> = gross.iter().zip(0_u16..).map(|(it, n)| (*it, 0, n, 10, 0, true)).collect();
        for it in facts(&issued) {
            world.hears(it);
        }
        let lines = gross.iter().enumerate().map(|(n, it)| InvoiceAmount {
            invoice_id: format!("F-{n}").parse().unwrap(),
            amount: Stated(cents((it * claimed / 100).max(1), Currency::EUR)),
        });
        let lines: Vec<_> = lines.collect();
        let loss: i64 = lines.iter().map(|it| it.amount.0.minor()).sum();
        world.does(Command::LodgeInsuranceClaim(Box::new(ClaimData {
            customer_id: "C-1".parse().unwrap(),
            claim_id: "IC-1".parse().unwrap(),
            cover_id: "CV-1".parse().unwrap(),
            cause: ClaimCause::ProtractedDefault,
            lodge_date: on(30),
            lines,
            proof: None,
            lodged_by: "desk-1".parse().unwrap(),
        })));
        let indemnity = (loss * percent / 100).max(1);
        world.does(Command::RecordIndemnity(Box::new(IndemnityData {
            customer_id: "C-1".parse().unwrap(),
            claim_id: "IC-1".parse().unwrap(),
            number: word("IND-1"),
            pay_date: on(100),
            amount: Stated(cents(indemnity, Currency::EUR)),
            payment_id: None,
            recorded_by: "desk-1".parse().unwrap(),
        })));
        let mut stayed = 0;
        for (n, (minor, after, reversed)) in payments.iter().enumerate() {
            let id = format!("P-{n}");
            world.hears([invoicing::Event::PaymentReceived(Box::new(invoicing::Payment {
                payment: id.parse().unwrap(),
                amount: cents(*minor, Currency::EUR),
                value_date: on(101 + after),
                method: invoicing::PaymentMethod::Transfer,
                designation: Vec::new(),
                references: Vec::new(),
                deposit: None,
            }))]);
            if *reversed {
                world.hears(bounced(&id, &on(200).to_string()));
            } else {
                stayed += minor;
            }
        }
        let view = || world.policy.insurance_claims(&world.collection, on(300)).remove(0);
        let it = view().recovery.unwrap();
        prop_assert_eq!(&it, &view().recovery.unwrap());
        let sum = |pick: fn(&crate::view::SharedReceipt) -> Money| -> i64 {
            it.receipts.iter().map(|it| pick(it).minor()).sum()
        };
        prop_assert_eq!(it.loss.minor(), loss);
        prop_assert_eq!(sum(|it| it.amount), it.received.minor());
        prop_assert_eq!(sum(|it| it.insurer), it.insurer.minor());
        prop_assert_eq!(sum(|it| it.insured), it.insured.minor());
        prop_assert_eq!(it.received, it.insurer.plus(it.insured).unwrap());
        prop_assert!(it.insurer.minor() <= indemnity);
        prop_assert!(it.received.minor() <= loss.min(stayed));
        // Once all that was owed has come, all of the loss has.
        if stayed >= gross.iter().sum::<i64>() {
            prop_assert_eq!((it.received.minor(), it.insurer.minor()), (loss, indemnity));
        }
        for it in &it.receipts {
            prop_assert!(it.insurer.minor() >= 0 && it.insured.minor() >= 0);
        }
    }
}

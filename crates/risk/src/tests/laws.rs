//! What holds whatever happens.

use chrono::{Days, NaiveDate};
use decider::{Decider as _, Fold as _, Process as _, laws};
use events::risk::{CreditPolicy, Event};
use money::{Money, Stated};
use proptest::prelude::*;

use super::{
    inputs::{amount, cover, delivery, notice, said},
    stories::{day, eur, invoice, limit, order, paid, policy, rules},
};
use crate::{Command, Fact, InputKind, Kind, Policy, Risk};

#[derive(Debug, Clone)]
pub(super) enum Happens {
    /// Perhaps to be delivered so many days later.
    Order(u8, u32, Option<u8>),
    Limit(u8, u32, u8, Option<u8>),
    Invoice(u32, u8, Option<u8>),
    Paid(u8),
    Delivery(u8, u32, Option<u8>),
    Cover(u8, u8, u32, u8),
    /// Anything else that is said, by its number.
    Said(u8, u8),
    Day,
}

pub(super) fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => (0..6_u8, 1..20_000_u32, prop::option::of(0..60_u8))
            .prop_map(|(id, amount, later)| Happens::Order(id, amount, later)),
        2 => (0..6_u8, 1..9_000_u32, prop::option::of(0..6_u8))
            .prop_map(|(id, amount, order)| Happens::Delivery(id, amount, order)),
        2 => (0..4_u8, 1..4_u8, 1..20_000_u32, 0..60_u8)
            .prop_map(|(id, layer, amount, from)| Happens::Cover(id, layer, amount, from)),
        3 => (0..10_u8, 0..4_u8).prop_map(|(what, id)| Happens::Said(what, id)),
        2 => (0..5_u8, 0..30_000_u32, 0..60_u8, prop::option::of(0..60_u8))
            .prop_map(|(id, amount, from, days)| Happens::Limit(id, amount, from, days)),
        3 => (1..10_000_u32, 0..90_u8, prop::option::of(0..6_u8))
            .prop_map(|(amount, due, order)| Happens::Invoice(amount, due, order)),
        2 => (0..8_u8).prop_map(Happens::Paid),
        3 => Just(Happens::Day),
    ]
}

fn text(date: NaiveDate) -> String {
    date.to_string()
}

/// Hears a fact that stands in the entry after so many others.
fn told(risk: &mut Risk, others: usize, fact: &Fact) {
    risk.stands_in(u64::try_from(others + 1).ok());
    risk.evolve(fact);
    risk.stands_in(None);
}

/// The state after these facts, an entry each.
pub(super) fn retold(facts: &[Fact]) -> Risk {
    let mut risk = Risk::default();
    facts.iter().enumerate().for_each(|(others, fact)| told(&mut risk, others, fact));
    risk
}

/// Lives through it, and says everything that was said, in order.
pub(super) fn live(policy: &Policy, happenings: &[Happens]) -> (Risk, Vec<Fact>, NaiveDate) {
    let (mut risk, mut said, mut today) = (Risk::default(), Vec::<Fact>::new(), day("2026-01-05"));
    let hear = |risk: &mut Risk, said: &mut Vec<Fact>, fact: Fact| {
        told(risk, said.len(), &fact);
        risk.check().unwrap();
        said.push(fact);
    };
    for (n, it) in happenings.iter().enumerate() {
        let later = |days: u8| text(today + Days::new(days.into()));
        let command = match it {
            Happens::Order(id, amount, at) => {
                let asked = order(&format!("PO-{id}"), &format!("{amount}.00 EUR"), &text(today));
                let Command::CheckOrder(mut asked) = asked else { unreachable!("an order") };
                asked.delivery_date = at.map(|it| day(&later(it)));
                Some(Command::CheckOrder(asked))
            }
            Happens::Delivery(id, amount, ordered) => {
                let ordered = ordered.map(|it| format!("PO-{it}"));
                Some(delivery(&format!("D-{id}"), ordered.as_deref(), &format!("{amount}.00")))
            }
            Happens::Cover(id, nth, amount, from) => {
                let (id, amount) = (format!("CV-{id}"), format!("{amount}.00"));
                Some(cover(&id, *nth, &amount, "0.9", &later(*from)))
            }
            Happens::Said(what, id) => Some(anything(*what, *id, &text(today))),
            Happens::Limit(id, amount, from, days) => {
                let until = days.map(|it| later(from.saturating_add(it)));
                let amount = format!("{amount}.00");
                Some(limit(&format!("L-{id}"), &amount, &later(*from), until.as_deref()))
            }
            Happens::Invoice(amount, due, ordered) => {
                let ordered = ordered.map(|it| format!("PO-{it}"));
                let (id, gross) = (format!("F-{n}"), format!("{amount}.00 EUR"));
                let fact = invoice(&id, &gross, &later(*due), ordered.as_deref());
                hear(&mut risk, &mut said, fact.into());
                None
            }
            Happens::Paid(place) => {
                let open = risk.account.owed().items;
                let some =
                    open.get(usize::from(*place)).map(|it| (it.invoice.to_string(), it.open));
                if let Some((id, open)) = some {
                    let amount = open.decimal().to_string();
                    for fact in paid(&format!("P-{n}"), &id, &amount, &text(today)) {
                        hear(&mut risk, &mut said, fact.into());
                    }
                }
                None
            }
            Happens::Day => {
                today = today + Days::new(1 + u64::try_from(n % 9).unwrap());
                None
            }
        };
        // Refused commands change nothing.
        let events = command.map(|it| policy.decide(&risk, it)).and_then(Result::ok);
        for event in events.unwrap_or_default() {
            hear(&mut risk, &mut said, event.into());
        }
        while let Some(step) = policy.step(&risk, today) {
            for event in policy.decide(&risk, step).unwrap() {
                hear(&mut risk, &mut said, event.into());
            }
        }
    }
    (risk, said, today)
}

/// Something that is said of the customer.
fn anything(what: u8, id: u8, today: &str) -> Command {
    let euros = amount(&format!("{}.00", 1_000 - u32::from(id)));
    let (kind, data) = match what {
        0 => (
            InputKind::RecordRating,
            format!(
                r#""rating_id":"R-{id}","agency":"a","scale":"altares","raw":"{id}","as_of_date":"{today}","receive_date":"{today}""#
            ),
        ),
        1 => (
            InputKind::FileStatement,
            format!(
                r#""statement_id":"S-{id}","closing_date":"{today}","source":"x","figures":{{"cash":{euros}}}"#
            ),
        ),
        2 => (
            InputKind::GiveOpinion,
            format!(
                r#""opinion_id":"O-{id}","points":{id},"author":"a","reason":"r","opinion_date":"{today}","valid_until":"{today}""#
            ),
        ),
        3 => return notice(&format!("N-{id}"), "receivership", today),
        4 => {
            (InputKind::CloseDelivery, format!(r#""delivery_id":"D-{id}","close_date":"{today}""#))
        }
        5 => (
            InputKind::ReduceCover,
            format!(r#""cover_id":"CV-{id}","amount":{euros},"reduce_date":"{today}""#),
        ),
        // Every other look finds nothing, and two sources look.
        7 | 8 => {
            let finds = ["", r#"{"finding":"domain_young"}"#, "", r#"{"finding":"name_mismatch"}"#];
            let found = finds[usize::from(id) % 4];
            (
                InputKind::RecordIdentity,
                format!(
                    r#""check_id":"IC-{today}-{what}-{id}","check_date":"{today}","source":"source {what}","findings":[{found}]"#
                ),
            )
        }
        6 => (InputKind::JoinGroup, format!(r#""parent_id":"C-1{id}","valid_from":"{today}""#)),
        _ => {
            (InputKind::WithdrawCover, format!(r#""cover_id":"CV-{id}","withdraw_date":"{today}""#))
        }
    };
    said(kind, &data)
}

pub(super) fn strict() -> CreditPolicy {
    CreditPolicy {
        one_person_grants_up_to: Some(eur("100000.00")),
        overdue_amount_max: Some(eur("5000.00")),
        overdue_days_max: Some(10),
        orders_horizon_days: Some(20),
        ..rules()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn it_wakes_honestly_and_falls_quiet(happenings in prop::collection::vec(happens(), 1..60)) {
        let policy = policy(strict());
        let (risk, _, today) = live(&policy, &happenings);
        laws::wakes_honestly(&policy, &risk, today, 120);
        laws::falls_quiet(&policy, &risk, today + Days::new(120), 50);
    }

    #[test]
    fn what_is_accepted_without_an_exception_was_within_the_limit(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let policy = policy(strict());
        let (_, said, _) = live(&policy, &happenings);
        let mut risk = Risk::default();
        for fact in &said {
            risk.evolve(fact);
            if let Fact::Risk(Event::OrderAccepted(it)) = fact {
                let exposure = policy.exposure(&risk, it.accepted_on).unwrap();
                prop_assert!(!exposure.headroom.unwrap().is_negative(), "{exposure:?}");
            }
        }
    }

    #[test]
    fn buckets_are_the_total_and_a_snapshot_is_the_state(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let policy = policy(strict());
        let (risk, said, today) = live(&policy, &happenings);
        let it = policy.exposure(&risk, today).unwrap();
        let sum = |amounts: &[Money]| amounts.iter().map(|it| it.minor()).sum::<i64>();
        let against = sum(&[it.unallocated, it.deposits]);
        let total = sum(&[it.not_due, it.overdue, it.orders, it.deliveries]) - against;
        prop_assert!(it.insured.minor() <= sum(&[it.not_due, it.overdue]));
        prop_assert_eq!(it.total.minor(), total.max(0));
        let written = postcard::to_stdvec(&risk).unwrap();
        prop_assert_eq!(&postcard::from_bytes::<Risk>(&written).unwrap(), &risk);
        prop_assert_eq!(retold(&said), risk);
    }

    #[test]
    fn what_invoicing_says_and_what_risk_says_may_be_heard_in_any_order_between_them(
        happenings in prop::collection::vec(happens(), 1..60),
        order in prop::collection::vec(any::<bool>(), 0..120),
    ) {
        let (_, said, _) = live(&policy(strict()), &happenings);
        let (heard, own): (Vec<_>, Vec<_>) =
            said.into_iter().partition(|it| matches!(it, Fact::Invoicing(_)));
        laws::commutes::<Risk>(&heard, &own, &order);
    }

    #[test]
    fn the_same_command_again_says_nothing(happenings in prop::collection::vec(happens(), 1..40)) {
        let policy = policy(strict());
        let (risk, _, today) = live(&policy, &happenings);
        let said = (0..7).map(|what| anything(what, 9, &text(today)));
        let order = order("PO-9", "77.00 EUR", &text(today));
        let cover = cover("CV-9", 1, "2000.00", "0.5", &text(today));
        let delivery = delivery("D-9", Some("PO-9"), "5.00");
        let mut after = risk.clone();
        for command in [order, cover, delivery].into_iter().chain(said) {
            // It may be in another group still, or the cover may be less by now.
            let Ok(events) = policy.decide(&after, command.clone()) else { continue };
            for event in events {
                after.evolve(&event.into());
            }
            prop_assert_eq!(policy.decide(&after, command).unwrap(), Vec::new());
        }
    }
}

#[test]
fn a_command_that_cannot_be_names_its_fields() {
    let asked = limit("L-1", "5.00", "2026-02-01", Some("2026-01-01"));
    let Command::RequestLimit(mut data) = asked else { unreachable!("a limit is asked for") };
    data.amount = Stated(eur("-1.00"));
    let refused =
        policy(rules()).decide(&Risk::default(), Command::RequestLimit(data)).unwrap_err();
    assert_eq!(refused.reason(), "INVALID_FIELD");
    let told = refused.to_string();
    assert!(told.contains("amount: ") && told.contains("valid_until: "), "{told}");
}

#[test]
fn a_command_reads_back_as_it_was_written_and_keeps_its_number() {
    for command in [
        limit("L-1", "5.00", "2026-02-01", Some("2026-03-01")),
        order("PO-1", "12.00 EUR", "2026-01-10"),
        Command::AdoptCreditPolicy(Box::new(strict())),
    ] {
        let kind = Kind::all().map(|(kind, _)| kind);
        let read = kind.filter_map(|kind| Command::read(kind, &command.write()).ok());
        assert!(read.into_iter().any(|it| it == command), "{command:?}");
    }
    let number = order("PO-1", "12.00 EUR", "2026-01-10").digest();
    assert_eq!(number, order("PO-1", "12.00 EUR", "2026-01-10").digest());
    assert_ne!(number, order("PO-1", "12.01 EUR", "2026-01-10").digest());
}

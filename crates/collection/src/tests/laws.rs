//! What holds of every history.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use decider::{Decider as _, Process as _};
use events::{
    collection::{ActKind, CollectionPolicy, Event, RightKind, RightSubject, Span},
    risk::NoticeKind,
};
use money::Money;
use proptest::prelude::*;

use super::world::*;
use crate::{ActData, Collection, Fact, Policy};

#[derive(Debug, Clone)]
enum Happens {
    Days(u8),
    Invoice(u16),
    Pays(u8),
    Bounces,
    Exhausted(u8),
    Judgment,
    Closed,
    Acts(u8, u8),
    Covered,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (1_u8..250).prop_map(Happens::Days),
        3 => (1_u16..5_000).prop_map(Happens::Invoice),
        2 => (1_u8..=100).prop_map(Happens::Pays),
        1 => Just(Happens::Bounces),
        2 => any::<u8>().prop_map(Happens::Exhausted),
        1 => Just(Happens::Judgment),
        1 => Just(Happens::Closed),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(kind, of)| Happens::Acts(kind, of)),
        1 => Just(Happens::Covered),
    ]
}

fn policy() -> CollectionPolicy {
    CollectionPolicy {
        title_reserved: true,
        insurances: vec![insurance(Span::Days(60))],
        ..rules()
    }
}

/// What was said, with the day, in order; and the world it was said in.
fn live(happenings: &[Happens]) -> (World, Vec<(NaiveDate, Event)>) {
    let mut world = World::new(policy());
    let mut today = day("2020-01-01");
    let (mut said, mut payments, mut notices) = (Vec::new(), Vec::new(), 0);
    let mut invoices = 0;
    for (count, it) in happenings.iter().enumerate() {
        let text = today.to_string();
        let account = |world: &World| {
            let owed = world.collection.dunning().risk().account().owed();
            owed.items.iter().map(|it| (it.invoice.to_string(), it.open)).collect::<Vec<_>>()
        };
        match it {
            Happens::Days(days) => {
                // Each day on which something may be said is lived through.
                let until = today + Days::new(u64::from(*days));
                while today < until {
                    let wakes = world.policy.wakes_on(&world.collection, today);
                    today = wakes.map_or(until, |it| it.min(until));
                    said.extend(world.says_on(today).into_iter().map(|it| (today, it)));
                }
            }
            Happens::Invoice(euros) => {
                invoices += 1;
                let due = (today + Days::new(30)).to_string();
                let id = format!("F-{invoices}");
                world.hears([invoice(&id, &format!("{euros}.00"), &text, &due)]);
            }
            Happens::Pays(percent) => {
                let Some((id, open)) = account(&world).into_iter().next() else { continue };
                let minor = (open.minor() * i64::from(*percent) / 100).max(1);
                let amount = Money::new(minor, open.currency()).decimal().to_string();
                let payment = format!("P-{count}");
                world.hears(paid(&payment, &id, &amount, &text));
                payments.push(payment);
            }
            Happens::Bounces => {
                if let Some(payment) = payments.pop() {
                    world.hears(bounced(&payment, &text));
                }
            }
            Happens::Exhausted(of) => {
                let open = account(&world);
                if let Some((id, _)) = open.get(usize::from(*of) % open.len().max(1)) {
                    world.hears([exhausted(id, &text)]);
                }
            }
            Happens::Judgment => {
                notices += 1;
                let id = format!("N-{notices}");
                world.hears([notice(&id, NoticeKind::Receivership, &text, &text)]);
            }
            Happens::Closed => {
                notices += 1;
                let id = format!("N-{notices}");
                world.hears([notice(&id, NoticeKind::Closed, &text, &text)]);
            }
            Happens::Acts(kind, of) => {
                let kind = ActKind::ALL[usize::from(*kind) % ActKind::ALL.len()];
                let known = world.collection.history();
                let follows = known.get(usize::from(*of) % known.len().max(1));
                let data = ActData {
                    follows_act_id: follows.map(|it| it.act.clone()),
                    notice_id: (notices > 0)
                        .then(|| format!("N-{}", 1 + usize::from(*of) % notices).parse().unwrap()),
                    cover_id: Some("CV-1".parse().unwrap()),
                    ..act(&format!("A-{count}"), kind, &text)
                };
                if let Ok(events) = world.policy.decide(&world.collection, record(data)) {
                    world.hears(events);
                }
            }
            Happens::Covered => {
                world.hears([cover("9000.00", "0.9", "2020-01-01")]);
            }
        }
        said.extend(world.says_on(today).into_iter().map(|it| (today, it)));
    }
    (world, said)
}

proptest! {
    /// No right lapses of which nobody was told before.
    #[test]
    fn no_right_lapses_without_having_been_said_to_be_at_risk(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let (_, said) = live(&happenings);
        let mut at_risk = BTreeMap::<(RightKind, RightSubject), NaiveDate>::new();
        for (_, event) in said {
            match event {
                Event::RightAtRisk(it) => {
                    at_risk.insert((it.kind, it.subject), it.deadline);
                }
                Event::RightLapsed { kind, subject, deadline, .. } => {
                    prop_assert_eq!(at_risk.get(&(kind, subject)), Some(&deadline));
                }
                Event::RightSecured { kind, subject, .. } => {
                    prop_assert!(at_risk.remove(&(kind, subject)).is_some(), "never at risk");
                }
                Event::CollectionPolicyAdopted(_)
                | Event::CaseOpened(_)
                | Event::CaseExtended { .. }
                | Event::CaseReduced { .. }
                | Event::CaseMerged { .. }
                | Event::CaseSplit { .. }
                | Event::RouteChosen { .. }
                | Event::CaseClosed { .. }
                | Event::HandOverPlanned(_)
                | Event::HandOverWithdrawn { .. }
                | Event::RecallPlanned { .. }
                | Event::ErrandStarted { .. }
                | Event::ErrandDone { .. }
                | Event::ErrandFailed { .. }
                | Event::ErrandUnknown { .. }
                | Event::PlacementAccepted { .. }
                | Event::PlacementRefused { .. }
                | Event::CollectorReported(_)
                | Event::Remitted(_)
                | Event::InsuranceClaimLodged(_)
                | Event::InsuranceClaimAnswered(_)
                | Event::IndemnityPaid(_)
                | Event::InsurerRepaid(_)
                | Event::InsuranceClaimWithdrawn { .. }
                | Event::ActRecorded(_)
                | Event::ActWithdrawn { .. } => {}
            }
        }
    }

    /// A case is worth what is open of its receivables in the books, and nothing is in two.
    #[test]
    fn a_case_is_worth_what_is_open_of_its_receivables(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let (world, _) = live(&happenings);
        let account = world.collection.dunning().risk().account();
        let books: BTreeMap<_, _> =
            account.owed().items.into_iter().map(|it| (it.invoice.clone(), it.open)).collect();
        let mut seen = Vec::new();
        for case in world.policy.cases(&world.collection, day("2030-01-01")) {
            if case.closed.is_some() {
                continue;
            }
            let principal: i64 = case.claims.iter().map(|it| it.principal.minor()).sum();
            let open = case.claims.iter().filter_map(|it| books.get(&it.invoice));
            prop_assert_eq!(principal, open.map(|it| it.minor()).sum::<i64>());
            prop_assert!(principal > 0, "a case of which nothing is open is closed");
            seen.extend(case.claims.into_iter().map(|it| it.invoice));
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        prop_assert_eq!(seen.len(), count);
    }

    /// It says it is silent until a day, and is.
    #[test]
    fn it_wakes_honestly(happenings in prop::collection::vec(happens(), 1..20)) {
        let (mut world, _) = live(&happenings);
        let mut today = day("2031-01-01");
        world.says_on(today);
        for _ in 0..8 {
            let wakes = world.policy.wakes_on(&world.collection, today);
            let until = wakes.unwrap_or(NaiveDate::MAX).min(today + Days::new(50));
            let mut quiet = today + Days::new(1);
            while quiet < until {
                prop_assert_eq!(world.policy.step(&world.collection, quiet), None, "{}", quiet);
                quiet = quiet + Days::new(1);
            }
            today = until;
            world.says_on(today);
        }
    }

    /// What stands in a snapshot is the state.
    #[test]
    fn a_snapshot_is_the_state(happenings in prop::collection::vec(happens(), 1..40)) {
        let (world, _) = live(&happenings);
        let bytes = postcard::to_allocvec(&world.collection).unwrap();
        let read: Collection = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!(read, world.collection);
    }
}

#[test]
fn rules_that_cannot_be_are_refused_by_field() {
    let wrong = CollectionPolicy {
        jurisdiction: word("ZZ"),
        minimums: vec![eur("1.00"), eur("2.00")],
        leads: vec![events::collection::Lead { right: RightKind::Relief, days: Vec::new() }],
        insurances: vec![insurance(Span::Days(9_999))],
        ..rules()
    };
    let told = Policy::try_new(wrong).unwrap_err();
    let fields: Vec<_> = told.0.iter().map(|it| it.field.as_str()).collect();
    let expected = ["jurisdiction", "minimums[1]", "leads[0].days", "insurances[0].extension"];
    assert_eq!(fields, expected);
}

#[test]
fn a_command_reads_back_as_it_was_written() {
    let fact: Fact = Event::CollectionPolicyAdopted(Box::new(policy())).into();
    let mut policy = Policy::default();
    assert!(policy.adopt(&fact));
    let command = record(act("A-1", ActKind::Lawsuit, "2026-01-01"));
    let read = crate::Command::read(crate::Kind::RecordAct, &command.write());
    assert_eq!(read, Ok(command));
}

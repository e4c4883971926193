//! What holds whatever happens.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use decider::{Decider as _, Fold as _, Process as _, laws};
use events::{
    alerts::{AlertPolicy, Event, Kind, Subject},
    collection::Errand,
    dunning::{self, Channel, Regret},
    invoicing,
    risk::{self, Doubt, Grade, GuaranteeKind, Rule},
};
use proptest::prelude::*;

use super::identity::checked;
use super::stories::{
    bounced, day, dispute, granted, guarantee, held, invoice, paid, policy, promise, scored,
};
use super::{reminders, rights};
use crate::{Alerts, Fact, Kind as CommandKind, Policy, state::Known};

#[derive(Debug, Clone)]
enum Happens {
    Invoice(u32, u8),
    Paid(u8),
    Bounced(u8),
    Promise(u8, u8),
    Broken(u8),
    Dispute(u8),
    Resolved(u8),
    Limit(u32, u8, Option<u8>),
    Guarantee(bool, u8),
    Held(u8),
    Closed(u8),
    Graded(u8),
    /// A look by one of two sources, which finds something or nothing.
    Identity(bool, u8),
    /// Something about a right, or an errand.
    Collection(u8),
    /// Something about one of three reminders, or about supply, or an invoice.
    Dunning(u8, u8, u8),
    Rules(u8, u8),
    Day,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (1..10_000_u32, 0..60_u8).prop_map(|(amount, due)| Happens::Invoice(amount, due)),
        3 => (0..8_u8).prop_map(Happens::Paid),
        1 => (0..60_u8).prop_map(Happens::Bounced),
        1 => (0..8_u8, 0..20_u8).prop_map(|(item, days)| Happens::Promise(item, days)),
        1 => (0..60_u8).prop_map(Happens::Broken),
        1 => (0..8_u8).prop_map(Happens::Dispute),
        1 => (0..60_u8).prop_map(Happens::Resolved),
        2 => (0..30_000_u32, 0..60_u8, prop::option::of(0..60_u8))
            .prop_map(|(amount, from, days)| Happens::Limit(amount, from, days)),
        1 => (any::<bool>(), 0..90_u8).prop_map(|(cover, days)| Happens::Guarantee(cover, days)),
        2 => (0..6_u8).prop_map(Happens::Held),
        1 => (0..6_u8).prop_map(Happens::Closed),
        2 => (0..5_u8).prop_map(Happens::Graded),
        2 => (any::<bool>(), 0..8_u8).prop_map(|(source, it)| Happens::Identity(source, it)),
        2 => (0..8_u8).prop_map(Happens::Collection),
        4 => (0..11_u8, 0..3_u8, 0..8_u8)
            .prop_map(|(what, which, item)| Happens::Dunning(what, which, item)),
        1 => (0..6_u8, 1..40_u8).prop_map(|(flap, days)| Happens::Rules(flap, days)),
        5 => Just(Happens::Day),
    ]
}

/// What was lived through: everything that was heard and said, and where.
struct Life {
    policy: Policy,
    alerts: Alerts,
    facts: Vec<(u64, Fact)>,
    said: Vec<(NaiveDate, Event)>,
    today: NaiveDate,
}

impl Life {
    fn hear(&mut self, facts: Vec<Fact>) {
        let at = u64::try_from(self.facts.len()).unwrap() + 1;
        self.alerts.stands_in(Some(at));
        for fact in facts {
            self.policy.adopt(&fact);
            self.alerts.evolve(&fact);
            self.alerts.check().unwrap();
            self.facts.push((at, fact));
        }
        self.alerts.stands_in(None);
    }

    fn steps(&mut self) {
        while let Some(step) = self.policy.step(&self.alerts, self.today) {
            for event in self.policy.decide(&self.alerts, step).unwrap() {
                self.said.push((self.today, event.clone()));
                self.hear(vec![event.into()]);
            }
        }
    }
}

/// What collection says; not all of it would be said in that order.
fn collection(what: u8, today: &str) -> events::collection::Event {
    match what {
        0 => rights::at_risk(30, today),
        1 => rights::at_risk(7, today),
        2 => rights::secured(today),
        3 => rights::lapsed(today),
        4 => rights::unknown(Errand::HandOver, today),
        5 => rights::unknown(Errand::Recall, today),
        6 => rights::brought(Errand::HandOver, today),
        _ => rights::brought(Errand::Recall, today),
    }
}

/// What dunning says; not all of it would be said in that order.
fn dunning(what: u8, which: u8, invoice: &str, today: &str) -> dunning::Event {
    let id = format!("reminder-{which}");
    match what {
        0 | 1 => reminders::planned(&id, &[invoice], today),
        2 => reminders::sent(&id, today),
        3 => reminders::unknown(&id, today),
        4 => reminders::failed(&id, today, None),
        5 => reminders::failed(&id, today, Some(Channel::Letter)),
        6 => reminders::withdrawn(&id, today),
        7 => reminders::regretted(&id, invoice, today, Regret::Settled),
        8 => reminders::upheld(&id, invoice, today),
        9 => reminders::exhausted(invoice, today),
        _ => reminders::blocked(which, today),
    }
}

#[expect(clippy::too_many_lines, reason = "a line or two for everything that may happen")]
fn live(happenings: &[Happens]) -> Life {
    let mut life = Life {
        policy: policy(AlertPolicy::default()),
        alerts: Alerts::default(),
        facts: Vec::new(),
        said: Vec::new(),
        today: day("2026-01-05"),
    };
    // What was recorded once is not recorded again, as the contexts before see to it.
    let mut broken = BTreeMap::new();
    let mut reversed = Vec::new();
    let mut resolved = Vec::new();
    let mut closed = Vec::new();
    for (n, it) in happenings.iter().enumerate() {
        let later = |days: u8| (life.today + Days::new(days.into())).to_string();
        let today = life.today.to_string();
        let item = |place: &u8| {
            let owed = life.alerts.risk.account().owed().items;
            let item = owed.get(usize::from(*place));
            item.map(|it| (it.invoice.to_string(), it.open, it.disputed))
        };
        let facts: Vec<Fact> = match it {
            Happens::Invoice(amount, due) => {
                vec![invoice(&format!("F-{n}"), &format!("{amount}.00"), &later(*due)).into()]
            }
            Happens::Paid(place) => {
                let paid = item(place).map(|(id, open, _)| {
                    paid(&format!("P-{n}"), &id, &open.decimal().to_string(), &today)
                });
                paid.into_iter().flatten().map(Into::into).collect()
            }
            Happens::Bounced(place) if usize::from(*place) < n && !reversed.contains(place) => {
                reversed.push(*place);
                vec![bounced(&format!("P-{place}"), &today).into()]
            }
            Happens::Promise(place, days) => {
                broken.insert(n, false);
                let about = item(place).map(|(id, ..)| id);
                let invoices: Vec<_> = about.as_deref().into_iter().collect();
                let mut made = promise(&format!("PR-{n}"), &invoices, &later(*days));
                if let invoicing::Event::PromiseMade(it) = &mut made {
                    it.made_on = life.today;
                }
                vec![made.into()]
            }
            Happens::Broken(place) => match broken.get_mut(&usize::from(*place)) {
                Some(was) if !*was => {
                    *was = true;
                    let promise = format!("PR-{place}").parse().unwrap();
                    let broken_on = life.today;
                    vec![invoicing::Event::PromiseBroken { promise, broken_on }.into()]
                }
                Some(_) | None => Vec::new(),
            },
            Happens::Dispute(place) => match item(place) {
                Some((id, open, disputed)) if disputed.minor() + 1_000 <= open.minor() => {
                    vec![dispute(&format!("D-{n}"), &id, &today).into()]
                }
                Some(_) | None => Vec::new(),
            },
            Happens::Resolved(place) => {
                let known = life
                    .alerts
                    .noted
                    .disputes
                    .keys()
                    .any(|it| it.as_str() == format!("D-{place}") && !resolved.contains(place));
                if known {
                    resolved.push(*place);
                    let dispute = format!("D-{place}").parse().unwrap();
                    let (outcome, resolved_on) = (invoicing::DisputeOutcome::Rejected, life.today);
                    vec![invoicing::Event::DisputeResolved { dispute, outcome, resolved_on }.into()]
                } else {
                    Vec::new()
                }
            }
            Happens::Limit(amount, from, days) => {
                let until = days.map(|it| later(from.saturating_add(it)));
                let amount = format!("{amount}.00");
                vec![granted(&format!("L-{n}"), &amount, &later(*from), until.as_deref()).into()]
            }
            Happens::Guarantee(cover, days) => {
                let kind = if *cover {
                    GuaranteeKind::CreditInsurance
                } else {
                    GuaranteeKind::BankGuarantee
                };
                vec![guarantee(&format!("G-{n}"), kind, &later(*days)).into()]
            }
            Happens::Held(id) if !closed.contains(id) => {
                vec![held(&format!("PO-{id}"), &today, vec![Rule::NoLimit]).into()]
            }
            Happens::Closed(id) if !closed.contains(id) => {
                closed.push(*id);
                let order = format!("PO-{id}").parse().unwrap();
                vec![risk::Event::OrderClosed { order, closed_on: life.today }.into()]
            }
            Happens::Graded(grade) => {
                let all = [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E];
                vec![scored(all[usize::from(*grade)], &today).into()]
            }
            Happens::Identity(source, it) => {
                let source = if *source { "SIRENE" } else { "bank" };
                let found = Doubt::ALL.get(usize::from(*it)).copied();
                vec![checked(&format!("IC-{n}"), source, &today, found.as_slice()).into()]
            }
            Happens::Collection(what) => vec![collection(*what, &today).into()],
            Happens::Dunning(what, which, place) => {
                let invoice = item(place).map_or_else(|| "F-0".to_owned(), |(id, ..)| id);
                vec![dunning(*what, *which, &invoice, &today).into()]
            }
            Happens::Rules(flap, days) => {
                let rules = AlertPolicy {
                    flap_days: (*flap).into(),
                    overdue_days: (*days).into(),
                    news_days: (*days).into(),
                    muted: if *flap == 5 { vec![Kind::OrderHeld] } else { Vec::new() },
                    ..AlertPolicy::default()
                };
                vec![Event::AlertPolicyAdopted(Box::new(rules)).into()]
            }
            Happens::Day => {
                life.today = life.today + Days::new(1 + u64::try_from(n % 9).unwrap());
                Vec::new()
            }
            Happens::Bounced(_) | Happens::Held(_) | Happens::Closed(_) => Vec::new(),
        };
        life.hear(facts);
        life.steps();
    }
    life
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn it_wakes_honestly_and_falls_quiet(happenings in prop::collection::vec(happens(), 1..60)) {
        let life = live(&happenings);
        laws::wakes_honestly(&life.policy, &life.alerts, life.today, 120);
        laws::falls_quiet(&life.policy, &life.alerts, life.today + Days::new(120), 200);
    }

    #[test]
    fn what_is_up_holds_and_what_holds_is_up(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let Life { policy, alerts, today, .. } = live(&happenings);
        let conditions = policy.conditions(&alerts, today);
        let holds = |kind: Kind, subject: &Subject| {
            conditions.iter().any(|it| {
                it.kind == kind && it.subject == *subject && it.holds_on(today)
                    && !policy.rules().muted.contains(&kind)
            })
        };
        for known in alerts.all().filter(|it| it.is_up()) {
            // One that came back stays for a while.
            prop_assert!(holds(known.alert.kind, &known.alert.subject) || known.alert.again);
        }
        for it in conditions.iter().filter(|it| holds(it.kind, &it.subject)) {
            prop_assert!(alerts.known(it.kind, &it.subject).is_some_and(Known::is_up), "{it:?}");
        }
    }

    #[test]
    fn each_is_raised_and_cleared_by_turns_with_its_reasons_and_its_evidence(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let life = live(&happenings);
        let mut up = BTreeMap::new();
        for (at, fact) in &life.facts {
            let Fact::Alerts(event) = fact else { continue };
            match event {
                Event::AlertRaised(it) => {
                    prop_assert_eq!(up.insert(it.alert.clone(), true).unwrap_or(false), false);
                    prop_assert!(!it.reasons.is_empty());
                    prop_assert!(!it.evidence.is_empty(), "{:?}", it);
                    prop_assert!(it.evidence.iter().all(|place| place.0 < *at), "{:?}", it);
                    prop_assert!(it.evidence.is_sorted());
                }
                Event::AlertCleared { alert, .. } => {
                    prop_assert_eq!(up.insert(alert.clone(), false), Some(true));
                }
                Event::AlertPolicyAdopted(_)
                | Event::FiguresTaken(_)
                | Event::AlertAcknowledged { .. }
                | Event::AlertAssigned { .. } => {}
            }
        }
    }

    #[test]
    fn none_is_told_more_than_twice_while_it_may_flap(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let happenings: Vec<_> =
            happenings.into_iter().filter(|it| !matches!(it, Happens::Rules(..))).collect();
        let life = live(&happenings);
        let mut raised = BTreeMap::<_, Vec<NaiveDate>>::new();
        for (on, event) in &life.said {
            if let Event::AlertRaised(it) = event {
                raised.entry((it.kind, it.subject.clone())).or_default().push(*on);
            }
        }
        let flap = Days::new(AlertPolicy::default().flap_days.into());
        for (what, on) in raised {
            for three in on.windows(3) {
                prop_assert!(three[0] + flap <= three[2], "{:?}: {:?}", what, on);
            }
        }
    }

    #[test]
    fn a_snapshot_is_the_state(happenings in prop::collection::vec(happens(), 1..60)) {
        let life = live(&happenings);
        let written = postcard::to_stdvec(&life.alerts).unwrap();
        prop_assert_eq!(&postcard::from_bytes::<Alerts>(&written).unwrap(), &life.alerts);
        let mut again = Alerts::default();
        for (at, fact) in &life.facts {
            again.stands_in(Some(*at));
            again.evolve(fact);
            again.stands_in(None);
        }
        prop_assert_eq!(again, life.alerts);
    }

    #[test]
    fn what_others_say_and_what_alerts_says_may_be_heard_in_any_order_between_them(
        happenings in prop::collection::vec(happens(), 1..60),
        order in prop::collection::vec(any::<bool>(), 0..120),
    ) {
        let facts = live(&happenings).facts.into_iter().map(|(_, fact)| fact);
        let (heard, own): (Vec<_>, Vec<_>) = facts.partition(|it| !matches!(it, Fact::Alerts(_)));
        laws::commutes::<Alerts>(&heard, &own, &order);
    }
}

#[test]
fn a_command_reads_back_as_it_was_written() {
    for (kind, data) in [
        (CommandKind::AdoptAlertPolicy, r#"{"flap_days":7}"#),
        (
            CommandKind::AcknowledgeAlert,
            r#"{"customer_id":"C-1","alert_id":"limit_nearly-1","acknowledged_by":"credit-1","acknowledge_date":"2026-02-01"}"#,
        ),
        (
            CommandKind::AssignAlert,
            r#"{"customer_id":"C-1","alert_id":"limit_nearly-1","assigned_to":"credit-2","assigned_by":"credit-1","assign_date":"2026-02-01"}"#,
        ),
    ] {
        let read = crate::Command::read(kind, data.as_bytes()).unwrap();
        assert_eq!(crate::Command::read(kind, &read.write()), Ok(read.clone()));
        assert_ne!(read.digest(), 0);
        assert_eq!(CommandKind::of_type(kind.ce_type()), Some(kind));
    }
    let unknown = br#"{"customer_id":"C-1","alert_id":"a","acknowledged_by":"c","when":"now"}"#;
    assert!(crate::Command::read(CommandKind::AcknowledgeAlert, unknown).is_err());
}

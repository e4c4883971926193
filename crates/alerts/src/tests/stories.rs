use chrono::NaiveDate;
use decider::{Decider as _, Fold as _, Process as _, spec::Story};
use events::{
    alerts::{AlertPolicy, Clearing, Event, Kind, ReasonCode, Severity, Subject},
    invoicing::{self, PaymentMethod, ReversalReason, Source},
    risk::{
        self, CreditPolicy, Grade, Guarantee, GuaranteeKind, Limit, NoticeKind, Order, Rule, Scored,
    },
};
use money::Money;

use crate::{
    AcknowledgeAlert, Alerts, AssignAlert, Command, Fact, Policy, Refusal, view::AlertState,
};

pub(super) fn day(text: &str) -> NaiveDate {
    events::date::parse(text).unwrap()
}

pub(super) fn eur(text: &str) -> Money {
    format!("{text} EUR").parse().unwrap()
}

pub(super) fn policy(rules: AlertPolicy) -> Policy {
    Policy::try_new(rules).unwrap()
}

pub(super) fn invoice(id: &str, gross: &str, due: &str) -> invoicing::Event {
    invoicing::Event::InvoiceIssued(Box::new(invoicing::Invoice {
        invoice: id.parse().unwrap(),
        number: None,
        issued_on: day("2026-01-02"),
        due_on: day(due),
        terms: None,
        gross: eur(gross),
        tax: None,
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    }))
}

pub(super) fn paid(id: &str, invoice: &str, amount: &str, on: &str) -> [invoicing::Event; 2] {
    let payment = invoicing::Payment {
        payment: id.parse().unwrap(),
        amount: eur(amount),
        value_date: day(on),
        method: PaymentMethod::DirectDebit,
        designation: Vec::new(),
        references: Vec::new(),
        deposit: None,
    };
    let allocated = invoicing::Event::Allocated {
        source: Source::Payment(id.parse().unwrap()),
        invoice: invoice.parse().unwrap(),
        amount: eur(amount),
        rule: invoicing::Rule::Designated,
    };
    [invoicing::Event::PaymentReceived(Box::new(payment)), allocated]
}

pub(super) fn bounced(id: &str, on: &str) -> invoicing::Event {
    invoicing::Event::PaymentReversed {
        payment: id.parse().unwrap(),
        reversed_on: day(on),
        reason: ReversalReason::Bounced,
    }
}

pub(super) fn granted(id: &str, amount: &str, from: &str, until: Option<&str>) -> risk::Event {
    risk::Event::LimitGranted {
        limit: Box::new(Limit {
            limit: id.parse().unwrap(),
            amount: eur(amount),
            temporary: until.is_some(),
            holds_from: day(from),
            holds_until: until.map(day),
            requested_by: "credit-1".parse().unwrap(),
            reason: "review".parse().unwrap(),
        }),
        approved_by: None,
        granted_on: day(from),
    }
}

pub(super) fn guarantee(id: &str, kind: GuaranteeKind, until: &str) -> risk::Event {
    risk::Event::GuaranteeRecorded(Box::new(Guarantee {
        guarantee: id.parse().unwrap(),
        kind,
        amount: eur("5000.00"),
        counts_for: "0.9".parse().unwrap(),
        holds_from: day("2026-01-02"),
        holds_until: Some(day(until)),
        rank: None,
    }))
}

pub(super) fn held(order: &str, on: &str, rules: Vec<Rule>) -> risk::Event {
    let order = Order {
        order: order.parse().unwrap(),
        amount: eur("900.00"),
        ordered_on: day(on),
        delivers_on: None,
    };
    risk::Event::OrderHeld(Box::new(risk::Held { order, held_on: day(on), rules }))
}

pub(super) fn promise(id: &str, invoices: &[&str], for_day: &str) -> invoicing::Event {
    invoicing::Event::PromiseMade(Box::new(invoicing::Promise {
        promise: id.parse().unwrap(),
        amount: eur("100.00"),
        made_on: day("2026-02-01"),
        promised_for: day(for_day),
        invoices: invoices.iter().map(|it| it.parse().unwrap()).collect(),
    }))
}

pub(super) fn dispute(id: &str, invoice: &str, on: &str) -> invoicing::Event {
    invoicing::Event::DisputeOpened(Box::new(invoicing::Dispute {
        dispute: id.parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        amount: eur("10.00"),
        reason: invoicing::DisputeReason::Price,
        owner: None,
        opened_on: day(on),
    }))
}

fn story() -> Story<Policy> {
    Story::of(policy(AlertPolicy::default()))
}

/// What is said on a day, told short: `+invoice_overdue-1`, `-invoice_overdue-1 ended`.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) alerts: Alerts,
    at: u64,
}

impl World {
    pub(super) fn new(rules: AlertPolicy) -> Self {
        Self { policy: policy(rules), ..Self::default() }
    }

    pub(super) fn hears(&mut self, facts: impl IntoIterator<Item = impl Into<Fact>>) -> &mut Self {
        self.at += 1;
        self.alerts.stands_in(Some(self.at));
        for fact in facts {
            let fact = fact.into();
            self.policy.adopt(&fact);
            self.alerts.evolve(&fact);
            self.alerts.check().unwrap();
        }
        self.alerts.stands_in(None);
        self
    }

    pub(super) fn says(&mut self, today: &str) -> Vec<Event> {
        let mut said = Vec::new();
        while let Some(step) = self.policy.step(&self.alerts, day(today)) {
            for event in self.policy.decide(&self.alerts, step).unwrap() {
                self.alerts.evolve(&event.clone().into());
                said.push(event);
            }
        }
        said
    }

    #[track_caller]
    pub(super) fn on(&mut self, today: &str, expected: &[&str]) -> &mut Self {
        let said: Vec<_> = self.says(today).iter().map(short).collect();
        assert_eq!(said, expected, "on {today}");
        self
    }
}

fn short(event: &Event) -> String {
    match event {
        Event::AlertRaised(it) if it.again => format!("+{} again", it.alert),
        Event::AlertRaised(it) => format!("+{}", it.alert),
        Event::AlertCleared { alert, why, .. } => format!("-{alert} {why}"),
        Event::AlertAcknowledged { alert, .. } => format!("seen {alert}"),
        Event::AlertAssigned { alert, to, .. } => format!("{alert} to {to}"),
        Event::AlertPolicyAdopted(_) => "policy".to_owned(),
        Event::FiguresTaken(it) => format!("figures of {}", it.on),
    }
}

#[test]
fn an_invoice_that_is_late_is_told_once_and_once_more_when_it_is_paid() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-10", &[])
        .on("2026-02-11", &["+invoice_overdue-1"])
        .on("2026-02-12", &[])
        .hears([invoice("F-2", "50.00", "2026-01-15")])
        .on("2026-02-12", &[])
        .hears(paid("P-1", "F-1", "100.00", "2026-02-13"))
        .on("2026-02-13", &[])
        .hears([invoice("F-4", "70.00", "2026-06-30")])
        .hears(paid("P-2", "F-2", "50.00", "2026-02-14"))
        .on("2026-02-14", &["-invoice_overdue-1 ended"])
        .on("2026-02-15", &[])
        .hears([invoice("F-3", "9.00", "2026-01-31")])
        .on("2026-03-01", &["+invoice_overdue-2"]);
}

#[test]
fn an_alert_says_how_much_since_when_why_and_where_that_stands() {
    let mut world = World::new(AlertPolicy::default());
    world.hears([invoice("F-0", "7.00", "2026-03-31")]);
    world.hears([invoice("F-1", "100.00", "2026-01-31")]);
    let said = world.says("2026-02-16");
    let [Event::AlertRaised(alert)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((alert.kind, alert.severity), (Kind::InvoiceOverdue, Severity::Medium));
    assert_eq!(alert.reasons, [ReasonCode::PastDue]);
    assert_eq!((alert.raised_on, alert.holds_from), (day("2026-02-16"), day("2026-02-11")));
    assert_eq!((alert.amount, alert.date), (Some(eur("100.00")), Some(day("2026-01-31"))));
    assert_eq!(alert.invoice, Some("F-1".parse().unwrap()));
    assert_eq!(alert.subject, Subject::Customer);
    assert_eq!(alert.evidence, [events::Sequence(2)]);
}

#[test]
fn a_limit_that_is_nearly_used_and_then_breached_is_told_step_by_step() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([granted("L-1", "1000.00", "2026-01-02", None)])
        .hears([invoice("F-1", "899.99", "2026-06-30")])
        .on("2026-02-02", &[])
        .hears([invoice("F-2", "0.01", "2026-06-30")])
        .on("2026-02-02", &["+limit_nearly-1"])
        .hears([invoice("F-3", "100.00", "2026-06-30")])
        .on("2026-02-02", &[])
        .hears([invoice("F-4", "0.01", "2026-06-30")])
        .on("2026-02-02", &["+limit_breached-1"])
        .hears(paid("P-1", "F-4", "0.01", "2026-02-03"))
        .on("2026-02-03", &["-limit_breached-1 ended"])
        // 86 % is above 85 %: it takes less to stay than to be told.
        .hears(paid("P-2", "F-3", "100.00", "2026-02-04"))
        .hears(paid("P-3", "F-1", "39.99", "2026-02-04"))
        .on("2026-02-04", &[])
        .hears(paid("P-4", "F-1", "10.02", "2026-02-05"))
        .on("2026-02-05", &["-limit_nearly-1 ended"]);
}

#[test]
fn what_comes_and_goes_is_told_twice_in_a_while_and_not_more_often() {
    let mut world = World::new(AlertPolicy::default());
    world.hears([granted("L-1", "100.00", "2026-01-02", None)]);
    let over = |n: u32| [invoice(&format!("F-{n}"), "200.00", "2026-09-30")];
    let under = |n: u32| paid(&format!("P-{n}"), &format!("F-{n}"), "200.00", "2026-02-02");
    world
        .hears(over(1))
        .on("2026-02-02", &["+limit_breached-1"])
        .hears(under(1))
        .on("2026-02-02", &["-limit_breached-1 ended"])
        .hears(over(2))
        .on("2026-02-02", &["+limit_breached-1 again"]);
    for n in 2..9 {
        world.hears(under(n)).on("2026-02-03", &[]).hears(over(n + 1)).on("2026-02-04", &[]);
    }
    world
        .hears(under(9))
        .on("2026-02-04", &[])
        .on("2026-02-05", &["-limit_breached-1 ended"])
        .hears(over(10))
        .on("2026-02-08", &["+limit_breached-2"]);
}

#[test]
fn a_breach_by_a_limit_that_ends_is_told_on_that_day() {
    let mut world = World::new(AlertPolicy { expiry_days: 5, ..AlertPolicy::default() });
    world
        .hears([granted("L-1", "50.00", "2026-01-02", None)])
        .hears([granted("T-1", "500.00", "2026-01-02", Some("2026-02-28"))])
        .hears([invoice("F-1", "200.00", "2026-09-30")])
        .on("2026-02-22", &[])
        .on("2026-02-23", &["+limit_expiring-T-1-1"])
        .on("2026-02-28", &[])
        .on("2026-03-01", &["-limit_expiring-T-1-1 lapsed", "+limit_breached-1"]);
}

#[test]
fn a_limit_that_is_followed_by_another_one_expires_without_a_word() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([granted("L-1", "500.00", "2026-01-02", None)])
        .hears([granted("T-1", "400.00", "2026-01-02", Some("2026-02-28"))])
        .on("2026-02-28", &[]);
}

#[test]
fn guarantees_and_covers_are_told_before_they_end() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([guarantee("G-1", GuaranteeKind::Surety, "2026-04-30")])
        .hears([guarantee("G-2", GuaranteeKind::CreditInsurance, "2026-05-31")])
        .on("2026-03-30", &[])
        .on("2026-03-31", &["+guarantee_expiring-G-1-1"])
        .on("2026-05-01", &["-guarantee_expiring-G-1-1 lapsed", "+cover_expiring-G-2-1"]);
}

#[test]
fn a_broken_promise_is_news_for_a_time_or_until_what_it_was_about_is_paid() {
    let broken = |id: &str| invoicing::Event::PromiseBroken {
        promise: id.parse().unwrap(),
        broken_on: day("2026-02-11"),
    };
    let mut world = World::new(AlertPolicy { overdue_days: 3_650, ..AlertPolicy::default() });
    world
        .hears([invoice("F-1", "100.00", "2026-01-31"), invoice("F-2", "80.00", "2026-01-31")])
        .hears([promise("PR-1", &["F-1"], "2026-02-10"), promise("PR-2", &[], "2026-02-10")])
        .on("2026-02-10", &[])
        .hears([broken("PR-1"), broken("PR-2")])
        .on("2026-02-11", &["+promise_broken-PR-1-1", "+promise_broken-PR-2-1"])
        .hears(paid("P-1", "F-1", "100.00", "2026-02-20"))
        .on("2026-02-20", &["-promise_broken-PR-1-1 ended"])
        .on("2026-03-12", &[])
        .on("2026-03-13", &["-promise_broken-PR-2-1 lapsed"]);
}

#[test]
fn money_that_bounced_is_told_unless_the_bank_had_booked_it_by_mistake() {
    let mistake = invoicing::Event::PaymentReversed {
        payment: "P-2".parse().unwrap(),
        reversed_on: day("2026-02-03"),
        reason: ReversalReason::BookedInError,
    };
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([invoice("F-1", "100.00", "2026-03-31"), invoice("F-2", "80.00", "2026-03-31")])
        .hears(paid("P-1", "F-1", "100.00", "2026-02-01"))
        .hears(paid("P-2", "F-2", "80.00", "2026-02-01"))
        .on("2026-02-02", &[]);
    world.hears([bounced("P-1", "2026-02-03"), mistake]);
    let said = world.says("2026-02-03");
    let [Event::AlertRaised(alert)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((alert.alert.as_str(), alert.severity), ("payment_bounced-P-1-1", Severity::High));
    assert_eq!(
        (alert.amount, alert.reasons.as_slice()),
        (Some(eur("100.00")), [ReasonCode::PaymentReturned].as_slice())
    );
    assert_eq!(alert.evidence, [events::Sequence(4)]);
}

#[test]
fn a_contest_that_stays_open_is_told_until_it_is_resolved() {
    let resolved = invoicing::Event::DisputeResolved {
        dispute: "D-1".parse().unwrap(),
        outcome: invoicing::DisputeOutcome::Rejected,
        resolved_on: day("2026-03-10"),
    };
    let mut world = World::new(AlertPolicy { overdue_days: 3_650, ..AlertPolicy::default() });
    world
        .hears([invoice("F-1", "100.00", "2026-01-31"), dispute("D-1", "F-1", "2026-02-01")])
        .on("2026-03-03", &[])
        .on("2026-03-04", &["+dispute_ageing-D-1-1"])
        .hears([resolved])
        .on("2026-03-10", &["-dispute_ageing-D-1-1 ended"]);
}

#[test]
fn an_order_that_is_held_is_told_with_every_reason() {
    let mut world = World::new(AlertPolicy::default());
    let rules = vec![Rule::NoLimit, Rule::LargeOrder];
    world.hears([held("PO 7/é", "2026-02-02", rules)]);
    let said = world.says("2026-02-02");
    let [Event::AlertRaised(alert)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(alert.alert.as_str(), "order_held-PO=207=2F=C3=A9-1");
    assert_eq!(alert.reasons, [ReasonCode::NoLimit, ReasonCode::LargeOrder]);
    let closed = risk::Event::OrderClosed {
        order: "PO 7/é".parse().unwrap(),
        closed_on: day("2026-02-03"),
    };
    world.hears([closed]).on("2026-02-03", &["-order_held-PO=207=2F=C3=A9-1 ended"]);
}

#[test]
fn an_id_that_would_be_too_long_has_a_digest_in_it() {
    let long = "é".repeat(32);
    let mut world = World::new(AlertPolicy::default());
    world.hears([held(&long, "2026-02-02", vec![Rule::NoLimit])]);
    let said = world.says("2026-02-02");
    let [Event::AlertRaised(alert)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(alert.alert.as_str().len(), "order_held-".len() + 16 + "-1".len());
}

#[test]
fn who_has_seen_an_alert_and_who_looks_after_it_is_known() {
    let acknowledge = |by: &str| {
        Command::AcknowledgeAlert(AcknowledgeAlert {
            customer_id: "C-1".parse().ok(),
            alert_id: "invoice_overdue-1".parse().unwrap(),
            acknowledged_by: by.parse().unwrap(),
            acknowledge_date: day("2026-02-12"),
            note: Some("called".parse().unwrap()),
        })
    };
    let assign = |to: &str| {
        Command::AssignAlert(AssignAlert {
            customer_id: "C-1".parse().ok(),
            alert_id: "invoice_overdue-1".parse().unwrap(),
            assigned_to: to.parse().unwrap(),
            assigned_by: "credit-1".parse().unwrap(),
            assign_date: day("2026-02-12"),
        })
    };
    let id = "invoice_overdue-1".parse().unwrap();
    let seen = Event::AlertAcknowledged {
        alert: "invoice_overdue-1".parse().unwrap(),
        kind: Kind::InvoiceOverdue,
        severity: Severity::Medium,
        by: "credit-1".parse().unwrap(),
        on: day("2026-02-12"),
        note: Some("called".parse().unwrap()),
    };
    let state = move |alerts: &Alerts| {
        let view = alerts.alert(&"invoice_overdue-1".parse().unwrap(), day("2026-02-12")).unwrap();
        (view.state, view.assigned_to.map(|it| it.to_string()))
    };
    let [came, met] = paid("P-1", "F-1", "100.00", "2026-02-13");
    story()
        .given(invoice("F-1", "100.00", "2026-01-31"))
        .refuses(acknowledge("credit-1"), &Refusal::NotFound(id))
        .passes(day("2026-02-11"))
        .shows(state, (AlertState::Raised, None))
        .when(acknowledge("credit-1"), &[seen])
        .when(acknowledge("credit-2"), &[])
        .shows(state, (AlertState::Acknowledged, None))
        .asked(day("2026-02-12"), assign("credit-2"))
        .when(assign("credit-2"), &[])
        .shows(state, (AlertState::Acknowledged, Some("credit-2".to_owned())))
        .given(came)
        .given(met)
        .passes(day("2026-02-13"))
        .shows(state, (AlertState::Acknowledged, Some("credit-2".to_owned())))
        .when(acknowledge("credit-3"), &[])
        .refuses(assign("credit-3"), &Refusal::Cleared("invoice_overdue-1".parse().unwrap()));
}

#[test]
fn a_kind_that_is_muted_is_cleared_and_raised_again_when_it_is_not() {
    let mute = |muted: Vec<Kind>| {
        let rules = AlertPolicy { muted, flap_days: 0, ..AlertPolicy::default() };
        [Event::AlertPolicyAdopted(Box::new(rules))]
    };
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([held("PO-1", "2026-02-02", vec![Rule::NoLimit])])
        .on("2026-02-02", &["+order_held-PO-1-1"])
        .hears(mute(vec![Kind::OrderHeld]))
        .on("2026-02-02", &["-order_held-PO-1-1 policy_changed"])
        .hears(mute(Vec::new()))
        .on("2026-02-03", &["+order_held-PO-1-2"]);
}

#[test]
fn what_is_at_stake_is_added_up_as_the_credit_policy_says() {
    let counted = |disputed_counts| {
        let rules = CreditPolicy { disputed_counts, ..CreditPolicy::default() };
        [risk::Event::CreditPolicyAdopted(Box::new(rules))]
    };
    let mut world = World::new(AlertPolicy { flap_days: 0, ..AlertPolicy::default() });
    world
        .hears([granted("L-1", "95.00", "2026-01-02", None)])
        .hears([invoice("F-1", "100.00", "2026-09-30"), dispute("D-1", "F-1", "2026-02-01")])
        .on("2026-02-02", &["+limit_breached-1"])
        .hears(counted(false))
        .on("2026-02-02", &["-limit_breached-1 ended", "+limit_nearly-1"]);
}

#[test]
fn rules_that_cannot_be_are_refused_with_their_fields() {
    let rules = AlertPolicy { limit_nearly_percent: 0, news_days: 0, ..AlertPolicy::default() };
    let said = Policy::try_new(rules).unwrap_err().to_string();
    assert!(said.contains("limit_nearly_percent: ") && said.contains("news_days: "), "{said}");
    let adopt = Command::AdoptAlertPolicy(Box::default());
    let said = Policy::default().decide(&Alerts::default(), adopt.clone()).unwrap();
    assert_eq!(said, [Event::AlertPolicyAdopted(Box::default())]);
    let mut policy = Policy::default();
    policy.adopt(&said[0].clone().into());
    assert_eq!(policy.decide(&Alerts::default(), adopt), Ok(Vec::new()));
}

#[test]
fn why_it_was_cleared_is_told() {
    let words: Vec<_> = Clearing::ALL.iter().map(|it| it.word()).collect();
    assert_eq!(words, ["ended", "lapsed", "policy_changed"]);
}

pub(super) fn scored(grade: Grade, on: &str) -> risk::Event {
    risk::Event::Scored(Box::new(Scored {
        scored_on: day(on),
        scorecard: "house".parse().unwrap(),
        sum: risk::Weights::default(),
        chances: risk::Chances::default(),
        grade,
        earned: None,
        capped_by: None,
        grade_since: day(on),
        base: 0,
        reasons: Vec::new(),
        better: None,
        worse: None,
    }))
}

#[test]
fn a_grade_that_drops_is_news_and_so_is_the_next_drop() {
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([scored(Grade::B, "2026-02-01")])
        .on("2026-02-01", &[])
        .hears([scored(Grade::C, "2026-02-02")])
        .on("2026-02-02", &["+grade_dropped-1"])
        .hears([scored(Grade::D, "2026-02-10")])
        .on("2026-02-10", &["-grade_dropped-1 ended", "+grade_dropped-1 again"])
        .hears([scored(Grade::B, "2026-02-20")])
        .on("2026-02-20", &["-grade_dropped-1 ended"])
        .hears([scored(Grade::E, "2026-03-01")]);
    let said = world.says("2026-03-01");
    let [Event::AlertRaised(alert)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(alert.grades, Some((Grade::B, Grade::E)));
    assert_eq!(alert.evidence, [events::Sequence(5)]);
    world.on("2026-03-31", &["-grade_dropped-2 lapsed"]);
}

#[test]
fn a_customer_that_begins_to_pay_late_is_told_until_it_pays_as_before() {
    let mut world = World::new(AlertPolicy { overdue_days: 3_650, ..AlertPolicy::default() });
    let settle = |world: &mut World, n: u32, due: &str, on: &str| {
        let (id, payment) = (format!("F-{n}"), format!("P-{n}"));
        world.hears([invoice(&id, "10.00", due)]).hears(paid(&payment, &id, "10.00", on));
    };
    for n in 1..7 {
        settle(&mut world, n, &format!("2026-02-0{n}"), &format!("2026-02-0{n}"));
    }
    world.on("2026-02-10", &[]);
    for n in 1..4 {
        settle(&mut world, 10 + n, "2026-02-10", &format!("2026-03-1{n}"));
    }
    // The money is booked, and counts from its value date on.
    world.on("2026-03-11", &[]).on("2026-03-12", &["+behaviour_broke-1"]);
    for n in 1..4 {
        settle(&mut world, 20 + n, "2026-03-20", &format!("2026-03-2{n}"));
    }
    world.on("2026-03-23", &["-behaviour_broke-1 ended"]);
}

#[test]
fn an_insolvency_is_told_at_each_stage() {
    let notice = |id: &str, kind, on: &str| {
        [risk::Event::NoticePublished(Box::new(risk::Notice {
            notice: id.parse().unwrap(),
            kind,
            published_on: day(on),
            judged_on: None,
            court: None,
            source: "BODACC".parse().unwrap(),
        }))]
    };
    let mut world = World::new(AlertPolicy::default());
    world
        .hears(notice("N-0", NoticeKind::AccountsNotFiled, "2026-01-10"))
        .on("2026-01-10", &[])
        .hears(notice("N-1", NoticeKind::Receivership, "2026-02-01"))
        .on("2026-01-31", &[])
        .on("2026-02-01", &["+insolvency_published-N-1-1"])
        .hears(notice("N-2", NoticeKind::Liquidation, "2026-04-01"))
        .on("2026-04-01", &["-insolvency_published-N-1-1 ended", "+insolvency_published-N-2-1"]);
}

#[test]
fn a_review_that_is_overdue_is_told_until_somebody_has_looked() {
    let rules = CreditPolicy { review_months: Some([12, 12, 6, 3, 1]), ..CreditPolicy::default() };
    let reviewed = risk::Event::CustomerReviewed {
        reviewed_by: "credit-1".parse().unwrap(),
        reviewed_on: day("2026-05-10"),
        reason: "visit".parse().unwrap(),
    };
    let mut world = World::new(AlertPolicy::default());
    world
        .hears([risk::Event::CreditPolicyAdopted(Box::new(rules))])
        .hears([scored(Grade::D, "2026-02-01")])
        .on("2026-05-01", &[])
        .on("2026-05-02", &["+review_overdue-1"])
        .hears([reviewed])
        .on("2026-05-10", &["-review_overdue-1 ended"]);
}

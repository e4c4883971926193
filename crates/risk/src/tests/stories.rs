use chrono::NaiveDate;
use decider::spec::Story;
use events::{
    invoicing::{self, PaymentMethod, Source},
    risk::{Accepted, CreditPolicy, Event, Exception, Held, Order, Rate, Rule},
};
use money::{Money, Stated};

use crate::{
    ApproveLimit, CheckOrder, CloseOrder, Command, Exposure, GuaranteeData, LimitData, Policy,
    Refusal, ReleaseOrder, WithdrawLimit,
    view::{OrderState, Way, What},
};

pub(crate) fn day(text: &str) -> NaiveDate {
    events::date::parse(text).unwrap()
}

/// Whether something is said about orders.
fn orders(said: &Event) -> bool {
    matches!(said, Event::OrderAccepted(_) | Event::OrderHeld(_) | Event::OrderClosed { .. })
}

pub(crate) fn eur(text: &str) -> Money {
    format!("{text} EUR").parse().unwrap()
}

pub(super) fn rules() -> CreditPolicy {
    CreditPolicy { one_person_grants_up_to: Some(eur("10000.00")), ..CreditPolicy::default() }
}

pub(super) fn policy(rules: CreditPolicy) -> Policy {
    Policy::try_new(rules).unwrap()
}

pub(super) fn limit(id: &str, amount: &str, from: &str, until: Option<&str>) -> Command {
    Command::RequestLimit(Box::new(LimitData {
        customer_id: "C-1".parse().unwrap(),
        limit_id: id.parse().unwrap(),
        amount: Stated(eur(amount)),
        temporary: until.is_some(),
        valid_from: day(from),
        valid_until: until.map(day),
        requested_by: "credit-1".parse().unwrap(),
        request_date: day("2026-01-02"),
        reason: "review".parse().unwrap(),
    }))
}

pub(super) fn order(id: &str, amount: &str, on: &str) -> Command {
    Command::CheckOrder(CheckOrder {
        customer_id: "C-1".parse().unwrap(),
        order: id.parse().unwrap(),
        amount: Stated(amount.parse().unwrap()),
        order_date: day(on),
        delivery_date: None,
    })
}

pub(super) fn invoice(id: &str, gross: &str, due: &str, order: Option<&str>) -> invoicing::Event {
    invoicing::Event::InvoiceIssued(Box::new(invoicing::Invoice {
        invoice: id.parse().unwrap(),
        number: None,
        issued_on: day("2026-01-02"),
        due_on: day(due),
        terms: None,
        gross: gross.parse().unwrap(),
        tax: None,
        order: order.map(|it| it.parse().unwrap()),
        contract: None,
        site: None,
        terms_version: None,
    }))
}

pub(crate) fn paid(id: &str, invoice: &str, amount: &str, on: &str) -> [invoicing::Event; 2] {
    let payment = invoicing::Payment {
        payment: id.parse().unwrap(),
        amount: eur(amount),
        value_date: day(on),
        method: PaymentMethod::Transfer,
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

fn ordered(id: &str, amount: &str, on: &str) -> Order {
    let amount = amount.parse().unwrap();
    Order { order: id.parse().unwrap(), amount, ordered_on: day(on), delivers_on: None }
}

fn accepted(id: &str, amount: &str, ordered_on: &str, on: &str) -> Event {
    let order = ordered(id, amount, ordered_on);
    Event::OrderAccepted(Box::new(Accepted { order, accepted_on: day(on), exception: None }))
}

fn held(id: &str, amount: &str, ordered_on: &str, on: &str, rules: Vec<Rule>) -> Event {
    let order = ordered(id, amount, ordered_on);
    Event::OrderHeld(Box::new(Held { order, held_on: day(on), rules }))
}

fn over(excess: &str) -> Rule {
    Rule::OverLimit { excess: eur(excess) }
}

pub(super) fn story() -> Story<Policy> {
    Story::of(policy(rules()))
}

/// A customer with a limit of 10,000.
fn limited() -> Story<Policy> {
    story().asked(day("2026-01-02"), limit("L-1", "10000.00", "2026-01-02", None))
}

#[test]
fn a_limit_within_what_one_person_may_grant_is_granted_and_a_larger_one_needs_two() {
    let asked = limit("L-2", "10000.01", "2026-01-02", None);
    let approve = |by: &str| {
        Command::ApproveLimit(ApproveLimit {
            customer_id: "C-1".parse().unwrap(),
            limit_id: "L-2".parse().unwrap(),
            approved_by: by.parse().unwrap(),
            approve_date: day("2026-01-05"),
        })
    };
    let in_force = |on| move |risk: &crate::Risk| risk.limit_on(&rules(), day(on));
    limited()
        .shows(in_force("2026-01-01"), None)
        .shows(in_force("2026-01-02"), Some(eur("10000.00")))
        .asked(day("2026-01-02"), asked.clone())
        .shows(in_force("2026-01-05"), Some(eur("10000.00")))
        .refuses(approve("credit-1"), &Refusal::SamePerson("credit-1".parse().unwrap()))
        .asked(day("2026-01-05"), approve("finance-1"))
        .shows(in_force("2026-01-05"), Some(eur("10000.01")))
        .when(asked, &[])
        .when(approve("finance-2"), &[]);
}

#[test]
fn a_temporary_limit_counts_while_it_is_larger_and_ends_by_itself() {
    let in_force = |on| move |risk: &crate::Risk| risk.limit_on(&rules(), day(on)).unwrap();
    limited()
        .asked(day("2026-01-02"), limit("T-1", "9000.00", "2026-02-01", Some("2026-02-28")))
        .shows(in_force("2026-02-10"), eur("10000.00"))
        .asked(day("2026-01-02"), limit("L-3", "500.00", "2026-01-20", None))
        .shows(in_force("2026-01-31"), eur("500.00"))
        .shows(in_force("2026-02-01"), eur("9000.00"))
        .shows(in_force("2026-02-28"), eur("9000.00"))
        .shows(in_force("2026-03-01"), eur("500.00"));
}

#[test]
fn what_was_accepted_takes_headroom_so_the_next_order_does_not_get_it() {
    limited()
        .when(
            order("PO-1", "6000.00 EUR", "2026-01-10"),
            &[accepted("PO-1", "6000.00 EUR", "2026-01-10", "2026-01-10")],
        )
        .when(
            order("PO-2", "6000.00 EUR", "2026-01-10"),
            &[held("PO-2", "6000.00 EUR", "2026-01-10", "2026-01-10", vec![over("2000.00")])],
        )
        .when(order("PO-1", "6000.00 EUR", "2026-01-10"), &[])
        .refuses(
            order("PO-1", "5000.00 EUR", "2026-01-10"),
            &Refusal::Conflict { subject: crate::Subject::Order, id: "PO-1".to_owned() },
        );
}

#[test]
fn an_invoice_takes_the_place_of_its_order() {
    let exposure = |risk: &crate::Risk| {
        let Exposure { orders, not_due, total, headroom, .. } =
            policy(rules()).exposure(risk, day("2026-01-20")).unwrap();
        [orders, not_due, total, headroom.unwrap()].map(|it| it.to_string())
    };
    limited()
        .asked(day("2026-01-10"), order("PO-1", "6000.00 EUR", "2026-01-10"))
        .shows(exposure, ["6000.00 EUR", "0.00 EUR", "6000.00 EUR", "4000.00 EUR"])
        .given(invoice("F-1", "2500.00 EUR", "2026-02-28", Some("PO-1")))
        .shows(exposure, ["3500.00 EUR", "2500.00 EUR", "6000.00 EUR", "4000.00 EUR"])
        .given(invoice("F-2", "4000.00 EUR", "2026-02-28", Some("PO-1")))
        .shows(exposure, ["0.00 EUR", "6500.00 EUR", "6500.00 EUR", "3500.00 EUR"]);
}

#[test]
fn an_order_is_released_by_the_payment_that_makes_room() {
    let [received, allocated] = paid("P-1", "F-1", "8000.00", "2026-01-15");
    limited()
        .given(invoice("F-1", "8000.00 EUR", "2026-02-28", None))
        .when(
            order("PO-1", "5000.00 EUR", "2026-01-10"),
            &[held("PO-1", "5000.00 EUR", "2026-01-10", "2026-01-10", vec![over("3000.00")])],
        )
        .on_about(day("2026-01-14"), orders, &[])
        .given(received)
        .given(allocated)
        .on_about(
            day("2026-01-15"),
            orders,
            &[accepted("PO-1", "5000.00 EUR", "2026-01-10", "2026-01-15")],
        )
        .on_about(day("2026-01-16"), orders, &[]);
}

#[test]
fn an_order_that_waits_is_told_when_another_reason_comes() {
    let both = vec![over("3000.00"), Rule::Overdue { invoice: "F-1".parse().unwrap(), days: 31 }];
    limited()
        .given(invoice("F-1", "8000.00 EUR", "2026-01-31", None))
        .asked(day("2026-01-10"), order("PO-1", "5000.00 EUR", "2026-01-10"))
        .on_about(day("2026-03-02"), orders, &[])
        .on_about(
            day("2026-03-03"),
            orders,
            &[held("PO-1", "5000.00 EUR", "2026-01-10", "2026-03-03", both)],
        )
        .on_about(day("2026-03-20"), orders, &[]);
}

#[test]
fn a_limit_that_begins_later_releases_on_its_day_and_an_approver_may_do_it_before() {
    let release = Command::ReleaseOrder(ReleaseOrder {
        customer_id: "C-1".parse().unwrap(),
        order: "PO-2".parse().unwrap(),
        approved_by: "finance-1".parse().unwrap(),
        release_date: day("2026-01-12"),
        reason: "strategic".parse().unwrap(),
        valid_until: None,
    });
    let exception = Exception {
        approved_by: "finance-1".parse().unwrap(),
        reason: "strategic".parse().unwrap(),
        against: vec![Rule::NoLimit],
        holds_until: None,
    };
    story()
        .asked(day("2026-01-10"), order("PO-1", "100.00 EUR", "2026-01-10"))
        .asked(day("2026-01-10"), order("PO-2", "200.00 EUR", "2026-01-10"))
        .when(
            release,
            &[Event::OrderAccepted(Box::new(Accepted {
                order: ordered("PO-2", "200.00 EUR", "2026-01-10"),
                accepted_on: day("2026-01-12"),
                exception: Some(exception),
            }))],
        )
        .asked(day("2026-01-12"), limit("L-1", "1000.00", "2026-02-01", None))
        .on_about(day("2026-01-30"), orders, &[])
        .on_about(
            day("2026-02-02"),
            orders,
            &[accepted("PO-1", "100.00 EUR", "2026-01-10", "2026-02-02")],
        );
}

#[test]
fn the_ways_out_are_told_and_whether_each_is_enough() {
    let ways = |risk: &crate::Risk| {
        let id = "PO-1".parse().unwrap();
        let view = policy(rules()).order(risk, &id, day("2026-01-10")).unwrap();
        match view.state {
            OrderState::Held { ways, .. } => ways,
            OrderState::Accepted { .. } => Vec::new(),
        }
    };
    let way = |what, enough| Way { what, enough };
    let pay = |ids: &[&str], amount: &str| What::Pay {
        invoices: ids.iter().map(|it| it.parse().unwrap()).collect(),
        amount: eur(amount),
    };
    limited()
        .given(invoice("F-1", "3000.00 EUR", "2026-02-28", None))
        .given(invoice("F-2", "4000.00 EUR", "2026-03-31", None))
        .asked(day("2026-01-10"), order("PO-1", "5000.00 EUR", "2026-01-10"))
        .shows(
            ways,
            vec![
                way(What::Deposit(eur("2000.00")), true),
                way(What::DeliverPart(eur("3000.00")), true),
                way(pay(&["F-1"], "3000.00"), true),
                way(What::Limit(eur("12000.00")), true),
            ],
        )
        // Long overdue, by this day: money for the order alone does not help any more.
        .given(invoice("F-3", "10.00 EUR", "2025-11-30", None))
        .shows(
            ways,
            vec![
                way(What::Deposit(eur("2010.00")), false),
                way(What::DeliverPart(eur("2990.00")), false),
                way(pay(&["F-3", "F-1"], "3010.00"), true),
                way(What::Limit(eur("12010.00")), false),
            ],
        );
}

pub(super) fn guarantee(id: &str, amount: &str, counts_for: &str) -> Command {
    Command::RecordGuarantee(Box::new(GuaranteeData {
        customer_id: "C-1".parse().unwrap(),
        guarantee_id: id.parse().unwrap(),
        kind: events::risk::GuaranteeKind::BankGuarantee,
        amount: Stated(eur(amount)),
        counts_for: counts_for.parse().unwrap(),
        valid_from: day("2026-01-02"),
        valid_until: Some(day("2026-06-30")),
        rank: None,
    }))
}

#[test]
fn a_guarantee_counts_for_its_part_while_it_holds() {
    let guarantee = guarantee("G-1", "5000.00", "0.9");
    let unsecured =
        |on| move |risk: &crate::Risk| policy(rules()).exposure(risk, day(on)).unwrap().unsecured;
    limited()
        .given(invoice("F-1", "12000.00 EUR", "2026-12-31", None))
        .asked(day("2026-01-02"), guarantee)
        .shows(unsecured("2026-06-30"), eur("7500.00"))
        .shows(unsecured("2026-07-01"), eur("12000.00"));
}

#[test]
fn currencies_are_added_by_the_rates_of_the_policy_and_without_one_the_order_waits() {
    let rate = Rate {
        currency: "USD".parse().unwrap(),
        rate: "0.9".parse().unwrap(),
        on: day("2026-01-02"),
    };
    let priced = CreditPolicy { rates: vec![rate], ..rules() };
    let no_rate = vec![Rule::NoRate { currency: "USD".parse().unwrap() }];
    limited()
        .given(invoice("F-1", "10000.00 USD", "2026-12-31", None))
        .when(
            order("PO-1", "1000.00 EUR", "2026-01-10"),
            &[held("PO-1", "1000.00 EUR", "2026-01-10", "2026-01-10", no_rate)],
        )
        .on_about(day("2026-01-11"), orders, &[])
        .given(Event::CreditPolicyAdopted(Box::new(priced)))
        .on_about(
            day("2026-01-12"),
            orders,
            &[accepted("PO-1", "1000.00 EUR", "2026-01-10", "2026-01-12")],
        );
}

#[test]
fn a_closed_order_gives_its_headroom_back_and_a_withdrawn_limit_holds_what_comes_after() {
    let close = Command::CloseOrder(CloseOrder {
        customer_id: "C-1".parse().unwrap(),
        order: "PO-1".parse().unwrap(),
        close_date: day("2026-01-12"),
    });
    let withdraw = Command::WithdrawLimit(WithdrawLimit {
        customer_id: "C-1".parse().unwrap(),
        limit_id: "L-1".parse().unwrap(),
        withdraw_date: day("2026-01-20"),
        reason: "accounts not filed".parse().unwrap(),
    });
    limited()
        .asked(day("2026-01-10"), order("PO-1", "10000.00 EUR", "2026-01-10"))
        .asked(day("2026-01-10"), order("PO-2", "10000.00 EUR", "2026-01-10"))
        .asked(day("2026-01-12"), close.clone())
        .when(close, &[])
        .shows(|it| it.accepted.contains_key("PO-2"), true)
        .asked(day("2026-01-15"), withdraw)
        .when(
            order("PO-3", "1.00 EUR", "2026-01-20"),
            &[held("PO-3", "1.00 EUR", "2026-01-20", "2026-01-20", vec![Rule::NoLimit])],
        );
}

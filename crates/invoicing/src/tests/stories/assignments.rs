use decider::spec::Story;
use events::invoicing::{Event, FacilityKind, RecourseGround, Rule};
use money::Stated;
use rust_decimal::Decimal;

use crate::{tests::say::*, view::AssignmentState, *};

fn ask(it: Ask) -> Command {
    Command::Assign(Box::new(it))
}

pub(in crate::tests) fn agreement(
    id_of: &str,
    kind: FacilityKind,
    recourse: bool,
) -> RegisterFacility {
    RegisterFacility {
        facility_id: id(id_of),
        assignee: id("Affacturage du Nord"),
        kind,
        currency_code: money::Currency::EUR,
        recourse,
        funded_share: Decimal::new(85, 2),
        reserve_share: Decimal::new(15, 2),
        discount_rate_percent: None,
        overdue_days_max: 30,
        customer_limit: None,
        excluded_customer_ids: Vec::new(),
        notifies: true,
        collects: false,
        payee: Some(id("nord")),
    }
}

fn assign(assignment: &str, invoice: &str, facility: &str, on: &str) -> Command {
    part(assignment, invoice, facility, None, on)
}

fn part(
    assignment: &str,
    invoice: &str,
    facility: &str,
    amount: Option<&str>,
    on: &str,
) -> Command {
    ask(Ask::AssignReceivable(AssignReceivable {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        invoice_id: id(invoice),
        facility_id: id(facility),
        amount: amount.map(stated),
        assign_date: day(on),
    }))
}

fn offer(assignment: &str, invoice: &str, facility: &str, on: &str) -> Command {
    ask(Ask::OfferReceivable(OfferReceivable {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        invoice_id: id(invoice),
        facility_id: id(facility),
        amount: None,
        offer_date: day(on),
    }))
}

fn paid(assignment: &str, payment: &str, amount: &str, on: &str) -> Command {
    ask(Ask::RecordAssigneePayment(RecordAssigneePayment {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        payment_id: id(payment),
        amount: stated(amount),
        value_date: day(on),
    }))
}

fn pass_on(assignment: &str, payment: &str, on: &str) -> Command {
    ask(Ask::PassPaymentOn(PassPaymentOn {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        payment_id: id(payment),
        pass_date: day(on),
    }))
}

fn fund(assignment: &str, amount: Option<&str>, on: &str) -> Command {
    ask(Ask::FundAssignment(FundAssignment {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        amount: amount.map(stated),
        fee: None,
        fund_date: day(on),
    }))
}

fn recourse(assignment: &str, ground: RecourseGround, costs: Option<&str>, on: &str) -> Command {
    ask(Ask::TakeRecourse(TakeRecourse {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        ground,
        costs: costs.map(stated),
        recourse_date: day(on),
    }))
}

fn repurchase(assignment: &str, on: &str) -> Command {
    ask(Ask::Repurchase(Repurchase {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        amount: None,
        repurchase_date: day(on),
    }))
}

fn settle(assignment: &str, amount: &str, on: &str) -> Command {
    ask(Ask::SettleAssignment(SettleAssignment {
        customer_id: id("C-1"),
        assignment_id: id(assignment),
        amount: Some(stated(amount)),
        settle_date: day(on),
    }))
}

/// One of each kind.
pub(super) fn every_ask() -> Vec<Command> {
    vec![
        ask(Ask::RegisterFacility(Box::new(agreement("FC-1", FacilityKind::Pledge, true)))),
        offer("AS-1", "F-1", "FC-1", "01-10"),
        ask(Ask::EndOffer(EndOffer {
            customer_id: id("C-1"),
            assignment_id: id("AS-1"),
            end_date: day("01-10"),
        })),
        assign("AS-1", "F-1", "FC-1", "01-10"),
        ask(Ask::NotifyAssignment(NotifyAssignment {
            customer_id: id("C-1"),
            assignment_id: id("AS-1"),
            notify_date: day("01-10"),
            collects: true,
        })),
        fund("AS-1", Some("5.00"), "01-10"),
        paid("AS-1", "P-1", "5.00", "01-10"),
        pass_on("AS-1", "P-1", "01-10"),
        recourse("AS-1", RecourseGround::Dispute, Some("1.00"), "01-10"),
        repurchase("AS-1", "01-10"),
        settle("AS-1", "5.00", "01-10"),
    ]
}

/// Agreements are heard as facts: `FC-1` without recourse, `FC-2` with, `FC-3` a bank's that buys
/// bills, `FC-4` a pledge.
fn with_facilities(story: Story<Policy>) -> Story<Policy> {
    let bank = RegisterFacility {
        discount_rate_percent: Some(Decimal::from(5)),
        funded_share: Decimal::ONE,
        reserve_share: Decimal::ZERO,
        notifies: false,
        collects: true,
        ..agreement("FC-3", FacilityKind::Discount, true)
    };
    let all = [
        agreement("FC-1", FacilityKind::Factoring, false),
        agreement("FC-2", FacilityKind::Factoring, true),
        bank,
        RegisterFacility { notifies: false, ..agreement("FC-4", FacilityKind::Pledge, true) },
    ];
    let heard = |story: Story<Policy>, it: RegisterFacility| {
        story.given(Event::FacilityRegistered(Box::new(it.into())))
    };
    all.into_iter().fold(story, heard)
}

/// 1,000.00 of 10 January, due 30 days later, assigned on the 12th.
fn assigned(facility: &str) -> Story<Policy> {
    with_facilities(holding())
        .asked(day("01-10"), invoice("F-1", "1000.00", "01-10"))
        .asked(day("01-12"), assign("AS-1", "F-1", facility, "01-12"))
}

/// Own, with recourse, contingent, without recourse, at the end of a day.
fn shares(on: &str) -> impl Fn(&Account) -> String + use<> {
    let on = day(on);
    move |account| {
        let it = account.shares(&id("F-1"), on).unwrap();
        let all = [it.own, it.with_recourse, it.contingent, it.without_recourse];
        all.map(|it| it.to_string().replace(" EUR", "")).join(" ")
    }
}

fn stands(look: impl Fn(&view::AssignmentView) -> String) -> impl Fn(&Account) -> String {
    move |account| look(&account.assignments(day("2199-01-01"))[0])
}

fn held(it: &view::AssignmentView) -> String {
    format!("held {}, passed on {}", it.held, it.passed_on)
}

#[test]
fn a_receivable_is_offered_assigned_funded_paid_and_settled() {
    with_facilities(holding())
        .asked(day("01-10"), invoice("F-1", "1000.00", "01-10"))
        .asked(day("01-11"), offer("AS-1", "F-1", "FC-1", "01-11"))
        .shows(stands(|it| it.state.word().to_owned()), "offered")
        .shows(shares("12-31"), "1000.00 0.00 0.00 0.00")
        .asked(day("01-12"), assign("AS-1", "F-1", "FC-1", "01-12"))
        .shows(shares("01-11"), "1000.00 0.00 0.00 0.00")
        .shows(shares("01-12"), "0.00 0.00 0.00 1000.00")
        .when(
            fund("AS-1", None, "01-13"),
            &[Event::AssignmentFunded {
                assignment: id("AS-1"),
                amount: eur("850.00"),
                fee: eur("0.00"),
                funded_on: day("01-13"),
            }],
        )
        .shows(
            stands(|it| format!("{} reserve {}", it.state.word(), it.reserve)),
            "funded reserve 150.00 EUR",
        )
        .asked(day("02-09"), paid("AS-1", "P-1", "1000.00", "02-09"))
        .shows(settled("F-1"), "P-1 1000.00 EUR Designated")
        .shows(stands(held), "held 0.00 EUR, passed on 0.00 EUR")
        .shows(stands(|it| it.paid_to_assignee.to_string()), "1000.00 EUR")
        .asked(day("02-10"), settle("AS-1", "150.00", "02-10"))
        .shows(stands(|it| it.state.word().to_owned()), "settled")
        .shows(shares("12-31"), "0.00 0.00 0.00 0.00");
}

#[test]
fn what_is_asked_twice_is_done_once() {
    let story = assigned("FC-2")
        .asked(day("01-13"), fund("AS-1", None, "01-13"))
        .asked(day("02-20"), recourse("AS-1", RecourseGround::Unpaid, Some("15.00"), "02-20"))
        .asked(day("02-21"), paid("AS-1", "P-1", "10.00", "02-21"))
        .when(assign("AS-1", "F-1", "FC-2", "01-12"), &[])
        .when(fund("AS-1", Some("850.00"), "01-13"), &[])
        .when(recourse("AS-1", RecourseGround::Unpaid, Some("15.00"), "02-20"), &[])
        .when(paid("AS-1", "P-1", "10.00", "02-21"), &[]);
    let conflict = story.refusal(assign("AS-1", "F-1", "FC-2", "01-13"));
    assert_eq!(conflict.reason(), "ASSIGNMENT_CONFLICT");
    let story = story.asked(day("02-25"), repurchase("AS-1", "02-25"));
    story.when(repurchase("AS-1", "02-25"), &[]);
}

#[test]
fn a_bank_keeps_its_discount_and_a_bill_that_is_not_paid_comes_back_with_its_costs() {
    // Due 60 days after it is funded: 10,000.00 × 5 % × 60 / 360.
    let due = InvoiceData { due_date: Some(day("03-13")), ..bill("F-1", "10000.00", "01-10") };
    with_facilities(holding())
        .asked(day("01-10"), issue(due))
        .asked(day("01-12"), assign("AS-1", "F-1", "FC-3", "01-12"))
        .when(
            fund("AS-1", None, "01-12"),
            &[Event::AssignmentFunded {
                assignment: id("AS-1"),
                amount: eur("10000.00"),
                fee: eur("83.33"),
                funded_on: day("01-12"),
            }],
        )
        .shows(shares("03-14"), "0.00 0.00 10000.00 0.00")
        .asked(day("03-14"), recourse("AS-1", RecourseGround::Unpaid, Some("15.00"), "03-14"))
        .shows(shares("03-14"), "0.00 0.00 10000.00 0.00")
        .when(
            repurchase("AS-1", "03-16"),
            &[Event::AssignmentRepurchased {
                assignment: id("AS-1"),
                amount: eur("10015.00"),
                repurchased_on: day("03-16"),
            }],
        )
        .shows(shares("03-15"), "0.00 0.00 10000.00 0.00")
        .shows(shares("03-16"), "10000.00 0.00 0.00 0.00");
}

#[test]
fn a_bill_is_at_stake_until_it_is_paid() {
    assigned("FC-3")
        .asked(day("02-09"), paid("AS-1", "P-1", "1000.00", "02-09"))
        .shows(shares("02-08"), "0.00 0.00 1000.00 0.00")
        .shows(shares("02-09"), "0.00 0.00 0.00 0.00");
}

#[test]
fn with_recourse_it_stays_at_stake_and_a_pledge_stays_the_tenants() {
    assigned("FC-2").shows(shares("12-31"), "0.00 1000.00 0.00 0.00");
    assigned("FC-4").shows(shares("12-31"), "1000.00 0.00 0.00 0.00");
}

#[test]
fn money_that_reaches_the_tenant_by_mistake_is_held_and_passed_on() {
    let story = assigned("FC-1")
        .asked(day("02-09"), payment_for("P-1", "400.00", "02-09", &["F-1"]))
        .shows(shares("12-31"), "0.00 0.00 0.00 600.00")
        .shows(stands(held), "held 400.00 EUR, passed on 0.00 EUR");
    assert_eq!(story.refusal(settle("AS-1", "0.00", "02-10")).reason(), "ASSIGNMENT_NOT_SETTLED");
    let story = story
        .when(
            pass_on("AS-1", "P-1", "02-10"),
            &[Event::PaymentPassedOn {
                assignment: id("AS-1"),
                payment: id("P-1"),
                amount: eur("400.00"),
                passed_on: day("02-10"),
            }],
        )
        .shows(stands(held), "held 0.00 EUR, passed on 400.00 EUR")
        .when(pass_on("AS-1", "P-1", "02-10"), &[]);
    assert_eq!(story.refusal(pass_on("AS-1", "P-1", "02-11")).reason(), "ASSIGNMENT_CONFLICT");
    assert_eq!(story.refusal(pass_on("AS-1", "P-9", "02-11")).reason(), "NOTHING_HELD");
    // Money that did not stay was never held.
    story
        .asked(day("02-12"), bounce("P-1", "02-12"))
        .shows(shares("12-31"), "0.00 0.00 0.00 1000.00")
        .shows(stands(held), "held 0.00 EUR, passed on 0.00 EUR");
}

#[test]
fn money_of_a_pledge_is_the_tenants_until_the_customer_is_told() {
    let told = ask(Ask::NotifyAssignment(NotifyAssignment {
        customer_id: id("C-1"),
        assignment_id: id("AS-1"),
        notify_date: day("02-01"),
        collects: false,
    }));
    assigned("FC-4")
        .asked(day("01-20"), payment_for("P-1", "300.00", "01-20", &["F-1"]))
        .asked(day("02-01"), told.clone())
        .when(told, &[])
        .asked(day("02-09"), payment_for("P-2", "200.00", "02-09", &["F-1"]))
        .shows(stands(held), "held 200.00 EUR, passed on 0.00 EUR")
        .shows(stands(|it| it.paid_to_tenant.to_string()), "300.00 EUR");
}

#[test]
fn a_payment_from_before_that_is_heard_of_later_corrects_the_assignment() {
    assigned("FC-1")
        .shows(stands(|it| it.never_open.to_string()), "0.00 EUR")
        .asked(day("02-01"), payment_for("P-1", "300.00", "01-11", &["F-1"]))
        .shows(
            stands(|it| format!("{} open, {} never", it.open, it.never_open)),
            "700.00 EUR open, 300.00 EUR never",
        )
        .shows(stands(held), "held 0.00 EUR, passed on 0.00 EUR")
        .shows(shares("12-31"), "0.00 0.00 0.00 700.00")
        .asked(day("02-02"), bounce("P-1", "02-02"))
        .shows(stands(|it| it.never_open.to_string()), "0.00 EUR");
}

#[test]
fn of_a_part_the_tenants_own_is_paid_first() {
    let story = with_facilities(holding()).asked(day("01-10"), invoice("F-1", "1000.00", "01-10"));
    let more = story.refusal(part("AS-1", "F-1", "FC-1", Some("1000.01"), "01-12"));
    assert_eq!(more.reason(), "NOT_ENOUGH_OPEN");
    story
        .asked(day("01-12"), part("AS-1", "F-1", "FC-1", Some("600.00"), "01-12"))
        .shows(shares("12-31"), "400.00 0.00 0.00 600.00")
        .asked(day("02-01"), payment_for("P-1", "500.00", "02-01", &["F-1"]))
        .shows(shares("12-31"), "0.00 0.00 0.00 500.00")
        .shows(stands(held), "held 100.00 EUR, passed on 0.00 EUR");
}

#[test]
fn a_credit_note_dilutes_what_was_assigned_and_is_the_one_ground_without_recourse() {
    let story = assigned("FC-1");
    let why = story.refusal(recourse("AS-1", RecourseGround::Unpaid, None, "03-01"));
    assert_eq!((why.reason(), why.field()), ("NO_RECOURSE", Some("ground")));
    let why = story.refusal(recourse("AS-1", RecourseGround::Dilution, None, "03-01"));
    assert_eq!(why.reason(), "NO_RECOURSE");
    let why = story.refusal(recourse("AS-1", RecourseGround::Dispute, None, "03-01"));
    assert_eq!(why.reason(), "NO_RECOURSE");
    let story = story
        .asked(day("02-01"), credit("A-1", "F-1", "250.00", "02-01"))
        .shows(stands(|it| format!("{} diluted", it.diluted)), "250.00 EUR diluted")
        .asked(day("02-02"), recourse("AS-1", RecourseGround::Dilution, None, "02-02"))
        // What was not credited stays the assignee's.
        .shows(shares("12-31"), "0.00 0.00 0.00 750.00");
    drop(story);
    assigned("FC-1")
        .asked(day("02-01"), dispute("D-1", "F-1", Some("100.00"), "02-01"))
        .shows(stands(|it| format!("{} contested", it.disputed)), "100.00 EUR contested")
        .asked(day("02-02"), recourse("AS-1", RecourseGround::Dispute, None, "02-02"))
        .shows(shares("02-01"), "0.00 0.00 0.00 1000.00")
        .shows(shares("02-02"), "0.00 1000.00 0.00 0.00");
}

#[test]
fn every_reason_against_an_offer_is_told() {
    let picky = RegisterFacility {
        overdue_days_max: 0,
        customer_limit: Some(Stated(eur("500.00"))),
        excluded_customer_ids: vec![id("C-1")],
        ..agreement("FC-9", FacilityKind::Factoring, false)
    };
    let forbids = RegisterTerms { excludes_assignment: true, ..sale("CGV-1", "01-01") };
    let story = books()
        .given(Event::FacilityRegistered(Box::new(picky.into())))
        .given(Event::TermsRegistered(Box::new(forbids.into())))
        .asked(day("01-10"), invoice("F-1", "1000.00", "01-10"))
        .asked(day("02-01"), dispute("D-1", "F-1", Some("100.00"), "02-01"));
    let why = story.refusal(offer("AS-1", "F-1", "FC-9", "02-19"));
    assert_eq!((why.reason(), why.field()), ("INVOICE_INELIGIBLE", Some("invoice_id")));
    assert_eq!(
        why.to_string(),
        "invoice F-1 may not be offered: 100.00 EUR of it are contested; it is 10 days past due, \
         and at most 0 are taken; the customer is left out; terms of sale CGV-1 forbid it; of this \
         customer 500.00 EUR more are taken"
    );
    // What the assignee has taken all the same, it has.
    story.asked(day("02-19"), assign("AS-1", "F-1", "FC-9", "02-19"));

    let dollars =
        with_facilities(books()).asked(day("01-10"), issue(bill("F-1", "10.00 USD", "01-10")));
    let why = dollars.refusal(offer("AS-1", "F-1", "FC-1", "01-11"));
    assert_eq!(why.to_string(), "invoice F-1 may not be offered: it is not in EUR");
}

#[test]
fn what_is_gone_assigned_paid_or_unknown_is_not_assigned() {
    let refused = |story: &Story<Policy>, command| story.refusal(command).reason();
    let story = assigned("FC-1");
    let twice = story.refusal(assign("AS-2", "F-1", "FC-2", "01-13"));
    assert_eq!(twice.to_string(), "invoice F-1 is assigned already, by AS-1");
    assert_eq!(refused(&story, offer("AS-2", "F-1", "FC-2", "01-13")), "INVOICE_INELIGIBLE");
    assert_eq!(refused(&story, fund("AS-9", None, "01-13")), "ASSIGNMENT_NOT_FOUND");

    let story = with_facilities(holding())
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-10"), invoice("F-2", "100.00", "01-10"))
        .asked(day("01-11"), payment_for("P-1", "100.00", "01-11", &["F-1"]))
        .asked(day("01-11"), cancel("F-2", "01-11"));
    assert_eq!(refused(&story, assign("AS-1", "F-1", "FC-1", "01-12")), "NOT_ENOUGH_OPEN");
    assert_eq!(refused(&story, assign("AS-1", "F-2", "FC-1", "01-12")), "INVOICE_CANCELLED");
    assert_eq!(refused(&story, assign("AS-1", "F-9", "FC-1", "01-12")), "INVOICE_NOT_FOUND");
    assert_eq!(refused(&story, assign("AS-1", "F-1", "FC-9", "01-12")), "FACILITY_NOT_FOUND");
}

#[test]
fn an_invoice_that_came_back_may_be_assigned_again() {
    let story = assigned("FC-2").asked(day("03-01"), repurchase("AS-1", "03-01"));
    assert!(story.look(|it| it.came_back(&id("F-1"))));
    assert_eq!(
        story.refusal(recourse("AS-1", RecourseGround::Unpaid, None, "03-02")).reason(),
        "ASSIGNMENT_OVER"
    );
    story
        .asked(day("03-02"), assign("AS-2", "F-1", "FC-1", "03-02"))
        .shows(shares("02-28"), "0.00 1000.00 0.00 0.00")
        .shows(shares("03-01"), "1000.00 0.00 0.00 0.00")
        .shows(shares("03-02"), "0.00 0.00 0.00 1000.00");
}

#[test]
fn an_offer_may_come_to_nothing() {
    let ended = ask(Ask::EndOffer(EndOffer {
        customer_id: id("C-1"),
        assignment_id: id("AS-1"),
        end_date: day("01-12"),
    }));
    let story = with_facilities(holding())
        .asked(day("01-10"), invoice("F-1", "1000.00", "01-10"))
        .asked(day("01-11"), offer("AS-1", "F-1", "FC-1", "01-11"))
        .asked(day("01-12"), ended.clone())
        .when(ended, &[])
        .shows(stands(|it| it.state.word().to_owned()), AssignmentState::Ended.word());
    assert_eq!(story.refusal(assign("AS-1", "F-1", "FC-1", "01-13")).reason(), "ASSIGNMENT_OVER");
}

#[test]
fn an_agreement_is_checked_and_stays_as_it_was_registered() {
    let register = |it| ask(Ask::RegisterFacility(Box::new(it)));
    let fine = agreement("FC-1", FacilityKind::Factoring, false);
    let story =
        books().asked(day("01-01"), register(fine.clone())).when(register(fine.clone()), &[]);
    let other = RegisterFacility { recourse: true, ..fine.clone() };
    assert_eq!(story.refusal(register(other)).reason(), "FACILITY_CONFLICT");
    let wrong = RegisterFacility {
        funded_share: Decimal::new(95, 2),
        overdue_days_max: 4_000,
        customer_limit: Some(Stated(eur("5.00 USD"))),
        notifies: false,
        ..fine
    };
    let Err(Invalid(errors)) = register(wrong).check() else { panic!("it cannot be") };
    let fields: Vec<_> = errors.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["reserve_share", "overdue_days_max", "customer_limit", "collects"]);
}

#[test]
fn whoever_has_an_invoice_asks_for_it_unless_the_tenant_collects() {
    let holder = |account: &Account| {
        let it = account.holder(&id("F-1"));
        it.map(|it| (it.collects_itself(), it.is_own, it.notified_on.is_some()))
    };
    books().shows(holder, None);
    assigned("FC-1").shows(holder, Some((true, false, true)));
    assigned("FC-3").shows(holder, Some((false, false, false)));
    assigned("FC-4").shows(holder, Some((false, true, false)));
    assigned("FC-1")
        .asked(day("02-09"), paid("AS-1", "P-1", "1000.00", "02-09"))
        .shows(holder, None);
    let rule = assigned("FC-1").asked(day("02-09"), paid("AS-1", "P-1", "1000.00", "02-09"));
    rule.shows(settled("F-1"), format!("P-1 1000.00 EUR {:?}", Rule::Designated));
}

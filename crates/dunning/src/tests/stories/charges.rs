//! What is owed besides the invoice: interest for late payment and the fixed sum, put right, given up,
//! and asked for by a document of its own; and the confirmation of a payment plan.

use events::{
    dunning::{Approval, Channel, ChargesRules, ConfirmationRules, DunningPolicy, Event, Reminder},
    invoicing,
};

use super::super::world::*;
use crate::{Command, Policy, Refusal, view::charges::InvoiceCharges};

/// An invoice of 2025, whose law is known to its end.
fn issued(id: &str, gross: &str, due: &str) -> invoicing::Event {
    let invoicing::Event::InvoiceIssued(mut it) = invoice(id, gross, due) else {
        panic!("an invoice")
    };
    it.issued_on = day("2025-05-01");
    invoicing::Event::InvoiceIssued(it)
}

/// Ten thousand euros, a month late when they are asked for: 10,000 × 13.15 % × 30 / 365 = 108.08.
fn asked_for() -> World {
    let mut world = World::new(french());
    world.hears([issued("F-1", "10000.00", "2025-05-31")]);
    let said = world.says("2025-06-30");
    let item = &planned(&said).items[0];
    assert_eq!((item.interest, item.fixed_sum), (Some(eur("108.08")), Some(eur("40.00"))));
    world.sends("reminder-1", "2025-06-30");
    world
}

#[track_caller]
fn planned(said: &[Event]) -> &Reminder {
    let [Event::ReminderPlanned(it)] = said else { panic!("{said:?}") };
    it
}

#[track_caller]
fn charges(world: &World, invoice: &str, on: &str) -> InvoiceCharges {
    world.policy.charges_on(&world.dunning, &invoice.parse().unwrap(), day(on)).unwrap()
}

#[test]
fn a_payment_that_came_earlier_than_was_known_lowers_the_interest_that_was_asked_for() {
    let mut world = asked_for();
    world
        .on("2025-06-30", &[])
        // Value on 10 June: 4,000 bore interest for 10 days and not for 30.
        .hears(paid("P-1", "F-1", "4000.00", "2025-06-10"))
        .on("2025-07-01", &["corrects reminder-1 F-1: 79.26 and 40.00"])
        .on("2025-07-02", &[])
        // Money that did not stay had never come: what was asked for was right.
        .hears([bounced("P-1", "2025-07-03")])
        .on("2025-07-03", &["corrects reminder-1 F-1: 108.08 and 40.00"])
        .on("2025-07-04", &[]);
    assert_eq!(world.dunning.sent().next().unwrap().corrected, []);
}

#[test]
fn a_credit_note_a_corrected_due_date_and_a_cancellation_correct_it_too() {
    let mut world = asked_for();
    world
        .hears(credited("A-1", "F-1", "1000.00", "2025-06-15"))
        // 10,000 for 15 days, then 9,000 for 15.
        .on("2025-07-01", &["corrects reminder-1 F-1: 102.68 and 40.00"]);
    let invoicing::Event::InvoiceIssued(mut document) = issued("F-1", "10000.00", "2025-07-31")
    else {
        panic!("an invoice")
    };
    document.due_on = day("2025-06-30");
    world.hears([invoicing::Event::InvoiceCorrected(document)]).on(
        "2025-07-02",
        &["regrets reminder-1 F-1 not_due", "corrects reminder-1 F-1: nothing and nothing"],
    );

    let mut world = asked_for();
    let cancelled_on = day("2025-07-01");
    let invoice = "F-1".parse().unwrap();
    world.hears([invoicing::Event::InvoiceCancelled { invoice, cancelled_on }]).on(
        "2025-07-01",
        &["regrets reminder-1 F-1 cancelled", "corrects reminder-1 F-1: nothing and nothing"],
    );
}

#[test]
fn what_comes_later_corrects_nothing_that_was_asked_for_before() {
    let mut world = asked_for();
    world
        // Paid on the day of the reminder: on that day the money was still owed.
        .hears(paid("P-1", "F-1", "4000.00", "2025-06-30"))
        // Contested since: what was asked for was asked for.
        .hears([dispute("D-1", "F-1", "2000.00", "2025-07-01")])
        .on("2025-07-01", &[]);
}

#[test]
fn other_rules_from_now_on_correct_nothing_that_was_asked_for_by_the_rules_of_its_day() {
    let mut world = asked_for();
    let mut rules = DunningPolicy { version: word("v2"), ..french() };
    rules.interest.as_mut().unwrap().basis = word("floor");
    world.policy = Policy::try_new(rules).unwrap();
    world
        .on("2025-07-01", &[])
        .hears(paid("P-1", "F-1", "4000.00", "2025-06-10"))
        .on("2025-07-01", &["corrects reminder-1 F-1: 79.26 and 40.00"]);
}

#[test]
fn interest_and_the_fixed_sum_stay_owed_unless_a_person_gives_them_up() {
    let mut world = asked_for();
    world
        .asks(
            waive("F-1", "2025-07-01", Some("100.00"), false),
            &["waives F-1: 100.00 of interest"],
        )
        // The same again is known; the fixed sum comes on top.
        .asks(waive("F-1", "2025-07-02", Some("100.00"), false), &[])
        .asks(
            waive("F-1", "2025-07-02", None, true),
            &["waives F-1: 100.00 of interest, the fixed sum"],
        )
        // What was asked for before was asked for; the next reminder asks for less.
        .on("2025-07-07", &[]);
    let now = charges(&world, "F-1", "2025-07-15");
    // 108.08 until 30 June, and 15 days at 12.15.
    assert_eq!(now.interest.unwrap().total, eur("158.01"));
    assert_eq!(now.waived.interest, Some(eur("100.00")));
    assert_eq!((now.still_to_ask, now.to_refund), (eur("58.01"), eur("0.00")));
    world
        .asks(restore("F-1", "2025-07-16"), &["restores F-1"])
        .asks(restore("F-1", "2025-07-16"), &[]);
    assert_eq!(charges(&world, "F-1", "2025-07-15").still_to_ask, eur("198.01"));
}

#[test]
fn a_reminder_asks_for_less_what_was_given_up_and_one_on_its_way_is_planned_anew() {
    let mut world = World::new(french());
    world
        .hears([issued("F-1", "10000.00", "2025-05-31")])
        .on("2025-06-30", &["reminder-1 firm: F-1 1"])
        .asks(
            waive("F-1", "2025-06-30", Some("8.08"), true),
            &["waives F-1: 8.08 of interest, the fixed sum"],
        );
    assert_eq!(
        world.refuses(start("reminder-1", "2025-06-30")),
        Refusal::Changed("reminder-1".parse().unwrap())
    );
    let said = world.says("2025-06-30");
    let [Event::ReminderWithdrawn { .. }, Event::ReminderPlanned(again)] = said.as_slice() else {
        panic!("{said:?}")
    };
    let item = &again.items[0];
    assert_eq!((item.interest, item.fixed_sum), (Some(eur("100.00")), None));
    assert_eq!(item.interest_deducted, Some(eur("8.08")));
    world
        .sends("reminder-2", "2025-06-30")
        .hears(paid("P-1", "F-1", "4000.00", "2025-06-10"))
        // 79.26 less 8.08.
        .on("2025-07-01", &["corrects reminder-2 F-1: 71.18 and nothing"]);
}

#[test]
fn more_than_is_owed_is_not_given_up() {
    let mut world = asked_for();
    let more = world.refuses(waive("F-1", "2025-06-30", Some("108.09"), false));
    assert_eq!(more.reason(), "CHARGES_NOT_OWED");
    assert_eq!(more.field(), Some("interest"));
    assert_eq!(more.to_string(), "interest: 108.09 EUR cannot be waived, 108.08 EUR is owed");
    let unknown = world.refuses(waive("F-9", "2025-06-30", Some("all"), false));
    assert_eq!((unknown.reason(), unknown.field()), ("INVOICE_NOT_FOUND", Some("invoice_id")));
    world.hears([issued("F-2", "100.00", "2025-12-31")]);
    let early = world.refuses(waive("F-2", "2025-06-30", None, true));
    assert_eq!(early.field(), Some("fixed_sum"));
    let nothing = waive("F-1", "2025-06-30", None, false).check().unwrap_err();
    assert_eq!(nothing.0[0].field, "interest");
    let below = waive("F-1", "2025-06-30", Some("-1.00"), false).check().unwrap_err();
    assert_eq!(below.0[0].field, "interest");
}

/// Charges are asked for 10 days after an invoice was settled, by at least 25 euros.
fn invoices_interest() -> DunningPolicy {
    let charges = ChargesRules {
        after_days: 10,
        within_days: 365,
        minimums: vec![eur("25.00")],
        channels: vec![Channel::Email, Channel::Letter],
        template: None,
        approval: Approval::Automatic,
    };
    DunningPolicy { charges: Some(charges), ladders: Vec::new(), ..french() }
}

#[test]
fn an_invoice_settled_late_is_followed_by_one_interest_invoice() {
    let mut world = World::new(invoices_interest());
    world
        .hears([issued("F-1", "10000.00", "2025-05-31")])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-09", &[]);
    let said = world.says("2025-07-10");
    let document = planned(&said);
    assert_eq!((document.level, document.template.as_str()), (0, "interest_invoice"));
    let item = &document.items[0];
    assert_eq!((item.level, item.open), (0, eur("0.00")));
    assert_eq!((item.interest, item.fixed_sum), (Some(eur("108.08")), Some(eur("40.00"))));
    world.sends("reminder-1", "2025-07-10").on("2025-07-31", &[]).on("2025-12-30", &[]);
    let now = charges(&world, "F-1", "2025-12-30");
    assert_eq!((now.still_to_ask, now.to_refund), (eur("0.00"), eur("0.00")));
    assert_eq!(now.asked.unwrap().2.interest, Some(eur("108.08")));
}

#[test]
fn what_an_interest_invoice_asked_for_too_much_is_to_be_refunded() {
    let mut world = World::new(invoices_interest());
    world
        .hears([issued("F-1", "10000.00", "2025-05-31")])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-10", &["reminder-1 charges: F-1 0"])
        .sends("reminder-1", "2025-07-10")
        .hears([bounced("P-1", "2025-07-11")])
        // Open again, as of the original day: 108.08, and 10 days at 12.15.
        .on("2025-07-11", &["corrects reminder-1 F-1: 141.37 and 40.00"])
        .hears(paid("P-2", "F-1", "10000.00", "2025-06-10"))
        .on("2025-07-14", &["corrects reminder-1 F-1: 36.03 and 40.00"])
        .on("2025-08-29", &[]);
    let now = charges(&world, "F-1", "2025-08-29");
    assert_eq!((now.to_refund, now.still_to_ask), (eur("72.05"), eur("0.00")));
    // Given up after all: so is what was asked for.
    world.asks(
        waive("F-1", "2025-08-29", Some("all"), true),
        &["waives F-1: all interest, the fixed sum"],
    );
    assert_eq!(charges(&world, "F-1", "2025-08-29").to_refund, eur("148.08"));
    world.on("2025-08-29", &[]);
}

#[test]
fn a_reminder_does_not_ask_for_what_an_interest_invoice_asked_for() {
    let rules = DunningPolicy { ladders: french().ladders, ..invoices_interest() };
    let mut world = World::new(rules);
    world
        .hears([issued("F-1", "10000.00", "2025-05-31")])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-10", &["reminder-1 charges: F-1 0"])
        .sends("reminder-1", "2025-07-10")
        .hears([bounced("P-1", "2025-07-11")]);
    let said = world.says("2025-07-15");
    let Some(Event::ReminderPlanned(reminder)) = said.last() else { panic!("{said:?}") };
    let item = &reminder.items[0];
    // 158.01 until 15 July.
    assert_eq!((item.interest, item.fixed_sum), (Some(eur("49.93")), None));
    assert_eq!((item.interest_deducted, item.level), (Some(eur("108.08")), 1));
}

#[test]
fn too_little_is_not_asked_for_until_more_comes_to_it() {
    let mut world = World::new(invoices_interest());
    let waived = waive("F-1", "2025-06-02", None, true);
    world
        .hears([issued("F-1", "1000.00", "2025-05-31"), issued("F-2", "5000.00", "2025-05-31")])
        .hears(paid("P-1", "F-1", "1000.00", "2025-06-10"))
        .asks(waived, &["waives F-1: the fixed sum"])
        .on("2025-06-20", &[])
        .hears(paid("P-2", "F-2", "5000.00", "2025-06-13"))
        .on("2025-06-20", &[])
        .on("2025-06-23", &["reminder-1 charges: F-1 0, F-2 0"]);
}

#[test]
fn what_is_held_not_paid_with_money_or_settled_long_ago_is_in_no_interest_invoice() {
    let mut world = World::new(invoices_interest());
    world
        .hears([issued("F-1", "1000.00", "2025-05-31"), issued("F-2", "1000.00", "2025-05-31")])
        .hears(credited("A-1", "F-1", "1000.00", "2025-07-31"))
        .hears(paid("P-2", "F-2", "1000.00", "2025-06-13"))
        .asks(hold("H-1", "2025-06-01", Some("2026-06-30")), &["holds H-1"])
        .on("2025-09-30", &[])
        .on("2026-07-01", &[]);
}

#[test]
fn a_payment_that_bounces_takes_the_interest_invoice_back_before_it_leaves() {
    World::new(invoices_interest())
        .hears([issued("F-1", "10000.00", "2025-05-31")])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-10", &["reminder-1 charges: F-1 0"])
        .hears([bounced("P-1", "2025-07-11")])
        .on("2025-07-11", &["withdrawn reminder-1 changed"])
        .on("2025-07-31", &[]);
}

#[test]
fn the_days_between_two_contacts_hold_for_interest_invoices_and_they_climb_no_ladder() {
    let rules = DunningPolicy { ladders: french().ladders, ..invoices_interest() };
    let mut world = World::new(rules);
    world
        .hears([issued("F-1", "10000.00", "2025-05-31"), issued("F-2", "100.00", "2025-07-05")])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-10", &["reminder-1 firm: F-2 1"])
        .sends("reminder-1", "2025-07-10")
        .on("2025-07-11", &[])
        .on("2025-07-14", &["reminder-2 charges: F-1 0"])
        .sends("reminder-2", "2025-07-14");
    let view = world.policy.view(&world.dunning, day("2025-07-14"));
    assert_eq!((view.invoices[0].level, view.invoices[0].named_on), (1, Some(day("2025-07-10"))));
    assert_eq!(view.next_contact, day("2025-07-17"));
}

#[test]
fn a_reminder_does_not_wait_for_a_persons_word_on_an_interest_invoice() {
    let usual = invoices_interest();
    let charges =
        usual.charges.clone().map(|it| ChargesRules { approval: Approval::ByPerson, ..it });
    let rules = DunningPolicy { charges, ladders: french().ladders, ..usual };
    World::new(rules)
        .hears([issued("F-1", "10000.00", "2025-05-31"), issued("F-2", "100.00", "2025-07-11")])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-10", &["reminder-1 charges: F-1 0"])
        .on("2025-07-15", &[])
        .on("2025-07-16", &["withdrawn reminder-1 overtaken", "reminder-2 firm: F-2 1"])
        .sends("reminder-2", "2025-07-16")
        .on("2025-07-18", &[])
        .on("2025-07-21", &["reminder-3 charges: F-1 0"]);
}

fn agreed(plan: &str, on: &str) -> invoicing::Event {
    let text = format!(
        r#"{{"PlanAgreed":{{"plan":"{plan}","agreed_on":"{on}","invoices":["F-1"],"instalments":[
        {{"due_on":"2026-03-01","amount":"600.00 EUR"}},{{"due_on":"2026-04-01","amount":"400.00 EUR"}}]}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn confirms() -> DunningPolicy {
    let confirm_plans = ConfirmationRules {
        within_days: 30,
        channels: vec![Channel::Email],
        template: None,
        approval: Approval::ByPerson,
    };
    DunningPolicy { confirm_plans: Some(confirm_plans), ..rules() }
}

#[test]
fn a_payment_plan_is_confirmed_once_even_while_nothing_may_be_asked_for() {
    let mut world = World::new(confirms());
    world
        .hears([invoice("F-1", "1000.00", "2026-01-31")])
        .asks(hold("H-1", "2026-01-01", None), &["holds H-1"])
        .on("2026-02-10", &[])
        .hears([agreed("L-1", "2026-02-12")])
        .on("2026-02-12", &["reminder-1 plan_confirmation: F-1 0"]);
    let agree = Command::ApproveReminder(crate::ApproveReminder {
        customer_id: "C-1".parse().unwrap(),
        reminder_id: "reminder-1".parse().unwrap(),
        approved_by: "desk-1".parse().unwrap(),
        approve_date: day("2026-02-12"),
        channel: None,
        template: None,
    });
    world
        .asks(agree, &["agreed reminder-1"])
        .sends("reminder-1", "2026-02-12")
        .on("2026-02-27", &[]);
    assert_eq!(world.dunning.level(&"F-1".parse().unwrap()), 0);
}

#[test]
fn a_plan_that_is_called_off_before_its_confirmation_leaves_takes_it_back() {
    World::new(confirms())
        .hears([invoice("F-1", "1000.00", "2026-01-31"), agreed("L-1", "2026-02-04")])
        .on("2026-02-04", &["reminder-1 plan_confirmation: F-1 0"])
        .hears([invoicing::Event::PlanCancelled {
            plan: "L-1".parse().unwrap(),
            cancelled_on: day("2026-02-05"),
        }])
        .on("2026-02-05", &["withdrawn reminder-1 changed", "reminder-2 reminder: F-1 1"]);
}

#[test]
fn a_confirmation_that_a_person_does_not_want_is_not_planned_again() {
    let withdraw = |reminder: &str, on: &str, until: Option<&str>| {
        Command::WithdrawReminder(crate::WithdrawReminder {
            customer_id: "C-1".parse().unwrap(),
            reminder_id: reminder.parse().unwrap(),
            withdrawn_by: "desk-1".parse().unwrap(),
            withdraw_date: day(on),
            postpone_date: until.map(day),
        })
    };
    World::new(confirms())
        .hears([invoice("F-1", "1000.00", "2026-01-31"), agreed("L-1", "2026-02-04")])
        .on("2026-02-04", &["reminder-1 plan_confirmation: F-1 0"])
        .asks(
            withdraw("reminder-1", "2026-02-04", Some("2026-02-06")),
            &["withdrawn reminder-1 postponed"],
        )
        .on("2026-02-05", &[])
        .on("2026-02-06", &["reminder-2 plan_confirmation: F-1 0"])
        .asks(withdraw("reminder-2", "2026-02-06", None), &["withdrawn reminder-2 suppressed"])
        .on("2026-02-27", &[]);
}

#[test]
fn plans_of_long_ago_are_not_confirmed_because_the_rules_begin_to_ask_for_it() {
    World::new(confirms())
        .hears([invoice("F-1", "1000.00", "2026-01-31"), agreed("L-1", "2026-01-10")])
        .on("2026-02-10", &[]);
}

#[test]
fn rules_for_charges_that_cannot_be_are_refused_with_their_fields() {
    let usual = invoices_interest().charges.unwrap();
    let charges = ChargesRules {
        within_days: 0,
        minimums: vec![eur("1.00"), eur("2.00")],
        channels: vec![Channel::Call],
        ..usual
    };
    let confirm_plans =
        ConfirmationRules { channels: Vec::new(), ..confirms().confirm_plans.unwrap() };
    let impossible =
        DunningPolicy { charges: Some(charges), confirm_plans: Some(confirm_plans), ..rules() };
    let refused = Policy::try_new(impossible).unwrap_err().0;
    let fields: Vec<_> = refused.into_iter().map(|it| it.field).collect();
    assert_eq!(
        fields,
        [
            "charges.within_days",
            "charges.minimums[1]",
            "charges.channels[0]",
            "charges",
            "confirm_plans.channels",
        ]
    );
}

#[test]
fn what_an_assigned_invoice_bears_for_being_late_is_the_assignees_to_ask_for() {
    let assigned = r#"{"ReceivableAssigned":{"assignment":"AS-1","invoice":"F-1","facility":"FC-1","assignee":"Affacturage du Nord","kind":"factoring","amount":"10000.00 EUR","recourse":false,"funded_share":"0.85","reserve_share":"0.15","discount_rate":null,"collects":true,"payee":null,"assigned_on":"2025-05-02"}}"#;
    let assigned: invoicing::Event = serde_json::from_str(assigned).unwrap();
    World::new(invoices_interest())
        .hears([issued("F-1", "10000.00", "2025-05-31"), assigned])
        .hears(paid("P-1", "F-1", "10000.00", "2025-06-30"))
        .on("2025-07-10", &[])
        .on("2025-07-31", &[]);
}

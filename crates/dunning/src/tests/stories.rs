//! What is done about late invoices, as an accountant would tell it.

mod charges;
mod edit;

use events::{
    dunning::{
        Approval, Channel, ContactResult, DunningPolicy, Event, InterestRules, Ladder, Level,
        Scope, Tone,
    },
    invoicing,
    risk::{self, NoticeKind},
};

use super::world::*;
use crate::{
    ApproveReminder, ChooseLadder, Command, LiftHold, Outcome, Policy, RecordFailure,
    RecordSending, Refusal, WithdrawReminder,
};

fn one_level(level: Level) -> DunningPolicy {
    DunningPolicy { ladders: vec![ladder("usual", Scope::Tenant, vec![level])], ..rules() }
}

#[test]
fn a_late_invoice_climbs_one_level_at_a_time_until_nothing_is_left_to_try() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-04", &[])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .sends("reminder-1", "2026-02-05")
        .on("2026-02-13", &[])
        .on("2026-02-16", &["reminder-2 firm: F-1 2"])
        .sends("reminder-2", "2026-02-16")
        .on("2026-03-02", &["reminder-3 final: F-1 3"])
        .sends("reminder-3", "2026-03-02")
        .on("2026-03-02", &["block 1"])
        .on("2026-03-11", &[])
        .on("2026-03-12", &["exhausted F-1"])
        .on("2026-04-30", &[]);
}

#[test]
fn nobody_is_reminded_without_a_policy() {
    World::default().hears([invoice("F-1", "100.00", "2026-01-31")]).on("2026-06-01", &[]);
}

#[test]
fn a_payment_before_the_sending_withdraws_what_was_planned() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .hears(paid("P-1", "F-1", "100.00", "2026-02-05"));
    assert_eq!(
        world.refuses(start("reminder-1", "2026-02-05")),
        Refusal::Changed("reminder-1".parse().unwrap(),)
    );
    world.on("2026-02-05", &["withdrawn reminder-1 changed"]).on("2026-06-01", &[]);
}

#[test]
fn a_payment_that_comes_while_the_sending_starts_still_stops_it() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(start("reminder-1", "2026-02-05"), &["starts reminder-1"])
        .hears(paid("P-1", "F-1", "100.00", "2026-02-05"));
    assert!(!world.policy.is_still_to_be_sent(&world.dunning, day("2026-02-05")));
    world
        .asks(
            report("reminder-1", "run-1", "2026-02-05", Outcome::Withdrawn),
            &["withdrawn reminder-1 changed"],
        )
        .on("2026-02-06", &[]);
}

#[test]
fn what_was_not_heard_back_is_not_sent() {
    let mut world = World::new(rules());
    world.hears([invoice("F-1", "100.00", "2026-01-31")]);
    let step = decider::Process::step(&world.policy, &world.dunning, day("2026-02-05")).unwrap();
    let said = decider::Decider::decide(&world.policy, &world.dunning, step).unwrap();
    for event in said {
        decider::Fold::evolve(&mut world.dunning, &event.into());
    }
    let refused = world.refuses(start("reminder-1", "2026-02-05"));
    assert!(matches!(refused, Refusal::NotYet { .. }), "{refused}");
}

#[test]
fn a_part_payment_is_taken_into_account_before_anything_leaves() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .hears(paid("P-1", "F-1", "40.00", "2026-02-05"))
        .on("2026-02-05", &["withdrawn reminder-1 changed", "reminder-2 reminder: F-1 1"]);
}

#[test]
fn one_message_names_all_that_is_late_in_the_tone_of_the_highest_level() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31"), invoice("F-2", "50.00", "2026-02-12")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .sends("reminder-1", "2026-02-05")
        .on("2026-02-17", &["reminder-2 firm: F-1 2, F-2 1"])
        .sends("reminder-2", "2026-02-17")
        // What was named before and is still open is named beside what climbs.
        .on("2026-02-27", &["reminder-3 firm: F-1 2, F-2 2"]);
}

#[test]
fn an_outage_delays_reminders_and_neither_skips_nor_doubles_one() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        // Every level has long been due; still the first one comes first.
        .on("2026-06-01", &["reminder-1 reminder: F-1 1"])
        .sends("reminder-1", "2026-06-01")
        .on("2026-06-05", &[])
        .on("2026-06-08", &["reminder-2 firm: F-1 2"])
        .sends("reminder-2", "2026-06-08")
        .on("2026-06-15", &["reminder-3 final: F-1 3"]);
}

#[test]
fn what_is_said_before_the_due_date_is_not_said_after_it() {
    let courtesy = level(-5, 0, Tone::Courtesy);
    let levels = vec![courtesy, level(5, 7, Tone::Reminder)];
    let policy = DunningPolicy { ladders: vec![ladder("usual", Scope::Tenant, levels)], ..rules() };
    World::new(policy.clone())
        .hears([invoice("F-1", "100.00", "2026-02-27")])
        .on("2026-02-20", &[])
        .on("2026-02-23", &["reminder-1 courtesy: F-1 1"])
        .sends("reminder-1", "2026-02-23")
        .on("2026-03-04", &["reminder-2 reminder: F-1 2"]);
    World::new(policy)
        .hears([invoice("F-1", "100.00", "2026-02-27")])
        .on("2026-03-02", &[])
        .on("2026-03-04", &["reminder-1 reminder: F-1 2"]);
}

#[test]
fn the_part_that_is_contested_is_not_asked_for() {
    let mut world = World::new(rules());
    world.hears([
        invoice("F-1", "100.00", "2026-01-31"),
        dispute("D-1", "F-1", "30.00", "2026-02-01"),
    ]);
    let said = world.says("2026-02-05");
    let [Event::ReminderPlanned(reminder)] = said.as_slice() else { panic!("{said:?}") };
    let item = &reminder.items[0];
    assert_eq!((item.open, item.disputed), (eur("70.00"), Some(eur("30.00"))));
    world
        .hears([dispute("D-2", "F-1", "70.00", "2026-02-05")])
        .on("2026-02-05", &["withdrawn reminder-1 changed"])
        .on("2026-03-02", &[]);
}

#[test]
fn holds_of_several_kinds_hold_until_the_last_of_them_ends_also_backwards_in_time() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .asks(hold("H-1", "2026-01-01", Some("2026-02-10")), &["holds H-1"])
        .asks(hold("H-2", "2026-02-08", None), &["holds H-2"])
        .on("2026-02-05", &[])
        .on("2026-02-11", &[])
        .asks(
            Command::LiftHold(LiftHold {
                customer_id: "C-1".parse().unwrap(),
                hold_id: "H-2".parse().unwrap(),
                lift_date: day("2026-02-12"),
                lifted_by: "desk-1".parse().unwrap(),
            }),
            &["lifts H-2"],
        )
        .on("2026-02-12", &["reminder-1 reminder: F-1 1"])
        // Said on the 12th of a hold that has held since the 12th.
        .asks(hold("H-3", "2026-02-12", Some("2026-02-13")), &["holds H-3"])
        .on("2026-02-12", &["withdrawn reminder-1 changed"])
        .on("2026-02-16", &["reminder-2 reminder: F-1 1"]);
}

#[test]
fn a_promise_holds_until_it_is_kept_or_broken() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31"), promise("W-1", "F-1", "2026-02-20")])
        .on("2026-02-05", &[])
        .on("2026-02-23", &[])
        .hears([invoicing::Event::PromiseBroken {
            promise: "W-1".parse().unwrap(),
            broken_on: day("2026-02-23"),
        }])
        .on("2026-02-23", &["reminder-1 reminder: F-1 1"]);
}

#[test]
fn insolvency_freezes_everything_that_is_asked_of_the_customer() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .hears([risk::Event::NoticePublished(Box::new(risk::Notice {
            notice: "N-1".parse().unwrap(),
            kind: NoticeKind::Receivership,
            published_on: day("2026-02-04"),
            judged_on: Some(day("2026-02-02")),
            ..notice()
        }))])
        .on("2026-02-05", &["withdrawn reminder-1 changed"])
        .on("2026-08-03", &[]);
}

fn notice() -> risk::Notice {
    serde_json::from_str(
        r#"{"notice":"N-1","kind":"receivership","published_on":"2026-02-04","source":"bodacc"}"#,
    )
    .unwrap()
}

#[test]
fn money_that_has_not_met_its_invoice_is_waited_for_and_then_deducted() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .hears([cash("P-1", "60.00", "2026-02-04")])
        .on("2026-02-05", &[]);
    let said = world.says("2026-02-09");
    let [Event::ReminderPlanned(reminder)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(reminder.credits, [eur("60.00")]);
    // As much as is asked for: nobody is reminded of nothing.
    world
        .hears([cash("P-2", "40.00", "2026-02-01")])
        .on("2026-02-09", &["withdrawn reminder-1 changed"])
        .on("2026-03-02", &[]);
}

#[test]
fn too_little_to_be_worth_a_message_is_not_asked_for() {
    let policy = DunningPolicy { minimums: vec![eur("50.00")], ..rules() };
    World::new(policy)
        .hears([invoice("F-1", "49.99", "2026-01-31")])
        .on("2026-02-05", &[])
        .hears([invoice("F-2", "0.01", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1, F-2 1"]);
}

#[test]
fn at_weekends_and_on_holidays_nobody_is_reminded() {
    let mut first_of_may = World::new(one_level(level(0, 0, Tone::Reminder)));
    first_of_may
        .hears([invoice("F-1", "100.00", "2026-05-01")])
        .on("2026-05-01", &[])
        .on("2026-05-02", &[])
        .on("2026-05-04", &["reminder-1 reminder: F-1 1"]);
}

#[test]
fn the_most_specific_ladder_wins_and_says_so() {
    let quick = ladder("quick", Scope::Chosen, vec![level(1, 1, Tone::Firm)]);
    let slow = ladder("slow", Scope::Segment(word("public")), vec![level(60, 7, Tone::Reminder)]);
    let usual = ladder("usual", Scope::Tenant, vec![level(5, 7, Tone::Reminder)]);
    let mut world = World::new(DunningPolicy { ladders: vec![usual, slow, quick], ..rules() });
    let registered = invoicing::Event::CustomerRegistered(Box::new(
        serde_json::from_str(r#"{"customer":"C-1","segment":"public"}"#).unwrap(),
    ));
    world.hears([invoice("F-1", "100.00", "2026-01-31")]).hears([registered]).on("2026-03-02", &[]);
    let choose = |ladder: Option<&str>| {
        Command::ChooseLadder(ChooseLadder {
            customer_id: "C-1".parse().unwrap(),
            invoice_id: None,
            ladder: ladder.map(word),
            chosen_by: "desk-1".parse().unwrap(),
            choose_date: day("2026-03-02"),
        })
    };
    assert_eq!(world.refuses(choose(Some("usual"))), Refusal::NoLadder(word("usual")));
    world.asks(choose(Some("quick")), &["ladder quick"]).asks(choose(Some("quick")), &[]);
    let said = world.says("2026-03-02");
    let [Event::ReminderPlanned(reminder)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((reminder.ladder.as_str(), reminder.because.word()), ("quick", "customer"));
}

#[test]
fn a_reminder_waits_for_a_person_who_may_agree_postpone_or_suppress_it() {
    let by_person = Level { approval: Approval::ByPerson, ..level(5, 7, Tone::Reminder) };
    let mut world = World::new(one_level(by_person));
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"]);
    assert!(matches!(world.refuses(start("reminder-1", "2026-02-05")), Refusal::TooLate { .. }));
    let withdraw = |reminder: &str, on: &str, postpone: Option<&str>| {
        Command::WithdrawReminder(WithdrawReminder {
            customer_id: "C-1".parse().unwrap(),
            reminder_id: reminder.parse().unwrap(),
            withdrawn_by: "desk-1".parse().unwrap(),
            withdraw_date: day(on),
            postpone_date: postpone.map(day),
        })
    };
    let agree = |reminder: &str, on: &str| {
        Command::ApproveReminder(ApproveReminder {
            customer_id: "C-1".parse().unwrap(),
            reminder_id: reminder.parse().unwrap(),
            approved_by: "desk-1".parse().unwrap(),
            approve_date: day(on),
            channel: None,
            template: None,
        })
    };
    world
        .asks(
            withdraw("reminder-1", "2026-02-05", Some("2026-02-18")),
            &["withdrawn reminder-1 postponed"],
        )
        .on("2026-02-17", &[])
        .on("2026-02-18", &["reminder-2 reminder: F-1 1"])
        .asks(withdraw("reminder-2", "2026-02-18", None), &["withdrawn reminder-2 suppressed"])
        .on("2026-02-20", &[])
        .on("2026-02-23", &["reminder-3 reminder: F-1 1"])
        .asks(agree("reminder-3", "2026-02-23"), &["agreed reminder-3"])
        .asks(agree("reminder-3", "2026-02-23"), &[])
        .sends("reminder-3", "2026-02-23");
}

#[test]
fn what_nobody_knows_is_never_sent_again_unless_a_person_says_it_was_not() {
    let mut world = World::new(rules());
    let unknown = || Outcome::Unknown { why: word("the process is gone") };
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(start("reminder-1", "2026-02-05"), &["starts reminder-1"])
        // Another process finds it started.
        .asks(report("reminder-1", "run-2", "2026-02-05", unknown()), &["unknown reminder-1"])
        .on("2026-06-01", &[]);
    assert!(matches!(world.refuses(start("reminder-1", "2026-06-01")), Refusal::TooLate { .. }));
    assert!(matches!(
        world.refuses(report(
            "reminder-1",
            "run-2",
            "2026-06-01",
            Outcome::Failed { why: word("x") }
        )),
        Refusal::TooLate { .. }
    ));
    let failed = |reminder: &str| {
        Command::RecordFailure(RecordFailure {
            customer_id: "C-1".parse().unwrap(),
            reminder_id: reminder.parse().unwrap(),
            fail_date: day("2026-06-01"),
            why: word("it was not"),
            recorded_by: "desk-1".parse().unwrap(),
        })
    };
    world
        .asks(failed("reminder-1"), &["failed reminder-1"])
        // No other channel: it waits for a person, and is out of date by now.
        .on("2026-06-01", &["withdrawn reminder-1 stale", "reminder-2 reminder: F-1 1"]);
}

#[test]
fn a_channel_that_cannot_is_followed_by_the_next_and_mail_that_comes_back_too() {
    let both = vec![Channel::Email, Channel::Letter];
    let policy = one_level(Level { channels: both, ..level(5, 7, Tone::Reminder) });
    let mut world = World::new(policy);
    let no = Outcome::Failed { why: word("550 no such user") };
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(start("reminder-1", "2026-02-05"), &["starts reminder-1"])
        .asks(report("reminder-1", "run-1", "2026-02-05", no), &["failed reminder-1, next letter"])
        .sends("reminder-1", "2026-02-05");
    assert_eq!(world.dunning.sent().last().unwrap().channel, Channel::Letter);
    let back = Command::RecordFailure(RecordFailure {
        customer_id: "C-1".parse().unwrap(),
        reminder_id: "reminder-1".parse().unwrap(),
        fail_date: day("2026-02-09"),
        why: word("addressee unknown"),
        recorded_by: "desk-1".parse().unwrap(),
    });
    world.asks(back, &["failed reminder-1"]);
    assert_eq!(world.policy.view(&world.dunning, day("2026-02-09")).invoices[0].level, 0);
}

#[test]
fn a_call_is_a_task_whose_result_says_what_comes_next() {
    let channels = vec![Channel::Call, Channel::Email];
    let policy = one_level(Level { channels, ..level(5, 7, Tone::Reminder) });
    let mut world = World::new(policy.clone());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"]);
    for (id, on) in [("K-1", "2026-02-05"), ("K-2", "2026-02-06")] {
        let none = call(id, on, ContactResult::NoAnswer, Some("reminder-1"));
        world.asks(none.clone(), &[&format!("contact {id} no_answer")]).asks(none, &[]);
    }
    world
        .asks(
            call("K-3", "2026-02-09", ContactResult::NoAnswer, Some("reminder-1")),
            &["contact K-3 no_answer", "failed reminder-1, next email"],
        )
        .sends("reminder-1", "2026-02-09");

    let mut world = World::new(policy);
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(
            call("K-1", "2026-02-05", ContactResult::SaysPaid, Some("reminder-1")),
            &["contact K-1 says_paid", "sent reminder-1"],
        );
    let view = world.policy.view(&world.dunning, day("2026-02-06"));
    assert_eq!(view.holds[0].reason.word(), "says_paid");
    assert_eq!(view.holds[0].until, Some(day("2026-02-10")));
}

#[test]
fn whoever_was_spoken_to_is_left_alone_for_some_days_whatever_the_channel() {
    World::new(rules())
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .asks(call("K-1", "2026-02-04", ContactResult::Reached, None), &["contact K-1 reached"])
        .on("2026-02-05", &[])
        .on("2026-02-06", &[])
        .on("2026-02-09", &["reminder-1 reminder: F-1 1"]);
}

#[test]
fn a_payment_with_an_earlier_value_date_regrets_what_was_sent_and_lowers_the_level() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31"), invoice("F-2", "50.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1, F-2 1"])
        .sends("reminder-1", "2026-02-05")
        .hears(paid("P-1", "F-1", "100.00", "2026-02-04"))
        .on("2026-02-09", &["regrets reminder-1 F-1 settled"])
        .on("2026-02-10", &[]);
    let level = |world: &World, id: &str| world.dunning.level(&id.parse().unwrap());
    assert_eq!((level(&world, "F-1"), level(&world, "F-2")), (0, 1));
    // Money that did not stay had never come.
    world
        .hears([bounced("P-1", "2026-02-11")])
        .on("2026-02-11", &["upholds reminder-1 F-1"])
        .on("2026-02-12", &[]);
    assert_eq!(level(&world, "F-1"), 1);
    // Of the day of sending itself nobody could know.
    world.hears(paid("P-2", "F-1", "100.00", "2026-02-05")).on("2026-02-12", &[]);
}

#[test]
fn an_invoice_that_should_never_have_been_or_was_not_due_is_regretted() {
    let mut world = World::new(rules());
    let corrected = |id, due| {
        let invoicing::Event::InvoiceIssued(it) = invoice(id, "50.00", due) else { panic!() };
        invoicing::Event::InvoiceCorrected(it)
    };
    world
        .hears([invoice("F-1", "100.00", "2026-01-31"), invoice("F-2", "50.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1, F-2 1"])
        .sends("reminder-1", "2026-02-05")
        .hears([invoicing::Event::InvoiceCancelled {
            invoice: "F-1".parse().unwrap(),
            cancelled_on: day("2026-02-06"),
        }])
        .hears([corrected("F-2", "2026-03-31")])
        .on("2026-02-09", &["regrets reminder-1 F-1 cancelled", "regrets reminder-1 F-2 not_due"])
        // Easter Monday is no business day.
        .on("2026-04-06", &[])
        .on("2026-04-07", &["reminder-2 reminder: F-2 1"]);
}

#[test]
fn supply_is_blocked_by_the_last_level_and_let_go_by_payment() {
    World::new(one_level(Level { supply_block: 2, ..level(5, 7, Tone::Final) }))
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"])
        .sends("reminder-1", "2026-02-05")
        .on("2026-02-05", &["block 2"])
        .hears(paid("P-1", "F-1", "100.00", "2026-02-06"))
        .on("2026-02-06", &["block 0"]);
}

#[test]
fn grace_that_was_granted_is_waited_for() {
    let levels = vec![
        Level { deadline_days: Some(20), ..level(5, 1, Tone::Reminder) },
        level(6, 1, Tone::Final),
    ];
    let policy = DunningPolicy { ladders: vec![ladder("usual", Scope::Tenant, levels)], ..rules() };
    World::new(policy)
        .hears([invoice("F-1", "100.00", "2026-01-30")])
        .on("2026-02-04", &["reminder-1 reminder: F-1 1"])
        .sends("reminder-1", "2026-02-04")
        .on("2026-02-24", &[])
        .on("2026-02-25", &["reminder-2 final: F-1 2"]);
}

#[test]
fn a_letter_that_a_person_posted_is_recorded_once_with_its_proof() {
    let policy =
        one_level(Level { channels: vec![Channel::RegisteredLetter], ..level(5, 7, Tone::Final) });
    let posted = Command::RecordSending(RecordSending {
        customer_id: "C-1".parse().unwrap(),
        reminder_id: "reminder-1".parse().unwrap(),
        send_date: day("2026-02-06"),
        recorded_by: "desk-1".parse().unwrap(),
        channel: None,
        proof: Some(word("RR 123 456 785 FR")),
    });
    World::new(policy)
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"])
        .asks(posted.clone(), &["sent reminder-1"])
        .asks(posted, &[]);
}

#[test]
fn rules_that_cannot_be_are_refused_with_their_fields() {
    let twice = ladder("usual", Scope::Tenant, Vec::new());
    let falls = vec![level(15, 0, Tone::Reminder), level(5, 0, Tone::Firm)];
    let nobody = Level { channels: Vec::new(), ..level(0, 0, Tone::Firm) };
    let impossible = DunningPolicy {
        calendar: word("XX"),
        stale_days: 0,
        minimums: vec![eur("1.00"), eur("2.00")],
        ladders: vec![
            twice.clone(),
            twice,
            ladder("falls", Scope::Chosen, falls),
            Ladder { levels: vec![nobody], ..ladder("mute", Scope::Chosen, Vec::new()) },
        ],
        ..rules()
    };
    let fields: Vec<_> =
        Policy::try_new(impossible).unwrap_err().0.into_iter().map(|it| it.field).collect();
    assert_eq!(
        fields,
        [
            "stale_days",
            "calendar",
            "ladders[1].name",
            "ladders[1].scope",
            "ladders[2].levels",
            "ladders[3].levels[0].channels",
            "minimums[1]",
        ]
    );
}

#[test]
fn interest_and_the_fixed_sum_are_asked_for_by_the_law_of_the_day_on_what_was_really_owed() {
    let claims = Level { interest: true, fixed_sum: true, ..level(5, 7, Tone::Firm) };
    let french = InterestRules { jurisdiction: word("FR"), basis: word("default"), rate: None };
    let policy = DunningPolicy { interest: Some(french), ..one_level(claims) };
    let mut world = World::new(policy.clone());
    let invoicing::Event::InvoiceIssued(mut document) = invoice("F-1", "10000.00", "2025-05-31")
    else {
        panic!("an invoice")
    };
    document.issued_on = day("2025-05-01");
    world.hears([invoicing::Event::InvoiceIssued(document)]);
    world.hears(paid("P-1", "F-1", "4000.00", "2025-07-15"));
    let said = world.says("2025-09-30");
    let [Event::ReminderPlanned(reminder)] = said.as_slice() else { panic!("{said:?}") };
    // 10,000 for 30 days at 13.15 and 15 at 12.15, then 6,000 for 77 days at 12.15.
    let item = &reminder.items[0];
    assert_eq!(item.open, eur("6000.00"));
    assert_eq!((item.interest, item.fixed_sum), (Some(eur("311.80")), Some(eur("40.00"))));
    let unknown = InterestRules { jurisdiction: word("XX"), basis: word("default"), rate: None };
    let refused = Policy::try_new(DunningPolicy { interest: Some(unknown), ..policy });
    assert_eq!(refused.unwrap_err().0[0].field, "interest.jurisdiction");
}

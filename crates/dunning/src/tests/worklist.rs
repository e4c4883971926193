//! What a person finds in the morning, and why in this order.

use events::{
    dunning::{Approval, Channel, ContactResult, DunningPolicy, Level, Scope, Tone},
    invoicing,
};

use super::world::*;
use crate::{
    ApproveReminder, Command, ContactData, Outcome, RecordSending,
    view::worklist::{Rule, Subject, TaskKind},
};

/// Whoever is late by 5 days is written to once a person agrees.
fn by_person() -> DunningPolicy {
    one_level(Level { approval: Approval::ByPerson, ..level(5, 7, Tone::Reminder) })
}

fn one_level(level: Level) -> DunningPolicy {
    DunningPolicy { ladders: vec![ladder("usual", Scope::Tenant, vec![level])], ..rules() }
}

impl World {
    /// What there is to do on a day: the tasks, and the rules with their points.
    #[track_caller]
    fn calls_for(&mut self, on: &str, tasks: &[(TaskKind, &str)], rules: &[(Rule, i32)]) {
        let work = self.policy.work(&self.dunning, day(on)).expect("nothing is to be done");
        let told: Vec<_> = work
            .tasks
            .iter()
            .map(|it| match &it.subject {
                Subject::Reminder(id) => (it.kind, id.as_str()),
                Subject::Invoice(id) => (it.kind, id.as_str()),
                Subject::Promise(id) => (it.kind, id.as_str()),
            })
            .collect();
        assert_eq!(told, tasks);
        let points: Vec<_> = work.rules.iter().map(|it| (it.rule, it.points)).collect();
        assert_eq!(points, rules);
        assert_eq!(work.points, rules.iter().map(|it| it.1).sum::<i32>());
    }

    #[track_caller]
    fn calls_for_nothing(&mut self, on: &str) -> &mut Self {
        assert_eq!(self.policy.work(&self.dunning, day(on)), None);
        self
    }
}

#[test]
fn a_reminder_waits_for_a_yes_and_counts_by_what_is_late_and_for_how_long() {
    let mut world = World::new(by_person());
    world
        .hears([invoice("F-1", "12000.00", "2026-01-31")])
        .calls_for_nothing("2026-02-04")
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .calls_for(
            "2026-02-12",
            &[(TaskKind::Approve, "reminder-1")],
            &[(Rule::Task, 10), (Rule::AmountOverdue, 25), (Rule::DaysPastDue, 4)],
        );
    world.hears(paid("P-1", "F-1", "12000.00", "2026-02-12"));
    world.on("2026-02-12", &["withdrawn reminder-1 changed"]).calls_for_nothing("2026-02-12");
}

#[test]
fn a_call_is_to_be_made_until_somebody_made_it() {
    let by_call = Level { channels: vec![Channel::Call], ..level(5, 7, Tone::Reminder) };
    let mut world = World::new(one_level(by_call));
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .calls_for(
            "2026-02-05",
            &[(TaskKind::Call, "reminder-1")],
            &[(Rule::Task, 20), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 1)],
        );
    let call = call("K-1", "2026-02-05", ContactResult::Reached, Some("reminder-1"));
    world.asks(call, &["contact K-1 reached", "sent reminder-1"]).calls_for_nothing("2026-02-05");
}

#[test]
fn a_registered_letter_is_to_be_posted_at_once() {
    let by_post = Level { channels: vec![Channel::RegisteredLetter], ..level(5, 7, Tone::Final) };
    let mut world = World::new(one_level(by_post));
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"])
        .calls_for(
            "2026-02-05",
            &[(TaskKind::Send, "reminder-1")],
            &[(Rule::Task, 25), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 1)],
        );
}

#[test]
fn what_should_have_left_by_itself_is_for_a_person_after_two_business_days() {
    // Agreed to on a Thursday: a week-end lies between.
    let mut world = World::new(by_person());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(
            Command::ApproveReminder(ApproveReminder {
                customer_id: "C-1".parse().unwrap(),
                reminder_id: "reminder-1".parse().unwrap(),
                approved_by: "desk-1".parse().unwrap(),
                approve_date: day("2026-02-05"),
                channel: None,
                template: None,
            }),
            &["agreed reminder-1"],
        )
        .calls_for_nothing("2026-02-06")
        .calls_for_nothing("2026-02-08")
        .calls_for(
            "2026-02-09",
            &[(TaskKind::Send, "reminder-1")],
            &[(Rule::Task, 25), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 3)],
        );
    // Somebody sends it by hand.
    let by_hand = Command::RecordSending(RecordSending {
        customer_id: "C-1".parse().unwrap(),
        reminder_id: "reminder-1".parse().unwrap(),
        send_date: day("2026-02-09"),
        recorded_by: "desk-1".parse().unwrap(),
        channel: Some(Channel::Letter),
        proof: None,
    });
    world.asks(by_hand, &["sent reminder-1"]).calls_for_nothing("2026-02-09");
}

#[test]
fn what_nobody_knows_and_what_is_stuck_come_before_anything_else() {
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .calls_for_nothing("2026-02-05")
        .asks(start("reminder-1", "2026-02-05"), &["starts reminder-1"])
        .asks(
            report("reminder-1", "run-2", "2026-02-05", Outcome::Unknown { why: word("gone") }),
            &["unknown reminder-1"],
        )
        .calls_for(
            "2026-02-05",
            &[(TaskKind::UnknownOutcome, "reminder-1")],
            &[(Rule::Task, 50), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 1)],
        );
    let mut world = World::new(rules());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(start("reminder-1", "2026-02-05"), &["starts reminder-1"])
        .asks(
            report(
                "reminder-1",
                "run-1",
                "2026-02-05",
                Outcome::Failed { why: word("no address") },
            ),
            &["failed reminder-1"],
        )
        .calls_for(
            "2026-02-05",
            &[(TaskKind::Stuck, "reminder-1")],
            &[(Rule::Task, 40), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 1)],
        );
}

#[test]
fn a_broken_promise_is_to_be_followed_until_somebody_speaks_with_the_customer() {
    let mut world = World::new(DunningPolicy::default());
    let broken = invoicing::Event::PromiseBroken {
        promise: "W-1".parse().unwrap(),
        broken_on: day("2026-02-20"),
    };
    world
        .hears([invoice("F-1", "100.00", "2026-01-31"), promise("W-1", "F-1", "2026-02-19")])
        .calls_for_nothing("2026-02-19")
        .hears([broken])
        .calls_for(
            "2026-02-21",
            &[(TaskKind::BrokenPromise, "W-1")],
            &[
                (Rule::Task, 30),
                (Rule::AmountOverdue, 15),
                (Rule::DaysPastDue, 7),
                (Rule::BrokenPromises, 10),
            ],
        );
    let call = call("K-1", "2026-02-21", ContactResult::Reached, None);
    world.asks(call, &["contact K-1 reached"]).calls_for_nothing("2026-02-21");
}

#[test]
fn a_copy_is_to_be_sent_until_somebody_told_the_customer() {
    let ask = |id: &str, on: &str| {
        let Command::LogContact(it) = call(id, on, ContactResult::AsksForCopy, None) else {
            panic!("a contact is logged")
        };
        Command::LogContact(Box::new(ContactData { note: Some(word("F-1")), ..*it }))
    };
    let rules = &[(Rule::Task, 15), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 1)];
    let mut world = World::new(DunningPolicy::default());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .asks(ask("K-1", "2026-02-04"), &["contact K-1 asks_for_copy"])
        .asks(ask("K-2", "2026-02-05"), &["contact K-2 asks_for_copy"])
        .calls_for("2026-02-05", &[(TaskKind::SendCopy, "F-1")], rules);
    let told = call("K-3", "2026-02-05", ContactResult::Reached, None);
    world.asks(told, &["contact K-3 reached"]).calls_for_nothing("2026-02-05");
}

#[test]
fn an_invoice_that_nothing_is_left_to_remind_of_waits_for_a_decision() {
    let mut world = World::new(DunningPolicy {
        ladders: vec![events::dunning::Ladder {
            exhausted_after_days: Some(10),
            ..ladder("usual", Scope::Tenant, vec![level(5, 7, Tone::Final)])
        }],
        ..rules()
    });
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"])
        .sends("reminder-1", "2026-02-05")
        .on("2026-02-15", &["exhausted F-1"])
        .calls_for(
            "2026-02-15",
            &[(TaskKind::Exhausted, "F-1")],
            &[(Rule::Task, 35), (Rule::AmountOverdue, 15), (Rule::DaysPastDue, 5)],
        );
    world.hears(paid("P-1", "F-1", "100.00", "2026-02-16")).calls_for_nothing("2026-02-16");
}

#[test]
fn what_is_promised_contested_or_held_takes_its_part_off() {
    let mut world = World::new(rules());
    world
        .hears([
            invoice("F-1", "100.00", "2026-01-31"),
            invoice("F-2", "100.00", "2026-01-31"),
            invoice("F-3", "100.00", "2026-01-31"),
            invoice("F-4", "100.00", "2026-01-31"),
        ])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1, F-2 1, F-3 1, F-4 1"])
        .asks(start("reminder-1", "2026-02-05"), &["starts reminder-1"])
        .asks(
            report("reminder-1", "run-2", "2026-02-05", Outcome::Unknown { why: word("gone") }),
            &["unknown reminder-1"],
        )
        .hears([
            promise("W-1", "F-1", "2026-02-20"),
            dispute("D-1", "F-2", "100.00", "2026-02-05"),
            dispute("D-2", "F-3", "50.00", "2026-02-05"),
        ])
        .calls_for(
            "2026-02-05",
            &[(TaskKind::UnknownOutcome, "reminder-1")],
            &[
                (Rule::Task, 50),
                (Rule::AmountOverdue, 15),
                (Rule::DaysPastDue, 1),
                (Rule::Promised, -10),
                (Rule::Contested, -15),
            ],
        );
    // Of what is held for several reasons each unit is taken off once.
    world.asks(hold("H-1", "2026-02-05", None), &["holds H-1"]).calls_for(
        "2026-02-05",
        &[(TaskKind::UnknownOutcome, "reminder-1")],
        &[
            (Rule::Task, 50),
            (Rule::AmountOverdue, 15),
            (Rule::DaysPastDue, 1),
            (Rule::Promised, -10),
            (Rule::Contested, -15),
            (Rule::Held, -15),
        ],
    );
}

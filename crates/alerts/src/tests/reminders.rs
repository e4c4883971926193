//! What became of reminders, told to whoever has to look.

use events::{
    Sequence,
    alerts::{AlertPolicy, Event, Kind, ReasonCode, Severity, Subject},
    dunning::{self, Because, Channel, Item, Regret, Reminder, Tone, Withdrawal},
};

use super::stories::{World, day, eur, invoice, paid};

/// A plan to ask for 100.00 of each invoice.
pub(super) fn planned(reminder: &str, invoices: &[&str], on: &str) -> dunning::Event {
    let item = |it: &&str| Item {
        invoice: it.parse().unwrap(),
        level: 1,
        due_on: day("2026-01-31"),
        open: eur("100.00"),
        disputed: None,
        interest: None,
        fixed_sum: None,
        agreed: None,
        interest_deducted: None,
    };
    dunning::Event::ReminderPlanned(Box::new(Reminder {
        reminder: reminder.parse().unwrap(),
        planned_on: day(on),
        policy: "test".parse().unwrap(),
        ladder: "usual".parse().unwrap(),
        because: Because::Tenant,
        level: 1,
        tone: Tone::Reminder,
        channel: Channel::Email,
        template: "reminder".parse().unwrap(),
        to_approve: false,
        deadline_days: None,
        items: invoices.iter().map(item).collect(),
        credits: Vec::new(),
        purpose: dunning::Purpose::Reminder,
        interest: None,
    }))
}

pub(super) fn sent(reminder: &str, on: &str) -> dunning::Event {
    dunning::Event::ReminderSent {
        reminder: reminder.parse().unwrap(),
        on: day(on),
        channel: Channel::Email,
        proof: None,
        rendering: None,
        by: None,
        deadline: None,
    }
}

pub(super) fn unknown(reminder: &str, on: &str) -> dunning::Event {
    let why = "whoever sent it is gone".parse().unwrap();
    dunning::Event::ReminderUnknown { reminder: reminder.parse().unwrap(), on: day(on), why }
}

pub(super) fn failed(reminder: &str, on: &str, next: Option<Channel>) -> dunning::Event {
    dunning::Event::ReminderFailed {
        reminder: reminder.parse().unwrap(),
        on: day(on),
        channel: Channel::Email,
        why: "no such user".parse().unwrap(),
        next,
    }
}

pub(super) fn withdrawn(reminder: &str, on: &str) -> dunning::Event {
    dunning::Event::ReminderWithdrawn {
        reminder: reminder.parse().unwrap(),
        on: day(on),
        why: Withdrawal::Changed,
        by: None,
        not_before: None,
    }
}

pub(super) fn regretted(reminder: &str, invoice: &str, on: &str, why: Regret) -> dunning::Event {
    dunning::Event::ReminderRegretted {
        reminder: reminder.parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        on: day(on),
        why,
    }
}

pub(super) fn upheld(reminder: &str, invoice: &str, on: &str) -> dunning::Event {
    dunning::Event::ReminderUpheld {
        reminder: reminder.parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        on: day(on),
    }
}

pub(super) fn blocked(level: u8, on: &str) -> dunning::Event {
    dunning::Event::SupplyBlockSet { level, on: day(on) }
}

pub(super) fn exhausted(invoice: &str, on: &str) -> dunning::Event {
    dunning::Event::DunningExhausted { invoice: invoice.parse().unwrap(), on: day(on), level: 3 }
}

/// One that is asked for 100.00, and whose reminder is on its way.
fn world() -> World {
    // Only what is said of reminders counts here.
    let muted = vec![Kind::InvoiceOverdue];
    let mut world = World::new(AlertPolicy { muted, ..AlertPolicy::default() });
    world.hears([invoice("F-1", "100.00", "2026-01-31")]);
    world.hears([planned("reminder-1", &["F-1"], "2026-02-05")]);
    world
}

#[test]
fn a_reminder_that_nobody_knows_of_is_told_until_a_person_says_what_it_was() {
    let mut world = world();
    world
        .on("2026-02-05", &[])
        .hears([unknown("reminder-1", "2026-02-05")])
        .on("2026-02-05", &["+reminder_unknown-reminder-1-1"])
        .on("2026-03-31", &[])
        .hears([sent("reminder-1", "2026-02-05")])
        .on("2026-04-01", &["-reminder_unknown-reminder-1-1 ended"]);
}

#[test]
fn it_says_what_it_asks_for_and_where_its_plan_and_its_loss_stand() {
    let mut world = world();
    world.hears([unknown("reminder-1", "2026-02-05")]);
    let said = world.says("2026-02-06");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((it.kind, it.severity), (Kind::ReminderUnknown, Severity::High));
    assert_eq!(it.subject, Subject::Reminder("reminder-1".parse().unwrap()));
    assert_eq!(it.reasons, [ReasonCode::OutcomeUnknown]);
    assert_eq!(it.amount, Some(eur("100.00")));
    assert_eq!(
        (it.holds_from, it.evidence.as_slice()),
        (day("2026-02-05"), &[Sequence(2), Sequence(3)][..])
    );
}

#[test]
fn a_reminder_that_no_channel_takes_is_told_until_it_goes_another_way_or_is_taken_back() {
    let mut world = world();
    world
        .hears([failed("reminder-1", "2026-02-05", Some(Channel::Letter))])
        .on("2026-02-05", &[])
        .hears([failed("reminder-1", "2026-02-06", None)])
        .on("2026-02-06", &["+reminder_stuck-reminder-1-1"])
        .hears([withdrawn("reminder-1", "2026-02-20")])
        .on("2026-02-20", &["-reminder_stuck-reminder-1-1 ended"])
        .hears([planned("reminder-2", &["F-1"], "2026-02-21")])
        .hears([sent("reminder-2", "2026-02-21")])
        // The post brings it back.
        .hears([failed("reminder-2", "2026-02-25", None)])
        .on("2026-02-25", &["+reminder_stuck-reminder-2-1"]);
}

#[test]
fn a_reminder_that_should_not_have_gone_is_told_for_a_month_or_until_it_was_right_after_all() {
    let mut world = world();
    world
        .hears([sent("reminder-1", "2026-02-05")])
        .hears([regretted("reminder-1", "F-1", "2026-02-10", Regret::Settled)])
        .on("2026-02-10", &["+reminder_regretted-reminder-1-1"])
        .hears([upheld("reminder-1", "F-1", "2026-02-16")])
        .on("2026-02-16", &["-reminder_regretted-reminder-1-1 ended"])
        .hears([regretted("reminder-1", "F-1", "2026-03-01", Regret::NotDue)])
        .on("2026-03-01", &["+reminder_regretted-reminder-1-2"])
        .on("2026-03-30", &[])
        .on("2026-03-31", &["-reminder_regretted-reminder-1-2 lapsed"]);
}

#[test]
fn it_names_every_reason_once_and_the_entries_of_the_plan_the_sending_and_the_regrets() {
    let mut world = World::new(AlertPolicy::default());
    world.hears([planned("reminder-1", &["F-1", "F-2", "F-3"], "2026-02-05")]);
    world.hears([sent("reminder-1", "2026-02-05")]);
    let regrets = [("F-1", Regret::Settled), ("F-2", Regret::Cancelled), ("F-3", Regret::Settled)];
    world.hears(regrets.map(|(it, why)| regretted("reminder-1", it, "2026-02-10", why)));
    let said = world.says("2026-02-10");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(it.severity, Severity::Medium);
    assert_eq!(it.reasons, [ReasonCode::RemindedSettled, ReasonCode::RemindedCancelled]);
    assert_eq!(it.invoice, Some("F-1".parse().unwrap()));
    assert_eq!(it.evidence, [Sequence(1), Sequence(2), Sequence(3)]);
}

#[test]
fn an_invoice_at_the_end_of_its_ladder_is_told_until_it_is_paid() {
    let mut world = world();
    world.hears([exhausted("F-1", "2026-03-02")]);
    let said = world.says("2026-03-02");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(it.alert.as_str(), "dunning_exhausted-F-1-1");
    assert_eq!((it.kind, it.severity), (Kind::DunningExhausted, Severity::Medium));
    assert_eq!((it.level, it.amount), (Some(3), Some(eur("100.00"))));
    assert_eq!(it.evidence, [Sequence(1), Sequence(3)]);
    world
        .hears(paid("P-1", "F-1", "60.00", "2026-03-10"))
        .on("2026-03-10", &[])
        .hears(paid("P-2", "F-1", "40.00", "2026-03-12"))
        .on("2026-03-12", &["-dunning_exhausted-F-1-1 ended"]);
}

#[test]
fn supply_that_is_blocked_is_told_with_its_level_and_again_with_another_one() {
    let mut world = world();
    world.hears([blocked(1, "2026-02-05")]);
    let said = world.says("2026-02-05");
    let [Event::AlertRaised(it)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(
        (it.kind, it.level, &it.subject),
        (Kind::SupplyBlocked, Some(1), &Subject::Customer)
    );
    assert_eq!(it.evidence, [Sequence(3)]);
    world
        .hears([blocked(2, "2026-03-05")])
        .on("2026-03-05", &["-supply_blocked-1 ended", "+supply_blocked-1 again"])
        .hears([blocked(0, "2026-03-20")])
        .on("2026-03-20", &["-supply_blocked-1 ended"]);
}

#[test]
fn who_does_not_want_to_be_told_of_them_is_not() {
    let muted = vec![Kind::ReminderStuck, Kind::SupplyBlocked];
    let mut world = World::new(AlertPolicy { muted, ..AlertPolicy::default() });
    world
        .hears([planned("reminder-1", &["F-1"], "2026-02-05"), blocked(3, "2026-02-05")])
        .hears([failed("reminder-1", "2026-02-06", None)])
        .on("2026-02-06", &[]);
}

//! Whoever agrees to a reminder may have it said in other words, or by another way.

use events::dunning::{Approval, Channel, DunningPolicy, Level, Scope, Tone};

use crate::{ApproveReminder, Command, tests::world::*};

#[test]
fn whoever_agrees_may_choose_other_words_and_another_way() {
    let by_person = Level { approval: Approval::ByPerson, ..level(5, 7, Tone::Reminder) };
    let ladders = vec![ladder("usual", Scope::Tenant, vec![by_person])];
    let agree = |template: Option<&str>, channel| {
        Command::ApproveReminder(ApproveReminder {
            customer_id: "C-1".parse().unwrap(),
            reminder_id: "reminder-1".parse().unwrap(),
            approved_by: "desk-1".parse().unwrap(),
            approve_date: day("2026-02-05"),
            channel,
            template: template.map(word),
        })
    };
    let mut world = World::new(DunningPolicy { ladders, ..rules() });
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 reminder: F-1 1"])
        .asks(agree(Some("friends"), Some(Channel::Letter)), &["agreed reminder-1"])
        .asks(agree(None, None), &[]);
    let waits = world.dunning.pending().unwrap();
    assert_eq!((waits.reminder.template, waits.channel), (word("friends"), Channel::Letter));
    world
        .asks(agree(Some("partners"), None), &["agreed reminder-1"])
        .sends("reminder-1", "2026-02-05");
    let sent = world.dunning.sent().next().unwrap();
    assert_eq!((sent.reminder.template, sent.channel), (word("partners"), Channel::Letter));
}

//! What the post says of a letter, and what may be delivered meanwhile.

use events::{
    InvoiceId,
    dunning::{Channel, DunningPolicy, Level, Presentation, Scope, Tone},
};

use super::world::*;
use crate::{Command, RecordFailure, RecordPresentation, Refusal, view::Presented};

/// A final demand by registered letter, which blocks supply.
fn rules_of_one() -> DunningPolicy {
    let by_post = vec![Channel::RegisteredLetter];
    let level = Level { channels: by_post, supply_block: 2, ..level(5, 7, Tone::Final) };
    DunningPolicy { ladders: vec![ladder("usual", Scope::Tenant, vec![level])], ..rules() }
}

fn presented(reminder: &str, on: &str, result: Presentation) -> Command {
    Command::RecordPresentation(RecordPresentation {
        customer_id: "C-1".parse().unwrap(),
        reminder_id: reminder.parse().unwrap(),
        present_date: day(on),
        result,
        proof: Some(word("RK 39")),
        recorded_by: "desk-1".parse().unwrap(),
    })
}

fn level_of(world: &World) -> u8 {
    world.policy.view(&world.dunning, day("2026-03-01")).invoices[0].level
}

#[test]
fn a_final_demand_that_nobody_fetches_counts_and_is_told_with_its_proof() {
    let mut world = World::new(rules_of_one());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"])
        .sends_by_hand("reminder-1", "2026-02-05")
        .asks(
            presented("reminder-1", "2026-02-09", Presentation::Unclaimed),
            &["presented reminder-1 unclaimed"],
        )
        // The same slip again says nothing new.
        .asks(presented("reminder-1", "2026-02-09", Presentation::Unclaimed), &[]);
    assert_eq!(level_of(&world), 1);
    let sent: Vec<_> = world.dunning.sent().collect();
    let known = Presented {
        on: day("2026-02-09"),
        result: Presentation::Unclaimed,
        proof: Some(word("RK 39")),
        by: "desk-1".parse().unwrap(),
    };
    assert_eq!(sent[0].presented, [known]);
}

#[test]
fn one_that_comes_back_from_a_wrong_address_was_never_presented() {
    let mut world = World::new(rules_of_one());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"])
        .sends_by_hand("reminder-1", "2026-02-05")
        .asks(
            presented("reminder-1", "2026-02-09", Presentation::Refused),
            &["presented reminder-1 refused"],
        );
    let back = Command::RecordFailure(RecordFailure {
        customer_id: "C-1".parse().unwrap(),
        reminder_id: "reminder-1".parse().unwrap(),
        fail_date: day("2026-02-10"),
        why: word("not at this address"),
        recorded_by: "desk-1".parse().unwrap(),
    });
    world.asks(back, &["failed reminder-1"]).sends_by_hand("reminder-1", "2026-02-11");
    assert_eq!(world.dunning.sent().next().unwrap().presented, []);
}

#[test]
fn only_what_was_sent_is_presented_and_not_before() {
    let mut world = World::new(rules_of_one());
    world
        .hears([invoice("F-1", "100.00", "2026-01-31")])
        .on("2026-02-05", &["reminder-1 final: F-1 1"]);
    let early = presented("reminder-1", "2026-02-04", Presentation::Delivered);
    let refusal = world.refuses(early.clone());
    assert_eq!(refusal, Refusal::NotSent("reminder-1".parse().unwrap()));
    let refusal = world.refuses(presented("reminder-7", "2026-02-04", Presentation::Delivered));
    assert_eq!(refusal, Refusal::NoReminder("reminder-7".parse().unwrap()));
    world.sends_by_hand("reminder-1", "2026-02-05");
    let refusal = world.refuses(early);
    assert_eq!(refusal.to_string(), "reminder reminder-1 was sent on 2026-02-05, not before");
    assert_eq!(refusal.field(), Some("present_date"));
}

/// What is answered to whoever sells, told short: the level, since when, and each way out.
fn supply(world: &World) -> Vec<String> {
    let it = world.policy.supply(&world.dunning);
    let since = it.since.map_or("never".to_owned(), |it| it.to_string());
    let ways = it.ways_out.iter().map(|it| {
        let invoices: Vec<_> = it.invoices.iter().map(InvoiceId::as_str).collect();
        let to_pay: Vec<_> = it.to_pay.iter().map(ToString::to_string).collect();
        format!("down to {}: {} for {}", it.level, to_pay.join(", "), invoices.join(", "))
    });
    std::iter::once(format!("{} since {since}", it.level)).chain(ways).collect()
}

#[test]
fn whoever_sells_sees_which_invoices_block_supply_and_what_is_to_be_paid() {
    let levels = vec![
        Level { supply_block: 1, ..level(5, 1, Tone::Firm) },
        Level { supply_block: 3, ..level(20, 1, Tone::Final) },
    ];
    let ladders = vec![ladder("usual", Scope::Tenant, levels)];
    let mut world = World::new(DunningPolicy { ladders, ..rules() });
    assert_eq!(supply(&world), ["0 since never"]);
    world
        .hears([
            invoice("F-1", "100.00", "2026-01-31"),
            invoice("F-2", "70.00", "2026-02-13"),
            invoice("F-3", "9.00", "2026-06-30"),
        ])
        .on("2026-02-05", &["reminder-1 firm: F-1 1"])
        .sends("reminder-1", "2026-02-05")
        .on("2026-02-05", &["block 1"])
        .on("2026-02-20", &["reminder-2 final: F-1 2, F-2 1"])
        .sends("reminder-2", "2026-02-20")
        .on("2026-02-20", &["block 3"])
        // What is contested is not asked for.
        .hears([dispute("D-1", "F-1", "30.00", "2026-02-21")]);
    assert_eq!(
        supply(&world),
        [
            "3 since 2026-02-20",
            "down to 1: 70.00 EUR for F-1",
            "down to 0: 140.00 EUR for F-1, F-2"
        ]
    );
    let causes = world.policy.supply(&world.dunning).causes;
    let told: Vec<_> = causes
        .iter()
        .map(|it| (it.invoice.as_str(), it.level, it.supply_block, it.asked))
        .collect();
    assert_eq!(told, [("F-1", 2, 3, eur("70.00")), ("F-2", 1, 1, eur("70.00"))]);

    // Each way out is one.
    world
        .hears(paid("P-1", "F-1", "70.00", "2026-02-23"))
        .on("2026-02-23", &["block 1"])
        .hears(paid("P-2", "F-2", "70.00", "2026-02-24"))
        .on("2026-02-24", &["block 0"]);
    assert_eq!(supply(&world), ["0 since never"]);
}

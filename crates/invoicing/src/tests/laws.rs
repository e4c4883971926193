//! What holds of every history.

mod any;
mod any_event;
mod apt;
mod assigned;
mod order;
mod views;

use chrono::{Days, NaiveDate};
use decider::{Decider, Fold, Process, laws};
use events::invoicing::{self, Event, Waterfall};
use proptest::{collection::vec, prelude::*};

use super::{audit::audit, say::*};
use crate::{Account, Command, Policy, view};

fn config() -> ProptestConfig {
    ProptestConfig::default()
}

/// What the engine does: the command, then every step that is called for.
fn take(policy: &Policy, account: &mut Account, command: Command, today: NaiveDate) -> Vec<Event> {
    let mut said = policy.decide(account, command).unwrap_or_default();
    hear(account, &said);
    while let Some(step) = policy.step(account, today) {
        let events = policy.decide(account, step).expect("a policy takes its own steps");
        assert!(!events.is_empty(), "a step says something");
        hear(account, &events);
        said.extend(events);
        assert!(said.len() < 1_000, "it falls quiet");
    }
    said
}

fn hear(account: &mut Account, events: &[Event]) {
    for event in events {
        account.evolve(event);
        assert_eq!(account.check(), Ok(()), "after {event:?}");
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    const WATERFALLS: &[Waterfall] = &[
        Waterfall::OldestDue,
        Waterfall::OldestIssued,
        Waterfall::LargestOpen,
        Waterfall::Hold,
        Waterfall::Statutory,
        Waterfall::InsurerOldest,
    ];
    (prop::sample::select(WATERFALLS), any::<bool>(), any::<bool>()).prop_map(
        |(waterfall, matches, small)| {
            let mut rules =
                invoicing::Policy { waterfall, match_amounts: matches, ..Default::default() };
            if small {
                rules.small_balances = vec![eur("10.00"), eur("5.00 USD")];
            }
            Policy::try_new(rules).unwrap()
        },
    )
}

fn history(policy: &Policy, asked: Vec<(any::Asked, u64)>) -> (Account, Vec<Event>) {
    let mut account = Account::default();
    let mut said = Vec::new();
    let mut today = any::first();
    for (asked, days) in asked {
        today = today + Days::new(days);
        if let Some(command) = asked.command(&account, today) {
            said.extend(take(policy, &mut account, command, today));
        }
    }
    (account, said)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn money_is_neither_made_nor_lost(policy in policy(), commands in any::history()) {
        let (account, said) = history(&policy, commands);
        audit(&account);
        prop_assert_eq!(Account::replay(&said), account);
    }

    #[test]
    fn a_command_taken_twice_says_nothing_the_second_time(policy in policy(), commands in any::history()) {
        let mut account = Account::default();
        let mut today = any::first();
        for (command, days) in commands {
            today = today + Days::new(days);
            let Some(command) = command.command(&account, today) else { continue };
            let Ok(events) = policy.decide(&account, command.clone()) else { continue };
            hear(&mut account, &events);
            prop_assert_eq!(policy.decide(&account, command.clone()), Ok(vec![]), "{:?}", &command);
            while let Some(step) = policy.step(&account, today) {
                let events = policy.decide(&account, step).unwrap();
                hear(&mut account, &events);
            }
            prop_assert_eq!(policy.decide(&account, command.clone()), Ok(vec![]), "later: {:?}", command);
        }
    }

    #[test]
    fn invoicing_falls_quiet(policy in policy(), events in vec(any_event::event(), 0..25), today in any::date()) {
        laws::falls_quiet(&policy, &Account::replay(&events), today, 64);
    }

    #[test]
    fn invoicing_wakes_honestly(policy in policy(), commands in any::history()) {
        let mut account = Account::default();
        for (command, days) in commands {
            let Some(command) = command.command(&account, any::first() + Days::new(days)) else {
                continue;
            };
            let events = policy.decide(&account, command).unwrap_or_default();
            hear(&mut account, &events);
        }
        laws::wakes_honestly(&policy, &account, any::first(), 100);
    }

    #[test]
    fn any_facts_in_any_order_are_taken(events in vec(any_event::event(), 0..40), on in any::date()) {
        let mut account = Account::default();
        for event in &events {
            account.evolve(event);
        }
        // Sound or not, it can be looked at and kept.
        let _: view::View = account.view(on);
        let _: Vec<view::AssignmentView> = account.assignments(on);
        let _: usize = account.holders().count();
        let _: Vec<view::Statement> = view::statements(&account, None, on);
        let _: Vec<view::AgedBalance> =
            view::AgedBalance::of([&account], on, &view::Bounds::default());
        let period = view::Period::try_new(on, 90).unwrap();
        for inputs in view::Inputs::of(&account, period) {
            let _: Vec<view::Indicator> = inputs.indicators();
        }
        let snapshot = postcard::to_stdvec(&account).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Account>(&snapshot).unwrap(), account.clone());
        let snapshot = serde_json::to_string(&account).unwrap();
        prop_assert_eq!(serde_json::from_str::<Account>(&snapshot).unwrap(), account);
    }
}

//! Facts out of order are welcome: whatever the order in which a business history arrives, it ends
//! in the same balances.

use std::collections::BTreeMap;

use chrono::Days;
use proptest::{collection::vec, prelude::*, sample::subsequence};

use super::{
    any::{self, date},
    audit, config, take,
};
use crate::{
    Account, Command, Policy,
    tests::say::*,
    view::{self, Balance},
};

fn books(policy: &Policy, history: Vec<Command>) -> Account {
    let mut account = Account::default();
    for command in history {
        assert!(policy_takes(policy, &account, &command), "refused: {command:?}");
        take(policy, &mut account, command, day("12-31"));
    }
    audit(&account);
    account
}

fn policy_takes(policy: &Policy, account: &Account, command: &Command) -> bool {
    decider::Decider::decide(policy, account, command.clone()).is_ok()
}

fn holding_policy() -> Policy {
    let rules = events::invoicing::Policy {
        waterfall: events::invoicing::Waterfall::Hold,
        match_amounts: false,
        ..Default::default()
    };
    Policy::try_new(rules).unwrap()
}

/// What is open on each invoice and unallocated of each source, and every balance of every day.
fn figures(account: &Account) -> (BTreeMap<String, String>, Vec<Vec<Balance>>) {
    let mut items = BTreeMap::new();
    for (id, invoice) in account.invoices() {
        items.insert(id.to_string(), invoice.money(invoice.open).to_string());
    }
    for it in account.view(day("12-31")).unallocated {
        items.insert(format!("{:?}", it.source), it.amount.to_string());
    }
    let days = (0..70).map(|it| any::first() + Days::new(it));
    (items, days.map(|it| view::balances(account, it)).collect())
}

/// A history in which payers and credit notes say what everything is for, no more than is owed:
/// invoices, payments, credit notes, and some that turn out void.
fn designated() -> impl Strategy<Value = (Vec<Command>, Vec<Command>)> {
    let parts = vec((0..4_usize, 0..5_usize, 1..4_u32), 0..9);
    let ends = (subsequence(vec![0, 1, 2], 0..3), subsequence(vec![0, 1, 2, 3], 0..2));
    (parts, vec(date(), 16), ends).prop_map(|(parts, dates, (bounced, cancelled))| {
        let on = |place: usize| dates[place % dates.len()].to_string();
        let mut left = [100_u32; 4];
        let mut payments = BTreeMap::<usize, BTreeMap<usize, u32>>::new();
        let mut history = Vec::new();
        for (place, (invoice, by, tens)) in parts.into_iter().enumerate() {
            let amount = (tens * 10).min(left[invoice]);
            left[invoice] -= amount;
            if amount > 0 && by < 3 {
                *payments.entry(by).or_default().entry(invoice).or_default() += amount;
            } else if amount > 0 {
                let (note, about) = (format!("A-{place}"), format!("F-{invoice}"));
                history.push(credit(&note, &about, &format!("{amount}.00"), &on(place)));
                if by == 4 {
                    history.push(cancel_credit(&note, &on(place + 5)));
                }
            }
        }
        for invoice in 0..4 {
            history.push(super::super::say::invoice(
                &format!("F-{invoice}"),
                "100.00",
                &on(invoice + 7),
            ));
        }
        for (payment, parts) in payments {
            let named: Vec<_> =
                parts.iter().map(|(invoice, amount)| format!("F-{invoice} {amount}.00")).collect();
            let named: Vec<_> = named.iter().map(String::as_str).collect();
            let amount = format!("{}.00", parts.values().sum::<u32>());
            let id = format!("P-{payment}");
            history.push(payment_for(&id, &amount, &on(payment + 11), &named));
            if bounced.contains(&payment) {
                history.push(bounce(&id, &on(payment + 3)));
            }
        }
        let cancelled = cancelled.into_iter().map(|it| cancel(&format!("F-{it}"), &on(it)));
        (history, cancelled.collect())
    })
}

/// A history in which little is said: documents of few ids, each id once, and each invoice that is
/// named arrives or is known never to.
fn left_to_the_rules() -> impl Strategy<Value = Vec<Command>> {
    vec(any::document(), 1..16).prop_map(|documents| {
        let mut once = BTreeMap::new();
        for command in documents {
            let data: serde_json::Value = serde_json::from_slice(&command.write()).unwrap();
            let fields = ["credit_note_id", "payment_id", "invoice_id"];
            let id = fields.into_iter().find_map(|it| Some(format!("{it} {}", data.get(it)?)));
            once.entry((command.kind(), id)).or_insert(command);
        }
        let mut history: Vec<_> = once.into_values().collect();
        let arrives = |id: &str| {
            history.iter().any(|it| {
                matches!(it, Command::IssueInvoice(it) if it.invoice_id.as_str() == id)
                    || matches!(it, Command::CancelInvoice(it) if it.invoice_id.as_str() == id)
            })
        };
        let never: Vec<_> =
            ["F-1", "F-2", "F-3", "F-4"].into_iter().filter(|it| !arrives(it)).collect();
        history.extend(never.into_iter().map(|it| cancel(it, "02-01")));
        history
    })
}

fn and_shuffled<T: Clone + std::fmt::Debug>(
    history: Vec<T>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    (Just(history.clone()), Just(history).prop_shuffle())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_payers_said_is_done_whatever_the_order(
        (history, shuffled) in designated().prop_flat_map(|(history, _)| and_shuffled(history)),
    ) {
        let policy = Policy::default();
        prop_assert_eq!(figures(&books(&policy, history)), figures(&books(&policy, shuffled)));
    }

    #[test]
    fn and_with_cancelled_invoices_where_a_person_decides_about_the_rest(
        (history, shuffled) in designated().prop_flat_map(|(mut history, cancelled)| {
            history.extend(cancelled);
            and_shuffled(history)
        }),
    ) {
        let policy = holding_policy();
        prop_assert_eq!(figures(&books(&policy, history)), figures(&books(&policy, shuffled)));
    }

    #[test]
    fn what_is_left_to_the_rules_ends_in_the_same_sums(
        (history, shuffled) in left_to_the_rules().prop_flat_map(and_shuffled),
    ) {
        let policy = Policy::default();
        let sums = |history| {
            let balances = view::balances(&books(&policy, history), day("12-31"));
            let sum = |it: &Balance| (it.invoiced, it.open, it.unallocated_cash.plus(it.unallocated_credit), it.net);
            balances.iter().map(sum).collect::<Vec<_>>()
        };
        prop_assert_eq!(sums(history), sums(shuffled));
    }
}

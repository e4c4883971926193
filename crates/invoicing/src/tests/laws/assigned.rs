//! What is assigned is a part of what is open, and nothing of it gets lost.

use chrono::Days;
use events::invoicing::{Event, FacilityKind};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    any::{self, an_invoice, date},
    config, hear, take,
};
use crate::{
    Account, Ask, AssignReceivable, Command, PassPaymentOn, Policy, RecordAssigneePayment,
    Repurchase,
    tests::{say::*, stories::assignments::agreement},
    view,
};

const KINDS: [(&str, FacilityKind, bool); 4] = [
    ("FC-1", FacilityKind::Factoring, false),
    ("FC-2", FacilityKind::Factoring, true),
    ("FC-3", FacilityKind::Discount, true),
    ("FC-4", FacilityKind::Pledge, true),
];

fn books() -> (Policy, Account) {
    let (mut policy, mut account) = (Policy::default(), Account::default());
    for (name, kind, recourse) in KINDS {
        let event = Event::FacilityRegistered(Box::new(agreement(name, kind, recourse).into()));
        decider::Decider::adopt(&mut policy, &event);
        hear(&mut account, &[event]);
    }
    (policy, account)
}

/// Assignments, in part or not, money for the assignee with either of them, and repurchases.
fn about_assignments() -> impl Strategy<Value = Command> {
    let assignment = || select(&["AS-1", "AS-2", "AS-3"][..]);
    let on = || date().prop_map(|it| it.to_string());
    let command = |it: Ask| Command::Assign(Box::new(it));
    let amount = option::of(select(&["10.00", "30.00"][..]));
    let made = (assignment(), an_invoice(), select(&KINDS[..]), amount, on());
    prop_oneof![
        4 => made.prop_map(move |(it, about, (facility, ..), amount, on)| {
            command(Ask::AssignReceivable(AssignReceivable {
                customer_id: id("C-1"),
                assignment_id: id(it),
                invoice_id: id(about),
                facility_id: id(facility),
                amount: amount.map(stated),
                assign_date: day(&on),
            }))
        }),
        2 => (assignment(), any::a_payment(), on()).prop_map(move |(it, payment, on)| {
            command(Ask::RecordAssigneePayment(RecordAssigneePayment {
                customer_id: id("C-1"),
                assignment_id: id(it),
                payment_id: id(payment),
                amount: stated("20.00"),
                value_date: day(&on),
            }))
        }),
        2 => (assignment(), any::a_payment(), on()).prop_map(move |(it, payment, on)| {
            command(Ask::PassPaymentOn(PassPaymentOn {
                customer_id: id("C-1"),
                assignment_id: id(it),
                payment_id: id(payment),
                pass_date: day(&on),
            }))
        }),
        1 => (assignment(), on()).prop_map(move |(it, on)| {
            command(Ask::Repurchase(Repurchase {
                customer_id: id("C-1"),
                assignment_id: id(it),
                amount: None,
                repurchase_date: day(&on),
            }))
        }),
    ]
}

fn sums_up(account: &Account) {
    for on in (0..70).map(|it| any::first() + Days::new(it)) {
        for (id, invoice) in account.invoices() {
            let it = account.shares(id, on).unwrap();
            let parts = [it.own, it.with_recourse, it.contingent, it.without_recourse];
            assert!(parts.iter().all(|it| !it.is_negative()), "{id} on {on}: {it:?}");
            let sum: i64 = parts.iter().map(|it| it.minor()).sum();
            assert_eq!(sum, invoice.open_on(on), "{id} on {on}: {it:?}");
        }
        for it in account.assignments(on).iter().filter(|it| it.repurchased.is_none()) {
            let parts = [
                it.never_open,
                it.open,
                it.paid_to_assignee,
                it.held,
                it.passed_on,
                it.paid_to_tenant,
                it.diluted,
                it.given_up,
            ];
            assert!(parts.iter().all(|it| !it.is_negative()), "{it:?} on {on}");
            let sum: i64 = parts.iter().map(|it| it.minor()).sum();
            assert_eq!(sum, it.amount.minor(), "{it:?} on {on}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn open_is_own_and_assigned_and_no_cent_of_an_assignment_is_lost(
        commands in vec(prop_oneof![2 => any::document(), 1 => about_assignments()], 1..40),
    ) {
        let (policy, mut account) = books();
        let mut said = Vec::new();
        for command in commands {
            said.extend(take(&policy, &mut account, command, day("03-01")));
        }
        sums_up(&account);
        let facilities = books().1;
        let mut replayed = facilities;
        hear(&mut replayed, &said);
        prop_assert_eq!(replayed, account);
    }

    #[test]
    fn whatever_the_order_in_which_money_and_credit_notes_are_heard_of_assignments_stand_the_same(
        (history, shuffled) in vec((1..4_u32, date(), 0..3_usize), 1..6).prop_flat_map(|parts| {
            let one = |(place, (tens, on, by)): (usize, (u32, chrono::NaiveDate, usize))| {
                let (amount, on) = (format!("{}.00", tens * 5), on.to_string());
                match by {
                    0 => payment_for(&format!("P-{place}"), &amount, &on, &["F-1"]),
                    1 => credit(&format!("A-{place}"), "F-1", &amount, &on),
                    _ => Command::Assign(Box::new(Ask::RecordAssigneePayment(RecordAssigneePayment {
                        customer_id: id("C-1"),
                        assignment_id: id("AS-1"),
                        payment_id: id(&format!("P-{place}")),
                        amount: stated(&amount),
                        value_date: day(&on),
                    }))),
                }
            };
            let history: Vec<_> = parts.into_iter().enumerate().map(one).collect();
            (Just(history.clone()), Just(history).prop_shuffle())
        }),
        (facility, part) in (select(&KINDS[..]), option::of(select(&["60.00"][..]))),
    ) {
        let stands = |history: Vec<Command>| -> Vec<view::AssignmentView> {
            let (policy, mut account) = books();
            take(&policy, &mut account, invoice("F-1", "100.00", "01-05"), day("03-01"));
            let assigned = Command::Assign(Box::new(Ask::AssignReceivable(AssignReceivable {
                customer_id: id("C-1"),
                assignment_id: id("AS-1"),
                invoice_id: id("F-1"),
                facility_id: id(facility.0),
                amount: part.map(stated),
                assign_date: day("01-20"),
            })));
            assert_eq!(take(&policy, &mut account, assigned, day("03-01")).len(), 1);
            for command in history {
                assert!(!take(&policy, &mut account, command, day("03-01")).is_empty());
            }
            sums_up(&account);
            account.assignments(day("03-01"))
        };
        prop_assert_eq!(stands(history), stands(shuffled));
    }
}

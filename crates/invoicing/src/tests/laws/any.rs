//! Any command: few ids, few amounts, few days, so that they meet.

use chrono::{Days, NaiveDate};
use events::invoicing::DisputeOutcome;
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::apt::{Wish, wish};
use crate::{Account, Command, CustomerData, InvoiceData, RecordPayment, tests::say::*};

pub(super) fn first() -> NaiveDate {
    day("01-01")
}

pub(super) fn date() -> impl Strategy<Value = NaiveDate> {
    (0..60_u64).prop_map(|it| first() + Days::new(it))
}

fn on() -> impl Strategy<Value = String> {
    date().prop_map(|it| it.to_string())
}

fn amount() -> impl Strategy<Value = String> {
    const AMOUNTS: &[&str] =
        &["5.00", "10.00", "20.00", "30.00", "50.00", "60.00", "100.00", "30.00 USD"];
    select(AMOUNTS).prop_map(ToOwned::to_owned)
}

pub(super) fn one_of(ids: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(ids)
}

pub(super) fn an_invoice() -> impl Strategy<Value = &'static str> {
    one_of(&["F-1", "F-2", "F-3", "F-4"])
}

pub(super) fn a_payment() -> impl Strategy<Value = &'static str> {
    one_of(&["P-1", "P-2", "P-3", "P-4"])
}

pub(super) fn a_source() -> impl Strategy<Value = &'static str> {
    one_of(&["P-1", "P-2", "P-3", "P-4", "A-1", "A-2"])
}

/// What is asked next: anything, or something apt.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    Anything(Command),
    Apt(Wish),
}

impl Asked {
    pub(super) fn command(self, account: &Account, today: NaiveDate) -> Option<Command> {
        match self {
            Self::Anything(command) => Some(command),
            Self::Apt(wish) => wish.command(account, today),
        }
    }
}

/// What is asked, and the days that pass before each.
pub(super) fn history() -> impl Strategy<Value = Vec<(Asked, u64)>> {
    let asked = prop_oneof![command().prop_map(Asked::Anything), wish().prop_map(Asked::Apt),];
    vec((asked, 0..6_u64), 1..40)
}

fn designated() -> impl Strategy<Value = Vec<String>> {
    let part = option::of(select(&["5.00", "10.00", "20.00", "30.00"][..]));
    let one = (an_invoice(), part).prop_map(|(invoice, part)| {
        part.map_or(invoice.to_owned(), |it| format!("{invoice} {it}"))
    });
    vec(one, 0..3)
}

/// What producers send: invoices, payments, credit notes, and their ends.
pub(super) fn document() -> impl Strategy<Value = Command> {
    let payments = (a_payment(), amount(), on(), designated(), option::of(an_invoice()));
    let payments = payments.prop_map(|(it, amount, on, invoices, referred)| {
        let designations = named(&invoices.iter().map(String::as_str).collect::<Vec<_>>());
        let references = referred.map(id).into_iter().collect();
        let mut payment = RecordPayment { designations, references, ..transfer(it, &amount, &on) };
        // No more designated than paid, no invoice twice.
        while pay(payment.clone()).check().is_err() {
            payment.designations.pop();
        }
        pay(payment)
    });
    prop_oneof![
        6 => (an_invoice(), amount(), on()).prop_map(|(it, gross, on)| invoice(it, &gross, &on)),
        6 => payments,
        3 => (one_of(&["A-1", "A-2"]), one_of(&["", "F-1", "F-2"]), amount(), on())
            .prop_map(|(it, about, amount, on)| credit(it, about, &amount, &on)),
        1 => (an_invoice(), on()).prop_map(|(it, on)| cancel(it, &on)),
        1 => (one_of(&["A-1", "A-2"]), on()).prop_map(|(it, on)| cancel_credit(it, &on)),
        2 => (a_payment(), on()).prop_map(|(it, on)| bounce(it, &on)),
    ]
}

/// Any command but a policy's.
pub(super) fn command() -> impl Strategy<Value = Command> {
    let an_order = option::of(one_of(&["O-1", "O-2"])).boxed();
    let corrections = (an_invoice(), amount(), on(), an_order.clone(), any::<bool>());
    let invoices = corrections.prop_map(|(it, gross, on, order, corrects)| {
        let data = InvoiceData { order: order.map(id), ..bill(it, &gross, &on) };
        if corrects { correct(data) } else { issue(data) }
    });
    prop_oneof![
        16 => document(),
        4 => invoices,
        3 => (a_payment(), amount(), on(), an_order)
            .prop_map(|(it, amount, on, order)| deposit(it, &amount, &on, order.unwrap_or_default())),
        1 => (one_of(&["R-1", "R-2"]), a_source(), amount(), on())
            .prop_map(|(it, of, amount, on)| refund(it, of, &amount, &on)),
        1 => (a_payment(), on()).prop_map(|(it, on)| release(it, &on)),
        2 => (a_source(), an_invoice(), amount()).prop_map(|(of, it, amount)| allocate(of, it, &amount)),
        2 => (a_source(), an_invoice()).prop_map(|(of, it)| withdraw(of, it)),
        6 => dealings(),
        1 => (any::<bool>(), option::of(one_of(&["SME", "key account"])))
            .prop_map(|(amends, segment)| {
                let data = CustomerData { segment: segment.map(id), ..customer() };
                if amends { amend(data) } else { register(data) }
            }),
    ]
}

fn dealings() -> impl Strategy<Value = Command> {
    let outcome = select(DisputeOutcome::ALL);
    prop_oneof![
        (one_of(&["D-1", "D-2"]), an_invoice(), option::of(amount()), on())
            .prop_map(|(it, about, amount, on)| dispute(it, about, amount.as_deref(), &on)),
        (one_of(&["D-1", "D-2"]), outcome, on())
            .prop_map(|(it, outcome, on)| resolve(it, outcome, &on)),
        (one_of(&["V-1", "V-2"]), amount(), on(), 0..20_u64, vec(an_invoice(), 0..2)).prop_map(
            |(it, amount, on, days, about)| {
                let until = (day(&on) + Days::new(days)).to_string();
                promise(it, &amount, &on, &until, &about)
            }
        ),
        (one_of(&["V-1", "V-2"]), on()).prop_map(|(it, on)| withdraw_promise(it, &on)),
        (one_of(&["L-1", "L-2"]), on(), an_invoice(), amount()).prop_map(
            |(it, on, about, amount)| {
                let due = |days| (day(&on) + Days::new(days)).to_string();
                plan(it, &on, &[about], &[(&due(5), &amount), (&due(15), &amount)])
            }
        ),
        (one_of(&["L-1", "L-2"]), on()).prop_map(|(it, on)| cancel_plan(it, &on)),
        (one_of(&["W-1", "W-2"]), an_invoice(), option::of(amount()), on())
            .prop_map(|(it, about, amount, on)| give_up(it, about, amount.as_deref(), &on)),
        (one_of(&["W-1", "W-2"]), one_of(&["anna", "bert"]), on())
            .prop_map(|(it, who, on)| approve(it, who, &on)),
        (one_of(&["W-1", "W-2"]), one_of(&["anna", "bert"]), on())
            .prop_map(|(it, who, on)| reject(it, who, &on)),
    ]
}

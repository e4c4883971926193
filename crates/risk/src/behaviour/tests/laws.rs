//! Whatever comes later changes nothing of what was known before.

use chrono::{Days, NaiveDate};
use decider::{Decider as _, Fold as _, Process as _};
use events::{invoicing::PaymentMethod, risk::Measure};
use invoicing::{
    Account, Command, DesignationData, InvoiceData, MakePromise, OpenDispute, Policy, RecordPayment,
};
use money::{Currency, Money, Stated};
use proptest::prelude::*;

use super::super::{Behaviour, weight};
use crate::tests::stories::day;

/// An invoice: issued so many days after the first, with so many days of terms, paid in one or two
/// parts so many days after its issue, if at all; contested, promised.
#[derive(Debug, Clone)]
struct Deal {
    issued: u16,
    terms: u8,
    minor: u32,
    paid: Option<(u16, u16)>,
    contested: bool,
    promised: Option<u8>,
}

fn deal() -> impl Strategy<Value = Deal> {
    let paid = prop::option::weighted(0.8, (0..120_u16, prop_oneof![Just(0), 0..60_u16]));
    let rest = (any::<bool>(), prop::option::of(0..30_u8));
    (0..700_u16, 0..90_u8, 2..100_000_u32, paid, rest).prop_map(
        |(issued, terms, minor, paid, (contested, promised))| Deal {
            issued,
            terms,
            minor,
            paid,
            contested,
            promised,
        },
    )
}

fn first() -> NaiveDate {
    day("2024-01-01")
}

fn after(days: impl Into<u64>) -> NaiveDate {
    first() + Days::new(days.into())
}

/// What is said of a deal, each on its day.
fn said(n: usize, it: &Deal) -> Vec<(NaiveDate, Command)> {
    let customer_id: events::CustomerId = "C-1".parse().unwrap();
    let invoice_id: events::InvoiceId = format!("F-{n}").parse().unwrap();
    let money = |minor: u32| Stated(Money::new(minor.into(), Currency::EUR));
    let issued = after(it.issued);
    let mut said = vec![(
        issued,
        Command::IssueInvoice(Box::new(InvoiceData {
            customer_id: customer_id.clone(),
            invoice_id: invoice_id.clone(),
            number: None,
            issue_date: issued,
            due_date: Some(issued + Days::new(it.terms.into())),
            payment_terms: None,
            gross: money(it.minor),
            net: None,
            tax: None,
            order: None,
            contract: None,
            site: None,
            terms_version: None,
        })),
    )];
    if it.contested {
        said.push((
            issued,
            Command::OpenDispute(OpenDispute {
                customer_id: customer_id.clone(),
                dispute_id: format!("D-{n}").parse().unwrap(),
                invoice_id: invoice_id.clone(),
                amount: None,
                reason: events::invoicing::DisputeReason::Price,
                owner: None,
                open_date: issued,
            }),
        ));
    }
    if let Some(days) = it.promised {
        said.push((
            issued,
            Command::MakePromise(MakePromise {
                customer_id: customer_id.clone(),
                promise_id: format!("W-{n}").parse().unwrap(),
                amount: money(it.minor),
                make_date: issued,
                promise_date: issued + Days::new(days.into()),
                invoice_ids: vec![invoice_id.clone()],
            }),
        ));
    }
    if let Some((days, more)) = it.paid {
        let half = it.minor / 2;
        for (part, minor, days) in [("a", half, days), ("b", it.minor - half, days + more)] {
            let on = issued + Days::new(days.into());
            said.push((
                on,
                Command::RecordPayment(Box::new(RecordPayment {
                    customer_id: customer_id.clone(),
                    payment_id: format!("P-{n}-{part}").parse().unwrap(),
                    amount: money(minor),
                    value_date: on,
                    method: PaymentMethod::Transfer,
                    designations: vec![DesignationData {
                        invoice_id: invoice_id.clone(),
                        amount: None,
                    }],
                    references: Vec::new(),
                    remittance_text: None,
                    deposit: false,
                    order: None,
                })),
            ));
        }
    }
    said
}

/// Lives through what is said before a day, day by day.
fn live(said: &[(NaiveDate, Command)], before: NaiveDate) -> Account {
    let policy = Policy::default();
    let mut account = Account::default();
    let mut known: Vec<_> = said.iter().filter(|(on, _)| *on < before).collect();
    known.sort_by_key(|(on, _)| *on);
    for (on, command) in known {
        let decide = |account: &mut Account, command: Command| {
            for event in policy.decide(account, command).unwrap_or_default() {
                account.evolve(&event);
            }
        };
        decide(&mut account, command.clone());
        while let Some(step) = policy.step(&account, *on) {
            decide(&mut account, step);
        }
    }
    account
}

fn measures(account: &Account, before: NaiveDate) -> Vec<Option<i64>> {
    let behaviour = Behaviour::of(account, before);
    // Whether a promise is broken is said by the first day after it, which is not lived here.
    let measures = Measure::ALL.iter().filter(|it| **it != Measure::BrokenPromises);
    measures.map(|it| behaviour.measure(*it)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_later_changes_nothing(
        deals in prop::collection::vec(deal(), 0..12),
        others in prop::collection::vec(deal(), 0..6),
        before in 0..900_u16,
        shifted in 0..200_u64,
    ) {
        let before = after(before);
        let all: Vec<_> = deals.iter().enumerate().flat_map(|(n, it)| said(n, it)).collect();
        let known = live(&all, before);
        let then = measures(&known, before);

        // All that came since is in the account too.
        prop_assert_eq!(&measures(&live(&all, NaiveDate::MAX), before), &then);

        // It came later still, and other things happened that day or after it.
        let mut other: Vec<_> = all
            .iter()
            .filter(|(on, _)| *on < before)
            .cloned()
            .chain(all.iter().filter(|(on, _)| *on >= before).filter_map(|(on, it)| {
                let on = *on + Days::new(shifted);
                let Command::RecordPayment(mut it) = it.clone() else { return None };
                it.value_date = on;
                Some((on, Command::RecordPayment(it)))
            }))
            .collect();
        for (n, it) in others.iter().enumerate() {
            let since = u16::try_from((before - first()).num_days()).unwrap();
            other.extend(said(100 + n, &Deal { issued: since.saturating_add(it.issued), ..it.clone() }));
        }
        prop_assert_eq!(&measures(&live(&other, NaiveDate::MAX), before), &then);
    }

    #[test]
    fn shares_are_shares_and_a_payment_that_comes_late_never_makes_them_smaller(
        mut deals in prop::collection::vec(deal(), 1..12),
        which in any::<prop::sample::Index>(),
        later in 0..25_u16,
    ) {
        let all = |deals: &[Deal]| -> Vec<_> {
            deals.iter().enumerate().flat_map(|(n, it)| said(n, it)).collect()
        };
        for it in &mut deals {
            it.paid = it.paid.map(|_| (u16::from(it.terms), 0));
        }
        let before = after(2_000_u16);
        let early = Behaviour::of(&live(&all(&deals), before), before);
        let chosen = which.index(deals.len());
        if let Some((days, more)) = deals[chosen].paid {
            deals[chosen].paid = Some((days + later, more));
        }
        let late = Behaviour::of(&live(&all(&deals), before), before);
        for share in [Measure::LateShare, Measure::Late15Share, Measure::Late30Share] {
            prop_assert!((0..=1_000).contains(&early.measure(share).unwrap()));
        }
        // What was prompt and is late counts more, for it is younger too.
        let share = Measure::LateShare;
        let (early, late) = (early.measure(share).unwrap(), late.measure(share).unwrap());
        prop_assert!(early <= late, "{} {}", early, late);
    }
}

#[test]
fn weights_halve_every_six_months_and_end() {
    assert_eq!([0, 6, 12, 96, 100_000].map(weight), [65_536, 32_768, 16_384, 1, 0]);
    for months in 0..200 {
        assert!(weight(months + 1) <= weight(months));
    }
}

//! What queries answer agrees with itself, on every day.

use chrono::{Days, NaiveDate};
use money::Money;
use proptest::prelude::*;

use super::{any, config, history, policy};
use crate::{
    Account,
    tests::say::*,
    view::{
        AgedBalance, Balance, Bounds, Filter, Inputs, Period, Statement, Turnover, balances,
        statements,
    },
};

fn minor(amounts: impl Iterator<Item = Money>) -> i128 {
    amounts.map(|it| i128::from(it.minor())).sum()
}

fn agree(account: &Account, on: NaiveDate) {
    let balances = balances(account, on);
    let items: Vec<_> = account.open_items(&id("C-1"), on).collect();
    let aged = AgedBalance::of([account], on, &Bounds::default());
    let statements = statements(account, None, on);
    let parts = [on - Days::new(20), on - Days::new(7), on];
    for Balance {
        open,
        not_due,
        overdue,
        disputed,
        unallocated_cash,
        unallocated_credit,
        deposits,
        net,
        invoiced,
        settled_by_payments,
        settled_by_credit,
        written_off,
        in_plan,
        ..
    } in &balances
    {
        let currency = open.currency();
        let of = |it: &&crate::view::OpenItem| it.open.currency() == currency;
        let all = i128::from(open.minor());
        assert_eq!(minor([*not_due, *overdue].into_iter()), all);
        assert_eq!(
            i128::from(invoiced.minor())
                - minor([*settled_by_payments, *settled_by_credit, *written_off].into_iter()),
            all
        );
        assert_eq!(minor(items.iter().filter(of).map(|it| it.open)), all);
        assert!(disputed.minor() <= open.minor() && in_plan.minor() <= open.minor());

        let filter = Filter { currency: Some(currency), overdue_only: true, ..Filter::default() };
        let late = items.iter().filter(|it| filter.takes(it)).count();
        let balance = balances.iter().find(|it| it.currency() == currency).unwrap();
        assert_eq!(u64::try_from(late).unwrap(), balance.overdue_items);

        if let Some(aged) = aged.iter().find(|it| it.currency() == currency) {
            let buckets = aged.buckets.iter().map(|it| it.amount);
            assert_eq!(minor(buckets.clone().chain([aged.not_due.amount])), all);
            assert_eq!(aged.outstanding, *open);
            assert_eq!(minor(buckets), i128::from(overdue.minor()));
            assert_eq!(aged.disputed, *disputed);
            assert_eq!(aged.unallocated, unallocated_cash.plus(*unallocated_credit).unwrap());
        } else {
            assert!(open.is_zero());
        }

        let closing = statements
            .iter()
            .find(|it| it.currency() == currency)
            .map_or(0, |it| it.closing.minor());
        assert_eq!(closing, net.minus(*deposits).unwrap().minor());
    }
    // Movements lead from one balance to the other, and claims and receipts are those of the balances.
    for turnover in Turnover::of(account, parts[0], on).values() {
        assert_eq!(turnover.opening + turnover.movements(), turnover.closing);
    }
    for Balance { open, disputed, .. } in &balances {
        let of = |it: &Money| it.currency() == open.currency();
        let claims = || account.claims(on);
        assert_eq!(minor(claims().map(|it| it.open).filter(of)), i128::from(open.minor()));
        assert_eq!(minor(claims().map(|it| it.disputed).filter(of)), i128::from(disputed.minor()));
        assert!(claims().all(|it| it.disputed.minor() <= it.open.minor()));
    }
    let settled: i128 = balances.iter().map(|it| i128::from(it.settled_by_payments.minor())).sum();
    let recovered: i128 =
        Turnover::of(account, NaiveDate::MIN, on).values().map(|it| it.recovered).sum();
    let receipts = minor(account.receipts(NaiveDate::MIN, on).map(|it| it.amount));
    assert!(receipts <= settled && settled - recovered <= receipts);
    // Statements of neighbouring periods join.
    for pair in parts.windows(2) {
        let later =
            super::super::super::view::statements(account, Some(pair[0] + Days::new(1)), pair[1]);
        let earlier = super::super::super::view::statements(account, None, pair[0]);
        for Statement { opening, lines, closing } in later {
            let before = earlier.iter().find(|it| it.currency() == opening.currency());
            assert_eq!(before.map_or(0, |it| it.closing.minor()), opening.minor());
            assert_eq!(
                minor(lines.iter().map(|it| it.amount)) + i128::from(opening.minor()),
                i128::from(closing.minor())
            );
            assert!(lines.last().is_none_or(|it| it.balance == closing));
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_question_gets_the_same_answer(policy in policy(), commands in any::history()) {
        let (account, _) = history(&policy, commands);
        for days in [0, 10, 20, 35, 50, 70, 150] {
            agree(&account, any::first() + Days::new(days));
        }
        // Nothing happened after the last day: the quick answer is the slow one.
        let mut slow = account.clone();
        slow.latest_on = Some(NaiveDate::MAX);
        let last = account.latest_on.unwrap_or(any::first());
        prop_assert_eq!(account.view(last), slow.view(last));
    }

    #[test]
    fn inputs_of_indicators_add_up_in_any_order(
        policy in policy(), a in any::history(), b in any::history(), c in any::history(),
    ) {
        let period = Period::try_new(day("03-15"), 60).unwrap();
        let of = |commands| Inputs::of(&history(&policy, commands).0, period);
        let (a, b, c) = (of(a), of(b), of(c));
        let merged = |all: &[&[Inputs]]| Inputs::merged(all.iter().flat_map(|it| it.iter().cloned()));
        let whole = merged(&[&a, &b, &c]);
        prop_assert_eq!(&merged(&[&c, &a, &b]), &whole);
        prop_assert_eq!(&merged(&[&merged(&[&a, &b]), &c]), &whole);
        prop_assert_eq!(&merged(&[&a, &merged(&[&b, &c])]), &whole);
    }
}

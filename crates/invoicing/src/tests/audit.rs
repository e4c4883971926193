//! Recomputes from the beginning everything that an account keeps for speed.

use std::collections::{BTreeMap, BTreeSet};

use decider::Fold;
use events::invoicing::Source;

use crate::{Account, account::Rare};

/// Everything an account keeps twice agrees.
#[track_caller]
pub(super) fn audit(account: &Account) {
    assert_eq!(account.check(), Ok(()));
    let mut given = BTreeMap::<(Source, String), i64>::new();
    let (mut part_paid, mut given_up) = (BTreeSet::new(), BTreeSet::new());
    let mut open = BTreeMap::new();
    for (id, invoice) in account.invoices() {
        let mut again = invoice.clone();
        again.reckon();
        assert_eq!(invoice.open, again.open, "{id}");
        assert!((0..=invoice.document.gross.minor()).contains(&invoice.open), "{id}");
        assert_eq!(account.open.contains_key(id), invoice.open > 0, "{id}");
        assert!(!(account.open.contains_key(id) && account.closed.contains_key(id)), "{id}");
        assert!(invoice.still_given_up() >= 0, "{id}");
        assert!(!invoice.is_cancelled() || invoice.allocations.is_empty(), "{id}");
        let currency = invoice.document.gross.currency();
        *open.entry(currency).or_insert(0_i128) += i128::from(invoice.open);
        for it in &invoice.allocations {
            assert!(it.minor > 0);
            let funds = account.funds(&it.source).expect("what settles is known");
            assert_eq!(funds.counts_from, it.source_on);
            assert_eq!(funds.amount.currency(), currency);
            *given.entry((it.source.clone(), id.to_string())).or_default() += it.minor;
        }
        if invoice.is_part_paid() {
            part_paid.insert((currency, invoice.open, id.clone()));
        }
        if invoice.rare().is_some_and(Rare::gives_up_upon_request) && invoice.still_given_up() > 0 {
            given_up.insert(id.clone());
        }
    }
    assert_eq!(account.part_paid, part_paid);
    assert_eq!(account.given_up, given_up);
    for tally in account.tallies() {
        assert_eq!(tally.open, open.get(&tally.currency).copied().unwrap_or_default());
    }

    let payments = account.payments.keys().cloned().map(Source::Payment);
    let credit_notes = account.credit_notes.keys().cloned().map(Source::CreditNote);
    let mut loose = BTreeSet::new();
    for source in payments.chain(credit_notes) {
        let funds = account.funds(&source).expect("it is a key");
        let mut left = if funds.is_void() { 0 } else { funds.amount.minor() } - funds.refunded();
        for (invoice, minor) in funds.settles() {
            let on_invoice = given.remove(&(source.clone(), invoice.to_string()));
            assert_eq!(on_invoice, Some(*minor), "{source:?} and {invoice}");
            left -= minor;
        }
        assert_eq!(funds.unallocated, left, "{source:?}");
        if funds.unallocated != 0 {
            loose.insert(source);
        }
    }
    assert_eq!(given, BTreeMap::new());
    assert_eq!(account.loose.all().cloned().collect::<BTreeSet<_>>(), loose);
}

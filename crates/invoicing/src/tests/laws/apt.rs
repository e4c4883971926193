//! What a person might do next, as the books stand: random commands alone seldom get so far.

use chrono::{Days, NaiveDate};
use events::{
    InvoiceId,
    invoicing::{DisputeOutcome, Source},
};
use proptest::{prelude::*, sample::Index};

use crate::{
    Account, Command,
    account::{Funds, Invoice},
    tests::say::*,
};

/// An act, and which of the things it may be about.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    act: Act,
    which: Index,
    /// Of ten parts.
    part: i64,
    days: u64,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Allocate,
    Withdraw,
    Dispute,
    Resolve,
    Promise,
    Plan,
    GiveUp,
    Approve,
    Reject,
    Pay,
    Bounce,
    Refund,
}

const ACTS: &[Act] = &[
    Act::Allocate,
    Act::Withdraw,
    Act::Dispute,
    Act::Resolve,
    Act::Promise,
    Act::Plan,
    Act::GiveUp,
    Act::GiveUp,
    Act::Approve,
    Act::Approve,
    Act::Reject,
    Act::Pay,
    Act::Pay,
    Act::Bounce,
    Act::Refund,
];

pub(super) fn wish() -> impl Strategy<Value = Wish> {
    (prop::sample::select(ACTS), any::<Index>(), 1..=10_i64, 0..20_u64)
        .prop_map(|(act, which, part, days)| Wish { act, which, part, days })
}

impl Wish {
    /// The command, if there is something it can be about.
    pub(super) fn command(&self, account: &Account, today: NaiveDate) -> Option<Command> {
        let on = &today.to_string();
        let until = |days: u64| (today + Days::new(days)).to_string();
        Some(match self.act {
            Act::Allocate => {
                let (source, funds) = self.source(account)?;
                let (invoice, known) = self.open(account)?;
                let most = funds.unallocated.min(known.open);
                allocate(&source, invoice.as_str(), &funds.money(self.part_of(most)?).to_string())
            }
            Act::Withdraw => {
                let settled: Vec<_> =
                    account.invoices().filter(|(_, it)| !it.allocations.is_empty()).collect();
                let (invoice, known) = self.pick(&settled)?;
                withdraw(&name(&known.allocations.first()?.source), invoice.as_str())
            }
            Act::Dispute => {
                let (invoice, known) = self.open(account)?;
                let part = known.money(self.part_of(known.open - known.disputed())?).to_string();
                dispute(&new_id("D", account.disputes.len()), invoice.as_str(), Some(&part), on)
            }
            Act::Resolve => {
                let disputes: Vec<_> = account.disputes.keys().collect();
                resolve(self.pick(&disputes)?.as_str(), DisputeOutcome::Settled, on)
            }
            Act::Promise => {
                let (invoice, known) = self.open(account)?;
                let amount = known.money(self.part_of(known.open)?).to_string();
                let about = if self.part > 5 { vec![invoice.as_str()] } else { vec![] };
                let id = new_id("V", account.promises.len());
                promise(&id, &amount, on, &until(self.days), &about)
            }
            Act::Plan => {
                let (invoice, known) = self.open(account)?;
                let first = self.part_of(known.open)?;
                let (first, rest) = (known.money(first), known.money(known.open - first));
                let (first_due, rest_due) = (until(self.days), until(self.days + 10));
                let parts = [(&*first_due, &*first.to_string()), (&*rest_due, &*rest.to_string())];
                let parts = if rest.is_zero() { &parts[..1] } else { &parts };
                plan(&new_id("L", account.plans.len()), on, &[invoice.as_str()], parts)
            }
            Act::GiveUp => {
                let (invoice, known) = self.open(account)?;
                let part = known.money(self.part_of(known.open)?).to_string();
                give_up(&new_id("W", account.write_offs.len()), invoice.as_str(), Some(&part), on)
            }
            Act::Approve => approve(self.write_off(account)?, "bert", on),
            Act::Reject => reject(self.write_off(account)?, "bert", on),
            Act::Pay => {
                // What is open or was given up, in full or nearly.
                let all: Vec<_> = account.invoices().filter(|(_, it)| !it.is_cancelled()).collect();
                let (invoice, known) = self.pick(&all)?;
                let due = known.open + known.still_given_up();
                let amount = if self.part > 5 { due } else { due - 100 };
                let id = format!("P-{}", account.payments.len() + 10);
                let amount = known.money(amount.max(1)).to_string();
                payment_for(&id, &amount, on, &[invoice.as_str()])
            }
            Act::Bounce => {
                let payments: Vec<_> = account.payments.keys().collect();
                bounce(self.pick(&payments)?.as_str(), on)
            }
            Act::Refund => {
                let (source, funds) = self.source(account)?;
                let part = funds.money(self.part_of(funds.unallocated)?).to_string();
                refund(&new_id("R", account.refunds.len()), &source, &part, on)
            }
        })
    }

    fn pick<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        (!all.is_empty()).then(|| self.which.get(all))
    }

    fn part_of(&self, most: i64) -> Option<i64> {
        Some(most * self.part / 10).filter(|it| *it > 0)
    }

    fn open<'a>(&self, account: &'a Account) -> Option<(&'a InvoiceId, &'a Invoice)> {
        let open: Vec<_> = account.open.iter().collect();
        self.pick(&open).map(|(id, it)| (*id, &***it))
    }

    fn source<'a>(&self, account: &'a Account) -> Option<(String, &'a Funds)> {
        let loose: Vec<_> = account.loose.all().collect();
        let source = self.pick(&loose)?;
        Some((name(source), account.funds(source)?))
    }

    fn write_off<'a>(&self, account: &'a Account) -> Option<&'a str> {
        let asked: Vec<_> = account.write_offs.keys().collect();
        self.pick(&asked).map(|it| it.as_str())
    }
}

fn new_id(kind: &str, known: usize) -> String {
    format!("{kind}-{}", known + 10)
}

fn name(source: &Source) -> String {
    match source {
        Source::Payment(id) => id.to_string(),
        Source::CreditNote(id) => id.to_string(),
    }
}

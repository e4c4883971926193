//! Which open items unallocated money is for, by the signs it bears, the surest first:
//!
//! 1. what the payer, or the credit note, says ([`Rule::Designated`]): in the payer's order and
//!    amounts. An invoice that has not arrived keeps its part waiting, all that is left if no amount
//!    is said; what a settled one cannot take goes on to the next sign;
//! 2. references of the payment ([`Rule::Reference`]): the invoice's own number first; an order, a
//!    contract or a site only if one open item bears it, or all that bear it are paid in full;
//! 3. the only open item of exactly this amount ([`Rule::ExactAmount`]);
//! 4. the only set of undisputed open items of exactly this sum ([`Rule::Subset`]);
//! 5. the tenant's order ([`Rule::Waterfall`], [`Rule::Statutory`]), which leaves what is disputed
//!    alone: money that nobody designated does not end a contest.
//!
//! Where that order is an insurer's clause ([`Rule::InsurerOldest`]), it comes before all signs, and
//! money waits for no invoice while another is open; the signs are for what is left: contested
//! items that the payer names, and claims given up. Credit notes are no money: what they correct
//! comes first for them.
//!
//! A held deposit settles invoices of its order and no other ([`Rule::Deposit`]). What a person has
//! withdrawn is not given again to the same invoice. Two items that fit equally well are no sign.

use std::{cmp::Reverse, collections::BTreeMap};

use events::{
    InvoiceId,
    invoicing::{Policy, Rule, Source, Waterfall},
};
use law::imputation::{OpenDebt, Order, Owed, spread};
use money::Money;
use rust_decimal::Decimal;

use super::{same_reference::Significant, subset::only_subset};
use crate::{
    Account, Step,
    account::{Deposit, Invoice, Means, Named},
};

/// The most invoices that one step settles: its events must fit an entry of the journal.
const SHARES_MAX: usize = 1_000;

/// The next allocation that is called for, if any.
pub(crate) fn next(rules: &Policy, account: &Account) -> Option<Step> {
    let settled_by = |source: &Source| {
        let means = account.means(source)?;
        let money = matches!(source, Source::Payment(_));
        let (rule, shares) = Search { rules, account, means, money }.shares()?;
        Some(Step::Allocate { source: source.clone(), shares, rule })
    };
    let mut currencies = account.tallies().iter().filter(|it| it.may_be_settled()).peekable();
    // By an insurer's clause money that waits for an invoice does not wait.
    let waiting = (rules.waterfall == Waterfall::InsurerOldest && currencies.peek().is_some())
        .then(|| account.loose.waiting());
    currencies
        .flat_map(|it| account.loose.ready(it.currency))
        .chain(waiting.into_iter().flatten())
        .find_map(settled_by)
}

type Shares = Vec<(InvoiceId, Money)>;

struct Search<'a> {
    rules: &'a Policy,
    account: &'a Account,
    means: Means<'a>,
    /// Whether it is money, not a credit note.
    money: bool,
}

/// An open item of the currency that a person has not kept the source from.
#[derive(Clone, Copy)]
struct Item<'a> {
    id: &'a InvoiceId,
    invoice: &'a Invoice,
}

impl<'a> Search<'a> {
    fn shares(&self) -> Option<(Rule, Shares)> {
        if let Some(deposit) = self.means.held {
            return self.by_deposit(deposit).map(|it| (Rule::Deposit, it));
        }
        if self.money
            && self.rules.waterfall == Waterfall::InsurerOldest
            && let Some(shares) = self.by_insurer(self.items(), self.means.funds.unallocated)
        {
            return Some((Rule::InsurerOldest, shares));
        }
        let spoken_for = self.account.spoken_for(self.means);
        if !spoken_for.takes.is_empty() {
            let shares = spoken_for.takes.into_iter().map(|(id, take)| self.share(id, take));
            return Some((Rule::Designated, shares.take(SHARES_MAX).collect()));
        }
        let free = spoken_for.free;
        if free <= 0 {
            return None;
        }
        let items = self.items();
        None.or_else(|| self.by_reference(&items, free).map(|it| (Rule::Reference, it)))
            .or_else(|| self.by_amount(&items, free).map(|it| (Rule::ExactAmount, it)))
            .or_else(|| self.by_subset(&items, free).map(|it| (Rule::Subset, it)))
            .or_else(|| self.by_waterfall(items, free))
    }

    fn items(&self) -> Vec<Item<'a>> {
        let currency = self.means.funds.amount.currency();
        let open = self.account.open.iter().map(|(id, invoice)| Item { id, invoice });
        open.filter(|it| it.invoice.document.gross.currency() == currency)
            .filter(|it| !self.means.funds.is_kept_from(it.id))
            .collect()
    }

    fn share(&self, id: &InvoiceId, minor: i64) -> (InvoiceId, Money) {
        (id.clone(), self.means.funds.money(minor))
    }

    fn by_deposit(&self, deposit: &Deposit) -> Option<Shares> {
        let order = Significant::of(deposit.order.as_ref()?)?;
        let items = self.items().into_iter();
        let of_order = items.filter(|it| it.bears(Named::Order, &order)).collect();
        self.pour(of_order, self.means.funds.unallocated, |it| it.open)
    }

    fn by_reference(&self, items: &[Item<'a>], free: i64) -> Option<Shares> {
        let references = self.means.references.iter().filter(|_| self.rules.match_references);
        let mut left = free;
        let mut taken: Vec<(&InvoiceId, i64)> = Vec::new();
        for reference in references.filter_map(Significant::of) {
            let mut named: Vec<(&InvoiceId, i64)> = self.numbered(items, &reference);
            if named.is_empty() {
                let bears = |it: &&Item<'_>| {
                    [Named::Order, Named::Contract, Named::Site]
                        .into_iter()
                        .any(|named| it.bears(named, &reference))
                };
                named = items.iter().filter(bears).map(|it| (it.id, it.invoice.open)).collect();
            }
            named.retain(|(id, _)| taken.iter().all(|(it, _)| it != id));
            let sum = named.iter().fold(0_i64, |sum, (_, most)| sum.saturating_add(*most));
            // One, as far as the money goes; several only if it goes for all.
            if named.len() == 1 || sum <= left {
                for (id, most) in named {
                    let take = most.min(left);
                    left -= take;
                    taken.push((id, take));
                }
            }
        }
        let shares = taken.into_iter().filter(|(_, take)| *take > 0);
        filled(shares.map(|(id, take)| self.share(id, take)).take(SHARES_MAX).collect())
    }

    /// Items with this number, those given up upon request too: a late payer names its invoice.
    fn numbered(&self, items: &[Item<'a>], number: &Significant) -> Vec<(&'a InvoiceId, i64)> {
        let currency = self.means.funds.amount.currency();
        let given_up = self.account.given_up.iter().filter_map(|id| {
            let invoice = self.account.closed.get(id)?;
            let takes =
                invoice.document.gross.currency() == currency && !self.means.funds.is_kept_from(id);
            takes.then_some(Item { id, invoice })
        });
        let all = items.iter().copied().chain(given_up);
        let numbered = all.filter(|it| number.is_invoice(it.id) || it.bears(Named::Number, number));
        numbered.map(|it| (it.id, it.invoice.open + it.invoice.still_given_up())).collect()
    }

    fn by_amount(&self, items: &[Item<'_>], free: i64) -> Option<Shares> {
        let mut equal =
            items.iter().filter(|it| self.rules.match_amounts && it.invoice.open == free);
        match (equal.next(), equal.next()) {
            (Some(it), None) => Some(vec![self.share(it.id, free)]),
            (Some(_), Some(_)) | (None, _) => None,
        }
    }

    fn by_subset(&self, items: &[Item<'_>], free: i64) -> Option<Shares> {
        let items: Vec<_> = items
            .iter()
            .filter(|it| self.rules.match_amounts && it.invoice.disputed() == 0)
            .collect();
        let amounts: Vec<i64> = items.iter().map(|it| it.invoice.open).collect();
        let everything = amounts.iter().fold(0_i64, |sum, it| sum.saturating_add(*it));
        // All of them together are the only set of that sum, however many there are.
        if everything == free && items.len() <= SHARES_MAX {
            return filled(items.iter().map(|it| self.share(it.id, it.invoice.open)).collect());
        }
        if items.len() > usize::from(self.rules.subset_items_max) {
            return None;
        }
        let places = only_subset(&amounts, free)?.into_iter();
        let chosen = places.filter_map(|place| items.get(place));
        filled(chosen.map(|it| self.share(it.id, it.invoice.open)).collect())
    }

    fn by_waterfall(&self, items: Vec<Item<'_>>, free: i64) -> Option<(Rule, Shares)> {
        match self.rules.waterfall {
            Waterfall::Hold => None,
            Waterfall::OldestDue | Waterfall::OldestIssued | Waterfall::LargestOpen => {
                self.pour(items, free, uncontested).map(|it| (Rule::Waterfall, it))
            }
            Waterfall::Statutory => {
                self.by_law(items, free, &Order::Statutory).map(|it| (Rule::Statutory, it))
            }
            Waterfall::InsurerOldest => {
                self.by_insurer(items, free).map(|it| (Rule::InsurerOldest, it))
            }
        }
    }

    fn by_insurer(&self, items: Vec<Item<'_>>, left: i64) -> Option<Shares> {
        self.by_law(items, left, &Order::InsurerOldestFirst)
    }

    /// What the law spreads over items, all bearing alike. It is handed those only that the money
    /// reaches in the order of due dates, and what falls due with the last of them.
    fn by_law(&self, mut items: Vec<Item<'_>>, left: i64, order: &Order) -> Option<Shares> {
        items.retain(|it| uncontested(it.invoice) > 0);
        items.sort_by_key(|it| it.invoice.document.due_on);
        let (mut sum, mut last) = (0_i64, None);
        let mut debts = Vec::new();
        for it in items.iter().take(SHARES_MAX) {
            let due_on = it.invoice.document.due_on;
            if sum >= left && last != Some(due_on) {
                break;
            }
            sum = sum.saturating_add(uncontested(it.invoice));
            last = Some(due_on);
            debts.push(OpenDebt {
                id: it.id.to_string(),
                owed: Owed::principal(self.means.funds.money(uncontested(it.invoice))),
                due_on,
                rate: Decimal::ZERO,
            });
        }
        let within = law::imputation::Waterfall::default();
        let funds = self.means.funds;
        // One currency, nothing below zero and no number twice: nothing is left to refuse.
        let spread = spread(&debts, funds.money(left), funds.counts_from, order, within).ok()?;
        let places: BTreeMap<&str, &InvoiceId> =
            items.iter().map(|it| (it.id.as_str(), it.id)).collect();
        let shares = spread
            .shares
            .into_iter()
            .filter_map(|it| places.get(it.id.as_str()).map(|id| ((*id).clone(), it.amount)));
        filled(shares.collect())
    }

    /// Fills items in the tenant's order, each up to its most.
    fn pour(
        &self,
        mut items: Vec<Item<'_>>,
        mut left: i64,
        most: impl Fn(&Invoice) -> i64,
    ) -> Option<Shares> {
        items.retain(|it| most(it.invoice) > 0);
        let document = |it: &Item<'_>| (it.invoice.document.due_on, it.invoice.document.issued_on);
        match self.rules.waterfall {
            Waterfall::OldestDue
            | Waterfall::Hold
            | Waterfall::Statutory
            | Waterfall::InsurerOldest => items.sort_by_key(document),
            Waterfall::OldestIssued => items.sort_by_key(|it| it.invoice.document.issued_on),
            Waterfall::LargestOpen => {
                items.sort_by_key(|it| (Reverse(it.invoice.open), it.invoice.document.due_on));
            }
        }
        let mut shares = Vec::new();
        for it in items.into_iter().take(SHARES_MAX) {
            let take = most(it.invoice).min(left);
            if take == 0 {
                break;
            }
            left -= take;
            shares.push(self.share(it.id, take));
        }
        filled(shares)
    }
}

impl Item<'_> {
    fn bears(&self, named: Named, reference: &Significant) -> bool {
        self.invoice.document.reference(named).is_some_and(|it| reference.is(it))
    }
}

/// What is open and not contested.
fn uncontested(it: &Invoice) -> i64 {
    it.open - it.disputed()
}

fn filled(shares: Shares) -> Option<Shares> {
    if shares.is_empty() { None } else { Some(shares) }
}

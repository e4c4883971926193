//! What comes in after an insurer has paid, shared with it: its part is what it paid of the loss.
//!
//! The loss is what was claimed, as far as it was still owed at the end of the day of the first
//! indemnity; money with a later value date is shared. By the insurer's policy it settles the oldest
//! debts first, or those that the books say. Shares are of the sum of all that came in, by the largest
//! remainder, and each receipt's is the difference that it makes: so they always add up, and a payment
//! that is reversed takes its share back.

use chrono::NaiveDate;
use events::{
    InvoiceId, PaymentId,
    collection::{InsuranceRules, RecoveryOrder},
    invoicing::Source,
};
use invoicing::Account;
use money::{Currency, Money};

use super::{KnownClaim, total};
use crate::{Collection, Policy};

/// What came in after an insurer had paid, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The day of the first indemnity: what came in after it is shared.
    pub since: NaiveDate,
    /// What was claimed and still owed at the end of that day.
    pub loss: Money,
    /// What the insurer has paid.
    pub indemnity: Money,
    /// What came in, by value date.
    pub receipts: Vec<SharedReceipt>,
    /// All of it.
    pub received: Money,
    /// The insurer's part of it.
    pub insurer: Money,
    /// The tenant's.
    pub insured: Money,
    /// What was passed on to the insurer, less what it gave back.
    pub passed_on: Money,
    /// What is still owed to the insurer; below zero: what it owes back.
    pub owed: Money,
}

/// Money that came in, as far as it is for what was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedReceipt {
    /// By which payment.
    pub payment: PaymentId,
    /// Its value date.
    pub on: NaiveDate,
    /// How much of it is for what was claimed.
    pub amount: Money,
    /// The insurer's part.
    pub insurer: Money,
    /// The tenant's.
    pub insured: Money,
}

/// A claimed invoice at the end of the day of the first indemnity.
#[derive(Debug, Clone)]
pub(super) struct Loss {
    pub(super) invoice: InvoiceId,
    pub(super) due_on: NaiveDate,
    currency: Currency,
    /// What was claimed of it and still owed.
    pub(super) minor: i64,
    /// What was owed of it, given up or not.
    owed: i64,
    /// What has come for it since, by whatever order.
    came: i64,
    /// What of that is for what was claimed.
    pub(super) recovered: i64,
}

/// A payment, and what it settled in the order in which it is shared.
struct Came {
    on: NaiveDate,
    payment: PaymentId,
    minor: i64,
    /// The invoice that it is for; none: the oldest.
    invoice: Option<InvoiceId>,
}

impl KnownClaim {
    /// The day of the first indemnity, and what was paid by a day.
    fn paid(&self, on: NaiveDate) -> Option<(NaiveDate, Money)> {
        let paid = || self.standing_indemnities().filter(|it| it.on <= on);
        let since = paid().map(|it| it.on).min()?;
        let zero = Money::zero(self.claimed().currency());
        Some((since, total(zero, paid().map(|it| it.amount))))
    }

    /// What was claimed and still owed at the end of a day.
    pub(super) fn losses(&self, account: &Account, on: NaiveDate) -> Vec<Loss> {
        let lines = self.claim.lines.iter().filter_map(|it| {
            let view = account.invoice_view(&it.invoice, on)?;
            let owed = owed(account, &it.invoice, on);
            Some(Loss {
                invoice: it.invoice.clone(),
                due_on: view.document?.due_on,
                currency: it.amount.currency(),
                minor: it.amount.minor().min(owed),
                owed,
                came: 0,
                recovered: 0,
            })
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by(|a, b| (a.due_on, &a.invoice).cmp(&(b.due_on, &b.invoice)));
        lines
    }
}

/// What is owed of an invoice at the end of a day, whether it was given up or not.
fn owed(account: &Account, invoice: &InvoiceId, on: NaiveDate) -> i64 {
    let view = account.invoice_view(invoice, on);
    let Some((open, given_up)) = view.and_then(|it| it.open.zip(it.written_off)) else { return 0 };
    open.minor().saturating_add(given_up.minor())
}

/// The parts of an amount by what was paid of a loss: the insurer's, and the tenant's. An insurer that
/// has paid all of the loss, or more, gets all that comes.
pub(super) fn parts(amount: Money, indemnity: i64, loss: i64) -> (Money, Money) {
    let weight = |it: i64| u64::try_from(it).unwrap_or(0);
    let weights = [weight(indemnity.min(loss)), weight(loss.saturating_sub(indemnity))];
    let theirs = amount.split_by(&weights).ok().and_then(|it| it.first().copied());
    let theirs = theirs.unwrap_or_else(|| Money::zero(amount.currency()));
    let ours = Money::new(amount.minor().saturating_sub(theirs.minor()), amount.currency());
    (theirs, ours)
}

impl Policy {
    /// What came in for a claim after its first indemnity, by the end of a day; none if nothing was
    /// paid for it until then. With it the claimed invoices, the oldest due first.
    pub(super) fn recovery(
        &self,
        collection: &Collection,
        known: &KnownClaim,
        on: NaiveDate,
    ) -> Option<(Recovery, Vec<Loss>)> {
        let (since, indemnity) = known.paid(on)?;
        let account = collection.dunning.risk().account();
        let currency = indemnity.currency();
        let money = |minor| Money::new(minor, currency);
        let mut losses = known.losses(account, since);
        let loss = losses.iter().fold(0_i64, |sum, it| sum.saturating_add(it.minor));
        let cover = collection.dunning.risk().cover(&known.claim.cover);
        let rules = cover.and_then(|it| self.insurance_rules(&it.policy));
        let mut debts = older(collection, &losses, since, currency);
        let mut receipts = Vec::new();
        let (mut received, mut insurer_sum) = (0_i64, 0_i64);
        for it in came(collection, rules, &losses, since, on, currency) {
            let settled = match &it.invoice {
                Some(invoice) => vec![(invoice.clone(), it.minor)],
                None => pour(&mut debts, it.minor),
            };
            let mut amount = 0_i64;
            for (invoice, minor) in settled {
                let claimed = losses.iter_mut().find(|it| it.invoice == invoice);
                amount = amount.saturating_add(claimed.map_or(0, |it| it.take(minor)));
            }
            if amount == 0 {
                continue;
            }
            received = received.saturating_add(amount);
            let (insurer, _) = parts(money(received), indemnity.minor(), loss);
            let insurer = insurer.minor().saturating_sub(insurer_sum);
            insurer_sum = insurer_sum.saturating_add(insurer);
            receipts.push(SharedReceipt {
                payment: it.payment,
                on: it.on,
                amount: money(amount),
                insurer: money(insurer),
                insured: money(amount.saturating_sub(insurer)),
            });
        }
        let shares = known.standing_shares().filter(|it| it.on <= on);
        let passed_on = total(Money::zero(currency), shares.map(|it| it.amount));
        let recovery = Recovery {
            since,
            loss: money(loss),
            indemnity,
            receipts,
            received: money(received),
            insurer: money(insurer_sum),
            insured: money(received.saturating_sub(insurer_sum)),
            passed_on,
            owed: money(insurer_sum.saturating_sub(passed_on.minor())),
        };
        Some((recovery, losses))
    }
}

impl Loss {
    /// Takes what came for the invoice; what of it is for what was claimed. Where not all that was
    /// owed was claimed, each part gets its proportion.
    fn take(&mut self, minor: i64) -> i64 {
        self.came = self.came.saturating_add(minor).min(self.owed);
        let came = Money::new(self.came, self.currency);
        let (claimed, _) = parts(came, self.minor, self.owed);
        let more = claimed.minor().saturating_sub(self.recovered);
        self.recovered = claimed.minor();
        more
    }
}

/// What was owed at the end of a day, the oldest due first: where money goes that settles the oldest.
fn older(
    collection: &Collection,
    losses: &[Loss],
    since: NaiveDate,
    currency: Currency,
) -> Vec<(NaiveDate, InvoiceId, i64)> {
    let account = collection.dunning.risk().account();
    let open = account.owed_on(since).items.into_iter().filter(|it| it.open.currency() == currency);
    let others = open.filter(|item| losses.iter().all(|it| it.invoice != *item.invoice));
    let others = others.filter_map(|it| {
        let document = account.invoice_view(it.invoice, since)?.document?;
        Some((document.due_on, it.invoice.clone(), it.open.minor()))
    });
    let mut debts: Vec<_> = others.collect();
    debts.extend(losses.iter().map(|it| (it.due_on, it.invoice.clone(), it.owed)));
    debts.sort();
    debts
}

/// Gives money to the oldest debts, and says which got how much.
fn pour(debts: &mut [(NaiveDate, InvoiceId, i64)], minor: i64) -> Vec<(InvoiceId, i64)> {
    let (mut left, mut settled) = (minor, Vec::new());
    for (_, invoice, owed) in debts.iter_mut().filter(|(_, _, owed)| *owed > 0) {
        let takes = left.min(*owed);
        if takes == 0 {
            break;
        }
        *owed -= takes;
        left -= takes;
        settled.push((invoice.clone(), takes));
    }
    settled
}

/// What came in after a day, by value date, then by payment: all of the customer's money where it
/// settles the oldest, else what the books say of claimed invoices. What the insurer paid is none of
/// it.
fn came(
    collection: &Collection,
    rules: Option<&InsuranceRules>,
    losses: &[Loss],
    since: NaiveDate,
    on: NaiveDate,
    currency: Currency,
) -> Vec<Came> {
    let account = collection.dunning.risk().account();
    let indemnities = collection.standing_claims().flat_map(|(_, it)| it.standing_indemnities());
    let insurers: Vec<_> = indemnities.filter_map(|it| it.payment.as_ref()).collect();
    let first = since.succ_opt().unwrap_or(since);
    let mut all: Vec<Came> = match rules.and_then(|it| it.recoveries) {
        None | Some(RecoveryOrder::Oldest) => {
            let received = account.received(first, on);
            let received = received.filter(|it| it.amount.currency() == currency);
            let came = received.map(|it| Came {
                on: it.on,
                payment: it.payment.clone(),
                minor: it.amount.minor(),
                invoice: None,
            });
            came.collect()
        }
        Some(RecoveryOrder::AsBooked) => {
            let booked = losses.iter().flat_map(|loss| {
                let view = account.invoice_view(&loss.invoice, on);
                view.into_iter().flat_map(|it| it.allocations)
            });
            let came = booked.filter_map(|it| match it.source {
                Source::Payment(payment) if first <= it.effective_on => Some(Came {
                    on: it.effective_on,
                    payment,
                    minor: it.amount.minor(),
                    invoice: Some(it.invoice),
                }),
                Source::Payment(_) | Source::CreditNote(_) => None,
            });
            came.collect()
        }
    };
    all.retain(|it| !insurers.contains(&&it.payment));
    all.sort_by(|a, b| (a.on, &a.payment, &a.invoice).cmp(&(b.on, &b.payment, &b.invoice)));
    all
}

//! How an account stands: one balance a currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::invoicing::Source;
use money::{Currency, Money};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    as_of::{AsOf, money},
    rates::{MissingRate, Rates},
};
use crate::{Account, account::Tally, promise::Promise};

/// What a customer owes in one currency, and what the tenant holds of the customer's.
///
/// Always `invoiced − settled_by_payments − settled_by_credit − written_off = open`, and
/// `not_due + overdue = open`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The gross of all invoices that were not cancelled.
    pub invoiced: Money,
    /// What payments settled or recovered.
    pub settled_by_payments: Money,
    /// What credit notes settled or recovered.
    pub settled_by_credit: Money,
    /// Given up, what was recovered since deducted.
    pub written_off: Money,
    /// What is open.
    pub open: Money,
    /// The part of it that is not due, or due on the day itself.
    pub not_due: Money,
    /// The part of it that is due since the day before or longer.
    pub overdue: Money,
    /// The part of it that is contested.
    pub disputed: Money,
    /// The part of it whose due dates are those of a plan in force.
    pub in_plan: Money,
    /// What the customer has promised and is still awaited.
    pub promised: Money,
    /// Payments not yet allocated, without deposits. Below zero when money was refunded that did
    /// not stay.
    pub unallocated_cash: Money,
    /// Credit notes not yet allocated.
    pub unallocated_credit: Money,
    /// Deposits held.
    pub deposits: Money,
    /// Open, less what is unallocated; deposits do not count.
    pub net: Money,
    /// Invoices of which something is open.
    pub open_items: u64,
    /// Those of which something is overdue.
    pub overdue_items: u64,
    /// The earliest day that something open was due on, or will be.
    pub oldest_due_on: Option<NaiveDate>,
    /// Of the latest open item; 0 if none is overdue.
    pub days_past_due_max: u32,
    /// Days past due of what is overdue, weighted by amount, rounded half up to one decimal;
    /// 0 if nothing is overdue.
    pub days_past_due_weighted: Decimal,
}

/// The balances of an account at the end of a day, by currency.
pub fn balances(account: &Account, effective_on: NaiveDate) -> Vec<Balance> {
    let as_of = AsOf::new(account, effective_on);
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    if as_of.is_latest {
        for tally in account.tallies() {
            sums.insert(tally.currency, Sums::of(tally));
        }
    } else {
        Sums::settle(as_of, &mut sums);
    }
    for item in as_of.open() {
        let sums = sums.entry(item.currency()).or_default();
        sums.open_items += 1;
        sums.open += i128::from(item.open);
        sums.disputed += i128::from(item.disputed);
        if item.plan.is_some() {
            sums.in_plan += i128::from(item.open);
        }
        let mut overdue = false;
        for part in item.due() {
            let days = as_of.days_past(part.due_on);
            if days > 0 {
                overdue = true;
                sums.overdue += i128::from(part.minor);
                sums.overdue_days += i128::from(part.minor) * i128::from(days);
            }
            sums.days_past_due_max = sums.days_past_due_max.max(days);
            let oldest = sums.oldest_due_on.get_or_insert(part.due_on);
            *oldest = part.due_on.min(*oldest);
        }
        sums.overdue_items += u64::from(overdue);
    }
    for it in as_of.unallocated() {
        let sums = sums.entry(it.funds.amount.currency()).or_default();
        let minor = i128::from(it.minor);
        match &it.source {
            _ if it.held.is_some() => {
                sums.deposits += minor;
                if as_of.is_latest {
                    sums.unallocated_cash -= minor;
                }
            }
            // The tally has them already.
            _ if as_of.is_latest => {}
            Source::Payment(_) => sums.unallocated_cash += minor,
            Source::CreditNote(_) => sums.unallocated_credit += minor,
        }
    }
    for promise in account.promises.values().filter(|it| it.is_open_on(effective_on)) {
        let sums = sums.entry(promise.amount.currency()).or_default();
        sums.promised += i128::from(promise.amount.minor());
    }
    // A currency in which everything was void says nothing.
    sums.retain(|_, it| *it != Sums::default());
    sums.into_iter().map(|(currency, sums)| sums.balance(currency)).collect()
}

/// The sums of a balance, in the smallest unit.
#[derive(Debug, Clone, Default, PartialEq)]
struct Sums {
    invoiced: i128,
    settled_by_payments: i128,
    settled_by_credit: i128,
    written_off: i128,
    open: i128,
    overdue: i128,
    /// Overdue amounts times their days.
    overdue_days: i128,
    disputed: i128,
    in_plan: i128,
    promised: i128,
    unallocated_cash: i128,
    unallocated_credit: i128,
    deposits: i128,
    open_items: u64,
    overdue_items: u64,
    oldest_due_on: Option<NaiveDate>,
    days_past_due_max: u32,
}

impl Sums {
    fn of(tally: &Tally) -> Self {
        Self {
            invoiced: tally.invoiced,
            settled_by_payments: tally.allocated.cash + tally.recovered.cash,
            settled_by_credit: tally.allocated.credit + tally.recovered.credit,
            written_off: tally.given_up - tally.recovered.total(),
            unallocated_cash: tally.unallocated.cash,
            unallocated_credit: tally.unallocated.credit,
            ..Self::default()
        }
    }

    /// What had settled and given up the invoices by the end of a day in the past.
    fn settle(as_of: AsOf<'_>, sums: &mut BTreeMap<Currency, Self>) {
        for (_, invoice) in as_of.account.invoices() {
            let document = &invoice.document;
            if invoice.is_cancelled() || as_of.on < document.issued_on {
                continue;
            }
            let sums = sums.entry(document.gross.currency()).or_default();
            sums.invoiced += i128::from(document.gross.minor());
            let given_up = invoice.rare().into_iter().flat_map(|it| &it.given_up);
            for it in given_up.filter(|it| it.on <= as_of.on) {
                sums.written_off += i128::from(it.minor);
            }
            for it in invoice.allocations.iter().filter(|it| invoice.effective_on(it) <= as_of.on) {
                let minor = i128::from(it.minor);
                match it.source {
                    Source::Payment(_) => sums.settled_by_payments += minor,
                    Source::CreditNote(_) => sums.settled_by_credit += minor,
                }
                if it.recovers {
                    sums.written_off -= minor;
                }
            }
        }
    }

    fn balance(self, currency: Currency) -> Balance {
        let sum = |minor| money(minor, currency);
        Balance {
            invoiced: sum(self.invoiced),
            settled_by_payments: sum(self.settled_by_payments),
            settled_by_credit: sum(self.settled_by_credit),
            written_off: sum(self.written_off),
            open: sum(self.open),
            not_due: sum(self.open - self.overdue),
            overdue: sum(self.overdue),
            disputed: sum(self.disputed),
            in_plan: sum(self.in_plan),
            promised: sum(self.promised),
            unallocated_cash: sum(self.unallocated_cash),
            unallocated_credit: sum(self.unallocated_credit),
            deposits: sum(self.deposits),
            net: sum(self.open - self.unallocated_cash - self.unallocated_credit),
            open_items: self.open_items,
            overdue_items: self.overdue_items,
            oldest_due_on: self.oldest_due_on,
            days_past_due_max: self.days_past_due_max,
            days_past_due_weighted: weighted(self.overdue_days, self.overdue),
        }
    }
}

/// Half up to one decimal, exact before.
fn weighted(days: i128, amount: i128) -> Decimal {
    if amount == 0 {
        return Decimal::ZERO;
    }
    let tenths = (days * 20 + amount) / (amount * 2);
    Decimal::try_from_i128_with_scale(tenths, 1).unwrap_or_default()
}

impl Balance {
    /// The currency of all its amounts.
    pub fn currency(&self) -> Currency {
        self.open.currency()
    }

    /// Several balances in one currency: each amount of each is converted, rounded half up, and
    /// added. None if there are none.
    pub fn converted(balances: &[Self], rates: &Rates) -> Result<Option<Self>, MissingRate> {
        let mut sums = Sums::default();
        let mut weights = Decimal::ZERO;
        for it in balances {
            let add = |sum: &mut i128, amount: Money| {
                *sum += i128::from(rates.convert(amount)?.minor());
                Ok(())
            };
            add(&mut sums.invoiced, it.invoiced)?;
            add(&mut sums.settled_by_payments, it.settled_by_payments)?;
            add(&mut sums.settled_by_credit, it.settled_by_credit)?;
            add(&mut sums.written_off, it.written_off)?;
            add(&mut sums.open, it.open)?;
            add(&mut sums.overdue, it.overdue)?;
            add(&mut sums.disputed, it.disputed)?;
            add(&mut sums.in_plan, it.in_plan)?;
            add(&mut sums.promised, it.promised)?;
            add(&mut sums.unallocated_cash, it.unallocated_cash)?;
            add(&mut sums.unallocated_credit, it.unallocated_credit)?;
            add(&mut sums.deposits, it.deposits)?;
            sums.open_items += it.open_items;
            sums.overdue_items += it.overdue_items;
            sums.oldest_due_on = sums.oldest_due_on.into_iter().chain(it.oldest_due_on).min();
            sums.days_past_due_max = sums.days_past_due_max.max(it.days_past_due_max);
            let overdue = rates.convert(it.overdue)?.decimal();
            weights += overdue.checked_mul(it.days_past_due_weighted).unwrap_or_default();
        }
        if balances.is_empty() {
            return Ok(None);
        }
        let mut balance = sums.balance(rates.into);
        balance.days_past_due_weighted = weights
            .checked_div(balance.overdue.decimal())
            .unwrap_or_default()
            .round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
        Ok(Some(balance))
    }
}

impl Promise {
    /// Whether the money was still awaited.
    pub(super) fn is_open_on(&self, on: NaiveDate) -> bool {
        self.made_on <= on && self.standing.since().is_none_or(|since| on < since)
    }
}

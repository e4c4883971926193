//! What the rows of a file come to on a day, computed the plain way: loops over all invoices.
//! The definitions are those of the contract, in `proto/vigie/invoicing/v1`.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use super::rows::{Book, Invoice, before};

/// What is open by how late it is, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aged {
    pub(crate) currency: &'static str,
    /// Not due, 1–30, 31–60, 61–90 and over 90 days past due: how much, and how many items.
    pub(crate) spans: [(Decimal, i64); 5],
    pub(crate) outstanding: Decimal,
    pub(crate) disputed: Decimal,
    /// Paid before the day of issue.
    pub(crate) unallocated: Decimal,
}

/// How one customer stands in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) customer: String,
    pub(crate) currency: &'static str,
    pub(crate) invoiced: Decimal,
    pub(crate) settled: Decimal,
    pub(crate) open: Decimal,
    pub(crate) not_due: Decimal,
    pub(crate) overdue: Decimal,
    pub(crate) disputed: Decimal,
    pub(crate) unallocated: Decimal,
    pub(crate) open_items: i64,
    pub(crate) overdue_items: i64,
    pub(crate) days_past_due_max: i64,
}

/// Figures of one currency, days to two decimals and shares to four; none if there is nothing to divide by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Indicators {
    pub(crate) currency: &'static str,
    pub(crate) dso: Option<Decimal>,
    pub(crate) dso_count_back: Option<Decimal>,
    pub(crate) dso_true: Option<Decimal>,
    pub(crate) dso_best_possible: Option<Decimal>,
    pub(crate) average_days_delinquent: Option<Decimal>,
    /// Of the whole, which is 1.
    pub(crate) collection_effectiveness: Option<Decimal>,
    /// Likewise.
    pub(crate) overdue_share: Option<Decimal>,
}

/// Invoices of which something is open at the end of a day, by customer and id.
pub(crate) fn open_items(book: &Book, on: NaiveDate) -> Vec<&Invoice> {
    let mut open: Vec<_> = book.invoices.iter().filter(|it| it.open(on) > Decimal::ZERO).collect();
    open.sort_by(|a, b| (&a.customer, &a.id).cmp(&(&b.customer, &b.id)));
    open
}

/// What has been paid by a day on which its invoice was still to come.
fn early(invoice: &Invoice, on: NaiveDate) -> Decimal {
    if invoice.issued > on { invoice.paid(on) } else { Decimal::ZERO }
}

/// By currency; one that nothing is open or unallocated in is left out.
pub(crate) fn aged(book: &Book, on: NaiveDate) -> Vec<Aged> {
    let mut all = Vec::new();
    for currency in book.currencies() {
        let mut aged = Aged {
            currency,
            spans: [(Decimal::ZERO, 0); 5],
            outstanding: Decimal::ZERO,
            disputed: Decimal::ZERO,
            unallocated: Decimal::ZERO,
        };
        for invoice in book.invoices.iter().filter(|it| it.currency == currency) {
            aged.unallocated += early(invoice, on);
            let open = invoice.open(on);
            if open == Decimal::ZERO {
                continue;
            }
            let span = match invoice.days_past_due(on) {
                0 => 0,
                1..=30 => 1,
                31..=60 => 2,
                61..=90 => 3,
                _ => 4,
            };
            aged.spans[span].0 += open;
            aged.spans[span].1 += 1;
            aged.outstanding += open;
            aged.disputed += invoice.contested(on);
        }
        if aged.outstanding > Decimal::ZERO || aged.unallocated > Decimal::ZERO {
            all.push(aged);
        }
    }
    all
}

/// How every customer stands that had been heard of by a day, by customer and currency.
pub(crate) fn balances(book: &Book, on: NaiveDate) -> Vec<Balance> {
    let mut invoices: Vec<_> = book.invoices.iter().collect();
    invoices.sort_by(|a, b| (&a.customer, a.currency).cmp(&(&b.customer, b.currency)));
    let mut balances = Vec::new();
    for one in invoices.chunk_by(|a, b| (&a.customer, a.currency) == (&b.customer, b.currency)) {
        let mut balance = Balance {
            customer: one[0].customer.clone(),
            currency: one[0].currency,
            invoiced: Decimal::ZERO,
            settled: Decimal::ZERO,
            open: Decimal::ZERO,
            not_due: Decimal::ZERO,
            overdue: Decimal::ZERO,
            disputed: Decimal::ZERO,
            unallocated: Decimal::ZERO,
            open_items: 0,
            overdue_items: 0,
            days_past_due_max: 0,
        };
        for invoice in one {
            balance.unallocated += early(invoice, on);
            if invoice.issued > on {
                continue;
            }
            let open = invoice.open(on);
            balance.invoiced += invoice.gross;
            balance.settled += invoice.paid(on);
            balance.open += open;
            balance.disputed += invoice.contested(on);
            if open == Decimal::ZERO {
                continue;
            }
            let days = invoice.days_past_due(on);
            balance.open_items += 1;
            balance.days_past_due_max = balance.days_past_due_max.max(days);
            if days > 0 {
                balance.overdue += open;
                balance.overdue_items += 1;
            } else {
                balance.not_due += open;
            }
        }
        balances.push(balance);
    }
    balances
}

/// The figures of a period of so many days that ends on a day.
pub(crate) fn indicators(book: &Book, on: NaiveDate, days: u64) -> Vec<Indicators> {
    let mut all = Vec::new();
    for currency in book.currencies() {
        let invoices: Vec<_> = book.invoices.iter().filter(|it| it.currency == currency).collect();
        let first = before(on, days - 1);
        let eve = before(first, 1);
        let [mut receivables, mut current, mut sales, mut opening] = [Decimal::ZERO; 4];
        for invoice in &invoices {
            receivables += invoice.open(on);
            if invoice.days_past_due(on) == 0 {
                current += invoice.open(on);
            }
            if first <= invoice.issued && invoice.issued <= on {
                sales += invoice.gross;
            }
            opening += invoice.open(eve);
        }
        let months = months(&invoices, on);
        let overdue = receivables - current;
        let in_days = |amount: Decimal| over(amount * Decimal::from(days), sales);
        let collected = opening + sales - receivables;
        let collectable = opening + sales - current;
        all.push(Indicators {
            currency,
            dso: to_places(in_days(receivables), 2),
            dso_count_back: to_places(count_back(&months, receivables, on), 2),
            dso_true: to_places(by_age(&invoices, &months, on), 2),
            dso_best_possible: to_places(in_days(current), 2),
            average_days_delinquent: to_places(in_days(overdue), 2),
            collection_effectiveness: to_places(over(collected, collectable), 4),
            overdue_share: to_places(over(overdue, receivables), 4),
        });
    }
    all
}

/// Sales of a calendar month.
struct Month {
    /// Year and month.
    of: (i32, u32),
    sales: Decimal,
}

fn month_of(day: NaiveDate) -> (i32, u32) {
    (day.year(), day.month())
}

/// Sales by month up to a day, in no order.
fn months(invoices: &[&Invoice], on: NaiveDate) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for invoice in invoices.iter().filter(|it| it.issued <= on) {
        let of = month_of(invoice.issued);
        match months.iter_mut().find(|it| it.of == of) {
            Some(month) => month.sales += invoice.gross,
            None => months.push(Month { of, sales: invoice.gross }),
        }
    }
    months
}

fn sales_of(months: &[Month], day: NaiveDate) -> Decimal {
    let of = month_of(day);
    months.iter().find(|it| it.of == of).map_or(Decimal::ZERO, |it| it.sales)
}

/// Whole months of sales are taken off the receivables, the latest first; of the last, its share.
fn count_back(months: &[Month], receivables: Decimal, on: NaiveDate) -> Option<Decimal> {
    let mut left = receivables;
    let mut counted = Decimal::ZERO;
    let mut month_end = on;
    while left > Decimal::ZERO {
        if months.iter().all(|it| it.of > month_of(month_end)) {
            return None;
        }
        // The latest month has as many days as have passed of it.
        let days = Decimal::from(month_end.day());
        let sales = sales_of(months, month_end);
        if sales > left {
            return Some(counted + left * days / sales);
        }
        left -= sales;
        counted += days;
        month_end = before(month_end, u64::from(month_end.day()));
    }
    Some(counted)
}

/// The age of every open item, weighted by its amount over the sales of its month.
fn by_age(invoices: &[&Invoice], months: &[Month], on: NaiveDate) -> Option<Decimal> {
    let mut sum = Decimal::ZERO;
    for invoice in invoices.iter().filter(|it| it.open(on) > Decimal::ZERO) {
        let age = Decimal::from((on - invoice.issued).num_days());
        sum += over(invoice.open(on) * age, sales_of(months, invoice.issued))?;
    }
    Some(sum)
}

fn over(part: Decimal, whole: Decimal) -> Option<Decimal> {
    (whole > Decimal::ZERO).then(|| part / whole)
}

/// To so many decimals, halves away from zero.
fn to_places(value: Option<Decimal>, places: u32) -> Option<Decimal> {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    value.map(|it| it.round_dp_with_strategy(places, strategy))
}

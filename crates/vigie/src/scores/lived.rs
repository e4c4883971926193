//! Histories lived through: rows become commands, invoicing decides them on their day, and a
//! forecast sees the account as it stands before the business of its day.

use std::collections::BTreeMap;

use calibration::{Outcome, Row};
use chrono::{Datelike as _, Months, NaiveDate};
use decider::{Decider as _, Fold as _, Process as _};
use events::{InvoiceId, invoicing::PaymentMethod, risk::Measure};
use invoicing::{Account, Command, DesignationData, InvoiceData, Policy, RecordPayment};
use money::{Money, Stated};
use risk::behaviour::{Behaviour, Coming};

use super::{Part, history::Bill};

/// A row to be forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) key: String,
    pub(super) part: Part,
    pub(super) row: Row,
    /// Its place in the file; of a month, that of the first invoice.
    place: usize,
}

/// What happens on a day, in the order in which it is recorded.
#[derive(Clone, Copy)]
enum Happens<'a> {
    Issued(&'a Bill),
    Paid(&'a Bill),
}

/// A customer's days, each with what happens on it.
type Days<'a> = BTreeMap<NaiveDate, Vec<Happens<'a>>>;

/// Each invoice, forecast on its day of issue before anything of that day is known.
pub(super) fn invoices(bills: &[Bill], measures: &[Measure]) -> Vec<Asked> {
    let places: BTreeMap<&str, usize> =
        bills.iter().enumerate().map(|(place, it)| (it.key.as_str(), place)).collect();
    let mut asked = Vec::new();
    for (_, days) in customers(bills) {
        let mut books = Books::default();
        for (day, happenings) in &days {
            let behaviour = Behaviour::of(&books.account, *day);
            for it in happenings {
                let Happens::Issued(bill) = it else { continue };
                if !bill.judged {
                    continue;
                }
                let coming = Coming {
                    issued_on: bill.issued_on,
                    due_on: bill.due_on,
                    amount: bill.amount,
                    invoices: 1,
                };
                let seen = |measure: &Measure| coming.measure(&behaviour, *measure);
                asked.push(Asked {
                    key: bill.key.clone(),
                    part: bill.part,
                    place: places.get(bill.key.as_str()).copied().unwrap_or(0),
                    row: Row {
                        customer: bill.name.clone(),
                        day: *day,
                        due_on: bill.due_on,
                        measures: measures.iter().map(seen).collect(),
                        outcome: Outcome::settled(bill.days()),
                    },
                });
            }
            books.record(*day, happenings);
        }
    }
    asked.sort_by_key(|it| it.place);
    asked
}

/// Each customer at the end of each month with something open that is due in the next one, up to a
/// last month. The latest of these payments is forecast.
pub(super) fn months(bills: &[Bill], measures: &[Measure], last: (i32, u32)) -> Vec<Asked> {
    let known: BTreeMap<(&str, &InvoiceId), (usize, &Bill)> = bills
        .iter()
        .enumerate()
        .map(|(place, it)| ((it.name.as_str(), &it.invoice), (place, it)))
        .collect();
    let mut asked = Vec::new();
    for (name, mut days) in customers(bills) {
        mark_months(&mut days);
        let mut books = Books::default();
        for (first, happenings) in &days {
            if first.day() == 1
                && let Some(end) = first.pred_opt()
                && (end.year(), end.month()) <= last
            {
                let due: Vec<(usize, &Bill)> = books
                    .due_in_month_of(*first, end)
                    .into_iter()
                    .filter_map(|invoice| known.get(&(name, &invoice)).copied())
                    .collect();
                asked.extend(month(&books, &due, *first, measures));
            }
            books.record(*first, happenings);
        }
    }
    asked.sort_by_key(|it| (it.row.day, it.place));
    asked
}

/// What is known at the end of a month of a customer with invoices due in the next one.
fn month(
    books: &Books,
    due: &[(usize, &Bill)],
    first: NaiveDate,
    measures: &[Measure],
) -> Option<Asked> {
    let (place, oldest) = due.iter().min_by_key(|(_, it)| (it.issued_on, it.due_on))?;
    let currency = oldest.amount.currency();
    let amounts = due.iter().map(|(_, it)| it.amount).filter(|it| it.currency() == currency);
    let coming = Coming {
        issued_on: oldest.issued_on,
        due_on: oldest.due_on,
        amount: Money::new(amounts.map(Money::minor).sum(), currency),
        invoices: u32::try_from(due.len()).unwrap_or(u32::MAX),
    };
    let behaviour = Behaviour::of(&books.account, first);
    let day = first.pred_opt()?;
    Some(Asked {
        key: format!("{}|{}", oldest.name, day.format("%Y-%m")),
        part: oldest.part,
        place: *place,
        row: Row {
            customer: oldest.name.clone(),
            day,
            due_on: due.iter().map(|(_, it)| it.due_on).max()?,
            measures: measures.iter().map(|it| coming.measure(&behaviour, *it)).collect(),
            outcome: Outcome::settled(due.iter().map(|(_, it)| it.days()).max()?),
        },
    })
}

/// Each customer's days; within a day invoices are recorded before payments.
fn customers(bills: &[Bill]) -> BTreeMap<&str, Days<'_>> {
    let mut customers = BTreeMap::<&str, Days<'_>>::new();
    for it in bills {
        let days = customers.entry(&it.name).or_default();
        days.entry(it.issued_on).or_default().push(Happens::Issued(it));
    }
    for it in bills {
        let days = customers.entry(&it.name).or_default();
        days.entry(it.settled_on).or_default().push(Happens::Paid(it));
    }
    customers
}

/// The first of every month is a day too, though nothing may happen on it.
fn mark_months(days: &mut Days<'_>) {
    let range = days.keys().next().copied().zip(days.keys().next_back().copied());
    let Some((from, to)) = range else { return };
    let mut first = from.with_day(1).unwrap_or(from);
    while first <= to {
        days.entry(first).or_default();
        match first.checked_add_months(Months::new(1)) {
            Some(next) => first = next,
            None => return,
        }
    }
}

/// One customer's receivables, kept by invoicing under its rules before a tenant says anything.
#[derive(Default)]
struct Books {
    policy: Policy,
    account: Account,
}

impl Books {
    fn record(&mut self, day: NaiveDate, happenings: &[Happens<'_>]) {
        for it in happenings {
            self.decide(command(it));
        }
        while let Some(step) = self.policy.step(&self.account, day) {
            if !self.decide(step) {
                break;
            }
        }
    }

    /// Whether anything came of it. What is refused is not known, as it would be at work.
    fn decide(&mut self, command: Command) -> bool {
        let events = self.policy.decide(&self.account, command).unwrap_or_default();
        for event in &events {
            self.account.evolve(event);
        }
        !events.is_empty()
    }

    /// What is open at the end of a day and due in the month that follows.
    fn due_in_month_of(&self, first: NaiveDate, end: NaiveDate) -> Vec<InvoiceId> {
        let due = self.account.courses(end).filter(|it| {
            it.open_minor > 0
                && (it.due_on.year(), it.due_on.month()) == (first.year(), first.month())
        });
        due.map(|it| it.invoice.clone()).collect()
    }
}

fn command(it: &Happens<'_>) -> Command {
    match it {
        Happens::Issued(bill) => Command::IssueInvoice(Box::new(InvoiceData {
            customer_id: bill.customer.clone(),
            invoice_id: bill.invoice.clone(),
            number: None,
            issue_date: bill.issued_on,
            due_date: Some(bill.due_on),
            payment_terms: None,
            gross: Stated(bill.amount),
            net: None,
            tax: None,
            order: None,
            contract: None,
            site: None,
            terms_version: None,
        })),
        Happens::Paid(bill) => Command::RecordPayment(Box::new(RecordPayment {
            customer_id: bill.customer.clone(),
            payment_id: bill.invoice.as_str().parse().unwrap_or_else(|_| unreachable!()),
            amount: Stated(bill.amount),
            value_date: bill.settled_on,
            method: PaymentMethod::Transfer,
            designations: vec![DesignationData { invoice_id: bill.invoice.clone(), amount: None }],
            references: Vec::new(),
            remittance_text: None,
            deposit: false,
            order: None,
        })),
    }
}

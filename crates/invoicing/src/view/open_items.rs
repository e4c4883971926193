//! What is open: each item, which of them are wanted, in which order.

use std::{cmp::Ordering, collections::BTreeMap, str::FromStr};

use chrono::NaiveDate;
use events::{CustomerId, InvoiceId, PlanId, Reference};
use money::{Currency, Money};

use super::as_of::{AsOf, Open, money};
use crate::{Account, account::Named};

/// A receivable that is not fully settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    /// Who owes it.
    pub customer: CustomerId,
    /// Its number, made an id.
    pub invoice: InvoiceId,
    /// As printed, if that is no id.
    pub number: Option<Reference>,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// The day that counts for lateness: of the first instalment not paid while a plan is in force,
    /// else the due date of the invoice.
    pub due_on: NaiveDate,
    /// After that day; 0 if it is not overdue.
    pub days_past_due: u32,
    /// All of it.
    pub gross: Money,
    /// What is open.
    pub open: Money,
    /// The part of that that is contested.
    pub disputed: Money,
    /// The latest day an open promise that names it is for.
    pub promised_for: Option<NaiveDate>,
    /// The plan in force that covers it.
    pub plan: Option<PlanId>,
    /// Order.
    pub order: Option<Reference>,
    /// Contract.
    pub contract: Option<Reference>,
    /// Site.
    pub site: Option<Reference>,
}

impl Account {
    /// What is open at the end of a day, in no order.
    pub fn open_items(
        &self,
        customer: &CustomerId,
        effective_on: NaiveDate,
    ) -> impl Iterator<Item = OpenItem> {
        let as_of = AsOf::new(self, effective_on);
        let mut promised = BTreeMap::<&InvoiceId, NaiveDate>::new();
        for promise in self.promises.values().filter(|it| it.is_open_on(effective_on)) {
            for invoice in &promise.invoices {
                let latest = promised.entry(invoice).or_insert(promise.promised_for);
                *latest = promise.promised_for.max(*latest);
            }
        }
        as_of.open().map(move |it| it.item(customer, as_of, promised.get(it.id).copied()))
    }
}

impl Open<'_> {
    fn item(
        &self,
        customer: &CustomerId,
        as_of: AsOf<'_>,
        promised_for: Option<NaiveDate>,
    ) -> OpenItem {
        let document = &self.invoice.document;
        let due_on = self.due_on();
        OpenItem {
            customer: customer.clone(),
            invoice: self.id.clone(),
            number: document.reference(Named::Number).cloned(),
            issued_on: document.issued_on,
            due_on,
            days_past_due: as_of.days_past(due_on),
            gross: document.gross,
            open: self.invoice.money(self.open),
            disputed: self.invoice.money(self.disputed),
            promised_for,
            plan: self.plan.map(|(id, _)| id.clone()),
            order: document.reference(Named::Order).cloned(),
            contract: document.reference(Named::Contract).cloned(),
            site: document.reference(Named::Site).cloned(),
        }
    }
}

/// Which open items are wanted: those that meet every condition given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this currency.
    pub currency: Option<Currency>,
    /// Overdue.
    pub overdue_only: bool,
    /// Contested in part at least.
    pub disputed_only: bool,
    /// Due on this day or later.
    pub due_min: Option<NaiveDate>,
    /// Due on this day or earlier.
    pub due_max: Option<NaiveDate>,
    /// In its currency, with at least this much open.
    pub open_min: Option<Money>,
}

impl Filter {
    /// Whether an item meets every condition.
    pub fn takes(&self, it: &OpenItem) -> bool {
        self.currency.is_none_or(|currency| it.open.currency() == currency)
            && (!self.overdue_only || it.days_past_due > 0)
            && (!self.disputed_only || it.disputed.is_positive())
            && self.due_min.is_none_or(|first| first <= it.due_on)
            && self.due_max.is_none_or(|last| it.due_on <= last)
            && self.open_min.is_none_or(|least| it.open.compare(least).is_ok_and(Ordering::is_ge))
    }
}

/// What open items are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `due_date`
    DueDate,
    /// `issue_date`
    IssueDate,
    /// `open_amount`; amounts of different currencies are ordered by currency first.
    OpenAmount,
    /// `days_past_due`
    DaysPastDue,
    /// `customer_id`
    Customer,
    /// `invoice_id`
    Invoice,
}

/// An order of open items: keys, each ascending or not; ties are by customer and invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy(Vec<(Key, Direction)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// A text that is no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no key to order by; known are due_date, issue_date, open_amount, days_past_due, \
     customer_id and invoice_id, each with or without desc, with a comma between them"
)]
pub struct OrderByError(String);

impl Default for OrderBy {
    /// By due date.
    fn default() -> Self {
        Self(vec![(Key::DueDate, Direction::Ascending)])
    }
}

/// Reads `open_amount desc, due_date`; nothing is the default.
impl FromStr for OrderBy {
    type Err = OrderByError;

    fn from_str(text: &str) -> Result<Self, OrderByError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut keys = Vec::new();
        for part in text.split(',') {
            let unknown = || OrderByError(part.trim().chars().take(64).collect());
            let mut words = part.split_whitespace();
            let key = match words.next() {
                Some("due_date") => Key::DueDate,
                Some("issue_date") => Key::IssueDate,
                Some("open_amount") => Key::OpenAmount,
                Some("days_past_due") => Key::DaysPastDue,
                Some("customer_id") => Key::Customer,
                Some("invoice_id") => Key::Invoice,
                Some(_) | None => return Err(unknown()),
            };
            let direction = match (words.next(), words.next()) {
                (None | Some("asc"), None) => Direction::Ascending,
                (Some("desc"), None) => Direction::Descending,
                (_, _) => return Err(unknown()),
            };
            keys.push((key, direction));
        }
        Ok(Self(keys))
    }
}

impl OrderBy {
    /// Whether amounts are compared: they should then be of one currency.
    pub fn compares_amounts(&self) -> bool {
        self.0.iter().any(|(key, _)| *key == Key::OpenAmount)
    }

    /// The order of two items; never equal for two different ones.
    pub fn compare(&self, a: &OpenItem, b: &OpenItem) -> Ordering {
        let by_keys = self.0.iter().map(|(key, direction)| {
            let order = match key {
                Key::DueDate => a.due_on.cmp(&b.due_on),
                Key::IssueDate => a.issued_on.cmp(&b.issued_on),
                Key::OpenAmount => amount(a).cmp(&amount(b)),
                Key::DaysPastDue => a.days_past_due.cmp(&b.days_past_due),
                Key::Customer => a.customer.cmp(&b.customer),
                Key::Invoice => a.invoice.cmp(&b.invoice),
            };
            if *direction == Direction::Descending { order.reverse() } else { order }
        });
        let last = (&a.customer, &a.invoice).cmp(&(&b.customer, &b.invoice));
        by_keys.fold(Ordering::Equal, Ordering::then).then(last)
    }
}

fn amount(it: &OpenItem) -> (Currency, i64) {
    (it.open.currency(), it.open.minor())
}

/// What is open on many items together, by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total(BTreeMap<Currency, i128>);

impl Total {
    /// One more.
    pub fn add(&mut self, it: &OpenItem) {
        *self.0.entry(it.open.currency()).or_default() += i128::from(it.open.minor());
    }

    /// The sums, by currency.
    pub fn amounts(&self) -> impl Iterator<Item = Money> {
        self.0.iter().map(|(currency, minor)| money(*minor, *currency))
    }
}

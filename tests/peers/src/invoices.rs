//! Invoices, and what is paid of them: the same on every machine and in every run.
//!
//! The events say what Vigie's say and are spelled like them, so that a row here holds what an
//! event of its journal holds.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Sizes;

/// What happened to a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    InvoiceIssued(Invoice),
    PaymentReceived(Payment),
    Allocated { source: Source, invoice: String, amount: Money, rule: Rule },
}

impl Event {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::InvoiceIssued(_) => "InvoiceIssued",
            Self::PaymentReceived(_) => "PaymentReceived",
            Self::Allocated { .. } => "Allocated",
        }
    }

    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).expect("an event has string keys and plain values")
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invoice {
    pub(crate) invoice: String,
    pub(crate) issued_on: NaiveDate,
    pub(crate) due_on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) terms: Option<String>,
    pub(crate) gross: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tax: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) payment: String,
    pub(crate) amount: Money,
    pub(crate) value_date: NaiveDate,
    pub(crate) method: Method,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) references: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    Transfer,
    DirectDebit,
    Card,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    Payment(String),
    CreditNote(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rule {
    Designated,
    Reference,
    ExactAmount,
}

/// An amount of one currency, written `1200.00 EUR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Money {
    pub(crate) amount: Decimal,
    pub(crate) currency: [u8; 3],
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let currency = std::str::from_utf8(&self.currency).map_err(|_| fmt::Error)?;
        write!(f, "{} {currency}", self.amount)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Money;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount such as \"1200.00 EUR\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Money, E> {
                let form = || E::invalid_value(de::Unexpected::Str(text), &self);
                let (amount, currency) = text.split_once(' ').ok_or_else(form)?;
                let amount = Decimal::from_str_exact(amount).map_err(E::custom)?;
                let currency = currency.as_bytes().try_into().map_err(|_| form())?;
                Ok(Money { amount, currency })
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

/// The portfolio: who is invoiced what, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portfolio {
    customers: u64,
}

const CURRENCIES: [[u8; 3]; 4] = [*b"EUR", *b"EUR", *b"GBP", *b"USD"];
const TERMS: [(u64, &str); 4] = [(30, "30 j"), (45, "45 j"), (60, "60 j"), (14, "14 j")];

/// Invoices between one lot of payments and the next.
const LOT: u64 = 10_000;

impl Portfolio {
    pub(crate) fn of(sizes: &Sizes) -> Self {
        Self::with(sizes.customers.max(1))
    }

    pub(crate) fn with(customers: u64) -> Self {
        Self { customers }
    }

    /// The customer of an invoice.
    pub(crate) fn customer(self, invoice: u64) -> String {
        Self::name(scatter(invoice) % self.customers)
    }

    /// A customer by its number.
    pub(crate) fn name(customer: u64) -> String {
        format!("C-{customer:06}")
    }

    pub(crate) fn invoice(self, number: u64) -> Invoice {
        let dice = scatter(number);
        let customer = dice % self.customers;
        let dice = scatter(dice);
        let issued_on = day(number / 1_400);
        let (days, terms) = TERMS[(customer % 4) as usize];
        let currency = CURRENCIES[(customer / 4 % 4) as usize];
        let net = 5_000 + (dice % 2_000_000) as i64;
        let tax = net / 5;
        Invoice {
            invoice: format!("F-2026-{number:07}"),
            issued_on,
            due_on: issued_on + Days::new(days),
            terms: Some(terms.to_owned()),
            gross: Money { amount: Decimal::new(net + tax, 2), currency },
            tax: Some(Money { amount: Decimal::new(tax, 2), currency }),
            order: Some(format!("PO-{:06}", dice >> 44)),
        }
    }

    fn payment(self, number: u64) -> Payment {
        let Invoice { invoice, due_on, gross, .. } = self.invoice(number);
        let dice = scatter(number ^ 0x0070_6179);
        Payment {
            payment: format!("P-2026-{number:07}"),
            amount: gross,
            value_date: due_on + Days::new(dice % 40),
            method: [Method::Transfer, Method::DirectDebit, Method::Card]
                [(dice >> 32) as usize % 3],
            references: vec![invoice],
        }
    }

    /// The event at a position of the replay, the number of the invoice it is about, and its
    /// place in that invoice's history. Every other invoice is paid: of four events two are
    /// invoices, one a payment, one an allocation.
    pub(crate) fn event(self, position: u64) -> (u64, u32, Event) {
        let first = position / (2 * LOT) * LOT;
        let within = position % (2 * LOT);
        if within < LOT {
            let number = first + within;
            return (number, 1, Event::InvoiceIssued(self.invoice(number)));
        }
        let number = first + (within - LOT) / 2 * 2;
        let payment = self.payment(number);
        if within.is_multiple_of(2) {
            return (number, 2, Event::PaymentReceived(payment));
        }
        let Payment { payment, amount, mut references, .. } = payment;
        let event = Event::Allocated {
            source: Source::Payment(payment),
            invoice: references.remove(0),
            amount,
            rule: Rule::Reference,
        };
        (number, 3, event)
    }
}

fn day(after: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 2).expect("a day that exists") + Days::new(after)
}

/// A fixed walk over the numbers that looks like chance (splitmix64).
fn scatter(number: u64) -> u64 {
    let mut it = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

/// A line of the CSV file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) customer: String,
    pub(crate) invoice: String,
    pub(crate) issued_on: NaiveDate,
    pub(crate) due_on: NaiveDate,
    pub(crate) terms: String,
    pub(crate) gross: Decimal,
    pub(crate) tax: Decimal,
    pub(crate) currency: String,
    pub(crate) order: String,
}

pub(crate) fn write_csv(sizes: &Sizes, file: &Path) -> Result<()> {
    write_lines(Portfolio::of(sizes), sizes.rows(), file)
}

fn write_lines(portfolio: Portfolio, rows: u64, file: &Path) -> Result<()> {
    let mut csv =
        csv::Writer::from_path(file).with_context(|| format!("cannot write {}", file.display()))?;
    for number in 0..rows {
        let Invoice { invoice, issued_on, due_on, terms, gross, tax, order } =
            portfolio.invoice(number);
        csv.serialize(Line {
            customer: portfolio.customer(number),
            invoice,
            issued_on,
            due_on,
            terms: terms.unwrap_or_default(),
            gross: gross.amount,
            tax: tax.map_or(Decimal::ZERO, |it| it.amount),
            currency: String::from_utf8(gross.currency.to_vec())?,
            order: order.unwrap_or_default(),
        })?;
    }
    csv.flush()?;
    Ok(())
}

impl Line {
    /// What an importer makes of it.
    pub(crate) fn into_event(self) -> Result<(String, Event)> {
        let currency = self.currency.as_bytes().try_into().context("a currency has 3 letters")?;
        let invoice = Invoice {
            invoice: self.invoice,
            issued_on: self.issued_on,
            due_on: self.due_on,
            terms: Some(self.terms).filter(|it| !it.is_empty()),
            gross: Money { amount: self.gross, currency },
            tax: Some(Money { amount: self.tax, currency }),
            order: Some(self.order).filter(|it| !it.is_empty()),
        };
        Ok((self.customer, Event::InvoiceIssued(invoice)))
    }
}

/// Counts each customer's events.
#[derive(Debug, Default)]
pub(crate) struct Versions(HashMap<String, i32>);

impl Versions {
    pub(crate) fn next(&mut self, customer: &str) -> i32 {
        if let Some(version) = self.0.get_mut(customer) {
            *version += 1;
            return *version;
        }
        self.0.insert(customer.to_owned(), 1);
        1
    }
}

pub(crate) fn write_events(sizes: &Sizes, file: &Path) -> Result<()> {
    #[derive(Serialize)]
    struct Row<'a> {
        customer: &'a str,
        version: i32,
        event: &'a Event,
    }
    let portfolio = Portfolio::of(sizes);
    let mut versions = Versions::default();
    let mut out = BufWriter::new(
        File::create(file).with_context(|| format!("cannot write {}", file.display()))?,
    );
    for position in 0..sizes.rows() {
        let (number, _, event) = portfolio.event(position);
        let customer = portfolio.customer(number);
        let version = versions.next(&customer);
        serde_json::to_writer(&mut out, &Row { customer: &customer, version, event: &event })?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORTFOLIO: Portfolio = Portfolio { customers: 1_000 };

    #[test]
    fn an_event_reads_back_as_it_was_written() {
        for position in [0, 1, LOT, LOT + 1, 2 * LOT - 1, 2 * LOT, 7 * LOT + 3] {
            let (_, _, event) = PORTFOLIO.event(position);
            assert_eq!(serde_json::from_str::<Event>(&event.json()).unwrap(), event);
        }
        for broken in ["1200.00", "1200,00 EUR", "1e5 EUR", "1200.00 EURO"] {
            assert!(serde_json::from_value::<Money>(broken.into()).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_line_of_the_file_is_the_invoice_it_was_made_from() {
        let file = tempfile::NamedTempFile::new().unwrap();
        write_lines(PORTFOLIO, 100, file.path()).unwrap();
        let mut lines = csv::Reader::from_path(file.path()).unwrap();
        for (number, line) in (0..).zip(lines.deserialize::<Line>()) {
            let (customer, event) = line.unwrap().into_event().unwrap();
            assert_eq!(customer, PORTFOLIO.customer(number));
            assert_eq!(event, Event::InvoiceIssued(PORTFOLIO.invoice(number)));
        }
    }

    #[test]
    fn an_invoice_comes_before_its_payment_and_that_before_its_allocation() {
        let mut seen: HashMap<u64, u32> = HashMap::new();
        for position in 0..4 * LOT {
            let (number, place, _) = PORTFOLIO.event(position);
            let before = seen.insert(number, place).unwrap_or_default();
            assert_eq!(place, before + 1);
        }
        let paid = seen.values().filter(|it| **it == 3).count();
        assert_eq!((seen.len(), paid), (2 * LOT as usize, LOT as usize));
    }
}

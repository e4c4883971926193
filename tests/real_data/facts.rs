//! What stands in the journals after an import, read as plain JSON.

use std::{collections::BTreeMap, fs, path::Path};

use chrono::{Datelike as _, NaiveDate, Weekday};
use journal::{Heads, Journal};
use rust_decimal::Decimal;
use serde_json::Value;

use super::rows::{Book, Invoice};

/// How many facts there are of a kind, and what they come to in a currency.
pub(crate) type Facts = BTreeMap<(String, String), (usize, Decimal)>;

/// What must stand in the journals, and nothing else.
pub(crate) fn expected(book: &Book) -> Facts {
    let mut facts = Facts::new();
    let mut add = |kind: &str, currency: &str, amount: Decimal| {
        let fact = facts.entry((kind.to_owned(), currency.to_owned())).or_default();
        fact.0 += 1;
        fact.1 += amount;
    };
    for _ in book.customers() {
        add("CustomerRegistered", "", Decimal::ZERO);
    }
    for invoice in &book.invoices {
        let Invoice { currency, gross, payment, disputed, .. } = invoice;
        add("InvoiceIssued", currency, *gross);
        if *disputed {
            add("DisputeOpened", currency, *gross);
            add("DisputeResolved", "", Decimal::ZERO);
        }
        if let Some(payment) = payment {
            add("PaymentReceived", currency, payment.amount);
            add("Allocated", currency, payment.amount);
        }
    }
    facts
}

/// What the journals of a tenant say.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) facts: Facts,
    /// The business days that began, the same in every journal.
    pub(crate) days: Vec<NaiveDate>,
}

impl Said {
    /// Reads another journal. Sees to it that its facts were recorded in the order of their days,
    /// each on its own day or the last business day before.
    pub(crate) async fn read(&mut self, journal: &Journal) {
        let last = journal.last().await.expect("the last entry");
        let mut reader = journal.read(Heads::new()).await.expect("a reader");
        let mut days = Vec::new();
        let mut latest = NaiveDate::MIN;
        while reader.position() < last {
            let record = reader.next().await.expect("an entry");
            let entry: Value = serde_json::from_slice(&record.body).expect("JSON");
            let decisions = entry["decisions"].as_array().expect("decisions");
            for event in decisions.iter().flat_map(|it| it["events"].as_array().expect("events")) {
                let event = event.as_object().and_then(|it| it.iter().next());
                let (kind, fact) = event.expect("a kind and a fact");
                if kind == "DayOpened" {
                    let day = date(fact, "date").expect("a date");
                    assert!(latest < day, "facts of {latest} were recorded before {day} began");
                    days.push(day);
                    continue;
                }
                let of = ["issued_on", "value_date", "opened_on", "resolved_on"];
                if let Some(on) = of.iter().find_map(|it| date(fact, it)) {
                    assert!(days.last().is_some_and(|day| *day <= on), "too early: {fact}");
                    assert!(latest <= on, "recorded after those of {latest}: {fact}");
                    latest = on;
                }
                self.add(kind, fact);
            }
        }
        assert!(days.is_sorted_by(|a, b| a < b), "days only go forward");
        if self.days.is_empty() {
            self.days = days;
        } else {
            assert_eq!(self.days, days, "a day begins in every journal");
        }
    }

    fn add(&mut self, kind: &str, fact: &Value) {
        let amount = fact.get("gross").or_else(|| fact.get("amount")).and_then(Value::as_str);
        let (amount, currency) = amount.and_then(|it| it.split_once(' ')).unwrap_or(("0", ""));
        let known = self.facts.entry((kind.to_owned(), currency.to_owned())).or_default();
        known.0 += 1;
        known.1 += amount.parse::<Decimal>().expect("an amount");
    }
}

/// The days between two, both included, on which banks of the euro worked.
pub(crate) fn business_days(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let path = "../../shared/data/reference/target-closing-days.csv";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let closed = fs::read_to_string(path).expect("the closing days, beside the files");
    let mut days: Vec<_> = first.iter_days().take_while(|it| *it <= last).collect();
    days.retain(|it| !matches!(it.weekday(), Weekday::Sat | Weekday::Sun));
    days.retain(|it| !closed.contains(&it.to_string()));
    days
}

fn date(fact: &Value, field: &str) -> Option<NaiveDate> {
    let text = fact.get(field)?.as_str()?;
    Some(text.parse().expect("a date"))
}

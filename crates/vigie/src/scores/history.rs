//! Histories of invoices and their payments, as two public files tell them.

use std::path::PathBuf;

use chrono::{NaiveDate, TimeDelta};
use events::{CustomerId, InvoiceId};
use money::{Currency, Money, Rounding};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::{
    Part,
    source::{Line, Source, SourceError},
};

/// An invoice that was paid in full at once.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    pub(crate) key: String,
    pub(crate) part: Part,
    /// As the file writes it.
    pub(crate) name: String,
    pub(crate) customer: CustomerId,
    pub(crate) invoice: InvoiceId,
    pub(crate) issued_on: NaiveDate,
    pub(crate) due_on: NaiveDate,
    pub(crate) settled_on: NaiveDate,
    pub(crate) amount: Money,
    /// Whether what became of it is known without a bias.
    pub(crate) judged: bool,
}

impl Bill {
    /// Days beyond terms.
    pub(crate) fn days(&self) -> i64 {
        (self.settled_on - self.due_on).num_days()
    }
}

/// The IBM sample. It names no currency; any will do, for nothing is converted.
pub(super) fn late_payment_histories(parts: &[(Part, PathBuf)]) -> Result<Vec<Bill>, SourceError> {
    let mut bills = Vec::new();
    for (part, root) in parts {
        let source = Source::read(root, "receivables/ibm-late-payment-histories.csv")?;
        for line in source.lines() {
            let key = line.text("invoiceNumber")?.to_owned();
            let day = |column| line.day(column, "%m/%d/%Y");
            bills.push(Bill {
                part: *part,
                name: line.text("customerID")?.to_owned(),
                customer: customer(line, "customerID")?,
                invoice: invoice(line, "invoiceNumber", &key)?,
                issued_on: day("InvoiceDate")?,
                due_on: day("DueDate")?,
                settled_on: day("SettledDate")?,
                amount: amount(line, "InvoiceAmount", "USD")?,
                judged: true,
                key,
            });
        }
    }
    Ok(bills)
}

/// The UDYAM competition: its rows have no name but their number. What is not fully settled has no
/// day on which it was settled in part, and is left out.
pub(super) fn supplier_invoices(parts: &[(Part, PathBuf)]) -> Result<Vec<Bill>, SourceError> {
    // Of what was due later, only what was paid early is in the file.
    let last_due_on = NaiveDate::from_ymd_opt(2017, 8, 8).unwrap_or_default();
    let mut bills = Vec::new();
    for (part, root) in parts {
        let source = Source::read(root, "receivables/udyam-supplier-invoices.csv")?;
        for (n, line) in source.lines().enumerate() {
            if !line.number("Outstanding")?.is_zero() {
                continue;
            }
            let row = n + 1;
            let day = |column| line.day(column, "%d-%b-%y");
            let (issued_on, due_on) = (day("Invoice_Date")?, day("Due_Date")?);
            let column = "Number_of_Days_until_Payment";
            let days = line.number(column)?.to_i64().and_then(TimeDelta::try_days);
            let settled_on = days.and_then(|it| issued_on.checked_add_signed(it));
            bills.push(Bill {
                key: format!("{}:{row}", part.name()),
                part: *part,
                name: line.text("Vendor_Name")?.to_owned(),
                customer: customer(line, "Vendor_Name")?,
                invoice: invoice(line, "Description", &format!("{}-{row}", part.name()))?,
                issued_on,
                due_on,
                settled_on: settled_on.ok_or_else(|| line.wrong(column, "no such day"))?,
                amount: amount(line, "Amount", "GBP")?,
                judged: due_on <= last_due_on,
            });
        }
    }
    Ok(bills)
}

fn customer(line: Line<'_>, column: &str) -> Result<CustomerId, SourceError> {
    CustomerId::from_outside(line.text(column)?).map_err(|error| line.wrong(column, error))
}

fn invoice(line: Line<'_>, column: &str, id: &str) -> Result<InvoiceId, SourceError> {
    InvoiceId::from_outside(id).map_err(|error| line.wrong(column, error))
}

fn amount(line: Line<'_>, column: &str, currency: &str) -> Result<Money, SourceError> {
    let wrong = |reason: String| line.wrong(column, reason);
    let currency: Currency = currency.parse().map_err(|_| wrong(format!("{currency}?")))?;
    let number = line.number(column)?;
    if number <= Decimal::ZERO {
        return Err(wrong(format!("{number} is not more than zero")));
    }
    Money::from_decimal(number, currency, Rounding::HalfUp).map_err(|it| wrong(it.to_string()))
}

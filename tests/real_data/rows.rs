//! What each file says, read by hand: nothing here knows how the product reads files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::PathBuf,
};

use chrono::{Days, NaiveDate, TimeDelta};
use rust_decimal::Decimal;

/// A file, as invoices and what became of them.
#[derive(Debug)]
pub(crate) struct Book {
    /// Rows in the file, the header left out.
    pub(crate) rows: u64,
    /// One each, even if a row is in the file twice.
    pub(crate) invoices: Vec<Invoice>,
    /// What customers are called, where the file says it: the first name told.
    pub(crate) names: BTreeMap<String, String>,
}

/// An invoice, and the one payment of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) customer: String,
    pub(crate) id: String,
    pub(crate) currency: &'static str,
    pub(crate) issued: NaiveDate,
    pub(crate) due: NaiveDate,
    pub(crate) gross: Decimal,
    pub(crate) payment: Option<Payment>,
    /// Whether it was contested, in full, from its issue to its payment.
    pub(crate) disputed: bool,
}

/// What was paid of an invoice, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) on: NaiveDate,
    pub(crate) amount: Decimal,
}

/// Where a file is; nothing if this machine does not have it, which is said aloud.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let folder = "../../shared/data/receivables";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
    if path.is_file() {
        return Some(path);
    }
    // Past the harness, which keeps what a passing test prints to itself.
    let warning = format!("\n*** NOT TESTED on {name}: {} is not there ***\n\n", path.display());
    std::io::stderr().write_all(warning.as_bytes()).expect("somewhere to complain");
    None
}

/// The values of every row, in the order of the file.
fn rows<const N: usize>(path: &PathBuf, header: [&str; N]) -> Vec<[String; N]> {
    let text = fs::read_to_string(path).expect("a file of text");
    assert!(!text.contains('"'), "splitting at commas is enough for these files");
    let mut lines = text.lines();
    let split = |line: &str| -> [String; N] {
        let values: Vec<_> = line.split(',').map(|it| it.trim().to_owned()).collect();
        values.try_into().unwrap_or_else(|_| panic!("not {N} values: {line}"))
    };
    assert_eq!(split(lines.next().expect("a header")), header);
    lines.map(split).collect()
}

fn count<T>(of: &[T]) -> u64 {
    u64::try_from(of.len()).expect("a number of rows")
}

fn day(text: &str, format: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, format).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// An id may hold letters, digits, `_` and `-`; any other byte stands as `=` and its two digits.
fn as_id(text: &str) -> String {
    let mut id = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => id.push(char::from(byte)),
            other => id.extend(format!("={other:02X}").chars()),
        }
    }
    id
}

/// The IBM sample: every invoice was paid in full, and some were contested before.
pub(crate) fn late_payment_histories(path: &PathBuf) -> Book {
    let rows = rows(
        path,
        [
            "countryCode",
            "customerID",
            "PaperlessDate",
            "invoiceNumber",
            "InvoiceDate",
            "DueDate",
            "InvoiceAmount",
            "Disputed",
            "SettledDate",
            "PaperlessBill",
            "DaysToSettle",
            "DaysLate",
        ],
    );
    let mut invoices = Vec::new();
    for row in &rows {
        let [_, customer, _, number, issued, due, gross, disputed, settled, _, days, late] = row;
        let invoice = Invoice {
            customer: as_id(customer),
            id: as_id(number),
            currency: "USD",
            issued: day(issued, "%m/%d/%Y"),
            due: day(due, "%m/%d/%Y"),
            gross: amount(gross),
            payment: Some(Payment {
                id: format!("settlement-{number}"),
                on: day(settled, "%m/%d/%Y"),
                amount: amount(gross),
            }),
            disputed: disputed == "Yes",
        };
        // The file says twice when it was paid.
        let on = day(settled, "%m/%d/%Y");
        assert_eq!((on - invoice.issued).num_days().to_string(), *days);
        assert_eq!((on - invoice.due).num_days().max(0).to_string(), *late);
        invoices.push(invoice);
    }
    Book { rows: count(&rows), invoices, names: BTreeMap::new() }
}

/// The UDYAM competition: paid in full, in part, or before the day of issue. A row is known by all
/// that it says, for it has no number.
pub(crate) fn supplier_invoices(path: &PathBuf) -> Book {
    let rows = rows(
        path,
        [
            "Description",
            "Vendor_Name",
            "Created",
            "Invoice_Date",
            "Due_Date",
            "Amount",
            "Settled",
            "Outstanding",
            "Number_of_Days_until_Payment",
        ],
    );
    let mut invoices = Vec::new();
    let mut names = BTreeMap::new();
    let mut known = BTreeSet::new();
    for row in &rows {
        let [_, vendor, _, issued, due, gross, settled, outstanding, days] = row;
        assert_eq!(amount(gross) - amount(settled), amount(outstanding));
        names.insert(as_id(vendor), vendor.clone());
        let id = digest(row);
        let issued = day(issued, "%d-%b-%y");
        let days = TimeDelta::days(days.parse().expect("a number of days"));
        if !known.insert(id.clone()) {
            continue;
        }
        invoices.push(Invoice {
            customer: as_id(vendor),
            id: id.clone(),
            currency: "GBP",
            issued,
            due: day(due, "%d-%b-%y"),
            gross: amount(gross),
            payment: Some(Payment { id, on: issued + days, amount: amount(settled) }),
            disputed: false,
        });
    }
    Book { rows: count(&rows), invoices, names }
}

/// Half of the BLAKE3 of all values, each behind its length in eight bytes.
fn digest(row: &[String]) -> String {
    let mut bytes = Vec::new();
    for value in row {
        bytes.extend(count(value.as_bytes()).to_be_bytes());
        bytes.extend(value.bytes());
    }
    blake3::hash(&bytes).to_hex().chars().take(32).collect()
}

/// Open items as SAP lists them: nothing is paid. A customer has up to eleven names.
pub(crate) fn open_items(path: &PathBuf) -> Book {
    let rows = rows(
        path,
        [
            "business_code",
            "cust_number",
            "name_customer",
            "business_year",
            "doc_id",
            "posting_date",
            "due_in_date",
            "baseline_create_date",
            "invoice_currency",
            "total_open_amount",
            "cust_payment_terms",
        ],
    );
    let mut invoices = Vec::new();
    let mut told = Vec::new();
    for row in &rows {
        let [company, number, name, _, document, _, due, issued, currency, gross, _] = row;
        let customer = as_id(&format!("{company}-{number}"));
        let issued = day(issued, "%Y-%m-%d");
        told.push((issued, customer.clone(), name.clone()));
        invoices.push(Invoice {
            customer,
            id: as_id(document),
            currency: if currency == "CAD" { "CAD" } else { "USD" },
            issued,
            due: day(due, "%Y-%m-%d"),
            gross: amount(gross),
            payment: None,
            disputed: false,
        });
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    // The first name that was told stays.
    told.sort_by_key(|(on, _, _)| *on);
    for (_, customer, name) in told {
        names.entry(customer).or_insert(name);
    }
    Book { rows: count(&rows), invoices, names }
}

impl Book {
    /// Every day on which something happened, in order.
    pub(crate) fn days(&self) -> Vec<NaiveDate> {
        let mut days = Vec::new();
        for invoice in &self.invoices {
            days.push(invoice.issued);
            days.extend(invoice.payment.as_ref().map(|it| it.on));
        }
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The ids of all customers, in order.
    pub(crate) fn customers(&self) -> Vec<&str> {
        let mut customers: Vec<_> = self.invoices.iter().map(|it| it.customer.as_str()).collect();
        customers.sort_unstable();
        customers.dedup();
        customers
    }

    /// The codes of all currencies, in order.
    pub(crate) fn currencies(&self) -> Vec<&'static str> {
        let mut currencies: Vec<_> = self.invoices.iter().map(|it| it.currency).collect();
        currencies.sort_unstable();
        currencies.dedup();
        currencies
    }
}

impl Invoice {
    /// What was paid of it by the end of a day.
    pub(crate) fn paid(&self, on: NaiveDate) -> Decimal {
        match &self.payment {
            Some(payment) if payment.on <= on => payment.amount,
            Some(_) | None => Decimal::ZERO,
        }
    }

    /// What is open of it at the end of a day; nothing before it was issued.
    pub(crate) fn open(&self, on: NaiveDate) -> Decimal {
        if self.issued <= on { self.gross - self.paid(on) } else { Decimal::ZERO }
    }

    /// What of that is contested.
    pub(crate) fn contested(&self, on: NaiveDate) -> Decimal {
        if self.disputed { self.open(on) } else { Decimal::ZERO }
    }

    /// Days since the day it was due; 0 if it is not overdue.
    pub(crate) fn days_past_due(&self, on: NaiveDate) -> i64 {
        (on - self.due).num_days().max(0)
    }
}

/// The day before.
pub(crate) fn before(on: NaiveDate, days: u64) -> NaiveDate {
    on.checked_sub_days(Days::new(days)).expect("a day of our era")
}

//! The mappings that ship, on the files they are for, against figures worked out here from the same
//! files with nothing but string splitting and whole cents.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::PathBuf,
};

use serde_json::Value;

use super::{Mapping, Row, Rows, mappings::shipped};

/// One of the files, if this machine has them.
fn file(name: &str) -> Option<String> {
    let folder = "../../../shared/data/receivables";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            // Past the test harness, which keeps what a test that passes prints to itself.
            let mut loud = io::stderr();
            writeln!(loud, "\nNOT TESTED on {}: {error}\n", path.display()).unwrap();
            None
        }
    }
}

#[derive(Debug)]
struct Said {
    row: u64,
    kind: String,
    date: String,
    customer: String,
    data: Value,
}

impl Said {
    fn text(&self, field: &str) -> &str {
        self.data[field].as_str().unwrap_or_else(|| panic!("{field} of {self:?}"))
    }

    /// An amount in cents, and its currency.
    fn cents(&self, field: &str) -> (i64, &str) {
        let money = &self.data[field];
        (cents(money["amount"].as_str().unwrap()), money["currency"].as_str().unwrap())
    }
}

/// All that a file says; none of its rows may be refused.
fn said(mapping: &str, file: &str) -> Vec<Said> {
    let mapping = Mapping::parse(&shipped(mapping)).unwrap();
    let mut rows = Rows::open(&mapping, file.as_bytes()).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        match row {
            Row::Messages(messages) => all.extend(messages.map(|it| Said {
                row: it.row,
                kind:
                    it.ce_type.trim_start_matches("dev.vigie.").trim_end_matches(".v1").to_owned(),
                date: it.date.to_string(),
                customer: it.customer.to_owned(),
                data: serde_json::from_slice(it.data).unwrap(),
            })),
            Row::Refused(error) => panic!("{error}"),
        }
    }
    assert_eq!(rows.bytes_read(), u64::try_from(file.len()).unwrap());
    all
}

/// The rows of a file that has no quotes, without its header.
fn cells(file: &str) -> Vec<Vec<&str>> {
    assert!(!file.contains('"'));
    file.lines().skip(1).map(|it| it.split(',').collect()).collect()
}

/// `65`, `58.2` or `61.74` in cents.
fn cents(amount: &str) -> i64 {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    assert!(decimals.len() <= 2, "{amount}");
    format!("{whole}{decimals:0<2}").parse().unwrap()
}

fn count(all: &[Said]) -> BTreeMap<&str, usize> {
    let mut count = BTreeMap::new();
    for it in all {
        *count.entry(&*it.kind).or_default() += 1;
    }
    count
}

fn sum(all: &[Said], kind: &str, field: &str, currency: &str) -> i64 {
    let of_kind = all.iter().filter(|it| it.kind == kind);
    of_kind.map(|it| it.cents(field)).filter(|it| it.1 == currency).map(|it| it.0).sum()
}

#[test]
fn late_payment_histories_are_invoices_disputes_and_settlements() {
    let Some(file) = file("ibm-late-payment-histories.csv") else { return };
    let all = said("ibm-late-payment-histories.toml", &file);
    let rows = cells(&file);
    assert_eq!(rows.len(), 1_233);
    assert_eq!(
        count(&all),
        BTreeMap::from([
            ("customer.registered", 1_233),
            ("dispute.opened", 266),
            ("dispute.resolved", 266),
            ("invoice.issued", 1_233),
            ("payment.received", 1_233),
        ])
    );

    let day = |us: &str| {
        let parts: Vec<u32> = us.split('/').map(|it| it.parse().unwrap()).collect();
        format!("{:04}-{:02}-{:02}", parts[2], parts[0], parts[1])
    };
    let mut rest = all.iter();
    for (at, cells) in rows.iter().enumerate() {
        let [country, customer, _, number, issued, due, amount, disputed, settled, ..] = cells[..]
        else {
            panic!("{cells:?}")
        };
        let amount = (cents(amount), "USD");
        let (issued, due, settled) = (day(issued), day(due), day(settled));
        let mut next = |kind: &str, date: &str| {
            let it = rest.next().unwrap();
            assert_eq!((&*it.kind, &*it.date, &*it.customer), (kind, date, customer));
            assert_eq!(
                (it.row, it.text("customer_id")),
                (u64::try_from(at + 2).unwrap(), customer)
            );
            it
        };
        let registered = next("customer.registered", &issued);
        assert_eq!(registered.text("segment"), country);
        let invoice = next("invoice.issued", &issued);
        assert_eq!(invoice.text("invoice_id"), number);
        assert_eq!((invoice.text("issue_date"), invoice.text("due_date")), (&*issued, &*due));
        assert_eq!(invoice.cents("gross"), amount);
        if disputed == "Yes" {
            let opened = next("dispute.opened", &issued);
            assert_eq!((opened.text("invoice_id"), opened.cents("amount")), (number, amount));
            let resolved = next("dispute.resolved", &settled);
            assert_eq!(opened.text("dispute_id"), resolved.text("dispute_id"));
            assert!(opened.text("open_date") <= resolved.text("resolve_date"));
        }
        let payment = next("payment.received", &settled);
        assert_eq!((payment.text("value_date"), payment.cents("amount")), (&*settled, amount));
        assert_eq!(payment.data["designations"][0]["invoice_id"], number);
    }
    assert!(rest.next().is_none());

    assert_eq!(sum(&all, "invoice.issued", "gross", "USD"), 7_125_760);
    assert_eq!(sum(&all, "payment.received", "amount", "USD"), 7_125_760);
    registered_alike(&all, 50);
}

/// Registering a customer again must change nothing, its contact apart.
fn registered_alike(all: &[Said], customers: usize) {
    let mut known: BTreeMap<&str, Value> = BTreeMap::new();
    for it in all.iter().filter(|it| it.kind == "customer.registered") {
        let mut data = it.data.clone();
        data.as_object_mut().unwrap().remove("contact");
        assert_eq!(known.entry(&it.customer).or_insert_with(|| data.clone()), &data);
    }
    assert_eq!(known.len(), customers);
}

#[test]
fn supplier_invoices_are_paid_in_full_in_part_or_before_they_are_issued() {
    let Some(file) = file("udyam-supplier-invoices.csv") else { return };
    let all = said("udyam-supplier-invoices.toml", &file);
    let rows = cells(&file);
    assert_eq!(rows.len(), 4_376);
    assert_eq!(
        count(&all),
        BTreeMap::from([
            ("customer.registered", 4_376),
            ("invoice.issued", 4_376),
            ("payment.received", 4_376),
        ])
    );

    let day = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        let month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(parts[1]).unwrap() / 3 + 1;
        format!("20{}-{month:02}-{}", parts[2], parts[0])
    };
    let mut ids = BTreeSet::new();
    let mut early = 0;
    let mut in_part = 0;
    for (cells, said) in rows.iter().zip(all.chunks(3)) {
        let [_, vendor, _, issued, due, amount, settled, outstanding, days] = cells[..] else {
            panic!("{cells:?}")
        };
        let [registered, invoice, payment] = said else { panic!("{said:?}") };
        assert_eq!(registered.data["contact"]["name"], vendor);
        assert_eq!(invoice.customer, vendor.replace(' ', "=20").replace('.', "=2E"));
        assert_eq!((&*invoice.date, invoice.text("issue_date")), (&*day(issued), &*day(issued)));
        assert_eq!(invoice.text("due_date"), day(due));
        assert_eq!(invoice.cents("gross"), (cents(amount), "GBP"));
        assert_eq!(payment.cents("amount"), (cents(settled), "GBP"));
        assert_eq!(cents(amount) - cents(settled), cents(outstanding));
        assert_eq!(payment.text("value_date"), &payment.date);
        assert_eq!(
            number_of_day(&payment.date) - number_of_day(&day(issued)),
            days.parse::<i64>().unwrap()
        );
        assert_eq!(payment.data["designations"][0]["invoice_id"], invoice.text("invoice_id"));
        ids.insert(invoice.text("invoice_id"));
        early += u32::from(days.starts_with('-'));
        in_part += u32::from(cents(settled) < cents(amount));
    }
    // One row is in the file twice.
    assert_eq!(ids.len(), 4_375);
    assert_eq!((early, in_part), (7, 336));
    assert_eq!(sum(&all, "invoice.issued", "gross", "GBP"), 1_502_672_143);
    assert_eq!(sum(&all, "payment.received", "amount", "GBP"), 1_467_323_884);
    registered_alike(&all, 1_638);
}

/// Days since the beginning of the Gregorian calendar, by hand.
fn number_of_day(iso: &str) -> i64 {
    let parts: Vec<i64> = iso.split('-').map(|it| it.parse().unwrap()).collect();
    // March is the first month, so that the leap day is the last of a year.
    let (year, month) =
        if parts[1] < 3 { (parts[0] - 1, parts[1] + 9) } else { (parts[0], parts[1] - 3) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2]
}

#[test]
fn open_items_are_invoices_under_the_number_of_their_document() {
    let Some(file) = file("highradius-open-items.csv") else { return };
    let all = said("highradius-open-items.toml", &file);
    let rows = cells(&file);
    assert_eq!(rows.len(), 4_841);
    assert_eq!(
        count(&all),
        BTreeMap::from([("customer.registered", 4_841), ("invoice.issued", 4_841)])
    );

    let mut ids = BTreeSet::new();
    for (cells, said) in rows.iter().zip(all.chunks(2)) {
        let [company, number, name, _, document, _, due, baseline, currency, amount, _] = cells[..]
        else {
            panic!("{cells:?}")
        };
        let [registered, invoice] = said else { panic!("{said:?}") };
        assert_eq!(invoice.customer, format!("{company}-{number}"));
        assert_eq!(registered.data["contact"]["name"], name.trim());
        assert_eq!(registered.text("currency_code"), currency);
        assert_eq!((&*invoice.date, invoice.text("issue_date")), (baseline, baseline));
        assert_eq!((invoice.text("invoice_id"), invoice.text("due_date")), (document, due));
        assert_eq!(invoice.cents("gross"), (cents(amount), currency));
        assert!(baseline <= due);
        ids.insert(document);
    }
    assert_eq!(ids.len(), 4_841);
    assert_eq!(sum(&all, "invoice.issued", "gross", "USD"), 14_755_578_583);
    assert_eq!(sum(&all, "invoice.issued", "gross", "CAD"), 2_502_214_419);
    registered_alike(&all, 353);
}

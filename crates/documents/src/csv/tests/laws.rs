use chrono::{NaiveDate, TimeDelta};
use events::{CustomerId, date};
use money::{Currency, Money};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;

use super::{Mapping, Row, Rows, mappings::shipped, records};
use crate::csv::{number::Marks, record::Dialect};

/// Bytes that have a meaning somewhere, more often than others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let meaning =
        select(b",;\t\"\r\n\n\n. -+/0123456789=CNEUR\xff\xfe\xc3\xa9\xef\xbb\xbf".to_vec());
    vec(prop_oneof![8 => meaning, 1 => any::<u8>()], 0..400)
}

fn header_of(name: &str) -> &'static str {
    match name {
        "invoices.toml" => "customer;number;date;due;net;vat;total;order\n",
        "payments.toml" => "customer,payment,date,amount,currency,method,invoice,text,bounced\n",
        _ => panic!("a mapping with a sample"),
    }
}

/// Every day an event may have.
fn days() -> impl Strategy<Value = NaiveDate> {
    let first = date::parse("1900-01-01").unwrap();
    let last = date::parse("2199-12-31").unwrap();
    (0..=(last - first).num_days()).prop_map(move |it| first + TimeDelta::days(it))
}

/// A value as it may stand in a file.
fn value() -> impl Strategy<Value = String> {
    prop_oneof!["[a é=.-]{0,4}", "\"([a,;\r\n]|\"\"){0,6}\""]
}

fn currency() -> impl Strategy<Value = Currency> {
    select(vec![Currency::EUR, Currency::JPY, Currency::KWD, Currency::CLF])
}

proptest! {
    #[test]
    fn whatever_the_file_holds_every_message_is_json_of_its_customer(
        bytes in bytes(), name in select(vec!["invoices.toml", "payments.toml"]), header: bool,
    ) {
        let mapping = Mapping::parse(&shipped(name)).unwrap();
        let mut file = if header { header_of(name).as_bytes().to_vec() } else { Vec::new() };
        file.extend_from_slice(&bytes);
        let Ok(mut rows) = Rows::open(&mapping, file.as_slice()) else { return Ok(()) };
        while let Ok(Some(row)) = rows.next_row() {
            let Row::Messages(messages) = row else { continue };
            for message in messages {
                let data: Value = serde_json::from_slice(message.data).unwrap();
                prop_assert_eq!(&data["customer_id"], message.customer);
                prop_assert!(message.customer.parse::<CustomerId>().is_ok());
                prop_assert!(date::in_range(message.date).is_ok());
            }
        }
        prop_assert!(rows.bytes_read() <= u64::try_from(file.len()).unwrap());
    }

    #[test]
    fn a_mapping_of_any_text_is_read_or_refused(text in "\\PC{0,200}") {
        drop(Mapping::parse(&text));
        drop(Mapping::parse(&super::text("", &text)));
    }

    #[test]
    fn what_is_written_by_the_rules_is_read_back(
        table in (1_usize..6).prop_flat_map(|width| vec(vec("[a-c,;\"\r\n é=]{0,6}", width), 1..8)),
        delimiter in select(b",;\t|".to_vec()),
    ) {
        let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let file = writer.into_inner().unwrap();
        let all = records::all(file.as_slice(), Dialect { delimiter, quotes: true });
        prop_assert!(all.iter().all(|it| it.3.is_none()));
        let values: Vec<_> = all.into_iter().map(|it| it.2).collect();
        prop_assert_eq!(values, table);
    }

    #[test]
    fn files_without_faults_are_read_as_the_crate_csv_reads_them(
        values in vec((value(), select(vec![",", ",", "\n", "\r\n", "\r", "\n\n"])), 0..40),
        last in value(),
    ) {
        let file: String = values.into_iter().map(|(value, end)| value + end).collect();
        let file = file + &last;
        let ours = records::all(file.as_bytes(), Dialect { delimiter: b',', quotes: true });
        prop_assert!(ours.iter().all(|it| it.3.is_none()));
        let mut theirs = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(file.as_bytes());
        let theirs: Vec<Vec<String>> =
            theirs.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect();
        let ours: Vec<_> = ours.into_iter().map(|it| it.2).collect();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn an_amount_is_the_same_however_it_is_written(
        minor: i64, grouped: bool, currency in currency(),
        marks in select(vec![('.', ','), (',', '.'), (',', ' '), ('.', '\'')]),
    ) {
        let money = Money::new(minor, currency);
        let (decimal, thousands) = marks;
        let plain = money.decimal().to_string();
        let (sign, plain) = plain.strip_prefix('-').map_or(("", &*plain), |it| ("-", it));
        let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
        let mut text = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if grouped && at > 0 && (whole.len() - at) % 3 == 0 {
                text.push(thousands);
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push(decimal);
            text.push_str(decimals);
        }
        let read = Marks { decimal, thousands: Some(thousands) }.read(&text).unwrap();
        prop_assert_eq!(read, money.decimal());
        prop_assert_eq!(read.scale(), u32::from(currency.minor_units()));
    }

    #[test]
    fn every_day_is_read_in_every_format(
        day in days(), format in select(vec![
            ("YYYY-MM-DD", "%Y-%m-%d"), ("DD/MM/YYYY", "%d/%m/%Y"), ("M/D/YYYY", "%-m/%-d/%Y"),
            ("YYYYMMDD", "%Y%m%d"), ("DD-Mon-YYYY", "%d-%b-%Y"), ("D.M.YYYY", "%-d.%-m.%Y"),
            ("DD-MM-YYYY HH:MM", "%d-%m-%Y 23:59"),
        ]),
    ) {
        let (ours, theirs) = format;
        let text = day.format(theirs).to_string();
        prop_assert_eq!(crate::csv::date::Format::parse(ours).unwrap().read(&text), Ok(day));
    }
}

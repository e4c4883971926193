use std::{fs, path::PathBuf};

use super::{Mapping, text};

#[track_caller]
fn refused(mapping: &str, expected: &str) {
    let error = Mapping::parse(mapping).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_mapping_that_cannot_work_is_refused_with_its_key() {
    for (before, data, expected) in [
        ("[file]\ndelimiter = \"ab\"", "", "delimiter"),
        ("[file]\ndelimiter = \"é\"", "", "file.delimiter: "),
        ("[file]\ndelimiter = \"\\\"\"", "", "file.delimiter: "),
        ("[file]\ndecimal_mark = \"1\"", "", "file.decimal_mark: `1` has another meaning"),
        ("[file]\nthousands = \".\"", "", "file.thousands: this is already the decimal mark"),
        ("[file]\nencoding = \"ebcdic\"", "", "unknown variant `ebcdic`"),
        ("[file]\ndelimeter = \",\"", "", "unknown field `delimeter`"),
        ("[mesage]\n", "", "unknown field `mesage`"),
        ("[digests]\nsame = []", "", "digests.same: a digest is of at least one column"),
        (
            "[digests]\ncustomer = [\"a\"]",
            "",
            "ids.customer: something else in the mapping has this",
        ),
        ("[digests]\nrow = [\"a\"]", "", "digests.row: `row` is the number of the row"),
        ("[amounts]\non = { column = \"a\" }", "", "amounts.on: in which currency?"),
        ("[amounts]\nit = { column = \"a\", currency = \"EURO\" }", "", "amounts.it.currency: "),
        (
            "[amounts]\nit = { column = \"a\", currency = \"EUR\", currency_column = \"b\" }",
            "",
            "amounts.it.currency: there is a currency_column as well",
        ),
        ("[amounts]\nit = { column = \"a\", scale = \"some\" }", "", "unknown variant `some`"),
        (
            "[amounts]\ncustomer = { column = \"a\", currency = \"EUR\" }",
            "",
            "amounts.customer: somet",
        ),
        ("[words]\nit = { column = \"a\", words = {} }", "", "words.it.words: says nothing"),
        ("[[refuse]]\nwhen = []\nreason = \"\"", "", "refuse[0].when: it would refuse every row"),
        (
            "[[refuse]]\nwhen = [{ column = \"a\" }]\nreason = \"\"",
            "",
            "refuse[0].when[0]: a condition asks one question",
        ),
        (
            "[[refuse]]\nwhen = [{ column = \"a\", above = \"1e5\" }]\nreason = \"\"",
            "",
            "refuse[0].when[0]: `1e5` is not a number",
        ),
        (
            "[[refuse]]\nwhen = [{ column = \"a\", above = 0.5 }]\nreason = \"\"",
            "",
            "floating point",
        ),
        ("", "a = 1.0", "message[0].data.a: no command has a number with a point"),
        ("", "a = [{ b = 1.5 }]", "message[0].data.a[0].b: no command has a number with a point"),
        ("", "a = 2026-01-31", "message[0].data.a: write a date that is always the same as text"),
        ("", "a = \"{b\"", "message[0].data.a: a brace has no partner"),
        ("", "a = \"b}\"", "message[0].data.a: a brace has no partner"),
        ("", "a = \"{}\"", "message[0].data.a: `{}` names nothing"),
        ("", "a = \"{?}\"", "message[0].data.a: `{?}` names nothing"),
        ("", "a = \"on {on}\"", "message[0].data.a: `{on}` is not text and must stand alone"),
        ("", "[[message]]\ntype = \"\"\ndate = \"{on}\"\ndata = {}", "message[1].type: is empty"),
        (
            "",
            "[[message]]\ntype = \"a\"\ndate = \"{?on}\"\ndata = {}",
            "message[1].date: write one of",
        ),
        (
            "",
            "[[message]]\ntype = \"a\"\ndate = \"{x}\"\ndata = {}",
            "message[1].date: write one of",
        ),
        (
            "",
            "[[message]]\ntype = \"a\"\ndate = \"{on}\"\ndata = {}",
            "message[1].data.customer_id: ",
        ),
        (
            "",
            "[[message]]\ntype = \"a\"\ndate = \"{on}\"\ndata = { customer_id = \"{on}\" }",
            "message[1].data.customer_id: write one of [ids]",
        ),
        ("", "[ids.it]\n", "invalid type: map, expected a string"),
    ] {
        refused(&text(before, data), expected);
    }
    refused("", "message: a mapping has at least one [[message]]");
    refused("[", "TOML parse error at line 1");
}

#[test]
fn an_id_or_a_date_that_cannot_be_made_is_refused_with_its_key() {
    for (id, expected) in [
        ("C-1", "ids.it: an id is made of a column"),
        ("{?a}", "ids.it: `?` stands where the id is used"),
        ("a.{b}", "ids.it: `a.` would be written `a=2E` in an id"),
        ("{a", "ids.it: a brace has no partner"),
    ] {
        refused(&format!("[ids]\nit = \"{id}\""), expected);
    }
    for (format, expected) in [
        ("YYYY-MM", "one year, one month and one day"),
        ("YYYY-YY-MM-DD", "one year, one month and one day"),
        ("YYYY-MMM-DD", "one year, one month and one day"),
        ("yyyy-mm-dd", "`y` means nothing in a date format"),
        ("DD.MM.YYYY\u{a0}HH:MM", "means nothing in a date format"),
        ("MDYYYY", "something other than a digit must follow"),
        ("", "one year, one month and one day"),
    ] {
        let date = format!("[dates]\nit = {{ column = \"a\", format = \"{format}\" }}");
        refused(&date, "dates.it.format: ");
        refused(&date, expected);
    }
    let days = "[dates]\nit = { column = \"a\", format = \"YYYY-MM-DD\", plus_days = 1.5 }";
    refused(days, "a whole number of days or the name of a column");
}

pub(super) fn shipped(name: &str) -> String {
    let path = folder().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/mappings")
}

#[test]
fn every_mapping_that_ships_can_be_read() {
    let mut count = 0;
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mapping = Mapping::parse(&text);
        let mapping = mapping.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(mapping.types().all(|it| it.starts_with("dev.vigie.")));
        count += 1;
    }
    assert_eq!(count, 6);
}

/// The sample in the comment that opens a mapping: its lines indented by four.
fn sample(mapping: &str) -> String {
    let lines = mapping.lines().filter_map(|it| it.strip_prefix("#     "));
    lines.take_while(|it| !it.starts_with('[')).fold(String::new(), |all, it| all + it + "\n")
}

#[test]
fn the_examples_read_the_samples_in_their_comments() {
    let invoices = shipped("invoices.toml");
    let said = super::read(&Mapping::parse(&invoices).unwrap(), sample(&invoices));
    assert_eq!(
        said,
        [Ok("dev.vigie.invoice.issued.v1 2026-01-31 C-1001 {\"customer_id\":\"C-1001\",\
             \"due_date\":\"2026-03-02\",\"gross\":{\"amount\":\"1200.00\",\"currency\":\"EUR\"},\
             \"invoice_id\":\"FA=202026=2F117\",\"issue_date\":\"2026-01-31\",\
             \"net\":{\"amount\":\"1000.00\",\"currency\":\"EUR\"},\"number\":\"FA 2026/117\",\
             \"order\":\"PO-77\",\"tax\":{\"amount\":\"200.00\",\"currency\":\"EUR\"}}"
            .to_owned())]
    );

    let ratings = shipped("ratings.toml");
    let said = super::read(&Mapping::parse(&ratings).unwrap(), sample(&ratings));
    assert_eq!(
        said,
        [
            Ok("dev.vigie.rating.received.v1 2026-01-04 C-1001 \
                {\"agency\":\"Banque de France\",\"as_of_date\":\"2025-12-31\",\
                \"customer_id\":\"C-1001\",\"rating_id\":\"C-1001-banque_de_france-31=2F12=2F2025\",\
                \"raw\":\"4+\",\"receive_date\":\"2026-01-04\",\"scale\":\"banque_de_france\"}"
                .to_owned()),
            Ok("dev.vigie.opinion.given.v1 2026-01-04 C-1001 \
                {\"author\":\"review\",\"customer_id\":\"C-1001\",\
                \"opinion_date\":\"2026-01-04\",\"opinion_id\":\"C-1001-04=2F01=2F2026\",\
                \"points\":-10,\"reason\":\"lost a contract\",\"valid_until\":\"2026-06-30\"}"
                .to_owned()),
        ]
    );

    let payments = shipped("payments.toml");
    let said = super::read(&Mapping::parse(&payments).unwrap(), sample(&payments));
    assert_eq!(
        said,
        [
            Ok("dev.vigie.payment.received.v1 2026-03-05 C-1001 \
                {\"amount\":{\"amount\":\"1200.00\",\"currency\":\"EUR\"},\
                \"customer_id\":\"C-1001\",\
                \"designations\":[{\"invoice_id\":\"FA=202026=2F117\"}],\"method\":\"transfer\",\
                \"payment_id\":\"TX-9001\",\"remittance_text\":\"Invoice 2026/117\",\
                \"value_date\":\"2026-03-05\"}"
                .to_owned()),
            Ok("dev.vigie.payment.received.v1 2026-03-05 C-1002 \
                {\"amount\":{\"amount\":\"350.00\",\"currency\":\"EUR\"},\
                \"customer_id\":\"C-1002\",\"method\":\"direct_debit\",\
                \"payment_id\":\"TX-9002\",\"value_date\":\"2026-03-05\"}"
                .to_owned()),
            Ok("dev.vigie.payment.reversed.v1 2026-03-09 C-1002 \
                {\"customer_id\":\"C-1002\",\"payment_id\":\"TX-9002\",\"reason\":\"bounced\",\
                \"reversal_date\":\"2026-03-09\"}"
                .to_owned()),
        ]
    );
}

use events::Hash;

use super::{Mapping, Row, Rows, mapping, read};
use crate::csv::FileError;

const PLAIN: &str = "[file]\ncurrency = \"EUR\"\n";

#[test]
fn a_row_that_cannot_be_read_says_nothing_and_the_others_go_on() {
    let mapping = mapping(PLAIN, "text = \"{text}\"");
    let said = read(
        &mapping,
        "customer,date,text\n\
         C-1,2026-01-31,a\n\
         C-2,2026-02-31,b\n\
         \n\
         C-3,2026-01-31\n\
         C-4,2026-01-31,b,c\n\
         C-5,2026-01-31,\"c\nd\"\n\
         ,2026-01-31,e\n\
         C-6,2026-01-31,\n\
         C-7,2026-01-31,7\" pipe\n\
         ,,\n\
         C 8,2026-01-31,ok\n",
    );
    let said: Vec<String> =
        said.into_iter().map(|it| it.unwrap_or_else(|error| error.to_string())).collect();
    assert_eq!(
        said,
        [
            r#"said 2026-01-31 C-1 {"customer_id":"C-1","text":"a"}"#,
            "row 3, column date: `2026-02-31` is not a date written YYYY-MM-DD",
            "row 5: the row has 2 columns, the header has 3",
            "row 6: the row has 4 columns, the header has 3",
            r#"said 2026-01-31 C-5 {"customer_id":"C-5","text":"c\nd"}"#,
            "row 8 (line 9), column customer: is empty",
            "row 9 (line 10), column text: is empty",
            "row 10 (line 11): a quote stands inside a value that is not in quotes; write the \
             value in quotes and each quote in it twice",
            r#"said 2026-01-31 C=208 {"customer_id":"C=208","text":"ok"}"#,
        ]
    );
}

#[test]
fn a_row_says_all_of_its_messages_or_none() {
    let mapping = Mapping::parse(
        r#"
        [ids]
        customer = "{customer}"
        [dates]
        issued = { column = "issued", format = "YYYY-MM-DD" }
        paid = { column = "paid", format = "YYYY-MM-DD" }
        [[message]]
        type = "issued"
        date = "{issued}"
        data = { customer_id = "{customer}" }
        [[message]]
        type = "paid"
        date = "{paid}"
        when = [{ column = "paid", differs = "" }]
        data = { customer_id = "{customer}", on = "{paid}" }
        "#,
    )
    .unwrap();
    let types: Vec<_> = mapping.types().collect();
    assert_eq!(types, ["issued", "paid"]);
    let file = "issued,customer,paid\n2026-01-01,C,2026-02-01\n2026-01-01,C,\n2026-01-01,C,soon\n";
    let said = read(&mapping, file);
    assert_eq!(said[0].as_ref().unwrap(), r#"issued 2026-01-01 C {"customer_id":"C"}"#);
    assert_eq!(
        said[1].as_ref().unwrap(),
        r#"paid 2026-02-01 C {"customer_id":"C","on":"2026-02-01"}"#
    );
    assert_eq!(said[2].as_ref().unwrap(), r#"issued 2026-01-01 C {"customer_id":"C"}"#);
    assert_eq!(
        said[3].as_ref().unwrap_err().to_string(),
        "row 4, column paid: `soon` is not a date written YYYY-MM-DD"
    );
    assert_eq!(said.len(), 4);
}

#[test]
fn conditions_ask_in_order_and_rows_are_refused_with_the_mappings_reason() {
    let asks = |when: &str| {
        let refuse = format!("[[refuse]]\nwhen = [{when}]\nreason = \"no\"\n{PLAIN}");
        let mapping = mapping(&refuse, "");
        move |value: &str| {
            let file = format!("customer,date,value\nC,2026-01-31,{value}\n");
            let said = read(&mapping, file).remove(0);
            said.map_err(|error| format!("{}: {}", error.column, error.reason)).err()
        }
    };
    let no = Some("value: no".to_owned());

    let above = asks("{ column = \"value\", above = \"0.10\" }");
    assert_eq!((above("0.1"), above("0.11")), (None, no.clone()));
    assert!(above("").unwrap().contains("is empty"));
    assert!(above("x").unwrap().contains("is not a number"));
    let below = asks("{ column = \"value\", below = 0 }");
    assert_eq!((below("0"), below("-0.01")), (None, no.clone()));
    let between = asks("{ column = \"value\", at_least = 1 }, { column = \"value\", at_most = 2 }");
    assert_eq!((between("0.9"), between("2.1")), (None, None));
    assert_eq!((between("1"), between("2.00")), (no.clone(), no.clone()));

    let guarded =
        asks("{ column = \"value\", empty = false }, { column = \"value\", at_most = 0 }");
    assert_eq!((guarded(""), guarded("1"), guarded("-1")), (None, None, no.clone()));
    let equals = asks("{ column = \"value\", equals = \"Yes\" }");
    assert_eq!((equals("yes"), equals(" Yes ")), (None, no.clone()));
    let differs = asks("{ column = \"value\", differs = \"Yes\" }");
    assert_eq!((differs("Yes"), differs("")), (None, no.clone()));
    let known = asks("{ column = \"value\", none_of = [\"a\", \"b\"] }");
    assert_eq!((known("a"), known("c")), (None, no.clone()));
    let listed = asks("{ column = \"value\", one_of = [\"a\", \"b\"] }");
    assert_eq!((listed("c"), listed("b")), (None, no));
}

#[test]
fn a_row_is_known_by_its_digest_where_it_has_no_number() {
    let mapping = mapping(
        "[digests]\nsame = [\"date\", \"text\"]\n[file]\nencoding = \"latin-1\"",
        "it = \"{same}\"\nrow = \"{row}\"",
    );
    let said = read(
        &mapping,
        b"customer,date,text\nC,2026-01-31,a\nC,2026-01-31, a \nC,2026-01-31,\xe9\nC,2026-01-31,\n",
    );
    let ids: Vec<_> =
        said.iter().map(|it| it.as_ref().unwrap().split('"').nth(7).unwrap()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_ne!(ids[2], ids[3]);
    // For ever: these ids stand in journals. 128 bits of the values, each after its length.
    let hash = Hash::of(b"\0\0\0\0\0\0\0\x0a2026-01-31\0\0\0\0\0\0\0\x01a").hex();
    assert_eq!((ids[0], ids[0]), (hash.get(..32).unwrap(), "306018e3928f0e3386143908b2696c7d"));
    assert!(said[3].as_ref().unwrap().ends_with(r#""row":"5"}"#));
}

#[test]
fn a_file_says_its_encoding_or_is_refused_by_column() {
    let bytes = b"customer,date,text\nC,2026-01-31,\xe9\x80\n";
    let text = |encoding: &str| {
        let mapping = mapping(&format!("[file]\nencoding = \"{encoding}\""), "text = \"{text}\"");
        read(&mapping, bytes).remove(0).map_err(|it| it.to_string())
    };
    assert_eq!(text("utf-8").unwrap_err(), "row 2, column text: is not text in utf-8");
    assert!(text("latin-1").unwrap().ends_with("\"é\u{80}\"}"));
    assert!(text("windows-1252").unwrap().ends_with("\"é€\"}"));
    let mapping = mapping("[file]\nencoding = \"windows-1252\"", "text = \"{text}\"");
    let said = read(&mapping, b"customer,date,text\nC,2026-01-31,\x81\n");
    assert!(said[0].as_ref().is_err_and(|it| it.reason == "is not text in windows-1252"));
}

#[test]
fn spaces_belong_to_a_value_only_if_the_mapping_says_so() {
    let file = " customer , date,text \n C ,2026-01-31,\u{a0}x \n";
    let said = read(&mapping("", "text = \"{text}\""), file);
    assert_eq!(said, [Ok(r#"said 2026-01-31 C {"customer_id":"C","text":"x"}"#.to_owned())]);
    let said = read(&mapping("[file]\ntrim = false", "text = \"{text}\""), file);
    let exact = "said 2026-01-31 =20C=20 {\"customer_id\":\"=20C=20\",\"text\":\"\u{a0}x \"}";
    assert_eq!(said, [Ok(exact.to_owned())]);
}

#[test]
fn an_id_longer_than_ids_may_be_is_refused_in_short() {
    let file = format!("customer,date\n{},2026-01-31\n", "é".repeat(10_000));
    let error = read(&mapping("", ""), file).remove(0).unwrap_err();
    assert_eq!(error.column, "customer");
    assert!(error.reason.contains("at most 64 bytes, this one has 60000"), "{error}");
    assert!(error.reason.len() < 250, "{error}");
}

#[track_caller]
fn not_opened(file: impl AsRef<[u8]>) -> String {
    Rows::open(&mapping("", ""), file.as_ref()).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_header_without_the_columns_of_the_mapping_is_an_error_before_the_first_row() {
    assert_eq!(
        not_opened("Customer,when\nC,2026-01-31\n"),
        "the file has no column `customer`, `date`; it has `Customer`, `when`"
    );
    assert_eq!(not_opened("customer,date,date\n"), "the file has more than one column `date`");
    assert!(not_opened("").contains("the file is empty"));
    assert!(not_opened("\u{feff}\n\n").contains("the file is empty"));
    assert!(not_opened(b"\xff\xfec\0u\0").contains("UTF-16"));
    assert!(not_opened(b"customer,\xe9,date\n").contains("column 2 is not text in utf-8"));
    assert!(not_opened("\"customer,date\n").contains("never closed"));
    assert!(not_opened(vec![b','; 100_000]).contains("more than 16384 columns"));
    // Columns nobody speaks of may be called anything.
    assert_eq!(read(&mapping("", ""), "x,customer,x,,date\n,C,,,2026-01-31\n").len(), 1);
}

#[test]
fn a_quote_that_is_never_closed_is_loud() {
    let mapping = mapping("", "");
    let file = "customer,date,text\nC,2026-01-31,a\nD,2026-01-31,\"a\nE,2026-01-31,a\n";
    let mut rows = Rows::open(&mapping, file.as_bytes()).unwrap();
    assert!(matches!(rows.next_row(), Ok(Some(Row::Messages(it))) if it.len() == 1));
    let error = rows.next_row().map(|_| ()).unwrap_err();
    assert!(matches!(error, FileError::QuoteNotClosed { line: 3, row: 3 }), "{error}");
    assert!(rows.next_row().unwrap().is_none());
}

#[test]
fn a_row_too_long_or_too_wide_is_refused_and_the_next_one_read() {
    let mapping = mapping("", "");
    let mut file = b"customer,date,text\nC,2026-01-31,".to_vec();
    file.resize(3 << 20, b'x');
    file.extend_from_slice(b"\nC,2026-01-31,a\n");
    file.resize(file.len() + 100_000, b',');
    file.extend_from_slice(b"\nC,2026-01-31,a\n");
    let said = read(&mapping, file);
    let reasons: Vec<_> = said.iter().map(|it| it.as_ref().err().map(|it| &*it.reason)).collect();
    assert!(reasons[0].is_some_and(|it| it.contains("more than 1048576 bytes")));
    assert!(reasons[2].is_some_and(|it| it.contains("more than 16384 columns")));
    assert!(reasons[1].is_none() && reasons[3].is_none() && said.len() == 4);
}

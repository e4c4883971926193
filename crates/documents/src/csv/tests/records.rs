use std::io::{self, Read};

use crate::csv::record::{COLUMNS_MAX, Dialect, Fault, RECORD_BYTES_MAX, Records};

const COMMAS: Dialect = Dialect { delimiter: b',', quotes: true };

/// All records of a file with their numbers, lines and faults.
pub(super) fn all(
    file: impl Read,
    dialect: Dialect,
) -> Vec<(u64, u64, Vec<String>, Option<Fault>)> {
    let mut records = Records::new(file, dialect);
    records.skip_mark("\u{feff}".as_bytes()).unwrap();
    let mut all = Vec::new();
    while records.advance().unwrap() {
        let record = records.record();
        let text = |at| String::from_utf8_lossy(record.value(at).unwrap()).into_owned();
        all.push((record.number, record.line, (0..record.len()).map(text).collect(), record.fault));
    }
    all
}

#[track_caller]
fn values(file: &str) -> Vec<Vec<String>> {
    all(file.as_bytes(), COMMAS)
        .into_iter()
        .map(|(.., values, fault)| {
            assert_eq!(fault, None, "{file:?}");
            values
        })
        .collect()
}

/// Gives a byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = into.len().min(1);
        self.0.read(&mut into[..count])
    }
}

#[test]
fn all_line_ends_are_line_ends_and_the_last_may_be_missing() {
    for file in
        ["a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d", "a,b\nc,d", "\u{feff}a,b\n\n\r\n\nc,d\n\n"]
    {
        assert_eq!(values(file), [["a", "b"], ["c", "d"]], "{file:?}");
    }
    assert_eq!(values(""), [[""; 0]; 0]);
    assert_eq!(values("\u{feff}"), [[""; 0]; 0]);
    assert_eq!(values("a,\n,\n\"\"\n"), [vec!["a", ""], vec!["", ""], vec![""]]);
}

#[test]
fn quotes_enclose_delimiters_line_breaks_and_quotes() {
    assert_eq!(values("\"a,b\",\"c\nd\",\"\"\"e\"\"\"\n"), [["a,b", "c\nd", "\"e\""]]);
    assert_eq!(values("\u{feff}\"a\",\"\"\r\n"), [["a", ""]]);
    let file = "\"a\r\nb\",\"c\"\"d\"\r\n\r\n\"e\n\",f\n";
    let slow = all(Slow(file.as_bytes()), COMMAS);
    assert_eq!(slow, all(file.as_bytes(), COMMAS));
    let places: Vec<_> = slow.iter().map(|it| (it.0, it.1)).collect();
    assert_eq!(places, [(1, 1), (3, 4)]);
}

#[test]
fn quotes_in_the_wrong_place_are_faults_of_their_row_alone() {
    let faults = |file: &str| -> Vec<_> {
        all(file.as_bytes(), COMMAS).into_iter().map(|it| it.3).collect()
    };
    assert_eq!(faults("7\" pipe,x\na,b\n"), [Some(Fault::QuoteInside), None]);
    assert_eq!(faults("a, \"b\"\na,b\n"), [Some(Fault::QuoteInside), None]);
    assert_eq!(faults("\"a\" ,b\na,b\n"), [Some(Fault::TextAfterQuote), None]);
    assert_eq!(faults("\"a\"\"b,c\"d\na,b\n"), [Some(Fault::TextAfterQuote), None]);
    assert_eq!(faults("a,b\na,\"b\nc,d\n"), [None, Some(Fault::NotClosed(2))]);
    assert_eq!(faults("a,\"b\"\"\n"), [Some(Fault::NotClosed(1))]);
}

#[test]
fn without_quoting_a_quote_is_a_character() {
    let tabs = Dialect { delimiter: b'\t', quotes: false };
    let all = all("\"a\t7\" pipe\n\"".as_bytes(), tabs);
    assert_eq!(all[0].2, ["\"a", "7\" pipe"]);
    assert_eq!(all[1].2, ["\""]);
    assert!(all.iter().all(|it| it.3.is_none()));
}

#[test]
fn what_is_too_long_or_too_wide_is_a_fault_of_its_row_alone_and_takes_no_memory() {
    let long = io::repeat(b'x').take(64 << 20);
    let quoted = b"\n\"".chain(io::repeat(b',').take(64 << 20)).chain(&b"\"\n"[..]);
    let wide = io::repeat(b',').take(10_000_000).chain(&b"\na,b\n"[..]);
    let mut records = Records::new(long.chain(quoted).chain(wide), COMMAS);
    for fault in [Some(Fault::TooLong), Some(Fault::TooLong), Some(Fault::TooWide), None] {
        assert!(records.advance().unwrap());
        assert_eq!(records.record().fault, fault);
        assert!(records.record().memory() < 4 * RECORD_BYTES_MAX, "{}", records.record().memory());
    }
    assert!(!records.advance().unwrap());

    let most = vec!["x"; COLUMNS_MAX].join(",");
    assert_eq!(values(&most)[0].len(), COLUMNS_MAX);
    let longest = "x".repeat(RECORD_BYTES_MAX);
    assert_eq!(values(&longest)[0][0], longest);
}

#[test]
fn progress_counts_bytes() {
    let mut records = Records::new("a,b\nc,d\n".as_bytes(), COMMAS);
    assert_eq!(records.bytes_read(), 0);
    records.advance().unwrap();
    assert_eq!(records.bytes_read(), 4);
    while records.advance().unwrap() {}
    assert_eq!(records.bytes_read(), 8);
}

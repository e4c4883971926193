use super::one;

const PIPE: &str = "[file]\ndelimiter = \"|\"\n";

#[track_caller]
fn amount(file: &str, amount: &str, value: &str) -> Result<String, String> {
    let before = format!("{PIPE}{file}\n[amounts]\nit = {{ column = \"value\", {amount} }}");
    let json = one(&before, "it = \"{it}\"", value)?;
    let money = json.strip_prefix(r#"{"it":{"amount":""#).unwrap().strip_suffix("\"}}").unwrap();
    Ok(money.replace(r#"","currency":""#, " "))
}

#[track_caller]
fn refused(result: Result<String, String>, reason: &str) {
    let error = result.unwrap_err();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn an_amount_has_all_decimals_or_none_unless_the_mapping_says_otherwise() {
    let eur = |value| amount("", "currency = \"EUR\"", value);
    assert_eq!(eur("672.70").unwrap(), "672.70 EUR");
    assert_eq!(eur("672").unwrap(), "672.00 EUR");
    assert_eq!(eur("-0.00").unwrap(), "0.00 EUR");
    refused(
        eur("672.7"),
        "`672.7` has too few decimals, EUR has 2; `scale = \"pad\"` would add zeros",
    );
    refused(
        eur("672.705"),
        "`672.705` has 3 decimals and EUR has 2; `round` would have to say how",
    );

    let padded = |value| amount("", "currency = \"EUR\", scale = \"pad\"", value);
    assert_eq!(padded("672.7").unwrap(), "672.70 EUR");
    refused(padded("672.705"), "has 3 decimals");
    assert_eq!(amount("", "currency = \"JPY\", scale = \"pad\"", "672").unwrap(), "672 JPY");
    assert_eq!(amount("", "currency = \"KWD\", scale = \"pad\"", "6.5").unwrap(), "6.500 KWD");

    for (round, rounded) in [("half_up", "0.13"), ("half_even", "0.12"), ("down", "0.12")] {
        let round = format!("currency = \"EUR\", round = \"{round}\"");
        assert_eq!(amount("", &round, "0.125").unwrap(), format!("{rounded} EUR"));
        refused(amount("", &round, "0.1"), "too few decimals");
    }
}

#[test]
fn an_amount_may_be_turned_round() {
    let signed =
        |sign: &str, value| amount("", &format!("currency = \"EUR\", sign = \"{sign}\""), value);
    assert_eq!(signed("as_written", "-1.00").unwrap(), "-1.00 EUR");
    assert_eq!(signed("absolute", "-1.00").unwrap(), "1.00 EUR");
    assert_eq!(signed("absolute", "1.00").unwrap(), "1.00 EUR");
    assert_eq!(signed("negated", "-1.00").unwrap(), "1.00 EUR");
    assert_eq!(signed("negated", "1.00").unwrap(), "-1.00 EUR");
}

#[test]
fn no_lenient_spelling_of_a_number_is_taken() {
    for value in [
        "1e5",
        "1_000",
        "1.",
        ".5",
        "+1",
        "1,5",
        "1 000",
        "NaN",
        "٣",
        "１",
        "1.2.3",
        "--1",
        "-",
        "1-",
        "(1)",
        "0x1",
        "∞",
        "1.190,00",
        "$1",
        "12345678901234567890123456789",
        "0.00000000000000000000000000001",
    ] {
        refused(amount("", "currency = \"EUR\", round = \"down\"", value), "is not a number");
    }
    refused(amount("", "currency = \"EUR\"", "99999999999999999999"), "out of range in EUR");
    refused(amount("", "currency = \"EUR\"", ""), "column value: is empty");
    refused(amount("", "currency_column = \"value\"", "12"), "no currency code");
}

#[test]
fn thousands_are_groups_of_three_or_not_set_apart() {
    let french = "decimal_mark = \",\"\nthousands = \" \"";
    let eur = |value| amount(french, "currency = \"EUR\"", value);
    for value in ["1234567,80", "1 234 567,80", "1\u{a0}234\u{202f}567,80"] {
        assert_eq!(eur(value).unwrap(), "1234567.80 EUR");
    }
    for value in
        ["1 23", "1  234", " 1", "1234 567", "1 234 ", "1,234 567", "12 34,00", "1.00", " "]
    {
        assert!(eur(value).is_err() || value.trim() != value, "{value}");
    }
    let english = "thousands = \",\"";
    assert_eq!(amount(english, "currency = \"EUR\"", "-1,234.50").unwrap(), "-1234.50 EUR");
    // Not 15 euros.
    refused(amount(english, "currency = \"EUR\"", "1,5"), "`,` between thousands");
    refused(amount(english, "currency = \"EUR\"", "1,50"), "is not a number");
}

#[track_caller]
fn date(format: &str, value: &str) -> Result<String, String> {
    let before = PIPE;
    let data = "it = \"{it}\"\n[dates.it]\ncolumn = \"value\"\n";
    let json = one(before, &format!("{data}{format}"), value)?;
    Ok(json.trim_matches(['{', '}']).trim_start_matches("\"it\":").trim_matches('"').to_owned())
}

#[test]
fn dates_are_read_as_the_mapping_says_they_are_written() {
    for (format, value, day) in [
        ("M/D/YYYY", "1/26/2013", "2013-01-26"),
        ("M/D/YYYY", "12/6/2013", "2013-12-06"),
        ("MM/DD/YYYY", "01/06/2013", "2013-01-06"),
        ("DD-MM-YYYY HH:MM", "26-04-2011 11:50", "2011-04-26"),
        ("DD-Mon-YY", "09-Jul-11", "2011-07-09"),
        ("DD-Mon-YY", "09-JUL-69", "1969-07-09"),
        ("YYYYMMDD", "20240229", "2024-02-29"),
        ("YYYY-MM-DDTHH:MM:SS", "2024-02-29T23:59:59", "2024-02-29"),
        ("D.M.YY", "1.2.03", "2003-02-01"),
    ] {
        assert_eq!(date(&format!("format = \"{format}\""), value).unwrap(), day);
    }
    for (format, value) in [
        ("M/D/YYYY", "13/1/2013"),
        ("M/D/YYYY", "2/30/2013"),
        ("M/D/YYYY", "1/26/13"),
        ("M/D/YYYY", "1/26/2013 "),
        ("M/D/YYYY", "001/26/2013"),
        ("MM/DD/YYYY", "1/26/2013"),
        ("DD-MM-YYYY HH:MM", "26-04-2011"),
        ("DD-MM-YYYY HH:MM", "26-04-2011 24:00"),
        ("DD-Mon-YY", "09-Juli-11"),
        ("DD-Mon-YY", "09-Jué-11"),
        ("YYYYMMDD", "２0240229"),
    ] {
        let file = format!("format = \"{format}\"");
        let result = date(&file, value);
        assert!(result.is_err() || value.ends_with(' '), "{format} {value}");
    }
    refused(date("format = \"YYYYMMDD\"", "18991231"), "out of range");
}

#[test]
fn days_are_added_to_a_date() {
    let plus =
        |days: &str, value| date(&format!("format = \"YYYY-MM-DD\"\nplus_days = {days}"), value);
    assert_eq!(plus("30", "2024-01-31").unwrap(), "2024-03-01");
    assert_eq!(plus("-31", "2024-01-31").unwrap(), "2023-12-31");
    refused(plus("73000", "2024-01-31"), "out of range");
    refused(plus("9223372036854775807", "2024-01-31"), "give no date");

    let days = |value| {
        let column = "column = \"date\"\nformat = \"YYYY-MM-DD\"\nplus_days = \"value\"";
        one(PIPE, &format!("it = \"{{it}}\"\n[dates.it]\n{column}"), value)
    };
    assert_eq!(days("-3").unwrap(), r#"{"it":"2026-01-28"}"#);
    assert_eq!(days("3.0").unwrap(), r#"{"it":"2026-02-03"}"#);
    refused(days("3.5"), "column value: `3.5` is not a number of whole days");
    refused(days("1e3"), "is not a number");
    refused(days(""), "column value: is empty");
}

#[test]
fn text_is_never_a_formula_and_never_breaks_the_json() {
    let text = |value| one(PIPE, "it = \"{value}\"", value).unwrap();
    assert_eq!(text("=HYPERLINK(\"http://x\")"), r#"{"it":"=HYPERLINK(\"http://x\")"}"#);
    assert_eq!(text("a\nb\u{1}\\é€"), "{\"it\":\"a\\nb\\u0001\\\\é€\"}");
    assert_eq!(text("\",\"customer_id\":\"X"), r#"{"it":"\",\"customer_id\":\"X"}"#);
}

#[test]
fn a_word_of_the_file_becomes_one_of_ours() {
    let word = |more: &str, value| {
        let words = "words = { SEPA = \"transfer\", DD = \"direct_debit\" }";
        let before = format!("{PIPE}[words]\nit = {{ column = \"value\", {words}{more} }}");
        one(&before, "it = \"{?it}\"", value)
    };
    assert_eq!(word("", "SEPA").unwrap(), r#"{"it":"transfer"}"#);
    assert_eq!(word("", "").unwrap(), "{}");
    refused(word("", "sepa"), "column value: `sepa` is none of `DD`, `SEPA`");
    assert_eq!(word(", otherwise = \"other\"", "?").unwrap(), r#"{"it":"other"}"#);
    assert_eq!(word(", otherwise = \"other\"", "").unwrap(), r#"{"it":"other"}"#);
}

#[test]
fn what_is_optional_and_empty_is_left_out_with_what_it_leaves_empty() {
    let data = "it = { its = \"{?value}\" }\nlist = [{ it = \"{?value}\" }]\ntext = \"<{?value}>\"";
    assert_eq!(one(PIPE, data, "").unwrap(), "{}");
    let all = r#"{"it":{"its":"x"},"list":[{"it":"x"}],"text":"<x>"}"#;
    assert_eq!(one(PIPE, data, "x").unwrap(), all);
}

#[test]
fn a_whole_number_is_written_as_one_and_what_is_left_out_is_left_out() {
    let number = |value| {
        let before = format!("{PIPE}[numbers]\nit = \"value\"");
        one(&before, "it = \"{it}\"\nlayer = 1", value)
    };
    assert_eq!(number("-20").unwrap(), r#"{"it":-20,"layer":1}"#);
    assert_eq!(number("30.0").unwrap(), r#"{"it":30,"layer":1}"#);
    refused(number("30.5"), "`30.5` is not a whole number");
    refused(number("many"), "`many` is not a number");
    refused(number(""), "empty");
}

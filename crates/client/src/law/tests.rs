mod imputation;

use clap::Parser as _;
use serde_json::{Value, json};

use super::*;
/// As it is typed.
#[derive(clap::Parser)]
struct Typed {
    #[command(subcommand)]
    law: Law,
}

fn run_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<String, Trouble> {
    let asked = Typed::try_parse_from(["law"].into_iter().chain(words)).unwrap().law;
    tokio::runtime::Runtime::new().unwrap().block_on(asked.run())
}

fn run(line: &str) -> Result<String, Trouble> {
    run_words(line.split_whitespace())
}

fn json_of(line: &str) -> Value {
    serde_json::from_str(&run(&format!("{line} --json")).unwrap()).unwrap()
}

const EXPLAIN: &str =
    "explain --jurisdiction FR --amount 10000.00 --due 2025-05-31 --until 2025-08-31";

#[test]
fn interest_is_explained_line_by_line() {
    let text = run(EXPLAIN).unwrap();
    for said in ["314.47 EUR", "40.00 EUR", "108.0821917808", "13.15", "act/365", "L441-10 II"] {
        assert!(text.contains(said), "{said} is not in:\n{text}");
    }
    let said = json_of(&format!("{EXPLAIN} --paid 2025-07-15=4000.00"));
    assert_eq!(said["regime"], "FR_DEFAULT");
    assert_eq!(said["lines"][2]["base"], json!({"amount": "6000.00", "currency": "EUR"}));
    assert_eq!(said["lines"][2]["days"], 47);
    assert_eq!(said["rules"].as_array().unwrap().len(), 4);
}

#[test]
fn an_agreed_rate_below_the_floor_is_warned_about() {
    let said = json_of(&format!("{EXPLAIN} --regime contract --rate 9"));
    assert_eq!(said["warnings"].as_array().unwrap().len(), 1);
    let british = "explain --jurisdiction GB --currency GBP --amount 5000 --due 2025-06-15 \
                   --until 2025-09-24";
    let said = json_of(british);
    assert_eq!(said["interest"], json!({"amount": "176.40", "currency": "GBP"}));
    assert_eq!(said["fixed_sum"], json!({"amount": "70.00", "currency": "GBP"}));
}

#[test]
fn what_cannot_be_explained_is_said() {
    for (line, why) in [
        (EXPLAIN.replace("10000.00", "ten"), "--amount: "),
        (EXPLAIN.replace("10000.00", "0"), "--amount: 0.00 EUR is not more than nothing"),
        (format!("{EXPLAIN} --regime contract"), "--regime: a contract has a rate"),
        (EXPLAIN.replace("2025-05-31", "2004-05-31"), "no margin of FR is known"),
    ] {
        let trouble = run(&line).unwrap_err();
        assert!(matches!(trouble, Trouble::Usage(_)));
        assert!(trouble.to_string().starts_with(why), "{trouble}");
    }
    assert!(dated("2025-07-15").is_err() && dated("15/07/2025=1").is_err());
}

#[test]
fn rates_of_a_day_come_with_the_reference_they_rest_on() {
    let said = json_of("rates --jurisdiction FR --on 2025-07-01");
    let rules: Vec<_> =
        said["rules"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    for rule in ["ecb_main_refinancing", "legal_rate", "margin", "fixed_sum", "terms_max"] {
        assert!(rules.contains(&rule), "{rule} is not in {rules:?}");
    }
    assert!(!rules.contains(&"base_rate") && !rules.contains(&"claim_filing"));
}

#[test]
fn deadlines_are_listed_and_counted() {
    let listed = json_of("deadlines");
    assert_eq!(listed["rules"].as_array().unwrap().len(), 12);
    let counted = json_of("deadlines --jurisdiction FR --event 2025-12-31");
    let claim = &counted["deadlines"][0];
    assert_eq!(
        (&claim["rule"], &claim["last_day"]),
        (&json!("claim_filing"), &json!("2026-03-02"))
    );
    assert_eq!(claim["moved_by"], "Saturday");
}

//! Every published rate, both ways, when the public lists lie beside the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{day, number};
use crate::{Jurisdiction, Rule, Table};

/// The lines of a list after its head; says so when the folder of public data is not there.
#[expect(clippy::print_stderr, reason = "a test that compares with nothing must say so")]
fn list(name: &str) -> Option<Vec<Vec<String>>> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/reference").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("NOTE: {} is not there; the rates were NOT compared with it", path.display());
        return None;
    };
    let fields = |line: &str| line.split(',').map(str::to_owned).collect();
    Some(text.lines().skip(1).map(fields).collect())
}

/// A column of a list by its first day; `None` where no rate was in force.
fn column(lines: &[Vec<String>], from: usize, rate: usize) -> BTreeMap<NaiveDate, Option<Decimal>> {
    let rate = |line: &Vec<String>| (!line[rate].is_empty()).then(|| number(&line[rate]));
    lines.iter().map(|line| (day(&line[from]), rate(line))).collect()
}

/// Every row begins when the list has a change to its value, holds until the next change, and no
/// change since `since` is left out. Rows marked derived are ours.
fn agree(
    rule: Rule,
    jurisdiction: Jurisdiction,
    listed: &BTreeMap<NaiveDate, Option<Decimal>>,
    since: &str,
) {
    let table = Table::shipped();
    for row in table.of(rule, jurisdiction).filter(|row| !row.source.contains("derived")) {
        let given = listed.get(&row.from).copied().flatten();
        assert_eq!(given, Some(row.value), "{rule} from {}", row.from);
        let change = listed.range(row.from..).nth(1).map(|(on, _)| *on);
        if let (Some(to), Some(change)) = (row.to, change) {
            assert!(to < change, "{rule} from {} goes beyond {change}", row.from);
        }
    }
    for (from, rate) in listed.range(day(since)..) {
        match rate {
            Some(rate) => {
                let row =
                    table.on(rule, jurisdiction, *from).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!((row.from, row.value), (*from, *rate), "{rule} on {from}");
            }
            None => assert!(table.on(rule, jurisdiction, *from).is_err(), "{rule} on {from}"),
        }
    }
}

#[test]
fn the_rate_of_the_ecb_agrees_with_the_public_list() {
    let Some(lines) = list("ecb-main-refinancing-rate.csv") else { return };
    let listed = column(&lines, 0, 1);
    agree(Rule::EcbMainRefinancing, Jurisdiction::Union, &listed, "1999-01-01");
    let Some(lines) = list("ecb-key-rates-2019-2025.csv") else { return };
    for (from, rate) in column(&lines, 0, 2) {
        let row = Table::shipped().on(Rule::EcbMainRefinancing, Jurisdiction::Union, from);
        assert_eq!(row.ok().map(|row| row.value), rate, "{from}");
    }
}

#[test]
fn the_bank_rate_agrees_with_the_public_list() {
    let Some(lines) = list("bank-of-england-bank-rate.csv") else { return };
    agree(Rule::BankRate, Jurisdiction::UnitedKingdom, &column(&lines, 0, 1), "2001-11-08");
}

#[test]
fn the_german_base_rate_agrees_with_the_public_list() {
    let Some(lines) = list("bgb-247-basiszinssatz.csv") else { return };
    agree(Rule::BaseRate, Jurisdiction::Germany, &column(&lines, 0, 1), "2002-01-01");
}

#[test]
fn the_french_legal_rates_agree_with_the_public_list() {
    let Some(lines) = list("fr-taux-interet-legal.csv") else { return };
    let [france, union] = [Jurisdiction::France, Jurisdiction::Union];
    agree(Rule::LegalRate, france, &column(&lines, 1, 3), "2021-01-01");
    agree(Rule::LegalRateIndividual, france, &column(&lines, 1, 2), "2021-01-01");
    for (from, rate) in column(&lines, 1, 4) {
        let row = Table::shipped().on(Rule::EcbMainRefinancing, union, from);
        assert_eq!(row.ok().map(|row| row.value), rate, "{from}");
    }
}

//! The table of ISO 4217 and how a currency is written.

use std::fs;
use std::path::Path;

use super::money;
use crate::{Currency, CurrencyError};

#[test]
fn the_currencies_that_trade_is_written_in_are_known() {
    for (code, number, minor_units, name) in [
        ("EUR", 978, 2, "Euro"),
        ("USD", 840, 2, "US Dollar"),
        ("GBP", 826, 2, "Pound Sterling"),
        ("CHF", 756, 2, "Swiss Franc"),
        ("JPY", 392, 0, "Yen"),
        ("KWD", 414, 3, "Kuwaiti Dinar"),
        ("CAD", 124, 2, "Canadian Dollar"),
        ("SEK", 752, 2, "Swedish Krona"),
        ("CLF", 990, 4, "Unidad de Fomento"),
        ("ALL", 8, 2, "Lek"),
    ] {
        let currency: Currency = code.parse().expect("a currency");
        assert_eq!(
            (currency.code(), currency.number(), currency.minor_units(), currency.name()),
            (code, number, minor_units, name)
        );
    }
}

#[test]
fn the_table_is_in_order_and_every_look_up_finds_its_row() {
    assert_eq!(Currency::EVERY.len(), 166);
    assert!(Currency::EVERY.is_sorted_by(|left, right| left < right && left.code() < right.code()));
    for currency in Currency::EVERY {
        assert_eq!(currency.code().parse(), Ok(*currency));
        assert_eq!(Currency::from_number(currency.number()), Some(*currency));
        assert!(currency.minor_units() <= 4 && !currency.name().is_empty());
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that compares with nothing must say so")]
fn the_table_agrees_with_the_public_list() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/reference/iso-4217-minor-units.csv");
    let Ok(list) = fs::read_to_string(&path) else {
        eprintln!("NOTE: {} is not there; currencies were NOT compared with it", path.display());
        return;
    };
    let mut listed = 0;
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.splitn(4, ',').collect();
        let code: Result<Currency, CurrencyError> = fields[0].parse();
        if fields[2] == "N.A." {
            assert!(code.is_err(), "{line}");
            continue;
        }
        let currency = code.expect("a listed currency");
        listed += 1;
        assert_eq!(format!("{:03}", currency.number()), fields[1]);
        assert_eq!(currency.minor_units().to_string(), fields[2]);
        assert_eq!(currency.name(), fields[3].trim_matches('"').trim());
    }
    assert_eq!(listed, Currency::EVERY.len());
}

#[test]
fn a_code_is_three_capital_letters() {
    for text in ["", "EU", "EURO", "eur", "Eur", " EUR", "EUR ", "€", "ÉUR", "978", "E\0R"] {
        let error = text.parse::<Currency>().expect_err("no code");
        assert_eq!(error, CurrencyError::Shape { given: text.to_owned() });
    }
    for text in ["XXX", "XAU", "DEM", "ZZZ", "AAA"] {
        let error = text.parse::<Currency>().expect_err("no current currency");
        assert!(error.to_string().starts_with(&format!("unknown currency {text}:")), "{error}");
    }
    let endless = "X".repeat(10_000).parse::<Currency>().expect_err("no code").to_string();
    assert!(endless.len() < 150, "{endless}");
}

#[test]
fn serde_writes_the_code_for_people_and_the_iso_number_for_machines() {
    assert_eq!(serde_json::to_string(&Currency::EUR).expect("a string"), "\"EUR\"");
    assert_eq!(serde_json::from_str::<Currency>("\"EUR\"").expect("a code"), Currency::EUR);
    assert!(serde_json::from_str::<Currency>("978").is_err());
    let error = serde_json::from_str::<Currency>("\"XYZ\"").expect_err("unknown");
    assert!(error.to_string().starts_with("unknown currency XYZ"), "{error}");
    for currency in Currency::EVERY {
        let bytes = postcard::to_stdvec(currency).expect("a number");
        assert_eq!(bytes, postcard::to_stdvec(&currency.number()).expect("a number"));
        assert_eq!(postcard::from_bytes(&bytes), Ok(*currency));
    }
    let none = postcard::to_stdvec(&999_u16).expect("a number");
    assert!(postcard::from_bytes::<Currency>(&none).is_err());
}

#[test]
fn a_currency_is_one_byte_and_an_amount_sixteen() {
    assert_eq!(size_of::<Currency>(), 1);
    assert_eq!(size_of_val(&money("1.00 EUR")), 16);
    assert_eq!(size_of::<Option<crate::Money>>(), 16);
}

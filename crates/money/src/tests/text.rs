//! The canonical spelling and serde.

use proptest::prelude::*;

use super::{any_money, money};
use crate::{Currency, CurrencyError, Money, MoneyTextError};

#[test]
fn an_amount_is_written_with_all_its_decimals() {
    for (minor, currency, text) in [
        (120_000, Currency::EUR, "1200.00 EUR"),
        (-5, Currency::EUR, "-0.05 EUR"),
        (0, Currency::EUR, "0.00 EUR"),
        (0, Currency::JPY, "0 JPY"),
        (-1200, Currency::JPY, "-1200 JPY"),
        (1, Currency::KWD, "0.001 KWD"),
        (12_345, Currency::CLF, "1.2345 CLF"),
        (i64::MAX, Currency::EUR, "92233720368547758.07 EUR"),
        (-i64::MAX, Currency::CLF, "-922337203685477.5807 CLF"),
        (-i64::MAX, Currency::JPY, "-9223372036854775807 JPY"),
    ] {
        let money = Money::new(minor, currency);
        assert_eq!(money.to_string(), text);
        assert_eq!(money.text().as_str(), text);
        assert_eq!(text.parse(), Ok(money));
    }
    assert_eq!(
        format!("{:>12}|{:<10}|", money("1.00 EUR"), money("7 JPY")),
        "    1.00 EUR|7 JPY     |"
    );
}

#[test]
fn an_amount_has_one_spelling_only() {
    for text in [
        "",
        " ",
        "EUR",
        " EUR",
        "1200.00",
        "1200 EUR",
        "1200.0 EUR",
        "1200.000 EUR",
        "01.00 EUR",
        "-0.00 EUR",
        "+1.00 EUR",
        "--1.00 EUR",
        ".50 EUR",
        "1. EUR",
        "1.00  EUR",
        "1.00EUR",
        "1.00 EUR ",
        " 1.00 EUR",
        "1,00 EUR",
        "1.00\tEUR",
        "1.0a EUR",
        "1.٣ EUR",
        "12.00 JPY",
        "1..00 EUR",
        "EUR 1.00",
        "1e5 JPY",
        "1_000 JPY",
        "-.50 EUR",
        "- JPY",
        "-00 JPY",
        "00 JPY",
        "1.00 É",
    ] {
        match text.parse::<Money>() {
            Err(MoneyTextError::Shape { given }) => assert_eq!(given, text),
            other => panic!("{text:?}: {other:?}"),
        }
    }
    for text in
        ["9223372036854775808 JPY", "-9223372036854775808 JPY", "99999999999999999999.00 EUR"]
    {
        assert_eq!(
            text.parse::<Money>(),
            Err(MoneyTextError::OutOfRange { given: text.to_owned() })
        );
    }
    for code in ["eur", "€", "E R"] {
        let shape = CurrencyError::Shape { given: code.to_owned() };
        assert_eq!(format!("1.00 {code}").parse::<Money>(), Err(MoneyTextError::Currency(shape)));
    }
    let unknown = CurrencyError::Unknown { given: "XXX".to_owned() };
    assert_eq!("1.00 XXX".parse::<Money>(), Err(MoneyTextError::Currency(unknown)));
    let endless = "9".repeat(10_000).parse::<Money>().expect_err("no amount").to_string();
    assert!(endless.len() < 200, "{endless}");
}

#[test]
fn serde_writes_text_for_people_and_integers_for_machines() {
    let amount = money("1200.00 EUR");
    assert_eq!(serde_json::to_string(&amount).expect("a string"), "\"1200.00 EUR\"");
    assert_eq!(serde_json::from_str::<Money>("\"1200.00 EUR\"").expect("an amount"), amount);
    assert_eq!(serde_json::from_str::<Money>("\"1200.0\\u0030 EUR\"").expect("escaped"), amount);
    for json in ["1200", "1200.00", "null", "\"1200 EUR\"", "[120000,978]"] {
        assert!(serde_json::from_str::<Money>(json).is_err(), "{json}");
    }
    let bytes = postcard::to_stdvec(&amount).expect("two integers");
    assert_eq!(bytes, postcard::to_stdvec(&(120_000_i64, 978_u16)).expect("two integers"));
    assert_eq!(postcard::from_bytes(&bytes), Ok(amount));
    for bad in [(i64::MIN, 978_u16), (1, 999)] {
        let bytes = postcard::to_stdvec(&bad).expect("two integers");
        assert!(postcard::from_bytes::<Money>(&bytes).is_err(), "{bad:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_is_written_is_read_back(money in any_money()) {
        prop_assert_eq!(money.to_string().parse(), Ok(money));
        let bytes = postcard::to_stdvec(&money).expect("two integers");
        prop_assert_eq!(postcard::from_bytes(&bytes), Ok(money));
    }

    #[test]
    fn what_is_read_is_written_back(text in "-?[0-9]{1,20}(\\.[0-9]{1,4})? (EUR|JPY|KWD|CLF)") {
        if let Ok(money) = text.parse::<Money>() {
            prop_assert_eq!(money.to_string(), text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}|[-0-9. EURJPY]{0,30}") {
        if let Ok(money) = text.parse::<Money>() {
            prop_assert_eq!(money.to_string(), text);
        }
    }

    #[test]
    fn the_text_agrees_with_the_decimal(money in any_money()) {
        prop_assert_eq!(money.to_string(), format!("{} {}", money.decimal(), money.currency()));
    }
}

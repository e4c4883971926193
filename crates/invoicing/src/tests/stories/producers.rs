//! What producers send, and what they are told when it cannot be.

use crate::{Command, Invalid, Kind, tests::say::*};

fn errors(kind: Kind, data: &str) -> Vec<String> {
    let Err(Invalid(errors)) = Command::read(kind, data.as_bytes()) else { return vec![] };
    errors.iter().map(|it| format!("{}: {}", it.field, it.reason)).collect()
}

fn first(kind: Kind, data: &str) -> String {
    errors(kind, data).into_iter().next().unwrap_or_default()
}

#[test]
fn every_command_is_read_as_it_is_written() {
    let commands = [
        register(crate::CustomerData { segment: reference("SME"), ..customer() }),
        amend(customer()),
        invoice("F-1", "100.00", "01-10"),
        correct(bill("F-1", "100.00", "01-10")),
        cancel("F-1", "01-10"),
        credit("A-1", "F-1", "30.00", "01-10"),
        cancel_credit("A-1", "01-10"),
        payment_for("P-1", "30.00", "01-10", &["F-1 10.00", "F-2"]),
        bounce("P-1", "01-10"),
        refund("R-1", "P-1", "1.00", "01-10"),
        release("P-1", "01-10"),
        allocate("P-1", "F-1", "1.00"),
        withdraw("A-1", "F-1"),
        dispute("D-1", "F-1", Some("5.00"), "01-10"),
        resolve("D-1", events::invoicing::DisputeOutcome::Settled, "01-10"),
        promise("V-1", "5.00", "01-10", "01-20", &["F-1"]),
        withdraw_promise("V-1", "01-10"),
        plan("L-1", "01-10", &["F-1"], &[("02-01", "5.00")]),
        cancel_plan("L-1", "01-10"),
        give_up("W-1", "F-1", None, "01-10"),
        approve("W-1", "bert", "01-10"),
        reject("W-1", "bert", "01-10"),
        Command::AdoptPolicy(Box::default()),
        terms("CGV-1", "01-01", None),
    ];
    let commands: Vec<_> = commands.into_iter().chain(super::assignments::every_ask()).collect();
    assert_eq!(commands.len(), Kind::ALL.len());
    let mut digests = std::collections::BTreeSet::new();
    for command in commands {
        let kind = command.kind().unwrap();
        assert_eq!(Kind::of_type(kind.ce_type()), Some(kind));
        assert_eq!(Command::read(kind, &command.write()).as_ref(), Ok(&command));
        assert!(digests.insert(command.digest()));
    }
}

#[test]
fn a_digest_stays_the_same_for_ever() {
    assert_eq!(format!("{:016x}", invoice("F-1", "100.00", "01-10").digest()), "48378b0f1e188d6f");
}

#[test]
fn amounts_that_could_mean_two_things_are_refused() {
    let with = |amount: &str| {
        first(
            Kind::IssueInvoice,
            &format!(
                r#"{{"customer_id":"C-1","invoice_id":"F-1","issue_date":"2026-01-10",
                    "gross":{{"amount":{amount},"currency":"EUR"}}}}"#
            ),
        )
    };
    assert_eq!(with(r#""100.00""#), "");
    for broken in [
        r#""1e5""#,
        r#""1_000""#,
        r#""1.""#,
        r#"".5""#,
        r#""+1""#,
        r#""1,5""#,
        r#""NaN""#,
        r#""""#,
        r#""0.00000000000000000000000000001""#,
        r#""1.2""#,
        r#""٣""#,
        r#""-0""#,
        "100",
        "1.5",
        "null",
        r#""9999999999999999""#,
    ] {
        assert!(with(broken).starts_with("gross"), "{broken}: {}", with(broken));
    }
}

#[test]
fn a_form_that_cannot_be_read_names_its_field() {
    let invoice = |rest: &str| {
        first(
            Kind::IssueInvoice,
            &format!(
                r#"{{"customer_id":"C-1","invoice_id":"F-1","issue_date":"2026-01-10",
                    "gross":{{"amount":"100.00","currency":"EUR"}}{rest}}}"#
            ),
        )
    };
    for (rest, field) in [
        (r#","due_date":"2026-02-30""#, "due_date: `2026-02-30` is not a date"),
        (r#","due_date":"2226-02-01""#, "due_date: 2226-02-01 is out of range"),
        (
            r#","due_date":"2026-01-09""#,
            "due_date: 2026-01-09 is before the day of issue 2026-01-10",
        ),
        (r#","order":"""#, "order: a reference has 1 to 64 bytes"),
        (r#","colour":"red""#, "colour: unknown field `colour`"),
        (r#","tax":{"amount":"1.00","currency":"XXX"}"#, "tax.currency: unknown currency XXX"),
        (r#","invoice_id":"F-2""#, "invoice_id: duplicate field"),
    ] {
        assert!(invoice(rest).starts_with(field), "{rest}: {}", invoice(rest));
    }
    let id = |id: &str| first(Kind::CancelInvoice, &format!(r#"{{"customer_id":"{id}"}}"#));
    for broken in ["a.b", "a*", "a b", "a\\r\\n", ""] {
        assert!(id(broken).starts_with("customer_id: "), "{broken}");
    }
    assert!(first(Kind::CancelInvoice, "{}").starts_with("customer_id: missing field"));
    let no_currency = r#"{"customer_id":"C-1","invoice_id":"F-1","issue_date":"2026-01-10","gross":{"amount":"1"}}"#;
    assert!(first(Kind::IssueInvoice, no_currency).starts_with("gross.currency: missing field"));
    for no_object in ["", "[]", r#"["C-1","F-1","2026-01-01"]"#, "null", "\u{feff}{}"] {
        assert_eq!(
            first(Kind::CancelInvoice, no_object),
            ": the data of a command is a JSON object"
        );
    }
    assert!(first(Kind::CancelInvoice, r#"{"customer_id":"C-1""#).contains("EOF"));
    let trailing = r#"{"customer_id":"C-1","invoice_id":"F-1","cancel_date":"2026-01-01"} {}"#;
    assert!(first(Kind::CancelInvoice, trailing).contains("trailing characters"));
}

#[test]
fn what_is_too_large_or_too_deep_says_so() {
    let large = format!("{{{}}}", " ".repeat(Command::BYTES_MAX));
    assert!(first(Kind::CancelInvoice, &large).contains("bytes are more than"));
    let deep = format!(r#"{{"customer_id":{}"#, "[".repeat(100_000));
    assert!(!errors(Kind::CancelInvoice, &deep).is_empty());
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(first(Kind::CancelInvoice, &deep).contains("unknown field"));
    let deep = format!(r#"{{"customer_id":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(first(Kind::CancelInvoice, &deep).starts_with("customer_id: invalid type"));
    let long = format!(r#"{{"customer_id":"{}"}}"#, "x".repeat(10_000));
    assert!(first(Kind::CancelInvoice, &long).contains("at most 64 bytes"));
}

#[test]
fn every_value_that_cannot_be_is_named() {
    let payment = r#"{"customer_id":"C-1","payment_id":"P-1","value_date":"2026-01-10","method":"transfer",
        "amount":{"amount":"0.00","currency":"EUR"},"order":"PO-7",
        "designations":[
            {"invoice_id":"F-1","amount":{"amount":"-5.00","currency":"EUR"}},
            {"invoice_id":"F-1","amount":{"amount":"7.00","currency":"USD"}}]}"#;
    assert_eq!(
        errors(Kind::RecordPayment, payment),
        [
            "amount: 0.00 EUR is not more than zero",
            "designations[1]: F-1 is named twice",
            "designations[0].amount: -5.00 EUR is not more than zero",
            "designations[1].amount: 7.00 USD is not in EUR",
            "designations: 2.00 EUR are more than the payment, 0.00 EUR",
            "order: only a deposit is for an order; name others in references",
        ]
    );
    let contact = r#"{"customer_id":"C-1","contact":{"name":"a\nb","address_lines":["1","2","3","4","5","6","7","8"]}}"#;
    assert_eq!(
        errors(Kind::RegisterCustomer, contact),
        [
            "contact.address_lines: 8 given, 0 to 7 are accepted",
            "contact.name: no control characters, such as line breaks, are accepted",
        ]
    );
}

#[test]
fn the_tenants_rules_are_checked_before_they_are_adopted() {
    use events::invoicing::{Event, Policy as Rules};
    let rules =
        Rules { terms: id("45 j fdm"), small_balances: vec![eur("1.00")], ..Rules::default() };
    let adopt = |rules: &Rules| Command::AdoptPolicy(Box::new(rules.clone()));
    books()
        .when(adopt(&rules), &[Event::PolicyAdopted(Box::new(rules.clone()))])
        .given(Event::PolicyAdopted(Box::new(rules.clone())))
        .when(adopt(&rules), &[])
        .asked(day("04-10"), invoice("F-1", "100.00", "04-10"))
        .shows(|it| it.open_items(&id("C-1"), day("04-10")).next().unwrap().due_on, day("05-31"));
    // Even the rules that hold anyway are a fact once they are adopted.
    let default = Rules::default();
    books().when(adopt(&default), &[Event::PolicyAdopted(Box::new(default.clone()))]);

    let broken = Rules {
        terms: id("soon"),
        small_balances: vec![eur("0.00"), eur("1.00"), eur("2.00")],
        subset_items_max: 21,
        promise_tolerance_days: 31,
        ..Rules::default()
    };
    let Err(Invalid(errors)) = crate::Policy::try_new(broken) else { panic!("they are broken") };
    let fields: Vec<_> = errors.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "terms",
            "small_balances[0]",
            "small_balances[1]",
            "small_balances[2]",
            "subset_items_max",
            "promise_tolerance_days"
        ]
    );
}

#[test]
fn personal_data_is_taken_out_before_anything_is_written_down() {
    let mut command = register(crate::CustomerData {
        contact: Some(crate::Contact {
            name: Some("Jeanne Dupont".to_owned()),
            ..Default::default()
        }),
        ..customer()
    });
    let digest = command.digest();
    assert!(String::from_utf8(command.write()).unwrap().contains("Jeanne"));
    let Some(crate::Personal::Contact(contact)) = command.take_personal() else {
        panic!("there was")
    };
    assert_eq!(contact.name.as_deref(), Some("Jeanne Dupont"));
    assert_eq!(command.take_personal(), None);
    assert_eq!(command.digest(), digest);
    assert!(!String::from_utf8(command.write()).unwrap().contains("Jeanne"));
}

//! What the messages say that are no reminders, as whoever gets them reads it.

use std::collections::BTreeMap;

use decider::{Decider as _, Fold as _, Process as _};
use events::dunning::{Event, Waiver};
use letters::Window;
use serde_json::{Value, json};

use super::*;

const RULES: &str = r#"{
    "version": "v1", "contact_gap_days": 0,
    "interest": {"jurisdiction": "FR", "basis": "default"},
    "charges": {"after_days": 10, "channels": ["letter"], "approval": "automatic"},
    "confirm_plans": {"channels": ["letter"], "approval": "automatic"}
}"#;

fn day(text: &str) -> NaiveDate {
    events::date::parse(text).unwrap()
}

fn company() -> Company {
    let sample = letters::sample(Kind::Reminder, Language::En);
    Company {
        payees: BTreeMap::new(),
        sender: letters::Sender { window: Window::Left, ..sample.sender },
        language: Language::En,
        templates: Vec::new(),
        mail: None,
        post: None,
        webhook: None,
        collectors: crate::sending::Collectors::default(),
        links: None,
        dossiers: crate::dossier::Keys::default(),
        slots: crate::sending::slots::Slots::read(None, None, BTreeMap::default()).unwrap(),
    }
}

/// A customer of whom all of this was heard.
fn customer(facts: &[Value]) -> Dunning {
    let mut dunning = Dunning::default();
    dunning.stands_in(Some(1));
    for fact in facts {
        let event: events::invoicing::Event = serde_json::from_value(fact.clone()).unwrap();
        dunning.evolve(&event.into());
    }
    dunning
}

fn issued(invoice: &str, gross: &str, due: &str) -> Value {
    json!({"InvoiceIssued": {
        "invoice": invoice, "number": format!("{invoice}/25"), "issued_on": "2025-05-01",
        "due_on": due, "gross": gross,
    }})
}

fn paid(payment: &str, invoice: &str, amount: &str, on: &str) -> [Value; 2] {
    [
        json!({"PaymentReceived": {
            "payment": payment, "amount": amount, "value_date": on, "method": "transfer",
        }}),
        json!({"Allocated": {
            "source": {"payment": payment}, "invoice": invoice, "amount": amount,
            "rule": "designated",
        }}),
    ]
}

/// The message that a day calls for, as it is written on it.
fn written(dunning: &mut Dunning, on: &str) -> (Reminder, Result<Written, Unwritten>) {
    written_by(RULES, &company(), dunning, on)
}

/// The same by other rules and another company's file.
fn written_by(
    rules: &str,
    company: &Company,
    dunning: &mut Dunning,
    on: &str,
) -> (Reminder, Result<Written, Unwritten>) {
    let policy = Policy::try_new(serde_json::from_str(rules).unwrap()).unwrap();
    let step = policy.step(dunning, day(on)).expect("something is called for");
    let said = policy.decide(dunning, step).unwrap();
    let [Event::ReminderPlanned(reminder)] = said.as_slice() else { panic!("{said:?}") };
    let reminder = Reminder::clone(reminder);
    for event in said {
        dunning.evolve(&event.into());
    }
    let contact = Contact {
        name: Some("Customer 1".to_owned()),
        address_lines: vec!["1 Sample Street".to_owned(), "1000 Sample Town".to_owned()],
        ..Contact::default()
    };
    let letter = Writing {
        company,
        policy: &policy,
        dunning,
        tenant: &"acme".parse().unwrap(),
        customer: &"C-1".parse().unwrap(),
        contact: &contact,
        reminder: &reminder,
        channel: reminder.channel,
        on: day(on),
    }
    .write();
    (reminder, letter)
}

/// The words of a letter, each gap as one space.
fn words(written: &Written) -> String {
    written.rendered.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_letter_says_where_its_rates_come_from_where_terms_of_sale_state_them() {
    let terms = |version: &str, rate: &str| {
        json!({"TermsRegistered": {
            "version": version, "document_hash": "ab12", "from": "2025-01-01", "penalty_rate": rate,
            "reservation_of_title": false, "acceleration": false, "jurisdiction": null,
        }})
    };
    let under = |version: &str, id: &str| {
        let mut it = issued(id, "10000.00 EUR", "2025-05-31");
        it["InvoiceIssued"]["terms_version"] = version.into();
        it
    };
    let mut facts = vec![terms("CGV-1", "15"), terms("CGV-2", "10")];
    facts.extend([under("CGV-1", "F-1"), under("CGV-2", "F-2")]);
    facts.extend(paid("P-1", "F-1", "10000.00 EUR", "2025-06-30"));
    facts.extend(paid("P-2", "F-2", "10000.00 EUR", "2025-07-10"));
    let (_, letter) = written(&mut customer(&facts), "2025-07-21");
    let text = words(&letter.unwrap());
    for said in [
        // 10,000 x 15 % x 30 / 365.
        "€123.29",
        "agreed rate (CGV-1)",
        // 10,000 x 11.13 % x 30 / 365, then 10,000 x 10 % x 10 / 365.
        "€91.48",
        "instead of 10% (CGV-2)",
        "€27.40",
        "agreed rate (CGV-2)",
        "Terms of sale CGV-1: interest on late payment at 15% a year",
        "(invoices F-2/25)",
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
}

#[test]
fn an_interest_invoice_has_a_line_for_each_stretch_of_one_base_and_one_rate() {
    let mut facts = vec![issued("F-1", "10000.00 EUR", "2025-05-31")];
    facts.extend(paid("P-1", "F-1", "4000.00 EUR", "2025-07-15"));
    facts.extend(paid("P-2", "F-1", "6000.00 EUR", "2025-09-30"));
    let (reminder, letter) = written(&mut customer(&facts), "2025-10-10");
    assert_eq!(reminder.purpose, Purpose::Charges);
    let letter = letter.unwrap();
    assert_eq!(letter.template, "vigie.interest_invoice.en@1");
    assert!(letter.pdf.is_some());
    let text = words(&letter);
    for said in [
        // 10,000 for 30 days at 13.15 and 15 at 12.15, then 6,000 for 77 days at 12.15.
        "30 €10,000.00 13.15%",
        "15 €10,000.00 12.15%",
        "77 €6,000.00 12.15%",
        "€108.08",
        "€49.93",
        "€153.79",
        "L441-10",
        // 311.80 of interest and 40.00.
        "€351.80",
    ] {
        assert!(text.contains(said), "{said} is not in {}", letter.rendered.text);
    }
    assert!(letter.rendered.subject.contains("€311.80"), "{}", letter.rendered.subject);
}

#[test]
fn what_was_waived_stands_on_a_line_of_its_own_and_the_sums_add_up() {
    let mut facts = vec![issued("F-1", "10000.00 EUR", "2025-05-31")];
    facts.extend(paid("P-1", "F-1", "10000.00 EUR", "2025-06-30"));
    let mut dunning = customer(&facts);
    let waiver = |interest: Option<&str>, all_interest| {
        Event::ChargesWaived(Box::new(Waiver {
            invoice: "F-1".parse().unwrap(),
            interest: interest.map(|it| it.parse().unwrap()),
            all_interest,
            fixed_sum: false,
            by: "desk-1".parse().unwrap(),
            on: day("2025-07-01"),
            note: None,
        }))
    };
    dunning.evolve(&waiver(Some("8.08 EUR"), false).into());
    let (_, letter) = written(&mut dunning.clone(), "2025-07-10");
    let text = words(&letter.unwrap());
    assert!(text.contains("waived") && text.contains("€140.00"), "{text}");
    // Of the interest nothing is left: the fixed sum is.
    dunning.evolve(&waiver(None, true).into());
    let (_, letter) = written(&mut dunning, "2025-07-10");
    let text = words(&letter.unwrap());
    assert!(text.contains("€40.00") && !text.contains("€148.08"), "{text}");
}

#[test]
fn a_confirmation_names_each_instalment_and_what_was_open_when_it_was_agreed() {
    let mut facts = vec![
        issued("F-1", "600.00 EUR", "2025-05-31"),
        issued("F-2", "400.00 EUR", "2025-06-30"),
        json!({"PlanAgreed": {
            "plan": "L-1", "agreed_on": "2025-06-10", "invoices": ["F-1", "F-2"],
            "instalments": [
                {"due_on": "2025-07-01", "amount": "700.00 EUR"},
                {"due_on": "2025-08-01", "amount": "300.00 EUR"},
            ],
        }}),
    ];
    // A first payment changes nothing of what was agreed.
    facts.extend(paid("P-1", "F-1", "100.00 EUR", "2025-06-10"));
    let mut dunning = customer(&facts);
    let (reminder, letter) = written(&mut dunning, "2025-06-10");
    assert_eq!(reminder.purpose, Purpose::PlanConfirmation("L-1".parse().unwrap()));
    let text = words(&letter.unwrap());
    for said in ["F-1/25", "F-2/25", "€1,000.00", "1 01/07/2025 €700.00", "2 01/08/2025 €300.00"]
    {
        assert!(text.contains(said), "{said} is not in {text}");
    }
}

#[test]
fn words_that_nobody_knows_are_not_replaced_by_others() {
    let mut facts = vec![issued("F-1", "10000.00 EUR", "2025-05-31")];
    facts.extend(paid("P-1", "F-1", "10000.00 EUR", "2025-06-30"));
    let (mut reminder, _) = written(&mut customer(&facts), "2025-10-10");
    let of = |reminder: &Reminder| {
        template(&company(), reminder, Kind::InterestInvoice, Language::En).map(|_| ())
    };
    assert!(of(&reminder).is_ok());
    reminder.template = "friends".parse().unwrap();
    let told = of(&reminder).unwrap_err().to_string();
    assert_eq!(told, "no template is named friends: the company's file has it, or it is a tone's");
}

const LADDER: &str = r#"{
    "version": "v1", "contact_gap_days": 0,
    "ladders": [{"name": "usual", "scope": "tenant", "levels": [
        {"offset_days": 5, "gap_days": 7, "tone": "reminder", "channels": ["letter"], "approval": "automatic"}
    ]}]
}"#;

fn assigned(assignment: &str, invoice: &str, collects: bool) -> Value {
    json!({"ReceivableAssigned": {
        "assignment": assignment, "invoice": invoice, "facility": "FC-1",
        "assignee": "Affacturage du Nord", "kind": "factoring", "amount": "100.00 EUR",
        "recourse": false, "funded_share": "0.85", "reserve_share": "0.15", "discount_rate": null,
        "collects": collects, "payee": "nord", "assigned_on": "2025-05-02",
        "notified_on": "2025-05-02",
    }})
}

#[test]
fn a_reminder_of_assigned_invoices_has_the_assignees_account_in_the_place_of_the_tenants() {
    let facts = [issued("F-1", "100.00 EUR", "2025-05-31")];
    let account = crate::sending::company::Account {
        iban: "FR1420041010050500013M02606".to_owned(),
        bic: None,
    };
    let knows = Company { payees: [("nord".to_owned(), account)].into(), ..company() };
    let text = |facts: &[Value]| {
        let (_, letter) = written_by(LADDER, &knows, &mut customer(facts), "2025-06-05");
        words(&letter.unwrap())
    };
    let (ours, theirs) = ("FR76 3000 6000", "FR14 2004 1010 0505 0001 3M02 606");
    let own = text(&facts);
    assert!(own.contains(ours) && !own.contains(theirs), "{own}");

    let mut all = facts.to_vec();
    all.push(assigned("AS-1", "F-1", true));
    let told = text(&all);
    assert!(told.contains(theirs) && !told.contains(ours), "{told}");
    assert!(told.contains("assigned to Affacturage du Nord"), "{told}");

    // The rest of the letter's invoices are the tenant's own: both accounts stand.
    all.push(issued("F-2", "50.00 EUR", "2025-05-31"));
    let both = text(&all);
    assert!(both.contains(theirs) && both.contains(ours) && both.contains("F-1/25"), "{both}");

    // A letter never shows the wrong account because the right one is not known.
    let (_, letter) = written_by(LADDER, &company(), &mut customer(&all), "2025-06-05");
    let why = letter.unwrap_err().to_string();
    assert!(why.contains("invoice F-1") && why.contains("[payees.nord]"), "{why}");

    // It is the tenant's own again.
    all.push(json!({"AssignmentRepurchased": {
        "assignment": "AS-1", "amount": "85.00 EUR", "repurchased_on": "2025-06-01",
    }}));
    assert!(text(&all).contains(ours));
}

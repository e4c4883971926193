use events::invoicing::Event;

use crate::{Account, CustomerData, Refusal, tests::say::*};

#[test]
fn a_customer_is_registered_once_however_often_the_erp_says_so() {
    let data = CustomerData {
        siren: Some("404 833 048".to_owned()),
        vat_number: Some("FR 83 404 833 048".to_owned()),
        payment_terms: Some("45 j fin de mois".to_owned()),
        language_code: Some("FR".to_owned()),
        ..customer()
    };
    let known = Event::CustomerRegistered(Box::new(data.read().unwrap()));
    let only_its_id = customer();
    books()
        .when(register(data.clone()), &[known])
        .when(register(data.clone()), &[])
        .when(register(only_its_id), &[])
        .shows(terms, Some("45 days then end of month".to_owned()))
        .shows(|it| it.customer().unwrap().siren, Some("404833048".into()));
}

#[test]
fn another_company_under_the_same_id_is_refused() {
    let story = books().asked(
        day("01-05"),
        register(CustomerData { siren: Some("404833048".to_owned()), ..customer() }),
    );
    let other = register(CustomerData { siren: Some("552081317".to_owned()), ..customer() });
    let refusal = story.refusal(other);
    assert_eq!(refusal.reason(), "CUSTOMER_CONFLICT");
    assert_eq!(refusal.field(), Some("siren"));
    assert_eq!(
        refusal.to_string(),
        "customer C-1 is recorded with siren 404833048; now 552081317 is stated under the same id"
    );
}

#[test]
fn what_is_left_out_of_an_amendment_is_no_longer_known() {
    let registered = CustomerData {
        payment_terms: Some("60 days".to_owned()),
        segment: reference("SME"),
        ..customer()
    };
    let amended = CustomerData { payment_terms: Some("30 days".to_owned()), ..customer() };
    books()
        .asked(day("01-05"), register(registered.clone()))
        .asked(day("01-05"), amend(amended.clone()))
        .shows(terms, Some("30 days".to_owned()))
        .shows(|it| it.customer().unwrap().segment, None)
        .when(amend(amended), &[])
        // The registration, sent again by a slow queue, does not undo the amendment.
        .when(register(registered), &[]);
}

#[test]
fn an_amendment_may_come_before_the_registration() {
    let registered = CustomerData { segment: reference("SME"), ..customer() };
    let amended = CustomerData { segment: reference("key account"), ..customer() };
    books()
        .asked(day("01-05"), amend(amended.clone()))
        .asked(day("01-05"), register(registered.clone()))
        .shows(|it| it.customer().unwrap().segment, reference("key account"))
        .when(register(registered), &[])
        .when(amend(amended), &[]);
}

#[test]
fn a_customer_comes_to_be_known_by_its_first_invoice() {
    books()
        .shows(Account::is_known, false)
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .shows(Account::is_known, true)
        .shows(Account::customer, None);
}

#[test]
fn every_wrong_field_of_a_customer_is_named_at_once() {
    let data = CustomerData {
        siren: Some("404833049".to_owned()),
        vat_number: Some("DE12".to_owned()),
        payment_terms: Some("whenever".to_owned()),
        language_code: Some("french".to_owned()),
        region_code: Some("FRA".to_owned()),
        parent_id: Some(id("C-1")),
        ..customer()
    };
    let Refusal::Invalid(invalid) = books().refusal(register(data)) else {
        panic!("it is invalid")
    };
    let fields: Vec<_> = invalid.0.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        ["siren", "vat_number", "language_code", "region_code", "payment_terms", "parent_id"]
    );
}

#[test]
fn a_vat_number_of_another_company_is_noticed() {
    let data = CustomerData {
        siren: Some("552081317".to_owned()),
        vat_number: Some("FR83404833048".to_owned()),
        ..customer()
    };
    assert_eq!(
        books().refusal(register(data)).to_string(),
        "vat_number: FR83404833048 is of company 404833048, not of 552081317"
    );
}

fn terms(account: &Account) -> Option<String> {
    account.customer()?.terms.map(|it| it.to_string())
}

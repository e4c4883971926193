use decider::{Decider as _, spec::Story};
use events::{
    Reference,
    invoicing::{Event, TermsOfSale},
};

use crate::{Account, InvoiceData, Policy, RegisterTerms, tests::say::*};

/// The version an invoice is under.
fn under(invoice: &str) -> impl Fn(&Account) -> String + use<> {
    let invoice = id(invoice);
    move |account| {
        let view = account.invoice_view(&invoice, day("2199-01-01")).unwrap();
        let version = view.document.unwrap().terms_version;
        version.map_or_else(|| "none".to_owned(), |it| it.to_string())
    }
}

fn of_tenant(version: &str, from: &str) -> Event {
    let of = Account::default();
    let said = Policy::default().decide(&of, terms(version, from, None));
    said.unwrap().remove(0)
}

/// Books of a tenant that has registered these.
fn books_with_terms(registered: &[(&str, &str)]) -> Story<Policy> {
    let mut policy = Policy::default();
    for (version, from) in registered {
        policy.adopt(&of_tenant(version, from));
    }
    Story::of(policy)
}

#[test]
fn an_invoice_is_under_the_terms_in_force_when_it_was_issued() {
    books_with_terms(&[("CGV-1", "01-15"), ("CGV-2", "02-15")])
        .asked(day("01-10"), invoice("F-1", "100.00", "01-10"))
        .asked(day("01-16"), invoice("F-2", "100.00", "01-16"))
        .asked(day("01-16"), invoice("F-3", "100.00", "01-14"))
        .asked(day("02-16"), invoice("F-4", "100.00", "02-16"))
        .shows(under("F-1"), "none")
        .shows(under("F-2"), "CGV-1")
        .shows(under("F-3"), "none")
        .shows(under("F-4"), "CGV-2")
        // What is agreed on later changes nothing, and the same invoice again is known.
        .given(of_tenant("CGV-3", "01-01"))
        .when(invoice("F-1", "100.00", "01-10"), &[])
        .asked(day("02-17"), correct(bill("F-2", "120.00", "01-16")))
        .shows(under("F-2"), "CGV-1");
}

#[test]
fn an_invoice_names_a_version_that_is_known() {
    let under_version = |invoice: &str, version: &str| {
        issue(InvoiceData { terms_version: reference(version), ..bill(invoice, "100.00", "01-20") })
    };
    let story = books_with_terms(&[("CGV-1", "01-01"), ("CGV-2", "01-10")])
        .asked(day("01-20"), under_version("F-1", "CGV-1"))
        .shows(under("F-1"), "CGV-1");
    let refused = story.refusal(under_version("F-2", "CGV-9"));
    assert_eq!(refused.reason(), "TERMS_NOT_FOUND");
    let other = story.refusal(under_version("F-1", "CGV-2"));
    assert_eq!(other.reason(), "INVOICE_NUMBER_CONFLICT");
}

#[test]
fn a_customers_own_terms_come_before_the_tenants() {
    let story = books_with_terms(&[("CGV-1", "01-01")])
        .asked(day("01-10"), terms("C-1-A", "01-15", Some("C-1")))
        .when(terms("C-1-A", "01-15", Some("C-1")), &[])
        .asked(day("01-12"), invoice("F-1", "100.00", "01-12"))
        .asked(day("01-16"), invoice("F-2", "100.00", "01-16"))
        .shows(under("F-1"), "CGV-1")
        .shows(under("F-2"), "C-1-A");
    assert_eq!(story.refusal(terms("C-1-A", "01-16", Some("C-1"))).reason(), "TERMS_CONFLICT");
    let taken = story.refusal(terms("CGV-1", "01-01", Some("C-1"))).to_string();
    assert_eq!(taken, "version: CGV-1 is a version of the tenant's own terms");
}

#[test]
fn whoever_collects_is_told_what_was_agreed() {
    let mut policy = Policy::default();
    let strict = agreed(RegisterTerms {
        penalty_rate_percent: Some("12.50".parse().unwrap()),
        jurisdiction: reference("FR"),
        acceleration: true,
        ..sale("CGV-1", "01-01")
    });
    let said = policy.decide(&Account::default(), strict).unwrap();
    assert!(!policy.adopt(&said[0]), "nothing is called for by it");
    // Other rules leave the register as it is.
    assert!(policy.adopt(&Event::PolicyAdopted(Box::default())));
    let mut account = Account::default();
    for event in policy.decide(&account, invoice("F-1", "100.00", "01-12")).unwrap() {
        decider::Fold::evolve(&mut account, &event);
    }
    let told = policy.terms_of(&account, &id("F-1")).unwrap();
    let TermsOfSale { version, reservation_of_title, penalty_rate, .. } = told;
    assert_eq!((version, reservation_of_title), (id::<Reference>("CGV-1"), true));
    assert_eq!(penalty_rate.unwrap().to_string(), "12.5");
}

#[test]
fn what_cannot_be_agreed_on_is_refused_field_by_field() {
    let wrong = agreed(RegisterTerms {
        document_hash: id("0F0F"),
        from_date: day("1800-01-01"),
        penalty_rate_percent: Some("0".parse().unwrap()),
        jurisdiction: reference("XX"),
        ..sale("CGV-1", "01-01")
    });
    let fields: Vec<_> = wrong.check().unwrap_err().0.into_iter().map(|it| it.field).collect();
    assert_eq!(fields, ["document_hash", "from_date", "penalty_rate_percent", "jurisdiction"]);
}

//! Letters about invoices that were assigned name who alone may be paid.

use super::all;
use crate::{Kind, Letter, Payee, pdf, render, sample, shipped};

fn payee(letter: &Letter, lines: usize) -> Payee {
    Payee {
        name: "Affacturage du Nord".to_owned(),
        iban: "FR1420041010050500013M02606".to_owned(),
        bic: Some("NORDFRPP".to_owned()),
        invoices: letter.lines.iter().take(lines).map(|it| it.invoice.clone()).collect(),
    }
}

#[test]
fn a_letter_of_assigned_invoices_shows_the_assignees_account_and_not_the_senders() {
    for (kind, language) in all() {
        // A call sheet is read by whoever calls, and says nothing of accounts.
        if kind == Kind::CallSheet {
            continue;
        }
        let template = shipped(kind, language).unwrap();
        let own = sample(kind, language);
        let payees = vec![payee(&own, own.lines.len())];
        let assigned = Letter { payees, ..own.clone() };
        let (before, after) =
            (render(&template, &own).unwrap(), render(&template, &assigned).unwrap());
        let (theirs, ours) = ("FR14 2004 1010 0505 0001 3M02 606", "FR76 3000 6000");
        assert!(before.text.contains(ours) && !before.text.contains(theirs), "{}", before.text);
        if own.lines.is_empty() {
            continue;
        }
        assert!(after.text.contains(theirs) && !after.text.contains(ours), "{}", after.text);
        assert!(after.text.matches("Affacturage du Nord").count() >= 3, "{}", after.text);
        assert!(after.html.contains(theirs) && !after.html.contains(ours));
        assert_ne!(before.hash, after.hash);
        assert!(pdf(&template, &assigned).is_ok());
    }
}

#[test]
fn where_some_invoices_are_the_senders_own_both_accounts_stand_and_say_for_what() {
    for (kind, language) in all() {
        let own = sample(kind, language);
        if kind == Kind::CallSheet || own.lines.len() < 2 {
            continue;
        }
        let template = shipped(kind, language).unwrap();
        let letter = Letter { payees: vec![payee(&own, 1)], ..own };
        let text = render(&template, &letter).unwrap().text;
        assert!(text.contains("FR14 2004") && text.contains("FR76 3000"), "{text}");
        let number = &letter.lines[0].invoice;
        assert!(text.matches(number.as_str()).count() >= 2, "{text}");
    }
}

#[test]
fn a_payee_without_an_account_is_refused() {
    let template = shipped(Kind::Reminder, crate::Language::En).unwrap();
    let own = sample(Kind::Reminder, crate::Language::En);
    let payees = vec![Payee { iban: " ".to_owned(), ..payee(&own, 1) }];
    let refused = render(&template, &Letter { payees, ..own }).unwrap_err();
    assert!(refused.to_string().contains("payees"), "{refused}");
}

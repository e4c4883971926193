//! Letters as their readers see them.

mod documents;
mod hostile;
mod paper;
mod payees;
mod words;

use money::{Currency, Money};

use crate::{Kind, Language, Letter, Source};

/// Every kind in every language.
fn all() -> impl Iterator<Item = (Kind, Language)> {
    Kind::ALL.into_iter().flat_map(|kind| Language::ALL.map(|language| (kind, language)))
}

fn euros(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// A reminder in English with these words.
fn source(subject: &str, text: &str) -> Source {
    Source {
        name: "tenant.reminder".to_owned(),
        kind: Kind::Reminder,
        language: Language::En,
        version: 3,
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: None,
    }
}

/// Every amount that a letter owes its reader.
fn amounts(letter: &Letter) -> Vec<String> {
    let lines = letter.lines.iter().flat_map(|it| [it.original, it.open]);
    let charged = letter.lines.iter().flat_map(|it| [it.disputed, it.interest, it.fixed_sum]);
    let totals = letter.totals;
    let totals = [totals.principal, totals.interest, totals.costs, totals.total];
    let totals = totals.into_iter().filter(|_| letter.kind != Kind::PreDue);
    let credits = letter.credits.iter().map(|it| it.amount.negated());
    let interest = letter.interest.iter().flat_map(|it| [it.base, it.interest]);
    let instalments = letter.instalments.iter().map(|it| it.amount);
    let charged = charged.filter(|it| !it.is_zero());
    let all = lines.chain(charged).chain(totals).chain(credits).chain(interest).chain(instalments);
    all.map(|it| crate::amount(it, letter.language)).collect()
}

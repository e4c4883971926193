//! What the page says, in each language: `texts/*.toml`. A word that one of them lacks, or has too
//! many, is found by a test.

use std::{collections::BTreeMap, sync::LazyLock};

use letters::{Language, amount, date};
use serde::{Deserialize, Serialize};

use super::form::{Recorded, Why};

/// One language's words. Names in braces are places.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) as_of: String,
    customer: String,
    owed: String,
    nothing: String,
    invoice: String,
    issued: String,
    due: String,
    original: String,
    open: String,
    contested: String,
    pub(super) left_out: String,
    credits: String,
    pub(super) credit_note: String,
    pub(super) cash: String,
    pub(super) deposit: String,
    pub(super) total_open: String,
    pub(super) total_contested: String,
    pub(super) total_credits: String,
    pub(super) total: String,
    besides: String,
    plan: String,
    pub(super) instalment: String,
    promises: String,
    pub(super) promise: String,
    pub(super) promise_about: String,
    contests: String,
    pub(super) contest_line: String,
    pay: String,
    pub(super) payee: String,
    pub(super) reference: String,
    pub(super) pay_online: String,
    will_pay: String,
    day: String,
    sum: String,
    currency: String,
    about: String,
    everything: String,
    contest: String,
    reason: String,
    part: String,
    copy: String,
    paid: String,
    paid_text: String,
    send: String,
    keep: String,
    said_promise: String,
    said_dispute: String,
    said_copy: String,
    said_paid: String,
    pub(super) not_recorded: String,
    refused: String,
    pub(super) not_now: String,
    why: Whys,
    pub(super) reasons: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whys {
    missing: String,
    no_day: String,
    past: String,
    too_far: String,
    no_amount: String,
    too_much: String,
    not_open: String,
    contested: String,
    no_choice: String,
    standing: String,
    broken: String,
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Words {
    static ALL: LazyLock<[Words; 3]> = LazyLock::new(|| {
        [
            read(include_str!("texts/fr.toml")),
            read(include_str!("texts/en.toml")),
            read(include_str!("texts/de.toml")),
        ]
    });
    let [fr, en, de] = &*ALL;
    match language {
        Language::Fr => fr,
        Language::En => en,
        Language::De => de,
    }
}

#[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads them")]
fn read(text: &str) -> Words {
    toml::from_str(text).expect("shipped words are whole")
}

/// Puts something in a place.
pub(super) fn put(text: &str, places: &[(&str, &str)]) -> String {
    let mut said = String::with_capacity(text.len() + 32);
    let mut rest = text;
    // Once through, so that what is put in is not looked at for places itself.
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            said.push('{');
            rest = after;
            continue;
        };
        let found = places.iter().find(|(it, _)| *it == name);
        said.push_str(found.map_or("", |(_, it)| it));
        rest = after;
    }
    said.push_str(rest);
    said
}

impl Words {
    /// Why a field cannot be.
    pub(super) fn why(&self, why: &Why, language: Language) -> String {
        let it = &self.why;
        match why {
            Why::Missing => it.missing.clone(),
            Why::NoDay => it.no_day.clone(),
            Why::Past => it.past.clone(),
            Why::TooFar(last) => put(&it.too_far, &[("date", &date(*last, language))]),
            Why::NoAmount(example) => {
                let example = example.text();
                let example = example.as_str().split(' ').next().unwrap_or_default();
                put(&it.no_amount, &[("example", example)])
            }
            Why::TooMuch(most) => put(&it.too_much, &[("amount", &amount(*most, language))]),
            Why::NotOpen => it.not_open.clone(),
            Why::Contested => it.contested.clone(),
            Why::NoChoice => it.no_choice.clone(),
            Why::Standing(on) => put(&it.standing, &[("date", &date(*on, language))]),
            Why::Broken => it.broken.clone(),
        }
    }

    /// What was recorded.
    pub(super) fn said(&self, recorded: &Recorded, language: Language) -> String {
        match recorded {
            Recorded::Promise(money, on) => {
                let (money, on) = (amount(*money, language), date(*on, language));
                put(&self.said_promise, &[("amount", &money), ("date", &on)])
            }
            Recorded::Dispute(money, invoice) => {
                let places =
                    [("amount", &*amount(*money, language)), ("invoice", invoice.as_str())];
                put(&self.said_dispute, &places)
            }
            Recorded::Copy(invoice) => put(&self.said_copy, &[("invoice", invoice)]),
            Recorded::Paid(on) => put(&self.said_paid, &[("date", &date(*on, language))]),
        }
    }

    /// That something was refused, and why.
    pub(super) fn refused(&self, why: &str) -> String {
        put(&self.refused, &[("why", why)])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::portal::form::REASONS;

    fn places(text: &str) -> BTreeSet<String> {
        let names = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
        names.map(|(it, _)| it.to_owned()).collect()
    }

    #[test]
    fn every_language_says_the_same_with_the_same_places() {
        let table = |language| -> toml::Table {
            toml::Value::try_from(words(language)).unwrap().try_into().unwrap()
        };
        let english = table(Language::En);
        for language in Language::ALL {
            let other = table(language);
            for (name, text) in &english {
                if let (Some(text), Some(other)) = (text.as_str(), other[name].as_str()) {
                    assert_eq!(places(text), places(other), "{language}: {name}");
                }
            }
            for (name, text) in english["why"].as_table().unwrap() {
                let other = other["why"][name].as_str().unwrap();
                assert_eq!(places(text.as_str().unwrap()), places(other), "{language}: {name}");
            }
            let reasons: Vec<_> = words(language).reasons.keys().map(String::as_str).collect();
            let mut wanted = REASONS.map(|(_, it)| it);
            wanted.sort_unstable();
            assert_eq!(reasons, wanted, "{language}");
        }
    }

    #[test]
    fn what_is_put_in_a_place_is_not_looked_at_again() {
        assert_eq!(put("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
    }
}

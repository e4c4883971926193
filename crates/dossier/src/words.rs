//! What stands on the papers besides the facts: titles, and the law in our words, each with its
//! source.

mod english;
mod french;

use letters::Language;

use crate::Clause;

/// What is said on the papers in one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) mandate: &'static str,
    /// What the mandate says, with `{creditor}`, `{collector}`, `{agreement}` and `{customer}`.
    pub(crate) power: &'static str,
    pub(crate) creditor: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) collector: &'static str,
    pub(crate) agreement: &'static str,
    pub(crate) insurance: &'static str,
    pub(crate) remits: &'static str,
    pub(crate) days: &'static str,
    pub(crate) fees: &'static str,
    pub(crate) least_fee: &'static str,
    pub(crate) fee_here: &'static str,
    pub(crate) up_to_days: &'static str,
    pub(crate) up_to: &'static str,
    pub(crate) pay_to: &'static str,
    pub(crate) case: &'static str,
    pub(crate) opened: &'static str,
    pub(crate) route: &'static str,
    pub(crate) asked: &'static str,
    /// Up to which day, with `{day}`.
    pub(crate) asked_until: &'static str,
    pub(crate) principal: &'static str,
    pub(crate) interest: &'static str,
    pub(crate) accessories: &'static str,
    pub(crate) fixed_sum: &'static str,
    pub(crate) total: &'static str,
    pub(crate) invoice: &'static str,
    pub(crate) issued: &'static str,
    pub(crate) due: &'static str,
    pub(crate) gross: &'static str,
    pub(crate) open: &'static str,
    pub(crate) disputed: &'static str,
    pub(crate) computation: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) base: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) source: &'static str,
    pub(crate) agreed: &'static str,
    pub(crate) given_up: &'static str,
    pub(crate) statement: &'static str,
    pub(crate) day: &'static str,
    pub(crate) what: &'static str,
    pub(crate) document: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) balance: &'static str,
    pub(crate) allocations: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) contacts: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) proof: &'static str,
    pub(crate) promises: &'static str,
    pub(crate) disputes: &'static str,
    pub(crate) promised_for: &'static str,
    pub(crate) state: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) terms_version: &'static str,
    pub(crate) reserved: &'static str,
    pub(crate) accelerated: &'static str,
    pub(crate) penalty: &'static str,
    pub(crate) legal_rate: &'static str,
    pub(crate) acts: &'static str,
    pub(crate) rights: &'static str,
    pub(crate) last_day: &'static str,
    pub(crate) stands_still: &'static str,
    pub(crate) stake: &'static str,
    pub(crate) law: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
}

/// French where it is asked for; English to everybody else.
pub(crate) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Fr => &french::WORDS,
        Language::En | Language::De => &english::WORDS,
    }
}

/// A word of the facts, as one reads it: `registered_letter` is *lettre recommandée*.
pub(crate) fn spoken(word: &str, language: Language) -> String {
    let known = match language {
        Language::Fr => french::spoken(word),
        Language::En | Language::De => None,
    };
    known.map_or_else(|| word.replace('_', " "), str::to_owned)
}

/// What the law of a jurisdiction says of collecting for another, in our words: of France, or nothing.
pub fn clauses(jurisdiction: &str, language: Language) -> Vec<Clause> {
    if jurisdiction != "FR" {
        return Vec::new();
    }
    let clauses = match language {
        Language::Fr => &french::LAW,
        Language::En | Language::De => &english::LAW,
    };
    let clauses = clauses.iter();
    clauses
        .map(|(source, text)| Clause { source: (*source).to_owned(), text: (*text).to_owned() })
        .collect()
}

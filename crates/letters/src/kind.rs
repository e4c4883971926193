//! What a letter is for, and the language it is in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a letter is for, from the friendliest to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A courtesy before the due date.
    PreDue,
    /// The first reminder: it was probably overlooked.
    Reminder,
    /// The second one: pay by a day.
    FirmReminder,
    /// The last one, *mise en demeure*: the sum split, the deadline, the basis, the consequence.
    FinalDemand,
    /// Late-payment interest, computed line by line.
    InterestInvoice,
    /// What was agreed, with its instalments.
    PlanConfirmation,
    /// Not a letter: what a person has at hand when they telephone.
    CallSheet,
}

/// The language of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    Fr,
    /// British English.
    En,
    /// German.
    De,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::PreDue,
        Self::Reminder,
        Self::FirmReminder,
        Self::FinalDemand,
        Self::InterestInvoice,
        Self::PlanConfirmation,
        Self::CallSheet,
    ];

    /// Its name in templates, file names and policies: `firm_reminder`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreDue => "pre_due",
            Self::Reminder => "reminder",
            Self::FirmReminder => "firm_reminder",
            Self::FinalDemand => "final_demand",
            Self::InterestInvoice => "interest_invoice",
            Self::PlanConfirmation => "plan_confirmation",
            Self::CallSheet => "call_sheet",
        }
    }
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Fr, Self::En, Self::De];

    /// Its code of two letters (ISO 639-1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
            Self::De => "de",
        }
    }
}

/// No kind or language has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is unknown: it is one of {known}")]
pub struct Unknown {
    given: String,
    known: String,
}

impl Unknown {
    fn among<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<_> = known.collect();
        Self { given: given.chars().take(40).collect(), known: known.join(", ") }
    }
}

impl FromStr for Kind {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or_else(|| Unknown::among(text, Self::ALL.iter().map(|it| it.as_str())))
    }
}

impl FromStr for Language {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or_else(|| Unknown::among(text, Self::ALL.iter().map(|it| it.as_str())))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

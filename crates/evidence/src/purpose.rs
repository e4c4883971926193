use std::{fmt, str::FromStr};

use events::Context;
use serde::{Deserialize, Serialize};

/// Whom a bundle is for: that decides what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A court: what is owed, how it was asked for, what was done to collect it. Nothing of other
    /// customers, and nothing of how the tenant judges this one.
    Court,
    /// A credit insurer: the same, and what was known of the customer's credit.
    Insurer,
    /// An auditor, who may see everything: entries whole, and every link between them.
    Auditor,
}

impl Purpose {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Court, Self::Insurer, Self::Auditor];

    /// The word that stands in a manifest and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Insurer => "insurer",
            Self::Auditor => "auditor",
        }
    }

    /// Whose decisions are told, in the order of listening. Alerts are the tenant's notes to itself;
    /// the clock speaks of no customer.
    pub const fn contexts(self) -> &'static [Context] {
        match self {
            Self::Court => &[Context::Invoicing, Context::Dunning, Context::Collection],
            Self::Insurer => {
                &[Context::Invoicing, Context::Risk, Context::Dunning, Context::Collection]
            }
            Self::Auditor => &[
                Context::Invoicing,
                Context::Risk,
                Context::Dunning,
                Context::Collection,
                Context::Alerts,
            ],
        }
    }

    /// Whether it may be told what an entry says of other customers.
    pub const fn sees_others(self) -> bool {
        matches!(self, Self::Auditor)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The word names no purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no purpose; known are court, insurer, auditor")]
pub struct UnknownPurpose(String);

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(word: &str) -> Result<Self, UnknownPurpose> {
        let found = Self::ALL.into_iter().find(|it| it.word() == word);
        found.ok_or_else(|| UnknownPurpose(word.chars().take(64).collect()))
    }
}

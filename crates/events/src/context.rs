use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Who speaks. Each listens only to those above it, so listening can never go round in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Context {
    /// Which business days begin.
    Clock,
    /// Which receivables are open.
    Invoicing,
    /// How likely a customer is to pay, and how much is at stake.
    Risk,
    /// When to remind, and how hard.
    Dunning,
    /// When to hand over, and to whom.
    Collection,
    /// What a person should look at.
    Alerts,
}

impl Context {
    /// Every context, in the order of listening.
    pub const ALL: [Self; 6] =
        [Self::Clock, Self::Invoicing, Self::Risk, Self::Dunning, Self::Collection, Self::Alerts];

    /// The word that stands in subjects, metrics and the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Invoicing => "invoicing",
            Self::Risk => "risk",
            Self::Dunning => "dunning",
            Self::Collection => "collection",
            Self::Alerts => "alerts",
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The word names no context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a context; known are clock, invoicing, risk, dunning, collection, alerts")]
pub struct UnknownContext(String);

impl FromStr for Context {
    type Err = UnknownContext;

    fn from_str(word: &str) -> Result<Self, UnknownContext> {
        Self::ALL
            .into_iter()
            .find(|it| it.name() == word)
            .ok_or_else(|| UnknownContext(word.chars().take(64).collect()))
    }
}

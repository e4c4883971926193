//! What the rating of an agency means on our own scale, [`Grade`] A to E.
//!
//! The agencies' scales have nothing in common: some count up, some down, and the Banque de France
//! gave its codes new meanings on 8 January 2022. So a rating is read together with the day it was
//! given, by a row of the [`REGISTRY`], and what no row knows is [`NotRated`], with the reason:
//! never the worst grade, never zero, never a guess.
//!
//! **The grades are our own choice.** No agency publishes an equivalence with another one's scale.
//! Where an agency publishes bands of risk we kept its bands; the source of each row says what was
//! published and what we chose. A tenant who disagrees states a scale of its own: see [`Custom`].

mod custom;
mod registry;

use std::fmt;

use chrono::NaiveDate;

pub use custom::{Custom, CustomError, Step};
pub use events::risk::Grade;
pub use registry::{Meaning, REGISTRY, Row, VERSION};

/// A scale on which an agency rates companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scale {
    /// Creditsafe's score of French companies: 0 to 100, 100 the best, 0 failed.
    CreditsafeFrance,
    /// The credit rating of the Banque de France, `4+` or, after the letter of activity, `G4+`.
    BanqueDeFrance,
    /// The PAYDEX of Dun & Bradstreet: 0 to 100, 80 is prompt, 100 the best.
    Paydex,
    /// The class of Dun & Bradstreet's Failure Score: 1 to 5, **1 the best**.
    DnbFailureClass,
    /// The percentile of Dun & Bradstreet's Failure Score: 1 to 100, **100 the best**.
    DnbFailurePercentile,
    /// The solvency score of Altares: 0 to 100, 100 the best.
    Altares,
}

/// Why there is no grade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRated {
    /// No scale has this code.
    #[error("unknown rating scale {given:?}: none of {}", codes())]
    UnknownScale {
        /// The beginning of what was given.
        given: String,
    },
    /// The scale has no such value.
    #[error("{given:?} is no value of the scale {scale}")]
    UnknownValue {
        /// The code of the scale, `custom` for a tenant's own.
        scale: &'static str,
        /// The beginning of what was given.
        given: String,
    },
    /// The agency itself says that it gives no rating.
    #[error("the agency gave no rating: {given:?} on the scale {scale}")]
    NotGiven {
        /// The code of the scale.
        scale: &'static str,
        /// What the agency wrote.
        given: &'static str,
    },
    /// The registry does not say what the scale meant on that day.
    #[error("what the scale {scale} meant on {as_of} is not known")]
    NotInForce {
        /// The code of the scale.
        scale: &'static str,
        /// The day of the rating.
        as_of: NaiveDate,
    },
}

/// The grade of `raw`, an agency's rating as the agency wrote it, given on `as_of` on the scale
/// with the code `scale`: see [`Scale::code`].
///
/// # Errors
///
/// [`NotRated`] for a scale, a value or a day that the registry does not know, and where the
/// agency says itself that it gives no rating.
pub fn grade(scale: &str, raw: &str, as_of: NaiveDate) -> Result<Grade, NotRated> {
    Scale::from_code(scale)?.grade(raw, as_of)
}

impl Scale {
    /// Every scale.
    pub const EVERY: &'static [Scale] = &[
        Scale::CreditsafeFrance,
        Scale::BanqueDeFrance,
        Scale::Paydex,
        Scale::DnbFailureClass,
        Scale::DnbFailurePercentile,
        Scale::Altares,
    ];

    /// The code by which the scale is named in files and messages.
    pub const fn code(self) -> &'static str {
        match self {
            Scale::CreditsafeFrance => "creditsafe_fr",
            Scale::BanqueDeFrance => "banque_de_france",
            Scale::Paydex => "paydex",
            Scale::DnbFailureClass => "dnb_failure_class",
            Scale::DnbFailurePercentile => "dnb_failure_percentile",
            Scale::Altares => "altares",
        }
    }

    /// The scale with this code, exactly as [`Scale::code`] spells it.
    ///
    /// # Errors
    ///
    /// [`NotRated::UnknownScale`].
    pub fn from_code(code: &str) -> Result<Scale, NotRated> {
        let scale = Scale::EVERY.iter().find(|it| it.code() == code);
        scale.copied().ok_or_else(|| NotRated::UnknownScale { given: beginning(code) })
    }

    /// The row of the registry that says what the scale meant on a day.
    pub fn row(self, as_of: NaiveDate) -> Option<&'static Row> {
        REGISTRY.iter().find(|it| it.scale == self && it.in_force(as_of))
    }

    /// The grade of `raw`, an agency's rating as the agency wrote it, given on `as_of`. Blanks
    /// around it do not count.
    ///
    /// # Errors
    ///
    /// All of [`NotRated`] but the unknown scale.
    pub fn grade(self, raw: &str, as_of: NaiveDate) -> Result<Grade, NotRated> {
        let scale = self.code();
        let row = self.row(as_of).ok_or(NotRated::NotInForce { scale, as_of })?;
        let raw = raw.trim();
        if let Some(given) = row.not_given(raw) {
            return Err(NotRated::NotGiven { scale, given });
        }
        row.grade(raw).ok_or_else(|| NotRated::UnknownValue { scale, given: beginning(raw) })
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

fn codes() -> String {
    Scale::EVERY.iter().map(|it| it.code()).collect::<Vec<_>>().join(", ")
}

/// Enough of a text to know it again.
fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests;

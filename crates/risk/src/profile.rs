//! What portfolios are told apart by: business, country, segment.

use compact_str::CompactString;
use events::{
    Reference,
    risk::{Event, Profile},
};

use crate::{Placed, Policy, Risk, command::commands, input::Said, policy::Answer};

commands! {
    /// All of a customer's profile, as it is now.
    ProfileData {
        /// Its business, by a code of NACE: `62`, `62.01`, `62.01Z`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sector: Option<Reference>,
        /// Country, ISO 3166-1 alpha-2, such as `FR`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        country: Option<CompactString>,
        /// The tenant's own grouping of customers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<Reference>,
    }
}

impl ProfileData {
    fn profile(self) -> Profile {
        Profile { sector: self.sector, country: self.country, segment: self.segment }
    }
}

/// A division, two digits; after a point a group or a class, one or two more; then perhaps the
/// letter of a national code.
fn is_of_nace(code: &str) -> bool {
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let (division, rest) = code.split_once('.').unwrap_or((code, "0"));
    let class = match rest.split_at_checked(2) {
        Some((class, letter)) if letter.bytes().all(|it| it.is_ascii_uppercase()) => class,
        Some(_) | None => rest,
    };
    division.len() == 2
        && digits(division)
        && (1..=2).contains(&class.len())
        && rest.len() <= 3
        && digits(class)
}

impl Said for ProfileData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if let Some(it) = self.sector.as_ref().filter(|it| !is_of_nace(it.as_str())) {
            wrong("sector", format!("`{it}` is no code of NACE, such as 62, 62.01 or 62.01Z"));
        }
        let letters = |it: &str| it.len() == 2 && it.bytes().all(|it| it.is_ascii_uppercase());
        if let Some(it) = self.country.as_ref().filter(|it| !letters(it)) {
            wrong("country", format!("`{it}` is not two capital letters, such as FR"));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.profile();
        let same = risk.inputs.profile.as_ref().is_some_and(|known| **known == stated);
        Ok(if same { Vec::new() } else { vec![Event::ProfileSet(Box::new(stated))] })
    }
}

impl Risk {
    /// What was set last.
    pub fn profile(&self) -> Option<&Placed<Profile>> {
        self.inputs.profile.as_ref()
    }

    pub(crate) fn profile_set(&mut self, it: &Profile) {
        self.inputs.profile = Some(Placed::new(it, self.place));
    }
}

//! Whose law.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Calendar;

/// Whose law holds: a state, or the Union for what its members have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Jurisdiction {
    /// Austria: `AT`.
    Austria,
    /// Belgium: `BE`.
    Belgium,
    /// Germany: `DE`.
    Germany,
    /// Spain: `ES`.
    Spain,
    /// The European Union, the least its members must grant: `EU`.
    Union,
    /// France: `FR`.
    France,
    /// United Kingdom: `GB`.
    UnitedKingdom,
    /// Italy: `IT`.
    Italy,
    /// Luxembourg: `LU`.
    Luxembourg,
    /// Netherlands: `NL`.
    Netherlands,
}

/// A jurisdiction of which no law is known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no law of {given:?} is known: known are {known}", known = known())]
pub struct UnknownJurisdiction {
    /// The beginning of what was given.
    pub given: String,
}

fn known() -> String {
    Jurisdiction::ALL.map(Jurisdiction::code).join(", ")
}

impl Jurisdiction {
    /// Every jurisdiction, in the order of their codes.
    pub const ALL: [Jurisdiction; 10] = [
        Jurisdiction::Austria,
        Jurisdiction::Belgium,
        Jurisdiction::Germany,
        Jurisdiction::Spain,
        Jurisdiction::Union,
        Jurisdiction::France,
        Jurisdiction::UnitedKingdom,
        Jurisdiction::Italy,
        Jurisdiction::Luxembourg,
        Jurisdiction::Netherlands,
    ];

    /// `EU`, or the two letters of the state in ISO 3166-1.
    pub const fn code(self) -> &'static str {
        match self {
            Jurisdiction::Austria => "AT",
            Jurisdiction::Belgium => "BE",
            Jurisdiction::Germany => "DE",
            Jurisdiction::Spain => "ES",
            Jurisdiction::Union => "EU",
            Jurisdiction::France => "FR",
            Jurisdiction::UnitedKingdom => "GB",
            Jurisdiction::Italy => "IT",
            Jurisdiction::Luxembourg => "LU",
            Jurisdiction::Netherlands => "NL",
        }
    }

    /// The calendar by which its courts are closed; that of TARGET for the Union, which has none.
    pub const fn calendar(self) -> Calendar {
        match self {
            Jurisdiction::Austria => Calendar::Austria,
            Jurisdiction::Belgium => Calendar::Belgium,
            Jurisdiction::Germany => Calendar::Germany,
            Jurisdiction::Spain => Calendar::Spain,
            Jurisdiction::Union => Calendar::Target,
            Jurisdiction::France => Calendar::France,
            Jurisdiction::UnitedKingdom => Calendar::UnitedKingdom,
            Jurisdiction::Italy => Calendar::Italy,
            Jurisdiction::Luxembourg => Calendar::Luxembourg,
            Jurisdiction::Netherlands => Calendar::Netherlands,
        }
    }
}

/// Reads two capital letters.
impl FromStr for Jurisdiction {
    type Err = UnknownJurisdiction;

    fn from_str(code: &str) -> Result<Jurisdiction, UnknownJurisdiction> {
        let found = Jurisdiction::ALL.into_iter().find(|it| it.code() == code);
        found.ok_or_else(|| UnknownJurisdiction { given: code.chars().take(40).collect() })
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Jurisdiction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Jurisdiction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

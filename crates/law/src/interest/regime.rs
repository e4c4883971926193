//! Which rate a late debt bears, and from when to when.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::Warning;
use crate::{Jurisdiction, NoRow, Row, Rule, Table};

/// The rule by which a debt bears interest when it is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regime {
    /// The statutory rate between businesses: a reference rate and a margin. In most of the Union
    /// the reference is that of 1 January or 1 July and holds for the half-year; in the United
    /// Kingdom it is that of 31 December or 30 June and holds for the whole life of the debt.
    Statutory(Jurisdiction),
    /// The statutory rate of Germany where a consumer takes part (§ 288(1) BGB).
    GermanConsumer,
    /// France, a contract that agrees on the least the law allows: three times the legal interest
    /// rate (C. com. art. L441-10 II). It is no floor of the statutory rate, which stands by itself.
    FrenchFloor,
    /// France, a rate agreed in per cent a year; a warning where it is below that floor.
    FrenchContract(Decimal),
    /// A rate that terms of sale state, in per cent a year, under the law of a jurisdiction; the fixed
    /// sum is owed with it. On days for which the law lets no lower rate be agreed it is raised to
    /// that, with a warning: in France to three times the legal interest rate (C. com. art. L441-10
    /// II), in Germany to the statutory rate (§ 288(2) and (6) BGB). Elsewhere it is not judged.
    Terms(Jurisdiction, Decimal),
    /// A rate agreed elsewhere, in per cent a year, and not judged.
    Agreed(Decimal),
    /// No interest.
    None,
}

/// On what ground a debt bears interest, before it is known where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// `default`: the statute, between businesses.
    #[default]
    Default,
    /// `consumer`: the statute, a consumer taking part.
    Consumer,
    /// `floor`: a contract that agrees on the least the law allows.
    Floor,
    /// `contract`: a contract that agrees on a rate.
    Contract,
    /// `none`: no ground.
    None,
}

/// Why there is no regime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegimeError {
    /// A word that is no basis.
    #[error(
        "{given:?} is no basis of interest: known are default, consumer, floor, contract, none"
    )]
    Unknown {
        /// The beginning of what was given.
        given: String,
    },
    /// A basis that is not known of a jurisdiction.
    #[error("interest of {jurisdiction} by {basis} is not known here")]
    NotThere {
        /// The basis.
        basis: Basis,
        /// Whose law.
        jurisdiction: Jurisdiction,
    },
    /// A contract without its rate.
    #[error("a contract has a rate: none is given")]
    RateMissing,
    /// A rate that would not be looked at.
    #[error("by {0} the rate follows from the law: none can be given")]
    RateGiven(Basis),
}

impl Basis {
    /// Every basis, the default first.
    pub const ALL: [Basis; 5] =
        [Basis::Default, Basis::Consumer, Basis::Floor, Basis::Contract, Basis::None];

    /// A word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Basis::Default => "default",
            Basis::Consumer => "consumer",
            Basis::Floor => "floor",
            Basis::Contract => "contract",
            Basis::None => "none",
        }
    }
}

impl FromStr for Basis {
    type Err = RegimeError;

    fn from_str(code: &str) -> Result<Basis, RegimeError> {
        let found = Basis::ALL.into_iter().find(|it| it.code() == code);
        found.ok_or_else(|| RegimeError::Unknown { given: code.chars().take(40).collect() })
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A rate, in per cent a year, that holds from the first to the last day, both counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) to: NaiveDate,
    pub(super) rate: Decimal,
    pub(super) rows: Vec<Row>,
    pub(super) warnings: Vec<Warning>,
}

impl Regime {
    /// The regime of a jurisdiction on some ground; `rate`, in per cent a year, for contracts only.
    pub fn of(
        jurisdiction: Jurisdiction,
        basis: Basis,
        rate: Option<Decimal>,
    ) -> Result<Regime, RegimeError> {
        if rate.is_some() && basis != Basis::Contract {
            return Err(RegimeError::RateGiven(basis));
        }
        match (basis, jurisdiction) {
            (Basis::Default, _) => Ok(Regime::Statutory(jurisdiction)),
            (Basis::Consumer, Jurisdiction::Germany) => Ok(Regime::GermanConsumer),
            (Basis::Floor, Jurisdiction::France) => Ok(Regime::FrenchFloor),
            (Basis::Contract, Jurisdiction::France) => {
                rate.map(Regime::FrenchContract).ok_or(RegimeError::RateMissing)
            }
            (Basis::Contract, _) => rate.map(Regime::Agreed).ok_or(RegimeError::RateMissing),
            (Basis::None, _) => Ok(Regime::None),
            (Basis::Consumer | Basis::Floor, _) => {
                Err(RegimeError::NotThere { basis, jurisdiction })
            }
        }
    }

    /// The reference rate to which a jurisdiction's statutory rate adds its margin, and whose it is.
    pub const fn reference(jurisdiction: Jurisdiction) -> (Rule, Jurisdiction) {
        match jurisdiction {
            Jurisdiction::Germany | Jurisdiction::Austria => (Rule::BaseRate, jurisdiction),
            Jurisdiction::UnitedKingdom => (Rule::BankRate, jurisdiction),
            Jurisdiction::Union
            | Jurisdiction::France
            | Jurisdiction::Belgium
            | Jurisdiction::Netherlands
            | Jurisdiction::Italy
            | Jurisdiction::Spain
            | Jurisdiction::Luxembourg => (Rule::EcbMainRefinancing, Jurisdiction::Union),
        }
    }

    /// Whose law it is; none for a rate that is not judged, and for no interest.
    pub const fn jurisdiction(self) -> Option<Jurisdiction> {
        match self {
            Regime::Statutory(jurisdiction) | Regime::Terms(jurisdiction, _) => Some(jurisdiction),
            Regime::GermanConsumer => Some(Jurisdiction::Germany),
            Regime::FrenchFloor | Regime::FrenchContract(_) => Some(Jurisdiction::France),
            Regime::Agreed(_) | Regime::None => None,
        }
    }

    /// Whether the creditor is owed a fixed sum as well: between businesses.
    pub const fn has_fixed_sum(self) -> bool {
        match self {
            Regime::Statutory(_)
            | Regime::FrenchFloor
            | Regime::FrenchContract(_)
            | Regime::Terms(..) => true,
            Regime::GermanConsumer | Regime::Agreed(_) | Regime::None => false,
        }
    }

    /// The rate agreed, where one is.
    pub const fn agreed(self) -> Option<Decimal> {
        match self {
            Regime::FrenchContract(rate) | Regime::Terms(_, rate) | Regime::Agreed(rate) => {
                Some(rate)
            }
            Regime::Statutory(_) | Regime::GermanConsumer | Regime::FrenchFloor | Regime::None => {
                None
            }
        }
    }

    /// A word for it: `FR_DEFAULT`, `EU_MIN`, `DE_B2B`, `UK_FIXED`, `FR_TERMS`, …
    pub const fn code(self) -> &'static str {
        match self {
            Regime::Statutory(jurisdiction) => match jurisdiction {
                Jurisdiction::Austria => "AT_B2B",
                Jurisdiction::Belgium => "BE_B2B",
                Jurisdiction::Germany => "DE_B2B",
                Jurisdiction::Spain => "ES_B2B",
                Jurisdiction::Union => "EU_MIN",
                Jurisdiction::France => "FR_DEFAULT",
                Jurisdiction::UnitedKingdom => "UK_FIXED",
                Jurisdiction::Italy => "IT_B2B",
                Jurisdiction::Luxembourg => "LU_B2B",
                Jurisdiction::Netherlands => "NL_B2B",
            },
            Regime::GermanConsumer => "DE_CONSUMER",
            Regime::FrenchFloor => "FR_CONTRACT_FLOOR",
            Regime::FrenchContract(_) => "FR_CONTRACT",
            Regime::Terms(jurisdiction, _) => match jurisdiction {
                Jurisdiction::Austria => "AT_TERMS",
                Jurisdiction::Belgium => "BE_TERMS",
                Jurisdiction::Germany => "DE_TERMS",
                Jurisdiction::Spain => "ES_TERMS",
                Jurisdiction::Union => "EU_TERMS",
                Jurisdiction::France => "FR_TERMS",
                Jurisdiction::UnitedKingdom => "UK_TERMS",
                Jurisdiction::Italy => "IT_TERMS",
                Jurisdiction::Luxembourg => "LU_TERMS",
                Jurisdiction::Netherlands => "NL_TERMS",
            },
            Regime::Agreed(_) => "AGREED",
            Regime::None => "NONE",
        }
    }

    /// The rate on `day` of a debt that is late since `late_from`, and how long it holds, at most
    /// until `until`; `None` without interest.
    pub(super) fn rate_on(
        self,
        table: &Table,
        late_from: NaiveDate,
        day: NaiveDate,
        until: NaiveDate,
    ) -> Result<Option<Span>, NoRow> {
        let half_year = half_year_of(day);
        let span = Span {
            to: end_of_half_year(day).min(until),
            rate: Decimal::ZERO,
            rows: Vec::new(),
            warnings: Vec::new(),
        };
        Ok(Some(match self {
            Regime::None => return Ok(None),
            Regime::Agreed(rate) => Span { to: until, rate, ..span },
            Regime::FrenchContract(rate) => match floor(table, late_from, half_year) {
                Ok((least, row)) => {
                    let warnings = below(half_year, rate, least, row).into_iter().collect();
                    Span { rate, warnings, ..span }
                }
                Err(missing) => of_unknown_floor(span, rate, half_year, missing),
            },
            Regime::Terms(jurisdiction, rate) => {
                let least = match jurisdiction {
                    Jurisdiction::France => Regime::FrenchFloor,
                    Jurisdiction::Germany => Regime::Statutory(jurisdiction),
                    Jurisdiction::Austria
                    | Jurisdiction::Belgium
                    | Jurisdiction::Spain
                    | Jurisdiction::Union
                    | Jurisdiction::UnitedKingdom
                    | Jurisdiction::Italy
                    | Jurisdiction::Luxembourg
                    | Jurisdiction::Netherlands => {
                        return Ok(Some(Span { to: until, rate, ..span }));
                    }
                };
                match least.rate_on(table, late_from, day, until) {
                    Ok(Some(least)) => raised(least, rate, half_year),
                    Ok(None) => Span { rate, ..span },
                    Err(missing) => of_unknown_floor(span, rate, half_year, missing),
                }
            }
            Regime::FrenchFloor => {
                let (rate, row) = floor(table, late_from, half_year)?;
                let legal = table.on(Rule::LegalRate, Jurisdiction::France, half_year)?;
                Span { rate, rows: vec![legal.clone(), row.clone()], ..span }
            }
            Regime::Statutory(jurisdiction) => {
                let (rule, whose) = Regime::reference(jurisdiction);
                let margin = table.on(Rule::Margin, jurisdiction, late_from)?;
                if jurisdiction == Jurisdiction::UnitedKingdom {
                    let day_before = half_year_of(late_from).pred_opt().unwrap_or(late_from);
                    let reference = table.on(rule, whose, day_before)?;
                    above(reference, margin, day_before, until)
                } else {
                    let reference = table.on(rule, whose, half_year)?;
                    let step = table.on(Rule::RateRoundedUp, jurisdiction, half_year).ok();
                    rounded_up(above(reference, margin, half_year, span.to), step)
                }
            }
            Regime::GermanConsumer => {
                let germany = Jurisdiction::Germany;
                let reference = table.on(Rule::BaseRate, germany, half_year)?;
                let margin = table.on(Rule::MarginConsumer, germany, late_from)?;
                above(reference, margin, half_year, span.to)
            }
        }))
    }
}

/// A margin above a reference rate as it stood on `fixed_on`.
fn above(reference: &Row, margin: &Row, fixed_on: NaiveDate, to: NaiveDate) -> Span {
    let held = reference.known_only_until(fixed_on).map(|known_until| Warning::Held {
        rule: reference.rule,
        jurisdiction: reference.jurisdiction,
        known_until,
        on: fixed_on,
    });
    let rows = vec![reference.clone(), margin.clone()];
    let warnings = held.into_iter().collect();
    Span { to, rate: reference.value + margin.value, rows, warnings }
}

/// The agreed rate, or the least lawful one where that is higher. Its last row is the statute's.
fn raised(least: Span, agreed: Decimal, half_year: NaiveDate) -> Span {
    let warning = least.rows.last().and_then(|row| below(half_year, agreed, least.rate, row));
    match warning {
        None => Span { rate: agreed, rows: Vec::new(), warnings: Vec::new(), ..least },
        Some(warning) => {
            let warnings = least.warnings.into_iter().chain([warning]).collect();
            Span { warnings, ..least }
        }
    }
}

/// What is to be said of an agreed rate, if it is below the least lawful one.
fn below(from: NaiveDate, agreed: Decimal, floor: Decimal, row: &Row) -> Option<Warning> {
    let source = row.source.clone();
    (agreed < floor).then_some(Warning::BelowFloor { from, agreed, floor, source })
}

/// An agreed rate that cannot be held against the law.
fn of_unknown_floor(span: Span, rate: Decimal, from: NaiveDate, missing: NoRow) -> Span {
    Span { rate, warnings: vec![Warning::FloorUnknown { from, missing }], ..span }
}

/// To the next multiple of a step, where the statute has one.
fn rounded_up(mut span: Span, step: Option<&Row>) -> Span {
    if let Some(step) = step.filter(|step| !step.value.is_zero()) {
        span.rate = (span.rate / step.value).ceil() * step.value;
        span.rows.push(step.clone());
    }
    span
}

/// The least that may be agreed in France in a half-year, and the row that says so.
fn floor(
    table: &Table,
    late_from: NaiveDate,
    half_year: NaiveDate,
) -> Result<(Decimal, &Row), NoRow> {
    let legal = table.on(Rule::LegalRate, Jurisdiction::France, half_year)?;
    let times = table.on(Rule::ContractFloor, Jurisdiction::France, late_from)?;
    Ok((legal.value * times.value, times))
}

/// 1 January or 1 July, whichever began the half-year of `day`.
pub(super) fn half_year_of(day: NaiveDate) -> NaiveDate {
    let month = if day.month() < 7 { 1 } else { 7 };
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
}

/// 30 June or 31 December.
fn end_of_half_year(day: NaiveDate) -> NaiveDate {
    let (month, last) = if day.month() < 7 { (6, 30) } else { (12, 31) };
    NaiveDate::from_ymd_opt(day.year(), month, last).unwrap_or(day)
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Regime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

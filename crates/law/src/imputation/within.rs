//! Within a debt: costs, interest, principal, in the order of a waterfall.

use std::fmt;
use std::str::FromStr;

use money::{Money, MoneyError};
use serde::{Serialize, Serializer};

use super::ImputationError;

/// What is owed of a debt, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// Fixed sums and costs of recovery.
    pub costs: Money,
    /// Interest up to the day of the payment.
    pub interest: Money,
    /// What the invoice still asks for.
    pub principal: Money,
}

impl Part {
    /// A word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Part::Costs => "costs",
            Part::Interest => "interest",
            Part::Principal => "principal",
        }
    }
}

impl Owed {
    /// Principal only.
    pub const fn principal(principal: Money) -> Owed {
        let nothing = Money::zero(principal.currency());
        Owed { costs: nothing, interest: nothing, principal }
    }

    /// All of it.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.costs.plus(self.interest)?.plus(self.principal)
    }

    /// Whether no part is below nothing.
    pub(super) const fn is_sound(&self) -> bool {
        !(self.costs.is_negative() || self.interest.is_negative() || self.principal.is_negative())
    }

    const fn part_mut(&mut self, part: Part) -> &mut Money {
        match part {
            Part::Costs => &mut self.costs,
            Part::Interest => &mut self.interest,
            Part::Principal => &mut self.principal,
        }
    }
}

/// A part of a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Fixed sums and costs of recovery.
    Costs,
    /// Interest.
    Interest,
    /// What the invoice asks for.
    Principal,
}

/// In which order the parts of a debt are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waterfall {
    /// `costs_interest_principal`: costs as accessories of the debt, then interest, then principal
    /// (C. civ. art. 1343-1; § 367(1) BGB).
    #[default]
    CostsInterestPrincipal,
    /// `interest_principal_costs`: interest first (C. civ. art. 1343-1), costs last.
    InterestPrincipalCosts,
    /// `principal_interest_costs`: principal first, which takes the creditor's consent.
    PrincipalInterestCosts,
}

/// A waterfall that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is no waterfall: known are costs_interest_principal, interest_principal_costs, principal_interest_costs"
)]
pub struct UnknownWaterfall {
    /// The beginning of what was given.
    pub given: String,
}

/// What a payment settles of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Portion {
    /// Of which part.
    pub part: Part,
    /// How much; above nothing.
    pub amount: Money,
    /// By which order.
    pub rule: Waterfall,
}

/// A payment imputed to one debt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Imputed {
    /// In the order in which they were settled.
    pub portions: Vec<Portion>,
    /// What is still owed.
    pub left: Owed,
    /// What is left of the payment.
    pub remainder: Money,
}

impl Waterfall {
    /// Every waterfall, the default first.
    pub const ALL: [Waterfall; 3] = [
        Waterfall::CostsInterestPrincipal,
        Waterfall::InterestPrincipalCosts,
        Waterfall::PrincipalInterestCosts,
    ];

    /// A word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Waterfall::CostsInterestPrincipal => "costs_interest_principal",
            Waterfall::InterestPrincipalCosts => "interest_principal_costs",
            Waterfall::PrincipalInterestCosts => "principal_interest_costs",
        }
    }

    /// Where it is written.
    pub const fn source(self) -> &'static str {
        match self {
            Waterfall::CostsInterestPrincipal => {
                "C. civ. art. 1343-1, costs as accessories of the debt; § 367(1) BGB"
            }
            Waterfall::InterestPrincipalCosts => "C. civ. art. 1343-1",
            Waterfall::PrincipalInterestCosts => "consent of the creditor (C. civ. art. 1343-1)",
        }
    }

    /// The parts, first settled first.
    pub const fn order(self) -> [Part; 3] {
        match self {
            Waterfall::CostsInterestPrincipal => [Part::Costs, Part::Interest, Part::Principal],
            Waterfall::InterestPrincipalCosts => [Part::Interest, Part::Principal, Part::Costs],
            Waterfall::PrincipalInterestCosts => [Part::Principal, Part::Interest, Part::Costs],
        }
    }

    /// What `payment` settles of `owed`, and what is left of both.
    pub fn impute(self, owed: Owed, payment: Money) -> Result<Imputed, ImputationError> {
        if payment.is_negative() || !owed.is_sound() {
            return Err(ImputationError::Negative);
        }
        let mut left = owed;
        let mut remainder = payment;
        let mut portions = Vec::new();
        for part in self.order() {
            let open = left.part_mut(part);
            let amount = open.min(remainder)?;
            *open = open.minus(amount)?;
            remainder = remainder.minus(amount)?;
            if amount.is_positive() {
                portions.push(Portion { part, amount, rule: self });
            }
        }
        Ok(Imputed { portions, left, remainder })
    }
}

impl FromStr for Waterfall {
    type Err = UnknownWaterfall;

    fn from_str(code: &str) -> Result<Waterfall, UnknownWaterfall> {
        let found = Waterfall::ALL.into_iter().find(|it| it.code() == code);
        found.ok_or_else(|| UnknownWaterfall { given: code.chars().take(40).collect() })
    }
}

impl fmt::Display for Waterfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Waterfall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

//! Formulas of credit managers, each with its source: numbers in, numbers out.
//!
//! Nothing here knows a customer, a policy, or a day it was not given. Amounts are whole numbers
//! of a currency's smallest unit, or [`Money`](money::Money) where the result is an amount; the
//! rest is exact decimals, rounded once and where it is said. Shares and rates are shares of 1
//! unless a name says `percent`. A figure that cannot be computed says why; it is never zero
//! instead.

pub mod paydex;
pub mod scale;
pub mod statement;

pub mod concentration;
pub mod forecast;
pub mod working_capital;

pub mod depreciation;
pub mod provision;

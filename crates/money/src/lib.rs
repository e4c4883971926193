//! Exact amounts of one currency.
//!
//! An amount is a whole number of the currency's smallest unit (cents of a euro, yen, fils of a
//! dinar) and never meets a floating-point number. What can leave the range or mix currencies says
//! so in its result; what divides names its rounding; what splits conserves the sum.
//!
//! Two spellings, both strict:
//!
//! - in the journal and on screen `1200.00 EUR` ([`Money`]'s `Display`, `FromStr` and serde);
//! - from producers `{"amount":"1200.00","currency":"EUR"}` ([`Stated`], [`Money::parse`]).

mod currency;
mod iso_4217;

mod money;
mod rounding;
mod split;

mod amount;
mod stated;
mod text;

pub use amount::AmountError;
pub use currency::CurrencyError;
pub use iso_4217::Currency;
pub use money::{Money, MoneyError};
pub use rounding::Rounding;
pub use stated::Stated;
pub use text::{MoneyText, MoneyTextError};

#[cfg(test)]
mod tests;

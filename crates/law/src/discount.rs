//! What it costs to be paid early: an offer such as `2/10 net 30`, and a bank that buys a bill.
//!
//! Whoever grants 2 % for payment on the 10th day instead of the 30th pays 2 on 98 for the use of
//! the money over 20 days. Simple, that times the 365/20 such stretches of a year; effective, as if
//! each bore on the one before.

use std::fmt;
use std::str::FromStr;

use money::{Money, MoneyError, Rounding};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

/// An offer to pay early for less: `2/10 net 30`, two per cent off within 10 days, all of it by the
/// 30th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    percent: Decimal,
    within_days: u16,
    net_days: u16,
}

/// What an offer costs whoever makes it, in per cent a year of 365 days, to four decimals, half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Of the reduced amount, for a year of such stretches side by side.
    #[serde(with = "rust_decimal::serde::str")]
    pub simple_percent: Decimal,
    /// The same, each stretch bearing on the one before; none above a hundred million per cent,
    /// where it says nothing to anybody.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub effective_percent: Option<Decimal>,
}

/// Why a text is no offer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// Not of its form.
    #[error("{0:?} is no offer such as \"2/10 net 30\"")]
    Form(String),
    /// A percentage that is none.
    #[error("{0} per cent cannot be taken off: it is more than 0, to 50, with at most 6 decimals")]
    Percent(Decimal),
    /// The early day is not before the last one, or that is too far away.
    #[error(
        "{within_days} days are not before the {net_days} without it, of which there are at most {max}",
        max = Offer::DAYS_MAX
    )]
    Days {
        /// Days for the reduced amount.
        within_days: u16,
        /// Days for all of it.
        net_days: u16,
    },
}

impl Offer {
    /// The most per cent that can be taken off.
    pub const PERCENT_MAX: Decimal = Decimal::from_parts(50, 0, 0, false, 0);
    /// The most days until all of it is owed.
    pub const DAYS_MAX: u16 = 400;

    /// `percent` off, more than 0 and at most [`Offer::PERCENT_MAX`], when paid within so many days
    /// of those that there are without it.
    pub fn new(percent: Decimal, within_days: u16, net_days: u16) -> Result<Offer, OfferError> {
        let sound = Decimal::ZERO < percent && percent <= Offer::PERCENT_MAX;
        if !sound || percent.normalize().scale() > 6 {
            return Err(OfferError::Percent(percent));
        }
        if within_days >= net_days || net_days > Offer::DAYS_MAX {
            return Err(OfferError::Days { within_days, net_days });
        }
        Ok(Offer { percent: percent.normalize(), within_days, net_days })
    }

    /// What is taken off, in per cent.
    pub const fn percent(self) -> Decimal {
        self.percent
    }

    /// Days within which less is owed.
    pub const fn within_days(self) -> u16 {
        self.within_days
    }

    /// Days within which all of it is owed otherwise.
    pub const fn net_days(self) -> u16 {
        self.net_days
    }

    /// How many days earlier the money comes.
    pub const fn days_early(self) -> u16 {
        self.net_days.saturating_sub(self.within_days)
    }

    /// What it costs, a year.
    pub fn cost(self) -> Cost {
        let left = Decimal::ONE_HUNDRED - self.percent;
        let times = Decimal::from(365) / Decimal::from(self.days_early());
        let simple = self.percent * Decimal::ONE_HUNDRED / left * times;
        // ln(100 / left) = 2 artanh(percent / (200 - percent))
        let logarithm =
            twice_artanh(self.percent / (Decimal::TWO * Decimal::ONE_HUNDRED - self.percent));
        let effective = exponential(logarithm * times)
            .map(|grown| to_4_decimals((grown - Decimal::ONE) * Decimal::ONE_HUNDRED));
        Cost { simple_percent: to_4_decimals(simple), effective_percent: effective }
    }
}

fn to_4_decimals(it: Decimal) -> Decimal {
    let mut rounded = it.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(4);
    rounded
}

/// Terms until one no longer matters among 28 digits.
const SERIES: u32 = 40;

/// `2 artanh(z)` for 0 to a third: `2 (z + z³/3 + z⁵/5 + …)`.
fn twice_artanh(z: Decimal) -> Decimal {
    let square = z * z;
    let mut power = z;
    let mut sum = Decimal::ZERO;
    for term in 0..SERIES {
        sum += power / Decimal::from(2 * term + 1);
        power *= square;
    }
    sum * Decimal::TWO
}

/// `e^exponent`, for 0 to 13.8, where it is a million; none beyond.
fn exponential(exponent: Decimal) -> Option<Decimal> {
    const EXPONENT_MAX: Decimal = Decimal::from_parts(138, 0, 0, false, 1);
    if exponent > EXPONENT_MAX {
        return None;
    }
    // Of a 32nd the series is short; five squarings make up for it.
    let small = exponent / Decimal::from(32);
    let (mut sum, mut term) = (Decimal::ONE, Decimal::ONE);
    for place in 1..=SERIES {
        term = term * small / Decimal::from(place);
        sum += term;
    }
    Some((0..5).fold(sum, |grown, _| grown * grown))
}

/// The highest rate that is taken for one, in per cent a year.
pub const RATE_MAX: Decimal = Decimal::ONE_THOUSAND;

/// What a bank keeps when it buys a bill of `amount` that falls due in so many days, at a rate in
/// per cent a year of so many days: `amount × rate × days / year`, rounded half up. Banks take 360
/// days for a year.
///
/// The rate is from 0 to 1000 with at most 6 decimals; [`MoneyError::OutOfRange`] beyond it.
pub fn bank_discount(
    amount: Money,
    days: u16,
    rate_percent: Decimal,
    days_of_year: u16,
) -> Result<Money, MoneyError> {
    let rate = rate_percent.normalize();
    let scale = 10_i128.checked_pow(rate.scale()).filter(|_| rate.scale() <= 6);
    let in_range = Decimal::ZERO <= rate && rate <= RATE_MAX;
    // The amount is below 2^63 and the rest below 2^47: their product is in range.
    let dividend = i128::from(amount.minor()) * rate.mantissa() * i128::from(days);
    let divisor = scale.filter(|_| in_range).unwrap_or(0) * 100 * i128::from(days_of_year);
    Money::from_ratio(dividend, divisor, amount.currency(), Rounding::HalfUp)
}

impl FromStr for Offer {
    type Err = OfferError;

    /// `2/10 net 30`; the word may be left out, as in `2/10, n/30`.
    fn from_str(text: &str) -> Result<Offer, OfferError> {
        let wrong = || OfferError::Form(text.chars().take(40).collect());
        let lower = text.trim().to_lowercase();
        let (percent, rest) = lower.split_once('/').ok_or_else(wrong)?;
        let end = rest.find(|it: char| !it.is_ascii_digit()).ok_or_else(wrong)?;
        let (within, rest) = rest.split_at_checked(end).ok_or_else(wrong)?;
        let rest = rest.trim_start_matches([' ', ',']);
        let net = rest.strip_prefix("net").or_else(|| rest.strip_prefix("n/")).ok_or_else(wrong)?;
        let percent = percent.trim().trim_end_matches('%').trim_end().replace(',', ".");
        let percent = Decimal::from_str_exact(&percent).map_err(|_| wrong())?;
        let days = |digits: &str| digits.trim().parse::<u16>().map_err(|_| wrong());
        Offer::new(percent, days(within)?, days(net)?)
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} net {}", self.percent, self.within_days, self.net_days)
    }
}

impl Serialize for Offer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use money::Currency;

    use super::*;

    fn cost(offer: &str) -> (String, Option<String>) {
        let offer: Offer = offer.parse().expect("the test writes offers");
        let cost = offer.cost();
        (cost.simple_percent.to_string(), cost.effective_percent.map(|it| it.to_string()))
    }

    #[test]
    fn two_per_cent_for_twenty_days_cost_over_thirty_seven_a_year() {
        let said = |simple: &str, effective: &str| (simple.to_owned(), Some(effective.to_owned()));
        assert_eq!(cost("2/10 net 30"), said("37.2449", "44.5853"));
        // 1 on 99 over 365 days is itself.
        assert_eq!(cost("1/0 net 365"), said("1.0101", "1.0101"));
        // 50 on 50 doubles: once a year, or five times.
        assert_eq!(cost("50/0 net 365"), said("100.0000", "100.0000"));
        assert_eq!(cost("50/0 net 73"), said("500.0000", "3100.0000"));
        assert_eq!(cost("50/1 net 2"), ("36500.0000".to_owned(), None));
    }

    #[test]
    fn an_offer_is_read_as_people_write_it_and_written_one_way() {
        for text in ["2/10 net 30", "2/10, n/30", "2%/10 NET 30", "2,0/10 n/30"] {
            assert_eq!(
                text.parse::<Offer>().map(|it| it.to_string()),
                Ok("2/10 net 30".to_owned())
            );
        }
        for text in ["", "2/10", "2 10 net 30", "2/x net 30", "2/10 net", "-2/10 net 30"] {
            assert!(text.parse::<Offer>().is_err(), "{text}");
        }
        let said = |text: &str| text.parse::<Offer>().expect_err("none").to_string();
        assert!(said("60/10 net 30").starts_with("60 per cent cannot be taken off"));
        assert!(said("2/30 net 30").starts_with("30 days are not before the 30"));
    }

    #[test]
    fn a_bank_keeps_its_discount_by_a_year_of_360_days() {
        let bill = Money::new(1_000_000, Currency::EUR);
        let kept = |rate: Decimal, year| bank_discount(bill, 60, rate, year);
        assert_eq!(kept(Decimal::from(5), 360), Ok(Money::new(8_333, Currency::EUR)));
        assert_eq!(kept(Decimal::from(5), 365), Ok(Money::new(8_219, Currency::EUR)));
        assert_eq!(kept(Decimal::ZERO, 360), Ok(Money::zero(Currency::EUR)));
        assert!(kept(Decimal::from(2_000), 360).is_err() && kept(-Decimal::ONE, 360).is_err());
        assert!(kept(Decimal::new(1, 9), 360).is_err() && kept(Decimal::ONE, 0).is_err());
    }
}

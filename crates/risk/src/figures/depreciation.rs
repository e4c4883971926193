//! What a doubtful receivable costs under French GAAP: depreciation of the claim without tax.
//!
//! The whole claim, tax included, moves from customers (account 411) to doubtful customers (416).
//! Only what is lost for good is depreciated (6817 to 491), and the tax is not: it is recovered
//! when the claim is given up (CGI art. 272). The percentage is a judgement of **this** claim:
//! lateness alone does not justify it, and practice in receivership is 30, 50 or 75 % (davidan.org,
//! abak.ec, dormane.fr). So there is no default percentage here.

use money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

/// A claim, parted into base and tax, and what of the base is depreciated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depreciation {
    /// The claim without tax, rounded to the smallest unit.
    pub base: Money,
    /// The rest of the claim: base and tax are the gross again, to the last unit.
    pub tax: Money,
    /// The percentage of the rounded base, rounded again, so that it can be checked from the base
    /// that is shown.
    pub amount: Money,
}

/// Why nothing is depreciated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The claim is less than nothing.
    #[error("a claim of {claim} is negative")]
    NegativeClaim {
        /// What was given.
        claim: Money,
    },
    /// No rate of tax is below 0 or above 100 %.
    #[error("{tax_percent} % is no rate of tax: it is from 0 to 100")]
    TaxRate {
        /// What was given.
        tax_percent: Decimal,
    },
    /// A claim loses from nothing to all of its value.
    #[error("{percent} % is no depreciation: it is from 0 to 100")]
    Percent {
        /// What was given.
        percent: Decimal,
    },
    /// A rate with more digits than can be computed with.
    #[error("the depreciation is out of range")]
    OutOfRange,
    /// A percentage with more digits than can be computed with.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The depreciation by `percent` (0 to 100) of what is open of a claim, `gross`, which holds tax at
/// `tax_percent` (20 for 20 %, 0 where the sale was exempt or tax is due by the customer).
///
/// An invoice with several rates is as many claims; one whose tax is known exactly is better given
/// to [`of_base`].
///
/// # Errors
///
/// [`Refused`].
pub fn of_gross(
    gross: Money,
    tax_percent: Decimal,
    percent: Decimal,
    rounding: Rounding,
) -> Result<Depreciation, Refused> {
    if gross.is_negative() {
        return Err(Refused::NegativeClaim { claim: gross });
    }
    if !in_percent(tax_percent) {
        return Err(Refused::TaxRate { tax_percent });
    }
    let hundred = gross.decimal().checked_mul(Decimal::ONE_HUNDRED).ok_or(Refused::OutOfRange)?;
    let with_tax = Decimal::ONE_HUNDRED.checked_add(tax_percent).ok_or(Refused::OutOfRange)?;
    let base = hundred.checked_div(with_tax).ok_or(Refused::OutOfRange)?;
    let base = Money::from_decimal(base, gross.currency(), rounding)?;
    let amount = of_base(base, percent, rounding)?;
    Ok(Depreciation { base, tax: gross.minus(base)?, amount })
}

/// The depreciation by `percent` (0 to 100) of a claim without its tax, rounded once.
///
/// # Errors
///
/// [`Refused`].
pub fn of_base(base: Money, percent: Decimal, rounding: Rounding) -> Result<Money, Refused> {
    if base.is_negative() {
        return Err(Refused::NegativeClaim { claim: base });
    }
    if !in_percent(percent) {
        return Err(Refused::Percent { percent });
    }
    Ok(base.percent(percent, rounding)?)
}

fn in_percent(rate: Decimal) -> bool {
    Decimal::ZERO <= rate && rate <= Decimal::ONE_HUNDRED
}

#[cfg(test)]
mod tests {
    use money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn eur(text: &str) -> Money {
        Money::parse(text, Currency::EUR).unwrap()
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn half_up(gross: &str, tax: &str, percent: &str) -> Result<Depreciation, Refused> {
        of_gross(eur(gross), decimal(tax), decimal(percent), Rounding::HalfUp)
    }

    #[test]
    fn half_of_twelve_thousand_with_tax_at_twenty_is_five_thousand() {
        let it = half_up("12000.00", "20", "50").unwrap();
        assert_eq!((it.base, it.tax, it.amount), (eur("10000"), eur("2000"), eur("5000")));
    }

    #[test]
    fn each_rounding_can_be_checked_on_paper() {
        let it = half_up("100.00", "5.5", "30").unwrap();
        assert_eq!((it.base, it.tax, it.amount), (eur("94.79"), eur("5.21"), eur("28.44")));
        let down = of_gross(eur("100.00"), decimal("5.5"), decimal("30"), Rounding::Down).unwrap();
        assert_eq!((down.base, down.tax, down.amount), (eur("94.78"), eur("5.22"), eur("28.43")));
    }

    #[test]
    fn an_exempt_claim_is_its_own_base() {
        let it = half_up("12000.00", "0", "100").unwrap();
        assert_eq!((it.base, it.tax, it.amount), (eur("12000"), eur("0"), eur("12000")));
    }

    #[test]
    fn what_is_no_claim_and_no_percentage_is_refused() {
        let said = |it: Result<Depreciation, Refused>| it.unwrap_err().to_string();
        assert_eq!(said(half_up("-1.00", "20", "50")), "a claim of -1.00 EUR is negative");
        assert_eq!(
            said(half_up("1.00", "-1", "50")),
            "-1 % is no rate of tax: it is from 0 to 100"
        );
        assert_eq!(
            said(half_up("1.00", "20", "100.01")),
            "100.01 % is no depreciation: it is from 0 to 100"
        );
        assert!(of_base(eur("-1.00"), Decimal::ONE, Rounding::HalfUp).is_err());
    }

    proptest! {
        #[test]
        fn base_and_tax_are_the_gross_and_no_more_than_the_base_is_lost(
            gross in 0_i64..=i64::MAX,
            tax in 0_i64..=10_000,
            percent in 0_i64..=10_000,
        ) {
            let gross = Money::new(gross, Currency::EUR);
            let (tax, percent) = (Decimal::new(tax, 2), Decimal::new(percent, 2));
            let it = of_gross(gross, tax, percent, Rounding::HalfUp).unwrap();
            prop_assert_eq!(it.base.plus(it.tax), Ok(gross));
            prop_assert!(!it.tax.is_negative());
            prop_assert!(!it.amount.is_negative() && it.amount.minor() <= it.base.minor());
        }

        #[test]
        fn a_graver_judgement_never_depreciates_less(
            gross in 0_i64..1_000_000_000_000,
            percent in 0_i64..=5_000,
            more in 0_i64..=5_000,
        ) {
            let of = |percent| {
                let gross = Money::new(gross, Currency::EUR);
                of_gross(gross, decimal("20"), Decimal::new(percent, 2), Rounding::HalfUp)
            };
            prop_assert!(of(percent).unwrap().amount.minor() <= of(percent + more).unwrap().amount.minor());
        }
    }
}

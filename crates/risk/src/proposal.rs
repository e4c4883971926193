//! Limits that the policy proposes: so many days of what a customer buys, up to a most of its grade.

use chrono::{Days, NaiveDate};
use events::risk::Grade;
use invoicing::view::MissingRate;
use money::Money;

use crate::{Policy, Risk, exposure::clamped, review::of_grade};

/// A year, in days: over which what a customer buys is looked at.
const YEAR: u64 = 365;

/// A limit the policy proposes, and what it follows from: `sales of a year × days ÷ 365`, at most
/// `most`, rounded down to whole hundreds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// So much.
    pub amount: Money,
    /// By the rule of this grade.
    pub grade: Grade,
    /// Invoiced in the year up to the day, credit notes not taken off.
    pub sales: Money,
    /// Days of sales.
    pub days: u16,
    /// The most a customer of the grade gets.
    pub most: Money,
}

impl Policy {
    /// The limit the policy proposes on a day; none if it proposes none, or the customer has no
    /// grade.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something was invoiced in a currency the policy names no rate for.
    pub fn proposal(&self, risk: &Risk, on: NaiveDate) -> Result<Option<Proposal>, MissingRate> {
        let (Some(rules), Some(standing)) = (&self.rules().proposals, risk.standing()) else {
            return Ok(None);
        };
        let rule = of_grade(rules, standing.grade);
        let after = on.checked_sub_days(Days::new(YEAR)).unwrap_or(NaiveDate::MIN);
        let mut sales = 0_i128;
        for it in risk.account.courses(on).filter(|it| it.issued_on > after) {
            sales += self.minor(Money::new(it.gross_minor, it.currency))?;
        }
        let currency = self.rules().currency;
        let hundred = 100 * 10_i128.pow(u32::from(currency.minor_units()));
        let amount = (sales * i128::from(rule.days_of_sales) / i128::from(YEAR))
            .min(i128::from(rule.amount_max.minor()));
        Ok(Some(Proposal {
            amount: clamped(amount - amount % hundred, currency),
            grade: standing.grade,
            sales: clamped(sales, currency),
            days: rule.days_of_sales,
            most: rule.amount_max,
        }))
    }
}

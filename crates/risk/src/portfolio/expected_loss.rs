//! What customers are expected not to pay within a year: what is at stake and not secured × how
//! likely the grade is to fail × what is lost then.
//!
//! EL = EAD × PD × LGD is the formula of banking supervision (Basel framework, CRE31; regulation (EU)
//! 575/2013, art. 158). The rates are the tenant's: the defaults are ours, an order of magnitude for
//! trade credit between companies, and no agency publishes them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    CustomerId,
    risk::{CreditPolicy, Grade},
};
use invoicing::view::MissingRate;
use money::{Money, Rounding};
use rust_decimal::Decimal;

use super::{Figure, Value};
use crate::{Policy, Risk, review::of_grade};

/// Who has no score is an ordinary payer.
pub const UNSCORED: Grade = Grade::C;

/// A customer and what it is expected not to pay, in the currency of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its grade; none: it was never scored, and counts as [`UNSCORED`].
    pub grade: Option<Grade>,
    /// What is at stake by the policy.
    pub exposure: Money,
    /// What of that is neither guaranteed nor insured.
    pub unsecured: Money,
    /// What of that is expected to be lost within a year.
    pub expected_loss: Money,
}

/// Customers and what they are expected not to pay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedLoss(BTreeMap<CustomerId, Line>);

/// The customers of a grade together, in the smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    customers: u64,
    exposure: i128,
    unsecured: i128,
    expected_loss: i128,
}

/// The customers of a grade together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfGrade {
    /// Which; none: those that were never scored.
    pub grade: Option<Grade>,
    /// How many have something at stake.
    pub customers: u64,
    /// How many in a million of them fail within a year.
    pub default_ppm: u32,
    /// What is at stake by the policy.
    pub exposure: Money,
    /// What of that is neither guaranteed nor insured.
    pub unsecured: Money,
    /// The sum of what each is expected not to pay.
    pub expected_loss: Money,
}

impl Policy {
    /// How many in a million customers of a grade fail within a year.
    pub fn default_ppm(&self, grade: Grade) -> u32 {
        *of_grade(self.rules().default_ppm.as_ref().unwrap_or(&CreditPolicy::DEFAULT_PPM), grade)
    }

    /// What is lost of a claim when its customer fails, a share of 1.
    pub fn loss_given_default(&self) -> Decimal {
        self.rules().loss_given_default.unwrap_or(CreditPolicy::LOSS_GIVEN_DEFAULT)
    }

    /// What is expected to be lost within a year of so much that is not secured, in the smallest unit
    /// of the policy's currency, with a customer of a grade: `unsecured × default_ppm / 1,000,000 ×
    /// loss_given_default`, rounded once to the smallest unit, halves away from zero. Of less than
    /// nothing, nothing is lost.
    pub fn expected_loss(&self, unsecured_minor: i128, grade: Grade) -> Money {
        // Clamped first, so that the product can be held: 19 digits, 7 and the few of the share.
        let unsecured = self.amount(unsecured_minor.max(0));
        let share = Decimal::new(self.default_ppm(grade).into(), 6);
        let lost = share
            .checked_mul(self.loss_given_default())
            .and_then(|share| unsecured.decimal().checked_mul(share))
            .and_then(|it| Money::from_decimal(it, unsecured.currency(), Rounding::HalfUp).ok());
        lost.unwrap_or(unsecured)
    }
}

impl ExpectedLoss {
    /// What these customers are expected not to pay, by what is at stake at the end of a day.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let mut lines = BTreeMap::new();
        for (customer, risk) in customers {
            let exposure = policy.exposure_effective(risk, on)?;
            if exposure.total.is_zero() {
                continue;
            }
            let grade = risk.standing().map(|it| it.grade);
            let unsecured = exposure.unsecured;
            let expected_loss =
                policy.expected_loss(unsecured.minor().into(), grade.unwrap_or(UNSCORED));
            let line = Line { grade, exposure: exposure.total, unsecured, expected_loss };
            lines.insert(customer.clone(), line);
        }
        Ok(Self(lines))
    }

    /// Those of other customers, added.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Every customer with something at stake, by id.
    pub fn lines(&self) -> impl Iterator<Item = (&CustomerId, &Line)> {
        self.0.iter()
    }

    /// The customers with the largest expected loss, the largest first.
    pub fn largest(&self, count: usize) -> Vec<(&CustomerId, &Line)> {
        super::largest(&self.0, count, |it| it.expected_loss.minor())
    }

    /// Grade by grade, the best first, those without one last.
    pub fn by_grade(&self, policy: &Policy) -> Vec<OfGrade> {
        let mut sums = BTreeMap::<(bool, Option<Grade>), Sums>::new();
        for it in self.0.values() {
            sums.entry((it.grade.is_none(), it.grade)).or_default().add(it);
        }
        let grades = sums.into_iter().map(|((_, grade), sums)| OfGrade {
            grade,
            customers: sums.customers,
            default_ppm: policy.default_ppm(grade.unwrap_or(UNSCORED)),
            exposure: policy.amount(sums.exposure),
            unsecured: policy.amount(sums.unsecured),
            expected_loss: policy.amount(sums.expected_loss),
        });
        grades.collect()
    }

    /// The whole.
    pub fn figures(&self, policy: &Policy) -> Vec<Figure> {
        let mut sums = Sums::default();
        self.0.values().for_each(|it| sums.add(it));
        let amount = |minor| Value::Amount(policy.amount(minor));
        let share = super::share(sums.expected_loss, sums.exposure);
        let share = share.map(Value::Number).ok_or_else(|| "nothing is at stake".to_owned());
        vec![
            Figure::new(
                "expected_loss",
                amount(sums.expected_loss),
                "sum over customers of unsecured * default_ppm / 1000000 * loss_given_default",
                [
                    ("exposure", amount(sums.exposure)),
                    ("unsecured", amount(sums.unsecured)),
                    ("loss_given_default", policy.loss_given_default().into()),
                ],
            ),
            Figure::of(
                "expected_loss_share",
                share,
                "expected_loss / exposure",
                [
                    ("expected_loss", amount(sums.expected_loss)),
                    ("exposure", amount(sums.exposure)),
                ],
            ),
        ]
    }
}

impl Sums {
    fn add(&mut self, it: &Line) {
        self.customers += 1;
        self.exposure += i128::from(it.exposure.minor());
        self.unsecured += i128::from(it.unsecured.minor());
        self.expected_loss += i128::from(it.expected_loss.minor());
    }
}

//! What credit insurance costs, against what it saves: the premium of a year and the loss that stays
//! with the tenant all the same, against the loss to expect without any cover.
//!
//! Both losses are expected losses of a year, by the formula of [`expected_loss`](super::expected_loss),
//! of what is at stake at the end of a day less what is guaranteed. With cover, what insurers would pay
//! of it is off; what is left is with the tenant for one of three reasons: the quota of a cover leaves a
//! part of each claim, the receivables are above its amount (over the limit), or no cover answers for
//! them, because there is none, they are contested, or it is not invoiced yet (uninsured).
//!
//! The premium is a rate on the sales of the twelve months that end on the day, or an amount that is
//! known. Deductibles, bonuses and fees are not in it: whoever knows them states the amount.
//!
//! Every amount is rounded once: a customer's loss to the smallest unit, halves away from zero, the
//! premium of all likewise. What is shared out, a customer's loss by its reasons and the premium by
//! grades, is so by the method of the largest remainder; so the parts are always the whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{CustomerId, risk::Grade};
use invoicing::view::MissingRate;
use money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

use super::{Figure, cover_gap::CoverGap, expected_loss::UNSCORED};
use crate::{Policy, Risk};

/// What a year of cover is paid with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Premium {
    /// So many percent of the sales that are insured.
    Percent(Decimal),
    /// So much.
    Amount(Money),
}

/// Of whose sales the premium is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turnover {
    /// Of the customers with a cover that holds on the day.
    Insured,
    /// Of all customers.
    All,
}

/// Customers and what their cover saves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverCost(BTreeMap<CustomerId, Line>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    grade: Option<Grade>,
    sums: Sums,
}

/// In the smallest unit of the policy's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    at_stake: i128,
    unsecured: i128,
    insured: i128,
    expected_loss: i128,
    quota_loss: i128,
    over_limit_loss: i128,
    uninsured_loss: i128,
    sales: i128,
}

/// What cover costs and saves, in the currency of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// What is at stake by the policy.
    pub at_stake: Money,
    /// What of that is not guaranteed.
    pub unsecured: Money,
    /// What insurers would pay of that.
    pub insured: Money,
    /// What is expected to be lost of what is not guaranteed within a year, without cover.
    pub expected_loss: Money,
    /// The same with cover, because quotas leave a part with the tenant.
    pub quota_loss: Money,
    /// The same, because receivables are above the amounts of their covers.
    pub over_limit_loss: Money,
    /// The same, because no cover answers for it.
    pub uninsured_loss: Money,
    /// All that is expected to be lost within a year with cover.
    pub retained_loss: Money,
    /// The sales of twelve months that the premium is of, tax included.
    pub sales: Money,
    /// What the cover costs a year.
    pub premium: Money,
    /// Expected loss − retained loss − premium; above zero: cover saves more than it costs.
    pub difference: Money,
}

/// The customers of a grade together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfGrade {
    /// Which; none: those that were never scored.
    pub grade: Option<Grade>,
    /// How many have something at stake, or sales the premium is of.
    pub customers: u64,
    /// How many in a million of them fail within a year.
    pub default_ppm: u32,
    /// What it is of them.
    pub cost: Cost,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// In a currency without a rate.
    #[error(transparent)]
    MissingRate(#[from] MissingRate),
    /// More than an amount can be.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl CoverCost {
    /// What cover saves with these customers, by what is at stake at the end of a day, and the sales
    /// that its premium is of.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for. A cover in such a
    /// currency is none: the cautious answer.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
        turnover: Turnover,
    ) -> Result<Self, MissingRate> {
        let mut lines = BTreeMap::new();
        for (customer, risk) in customers {
            let sums = Sums::of(policy, customer, risk, on, turnover)?;
            if sums != Sums::default() {
                let grade = risk.standing().map(|it| it.grade);
                lines.insert(customer.clone(), Line { grade, sums });
            }
        }
        Ok(Self(lines))
    }

    /// Those of other customers, added.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// All customers together.
    ///
    /// # Errors
    ///
    /// [`NotComputable`] if the premium is in a currency without a rate, or more than an amount can be.
    pub fn total(&self, policy: &Policy, premium: Premium) -> Result<Cost, NotComputable> {
        let sums = self.sums();
        Ok(sums.cost(policy, sums.premium(policy, premium)?))
    }

    /// Grade by grade, the best first, those without one last.
    ///
    /// # Errors
    ///
    /// As [`CoverCost::total`].
    pub fn by_grade(
        &self,
        policy: &Policy,
        premium: Premium,
    ) -> Result<Vec<OfGrade>, NotComputable> {
        let mut grades = BTreeMap::<(bool, Option<Grade>), (u64, Sums)>::new();
        for it in self.0.values() {
            let (customers, sums) = grades.entry((it.grade.is_none(), it.grade)).or_default();
            *customers += 1;
            sums.add(&it.sums);
        }
        // By what each grade bought; if none did, by what is at stake; and alike at the last.
        let weights = [|it: &Sums| it.sales, |it: &Sums| it.at_stake, |_: &Sums| 1];
        let weights = weights.map(|of| grades.values().map(|(_, it)| weight(of(it))).collect());
        let some = |it: &Vec<u64>| it.iter().any(|it| *it > 0);
        let Some(weights) = weights.iter().find(|it| some(it)) else { return Ok(Vec::new()) };
        let premiums = self.sums().premium(policy, premium)?.split_by(weights)?;
        let of_grade = |(((_, grade), (customers, sums)), premium): ((_, (u64, Sums)), Money)| {
            let grade: Option<Grade> = grade;
            OfGrade {
                grade,
                customers,
                default_ppm: policy.default_ppm(grade.unwrap_or(UNSCORED)),
                cost: sums.cost(policy, premium),
            }
        };
        Ok(grades.into_iter().zip(premiums).map(of_grade).collect())
    }

    /// The whole.
    ///
    /// # Errors
    ///
    /// As [`CoverCost::total`].
    pub fn figures(&self, policy: &Policy, premium: Premium) -> Result<Vec<Figure>, NotComputable> {
        let it = self.total(policy, premium)?;
        let retained = policy.amount(minor(it.unsecured) - minor(it.insured));
        let lost = policy.loss_given_default();
        let (formula, stated) = match premium {
            Premium::Percent(rate) => {
                ("sales * premium_percent / 100, a year", ("premium_percent", rate.into()))
            }
            Premium::Amount(amount) => {
                ("premium_amount, a year", ("premium_amount", amount.into()))
            }
        };
        Ok(vec![
            Figure::new(
                "expected_loss",
                it.expected_loss,
                "sum over customers of unsecured * default_ppm / 1000000 * loss_given_default, where unsecured = at_stake - guarantees",
                [
                    ("at_stake", it.at_stake.into()),
                    ("unsecured", it.unsecured.into()),
                    ("loss_given_default", lost.into()),
                ],
            ),
            Figure::new(
                "retained_loss",
                it.retained_loss,
                "sum over customers of retained * default_ppm / 1000000 * loss_given_default, where retained = unsecured - insured; it is quota_loss + over_limit_loss + uninsured_loss",
                [
                    ("unsecured", it.unsecured.into()),
                    ("insured", it.insured.into()),
                    ("retained", retained.into()),
                    ("loss_given_default", lost.into()),
                    ("quota_loss", it.quota_loss.into()),
                    ("over_limit_loss", it.over_limit_loss.into()),
                    ("uninsured_loss", it.uninsured_loss.into()),
                ],
            ),
            Figure::new("premium", it.premium, formula, [("sales", it.sales.into()), stated]),
            Figure::new(
                "difference",
                it.difference,
                "expected_loss - retained_loss - premium; above zero: cover saves more than it costs",
                [
                    ("expected_loss", it.expected_loss.into()),
                    ("retained_loss", it.retained_loss.into()),
                    ("premium", it.premium.into()),
                ],
            ),
        ])
    }

    fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        self.0.values().for_each(|it| sums.add(&it.sums));
        sums
    }
}

impl Sums {
    fn of(
        policy: &Policy,
        customer: &CustomerId,
        risk: &Risk,
        on: NaiveDate,
        turnover: Turnover,
    ) -> Result<Self, MissingRate> {
        let exposure = policy.exposure_effective(risk, on)?;
        let at_stake = minor(exposure.total);
        let guaranteed =
            if policy.rules().guarantees_count { minor(exposure.guarantees) } else { 0 };
        let unsecured = (at_stake - guaranteed).max(0);
        let insured = minor(exposure.insured).min(unsecured);
        let retained = unsecured - insured;

        // Item by item as insurers look at it; what a guarantee answers for already is left out, so
        // that it is never more than what stays with the tenant.
        let covered = risk.covers_on(on).iter().any(|it| policy.minor(it.amount).is_ok());
        let gap = CoverGap::of(policy, [(customer, risk)], on)?.total(policy);
        let quota = minor(gap.self_insured).min(retained);
        let above = if covered { minor(gap.uninsured) - minor(gap.disputed) } else { 0 };
        let over_limit = above.clamp(0, retained - quota);

        let grade = risk.standing().map_or(UNSCORED, |it| it.grade);
        let lost = policy.expected_loss(retained, grade);
        let parts = [quota, over_limit, retained - quota - over_limit].map(weight);
        // Nothing stays with the tenant: there is nothing to share.
        let parts = lost.split_by(&parts).unwrap_or_default();
        let part = |place: usize| parts.get(place).map_or(0, |it: &Money| minor(*it));

        let counts = turnover == Turnover::All || covered;
        Ok(Self {
            at_stake,
            unsecured,
            insured,
            expected_loss: minor(policy.expected_loss(unsecured, grade)),
            quota_loss: part(0),
            over_limit_loss: part(1),
            uninsured_loss: part(2),
            sales: if counts { policy.yearly_sales(risk, on)? } else { 0 },
        })
    }

    fn add(&mut self, it: &Self) {
        self.at_stake += it.at_stake;
        self.unsecured += it.unsecured;
        self.insured += it.insured;
        self.expected_loss += it.expected_loss;
        self.quota_loss += it.quota_loss;
        self.over_limit_loss += it.over_limit_loss;
        self.uninsured_loss += it.uninsured_loss;
        self.sales += it.sales;
    }

    /// Of sales below zero, where more was credited than invoiced, nothing is to be paid.
    fn premium(&self, policy: &Policy, premium: Premium) -> Result<Money, NotComputable> {
        Ok(match premium {
            Premium::Percent(rate) => {
                policy.amount(self.sales.max(0)).percent(rate, Rounding::HalfUp)?
            }
            Premium::Amount(amount) => policy.amount(policy.minor(amount)?),
        })
    }

    fn cost(&self, policy: &Policy, premium: Money) -> Cost {
        let retained = self.quota_loss + self.over_limit_loss + self.uninsured_loss;
        Cost {
            at_stake: policy.amount(self.at_stake),
            unsecured: policy.amount(self.unsecured),
            insured: policy.amount(self.insured),
            expected_loss: policy.amount(self.expected_loss),
            quota_loss: policy.amount(self.quota_loss),
            over_limit_loss: policy.amount(self.over_limit_loss),
            uninsured_loss: policy.amount(self.uninsured_loss),
            retained_loss: policy.amount(retained),
            sales: policy.amount(self.sales),
            premium,
            difference: policy.amount(self.expected_loss - retained - minor(premium)),
        }
    }
}

fn minor(amount: Money) -> i128 {
    i128::from(amount.minor())
}

/// What is below zero weighs nothing.
fn weight(minor: i128) -> u64 {
    u64::try_from(minor.max(0)).unwrap_or(u64::MAX)
}

//! When the cash of what is open comes, by how late it came before, and how well that would have
//! been said earlier.
//!
//! Each customer's delays are learned from what it paid in the two years before the day, each payment
//! with what it settled, by amount. Who has paid less than five times so far is expected to pay as
//! its grade does, and where that says nothing as everybody does. What is contested is not expected;
//! what is later than every payment ever seen has no day. The formulas are those of
//! [`figures::forecast`](crate::figures::forecast): each item on its day, the likely one (P50) or the
//! cautious one (P90).

mod back_test;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use events::{CustomerId, risk::Grade};
use invoicing::view::MissingRate;
use money::Money;
use rust_decimal::Decimal;

use super::Figure;
use crate::{
    Policy, Risk,
    figures::forecast::{Delays, ExpectedDays, NotComputable as NoDays},
};

pub use back_test::{BackTest, Came, OfWindow, Predicted};

/// Payments from which on a customer's own delays count.
pub const PAYMENTS_MIN: u32 = 5;
/// Months before the day from which payments are learned.
pub const LEARNED_MONTHS: u32 = 24;
/// The most weeks that are told: two years.
pub const WEEKS_MAX: u32 = 104;

/// How late customers paid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    own: BTreeMap<CustomerId, (Delays, u32)>,
    grades: BTreeMap<Grade, Delays>,
    everybody: Option<Delays>,
}

/// From whom it is learned when an item is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The customer itself.
    Customer,
    /// Customers of its grade.
    Grade,
    /// Everybody.
    Everybody,
}

/// The cash of one week, in the currency of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub monday: NaiveDate,
    /// What comes if each item is paid on its likely day.
    pub likely: Money,
    /// What comes if each item is paid on its cautious day.
    pub cautious: Money,
}

/// When the cash of what is open comes, in the smallest unit of the policy's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    on: NaiveDate,
    /// By the first day of the week: likely and cautious.
    weeks: BTreeMap<NaiveDate, (i128, i128)>,
    beyond: i128,
    disputed: i128,
    by_basis: BTreeMap<Basis, i128>,
}

/// Why there is no forecast.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// In a currency without a rate.
    #[error(transparent)]
    MissingRate(#[from] MissingRate),
    /// By the formula.
    #[error(transparent)]
    NoDays(#[from] NoDays),
}

impl Learned {
    /// How late these customers paid, until the end of a day.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let from = on.checked_sub_months(Months::new(LEARNED_MONTHS)).unwrap_or(NaiveDate::MIN);
        let mut learned = Self::default();
        for (customer, risk) in customers {
            let mut payments = Vec::new();
            for it in risk.account.receipts(from, on) {
                let amount = policy.amount(policy.minor(it.amount)?).minor();
                payments.push((days_late(it.due_on, it.on), amount));
            }
            let count = u32::try_from(payments.len()).unwrap_or(u32::MAX);
            // Who paid nothing tells nothing.
            let Ok(delays) = Delays::try_new(payments) else { continue };
            if let Some(grade) = risk.standing().map(|it| it.grade) {
                add(&mut learned.grades, grade, &delays);
            }
            add_one(&mut learned.everybody, &delays);
            learned.own.insert(customer.clone(), (delays, count));
        }
        Ok(learned)
    }

    /// What others taught, added.
    pub fn merge(&mut self, others: Self) {
        self.own.extend(others.own);
        for (grade, delays) in &others.grades {
            add(&mut self.grades, *grade, delays);
        }
        if let Some(delays) = &others.everybody {
            add_one(&mut self.everybody, delays);
        }
    }

    /// When something due on a day and still open at the end of another is paid, and from whom that is
    /// learned; none if it is later than every payment ever seen.
    fn expected(
        &self,
        customer: &CustomerId,
        grade: Option<Grade>,
        due_on: NaiveDate,
        on: NaiveDate,
    ) -> Result<Option<(ExpectedDays, Basis)>, NoDays> {
        // The day is over.
        let today = on.succ_opt().ok_or(NoDays::OutOfRange)?;
        let own = self.own.get(customer).filter(|(_, count)| *count >= PAYMENTS_MIN);
        let own = own.map(|(delays, _)| (delays, Basis::Customer));
        let of_grade = grade.and_then(|it| self.grades.get(&it)).map(|it| (it, Basis::Grade));
        let everybody = self.everybody.as_ref().map(|it| (it, Basis::Everybody));
        for (delays, basis) in [own, of_grade, everybody].into_iter().flatten() {
            if let Some(days) = delays.expected(due_on, today)? {
                return Ok(Some((days, basis)));
            }
        }
        Ok(None)
    }

    /// What each item of these customers that is open at the end of a day is expected to do.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn predict<'a>(
        &self,
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Vec<Predicted>, NotComputable> {
        let mut predicted = Vec::new();
        for (customer, risk) in customers {
            let grade = risk.standing().map(|it| it.grade);
            for it in risk.account.claims(on) {
                let disputed = policy.minor(it.disputed)?;
                let found = self.expected(customer, grade, it.due_on, on)?;
                predicted.push(Predicted {
                    customer: customer.clone(),
                    invoice: it.invoice.clone(),
                    due_on: it.due_on,
                    minor: policy.minor(it.open)? - disputed,
                    disputed,
                    days: found.map(|(days, _)| days),
                    basis: found.map(|(_, basis)| basis),
                });
            }
        }
        Ok(predicted)
    }
}

impl Forecast {
    /// The cash of what these customers have open at the end of a day.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn of<'a>(
        policy: &Policy,
        learned: &Learned,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Self, NotComputable> {
        let (weeks, by_basis) = (BTreeMap::new(), BTreeMap::new());
        let mut forecast = Self { on, weeks, beyond: 0, disputed: 0, by_basis };
        for it in learned.predict(policy, customers, on)? {
            forecast.disputed += it.disputed;
            match (it.days, it.basis) {
                (Some(days), Some(basis)) => {
                    forecast.weeks.entry(monday(days.likely_on)).or_default().0 += it.minor;
                    forecast.weeks.entry(monday(days.cautious_on)).or_default().1 += it.minor;
                    *forecast.by_basis.entry(basis).or_default() += it.minor;
                }
                (_, _) => forecast.beyond += it.minor,
            }
        }
        Ok(forecast)
    }

    /// That of other customers on the same day, added.
    pub fn merge(&mut self, others: Self) {
        for (week, (likely, cautious)) in others.weeks {
            let own = self.weeks.entry(week).or_default();
            own.0 += likely;
            own.1 += cautious;
        }
        self.beyond += others.beyond;
        self.disputed += others.disputed;
        for (basis, minor) in others.by_basis {
            *self.by_basis.entry(basis).or_default() += minor;
        }
    }

    /// So many weeks from that of the day after on, those without cash too; and what comes after them.
    pub fn weeks(&self, policy: &Policy, count: u32) -> (Vec<Week>, Week) {
        let first = monday(self.on.succ_opt().unwrap_or(self.on));
        let week = |monday, likely, cautious| Week {
            monday,
            likely: policy.amount(likely),
            cautious: policy.amount(cautious),
        };
        let days = (0..count.min(WEEKS_MAX)).map(|it| Days::new(u64::from(it) * 7));
        let weeks = days.filter_map(|days| {
            let monday = first.checked_add_days(days)?;
            let (likely, cautious) = self.weeks.get(&monday).copied().unwrap_or_default();
            Some(week(monday, likely, cautious))
        });
        let weeks: Vec<_> = weeks.collect();
        let after = Days::new(u64::from(count.min(WEEKS_MAX)) * 7);
        let after = first.checked_add_days(after).unwrap_or(NaiveDate::MAX);
        let (mut likely, mut cautious) = (0, 0);
        for (_, (more_likely, more_cautious)) in self.weeks.range(after..) {
            likely += more_likely;
            cautious += more_cautious;
        }
        (weeks, week(after, likely, cautious))
    }

    /// What is expected of the items learned from each basis.
    pub fn by_basis(&self, policy: &Policy) -> Vec<(Basis, Money)> {
        self.by_basis.iter().map(|(basis, minor)| (*basis, policy.amount(*minor))).collect()
    }

    /// What is expected at all, and what is not.
    pub fn figures(&self, policy: &Policy) -> Vec<Figure> {
        let expected: i128 = self.weeks.values().map(|(likely, _)| likely).sum();
        let open = expected + self.beyond + self.disputed;
        vec![
            Figure::new(
                "expected",
                policy.amount(expected),
                "open - disputed - beyond, where beyond is later than every payment ever seen",
                [
                    ("open", policy.amount(open).into()),
                    ("disputed", policy.amount(self.disputed).into()),
                    ("beyond", policy.amount(self.beyond).into()),
                ],
            ),
            Figure::new(
                "learned_by_customer_share",
                super::share(self.by_basis.get(&Basis::Customer).copied().unwrap_or(0), expected)
                    .unwrap_or(Decimal::ZERO),
                "expected of customers with 5 payments or more in 24 months / expected",
                [("expected", policy.amount(expected).into())],
            ),
        ]
    }
}

/// Whole days from one day to the other; negative if it is before.
fn days_late(due_on: NaiveDate, on: NaiveDate) -> i32 {
    i32::try_from((on - due_on).num_days()).unwrap_or(i32::MAX)
}

/// The Monday of the week of a day.
fn monday(day: NaiveDate) -> NaiveDate {
    let since = Days::new(day.weekday().num_days_from_monday().into());
    day.checked_sub_days(since).unwrap_or(day)
}

fn add<K: Ord>(all: &mut BTreeMap<K, Delays>, key: K, delays: &Delays) {
    match all.get_mut(&key) {
        Some(own) => own.merge(delays),
        None => drop(all.insert(key, delays.clone())),
    }
}

fn add_one(own: &mut Option<Delays>, delays: &Delays) {
    match own {
        Some(own) => own.merge(delays),
        None => *own = Some(delays.clone()),
    }
}

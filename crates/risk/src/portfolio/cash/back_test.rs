//! What a forecast of an earlier day said, against what came.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use events::{CustomerId, InvoiceId};
use invoicing::view::MissingRate;
use money::Money;
use rust_decimal::Decimal;

use super::Basis;
use crate::{
    Policy, Risk,
    figures::forecast::ExpectedDays,
    portfolio::{Figure, Value, share},
};

/// What was expected of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// Who owes it.
    pub customer: CustomerId,
    /// Of which invoice.
    pub invoice: InvoiceId,
    /// When it was due.
    pub due_on: NaiveDate,
    /// What was open of it and not contested, in the smallest unit of the policy's currency.
    pub minor: i128,
    /// What was contested of it, likewise.
    pub disputed: i128,
    /// The days, none for an item later than every payment ever seen.
    pub days: Option<ExpectedDays>,
    /// From whom they were learned.
    pub basis: Option<Basis>,
}

/// What came for invoices after a day, by day, in the smallest unit of the policy's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Came(BTreeMap<(CustomerId, InvoiceId), BTreeMap<NaiveDate, i128>>);

/// Seven days of a back-test, in the smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    likely: i128,
    cautious: i128,
    came: i128,
}

/// Seven days of a back-test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfWindow {
    /// The first of the seven days.
    pub first: NaiveDate,
    /// What would have come if each item had been paid on its likely day.
    pub likely: Money,
    /// What would have come if each item had been paid on its cautious day.
    pub cautious: Money,
    /// What came of these items.
    pub came: Money,
}

/// A forecast of an earlier day against what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackTest {
    /// The day at whose end it would have been said.
    pub on: NaiveDate,
    /// The sevens of days since.
    pub windows: Vec<OfWindow>,
    /// How good it was, with formulas.
    pub figures: Vec<Figure>,
}

impl Came {
    /// What came for the invoices of these customers after a day, until the end of another.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        after: NaiveDate,
        until: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let first = after.succ_opt().unwrap_or(after);
        let mut came = BTreeMap::<_, BTreeMap<_, i128>>::new();
        for (customer, risk) in customers {
            for it in risk.account.receipts(first, until) {
                let days = came.entry((customer.clone(), it.invoice.clone())).or_default();
                *days.entry(it.on).or_default() += policy.minor(it.amount)?;
            }
        }
        Ok(Self(came))
    }

    /// What came for other invoices, added.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

impl BackTest {
    /// What was said at the end of a day, against what came in so many weeks after it.
    pub fn of(
        policy: &Policy,
        predicted: Vec<Predicted>,
        came: &Came,
        on: NaiveDate,
        weeks: u32,
    ) -> Self {
        let last = on.checked_add_days(Days::new(u64::from(weeks) * 7)).unwrap_or(NaiveDate::MAX);
        let mut windows = vec![Sums::default(); usize::try_from(weeks).unwrap_or_default()];
        let window =
            |day: NaiveDate| usize::try_from((day - on).num_days() - 1).ok().map(|days| days / 7);
        let mut items = BTreeMap::<(CustomerId, InvoiceId), Vec<Predicted>>::new();
        for it in predicted {
            items.entry((it.customer.clone(), it.invoice.clone())).or_default().push(it);
        }
        let mut judged = [(0, 0); 2];
        for (key, mut parts) in items {
            parts.sort_by_key(|it| it.due_on);
            let received = came.0.get(&key);
            let until = |day: NaiveDate| -> i128 {
                received.map_or(0, |it| it.range(..=day).map(|(_, minor)| minor).sum())
            };
            let whole: i128 = parts.iter().map(|it| it.minor).sum();
            let mut left = whole;
            for (day, minor) in received.into_iter().flatten() {
                // What came for what was contested was not forecast.
                let part = left.min(*minor).max(0);
                left -= part;
                if let Some(sums) = window(*day).and_then(|it| windows.get_mut(it)) {
                    sums.came += part;
                }
            }
            let mut before = 0;
            for it in &parts {
                if let Some(days) = it.days {
                    for (day, likely) in [(days.likely_on, true), (days.cautious_on, false)] {
                        if let Some(sums) = window(day).and_then(|it| windows.get_mut(it)) {
                            *(if likely { &mut sums.likely } else { &mut sums.cautious }) +=
                                it.minor;
                        }
                    }
                    // Only what has had its time can be judged.
                    let days = [days.likely_on, days.cautious_on];
                    for ((due, in_time), day) in judged.iter_mut().zip(days) {
                        if day <= last {
                            *due += it.minor;
                            *in_time += (until(day) - before).clamp(0, it.minor);
                        }
                    }
                }
                before += it.minor;
            }
        }
        let figures = figures(policy, &windows, judged);
        let windows = windows.iter().enumerate().filter_map(|(place, it)| {
            let days = Days::new(u64::try_from(place).ok()? * 7 + 1);
            Some(OfWindow {
                first: on.checked_add_days(days)?,
                likely: policy.amount(it.likely),
                cautious: policy.amount(it.cautious),
                came: policy.amount(it.came),
            })
        });
        Self { on, windows: windows.collect(), figures }
    }
}

fn figures(policy: &Policy, windows: &[Sums], judged: [(i128, i128); 2]) -> Vec<Figure> {
    const NONE: &str = "nothing has had its time yet";
    let amount = |minor| Value::Amount(policy.amount(minor));
    let coverage = |name, formula, (due, in_time): (i128, i128)| {
        let share = share(in_time, due).map(Value::Number);
        let inputs = [("paid_in_time", amount(in_time)), ("had_its_time", amount(due))];
        Figure::of(name, share.ok_or_else(|| NONE.to_owned()), formula, inputs)
    };
    let [likely, cautious] = judged;
    let count = i128::try_from(windows.len()).unwrap_or(1).max(1);
    let off: i128 = windows.iter().map(|it| (it.likely - it.came).abs()).sum();
    let bias: i128 = windows.iter().map(|it| it.likely - it.came).sum();
    let came: i128 = windows.iter().map(|it| it.came).sum();
    let weeks = ("weeks", Decimal::from(windows.len()).into());
    let relative = share(off, came).map(Value::Number);
    vec![
        coverage(
            "p50_coverage",
            "paid by the likely day / items whose likely day has come",
            likely,
        ),
        coverage(
            "p90_coverage",
            "paid by the cautious day / items whose cautious day has come",
            cautious,
        ),
        Figure::new(
            "mean_error",
            policy.amount(off / count),
            "sum over weeks of |likely - came| / weeks",
            [("sum_of_errors", amount(off)), weeks],
        ),
        Figure::of(
            "relative_error",
            relative.ok_or_else(|| "nothing came".to_owned()),
            "sum over weeks of |likely - came| / came",
            [("sum_of_errors", amount(off)), ("came", amount(came))],
        ),
        Figure::new(
            "bias",
            policy.amount(bias / count),
            "sum over weeks of (likely - came) / weeks",
            [("sum_of_differences", amount(bias)), weeks],
        ),
    ]
}

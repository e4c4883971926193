//! What receivables are expected to lose over their lives: the provision matrix of IFRS 9
//! (simplified approach, 5.5.15 and B5.5.35), from how the tenant's own balances rolled.
//!
//! Balances are those of the ends of months as they really were, instalments of plans in force aged
//! by their own due dates, tax included. What rolls is looked at in buckets of one month of age; what
//! is 91 to 120 days late arrives, and with all that is older makes the last bucket, which loses what
//! the caller says it loses. The formulas are those of
//! [`figures::provision`](crate::figures::provision).

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use events::CustomerId;
use invoicing::view::{AgedBalance, Bounds, MissingRate};
use money::{Currency, Money, Rounding};
use rust_decimal::Decimal;

use super::{Figure, Value};
use crate::{
    Policy, Risk,
    figures::provision::{Matrix, Outlook, Provision, Refused, RollRate, roll_rates},
};

/// The most months that are looked at: five years.
pub const MONTHS_MAX: u32 = 60;

/// Balances in the smallest unit: not due, 1–30, 31–60, 61–90, 91–120 and more days late.
type Balances = [i128; 6];

/// Balances at the ends of months, and on the day itself, by currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ages {
    /// The ends of the months, the first first, and the day itself.
    days: Vec<NaiveDate>,
    balances: BTreeMap<Currency, Vec<Balances>>,
}

/// How one bucket rolled into the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// What was in the bucket at the ends of the months but the last, added up.
    pub left: Money,
    /// What was in the next one at the ends of the months but the first, added up.
    pub arrived: Money,
    /// The one over the other, at most 1.
    pub rate: Decimal,
    /// Whether nothing was ever in it, so that the rate is the cautious one: all of it rolls on.
    pub assumed: bool,
}

/// A bucket of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The fewest days late.
    pub days_min: u32,
    /// The most days late; none: no limit.
    pub days_max: Option<u32>,
    /// What is open.
    pub gross: Money,
    /// How it rolled into the next bucket; none for the last.
    pub roll: Option<Roll>,
    /// What was lost of it in the past, a share of 1.
    pub historical_rate: Decimal,
    /// The same with what is foreseen.
    pub rate: Decimal,
    /// What of it is put aside.
    pub allowance: Money,
}

/// The matrix, applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisions {
    /// The ends of the months from which the rates are.
    pub months: Vec<NaiveDate>,
    /// What the last bucket loses, a share of 1.
    pub last_loss: Decimal,
    /// What is foreseen, in force on the day, if anything is.
    pub outlook: Option<Outlook>,
    /// The least late first.
    pub rows: Vec<Row>,
    /// The sum of the allowances.
    pub allowance: Money,
    /// The whole, with its formula.
    pub figures: Vec<Figure>,
}

/// What follows from history alone must be said: what the oldest claims lose, and what is foreseen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What is lost of claims more than 90 days late, a share of 1; 1 is the cautious answer.
    pub last_loss: Decimal,
    /// What is foreseen, each from its day on.
    pub outlooks: Vec<Outlook>,
}

/// Why there is no provision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// In a currency without a rate.
    #[error(transparent)]
    MissingRate(#[from] MissingRate),
    /// By the formulas.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// The last days late of the buckets but the last.
const BOUNDS: [u32; 4] = [30, 60, 90, 120];

impl Ages {
    /// What these customers owed at the ends of so many months and the one before them, the last
    /// month that is over by the day being the last, and on the day.
    pub fn of<'a>(
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
        months: u32,
    ) -> Self {
        let days = ends(on, months.clamp(1, MONTHS_MAX));
        let bounds = Bounds::try_new(BOUNDS.to_vec()).unwrap_or_default();
        let mut balances = BTreeMap::<Currency, Vec<Balances>>::new();
        for (_, risk) in customers {
            for (place, day) in days.iter().enumerate() {
                for aged in AgedBalance::of([&risk.account], *day, &bounds) {
                    let of_currency = balances
                        .entry(aged.currency())
                        .or_insert_with(|| vec![Balances::default(); days.len()]);
                    let buckets = [&aged.not_due].into_iter().chain(&aged.buckets);
                    let sums = of_currency.get_mut(place).into_iter().flatten();
                    for (sum, bucket) in sums.zip(buckets) {
                        *sum += i128::from(bucket.amount.minor());
                    }
                }
            }
        }
        Self { days, balances }
    }

    /// Those of other customers on the same days, added.
    pub fn merge(&mut self, others: Self) {
        for (currency, theirs) in others.balances {
            let nothing = || vec![Balances::default(); self.days.len()];
            let own = self.balances.entry(currency).or_insert_with(nothing);
            for (sum, more) in own.iter_mut().flatten().zip(theirs.into_iter().flatten()) {
                *sum += more;
            }
        }
    }

    /// The matrix from these balances, and what is put aside on the day by it.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn provisions(
        &self,
        policy: &Policy,
        judgement: &Judgement,
    ) -> Result<Provisions, NotComputable> {
        let balances = self.converted(policy)?;
        let (today, past) = match (balances.split_last(), self.days.last()) {
            (Some((balances, past)), Some(day)) => ((*day, *balances), past),
            (_, _) => return Err(Refused::TooFewMonths.into()),
        };
        let rolls = rolls(policy, past)?;
        let rates: Vec<RollRate> = rolls.iter().map(|(rate, _)| *rate).collect();
        let historical = Matrix::from_roll_rates(&rates, judgement.last_loss)?;
        let outlook = Outlook::on(&judgement.outlooks, today.0).copied();
        let matrix = match &outlook {
            Some(outlook) => historical.looking_forward(outlook),
            None => historical.clone(),
        };
        let [not_due, to_30, to_60, to_90, to_120, more] = today.1;
        let gross = [not_due, to_30, to_60, to_90, to_120 + more];
        let gross: Vec<_> = gross.iter().map(|it| policy.amount(*it)).collect();
        let provision = matrix.apply(&gross, policy.rules().currency, Rounding::HalfUp)?;
        let rolls = rolls.into_iter().map(|(_, roll)| Some(roll)).chain([None]);
        let bounds = [(0, Some(0)), (1, Some(30)), (31, Some(60)), (61, Some(90)), (91, None)];
        let rows = provision.buckets.iter().zip(historical.rates()).zip(rolls).zip(bounds);
        let rows = rows.map(|(((bucket, historical), roll), (days_min, days_max))| Row {
            days_min,
            days_max,
            gross: bucket.gross,
            roll,
            historical_rate: *historical,
            rate: bucket.rate,
            allowance: bucket.allowance,
        });
        Ok(Provisions {
            months: self.days.split_last().map(|(_, months)| months.to_vec()).unwrap_or_default(),
            last_loss: judgement.last_loss,
            outlook,
            rows: rows.collect(),
            allowance: provision.allowance,
            figures: figures(&provision, judgement.last_loss, outlook.as_ref()),
        })
    }

    /// In the currency of the policy: each sum of each currency is converted, rounded, and added.
    fn converted(&self, policy: &Policy) -> Result<Vec<Balances>, MissingRate> {
        let mut whole = vec![Balances::default(); self.days.len()];
        for (currency, balances) in &self.balances {
            for (sum, minor) in whole.iter_mut().flatten().zip(balances.iter().flatten()) {
                *sum += policy.minor(crate::exposure::clamped(*minor, *currency))?;
            }
        }
        Ok(whole)
    }
}

/// The ends of so many months and of the one before, and the day itself.
fn ends(on: NaiveDate, months: u32) -> Vec<NaiveDate> {
    let tomorrow = on.succ_opt().unwrap_or(on);
    // On the last day of a month that month is over.
    let after = if tomorrow.day() == 1 { tomorrow } else { tomorrow.with_day(1).unwrap_or(on) };
    let ends = (0..=months).rev().filter_map(|before| {
        after.checked_sub_months(Months::new(before))?.checked_sub_days(Days::new(1))
    });
    ends.chain([on]).collect()
}

/// How each bucket rolled into the next. Of one in which nothing ever was nobody knows: all of it
/// rolls on then, which costs nothing while nothing is in it.
fn rolls(policy: &Policy, months: &[Balances]) -> Result<Vec<(RollRate, Roll)>, Refused> {
    let fits = |minor: i128| i64::try_from(minor).map_err(|_| Refused::OutOfRange);
    let mut rolls = Vec::new();
    for bucket in 0..4 {
        let pair = |month: &Balances| -> Result<Vec<i64>, Refused> {
            let two = month.iter().skip(bucket).take(2);
            two.map(|it| fits(*it)).collect()
        };
        let pairs = months.iter().map(pair).collect::<Result<Vec<_>, _>>()?;
        let found = match roll_rates(&pairs) {
            Ok(found) => found.first().copied(),
            Err(Refused::NothingRolled { .. }) => None,
            Err(error) => return Err(error),
        };
        let rate = found.unwrap_or(RollRate::ALL);
        let roll = Roll {
            left: policy.amount(rate.left_minor()),
            arrived: policy.amount(rate.arrived_minor()),
            rate: rate.rate(),
            assumed: found.is_none(),
        };
        rolls.push((rate, roll));
    }
    Ok(rolls)
}

fn figures(it: &Provision, last_loss: Decimal, outlook: Option<&Outlook>) -> Vec<Figure> {
    let factor = outlook.map_or(Decimal::ONE, Outlook::factor);
    let minor = |it: Money| i128::from(it.minor());
    let coverage = super::share(minor(it.allowance), minor(it.gross));
    let coverage = coverage.map(Value::Number).ok_or_else(|| "nothing is open".to_owned());
    vec![
        Figure::new(
            "provision",
            it.allowance,
            "sum over buckets of gross * min(1, product of roll rates from the bucket on * last_loss * factor)",
            [
                ("gross", it.gross.into()),
                ("last_loss", last_loss.into()),
                ("factor", factor.into()),
            ],
        ),
        Figure::of(
            "coverage",
            coverage,
            "provision / gross",
            [("provision", it.allowance.into()), ("gross", it.gross.into())],
        ),
    ]
}

//! How a customer pays, as far as it could be known before a day.
//!
//! Only facts effective before the day count, whenever they were recorded. What did not stay (a
//! payment that bounced, an invoice that was cancelled) was never there, as everywhere in invoicing:
//! the bounce itself is counted from its own day on.
//!
//! An invoice says something about its payer once it was settled, with money, or once it is overdue:
//! it is then late by at least so many days, and by one more each day. One that only a credit note
//! settled says nothing; one that a person gave up counts as 90 days late at least.
//!
//! What is old counts less, by the months of the calendar since it was settled: half after six. So
//! the weights change on the first of a month only, and a measure changes on that day, when a fact
//! comes, or when an open item is a day older.
//!
//! Shares and means lean towards an ordinary payer ([`PRIOR`]), as if one more invoice were known: a
//! customer with one late invoice is not a customer who is always late. The ordinary payer is a
//! constant, not the tenant's own average, which is not in the state of a customer; what an average
//! of its own changes, the bins of the tenant's scorecard take up.
//!
//! Amounts of different currencies are not added: shares and means of amounts are those of the
//! currency in which the customer has most invoices.

mod change;
mod coming;
mod sums;

use chrono::{Datelike, NaiveDate};
use events::risk::Measure;
use invoicing::{Account, view::Course};
use rust_decimal::Decimal;

pub use change::Break;
pub use coming::Coming;

use crate::figures::paydex;
use sums::{InCurrency, Lateness, weight};

/// Of an ordinary payer's invoices, in thousandths: those paid late, more than 15 and more than 30
/// days late. About what large companies report of themselves, and a constant on purpose.
pub const PRIOR: [i64; 3] = [450, 200, 120];

/// How late is late, in days: the thresholds of [`PRIOR`] and of the scorecard's odds.
pub const LATE_DAYS: [i64; 3] = [0, 15, 30];

/// Beyond these, in days, more says nothing new: an invoice forgotten for years would drown all
/// others.
const DAYS_COUNTED: (i64, i64) = (-30, 90);

/// How a customer pays: what scorecards look at. One walk over the invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// What is known is from before this day.
    before: NaiveDate,
    /// When the first invoice was issued.
    first_issued_on: Option<NaiveDate>,
    /// Settled invoices, the first settled first.
    settled: Vec<Settled>,
    /// Settled and overdue ones together.
    lateness: Lateness,
    /// Days from issue to settlement of settled ones, weighted; over their weights.
    days_to_pay: (i128, i128),
    /// Over everything issued.
    issued: InCurrency,
    open_items: i64,
    oldest_overdue: i64,
    promises_broken: i64,
    bounced: i64,
}

/// An invoice that was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Settled {
    on: NaiveDate,
    issued_on: NaiveDate,
    /// Beyond terms.
    days: i64,
    /// In the smallest unit.
    minor: i64,
}

/// How many invoices were how late, overdue ones by the days they are late so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByLateness {
    /// In time.
    pub prompt: u32,
    /// 1 to 15 days late.
    pub days_15: u32,
    /// 16 to 30 days late.
    pub days_30: u32,
    /// 31 to 60 days late.
    pub days_60: u32,
    /// 61 to 90 days late.
    pub days_90: u32,
    /// More than 90 days late.
    pub longer: u32,
}

impl Behaviour {
    /// What could be known of a customer before a day.
    pub fn of(account: &Account, before: NaiveDate) -> Self {
        // Nothing is effective before the first day there is.
        Self::known(account, before, before.pred_opt().unwrap_or(NaiveDate::MIN))
    }

    /// What can be known of a customer while a day is open: what is effective on it counts, and what
    /// is due on it is not late yet.
    pub fn during(account: &Account, today: NaiveDate) -> Self {
        Self::known(account, today, today)
    }

    fn known(account: &Account, before: NaiveDate, yesterday: NaiveDate) -> Self {
        let year = months_before(before, 11);
        let count = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let mut it = Self {
            before,
            first_issued_on: None,
            settled: Vec::new(),
            lateness: Lateness::default(),
            days_to_pay: (0, 0),
            issued: InCurrency::default(),
            open_items: 0,
            oldest_overdue: 0,
            promises_broken: count(account.promises_broken(year, yesterday)),
            bounced: count(account.payments_bounced(year, yesterday)),
        };
        for course in account.courses(yesterday) {
            it.learn(&course);
        }
        it.settled.sort_unstable();
        it.issued.settle();
        it
    }

    fn learn(&mut self, it: &Course<'_>) {
        self.first_issued_on =
            Some(self.first_issued_on.map_or(it.issued_on, |first| first.min(it.issued_on)));
        let overdue = if it.open_minor > 0 { days(it.due_on, self.before).max(0) } else { 0 };
        self.issued.add(it, self.before, overdue > 0);
        if it.open_minor > 0 {
            self.open_items += 1;
            self.oldest_overdue = self.oldest_overdue.max(overdue);
            if overdue > 0 {
                self.lateness.add(overdue, weight(0));
                self.issued.late(it, overdue, weight(0));
            }
            return;
        }
        let Some(on) = it.settled_on.filter(|_| it.paid || it.given_up) else { return };
        let late = days(it.due_on, on);
        let late = if it.given_up { late.max(90) } else { late };
        let weight = weight(months(on, self.before));
        self.lateness.add(late, weight);
        self.issued.late(it, late, weight);
        self.days_to_pay.0 += i128::from(days(it.issued_on, on).min(365) * weight);
        self.days_to_pay.1 += i128::from(weight);
        let (issued_on, minor) = (it.issued_on, it.gross_minor);
        self.settled.push(Settled { on, issued_on, days: late, minor });
    }

    /// A figure, in its unit; none if it is not known, or is not of how a customer pays.
    pub fn measure(&self, measure: Measure) -> Option<i64> {
        match measure {
            Measure::LateShare => self.lateness.share(0),
            Measure::Late15Share => self.lateness.share(1),
            Measure::Late30Share => self.lateness.share(2),
            Measure::DaysBeyondTerms => self.lateness.days(),
            Measure::DaysByAmount => self.issued.days(),
            Measure::Trend => self.trend(),
            Measure::LastDaysBeyondTerms => self.latest(0),
            Measure::DaysBeforeLast => self.latest(1),
            Measure::DaysOfLastThree => {
                let last = self.settled.iter().rev().take(3);
                mean(last.clone().map(|it| it.days).sum(), last.count())
            }
            Measure::TypicalDays => self.lateness.middle(),
            Measure::MostDays => self.lateness.most(),
            Measure::Spread => self.spread(),
            Measure::Settled => i64::try_from(self.settled.len()).ok(),
            Measure::Tenure => self.first_issued_on.map(|on| months(on, self.before)),
            Measure::SinceSettled => self.settled.last().map(|it| months(it.on, self.before)),
            Measure::OpenItems => Some(self.open_items),
            Measure::OldestOverdue => Some(self.oldest_overdue),
            Measure::OverdueShare => Some(self.issued.overdue_share()),
            Measure::UsualAmount => self.issued.usual(),
            Measure::BrokenPromises => Some(self.promises_broken),
            Measure::Bounced => Some(self.bounced),
            Measure::DisputedShare => Some(self.issued.disputed_share()),
            Measure::Drop => self.issued.drop(),
            // Of an invoice to come (see `Coming`), or not of how a customer pays.
            Measure::Amount
            | Measure::AmountToUsual
            | Measure::Terms
            | Measure::Habit
            | Measure::IssueDay
            | Measure::Waiting
            | Measure::Together
            | Measure::Utilisation
            | Measure::Rating
            | Measure::AltmanZ
            | Measure::ConanHolder
            | Measure::CurrentRatio
            | Measure::DebtToEquity
            | Measure::Referenced
            | Measure::Opinion
            | Measure::Notice => None,
        }
    }

    /// How many invoices were how late.
    pub fn by_lateness(&self) -> ByLateness {
        self.lateness.by_lateness()
    }

    /// Our index of promptness over what was settled, each invoice weighted by its amount and none
    /// by its age, 0 to 100.
    ///
    /// # Errors
    ///
    /// [`paydex::NotComputable`]: who never paid has no index.
    pub fn index(&self) -> Result<Decimal, paydex::NotComputable> {
        let payment =
            |it: &Settled| paydex::Payment { amount_minor: it.minor, days_beyond_terms: it.days };
        paydex::index(&self.settled.iter().map(payment).collect::<Vec<_>>())
    }

    /// Days beyond terms of the invoice that was settled so many before the last.
    fn latest(&self, before: usize) -> Option<i64> {
        self.settled.iter().rev().nth(before).map(|it| it.days)
    }

    /// None with fewer than five: three are no trend.
    fn trend(&self) -> Option<i64> {
        let (earlier, latest) = self.halves()?;
        if earlier.len() < 2 {
            return None;
        }
        let mean_of = |it: &[Settled]| mean(it.iter().map(|it| it.days).sum(), it.len());
        Some(mean_of(latest)? - mean_of(earlier)?)
    }

    /// None with fewer than three.
    fn spread(&self) -> Option<i64> {
        if self.settled.len() < 3 {
            return None;
        }
        let mean = mean(self.settled.iter().map(|it| it.days).sum(), self.settled.len())?;
        let off = self.settled.iter().map(|it| (it.days * 100 - mean).abs()).sum::<i64>();
        off.checked_div(i64::try_from(self.settled.len()).ok()?)
    }

    /// What was settled before the last three, and these.
    fn halves(&self) -> Option<(&[Settled], &[Settled])> {
        self.settled.split_at_checked(self.settled.len().checked_sub(3)?)
    }

    /// The day before which all is known.
    pub fn before(&self) -> NaiveDate {
        self.before
    }

    /// Days the customer usually takes from issue to settlement, the younger ones counting more;
    /// hundredths of a day.
    fn days_to_pay(&self) -> Option<i64> {
        let (sum, weights) = self.days_to_pay;
        divided(sum * 100, weights)
    }
}

/// Whole days from one day to another; negative if it is before.
fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// Months of the calendar between two days, whatever their days; never negative.
fn months(from: NaiveDate, to: NaiveDate) -> i64 {
    let of = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    (of(to) - of(from)).max(0)
}

/// The first day of the month so many months before that of a day.
fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    first.checked_sub_months(chrono::Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// A mean of days, in hundredths.
fn mean(sum: i64, count: usize) -> Option<i64> {
    divided(i128::from(sum) * 100, i128::try_from(count).ok()?)
}

/// A quotient, rounded down; none over nothing.
fn divided(sum: i128, by: i128) -> Option<i64> {
    if by <= 0 {
        return None;
    }
    i64::try_from(sum.div_euclid(by)).ok()
}

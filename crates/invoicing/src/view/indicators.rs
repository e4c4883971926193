//! Figures by which receivables are judged, each with its formula and what it was computed from.
//!
//! What they are computed from can be added up: over accounts, over partitions, in any order.
//! Everywhere, *receivables* are what is open at the end of the last day of the period, money that
//! has not met an invoice not deducted; *current* is the part that is not due; *sales* are invoices
//! less credit notes by their days of issue, tax included, void ones left out.

mod formulas;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{
    as_of::{AsOf, Open, money},
    rates::{MissingRate, Rates},
};
use crate::{Account, promise::Standing};

/// The days a figure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: NaiveDate,
    last: NaiveDate,
}

/// Days that are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period has 1 to {max} days, not {0}", max = Period::DAYS_MAX)]
pub struct PeriodError(u32);

impl Period {
    /// The most days: ten years.
    pub const DAYS_MAX: u32 = 3_660;

    /// So many days up to and including a last one.
    pub fn try_new(last: NaiveDate, days: u32) -> Result<Self, PeriodError> {
        if !(1..=Self::DAYS_MAX).contains(&days) {
            return Err(PeriodError(days));
        }
        let first = last.checked_sub_days(Days::new(u64::from(days - 1)));
        Ok(Self { first: first.ok_or(PeriodError(days))?, last })
    }

    /// The first day.
    pub fn first(self) -> NaiveDate {
        self.first
    }

    /// The last day.
    pub fn last(self) -> NaiveDate {
        self.last
    }

    /// How many.
    pub fn days(self) -> u32 {
        u32::try_from((self.last - self.first).num_days() + 1).unwrap_or(Self::DAYS_MAX)
    }

    fn contains(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// What indicators of one currency are computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    period: Period,
    currency: Currency,
    /// Open at the end of the day before the period, in the smallest unit like all sums here.
    opening: i128,
    receivables: i128,
    current: i128,
    /// Of the period.
    sales: i128,
    /// Of every month up to the last day of the period.
    months: BTreeMap<Month, Sums>,
    /// Promises judged in the period.
    kept: u64,
    partly_kept: u64,
    broken: u64,
}

/// A calendar month: months since the beginning of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Month(i32);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    sales: i128,
    /// What is open on the month's invoices, each times its age in days.
    aged: i128,
}

impl Month {
    fn of(day: NaiveDate) -> Self {
        Self(day.year() * 12 + i32::try_from(day.month0()).unwrap_or_default())
    }

    fn before(self) -> Self {
        Self(self.0 - 1)
    }

    fn days(self) -> u8 {
        let month = u32::try_from(self.0.rem_euclid(12)).unwrap_or_default() + 1;
        let first = NaiveDate::from_ymd_opt(self.0.div_euclid(12), month, 1);
        first.map_or(30, |it| it.num_days_in_month())
    }
}

impl Inputs {
    /// Of an account: one a currency that it has ever had.
    pub fn of(account: &Account, period: Period) -> Vec<Self> {
        let mut inputs = BTreeMap::<Currency, Self>::new();
        let mut of = |currency, add: &mut dyn FnMut(&mut Self)| {
            add(inputs.entry(currency).or_insert_with(|| Self::nothing(currency, period)));
        };
        let as_of = AsOf::new(account, period.last);
        for item in as_of.open() {
            of(item.currency(), &mut |it| it.add_open(as_of, &item));
        }
        if let Some(before) = period.first.pred_opt() {
            for item in AsOf::new(account, before).open() {
                of(item.currency(), &mut |it| it.opening += i128::from(item.open));
            }
        }
        for (_, invoice) in account.invoices().filter(|(_, it)| !it.is_cancelled()) {
            let document = &invoice.document;
            let gross = document.gross;
            of(gross.currency(), &mut |it| it.add_sales(document.issued_on, gross.minor()));
        }
        for credit_note in account.credit_notes.values().filter(|it| it.cancelled_on.is_none()) {
            let funds = &credit_note.funds;
            let reduction = -funds.amount.minor();
            of(funds.amount.currency(), &mut |it| it.add_sales(funds.counts_from, reduction));
        }
        for promise in account.promises.values() {
            if promise.standing.since().is_some_and(|on| period.contains(on)) {
                of(promise.amount.currency(), &mut |it| it.add_promise(promise.standing));
            }
        }
        inputs.into_values().collect()
    }

    fn nothing(currency: Currency, period: Period) -> Self {
        Self {
            period,
            currency,
            opening: 0,
            receivables: 0,
            current: 0,
            sales: 0,
            months: BTreeMap::new(),
            kept: 0,
            partly_kept: 0,
            broken: 0,
        }
    }

    fn add_open(&mut self, as_of: AsOf<'_>, item: &Open<'_>) {
        self.receivables += i128::from(item.open);
        for part in item.due().filter(|it| as_of.days_past(it.due_on) == 0) {
            self.current += i128::from(part.minor);
        }
        let issued_on = item.invoice.document.issued_on;
        let age = i128::from(as_of.days_past(issued_on));
        let month = self.months.entry(Month::of(issued_on)).or_default();
        month.aged += i128::from(item.open) * age;
    }

    fn add_sales(&mut self, issued_on: NaiveDate, minor: i64) {
        if issued_on > self.period.last {
            return;
        }
        self.months.entry(Month::of(issued_on)).or_default().sales += i128::from(minor);
        if self.period.contains(issued_on) {
            self.sales += i128::from(minor);
        }
    }

    fn add_promise(&mut self, standing: Standing) {
        match standing {
            Standing::Kept(_) => self.kept += 1,
            Standing::PartlyKept { .. } => self.partly_kept += 1,
            Standing::Broken(_) => self.broken += 1,
            Standing::Open | Standing::Withdrawn(_) => {}
        }
    }

    /// The currency of all its sums.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The days it is about.
    pub fn period(&self) -> Period {
        self.period
    }

    /// Those of another account or partition, of the same currency and period, added.
    pub fn merge(&mut self, other: &Self) {
        self.opening += other.opening;
        self.receivables += other.receivables;
        self.current += other.current;
        self.sales += other.sales;
        for (month, sums) in &other.months {
            let own = self.months.entry(*month).or_default();
            own.sales += sums.sales;
            own.aged += sums.aged;
        }
        self.kept += other.kept;
        self.partly_kept += other.partly_kept;
        self.broken += other.broken;
    }

    /// Many, brought to one a currency.
    pub fn merged(all: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut merged = BTreeMap::<Currency, Self>::new();
        for inputs in all {
            match merged.get_mut(&inputs.currency) {
                Some(own) => own.merge(&inputs),
                None => {
                    merged.insert(inputs.currency, inputs);
                }
            }
        }
        merged.into_values().collect()
    }

    /// Many of one period in one currency: each sum of each is converted, rounded half up, and
    /// added. None if there are none.
    pub fn converted(all: &[Self], rates: &Rates) -> Result<Option<Self>, MissingRate> {
        let mut whole: Option<Self> = None;
        for it in all {
            let sum = |minor| rates.convert_sum(minor, it.currency);
            let mut months = BTreeMap::new();
            for (month, sums) in &it.months {
                let sums = Sums { sales: sum(sums.sales)?, aged: sum(sums.aged)? };
                months.insert(*month, sums);
            }
            let converted = Self {
                currency: rates.into,
                opening: sum(it.opening)?,
                receivables: sum(it.receivables)?,
                current: sum(it.current)?,
                sales: sum(it.sales)?,
                months,
                ..it.clone()
            };
            match &mut whole {
                Some(whole) => whole.merge(&converted),
                None => whole = Some(converted),
            }
        }
        Ok(whole)
    }

    fn money(&self, minor: i128) -> Money {
        money(minor, self.currency)
    }
}

/// A figure, with all that is needed to compute it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Which.
    pub kind: Kind,
    /// Rounded half up to two decimals; or why it cannot be computed.
    pub value: Result<Decimal, &'static str>,
    /// How the value follows from the inputs.
    pub formula: &'static str,
    /// By the names that stand in the formula.
    pub inputs: Vec<Input>,
}

/// One thing an indicator was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As in the formula; of a month, with the month behind it, such as `sales 2026-05`.
    pub name: String,
    /// How much.
    pub value: Value,
}

/// An amount; or a number of days or promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Of the currency of the indicators.
    Amount(Money),
    /// Of anything else.
    Number(u64),
}

/// Which figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Days sales outstanding: receivables over sales, in days.
    Dso,
    /// The same, by taking whole months of sales off the receivables, the latest first.
    DsoCountBack,
    /// The same, from the age of each open item.
    DsoTrue,
    /// Best possible DSO: what it would be if nothing were overdue.
    DsoBestPossible,
    /// Average days delinquent: the days that lateness adds.
    AverageDaysDelinquent,
    /// Collection effectiveness index: how much of what could be collected was.
    CollectionEffectiveness,
    /// How much of what is open is overdue.
    OverdueShare,
    /// How many of the promises judged in the period were not kept in full.
    BrokenPromiseShare,
}

/// What the value of an indicator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Days.
    Days,
    /// Shares of the whole, which is 1.
    Ratio,
}

impl Kind {
    /// What its value counts.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Dso
            | Self::DsoCountBack
            | Self::DsoTrue
            | Self::DsoBestPossible
            | Self::AverageDaysDelinquent => Unit::Days,
            Self::CollectionEffectiveness | Self::OverdueShare | Self::BrokenPromiseShare => {
                Unit::Ratio
            }
        }
    }
}

//! How a collector has done: what it was told to collect, what it took in, how long that took, and what
//! it cost, over the placements of all customers.
//!
//! Nothing is guessed: what a collector took in is what it said it did. What counts is what had happened
//! by the day asked about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Reference, collection::Remittance};
use money::{Currency, Money};
use rust_decimal::Decimal;

use crate::{
    Collection, Policy,
    placement::{Answered, KnownPlacement, Stage},
};

/// How late the oldest receivable was when it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// Up to 90 days past due, or not due.
    UpTo90,
    /// 91 to 180 days.
    UpTo180,
    /// 181 to 365 days.
    UpTo365,
    /// More.
    Older,
}

/// How much a collector was told to collect, in units of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// Up to 1,000.
    UpTo1000,
    /// Up to 5,000.
    UpTo5000,
    /// Up to 25,000.
    UpTo25000,
    /// More.
    Larger,
}

impl Age {
    fn of(days: i64) -> Self {
        match days {
            ..=90 => Self::UpTo90,
            91..=180 => Self::UpTo180,
            181..=365 => Self::UpTo365,
            366.. => Self::Older,
        }
    }

    /// The most days of it; none: there is no most.
    pub const fn days_max(self) -> Option<u16> {
        match self {
            Self::UpTo90 => Some(90),
            Self::UpTo180 => Some(180),
            Self::UpTo365 => Some(365),
            Self::Older => None,
        }
    }
}

impl Size {
    fn of(placed: Money) -> Self {
        let units = placed.decimal();
        if units <= Decimal::from(1_000) {
            Self::UpTo1000
        } else if units <= Decimal::from(5_000) {
            Self::UpTo5000
        } else if units <= Decimal::from(25_000) {
            Self::UpTo25000
        } else {
            Self::Larger
        }
    }

    /// The most units of the currency of it; none: there is no most.
    pub const fn units_max(self) -> Option<u32> {
        match self {
            Self::UpTo1000 => Some(1_000),
            Self::UpTo5000 => Some(5_000),
            Self::UpTo25000 => Some(25_000),
            Self::Larger => None,
        }
    }
}

/// Money that was placed and collected, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yield {
    /// Placements.
    pub placements: u32,
    /// What the collector was told to collect: principal, interest and fixed sums.
    pub placed: Money,
    /// What it said it took in.
    pub collected: Money,
}

impl Yield {
    /// The part of what was placed that was collected, to four places: 0 to 1, and more where interest
    /// went on; none where nothing was placed.
    pub fn rate(&self) -> Option<Decimal> {
        part(self.collected, self.placed)
    }

    const fn none(currency: Currency) -> Self {
        Self { placements: 0, placed: Money::zero(currency), collected: Money::zero(currency) }
    }

    fn add(&mut self, placed: Money, collected: Money) {
        self.placements = self.placements.saturating_add(1);
        self.placed = sum(self.placed, placed);
        self.collected = sum(self.collected, collected);
    }
}

/// What a collector did in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InCurrency {
    /// All of it.
    pub all: Yield,
    /// What it asked for.
    pub fees: Money,
    /// What it should have asked for, by its scale.
    pub fees_by_scale: Money,
    /// By age and size when it was placed; those there are.
    pub bands: BTreeMap<(Age, Size), Yield>,
}

impl InCurrency {
    /// The part of what was collected that it asked for, to four places; none where nothing was.
    pub fn fee_share(&self) -> Option<Decimal> {
        part(self.fees, self.all.collected)
    }
}

/// How a collector has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Performance {
    /// Cases it was brought.
    pub placements: u32,
    /// Of these, those that are still with it.
    pub open: u32,
    /// Those it did not take on, or gave back.
    pub refused: u32,
    /// Those it was told to give back, or to stop.
    pub recalled: u32,
    /// How often it took money in.
    pub remittances: u32,
    /// How often it passed that on later than its agreement has it, or still has not.
    pub late_remittances: u32,
    /// From being brought to the first money, in days: the middle of those that brought any; of two
    /// the earlier.
    pub days_to_money: Option<u32>,
    /// From being brought to the end, likewise: the case's, the refusal, or the word to stop.
    pub days_to_end: Option<u32>,
    /// By currency.
    pub currencies: BTreeMap<Currency, InCurrency>,
}

impl Policy {
    /// How a collector has done by a day, over all customers given; none of one that is neither in the
    /// rules nor was ever given a case.
    pub fn performance<'a>(
        &self,
        collector: &Reference,
        customers: impl IntoIterator<Item = &'a Collection>,
        on: NaiveDate,
    ) -> Option<Performance> {
        let mut known = self.collector(collector).is_some();
        let mut found = Performance::default();
        let (mut to_money, mut to_end) = (Vec::new(), Vec::new());
        for customer in customers {
            let theirs = customer.placements.values();
            for it in theirs.filter(|it| it.placement.collector == *collector) {
                known = true;
                let Some(brought_on) = it.brought_on().filter(|it| *it <= on) else { continue };
                let days = |then: NaiveDate| u32::try_from((then - brought_on).num_days());
                found.placements = found.placements.saturating_add(1);
                let end = customer.ended_on(it).filter(|it| *it <= on);
                match end {
                    Some(end) => to_end.push(days(end).unwrap_or(0)),
                    None => found.open = found.open.saturating_add(1),
                }
                let refused = matches!(&it.answer, Some(Answered::Refused(at, _)) if *at <= on);
                found.refused = found.refused.saturating_add(refused.into());
                let recalled = it.recall_done_on().is_some_and(|it| it <= on);
                found.recalled = found.recalled.saturating_add(recalled.into());
                let remittances = it.remittances.values().filter(|it| it.on <= on);
                let remittances: Vec<_> = remittances.map(|it| &**it).collect();
                to_money
                    .extend(remittances.iter().map(|it| it.on).min().and_then(|it| days(it).ok()));
                for remittance in &remittances {
                    found.remittances = found.remittances.saturating_add(1);
                    let passed_on = customer.passed_on(remittance);
                    let late = self.is_late(collector, remittance.on, passed_on, on);
                    found.late_remittances = found.late_remittances.saturating_add(late.into());
                }
                found.add(customer.days_late(it), it, &remittances);
            }
        }
        found.days_to_money = middle(to_money);
        found.days_to_end = middle(to_end);
        known.then_some(found)
    }

    /// Until when a collector has to pass on what it took in on a day; none of one that is not in the
    /// rules any more.
    pub fn pass_on_by(&self, collector: &Reference, taken_in: NaiveDate) -> Option<NaiveDate> {
        let days = self.collector(collector)?.remits_in_days;
        taken_in.checked_add_days(chrono::Days::new(days.into()))
    }

    /// Whether what a collector took in was passed on too late, or by a day has not been and should.
    pub fn is_late(
        &self,
        collector: &Reference,
        taken_in: NaiveDate,
        passed_on: Option<NaiveDate>,
        on: NaiveDate,
    ) -> bool {
        let passed_on = passed_on.filter(|it| *it <= on);
        self.pass_on_by(collector, taken_in).is_some_and(|by| passed_on.unwrap_or(on) > by)
    }
}

impl Collection {
    /// When money that a collector took in came: the value date of the payment it names, once that is
    /// in the books.
    pub(crate) fn passed_on(&self, remittance: &Remittance) -> Option<NaiveDate> {
        let account = self.dunning.risk().account();
        let view = account.payment_view(remittance.payment.as_ref()?, NaiveDate::MAX)?;
        view.payment.filter(|_| view.reversed.is_none()).map(|it| it.value_date)
    }

    /// How many days the oldest receivable was late when it was to be placed.
    fn days_late(&self, known: &KnownPlacement) -> i64 {
        let account = self.dunning.risk().account();
        let due = known.claims.iter().filter_map(|it| {
            account.invoice_view(&it.invoice, NaiveDate::MAX)?.document.map(|it| it.due_on)
        });
        due.min().map_or(0, |due| (known.placement.planned_on - due).num_days())
    }

    /// When a collector was done with it.
    fn ended_on(&self, known: &KnownPlacement) -> Option<NaiveDate> {
        let refused = match &known.answer {
            Some(Answered::Refused(on, _)) => Some(*on),
            Some(Answered::Accepted(..)) | None => None,
        };
        let case = self.cases.get(&known.placement.case);
        let closed = case.and_then(|it| it.closed.as_ref()).map(|it| it.on);
        [refused, known.recall_done_on(), closed].into_iter().flatten().min()
    }
}

impl KnownPlacement {
    /// When the collector had it. Of one that nobody knows of, that it said something of it tells.
    fn brought_on(&self) -> Option<NaiveDate> {
        let told =
            self.answer.is_some() || !self.reports.is_empty() || !self.remittances.is_empty();
        match &self.hand_over.stage {
            Stage::Done { on, .. } => Some(*on),
            Stage::Unknown(on) if told => Some(*on),
            Stage::Unknown(_)
            | Stage::Planned
            | Stage::Started { .. }
            | Stage::Failed(_)
            | Stage::Withdrawn => None,
        }
    }

    fn recall_done_on(&self) -> Option<NaiveDate> {
        match self.recall.as_ref().map(|it| &it.stage) {
            Some(Stage::Done { on, .. }) => Some(*on),
            Some(
                Stage::Planned
                | Stage::Started { .. }
                | Stage::Failed(_)
                | Stage::Unknown(_)
                | Stage::Withdrawn,
            )
            | None => None,
        }
    }
}

impl Performance {
    fn add(&mut self, days_late: i64, it: &KnownPlacement, remittances: &[&Remittance]) {
        let mut placed = BTreeMap::<Currency, (Money, Money)>::new();
        for claim in &it.claims {
            let currency = claim.principal.currency();
            let none = (Money::zero(currency), Money::zero(currency));
            let (told, _) = placed.entry(currency).or_insert(none);
            for part in [claim.principal, claim.interest, claim.fixed_sum] {
                *told = sum(*told, part);
            }
        }
        for remittance in remittances {
            for collected in &remittance.collected {
                let currency = collected.amount.currency();
                let none = (Money::zero(currency), Money::zero(currency));
                let (_, taken) = placed.entry(currency).or_insert(none);
                *taken = sum(*taken, collected.amount);
            }
            let fees = self.of(remittance.fee.currency());
            fees.fees = sum(fees.fees, remittance.fee);
            fees.fees_by_scale = sum(fees.fees_by_scale, remittance.fee_by_scale);
        }
        for (currency, (told, taken)) in placed {
            let of = self.of(currency);
            of.all.add(told, taken);
            let band = (Age::of(days_late), Size::of(told));
            of.bands.entry(band).or_insert_with(|| Yield::none(currency)).add(told, taken);
        }
    }

    fn of(&mut self, currency: Currency) -> &mut InCurrency {
        self.currencies.entry(currency).or_insert_with(|| InCurrency {
            all: Yield::none(currency),
            fees: Money::zero(currency),
            fees_by_scale: Money::zero(currency),
            bands: BTreeMap::new(),
        })
    }
}

/// Of one currency; beyond what an amount can be it stays at the most.
fn sum(a: Money, b: Money) -> Money {
    Money::new(a.minor().saturating_add(b.minor()), a.currency())
}

fn part(of: Money, whole: Money) -> Option<Decimal> {
    let part = Decimal::from(of.minor()).checked_div(Decimal::from(whole.minor()))?;
    Some(part.round_dp_with_strategy(4, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
}

/// The middle; of two the smaller.
fn middle(mut all: Vec<u32>) -> Option<u32> {
    all.sort_unstable();
    all.get(all.len().checked_sub(1)? / 2).copied()
}

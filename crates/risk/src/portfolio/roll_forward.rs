//! From what was owed to what is owed: every movement between two days, by kind; and the same for
//! what is put aside (IFRS 7.35H and 35I).
//!
//! Owed is what is open less what is unallocated, deposits included, as on statements. Opening and
//! closing are counted from open items and unallocated money, the movements from documents: that
//! they meet is the proof.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::CustomerId;
use invoicing::view::{MissingRate, Turnover};
use money::{Currency, Money};

use super::Figure;
use crate::{Policy, Risk, exposure::clamped};

/// Movements of some days, by currency, in the smallest unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollForward(BTreeMap<Currency, Turnover>);

/// The movements of one currency. Above zero: more is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movements {
    /// Owed at the end of the day before the first.
    pub opening: Money,
    /// Invoices by their days of issue.
    pub invoiced: Money,
    /// Credit notes; below zero.
    pub credited: Money,
    /// Invoices and credit notes cancelled since, on their own days.
    pub cancelled: Money,
    /// Payments by their value dates; below zero.
    pub paid: Money,
    /// Payments that did not stay, on their own days.
    pub reversed: Money,
    /// Money and credit that went back.
    pub refunded: Money,
    /// Given up upon request; below zero.
    pub written_off: Money,
    /// Rests within the tolerance; below zero.
    pub small_balances: Money,
    /// Write-offs undone by money that came for them.
    pub recovered: Money,
    /// Owed at the end of the last day: always the opening and the movements.
    pub closing: Money,
    /// The same counted from open items and unallocated money; the closing, always, and to the cent
    /// where nothing was converted.
    pub ledger: Money,
}

/// From what was put aside to what is, in the currency of the policy.
///
/// What is written off uses it up; what is not used or needed is released. Always `opening + charge −
/// used − released = closing`, and one of charge and released is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvisionRoll {
    /// Put aside at the end of the day before the first.
    pub opening: Money,
    /// Put aside in addition.
    pub charge: Money,
    /// Used up by what was given up upon request, less what was recovered of it; below zero when more
    /// was recovered.
    pub used: Money,
    /// No longer needed.
    pub released: Money,
    /// Put aside at the end of the last day.
    pub closing: Money,
}

impl RollForward {
    /// The movements of these customers from one day to another, both included.
    pub fn of<'a>(
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Self {
        let mut whole = Self::default();
        for (_, risk) in customers {
            whole.merge(Self(Turnover::of(&risk.account, first, last)));
        }
        whole
    }

    /// Those of other customers in the same days, added.
    pub fn merge(&mut self, others: Self) {
        for (currency, theirs) in others.0 {
            self.0.entry(currency).or_default().merge(&theirs);
        }
    }

    /// Currency by currency.
    pub fn by_currency(&self) -> Vec<Movements> {
        self.0.iter().map(|(currency, it)| Movements::of(it, *currency)).collect()
    }

    /// In the currency of the policy: each movement of each currency is converted, rounded, and
    /// added, and the closing is the sum of these.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn whole(&self, policy: &Policy) -> Result<Movements, MissingRate> {
        let mut whole = Turnover::default();
        for (currency, it) in &self.0 {
            let minor = |minor| policy.minor(clamped(minor, *currency));
            whole.merge(&Turnover {
                opening: minor(it.opening)?,
                invoiced: minor(it.invoiced)?,
                cancelled: minor(it.cancelled)?,
                credited: minor(it.credited)?,
                paid: minor(it.paid)?,
                reversed: minor(it.reversed)?,
                refunded: minor(it.refunded)?,
                written_off: minor(it.written_off)?,
                small_balances: minor(it.small_balances)?,
                recovered: minor(it.recovered)?,
                closing: minor(it.closing)?,
            });
        }
        Ok(Movements::of(&whole, policy.rules().currency))
    }
}

impl Movements {
    fn of(it: &Turnover, currency: Currency) -> Self {
        let money = |minor| clamped(minor, currency);
        Self {
            opening: money(it.opening),
            invoiced: money(it.invoiced),
            credited: money(it.credited),
            cancelled: money(it.cancelled),
            paid: money(it.paid),
            reversed: money(it.reversed),
            refunded: money(it.refunded),
            written_off: money(it.written_off),
            small_balances: money(it.small_balances),
            recovered: money(it.recovered),
            closing: money(it.opening + it.movements()),
            ledger: money(it.closing),
        }
    }

    /// The closing, with its formula.
    pub fn figure(&self) -> Figure {
        Figure::new(
            "closing",
            self.closing,
            "opening + invoiced + credited + cancelled + paid + reversed + refunded + written_off + small_balances + recovered",
            [
                ("opening", self.opening.into()),
                ("invoiced", self.invoiced.into()),
                ("credited", self.credited.into()),
                ("cancelled", self.cancelled.into()),
                ("paid", self.paid.into()),
                ("reversed", self.reversed.into()),
                ("refunded", self.refunded.into()),
                ("written_off", self.written_off.into()),
                ("small_balances", self.small_balances.into()),
                ("recovered", self.recovered.into()),
            ],
        )
    }
}

impl ProvisionRoll {
    /// What led from one provision to the other, with these movements between them, all in the
    /// currency of the policy.
    pub fn of(opening: Money, closing: Money, movements: &Movements) -> Self {
        let minor = |it: Money| i128::from(it.minor());
        let used = -(minor(movements.written_off) + minor(movements.recovered));
        let change = minor(closing) - minor(opening) + used;
        let money = |minor| clamped(minor, closing.currency());
        Self {
            opening,
            charge: money(change.max(0)),
            used: money(used),
            released: money((-change).max(0)),
            closing,
        }
    }

    /// The closing, with its formula.
    pub fn figure(&self) -> Figure {
        Figure::new(
            "provision_closing",
            self.closing,
            "provision_opening + charge - used - released",
            [
                ("provision_opening", self.opening.into()),
                ("charge", self.charge.into()),
                ("used", self.used.into()),
                ("released", self.released.into()),
            ],
        )
    }
}

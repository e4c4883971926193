//! The sums of one currency, kept in two ways that never meet.
//!
//! *Movements* are added up from what events say. *Balances* are added up from what changed in the
//! items themselves. Both must tell the same story after every event; see [`Tally::check`].

use chrono::NaiveDate;
use events::invoicing::Source;
use money::Currency;
use serde::{Deserialize, Serialize};

use super::{day, room_for_one};

/// Sums of one customer in one currency, in its smallest unit. Amounts have 63 bits, so no journal
/// is long enough to leave the range of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) currency: Currency,

    // Movements. What is void (cancelled, reversed) is taken out again.
    pub(crate) invoiced: i128,
    pub(crate) received: i128,
    pub(crate) credited: i128,
    pub(crate) refunded: Split,
    pub(crate) allocated: Split,
    pub(crate) given_up: i128,
    pub(crate) recovered: Split,

    // Balances.
    pub(crate) open: i128,
    pub(crate) unallocated: Split,

    /// Money by value date, less what was reversed or refunded of it: what promises to pay are
    /// judged by.
    receipts: Vec<Receipts>,
}

/// A sum by the kind of its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Split {
    pub(crate) cash: i128,
    pub(crate) credit: i128,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Receipts {
    #[serde(with = "day")]
    on: NaiveDate,
    minor: i64,
}

impl Split {
    pub(crate) fn of(&mut self, source: &Source) -> &mut i128 {
        match source {
            Source::Payment(_) => &mut self.cash,
            Source::CreditNote(_) => &mut self.credit,
        }
    }

    pub(crate) fn total(self) -> i128 {
        self.cash + self.credit
    }
}

impl Tally {
    pub(crate) fn of(currency: Currency) -> Self {
        Self {
            currency,
            invoiced: 0,
            received: 0,
            credited: 0,
            refunded: Split::default(),
            allocated: Split::default(),
            given_up: 0,
            recovered: Split::default(),
            open: 0,
            unallocated: Split::default(),
            receipts: Vec::new(),
        }
    }

    /// Invoices − allocations − write-offs = open, and what came in − what went back − what was
    /// allocated or recovered = unallocated, for cash and for credit.
    pub(crate) fn check(&self) -> Result<(), String> {
        let equations = [
            ("open", self.open, self.invoiced - self.allocated.total() - self.given_up),
            (
                "unallocated cash",
                self.unallocated.cash,
                self.received - self.refunded.cash - self.allocated.cash - self.recovered.cash,
            ),
            (
                "unallocated credit",
                self.unallocated.credit,
                self.credited
                    - self.refunded.credit
                    - self.allocated.credit
                    - self.recovered.credit,
            ),
        ];
        for (balance, items, movements) in equations {
            if items != movements {
                return Err(format!(
                    "{balance} in {}: the items say {items} and the movements {movements} of the \
                     smallest unit",
                    self.currency
                ));
            }
        }
        Ok(())
    }

    /// Whether there is anything that a source could settle or recover.
    pub(crate) fn may_be_settled(&self) -> bool {
        self.open != 0 || self.given_up != self.recovered.total()
    }

    /// Money of this value date came, or went again.
    pub(crate) fn receive(&mut self, on: NaiveDate, minor: i64) {
        match self.receipts.binary_search_by_key(&on, |it| it.on) {
            Ok(place) => {
                if let Some(receipts) = self.receipts.get_mut(place) {
                    receipts.minor = receipts.minor.saturating_add(minor);
                }
            }
            Err(place) => {
                room_for_one(&mut self.receipts);
                self.receipts.insert(place, Receipts { on, minor });
            }
        }
    }

    /// The money with a value date in these days, both included.
    pub(crate) fn receipts_between(&self, first: NaiveDate, last: NaiveDate) -> i64 {
        let from = self.receipts.partition_point(|it| it.on < first);
        let within = self.receipts.iter().skip(from).take_while(|it| it.on <= last);
        within.fold(0, |sum, it| sum.saturating_add(it.minor))
    }
}

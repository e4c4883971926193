//! A receivable, and what has become of it.

use std::cmp::max;

use chrono::NaiveDate;
use events::{
    AssignmentId, Reference, WriteOffId,
    invoicing::{self, Rule, Source},
};
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::{Impossible, day};

/// An invoice as the account knows it. A million of them are held at once: what few invoices have
/// stands behind a box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invoice {
    /// What its document says, after corrections.
    pub(crate) document: Document,
    /// What is open of it, in the smallest unit; follows from all the rest, see [`Self::reckon`].
    pub(crate) open: i64,
    /// What settled it, in the order of the journal.
    pub(crate) allocations: Vec<Allocation>,
    rare: Option<Box<Rare>>,
}

/// What the document of an invoice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) gross: Money,
    pub(crate) tax: Option<Money>,
    #[serde(with = "day")]
    pub(crate) issued_on: NaiveDate,
    #[serde(with = "day")]
    pub(crate) due_on: NaiveDate,
    references: Box<[(Named, Reference)]>,
}

/// What a reference on an invoice names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Named {
    Number,
    Order,
    Contract,
    Site,
    /// The terms that gave the due date.
    Terms,
    /// The version of the terms of sale.
    TermsVersion,
}

/// A part of an invoice that a source has settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Allocation {
    pub(crate) source: Source,
    /// In the smallest unit.
    pub(crate) minor: i64,
    /// The day its source counts from: the value date, or the day of issue of a credit note.
    #[serde(with = "day")]
    pub(crate) source_on: NaiveDate,
    pub(crate) rule: Rule,
    /// Whether the claim had been given up: it undoes the write-off, and nothing less is open.
    pub(crate) recovers: bool,
}

/// What few invoices have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rare {
    /// Whether what is known was last said by a correction.
    pub(crate) corrected: bool,
    /// As first issued, if a correction changed it; none if the first issue has not arrived.
    pub(crate) issued_as: Option<Document>,
    #[serde(with = "day::option")]
    pub(crate) cancelled_on: Option<NaiveDate>,
    pub(crate) given_up: Vec<GivenUp>,
    /// What open disputes contest, in the smallest unit; may exceed what is open.
    pub(crate) disputed: i64,
    /// The assignments of it, in the order of the journal.
    pub(crate) assignments: Vec<AssignmentId>,
}

impl Rare {
    /// Whether a person gave a part of it up; a small balance nobody did.
    pub(crate) fn gives_up_upon_request(&self) -> bool {
        self.given_up.iter().any(|it| it.write_off.is_some())
    }
}

/// A part of an invoice that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GivenUp {
    /// Upon which request; none for a small balance.
    pub(crate) write_off: Option<WriteOffId>,
    pub(crate) minor: i64,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

/// What an invoice no longer takes.
#[derive(Debug)]
pub(crate) struct Released {
    pub(crate) currency: Currency,
    pub(crate) allocations: Vec<Allocation>,
    /// In the smallest unit.
    pub(crate) given_up: i64,
}

impl Document {
    /// The document, if an invoice can be like this.
    pub(crate) fn sound(invoice: &invoicing::Invoice) -> Result<Self, Impossible> {
        if invoice.gross.is_positive() {
            Ok(Self::of(invoice))
        } else {
            Err(Impossible::because(format!("invoice {} is about nothing", invoice.invoice)))
        }
    }

    pub(crate) fn of(invoice: &invoicing::Invoice) -> Self {
        let references = [
            (Named::Number, &invoice.number),
            (Named::Order, &invoice.order),
            (Named::Contract, &invoice.contract),
            (Named::Site, &invoice.site),
            (Named::Terms, &invoice.terms),
            (Named::TermsVersion, &invoice.terms_version),
        ];
        let given = references.into_iter().filter_map(|(named, it)| Some((named, it.clone()?)));
        Self {
            gross: invoice.gross,
            tax: invoice.tax,
            issued_on: invoice.issued_on,
            due_on: invoice.due_on,
            references: given.collect(),
        }
    }

    /// Which terms gave the due date; none if it was stated.
    pub(crate) fn terms(&self) -> Option<&Reference> {
        self.reference(Named::Terms)
    }

    pub(crate) fn reference(&self, named: Named) -> Option<&Reference> {
        self.references.iter().find(|(it, _)| *it == named).map(|(_, reference)| reference)
    }
}

impl Invoice {
    pub(crate) fn new(document: Document) -> Self {
        let open = document.gross.minor();
        Self { document, open, allocations: Vec::new(), rare: None }
    }

    pub(crate) fn rare(&self) -> Option<&Rare> {
        self.rare.as_deref()
    }

    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.document.gross.currency())
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.rare().is_some_and(|it| it.cancelled_on.is_some())
    }

    /// What is open, from the beginning: gross − settled − given up.
    pub(crate) fn reckon(&mut self) {
        self.open = if self.is_cancelled() {
            0
        } else {
            let gone = self.settled().saturating_add(self.given_up());
            self.document.gross.minor().saturating_sub(gone)
        };
    }

    /// What sources have settled of it, recoveries not counted.
    pub(crate) fn settled(&self) -> i64 {
        sum(self.allocations.iter().filter(|it| !it.recovers).map(|it| it.minor))
    }

    /// What was given up of it, recovered since or not.
    pub(crate) fn given_up(&self) -> i64 {
        self.rare().map_or(0, |it| sum(it.given_up.iter().map(|it| it.minor)))
    }

    /// What was given up and has not been recovered.
    pub(crate) fn still_given_up(&self) -> i64 {
        if self.rare.is_none() {
            return 0;
        }
        let recovered = self.allocations.iter().filter(|it| it.recovers);
        self.given_up().saturating_sub(sum(recovered.map(|it| it.minor)))
    }

    /// What is open and contested.
    pub(crate) fn disputed(&self) -> i64 {
        self.rare().map_or(0, |it| it.disputed.clamp(0, self.open))
    }

    /// What this source has settled of it, or recovered.
    pub(crate) fn settled_by(&self, source: &Source) -> i64 {
        sum(self.allocations.iter().filter(|it| it.source == *source).map(|it| it.minor))
    }

    /// Likewise, as far as a person said so.
    pub(crate) fn settled_by_hand(&self, source: &Source) -> i64 {
        let by_hand = self.allocations.iter().filter(|it| it.rule == Rule::Manual);
        sum(by_hand.filter(|it| it.source == *source).map(|it| it.minor))
    }

    /// Lets go of all that a source settles or recovers.
    pub(crate) fn release_from(&mut self, source: &Source) -> Vec<Allocation> {
        self.allocations.extract_if(.., |it| it.source == *source).collect()
    }

    /// Whether something is open after money came: a rest, perhaps within the tolerance.
    pub(crate) fn is_part_paid(&self) -> bool {
        self.open > 0 && self.allocations.iter().any(|it| matches!(it.source, Source::Payment(_)))
    }

    /// What was open at the end of a day, whenever that was recorded.
    pub(crate) fn open_on(&self, on: NaiveDate) -> i64 {
        if self.is_cancelled() || on < self.document.issued_on {
            return 0;
        }
        let settled = self.allocations.iter().filter(|it| !it.recovers && it.source_on <= on);
        let given_up = self.rare().into_iter().flat_map(|it| &it.given_up).filter(|it| it.on <= on);
        let gone = sum(settled.map(|it| it.minor).chain(given_up.map(|it| it.minor)));
        self.document.gross.minor().saturating_sub(gone)
    }

    /// Lets go of all that settles, gives up or recovers more than this: the last first.
    pub(crate) fn release_above(&mut self, most: i64) -> Released {
        let currency = self.document.gross.currency();
        let mut released = Released { currency, allocations: Vec::new(), given_up: 0 };
        let over = self.settled().saturating_add(self.given_up()).saturating_sub(most);
        let mut over = self.release(over, false, &mut released);
        let given_up = self.rare.iter_mut().flat_map(|it| it.given_up.iter_mut());
        for it in given_up.rev() {
            let part = it.minor.min(over).max(0);
            it.minor -= part;
            over -= part;
            released.given_up += part;
        }
        let over = self.still_given_up().min(0).saturating_neg();
        self.release(over, true, &mut released);
        self.allocations.retain(|it| it.minor > 0);
        if let Some(rare) = &mut self.rare {
            rare.given_up.retain(|it| it.minor > 0);
        }
        released
    }

    /// Releases allocations, or recoveries; answers what is left to release.
    fn release(&mut self, mut over: i64, recovers: bool, released: &mut Released) -> i64 {
        for it in self.allocations.iter_mut().rev().filter(|it| it.recovers == recovers) {
            let part = it.minor.min(over).max(0);
            if part > 0 {
                it.minor -= part;
                over -= part;
                released.allocations.push(Allocation { minor: part, ..it.clone() });
            }
        }
        over
    }

    /// The day from which an allocation counts.
    pub(crate) fn effective_on(&self, allocation: &Allocation) -> NaiveDate {
        let on = max(allocation.source_on, self.document.issued_on);
        match self.rare() {
            // Nothing is recovered before it was given up.
            Some(rare) if allocation.recovers => rare.given_up.iter().map(|it| it.on).fold(on, max),
            Some(_) | None => on,
        }
    }
}

/// Never out of range: the parts of an amount that is in range, or a flaw is reported.
fn sum(parts: impl Iterator<Item = i64>) -> i64 {
    parts.fold(0, i64::saturating_add)
}

//! How other suppliers are paid by a customer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    Reference, TradeReferenceId, date,
    risk::{Event, TradeReference},
};
use money::Stated;

use crate::{
    Placed, Policy, Risk, Subject,
    command::commands,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// A trade reference.
    ReferenceData {
        /// The tenant's id for it.
        reference_id: TradeReferenceId,
        /// Which supplier, under a label that names no person.
        supplier: Reference,
        /// How much it sold in the time it speaks of; more than zero.
        amount: Stated,
        /// Its terms, in days.
        terms_days: u16,
        /// How late it is paid, in days after the due date; below zero: before.
        days_beyond_terms: i16,
        /// The day it speaks of.
        #[serde(with = "date")]
        as_of_date: NaiveDate,
    }
}

impl ReferenceData {
    fn reference(self) -> TradeReference {
        TradeReference {
            reference: self.reference_id,
            supplier: self.supplier,
            amount: self.amount.0,
            terms_days: self.terms_days,
            days_beyond_terms: self.days_beyond_terms,
            as_of: self.as_of_date,
        }
    }
}

impl Said for ReferenceData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if !self.amount.0.is_positive() {
            wrong("amount", format!("{} is not above zero", self.amount.0));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.reference();
        let known = risk.references().find(|it| it.reference == stated.reference);
        let new = is_new(known, &stated, Subject::TradeReference, &stated.reference)?;
        Ok(if new { vec![Event::ReferenceReceived(Box::new(stated))] } else { Vec::new() })
    }
}

impl Risk {
    /// Every trade reference, in the order of the journal.
    pub fn references(&self) -> impl Iterator<Item = &Placed<TradeReference>> {
        self.inputs.references.iter()
    }

    /// What each supplier says last, as of a day; by their labels.
    pub fn references_on(&self, on: NaiveDate) -> Vec<&Placed<TradeReference>> {
        let mut latest = BTreeMap::<&Reference, &Placed<TradeReference>>::new();
        for it in self.references().filter(|it| it.as_of <= on) {
            let last = latest.entry(&it.supplier).or_insert(it);
            if it.as_of >= last.as_of {
                *last = it;
            }
        }
        latest.into_values().collect()
    }

    pub(crate) fn reference_received(&mut self, it: &TradeReference) {
        self.inputs.references.push(Placed::new(it, self.place));
    }
}

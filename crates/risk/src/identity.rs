//! Who the customer is: what was found doubtful, and which orders wait for that.
//!
//! A source, such as a register or a bank, looks again and again; what it found last counts. Fraud
//! begins with a customer that is not who it says it is, so orders wait until somebody has looked
//! again and found nothing, unless the credit policy says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    IdentityCheckId, Reference, date,
    risk::{Doubt, Event, Finding, IdentityCheck},
};

use crate::{
    Placed, Policy, Risk, Subject,
    command::commands,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// A look at who the customer is.
    IdentityData {
        /// The tenant's id for it.
        check_id: IdentityCheckId,
        /// The day it was looked at.
        #[serde(with = "date")]
        check_date: NaiveDate,
        /// Where it was looked up.
        source: Reference,
        /// What is doubtful; nothing: nothing is.
        findings: Vec<Finding>,
    }
}

impl IdentityData {
    fn identity_check(self) -> IdentityCheck {
        IdentityCheck {
            check: self.check_id,
            checked_on: self.check_date,
            source: self.source,
            findings: self.findings,
        }
    }
}

impl Said for IdentityData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        let mut named = BTreeSet::new();
        for (place, it) in self.findings.iter().enumerate() {
            if !named.insert(it.finding) {
                let reason = format!("{} is named already", it.finding.name());
                wrong(&format!("findings[{place}].finding"), reason);
            }
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.identity_check();
        let known = risk.identity_checks().find(|it| it.check == stated.check);
        let new = is_new(known, &stated, Subject::IdentityCheck, &stated.check)?;
        Ok(if new { vec![Event::IdentityChecked(Box::new(stated))] } else { Vec::new() })
    }
}

impl Risk {
    /// Every look at who the customer is, in the order of the journal.
    pub fn identity_checks(&self) -> impl Iterator<Item = &Placed<IdentityCheck>> {
        self.inputs.identity.iter()
    }

    /// What each source found last, as of a day; by their names. Of one day the last that was said.
    pub fn identity_on(&self, on: NaiveDate) -> Vec<&Placed<IdentityCheck>> {
        let mut latest = BTreeMap::<&Reference, &Placed<IdentityCheck>>::new();
        for it in self.identity_checks().filter(|it| it.checked_on <= on) {
            let last = latest.entry(&it.source).or_insert(it);
            if it.checked_on >= last.checked_on {
                *last = it;
            }
        }
        latest.into_values().collect()
    }

    /// What is doubtful on a day, and who found it.
    pub fn doubts_on(&self, on: NaiveDate) -> BTreeMap<Doubt, Vec<&Placed<IdentityCheck>>> {
        let mut doubts = BTreeMap::<_, Vec<_>>::new();
        for check in self.identity_on(on) {
            for it in &check.findings {
                doubts.entry(it.finding).or_default().push(check);
            }
        }
        doubts
    }

    /// The days from which on something else may be doubtful.
    pub(crate) fn doubts_turn(&self) -> impl Iterator<Item = NaiveDate> {
        self.identity_checks().map(|it| it.checked_on)
    }

    pub(crate) fn identity_checked(&mut self, it: &IdentityCheck) {
        self.inputs.identity.push(Placed::new(it, self.place));
    }
}

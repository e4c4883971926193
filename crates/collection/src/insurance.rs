//! Credit insurance to the end: what an insurer would pay and why not more, what it was asked for and
//! paid, and its part of what comes in afterwards.
//!
//! Kept is only what was lodged, answered, paid and passed on. What an insurer would pay, and what is
//! owed to it, is computed anew from the facts: when the past turns out otherwise, so do they.

mod claim;
mod indemnity;
mod recovery;
mod refused;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use events::{
    CoverId, InsuranceClaimId, Reference,
    collection::{
        Act, ActKind, Event, Indemnity, InsuranceClaim, InsuranceRules, InsurerAnswer,
        RecoveryShare,
    },
};
use money::Money;
use risk::Recorded;
use serde::{Deserialize, Serialize};

use crate::{Collection, Policy};

pub(crate) use view::pays_by;

pub use indemnity::{Exclusion, Falls, IndemnitySum, IndemnityView, InsuredInvoice, Part};
pub use recovery::{Recovery, SharedReceipt};
pub use refused::ClaimRefusal;
pub use view::{ClaimState, ClaimWarning, ClaimedInvoiceView, InsuranceClaimView};

/// A claim, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownClaim {
    pub(crate) claim: Recorded<InsuranceClaim>,
    /// What the insurer said, in the order of the journal: the last counts.
    pub(crate) answers: Vec<Recorded<InsurerAnswer>>,
    pub(crate) indemnities: BTreeMap<Reference, Recorded<Indemnity>>,
    pub(crate) shares: BTreeMap<Reference, Recorded<RecoveryShare>>,
    /// Numbers of indemnities and shares that were recorded by mistake.
    pub(crate) mistaken: BTreeSet<Reference>,
    /// Whether all of it was.
    pub(crate) withdrawn: bool,
    /// That it was lodged, and that it was paid, as acts: they keep rights as any act does.
    pub(crate) acts: Vec<Recorded<Act>>,
}

impl KnownClaim {
    fn new(claim: &InsuranceClaim) -> Self {
        let mut known = Self {
            claim: Recorded(claim.clone()),
            answers: Vec::new(),
            indemnities: BTreeMap::new(),
            shares: BTreeMap::new(),
            mistaken: BTreeSet::new(),
            withdrawn: false,
            acts: Vec::new(),
        };
        known.act(ActKind::IndemnityClaimed, claim.on, known.claimed());
        known
    }

    fn act(&mut self, kind: ActKind, on: chrono::NaiveDate, amount: Money) {
        // Every id of a claim is one of an act: they have the same form.
        let Ok(act) = self.claim.claim.as_str().parse() else { return };
        self.acts.push(Recorded(Act {
            act,
            kind,
            on,
            case: None,
            invoices: self.claim.lines.iter().map(|it| it.invoice.clone()).collect(),
            follows: None,
            notice: None,
            cover: Some(self.claim.cover.clone()),
            guarantee: None,
            amount: Some(amount),
            proof: self.claim.proof.clone(),
            dividends: Vec::new(),
            by: self.claim.by.clone(),
        }));
    }

    /// What is claimed. A claim has lines, and all are of one currency.
    fn claimed(&self) -> Money {
        let zero =
            self.claim.lines.first().map_or(Money::new(0, money::Currency::EUR), |it| {
                Money::zero(it.amount.currency())
            });
        total(zero, self.claim.lines.iter().map(|it| it.amount))
    }

    /// What the insurer paid and was not recorded by mistake.
    fn standing_indemnities(&self) -> impl Iterator<Item = &Indemnity> {
        let standing =
            self.indemnities.iter().filter(|(number, _)| !self.mistaken.contains(*number));
        standing.map(|(_, it)| &**it)
    }

    /// What was passed on to it and was not recorded by mistake.
    fn standing_shares(&self) -> impl Iterator<Item = &RecoveryShare> {
        let standing = self.shares.iter().filter(|(number, _)| !self.mistaken.contains(*number));
        standing.map(|(_, it)| &**it)
    }

    /// The last answer.
    fn answer(&self) -> Option<&InsurerAnswer> {
        self.answers.last().map(|it| &**it)
    }

    /// Whether the insurer said that it pays nothing.
    fn is_refused(&self) -> bool {
        self.answer().is_some_and(|it| it.accepted.is_none())
    }

    /// The acts that follow from it, for as long as it stands.
    pub(crate) fn acts(&self) -> impl Iterator<Item = &Act> {
        let paid = self.standing_indemnities().next().is_some();
        let standing = self.acts.iter().filter(move |it| it.kind != ActKind::IndemnityPaid || paid);
        standing.filter(|_| !self.withdrawn).map(|it| &**it)
    }
}

/// A sum that stays in range: what is more than an amount can be counts as the largest there is.
fn total(zero: Money, amounts: impl IntoIterator<Item = Money>) -> Money {
    let sum = amounts.into_iter().fold(zero.minor(), |sum, it| sum.saturating_add(it.minor()));
    Money::new(sum, zero.currency())
}

impl Policy {
    /// What the insurer of a cover wants, if the policy says so.
    pub(crate) fn insurance_rules(&self, policy: &Reference) -> Option<&InsuranceRules> {
        self.rules().insurances.iter().find(|it| it.policy == *policy)
    }
}

impl Collection {
    /// Claims that were not recorded by mistake.
    pub(crate) fn standing_claims(&self) -> impl Iterator<Item = (&InsuranceClaimId, &KnownClaim)> {
        self.claims.iter().filter(|(_, it)| !it.withdrawn)
    }

    /// The standing claim under a cover whose act keeps a right.
    pub(crate) fn claim_of_act(&self, act: &Act, cover: &CoverId) -> Option<&KnownClaim> {
        let claim = self.claims.get(act.act.as_str())?;
        (claim.claim.cover == *cover && !claim.withdrawn).then_some(claim)
    }

    /// What is said of claims to insurers.
    pub(crate) fn claim_said(&mut self, fact: &Event) {
        if let Event::InsuranceClaimLodged(it) = fact {
            self.claims.insert(it.claim.clone(), KnownClaim::new(it));
        } else if let Event::InsuranceClaimAnswered(it) = fact {
            if let Some(known) = self.claims.get_mut(&it.claim) {
                known.answers.push(Recorded(InsurerAnswer::clone(it)));
            }
        } else if let Event::IndemnityPaid(it) = fact {
            if let Some(known) = self.claims.get_mut(&it.claim) {
                known.act(ActKind::IndemnityPaid, it.on, it.amount);
                known.indemnities.insert(it.number.clone(), Recorded(Indemnity::clone(it)));
            }
        } else if let Event::InsurerRepaid(it) = fact {
            if let Some(known) = self.claims.get_mut(&it.claim) {
                known.shares.insert(it.number.clone(), Recorded(RecoveryShare::clone(it)));
            }
        } else if let Event::InsuranceClaimWithdrawn { claim, number, .. } = fact
            && let Some(known) = self.claims.get_mut(claim)
        {
            match number {
                Some(number) => {
                    known.mistaken.insert(number.clone());
                }
                None => known.withdrawn = true,
            }
        }
    }
}

//! A claim to an insurer, as it stands on a day.

use chrono::NaiveDate;
use events::{
    InvoiceId,
    collection::{
        ActKind, ClaimCause, Indemnity, InsuranceClaim, InsuranceRules, InsurerAnswer,
        RecoveryShare, RightKind, RightSubject, Span,
    },
};
use money::Money;

use super::{Falls, KnownClaim, Recovery, recovery::parts, total};
use crate::{
    Collection, Policy,
    case::opening,
    right::{Running, Standing, after},
};

/// A claim, what came of it, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuranceClaimView {
    /// What was lodged.
    pub claim: InsuranceClaim,
    /// How it stands.
    pub state: ClaimState,
    /// What is claimed.
    pub claimed: Money,
    /// The insurer's last answer.
    pub answer: Option<InsurerAnswer>,
    /// What it paid, by number.
    pub indemnities: Vec<Indemnity>,
    /// All of it.
    pub paid: Money,
    /// The day by which it pays: its time to wait ends. None if that is not known, or not yet.
    pub pays_by: Option<NaiveDate>,
    /// What is claimed, invoice by invoice, the oldest due first.
    pub lines: Vec<ClaimedInvoiceView>,
    /// What came in since it paid, and whose it is; none if it has not paid.
    pub recovery: Option<Recovery>,
    /// What was passed on to it, by number.
    pub shares: Vec<RecoveryShare>,
    /// What a person should know; nothing of it is refused.
    pub warnings: Vec<ClaimWarning>,
}

/// A claimed invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedInvoiceView {
    /// Which.
    pub invoice: InvoiceId,
    /// When it was due.
    pub due_on: NaiveDate,
    /// What is claimed of it.
    pub claimed: Money,
    /// What is open of it now.
    pub open: Money,
    /// What has come for what was claimed of it since the insurer paid.
    pub recovered: Money,
    /// What may be given up of it because the insurer has paid: its part of what is left of the loss,
    /// less what was given up. By two persons, in the books.
    pub may_write_off: Money,
}

/// How a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimState {
    /// The insurer has not answered.
    Lodged,
    /// It will pay.
    Accepted,
    /// It pays nothing.
    Refused,
    /// It has paid, and not all that it accepted.
    PartlyPaid,
    /// It has paid all that it accepted, or something without an answer before.
    Paid,
    /// It was recorded by mistake.
    Withdrawn,
}

/// What a person should know of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimWarning {
    /// More is claimed than the insurer would pay and the tenant's part of it: some is above the
    /// limits, or no cover answers for it.
    MoreThanCovered,
    /// It is lodged as an insolvency, and no judgment in force is known.
    NoJudgment,
    /// The debt was not handed to the insurer by the last day for that, nor claimed by then.
    NotHandedOver,
    /// It was paid before the insurer's time to wait had ended: some other claim may be meant.
    PaidEarly,
    /// More was paid than was still owed of what was claimed: it is to be given back.
    PaidTooMuch,
}

impl ClaimWarning {
    /// In a sentence. English.
    pub const fn told(self) -> &'static str {
        match self {
            Self::MoreThanCovered => "More is claimed than covers answer for.",
            Self::NoJudgment => "It is lodged as an insolvency, and no judgment in force is known.",
            Self::NotHandedOver => {
                "The debt was not handed to the insurer by the last day for that, nor claimed by then."
            }
            Self::PaidEarly => "It was paid before the insurer's time to wait had ended.",
            Self::PaidTooMuch => "More was paid than was still owed of what was claimed.",
        }
    }
}

/// When an insurer pays a claim at the latest, counted from when.
pub(crate) fn pays_by(
    collection: &Collection,
    rules: &InsuranceRules,
    lodged_on: NaiveDate,
    cause: Option<ClaimCause>,
) -> Option<(NaiveDate, Option<NaiveDate>)> {
    if let (Some(ClaimCause::Insolvency), Some(days)) = (cause, rules.admitted_days) {
        let acts = collection.acts();
        let admitted = acts.iter().filter(|it| it.kind == ActKind::ClaimAdmitted).map(|it| it.on);
        let from = admitted.max().map(|it| it.max(lodged_on));
        let until = from.map(|from| after(from, Span::Days(days)));
        return Some((from.unwrap_or(lodged_on), until));
    }
    let waiting = rules.waiting?;
    Some((lodged_on, Some(after(lodged_on, waiting))))
}

impl Policy {
    /// Claims to insurers that were lodged by the end of a day, in the order of their days.
    pub fn insurance_claims(
        &self,
        collection: &Collection,
        on: NaiveDate,
    ) -> Vec<InsuranceClaimView> {
        let mut known: Vec<_> = collection.claims.values().collect();
        known.retain(|it| it.claim.on <= on);
        known.sort_by(|a, b| (a.claim.on, &a.claim.claim).cmp(&(b.claim.on, &b.claim.claim)));
        known.into_iter().map(|it| self.claim_view(collection, it, on)).collect()
    }

    /// What an insurer wants of a customer, whose claims are under these covers: each duty with its
    /// last day and what kept it.
    pub fn duties(
        &self,
        collection: &Collection,
        claim: &InsuranceClaim,
        on: NaiveDate,
    ) -> Vec<Running> {
        let mut rights = self.rights(collection, on);
        rights.retain(|it| {
            it.subject == RightSubject::Cover(claim.cover.clone())
                && it.kind != RightKind::Indemnity
        });
        rights
    }

    fn claim_view(
        &self,
        collection: &Collection,
        known: &KnownClaim,
        on: NaiveDate,
    ) -> InsuranceClaimView {
        let account = collection.dunning.risk().account();
        let claimed = known.claimed();
        let zero = Money::zero(claimed.currency());
        let money = |minor| Money::new(minor, claimed.currency());
        let indemnities: Vec<_> =
            known.standing_indemnities().filter(|it| it.on <= on).cloned().collect();
        let paid = total(zero, indemnities.iter().map(|it| it.amount));
        let mut answers = known.answers.iter().filter(|it| it.on <= on);
        let answer = answers.next_back().map(|it| InsurerAnswer::clone(it));
        let cover = collection.dunning.risk().cover(&known.claim.cover);
        let rules = cover.and_then(|it| self.insurance_rules(&it.policy));
        let pays_by = rules.and_then(|rules| {
            pays_by(collection, rules, known.claim.on, Some(known.claim.cause))?.1
        });
        let (recovery, losses) = match self.recovery(collection, known, on) {
            Some((recovery, losses)) => (Some(recovery), losses),
            None => (None, known.losses(account, known.claim.on)),
        };
        let loss = losses.iter().fold(0_i64, |sum, it| sum.saturating_add(it.minor));
        let lines = losses.iter().filter_map(|it| {
            let line = known.claim.lines.iter().find(|line| line.invoice == it.invoice)?;
            let view = account.invoice_view(&it.invoice, on)?;
            let (open, given_up) = view.open.zip(view.written_off)?;
            let left = open.minor().saturating_add(given_up.minor()).min(it.minor);
            let (insurer, _) = parts(money(left), paid.minor(), loss);
            let may = insurer.minor().saturating_sub(given_up.minor()).clamp(0, open.minor());
            Some(ClaimedInvoiceView {
                invoice: it.invoice.clone(),
                due_on: it.due_on,
                claimed: line.amount,
                open,
                recovered: money(it.recovered),
                may_write_off: money(may),
            })
        });
        let mut view = InsuranceClaimView {
            state: state(known, answer.as_ref(), paid),
            claim: InsuranceClaim::clone(&known.claim),
            claimed,
            answer,
            indemnities,
            paid,
            pays_by,
            lines: lines.collect(),
            recovery,
            shares: known.standing_shares().filter(|it| it.on <= on).cloned().collect(),
            warnings: Vec::new(),
        };
        view.warnings = self.claim_warnings(collection, &view, on);
        view
    }

    fn claim_warnings(
        &self,
        collection: &Collection,
        view: &InsuranceClaimView,
        on: NaiveDate,
    ) -> Vec<ClaimWarning> {
        let claim = &view.claim;
        let mut found = Vec::new();
        let insured = self.indemnity(collection, claim.on);
        let over = claim.lines.iter().any(|line| {
            let of_it = insured.lines.iter().filter(|it| it.invoice == line.invoice);
            let covered = of_it.flat_map(|it| &it.parts).filter(
                |it| matches!(&it.falls, Falls::Covered { cover, .. } if *cover == claim.cover),
            );
            let covered = covered.fold(0_i64, |sum, it| sum.saturating_add(it.amount.minor()));
            line.amount.minor() > covered
        });
        if over {
            found.push(ClaimWarning::MoreThanCovered);
        }
        if claim.cause == ClaimCause::Insolvency && opening(collection, on).is_none() {
            found.push(ClaimWarning::NoJudgment);
        }
        let duties = self.duties(collection, claim, on);
        let missed = |it: &Running| {
            it.kind == RightKind::Handover
                && it.standing == Standing::Lapsed
                && it.deadline.is_some_and(|it| it < claim.on)
        };
        if duties.iter().any(missed) {
            found.push(ClaimWarning::NotHandedOver);
        }
        let first = view.indemnities.iter().map(|it| it.on).min();
        if first.zip(view.pays_by).is_some_and(|(paid, by)| paid < by) {
            found.push(ClaimWarning::PaidEarly);
        }
        if view.recovery.as_ref().is_some_and(|it| it.indemnity.minor() > it.loss.minor()) {
            found.push(ClaimWarning::PaidTooMuch);
        }
        found
    }
}

fn state(known: &KnownClaim, answer: Option<&InsurerAnswer>, paid: Money) -> ClaimState {
    let accepted = answer.map(|it| it.accepted);
    match accepted {
        _ if known.withdrawn => ClaimState::Withdrawn,
        Some(None) => ClaimState::Refused,
        Some(Some(accepted)) if paid.minor() >= accepted.minor() => ClaimState::Paid,
        Some(Some(_)) if paid.is_positive() => ClaimState::PartlyPaid,
        Some(Some(_)) => ClaimState::Accepted,
        None if paid.is_positive() => ClaimState::Paid,
        None => ClaimState::Lodged,
    }
}

//! Claims to insurers: lodged, answered, paid, shared, and taken back when they were recorded by
//! mistake.

use events::{
    InsuranceClaimId, Reference,
    collection::{ClaimedInvoice, Event, Indemnity, InsuranceClaim, InsurerAnswer, RecoveryShare},
};
use money::Money;

use super::{ClaimRefusal, KnownClaim, total};
use crate::{
    AnswerInsuranceClaim, ClaimData, Collection, IndemnityData, InvoiceAmount, Refusal, ShareData,
    WithdrawInsuranceClaim, policy::Answer,
};

impl Collection {
    fn claim(&self, id: &InsuranceClaimId) -> Result<&KnownClaim, Refusal> {
        let standing = self.claims.get(id).filter(|it| !it.withdrawn);
        standing.ok_or_else(|| ClaimRefusal::Unknown(id.clone()).into())
    }

    pub(crate) fn lodge_claim(&self, it: ClaimData) -> Answer {
        let claim = InsuranceClaim {
            claim: it.claim_id,
            cover: it.cover_id,
            cause: it.cause,
            on: it.lodge_date,
            lines: it.lines.into_iter().map(claimed_invoice).collect(),
            proof: it.proof,
            by: it.lodged_by,
        };
        if let Some(known) = self.claims.get(&claim.claim) {
            let same = *known.claim == claim && !known.withdrawn;
            return if same { Ok(Vec::new()) } else { Err(conflict(&claim.claim)) };
        }
        // A claim is an act too, under the same id.
        if self.acts.contains_key(claim.claim.as_str()) {
            return Err(conflict(&claim.claim));
        }
        let Some(cover) = self.dunning.risk().cover(&claim.cover) else {
            return Err(ClaimRefusal::NoCover(claim.cover).into());
        };
        let currency = cover.amount.currency();
        if claim.lines.iter().any(|it| it.amount.currency() != currency) {
            return Err(ClaimRefusal::Currency { field: "lines", currency }.into());
        }
        let account = self.dunning.risk().account();
        let owed = account.owed_on(claim.on);
        for line in &claim.lines {
            let most = owed.items.iter().find(|it| *it.invoice == line.invoice).map(|it| it.open);
            let invoice = || line.invoice.clone();
            let most = most.ok_or_else(|| ClaimRefusal::NotOpen(invoice()))?;
            if most.currency() != currency {
                return Err(ClaimRefusal::Currency { field: "lines", currency }.into());
            }
            if line.amount.minor() > most.minor() {
                return Err(ClaimRefusal::MoreThanOpen { invoice: invoice(), most }.into());
            }
            let mut others = self.standing_claims().filter(|(_, other)| {
                other.claim.cover == claim.cover
                    && !other.is_refused()
                    && other.claim.lines.iter().any(|it| it.invoice == line.invoice)
            });
            if let Some((other, _)) = others.next() {
                let claim = other.clone();
                return Err(ClaimRefusal::ClaimedTwice { invoice: invoice(), claim }.into());
            }
        }
        Ok(vec![Event::InsuranceClaimLodged(Box::new(claim))])
    }

    pub(crate) fn answer_claim(&self, it: AnswerInsuranceClaim) -> Answer {
        let known = self.claim(&it.claim_id)?;
        let answer = InsurerAnswer {
            claim: it.claim_id,
            on: it.answer_date,
            accepted: it.accepted.map(Money::from),
            why: it.why,
            by: it.recorded_by,
        };
        if known.answer() == Some(&answer) {
            return Ok(Vec::new());
        }
        let claimed = known.claimed();
        if let Some(accepted) = answer.accepted {
            fits("accepted", accepted, claimed)?;
        }
        let paid = total(
            Money::zero(claimed.currency()),
            known.standing_indemnities().map(|it| it.amount),
        );
        if paid.minor() > answer.accepted.map_or(0, Money::minor) {
            return Err(ClaimRefusal::PaidAlready(paid).into());
        }
        Ok(vec![Event::InsuranceClaimAnswered(Box::new(answer))])
    }

    pub(crate) fn record_indemnity(&self, it: IndemnityData) -> Answer {
        let known = self.claim(&it.claim_id)?;
        let indemnity = Indemnity {
            claim: it.claim_id,
            number: it.number,
            on: it.pay_date,
            amount: it.amount.0,
            payment: it.payment_id,
            by: it.recorded_by,
        };
        let before = known.indemnities.get(&indemnity.number);
        if before.is_some_and(|it| **it == indemnity) && known.stands(&indemnity.number) {
            return Ok(Vec::new());
        }
        known.is_free(&indemnity.number)?;
        if known.is_refused() {
            return Err(ClaimRefusal::Refused(indemnity.claim).into());
        }
        let payment = indemnity.payment.as_ref();
        let all = self.standing_claims().flat_map(|(_, it)| it.standing_indemnities());
        if payment.is_some() && all.into_iter().any(|it| it.payment.as_ref() == payment) {
            return Err(ClaimRefusal::PaymentTwice(indemnity.number).into());
        }
        let most = known.answer().and_then(|it| it.accepted).unwrap_or_else(|| known.claimed());
        let paid =
            total(Money::zero(most.currency()), known.standing_indemnities().map(|it| it.amount));
        let left = Money::new(most.minor().saturating_sub(paid.minor()), most.currency());
        fits("amount", indemnity.amount, left)?;
        Ok(vec![Event::IndemnityPaid(Box::new(indemnity))])
    }

    /// What is passed on may be more or less than what is owed: that is computed, and shown.
    pub(crate) fn record_share(&self, it: ShareData) -> Answer {
        let known = self.claim(&it.claim_id)?;
        let share = RecoveryShare {
            claim: it.claim_id,
            number: it.number,
            on: it.pass_date,
            amount: it.amount.0,
            by: it.recorded_by,
        };
        let before = known.shares.get(&share.number);
        if before.is_some_and(|it| **it == share) && known.stands(&share.number) {
            return Ok(Vec::new());
        }
        known.is_free(&share.number)?;
        if known.standing_indemnities().next().is_none() {
            return Err(ClaimRefusal::NotPaid(share.claim).into());
        }
        let currency = known.claimed().currency();
        if share.amount.currency() != currency {
            return Err(ClaimRefusal::Currency { field: "amount", currency }.into());
        }
        Ok(vec![Event::InsurerRepaid(Box::new(share))])
    }

    pub(crate) fn withdraw_claim(&self, it: WithdrawInsuranceClaim) -> Answer {
        let Some(known) = self.claims.get(&it.claim_id) else {
            return Err(ClaimRefusal::Unknown(it.claim_id).into());
        };
        let over = match &it.number {
            None => known.withdrawn,
            Some(number) if known.stands(number) => false,
            Some(number) if known.mistaken.contains(number) => true,
            Some(number) => return Err(ClaimRefusal::NoNumber(number.clone()).into()),
        };
        if over {
            return Ok(Vec::new());
        }
        Ok(vec![Event::InsuranceClaimWithdrawn {
            claim: it.claim_id,
            number: it.number,
            on: it.withdraw_date,
            by: it.withdrawn_by,
        }])
    }
}

impl KnownClaim {
    /// Whether something of that number was recorded, and not by mistake.
    fn stands(&self, number: &Reference) -> bool {
        let known = self.indemnities.contains_key(number) || self.shares.contains_key(number);
        known && !self.mistaken.contains(number)
    }

    /// Refuses a number that was ever used.
    fn is_free(&self, number: &Reference) -> Result<(), Refusal> {
        if self.indemnities.contains_key(number) || self.shares.contains_key(number) {
            return Err(ClaimRefusal::NumberConflict(number.clone()).into());
        }
        Ok(())
    }
}

/// Refuses an amount of another currency, or above what can be.
fn fits(field: &'static str, amount: Money, most: Money) -> Result<(), Refusal> {
    let currency = most.currency();
    if amount.currency() != currency {
        return Err(ClaimRefusal::Currency { field, currency }.into());
    }
    if amount.minor() > most.minor() {
        return Err(ClaimRefusal::MoreThanClaimed { field, most }.into());
    }
    Ok(())
}

fn conflict(id: &InsuranceClaimId) -> Refusal {
    ClaimRefusal::Conflict(id.clone()).into()
}

fn claimed_invoice(it: InvoiceAmount) -> ClaimedInvoice {
    ClaimedInvoice { invoice: it.invoice_id, amount: it.amount.0 }
}

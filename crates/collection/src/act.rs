//! What was done by the tenant, a court, the customer or the law: recorded as it happened, and only if
//! what it answers is known.

use events::{
    ActId,
    collection::{Act, ActKind, Dividend, Event},
};
use rust_decimal::Decimal;

use money::Money;

use crate::{ActData, Collection, DividendData, Refusal, WithdrawAct, case::opens, policy::Answer};

/// What an act must answer.
enum Ground {
    Nothing,
    /// One of these acts.
    Act(&'static [ActKind], &'static str),
    /// A judgment that opened a procedure.
    Notice,
    Cover,
    Guarantee,
}

const fn ground(kind: ActKind) -> Ground {
    match kind {
        ActKind::FormalDemand
        | ActKind::Acknowledgement
        | ActKind::Lawsuit
        | ActKind::Enforcement
        | ActKind::Title
        | ActKind::MediationBegun
        | ActKind::OrderRequested
        | ActKind::SmallClaimSent
        | ActKind::DuplicateSent
        | ActKind::TaxRelieved => Ground::Nothing,
        ActKind::LawsuitEnded => Ground::Act(&[ActKind::Lawsuit], "a lawsuit"),
        ActKind::MediationEnded => {
            Ground::Act(&[ActKind::MediationBegun], "a mediation that began")
        }
        ActKind::OrderGranted | ActKind::OrderRefused => {
            Ground::Act(&[ActKind::OrderRequested], "a payment order that was asked for")
        }
        ActKind::OrderServed => {
            Ground::Act(&[ActKind::OrderGranted], "a payment order that a court made")
        }
        ActKind::OrderOpposed | ActKind::OrderEnforceable => {
            Ground::Act(&[ActKind::OrderServed], "a payment order that was served")
        }
        ActKind::SmallClaimAccepted | ActKind::SmallClaimFailed => Ground::Act(
            &[ActKind::SmallClaimSent, ActKind::SmallClaimAccepted],
            "a small claim that was sent",
        ),
        ActKind::ClaimDeclared
        | ActKind::ReliefRequested
        | ActKind::ClaimAdmitted
        | ActKind::GoodsClaimed
        | ActKind::InsolvencyPlanAdopted
        | ActKind::InsolvencyPlanModified
        | ActKind::InsolvencyPlanResolved
        | ActKind::InsolvencyPlanCompleted
        | ActKind::IrrecoverabilityCertified => Ground::Notice,
        ActKind::InsurerNotified
        | ActKind::ExtensionAgreed
        | ActKind::InsurerHandedOver
        | ActKind::IndemnityClaimed
        | ActKind::IndemnityPaid => Ground::Cover,
        ActKind::GuaranteeCalled => Ground::Guarantee,
    }
}

fn dividend(it: &DividendData) -> Dividend {
    Dividend { due_on: it.due_date, percent: it.percent.normalize() }
}

impl ActData {
    /// What cannot be, whatever is known of the customer: a field and a reason.
    pub(crate) fn wrong(&self) -> Option<(&'static str, &'static str)> {
        if self.amount.is_some_and(|it| !it.0.is_positive()) {
            return Some(("amount", "is not more than zero"));
        }
        let all = &self.dividends;
        let of_a_plan =
            matches!(self.kind, ActKind::InsolvencyPlanAdopted | ActKind::InsolvencyPlanModified);
        match (of_a_plan, all.is_empty()) {
            (false, true) => return None,
            (false, false) => return Some(("dividends", "only a plan has some")),
            (true, true) => return Some(("dividends", "a plan has some")),
            (true, false) => {}
        }
        let fits = |it: &DividendData| Decimal::ZERO < it.percent && it.percent.scale() <= 6;
        // Each is checked before they are added: a sum cannot leave the range.
        if !all.iter().all(|it| fits(it) && it.percent <= Decimal::ONE_HUNDRED) {
            return Some(("dividends", "one is not above 0, to 100, with at most 6 decimals"));
        }
        let days = all.iter().zip(all.iter().skip(1));
        if days.into_iter().any(|(one, next)| next.due_date <= one.due_date) {
            return Some(("dividends", "are not in the order of their days"));
        }
        let sum: Decimal = all.iter().map(|it| it.percent).sum();
        (sum > Decimal::ONE_HUNDRED).then_some(("dividends", "are more than 100 together"))
    }
}

impl Collection {
    pub(crate) fn record_act(&self, it: ActData) -> Answer {
        let act = Act {
            act: it.act_id,
            kind: it.kind,
            on: it.act_date,
            case: it.case_id,
            invoices: it.invoice_ids,
            follows: it.follows_act_id,
            notice: it.notice_id,
            cover: it.cover_id,
            guarantee: it.guarantee_id,
            amount: it.amount.map(Money::from),
            proof: it.proof,
            dividends: it.dividends.iter().map(dividend).collect(),
            by: it.recorded_by,
        };
        if let Some(known) = self.acts.get(&act.act) {
            if *known.act == act && !known.withdrawn {
                return Ok(Vec::new());
            }
            return Err(Refusal::ActConflict(act.act));
        }
        // A claim to an insurer is an act too, under the same id.
        if self.claims.contains_key(act.act.as_str()) {
            return Err(Refusal::ActConflict(act.act));
        }
        if let Some(case) = &act.case {
            let known = self.find(case)?;
            let other = act.invoices.iter().find(|it| !known.invoices.contains(*it));
            if let Some(invoice) = other {
                return Err(Refusal::NotInCase { invoice: invoice.clone(), case: case.clone() });
            }
        }
        self.is_founded(&act)?;
        Ok(vec![Event::ActRecorded(Box::new(act))])
    }

    fn is_founded(&self, act: &Act) -> Result<(), Refusal> {
        let unfounded = |field, given: Option<String>, wanted| {
            let given = given.unwrap_or_else(|| "-".to_owned());
            Err(Refusal::Unfounded { field, given, wanted })
        };
        let risk = self.dunning.risk();
        match ground(act.kind) {
            Ground::Nothing => Ok(()),
            Ground::Act(kinds, wanted) => {
                let known = act.follows.as_ref().and_then(|it| self.standing(it));
                let fits = known.is_some_and(|it| kinds.contains(&it.kind) && it.on <= act.on);
                let given = act.follows.as_ref().map(ToString::to_string);
                if fits { Ok(()) } else { unfounded("follows_act_id", given, wanted) }
            }
            Ground::Notice => {
                let mut notices = risk.notices();
                let known = act.notice.as_ref().and_then(|id| notices.find(|it| it.notice == *id));
                let fits = known.is_some_and(|it| opens(it.kind));
                let given = act.notice.as_ref().map(ToString::to_string);
                let wanted = "a judgment that opened a procedure of the customer's";
                if fits { Ok(()) } else { unfounded("notice_id", given, wanted) }
            }
            Ground::Cover => {
                // One that was withdrawn goes on answering for what was issued before.
                let fits = act.cover.as_ref().is_some_and(|id| risk.cover(id).is_some());
                let given = act.cover.as_ref().map(ToString::to_string);
                if fits {
                    Ok(())
                } else {
                    unfounded("cover_id", given, "a cover of the customer's")
                }
            }
            Ground::Guarantee => {
                let fits = act
                    .guarantee
                    .as_ref()
                    .is_some_and(|id| risk.unreleased_guarantees().any(|it| it.guarantee == *id));
                let given = act.guarantee.as_ref().map(ToString::to_string);
                let wanted = "a guarantee of the customer's";
                if fits { Ok(()) } else { unfounded("guarantee_id", given, wanted) }
            }
        }
    }

    /// An act that was not recorded by mistake.
    pub(crate) fn standing(&self, act: &ActId) -> Option<&Act> {
        self.acts.get(act).filter(|it| !it.withdrawn).map(|it| &*it.act)
    }

    pub(crate) fn withdraw_act(&self, it: WithdrawAct) -> Answer {
        match self.acts.get(&it.act_id) {
            None => Err(Refusal::NoAct(it.act_id)),
            Some(known) if known.withdrawn => Ok(Vec::new()),
            Some(_) => Ok(vec![Event::ActWithdrawn {
                act: it.act_id,
                on: it.withdraw_date,
                by: it.withdrawn_by,
            }]),
        }
    }
}

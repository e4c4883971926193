//! Guarantees, pledges and credit insurance: what is got if the customer does not pay.

use chrono::NaiveDate;
use events::{
    GuaranteeId,
    risk::{Event, Guarantee},
};

use crate::{
    GuaranteeData, Policy, Refusal, ReleaseGuarantee, Risk, Subject,
    policy::Answer,
    state::{KnownGuarantee, Placed},
};

impl KnownGuarantee {
    /// The first day on which it counts and the first on which it does not.
    pub(crate) fn span(&self) -> (NaiveDate, Option<NaiveDate>) {
        let ends = self.guarantee.holds_until.and_then(|it| it.succ_opt());
        (self.guarantee.holds_from, [ends, self.released_on].into_iter().flatten().min())
    }

    pub(crate) fn holds_on(&self, on: NaiveDate) -> bool {
        let (from, ends) = self.span();
        from <= on && ends.is_none_or(|it| on < it)
    }
}

impl Policy {
    pub(crate) fn record_guarantee(&self, risk: &Risk, data: GuaranteeData) -> Answer {
        let currency = self.rules().currency;
        if data.amount.0.currency() != currency {
            return Err(Refusal::PolicyCurrency { field: "amount", currency });
        }
        let guarantee = data.guarantee();
        match risk.guarantees.get(&guarantee.guarantee) {
            Some(known) if *known.guarantee == guarantee => Ok(Vec::new()),
            Some(_) => Err(Refusal::Conflict {
                subject: Subject::Guarantee,
                id: guarantee.guarantee.to_string(),
            }),
            None => Ok(vec![Event::GuaranteeRecorded(Box::new(guarantee))]),
        }
    }

    pub(crate) fn release_guarantee(risk: &Risk, data: ReleaseGuarantee) -> Answer {
        match risk.guarantees.get(&data.guarantee_id) {
            None => Err(Refusal::NotFound {
                subject: Subject::Guarantee,
                id: data.guarantee_id.to_string(),
            }),
            Some(known) if known.released_on.is_some() => Ok(Vec::new()),
            Some(_) => Ok(vec![Event::GuaranteeReleased {
                guarantee: data.guarantee_id,
                released_on: data.release_date,
            }]),
        }
    }
}

impl Risk {
    pub(crate) fn guarantee_recorded(&mut self, it: &Guarantee) {
        let known = KnownGuarantee { guarantee: Placed::new(it, self.place), released_on: None };
        self.guarantees.insert(it.guarantee.clone(), known);
    }

    pub(crate) fn guarantee_released(&mut self, guarantee: &GuaranteeId, on: NaiveDate) {
        if let Some(known) = self.guarantees.get_mut(guarantee) {
            known.released_on = Some(on);
        }
    }
}

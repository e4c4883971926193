//! Credit limits: asked for, granted by two persons where the policy wants two, in force for a time.

use chrono::NaiveDate;
use events::{
    ActorId, LimitId,
    risk::{Authority, CreditPolicy, Event, Limit},
};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    ApproveLimit, LimitData, Policy, Refusal, RejectLimit, Risk, Subject, WithdrawLimit,
    policy::Answer, state::Placed,
};

/// A limit, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) limit: Placed<Limit>,
    pub(crate) standing: Standing,
}

/// How far a limit has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    Requested,
    Granted { approved_by: Option<ActorId>, on: NaiveDate, withdrawn_on: Option<NaiveDate> },
    Rejected { by: ActorId, on: NaiveDate },
}

impl Known {
    /// The first day on which it holds and the first on which it does not, if it was granted.
    pub(crate) fn span(&self) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let Standing::Granted { withdrawn_on, .. } = &self.standing else { return None };
        let ends = self.limit.holds_until.and_then(|it| it.succ_opt());
        let ends = [ends, *withdrawn_on].into_iter().flatten().min();
        Some((self.limit.holds_from, ends))
    }

    fn holds_on(&self, on: NaiveDate) -> bool {
        self.span().is_some_and(|(from, ends)| from <= on && ends.is_none_or(|it| on < it))
    }
}

impl Policy {
    pub(crate) fn request_limit(&self, risk: &Risk, data: LimitData) -> Answer {
        let currency = self.rules().currency;
        if data.amount.0.currency() != currency {
            return Err(Refusal::PolicyCurrency { field: "amount", currency });
        }
        let asked_on = data.request_date;
        let limit = data.limit();
        if let Some(known) = risk.limits.get(&limit.limit) {
            return if *known.limit == limit {
                Ok(Vec::new())
            } else {
                Err(Refusal::Conflict { subject: Subject::Limit, id: limit.limit.to_string() })
            };
        }
        let limit = Box::new(limit);
        if one_person_may(self.rules(), limit.amount) {
            return Ok(vec![Event::LimitGranted {
                limit,
                approved_by: None,
                granted_on: asked_on,
            }]);
        }
        Ok(vec![Event::LimitRequested(limit)])
    }

    pub(crate) fn approve_limit(&self, risk: &Risk, data: ApproveLimit) -> Answer {
        let known = risk.known_limit(&data.limit_id)?;
        match &known.standing {
            Standing::Requested if known.limit.requested_by == data.approved_by => {
                Err(Refusal::SamePerson(data.approved_by))
            }
            Standing::Requested
                if !may_agree(self.rules(), &data.approved_by, known.limit.amount) =>
            {
                Err(Refusal::BeyondAuthority {
                    person: data.approved_by,
                    amount: known.limit.amount,
                })
            }
            Standing::Requested => Ok(vec![Event::LimitGranted {
                limit: Box::new(Limit::clone(&known.limit)),
                approved_by: Some(data.approved_by),
                granted_on: data.approve_date,
            }]),
            Standing::Granted { .. } => Ok(Vec::new()),
            Standing::Rejected { .. } => Err(over(&data.limit_id, "rejected")),
        }
    }

    pub(crate) fn reject_limit(risk: &Risk, data: RejectLimit) -> Answer {
        let known = risk.known_limit(&data.limit_id)?;
        match &known.standing {
            Standing::Requested if known.limit.requested_by == data.rejected_by => {
                Err(Refusal::SamePerson(data.rejected_by))
            }
            Standing::Requested => Ok(vec![Event::LimitRejected {
                limit: data.limit_id,
                rejected_by: data.rejected_by,
                rejected_on: data.reject_date,
            }]),
            Standing::Granted { .. } => Err(over(&data.limit_id, "granted")),
            Standing::Rejected { .. } => Ok(Vec::new()),
        }
    }

    pub(crate) fn withdraw_limit(risk: &Risk, data: WithdrawLimit) -> Answer {
        match &risk.known_limit(&data.limit_id)?.standing {
            Standing::Granted { withdrawn_on: Some(_), .. } => Ok(Vec::new()),
            Standing::Granted { withdrawn_on: None, .. } => Ok(vec![Event::LimitWithdrawn {
                limit: data.limit_id,
                withdrawn_on: data.withdraw_date,
                reason: data.reason,
            }]),
            Standing::Requested => Err(over(&data.limit_id, "not granted")),
            Standing::Rejected { .. } => Err(over(&data.limit_id, "rejected")),
        }
    }
}

fn over(limit: &LimitId, state: &'static str) -> Refusal {
    Refusal::Over { subject: Subject::Limit, id: limit.to_string(), state }
}

/// Whether a person may agree to so much: anybody to anything, unless the policy names who may.
fn may_agree(rules: &CreditPolicy, person: &ActorId, amount: Money) -> bool {
    let within = |it: &Authority| {
        let most = it.amount_max;
        most.is_none_or(|most| amount.compare(most).is_ok_and(std::cmp::Ordering::is_le))
    };
    let mut named = rules.authorities.iter().filter(|it| it.person == *person);
    rules.authorities.is_empty() || named.any(within)
}

/// Whether nobody else needs to agree.
fn one_person_may(rules: &CreditPolicy, amount: Money) -> bool {
    let most = rules.one_person_grants_up_to;
    most.is_some_and(|most| amount.compare(most).is_ok_and(std::cmp::Ordering::is_le))
}

impl Risk {
    fn known_limit(&self, id: &LimitId) -> Result<&Known, Refusal> {
        self.limits
            .get(id)
            .ok_or_else(|| Refusal::NotFound { subject: Subject::Limit, id: id.to_string() })
    }

    /// The limit in force on a day: of the permanent ones the last that was granted, or a larger
    /// temporary one; without any the policy's, if it has one.
    pub(crate) fn limit_on(&self, rules: &CreditPolicy, on: NaiveDate) -> Option<Money> {
        let granted = || self.granted.iter().filter_map(|id| self.limits.get(id));
        let in_force = || granted().filter(|it| it.holds_on(on)).map(|it| &it.limit);
        let permanent = in_force().rfind(|it| !it.temporary);
        let temporary = in_force().filter(|it| it.temporary);
        permanent
            .into_iter()
            .chain(temporary)
            .map(|it| it.amount)
            .filter(|it| it.currency() == rules.currency)
            .max_by_key(|it| it.minor())
            .or(rules.limit_without_request)
    }

    pub(crate) fn limit_requested(&mut self, limit: &Limit) {
        let known = Known { limit: Placed::new(limit, self.place), standing: Standing::Requested };
        self.limits.insert(limit.limit.clone(), known);
    }

    pub(crate) fn limit_granted(&mut self, limit: &Limit, by: Option<&ActorId>, on: NaiveDate) {
        let standing = Standing::Granted { approved_by: by.cloned(), on, withdrawn_on: None };
        self.limits
            .insert(limit.limit.clone(), Known { limit: Placed::new(limit, self.place), standing });
        self.granted.push(limit.limit.clone());
    }

    pub(crate) fn limit_rejected(&mut self, limit: &LimitId, by: &ActorId, on: NaiveDate) {
        if let Some(known) = self.limits.get_mut(limit) {
            known.standing = Standing::Rejected { by: by.clone(), on };
        }
    }

    pub(crate) fn limit_withdrawn(&mut self, limit: &LimitId, on: NaiveDate) {
        if let Some(Known { standing: Standing::Granted { withdrawn_on, .. }, .. }) =
            self.limits.get_mut(limit)
        {
            *withdrawn_on = Some(on);
        }
    }
}

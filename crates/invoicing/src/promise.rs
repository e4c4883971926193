//! The customer promises to pay: made, kept, partly kept, broken, withdrawn.
//!
//! A promise is kept as soon as enough money has come with a value date from the day it was made to
//! the promised day and the tolerance; on the first day after that it is partly kept or broken.
//! What counts for a promise about invoices is what settled them in these days, credit notes too,
//! and one that leaves nothing to pay on them is kept; for a promise about the account it is all
//! money that came and stayed. The judgement follows the facts: money
//! recorded late turns a broken promise into a kept one, money that bounced a kept one into a broken
//! one.

use chrono::{Days, NaiveDate};
use events::{
    InvoiceId, PromiseId, date,
    invoicing::{self, Event},
};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    Account, Answer, MakePromise, Policy, Refusal, Step, WithdrawPromise,
    account::{Impossible, Taken, day},
    refusal::{Again, Subject, nothing},
};

/// The longest tolerance a policy may grant, in days: money later than that turns no promise.
const TOLERANCE_DAYS_MAX: u64 = 30;

/// The customer's word, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Promise {
    pub(crate) amount: Money,
    #[serde(with = "day")]
    pub(crate) made_on: NaiveDate,
    #[serde(with = "day")]
    pub(crate) promised_for: NaiveDate,
    /// None: the account.
    pub(crate) invoices: Box<[InvoiceId]>,
    pub(crate) standing: Standing,
    /// Once judged broken, the last day on which the money might have come: later policies do not
    /// change it.
    #[serde(with = "day::option")]
    pub(crate) deadline: Option<NaiveDate>,
}

/// Where a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    Open,
    Kept(#[serde(with = "day")] NaiveDate),
    PartlyKept {
        paid: Money,
        #[serde(with = "day")]
        on: NaiveDate,
    },
    Broken(#[serde(with = "day")] NaiveDate),
    Withdrawn(#[serde(with = "day")] NaiveDate),
}

impl Standing {
    /// Since when, if it is no longer open.
    pub(crate) fn since(self) -> Option<NaiveDate> {
        match self {
            Self::Open => None,
            Self::Kept(on)
            | Self::PartlyKept { on, .. }
            | Self::Broken(on)
            | Self::Withdrawn(on) => Some(on),
        }
    }
}

impl Account {
    pub(crate) fn make_promise(&self, it: MakePromise) -> Answer {
        let amount = it.amount.0;
        if let Some(known) = self.promises.get(&it.promise_id) {
            return Again::of(Subject::Promise, it.promise_id.as_str())
                .field("amount", &known.amount, &amount)?
                .field("make_date", &known.made_on, &it.make_date)?
                .field("promise_date", &known.promised_for, &it.promise_date)?
                .field("invoice_ids", &*known.invoices, it.invoice_ids.as_slice())
                .map(nothing);
        }
        for invoice in &it.invoice_ids {
            let expected = self.living_invoice(invoice)?.document.gross.currency();
            let given = amount.currency();
            if expected != given {
                return Err(Refusal::CurrencyMismatch { field: "amount", expected, given });
            }
        }
        Ok(vec![Event::PromiseMade(Box::new(invoicing::Promise {
            promise: it.promise_id,
            amount,
            made_on: it.make_date,
            promised_for: it.promise_date,
            invoices: it.invoice_ids,
        }))])
    }

    /// A promise may be withdrawn after it was judged: it may never have been given.
    pub(crate) fn withdraw_promise(&self, it: WithdrawPromise) -> Answer {
        let Some(known) = self.promises.get(&it.promise_id) else {
            let id = it.promise_id.to_string();
            return Err(Refusal::NotFound { subject: Subject::Promise, id });
        };
        if let Standing::Withdrawn(on) = known.standing {
            let again = Again::of(Subject::Promise, it.promise_id.as_str());
            return again.field("withdraw_date", &on, &it.withdraw_date).map(nothing);
        }
        Ok(vec![Event::PromiseWithdrawn { promise: it.promise_id, withdrawn_on: it.withdraw_date }])
    }

    pub(crate) fn promise_made(&mut self, it: &invoicing::Promise) -> Taken {
        if self.promises.contains_key(&it.promise) || !it.amount.is_positive() {
            return Err(Impossible::because(format!("promise {} cannot be", it.promise)));
        }
        let promise = Promise {
            amount: it.amount,
            made_on: it.made_on,
            promised_for: it.promised_for,
            invoices: it.invoices.iter().cloned().collect(),
            standing: Standing::Open,
            deadline: None,
        };
        self.promises.insert(it.promise.clone(), promise);
        self.unjudged.insert(it.promise.clone());
        self.effective(it.made_on);
        Ok(())
    }

    pub(crate) fn promise_kept(&mut self, id: &PromiseId, on: NaiveDate) -> Taken {
        self.judged(id, Standing::Kept(on), None)
    }

    pub(crate) fn promise_partly_kept(
        &mut self,
        id: &PromiseId,
        paid: Money,
        on: NaiveDate,
    ) -> Taken {
        self.judged(id, Standing::PartlyKept { paid, on }, on.pred_opt())
    }

    pub(crate) fn promise_broken(&mut self, id: &PromiseId, on: NaiveDate) -> Taken {
        self.judged(id, Standing::Broken(on), on.pred_opt())
    }

    pub(crate) fn promise_withdrawn(&mut self, id: &PromiseId, on: NaiveDate) -> Taken {
        self.judged(id, Standing::Withdrawn(on), None)
    }

    fn judged(&mut self, id: &PromiseId, standing: Standing, deadline: Option<NaiveDate>) -> Taken {
        match self.promises.get_mut(id) {
            Some(known) if !matches!(known.standing, Standing::Withdrawn(_)) => {
                known.standing = standing;
                known.deadline = known.deadline.or(deadline);
            }
            Some(_) | None => {
                return Err(Impossible::because(format!("promise {id} was judged after its end")));
            }
        }
        self.unjudged.remove(id);
        if let Some(on) = standing.since() {
            self.effective(on);
        }
        Ok(())
    }

    /// Money of this value date came or went: promises it may turn are judged again.
    pub(crate) fn money_moved(&mut self, value_date: NaiveDate) {
        for (id, it) in self.promises.iter() {
            let last = it.promised_for.checked_add_days(Days::new(TOLERANCE_DAYS_MAX));
            if !matches!(it.standing, Standing::Withdrawn(_) | Standing::Open)
                && it.made_on <= value_date
                && last.is_none_or(|last| value_date <= last)
                && !self.unjudged.contains(id)
            {
                self.unjudged.insert(id.clone());
            }
        }
    }

    /// What came for a promise up to and including its last day.
    fn fulfilment(&self, promise: &Promise, last: NaiveDate) -> Fulfilment {
        if promise.invoices.is_empty() {
            let tally = self.tally(promise.amount.currency());
            let came = tally.map_or(0, |it| it.receipts_between(promise.made_on, last));
            return Fulfilment { came, enough: came >= promise.amount.minor(), moot: false };
        }
        let (mut came, mut owed, mut moot) = (0_i64, 0_i64, true);
        for invoice in promise.invoices.iter().filter_map(|id| self.invoice(id)) {
            if invoice.is_cancelled() {
                continue;
            }
            moot = false;
            owed = owed.saturating_add(invoice.document.gross.minor());
            for part in invoice.allocations.iter().filter(|it| it.source_on <= last) {
                owed = owed.saturating_sub(part.minor);
                if part.source_on >= promise.made_on {
                    came = came.saturating_add(part.minor);
                }
            }
        }
        Fulfilment { came, enough: owed <= 0 || came >= promise.amount.minor(), moot }
    }
}

/// What came for a promise, in the smallest unit.
struct Fulfilment {
    came: i64,
    /// Whether it is what was promised, or all that was owed.
    enough: bool,
    /// Whether all it was about was cancelled: there is nothing to keep or break.
    moot: bool,
}

/// What a promise turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Judgement {
    standing: Standing,
    /// The first day on which this is so.
    from: NaiveDate,
}

impl Promise {
    fn deadline(&self, policy: &Policy) -> NaiveDate {
        let tolerance = Days::new(policy.rules().promise_tolerance_days.into());
        self.deadline
            .or_else(|| self.promised_for.checked_add_days(tolerance))
            .unwrap_or(NaiveDate::MAX)
    }

    /// What it turns out to be, and from when; none if that is what it is held for already.
    fn judge(&self, policy: &Policy, account: &Account, today: NaiveDate) -> Option<Judgement> {
        let deadline = self.deadline(policy);
        let Fulfilment { came, enough, moot } = account.fulfilment(self, deadline);
        let broken_on = deadline.succ_opt().unwrap_or(NaiveDate::MAX).min(date::LAST);
        let standing = match self.standing {
            Standing::Withdrawn(_) => return None,
            _ if moot => return None,
            Standing::Kept(_) if enough => return None,
            Standing::Open | Standing::PartlyKept { .. } | Standing::Broken(_) if enough => {
                return Some(Judgement { standing: Standing::Kept(today), from: NaiveDate::MIN });
            }
            Standing::Open
            | Standing::Kept(_)
            | Standing::PartlyKept { .. }
            | Standing::Broken(_) => {
                if came > 0 {
                    let paid = Money::new(came, self.amount.currency());
                    Standing::PartlyKept { paid, on: broken_on }
                } else {
                    Standing::Broken(broken_on)
                }
            }
        };
        (standing != self.standing).then_some(Judgement { standing, from: broken_on })
    }
}

/// A promise that turns out kept, partly kept or broken today, if there is one.
pub(crate) fn next(policy: &Policy, account: &Account, today: NaiveDate) -> Option<Step> {
    unjudged(account)
        .find(|(_, it)| it.judge(policy, account, today).is_some_and(|it| it.from <= today))
        .map(|(id, _)| Step::JudgePromise { promise: id.clone(), on: today })
}

/// The first day on which one does.
pub(crate) fn wakes_on(policy: &Policy, account: &Account) -> Option<NaiveDate> {
    let judgements =
        unjudged(account).filter_map(|(_, it)| it.judge(policy, account, NaiveDate::MAX));
    judgements.map(|it| it.from).min()
}

fn unjudged(account: &Account) -> impl Iterator<Item = (&PromiseId, &Promise)> {
    account.unjudged.iter().filter_map(|id| account.promises.get_key_value(id))
}

/// Judges a promise, as [`next`] calls for.
pub(crate) fn judge(
    policy: &Policy,
    account: &Account,
    promise: PromiseId,
    on: NaiveDate,
) -> Answer {
    let judgement = account.promises.get(&promise).and_then(|it| it.judge(policy, account, on));
    let Some(Judgement { standing, from }) = judgement else { return Err(Refusal::NotCalledFor) };
    if from > on {
        return Err(Refusal::NotCalledFor);
    }
    Ok(vec![match standing {
        Standing::Kept(kept_on) => Event::PromiseKept { promise, kept_on },
        Standing::PartlyKept { paid, on } => {
            Event::PromisePartlyKept { promise, paid, broken_on: on }
        }
        Standing::Broken(broken_on) => Event::PromiseBroken { promise, broken_on },
        Standing::Open | Standing::Withdrawn(_) => return Err(Refusal::NotCalledFor),
    }])
}

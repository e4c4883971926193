//! Holds: reasons for which a customer, or one invoice, is not reminded.
//!
//! Some a person places, also backwards in time; the others follow from what is known: a promise that
//! is open, a court's protection, cash that has not met its invoice, an assignee that collects itself,
//! a customer's word. Many may hold
//! at once; what counts is whether any does.

use chrono::NaiveDate;
use events::{
    InvoiceId,
    dunning::{ContactResult, Event, Hold, HoldReason},
    risk::NoticeKind,
};
use risk::Recorded;

use crate::{
    Dunning, HoldData, LiftHold, Policy, Refusal, ladder::later, policy::Answer, state::KnownHold,
};

/// A reason that holds from a day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Why.
    pub reason: HoldReason,
    /// Which receivable; none: everything of the customer's.
    pub invoice: Option<InvoiceId>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; none: until something happens.
    pub until: Option<NaiveDate>,
    /// The hold that a person placed; none: it follows from what is known.
    pub placed: Option<Hold>,
}

impl Held {
    /// Whether it holds on a day.
    pub fn holds_on(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }

    /// Whether it is about an invoice, as one of the customer's or as the only one.
    pub fn is_about(&self, invoice: &InvoiceId) -> bool {
        self.invoice.as_ref().is_none_or(|it| it == invoice)
    }
}

impl KnownHold {
    fn held(&self) -> Option<Held> {
        let hold = &self.hold;
        let lifted = self.lifted_on.map(|it| later(it, -1));
        let until = match (hold.holds_until, lifted) {
            (Some(until), Some(lifted)) => Some(until.min(lifted)),
            (until, lifted) => until.or(lifted),
        };
        // What was lifted before it began never held.
        let never = until.is_some_and(|until| until < hold.holds_from);
        (!never).then(|| Held {
            reason: hold.reason,
            invoice: hold.invoice.clone(),
            from: hold.holds_from,
            until,
            placed: Some(Hold::clone(hold)),
        })
    }
}

impl Policy {
    /// Every reason that holds now, will hold or did, by everything that is known.
    pub fn holds(&self, dunning: &Dunning, today: NaiveDate) -> Vec<Held> {
        let mut all: Vec<_> = dunning.holds.values().filter_map(KnownHold::held).collect();
        let account = dunning.risk.account();
        let mut follows = |reason, invoice, from, until| {
            all.push(Held { reason, invoice, from, until, placed: None });
        };
        for promise in account.open_promises() {
            if promise.invoices.is_empty() {
                follows(HoldReason::Promise, None, promise.made_on, None);
            }
            for invoice in promise.invoices {
                follows(HoldReason::Promise, Some(invoice.clone()), promise.made_on, None);
            }
        }
        for (invoice, holder) in account.holders() {
            if let Some(from) = holder.notified_on.filter(|_| holder.collects_itself()) {
                follows(HoldReason::Assigned, Some(invoice.clone()), from, None);
            }
        }
        if let Some(notice) = dunning.risk.notice_on(today).filter(|it| protects(it.kind)) {
            let from = notice.judged_on.unwrap_or(notice.published_on);
            follows(HoldReason::Insolvency, None, from, None);
        }
        if let Some(since) = account.unallocated_cash_since() {
            let days = i64::from(self.rules().unallocated_days);
            if days > 0 {
                let until = Some(later(since, days - 1));
                follows(HoldReason::UnallocatedCash, None, since, until);
            }
        }
        for contact in dunning.contacts.values() {
            let reason = match contact.result {
                ContactResult::Promises => HoldReason::Promise,
                ContactResult::SaysPaid => HoldReason::SaysPaid,
                ContactResult::Contests => HoldReason::Dispute,
                ContactResult::Reached
                | ContactResult::NoAnswer
                | ContactResult::WrongNumber
                | ContactResult::Refuses
                | ContactResult::AsksForCopy => continue,
            };
            let until = later(contact.on, i64::from(self.rules().word_days));
            follows(reason, None, contact.on, Some(until));
        }
        all
    }
}

/// Whether the law forbids to ask for money after such a notice.
fn protects(kind: NoticeKind) -> bool {
    match kind {
        NoticeKind::Safeguard
        | NoticeKind::Receivership
        | NoticeKind::Liquidation
        | NoticeKind::Plan
        | NoticeKind::ClosedForInsufficientAssets => true,
        NoticeKind::Closed
        | NoticeKind::StruckOff
        | NoticeKind::AccountsNotFiled
        | NoticeKind::Other => false,
    }
}

impl Dunning {
    pub(crate) fn place_hold(&self, it: HoldData) -> Answer {
        let hold = Hold {
            hold: it.hold_id,
            reason: it.reason,
            invoice: it.invoice_id,
            holds_from: it.hold_date,
            holds_until: it.until_date,
            by: it.placed_by,
            note: it.note,
        };
        match self.holds.get(&hold.hold) {
            None => Ok(vec![Event::HoldPlaced(Box::new(hold))]),
            Some(known) if known.hold == Recorded(hold.clone()) => Ok(Vec::new()),
            Some(_) => Err(Refusal::HoldConflict(hold.hold)),
        }
    }

    pub(crate) fn lift_hold(&self, it: LiftHold) -> Answer {
        let known = self.holds.get(&it.hold_id);
        let known = known.ok_or_else(|| Refusal::NoHold(it.hold_id.clone()))?;
        if known.lifted_on == Some(it.lift_date) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::HoldLifted { hold: it.hold_id, lifted_on: it.lift_date, by: it.lifted_by }])
    }
}

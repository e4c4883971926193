//! A part of an invoice is contested, and the contest ends. Its outcome changes no balance: what
//! the customer was right about comes as a credit note.

use chrono::NaiveDate;
use events::{
    ActorId, DisputeId, InvoiceId,
    invoicing::{self, DisputeOutcome, DisputeReason, Event},
};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    Account, Answer, OpenDispute, Refusal, ResolveDispute,
    account::{Impossible, Taken, day},
    refusal::{Again, Subject, nothing},
};

/// A contest, as it was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) invoice: InvoiceId,
    pub(crate) amount: Money,
    pub(crate) reason: DisputeReason,
    pub(crate) owner: Option<ActorId>,
    #[serde(with = "day")]
    pub(crate) opened_on: NaiveDate,
    pub(crate) resolved: Option<Resolved>,
}

/// How and when a contest ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Resolved {
    pub(crate) outcome: DisputeOutcome,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

impl Account {
    pub(crate) fn open_dispute(&self, it: OpenDispute) -> Answer {
        let stated = it.amount.map(Money::from);
        if let Some(known) = self.disputes.get(&it.dispute_id) {
            return Again::of(Subject::Dispute, it.dispute_id.as_str())
                .field("invoice_id", &known.invoice, &it.invoice_id)?
                .if_stated("amount", Some(&known.amount), stated.as_ref())?
                .field("reason", &known.reason, &it.reason)?
                .if_stated("owner", known.owner.as_ref(), it.owner.as_ref())?
                .field("open_date", &known.opened_on, &it.open_date)
                .map(nothing);
        }
        let invoice = self.living_invoice(&it.invoice_id)?;
        let contestable = invoice.money(invoice.open - invoice.disputed());
        let amount = part_of(&it.invoice_id, contestable, stated)?;
        Ok(vec![Event::DisputeOpened(Box::new(invoicing::Dispute {
            dispute: it.dispute_id,
            invoice: it.invoice_id,
            amount,
            reason: it.reason,
            owner: it.owner,
            opened_on: it.open_date,
        }))])
    }

    pub(crate) fn resolve_dispute(&self, it: ResolveDispute) -> Answer {
        let Some(known) = self.disputes.get(&it.dispute_id) else {
            let id = it.dispute_id.to_string();
            return Err(Refusal::NotFound { subject: Subject::Dispute, id });
        };
        match known.resolved {
            Some(resolved) => Again::of(Subject::Dispute, it.dispute_id.as_str())
                .field("outcome", &resolved.outcome, &it.outcome)?
                .field("resolve_date", &resolved.on, &it.resolve_date)
                .map(nothing),
            None => Ok(vec![Event::DisputeResolved {
                dispute: it.dispute_id,
                outcome: it.outcome,
                resolved_on: it.resolve_date,
            }]),
        }
    }

    pub(crate) fn dispute_opened(&mut self, it: &invoicing::Dispute) -> Taken {
        let known = self.invoice(&it.invoice);
        if known.is_none_or(|known| known.document.gross.currency() != it.amount.currency())
            || !it.amount.is_positive()
            || self.disputes.contains_key(&it.dispute)
        {
            return Err(Impossible::because(format!("dispute {} cannot be", it.dispute)));
        }
        let dispute = Dispute {
            invoice: it.invoice.clone(),
            amount: it.amount,
            reason: it.reason,
            owner: it.owner.clone(),
            opened_on: it.opened_on,
            resolved: None,
        };
        self.disputes.insert(it.dispute.clone(), dispute);
        self.effective(it.opened_on);
        self.contest(&it.invoice, it.amount.minor());
        Ok(())
    }

    pub(crate) fn dispute_resolved(
        &mut self,
        id: &DisputeId,
        outcome: DisputeOutcome,
        on: NaiveDate,
    ) -> Taken {
        match self.disputes.get_mut(id) {
            Some(known) if known.resolved.is_none() => {
                known.resolved = Some(Resolved { outcome, on });
                let (invoice, amount) = (known.invoice.clone(), known.amount);
                self.effective(on);
                self.contest(&invoice, -amount.minor());
                Ok(())
            }
            Some(_) | None => Err(Impossible::because(format!("dispute {id} was not open"))),
        }
    }

    fn contest(&mut self, invoice: &InvoiceId, minor: i64) {
        self.change_invoice(invoice, |it| {
            let rare = it.rare_mut();
            rare.disputed = rare.disputed.saturating_add(minor);
        });
    }
}

/// The part of an invoice that a person means: as stated, or all that is available.
pub(crate) fn part_of(
    invoice: &InvoiceId,
    available: Money,
    stated: Option<Money>,
) -> Result<Money, Refusal> {
    let asked = stated.unwrap_or(available);
    let (expected, given) = (available.currency(), asked.currency());
    if expected != given {
        return Err(Refusal::CurrencyMismatch { field: "amount", expected, given });
    }
    if asked.minor() > available.minor() || !asked.is_positive() {
        return Err(Refusal::NotEnoughOpen { invoice: invoice.to_string(), asked, available });
    }
    Ok(asked)
}

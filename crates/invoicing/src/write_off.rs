//! A claim is given up: asked for by one person and agreed to by another, or by the tenant's rule
//! for what is left of a paid invoice.

use chrono::NaiveDate;
use events::{
    ActorId, InvoiceId, WriteOffId,
    invoicing::{self, Event, WriteOffReason},
};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    Account, Answer, ApproveWriteOff, Policy, Refusal, RejectWriteOff, RequestWriteOff, Step,
    account::{GivenUp, Impossible, Taken, day},
    dispute::part_of,
    refusal::{Again, Subject, nothing},
};

/// A request to give up a claim, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WriteOff {
    pub(crate) invoice: InvoiceId,
    pub(crate) amount: Money,
    pub(crate) reason: WriteOffReason,
    pub(crate) requested_by: ActorId,
    #[serde(with = "day")]
    pub(crate) requested_on: NaiveDate,
    pub(crate) answer: Option<SecondPerson>,
}

/// What the second person said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SecondPerson {
    pub(crate) agreed: bool,
    pub(crate) who: ActorId,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

impl Account {
    pub(crate) fn request_write_off(&self, it: RequestWriteOff) -> Answer {
        let stated = it.amount.map(Money::from);
        if let Some(known) = self.write_offs.get(&it.write_off_id) {
            return Again::of(Subject::WriteOff, it.write_off_id.as_str())
                .field("invoice_id", &known.invoice, &it.invoice_id)?
                .if_stated("amount", Some(&known.amount), stated.as_ref())?
                .field("reason", &known.reason, &it.reason)?
                .field("requested_by", &known.requested_by, &it.requested_by)?
                .field("request_date", &known.requested_on, &it.request_date)
                .map(nothing);
        }
        let invoice = self.living_invoice(&it.invoice_id)?;
        let asked_already = self.asked_to_give_up(&it.invoice_id);
        let available = invoice.money((invoice.open - asked_already).max(0));
        let amount = part_of(&it.invoice_id, available, stated)?;
        Ok(vec![Event::WriteOffRequested(Box::new(invoicing::WriteOff {
            write_off: it.write_off_id,
            invoice: it.invoice_id,
            amount,
            reason: it.reason,
            requested_by: it.requested_by,
            requested_on: it.request_date,
        }))])
    }

    pub(crate) fn approve_write_off(&self, it: ApproveWriteOff) -> Answer {
        let known = self.write_off(&it.write_off_id)?;
        if let Some(answer) = &known.answer {
            return answer.repeats(&it.write_off_id, true, |again| {
                again.field("approved_by", &answer.who, &it.approved_by)?.field(
                    "approve_date",
                    &answer.on,
                    &it.approve_date,
                )
            });
        }
        if known.requested_by == it.approved_by {
            return Err(Refusal::SamePerson(it.approved_by));
        }
        // Less may be open by now than was asked for: who agrees must know what to.
        let invoice = self.living_invoice(&known.invoice)?;
        part_of(&known.invoice, invoice.money(invoice.open), Some(known.amount))?;
        Ok(vec![Event::WriteOffApproved {
            write_off: it.write_off_id,
            approved_by: it.approved_by,
            approved_on: it.approve_date,
        }])
    }

    /// Who asked may take the request back by rejecting it.
    pub(crate) fn reject_write_off(&self, it: RejectWriteOff) -> Answer {
        let known = self.write_off(&it.write_off_id)?;
        if let Some(answer) = &known.answer {
            return answer.repeats(&it.write_off_id, false, |again| {
                again.field("rejected_by", &answer.who, &it.rejected_by)?.field(
                    "reject_date",
                    &answer.on,
                    &it.reject_date,
                )
            });
        }
        Ok(vec![Event::WriteOffRejected {
            write_off: it.write_off_id,
            rejected_by: it.rejected_by,
            rejected_on: it.reject_date,
        }])
    }

    fn write_off(&self, id: &WriteOffId) -> Result<&WriteOff, Refusal> {
        let unknown = || Refusal::NotFound { subject: Subject::WriteOff, id: id.to_string() };
        self.write_offs.get(id).ok_or_else(unknown)
    }

    /// What open requests ask to give up of an invoice, in the smallest unit.
    pub(crate) fn asked_to_give_up(&self, invoice: &InvoiceId) -> i64 {
        let requests = self.write_offs.values();
        let open = requests.filter(|it| it.answer.is_none() && it.invoice == *invoice);
        open.fold(0, |sum, it| sum.saturating_add(it.amount.minor()))
    }

    pub(crate) fn write_off_requested(&mut self, it: &invoicing::WriteOff) -> Taken {
        if self.invoice(&it.invoice).is_none()
            || !it.amount.is_positive()
            || self.write_offs.contains_key(&it.write_off)
        {
            return Err(Impossible::because(format!("write-off {} cannot be", it.write_off)));
        }
        let write_off = WriteOff {
            invoice: it.invoice.clone(),
            amount: it.amount,
            reason: it.reason,
            requested_by: it.requested_by.clone(),
            requested_on: it.requested_on,
            answer: None,
        };
        self.write_offs.insert(it.write_off.clone(), write_off);
        Ok(())
    }

    pub(crate) fn write_off_approved(
        &mut self,
        id: &WriteOffId,
        approved_by: &ActorId,
        on: NaiveDate,
    ) -> Taken {
        let waiting = self.write_offs.get(id).filter(|it| it.answer.is_none());
        let Some((invoice, amount)) = waiting.map(|it| (it.invoice.clone(), it.amount)) else {
            return Err(Impossible::because(format!("write-off {id} was not asked for")));
        };
        self.give_up(
            &invoice,
            amount,
            GivenUp { write_off: Some(id.clone()), minor: amount.minor(), on },
        )?;
        if let Some(known) = self.write_offs.get_mut(id) {
            known.answer = Some(SecondPerson { agreed: true, who: approved_by.clone(), on });
        }
        Ok(())
    }

    pub(crate) fn write_off_rejected(
        &mut self,
        id: &WriteOffId,
        rejected_by: &ActorId,
        on: NaiveDate,
    ) -> Taken {
        match self.write_offs.get_mut(id).filter(|it| it.answer.is_none()) {
            Some(known) => {
                known.answer = Some(SecondPerson { agreed: false, who: rejected_by.clone(), on });
                Ok(())
            }
            None => Err(Impossible::because(format!("write-off {id} was not asked for"))),
        }
    }

    pub(crate) fn small_balance_written_off(
        &mut self,
        invoice: &InvoiceId,
        amount: Money,
        on: NaiveDate,
    ) -> Taken {
        self.give_up(invoice, amount, GivenUp { write_off: None, minor: amount.minor(), on })
    }

    fn give_up(&mut self, invoice: &InvoiceId, amount: Money, given_up: GivenUp) -> Taken {
        let fits = self.invoice(invoice).is_some_and(|it| {
            it.document.gross.currency() == amount.currency() && it.open >= amount.minor()
        });
        if !fits || !amount.is_positive() {
            return Err(Impossible::because(format!("{amount} of {invoice} cannot be given up")));
        }
        self.tally_mut(amount.currency()).given_up += i128::from(amount.minor());
        self.effective(given_up.on);
        self.change_invoice(invoice, |it| it.rare_mut().given_up.push(given_up));
        Ok(())
    }
}

impl SecondPerson {
    /// The same answer again is nothing; the other answer comes too late.
    fn repeats(
        &self,
        id: &WriteOffId,
        agrees: bool,
        same: impl FnOnce(Again<'_>) -> Result<Again<'_>, Refusal>,
    ) -> Answer {
        if self.agreed == agrees {
            return same(Again::of(Subject::WriteOff, id.as_str())).map(nothing);
        }
        let state = if self.agreed { "approved" } else { "rejected" };
        Err(Refusal::Over { subject: Subject::WriteOff, id: id.to_string(), state })
    }
}

/// The rest of a paid invoice that the tenant's rules give up today, if there is one.
pub(crate) fn next(policy: &Policy, account: &Account, today: NaiveDate) -> Option<Step> {
    rests(policy, account)
        .find(|(_, from)| *from <= today)
        .map(|(invoice, _)| Step::WriteOffSmallBalance { invoice: invoice.clone(), on: today })
}

/// The first day on which one is given up.
pub(crate) fn wakes_on(policy: &Policy, account: &Account) -> Option<NaiveDate> {
    rests(policy, account).map(|(_, from)| from).min()
}

/// Gives up the rest of a paid invoice, as [`next`] calls for.
pub(crate) fn small_balance(
    policy: &Policy,
    account: &Account,
    invoice: InvoiceId,
    on: NaiveDate,
) -> Answer {
    let called_for = rests(policy, account).any(|(it, from)| *it == invoice && from <= on);
    match account.invoice(&invoice).filter(|_| called_for) {
        Some(known) => {
            let amount = known.money(known.open);
            Ok(vec![Event::SmallBalanceWrittenOff { invoice, amount, written_off_on: on }])
        }
        None => Err(Refusal::NotCalledFor),
    }
}

/// Invoices that money was paid on, with a rest within the tolerance that nobody deals with (no
/// dispute, no plan, no request to give it up), and the day from which it is given up: the one
/// after the last money or credit counts.
fn rests<'a>(
    policy: &'a Policy,
    account: &'a Account,
) -> impl Iterator<Item = (&'a InvoiceId, NaiveDate)> {
    let of_currency = policy.rules().small_balances.iter().flat_map(move |most| {
        let currency = most.currency();
        let from = account.part_paid.iter().skip_while(move |(it, _, _)| *it < currency);
        from.take_while(move |(it, open, _)| *it == currency && *open <= most.minor())
    });
    of_currency.filter_map(move |(_, _, id)| {
        let invoice = account.invoice(id)?;
        let dealt_with = invoice.disputed() > 0
            || account.asked_to_give_up(id) > 0
            || account.plan_covering(id).is_some();
        let last = invoice.allocations.iter().map(|it| invoice.effective_on(it)).max()?;
        if dealt_with { None } else { Some((id, last.succ_opt()?)) }
    })
}

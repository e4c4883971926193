//! Money comes in, does not stay, goes back; a deposit is released.

use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    PaymentId, RefundId,
    invoicing::{self, Event, Source},
};
use money::{Money, Stated};
use serde::{Deserialize, Serialize};

use crate::{
    Account, Answer, DesignationData, RecordPayment, RecordRefund, Refusal, ReleaseDeposit,
    ReversePayment,
    account::{
        Deposit, Designated, Funds, Impossible, Payment, Refund, Reversal, Taken, Tally, day,
    },
    refusal::{Again, Subject, nothing},
};

/// The sums of an account in one currency stay below this, so that each is an amount.
const SUM_MAX: i128 = 1 << 62;

/// A refund, as it was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refunded {
    pub(crate) source: Source,
    pub(crate) amount: Money,
    #[serde(with = "day")]
    pub(crate) on: NaiveDate,
}

impl Account {
    pub(crate) fn record_payment(&self, mut it: RecordPayment) -> Answer {
        it.take_text();
        if let Some(known) = self.payment(&it.payment_id) {
            let designations = known.designations();
            let order = known.deposit.as_ref().and_then(|it| it.order.as_ref());
            return Again::of(Subject::Payment, it.payment_id.as_str())
                .field("amount", &known.funds.amount, &it.amount.0)?
                .field("value_date", &known.funds.counts_from, &it.value_date)?
                .field("method", &known.method, &it.method)?
                .if_any_stated("designations", &designations, &it.designations)?
                .if_any_stated("references", &known.references, &it.references)?
                .field("deposit", &known.deposit.is_some(), &it.deposit)?
                .if_stated("order", order, it.order.as_ref())
                .map(nothing);
        }
        self.fits(it.amount.0)?;
        Ok(vec![Event::PaymentReceived(Box::new(invoicing::Payment {
            payment: it.payment_id,
            amount: it.amount.0,
            value_date: it.value_date,
            method: it.method,
            designation: it.designations.into_iter().map(Into::into).collect(),
            references: it.references,
            deposit: it.deposit.then_some(invoicing::Deposit { order: it.order }),
        }))])
    }

    pub(crate) fn reverse_payment(&self, it: ReversePayment) -> Answer {
        let reversed = match self.payment(&it.payment_id) {
            Some(payment) => payment.reversed.as_deref().copied(),
            None => self.early.payment_reversed(&it.payment_id),
        };
        match reversed {
            Some(reversal) => Again::of(Subject::Payment, it.payment_id.as_str())
                .field("reversal_date", &reversal.on, &it.reversal_date)?
                .field("reason", &reversal.reason, &it.reason)
                .map(nothing),
            None => Ok(vec![Event::PaymentReversed {
                payment: it.payment_id,
                reversed_on: it.reversal_date,
                reason: it.reason,
            }]),
        }
    }

    pub(crate) fn record_refund(&self, it: RecordRefund) -> Answer {
        if let Some(known) = self.refunds.get(&it.refund_id) {
            return Again::of(Subject::Refund, it.refund_id.as_str())
                .field("source", &known.source, &it.source)?
                .field("amount", &known.amount, &it.amount.0)?
                .field("refund_date", &known.on, &it.refund_date)
                .map(nothing);
        }
        self.has_unallocated(&it.source, it.amount.0)?;
        Ok(vec![Event::Refunded {
            refund: it.refund_id,
            source: it.source,
            amount: it.amount.0,
            refunded_on: it.refund_date,
        }])
    }

    pub(crate) fn release_deposit(&self, it: ReleaseDeposit) -> Answer {
        let id = it.payment_id.to_string();
        let Some(payment) = self.payment(&it.payment_id) else {
            return Err(Refusal::NotFound { subject: Subject::Payment, id });
        };
        let Some(deposit) = &payment.deposit else { return Err(Refusal::NotADeposit(id)) };
        if let Some(on) = deposit.released_on {
            let again = Again::of(Subject::Payment, it.payment_id.as_str());
            return again.field("release_date", &on, &it.release_date).map(nothing);
        }
        if let Some(Reversal { on: since, .. }) = payment.reversed.as_deref().copied() {
            return Err(Refusal::Void { subject: Subject::Payment, id, since });
        }
        Ok(vec![Event::DepositReleased { payment: it.payment_id, released_on: it.release_date }])
    }

    /// Whether the sums of the account stay countable with this amount.
    pub(crate) fn fits(&self, amount: Money) -> Result<(), Refusal> {
        let all = |it: &Tally| it.invoiced + it.received + it.credited;
        let sum = self.tally(amount.currency()).map_or(0, all) + i128::from(amount.minor());
        if sum <= SUM_MAX { Ok(()) } else { Err(Refusal::OutOfRange(amount.currency())) }
    }

    /// A source that has this amount to give, for a person who wants to use it.
    pub(crate) fn has_unallocated(&self, source: &Source, asked: Money) -> Result<&Funds, Refusal> {
        let (subject, id, since) = match source {
            Source::Payment(id) => {
                let since = self.payment(id).and_then(|it| it.reversed.as_ref()).map(|it| it.on);
                (Subject::Payment, id.to_string(), since)
            }
            Source::CreditNote(id) => {
                let since = self.credit_note(id).and_then(|it| it.cancelled_on);
                (Subject::CreditNote, id.to_string(), since)
            }
        };
        let Some(funds) = self.funds(source) else { return Err(Refusal::NotFound { subject, id }) };
        if let Some(since) = since {
            return Err(Refusal::Void { subject, id, since });
        }
        let (expected, given) = (funds.amount.currency(), asked.currency());
        if expected != given {
            return Err(Refusal::CurrencyMismatch { field: "amount", expected, given });
        }
        if funds.unallocated < asked.minor() {
            let available = funds.money(funds.unallocated.max(0));
            return Err(Refusal::NotEnoughUnallocated { subject, id, asked, available });
        }
        Ok(funds)
    }

    pub(crate) fn payment_received(&mut self, it: &invoicing::Payment) -> Taken {
        let id = &it.payment;
        if !it.amount.is_positive() {
            return Err(Impossible::because(format!("payment {id} is about nothing")));
        }
        if self.payments.contains_key(id) {
            return Err(Impossible::because(format!("payment {id} was received twice")));
        }
        let payment = Payment {
            funds: Funds::new(it.amount, it.value_date),
            method: it.method,
            designation: it.designation.iter().map(Designated::from).collect(),
            references: it.references.iter().cloned().collect(),
            deposit: it.deposit.as_ref().map(|deposit| {
                Box::new(Deposit { order: deposit.order.clone(), released_on: None })
            }),
            reversed: None,
        };
        self.payments.insert(id.clone(), Arc::new(payment));

        self.effective(it.value_date);
        let source = Source::Payment(id.clone());
        let tally = self.tally_mut(it.amount.currency());
        tally.received += i128::from(it.amount.minor());
        tally.unallocated.cash += i128::from(it.amount.minor());
        tally.receive(it.value_date, it.amount.minor());
        self.await_designated(&source);
        self.weigh(&source);
        self.money_moved(it.value_date);
        if let Some(reversal) = self.early.take_payment(id) {
            self.void_payment(id, reversal);
        }
        Ok(())
    }

    pub(crate) fn payment_reversed(&mut self, id: &PaymentId, reversal: Reversal) -> Taken {
        match self.payment(id) {
            None if self.early.payment_reversed(id).is_none() => {
                self.early.reverse_payment(id, reversal);
                Ok(())
            }
            Some(known) if known.reversed.is_none() => {
                self.void_payment(id, reversal);
                Ok(())
            }
            None | Some(_) => Err(Impossible::because(format!("payment {id} was reversed twice"))),
        }
    }

    fn void_payment(&mut self, id: &PaymentId, reversal: Reversal) {
        let source = Source::Payment(id.clone());
        let Some(funds) = self.funds(&source) else { return };
        let (value_date, kept) = (funds.counts_from, funds.amount.minor() - funds.refunded());
        if let Some(amount) = self.void(&source) {
            let tally = self.tally_mut(amount.currency());
            tally.received -= i128::from(amount.minor());
            tally.receive(value_date, -kept);
        }
        if let Some(payment) = self.payments.get_mut(id) {
            Arc::make_mut(payment).reversed = Some(Box::new(reversal));
        }
        self.money_moved(value_date);
        self.reopened();
    }

    pub(crate) fn refunded(
        &mut self,
        refund: &RefundId,
        source: &Source,
        amount: Money,
        on: NaiveDate,
    ) -> Taken {
        let able = self.funds(source).filter(|it| {
            amount.is_positive()
                && it.amount.currency() == amount.currency()
                && it.unallocated >= amount.minor()
        });
        let Some(counts_from) = able.map(|it| it.counts_from) else {
            return Err(Impossible::because(format!(
                "refund {refund} is of money that is not there"
            )));
        };
        if self.refunds.contains_key(refund) {
            return Err(Impossible::because(format!("refund {refund} was made twice")));
        }
        self.refunds.insert(refund.clone(), Refunded { source: source.clone(), amount, on });
        self.effective(on);
        let tally = self.tally_mut(amount.currency());
        *tally.refunded.of(source) += i128::from(amount.minor());
        if matches!(source, Source::Payment(_)) {
            tally.receive(counts_from, -amount.minor());
        }
        self.change_funds(source, |it| it.refund(Refund { minor: amount.minor(), on }));
        self.money_moved(counts_from);
        Ok(())
    }

    pub(crate) fn deposit_released(&mut self, id: &PaymentId, on: NaiveDate) -> Taken {
        let held = self.payment(id).is_some_and(|it| it.held().is_some());
        if !held {
            return Err(Impossible::because(format!("payment {id} was not held when released")));
        }
        if let Some(payment) = self.payments.get_mut(id)
            && let Some(deposit) = &mut Arc::make_mut(payment).deposit
        {
            deposit.released_on = Some(on);
        }
        self.effective(on);
        self.weigh(&Source::Payment(id.clone()));
        Ok(())
    }
}

impl Payment {
    /// What the payer said, as producers say it.
    fn designations(&self) -> Vec<DesignationData> {
        let stated = |minor| Stated(self.funds.money(minor));
        let one = |it: &Designated| DesignationData {
            invoice_id: it.invoice.clone(),
            amount: it.minor.map(stated),
        };
        self.designation.iter().map(one).collect()
    }
}

impl From<DesignationData> for invoicing::Designation {
    fn from(it: DesignationData) -> Self {
        Self { invoice: it.invoice_id, amount: it.amount.map(Into::into) }
    }
}

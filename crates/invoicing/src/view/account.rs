//! A customer, and how it stands.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;
use events::{
    ActorId, DisputeId, InvoiceId, PlanId, PromiseId, Reference, WriteOffId,
    invoicing::{Customer, DisputeOutcome, DisputeReason, Source, WriteOffReason},
};
use money::Money;

use super::{
    as_of::AsOf,
    balance::{Balance, balances},
};
use crate::{
    Account,
    account::GivenUp,
    dispute::Dispute,
    plan::{self, Plan},
    promise::{self, Promise},
    register::Particulars,
    write_off::WriteOff,
};

/// An account at the end of a day, but for its open items: see [`Account::open_items`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What is known of the customer; none if only invoices or payments speak of it.
    pub customer: Option<Customer>,
    /// By currency.
    pub balances: Vec<Balance>,
    /// By the day they count from, the oldest first.
    pub unallocated: Vec<UnallocatedSource>,
    /// The open ones, the oldest first.
    pub disputes: Vec<DisputeView>,
    /// Every one made by then, the latest first.
    pub promises: Vec<PromiseView>,
    /// Every one agreed by then, the latest first.
    pub plans: Vec<PlanView>,
    /// Those that wait for a second person, the oldest first.
    pub write_offs: Vec<WriteOffView>,
}

/// Money or credit that has not met an open item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnallocatedSource {
    /// The payment or credit note.
    pub source: Source,
    /// What is left of it.
    pub amount: Money,
    /// The value date of a payment, the day of issue of a credit note.
    pub counts_from: NaiveDate,
    /// Whether it is a deposit that is held.
    pub deposit: bool,
    /// The order a deposit is held for.
    pub order: Option<Reference>,
}

/// A contest, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeView {
    /// The tenant's id for it.
    pub dispute: DisputeId,
    /// Which receivable.
    pub invoice: InvoiceId,
    /// How much of it.
    pub amount: Money,
    /// Why.
    pub reason: DisputeReason,
    /// Who looks after it.
    pub owner: Option<ActorId>,
    /// When it was raised.
    pub opened_on: NaiveDate,
    /// How and when it ended; none while it is open.
    pub resolved: Option<(DisputeOutcome, NaiveDate)>,
}

/// The customer's word, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseView {
    /// The tenant's id for it.
    pub promise: PromiseId,
    /// How much.
    pub amount: Money,
    /// When it was given.
    pub made_on: NaiveDate,
    /// The last day on which the money might come, before the tolerance.
    pub promised_for: NaiveDate,
    /// What it is about; none: the account.
    pub invoices: Vec<InvoiceId>,
    /// What became of it.
    pub state: PromiseState,
}

/// What became of a promise, and on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromiseState {
    /// The money is awaited.
    Open,
    /// It came in time.
    Kept(NaiveDate),
    /// That much of it came in time.
    PartlyKept(Money, NaiveDate),
    /// None came in time.
    Broken(NaiveDate),
    /// It no longer counts.
    Withdrawn(NaiveDate),
}

/// A payment plan, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanView {
    /// The tenant's id for it.
    pub plan: PlanId,
    /// When it was agreed.
    pub agreed_on: NaiveDate,
    /// What it covers, the first paid first.
    pub invoices: Vec<InvoiceId>,
    /// What is due when.
    pub instalments: Vec<(NaiveDate, Money)>,
    /// What became of it.
    pub state: PlanState,
}

/// What became of a plan, and on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanState {
    /// Its instalments are what is due.
    InForce,
    /// All was paid.
    Completed(NaiveDate),
    /// An instalment did not come in time.
    Broken(NaiveDate),
    /// It was called off.
    Cancelled(NaiveDate),
}

/// A claim to be given up, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOffView {
    /// The tenant's id for it; none for a small balance, which the tenant's rules give up.
    pub write_off: Option<WriteOffId>,
    /// Which receivable.
    pub invoice: InvoiceId,
    /// How much of it.
    pub amount: Money,
    /// Why; none for a small balance.
    pub reason: Option<WriteOffReason>,
    /// Who asked, and when; none for a small balance.
    pub requested: Option<(ActorId, NaiveDate)>,
    /// What was decided.
    pub state: WriteOffState,
}

/// What was decided about a write-off, by whom and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteOffState {
    /// A second person is awaited.
    Requested,
    /// A second person agreed.
    Approved(ActorId, NaiveDate),
    /// A second person did not agree.
    Rejected(ActorId, NaiveDate),
    /// The tenant's rules gave up a small balance.
    ByRule(NaiveDate),
}

impl Account {
    /// What is known of the customer; none if only invoices or payments speak of it.
    pub fn customer(&self) -> Option<Customer> {
        self.customer.as_deref().map(|it| it.now.customer())
    }

    /// Whether anything at all was heard of this customer.
    pub fn is_known(&self) -> bool {
        *self != Self::default()
    }

    /// What is unallocated of a payment or a credit note now; of a deposit, what is held. None if it
    /// has not arrived.
    pub fn unallocated_of(&self, source: &Source) -> Option<Money> {
        self.funds(source).map(|it| it.money(it.unallocated))
    }

    /// A contest at the end of a day; none if there was none by then.
    pub fn dispute_view(&self, id: &DisputeId, effective_on: NaiveDate) -> Option<DisputeView> {
        let dispute = self.disputes.get(id).filter(|it| it.opened_on <= effective_on)?;
        Some(dispute.view(id, effective_on))
    }

    /// A promise at the end of a day; none if it was not made by then.
    pub fn promise_view(&self, id: &PromiseId, effective_on: NaiveDate) -> Option<PromiseView> {
        let promise = self.promises.get(id).filter(|it| it.made_on <= effective_on)?;
        Some(promise.view(id, effective_on))
    }

    /// The latest day on which a fact that is recorded is effective.
    pub fn latest_on(&self) -> Option<NaiveDate> {
        self.latest_on
    }

    /// Whether something of an invoice is open by everything that is known.
    pub fn is_open(&self, invoice: &InvoiceId) -> bool {
        self.open.contains_key(invoice)
    }

    /// A write-off at the end of a day; none if nobody asked for it by then.
    pub fn write_off_view(&self, id: &WriteOffId, effective_on: NaiveDate) -> Option<WriteOffView> {
        self.write_offs.get(id)?.view(id, effective_on)
    }

    /// The account at the end of a day.
    pub fn view(&self, effective_on: NaiveDate) -> View {
        let as_of = AsOf::new(self, effective_on);
        let mut unallocated: Vec<_> = as_of
            .unallocated()
            .filter(|it| it.minor > 0)
            .map(|it| UnallocatedSource {
                amount: it.funds.money(it.minor),
                counts_from: it.funds.counts_from,
                deposit: it.held.is_some(),
                order: it.held.and_then(|it| it.deposit.as_ref()?.order.clone()),
                source: it.source,
            })
            .collect();
        unallocated.sort_by(|a, b| (a.counts_from, &a.source).cmp(&(b.counts_from, &b.source)));

        let open = self.disputes.iter().filter(|(_, it)| it.is_open_on(effective_on));
        let mut disputes: Vec<_> = open.map(|(id, it)| it.view(id, effective_on)).collect();
        disputes.sort_by_key(|it| it.opened_on);

        let made = self.promises.iter().filter(|(_, it)| it.made_on <= effective_on);
        let mut promises: Vec<_> = made.map(|(id, it)| it.view(id, effective_on)).collect();
        promises.sort_by_key(|it| Reverse(it.made_on));

        let agreed = self.plans.iter().filter(|(_, it)| it.agreed_on <= effective_on);
        let mut plans: Vec<_> = agreed.map(|(id, it)| it.view(id, effective_on)).collect();
        plans.sort_by_key(|it| Reverse(it.agreed_on));

        let asked = self.write_offs.iter().filter_map(|(id, it)| it.view(id, effective_on));
        let mut write_offs: Vec<_> =
            asked.filter(|it| it.state == WriteOffState::Requested).collect();
        write_offs.sort_by_key(|it| it.requested.as_ref().map(|(_, on)| *on));

        View {
            customer: self.customer(),
            balances: balances(self, effective_on),
            unallocated,
            disputes,
            promises,
            plans,
            write_offs,
        }
    }
}

impl Particulars {
    fn customer(&self) -> Customer {
        Customer {
            outside_ids: self.outside_ids.iter().cloned().collect::<BTreeMap<_, _>>(),
            parent: self.parent.clone(),
            siren: self.siren.clone(),
            vat_number: self.vat_number.clone(),
            terms: self.terms.clone(),
            currency: self.currency,
            language: self.language.clone(),
            region: self.region.clone(),
            segment: self.segment.clone(),
        }
    }
}

impl Dispute {
    pub(super) fn view(&self, id: &DisputeId, on: NaiveDate) -> DisputeView {
        DisputeView {
            dispute: id.clone(),
            invoice: self.invoice.clone(),
            amount: self.amount,
            reason: self.reason,
            owner: self.owner.clone(),
            opened_on: self.opened_on,
            resolved: self.resolved.filter(|it| it.on <= on).map(|it| (it.outcome, it.on)),
        }
    }
}

impl Promise {
    pub(super) fn view(&self, id: &PromiseId, on: NaiveDate) -> PromiseView {
        use promise::Standing;
        let state = match self.standing {
            _ if self.is_open_on(on) => PromiseState::Open,
            Standing::Open => PromiseState::Open,
            Standing::Kept(on) => PromiseState::Kept(on),
            Standing::PartlyKept { paid, on } => PromiseState::PartlyKept(paid, on),
            Standing::Broken(on) => PromiseState::Broken(on),
            Standing::Withdrawn(on) => PromiseState::Withdrawn(on),
        };
        PromiseView {
            promise: id.clone(),
            amount: self.amount,
            made_on: self.made_on,
            promised_for: self.promised_for,
            invoices: self.invoices.to_vec(),
            state,
        }
    }
}

impl Plan {
    pub(super) fn view(&self, id: &PlanId, on: NaiveDate) -> PlanView {
        use plan::Standing;
        let state = match self.standing {
            _ if self.in_force_on(on) => PlanState::InForce,
            Standing::Active => PlanState::InForce,
            Standing::Completed(on) => PlanState::Completed(on),
            Standing::Broken(on) => PlanState::Broken(on),
            Standing::Cancelled(on) => PlanState::Cancelled(on),
        };
        PlanView {
            plan: id.clone(),
            agreed_on: self.agreed_on,
            invoices: self.covers.iter().map(|(invoice, _)| invoice.clone()).collect(),
            instalments: self.instalments.iter().map(|it| self.instalment(it)).collect(),
            state,
        }
    }
}

impl WriteOff {
    /// None if it was not asked for by then.
    pub(super) fn view(&self, id: &WriteOffId, on: NaiveDate) -> Option<WriteOffView> {
        if on < self.requested_on {
            return None;
        }
        let state = match &self.answer {
            Some(it) if it.on <= on && it.agreed => WriteOffState::Approved(it.who.clone(), it.on),
            Some(it) if it.on <= on => WriteOffState::Rejected(it.who.clone(), it.on),
            Some(_) | None => WriteOffState::Requested,
        };
        Some(WriteOffView {
            write_off: Some(id.clone()),
            invoice: self.invoice.clone(),
            amount: self.amount,
            reason: Some(self.reason),
            requested: Some((self.requested_by.clone(), self.requested_on)),
            state,
        })
    }
}

impl GivenUp {
    /// The write-off of a small balance; none if a person asked for it.
    pub(super) fn by_rule(&self, invoice: &InvoiceId, amount: Money) -> Option<WriteOffView> {
        self.write_off.is_none().then(|| WriteOffView {
            write_off: None,
            invoice: invoice.clone(),
            amount,
            reason: None,
            requested: None,
            state: WriteOffState::ByRule(self.on),
        })
    }
}

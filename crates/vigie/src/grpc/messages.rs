//! What queries answer, as messages.

use api::{
    invoicing as proto,
    shared::{self, source},
};
use events::{
    CustomerId,
    invoicing::{Customer, Source, TermsOfSale},
};
use invoicing::{
    Contact,
    view::{
        AllocationView, Balance, DisputeView, PlanState, PlanView, PromiseState, PromiseView,
        UnallocatedSource, WriteOffState, WriteOffView,
    },
};

use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::{
    fields::{day, money},
    words::Word,
};

/// A text, empty if there is none.
pub(crate) fn text(it: Option<impl ToString>) -> String {
    it.map(|it| it.to_string()).unwrap_or_default()
}

/// A number, without zeros at its end.
pub(crate) fn decimal(it: Decimal) -> api::Decimal {
    api::Decimal { value: it.normalize().to_string() }
}

/// As many as a message may hold.
pub(crate) fn number(it: u64) -> i64 {
    i64::try_from(it).unwrap_or(i64::MAX)
}

pub(crate) fn days(it: u32) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX)
}

pub(crate) fn source(it: &Source) -> shared::Source {
    shared::Source {
        source: Some(match it {
            Source::Payment(id) => source::Source::PaymentId(id.to_string()),
            Source::CreditNote(id) => source::Source::CreditNoteId(id.to_string()),
        }),
    }
}

pub(crate) fn allocation(it: &AllocationView) -> proto::Allocation {
    proto::Allocation {
        source: Some(source(&it.source)),
        invoice_id: it.invoice.to_string(),
        amount: Some(money(it.amount)),
        rule: it.rule.number(),
        effective_date: Some(day(it.effective_on)),
        recovery: it.recovery,
    }
}

pub(crate) fn terms_of_sale(it: &TermsOfSale) -> proto::TermsOfSale {
    proto::TermsOfSale {
        version: it.version.to_string(),
        document_hash: it.document_hash.to_string(),
        from_date: Some(day(it.from)),
        reservation_of_title: it.reservation_of_title,
        acceleration: it.acceleration,
        penalty_rate_percent: it.penalty_rate.map(decimal),
        jurisdiction: text(it.jurisdiction.as_ref()),
        excludes_assignment: it.excludes_assignment,
    }
}

pub(crate) fn terms_warning(it: &law::terms::Warning) -> proto::TermsWarning {
    proto::TermsWarning {
        due_date: Some(day(it.due_on)),
        latest_date: Some(day(it.latest_on)),
        excess_days: i32::try_from(it.excess_days()).unwrap_or(i32::MAX),
        limit_days: it.row.value.to_i32().unwrap_or(i32::MAX),
        end_of_month: it.row.rule == law::Rule::TermsMaxThenEndOfMonth,
        jurisdiction: it.row.jurisdiction.code().to_owned(),
        source: it.row.source.clone(),
    }
}

pub(crate) fn balance(it: &Balance) -> proto::Balance {
    proto::Balance {
        currency_code: it.currency().code().to_owned(),
        invoiced_amount: Some(money(it.invoiced)),
        settled_by_payments_amount: Some(money(it.settled_by_payments)),
        settled_by_credit_notes_amount: Some(money(it.settled_by_credit)),
        written_off_amount: Some(money(it.written_off)),
        open_amount: Some(money(it.open)),
        not_due_amount: Some(money(it.not_due)),
        overdue_amount: Some(money(it.overdue)),
        disputed_amount: Some(money(it.disputed)),
        unallocated_cash_amount: Some(money(it.unallocated_cash)),
        unallocated_credit_amount: Some(money(it.unallocated_credit)),
        deposit_amount: Some(money(it.deposits)),
        net_amount: Some(money(it.net)),
        open_item_count: number(it.open_items),
        overdue_item_count: number(it.overdue_items),
        days_past_due_max: days(it.days_past_due_max),
    }
}

/// A customer, with what is known of it beside the journal.
pub(crate) fn customer(
    id: &CustomerId,
    it: Option<Customer>,
    contact: Option<Contact>,
) -> proto::CustomerData {
    let it = it.unwrap_or_default();
    proto::CustomerData {
        customer_id: id.to_string(),
        outside_ids: it
            .outside_ids
            .iter()
            .map(|(system, id)| (system.to_string(), id.to_string()))
            .collect(),
        parent_id: text(it.parent),
        siren: text(it.siren),
        vat_number: text(it.vat_number),
        payment_terms: text(it.terms),
        currency_code: text(it.currency),
        language_code: text(it.language),
        region_code: text(it.region),
        segment: text(it.segment),
        contact: contact.map(|it| proto::Contact {
            name: text(it.name),
            email: text(it.email),
            phone: text(it.phone),
            address_lines: it.address_lines,
        }),
    }
}

pub(crate) fn unallocated(it: &UnallocatedSource) -> proto::UnallocatedSource {
    proto::UnallocatedSource {
        source: Some(source(&it.source)),
        amount: Some(money(it.amount)),
        effective_date: Some(day(it.counts_from)),
        deposit: it.deposit,
        order: text(it.order.as_ref()),
    }
}

pub(crate) fn dispute(it: &DisputeView) -> proto::Dispute {
    proto::Dispute {
        dispute_id: it.dispute.to_string(),
        invoice_id: it.invoice.to_string(),
        amount: Some(money(it.amount)),
        reason: it.reason.number(),
        owner: text(it.owner.as_ref()),
        open_date: Some(day(it.opened_on)),
        outcome: it.resolved.map_or(0, |(outcome, _)| outcome.number()),
        resolve_date: it.resolved.map(|(_, on)| day(on)),
    }
}

pub(crate) fn promise(it: &PromiseView) -> proto::Promise {
    use proto::promise::State;
    let (state, paid, end) = match it.state {
        PromiseState::Open => (State::Open, None, None),
        PromiseState::Kept(on) => (State::Kept, None, Some(on)),
        PromiseState::PartlyKept(paid, on) => (State::PartlyKept, Some(paid), Some(on)),
        PromiseState::Broken(on) => (State::Broken, None, Some(on)),
        PromiseState::Withdrawn(on) => (State::Withdrawn, None, Some(on)),
    };
    proto::Promise {
        promise_id: it.promise.to_string(),
        state: state.into(),
        amount: Some(money(it.amount)),
        make_date: Some(day(it.made_on)),
        promise_date: Some(day(it.promised_for)),
        invoice_ids: it.invoices.iter().map(ToString::to_string).collect(),
        paid_amount: paid.map(money),
        end_date: end.map(day),
    }
}

pub(crate) fn plan(it: &PlanView) -> proto::Plan {
    use proto::plan::State;
    let (state, end) = match it.state {
        PlanState::InForce => (State::InForce, None),
        PlanState::Completed(on) => (State::Completed, Some(on)),
        PlanState::Broken(on) => (State::Broken, Some(on)),
        PlanState::Cancelled(on) => (State::Cancelled, Some(on)),
    };
    let instalments = it.instalments.iter().map(|(due_on, amount)| proto::Instalment {
        due_date: Some(day(*due_on)),
        amount: Some(money(*amount)),
    });
    proto::Plan {
        plan_id: it.plan.to_string(),
        state: state.into(),
        agree_date: Some(day(it.agreed_on)),
        invoice_ids: it.invoices.iter().map(ToString::to_string).collect(),
        instalments: instalments.collect(),
        end_date: end.map(day),
    }
}

pub(crate) fn write_off(it: &WriteOffView) -> proto::WriteOff {
    use proto::write_off::State;
    let (state, decided_by, decided_on) = match &it.state {
        WriteOffState::Requested => (State::Requested, None, None),
        WriteOffState::Approved(who, on) => (State::Approved, Some(who), Some(*on)),
        WriteOffState::Rejected(who, on) => (State::Rejected, Some(who), Some(*on)),
        WriteOffState::ByRule(on) => (State::Approved, None, Some(*on)),
    };
    let (requested_by, requested_on) = it.requested.clone().unzip();
    proto::WriteOff {
        write_off_id: text(it.write_off.as_ref()),
        invoice_id: it.invoice.to_string(),
        state: state.into(),
        amount: Some(money(it.amount)),
        reason: it.reason.map_or(0, Word::number),
        requested_by: text(requested_by),
        request_date: requested_on.map(day),
        decided_by: text(decided_by),
        decide_date: decided_on.map(day),
    }
}

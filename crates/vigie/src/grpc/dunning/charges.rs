//! `GetCharges`: what is owed besides each invoice of a customer, page by page; and what a person gives
//! up of it.

use std::collections::BTreeMap;

use ::dunning::{Command, RestoreCharges, WaiveCharges, view::charges::InvoiceCharges};
use api::dunning::{self as proto, waive_charges::Interest};
use chrono::NaiveDate;
use events::{CustomerId, InvoiceId, dunning::Waiver};
use money::{Currency, Money};
use tokio::time::Instant;

use super::{convert::checked, known};
use crate::grpc::{
    Api,
    fields::{Fields, Read, day, money},
    law::{interest_line, interest_warning},
    messages::{decimal, number, text},
    page::{self, Token},
    queries::{AsOf, One, compute},
    status::Explanation,
};

pub(super) fn waive(fields: &mut Fields, it: &proto::WaiveCharges) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let invoice_id = fields.text("invoice_id", &it.invoice_id);
    let interest = match &it.interest {
        Some(Interest::InterestAmount(it)) => fields.stated("interest_amount", Some(it)).map(Some),
        Some(Interest::AllInterest(_)) | None => Ok(None),
    };
    let waived_by = fields.text("waived_by", &it.waived_by);
    let waive_date = fields.date("waive_date", it.waive_date);
    let note = fields.optional("note", &it.note);
    let command = Command::WaiveCharges(Box::new(WaiveCharges {
        customer_id: customer_id?,
        invoice_id: invoice_id?,
        interest: interest?,
        all_interest: matches!(it.interest, Some(Interest::AllInterest(true))),
        fixed_sum: it.fixed_sum,
        waived_by: waived_by?,
        waive_date: waive_date?,
        note: note?,
    }));
    checked(fields, command)
}

pub(super) fn restore(fields: &mut Fields, it: &proto::RestoreCharges) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let invoice_id = fields.text("invoice_id", &it.invoice_id);
    let restored_by = fields.text("restored_by", &it.restored_by);
    let restore_date = fields.date("restore_date", it.restore_date);
    Ok(Command::RestoreCharges(RestoreCharges {
        customer_id: customer_id?,
        invoice_id: invoice_id?,
        restored_by: restored_by?,
        restore_date: restore_date?,
    }))
}

/// Where an invoice stands in the list.
type Place = (NaiveDate, InvoiceId);

pub(super) async fn get_charges(
    api: &Api,
    request: proto::GetChargesRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetChargesResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, customer, invoice)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let invoice = fields.optional::<InvoiceId>("invoice_id", &it.invoice_id);
            Ok((size?, token?, customer?, invoice?))
        })?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let One { policy, state, position, on } = known(&tenant, &as_of, &customer).await?;
    let (rows, next, count, sums) = compute(move || {
        let mut all = match &invoice {
            Some(invoice) => policy.charges_on(&state, invoice, on).into_iter().collect(),
            None => policy.charges(&state, on),
        };
        let (count, sums) = (all.len(), Sums::of(&all));
        let place = |it: &InvoiceCharges| (it.due_on, it.invoice.clone());
        all.retain(|it| after.as_ref().is_none_or(|after| place(it) > *after));
        let more = all.len() > size;
        all.truncate(size);
        let next = all.last().filter(|_| more).map(place);
        (all, next, count, sums)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::GetChargesResponse {
        charges: rows.iter().map(charges).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(day(on)),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
        refund_amounts: Sums::amounts(&sums.refund),
        unasked_amounts: Sums::amounts(&sums.unasked),
    })
}

/// What many invoices come to, in the smallest unit of each currency.
#[derive(Default)]
struct Sums {
    refund: BTreeMap<Currency, i64>,
    unasked: BTreeMap<Currency, i64>,
}

impl Sums {
    fn of(all: &[InvoiceCharges]) -> Self {
        let mut sums = Self::default();
        for it in all {
            for (sums, it) in
                [(&mut sums.refund, it.to_refund), (&mut sums.unasked, it.still_to_ask)]
            {
                let sum = sums.entry(it.currency()).or_default();
                *sum = sum.saturating_add(it.minor());
            }
        }
        sums
    }

    fn amounts(sums: &BTreeMap<Currency, i64>) -> Vec<api::Money> {
        let sums = sums.iter().filter(|(_, minor)| **minor > 0);
        sums.map(|(currency, minor)| money(Money::new(*minor, *currency))).collect()
    }
}

fn charges(it: &InvoiceCharges) -> proto::InvoiceCharges {
    let interest = it.interest.as_ref();
    let asked = it.asked.as_ref();
    let asked_for = asked.map(|(.., it)| *it).unwrap_or_default();
    proto::InvoiceCharges {
        invoice_id: it.invoice.to_string(),
        due_date: Some(day(it.due_on)),
        settle_date: it.settled_on.map(day),
        interest_lines: interest.into_iter().flat_map(|it| &it.lines).map(interest_line).collect(),
        interest_amount: interest.map(|it| money(it.total)),
        fixed_sum_amount: it.fixed_sum.map(money),
        waiver: it.waiver.as_ref().map(waiver),
        waived_interest_amount: it.waived.interest.map(money),
        waived_fixed_sum_amount: it.waived.fixed_sum.map(money),
        reminder_id: text(asked.map(|(reminder, ..)| reminder)),
        ask_date: asked.map(|(_, on, _)| day(*on)),
        asked_interest_amount: asked_for.interest.map(money),
        asked_fixed_sum_amount: asked_for.fixed_sum.map(money),
        refund_amount: Some(money(it.to_refund)),
        unasked_amount: Some(money(it.still_to_ask)),
        warnings: interest.into_iter().flat_map(|it| &it.warnings).map(interest_warning).collect(),
        terms_version: text(it.agreed.as_ref().map(|it| &it.terms)),
        agreed_rate_percent: it.agreed.as_ref().map(|it| decimal(it.rate)),
    }
}

fn waiver(it: &Waiver) -> proto::Waiver {
    proto::Waiver {
        interest_amount: it.interest.map(money),
        all_interest: it.all_interest,
        fixed_sum: it.fixed_sum,
        waived_by: it.by.to_string(),
        waive_date: Some(day(it.on)),
        note: text(it.note.as_ref()),
    }
}

//! `ComputeSpread`: which of several debts a payment settles.

use std::collections::BTreeSet;

use ::law::imputation::{OpenDebt, Order, Owed, Reason, spread};
use api::law::{
    self as proto, ComputeSpreadRequest, ComputeSpreadResponse, ShareReason, SpreadOrder,
};
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{
    Answer, debt,
    settle::{owed, portion, refused, waterfall},
};
use crate::grpc::{
    fields::{Fields, REQUIRED, Read, money},
    status::Explanation,
};

/// The most debts that one payment is spread over.
const DEBTS_MAX: usize = 1_000;

pub(super) fn answer(request: &ComputeSpreadRequest) -> Answer<ComputeSpreadResponse> {
    let (amount, paid_on, debts, order, waterfall) = Fields::read(|fields| {
        let amount = debt::positive(fields, "amount", request.amount.as_ref());
        let paid_on = fields.date("value_date", request.value_date);
        let order = order(fields, request);
        let waterfall = waterfall(fields, request.waterfall);
        let debts = debts(fields, request, amount.map(Money::currency));
        Ok((amount?, paid_on?, debts?, order?, waterfall?))
    })
    .map_err(Explanation::fields)?;
    let told = spread(&debts, amount, paid_on, &order, waterfall);
    let told = told.map_err(|error| refused(&error))?;
    let shares = told.shares.iter().map(|it| {
        Ok(proto::Share {
            debt_id: it.id.clone(),
            amount: Some(money(it.amount)),
            reason: reason(it.reason).into(),
            source: it.reason.source().to_owned(),
            portions: it.portions.iter().map(portion).collect(),
            left: Some(owed(&it.left)?),
        })
    });
    Ok(ComputeSpreadResponse {
        shares: shares.collect::<Answer<_>>()?,
        remainder_amount: Some(money(told.remainder)),
    })
}

fn order(fields: &mut Fields, request: &ComputeSpreadRequest) -> Read<Order> {
    let Ok(order) = SpreadOrder::try_from(request.order) else {
        let why = format_args!("{} is no value that this release knows", request.order);
        return Err(fields.wrong("order", why));
    };
    Ok(match order {
        SpreadOrder::Unspecified | SpreadOrder::Statutory => {
            let named = request.designated_debt_ids.clone();
            if named.is_empty() { Order::Statutory } else { Order::Designated(named) }
        }
        SpreadOrder::OldestFirst => Order::OldestFirst,
        SpreadOrder::InsurerOldestFirst => Order::InsurerOldestFirst,
    })
}

fn debts(
    fields: &mut Fields,
    request: &ComputeSpreadRequest,
    currency: Read<Currency>,
) -> Read<Vec<OpenDebt>> {
    if request.debts.len() > DEBTS_MAX {
        return Err(fields.wrong("debts", format_args!("are at most {DEBTS_MAX}")));
    }
    let currency = currency?;
    let mut ids = BTreeSet::new();
    fields.each("debts", &request.debts, |fields, field, it| {
        fields.within(field, |fields| {
            let id = match it.debt_id.as_str() {
                "" => Err(fields.wrong("debt_id", REQUIRED)),
                id if !ids.insert(id) => Err(fields.wrong("debt_id", "is given twice")),
                id => Ok(id.to_owned()),
            };
            let due_on = fields.date("due_date", it.due_date);
            let rate = match &it.rate_percent {
                None => Ok(Decimal::ZERO),
                Some(it) if Decimal::from_str_exact(&it.value).is_ok_and(|it| it.is_zero()) => {
                    Ok(Decimal::ZERO)
                }
                Some(it) => fields.decimal("rate_percent", &it.value),
            };
            let principal = it.principal_amount.as_ref();
            let principal = match principal {
                None => Err(fields.wrong("principal_amount", REQUIRED)),
                Some(_) => debt::not_negative(fields, "principal_amount", principal, currency),
            };
            let interest = it.interest_amount.as_ref();
            let interest = debt::not_negative(fields, "interest_amount", interest, currency);
            let costs = it.costs_amount.as_ref();
            let costs = debt::not_negative(fields, "costs_amount", costs, currency);
            let nothing = Money::zero(currency);
            let owed = Owed {
                costs: costs?.unwrap_or(nothing),
                interest: interest?.unwrap_or(nothing),
                principal: principal?.unwrap_or(nothing),
            };
            Ok(OpenDebt { id: id?, owed, due_on: due_on?, rate: rate? })
        })
    })
}

fn reason(it: Reason) -> ShareReason {
    match it {
        Reason::Designated => ShareReason::Designated,
        Reason::MostInterest => ShareReason::MostInterest,
        Reason::Oldest => ShareReason::Oldest,
        Reason::InProportion => ShareReason::InProportion,
        Reason::NotDue => ShareReason::NotDue,
        Reason::OldestFirst => ShareReason::OldestFirst,
        Reason::InsurerOldestFirst => ShareReason::InsurerOldestFirst,
    }
}

//! `GetAgedBalance`: open items by how late they are.

use std::collections::BTreeSet;

use api::invoicing as proto;
use events::CustomerId;
use invoicing::view::{AgedBalance, Bounds, Bucket};
use money::Currency;
use tokio::time::Instant;

use super::{AsOf, compute, conversion};
use crate::grpc::{
    Api,
    fields::{Fields, Read, money},
    messages::{days, number},
    status::Explanation,
};

pub(crate) async fn get_aged_balance(
    api: &Api,
    request: proto::GetAgedBalanceRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetAgedBalanceResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, currency, bounds, rates)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            let currency = fields.optional::<Currency>("currency_code", &it.currency_code);
            let bounds = bounds(fields, &it.bucket_days);
            let rates = conversion::read(fields, it.conversion);
            Ok((customer?, currency?, bounds?, rates?))
        })?;
    let (mut balances, position, effective_date) = if let Some(customer) = customer {
        let single = as_of.single(&tenant, &customer).await?;
        let balances = AgedBalance::of([&*single.account], single.on, &bounds);
        (balances, single.position(), single.effective_date())
    } else {
        let all = as_of.everybody::<invoicing::Policy>(api, &tenant).await?;
        let (position, effective_date) = (all.position(), all.effective_date());
        let bounds = bounds.clone();
        let balances = compute(move || {
            AgedBalance::of(all.customers.iter().map(|(_, it)| &**it), all.on, &bounds)
        });
        (balances.await?, position, effective_date)
    };
    balances.retain(|it| currency.is_none_or(|currency| it.currency() == currency));
    let (mut converted, mut used) = (None, Vec::new());
    if let Some(rates) = &rates {
        let occurred: BTreeSet<_> = balances.iter().map(AgedBalance::currency).collect();
        converted = Some(message(&AgedBalance::converted(&balances, &bounds, rates)?));
        used = conversion::used(rates, &occurred);
    }
    Ok(proto::GetAgedBalanceResponse {
        aged_balances: balances.iter().map(message).collect(),
        position: Some(position),
        effective_date: Some(effective_date),
        converted,
        rates: used,
    })
}

fn bounds(fields: &mut Fields, days: &[i32]) -> Read<Bounds> {
    if days.is_empty() {
        return Ok(Bounds::default());
    }
    // What is below zero is no more a bound than zero is.
    let days = days.iter().map(|it| u32::try_from(*it).unwrap_or_default()).collect();
    Bounds::try_new(days).map_err(|error| fields.wrong("bucket_days", error))
}

fn message(it: &AgedBalance) -> proto::AgedBalance {
    let bucket = |it: &Bucket| proto::AgingBucket {
        days_min: days(it.days_min),
        days_max: it.days_max.map(days),
        amount: Some(money(it.amount)),
        count: number(it.count),
    };
    proto::AgedBalance {
        currency_code: it.currency().code().to_owned(),
        not_due_amount: Some(money(it.not_due.amount)),
        not_due_count: number(it.not_due.count),
        buckets: it.buckets.iter().map(bucket).collect(),
        outstanding_amount: Some(money(it.outstanding)),
        disputed_amount: Some(money(it.disputed)),
        unallocated_amount: Some(money(it.unallocated)),
    }
}

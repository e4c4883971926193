//! `GetCoverGap`: what credit insurers would not pay.

use ::risk::portfolio::cover_gap::{CoverGap, Gap, Layer, OfAge};
use api::risk as proto;
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, top_count};
use crate::grpc::{
    Api,
    fields::money,
    messages::{days, number},
};

pub(super) async fn get_cover_gap(
    api: &Api,
    request: proto::GetCoverGapRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetCoverGapResponse> {
    let proto::GetCoverGapRequest { tenant_id, as_of, min_position, top_count: top } = request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, top) = heading.over(api, deadline, |fields| top_count(fields, top)).await?;
    let found = portfolio
        .gather(|policy, some, on| CoverGap::of(policy, each(some), on), CoverGap::merge)
        .await?;
    let policy = &portfolio.policy;
    let customers = found.largest(policy, top).into_iter();
    let customers = customers.map(|(customer, it)| proto::CustomerCoverGap {
        customer_id: customer.to_string(),
        gap: Some(gap(&it)),
    });
    Ok(proto::GetCoverGapResponse {
        figures: messages::figures(&found.figures(policy)),
        total: Some(gap(&found.total(policy))),
        ages: found.by_age(policy).iter().map(of_age).collect(),
        layers: found.layers(policy).iter().map(layer).collect(),
        top_customers: customers.collect(),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

fn gap(it: &Gap) -> proto::CoverGap {
    proto::CoverGap {
        receivable_amount: Some(money(it.receivables)),
        insured_amount: Some(money(it.insured)),
        self_insured_amount: Some(money(it.self_insured)),
        uninsured_amount: Some(money(it.uninsured)),
        disputed_amount: Some(money(it.disputed)),
    }
}

fn of_age(it: &OfAge) -> proto::AgeCoverGap {
    proto::AgeCoverGap {
        days_min: days(it.days_min),
        days_max: it.days_max.map(days),
        gap: Some(gap(&it.gap)),
    }
}

fn layer(it: &Layer) -> proto::CoverLayer {
    proto::CoverLayer {
        layer: it.layer.into(),
        insurer: it.insurer.to_string(),
        policy: it.policy.to_string(),
        customer_count: number(it.customers),
        granted_amount: Some(money(it.granted)),
        used_amount: Some(money(it.used)),
        insured_amount: Some(money(it.insured)),
    }
}

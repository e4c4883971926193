//! `GetCollectorPerformance`: how a collector has done, over the placements of all customers of all
//! partitions.

use ::collection::{Age, InCurrency, Performance, Policy, Size, Yield};
use api::collection as proto;
use events::Reference;
use rust_decimal::Decimal;
use tokio::time::Instant;

use crate::grpc::{
    Api,
    fields::{day, money},
    queries::{AsOf, compute},
    status::{Explain as _, Explanation},
};

pub(super) async fn get_collector_performance(
    api: &Api,
    request: proto::GetCollectorPerformanceRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetCollectorPerformanceResponse, Explanation> {
    let it = request;
    let (tenant, as_of, collector) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            fields.text::<Reference>("collector", &it.collector)
        })?;
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, on, customers) = (all.position(), all.on, all.customers);
    let named = collector.clone();
    let found =
        compute(move || policy.performance(&named, customers.iter().map(|(_, it)| &**it), on))
            .await?;
    let Performance {
        placements,
        open,
        refused,
        recalled,
        remittances,
        late_remittances,
        days_to_money,
        days_to_end,
        currencies,
    } = found.ok_or_else(|| ::collection::Refusal::NoCollector(collector.clone()).explain())?;
    Ok(proto::GetCollectorPerformanceResponse {
        collector: collector.to_string(),
        placements,
        open,
        refused,
        recalled,
        remittances,
        late_remittances,
        days_to_money,
        days_to_end,
        results: currencies.values().map(result).collect(),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

fn result(it: &InCurrency) -> proto::CollectorResult {
    proto::CollectorResult {
        r#yield: Some(came_of(&it.all)),
        fee_amount: Some(money(it.fees)),
        scale_fee_amount: Some(money(it.fees_by_scale)),
        fee_share: it.fee_share().map(decimal),
        bands: it.bands.iter().map(|(band, it)| in_band(*band, it)).collect(),
    }
}

fn in_band((age, size): (Age, Size), it: &Yield) -> proto::CollectionBand {
    proto::CollectionBand {
        days_max: age.days_max().map(u32::from),
        amount_max: size.units_max(),
        r#yield: Some(came_of(it)),
    }
}

fn came_of(it: &Yield) -> proto::CollectionYield {
    proto::CollectionYield {
        placements: it.placements,
        placed_amount: Some(money(it.placed)),
        collected_amount: Some(money(it.collected)),
        recovery_rate: it.rate().map(decimal),
    }
}

fn decimal(it: Decimal) -> api::Decimal {
    api::Decimal { value: it.normalize().to_string() }
}

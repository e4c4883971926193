//! `GetIndicators`: the figures by which receivables are judged, with what they are computed from.

use std::collections::BTreeSet;

use api::invoicing::{self as proto, indicator, indicator_input};
use events::CustomerId;
use invoicing::view::{Indicator, Inputs, Kind, Period, Unit, Value};
use money::Currency;
use tokio::time::Instant;

use super::{AsOf, compute, conversion};
use crate::grpc::{
    Api,
    fields::{day, money},
    status::Explanation,
};

/// The length of a period nobody named.
const PERIOD_DAYS: u32 = 90;

pub(crate) async fn get_indicators(
    api: &Api,
    request: proto::GetIndicatorsRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetIndicatorsResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, currency, days, rates)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            let currency = fields.optional::<Currency>("currency_code", &it.currency_code);
            let days = match u32::try_from(it.period_days) {
                Ok(0) => Ok(PERIOD_DAYS),
                Ok(days) if days <= Period::DAYS_MAX => Ok(days),
                Ok(_) | Err(_) => {
                    let why = format_args!("is 1 to {}, or 0 for {PERIOD_DAYS}", Period::DAYS_MAX);
                    Err(fields.wrong("period_days", why))
                }
            };
            let rates = conversion::read(fields, it.conversion);
            Ok((customer?, currency?, days?, rates?))
        })?;
    let period =
        |on| Period::try_new(on, days).map_err(|error| Explanation::field("period_days", error));
    let (mut inputs, period, position, effective_date) = if let Some(customer) = customer {
        let single = as_of.single(&tenant, &customer).await?;
        let period = period(single.on)?;
        let inputs = Inputs::of(&single.account, period);
        (inputs, period, single.position(), single.effective_date())
    } else {
        let all = as_of.everybody::<invoicing::Policy>(api, &tenant).await?;
        let (position, effective_date) = (all.position(), all.effective_date());
        let period = period(all.on)?;
        let inputs = compute(move || {
            Inputs::merged(all.customers.iter().flat_map(|(_, it)| Inputs::of(it, period)))
        });
        (inputs.await?, period, position, effective_date)
    };
    inputs.retain(|it| currency.is_none_or(|currency| it.currency() == currency));
    let mut used = Vec::new();
    if let Some(rates) = &rates {
        let occurred: BTreeSet<_> = inputs.iter().map(Inputs::currency).collect();
        inputs = Inputs::converted(&inputs, rates)?.into_iter().collect();
        used = conversion::used(rates, &occurred);
    }
    let sets = inputs.iter().map(|it| proto::IndicatorSet {
        currency_code: it.currency().code().to_owned(),
        indicators: it.indicators().iter().map(message).collect(),
    });
    Ok(proto::GetIndicatorsResponse {
        indicator_sets: sets.collect(),
        position: Some(position),
        effective_date: Some(effective_date),
        from_date: Some(day(period.first())),
        rates: used,
    })
}

fn message(it: &Indicator) -> proto::Indicator {
    let kind = match it.kind {
        Kind::Dso => indicator::Kind::Dso,
        Kind::DsoCountBack => indicator::Kind::DsoCountBack,
        Kind::DsoTrue => indicator::Kind::DsoTrue,
        Kind::DsoBestPossible => indicator::Kind::DsoBestPossible,
        Kind::AverageDaysDelinquent => indicator::Kind::AverageDaysDelinquent,
        Kind::CollectionEffectiveness => indicator::Kind::CollectionEffectiveness,
        Kind::OverdueShare => indicator::Kind::OverdueShare,
        Kind::BrokenPromiseShare => indicator::Kind::BrokenPromiseShare,
    };
    let unit = match it.kind.unit() {
        Unit::Days => indicator::Unit::Days,
        Unit::Ratio => indicator::Unit::Ratio,
    };
    let inputs = it.inputs.iter().map(|it| proto::IndicatorInput {
        name: it.name.clone(),
        value: Some(match it.value {
            Value::Amount(amount) => indicator_input::Value::Amount(money(amount)),
            Value::Number(number) => {
                indicator_input::Value::Number(api::Decimal { value: number.to_string() })
            }
        }),
    });
    proto::Indicator {
        kind: kind.into(),
        value: it.value.ok().map(|it| api::Decimal { value: it.to_string() }),
        unit: unit.into(),
        formula: it.formula.to_owned(),
        inputs: inputs.collect(),
        not_computable_reason: it.value.err().unwrap_or_default().to_owned(),
    }
}

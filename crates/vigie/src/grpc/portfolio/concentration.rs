//! `GetConcentration`: how much hangs on how few.

use ::risk::portfolio::concentration::{Breakdown, By, Holdings, Of};
use api::risk::{self as proto, Dimension, concentration::Basis};
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, top_count};
use crate::grpc::{Api, fields::money, messages::number, status::Explanation};

pub(super) async fn get_concentration(
    api: &Api,
    request: proto::GetConcentrationRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetConcentrationResponse> {
    let proto::GetConcentrationRequest {
        tenant_id,
        as_of,
        min_position,
        dimensions,
        top_count: top,
    } = request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, (by, top)) =
        heading
            .over(api, deadline, |fields| {
                let by = fields.each("dimensions", &dimensions, |fields, field, it| {
                    match Dimension::try_from(*it) {
                        Ok(Dimension::Customer) => Ok(By::Customer),
                        Ok(Dimension::Group) => Ok(By::Group),
                        Ok(Dimension::Sector) => Ok(By::Sector),
                        Ok(Dimension::Country) => Ok(By::Country),
                        Ok(Dimension::Segment) => Ok(By::Segment),
                        Ok(Dimension::Grade) => Ok(By::Grade),
                        Ok(Dimension::Unspecified) | Err(_) => {
                            Err(fields.wrong(field, "is no dimension that this release knows"))
                        }
                    }
                });
                let top = top_count(fields, top);
                Ok((by?, top?))
            })
            .await?;
    let by = if by.is_empty() { By::ALL.to_vec() } else { by };
    let holdings = portfolio
        .gather(|policy, some, on| Holdings::of(policy, each(some), on), Holdings::merge)
        .await?;
    let mut concentrations = Vec::new();
    for (by, of) in by.into_iter().flat_map(|by| [(by, Of::Exposure), (by, Of::Sales)]) {
        let found = holdings.breakdown(&portfolio.policy, by, of, top);
        let found = found
            .map_err(|error| Explanation::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string()))?;
        concentrations.push(message(&found));
    }
    Ok(proto::GetConcentrationResponse {
        concentrations,
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

fn message(it: &Breakdown) -> proto::Concentration {
    let dimension = match it.by {
        By::Customer => Dimension::Customer,
        By::Group => Dimension::Group,
        By::Sector => Dimension::Sector,
        By::Country => Dimension::Country,
        By::Segment => Dimension::Segment,
        By::Grade => Dimension::Grade,
    };
    let basis = match it.of {
        Of::Exposure => Basis::Exposure,
        Of::Sales => Basis::Sales,
    };
    let holding = |name| messages::holding(name, it.total.currency());
    proto::Concentration {
        dimension: dimension.into(),
        basis: basis.into(),
        total_amount: Some(money(it.total)),
        name_count: number(u64::try_from(it.count).unwrap_or(u64::MAX)),
        top_names: it.top.iter().map(holding).collect(),
        single_names: it.single_names.iter().map(holding).collect(),
        left_out_amount: Some(money(it.left_out)),
        figures: messages::figures(&it.figures),
    }
}

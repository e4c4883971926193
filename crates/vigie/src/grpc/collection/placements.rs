//! `ListPlacements`: what was given to collectors, by customer and as it was planned, page by page.

use ::collection::Policy;
use api::collection::{self as proto, placement::State};
use chrono::NaiveDate;
use events::{CustomerId, PlacementId, Reference};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    fields::{Fields, Read},
    messages::number,
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
};

/// Where a placement stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    customer: CustomerId,
    planned_on: NaiveDate,
    placement: PlacementId,
}

pub(super) async fn list_placements(
    api: &Api,
    request: proto::ListPlacementsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListPlacementsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, collector, states, customer)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let collector = fields.optional::<Reference>("collector", &it.collector);
            let states = states(fields, &it.states);
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, collector?, states?, customer?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        let by = messages::By { policy: &policy, on };
        for (customer, collection) in &customers {
            for it in collection.placements() {
                let wanted = collector.as_ref().is_none_or(|name| *name == it.placement.collector);
                if wanted && (states.is_empty() || states.contains(&messages::state(&it))) {
                    let place = Place {
                        customer: customer.clone(),
                        planned_on: it.placement.planned_on,
                        placement: it.placement.placement.clone(),
                    };
                    rows.push((place, messages::placed(customer, &it, by)));
                }
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListPlacementsResponse {
        placements: rows.into_iter().map(|(_, it)| it).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

/// The states that are wanted; none: all.
fn states(fields: &mut Fields, numbers: &[i32]) -> Read<Vec<State>> {
    fields.each("states", numbers, |fields, field, number| {
        let named = State::try_from(*number).ok().filter(|it| *it != State::Unspecified);
        named.ok_or_else(|| fields.wrong(field, format_args!("{number} is no state")))
    })
}

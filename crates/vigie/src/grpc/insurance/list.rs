//! `ListInsuranceClaims`: claims to insurers, by customer and as they were lodged, page by page.

use ::collection::Policy;
use api::collection::{self as proto, insurance_claim::State};
use chrono::NaiveDate;
use events::{CustomerId, InsuranceClaimId};
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

/// Where a claim stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    customer: CustomerId,
    lodged_on: NaiveDate,
    claim: InsuranceClaimId,
}

pub(super) async fn list_claims(
    api: &Api,
    request: proto::ListInsuranceClaimsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListInsuranceClaimsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, states, customer)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let states = states(fields, &it.states);
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, states?, customer?))
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
        for (customer, collection) in &customers {
            for it in policy.insurance_claims(collection, on) {
                if states.is_empty() || states.contains(&messages::state(it.state)) {
                    let place = Place {
                        customer: customer.clone(),
                        lodged_on: it.claim.on,
                        claim: it.claim.claim.clone(),
                    };
                    rows.push((place, messages::claim(customer, &it)));
                }
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListInsuranceClaimsResponse {
        claims: rows.into_iter().map(|(_, it)| it).collect(),
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

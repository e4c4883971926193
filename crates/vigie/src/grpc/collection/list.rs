//! `ListCases`: open cases, by customer and as they were opened, page by page. What holds of pages of
//! open items holds of these.

use ::collection::{Policy, view::CaseView};
use api::collection as proto;
use chrono::NaiveDate;
use events::{
    CaseId, CustomerId,
    collection::{Route, Why},
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    messages::number,
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
};

/// Where a case stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    customer: CustomerId,
    opened_on: NaiveDate,
    case: CaseId,
}

pub(super) async fn list_cases(
    api: &Api,
    request: proto::ListCasesRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListCasesResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, reasons, routes, customer)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let reasons = fields
                .each("reasons", &it.reasons, |fields, field, it| fields.word::<Why>(field, *it));
            let routes = fields
                .each("routes", &it.routes, |fields, field, it| fields.word::<Route>(field, *it));
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, reasons?, routes?, customer?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let takes = move |case: &CaseView, is_placed: bool| {
        let route = case.route.as_ref().map(|it| it.route);
        case.closed.is_none()
            && (reasons.is_empty() || reasons.contains(&case.case.why))
            && (routes.is_empty() || route.is_some_and(|it| routes.contains(&it)))
            && it.placed.is_none_or(|placed| placed == is_placed)
    };
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        let by = messages::By { policy: &policy, on };
        for (customer, collection) in customers.iter().filter(|(_, it)| it.has_open_case()) {
            let placements = collection.placements();
            for case in policy.cases(collection, on) {
                let of_case = placements.iter().filter(|it| it.placement.case == case.case.case);
                if takes(&case, of_case.into_iter().any(messages::is_out)) {
                    let place = Place {
                        customer: customer.clone(),
                        opened_on: case.case.opened_on,
                        case: case.case.case.clone(),
                    };
                    rows.push((place, messages::case(customer, &case, &placements, by)));
                }
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListCasesResponse {
        cases: rows.into_iter().map(|(_, it)| it).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

//! `ListRights`: rights of all customers that nothing has kept yet, the nearest last day first, page
//! by page.

use ::collection::{Policy, Standing};
use api::collection as proto;
use chrono::{Days, NaiveDate};
use events::{
    CustomerId,
    collection::{RightKind, RightSubject},
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

/// Where a right stands in a list: those whose time stands still behind all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    stands_still: bool,
    deadline: Option<NaiveDate>,
    customer: CustomerId,
    kind: RightKind,
    subject: RightSubject,
}

pub(super) async fn list_rights(
    api: &Api,
    request: proto::ListRightsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListRightsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, kinds, customer)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let kinds = fields
                .each("kinds", &it.kinds, |fields, field, it| fields.word::<RightKind>(field, *it));
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, kinds?, customer?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let with_lapsed = it.with_lapsed;
    let last =
        it.days.map(|days| on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX));
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        for (customer, collection) in &customers {
            for it in policy.rights(collection, on) {
                let stands = match it.standing {
                    Standing::Runs => true,
                    Standing::Lapsed => with_lapsed,
                    Standing::Secured(_) => false,
                };
                let near = last.is_none_or(|last| it.deadline.is_some_and(|it| it <= last));
                if stands && near && (kinds.is_empty() || kinds.contains(&it.kind)) {
                    let place = Place {
                        stands_still: it.deadline.is_none(),
                        deadline: it.deadline,
                        customer: customer.clone(),
                        kind: it.kind,
                        subject: it.subject.clone(),
                    };
                    rows.push((place, messages::right(customer, &it, on)));
                }
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListRightsResponse {
        rights: rows.into_iter().map(|(_, it)| it).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

//! `ListWorklist`: what persons have to do, the most pressing first, page by page.

use ::dunning::{
    Policy,
    view::worklist::{Rank, TaskKind},
};
use api::dunning as proto;
use events::CustomerId;
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    messages::number,
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
};

pub(super) async fn list_worklist(
    api: &Api,
    request: proto::ListWorklistRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListWorklistResponse, Explanation> {
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
            let token = page::token::<(i32, CustomerId)>(fields, &it.page_token, &asked);
            let kinds = fields
                .each("kinds", &it.kinds, |fields, field, it| fields.word::<TaskKind>(field, *it));
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, kinds?, customer?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    let after = after.map(|(points, customer)| Rank::new(points, customer));
    as_of.on = pinned.flatten().or(as_of.on);
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        for (customer, dunning) in customers {
            let Some(work) = policy.work(&dunning, on) else { continue };
            if kinds.is_empty() || work.tasks.iter().any(|it| kinds.contains(&it.kind)) {
                rows.push((Rank::new(work.points, customer), work));
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|it| {
        let after = (it.points(), it.customer().clone());
        Token { after, pinned: Some(on) }.write(&asked)
    });
    Ok(proto::ListWorklistResponse {
        items: rows.iter().map(|(rank, it)| messages::work(rank.customer(), it)).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

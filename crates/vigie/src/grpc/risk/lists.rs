//! Orders, limits and guarantees of every customer, page by page.

use std::sync::Arc;

use api::risk::{self as proto, filed_limit, order};
use chrono::NaiveDate;
use events::{CustomerId, Reference};
use prost::Message;
use risk::{Policy, Risk};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use super::{file, messages, policy_as_of};
use crate::grpc::{
    Api,
    page::{self, Cut, Token},
    queries::AsOf,
    status::Explanation,
};

/// A page out of everything there is: where each row stands among the others, and of whom it is.
struct Page<'a, K> {
    rows: Vec<(K, &'a Risk)>,
    total_size: i64,
    next_page_token: String,
}

/// The rows behind the token's. They are few words each: what is told of them is worked out for those
/// of the page only.
fn page<'a, K: Ord + Clone + Serialize + DeserializeOwned>(
    rows: Vec<(K, &'a Risk)>,
    size: usize,
    token: Option<&Token<K>>,
    asked: &impl Message,
) -> Page<'a, K> {
    let Cut { rows, next, count } = page::cut(rows, token.map(|it| &it.after), size);
    let total_size = i64::try_from(count).unwrap_or(i64::MAX);
    let next = next.map(|after| Token { after, pinned: None }.write(asked));
    Page { rows, total_size, next_page_token: next.unwrap_or_default() }
}

/// Where anything else stands: whose it is, and its id.
type Place = (CustomerId, String);

/// Where an order stands among the others: the day is that of the beginning of time where it plays
/// no part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct OrderPlace(NaiveDate, CustomerId, Reference);

pub(super) async fn orders(
    api: &Api,
    mut request: proto::ListOrdersRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListOrdersResponse, Explanation> {
    let (page_size, page_token) =
        (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let (tenant_id, as_of) = (request.tenant_id.clone(), request.as_of.clone());
    let min_position = request.min_position.take();
    let (tenant, as_of, (customer, held, by_day, size, token)) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            let customer = fields.optional("customer_id", &request.customer_id);
            let held = match order::State::try_from(request.state) {
                Ok(order::State::Unspecified) => Ok(None),
                Ok(order::State::Accepted) => Ok(Some(false)),
                Ok(order::State::Held) => Ok(Some(true)),
                Err(_) => Err(fields.wrong("state", "is no value that this release knows")),
            };
            let by_day = match request.order_by.trim() {
                "" | "customer_id" => Ok(false),
                "state_date" => Ok(true),
                _ => Err(fields.wrong("order_by", "is one of customer_id, state_date")),
            };
            let size = page::size(fields, page_size);
            let token = page::token::<OrderPlace>(fields, &page_token, &request);
            Ok((customer?, held?, by_day?, size?, token?))
        })?;
    let everybody = as_of.everybody::<Policy>(api, &tenant).await?;
    let (policy, ..) = policy_as_of(&tenant, &as_of).await?;
    let mut rows = Vec::new();
    for (id, risk) in meant(&everybody.customers, customer.as_ref()) {
        for (order, it) in risk.orders().filter(|(_, it)| held.is_none_or(|held| it.held == held)) {
            let day = if by_day { it.since } else { NaiveDate::MIN };
            rows.push((OrderPlace(day, id.clone(), order.clone()), risk));
        }
    }
    let Page { rows, total_size, next_page_token } = page(rows, size, token.as_ref(), &request);
    let told = |(OrderPlace(_, id, order), risk): &(OrderPlace, &Risk)| {
        let view = policy.order(risk, order, everybody.on)?;
        let order = Some(messages::order(&view));
        Some(proto::ListedOrder { customer_id: id.to_string(), order })
    };
    Ok(proto::ListOrdersResponse {
        orders: rows.iter().filter_map(told).collect(),
        next_page_token,
        total_size,
        position: Some(everybody.position()),
        effective_date: Some(everybody.effective_date()),
    })
}

pub(super) async fn limits(
    api: &Api,
    mut request: proto::ListLimitsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListLimitsResponse, Explanation> {
    let (page_size, page_token) =
        (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let (tenant_id, as_of) = (request.tenant_id.clone(), request.as_of.clone());
    let min_position = request.min_position.take();
    let (tenant, as_of, (customer, state, size, token)) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            let customer = fields.optional("customer_id", &request.customer_id);
            let state = filed_limit::State::try_from(request.state);
            let state =
                state.map_err(|_| fields.wrong("state", "is no value that this release knows"));
            let size = page::size(fields, page_size);
            let token = page::token::<Place>(fields, &page_token, &request);
            Ok((customer?, state?, size?, token?))
        })?;
    let everybody = as_of.everybody::<Policy>(api, &tenant).await?;
    let mut rows = Vec::new();
    for (id, risk) in meant(&everybody.customers, customer.as_ref()) {
        for it in risk.filed_limits() {
            let so_far = state == filed_limit::State::Unspecified || file::state(&it) == state;
            if so_far {
                rows.push(((id.clone(), it.limit.limit.to_string()), risk));
            }
        }
    }
    let Page { rows, total_size, next_page_token } = page(rows, size, token.as_ref(), &request);
    let told = |((id, limit), risk): &(Place, &Risk)| {
        let it = risk.filed_limits().find(|it| it.limit.limit.as_str() == limit)?;
        let limit = Some(file::limit(id, &it));
        Some(proto::ListedLimit { customer_id: id.to_string(), limit })
    };
    Ok(proto::ListLimitsResponse {
        limits: rows.iter().filter_map(told).collect(),
        next_page_token,
        total_size,
        position: Some(everybody.position()),
        effective_date: Some(everybody.effective_date()),
    })
}

pub(super) async fn guarantees(
    api: &Api,
    mut request: proto::ListGuaranteesRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListGuaranteesResponse, Explanation> {
    let (page_size, page_token) =
        (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let (tenant_id, as_of) = (request.tenant_id.clone(), request.as_of.clone());
    let min_position = request.min_position.take();
    let (tenant, as_of, (customer, until, size, token)) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            let customer = fields.optional("customer_id", &request.customer_id);
            let until = fields.optional_date("valid_until_date_max", request.valid_until_date_max);
            let size = page::size(fields, page_size);
            let token = page::token::<Place>(fields, &page_token, &request);
            Ok((customer?, until?, size?, token?))
        })?;
    let everybody = as_of.everybody::<Policy>(api, &tenant).await?;
    let mut rows = Vec::new();
    for (id, risk) in meant(&everybody.customers, customer.as_ref()) {
        for it in risk.filed_guarantees(everybody.on) {
            let ends = until
                .is_none_or(|until| it.guarantee.holds_until.is_some_and(|last| last <= until));
            if ends && (it.in_force || !request.in_force_only) {
                rows.push(((id.clone(), it.guarantee.guarantee.to_string()), risk));
            }
        }
    }
    let Page { rows, total_size, next_page_token } = page(rows, size, token.as_ref(), &request);
    let told = |((id, guarantee), risk): &(Place, &Risk)| {
        let mut all = risk.filed_guarantees(everybody.on);
        let it = all.find(|it| it.guarantee.guarantee.as_str() == guarantee)?;
        let guarantee = Some(file::guarantee(id, &it));
        Some(proto::ListedGuarantee { customer_id: id.to_string(), guarantee })
    };
    Ok(proto::ListGuaranteesResponse {
        guarantees: rows.iter().filter_map(told).collect(),
        next_page_token,
        total_size,
        position: Some(everybody.position()),
        effective_date: Some(everybody.effective_date()),
    })
}

/// Everybody, or the one who is meant.
fn meant<'a>(
    everybody: &'a [(CustomerId, Arc<Risk>)],
    only: Option<&'a CustomerId>,
) -> impl Iterator<Item = (&'a CustomerId, &'a Risk)> {
    let meant = everybody.iter().filter(move |(id, _)| only.is_none_or(|only| only == id));
    meant.map(|(id, risk)| (id, &**risk))
}

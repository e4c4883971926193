//! `GetGroupExposure`: what is at stake with a group as one debtor.

use ::risk::portfolio::group::GroupExposure;
use api::risk as proto;
use events::CustomerId;
use invoicing::Subject;
use tokio::time::Instant;

use super::{Answer, Heading, each};
use crate::grpc::{Api, fields::money, queries::compute, risk::exposure, status::Explanation};

pub(super) async fn get_group_exposure(
    api: &Api,
    request: proto::GetGroupExposureRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetGroupExposureResponse> {
    let proto::GetGroupExposureRequest { tenant_id, customer_id, as_of, min_position } = request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, head) = heading
        .over(api, deadline, |fields| fields.text::<CustomerId>("customer_id", &customer_id))
        .await?;
    let (policy, customers, on) =
        (portfolio.policy.clone(), portfolio.customers.clone(), portfolio.on);
    let found = compute(move || GroupExposure::of(&policy, each(&customers), &head, on)).await??;
    if found.members.is_empty() {
        return Err(Explanation::not_found(Subject::Customer, &customer_id));
    }
    let member = |(customer, it): (&CustomerId, &::risk::Exposure)| proto::GroupMember {
        customer_id: customer.to_string(),
        exposure: Some(exposure(it)),
    };
    Ok(proto::GetGroupExposureResponse {
        members: found.members.iter().map(member).collect(),
        total_amount: Some(money(found.total)),
        unsecured_amount: Some(money(found.unsecured)),
        limit_amount: found.limit.map(money),
        headroom_amount: found.headroom.map(money),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

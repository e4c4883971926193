//! `GetAdvice`: by which ways a case may go on, by the table of rules and what the tenant's own closed
//! cases taught, of all its partitions.

use ::collection::{Advice, Experience, Policy};
use api::collection as proto;
use events::{CaseId, CustomerId};
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    fields::{day, money},
    queries::{AsOf, compute},
    status::{Explain as _, Explanation},
    words::Word as _,
};

pub(super) async fn get_advice(
    api: &Api,
    request: proto::GetAdviceRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetAdviceResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, case)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let case = fields.text::<CaseId>("case_id", &it.case_id);
            Ok((customer?, case?))
        })?;
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, on) = (all.position(), all.on);
    let found = all.customers.iter().find(|(id, _)| *id == customer);
    let collection = found
        .map(|(_, it)| it.clone())
        .filter(|it| it.is_known())
        .ok_or_else(|| Explanation::not_found(invoicing::Subject::Customer, customer.as_str()))?;
    let customers = all.customers;
    let named = (customer, case.clone());
    let told = compute(move || {
        let (customer, case) = named;
        let mut experience = Experience::default();
        for (_, it) in &customers {
            experience.add(it);
        }
        let routes = policy.advise(&collection, &case, &experience, on)?;
        let by = messages::By { policy: &policy, on };
        let view = policy.case(&collection, &case, on)?;
        let view = messages::case(&customer, &view, &collection.placements(), by);
        Some((routes.iter().map(advice).collect(), view))
    })
    .await?;
    let (routes, view) = told.ok_or_else(|| ::collection::Refusal::NoCase(case).explain())?;
    Ok(proto::GetAdviceResponse {
        routes,
        case: Some(view),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

fn advice(it: &Advice) -> proto::RouteAdvice {
    let rules = it.because.iter().map(|(circumstance, verdict)| proto::RouteRule {
        circumstance: circumstance.number(),
        verdict: verdict.number(),
    });
    proto::RouteAdvice {
        route: it.route.number(),
        possible: it.is_open(),
        rules: rules.collect(),
        cost_amounts: it.cost.iter().map(|it| money(*it)).collect(),
        brings_amounts: it.brings.iter().map(|it| money(*it)).collect(),
        days: it.days.into(),
        learned_cases: it.learned_from,
        rights_at_risk: it.at_risk.iter().map(|it| it.number()).collect(),
    }
}

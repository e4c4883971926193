//! `vigie.collection.v1.InsuranceService`: every method, and where it is answered.

mod convert;
mod list;
mod messages;

use ::collection::{ClaimRefusal, Policy};
use api::collection::{self as proto, insurance_service_server::InsuranceService};
use events::{CustomerId, InsuranceClaimId, InvoiceId};
use tokio::time::Instant;

use super::{
    Api,
    fields::{day, money},
    method,
    queries::{AsOf, One},
    status::{Explain as _, Explanation},
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

method::service! {
    InsuranceService of Policy {
        commands {
            lodge_insurance_claim
                LodgeInsuranceClaimRequest LodgeInsuranceClaimResponse LodgeInsuranceClaim
                convert::lodge;
            answer_insurance_claim
                AnswerInsuranceClaimRequest AnswerInsuranceClaimResponse AnswerInsuranceClaim
                convert::answer;
            record_indemnity
                RecordIndemnityRequest RecordIndemnityResponse RecordIndemnity convert::indemnity;
            record_share RecordShareRequest RecordShareResponse RecordShare convert::share;
            withdraw_insurance_claim
                WithdrawInsuranceClaimRequest WithdrawInsuranceClaimResponse WithdrawInsuranceClaim
                convert::withdraw;
        }
        questions {
            get_indemnity GetIndemnityRequest GetIndemnityResponse get_indemnity;
            get_insurance_claim
                GetInsuranceClaimRequest GetInsuranceClaimResponse get_insurance_claim;
            list_insurance_claims
                ListInsuranceClaimsRequest ListInsuranceClaimsResponse list::list_claims;
        }
    }
}

async fn get_indemnity(
    api: &Api,
    request: proto::GetIndemnityRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetIndemnityResponse, Explanation> {
    let proto::GetIndemnityRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let One { policy, state, position, on } = as_of.one::<Policy>(&tenant, &customer).await?;
    if !state.is_known() {
        return Err(Explanation::not_found(invoicing::Subject::Customer, customer.as_str()));
    }
    let view = policy.indemnity(&state, on);
    Ok(proto::GetIndemnityResponse {
        invoices: view.lines.iter().map(messages::invoice).collect(),
        sums: view.sums.iter().map(messages::sum).collect(),
        unallocated_amounts: view.unallocated.iter().map(|it| money(*it)).collect(),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

async fn get_insurance_claim(
    api: &Api,
    request: proto::GetInsuranceClaimRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetInsuranceClaimResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, id)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let claim = fields.text::<InsuranceClaimId>("claim_id", &it.claim_id);
            Ok((customer?, claim?))
        })?;
    let One { policy, state, position, on } = as_of.one::<Policy>(&tenant, &customer).await?;
    let claims = policy.insurance_claims(&state, on);
    let claim = claims.into_iter().find(|it| it.claim.claim == id);
    let claim =
        claim.ok_or_else(|| ::collection::Refusal::from(ClaimRefusal::Unknown(id)).explain())?;
    let insured = policy.indemnity(&state, claim.claim.on).lines;
    let claimed = |invoice: &InvoiceId| claim.claim.lines.iter().any(|it| it.invoice == *invoice);
    let duties = policy.duties(&state, &claim.claim, on);
    let acts = state.acts_and_claims();
    let reminders = state.dunning().sent().filter(|it| it.on <= on);
    Ok(proto::GetInsuranceClaimResponse {
        invoices: insured.iter().filter(|it| claimed(&it.invoice)).map(messages::invoice).collect(),
        duties: duties.iter().map(|it| messages::duty(it, &acts)).collect(),
        reminders: reminders.filter_map(|it| messages::reminder(&it, &claim.claim)).collect(),
        claim: Some(messages::claim(&customer, &claim)),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

//! `vigie.collection.v1.InsolvencyService`: what an insolvency asks of a creditor, and its papers.

mod messages;
mod tax;

use std::sync::Arc;

use ::collection::{Collection, Fact, Policy, insolvency::Declaration};
use api::collection::{self as proto, insolvency_service_server::InsolvencyService};
use decider::Fold as _;
use events::{
    CustomerId, NoticeId, Sequence,
    collection::{ActKind, Event},
};
use letters::Document;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use crate::{
    deeds::{self, Parties},
    grpc::{
        Api, deadline,
        fields::day,
        queries::{AsOf, One, compute},
        status::Explanation,
    },
    sending::Company,
    tenants::Tenant,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

type Answer<T> = Result<T, Explanation>;

/// The most lines of an address.
const ADDRESSEE_LINES_MAX: usize = 9;

#[tonic::async_trait]
impl InsolvencyService for Service {
    async fn get_claim_declaration(
        &self,
        request: Request<proto::GetClaimDeclarationRequest>,
    ) -> Result<Response<proto::GetClaimDeclarationResponse>, Status> {
        let deadline = deadline(&request);
        Ok(Response::new(declaration(&self.0, request.into_inner(), deadline).await?))
    }

    async fn get_insolvency_plans(
        &self,
        request: Request<proto::GetInsolvencyPlansRequest>,
    ) -> Result<Response<proto::GetInsolvencyPlansResponse>, Status> {
        let deadline = deadline(&request);
        Ok(Response::new(plans(&self.0, request.into_inner(), deadline).await?))
    }

    async fn get_vat_relief(
        &self,
        request: Request<proto::GetVatReliefRequest>,
    ) -> Result<Response<proto::GetVatReliefResponse>, Status> {
        let deadline = deadline(&request);
        Ok(Response::new(vat_relief(&self.0, request.into_inner(), deadline).await?))
    }
}

fn known(state: &Collection, customer: &CustomerId) -> Answer<()> {
    if state.is_known() {
        Ok(())
    } else {
        Err(Explanation::not_found(invoicing::Subject::Customer, customer.as_str()))
    }
}

async fn declaration(
    api: &Api,
    it: proto::GetClaimDeclarationRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetClaimDeclarationResponse> {
    let (tenant, as_of, (customer, notice)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let notice = fields.text::<NoticeId>("notice_id", &it.notice_id);
            let lines = &it.addressee_lines;
            let blank = lines.iter().any(|it| it.trim().is_empty() || it.chars().count() > 200);
            let fits = lines.len() <= ADDRESSEE_LINES_MAX && !blank;
            let wrong = "a name and at most 8 lines, none of them empty or over 200 characters";
            let addressee = if fits { Ok(()) } else { Err(fields.wrong("addressee_lines", wrong)) };
            addressee.and(Ok((customer?, notice?)))
        })?;
    let One { policy, state, position, on } = as_of.one::<Policy>(&tenant, &customer).await?;
    known(&state, &customer)?;
    let told = policy.declaration(&state, &notice, on).filter(|it| it.judged_on <= on);
    let told = told.ok_or_else(|| Explanation::no_judgment(&notice))?;
    let declared = declared(&as_of, &tenant, &policy, &customer, &told).await?;
    let differences = declared.map(|it| told.differences(&it)).unwrap_or_default();
    let pdf = if it.with_pdf {
        let parties = parties(api, &tenant, &customer, &state).await?;
        let (told, addressee) = (told.clone(), it.addressee_lines);
        paper(move || Some(deeds::claim(&parties, &told, &addressee, on))).await?
    } else {
        Vec::new()
    };
    Ok(proto::GetClaimDeclarationResponse {
        declaration: Some(messages::declaration(&told)),
        differences: differences.iter().map(messages::difference).collect(),
        pdf,
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

/// What was to be declared by what was known when the claim was last declared; none if it was not.
async fn declared(
    as_of: &AsOf,
    tenant: &Tenant,
    policy: &Policy,
    customer: &CustomerId,
    told: &Declaration,
) -> Answer<Option<Declaration>> {
    if told.acts.is_empty() {
        return Ok(None);
    }
    let hosts = tenant.host::<Policy>(customer);
    let (partition, host) = hosts.ok_or_else(|| Explanation::role_elsewhere("collection"))?;
    let until = match as_of.until(partition, host).await? {
        Some(until) => until,
        None => host.read(|books| books.position)?,
    };
    let stands = |it: &events::collection::Act| told.acts.iter().any(|act| act.act == it.act);
    let (mut state, mut last) = (Collection::default(), None);
    for moment in host.history(customer, Sequence::START, until).await? {
        state.stands_in(Some(moment.sequence.0));
        for fact in &moment.decision.events {
            state.evolve(fact);
            if let Fact::Collection(Event::ActRecorded(it)) = fact
                && it.kind == ActKind::ClaimDeclared
                && stands(it)
            {
                last = policy.declaration(&state, &told.notice.notice, told.on);
            }
        }
    }
    Ok(last)
}

async fn plans(
    api: &Api,
    it: proto::GetInsolvencyPlansRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetInsolvencyPlansResponse> {
    let (tenant, as_of, customer) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &it.customer_id)
        })?;
    let One { policy, state, position, on } = as_of.one::<Policy>(&tenant, &customer).await?;
    known(&state, &customer)?;
    let plans = policy.plans(&state, on);
    Ok(proto::GetInsolvencyPlansResponse {
        plans: plans.iter().map(messages::plan).collect(),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

async fn vat_relief(
    api: &Api,
    it: proto::GetVatReliefRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetVatReliefResponse> {
    let (tenant, as_of, customer) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &it.customer_id)
        })?;
    let One::<Policy> { state, position, on, .. } = as_of.one(&tenant, &customer).await?;
    known(&state, &customer)?;
    let lines = state.tax_relief(on);
    let (ready, to_pay_back) = tax::sums(&lines);
    let told = lines.iter().map(tax::line).collect();
    let pdf = if it.with_pdf {
        let parties = parties(api, &tenant, &customer, &state).await?;
        paper(move || deeds::unpaid(&parties, &lines, on)).await?
    } else {
        Vec::new()
    };
    Ok(proto::GetVatReliefResponse {
        lines: told,
        ready_amounts: ready,
        to_pay_back_amounts: to_pay_back,
        pdf,
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

/// Who writes, and who owes: from the tenant's company file and from beside the journal.
async fn parties(
    api: &Api,
    tenant: &Arc<Tenant>,
    customer: &CustomerId,
    state: &Collection,
) -> Answer<Parties> {
    let directory = api.0.companies.as_ref();
    let directory = directory.ok_or_else(|| Explanation::no_company(&tenant.id))?;
    let company = Company::load(directory, &tenant.id).await;
    let company = company.map_err(|it| Explanation::internal("COMPANY_UNREADABLE", it.to_string()));
    let company = company?.ok_or_else(|| Explanation::no_company(&tenant.id))?;
    let contact = tenant.contacts.contact(&tenant.id, customer).await;
    let contact = contact.map_err(|why| Explanation::internal("CONTACTS_UNREADABLE", why))?;
    let known = state.dunning().risk().account().customer();
    let siren = known.and_then(|it| it.siren).map(|it| it.to_string());
    Ok(Parties::new(company.sender, customer.as_str(), contact, siren))
}

/// The file; empty if there is nothing to write.
async fn paper(write: impl FnOnce() -> Option<Document> + Send + 'static) -> Answer<Vec<u8>> {
    let written = compute(move || write().map(|it| letters::typeset(&it)).transpose()).await?;
    let written = written.map_err(|it| Explanation::unwritten(&it.to_string()))?;
    Ok(written.map(|it| it.bytes).unwrap_or_default())
}

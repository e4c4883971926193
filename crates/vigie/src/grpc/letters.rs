//! `vigie.dunning.v1.LettersService`: a reminder as it would leave, and what did leave.

use std::sync::Arc;

use ::dunning::Policy;
use api::{
    dunning::{
        GetLetterRequest, GetLetterResponse, GetReminderPreviewRequest, GetReminderPreviewResponse,
        letters_service_server::LettersService,
    },
    shared::Position,
};
use events::{CustomerId, Hash, Partition};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{
    Api, deadline,
    fields::{Fields, day},
    position,
    queries::compute,
    status::Explanation,
};
use crate::{
    sending::{Company, Writing},
    tenants::Tenant,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

type Answer<T> = Result<T, Explanation>;

#[tonic::async_trait]
impl LettersService for Service {
    async fn get_reminder_preview(
        &self,
        request: Request<GetReminderPreviewRequest>,
    ) -> Result<Response<GetReminderPreviewResponse>, Status> {
        let deadline = deadline(&request);
        Ok(Response::new(preview(&self.0, request.into_inner(), deadline).await?))
    }

    async fn get_letter(
        &self,
        request: Request<GetLetterRequest>,
    ) -> Result<Response<GetLetterResponse>, Status> {
        let deadline = deadline(&request);
        Ok(Response::new(letter(&self.0, request.into_inner(), deadline).await?))
    }
}

/// Whose letters are asked for, once what must have been heard was.
async fn about(
    api: &Api,
    tenant_id: &str,
    customer_id: &str,
    min_position: Option<Position>,
    deadline: Option<Instant>,
) -> Answer<(Arc<Tenant>, CustomerId, Partition)> {
    let tenant = api.named(tenant_id)?;
    let (customer, least) = Fields::read(|fields| {
        let customer = fields.text::<CustomerId>("customer_id", customer_id);
        let least = position::read(fields, "min_position", min_position, &tenant);
        Ok((customer?, least?))
    })
    .map_err(Explanation::fields)?;
    let partition = Partition::of(&customer, tenant.partitions());
    let (_, host) =
        tenant.host::<Policy>(&customer).ok_or_else(|| Explanation::role_elsewhere("dunning"))?;
    if let Some(wanted) = least.get(&partition) {
        position::reach_service(host, partition, *wanted, deadline).await?;
    }
    Ok((tenant, customer, partition))
}

async fn preview(
    api: &Api,
    request: GetReminderPreviewRequest,
    deadline: Option<Instant>,
) -> Answer<GetReminderPreviewResponse> {
    let GetReminderPreviewRequest { tenant_id, customer_id, min_position } = request;
    let (tenant, customer, partition) =
        about(api, &tenant_id, &customer_id, min_position, deadline).await?;
    let (_, host) =
        tenant.host::<Policy>(&customer).ok_or_else(|| Explanation::role_elsewhere("dunning"))?;
    let (state, policy, on, at) = host.read(|books| {
        let state = books.customer(&customer).map(|it| it.state.clone()).unwrap_or_default();
        (state, books.policy.clone(), books.today, books.position)
    })?;
    let pending = state.pending().ok_or_else(|| Explanation::no_reminder(&customer))?;
    let directory = api.0.companies.as_ref();
    let directory = directory.ok_or_else(|| Explanation::no_company(&tenant.id))?;
    let company = Company::load(directory, &tenant.id).await;
    let company = company.map_err(|it| Explanation::internal("COMPANY_UNREADABLE", it.to_string()));
    let company = company?.ok_or_else(|| Explanation::no_company(&tenant.id))?;
    let contact = tenant.contacts.contact(&tenant.id, &customer).await;
    let contact = contact.map_err(|why| Explanation::internal("CONTACTS_UNREADABLE", why))?;
    let reminder = pending.reminder.clone();
    let whose = tenant.id.clone();
    let written = compute(move || {
        let writing = Writing {
            company: &company,
            policy: &policy,
            dunning: &state,
            tenant: &whose,
            customer: &customer,
            contact: &contact.unwrap_or_default(),
            reminder: &pending.reminder,
            channel: pending.channel,
            on,
        };
        writing.write()
    });
    let written = written.await?.map_err(|it| Explanation::unwritten(&it.to_string()))?;
    Ok(GetReminderPreviewResponse {
        reminder_id: reminder.reminder.to_string(),
        template: written.template,
        language_code: written.language.as_str().to_owned(),
        subject: written.rendered.subject,
        text: written.rendered.text,
        html: written.rendered.html,
        pdf: written.pdf.map(|it| it.bytes).unwrap_or_default(),
        effective_date: Some(day(on)),
        position: Some(position::of_one(partition, at)),
    })
}

async fn letter(
    api: &Api,
    request: GetLetterRequest,
    deadline: Option<Instant>,
) -> Answer<GetLetterResponse> {
    let GetLetterRequest { tenant_id, customer_id, hash, min_position } = request;
    let (tenant, customer, partition) =
        about(api, &tenant_id, &customer_id, min_position, deadline).await?;
    let hash = Fields::read(|fields| fields.text::<Hash>("hash", &hash));
    let hash = hash.map_err(Explanation::fields)?;
    let kept = match &api.0.shelf {
        Some(shelf) => shelf.get(&tenant.id, &customer, hash).await,
        None => Ok(None),
    };
    let kept = kept.map_err(|why| Explanation::internal("LETTERS_UNREADABLE", why))?;
    let content = kept.ok_or_else(|| Explanation::no_letter(hash))?;
    let (_, host) =
        tenant.host::<Policy>(&customer).ok_or_else(|| Explanation::role_elsewhere("dunning"))?;
    let at = host.read(|books| books.position)?;
    Ok(GetLetterResponse {
        content: content.to_vec(),
        position: Some(position::of_one(partition, at)),
    })
}

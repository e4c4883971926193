//! `vigie.tenant.v1.TenantService`: the companies that are owed, and the days that have begun for
//! them.

use std::{collections::BTreeMap, num::NonZero};

use api::tenant::{
    CreateTenantRequest, CreateTenantResponse, GetDayRequest, GetDayResponse, ListTenantsRequest,
    ListTenantsResponse, OpenDayRequest, OpenDayResponse, tenant_service_server::TenantService,
};
use chrono::NaiveDate;
use clock::Command;
use events::{Partition, Sequence, TenantId};
use tokio::time::{Instant, timeout_at};
use tonic::{Request, Response, Status};

use super::{
    Api,
    fields::{Fields, day},
    page::{self, Token},
    position,
    status::Explanation,
};
use crate::tenants::Tenant;

/// More journals than that are more than one company's receivables need.
const PARTITIONS_MAX: u16 = 256;

#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl TenantService for Service {
    async fn create_tenant(
        &self,
        request: Request<CreateTenantRequest>,
    ) -> Result<Response<CreateTenantResponse>, Status> {
        let CreateTenantRequest { tenant_id, partitions } = request.into_inner();
        let (id, partitions) = Fields::read(|fields| {
            let id = fields.text::<TenantId>("tenant_id", &tenant_id);
            let number = u16::try_from(partitions.max(1)).ok().and_then(NonZero::new);
            let number = number.filter(|it| it.get() <= PARTITIONS_MAX).ok_or_else(|| {
                let why = format_args!("{partitions} are more than {PARTITIONS_MAX}");
                fields.wrong("partitions", why)
            });
            Ok((id?, number?))
        })
        .map_err(Explanation::fields)?;
        let created = self.0.tenants().create(&id, partitions).await;
        let (tenant, changed) = created.map_err(|error| Explanation::from(&error))?;
        Ok(Response::new(CreateTenantResponse {
            position: Some(position::of_tenant(&tenant)),
            changed,
            tenant: Some(described(&tenant)),
        }))
    }

    async fn list_tenants(
        &self,
        request: Request<ListTenantsRequest>,
    ) -> Result<Response<ListTenantsResponse>, Status> {
        let ListTenantsRequest { page_size, page_token } = request.into_inner();
        let (size, token) = Fields::read(|fields| {
            let size = page::size(fields, page_size);
            let token = page::token::<TenantId>(fields, &page_token, &());
            Ok((size?, token?))
        })
        .map_err(Explanation::fields)?;
        let after = token.map(|it| it.after);
        let mut rest = self.0.tenants().all();
        rest.retain(|it| after.as_ref().is_none_or(|after| it.id > *after));
        let page: Vec<_> = rest.iter().take(size).collect();
        let next = page.last().filter(|_| rest.len() > size);
        Ok(Response::new(ListTenantsResponse {
            tenants: page.iter().map(|it| described(it)).collect(),
            next_page_token: next
                .map(|it| Token { after: it.id.clone(), pinned: None }.write(&()))
                .unwrap_or_default(),
        }))
    }

    async fn open_day(
        &self,
        request: Request<OpenDayRequest>,
    ) -> Result<Response<OpenDayResponse>, Status> {
        let deadline = super::deadline(&request);
        let OpenDayRequest { tenant_id, date } = request.into_inner();
        let (id, date) = Fields::read(|fields| {
            let id = fields.text::<TenantId>("tenant_id", &tenant_id);
            let date = fields.date("date", date);
            Ok((id?, date?))
        })
        .map_err(Explanation::fields)?;
        let tenant = self.0.tenant(&id)?;
        let (sequences, changed) = open(&tenant, date, deadline).await?;
        for (partition, part) in (0..).map(Partition).zip(&tenant.parts) {
            let sequence = sequences.get(&partition).copied().unwrap_or_default();
            for service in part.services() {
                position::reach_service(service, partition, sequence, deadline).await?;
            }
        }
        Ok(Response::new(OpenDayResponse { position: Some(position::of(&sequences)), changed }))
    }

    async fn get_day(
        &self,
        request: Request<GetDayRequest>,
    ) -> Result<Response<GetDayResponse>, Status> {
        let deadline = super::deadline(&request);
        let GetDayRequest { tenant_id, min_position } = request.into_inner();
        let tenant = self.0.named(&tenant_id)?;
        let least =
            Fields::read(|fields| position::read(fields, "min_position", min_position, &tenant));
        let least = least.map_err(Explanation::fields)?;
        position::reach(&tenant, &least, deadline).await?;
        let (mut date, mut sequences) = (NaiveDate::MAX, BTreeMap::new());
        for (partition, today, at) in today(&tenant)? {
            // Open for the tenant is what is open for all of it.
            date = date.min(today);
            sequences.insert(partition, at);
        }
        let date = Some(date).filter(|it| !sequences.is_empty() && *it != NaiveDate::MIN);
        Ok(Response::new(GetDayResponse {
            date: date.map(day),
            position: Some(position::of(&sequences)),
        }))
    }
}

fn described(tenant: &Tenant) -> api::tenant::Tenant {
    api::tenant::Tenant {
        tenant_id: tenant.id.to_string(),
        partitions: u32::from(tenant.partitions()),
        create_time: None,
    }
}

/// Opens a day in every partition: where it stands, and whether it was new to one of them.
async fn open(
    tenant: &Tenant,
    date: NaiveDate,
    deadline: Option<Instant>,
) -> Result<(BTreeMap<Partition, Sequence>, bool), Explanation> {
    let mut waiting = Vec::with_capacity(tenant.parts.len());
    for (partition, part) in (0..).map(Partition).zip(&tenant.parts) {
        let host = part.clock.as_ref().ok_or_else(|| Explanation::role_elsewhere("clock"))?;
        host.read(|_| ())?;
        let answer = host.submit(None, Command::Open(date), None, None).await?;
        waiting.push((partition, host, answer));
    }
    let (mut sequences, mut changed) = (BTreeMap::new(), false);
    for (partition, host, answer) in waiting {
        let answer = match deadline {
            None => answer.await,
            Some(at) => match timeout_at(at, answer).await {
                Ok(answer) => answer,
                Err(_) => return Err(Explanation::late_because(&host.status().borrow())),
            },
        };
        let done = answer?;
        changed |= !done.events.is_empty();
        sequences.insert(partition, done.position);
    }
    Ok((sequences, changed))
}

/// The day of every partition, from whoever hears all others of it here.
fn today(tenant: &Tenant) -> Result<Vec<(Partition, NaiveDate, Sequence)>, Explanation> {
    let mut days = Vec::with_capacity(tenant.parts.len());
    for (partition, part) in (0..).map(Partition).zip(&tenant.parts) {
        let Some(service) = part.last() else { continue };
        let (date, at) = service.today()?;
        days.push((partition, date, at));
    }
    Ok(days)
}

//! `vigie.alerts.v1.AlertsService`: every method, and where it is answered.

mod convert;
mod list;
mod messages;
mod watch;

use std::sync::Arc;

use ::alerts::{Alerts, Command, Policy};
use api::alerts::{self as proto, alerts_service_server::AlertsService};
use chrono::NaiveDate;
use decider::Fold as _;
use events::{AlertId, CustomerId, Sequence};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{
    Api, deadline,
    decide::{Heading, decide},
    fields::{Fields, Read, day},
    position,
    queries::AsOf,
    service::Out,
    status::Explanation,
};
use crate::{intake::Taken, tenants::Tenant};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// A request with one command in it.
trait OfCommand {
    type Item;
    type Answer;
    fn parts(self) -> (Heading, Option<Self::Item>);
    fn read(fields: &mut Fields, item: Self::Item) -> Read<Command>;
    fn answer(position: api::shared::Position, changed: bool) -> Self::Answer;
}

async fn take<R: OfCommand>(api: &Api, request: Request<R>) -> Result<R::Answer, Status> {
    let deadline = deadline(&request);
    let (heading, item) = request.into_inner().parts();
    let (tenant, asked) = heading.over(api, item, R::read)?;
    let (Taken { position, events }, _) = decide::<Policy>(&tenant, asked, deadline).await?;
    Ok(R::answer(position::of(&position), !events.is_empty()))
}

macro_rules! service {
    ($($method:ident $asks:ident $answers:ident $item:ident $read:ident;)+) => {
        $(impl OfCommand for proto::$asks {
            type Item = proto::$item;
            type Answer = proto::$answers;

            fn parts(self) -> (Heading, Option<Self::Item>) {
                let Self { tenant_id, request_id, actor_id, command } = self;
                (Heading { tenant_id, request_id, actor_id }, command)
            }

            fn read(fields: &mut Fields, item: Self::Item) -> Read<Command> {
                convert::$read(fields, &item)
            }

            fn answer(position: api::shared::Position, changed: bool) -> Self::Answer {
                proto::$answers { position: Some(position), changed }
            }
        })+

        #[tonic::async_trait]
        impl AlertsService for Service {
            $(async fn $method(
                &self,
                request: Request<proto::$asks>,
            ) -> Result<Response<proto::$answers>, Status> {
                take(&self.0, request).await.map(Response::new)
            })+

            async fn get_alert(
                &self,
                request: Request<proto::GetAlertRequest>,
            ) -> Result<Response<proto::GetAlertResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(get_alert(&self.0, request.into_inner(), deadline).await?))
            }

            async fn list_alerts(
                &self,
                request: Request<proto::ListAlertsRequest>,
            ) -> Result<Response<proto::ListAlertsResponse>, Status> {
                let deadline = deadline(&request);
                let answer = list::list_alerts(&self.0, request.into_inner(), deadline);
                Ok(Response::new(answer.await?))
            }

            type WatchAlertsStream = Out<proto::WatchAlertsResponse>;

            async fn watch_alerts(
                &self,
                request: Request<proto::WatchAlertsRequest>,
            ) -> Result<Response<Self::WatchAlertsStream>, Status> {
                watch::watch_alerts(&self.0, request).map(Response::new)
            }
        }
    };
}

service! {
    adopt_alert_policy AdoptAlertPolicyRequest AdoptAlertPolicyResponse AlertPolicy policy;
    acknowledge_alert AcknowledgeAlertRequest AcknowledgeAlertResponse AcknowledgeAlert acknowledge;
    assign_alert AssignAlertRequest AssignAlertResponse AssignAlert assign;
}

async fn get_alert(
    api: &Api,
    request: proto::GetAlertRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetAlertResponse, Explanation> {
    let proto::GetAlertRequest { tenant_id, customer_id, alert_id, as_of, min_position } = request;
    let (tenant, as_of, (customer, alert)) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            let customer = fields.optional::<CustomerId>("customer_id", &customer_id);
            let alert = fields.text::<AlertId>("alert_id", &alert_id);
            Ok((customer?, alert?))
        })?;
    let (state, position, on) = if let Some(customer) = &customer {
        known(&tenant, &as_of, customer).await?
    } else {
        let all = as_of.everybody::<Policy>(api, &tenant).await?;
        let position = all.position();
        (all.tenant, position, all.on)
    };
    let found = state.alert(&alert, on).ok_or_else(|| Explanation::no_alert(alert))?;
    Ok(proto::GetAlertResponse {
        alert: Some(messages::alert(customer.as_ref(), &found)),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

/// What was known of a customer, where, and the day it is looked at.
async fn known(
    tenant: &Tenant,
    as_of: &AsOf,
    customer: &CustomerId,
) -> Result<(Arc<Alerts>, api::shared::Position, NaiveDate), Explanation> {
    let (partition, host) =
        tenant.host::<Policy>(customer).ok_or_else(|| Explanation::role_elsewhere("alerts"))?;
    let (state, at, today) = match as_of.until(partition, host).await? {
        None => host.read(|books| {
            let state = books.customer(customer).map(|it| it.state.clone());
            (state.unwrap_or_default(), books.position, books.today)
        })?,
        Some(until) => {
            let moments = host.history(customer, Sequence::START, until).await?;
            let mut state = Alerts::default();
            for fact in moments.iter().flat_map(|it| &it.decision.events) {
                state.evolve(fact);
            }
            (Arc::new(state), until, host.read(|books| books.day_at(until))?)
        }
    };
    Ok((state, position::of_one(partition, at), as_of.day(host, at, today).await?))
}

//! `vigie.alerts.v1.AlertsService`: every method, and where it is answered.

mod convert;
mod list;
mod messages;
mod watch;

use std::sync::Arc;

use ::alerts::{Alerts, Policy};
use api::alerts::{self as proto, alerts_service_server::AlertsService};
use chrono::NaiveDate;
use decider::Fold as _;
use events::{AlertId, CustomerId, Sequence};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{Api, fields::day, method, position, queries::AsOf, service::Out, status::Explanation};
use crate::tenants::Tenant;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

method::service! {
    AlertsService of Policy {
        commands {
            adopt_alert_policy
                AdoptAlertPolicyRequest AdoptAlertPolicyResponse AlertPolicy convert::policy;
            acknowledge_alert
                AcknowledgeAlertRequest AcknowledgeAlertResponse AcknowledgeAlert
                convert::acknowledge;
            assign_alert AssignAlertRequest AssignAlertResponse AssignAlert convert::assign;
        }
        questions {
            get_alert GetAlertRequest GetAlertResponse get_alert;
            list_alerts ListAlertsRequest ListAlertsResponse list::list_alerts;
        }

        type WatchAlertsStream = Out<proto::WatchAlertsResponse>;

        async fn watch_alerts(
            &self,
            request: Request<proto::WatchAlertsRequest>,
        ) -> Result<Response<Self::WatchAlertsStream>, Status> {
            watch::watch_alerts(&self.0, request).map(Response::new)
        }
    }
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

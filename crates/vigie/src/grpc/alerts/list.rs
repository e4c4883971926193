//! `ListAlerts`: by customer, kind and subject, page by page. What holds of pages of open items holds
//! of these.

use std::sync::Arc;

use alerts::{
    Alerts, Policy,
    view::{AlertState, AlertView},
};
use api::alerts::{self as proto, alert::State};
use chrono::NaiveDate;
use events::{
    ActorId, AlertId, CustomerId,
    alerts::{Kind, Severity},
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    fields::{Fields, Read},
    messages::number,
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
};

/// Which alerts are wanted, of those that meet it.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) severity_min: Option<Severity>,
    /// None: all.
    pub(super) kinds: Vec<Kind>,
    pub(super) customer: Option<CustomerId>,
}

impl Wanted {
    pub(super) fn read(
        fields: &mut Fields,
        severity_min: i32,
        kinds: &[i32],
        customer: &str,
    ) -> Read<Self> {
        let severity_min = if severity_min == 0 {
            Ok(None)
        } else {
            fields.word::<Severity>("severity_min", severity_min).map(Some)
        };
        let kinds = fields.each("kinds", kinds, |fields, field, it| fields.word(field, *it));
        let customer = fields.optional("customer_id", customer);
        Ok(Self { severity_min: severity_min?, kinds: kinds?, customer: customer? })
    }

    /// Whether one is, by its kind and severity.
    pub(super) fn takes(&self, kind: Kind, severity: Severity) -> bool {
        self.severity_min.is_none_or(|least| least <= severity)
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }

    /// Whether alerts of a customer are; of nobody: those of all customers together.
    pub(super) fn takes_of(&self, customer: Option<&CustomerId>) -> bool {
        self.customer.is_none() || self.customer.as_ref() == customer
    }
}

/// Where an alert stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    /// Nobody's come first: they are of all customers together.
    customer: Option<CustomerId>,
    alert: AlertId,
}

struct Page {
    rows: Vec<(Option<CustomerId>, AlertView)>,
    next: Option<Place>,
    count: usize,
}

type Customers = Vec<(Option<CustomerId>, Arc<Alerts>)>;

impl Page {
    fn of(
        customers: Customers,
        on: NaiveDate,
        takes: impl Fn(&AlertView) -> bool,
        after: Option<&Place>,
        size: usize,
    ) -> Self {
        let mut rows = Vec::new();
        for (customer, alerts) in customers {
            for alert in alerts.alerts(on).filter(|it| takes(it)) {
                let place = Place { customer: customer.clone(), alert: alert.alert.alert.clone() };
                rows.push((place, alert));
            }
        }
        let Cut { rows, next, count } = page::cut(rows, after, size);
        let rows = rows.into_iter().map(|(place, alert)| (place.customer, alert)).collect();
        Self { rows, next, count }
    }
}

pub(super) async fn list_alerts(
    api: &Api,
    request: proto::ListAlertsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListAlertsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, wanted, states, assigned_to)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let wanted = Wanted::read(fields, it.severity_min, &it.kinds, &it.customer_id);
            let states = states(fields, &it.states);
            let assigned_to = fields.optional::<ActorId>("assigned_to", &it.assigned_to);
            Ok((size?, token?, wanted?, states?, assigned_to?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers: Customers = vec![(None, all.tenant)];
    customers.extend(all.customers.into_iter().map(|(id, it)| (Some(id), it)));
    customers.retain(|(id, _)| wanted.takes_of(id.as_ref()));
    let takes = move |it: &AlertView| {
        states.contains(&it.state)
            && wanted.takes(it.alert.kind, it.alert.severity)
            && assigned_to.as_ref().is_none_or(|who| it.assigned_to.as_ref() == Some(who))
    };
    let page = compute(move || Page::of(customers, on, takes, after.as_ref(), size)).await?;
    let next = page.next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListAlertsResponse {
        alerts: page.rows.iter().map(|(id, it)| messages::alert(id.as_ref(), it)).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(page.count).unwrap_or(u64::MAX)),
    })
}

/// The states that are wanted: without any named, all but cleared.
fn states(fields: &mut Fields, numbers: &[i32]) -> Read<Vec<AlertState>> {
    let all = [AlertState::Raised, AlertState::Acknowledged, AlertState::Cleared];
    if numbers.is_empty() {
        return Ok(vec![AlertState::Raised, AlertState::Acknowledged]);
    }
    fields.each("states", numbers, |fields, field, number| {
        let named = State::try_from(*number).ok();
        let found = all.into_iter().find(|it| named == Some(messages::state(*it)));
        found.ok_or_else(|| fields.wrong(field, format_args!("{number} is no state")))
    })
}

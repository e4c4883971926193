//! Business days over NATS: `vigie.ask.<tenant>.clock`, for imports and tests that open them by hand.
//!
//! ```json
//! {"date":"2026-05-29","business_days_only":true}
//! ```
//!
//! is answered `{"position":{"0":58},"changed":true}` once every partition has heard the day and has
//! done what it called for. With `"rest_of":"risk"` those that listen to risk are not waited for: each
//! hears the days one after the other all the same.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_nats::service::{Group, Request};
use chrono::NaiveDate;
use clock::Command;
use events::{Context, Partition, Sequence, date};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::endpoint::{Whole, respond};
use crate::{
    grpc::Explanation,
    refused::Refused,
    survey,
    tenants::{Runs, Tenant},
};

/// Shorter than anybody waits.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(with = "date")]
    date: NaiveDate,
    /// Whether a day the calendar does not know as one is passed over.
    #[serde(default)]
    business_days_only: bool,
    /// The last context, in the order of listening, that is waited for; none: all of them, and the
    /// figures of all customers together.
    rest_of: Option<Context>,
}

#[derive(Serialize)]
struct Opened {
    position: BTreeMap<Partition, Sequence>,
    /// Whether it was opened by this.
    changed: bool,
}

/// Answers for the clock of a tenant, until it is stopped.
pub(super) async fn serve(group: Group, tenant: Arc<Tenant>, stop: CancellationToken) {
    let builder = group.endpoint_builder().name(format!("clock-{}", tenant.id));
    let mut endpoint = match builder.add(format!("{}.clock", tenant.id)).await {
        Ok(endpoint) => endpoint,
        Err(error) => {
            tracing::warn!(tenant = %tenant.id, %error, "days cannot be opened over NATS");
            return;
        }
    };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            request = endpoint.next() => match request {
                Some(request) => answer(&request, &tenant).await,
                None => return,
            }
        }
    }
}

async fn answer(request: &Request, tenant: &Arc<Tenant>) {
    let opened = match serde_json::from_slice::<Asked>(&request.message.payload) {
        Ok(asked) => match timeout(ANSWER_WITHIN, open(tenant, asked)).await {
            Ok(opened) => opened.map_err(Refused::explained),
            Err(_) => Err(Refused::not_now("what the day calls for is not written down yet")),
        },
        Err(error) => Err(Refused::invalid("INVALID_FIELD", "date", error.to_string())),
    };
    match opened {
        Ok(opened) => respond(request, None, &opened).await,
        Err(refused) => respond(request, Some(&refused), &Whole { refused: &refused }).await,
    }
}

async fn open(tenant: &Arc<Tenant>, asked: Asked) -> Result<Opened, Explanation> {
    let Asked { date, business_days_only, rest_of } = asked;
    let command = if business_days_only { Command::Tick(date) } else { Command::Open(date) };
    let mut opened = Opened { position: BTreeMap::new(), changed: false };
    for (partition, part) in (0..).map(Partition).zip(&tenant.parts) {
        let Some(clock) = &part.clock else { return Err(Explanation::role_elsewhere("clock")) };
        let done = clock.ask(None, command, None, None).await.map_err(Explanation::from)?;
        opened.changed |= !done.events.is_empty();
        opened.position.insert(partition, done.position);
    }
    for (partition, part) in (0..).map(Partition).zip(&tenant.parts) {
        let reached = opened.position.entry(partition).or_default();
        let waited_for = |it: &&dyn Runs| rest_of.is_none_or(|last| it.context() <= last);
        for service in part.services().take_while(waited_for) {
            service.reached(*reached).await?;
            // What the day calls for is written down entry by entry, until nothing is called for.
            service.at_rest().await?;
            *reached = service.position().max(*reached);
        }
    }
    if rest_of.is_none() {
        survey::look(tenant).await.map_err(|why| Explanation::internal("SURVEY_FAILED", why))?;
    }
    Ok(opened)
}

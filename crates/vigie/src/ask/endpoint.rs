use std::{sync::Arc, time::Duration};

use api::Code;
use async_nats::{
    HeaderMap,
    service::{Group, NATS_SERVICE_ERROR, NATS_SERVICE_ERROR_CODE, Request, endpoint::Endpoint},
};
use futures::StreamExt as _;
use serde::Serialize;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    cloud_event,
    delivery::{self, Outcome, Settled},
    door::{Named, Settling},
    lead::Lead,
    refused::Refused,
    tenants::Tenant,
};

/// What a tenant's requests may hold in memory before they are answered, in KiB; more are turned
/// away, which is how producers learn to slow down.
const HELD_KIB_MAX: usize = 64 * 1024;

const PAUSE: Duration = Duration::from_secs(1);

/// What travels with a request until it is answered.
type Queued = (Request, OwnedSemaphorePermit);

/// Answers what is asked at a door, for a tenant.
pub(super) struct Answering {
    pub(super) door: &'static Named,
    pub(super) tenant: Arc<Tenant>,
    pub(super) max_payload: usize,
}

impl Answering {
    /// Answers while the tenant is ours.
    pub(super) async fn serve(self, group: Group, mut lead: Lead, stop: CancellationToken) {
        let (context, tenant) = (self.door.context, self.tenant.id.clone());
        let answering = Arc::new(self);
        while !stop.is_cancelled() {
            tokio::select! {
                () = lead.becomes(true) => {}
                () = stop.cancelled() => return,
            }
            let builder = group.endpoint_builder().name(format!("{context}-{tenant}"));
            match builder.add(format!("{tenant}.{context}")).await {
                Ok(endpoint) => answering.clone().answer(endpoint, &mut lead, &stop).await,
                Err(error) => {
                    tracing::warn!(%tenant, %context, %error, "requests cannot be heard");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn answer(
        self: Arc<Self>,
        mut endpoint: Endpoint,
        lead: &mut Lead,
        stop: &CancellationToken,
    ) {
        let tenant = self.tenant.id.clone();
        let room = Arc::new(Semaphore::new(HELD_KIB_MAX));
        let (queue, queued) = mpsc::unbounded_channel();
        let taking = tokio::spawn(self.take(queued));
        let mut leaving = false;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled(), if !leaving => leaving = true,
                () = lead.becomes(false), if !leaving => leaving = true,
                request = endpoint.next() => {
                    let Some(request) = request else { break };
                    enqueue(request, &room, &queue);
                    continue;
                }
            }
            // What has come already is answered; the stream ends after it.
            if let Err(error) = endpoint.stop().await {
                tracing::debug!(%error, "the queue group was left without a word");
                break;
            }
        }
        drop(queue);
        if let Err(error) = taking.await {
            tracing::error!(%tenant, %error, "requests were left without an answer");
        }
    }

    /// Takes requests in the order in which they came; they are answered as they become durable.
    async fn take(self: Arc<Self>, mut queued: mpsc::UnboundedReceiver<Queued>) {
        let mut answering = JoinSet::new();
        let max_payload = self.max_payload;
        while let Some((request, permit)) = queued.recv().await {
            let message = &request.message;
            let settling = match cloud_event::read(message.headers.as_ref(), &message.payload) {
                Ok(items) => Ok(self.door.hand_in(&self.tenant, items).await),
                Err(refused) => Err(refused),
            };
            answering.spawn(async move {
                settle(&request, settling, max_payload).await;
                drop(permit);
            });
            while answering.try_join_next().is_some() {}
        }
        while answering.join_next().await.is_some() {}
    }
}

/// Requests are taken off the connection at once, so that it is never what overflows.
fn enqueue(request: Request, room: &Arc<Semaphore>, queue: &mpsc::UnboundedSender<Queued>) {
    let kib = u32::try_from(request.message.length / 1024 + 1).unwrap_or(u32::MAX);
    match room.clone().try_acquire_many_owned(kib) {
        // Only a taker that panicked hears nothing any more.
        Ok(permit) => drop(queue.send((request, permit))),
        Err(_) => drop(tokio::spawn(async move { turn_away(&request).await })),
    }
}

async fn turn_away(request: &Request) {
    let message = format!("{HELD_KIB_MAX} KiB of requests wait already; send this one later");
    let refused = Refused::too_much(&message);
    respond(request, Some(&refused), &Whole { refused: &refused }).await;
}

/// The answer to what is refused as a whole.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    pub(super) refused: &'a Refused,
}

async fn settle(request: &Request, settling: Result<Settling, Refused>, max_payload: usize) {
    let mut settled = match settling {
        Ok(settling) => settling.await,
        Err(refused) => {
            return respond(request, Some(&refused), &Whole { refused: &refused }).await;
        }
    };
    shorten(&mut settled, max_payload);
    let unavailable = settled.failed().map(Refused::not_now);
    let error = match settled.results.as_slice() {
        [only] if let Outcome::Refused(refused) = &only.outcome => Some(refused),
        _ => unavailable.as_ref(),
    };
    respond(request, error, &settled).await;
}

/// Leaves out what is for people only, if the answer would be larger than the server passes on.
fn shorten(settled: &mut Settled, max_payload: usize) {
    let bytes = |it: &delivery::ItemResult| match &it.outcome {
        Outcome::Changed(warning) => it.id.len() + warning.as_ref().map_or(0, String::len) + 64,
        Outcome::Unchanged => it.id.len() + 32,
        Outcome::Refused(refused) => {
            it.id.len() + refused.field.len() + refused.message.len() + 256
        }
        Outcome::Failed(why) => it.id.len() + why.len() + 256,
    };
    // Escapes may double what is quoted.
    if settled.results.iter().map(bytes).sum::<usize>() * 2 < max_payload {
        return;
    }
    for result in &mut settled.results {
        result.id.truncate(result.id.floor_char_boundary(64));
        match &mut result.outcome {
            Outcome::Refused(refused) => {
                refused.message.truncate(refused.message.floor_char_boundary(64));
                refused.field.truncate(refused.field.floor_char_boundary(64));
            }
            Outcome::Failed(why) => why.truncate(why.floor_char_boundary(64)),
            Outcome::Changed(Some(warning)) => {
                warning.truncate(warning.floor_char_boundary(64));
            }
            Outcome::Changed(None) | Outcome::Unchanged => {}
        }
    }
}

/// What callers of services over NATS know: the codes of HTTP.
fn http(code: Code) -> u16 {
    match code {
        Code::NotFound => 404,
        Code::AlreadyExists => 409,
        Code::FailedPrecondition => 412,
        Code::ResourceExhausted => 429,
        Code::Unavailable => 503,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::InvalidArgument
        | Code::DeadlineExceeded
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss => 400,
    }
}

/// Sends an answer; an error is told in its headers too, as services over NATS do.
pub(super) async fn respond(request: &Request, error: Option<&Refused>, body: &impl Serialize) {
    let mut headers = HeaderMap::new();
    if let Some(refused) = error {
        headers.insert(NATS_SERVICE_ERROR, &*refused.reason);
        headers.insert(NATS_SERVICE_ERROR_CODE, http(refused.code).to_string().as_str());
    }
    headers.insert("content-type", "application/json");
    let sent = match serde_json::to_vec(body) {
        Ok(body) => request.respond_with_headers(Ok(body.into()), headers).await,
        Err(error) => return tracing::error!(%error, "an answer cannot be written"),
    };
    if let Err(error) = sent {
        // Who asked without a reply subject, or is gone, will ask again if it matters.
        tracing::debug!(%error, "an answer was not sent");
    }
}

//! Many commands on one stream: handed in one after the other, many on their way at a time, answered
//! in the order in which they were sent.
//!
//! A command that is refused stops nothing else. What is no refusal (the journal cannot be reached,
//! the process stops) ends the stream after the results before it; sending all of it again does
//! nothing twice.

use std::{collections::BTreeMap, sync::Arc};

use api::invoicing as proto;
use events::{ActorId, Partition, Reference, Sequence, TenantId, invoicing::Event};
use futures::{
    FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, future::BoxFuture,
    stream::FuturesOrdered,
};
use invoicing::Policy;
use prost::Message as _;
use proto::command_result::Result as Outcome;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Status, Streaming};

use super::{
    Api, call::Call, convert, decide::answers_now, fields::Fields, position, service::Out,
    status::Explanation,
};
use crate::{
    intake::{self, Asked, Submitted, Taken},
    tenants::Tenant,
};

/// Commands on their way at the same time: above it the stream is read no further, and the sender
/// waits.
const ON_THEIR_WAY: usize = 4_096;
/// Results in one message.
const RESULTS_MAX: usize = 500;
/// Refusals that are told one by one.
const REFUSALS_MAX: usize = 10_000;
const REFUSALS_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A message with some of the commands.
trait Batch {
    fn parts(self) -> (String, String, Vec<proto::CommandItem>);
}

impl Batch for proto::SubmitCommandsRequest {
    fn parts(self) -> (String, String, Vec<proto::CommandItem>) {
        (self.tenant_id, self.actor_id, self.items)
    }
}

impl Batch for proto::StreamCommandsRequest {
    fn parts(self) -> (String, String, Vec<proto::CommandItem>) {
        (self.tenant_id, self.actor_id, self.items)
    }
}

/// What became of a command.
struct Told {
    index: i64,
    request_id: String,
    outcome: Result<Taken<Event>, Explanation>,
}

/// A stream of commands being read.
struct Reading {
    api: Api,
    /// Named by the first message.
    said: Option<(Arc<Tenant>, Option<ActorId>, String)>,
    index: i64,
}

impl Reading {
    /// What a message names: the first for all, the others nothing or the same.
    fn heading(
        &mut self,
        tenant_id: String,
        actor_id: &str,
    ) -> Result<(Arc<Tenant>, Option<ActorId>), Explanation> {
        if let Some((tenant, actor, named)) = &self.said {
            if !tenant_id.is_empty() && tenant_id != *named {
                let why =
                    format!("all commands of a stream are of one tenant, this one of {named}");
                return Err(Explanation::field("tenant_id", why));
            }
            return Ok((tenant.clone(), actor.clone()));
        }
        let (id, actor) = Fields::read(|fields| {
            let id = fields.text::<TenantId>("tenant_id", &tenant_id);
            let actor = fields.optional::<ActorId>("actor_id", actor_id);
            Ok((id?, actor?))
        })
        .map_err(Explanation::fields)?;
        let tenant = self.api.tenant(&id)?;
        if tenant.all_invoicing().next().is_none() {
            return Err(Explanation::role_elsewhere("invoicing"));
        }
        for (_, host) in tenant.all_invoicing() {
            answers_now(host)?;
        }
        self.said = Some((tenant.clone(), actor.clone(), tenant_id));
        Ok((tenant, actor))
    }
}

type OnItsWay = BoxFuture<'static, Told>;

/// Hands a command in; what is told of it once it is durable.
async fn hand_in(
    tenant: &Arc<Tenant>,
    actor: Option<ActorId>,
    index: i64,
    item: proto::CommandItem,
) -> OnItsWay {
    let proto::CommandItem { request_id, command } = item;
    let asked = Fields::read(|fields| {
        let request = fields.optional::<Reference>("request_id", &request_id);
        let command = match command {
            Some(command) => convert::command(fields, command),
            None => Err(fields.wrong("command", "is required, of a kind this release knows")),
        };
        Ok(Asked { command: command?, request: request?, actor })
    });
    let submitted = match asked {
        Ok(asked) => intake::submit::<Policy>(tenant, asked).await.map_err(Explanation::from),
        Err(errors) => Err(Explanation::fields(errors)),
    };
    match submitted {
        Ok(submitted) => answer(index, request_id, submitted).boxed(),
        Err(why) => std::future::ready(Told { index, request_id, outcome: Err(why) }).boxed(),
    }
}

async fn answer(index: i64, request_id: String, submitted: Submitted<Policy>) -> Told {
    let outcome = submitted.answer().await.map_err(Explanation::from);
    Told { index, request_id, outcome }
}

/// Reads a stream to its end and tells what became of each command, in order. Ends with an error at
/// the first thing that is no refusal.
fn all<M: Batch + Send + 'static>(
    api: Api,
    messages: Streaming<M>,
) -> impl Stream<Item = Result<Told, Status>> {
    let (tell, told) = mpsc::channel(RESULTS_MAX);
    tokio::spawn(async move {
        if let Err(status) = read(api, messages, &tell).await {
            // Nobody is left who wants to know.
            let _gone: Result<_, _> = tell.send(Err(status)).await;
        }
    });
    ReceiverStream::new(told)
}

async fn read<M: Batch>(
    api: Api,
    mut messages: Streaming<M>,
    tell: &mpsc::Sender<Result<Told, Status>>,
) -> Result<(), Status> {
    let stop = api.0.stop.clone();
    let mut reading = Reading { api, said: None, index: 0 };
    let mut on_their_way = FuturesOrdered::<OnItsWay>::new();
    loop {
        let message = tokio::select! {
            biased;
            Some(told) = on_their_way.next() => {
                pass(told, tell).await?;
                continue;
            }
            message = messages.try_next() => message?,
            () = stop.cancelled() => {
                drain(&mut on_their_way, tell).await?;
                return Err(Explanation::stopping().into());
            }
            () = tell.closed() => return Ok(()),
        };
        let Some(message) = message else { return drain(&mut on_their_way, tell).await };
        let (tenant_id, actor_id, items) = message.parts();
        let (tenant, actor) = reading.heading(tenant_id, &actor_id)?;
        for item in items {
            while on_their_way.len() >= ON_THEIR_WAY
                && let Some(told) = on_their_way.next().await
            {
                pass(told, tell).await?;
            }
            let index = reading.index;
            reading.index += 1;
            on_their_way.push_back(hand_in(&tenant, actor.clone(), index, item).await);
        }
    }
}

/// Tells what became of those that are on their way.
async fn drain(
    on_their_way: &mut FuturesOrdered<OnItsWay>,
    tell: &mpsc::Sender<Result<Told, Status>>,
) -> Result<(), Status> {
    while let Some(told) = on_their_way.next().await {
        pass(told, tell).await?;
    }
    Ok(())
}

async fn pass(told: Told, tell: &mpsc::Sender<Result<Told, Status>>) -> Result<(), Status> {
    match told {
        Told { outcome: Err(why), .. } if !why.is_refusal() => Err(why.of_command()),
        told => tell.send(Ok(told)).await.map_err(|_| Status::cancelled("the caller is gone")),
    }
}

/// Adds where something stands to where everything told so far does.
fn advance(places: &mut BTreeMap<Partition, Sequence>, taken: &Taken<Event>) {
    for (partition, sequence) in &taken.position {
        let place = places.entry(*partition).or_default();
        *place = (*place).max(*sequence);
    }
}

/// `SubmitCommands`: one answer for all.
pub(crate) async fn submit(
    api: &Api,
    request: Request<Streaming<proto::SubmitCommandsRequest>>,
) -> Result<proto::SubmitCommandsResponse, Status> {
    let mut results = std::pin::pin!(all(api.clone(), request.into_inner()));
    let mut places = BTreeMap::new();
    let mut response = proto::SubmitCommandsResponse::default();
    let mut bytes = 0;
    while let Some(told) = results.try_next().await? {
        match told.outcome {
            Ok(taken) => {
                advance(&mut places, &taken);
                let changed = !taken.events.is_empty();
                let count = if changed {
                    &mut response.changed_count
                } else {
                    &mut response.unchanged_count
                };
                *count += 1;
            }
            Err(why) => {
                response.refused_count += 1;
                let refusal = proto::CommandResult {
                    index: told.index,
                    request_id: told.request_id,
                    result: Some(Outcome::Refusal(why.refusal())),
                };
                bytes += refusal.encoded_len();
                if response.refusals.len() < REFUSALS_MAX && bytes <= REFUSALS_BYTES_MAX {
                    response.refusals.push(refusal);
                }
            }
        }
    }
    response.position = Some(position::of(&places));
    Ok(response)
}

/// `StreamCommands`: an answer each, as many in a message as are there.
pub(crate) fn stream(
    api: &Api,
    mut request: Request<Streaming<proto::StreamCommandsRequest>>,
) -> Out<proto::StreamCommandsResponse> {
    let call = request.extensions_mut().remove::<Arc<Call>>();
    let results = all(api.clone(), request.into_inner());
    let mut places = BTreeMap::new();
    let responses = results.ready_chunks(RESULTS_MAX).flat_map(move |chunk| {
        if let Some(call) = &call {
            call.ends(Code::Ok);
        }
        let mut results = Vec::with_capacity(chunk.len());
        let mut ended = None;
        for told in chunk {
            match told {
                Ok(told) => results.push(result(told, &mut places)),
                Err(status) => {
                    if let Some(call) = &call {
                        call.ends(status.code());
                    }
                    ended = Some(Err(status));
                }
            }
        }
        let message = (!results.is_empty()).then(|| {
            let position = Some(position::of(&places));
            Ok(proto::StreamCommandsResponse { position, results })
        });
        futures::stream::iter(message.into_iter().chain(ended))
    });
    Box::pin(responses)
}

fn result(told: Told, places: &mut BTreeMap<Partition, Sequence>) -> proto::CommandResult {
    let result = match told.outcome {
        Ok(taken) => {
            advance(places, &taken);
            Outcome::Acceptance(proto::CommandAcceptance {
                position: Some(position::of(&taken.position)),
                changed: !taken.events.is_empty(),
            })
        }
        Err(why) => Outcome::Refusal(why.refusal()),
    };
    let (index, request_id) = (told.index, told.request_id);
    proto::CommandResult { index, request_id, result: Some(result) }
}

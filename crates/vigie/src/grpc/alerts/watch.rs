//! `WatchAlerts`: what happens to alerts, as it happens.
//!
//! Each partition's journal is read by a task of its own, from where the watcher stands; so one that
//! is slow misses nothing, and one that comes back goes on where it was.

use std::{sync::Arc, time::Duration};

use alerts::Policy;
use api::alerts::{self as proto, watch_alerts_response::Update};
use events::{Context, Partition, Sequence, TenantId, alerts::Event};
use host::Host;
use journal::{ReadError, Record};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};

use super::{list::Wanted, messages};
use crate::grpc::{
    Api,
    call::Call,
    decide::answers_now,
    fields::Fields,
    position::{self, Places},
    service::Out,
    status::Explanation,
};

/// A stream on which nothing was said for so long says that it is alive.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Messages ahead of a caller, and entries ahead of those.
const AHEAD: usize = 16;

pub(super) fn watch_alerts(
    api: &Api,
    mut request: Request<proto::WatchAlertsRequest>,
) -> Result<Out<proto::WatchAlertsResponse>, Status> {
    let call = request.extensions_mut().remove::<Arc<Call>>();
    let proto::WatchAlertsRequest { tenant_id, after_position, severity_min, kinds, customer_id } =
        request.into_inner();
    let (tenant, wanted) = Fields::read(|fields| {
        let tenant = fields.text::<TenantId>("tenant_id", &tenant_id);
        let wanted = Wanted::read(fields, severity_min, &kinds, &customer_id);
        Ok((tenant?, wanted?))
    })
    .map_err(Explanation::fields)?;
    let tenant = api.tenant(&tenant)?;
    let after =
        Fields::read(|fields| position::read(fields, "after_position", after_position, &tenant))
            .map_err(Explanation::fields)?;
    let only = wanted.customer.as_ref().map(|it| Partition::of(it, tenant.partitions()));
    let (tell, told) = mpsc::channel(AHEAD);
    let (entries, heard) = mpsc::channel(AHEAD);
    let mut at = Places::new();
    let reading = CancellationToken::new();
    for (partition, host) in tenant.hosts::<Policy>() {
        if only.is_some_and(|only| only != partition) {
            continue;
        }
        answers_now(host)?;
        let from = match after.get(&partition) {
            Some(after) => *after,
            None => host.read(|books| books.position).map_err(Explanation::from)?,
        };
        at.insert(partition, from);
        let (host, entries) = (host.clone(), entries.clone());
        tokio::spawn(reading.clone().run_until_cancelled_owned(async move {
            read(partition, &host, from, entries).await;
        }));
    }
    if at.is_empty() {
        return Err(Explanation::role_elsewhere("alerts").into());
    }
    let stop = api.0.stop.clone();
    tokio::spawn(async move {
        let _reading = reading.drop_guard();
        let mut watcher = Watcher { wanted, at, tell, heartbeat_every: HEARTBEAT_EVERY };
        let ended = watcher.watch(heard, stop).await;
        if let Some(call) = &call {
            call.ends(ended.as_ref().err().map_or(Code::Ok, Status::code));
        }
        if let Err(status) = ended {
            // Nobody is left who wants to know.
            let _gone: Result<_, _> = watcher.tell.send(Err(status)).await;
        }
    });
    Ok(Box::pin(ReceiverStream::new(told)))
}

type Entry = (Partition, Result<Record, ReadError>);

/// Reads a journal until nobody listens any more.
async fn read(
    partition: Partition,
    host: &Host<Policy>,
    from: Sequence,
    entries: mpsc::Sender<Entry>,
) {
    let mut reader = match host.journal().read_from(from.next()).await {
        Ok(reader) => reader,
        Err(error) => {
            let _gone: Result<_, _> = entries.send((partition, Err(error))).await;
            return;
        }
    };
    loop {
        let read = reader.next().await;
        let failed = read.is_err();
        // Nothing is told that questions do not know yet.
        if let Ok(record) = &read
            && host.reached(record.sequence).await.is_err()
        {
            return;
        }
        if entries.send((partition, read)).await.is_err() || failed {
            return;
        }
    }
}

struct Watcher {
    wanted: Wanted,
    /// How far each partition was told.
    at: Places,
    tell: mpsc::Sender<Result<proto::WatchAlertsResponse, Status>>,
    /// How long nothing is said before it is said that nothing was.
    heartbeat_every: Duration,
}

impl Watcher {
    async fn watch(
        &mut self,
        mut entries: mpsc::Receiver<Entry>,
        stop: CancellationToken,
    ) -> Result<(), Status> {
        // Whoever begins is told where, so that it may come back there before anything happened.
        self.say(Update::Heartbeat(proto::Heartbeat {})).await;
        let mut heartbeat = Instant::now() + self.heartbeat_every;
        loop {
            tokio::select! {
                entry = entries.recv() => {
                    let Some((partition, record)) = entry else {
                        return Err(Explanation::stopping().into());
                    };
                    let record = record.map_err(|error| Explanation::unreadable(&error))?;
                    let changes = self.changes(&record)?;
                    self.at.insert(partition, record.sequence);
                    if !changes.is_empty() {
                        self.say(Update::Changes(proto::AlertChanges { changes })).await;
                        heartbeat = Instant::now() + self.heartbeat_every;
                    }
                }
                () = sleep_until(heartbeat) => {
                    self.say(Update::Heartbeat(proto::Heartbeat {})).await;
                    heartbeat = Instant::now() + self.heartbeat_every;
                }
                () = stop.cancelled() => return Err(Explanation::stopping().into()),
                () = self.tell.closed() => return Ok(()),
            }
        }
    }

    /// What an entry says that is wanted.
    fn changes(&self, record: &Record) -> Result<Vec<proto::AlertChange>, Explanation> {
        let mut changes = Vec::new();
        if record.context != Context::Alerts {
            return Ok(changes);
        }
        let entry = events::read::<Event>(&record.body)
            .map_err(|error| Explanation::internal("ENTRY_UNREADABLE", error.to_string()))?;
        for decision in &entry.decisions {
            let customer = decision.customer.as_ref();
            if !self.wanted.takes_of(customer) {
                continue;
            }
            for event in &decision.events {
                let wanted = alerts::view::about(event)
                    .is_some_and(|(_, kind, severity)| self.wanted.takes(kind, severity));
                if wanted {
                    changes.extend(messages::change(customer, event, record.recorded_at));
                }
            }
        }
        Ok(changes)
    }

    /// Waits while the caller is slow. If it is gone, whoever calls this finds out next.
    async fn say(&self, update: Update) {
        let position = Some(position::of(&self.at));
        let message = proto::WatchAlertsResponse { position, update: Some(update) };
        let _gone: Result<_, _> = self.tell.send(Ok(message)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_on_which_nothing_happens_says_again_and_again_that_it_is_alive_and_where() {
        let (tell, mut told) = mpsc::channel(AHEAD);
        let (entries, heard) = mpsc::channel(AHEAD);
        let stop = CancellationToken::new();
        let at = Places::from([(Partition(0), Sequence(7)), (Partition(1), Sequence(9))]);
        let heartbeat_every = Duration::from_millis(5);
        let mut watcher = Watcher { wanted: Wanted::default(), at, tell, heartbeat_every };
        let watching = tokio::spawn({
            let stop = stop.clone();
            async move { watcher.watch(heard, stop).await }
        });
        // The first says where it begins; those after it, that nothing was said since.
        for _ in 0..4 {
            let message = told.recv().await.unwrap().unwrap();
            assert!(matches!(message.update, Some(Update::Heartbeat(_))), "{message:?}");
            let position = message.position.unwrap().sequences;
            assert_eq!((position.get(&0), position.get(&1)), (Some(&7), Some(&9)));
        }
        // A stream that ends says why, and a listener that leaves ends it.
        stop.cancel();
        assert!(watching.await.unwrap().is_err());
        drop(entries);
    }
}

//! `WatchAccount`: what happens on an account, as it happens.
//!
//! A watcher keeps an account of its own and reads from the journal what was recorded since; that
//! something was is only what wakes it. So one that is slow misses nothing: it reads more at a time.

use std::{sync::Arc, time::Duration};

use api::invoicing::{self as proto, watch_account_response::Update};
use chrono::NaiveDate;
use decider::Fold as _;
use events::{CustomerId, Partition, Sequence, TenantId, invoicing::Event};
use host::{Host, Moment};
use invoicing::{Account, Policy, Subject, view};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        mpsc,
    },
    time::{Instant, sleep_until},
};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};

use super::{account, history::Teller};
use crate::{
    grpc::{
        Api, call::Call, decide::answers_now, fields::Fields, messages, position, service::Out,
        status::Explanation,
    },
    tenants::Tenant,
};

/// A stream on which nothing was said for so long says that it is alive.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Messages ahead of a caller.
const AHEAD: usize = 16;

pub(crate) async fn watch_account(
    api: &Api,
    mut request: Request<proto::WatchAccountRequest>,
) -> Result<Out<proto::WatchAccountResponse>, Status> {
    let call = request.extensions_mut().remove::<Arc<Call>>();
    let proto::WatchAccountRequest { tenant_id, customer_id, after_position } =
        request.into_inner();
    let (tenant, customer) = Fields::read(|fields| {
        let tenant = fields.text::<TenantId>("tenant_id", &tenant_id);
        let customer = fields.text::<CustomerId>("customer_id", &customer_id);
        Ok((tenant?, customer?))
    })
    .map_err(Explanation::fields)?;
    let tenant = api.tenant(&tenant)?;
    let (partition, host) =
        tenant.invoicing(&customer).ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    answers_now(host)?;
    let after = match after_position {
        None => None,
        Some(after) => {
            let read = Fields::read(|fields| {
                let places = position::read(fields, "after_position", Some(after), &tenant)?;
                let why = format!("names no entry of partition {partition}, the customer's");
                places.get(&partition).copied().ok_or_else(|| fields.wrong("after_position", why))
            });
            Some(read.map_err(Explanation::fields)?)
        }
    };
    let (host, woken) = (host.clone(), host.watch());
    let (tell, told) = mpsc::channel(AHEAD);
    let mut watcher = Watcher {
        tenant: tenant.clone(),
        customer,
        partition,
        host,
        account: Account::default(),
        teller: Teller::default(),
        at: Sequence::START,
        tell,
    };
    match after {
        Some(after) => watcher.resume(after).await?,
        None => watcher.begin().await?,
    }
    let stop = api.0.stop.clone();
    tokio::spawn(async move {
        let ended = watcher.watch(woken, stop).await;
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

struct Watcher {
    tenant: Arc<Tenant>,
    customer: CustomerId,
    partition: Partition,
    host: Host<Policy>,
    /// How it stood after the last entry that was told.
    account: Account,
    teller: Teller,
    at: Sequence,
    tell: mpsc::Sender<Result<proto::WatchAccountResponse, Status>>,
}

impl Watcher {
    /// Begins with the account as it is.
    async fn begin(&mut self) -> Result<(), Explanation> {
        let (at, today) = self.host.read(|books| (books.position, books.today))?;
        for moment in self.host.history(&self.customer, Sequence::START, at).await? {
            self.take(&moment);
        }
        self.at = at;
        if !self.account.is_known() {
            return Err(Explanation::not_found(Subject::Customer, self.customer.as_str()));
        }
        let view = self.account.view(day(today));
        let account = account::account(&self.tenant, &self.customer, view).await;
        // The channel is empty, so nobody is waited for.
        self.say(Update::Account(Box::new(account))).await;
        Ok(())
    }

    /// Goes on where another stream ended.
    async fn resume(&mut self, after: Sequence) -> Result<(), Explanation> {
        for moment in self.host.history(&self.customer, Sequence::START, after).await? {
            self.take(&moment);
        }
        self.at = after;
        Ok(())
    }

    async fn watch(
        &mut self,
        mut woken: Receiver<host::Touched>,
        stop: CancellationToken,
    ) -> Result<(), Status> {
        let mut status = self.host.status();
        let mut heartbeat = Instant::now() + HEARTBEAT_EVERY;
        loop {
            if self.catch_up().await? {
                heartbeat = Instant::now() + HEARTBEAT_EVERY;
            }
            tokio::select! {
                touched = woken.recv() => match touched {
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(Explanation::stopping().into()),
                },
                _ = status.changed() => answers_now(&self.host)?,
                () = sleep_until(heartbeat) => {
                    self.say(Update::Heartbeat(proto::Heartbeat {})).await;
                    heartbeat = Instant::now() + HEARTBEAT_EVERY;
                }
                () = stop.cancelled() => return Err(Explanation::stopping().into()),
                () = self.tell.closed() => return Ok(()),
            }
        }
    }

    /// Tells what was recorded since, one message an entry; whether there was anything.
    async fn catch_up(&mut self) -> Result<bool, Status> {
        let (at, last) = self
            .host
            .read(|books| {
                let known = books.customer(&self.customer);
                (books.position, known.map(|it| it.positions.last()).unwrap_or_default())
            })
            .map_err(Explanation::from)?;
        if last <= self.at {
            // Nothing before this speaks of the customer.
            self.at = self.at.max(at);
            return Ok(false);
        }
        let moments = self.host.history(&self.customer, self.at, at).await;
        let moments = moments.map_err(Explanation::from)?;
        for entry in moments.chunk_by(|a, b| a.sequence == b.sequence) {
            let facts = entry.iter().flat_map(|it| self.take(it)).collect();
            let Some(last) = entry.last() else { continue };
            self.at = last.sequence;
            let on = self.host.read(|books| books.day_at(self.at)).map_err(Explanation::from)?;
            let balances =
                view::balances(&self.account, day(on)).iter().map(messages::balance).collect();
            self.say(Update::Change(proto::AccountChange { facts, balances })).await;
        }
        self.at = self.at.max(at);
        Ok(true)
    }

    fn take(&mut self, moment: &Moment<Event>) -> Vec<proto::Fact> {
        for event in &moment.decision.events {
            self.account.evolve(event);
        }
        self.teller.tell(self.partition, moment, |_| true)
    }

    /// Waits while the caller is slow. If it is gone, whoever calls this finds out next.
    async fn say(&self, update: Update) {
        let position = Some(position::of_one(self.partition, self.at));
        let message = proto::WatchAccountResponse { position, update: Some(update) };
        let _gone: Result<_, _> = self.tell.send(Ok(message)).await;
    }
}

/// Before the first business day it is the one on the wall.
fn day(today: NaiveDate) -> NaiveDate {
    if today > NaiveDate::MIN { today } else { crate::wall::now().date_naive() }
}

//! The books of a tenant as they were: read again from the journal, and kept for those who ask the
//! same again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use events::{Partition, Sequence, TenantId};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use host::{
    Error, Failure, Host,
    engine::{Books, Service},
};
use tokio::sync::Semaphore;

use crate::{
    door::Door,
    grpc::{Api, Explain, status::Explanation},
    tenants::Tenant,
};

/// As many partitions of the past are kept: each holds all accounts of it.
const KEPT: usize = 8;
/// As many are read at a time: each reads a whole journal.
const AT_ONCE: usize = 2;

type Reading<P> = Shared<BoxFuture<'static, Result<Arc<Books<P>>, Failure<P>>>>;

/// Books of the past.
#[derive(Debug)]
pub(crate) struct Past<P: Service> {
    kept: Mutex<VecDeque<(Key, Reading<P>)>>,
    turns: Arc<Semaphore>,
}

/// A context whose past can be asked about as a whole.
pub(crate) trait Remembered: Door {
    /// Where its books of the past are kept.
    fn past(api: &Api) -> &Past<Self>;
}

impl Remembered for invoicing::Policy {
    fn past(api: &Api) -> &Past<Self> {
        &api.0.past
    }
}

impl Remembered for risk::Policy {
    fn past(api: &Api) -> &Past<Self> {
        &api.0.past_risk
    }
}

impl Remembered for dunning::Policy {
    fn past(api: &Api) -> &Past<Self> {
        &api.0.past_dunning
    }
}

impl Remembered for collection::Policy {
    fn past(api: &Api) -> &Past<Self> {
        &api.0.past_collection
    }
}

impl Remembered for alerts::Policy {
    fn past(api: &Api) -> &Past<Self> {
        &api.0.past_alerts
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    tenant: TenantId,
    partition: Partition,
    incarnation: String,
    until: Sequence,
}

impl<P: Service> Default for Past<P> {
    fn default() -> Self {
        Self { kept: Mutex::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl<P: Service<Error: Explain>> Past<P> {
    /// The books right after an entry. Reading goes on when nobody waits for it any more, so that
    /// whoever asks again soon has its answer.
    pub(super) async fn books(
        &self,
        tenant: &Tenant,
        partition: Partition,
        host: &Host<P>,
        until: Sequence,
    ) -> Result<Arc<Books<P>>, Explanation> {
        let incarnation = host.journal().incarnation().to_owned();
        let key = Key { tenant: tenant.id.clone(), partition, incarnation, until };
        let reading = self.reading(&key, host);
        let books = reading.await;
        if books.is_err() {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|(it, _)| *it != key);
        }
        Ok(books?)
    }

    fn reading(&self, key: &Key, host: &Host<P>) -> Reading<P> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(it, _)| it == key)
            && let Some(found) = kept.remove(place)
        {
            let reading = found.1.clone();
            kept.push_back(found);
            return reading;
        }
        let (host, turns, until) = (host.clone(), self.turns.clone(), key.until);
        let task = tokio::spawn(async move {
            let _turn = turns.acquire_owned().await.map_err(|_| Error::Stopping)?;
            host.books_at(until).await
        });
        let reading = task.map(|it| it.unwrap_or(Err(Error::Stopping))).boxed().shared();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((key.clone(), reading.clone()));
        reading
    }
}

//! A context's own view of one customer, and the policy that was in force, as they were known.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use decider::Fold as _;
use events::{CustomerId, Decision, Heard as _, Partition, Sequence};
use host::{
    Host,
    engine::{Fact, Service},
};

use super::{AsOf, timestamp};
use crate::{
    door::Door,
    grpc::{
        messages::text,
        position::{self, Places},
        status::{Explain, Explanation},
    },
    tenants::Tenant,
};

/// What a policy keeps of a customer, under the rules in force, where, and the day it is looked at.
#[derive(Debug)]
pub(in crate::grpc) struct One<P: Service> {
    pub(in crate::grpc) policy: P,
    pub(in crate::grpc) state: Arc<P::State>,
    pub(in crate::grpc) position: api::shared::Position,
    pub(in crate::grpc) on: NaiveDate,
}

impl AsOf {
    /// What was known of a customer. Only the entries that speak of it are read.
    pub(in crate::grpc) async fn one<P: Door + Default>(
        &self,
        tenant: &Tenant,
        customer: &CustomerId,
    ) -> Result<One<P>, Explanation> {
        let (partition, host) = tenant
            .host::<P>(customer)
            .ok_or_else(|| Explanation::role_elsewhere(P::own().name()))?;
        let (policy, state, at, today) = match self.until(partition, host).await? {
            None => host.read(|books| {
                let state = books.customer(customer).map(|it| it.state.clone());
                (books.policy.clone(), state.unwrap_or_default(), books.position, books.today)
            })?,
            Some(until) => {
                let moments = host.history(customer, Sequence::START, until).await?;
                let mut state = P::State::default();
                for moment in &moments {
                    state.stands_in(Some(moment.sequence.0));
                    moment.decision.events.iter().for_each(|fact| state.evolve(fact));
                }
                state.stands_in(None);
                let policy = policy_at(host, until).await?;
                (policy, Arc::new(state), until, host.read(|books| books.day_at(until))?)
            }
        };
        let on = self.day(host, at, today).await?;
        Ok(One { policy, state, position: position::of_one(partition, at), on })
    }

    /// The policy that is meant: what the tenant is told is told to every partition, and the first is
    /// as good as any.
    pub(in crate::grpc) async fn policy<P: Door + Default>(
        &self,
        tenant: &Tenant,
    ) -> Result<P, Explanation> {
        let first = tenant.hosts::<P>().next();
        let (partition, host) =
            first.ok_or_else(|| Explanation::role_elsewhere(P::own().name()))?;
        Ok(match self.until(partition, host).await? {
            Some(until) => policy_at(host, until).await?,
            None => host.read(|books| books.policy.clone())?,
        })
    }
}

/// Rules of the tenant's that were in force: its own, or those before it said anything.
pub(in crate::grpc) struct Adopted<R> {
    pub(in crate::grpc) rules: R,
    /// When the tenant said so; none if it never did.
    pub(in crate::grpc) adopt_time: Option<prost_types::Timestamp>,
    /// Who did, if that was said; else nothing.
    pub(in crate::grpc) actor_id: String,
    pub(in crate::grpc) position: api::shared::Position,
}

impl AsOf {
    /// The rules that were in force, found in what the tenant was told.
    pub(in crate::grpc) async fn adopted<P: Door, R: Default>(
        &self,
        tenant: &Tenant,
        of: impl Fn(Fact<P>) -> Option<R>,
    ) -> Result<Adopted<R>, Explanation> {
        let mut places = Places::new();
        let (mut rules, mut adopt_time, mut actor_id) = (R::default(), None, String::new());
        for (partition, host) in tenant.hosts::<P>() {
            let at = match self.until(partition, host).await? {
                Some(at) => at,
                None => host.read(|books| books.position)?,
            };
            places.insert(partition, at);
            // All partitions are told the same; the first one is asked.
            if partition != Partition(0) {
                continue;
            }
            for (recorded_at, decision) in told(host, at).await? {
                for adopted in decision.events.into_iter().filter_map(&of) {
                    rules = adopted;
                    adopt_time = Some(timestamp(recorded_at));
                    actor_id = text(decision.actor.as_ref());
                }
            }
        }
        if places.is_empty() {
            return Err(Explanation::role_elsewhere(P::own().name()));
        }
        Ok(Adopted { rules, adopt_time, actor_id, position: position::of(&places) })
    }
}

/// The policy that was in force right after an entry: what the tenant was told is little.
async fn policy_at<P: Service<Error: Explain> + Default>(
    host: &Host<P>,
    until: Sequence,
) -> Result<P, Explanation> {
    let mut policy = P::default();
    for (_, decision) in told(host, until).await? {
        for fact in &decision.events {
            policy.adopt(fact);
        }
    }
    Ok(policy)
}

/// What the tenant was told up to an entry, and when, read from the journal: it is little.
async fn told<P: Service<Error: Explain>>(
    host: &Host<P>,
    until: Sequence,
) -> Result<Vec<(DateTime<Utc>, Decision<Fact<P>>)>, Explanation> {
    let told = host.read(|books| books.tenant.positions.iter().collect::<Vec<_>>())?;
    let mut decisions = Vec::new();
    for sequence in told.into_iter().filter(|it| *it <= until) {
        let record = host.journal().get(sequence).await;
        let record = record.map_err(|error| Explanation::unreadable(&error))?;
        let read = Fact::<P>::read(record.context, &record.body)
            .map_err(|error| Explanation::internal("ENTRY_UNREADABLE", error.to_string()))?;
        let to_all = read.into_iter().flatten().filter(|it| it.customer.is_none());
        decisions.extend(to_all.map(|it| (record.recorded_at, it)));
    }
    Ok(decisions)
}

//! The one way through a door: however a command came, it is taken here, by the same decision.

use std::{collections::BTreeMap, sync::Arc};

use events::{ActorId, Cause, Partition, Reference, Sequence};
use host::{
    Error, Failure, Waiting,
    engine::{Fact, Service},
};

use crate::{contacts::Personal, door::Door, tenants::Tenant};

/// A command with who asks, and under which id.
#[derive(Debug, Clone)]
pub(crate) struct Asked<C> {
    /// What is asked.
    pub(crate) command: C,
    /// The caller's own id for the request, if it gave one.
    pub(crate) request: Option<Reference>,
    /// Who asks.
    pub(crate) actor: Option<ActorId>,
}

/// What a command led to. It is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken<F> {
    /// Where, by partition: one, but for what is said to the whole tenant.
    pub(crate) position: BTreeMap<Partition, Sequence>,
    /// What happened; nothing if all of it was known before.
    pub(crate) events: Vec<F>,
}

/// A command on its way. Dropping it does not take it back.
#[derive(Debug)]
pub(crate) struct Submitted<P: Service> {
    waiting: Vec<(Partition, Waiting<P>)>,
    /// What is to be kept beside the journal.
    personal: Option<Personal>,
}

/// Hands a command in. Commands of one customer are taken in the order in which they are handed in.
pub(crate) async fn submit<P: Door>(
    tenant: &Arc<Tenant>,
    asked: Asked<P::Command>,
) -> Result<Submitted<P>, Failure<P>> {
    let Asked { mut command, request, actor } = asked;
    let cause = request.map(|request| Cause { request, digest: P::digest(&command) });
    let personal = P::take_personal(tenant, &mut command);
    let mut waiting = Vec::with_capacity(1);
    if let Some(customer) = P::customer(&command).cloned() {
        let (partition, host) = tenant.host::<P>(&customer).ok_or_else(elsewhere::<P>)?;
        let answer = host.submit(Some(customer), command, cause, actor).await?;
        waiting.push((partition, answer));
    } else {
        // What is said to the whole tenant is said to each of its partitions, unless only one keeps it.
        let partitions = if P::speaks_once(&command) { 1 } else { usize::MAX };
        for (partition, host) in tenant.hosts::<P>().take(partitions) {
            let (command, cause) = (command.clone(), cause.clone());
            let answer = host.submit(None, command, cause, actor.clone()).await?;
            waiting.push((partition, answer));
        }
        if waiting.is_empty() {
            return Err(elsewhere::<P>());
        }
    }
    Ok(Submitted { waiting, personal })
}

fn elsewhere<P: Door>() -> Failure<P> {
    Error::Unavailable(format!("this process does not run the role {}", P::own()))
}

impl<P: Service> Submitted<P> {
    /// Whether something is to be kept beside the journal, which takes its own time.
    pub(crate) fn is_personal(&self) -> bool {
        self.personal.is_some()
    }

    /// Waits for the answer. Personal data is kept once the command is durable and before it is
    /// answered: a producer that got no answer sends it again.
    pub(crate) async fn answer(self) -> Result<Taken<Fact<P>>, Failure<P>> {
        let (mut position, mut events) = (BTreeMap::new(), Vec::new());
        for (partition, waiting) in self.waiting {
            let done = waiting.await?;
            position.insert(partition, done.position);
            events = done.events;
        }
        if let Some(personal) = self.personal {
            personal.keep(!events.is_empty()).await.map_err(|why| {
                Error::Unavailable(format!("the contact bucket does not answer: {why}"))
            })?;
        }
        Ok(Taken { position, events })
    }
}

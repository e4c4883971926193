//! A command of a call, decided by the same door as every other way in: what is the same of every
//! context.

use std::sync::Arc;

use events::{ActorId, Reference, TenantId};
use host::{Host, engine::Fact};
use tokio::time::{Instant, timeout_at};
use tonic::Status;

use super::{
    Api,
    fields::{Fields, REQUIRED, Read},
    status::Explanation,
};
use crate::{
    door::Door,
    intake::{self, Asked, Taken},
    tenants::{Runs, Tenant},
};

/// What a request names beside its command.
#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) tenant_id: String,
    pub(crate) request_id: String,
    pub(crate) actor_id: String,
}

impl Heading {
    /// Reads a request: of which tenant something is asked, and what.
    pub(crate) fn over<I, C>(
        self,
        api: &Api,
        item: Option<I>,
        command: impl FnOnce(&mut Fields, I) -> Read<C>,
    ) -> Result<(Arc<Tenant>, Asked<C>), Explanation> {
        let (tenant, asked) = Fields::read(|fields| {
            let tenant = fields.text::<TenantId>("tenant_id", &self.tenant_id);
            let request = fields.optional::<Reference>("request_id", &self.request_id);
            let actor = fields.optional::<ActorId>("actor_id", &self.actor_id);
            let command = match item {
                Some(item) => fields.within("command", |fields| command(fields, item)),
                None => Err(fields.wrong("command", REQUIRED)),
            };
            Ok((tenant?, Asked { command: command?, request: request?, actor: actor? }))
        })
        .map_err(Explanation::fields)?;
        Ok((api.tenant(&tenant)?, asked))
    }
}

/// Hands a command in and waits until it is durable, up to the deadline: what it led to, and who can
/// tell how things stand now. If it is the journal that did not answer by then, that is what the
/// caller is told.
pub(crate) async fn decide<P: Door>(
    tenant: &Arc<Tenant>,
    asked: Asked<P::Command>,
    deadline: Option<Instant>,
) -> Result<(Taken<Fact<P>>, &Host<P>), Status> {
    let host = match P::customer(&asked.command) {
        Some(customer) => tenant.host::<P>(customer),
        None => tenant.hosts::<P>().next(),
    };
    let (_, host) = host.ok_or_else(|| Explanation::role_elsewhere(P::own().name()))?;
    answers_now(host)?;
    let decided = async { intake::submit::<P>(tenant, asked).await?.answer().await };
    let decided = match deadline {
        None => decided.await,
        Some(at) => match timeout_at(at, decided).await {
            Ok(decided) => decided,
            Err(_) => return Err(Explanation::late_because(&host.status().borrow()).into()),
        },
    };
    match decided {
        Ok(taken) => Ok((taken, host)),
        Err(failure) => Err(Explanation::from(failure).of_command()),
    }
}

/// A service that still reads what it has missed would let its callers wait for that: they are told
/// instead, and may ask another replica.
pub(crate) fn answers_now(service: &dyn Runs) -> Result<(), Explanation> {
    service.today().map(|_| ())
}

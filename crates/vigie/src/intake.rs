//! The one door: whatever way a command came, it is taken here, by the same decision.

use std::{collections::BTreeMap, sync::Arc};

use events::{
    ActorId, Cause, CustomerId, Partition, PaymentId, Reference, Sequence, invoicing::Event,
};
use host::{Error, Failure, Waiting};
use invoicing::{Command, Personal, Policy};

use crate::{contacts::Turn, tenants::Tenant};

/// A command with who asks, and under which id.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is asked.
    pub command: Command,
    /// The caller's own id for the request, if it gave one.
    pub request: Option<Reference>,
    /// Who asks.
    pub actor: Option<ActorId>,
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self { command, request: None, actor: None }
    }
}

/// What a command led to. It is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Where, by partition: one, but for what is said to the whole tenant.
    pub position: BTreeMap<Partition, Sequence>,
    /// What happened; nothing if all of it was known before.
    pub events: Vec<Event>,
}

/// A command on its way. Dropping it does not take it back.
#[derive(Debug)]
pub struct Submitted {
    waiting: Vec<(Partition, Waiting<Policy>)>,
    /// What is to be kept beside the journal, and whose it is.
    personal: Option<(Arc<Tenant>, Whose, Personal)>,
}

#[derive(Debug)]
enum Whose {
    /// A customer that comes to be known.
    New(CustomerId),
    /// A customer of whom something else is to be known from now on.
    Known(CustomerId, Turn),
    Payment(CustomerId, PaymentId),
}

/// Hands a command in. Commands of one customer are taken in the order in which they are handed in.
pub async fn submit(tenant: &Arc<Tenant>, mut asked: Asked) -> Result<Submitted, Failure<Policy>> {
    let cause = asked.request.take();
    let cause = cause.map(|request| Cause { request, digest: asked.command.digest() });
    let personal = asked.command.take_personal();
    let personal =
        personal.and_then(|it| Some((tenant.clone(), whose(tenant, &asked.command)?, it)));
    let mut waiting = Vec::with_capacity(1);
    if let Some(customer) = asked.command.customer().cloned() {
        let (partition, host) = tenant.invoicing(&customer).ok_or_else(elsewhere)?;
        let answer = host.submit(Some(customer), asked.command, cause, asked.actor).await?;
        waiting.push((partition, answer));
    } else {
        // What is said to the whole tenant is said to each of its partitions.
        for (partition, host) in tenant.all_invoicing() {
            let (command, cause) = (asked.command.clone(), cause.clone());
            let answer = host.submit(None, command, cause, asked.actor.clone()).await?;
            waiting.push((partition, answer));
        }
        if waiting.is_empty() {
            return Err(elsewhere());
        }
    }
    Ok(Submitted { waiting, personal })
}

fn elsewhere() -> Failure<Policy> {
    Error::Unavailable("this process does not run the role invoicing".to_owned())
}

fn whose(tenant: &Tenant, command: &Command) -> Option<Whose> {
    if let Command::RecordPayment(payment) = command {
        let (customer, payment) = (payment.customer_id.clone(), payment.payment_id.clone());
        return Some(Whose::Payment(customer, payment));
    }
    let customer = command.customer().cloned()?;
    if matches!(command, Command::RegisterCustomer(_)) {
        return Some(Whose::New(customer));
    }
    let turn = tenant.contacts.turn(&tenant.id, &customer);
    Some(Whose::Known(customer, turn))
}

impl Submitted {
    /// Whether something is to be kept beside the journal, which takes its own time.
    pub fn is_personal(&self) -> bool {
        self.personal.is_some()
    }

    /// Waits for the answer. Personal data is kept once the command is durable and before it is
    /// answered: a producer that got no answer sends it again.
    pub async fn answer(self) -> Result<Taken, Failure<Policy>> {
        let (mut position, mut events) = (BTreeMap::new(), Vec::new());
        for (partition, waiting) in self.waiting {
            let done = waiting.await?;
            position.insert(partition, done.position);
            events = done.events;
        }
        let kept = match self.personal {
            None => Ok(()),
            Some((tenant, whose, personal)) => {
                let Tenant { id, contacts, .. } = &*tenant;
                match (whose, personal) {
                    // A registration sent again must not bring back what was amended since; but
                    // its first answer may have been lost before the contact was kept.
                    (Whose::New(customer), Personal::Contact(contact)) if events.is_empty() => {
                        contacts.keep_first_contact(id, &customer, &contact).await
                    }
                    (Whose::New(customer), Personal::Contact(contact)) => {
                        contacts.keep_contact(id, &customer, &contact).await
                    }
                    (Whose::Known(customer, mut turn), Personal::Contact(contact)) => {
                        turn.comes().await;
                        contacts.keep_contact(id, &customer, &contact).await
                    }
                    (Whose::Payment(customer, payment), Personal::Remittance(text)) => {
                        contacts.keep_remittance(id, &customer, &payment, &text).await
                    }
                    (Whose::Payment(..), Personal::Contact(_))
                    | (Whose::New(_) | Whose::Known(..), Personal::Remittance(_)) => Ok(()),
                }
            }
        };
        kept.map_err(|why| {
            Error::Unavailable(format!("the contact bucket does not answer: {why}"))
        })?;
        Ok(Taken { position, events })
    }
}

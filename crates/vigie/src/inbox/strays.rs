//! Messages nobody waits for: their subject names a tenant that does not exist, or no context of
//! ours. They are refused like any other, rather than stay for ever.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_nats::jetstream::{AckKind, consumer};
use events::{Context, TenantId};
use futures::{StreamExt as _, TryStreamExt as _};
use tokio_util::sync::CancellationToken;

use super::{Inbox, refuse};
use crate::{refused::Refused, tenants::Tenants};

const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Subjects that are seen to in one look.
const SUBJECTS_MAX: usize = 100;

/// Of the consumer that reads them, so that the right to make it is the right to make no other.
const CONSUMER: &str = "strays";

/// A consumer for one stray subject lives no longer than this.
const CONSUMER_FOR: Duration = Duration::from_secs(10);

/// Looks for such messages, until it is stopped.
pub(super) async fn watch(inbox: Arc<Inbox>, tenants: Tenants, stop: CancellationToken) {
    loop {
        if let Err(why) = look(&inbox, &tenants).await {
            tracing::debug!(%why, "stray messages could not be looked for");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn look(inbox: &Inbox, tenants: &Tenants) -> Result<(), async_nats::Error> {
    let mut subjects = inbox.stream.info_with_subjects(super::IN_SUBJECTS).await?;
    let mut strays = Vec::new();
    // Read before the tenants are, so that none can have been made in between and be missed.
    while let Some((subject, _)) = subjects.try_next().await? {
        strays.push(subject);
    }
    if strays.is_empty() {
        return Ok(());
    }
    let known = tenants.store().tenants().await?;
    let known: BTreeSet<TenantId> = known.into_iter().map(|(tenant, _)| tenant).collect();
    let strays = strays.into_iter().filter_map(|it| stray(&it, &known).map(|why| (it, why)));
    for (subject, refused) in strays.take(SUBJECTS_MAX) {
        refuse_all(inbox, &subject, &refused).await?;
    }
    Ok(())
}

/// Why nobody waits for what is published there, if nobody does.
fn stray(subject: &str, known: &BTreeSet<TenantId>) -> Option<Refused> {
    let mut tokens = subject.split('.').skip(2);
    let (tenant, context) = (tokens.next().unwrap_or_default(), tokens.next().unwrap_or_default());
    if !known.contains(tenant) {
        return Some(Refused::no_tenant(tenant));
    }
    let unknown = context.parse::<Context>().err()?;
    Some(Refused::invalid("CONTEXT_NOT_FOUND", "subject", unknown.to_string()))
}

async fn refuse_all(
    inbox: &Inbox,
    subject: &str,
    refused: &Refused,
) -> Result<(), async_nats::Error> {
    let config = consumer::pull::Config {
        name: Some(CONSUMER.to_owned()),
        description: Some("Refuses what nobody waits for".to_owned()),
        filter_subject: subject.to_owned(),
        ack_policy: consumer::AckPolicy::Explicit,
        inactive_threshold: CONSUMER_FOR,
        ..Default::default()
    };
    // A replica that is at another subject is waited for: then this fails.
    let consumer = inbox.stream.create_consumer(config).await?;
    let mut messages = consumer.fetch().max_messages(200).messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        refuse::tell(inbox, &message, vec![(None, "", refused)]).await?;
        message.double_ack_with(AckKind::Ack).await?;
    }
    inbox.stream.delete_consumer(CONSUMER).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_to_a_tenant_or_a_context_that_does_not_exist_is_a_stray() {
        let known = BTreeSet::from(["acme".parse().unwrap()]);
        let reason = |subject| stray(subject, &known).map(|it| it.reason);
        let says = |reason| Some(std::borrow::Cow::Borrowed(reason));
        assert_eq!(reason("vigie.in.acme.invoicing"), None);
        assert_eq!(reason("vigie.in.acme.invoicing.invoice"), None);
        assert_eq!(reason("vigie.in.acme.dunning.x"), None);
        assert_eq!(reason("vigie.in.acme.collection.x"), None);
        assert_eq!(reason("vigie.in.acme.invoices.x"), says("CONTEXT_NOT_FOUND"));
        assert_eq!(reason("vigie.in.acme"), says("CONTEXT_NOT_FOUND"));
        assert_eq!(reason("vigie.in.ACME.invoicing"), says("TENANT_NOT_FOUND"));
        assert_eq!(reason("vigie.in.other.invoicing"), says("TENANT_NOT_FOUND"));
        assert_eq!(reason("vigie.in"), says("TENANT_NOT_FOUND"));
    }
}

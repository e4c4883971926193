//! `GetPolicy`: the tenant's rules for receivables, as they were in force.

use api::invoicing as proto;
use events::{
    ActorId, Partition, Sequence,
    invoicing::{Event, Policy},
};
use host::Host;
use tokio::time::Instant;

use super::{AsOf, history::timestamp};
use crate::grpc::{
    Api,
    fields::money,
    messages::text,
    position::{self, Places},
    status::Explanation,
    words::Word as _,
};

pub(crate) async fn get_policy(
    api: &Api,
    request: proto::GetPolicyRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetPolicyResponse, Explanation> {
    let proto::GetPolicyRequest { tenant_id, as_of, min_position } = request;
    let (tenant, as_of, ()) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |_| Ok(()))?;
    let mut places = Places::new();
    let mut found = None;
    for (partition, host) in tenant.all_invoicing() {
        let at = match as_of.until(partition, host).await? {
            Some(at) => at,
            None => host.read(|books| books.position)?,
        };
        places.insert(partition, at);
        // All partitions are told the same; the first one is asked.
        if partition == Partition(0) {
            found = adopted(host, at).await?;
        }
    }
    let (policy, adopt_time, actor) = match found {
        Some(Adopted { policy, at, actor }) => (policy, Some(timestamp(at)), actor),
        None => (Policy::default(), None, None),
    };
    Ok(proto::GetPolicyResponse {
        policy: Some(message(&policy)),
        position: Some(position::of(&places)),
        adopt_time,
        actor_id: text(actor),
    })
}

/// Rules, when they were adopted, and by whom.
struct Adopted {
    policy: Policy,
    at: chrono::DateTime<chrono::Utc>,
    actor: Option<ActorId>,
}

/// The last rules adopted up to an entry, read from the journal: there are few.
async fn adopted(
    host: &Host<invoicing::Policy>,
    until: Sequence,
) -> Result<Option<Adopted>, Explanation> {
    let mut told = host.read(|books| books.tenant.positions.iter().collect::<Vec<_>>())?;
    told.retain(|it| *it <= until);
    while let Some(sequence) = told.pop() {
        let record = host.journal().get(sequence).await;
        let record = record.map_err(|error| Explanation::unreadable(&error))?;
        let entry = events::read::<Event>(&record.body)
            .map_err(|error| Explanation::internal("ENTRY_UNREADABLE", error.to_string()))?;
        let to_all = entry.decisions.into_iter().filter(|it| it.customer.is_none());
        for decision in to_all.rev() {
            for event in decision.events.into_iter().rev() {
                if let Event::PolicyAdopted(policy) = event {
                    let (at, actor) = (record.recorded_at, decision.actor);
                    return Ok(Some(Adopted { policy: *policy, at, actor }));
                }
            }
        }
    }
    Ok(None)
}

fn message(it: &Policy) -> proto::Policy {
    proto::Policy {
        terms: it.terms.to_string(),
        small_balances: it.small_balances.iter().map(|it| money(*it)).collect(),
        match_references: it.match_references,
        match_amounts: it.match_amounts,
        subset_items_max: it.subset_items_max.into(),
        waterfall: it.waterfall.number(),
        promise_tolerance_days: it.promise_tolerance_days.into(),
        instalment_tolerance_days: it.instalment_tolerance_days.into(),
        terms_law: it.terms_law.as_ref().map(|it| proto::TermsLaw {
            jurisdiction: it.jurisdiction.to_string(),
            kind: it.kind.number(),
        }),
    }
}

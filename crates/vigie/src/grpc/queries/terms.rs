//! `GetTerms`: the terms of sale there are, and which of them are in force.

use api::invoicing as proto;
use events::{
    CustomerId, Partition, Sequence,
    invoicing::{Event, TermsOfSale},
};
use host::Host;
use invoicing::last_begun;
use tokio::time::Instant;

use super::AsOf;
use crate::grpc::{
    Api,
    fields::day,
    messages,
    position::{self, Places},
    status::Explanation,
};

pub(crate) async fn get_terms(
    api: &Api,
    request: proto::GetTermsRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetTermsResponse, Explanation> {
    let proto::GetTermsRequest { tenant_id, as_of, min_position, customer_id } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.optional::<CustomerId>("customer_id", &customer_id)
        })?;
    let mut places = Places::new();
    let mut found = None;
    for (partition, host) in tenant.all_invoicing() {
        let until = as_of.until(partition, host).await?;
        let (now, today) = host.read(|books| (books.position, books.today))?;
        let at = until.unwrap_or(now);
        places.insert(partition, at);
        // All partitions are told the same; the first one is asked.
        if partition == Partition(0) {
            let today = match until {
                Some(at) => host.read(|books| books.day_at(at))?,
                None => today,
            };
            found = Some((registered(host, at).await?, as_of.day(host, at, today).await?));
        }
    }
    let (mut tenants, mut on) = found.ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    let account = match &customer {
        Some(customer) => {
            let single = as_of.single(&tenant, customer).await?;
            on = single.on;
            single.account
        }
        None => std::sync::Arc::default(),
    };
    tenants.sort_by_key(|it| (it.from, it.version.clone()));
    let mut own: Vec<&TermsOfSale> = account.terms_of_sale().collect();
    own.sort_by_key(|it| (it.from, &it.version));
    let in_force = last_begun(own.iter().copied(), on).or_else(|| last_begun(&tenants, on));
    let message = |it: &TermsOfSale, customer: Option<&CustomerId>| proto::RegisteredTerms {
        terms: Some(messages::terms_of_sale(it)),
        customer_id: messages::text(customer),
        in_force: in_force == Some(it),
    };
    let all = tenants.iter().map(|it| message(it, None));
    let all = all.chain(own.iter().map(|it| message(it, customer.as_ref())));
    Ok(proto::GetTermsResponse {
        terms: all.collect(),
        position: Some(position::of(&places)),
        effective_date: Some(day(on)),
    })
}

/// What the tenant had registered up to an entry, read from the journal: there is little.
async fn registered(
    host: &Host<invoicing::Policy>,
    until: Sequence,
) -> Result<Vec<TermsOfSale>, Explanation> {
    let mut told = host.read(|books| books.tenant.positions.iter().collect::<Vec<_>>())?;
    told.retain(|it| *it <= until);
    let mut found = Vec::new();
    for sequence in told {
        let record = host.journal().get(sequence).await;
        let record = record.map_err(|error| Explanation::unreadable(&error))?;
        let entry = events::read::<Event>(&record.body)
            .map_err(|error| Explanation::internal("ENTRY_UNREADABLE", error.to_string()))?;
        let to_all = entry.decisions.into_iter().filter(|it| it.customer.is_none());
        for event in to_all.flat_map(|it| it.events) {
            if let Event::TermsRegistered(it) = event {
                found.push(*it);
            }
        }
    }
    Ok(found)
}

//! `GetAccount`: a customer, and how it stands.

use api::invoicing as proto;
use events::CustomerId;
use invoicing::view::View;
use tokio::time::Instant;

use super::AsOf;
use crate::{
    grpc::{Api, messages, status::Explanation},
    tenants::Tenant,
};

/// Of each list the first so many.
const LISTED: usize = 1_000;

pub(crate) async fn get_account(
    api: &Api,
    request: proto::GetAccountRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetAccountResponse, Explanation> {
    let proto::GetAccountRequest { tenant_id, as_of, min_position, customer_id } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let single = as_of.single(&tenant, &customer).await?;
    let view = single.account.view(single.on);
    Ok(proto::GetAccountResponse {
        account: Some(account(&tenant, &customer, view).await),
        position: Some(single.position()),
        effective_date: Some(single.effective_date()),
    })
}

/// An account, with what is known of the customer beside the journal.
pub(super) async fn account(tenant: &Tenant, customer: &CustomerId, view: View) -> proto::Account {
    let contact = match tenant.contacts.contact(&tenant.id, customer).await {
        Ok(contact) => contact,
        Err(why) => {
            tracing::warn!(%why, "an account is told without names and addresses");
            None
        }
    };
    proto::Account {
        customer: Some(messages::customer(customer, view.customer, contact)),
        balances: view.balances.iter().map(messages::balance).collect(),
        unallocated_sources: first(&view.unallocated, messages::unallocated),
        disputes: first(&view.disputes, messages::dispute),
        promises: first(&view.promises, messages::promise),
        plans: first(&view.plans, messages::plan),
        write_offs: first(&view.write_offs, messages::write_off),
    }
}

fn first<T, M>(all: &[T], message: impl Fn(&T) -> M) -> Vec<M> {
    all.iter().take(LISTED).map(message).collect()
}

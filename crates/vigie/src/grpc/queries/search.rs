//! Whose something is, when only its own id is known.

use std::sync::Arc;

use events::CustomerId;
use invoicing::{Account, Subject};

use super::{AsOf, Everybody, Single, compute};
use crate::{
    grpc::{Api, status::Explanation},
    tenants::Tenant,
};

/// The account of the customer that is named; or of the only one that has it.
pub(super) async fn owner(
    api: &Api,
    tenant: &Tenant,
    as_of: &AsOf,
    named: Option<CustomerId>,
    (subject, id): (Subject, &str),
    has: impl Fn(&Account) -> bool + Send + 'static,
) -> Result<(CustomerId, Single), Explanation> {
    if let Some(customer) = named {
        let single = as_of.single(tenant, &customer).await?;
        return Ok((customer, single));
    }
    let Everybody { customers: accounts, places, on, .. } =
        as_of.everybody::<invoicing::Policy>(api, tenant).await?;
    let found = compute(move || {
        let having = accounts.into_iter().filter(|(_, account)| has(account));
        having.collect::<Vec<(CustomerId, Arc<Account>)>>()
    });
    let mut found = found.await?;
    match (found.pop(), found.as_slice()) {
        (None, _) => Err(Explanation::not_found(subject, id)),
        (Some((customer, account)), []) => {
            let (partition, _) = tenant
                .invoicing(&customer)
                .ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
            let at = places.get(&partition).copied().unwrap_or_default();
            Ok((customer, Single { account, partition, at, on }))
        }
        (Some((last, _)), others) => {
            let mut named: Vec<String> = others.iter().map(|(it, _)| it.to_string()).collect();
            named.push(last.to_string());
            named.sort_unstable();
            Err(Explanation::ambiguous(subject, id, &named))
        }
    }
}

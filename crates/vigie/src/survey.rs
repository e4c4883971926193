//! All customers of a tenant, looked at together once a day: what no decision about one customer can
//! know. Whoever leads brings the figures to the tenant's own decision, which says what follows.

use std::{collections::BTreeSet, sync::Arc};

use alerts::{Alerts, Command, Policy, survey};
use chrono::NaiveDate;
use events::{Context, CustomerId, Sequence};
use futures::future::select_all;
use host::Host;
use tokio::task::{JoinSet, spawn_blocking};
use tokio_util::sync::CancellationToken;

use crate::{
    intake::{self, Asked},
    lead::Lead,
    tenants::{Tenant, Tenants},
};

/// Looks at every tenant on every day that begins, until it is stopped.
pub(crate) async fn run(tenants: Tenants, stop: CancellationToken) {
    let mut working = JoinSet::new();
    let begin = |tenant: Arc<Tenant>| {
        if let Some(lead) = Lead::of(&tenant, Context::Alerts) {
            working.spawn(stop.clone().run_until_cancelled_owned(keep_looking(tenant, lead)));
        }
    };
    tenants.meet(&stop, begin).await;
    while working.join_next().await.is_some() {}
}

/// Looks while the tenant is ours.
async fn keep_looking(tenant: Arc<Tenant>, mut lead: Lead) {
    loop {
        lead.becomes(true).await;
        // Whatever comes next, in whichever partition, may be a day.
        let comes = tenant.hosts::<Policy>().map(|(_, host)| {
            let next = host.position().next();
            Box::pin(host.reached(next))
        });
        let comes = select_all(comes);
        if let Err(why) = look(&tenant).await {
            tracing::warn!(tenant = %tenant.id, %why, "all customers together were not looked at");
        }
        tokio::select! {
            (reached, ..) = comes => if reached.is_err() { return },
            () = lead.becomes(false) => {}
        }
    }
}

/// What is seen of one partition when nothing more is called for.
struct Seen {
    customers: Vec<(CustomerId, Arc<Alerts>)>,
    policy: Policy,
    today: NaiveDate,
    taken_on: Option<NaiveDate>,
    position: Sequence,
}

async fn see(host: &Host<Policy>) -> Result<Seen, String> {
    host.at_rest().await.map_err(|it| it.to_string())?;
    let seen = host.read(|books| Seen {
        customers: books.customers().map(|(id, it)| (id.clone(), it.state.clone())).collect(),
        policy: books.policy.clone(),
        today: books.today,
        taken_on: books.tenant.state.figures_taken_on(),
        position: books.position,
    });
    seen.map_err(|it| it.to_string())
}

/// Takes the figures of the day that is open in every partition, if they were not taken yet.
pub(crate) async fn look(tenant: &Arc<Tenant>) -> Result<(), String> {
    let days = tenant.hosts::<Policy>().map(|(_, host)| host.read(|books| books.today));
    let days = days.collect::<Result<BTreeSet<_>, _>>().map_err(|it| it.to_string())?;
    // A day that only some partitions know is looked at when all do.
    let Some(today) = days.first().filter(|it| days.len() == 1 && **it > NaiveDate::MIN) else {
        return Ok(());
    };
    let taken = tenant.hosts::<Policy>().next().map(|(_, first)| {
        first.read(|books| books.tenant.state.figures_taken_on().is_some_and(|it| it >= *today))
    });
    if taken.transpose().map_err(|it| it.to_string())?.unwrap_or(true) {
        return Ok(());
    }
    let mut all = Vec::new();
    for (_, host) in tenant.hosts::<Policy>() {
        all.push(see(host).await?);
    }
    let of_today = |it: &Seen| it.today == *today && it.taken_on.is_none_or(|on| on < *today);
    if !all.iter().all(of_today) {
        return Ok(());
    }
    let (today, policy) = (*today, all.first().map(|it| it.policy.clone()).unwrap_or_default());
    let figures = spawn_blocking(move || {
        let positions = all.iter().map(|it| it.position).collect();
        let customers = all.iter().flat_map(|it| &it.customers).map(|(id, it)| (id, &**it));
        survey(&policy, customers, today, positions)
    });
    let Some(figures) = figures.await.map_err(|it| it.to_string())? else { return Ok(()) };
    let command = Command::TakeFigures(Box::new(figures));
    let asked = Asked { command, request: None, actor: None };
    let submitted = intake::submit::<Policy>(tenant, asked).await.map_err(|it| it.to_string())?;
    submitted.answer().await.map(|_| ()).map_err(|it| it.to_string())
}

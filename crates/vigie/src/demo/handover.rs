//! A case goes to a collector: its route is chosen, the hand-over is planned, and what the collector is
//! given is written into the demonstration's folder. Nothing leaves.

use std::sync::Arc;

use ::dossier::Dossier;
use chrono::NaiveDate;
use collection::{ChooseRoute, Collection, Command, HandOver, Policy, view::CaseView};
use events::{
    ActorId, CaseId, CustomerId, PlacementId, Reference, TenantId,
    collection::{CollectionPolicy, Collector, FeeBand, Route, Why},
};
use letters::{Language, amount};
use rust_decimal::Decimal;

use super::{DemoError, TENANT, server::House, summary::line};
use crate::{
    dossier,
    intake::{self, Asked},
    sending::Company,
    serve::Running,
    tenants::Tenant,
};

/// Who collects, an invented one.
const COLLECTOR: &str = "agency-north";
/// Lines of a table that are shown.
const SHOWN: usize = 3;

fn failed(error: impl std::fmt::Display) -> DemoError {
    DemoError::Process(error.to_string())
}

/// Adopts rules that name a collector; known already, nothing happens.
pub(super) async fn adopt(running: &Running, tenant: &TenantId) -> Result<(), DemoError> {
    let Some(tenant) = running.tenants.get(tenant) else { return Ok(()) };
    let collector = Collector {
        name: Reference::literal(COLLECTOR),
        agreement: Reference::literal("agreement 2026-03"),
        insurance: Reference::literal("liability 77-1"),
        remits_in_days: 30,
        fees: vec![FeeBand { days_max: None, amount_max: None, share: Decimal::new(15, 2) }],
        least_fee: None,
    };
    let rules = CollectionPolicy {
        version: Reference::literal("demo-collection"),
        collectors: vec![collector],
        ..CollectionPolicy::default()
    };
    ask(&tenant, Command::AdoptCollectionPolicy(Box::new(rules))).await.map(|_| ())
}

/// Does something, and waits until it is known; whether it could be done.
async fn ask(tenant: &Arc<Tenant>, command: Command) -> Result<bool, DemoError> {
    let asked = Asked { command, request: None, actor: None };
    let submitted = intake::submit::<Policy>(tenant, asked).await.map_err(failed)?;
    let taken = match submitted.answer().await {
        Ok(taken) => taken,
        Err(host::Error::Rejected(_)) => return Ok(false),
        Err(error) => return Err(failed(error)),
    };
    for (partition, host) in tenant.hosts::<Policy>() {
        if let Some(at) = taken.position.get(&partition) {
            host.reached(*at).await.map_err(failed)?;
        }
    }
    Ok(true)
}

/// Of these cases the largest that may go to a collector does, and what it is given is shown.
pub(super) async fn write(
    text: &mut String,
    house: &House,
    cases: &[(&CustomerId, &Collection, CaseView)],
    today: NaiveDate,
) -> Result<(), DemoError> {
    let Some(running) = &house.running else { return Ok(()) };
    let id: TenantId = TENANT.parse().map_err(failed)?;
    let Some(tenant) = running.tenants.get(&id) else { return Ok(()) };
    // Nobody asks in an insolvency but the court.
    let mut cases: Vec<_> = cases.iter().filter(|it| it.2.case.why != Why::Insolvency).collect();
    cases.sort_by_key(|(customer, _, case)| {
        let sum: i64 = case.claims.iter().map(|it| it.principal.minor()).sum();
        (std::cmp::Reverse(sum), *customer)
    });
    for (customer, _, case) in cases {
        if let Some(placement) = place(&tenant, customer, &case.case.case, today).await? {
            return show(text, house, &tenant, customer, &placement).await;
        }
    }
    Ok(())
}

/// Chooses the route and plans the hand-over; none where that is refused.
async fn place(
    tenant: &Arc<Tenant>,
    customer: &CustomerId,
    case: &CaseId,
    today: NaiveDate,
) -> Result<Option<PlacementId>, DemoError> {
    let by: ActorId = "credit-1".parse().map_err(failed)?;
    let collector = Reference::literal(COLLECTOR);
    let route = ChooseRoute {
        customer_id: customer.clone(),
        case_id: case.clone(),
        route: Route::Agency,
        collector: Some(collector.clone()),
        chosen_by: by.clone(),
        choose_date: today,
    };
    let hand_over = HandOver {
        customer_id: customer.clone(),
        case_id: case.clone(),
        collector,
        placed_by: by,
        place_date: today,
    };
    if !ask(tenant, Command::ChooseRoute(route)).await?
        || !ask(tenant, Command::HandOver(hand_over)).await?
    {
        return Ok(None);
    }
    let Some((_, host)) = tenant.host::<Policy>(customer) else { return Ok(None) };
    let state = host.read(|books| books.customer(customer).map(|it| it.state.clone()));
    let state = state.map_err(failed)?;
    let mut placed = state.iter().flat_map(|it| it.placements());
    let placed = placed.find(|it| it.placement.case == *case);
    Ok(placed.map(|it| it.placement.placement))
}

async fn show(
    text: &mut String,
    house: &House,
    tenant: &Tenant,
    customer: &CustomerId,
    placement: &PlacementId,
) -> Result<(), DemoError> {
    let companies = house.directory.path().join("companies");
    let company = Company::load(&companies, &tenant.id).await.map_err(failed)?;
    let Some(company) = company else { return Ok(()) };
    let dossier = dossier::gather(tenant, &company, customer, placement).await.map_err(failed)?;
    let folder = house.directory.path().join(dossier::name(customer, placement));
    tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
    let files = ::dossier::files(&dossier).map_err(failed)?;
    for it in &files {
        tokio::fs::write(folder.join(&it.name), &it.bytes).await.map_err(failed)?;
    }
    head(text, &dossier);
    line!(text, "  its dossier: {}", folder.join("dossier.pdf").display());
    let table = files.iter().find(|it| it.name == "receivables.csv");
    let table = table.map(|it| String::from_utf8_lossy(&it.bytes).into_owned()).unwrap_or_default();
    for it in table.lines().take(SHOWN) {
        line!(text, "    {it}");
    }
    Ok(())
}

/// Who asks whom for what, and for how much.
fn head(text: &mut String, it: &Dossier) {
    let (case, customer, collector) = (&it.case.case, &it.customer.id, &it.collector.name);
    line!(text, "\n  {case} of {customer} is to go to {collector}, by {}:", it.mandate.agreement);
    for it in &it.totals {
        let [principal, interest, accessories, total] =
            [it.principal, it.interest, it.accessories, it.total]
                .map(|it| amount(it, Language::En));
        line!(
            text,
            "    {total}: principal {principal}, interest {interest}, accessories {accessories}"
        );
    }
}

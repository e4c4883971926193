//! A case goes to a collector: its route is chosen, the hand-over is planned, and what the collector is
//! given is written into the demonstration's folder. Nothing leaves.

use std::{cmp::Reverse, sync::Arc};

use ::dossier::Dossier;
use collection::{ChooseRoute, Collection, Command, HandOver, OpenCase, Policy};
use dunning::HoldData;
use events::{
    ActorId, CustomerId, PlacementId, Reference, TenantId,
    collection::{CollectionPolicy, Collector, FeeBand, Route},
    dunning::HoldReason,
};
use letters::{Language, amount};
use money::Currency;
use rust_decimal::Decimal;

use super::{DemoError, TENANT, publish, server::House, summary::line};
use crate::{
    door::Door,
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

fn failed(error: &dyn std::fmt::Display) -> DemoError {
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
    ask::<Policy>(&tenant, Command::AdoptCollectionPolicy(Box::new(rules))).await.map(|_| ())
}

/// Does something; whether it could be done.
async fn ask<P: Door>(tenant: &Arc<Tenant>, command: P::Command) -> Result<bool, DemoError> {
    let asked = Asked { command, request: None, actor: None };
    let submitted = intake::submit::<P>(tenant, asked).await.map_err(|it| failed(&it))?;
    match submitted.answer().await {
        Ok(_) => Ok(true),
        Err(host::Error::Rejected(_)) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

/// Whoever owes most that is late, and is in no case, is handed over: lawyers are to have it, a case is
/// opened, its route is chosen, a collector is named. Done already, nothing happens.
pub(super) async fn arrange(running: &Running, id: &TenantId) -> Result<(), DemoError> {
    let Some(tenant) = running.tenants.get(id) else { return Ok(()) };
    let Some((_, host)) = tenant.hosts::<Policy>().next() else { return Ok(()) };
    let read = host.read(|books| {
        let customers = books.customers().map(|(id, it)| (id.clone(), it.state.clone()));
        (customers.collect::<Vec<_>>(), books.today)
    });
    let (customers, today) = read.map_err(|it| failed(&it))?;
    if customers.iter().any(|(_, it)| !it.placements().is_empty()) {
        return Ok(());
    }
    let late = customers.iter().filter(|(_, it)| !it.has_open_case()).map(|(customer, it)| {
        let items = it.dunning().risk().account().owed().items.into_iter();
        let late = items.filter(|it| it.due_on < today && it.disputed.is_zero());
        let late = late.filter(|it| it.open.currency() == Currency::EUR);
        let (invoices, sums): (Vec<_>, Vec<_>) =
            late.map(|it| (it.invoice.clone(), it.open.minor())).unzip();
        (sums.iter().sum::<i64>(), Reverse(customer), invoices)
    });
    let Some((_, Reverse(customer), invoices)) = late.max() else { return Ok(()) };
    if invoices.is_empty() {
        return Ok(());
    }
    let by: ActorId = "credit-1".parse().map_err(|it| failed(&it))?;
    let hold = HoldData {
        customer_id: customer.clone(),
        hold_id: "hold-legal".parse().map_err(|it| failed(&it))?,
        reason: HoldReason::Legal,
        invoice_id: None,
        hold_date: today,
        until_date: None,
        placed_by: by.clone(),
        note: None,
    };
    ask::<dunning::Policy>(&tenant, dunning::Command::PlaceHold(Box::new(hold))).await?;
    publish::rest(running, id).await?;
    let (customer_id, opened_by, open_date) = (customer.clone(), by.clone(), today);
    let open = OpenCase { customer_id, invoice_ids: invoices, case_id: None, opened_by, open_date };
    ask::<Policy>(&tenant, Command::OpenCase(open)).await?;
    publish::rest(running, id).await?;
    let state = host.read(|books| books.customer(customer).map(|it| it.state.clone()));
    let state = state.map_err(|it| failed(&it))?;
    let Some(state) = state else { return Ok(()) };
    let policy = host.read(|books| books.policy.clone()).map_err(|it| failed(&it))?;
    let Some(case) = policy.cases(&state, today).pop() else { return Ok(()) };
    let collector = Reference::literal(COLLECTOR);
    let route = ChooseRoute {
        customer_id: customer.clone(),
        case_id: case.case.case.clone(),
        route: Route::Agency,
        collector: Some(collector.clone()),
        chosen_by: by.clone(),
        choose_date: today,
    };
    ask::<Policy>(&tenant, Command::ChooseRoute(route)).await?;
    let hand_over = HandOver {
        customer_id: customer.clone(),
        case_id: case.case.case,
        collector,
        placed_by: by,
        place_date: today,
    };
    ask::<Policy>(&tenant, Command::HandOver(hand_over)).await?;
    publish::rest(running, id).await
}

/// What the first collector is given is written into the folder, and its beginning shown.
pub(super) async fn write(
    text: &mut String,
    house: &House,
    customers: &[(CustomerId, Arc<Collection>)],
) -> Result<(), DemoError> {
    let Some(running) = &house.running else { return Ok(()) };
    let id: TenantId = TENANT.parse().map_err(|it| failed(&it))?;
    let Some(tenant) = running.tenants.get(&id) else { return Ok(()) };
    for (customer, it) in customers {
        if let Some(it) = it.placements().first() {
            return show(text, house, &tenant, customer, &it.placement.placement).await;
        }
    }
    Ok(())
}

async fn show(
    text: &mut String,
    house: &House,
    tenant: &Tenant,
    customer: &CustomerId,
    placement: &PlacementId,
) -> Result<(), DemoError> {
    let companies = house.directory.path().join("companies");
    let company = Company::load(&companies, &tenant.id).await.map_err(|it| failed(&it))?;
    let Some(company) = company else { return Ok(()) };
    let dossier =
        dossier::gather(tenant, &company, customer, placement).await.map_err(|it| failed(&it))?;
    let folder = house.directory.path().join(dossier::name(customer, placement));
    tokio::fs::create_dir_all(&folder).await.map_err(|it| failed(&it))?;
    let files = ::dossier::files(&dossier).map_err(|it| failed(&it))?;
    for it in &files {
        tokio::fs::write(folder.join(&it.name), &it.bytes).await.map_err(|it| failed(&it))?;
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

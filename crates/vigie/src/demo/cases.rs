//! What is collected by other means than reminders on the last day, which rights lapse next, and by
//! which ways the largest case may go on.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use chrono::NaiveDate;
use collection::{
    Advice, Collection, Experience, Policy, Running as Right, Verdict, view::CaseView,
};
use events::{CustomerId, TenantId, collection::Why};
use money::{Currency, Money};

use super::{
    DemoError, TENANT, handover,
    server::House,
    summary::{heading, line},
};
use client::figures::{group, grouped};

/// Rights that are shown of all there are, and ways.
const SHOWN: usize = 3;

/// What is known of the customers, and by which rules it is looked at.
struct Known {
    policy: Policy,
    customers: Vec<(CustomerId, Arc<Collection>)>,
    today: NaiveDate,
}

/// What is shown of it.
pub(super) async fn write(text: &mut String, house: &House) -> Result<(), DemoError> {
    let Some(known) = known(house).await? else { return Ok(()) };
    let mut cases: Vec<(&CustomerId, &Collection, CaseView)> = Vec::new();
    for (customer, it) in known.customers.iter().filter(|(_, it)| it.has_open_case()) {
        let all = known.policy.cases(it, known.today);
        let open = all.into_iter().filter(|it| it.closed.is_none());
        cases.extend(open.map(|case| (customer, &**it, case)));
    }
    let count = u64::try_from(cases.len()).unwrap_or(u64::MAX);
    heading(text, &format!("Cases: {} are open", grouped(count)));
    let mut by_reason = BTreeMap::<Why, (u64, BTreeMap<Currency, i64>)>::new();
    for (.., case) in &cases {
        let (count, sums) = by_reason.entry(case.case.why).or_default();
        *count += 1;
        for it in &case.claims {
            *sums.entry(it.principal.currency()).or_default() += it.principal.minor();
        }
    }
    for (why, (count, sums)) in &by_reason {
        let sums = sums.iter().map(|(currency, minor)| amount(Money::new(*minor, *currency)));
        line!(text, "  {why:12} {count:>4} cases: {}", sums.collect::<Vec<_>>().join(", "));
    }
    rights(text, &known);
    let largest = cases.iter().max_by_key(|(customer, _, case)| {
        let sum: i64 = case.claims.iter().map(|it| it.principal.minor()).sum();
        (sum, std::cmp::Reverse(*customer))
    });
    let Some((customer, collection, case)) = largest else { return Ok(()) };
    let mut experience = Experience::default();
    for (_, it) in &known.customers {
        experience.add(it);
    }
    let id = &case.case.case;
    let ways = known.policy.advise(collection, id, &experience, known.today);
    line!(text, "\n  The largest is {id} of {customer}. By which way it may go on:");
    for it in ways.unwrap_or_default().iter().take(SHOWN) {
        line!(text, "    {}", way(it));
    }
    handover::write(text, house, &known.customers).await
}

async fn known(house: &House) -> Result<Option<Known>, DemoError> {
    let Some(running) = &house.running else { return Ok(None) };
    let failed = |error: &dyn std::fmt::Display| DemoError::Process(error.to_string());
    let id: TenantId = TENANT.parse().map_err(|it| failed(&it))?;
    let Some(tenant) = running.tenants.get(&id) else { return Ok(None) };
    let mut found: Option<Known> = None;
    for (_, host) in tenant.hosts::<Policy>() {
        // Whoever hears most is not waited for by anybody before.
        let last = host.journal().last().await.map_err(|it| failed(&it))?;
        host.reached(last).await.map_err(|it| failed(&it))?;
        let read = host.read(|books| {
            let customers = books.customers().map(|(id, it)| (id.clone(), it.state.clone()));
            (books.policy.clone(), customers.collect::<Vec<_>>(), books.today)
        });
        let (policy, customers, today) = read.map_err(|it| failed(&it))?;
        match &mut found {
            Some(known) => known.customers.extend(customers),
            None => found = Some(Known { policy, customers, today }),
        }
    }
    Ok(found)
}

/// Those that lapse next.
fn rights(text: &mut String, known: &Known) {
    let mut running: Vec<(NaiveDate, &CustomerId, Right)> = Vec::new();
    for (customer, it) in &known.customers {
        let all = known.policy.rights(it, known.today).into_iter();
        let ours = all.filter(|it| it.is_running() && !it.kind.is_theirs());
        running.extend(ours.filter_map(|it| Some((it.deadline?, customer, it))));
    }
    running.sort_by(|(a, of, it), (b, other, right)| {
        (a, of, it.kind, &it.subject).cmp(&(b, other, right.kind, &right.subject))
    });
    let count = u64::try_from(running.len()).unwrap_or(u64::MAX);
    line!(text, "\n  {} rights run. Those that lapse next:", grouped(count));
    for (deadline, customer, it) in running.iter().take(SHOWN) {
        let stake: Vec<_> = it.stake.iter().map(|it| amount(*it)).collect();
        let stake = stake.join(", ");
        line!(text, "    {deadline}  {:14} of {customer}: {stake}", it.kind);
        line!(text, "                {}", collection::what_to_do(it.kind));
    }
}

/// `small_claim: brings 1,350.00 EUR for 180.00 EUR in 90 days; for it: uncontested, small`.
fn way(it: &Advice) -> String {
    let amounts = |all: &[Money]| all.iter().map(|it| amount(*it)).collect::<Vec<_>>().join(", ");
    let (brings, costs) = (amounts(&it.brings), amounts(&it.cost));
    let mut said = format!("{:14} brings {brings} for {costs} in {} days", it.route, it.days);
    for (verdict, words) in [(Verdict::For, "for it"), (Verdict::Against, "against it")] {
        let rules = it.because.iter().filter(|(_, of)| *of == verdict);
        let rules: Vec<_> = rules.map(|(it, _)| it.word().replace('_', " ")).collect();
        if !rules.is_empty() {
            let _cannot_fail = write!(said, "; {words}: {}", rules.join(", "));
        }
    }
    said
}

fn amount(it: Money) -> String {
    let plain = it.to_string();
    let plain = plain.trim_end_matches(it.currency().code()).trim();
    format!("{} {}", group(plain), it.currency())
}

//! `GetDisputeCauses`: why invoices are contested, how long that takes and how it ends.

use api::invoicing as proto;
use chrono::{Months, NaiveDate};
use invoicing::view::{Contests, DisputeCauses};
use tokio::time::Instant;

use super::{AsOf, compute};
use crate::grpc::{
    Api,
    fields::{Fields, Read, day, money},
    messages::{decimal, number, text},
    status::Explanation,
    words::Word as _,
};

/// Sites and customers that are told where nobody says how many, and the most.
const TOP: usize = 10;
const TOP_MAX: usize = 1_000;

pub(crate) async fn get_dispute_causes(
    api: &Api,
    request: proto::GetDisputeCausesRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetDisputeCausesResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (first, last, top)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let first = fields.optional_date("from_date", it.from_date);
            let last = fields.optional_date("to_date", it.to_date);
            let top = top_count(fields, it.top_count);
            Ok((first?, last?, top?))
        })?;
    let all = as_of.everybody::<invoicing::Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let last = last.unwrap_or(on);
    let a_year = || last.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
    let first = first.unwrap_or_else(a_year);
    if first > last {
        let why = format!("{first} is after {last}, the last day of the period");
        return Err(Explanation::field("from_date", why));
    }
    let causes = compute(move || {
        DisputeCauses::of(all.customers.iter().map(|(id, it)| (id, &**it)), first, last, on)
    });
    let DisputeCauses { all, reasons, sites, customers } = causes.await?;
    let reasons = reasons
        .iter()
        .map(|(reason, of)| proto::DisputeGroup { reason: reason.number(), ..group(of) });
    let sites = sites
        .iter()
        .take(top)
        .map(|(site, of)| proto::DisputeGroup { site: text(site.as_ref()), ..group(of) });
    let customers = customers.iter().take(top).map(|(customer, of)| proto::DisputeGroup {
        customer_id: customer.to_string(),
        ..group(of)
    });
    Ok(proto::GetDisputeCausesResponse {
        all: Some(group(&all)),
        reasons: reasons.collect(),
        sites: sites.collect(),
        customers: customers.collect(),
        position: Some(position),
        effective_date: Some(effective_date),
        from_date: Some(day(first)),
        to_date: Some(day(last)),
    })
}

fn top_count(fields: &mut Fields, it: i32) -> Read<usize> {
    match usize::try_from(it) {
        Ok(0) => Ok(TOP),
        Ok(top) if top <= TOP_MAX => Ok(top),
        Ok(_) | Err(_) => {
            let why = format_args!("is 1 to {TOP_MAX}, or 0 for {TOP}");
            Err(fields.wrong("top_count", why))
        }
    }
}

fn group(it: &Contests) -> proto::DisputeGroup {
    let outcome = |it: &invoicing::view::OutcomeShare| proto::OutcomeShare {
        outcome: it.outcome.number(),
        count: number(it.count),
        share: Some(decimal(it.share)),
    };
    proto::DisputeGroup {
        count: number(it.count),
        open_count: number(it.open),
        amounts: it.amounts.iter().map(|it| money(*it)).collect(),
        median_days: it.median_days.map(decimal),
        mean_days: it.mean_days.map(decimal),
        outcomes: it.outcomes.iter().map(outcome).collect(),
        ..proto::DisputeGroup::default()
    }
}

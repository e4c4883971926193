//! `GetCurrencyCover`: what hedges protect of what is owed in foreign currencies.

use ::risk::portfolio::currency_cover::{Covered, CurrencyCover, OfCurrency};
use api::risk as proto;
use chrono::Days;
use money::Currency;
use tokio::time::Instant;

use super::{Answer, Heading, LINES_MAX, count, each};
use crate::grpc::{
    Api,
    fields::{day, money},
    hedge::messages,
    status::Explanation,
};

/// Days ahead within which hedges that mature are told, when nobody says.
const SOON_DAYS: u32 = 30;
/// The most that may be asked.
const SOON_DAYS_MAX: u32 = 3_650;

pub(in crate::grpc) async fn get_currency_cover(
    api: &Api,
    request: proto::GetCurrencyCoverRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetCurrencyCoverResponse> {
    let proto::GetCurrencyCoverRequest {
        tenant_id,
        as_of,
        min_position,
        currency_code,
        maturing_within_days: within,
    } = request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, (currency, within)) = heading
        .over(api, deadline, |fields| {
            let currency = fields.optional::<Currency>("currency_code", &currency_code);
            let within = count(fields, "maturing_within_days", within, SOON_DAYS, SOON_DAYS_MAX);
            Ok((currency?, within?))
        })
        .await?;
    let found = portfolio
        .gather(
            |policy, some, on| Ok::<_, Explanation>(CurrencyCover::of(policy, each(some), on)),
            CurrencyCover::merge,
        )
        .await?;
    let (policy, on) = (&portfolio.policy, portfolio.on);
    let wanted = |it: Currency| currency.is_none_or(|currency| currency == it);
    let all = found.by_currency(policy, on);
    let last = on.checked_add_days(Days::new(within.into())).unwrap_or(on);
    let mut soon: Vec<_> = policy
        .hedges()
        .filter(|it| {
            let near = it.hedge.matures_on <= last && wanted(it.hedge.amount.currency());
            near && it.is_in_force_on(on)
        })
        .collect();
    soon.sort_by_key(|it| (it.hedge.matures_on, &it.hedge.hedge));
    soon.truncate(usize::try_from(LINES_MAX).unwrap_or(usize::MAX));
    Ok(proto::GetCurrencyCoverResponse {
        currencies: all.iter().filter(|it| wanted(it.currency)).map(of_currency).collect(),
        maturing_hedges: soon.into_iter().filter_map(|it| messages::hedge(it, on)).collect(),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

fn of_currency(it: &OfCurrency) -> proto::CurrencyCover {
    let months = it.months.iter().map(|(month, it)| proto::CurrencyMonth {
        month_start_date: Some(day(*month)),
        amounts: Some(amounts(it)),
    });
    proto::CurrencyCover {
        currency_code: it.currency.code().to_owned(),
        total: Some(amounts(&it.total)),
        months: months.collect(),
    }
}

fn amounts(it: &Covered) -> proto::CoveredAmounts {
    proto::CoveredAmounts {
        receivable_amount: Some(money(it.receivables)),
        overdue_amount: Some(money(it.overdue)),
        covered_amount: Some(money(it.covered)),
        uncovered_amount: Some(money(it.uncovered)),
        over_covered_amount: Some(money(it.over_covered)),
        ahead_amount: Some(money(it.ahead)),
    }
}

//! Which hedges there are.

use ::risk::Policy;
use api::risk as proto;
use chrono::NaiveDate;
use events::{HedgeId, risk::HedgeKind};
use money::Currency;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    fields::day,
    messages::number,
    page::{self, Cut, Token},
    position,
    queries::AsOf,
    risk::policy_as_of,
    status::Explanation,
};

/// Where a hedge stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    matures_on: NaiveDate,
    hedge: HedgeId,
}

/// `ListHedges`: by the day on which they mature, page by page. All partitions are told the same, so
/// one is asked.
pub(super) async fn list(
    api: &Api,
    request: proto::ListHedgesRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListHedgesResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, currency, kind, until)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let currency = fields.optional::<Currency>("currency_code", &it.currency_code);
            let kind = match it.kind {
                0 => Ok(None),
                number => fields.word::<HedgeKind>("kind", number).map(Some),
            };
            let until = fields.optional_date("maturity_date_max", it.maturity_date_max);
            Ok((size?, token?, currency?, kind?, until?))
        })?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let (policy, partition, at) = policy_as_of(&tenant, &as_of).await?;
    let first = tenant.hosts::<Policy>().next();
    let (_, host) = first.ok_or_else(|| Explanation::role_elsewhere("risk"))?;
    let today = host.read(|books| books.day_at(at))?;
    let on = as_of.day(host, at, today).await?;
    let mut rows = Vec::new();
    for known in policy.hedges() {
        let hedge = &known.hedge;
        let wanted = currency.is_none_or(|it| hedge.amount.currency() == it)
            && kind.is_none_or(|it| hedge.kind == it)
            && until.is_none_or(|it| hedge.matures_on <= it)
            && (known.is_in_force_on(on) || !it.in_force_only);
        if let Some(told) = messages::hedge(known, on).filter(|_| wanted) {
            rows.push((Place { matures_on: hedge.matures_on, hedge: hedge.hedge.clone() }, told));
        }
    }
    let Cut { rows, next, count } = page::cut(rows, after.as_ref(), size);
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListHedgesResponse {
        hedges: rows.into_iter().map(|(_, it)| it).collect(),
        next_page_token: next.unwrap_or_default(),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
        position: Some(position::of_one(partition, at)),
        effective_date: Some(day(on)),
    })
}

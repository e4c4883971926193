//! `vigie.dunning.v1.BacktestService`: what other rules for reminding would have done.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ::dunning::{
    Policy,
    backtest::{Change, Comparison, Did, Figures, Minutes, Point, Totals, UNKNOWN},
};
use api::dunning::{self as proto, BacktestAction, backtest_service_server::BacktestService};
use indicatif::ProgressBar;
use money::{Currency, Money};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tonic::{Request, Response, Status};

use super::{
    Api, deadline,
    fields::{Fields, Read, day, money},
    messages::{number, text},
    position,
    status::Explanation,
};
use crate::backtest::{self, Against, Asked, Tried};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Differences that an answer tells, unless more are asked for; and at most.
const TOLD: usize = 100;
const TOLD_MAX: i32 = 10_000;
/// Minutes of a call or an approval: more than a day's work is none.
const MINUTES_MAX: i32 = 480;

/// Each reads whole journals and holds them in memory: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

#[tonic::async_trait]
impl BacktestService for Service {
    async fn backtest_policy(
        &self,
        request: Request<proto::BacktestPolicyRequest>,
    ) -> Result<Response<proto::BacktestPolicyResponse>, Status> {
        let deadline = deadline(&request);
        let answer = tried(&self.0, request.into_inner(), deadline).await?;
        Ok(Response::new(answer))
    }
}

async fn tried(
    api: &Api,
    request: proto::BacktestPolicyRequest,
    deadline: Option<Instant>,
) -> Result<proto::BacktestPolicyResponse, Explanation> {
    let tenant = api.named(&request.tenant_id)?;
    let (asked, minutes, told, least) = Fields::read(|fields| {
        let asked = asked(fields, &request);
        let minutes = minutes(fields, &request);
        let told = told(fields, request.difference_count);
        let least = request.min_position.clone();
        let least = position::read(fields, "min_position", least, &tenant);
        Ok((asked?, minutes?, told?, least?))
    })
    .map_err(Explanation::fields)?;
    position::reach(&tenant, &least, deadline).await?;
    let mut journals = Vec::new();
    for (partition, host) in tenant.hosts::<Policy>() {
        journals.push((partition, host.journal().clone()));
    }
    let trial = async {
        let _turn = TURN.acquire().await.map_err(|_| Explanation::stopping())?;
        let tried = backtest::run(&journals, &Arc::new(asked), &ProgressBar::hidden()).await;
        tried.map_err(|error| {
            Explanation::from(host::Error::<::dunning::Refusal>::Unreadable(error.0))
        })
    };
    let tried = match deadline {
        None => trial.await?,
        Some(at) => timeout_at(at, trial).await.map_err(|_| Explanation::late())??,
    };
    Ok(answer(&tried, minutes, told))
}

fn asked(fields: &mut Fields, it: &proto::BacktestPolicyRequest) -> Read<Asked> {
    let rules = |fields: &mut Fields, field: &str, text: &str| -> Read<Policy> {
        if text.is_empty() {
            return Err(fields.wrong(field, "is required"));
        }
        let rules = serde_json::from_str(text).map_err(|error| error.to_string());
        rules.and_then(backtest::policy).map_err(|error| fields.wrong(field, error))
    };
    let policy = rules(fields, "policy_json", &it.policy_json);
    let against = match (it.against_nobody, it.against_json.as_str()) {
        (true, "") => Ok(Against::Nobody),
        (true, _) => Err(fields.wrong("against_json", "is empty where against_nobody is set")),
        (false, "") => Ok(Against::Current),
        (false, text) => {
            rules(fields, "against_json", text).map(|it| Against::Policy(Box::new(it)))
        }
    };
    let from = fields.optional_date("from_date", it.from_date);
    let to = fields.optional_date("to_date", it.to_date);
    let customer = fields.optional("customer_id", &it.customer_id);
    Ok(Asked {
        policy: policy?,
        against: against?,
        from: from?,
        to: to?,
        customer: customer?,
        agreed: it.agreed,
    })
}

fn minutes(fields: &mut Fields, it: &proto::BacktestPolicyRequest) -> Read<Minutes> {
    let mut one = |field: &str, given: i32| match u32::try_from(given) {
        Ok(minutes) if given <= MINUTES_MAX => Ok(minutes),
        Ok(_) | Err(_) => Err(fields.wrong(field, format_args!("is from 0 to {MINUTES_MAX}"))),
    };
    let call = one("call_minutes", it.call_minutes);
    let approval = one("approval_minutes", it.approval_minutes);
    Ok(Minutes { call: call?, approval: approval? })
}

fn told(fields: &mut Fields, count: i32) -> Read<usize> {
    match usize::try_from(count) {
        Ok(0) => Ok(TOLD),
        Ok(told) if count <= TOLD_MAX => Ok(told),
        Ok(_) | Err(_) => {
            Err(fields.wrong("difference_count", format_args!("is from 0 to {TOLD_MAX}")))
        }
    }
}

fn answer(it: &Tried, minutes: Minutes, told: usize) -> proto::BacktestPolicyResponse {
    let Tried { comparison, old, new, days, position: places } = it;
    let Comparison { changes, totals, .. } = comparison;
    let all: usize = changes.values().map(Vec::len).sum();
    let each = changes.iter().flat_map(|(customer, changes)| {
        changes.iter().map(move |it| difference(customer.as_str(), it))
    });
    proto::BacktestPolicyResponse {
        old_figures: Some(figures(old, &comparison.old, minutes)),
        new_figures: Some(figures(new, &comparison.new, minutes)),
        totals: totals.iter().map(|(did, it)| total(*did, *it)).collect(),
        differences: each.take(told).collect(),
        omitted_count: i64::try_from(all.saturating_sub(told)).unwrap_or(i64::MAX),
        from_date: days.map(|(first, ..)| day(first)),
        to_date: days.map(|(_, last, _)| day(last)),
        day_count: days.map_or(0, |(.., count)| i32::try_from(count).unwrap_or(i32::MAX)),
        unknowns: UNKNOWN.map(str::to_owned).to_vec(),
        position: Some(position::of(places)),
    }
}

fn figures(version: &str, it: &Figures, minutes: Minutes) -> proto::BacktestFigures {
    let open = it.open.keys().map(|(_, level)| *level);
    let levels: BTreeSet<u8> =
        it.reminders.keys().chain(it.named.keys()).copied().chain(open).collect();
    let levels = levels.into_iter().map(|level| {
        let count = |of: &BTreeMap<u8, u64>| of.get(&level).copied().unwrap_or(0);
        let open = it.open.iter().filter(|((_, at), _)| *at == level);
        proto::BacktestLevel {
            level: level.into(),
            reminders: number(count(&it.reminders)),
            named: number(count(&it.named)),
            open_invoices: number(open.clone().map(|(_, it)| it.invoices).sum()),
            open_amounts: open.map(|((currency, _), it)| amount(it.minor, *currency)).collect(),
        }
    });
    proto::BacktestFigures {
        version: version.to_owned(),
        customers: number(it.customers),
        contacts: number(it.contacts()),
        calls: number(it.calls),
        approvals: number(it.approvals),
        minutes: number(it.minutes(minutes)),
        withdrawn: number(it.withdrawn),
        regretted: number(it.regretted),
        exhausted: number(it.exhausted),
        waiting: number(it.waiting),
        blocked: number(it.blocked),
        levels: levels.collect(),
        interest: it.interest.iter().map(|(currency, it)| amount(*it, *currency)).collect(),
        fixed_sums: it.fixed_sums.iter().map(|(currency, it)| amount(*it, *currency)).collect(),
    }
}

/// What no amount of ours can be is the largest that can.
fn amount(minor: i128, currency: Currency) -> api::Money {
    money(Money::new(i64::try_from(minor).unwrap_or(i64::MAX), currency))
}

fn total(did: Did, it: Totals) -> proto::BacktestTotals {
    proto::BacktestTotals {
        action: action(did).into(),
        added: number(it.added),
        removed: number(it.removed),
        moved: number(it.moved),
        altered: number(it.altered),
    }
}

fn difference(customer: &str, it: &Change) -> proto::BacktestDifference {
    let (old, new) = match it {
        Change::Added(it) => (None, Some(it)),
        Change::Removed(it) => (Some(it), None),
        Change::Moved { from, to } | Change::Altered { from, to } => (Some(from), Some(to)),
    };
    proto::BacktestDifference {
        customer_id: customer.to_owned(),
        old_point: old.map(point),
        new_point: new.map(point),
    }
}

fn point(it: &Point) -> proto::BacktestPoint {
    proto::BacktestPoint {
        date: Some(day(it.on)),
        action: action(it.did).into(),
        invoice_id: text(it.invoice.as_ref()),
        level: it.level.into(),
        tone: text(it.said.map(|(tone, _)| tone)),
        channel: text(it.said.map(|(_, channel)| channel)),
    }
}

fn action(did: Did) -> BacktestAction {
    match did {
        Did::Planned => BacktestAction::Planned,
        Did::Sent => BacktestAction::Sent,
        Did::Withdrawn => BacktestAction::Withdrawn,
        Did::Regretted => BacktestAction::Regretted,
        Did::Upheld => BacktestAction::Upheld,
        Did::Exhausted => BacktestAction::Exhausted,
        Did::SupplyBlock => BacktestAction::SupplyBlock,
    }
}

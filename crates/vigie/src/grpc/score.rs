//! `vigie.risk.v1.ScoreService`: every method, and where it is answered.

pub(crate) mod card;
mod messages;

use ::risk::{Command, Policy, PromoteScorecard, ProposeScorecard, Risk, WithdrawScorecard};
use api::risk::{self as proto, score_service_server::ScoreService};
use chrono::NaiveDate;
use events::{
    CustomerId, Sequence,
    risk::{Event, Grade, Measure, Scored},
};
use host::{Host, Moment};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{
    Api, deadline,
    decide::{Heading, decide},
    fields::{Fields, Read, day},
    page::{self, Token},
    position,
    queries::AsOf,
    risk::{known_as_of, policy_as_of},
    status::Explanation,
};
use crate::tenants::Tenant;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

type Answer<T> = Result<T, Explanation>;

/// Hands a command in; whether it changed anything, and where that stands.
async fn take<I>(
    api: &Api,
    heading: Heading,
    item: Option<I>,
    read: impl FnOnce(&mut Fields, I) -> Read<Command>,
    deadline: Option<Instant>,
) -> Result<(Option<api::shared::Position>, bool), Status> {
    let (tenant, asked) = heading.over(api, item, read)?;
    let (taken, _) = decide::<Policy>(&tenant, asked, deadline).await?;
    Ok((Some(position::of(&taken.position)), !taken.events.is_empty()))
}

macro_rules! service {
    (
        commands { $($command:ident $asks:ident $answers:ident $read:ident)+ }
        questions { $($question:ident $wants:ident $tells:ident)+ }
    ) => {
        #[tonic::async_trait]
        impl ScoreService for Service {
            $(async fn $command(
                &self,
                request: Request<proto::$asks>,
            ) -> Result<Response<proto::$answers>, Status> {
                let deadline = deadline(&request);
                let proto::$asks { tenant_id, request_id, actor_id, command } =
                    request.into_inner();
                let heading = Heading { tenant_id, request_id, actor_id };
                let (position, changed) =
                    take(&self.0, heading, command, |fields, it| $read(fields, &it), deadline).await?;
                Ok(Response::new(proto::$answers { position, changed }))
            })+

            $(async fn $question(
                &self,
                request: Request<proto::$wants>,
            ) -> Result<Response<proto::$tells>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new($question(&self.0, request.into_inner(), deadline).await?))
            })+
        }
    };
}

service! {
    commands {
        propose_scorecard ProposeScorecardRequest ProposeScorecardResponse propose
        promote_scorecard PromoteScorecardRequest PromoteScorecardResponse promote
        withdraw_scorecard WithdrawScorecardRequest WithdrawScorecardResponse withdraw
    }
    questions {
        get_scorecards GetScorecardsRequest GetScorecardsResponse
        get_score GetScoreRequest GetScoreResponse
        list_customer_scores ListCustomerScoresRequest ListCustomerScoresResponse
        list_scores ListScoresRequest ListScoresResponse
    }
}

fn propose(fields: &mut Fields, it: &proto::ProposeScorecard) -> Read<Command> {
    let scorecard = card::read(fields, "scorecard", it.scorecard.as_ref());
    let proposed_by = fields.text("proposed_by", &it.proposed_by);
    let propose_date = fields.date("propose_date", it.propose_date);
    Ok(Command::ProposeScorecard(Box::new(ProposeScorecard {
        scorecard: scorecard?,
        proposed_by: proposed_by?,
        propose_date: propose_date?,
    })))
}

fn promote(fields: &mut Fields, it: &proto::PromoteScorecard) -> Read<Command> {
    let scorecard = fields.text("scorecard", &it.scorecard);
    let approved_by = fields.text("approved_by", &it.approved_by);
    let promote_date = fields.date("promote_date", it.promote_date);
    Ok(Command::PromoteScorecard(PromoteScorecard {
        scorecard: scorecard?,
        approved_by: approved_by?,
        promote_date: promote_date?,
    }))
}

fn withdraw(fields: &mut Fields, it: &proto::WithdrawScorecard) -> Read<Command> {
    let scorecard = fields.text("scorecard", &it.scorecard);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    Ok(Command::WithdrawScorecard(WithdrawScorecard {
        scorecard: scorecard?,
        withdraw_date: withdraw_date?,
    }))
}

async fn get_scorecards(
    api: &Api,
    request: proto::GetScorecardsRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetScorecardsResponse> {
    let proto::GetScorecardsRequest { tenant_id, as_of, min_position } = request;
    let (tenant, as_of, ()) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |_| Ok(()))?;
    let (policy, partition, at) = policy_as_of(&tenant, &as_of).await?;
    let measure = |it: &Measure| proto::Measure {
        measure: it.name().to_owned(),
        description: it.description().to_owned(),
    };
    Ok(proto::GetScorecardsResponse {
        champion: Some(card::write(policy.champion())),
        challenger: policy.challenger().map(|(it, _)| card::write(it)),
        proposed_by: policy.challenger().map(|(_, by)| by.to_string()).unwrap_or_default(),
        measures: Measure::ALL.iter().map(measure).collect(),
        position: Some(position::of_one(partition, at)),
    })
}

/// A score, as one entry of a customer's history says it.
fn said(moment: &Moment<::risk::Fact>) -> impl DoubleEndedIterator<Item = (Sequence, &Scored)> {
    let sequence = moment.sequence;
    moment.decision.events.iter().filter_map(move |it| match it {
        ::risk::Fact::Risk(Event::Scored(scored)) => Some((sequence, &**scored)),
        ::risk::Fact::Risk(_) | ::risk::Fact::Invoicing(_) => None,
    })
}

/// The last score said up to an entry that holds on a day.
async fn score_on(
    host: &Host<Policy>,
    customer: &CustomerId,
    risk: &Risk,
    until: Sequence,
    on: NaiveDate,
) -> Answer<Option<proto::Score>> {
    let Some(standing) = risk.standing() else { return Ok(None) };
    // The receipt of the last one stands where the state says; older ones have to be looked for.
    let (after, until) = match standing.at {
        Some(at) if standing.scored_on <= on => (Sequence(at - 1), Sequence(at)),
        Some(_) | None => (Sequence::START, until),
    };
    let moments = host.history(customer, after, until).await?;
    let last = moments.iter().flat_map(said).rev().find(|(_, it)| it.scored_on <= on);
    Ok(last.map(|(sequence, it)| messages::score(sequence, it)))
}

async fn get_score(
    api: &Api,
    request: proto::GetScoreRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetScoreResponse> {
    let proto::GetScoreRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let known = known_as_of(&tenant, &as_of, &customer).await?;
    let (partition, host) = risk(&tenant, &customer)?;
    let score = score_on(host, &customer, &known.state, known.at, known.today).await?;
    let score = score.ok_or_else(|| Explanation::no_score(customer.as_str()))?;
    Ok(proto::GetScoreResponse {
        score: Some(score),
        position: Some(position::of_one(partition, known.at)),
        effective_date: Some(day(known.today)),
    })
}

fn risk<'a>(
    tenant: &'a Tenant,
    customer: &CustomerId,
) -> Answer<(events::Partition, &'a Host<Policy>)> {
    tenant.host::<Policy>(customer).ok_or_else(|| Explanation::role_elsewhere("risk"))
}

async fn list_customer_scores(
    api: &Api,
    mut request: proto::ListCustomerScoresRequest,
    deadline: Option<Instant>,
) -> Answer<proto::ListCustomerScoresResponse> {
    let (page_size, page_token) =
        (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let (min_position, as_of) = (request.min_position.take(), request.as_of.clone());
    let (tenant, as_of, (customer, size, token)) =
        AsOf::read(api, &request.tenant_id, as_of, min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &request.customer_id);
            let size = page::size(fields, page_size);
            let token = page::token::<u64>(fields, &page_token, &request);
            Ok((customer?, size?, token?))
        })?;
    let known = known_as_of(&tenant, &as_of, &customer).await?;
    let (partition, host) = risk(&tenant, &customer)?;
    let until = token.map_or(known.at, |it| Sequence(it.after.saturating_sub(1)));
    let moments = host.history(&customer, Sequence::START, until).await?;
    let scores = moments.iter().rev().flat_map(|it| said(it).rev());
    let scores = scores.filter(|(_, it)| it.scored_on <= known.today);
    let mut scores: Vec<_> =
        scores.take(size + 1).map(|(sequence, it)| messages::score(sequence, it)).collect();
    let more = scores.len() > size;
    scores.truncate(size);
    let last = scores.last().filter(|_| more).map(|it| it.sequence);
    let next = last.map(|after| Token { after, pinned: None }.write(&request));
    Ok(proto::ListCustomerScoresResponse {
        scores,
        next_page_token: next.unwrap_or_default(),
        position: Some(position::of_one(partition, known.at)),
    })
}

/// What lines are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OrderBy {
    Customer,
    WorstFirst,
    BestFirst,
}

/// Where a line stands among the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(i64, CustomerId);

async fn list_scores(
    api: &Api,
    mut request: proto::ListScoresRequest,
    deadline: Option<Instant>,
) -> Answer<proto::ListScoresResponse> {
    let (page_size, page_token) =
        (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let min_position = request.min_position.take();
    let (tenant, as_of, (order_by, grades, size, token)) = AsOf::read(
        api,
        &request.tenant_id,
        request.as_of.clone(),
        min_position,
        deadline,
        |fields| {
            let order_by = match request.order_by.trim() {
                "" | "customer_id" => Ok(OrderBy::Customer),
                "points" | "points asc" => Ok(OrderBy::WorstFirst),
                "points desc" => Ok(OrderBy::BestFirst),
                _ => Err(fields.wrong("order_by", "is one of customer_id, points, points desc")),
            };
            let grades = fields.each("grades", request.grades.iter(), |fields, field, it| {
                fields.word::<Grade>(field, *it)
            });
            let size = page::size(fields, page_size);
            let token = page::token::<Place>(fields, &page_token, &request);
            Ok((order_by?, grades?, size?, token?))
        },
    )?;
    let everybody = as_of.everybody::<Policy>(api, &tenant).await?;
    let (policy, ..) = policy_as_of(&tenant, &as_of).await?;
    let overdue = |risk: &Risk| policy.review(risk).is_some_and(|it| it.is_overdue(everybody.on));
    let mut lines = Vec::new();
    for (customer, risk) in &everybody.customers {
        let Some(standing) = risk.standing() else { continue };
        if !grades.is_empty() && !grades.contains(&standing.grade)
            || request.review_overdue_only && !overdue(risk)
        {
            continue;
        }
        let points = i64::from(standing.sum.points);
        let value = match order_by {
            OrderBy::Customer => 0,
            OrderBy::WorstFirst => points,
            OrderBy::BestFirst => -points,
        };
        let place = Place(value, customer.clone());
        if token.as_ref().is_none_or(|it| place > it.after) {
            lines.push((place, risk));
        }
    }
    lines.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let more = lines.len() > size;
    lines.truncate(size);
    let last = lines.last().filter(|_| more).map(|(place, _)| place.clone());
    let next = last.map(|after| Token { after, pinned: None }.write(&request));
    let line = |(Place(_, customer), risk): &(Place, &std::sync::Arc<Risk>)| {
        messages::line(customer, risk, policy.review(risk), everybody.on)
    };
    let scores = lines.iter().filter_map(line).collect();
    Ok(proto::ListScoresResponse {
        scores,
        next_page_token: next.unwrap_or_default(),
        position: Some(everybody.position()),
    })
}

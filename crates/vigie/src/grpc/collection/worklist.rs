//! `ListCollectionWorklist`: what persons have to do about cases, the most pressing first, page by page.

use ::collection::{
    Policy,
    worklist::{Subject, Task, TaskKind, Work},
};
use api::collection::{self as proto, collection_task};
use dunning::view::worklist::Rank;
use events::{CustomerId, collection::RightSubject};
use tokio::time::Instant;

use crate::grpc::{
    Api,
    fields::day,
    messages::number,
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
    words::Word as _,
};

pub(super) async fn list_collection_worklist(
    api: &Api,
    request: proto::ListCollectionWorklistRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListCollectionWorklistResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, kinds, customer)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<(i32, CustomerId)>(fields, &it.page_token, &asked);
            let kinds = fields
                .each("kinds", &it.kinds, |fields, field, it| fields.word::<TaskKind>(field, *it));
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, kinds?, customer?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    let after = after.map(|(points, customer)| Rank::new(points, customer));
    as_of.on = pinned.flatten().or(as_of.on);
    let policy = as_of.policy::<Policy>(&tenant).await?;
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        for (customer, collection) in customers {
            let Some(work) = policy.work(&collection, on) else { continue };
            if kinds.is_empty() || work.tasks.iter().any(|it| kinds.contains(&it.kind)) {
                rows.push((Rank::new(work.points, customer), work));
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|it| {
        let after = (it.points(), it.customer().clone());
        Token { after, pinned: Some(on) }.write(&asked)
    });
    Ok(proto::ListCollectionWorklistResponse {
        items: rows.iter().map(|(rank, it)| work(rank.customer(), it)).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

fn work(customer: &CustomerId, it: &Work) -> proto::CollectionWorkItem {
    let rules = it
        .rules
        .iter()
        .map(|it| proto::CollectionWorkPoints { rule: it.rule.number(), points: it.points });
    proto::CollectionWorkItem {
        customer_id: customer.to_string(),
        tasks: it.tasks.iter().map(task).collect(),
        points: it.points,
        rules: rules.collect(),
    }
}

fn task(it: &Task) -> proto::CollectionTask {
    let subject = match &it.subject {
        Subject::Case(id) => collection_task::Subject::CaseId(id.to_string()),
        Subject::Placement(id) => collection_task::Subject::PlacementId(id.to_string()),
        Subject::Errand(id, errand) => collection_task::Subject::Errand(proto::PlacementErrand {
            placement_id: id.to_string(),
            errand: errand.number(),
        }),
        Subject::Remittance(id) => collection_task::Subject::RemittanceId(id.to_string()),
        Subject::Right(kind, about) => collection_task::Subject::Right(proto::RightToKeep {
            kind: kind.number(),
            subject_id: match about {
                RightSubject::Invoice(id) => id.to_string(),
                RightSubject::Notice(id) => id.to_string(),
                RightSubject::Act(id) => id.to_string(),
                RightSubject::Cover(id) => id.to_string(),
                RightSubject::Guarantee(id) => id.to_string(),
            },
        }),
    };
    proto::CollectionTask {
        kind: it.kind.number(),
        since_date: Some(day(it.since)),
        deadline_date: it.until.map(day),
        subject: Some(subject),
    }
}

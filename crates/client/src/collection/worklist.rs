//! What persons have to do about cases.

use std::fmt::Write as _;

use api::collection::{
    CollectionTask, CollectionTaskKind, CollectionWorkItem, ListCollectionWorklistRequest,
    collection_service_client::CollectionServiceClient, collection_task::Subject,
};

use super::answers::short;
use crate::{
    Trouble,
    answers::{date, of_when},
    asked::Asked,
    paper::{Paper, Sheet, Tone},
    words::words,
};

/// Which work.
#[derive(Debug, clap::Args)]
pub(crate) struct Work {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// With something of this kind to do: `unknown_errand`, `right_at_risk`, `failed_errand`, `given_back`,
    /// proposal, `to_decide`, `late_remittance` or `to_place`; may be given more than once
    #[arg(long, value_parser = task)]
    task: Vec<CollectionTaskKind>,
}

words! {
    task CollectionTaskKind: "COLLECTION_TASK_KIND", "task, such as to_decide or right_at_risk";
}

/// What there is to do, page by page.
pub(crate) async fn work(
    asked: &Asked,
    which: &Work,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListCollectionWorklistRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        kinds: which.task.iter().map(|it| i32::from(*it)).collect(),
        customer_id: which.customer.clone().unwrap_or_default(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_collection_worklist(request.clone()).await?.into_inner();
        all.extend(answer.items.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} customers", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(rows(&all));
    Ok(paper)
}

fn rows(all: &[CollectionWorkItem]) -> Sheet {
    let columns = ["customer", "points", "to_do", "last_day", "why"];
    let mut sheet = Sheet::new("worklist", "", &columns);
    for it in all {
        let tasks: Vec<_> = it.tasks.iter().map(told).collect();
        let mut why = String::new();
        for it in &it.rules {
            let rule = short(it.rule().as_str_name(), "COLLECTION_WORK_RULE_");
            let between = if why.is_empty() { "" } else { ", " };
            let _cannot_fail = write!(why, "{between}{rule} {:+}", it.points);
        }
        let day = |it: &CollectionTask| it.deadline_date.map(|it| (it.year, it.month, it.day));
        let nearest =
            it.tasks.iter().filter(|it| it.deadline_date.is_some()).min_by_key(|it| day(it));
        let first = it.tasks.first().map(CollectionTask::kind);
        let pressing = matches!(
            first,
            Some(CollectionTaskKind::UnknownErrand | CollectionTaskKind::RightAtRisk)
        );
        sheet.row(
            if pressing { Tone::Alarming } else { Tone::Plain },
            [
                it.customer_id.as_str().into(),
                it.points.into(),
                tasks.join(", ").into(),
                date(nearest.and_then(|it| it.deadline_date.as_ref())),
                why.into(),
            ],
        );
    }
    sheet
}

fn told(it: &CollectionTask) -> String {
    let about = match &it.subject {
        Some(Subject::CaseId(id) | Subject::PlacementId(id) | Subject::RemittanceId(id)) => {
            id.clone()
        }
        Some(Subject::Errand(errand)) => {
            format!(
                "{} of {}",
                short(errand.errand().as_str_name(), "ERRAND_"),
                errand.placement_id
            )
        }
        Some(Subject::Right(right)) => {
            format!("{} {}", short(right.kind().as_str_name(), "RIGHT_KIND_"), right.subject_id)
        }
        None => String::new(),
    };
    format!("{} {about}", short(it.kind().as_str_name(), "COLLECTION_TASK_KIND_"))
}

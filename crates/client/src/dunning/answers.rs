//! What dunning answers, as papers.

use std::fmt::Write as _;

use api::{
    Money,
    dunning::{
        Channel as By, Dunning, GetDunningRequest, ListRemindersRequest, ListWorklistRequest,
        Reminder, TaskKind, WorkItem, dunning_service_client::DunningServiceClient,
        reminder::State, task::Subject,
    },
};
use tonic::transport::Channel;

use crate::{
    Trouble,
    answers::{amount, civil, date, of_when, plain, word},
    asked::Asked,
    get::score::letter,
    paper::{Cell, Paper, Sheet, Tone},
    words::words,
};

/// Which reminders.
#[derive(Debug, clap::Args)]
pub(crate) struct Reminders {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// In this state: `to_approve`, planned, approved, started, unknown, stuck or sent; may be given more
    /// than once
    #[arg(long, value_parser = state)]
    state: Vec<State>,
    /// By this channel
    #[arg(long, value_parser = super::channel)]
    channel: Option<By>,
}

/// Which work.
#[derive(Debug, clap::Args)]
pub(crate) struct Worklist {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// With something of this kind to do: `unknown_outcome`, stuck, exhausted, `broken_promise`, send,
    /// call or approve; may be given more than once
    #[arg(long, value_parser = task)]
    task: Vec<TaskKind>,
}

words! {
    state State: "STATE", "state of a reminder, such as to_approve or sent";
    task TaskKind: "TASK_KIND", "task, such as approve or call";
}

/// How a customer stands.
pub(crate) async fn get(asked: &Asked, channel: Channel, customer: &str) -> Result<Paper, Trouble> {
    let mut client = DunningServiceClient::new(channel);
    let request = GetDunningRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let answer = client.get_dunning(request).await?.into_inner();
    let told = answer.dunning.unwrap_or_default();
    let mut paper = Paper::new(format!("Reminders to {customer}"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    paper.fact("next_contact", date(told.next_contact_date.as_ref()));
    paper.fact("supply_block", Cell::Number(told.supply_block.to_string()));
    paper.sheet(invoices(&told));
    let pending: Vec<_> = told.pending.iter().cloned().collect();
    paper.sheet(reminders("pending", "On its way", &pending));
    paper.sheet(holds(&told));
    paper.sheet(contacts(&told));
    Ok(paper)
}

fn invoices(told: &Dunning) -> Sheet {
    let columns = [
        "invoice",
        "due",
        "open",
        "disputed",
        "level",
        "ladder",
        "because",
        "named",
        "deadline",
        "exhausted",
    ];
    let mut sheet = Sheet::new("invoices", "Open items", &columns);
    for it in &told.invoices {
        let tone = if it.exhaust_date.is_some() { Tone::Alarming } else { Tone::Plain };
        let contested = it.disputed_amount.as_ref().filter(|it| it.units != 0 || it.nanos != 0);
        sheet.row(
            tone,
            [
                it.invoice_id.as_str().into(),
                date(it.due_date.as_ref()),
                amount(it.open_amount.as_ref()),
                amount(contested),
                Cell::Number(it.level.to_string()),
                it.ladder.as_str().into(),
                word(it.ladder_reason().as_str_name(), "LADDER_REASON_"),
                date(it.name_date.as_ref()),
                date(it.deadline_date.as_ref()),
                date(it.exhaust_date.as_ref()),
            ],
        );
    }
    sheet
}

fn holds(told: &Dunning) -> Sheet {
    let columns = ["hold", "reason", "invoice", "from", "until", "by", "note"];
    let mut sheet = Sheet::new("holds", "Not reminded, because", &columns);
    for it in &told.holds {
        sheet.row(
            Tone::Plain,
            [
                it.hold_id.as_str().into(),
                word(it.reason().as_str_name(), "HOLD_REASON_"),
                it.invoice_id.as_str().into(),
                date(it.hold_date.as_ref()),
                date(it.until_date.as_ref()),
                it.placed_by.as_str().into(),
                it.note.as_str().into(),
            ],
        );
    }
    sheet
}

fn contacts(told: &Dunning) -> Sheet {
    let columns = ["contact", "date", "channel", "result", "reminder", "by", "note"];
    let mut sheet = Sheet::new("contacts", "Contacts", &columns);
    for it in &told.contacts {
        sheet.row(
            Tone::Plain,
            [
                it.contact_id.as_str().into(),
                date(it.contact_date.as_ref()),
                word(it.channel().as_str_name(), "CHANNEL_"),
                word(it.result().as_str_name(), "CONTACT_RESULT_"),
                it.reminder_id.as_str().into(),
                it.logged_by.as_str().into(),
                it.note.as_str().into(),
            ],
        );
    }
    sheet
}

/// Reminders, page by page.
pub(crate) async fn list(
    asked: &Asked,
    which: &Reminders,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = DunningServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListRemindersRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        states: which.state.iter().map(|it| i32::from(*it)).collect(),
        customer_id: which.customer.clone().unwrap_or_default(),
        channel: which.channel.map(i32::from).unwrap_or_default(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_reminders(request.clone()).await?.into_inner();
        all.extend(answer.reminders.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} reminders", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(reminders("reminders", "", &all));
    Ok(paper)
}

fn reminders(key: &'static str, title: &str, all: &[Reminder]) -> Sheet {
    let columns = [
        "customer",
        "reminder",
        "for",
        "state",
        "since",
        "planned",
        "level",
        "tone",
        "channel",
        "ladder",
        "approved_by",
        "deadline",
        "presented",
        "invoices",
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for it in all {
        let tone = match it.state() {
            State::Unknown | State::Stuck => Tone::Alarming,
            State::Sent => Tone::Faint,
            State::ToApprove
            | State::Planned
            | State::Approved
            | State::Started
            | State::Unspecified => Tone::Plain,
        };
        let items = it.items.iter().map(|item| {
            let regretted = it.regretted_invoice_ids.contains(&item.invoice_id);
            let regretted = if regretted { " (regretted)" } else { "" };
            format!("{} {}{regretted}", item.invoice_id, money(item.open_amount.as_ref()))
        });
        let presented = it.presentations.iter().map(|it| {
            let on = it.present_date.as_ref().map(civil).unwrap_or_default();
            format!("{on} {}", spelled(it.result().as_str_name(), "PRESENTATION_RESULT_"))
        });
        sheet.row(
            tone,
            [
                it.customer_id.as_str().into(),
                it.reminder_id.as_str().into(),
                word(it.purpose().as_str_name(), "PURPOSE_"),
                word(it.state().as_str_name(), "STATE_"),
                date(it.state_date.as_ref()),
                date(it.plan_date.as_ref()),
                Cell::Number(it.level.to_string()),
                word(it.tone().as_str_name(), "TONE_"),
                word(it.channel().as_str_name(), "CHANNEL_"),
                it.ladder.as_str().into(),
                it.approved_by.as_str().into(),
                date(it.deadline_date.as_ref()),
                presented.collect::<Vec<_>>().join(", ").into(),
                items.collect::<Vec<_>>().join(", ").into(),
            ],
        );
    }
    sheet
}

/// What persons have to do, page by page.
pub(crate) async fn worklist(
    asked: &Asked,
    which: &Worklist,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = DunningServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListWorklistRequest {
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
        let answer = client.list_worklist(request.clone()).await?.into_inner();
        all.extend(answer.items.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} customers", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(work(&all));
    Ok(paper)
}

fn work(all: &[WorkItem]) -> Sheet {
    let columns = ["customer", "points", "to_do", "overdue", "days_past_due", "grade", "why"];
    let mut sheet = Sheet::new("worklist", "", &columns);
    for it in all {
        let overdue: Vec<_> = it.overdue_amounts.iter().map(|it| money(Some(it))).collect();
        let tasks = it.tasks.iter().map(|it| {
            let subject = match &it.subject {
                Some(Subject::ReminderId(id) | Subject::InvoiceId(id) | Subject::PromiseId(id)) => {
                    id
                }
                None => "",
            };
            format!("{} {subject}", spelled(it.kind().as_str_name(), "TASK_KIND_"))
        });
        let mut why = String::new();
        for it in &it.rules {
            let rule = spelled(it.rule().as_str_name(), "WORK_RULE_");
            let between = if why.is_empty() { "" } else { ", " };
            let _cannot_fail = write!(why, "{between}{rule} {:+}", it.points);
        }
        let first = it.tasks.first().map(api::dunning::Task::kind);
        let pressing = matches!(first, Some(TaskKind::UnknownOutcome | TaskKind::Stuck));
        sheet.row(
            if pressing { Tone::Alarming } else { Tone::Plain },
            [
                it.customer_id.as_str().into(),
                it.points.into(),
                tasks.collect::<Vec<_>>().join(", ").into(),
                overdue.join(", ").into(),
                it.days_past_due.into(),
                letter(it.grade),
                why.into(),
            ],
        );
    }
    sheet
}

fn spelled(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_ascii_lowercase().replace('_', " ")
}

pub(super) fn money(it: Option<&Money>) -> String {
    it.map(|it| format!("{} {}", plain(it), it.currency_code)).unwrap_or_default()
}

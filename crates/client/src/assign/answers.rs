//! Assignments, as a paper.

use api::invoicing::{
    Assignment, FacilityKind, GetAssignmentRequest, ListAssignmentsRequest, RecourseGround,
    assignment::State, assignment_service_client::AssignmentServiceClient,
};
use tonic::transport::Channel;

use crate::{
    Trouble,
    answers::{amount, date, of_when, word},
    asked::Asked,
    paper::{Paper, Sheet, Tone},
    words::words,
};

/// Which assignments.
#[derive(Debug, clap::Args)]
pub(crate) struct Assignments {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// By one agreement
    #[arg(long)]
    facility: Option<String>,
    /// In this state, such as funded or recourse; may be given more than once
    #[arg(long, value_parser = state)]
    state: Vec<State>,
    /// Only those of which something is held for the assignee
    #[arg(long)]
    held: bool,
}

words! {
    state State: "STATE", "state of an assignment, such as offered, funded or recourse";
}

/// Assignments, page by page.
pub(crate) async fn list(
    asked: &Asked,
    which: &Assignments,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = AssignmentServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListAssignmentsRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        customer_id: which.customer.clone().unwrap_or_default(),
        facility_id: which.facility.clone().unwrap_or_default(),
        states: which.state.iter().map(|it| i32::from(*it)).collect(),
        held_only: which.held,
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_assignments(request.clone()).await?.into_inner();
        all.extend(answer.assignments.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} assignments", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    let columns = [
        "customer",
        "assignment",
        "invoice",
        "facility",
        "state",
        "assignee",
        "amount",
        "open",
        "held",
        "diluted",
        "never_open",
    ];
    let mut sheet = Sheet::new("assignments", "", &columns);
    for it in &all {
        sheet.row(
            tone(it),
            [
                it.customer_id.as_str().into(),
                it.assignment_id.as_str().into(),
                it.invoice_id.as_str().into(),
                it.facility_id.as_str().into(),
                word(it.state().as_str_name(), "STATE_"),
                it.assignee.as_str().into(),
                amount(it.amount.as_ref()),
                amount(it.open_amount.as_ref()),
                amount(it.held_amount.as_ref()),
                amount(it.diluted_amount.as_ref()),
                amount(it.never_open_amount.as_ref()),
            ],
        );
    }
    paper.sheet(sheet);
    Ok(paper)
}

/// What is to be passed on or paid back asks for attention.
fn tone(it: &Assignment) -> Tone {
    let owed = [&it.held_amount, &it.never_open_amount];
    let owed = owed.into_iter().flatten().any(|it| it.units != 0 || it.nanos != 0);
    if owed || it.state() == State::Recourse {
        Tone::Alarming
    } else if matches!(it.state(), State::Ended | State::Repurchased | State::Settled) {
        Tone::Faint
    } else {
        Tone::Plain
    }
}

/// One assignment.
pub(crate) async fn one(
    asked: &Asked,
    channel: Channel,
    customer: &str,
    assignment: &str,
) -> Result<Paper, Trouble> {
    let request = GetAssignmentRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        assignment_id: assignment.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let answer = AssignmentServiceClient::new(channel).get_assignment(request).await?.into_inner();
    let it = answer.assignment.unwrap_or_default();
    let mut paper = Paper::new(format!("Assignment {assignment} of {customer}"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    paper.fact("invoice", it.invoice_id.as_str());
    paper.fact("facility", it.facility_id.as_str());
    paper.fact("state", word(it.state().as_str_name(), "STATE_"));
    paper.fact("assignee", it.assignee.as_str());
    paper.fact("kind", word(FacilityKind::as_str_name(&it.kind()), "FACILITY_KIND_"));
    paper.fact("recourse", it.recourse);
    paper.fact("collected_by_you", it.collects);
    paper.fact("payee", it.payee.as_str());
    for (name, on) in [
        ("offered", &it.offer_date),
        ("assigned", &it.assign_date),
        ("notified", &it.notify_date),
        ("funded", &it.fund_date),
        ("recourse_taken", &it.recourse_date),
        ("repurchased", &it.repurchase_date),
        ("settled", &it.settle_date),
    ] {
        paper.fact(name, date(on.as_ref()));
    }
    paper.fact("ground", word(RecourseGround::as_str_name(&it.ground()), "RECOURSE_GROUND_"));
    for (name, money) in [
        ("amount", &it.amount),
        ("never_open", &it.never_open_amount),
        ("open", &it.open_amount),
        ("paid_to_assignee", &it.paid_to_assignee_amount),
        ("held_for_assignee", &it.held_amount),
        ("passed_on", &it.passed_on_amount),
        ("paid_to_you", &it.paid_to_tenant_amount),
        ("diluted", &it.diluted_amount),
        ("given_up", &it.given_up_amount),
        ("disputed", &it.disputed_amount),
        ("paid_in_advance", &it.funded_amount),
        ("fee", &it.fee_amount),
        ("reserve", &it.reserve_amount),
        ("costs", &it.costs_amount),
        ("repurchase_price", &it.repurchase_amount),
        ("paid_out", &it.settle_amount),
    ] {
        paper.fact(name, amount(money.as_ref()));
    }
    let mut held = Sheet::new("held", "Held for the assignee", &["payment", "amount"]);
    for it in &it.held {
        held.row(Tone::Alarming, [it.payment_id.as_str().into(), amount(it.amount.as_ref())]);
    }
    paper.sheet(held);
    Ok(paper)
}

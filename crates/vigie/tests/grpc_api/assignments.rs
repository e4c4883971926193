//! Receivables that are made over to a factor, from the agreement to the money that is passed on.

use api::{
    dunning::{
        self, Approval, Channel as By, HoldReason, Tone,
        dunning_service_client::DunningServiceClient,
    },
    invoicing::{
        self as proto, FacilityKind, RecourseGround, assignment::State,
        assignment_service_client::AssignmentServiceClient,
    },
    risk::{self, risk_service_client::RiskServiceClient},
};
use clap::Parser as _;
use tonic::{Code, transport::Channel};
use vigie::cli::Cli;

use super::support::{TENANT, World, day, eur, told, until, whole_world};

macro_rules! request {
    ($request:ident $command:expr) => {
        proto::$request { tenant_id: TENANT.into(), command: Some($command), ..Default::default() }
    };
}

fn agreement() -> proto::RegisterFacility {
    let decimal = |it: &str| Some(api::Decimal { value: it.to_owned() });
    proto::RegisterFacility {
        facility_id: "FC-1".into(),
        assignee: "Affacturage du Nord".into(),
        kind: FacilityKind::Factoring.into(),
        currency_code: "EUR".into(),
        funded_share: decimal("0.85"),
        reserve_share: decimal("0.15"),
        overdue_days_max: 60,
        notifies: true,
        payee: "nord".into(),
        ..Default::default()
    }
}

fn made(assignment: &str, invoice: &str) -> proto::AssignReceivableRequest {
    request!(AssignReceivableRequest proto::AssignReceivable {
        customer_id: "C-1".into(),
        assignment_id: assignment.into(),
        invoice_id: invoice.into(),
        facility_id: "FC-1".into(),
        amount: None,
        assign_date: Some(day("2026-06-01")),
    })
}

async fn ladder(dunning: &mut DunningServiceClient<Channel>) {
    let level = dunning::Level {
        offset_days: 5,
        gap_days: 7,
        tone: Tone::Reminder.into(),
        channels: vec![By::Letter.into()],
        approval: Approval::ByPerson.into(),
        ..Default::default()
    };
    let usual = dunning::Ladder { name: "usual".into(), levels: vec![level], ..Default::default() };
    let rules =
        dunning::DunningPolicy { version: "v1".into(), ladders: vec![usual], ..Default::default() };
    let adopted = dunning::AdoptDunningPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(rules),
        ..Default::default()
    };
    dunning.adopt_dunning_policy(adopted).await.unwrap();
}

/// What is at stake, once risk has heard as much.
async fn exposure(
    risk: &mut RiskServiceClient<Channel>,
    at: Option<api::shared::Position>,
) -> risk::Exposure {
    let request = risk::GetExposureRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        min_position: at,
        ..Default::default()
    };
    risk.get_exposure(request).await.unwrap().into_inner().exposure.unwrap()
}

async fn shown(world: &World, line: &str) -> serde_json::Value {
    let server = format!("http://{}", world.running.grpc_address);
    let line = format!("vigie {line} --server {server} --tenant {TENANT} --output json");
    let command = Cli::try_parse_from(line.split(' ')).unwrap().command;
    serde_json::from_str(&command.answer().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_assigned_without_recourse_leaves_exposure_and_what_comes_in_is_passed_on() {
    let mut world = whole_world(1).await;
    let address = format!("http://{}", world.running.grpc_address);
    let mut assign = AssignmentServiceClient::connect(address.clone()).await.unwrap();
    let mut risk = RiskServiceClient::connect(address.clone()).await.unwrap();
    let mut dunning = DunningServiceClient::connect(address).await.unwrap();
    ladder(&mut dunning).await;
    world.issue("C-1", "F-1", "2026-05-15", 120_000).await;
    let issued = world.issue("C-1", "F-2", "2026-06-30", 30_000).await;
    let before = exposure(&mut risk, issued.position).await;
    assert_eq!(before.total_amount, Some(eur(150_000)));

    let early = assign.assign_receivable(made("AS-1", "F-1")).await.unwrap_err();
    let (code, reason, _) = told(&early);
    assert_eq!((code, reason.as_str()), (Code::NotFound, "FACILITY_NOT_FOUND"));
    let mut wrong = agreement();
    (wrong.notifies, wrong.overdue_days_max) = (false, 4_000);
    let refused = assign.register_facility(request!(RegisterFacilityRequest wrong)).await;
    let (code, _, details) = told(&refused.unwrap_err());
    let fields = details.bad_request().unwrap().field_violations.iter();
    let fields: Vec<_> = fields.map(|it| it.field.as_str()).collect();
    assert_eq!(code, Code::InvalidArgument);
    assert_eq!(fields, ["command.overdue_days_max", "command.collects"]);
    let registered = assign.register_facility(request!(RegisterFacilityRequest agreement())).await;
    assert!(registered.unwrap().into_inner().changed);
    let fine = shown(&world, "assign check C-1 F-1 FC-1").await;
    assert_eq!(fine["eligible"], true);

    let done = assign.assign_receivable(made("AS-1", "F-1")).await.unwrap().into_inner();
    assert!(done.changed);
    assert!(!assign.assign_receivable(made("AS-1", "F-1")).await.unwrap().into_inner().changed);
    let twice = assign.assign_receivable(made("AS-2", "F-1")).await.unwrap_err();
    assert_eq!(told(&twice).1, "INVOICE_ASSIGNED");
    let after = exposure(&mut risk, done.position.clone()).await;
    assert_eq!(after.total_amount, Some(eur(30_000)));
    assert_eq!(after.overdue_amount, Some(eur(0)));
    assert_eq!(after.assigned_without_recourse_amount, Some(eur(120_000)));
    // Its statement stays.
    let account = world.account("C-1").await.account.unwrap();
    assert_eq!(account.balances[0].open_amount, Some(eur(150_000)));

    // The customer was told: the assignee asks for the money itself.
    let standing = dunning::GetDunningRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        min_position: done.position,
        ..Default::default()
    };
    until(async || {
        let answer = dunning.get_dunning(standing.clone()).await.unwrap().into_inner();
        let holds = answer.dunning.unwrap_or_default().holds;
        holds.iter().any(|it| it.reason() == HoldReason::Assigned && it.invoice_id == "F-1")
    })
    .await;

    // Money that comes to the tenant by mistake.
    let paid = world.pay("C-1", "P-1", "2026-06-01", 120_000).await;
    assert_eq!(paid.allocations[0].invoice_id, "F-1");
    let held = shown(&world, "list assignments --held").await;
    assert_eq!(held["assignments"][0]["assignment"], "AS-1");
    assert_eq!(held["assignments"][0]["held"]["amount"], "1200.00", "{held}");
    let passed = shown(&world, "assign pass-on C-1 AS-1 P-1 --on 2026-06-02").await;
    assert_eq!(passed["new"], true, "{passed}");
    let at = passed["position"].as_str().unwrap();
    let none = shown(
        &world,
        &format!("list assignments --held --effective-on 2026-06-02 --min-position {at}"),
    )
    .await;
    assert_eq!(none["assignments"].as_array().unwrap().len(), 0);
    let settled = shown(&world, "assign settle C-1 AS-1 --on 2026-06-03").await;
    assert_eq!(settled["new"], true);
    world.day("2026-06-03").await;
    let at = settled["position"].as_str().unwrap();
    let asked = format!("get assignment C-1 AS-1 --effective-on 2026-06-03 --min-position {at}");
    let one = shown(&world, &asked).await;
    assert_eq!((one["state"].as_str(), one["open"].is_null()), (Some("settled"), false), "{one}");

    let request = proto::GetAssignmentRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        assignment_id: "AS-1".into(),
        ..Default::default()
    };
    let it = assign.get_assignment(request.clone()).await.unwrap().into_inner().assignment.unwrap();
    assert_eq!((it.assignee.as_str(), it.payee.as_str()), ("Affacturage du Nord", "nord"));
    assert_eq!(it.open_amount, Some(eur(0)));
    let missing = proto::GetAssignmentRequest { assignment_id: "AS-9".into(), ..request };
    let missing = assign.get_assignment(missing).await.unwrap_err();
    assert_eq!(told(&missing).1, "ASSIGNMENT_NOT_FOUND");

    // What was agreed without recourse does not come back because nobody paid.
    assign.assign_receivable(made("AS-3", "F-2")).await.unwrap();
    let unpaid = request!(TakeRecourseRequest proto::TakeRecourse {
        customer_id: "C-1".into(),
        assignment_id: "AS-3".into(),
        ground: RecourseGround::Unpaid.into(),
        costs_amount: None,
        recourse_date: Some(day("2026-06-01")),
    });
    let (code, reason, details) = told(&assign.take_recourse(unpaid).await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "NO_RECOURSE"));
    assert_eq!(details.error_info().unwrap().metadata["field"], "command.ground");
    let list = proto::ListAssignmentsRequest {
        tenant_id: TENANT.into(),
        states: vec![State::Assigned.into()],
        ..Default::default()
    };
    let listed = assign.list_assignments(list).await.unwrap().into_inner();
    assert_eq!((listed.total_size, listed.assignments[0].assignment_id.as_str()), (1, "AS-3"));
}

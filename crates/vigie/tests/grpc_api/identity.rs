//! Who the customer is, and whose report counts, as a client meets it.

use api::{
    alerts as told,
    risk::{
        self as proto, IdentityFinding, credit_input::Input, filed_rating::PassedOver,
        identity_check::Finding, obstacle::Rule, order::State,
        risk_service_client::RiskServiceClient, way::What,
    },
};
use tonic::transport::Channel;

use super::support::{TENANT, World, day, eur, whole_world};

async fn risk(world: &World) -> RiskServiceClient<Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    RiskServiceClient::connect(address).await.unwrap()
}

fn said(input: Input) -> proto::RecordInputRequest {
    proto::RecordInputRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CreditInput { customer_id: "C-1".into(), input: Some(input) }),
        ..Default::default()
    }
}

fn rules() -> proto::AdoptCreditPolicyRequest {
    proto::AdoptCreditPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CreditPolicy {
            currency_code: "EUR".into(),
            limit_without_request_amount: Some(eur(500_000)),
            agencies: vec!["Altares".into(), "Creditsafe".into()],
            rating_days_by_grade: vec![365, 365, 180, 90, 90],
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn checked(id: &str, on: &str, findings: Vec<Finding>) -> Input {
    Input::IdentityCheck(proto::IdentityCheck {
        check_id: id.into(),
        check_date: Some(day(on)),
        source: "bank".into(),
        findings,
    })
}

async fn file(
    risk: &mut RiskServiceClient<Channel>,
    min_position: Option<api::shared::Position>,
) -> proto::CreditFile {
    let asked = proto::GetCreditFileRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        as_of: None,
        min_position,
    };
    risk.get_credit_file(asked).await.unwrap().into_inner().file.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_doubtful_customer_waits_until_it_is_looked_again() {
    let world = whole_world(4).await;
    let mut risk = risk(&world).await;
    risk.adopt_credit_policy(rules()).await.unwrap();
    let changed = IdentityFinding::BankAccountChanged;
    let finding = Finding { finding: changed.into(), note: "called back: nobody knew".into() };
    let looked = checked("IC-1", "2026-05-30", vec![finding.clone()]);
    let position = risk.record_input(said(looked)).await.unwrap().into_inner().position;

    let filed = file(&mut risk, position.clone()).await;
    let check = filed.identity_checks[0].identity_check.as_ref().unwrap();
    assert_eq!(check.findings, [finding]);
    assert!(filed.identity_checks[0].sequence > 0, "it says where it stands");

    let check = proto::CheckOrderRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CheckOrder {
            customer_id: "C-1".into(),
            order: "PO-1".into(),
            amount: Some(eur(90_000)),
            order_date: Some(day("2026-06-01")),
            delivery_date: None,
        }),
        ..Default::default()
    };
    let held = risk.check_order(check).await.unwrap().into_inner().order.unwrap();
    assert_eq!(held.state(), State::Held);
    let Some(Rule::DoubtfulIdentity(it)) = &held.obstacles[0].rule else { panic!("{held:?}") };
    assert_eq!(it.finding(), changed);
    let [way] = held.ways.as_slice() else { panic!("{held:?}") };
    let Some(What::IdentityCheck(again)) = &way.what else { panic!("{way:?}") };
    assert_eq!((again.sources.as_slice(), way.enough), (&["bank".to_owned()][..], true));

    let address = format!("http://{}", world.running.grpc_address);
    let mut alerts =
        told::alerts_service_client::AlertsServiceClient::connect(address).await.unwrap();
    let asked = told::ListAlertsRequest {
        tenant_id: TENANT.into(),
        min_position: position,
        kinds: vec![told::AlertKind::IdentityDoubtful.into()],
        ..Default::default()
    };
    let listed = alerts.list_alerts(asked).await.unwrap().into_inner().alerts;
    assert_eq!(listed[0].severity(), told::AlertSeverity::High);
    assert_eq!(listed[0].reasons().collect::<Vec<_>>(), [told::AlertReason::BankAccountChanged]);
    assert_eq!(listed[0].evidence_sequences.len(), 1);

    let cleared = checked("IC-2", "2026-06-01", Vec::new());
    let position = risk.record_input(said(cleared)).await.unwrap().into_inner().position;
    let asked = proto::GetOrderRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        order: "PO-1".into(),
        as_of: None,
        min_position: position,
    };
    let order = risk.get_order(asked).await.unwrap().into_inner().order.unwrap();
    assert_eq!(order.state(), State::Accepted);
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_says_whose_report_counts_and_which_is_to_be_asked_for() {
    let world = whole_world(1).await;
    let mut risk = risk(&world).await;
    risk.adopt_credit_policy(rules()).await.unwrap();
    let rated = |id: &str, agency: &str, raw: &str, on: &str| {
        said(Input::Rating(proto::Rating {
            rating_id: id.into(),
            agency: agency.into(),
            scale: "banque_de_france".into(),
            raw: raw.into(),
            as_of_date: Some(day(on)),
            receive_date: Some(day(on)),
            ..Default::default()
        }))
    };
    // Grade E, of 93 days before the first of June: too old by then.
    let old = risk.record_input(rated("R-1", "Altares", "8", "2026-02-28")).await.unwrap();
    let filed = file(&mut risk, old.into_inner().position).await;
    assert_eq!(filed.ratings[0].passed_over(), PassedOver::TooOld);
    let ask = filed.report_to_ask.unwrap();
    assert_eq!((ask.agency.as_str(), ask.too_old_date), ("Altares", Some(day("2026-05-30"))));

    let young = risk.record_input(rated("R-2", "Creditsafe", "1", "2026-05-01")).await.unwrap();
    let filed = file(&mut risk, young.into_inner().position).await;
    let counts: Vec<_> = filed.ratings.iter().map(|it| it.counts).collect();
    assert_eq!(counts, [false, true]);
    assert_eq!(filed.report_to_ask, None, "none is needed");
    world.running.stop().await.unwrap();
}

//! What a person should look at, as a client meets it.

use api::{
    alerts::{
        self as proto, AlertKind, AlertSeverity, alert::State, alert_change::What,
        alerts_service_client::AlertsServiceClient, watch_alerts_response::Update,
    },
    shared::Position,
};
use tonic::{Code, Streaming, transport::Channel};

use super::support::{TENANT, World, day, eur, known, told, whole_world as world};

async fn client(world: &World) -> AlertsServiceClient<Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    AlertsServiceClient::connect(address).await.unwrap()
}

fn list(min_position: Option<Position>) -> proto::ListAlertsRequest {
    proto::ListAlertsRequest { tenant_id: TENANT.into(), min_position, ..Default::default() }
}

fn ids(alerts: &[proto::Alert]) -> Vec<String> {
    alerts.iter().map(|it| format!("{} {}", it.customer_id, it.alert_id)).collect()
}

/// The next message that tells of something.
async fn next(
    stream: &mut Streaming<proto::WatchAlertsResponse>,
) -> (Position, Vec<proto::AlertChange>) {
    loop {
        let message = stream.message().await.unwrap().unwrap();
        match message.update {
            Some(Update::Changes(it)) => return (message.position.unwrap(), it.changes),
            Some(Update::Heartbeat(_)) | None => {}
        }
    }
}

fn short(changes: &[proto::AlertChange]) -> Vec<String> {
    let word = |it: &proto::AlertChange| match it.what.as_ref().unwrap() {
        What::Raised(_) => "raised",
        What::Acknowledged(_) => "acknowledged",
        What::Assigned(_) => "assigned",
        What::Cleared(_) => "cleared",
    };
    changes.iter().map(|it| format!("{} {} {}", it.customer_id, it.alert_id, word(it))).collect()
}

fn watch(after_position: Option<Position>) -> proto::WatchAlertsRequest {
    proto::WatchAlertsRequest { tenant_id: TENANT.into(), after_position, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_is_raised_listed_seen_assigned_and_cleared_and_a_watcher_hears_each_once() {
    let mut world = world(4).await;
    let mut alerts = client(&world).await;
    let mut watching = alerts.watch_alerts(watch(None)).await.unwrap().into_inner();
    let first = watching.message().await.unwrap().unwrap();
    assert!(matches!(first.update, Some(Update::Heartbeat(_))), "{first:?}");
    assert_eq!(first.position.as_ref().unwrap().sequences.len(), 4);

    world.issue("C-1", "F-1", "2026-05-15", 120_000).await;
    let (after_raised, changes) = next(&mut watching).await;
    assert_eq!(short(&changes), ["C-1 invoice_overdue-1 raised"]);
    let Some(What::Raised(raised)) = &changes[0].what else { panic!("{changes:?}") };
    assert_eq!(
        (raised.kind(), raised.severity()),
        (AlertKind::InvoiceOverdue, AlertSeverity::Medium)
    );
    assert_eq!(raised.reasons().collect::<Vec<_>>(), [proto::AlertReason::PastDue]);
    assert_eq!((raised.invoice_id.as_str(), raised.amount.clone()), ("F-1", Some(eur(120_000))));
    assert_eq!(
        (raised.raise_date, raised.hold_date),
        (Some(day("2026-06-01")), Some(day("2026-05-26")))
    );
    assert_eq!(raised.evidence_sequences.len(), 1);

    let listed = alerts.list_alerts(list(Some(after_raised.clone()))).await.unwrap().into_inner();
    assert_eq!(ids(&listed.alerts), ["C-1 invoice_overdue-1"]);
    assert_eq!((listed.total_size, listed.effective_date), (1, Some(day("2026-06-01"))));

    let acknowledge = proto::AcknowledgeAlertRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::AcknowledgeAlert {
            customer_id: "C-1".into(),
            alert_id: "invoice_overdue-1".into(),
            acknowledged_by: "credit-1".into(),
            acknowledge_date: Some(day("2026-06-01")),
            note: "called".into(),
        }),
        ..Default::default()
    };
    let done = alerts.acknowledge_alert(acknowledge.clone()).await.unwrap().into_inner();
    assert!(done.changed);
    assert!(!alerts.acknowledge_alert(acknowledge.clone()).await.unwrap().into_inner().changed);
    let assign = proto::AssignAlertRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::AssignAlert {
            customer_id: "C-1".into(),
            alert_id: "invoice_overdue-1".into(),
            assigned_to: "credit-2".into(),
            assigned_by: "credit-1".into(),
            assign_date: Some(day("2026-06-01")),
        }),
        ..Default::default()
    };
    let done = alerts.assign_alert(assign.clone()).await.unwrap().into_inner();
    let get = proto::GetAlertRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        alert_id: "invoice_overdue-1".into(),
        min_position: done.position,
        ..Default::default()
    };
    let found = alerts.get_alert(get.clone()).await.unwrap().into_inner().alert.unwrap();
    assert_eq!((found.state(), found.assigned_to.as_str()), (State::Acknowledged, "credit-2"));
    assert_eq!((found.acknowledged_by.as_str(), found.note.as_str()), ("credit-1", "called"));
    let before = proto::GetAlertRequest { as_of: Some(known(after_raised)), ..get };
    let found = alerts.get_alert(before).await.unwrap().into_inner().alert.unwrap();
    assert_eq!(found.state(), State::Raised);

    world.pay("C-1", "P-1", "2026-06-01", 120_000).await;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        heard.extend(short(&next(&mut watching).await.1));
    }
    assert_eq!(
        heard,
        [
            "C-1 invoice_overdue-1 acknowledged",
            "C-1 invoice_overdue-1 assigned",
            "C-1 invoice_overdue-1 cleared"
        ]
    );
    let refused = alerts.assign_alert(proto::AssignAlertRequest {
        command: assign.command.map(|it| proto::AssignAlert { assigned_to: "x".into(), ..it }),
        ..assign
    });
    let status = refused.await.unwrap_err();
    assert_eq!(
        (status.code(), told(&status).1.as_str()),
        (Code::FailedPrecondition, "ALERT_CLEARED")
    );

    // Whoever comes back hears what came since, nothing twice and nothing left out.
    let mut again = alerts.watch_alerts(watch(first.position)).await.unwrap().into_inner();
    let mut heard_again = Vec::new();
    while heard_again.len() < 4 {
        heard_again.extend(short(&next(&mut again).await.1));
    }
    assert_eq!(heard_again[0], "C-1 invoice_overdue-1 raised");
    assert_eq!(heard_again[1..], heard);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_come_in_pages_and_are_filtered_and_so_are_streams() {
    let mut world = world(2).await;
    let mut alerts = client(&world).await;
    let filtered = proto::WatchAlertsRequest { customer_id: "C-3".into(), ..watch(None) };
    let mut watching = alerts.watch_alerts(filtered).await.unwrap().into_inner();
    let begun = watching.message().await.unwrap().unwrap().position.unwrap();
    assert_eq!(begun.sequences.len(), 1);
    for n in 0..5 {
        world.issue(&format!("C-{n}"), "F-1", "2026-05-15", 100).await;
    }
    let (_, changes) = next(&mut watching).await;
    assert_eq!(short(&changes), ["C-3 invoice_overdue-1 raised"]);

    super::support::until(async || {
        alerts.list_alerts(list(None)).await.unwrap().into_inner().total_size == 5
    })
    .await;
    let mut request = proto::ListAlertsRequest { page_size: 2, ..list(None) };
    let mut pages = Vec::new();
    loop {
        let page = alerts.list_alerts(request.clone()).await.unwrap().into_inner();
        pages.push(page.alerts.len());
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, [2, 2, 1]);
    let high = proto::ListAlertsRequest { severity_min: AlertSeverity::High.into(), ..list(None) };
    assert_eq!(alerts.list_alerts(high).await.unwrap().into_inner().total_size, 0);
    let cleared = proto::ListAlertsRequest { states: vec![State::Cleared.into()], ..list(None) };
    let cleared = alerts.list_alerts(cleared).await.unwrap().into_inner();
    assert_eq!(cleared.total_size, 0);
    let past = cleared.position.unwrap();
    world.pay("C-1", "P-1", "2026-06-01", 100).await;
    super::support::until(async || {
        alerts.list_alerts(list(None)).await.unwrap().into_inner().total_size == 4
    })
    .await;
    let then = proto::ListAlertsRequest { as_of: Some(known(past)), ..list(None) };
    assert_eq!(alerts.list_alerts(then).await.unwrap().into_inner().total_size, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_hold_for_every_customer_and_what_cannot_be_is_refused() {
    let mut world = world(2).await;
    let mut alerts = client(&world).await;
    world.issue("C-1", "F-1", "2026-05-31", 100).await;
    let adopt = |overdue_days, news_days| proto::AdoptAlertPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::AlertPolicy {
            overdue_days: Some(overdue_days),
            news_days: Some(news_days),
            ..Default::default()
        }),
        ..Default::default()
    };
    let status = alerts.adopt_alert_policy(adopt(70_000, 0)).await.unwrap_err();
    let fields: Vec<_> = told(&status).2.bad_request().unwrap().field_violations.clone();
    assert_eq!(fields[0].field, "command.overdue_days");
    let adopted = alerts.adopt_alert_policy(adopt(0, 30)).await.unwrap().into_inner();
    assert!(adopted.changed);
    assert_eq!(adopted.position.as_ref().unwrap().sequences.len(), 2);
    assert!(!alerts.adopt_alert_policy(adopt(0, 30)).await.unwrap().into_inner().changed);
    super::support::until(async || {
        alerts.list_alerts(list(None)).await.unwrap().into_inner().total_size == 1
    })
    .await;
    let missing = proto::GetAlertRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        alert_id: "limit_breached-1".into(),
        ..Default::default()
    };
    let status = alerts.get_alert(missing).await.unwrap_err();
    assert_eq!((status.code(), told(&status).1.as_str()), (Code::NotFound, "ALERT_NOT_FOUND"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_customers_together_are_looked_at_across_partitions_on_every_day() {
    let mut world = world(4).await;
    let mut alerts = client(&world).await;
    let before = world.issue("C-0", "F-0", "2026-06-30", 100_000).await.position.unwrap();
    for n in 1..12 {
        world.issue(&format!("C-{n}"), &format!("F-{n}"), "2026-06-30", 10_000).await;
    }
    let mut watching = alerts.watch_alerts(watch(None)).await.unwrap().into_inner();
    world.day("2026-06-02").await;
    let (_, changes) = next(&mut watching).await;
    assert_eq!(short(&changes), [" concentration_crossed-C-0-1 raised"]);
    let Some(What::Raised(raised)) = &changes[0].what else { panic!("{changes:?}") };
    assert_eq!(raised.subject, Some(proto::alert::Subject::GroupId("C-0".into())));
    // 1,000.00 of 2,100.00, of which a tenth would be 210.00.
    let amounts = (raised.amount.clone(), raised.limit_amount.clone());
    assert_eq!(amounts, (Some(eur(100_000)), Some(eur(21_000))));

    let acknowledged = proto::AcknowledgeAlertRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::AcknowledgeAlert {
            alert_id: raised.alert_id.clone(),
            acknowledged_by: "credit-1".into(),
            acknowledge_date: Some(day("2026-06-02")),
            ..Default::default()
        }),
        ..Default::default()
    };
    let seen = alerts.acknowledge_alert(acknowledged).await.unwrap().into_inner();
    assert!(seen.changed);
    let position = seen.position.unwrap();
    assert_eq!(position.sequences.keys().collect::<Vec<_>>(), [&0], "the first partition keeps it");
    let found = proto::GetAlertRequest {
        tenant_id: TENANT.into(),
        alert_id: raised.alert_id.clone(),
        min_position: Some(position.clone()),
        ..Default::default()
    };
    let alert = alerts.get_alert(found.clone()).await.unwrap().into_inner().alert.unwrap();
    assert_eq!((alert.acknowledged_by.as_str(), alert.state()), ("credit-1", State::Acknowledged));
    let listed = alerts.list_alerts(list(Some(position))).await.unwrap().into_inner();
    assert_eq!(ids(&listed.alerts), [" concentration_crossed-C-0-1"]);
    // Before it was raised nobody knew of it.
    let mut everywhere = before;
    for partition in 0..4 {
        everywhere.sequences.entry(partition).or_insert(1);
    }
    let then =
        proto::GetAlertRequest { as_of: Some(known(everywhere)), min_position: None, ..found };
    assert_eq!(alerts.get_alert(then).await.unwrap_err().code(), Code::NotFound);

    // What is paid is at stake no longer: on the next day it is over.
    world.pay("C-0", "P-0", "2026-06-02", 95_000).await;
    world.day("2026-06-03").await;
    let (_, changes) = next(&mut watching).await;
    assert_eq!(short(&changes), [" concentration_crossed-C-0-1 acknowledged"]);
    let (_, changes) = next(&mut watching).await;
    assert_eq!(short(&changes), [" concentration_crossed-C-0-1 cleared"]);
}

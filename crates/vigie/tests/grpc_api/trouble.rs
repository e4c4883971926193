use std::time::Duration;

use api::shared::Position;
use events::Sequence;
use tonic::{Code, Request, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use super::support::{TENANT, World, account, issue, process, told, until, world};

fn controls(world: &World) -> journal::memory::Controls {
    let tenant = world.running.tenants.get(&TENANT.parse().unwrap()).unwrap();
    tenant.parts[0].journal().unwrap().controls().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_that_is_not_reached_in_time_is_no_answer() {
    let mut world = world(1).await;
    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    let mut request = account("C-1");
    request.min_position = Some(Position { sequences: [(0, 1_000)].into() });
    let mut request = Request::new(request);
    request.set_timeout(Duration::from_millis(300));
    let status = world.invoicing.get_account(request).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::Unavailable, "NOT_CAUGHT_UP"));
    assert!(details.retry_info().unwrap().retry_delay.is_some());
    // A partition that the tenant does not have is a mistake.
    let mut request = account("C-1");
    request.min_position = Some(Position { sequences: [(7, 1)].into() });
    let status = world.invoicing.get_account(request).await.unwrap_err();
    let violations = told(&status).2.bad_request().unwrap().field_violations.clone();
    assert_eq!(violations[0].field, "min_position.sequences[7]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_is_away_is_named_at_the_deadline_and_loses_nothing() {
    let mut world = world(1).await;
    let mut request = Request::new(api::tenant::GetDayRequest {
        tenant_id: TENANT.into(),
        min_position: Some(Position { sequences: [(0, 1_000)].into() }),
    });
    request.set_timeout(Duration::from_millis(200));
    let status = world.tenants.get_day(request).await.unwrap_err();
    assert_eq!(told(&status).1, "NOT_CAUGHT_UP");

    // The journal is away: that is what a caller is told who waited in vain.
    controls(&world).be_away(1_000);
    let mut request = Request::new(issue("C-1", "F-1", "2026-05-31", 120_000));
    request.set_timeout(Duration::from_millis(500));
    let status = world.invoicing.issue_invoice(request).await.unwrap_err();
    let (code, reason, _) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::Unavailable, "LOG_UNREACHABLE"));
    // Questions are answered all the same.
    let status = world.invoicing.get_account(account("C-1")).await.unwrap_err();
    assert_eq!(told(&status).1, "CUSTOMER_NOT_FOUND");
    // And what was asked is recorded once, when the journal is back.
    controls(&world).be_away(0);
    let mut again = world.invoicing.clone();
    until(async || again.get_account(account("C-1")).await.is_ok()).await;
    assert!(!world.issue("C-1", "F-1", "2026-05-31", 120_000).await.changed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_cannot_be_written_in_time_is_not_open() {
    let mut world = world(1).await;
    controls(&world).be_away(1_000);
    let mut request = Request::new(api::tenant::OpenDayRequest {
        tenant_id: TENANT.into(),
        date: Some(super::support::day("2026-06-02")),
    });
    request.set_timeout(Duration::from_millis(300));
    let status = world.tenants.open_day(request).await.unwrap_err();
    let (code, reason, _) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::Unavailable, "LOG_UNREACHABLE"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_barred_journal_takes_nothing_and_answers_questions() {
    let mut world = world(1).await;
    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    world.running.tenants.bar(Some("the server does not sync"));
    let status = world.invoicing.issue_invoice(issue("C-1", "F-2", "2026-05-31", 1)).await;
    let status = status.unwrap_err();
    assert_eq!(told(&status).1, "LOG_UNREACHABLE");
    assert!(status.message().contains("the server does not sync"), "{status:?}");
    world.account("C-1").await;
    world.running.tenants.bar(None);
    world.issue("C-1", "F-2", "2026-05-31", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_still_reads_says_so_and_is_not_ready() {
    let mut first = world(1).await;
    // As many entries as there are commands: each waits for the one before.
    for number in 0..3_000 {
        first.issue("C-1", &format!("F-{number}"), "2026-05-31", 100).await;
    }
    let mut second = process(first.store.clone()).await;
    let address = format!("http://{}", second.running.grpc_address);
    let channel = Channel::from_shared(address).unwrap().connect().await.unwrap();
    let mut health = HealthClient::new(channel);
    let mut probe = async |service: &str| {
        let request = HealthCheckRequest { service: service.into() };
        health.check(request).await.unwrap().into_inner().status()
    };
    let question = second.invoicing.get_account(account("C-1")).await;
    let command = second.invoicing.issue_invoice(issue("C-1", "F-1", "2026-05-31", 100)).await;
    assert_eq!(probe("liveness").await, ServingStatus::Serving);
    let ready = probe("readiness").await;
    // On a machine that is fast enough it has read everything by now.
    if let Err(status) = question {
        let (code, reason, details) = told(&status);
        assert_eq!((code, reason.as_str()), (Code::Unavailable, "REPLAYING"));
        assert!(details.retry_info().is_some());
    }
    if let Err(status) = command {
        assert_eq!(told(&status).1, "REPLAYING");
        assert_eq!(ready, ServingStatus::NotServing);
    }
    second.running.tenants.ready().await;
    until(async || probe("readiness").await == ServingStatus::Serving).await;
    assert_eq!(probe("vigie.invoicing.v1.InvoicingService").await, ServingStatus::Serving);
    assert_eq!(probe("").await, ServingStatus::Serving);
    second.account("C-1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_is_not_whole_is_never_answered_from() {
    type Damage = fn(&journal::memory::Controls);
    let damage: [(Damage, &str); 2] =
        [(|it| it.lose(Sequence(3)), "5 of 6"), (|it| it.flip_byte(Sequence(3), 100), "entry 3")];
    for (damage, what) in damage {
        let mut first = world(1).await;
        for number in 0..5 {
            first.issue("C-1", &format!("F-{number}"), "2026-05-31", 100).await;
        }
        damage(&controls(&first));
        let mut second = process(first.store.clone()).await;
        second.running.tenants.ready().await;
        let question = second.invoicing.get_account(account("C-1")).await.map(|_| ());
        let command = issue("C-1", "F-9", "2026-05-31", 100);
        let command = second.invoicing.issue_invoice(command).await.map(|_| ());
        for status in [question.unwrap_err(), command.unwrap_err()] {
            let (code, reason, details) = told(&status);
            assert_eq!((code, reason.as_str()), (Code::DataLoss, "LOG_GAP"));
            assert!(status.message().contains(what), "{status:?}");
            assert!(!details.help().unwrap().links.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_told_to_stop_answers_what_is_on_its_way_and_ends_streams() {
    let mut world = world(1).await;
    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    let request = api::invoicing::WatchAccountRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        after_position: None,
    };
    let mut watching = world.invoicing.watch_account(request).await.unwrap().into_inner();
    watching.message().await.unwrap().unwrap();
    let stopping = tokio::spawn(world.running.stop());
    let status = watching.message().await.unwrap_err();
    assert_eq!(told(&status).1, "STOPPING");
    tokio::time::timeout(Duration::from_secs(10), stopping).await.unwrap().unwrap().unwrap();
    assert!(world.invoicing.get_account(account("C-1")).await.is_err());
}

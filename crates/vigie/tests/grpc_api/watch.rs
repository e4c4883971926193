use api::invoicing::{self as proto, watch_account_response::Update};
use tonic::{Code, Streaming};

use super::support::{TENANT, World, eur, told, world};

async fn watch(
    world: &mut World,
    after_position: Option<api::shared::Position>,
) -> Streaming<proto::WatchAccountResponse> {
    let request = proto::WatchAccountRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        after_position,
    };
    world.invoicing.watch_account(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_begins_with_the_account_and_goes_on_where_another_ended() {
    let mut world = world(4).await;
    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    let mut watching = watch(&mut world, None).await;
    let first = watching.message().await.unwrap().unwrap();
    let Some(Update::Account(account)) = first.update else { panic!("{first:?}") };
    assert_eq!(account.balances[0].open_amount, Some(eur(120_000)));

    world.issue("C-2", "X-1", "2026-05-31", 5).await;
    world.pay("C-1", "P-1", "2026-06-01", 20_000).await;
    let second = watching.message().await.unwrap().unwrap();
    let Some(Update::Change(change)) = second.update else { panic!("{second:?}") };
    let names: Vec<_> = change.facts.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(names, ["PaymentReceived", "Allocated"]);
    assert_eq!(change.balances[0].open_amount, Some(eur(100_000)));
    drop(watching);

    // What came while nobody watched is told first, nothing twice and nothing left out.
    for number in 2..30 {
        world.pay("C-1", &format!("P-{number}"), "2026-06-01", 100).await;
    }
    let mut watching = watch(&mut world, second.position).await;
    let mut open = 100_000;
    for number in 2..30 {
        let message = watching.message().await.unwrap().unwrap();
        let Some(Update::Change(change)) = message.update else { panic!("{message:?}") };
        open -= 100;
        assert!(change.facts[0].data_json.contains(&format!("\"P-{number}\"")), "{change:?}");
        assert_eq!(change.balances[0].open_amount, Some(eur(open)));
    }
    world.issue("C-1", "F-2", "2026-06-30", 7).await;
    let last = watching.message().await.unwrap().unwrap();
    let Some(Update::Change(change)) = last.update else { panic!("{last:?}") };
    assert_eq!(change.facts[0].event, "InvoiceIssued");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_watcher_misses_nothing() {
    let mut world = world(1).await;
    world.issue("C-1", "F-0", "2026-05-31", 100).await;
    let mut watching = watch(&mut world, None).await;
    // More than any queue between the two holds.
    for number in 1..2_500 {
        world.issue("C-1", &format!("F-{number}"), "2026-05-31", 100).await;
    }
    watching.message().await.unwrap().unwrap();
    let mut number = 1;
    while number < 2_500 {
        let message = watching.message().await.unwrap().unwrap();
        let Some(Update::Change(change)) = message.update else { continue };
        for fact in change.facts {
            assert!(fact.data_json.contains(&format!("\"F-{number}\"")), "{number}: {fact:?}");
            number += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_nobody_knows_cannot_be_watched() {
    let mut world = world(1).await;
    let request = proto::WatchAccountRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        after_position: None,
    };
    let status = world.invoicing.watch_account(request).await.unwrap_err();
    assert_eq!((status.code(), told(&status).1.as_str()), (Code::NotFound, "CUSTOMER_NOT_FOUND"));
}

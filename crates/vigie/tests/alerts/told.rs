//! From a fact to whoever listens: over NATS, and over gRPC.

use std::{collections::BTreeMap, path::Path, time::Instant};

use api::{
    alerts::{
        WatchAlertsRequest, alert_change::What, alerts_service_client::AlertsServiceClient,
        watch_alerts_response::Update,
    },
    shared::Position,
};
use async_nats::Client;
use journal::server;
use serde_json::json;
use tonic::transport::Channel;
use vigie::{
    config::{ClockMode, Config, SnapshotPlace},
    serve::{Running, Server},
    tenants::Roles,
};

use crate::support::*;

async fn process(server: &server::Server) -> (Running, AlertsServiceClient<Channel>) {
    let mut config = Config::default();
    config.nats.url = server.url();
    config.nats.monitor_urls = vec![server.monitor_url()];
    config.grpc.address = "127.0.0.1:0".parse().unwrap();
    config.clock.mode = ClockMode::ByHand;
    config.snapshots.place = SnapshotPlace::None;
    let running = Server::start(&config, Roles::ALL).await.unwrap();
    running.tenants.ready().await;
    let address = format!("http://{}", running.grpc_address);
    let client = AlertsServiceClient::connect(address).await.unwrap();
    (running, client)
}

struct House {
    server: server::Server,
    store: journal::Store,
    client: Client,
}

async fn house(dir: &Path) -> Option<House> {
    let (server, store) = server(dir).await?;
    let client = async_nats::connect(server.url()).await.unwrap();
    Some(House { server, store, client })
}

/// Watches until so many changes were told; where the last of them stands.
async fn watch(
    client: &mut AlertsServiceClient<Channel>,
    after_position: Option<Position>,
    wanted: usize,
) -> (Vec<String>, Option<Position>) {
    let request =
        WatchAlertsRequest { tenant_id: "acme".into(), after_position, ..Default::default() };
    let mut stream = client.watch_alerts(request).await.unwrap().into_inner();
    let (mut told, mut position) = (Vec::new(), None);
    while told.len() < wanted {
        let next = tokio::time::timeout(PATIENCE, stream.message()).await.expect("it is told");
        let message = next.unwrap().unwrap();
        position = message.position;
        let Some(Update::Changes(changes)) = message.update else { continue };
        for it in changes.changes {
            let happened = match it.what.unwrap() {
                What::Raised(_) => "raised",
                What::Acknowledged(_) => "acknowledged",
                What::Assigned(_) => "assigned",
                What::Cleared(_) => "cleared",
            };
            told.push(format!("{} {} {happened}", it.customer_id, it.alert_id));
        }
    }
    (told, position)
}

/// What is said of each customer, in order.
fn by_customer(told: impl IntoIterator<Item = String>) -> BTreeMap<String, Vec<String>> {
    let mut by_customer = BTreeMap::<_, Vec<_>>::new();
    for it in told {
        let (customer, what) = it.split_once(' ').unwrap();
        by_customer.entry(customer.to_owned()).or_default().push(what.to_owned());
    }
    by_customer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_makes_many_invoices_late_is_told_in_one_piece_to_everybody_once() {
    const CUSTOMERS: usize = 150;
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    // Two replicas of every role; both would tell.
    let (first, mut asked) = process(&house.server).await;
    let (second, mut asked_too) = process(&house.server).await;
    open_day(&house.client, "2026-06-01").await;
    let from = {
        let request = WatchAlertsRequest { tenant_id: "acme".into(), ..Default::default() };
        let mut stream = asked.watch_alerts(request).await.unwrap().into_inner();
        stream.message().await.unwrap().unwrap().position
    };
    let invoices: Vec<_> =
        (0..CUSTOMERS).map(|n| invoice(&format!("C-{n}"), "2026-05-22")).collect();
    ask(&house.client, "invoicing", &json!(invoices)).await;
    let began = Instant::now();
    open_day(&house.client, "2026-06-02").await;
    until_told(&house.client, CUSTOMERS as u64).await;
    println!("{CUSTOMERS} alerts of one day were told within {:?}", began.elapsed());

    // Cut off in the middle, and on from there at the other replica.
    let (mut watched, at) = watch(&mut asked, from, CUSTOMERS / 3).await;
    let payments: Vec<_> =
        (0..CUSTOMERS).map(|n| payment(&format!("C-{n}"), "2026-06-02")).collect();
    ask(&house.client, "invoicing", &json!(payments)).await;
    let rest = watch(&mut asked_too, at, 2 * CUSTOMERS - watched.len()).await;
    watched.extend(rest.0);

    until_told(&house.client, 2 * CUSTOMERS as u64).await;
    let heard = hear(&house.client, 0, 2 * CUSTOMERS).await;
    same(&said(&house.store).await, &heard);
    assert!(heard.iter().filter(|it| it.together).count() > CUSTOMERS);
    let heard = by_customer(heard.iter().map(Heard::short));
    assert_eq!(heard.len(), CUSTOMERS);
    for of_one in heard.values() {
        assert_eq!(of_one, &["invoice_overdue-1 raised", "invoice_overdue-1 cleared"]);
    }
    assert_eq!(by_customer(watched), heard);
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    assert_eq!(count(&house.client).await, 2 * CUSTOMERS as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_is_seen_and_assigned_over_nats_and_whoever_comes_back_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    let (running, _) = process(&house.server).await;
    open_day(&house.client, "2026-06-01").await;
    ask(&house.client, "invoicing", &json!([invoice("C-1", "2026-05-01")])).await;
    until_told(&house.client, 1).await;
    let heard = hear(&house.client, 0, 1).await;
    assert_eq!(heard[0].subject, "vigie.alerts.acme.medium.invoice_overdue");
    assert_eq!(heard[0].text("/source"), "/tenants/acme/alerts");
    assert_eq!(heard[0].text("/subject"), "C-1");
    assert_eq!(heard[0].text("/data/amount/amount"), "100.00");
    assert_eq!(heard[0].text("/data/about/type"), "customer");

    let about = json!({ "customer_id": "C-1", "alert_id": "invoice_overdue-1" });
    let with = |more: serde_json::Value| {
        let mut data = about.clone();
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    let seen = with(json!({ "acknowledged_by": "credit-1", "acknowledge_date": "2026-06-01" }));
    let assigned = with(json!({
        "assigned_to": "credit-2", "assigned_by": "credit-1", "assign_date": "2026-06-01",
    }));
    let both = json!([
        item("dev.vigie.alert.acknowledged.v1", &seen),
        item("dev.vigie.alert.assigned.v1", &assigned),
    ]);
    let answer = ask(&house.client, "alerts", &both).await;
    assert_eq!(answer["results"][1]["changed"], true, "{answer}");
    assert_eq!(ask(&house.client, "alerts", &both).await["results"][0]["changed"], false);
    until_told(&house.client, 3).await;
    running.stop().await.unwrap();

    // What is recorded while nobody tells is told by whoever comes next.
    let (running, _) = process(&house.server).await;
    ask(&house.client, "invoicing", &json!([payment("C-1", "2026-06-01")])).await;
    until_told(&house.client, 4).await;
    let heard = hear(&house.client, heard[0].sequence, 3).await;
    let short: Vec<_> = heard.iter().map(Heard::short).collect();
    assert_eq!(
        short,
        [
            "C-1 invoice_overdue-1 acknowledged",
            "C-1 invoice_overdue-1 assigned",
            "C-1 invoice_overdue-1 cleared"
        ]
    );
    running.stop().await.unwrap();
}

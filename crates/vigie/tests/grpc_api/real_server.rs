//! The same on a real nats-server.

use std::path::Path;

use api::{
    invoicing::{self as proto, invoicing_service_client::InvoicingServiceClient},
    tenant::{CreateTenantRequest, tenant_service_client::TenantServiceClient},
};
use journal::server::{self, SyncInterval};
use tonic::transport::Channel;
use vigie::{
    config::{ClockMode, Config},
    serve::{Running, Server},
    tenants::Roles,
};

use super::support::{TENANT, account, eur, issue, told, until};

/// A server, if there is one on this machine.
pub(super) async fn start(dir: &Path, sync: SyncInterval) -> Option<server::Server> {
    let Ok(found) = server::find(|_| {}).await else {
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "no nats-server was found");
        eprintln!("NOT TESTED: no nats-server was found");
        return None;
    };
    let mut options = server::Options::new(found.path, dir);
    options.sync = sync;
    Some(server::Server::start(options).await.unwrap())
}

pub(super) async fn process(server: &server::Server) -> (Running, Channel) {
    let mut config = Config::default();
    config.nats.url = server.url();
    config.nats.monitor_urls = vec![server.monitor_url()];
    config.grpc.address = "127.0.0.1:0".parse().unwrap();
    config.clock.mode = ClockMode::ByHand;
    let running = Server::start(&config, Roles::ALL).await.unwrap();
    running.tenants.ready().await;
    let address = format!("http://{}", running.grpc_address);
    let channel = Channel::from_shared(address).unwrap().connect().await.unwrap();
    (running, channel)
}

fn create() -> CreateTenantRequest {
    CreateTenantRequest { tenant_id: TENANT.into(), partitions: 2 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_sync_is_not_written_to_and_the_caller_is_told_why() {
    let dir = tempfile::tempdir().unwrap();
    let Some(server) = start(dir.path(), SyncInterval::Default).await else { return };
    let (running, channel) = process(&server).await;
    let status = TenantServiceClient::new(channel).create_tenant(create()).await.unwrap_err();
    assert_eq!(told(&status).1, "LOG_UNREACHABLE");
    assert!(status.message().contains("sync_interval: always"), "{status:?}");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_comes_back_knows_everything_and_so_does_one_whose_server_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut server) = start(dir.path(), SyncInterval::Always).await else { return };
    let (running, channel) = process(&server).await;
    TenantServiceClient::new(channel.clone()).create_tenant(create()).await.unwrap();
    running.tenants.ready().await;
    let mut invoicing = InvoicingServiceClient::new(channel);
    for number in 0..20 {
        let request =
            issue(&format!("C-{}", number % 3), &format!("F-{number}"), "2026-05-31", 100);
        invoicing.issue_invoice(request).await.unwrap();
    }
    let register = proto::RegisterCustomerRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CustomerData {
            customer_id: "C-1".into(),
            contact: Some(proto::Contact { name: "Jane Doe".into(), ..Default::default() }),
            ..Default::default()
        }),
        ..Default::default()
    };
    invoicing.register_customer(register.clone()).await.unwrap();
    let before = invoicing.get_account(account("C-1")).await.unwrap().into_inner();
    running.stop().await.unwrap();

    let (running, channel) = process(&server).await;
    let mut invoicing = InvoicingServiceClient::new(channel);
    let after = invoicing.get_account(account("C-1")).await.unwrap().into_inner();
    assert_eq!(before.account, after.account);

    // The names are asked for once and then known; what changes is asked for again.
    let mut amend = proto::AmendCustomerRequest {
        tenant_id: TENANT.into(),
        command: register.command,
        ..Default::default()
    };
    let contact = amend.command.as_mut().unwrap().contact.as_mut().unwrap();
    contact.name = "Jane Roe".into();
    invoicing.amend_customer(amend).await.unwrap();
    let name = async |invoicing: &mut InvoicingServiceClient<Channel>| {
        let answer = invoicing.get_account(account("C-1")).await.unwrap().into_inner();
        answer.account.unwrap().customer.unwrap().contact.unwrap().name
    };
    assert_eq!(name(&mut invoicing).await, "Jane Roe");
    // Another one erases it.
    let client = async_nats::connect(server.url()).await.unwrap();
    let bucket = async_nats::jetstream::new(client).get_key_value("vigie-contacts").await.unwrap();
    bucket.purge(format!("{TENANT}.customer.C-1")).await.unwrap();
    until(async || {
        let answer = invoicing.get_account(account("C-1")).await.unwrap().into_inner();
        answer.account.unwrap().customer.unwrap().contact.is_none()
    })
    .await;

    server.kill().await.unwrap();
    let mut asking = invoicing.clone();
    let answered = tokio::spawn(async move {
        asking.issue_invoice(issue("C-1", "F-99", "2026-05-31", 5)).await.unwrap().into_inner()
    });
    server.restart().await.unwrap();
    assert!(answered.await.unwrap().changed);
    let after = invoicing.get_account(account("C-1")).await.unwrap().into_inner();
    let open = after.account.unwrap().balances[0].open_amount.clone();
    assert_eq!(open, Some(eur(7 * 100 + 5)));
    running.stop().await.unwrap();
}

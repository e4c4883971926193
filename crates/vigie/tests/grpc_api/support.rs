//! A process with a tenant, and a client of it.

use std::{path::Path, time::Duration};

use api::{
    invoicing::{self as proto, invoicing_service_client::InvoicingServiceClient},
    risk::{self as credit, credit_input::Input, risk_service_client::RiskServiceClient},
    shared::{AsOf, Position, as_of::KnownAt},
    tenant::{CreateTenantRequest, OpenDayRequest, tenant_service_client::TenantServiceClient},
};
use events::Context;
use journal::Store;
use tonic::{Code, Status, transport::Channel};
use tonic_types::{ErrorDetails, StatusExt as _};
use vigie::{
    config::{ClockMode, Config, SnapshotPlace},
    contacts::Contacts,
    serve::{Running, Server},
    tenants::Roles,
};

pub(super) const TENANT: &str = "acme";

/// A process of every role, and clients of it.
pub(super) struct World {
    pub(super) running: Running,
    pub(super) store: Store,
    pub(super) invoicing: InvoicingServiceClient<Channel>,
    pub(super) tenants: TenantServiceClient<Channel>,
}

/// A process on a store, that keeps days and receivables.
pub(super) async fn process(store: Store) -> World {
    let roles = Roles::default().with(Context::Clock);
    process_of(roles.with(Context::Invoicing), store, None).await
}

async fn process_of(roles: Roles, store: Store, companies: Option<&Path>) -> World {
    let mut config = Config::default();
    config.sending.directory = companies.map(Path::to_owned);
    config.grpc.address = "127.0.0.1:0".parse().unwrap();
    config.grpc.web_origins = vec!["https://desk.example".into()];
    config.clock.mode = ClockMode::ByHand;
    config.snapshots.place = SnapshotPlace::None;
    let contacts = Contacts::memory();
    let running = Server::start_on(&config, roles, store.clone(), contacts, None);
    let running = running.await.unwrap();
    let address = format!("http://{}", running.grpc_address);
    World {
        invoicing: InvoicingServiceClient::connect(address.clone()).await.unwrap(),
        tenants: TenantServiceClient::connect(address).await.unwrap(),
        running,
        store,
    }
}

/// A process that keeps days and receivables, with a tenant, on 1 June 2026.
pub(super) async fn world(partitions: u32) -> World {
    on_the_first(process(Store::memory()).await, partitions).await
}

/// The same with every role.
pub(super) async fn whole_world(partitions: u32) -> World {
    on_the_first(process_of(Roles::ALL, Store::memory(), None).await, partitions).await
}

/// The same with a directory of companies' files.
pub(super) async fn world_of_companies(companies: &Path) -> World {
    on_the_first(process_of(Roles::ALL, Store::memory(), Some(companies)).await, 1).await
}

/// The same, and its tenant has a company file.
pub(super) async fn writing_world(companies: &Path) -> World {
    let company =
        "name = \"Fournitures du Port\"\naddress = [\"3 quai des Grues\"]\nlanguage = \"fr\"\n";
    std::fs::write(companies.join(format!("{TENANT}.toml")), company).unwrap();
    world_of_companies(companies).await
}

pub(super) async fn on_the_first(mut world: World, partitions: u32) -> World {
    let request = CreateTenantRequest { tenant_id: TENANT.into(), partitions };
    world.tenants.create_tenant(request).await.unwrap();
    world.running.tenants.ready().await;
    world.day("2026-06-01").await;
    world
}

impl World {
    pub(super) async fn day(&mut self, date: &str) -> Position {
        let request = OpenDayRequest { tenant_id: TENANT.into(), date: Some(day(date)) };
        self.tenants.open_day(request).await.unwrap().into_inner().position.unwrap()
    }

    pub(super) async fn issue(
        &mut self,
        customer: &str,
        invoice: &str,
        due: &str,
        cents: i64,
    ) -> proto::IssueInvoiceResponse {
        let request = issue(customer, invoice, due, cents);
        self.invoicing.issue_invoice(request).await.unwrap().into_inner()
    }

    pub(super) async fn pay(
        &mut self,
        customer: &str,
        payment: &str,
        on: &str,
        cents: i64,
    ) -> proto::RecordPaymentResponse {
        let command = proto::RecordPayment {
            customer_id: customer.into(),
            payment_id: payment.into(),
            amount: Some(eur(cents)),
            value_date: Some(day(on)),
            method: proto::PaymentMethod::Transfer.into(),
            ..Default::default()
        };
        let request = proto::RecordPaymentRequest {
            tenant_id: TENANT.into(),
            command: Some(command),
            ..Default::default()
        };
        self.invoicing.record_payment(request).await.unwrap().into_inner()
    }

    /// What a gazette says of a customer.
    pub(super) async fn published(
        &self,
        customer: &str,
        notice: &str,
        kind: credit::NoticeKind,
        judged: &str,
        published: &str,
    ) {
        let notice = credit::Notice {
            notice_id: notice.into(),
            kind: kind.into(),
            publication_date: Some(day(published)),
            judgment_date: Some(day(judged)),
            source: "BODACC".into(),
            ..Default::default()
        };
        let request = credit::RecordInputRequest {
            tenant_id: TENANT.into(),
            command: Some(credit::CreditInput {
                customer_id: customer.into(),
                input: Some(Input::Notice(notice)),
            }),
            ..Default::default()
        };
        let address = format!("http://{}", self.running.grpc_address);
        RiskServiceClient::connect(address).await.unwrap().record_input(request).await.unwrap();
    }

    pub(super) async fn account(&mut self, customer: &str) -> proto::GetAccountResponse {
        let request = account(customer);
        self.invoicing.get_account(request).await.unwrap().into_inner()
    }
}

pub(super) fn issue(
    customer: &str,
    invoice: &str,
    due: &str,
    cents: i64,
) -> proto::IssueInvoiceRequest {
    proto::IssueInvoiceRequest {
        tenant_id: TENANT.into(),
        command: Some(invoice_data(customer, invoice, due, cents)),
        ..Default::default()
    }
}

pub(super) fn invoice_data(
    customer: &str,
    invoice: &str,
    due: &str,
    cents: i64,
) -> proto::InvoiceData {
    proto::InvoiceData {
        customer_id: customer.into(),
        invoice_id: invoice.into(),
        issue_date: Some(day("2026-01-01")),
        due_date: Some(day(due)),
        gross: Some(eur(cents)),
        ..Default::default()
    }
}

pub(super) fn account(customer: &str) -> proto::GetAccountRequest {
    proto::GetAccountRequest {
        tenant_id: TENANT.into(),
        customer_id: customer.into(),
        ..Default::default()
    }
}

pub(super) fn known(position: Position) -> AsOf {
    AsOf { effective_date: None, known_at: Some(KnownAt::KnownPosition(position)) }
}

pub(super) fn eur(cents: i64) -> api::Money {
    let nanos = i32::try_from(cents % 100).unwrap() * 10_000_000;
    api::Money { currency_code: "EUR".into(), units: cents / 100, nanos }
}

/// `2026-06-01`.
pub(super) fn day(text: &str) -> api::Date {
    let parts: Vec<i32> = text.split('-').map(|it| it.parse().unwrap()).collect();
    api::Date { year: parts[0], month: parts[1], day: parts[2] }
}

/// The code, the reason and the details of a refusal.
pub(super) fn told(status: &Status) -> (Code, String, ErrorDetails) {
    let details = status.get_error_details();
    let info = details.error_info().unwrap_or_else(|| panic!("no ErrorInfo in {status:?}"));
    assert_eq!(info.domain, "vigie.dev");
    (status.code(), info.reason.clone(), details)
}

/// Waits for a condition that must come true.
pub(super) async fn until(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..2_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come true");
}

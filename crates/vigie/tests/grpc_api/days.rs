use api::tenant::{CreateTenantRequest, GetDayRequest, ListTenantsRequest, OpenDayRequest};
use tonic::Code;

use super::support::{TENANT, day, told, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_go_forward_in_every_partition() {
    let mut world = world(4).await;
    let position = world.day("2026-06-02").await;
    assert_eq!(position.sequences.len(), 4);
    let request = GetDayRequest { tenant_id: TENANT.into(), min_position: Some(position.clone()) };
    let answer = world.tenants.get_day(request).await.unwrap().into_inner();
    assert_eq!(answer.date, Some(day("2026-06-02")));
    assert_eq!(answer.position, Some(position));

    let open = |date: &str| OpenDayRequest { tenant_id: TENANT.into(), date: Some(day(date)) };
    let again = world.tenants.open_day(open("2026-06-02")).await.unwrap().into_inner();
    assert!(!again.changed);
    let status = world.tenants.open_day(open("2026-06-01")).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "DAY_PAST"));
    assert_eq!(details.error_info().unwrap().metadata["open"], "2026-06-02");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_is_made_once_and_keeps_its_partitions() {
    let mut world = world(2).await;
    let create =
        |tenant: &str, partitions| CreateTenantRequest { tenant_id: tenant.into(), partitions };
    let again = world.tenants.create_tenant(create(TENANT, 2)).await.unwrap().into_inner();
    assert!(!again.changed);
    assert_eq!(again.tenant.unwrap().partitions, 2);
    let status = world.tenants.create_tenant(create(TENANT, 3)).await.unwrap_err();
    assert_eq!((status.code(), told(&status).1.as_str()), (Code::AlreadyExists, "TENANT_CONFLICT"));
    for (tenant, partitions) in [("Acme", 1), ("", 1), ("b", 100_000)] {
        let status = world.tenants.create_tenant(create(tenant, partitions)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{tenant} {partitions}");
    }
    for tenant in ["b", "c", "d"] {
        assert!(world.tenants.create_tenant(create(tenant, 0)).await.unwrap().into_inner().changed);
    }
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListTenantsRequest { page_size: 3, page_token };
        let page = world.tenants.list_tenants(request).await.unwrap().into_inner();
        seen.extend(page.tenants.into_iter().map(|it| it.tenant_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["acme", "b", "c", "d"]);
}

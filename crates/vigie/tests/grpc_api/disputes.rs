//! Why invoices are contested, of all partitions together.

use api::invoicing::{self as proto, DisputeOutcome, DisputeReason};
use tonic::Code;

use super::support::{TENANT, World, day, eur, whole_world};

/// A contest of 10.00 of an invoice, and how many days later it ended, if it did.
async fn contested(world: &mut World, customer: &str, on: &str, ended: Option<&str>) {
    world.issue(customer, "F-1", "2026-05-15", 120_000).await;
    let opened = proto::OpenDispute {
        customer_id: customer.into(),
        dispute_id: "D-1".into(),
        invoice_id: "F-1".into(),
        amount: Some(eur(1_000)),
        reason: DisputeReason::Price.into(),
        owner: String::new(),
        open_date: Some(day(on)),
    };
    let request = proto::OpenDisputeRequest {
        tenant_id: TENANT.into(),
        command: Some(opened),
        ..Default::default()
    };
    world.invoicing.open_dispute(request).await.unwrap();
    let Some(ended) = ended else { return };
    let request = proto::ResolveDisputeRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::ResolveDispute {
            customer_id: customer.into(),
            dispute_id: "D-1".into(),
            outcome: DisputeOutcome::Credited.into(),
            resolve_date: Some(day(ended)),
        }),
        ..Default::default()
    };
    world.invoicing.resolve_dispute(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contests_of_every_partition_are_told_by_reason_site_and_customer() {
    let mut world = whole_world(3).await;
    contested(&mut world, "C-1", "2026-05-18", Some("2026-05-21")).await;
    contested(&mut world, "C-2", "2026-05-19", Some("2026-05-27")).await;
    contested(&mut world, "C-3", "2026-05-20", None).await;
    contested(&mut world, "C-4", "2026-04-30", None).await;
    let asked = proto::GetDisputeCausesRequest {
        tenant_id: TENANT.into(),
        from_date: Some(day("2026-05-01")),
        ..Default::default()
    };
    let told = world.invoicing.get_dispute_causes(asked.clone()).await.unwrap().into_inner();
    assert_eq!((told.from_date, told.to_date), (Some(day("2026-05-01")), told.effective_date));
    let all = told.all.unwrap();
    assert_eq!((all.count, all.open_count, &all.amounts[..]), (3, 1, &[eur(3_000)][..]));
    let decimal = |it: Option<api::Decimal>| it.map(|it| it.value).unwrap_or_default();
    assert_eq!(decimal(all.median_days), "5.5");
    assert_eq!(decimal(all.mean_days), "5.5");
    assert_eq!(all.outcomes[0].outcome(), DisputeOutcome::Credited);
    assert_eq!((all.outcomes[0].count, decimal(all.outcomes[0].share.clone()).as_str()), (2, "1"));
    let [price] = told.reasons.as_slice() else { panic!("{:?}", told.reasons) };
    assert_eq!((price.reason(), price.count), (DisputeReason::Price, 3));
    assert_eq!(told.sites.len(), 1, "no invoice names a site");
    let customers: Vec<_> = told.customers.iter().map(|it| it.customer_id.as_str()).collect();
    assert_eq!(customers, ["C-1", "C-2", "C-3"]);

    let wrong = proto::GetDisputeCausesRequest { to_date: Some(day("2026-04-01")), ..asked };
    let refused = world.invoicing.get_dispute_causes(wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

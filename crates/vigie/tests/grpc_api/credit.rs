//! Limits, exposure and orders over gRPC.

use api::risk::{self as proto, risk_service_client::RiskServiceClient};
use tonic::Code;

use super::support::{TENANT, World, day, eur, whole_world};

async fn risk(world: &World) -> RiskServiceClient<tonic::transport::Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    RiskServiceClient::connect(address).await.unwrap()
}

fn policy() -> proto::AdoptCreditPolicyRequest {
    proto::AdoptCreditPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CreditPolicy {
            currency_code: "EUR".into(),
            one_person_limit_amount: Some(eur(500_000)),
            disputed_counts: true,
            unallocated_cash_counts: true,
            guarantees_count: true,
            overdue_days_max: Some(30),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn limit(id: &str, cents: i64) -> proto::RequestLimitRequest {
    proto::RequestLimitRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RequestLimit {
            customer_id: "C-1".into(),
            limit_id: id.into(),
            amount: Some(eur(cents)),
            temporary: false,
            valid_from_date: Some(day("2026-01-01")),
            valid_until_date: None,
            requested_by: "credit-1".into(),
            request_date: Some(day("2026-06-01")),
            reason: "review".into(),
        }),
        ..Default::default()
    }
}

fn order(id: &str, cents: i64) -> proto::CheckOrderRequest {
    proto::CheckOrderRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CheckOrder {
            customer_id: "C-1".into(),
            order: id.into(),
            amount: Some(eur(cents)),
            order_date: Some(day("2026-06-01")),
            delivery_date: None,
        }),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_answered_with_its_obstacles_and_the_ways_out() {
    let mut world = whole_world(4).await;
    let mut risk = risk(&world).await;
    assert!(risk.adopt_credit_policy(policy()).await.unwrap().into_inner().changed);
    let granted = risk.request_limit(limit("L-1", 200_000)).await.unwrap().into_inner();
    assert!(granted.changed && granted.granted);
    let waiting = risk.request_limit(limit("L-2", 900_000)).await.unwrap().into_inner();
    assert!(waiting.changed && !waiting.granted, "two persons are needed");
    let issued = world.issue("C-1", "INV-1", "2026-06-30", 119_000).await;

    let exposure = |min_position| proto::GetExposureRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        as_of: None,
        min_position,
    };
    let told = risk.get_exposure(exposure(issued.position)).await.unwrap().into_inner();
    let it = told.exposure.unwrap();
    assert_eq!((it.not_due_amount, it.limit_amount), (Some(eur(119_000)), Some(eur(200_000))));
    assert_eq!((it.total_amount, it.headroom_amount), (Some(eur(119_000)), Some(eur(81_000))));

    let fits = risk.check_order(order("PO-1", 30_000)).await.unwrap().into_inner();
    assert!(fits.changed);
    assert_eq!(fits.order.unwrap().state(), proto::order::State::Accepted);
    let held = risk.check_order(order("PO-2", 60_000)).await.unwrap().into_inner();
    let before = held.position.clone();
    let held = held.order.unwrap();
    assert_eq!(held.state(), proto::order::State::Held);
    let over = proto::obstacle::OverLimit { excess_amount: Some(eur(9_000)) };
    assert_eq!(held.obstacles[0].rule, Some(proto::obstacle::Rule::OverLimit(over)));
    let deposit = proto::way::What::DepositAmount(eur(9_000));
    assert_eq!((&held.ways[0].what, held.ways[0].enough), (&Some(deposit), true));

    // The payment lets it pass; what was known before stays what was known.
    world.pay("C-1", "P-1", "2026-06-01", 119_000).await;
    let asked = |as_of| proto::GetOrderRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        order: "PO-2".into(),
        as_of,
        min_position: None,
    };
    let released = async {
        loop {
            let it = risk.get_order(asked(None)).await.unwrap().into_inner().order.unwrap();
            if it.state() == proto::order::State::Accepted {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let known_at = before.map(api::shared::as_of::KnownAt::KnownPosition);
        let as_of = api::shared::AsOf { effective_date: None, known_at };
        risk.get_order(asked(Some(as_of))).await.unwrap().into_inner().order.unwrap()
    };
    let then = tokio::time::timeout(std::time::Duration::from_mins(1), released).await.unwrap();
    assert_eq!(then, held);
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_its_fields() {
    let world = whole_world(1).await;
    let mut risk = risk(&world).await;
    let mut wrong = limit("L 1", 100);
    if let Some(it) = &mut wrong.command {
        it.valid_until_date = Some(day("2025-01-01"));
        it.reason = String::new();
    }
    let status = risk.request_limit(wrong).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("command.limit_id"), "{status}");
    assert!(status.message().contains("command.reason"), "{status}");
    let unknown = proto::GetExposureRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-404".into(),
        as_of: None,
        min_position: None,
    };
    assert_eq!(risk.get_exposure(unknown).await.unwrap_err().code(), Code::NotFound);
    let missing = proto::CloseOrderRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CloseOrder {
            customer_id: "C-1".into(),
            order: "PO-404".into(),
            close_date: Some(day("2026-06-01")),
        }),
        ..Default::default()
    };
    assert_eq!(risk.close_order(missing).await.unwrap_err().code(), Code::NotFound);
    world.running.stop().await.unwrap();
}

fn said(input: proto::credit_input::Input) -> proto::RecordInputRequest {
    proto::RecordInputRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::CreditInput { customer_id: "C-1".into(), input: Some(input) }),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_customer_is_in_its_credit_file_with_what_it_means() {
    use proto::credit_input::Input;
    let world = whole_world(4).await;
    let mut risk = risk(&world).await;
    let policy = proto::CreditPolicy {
        insured_part_counts: true,
        deliveries_count: true,
        ..policy().command.unwrap()
    };
    let policy = proto::AdoptCreditPolicyRequest { command: Some(policy), ..self::policy() };
    risk.adopt_credit_policy(policy).await.unwrap();
    let rating = |raw: &str| {
        Input::Rating(proto::Rating {
            rating_id: "R-1".into(),
            agency: "Banque de France".into(),
            scale: "banque_de_france".into(),
            model: String::new(),
            raw: raw.into(),
            as_of_date: Some(day("2026-05-01")),
            receive_date: Some(day("2026-05-02")),
        })
    };
    let figures = proto::Figures { cash: Some(eur(5_000)), ..Default::default() };
    let statement = proto::FinancialStatement {
        statement_id: "S-25".into(),
        closing_date: Some(day("2025-12-31")),
        figures: Some(figures),
        source: "INPI".into(),
    };
    let notice = proto::Notice {
        notice_id: "N-1".into(),
        kind: proto::NoticeKind::Receivership.into(),
        publication_date: Some(day("2026-05-20")),
        source: "BODACC".into(),
        ..Default::default()
    };
    let delivery = proto::Delivery {
        delivery_id: "D-1".into(),
        amount: Some(eur(7_000)),
        delivery_date: Some(day("2026-05-20")),
        ..Default::default()
    };
    let cover = proto::Cover {
        cover_id: "CV-1".into(),
        insurer: "insurer 1".into(),
        policy: "POL-1".into(),
        kind: proto::CoverKind::Named.into(),
        amount: Some(eur(100_000)),
        quota: Some(api::Decimal { value: "0.9".into() }),
        valid_from_date: Some(day("2026-01-01")),
        ..Default::default()
    };
    let mut position = None;
    for input in [
        rating("2"),
        Input::Statement(Box::new(statement)),
        Input::Notice(notice),
        Input::Delivery(delivery),
        Input::Cover(cover),
    ] {
        let taken = risk.record_input(said(input)).await.unwrap().into_inner();
        assert!(taken.changed);
        position = taken.position;
    }
    assert!(!risk.record_input(said(rating("2"))).await.unwrap().into_inner().changed);
    let refused = risk.record_input(said(rating("3"))).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists, "{refused:?}");
    let nothing = Input::Rating(proto::Rating::default());
    let refused = risk.record_input(said(nothing)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("rating.rating_id"), "{refused:?}");

    let asked = proto::GetCreditFileRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        as_of: None,
        min_position: position.clone(),
    };
    let file = risk.get_credit_file(asked).await.unwrap().into_inner().file.unwrap();
    assert_eq!(file.ratings[0].grade(), proto::Grade::A);
    assert!(file.ratings[0].sequence > 0, "it says where it stands");
    let scores = &file.statements[0].scores;
    let ratio = scores.iter().find(|it| it.name == "current_ratio").unwrap();
    assert!(ratio.not_computable_reason.contains("current_assets"), "{ratio:?}");
    assert!(file.notices[0].gravest_in_force);
    assert_eq!(file.deliveries.len(), 1);
    assert_eq!(file.covers[0].state(), proto::filed_cover::State::InForce);
    let asked = proto::GetExposureRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        as_of: None,
        min_position: position,
    };
    let exposure = risk.get_exposure(asked).await.unwrap().into_inner().exposure.unwrap();
    assert_eq!(exposure.delivery_amount, Some(eur(7_000)));
    assert_eq!(exposure.total_amount, Some(eur(7_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_limits_and_guarantees_are_listed_page_by_page() {
    let world = whole_world(4).await;
    let mut risk = risk(&world).await;
    risk.adopt_credit_policy(policy()).await.unwrap();
    risk.request_limit(limit("L-1", 200_000)).await.unwrap();
    let waiting = risk.request_limit(limit("L-2", 900_000)).await.unwrap().into_inner();
    let mut position = waiting.position;
    for n in 0..5 {
        let taken = risk.check_order(order(&format!("PO-{n}"), 60_000)).await.unwrap();
        position = taken.into_inner().position;
    }
    let mut asked = proto::ListOrdersRequest {
        tenant_id: TENANT.into(),
        state: proto::order::State::Held.into(),
        order_by: "state_date".into(),
        page_size: 1,
        min_position: position.clone(),
        ..Default::default()
    };
    let mut held = Vec::new();
    loop {
        let page = risk.list_orders(asked.clone()).await.unwrap().into_inner();
        assert_eq!(page.total_size, 2, "three fit under the limit");
        for it in page.orders {
            let order = it.order.unwrap();
            assert!(!order.obstacles.is_empty() && !order.ways.is_empty());
            held.push((it.customer_id, order.order));
        }
        asked.page_token = page.next_page_token;
        if asked.page_token.is_empty() {
            break;
        }
    }
    let row = |order: &str| ("C-1".to_owned(), order.to_owned());
    assert_eq!(held, [row("PO-3"), row("PO-4")]);
    let asked = proto::ListLimitsRequest {
        tenant_id: TENANT.into(),
        state: proto::filed_limit::State::Requested.into(),
        min_position: position.clone(),
        ..Default::default()
    };
    let limits = risk.list_limits(asked).await.unwrap().into_inner().limits;
    assert_eq!(limits.len(), 1);
    assert_eq!(limits[0].limit.as_ref().unwrap().limit.as_ref().unwrap().limit_id, "L-2");
    let asked = proto::ListGuaranteesRequest {
        tenant_id: TENANT.into(),
        min_position: position,
        ..Default::default()
    };
    let none = risk.list_guarantees(asked).await.unwrap().into_inner();
    assert_eq!((none.total_size, none.guarantees.len()), (0, 0));
}

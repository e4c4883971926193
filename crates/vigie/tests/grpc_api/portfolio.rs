//! What all customers together say, over gRPC: a small portfolio worked out by hand, and the same as
//! it was known before.

use api::{
    invoicing as receivables,
    risk::{
        self as proto, Concentration, Dimension, Figure, concentration::Basis, figure::Value,
        portfolio_service_client::PortfolioServiceClient,
    },
    shared::{AsOf, Position},
};
use tonic::{Code, transport::Channel};

use super::support::{TENANT, World, day, eur, known, told, world};

async fn portfolio(world: &World) -> PortfolioServiceClient<Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    PortfolioServiceClient::connect(address).await.unwrap()
}

async fn belongs(world: &mut World, customer: &str, parent: &str) -> Position {
    let request = receivables::RegisterCustomerRequest {
        tenant_id: TENANT.into(),
        command: Some(receivables::CustomerData {
            customer_id: customer.into(),
            parent_id: parent.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = world.invoicing.register_customer(request).await.unwrap();
    answer.into_inner().position.unwrap()
}

fn number(figures: &[Figure], name: &str) -> String {
    let found = figures.iter().find(|it| it.name == name).unwrap();
    assert!(!found.formula.is_empty());
    match found.value.as_ref() {
        Some(Value::Number(it)) => it.value.clone(),
        other => panic!("{name} is {other:?}: {}", found.not_computable_reason),
    }
}

fn amount(figures: &[Figure], name: &str) -> api::Money {
    let found = figures.iter().find(|it| it.name == name).unwrap();
    assert!(!found.formula.is_empty());
    match found.value.as_ref() {
        Some(Value::Amount(it)) => it.clone(),
        other => panic!("{name} is {other:?}: {}", found.not_computable_reason),
    }
}

/// C-1 owes 600, C-2 of the same group 300, C-3 100.
async fn three(partitions: u32) -> (World, Position) {
    let mut world = world(partitions).await;
    world.issue("C-1", "F-1", "2026-06-30", 60_000).await;
    world.issue("C-2", "F-2", "2026-06-30", 30_000).await;
    world.issue("C-3", "F-3", "2026-04-30", 10_000).await;
    let before = belongs(&mut world, "C-1", "").await;
    let position = belongs(&mut world, "C-2", "C-1").await;
    let mut all = before;
    all.sequences.extend(position.sequences);
    (world, all)
}

/// The position at which every partition has heard all of it.
async fn settled(world: &mut World) -> Position {
    let mut asked = world.tenants.clone();
    let request = api::tenant::GetDayRequest { tenant_id: TENANT.into(), min_position: None };
    asked.get_day(request).await.unwrap().into_inner().position.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_counts_as_one_name_and_the_past_is_as_it_was_known() {
    let (mut world, _) = three(4).await;
    let mut portfolio = portfolio(&world).await;
    let then = settled(&mut world).await;
    let asked = |as_of, min_position| proto::GetConcentrationRequest {
        tenant_id: TENANT.into(),
        as_of,
        min_position,
        dimensions: vec![Dimension::Customer.into(), Dimension::Group.into()],
        top_count: 1,
    };
    let of = |all: &[Concentration], dimension, basis| {
        all.iter().find(|it| it.dimension() == dimension && it.basis() == basis).unwrap().clone()
    };
    let answer = portfolio.get_concentration(asked(None, Some(then.clone()))).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.effective_date, Some(day("2026-06-01")));
    assert_eq!(answer.concentrations.len(), 4);
    let by_customer = of(&answer.concentrations, Dimension::Customer, Basis::Exposure);
    assert_eq!(by_customer.total_amount, Some(eur(100_000)));
    // 0.6² + 0.3² + 0.1², and 1 over it.
    assert_eq!(number(&by_customer.figures, "hhi"), "0.46");
    assert_eq!(number(&by_customer.figures, "effective_number"), "2.17");
    assert_eq!(number(&by_customer.figures, "top_share"), "0.6");
    assert_eq!(by_customer.single_names.len(), 3, "a tenth is ten per cent");
    assert_eq!(by_customer.top_names.len(), 1);
    let by_group = of(&answer.concentrations, Dimension::Group, Basis::Sales);
    assert_eq!(by_group.name_count, 2);
    assert_eq!(number(&by_group.figures, "hhi"), "0.82");
    assert_eq!(
        (by_group.top_names[0].name.as_str(), &by_group.top_names[0].amount),
        ("C-1", &Some(eur(90_000)))
    );

    // C-1 pays; what was known before is what it was, and so is the day before the invoices.
    let paid = world.pay("C-1", "P-1", "2026-06-01", 60_000).await.position;
    let now = portfolio.get_concentration(asked(None, paid)).await.unwrap().into_inner();
    let now = of(&now.concentrations, Dimension::Customer, Basis::Exposure);
    assert_eq!(now.total_amount, Some(eur(40_000)));
    let past = portfolio.get_concentration(asked(Some(known(then)), None)).await.unwrap();
    assert_eq!(past.into_inner().concentrations, answer.concentrations);
    let effective = AsOf { effective_date: Some(day("2025-12-31")), known_at: None };
    let before = portfolio.get_concentration(asked(Some(effective), None)).await.unwrap();
    let before = of(&before.into_inner().concentrations, Dimension::Customer, Basis::Exposure);
    assert_eq!((before.total_amount, before.name_count), (Some(eur(0)), 0));
    assert_eq!(before.figures[0].value, None);
    assert!(before.figures[0].not_computable_reason.contains("all amounts are zero"));
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn expected_loss_is_what_is_unsecured_by_the_rates_of_the_grades() {
    let (mut world, _) = three(2).await;
    let mut portfolio = portfolio(&world).await;
    let then = settled(&mut world).await;
    let request = proto::GetExpectedLossRequest {
        tenant_id: TENANT.into(),
        as_of: None,
        min_position: Some(then),
        top_count: 2,
    };
    let answer = portfolio.get_expected_loss(request).await.unwrap().into_inner();
    let exposures = answer.grades.iter().map(|it| it.exposure_amount.as_ref().unwrap().units);
    assert_eq!(exposures.sum::<i64>(), 1_000);
    // Each customer by its own grade, rounded by itself: the sum is that of the grades.
    let cents = |it: &Option<api::Money>| {
        let it = it.as_ref().unwrap();
        it.units * 100 + i64::from(it.nanos) / 10_000_000
    };
    let by_grade: i64 = answer.grades.iter().map(|it| cents(&it.expected_loss_amount)).sum();
    assert_eq!(cents(&Some(amount(&answer.figures, "expected_loss"))), by_grade);
    assert!(by_grade > 0);
    assert_eq!(answer.top_customers.len(), 2);
    for it in &answer.top_customers {
        let ppm = answer.grades.iter().find(|other| other.grade == it.grade).unwrap().default_ppm;
        let expected = cents(&it.unsecured_amount) * i64::from(ppm) * 6 / 10_000_000;
        assert!((cents(&it.expected_loss_amount) - expected).abs() <= 1, "{it:?}");
    }

    let wrong = proto::GetExpectedLossRequest { top_count: 1_001, ..Default::default() };
    let status = portfolio
        .get_expected_loss(proto::GetExpectedLossRequest { tenant_id: TENANT.into(), ..wrong });
    let (code, reason, _) = told(&status.await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_FIELD"));
    world.running.stop().await.unwrap();
}

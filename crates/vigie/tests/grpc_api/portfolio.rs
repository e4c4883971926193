//! What all customers together say, over gRPC: a small portfolio worked out by hand, and the same as
//! it was known before.

use api::{
    invoicing as receivables,
    risk::{
        self as proto, Concentration, Dimension, Figure,
        concentration::Basis,
        figure::Value,
        get_cover_cost_request::{Premium, Turnover},
        portfolio_service_client::PortfolioServiceClient,
    },
    shared::{AsOf, Position},
};
use tonic::{Code, transport::Channel};

use super::support::{TENANT, World, day, eur, known, told, whole_world};

async fn portfolio(world: &World) -> PortfolioServiceClient<Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    PortfolioServiceClient::connect(address).await.unwrap()
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
async fn invoices(world: &mut World) {
    world.issue("C-1", "F-1", "2026-06-30", 60_000).await;
    world.issue("C-2", "F-2", "2026-06-30", 30_000).await;
    world.issue("C-3", "F-3", "2026-04-30", 10_000).await;
    let request = receivables::RegisterCustomerRequest {
        tenant_id: TENANT.into(),
        command: Some(receivables::CustomerData {
            customer_id: "C-2".into(),
            parent_id: "C-1".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    world.invoicing.register_customer(request).await.unwrap();
}

async fn three(partitions: u32) -> World {
    let mut world = whole_world(partitions).await;
    invoices(&mut world).await;
    world
}

/// The position at which every partition has heard all of it: the ends of the journals, where
/// everything stands that was answered.
async fn settled(world: &mut World) -> Position {
    let tenant = TENANT.parse().unwrap();
    let partitions = world.running.tenants.get(&tenant).unwrap().parts.len();
    let mut ends = Position::default();
    for partition in 0..u16::try_from(partitions).unwrap() {
        let journal = world.store.open(&tenant, events::Partition(partition)).await.unwrap();
        ends.sequences.insert(partition.into(), journal.last().await.unwrap().0);
    }
    let mut asked = world.tenants.clone();
    let request = api::tenant::GetDayRequest { tenant_id: TENANT.into(), min_position: Some(ends) };
    asked.get_day(request).await.unwrap().into_inner().position.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_counts_as_one_name_and_the_past_is_as_it_was_known() {
    let mut world = three(4).await;
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
    let mut world = three(2).await;
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

fn heading() -> (String, Option<AsOf>, Option<Position>) {
    (TENANT.into(), None, None)
}

fn cents(it: Option<&api::Money>) -> i64 {
    let it = it.unwrap();
    it.units * 100 + i64::from(it.nanos) / 10_000_000
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_portfolio_is_provided_for_rolled_forward_insured_and_forecast() {
    let mut world = three(4).await;
    let mut portfolio = portfolio(&world).await;
    // C-3 pays 40 of its 100, a month late.
    world.pay("C-3", "P-3", "2026-05-30", 4_000).await;
    let then = settled(&mut world).await;

    // 960 are open; 60 of them are 32 days late, and all of the last bucket is lost.
    let (tenant_id, as_of, _) = heading();
    let request = proto::GetProvisionMatrixRequest {
        tenant_id,
        as_of,
        min_position: Some(then.clone()),
        assumptions: Some(proto::ProvisionAssumptions { month_count: 3, ..Default::default() }),
    };
    let matrix = portfolio.get_provision_matrix(request).await.unwrap().into_inner();
    let gross: Vec<_> = matrix.rows.iter().map(|it| cents(it.gross_amount.as_ref())).collect();
    assert_eq!(gross, [90_000, 0, 6_000, 0, 0]);
    assert_eq!(matrix.month_end_dates.len(), 4);
    // Not due at the ends of February to April: 1,000 each; 60 of it late at the end of May. What is
    // late never rolled on yet, so all of it might.
    let roll = matrix.rows[0].roll.as_ref().unwrap();
    assert_eq!(
        (cents(roll.left_amount.as_ref()), cents(roll.arrived_amount.as_ref())),
        (300_000, 0)
    );
    assert!(matrix.rows[2].roll.as_ref().unwrap().assumed);
    assert_eq!(amount(&matrix.figures, "provision"), eur(6_000));

    let (tenant_id, as_of, min_position) = heading();
    let request = proto::GetRollForwardRequest {
        tenant_id,
        as_of,
        min_position,
        from_date: Some(day("2026-05-01")),
        assumptions: None,
    };
    let rolled = portfolio.get_roll_forward(request.clone()).await.unwrap().into_inner();
    let whole = rolled.movements.unwrap();
    assert_eq!((whole.opening_amount, whole.paid_amount), (Some(eur(100_000)), Some(eur(-4_000))));
    assert_eq!(
        (&whole.closing_amount, &whole.ledger_amount),
        (&Some(eur(96_000)), &Some(eur(96_000)))
    );
    assert_eq!(rolled.currencies.len(), 1);
    let provision = rolled.provision.unwrap();
    let [opening, charge, used, released, closing] = [
        provision.opening_amount,
        provision.charge_amount,
        provision.used_amount,
        provision.released_amount,
        provision.closing_amount,
    ]
    .map(|it| cents(it.as_ref()));
    assert_eq!(opening + charge - used - released, closing);
    let backwards = proto::GetRollForwardRequest { from_date: Some(day("2026-06-02")), ..request };
    let (code, _, _) = told(&portfolio.get_roll_forward(backwards).await.unwrap_err());
    assert_eq!(code, Code::InvalidArgument);

    // Nobody insures anything.
    let (tenant_id, as_of, min_position) = heading();
    let request = proto::GetCoverGapRequest { tenant_id, as_of, min_position, top_count: 0 };
    let gap = portfolio.get_cover_gap(request).await.unwrap().into_inner();
    assert_eq!(amount(&gap.figures, "cover_gap"), eur(96_000));
    assert_eq!(gap.top_customers[0].customer_id, "C-1");

    // Sales of 1,000; 40 paid 30 days late and 60 overdue by 32: 31.2 days of C-3's daily sales.
    let (tenant_id, as_of, min_position) = heading();
    let request = proto::GetWorkingCapitalRequest {
        tenant_id,
        as_of,
        min_position,
        financing_percent: Some(api::Decimal { value: "10".into() }),
        top_count: 0,
    };
    let tied = portfolio.get_working_capital(request).await.unwrap().into_inner();
    assert_eq!(number(&tied.figures, "days_late"), "31.2");
    assert_eq!(amount(&tied.figures, "tied_up"), eur(855));
    assert_eq!(amount(&tied.figures, "financing_cost"), eur(86));

    // Late for a month, and judged: without a rate of tax there is no base.
    let (tenant_id, as_of, min_position) = heading();
    let request = proto::GetDepreciationRequest {
        tenant_id,
        as_of,
        min_position,
        overdue_days: Some(30),
        overdue_percent: Some(api::Decimal { value: "50".into() }),
        ..Default::default()
    };
    let doubtful = portfolio.get_depreciation(request.clone()).await.unwrap().into_inner();
    assert_eq!(doubtful.claims.len(), 1);
    assert_eq!((&doubtful.claims[0].base_amount, doubtful.sums[0].unjudged_count), (&None, 1));
    let tax_percent = Some(api::Decimal { value: "20".into() });
    let request = proto::GetDepreciationRequest { tax_percent, ..request };
    let doubtful = portfolio.get_depreciation(request.clone()).await.unwrap().into_inner();
    assert_eq!(amount(&doubtful.figures, "depreciation"), eur(2_500));
    let overdue_percent = Some(api::Decimal { value: "101".into() });
    let wrong = proto::GetDepreciationRequest { overdue_percent, ..request };
    let (code, _, _) = told(&portfolio.get_depreciation(wrong).await.unwrap_err());
    assert_eq!(code, Code::InvalidArgument);
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cover_costs_is_held_against_what_it_saves() {
    let mut world = three(4).await;
    let mut portfolio = portfolio(&world).await;
    settled(&mut world).await;
    // A cover that nobody has saves nothing, and costs what was agreed, or a rate on all sales.
    let (tenant_id, as_of, min_position) = heading();
    let request = proto::GetCoverCostRequest {
        tenant_id,
        as_of,
        min_position,
        premium: Some(Premium::PremiumPercent(api::Decimal { value: "0.5".into() })),
        turnover: Turnover::All.into(),
    };
    let cost = portfolio.get_cover_cost(request.clone()).await.unwrap().into_inner();
    let total = cost.total.unwrap();
    assert_eq!(
        (&total.sales_amount, &total.premium_amount),
        (&Some(eur(100_000)), &Some(eur(500)))
    );
    assert_eq!(total.retained_loss_amount, total.expected_loss_amount);
    assert_eq!(amount(&cost.figures, "difference"), eur(-500));
    let premiums = cost.grades.iter().map(|it| it.cost.as_ref().unwrap().premium_amount.as_ref());
    assert_eq!(premiums.map(cents).sum::<i64>(), 500);
    let stated = proto::GetCoverCostRequest {
        premium: Some(Premium::PremiumAmount(eur(1_200))),
        ..request.clone()
    };
    let cost = portfolio.get_cover_cost(stated).await.unwrap().into_inner();
    assert_eq!(amount(&cost.figures, "premium"), eur(1_200));
    let neither = proto::GetCoverCostRequest { premium: None, ..request.clone() };
    let (code, _, _) = told(&portfolio.get_cover_cost(neither).await.unwrap_err());
    assert_eq!(code, Code::InvalidArgument);
    let premium = Some(Premium::PremiumAmount(eur(-1)));
    let below = proto::GetCoverCostRequest { premium, ..request };
    let (code, _, _) = told(&portfolio.get_cover_cost(below).await.unwrap_err());
    assert_eq!(code, Code::InvalidArgument);
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forecast_is_tested_with_what_was_known_then_if_anybody_was() {
    let mut world = whole_world(1).await;
    let journal = {
        let tenant = world.running.tenants.get(&TENANT.parse().unwrap()).unwrap();
        tenant.parts[0].journal().unwrap().clone()
    };
    let controls = journal.controls().unwrap();
    controls.set_time("2026-06-01T10:00:00Z".parse().unwrap());
    invoices(&mut world).await;
    world.pay("C-3", "P-3", "2026-05-30", 4_000).await;
    let then = settled(&mut world).await;
    let mut portfolio = portfolio(&world).await;
    let request = |effective: &str, min_position, weeks| proto::GetCashForecastRequest {
        tenant_id: TENANT.into(),
        as_of: Some(AsOf { effective_date: Some(day(effective)), known_at: None }),
        min_position: Some(min_position),
        week_count: 6,
        back_test_week_count: weeks,
        without_back_test: false,
    };
    let today = || request("2026-06-01", then.clone(), 4);
    let answer = portfolio.get_cash_forecast(today()).await.unwrap().into_inner();
    assert_eq!(answer.weeks.len(), 6);
    // Thirty days was seen, once: what is due on 30 June is expected on 30 July, and what is 32 days
    // late already nobody has seen come.
    let likely = answer.weeks.iter().map(|it| cents(it.likely_amount.as_ref())).sum::<i64>()
        + cents(answer.later.unwrap().likely_amount.as_ref());
    assert_eq!(likely, 90_000);
    assert_eq!(amount(&answer.figures, "expected"), eur(90_000));
    assert_eq!(answer.bases.len(), 1);
    // Four weeks ago nobody was known: it is what was effective then.
    let test = answer.back_test.unwrap();
    assert_eq!((test.effective_date, test.known_then), (Some(day("2026-05-04")), false));
    assert_eq!(test.weeks.len(), 4);
    assert_eq!(test.weeks.iter().map(|it| cents(it.came_amount.as_ref())).sum::<i64>(), 4_000);
    let without = proto::GetCashForecastRequest { without_back_test: true, ..today() };
    let without = portfolio.get_cash_forecast(without).await.unwrap().into_inner();
    assert_eq!(without.back_test, None);

    // In July it becomes known that C-1 paid in June: at the end of June its 600 were still awaited,
    // on 30 July, as the 300 of C-2.
    controls.set_time("2026-07-10T10:00:00Z".parse().unwrap());
    world.pay("C-1", "P-1", "2026-06-20", 60_000).await;
    let now = settled(&mut world).await;
    let tested = request("2026-08-24", now, 8);
    let test = portfolio.get_cash_forecast(tested).await.unwrap().into_inner().back_test.unwrap();
    assert_eq!((test.effective_date, test.known_then), (Some(day("2026-06-29")), true));
    let likely: Vec<_> = test.weeks.iter().map(|it| cents(it.likely_amount.as_ref())).collect();
    assert_eq!(likely, [0, 0, 0, 0, 90_000, 0, 0, 0]);
    assert_eq!(number(&test.figures, "p90_coverage"), "0");
    world.running.stop().await.unwrap();
}

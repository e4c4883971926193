//! The law over gRPC: answered by every process, about nobody.

use api::law::{
    BalanceMovement, ComputeDeadlineRequest, DayCount, ExplainInterestRequest, InterestBasis,
    InterestWarningKind, ListRulesRequest, law_service_client::LawServiceClient,
};
use tonic::{Code, transport::Channel};

use super::support::{day, eur, told, world};

async fn client() -> (super::support::World, LawServiceClient<Channel>) {
    // Of the roles clock and invoicing only.
    let world = world(1).await;
    let address = format!("http://{}", world.running.grpc_address);
    (world, LawServiceClient::connect(address).await.unwrap())
}

fn ten_thousand() -> ExplainInterestRequest {
    ExplainInterestRequest {
        jurisdiction: "FR".into(),
        basis: InterestBasis::Default.into(),
        principal_amount: Some(eur(1_000_000)),
        due_date: Some(day("2025-05-31")),
        until_date: Some(day("2025-08-31")),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interest_is_explained_line_by_line_with_its_sources() {
    let (_world, mut law) = client().await;
    let answer = law.explain_interest(ten_thousand()).await.unwrap().into_inner();
    assert_eq!(answer.regime, "FR_DEFAULT");
    assert_eq!(answer.total_amount, Some(eur(31_447)));
    assert_eq!(answer.fixed_sum_amount, Some(eur(4_000)));
    assert_eq!(answer.day_count(), DayCount::Act365);
    let lines: Vec<_> = answer
        .lines
        .iter()
        .map(|it| (it.days, it.rate_percent.clone().unwrap().value, it.base_amount.clone()))
        .collect();
    let base = Some(eur(1_000_000));
    assert_eq!(lines, [(30, "13.15".into(), base.clone()), (62, "12.15".into(), base)]);
    let sources: Vec<_> = answer.lines[0].rules.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(sources, ["ecb_main_refinancing", "margin"]);
    assert!(answer.fixed_sum_rule.unwrap().source.contains("D441-5"));

    // 4,000 came in on 15 July: from then on less bears interest.
    let paid = BalanceMovement {
        effective_date: Some(day("2025-07-15")),
        change_amount: Some(api::Money { units: -4_000, ..eur(0) }),
    };
    let request = ExplainInterestRequest { movements: vec![paid], ..ten_thousand() };
    let answer = law.explain_interest(request).await.unwrap().into_inner();
    let bases: Vec<_> = answer.lines.iter().map(|it| (it.days, it.base_amount.clone())).collect();
    let [all, rest] = [eur(1_000_000), eur(600_000)].map(Some);
    assert_eq!(bases, [(30, all.clone()), (15, all), (47, rest)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_known_of_the_law_is_said_and_what_is_no_question_too() {
    let (_world, mut law) = client().await;
    let unknown = ExplainInterestRequest {
        jurisdiction: "DE".into(),
        until_date: Some(day("2027-01-01")),
        ..ten_thousand()
    };
    let status = law.explain_interest(unknown).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::NotFound, "LAW_NOT_KNOWN"));
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(
        [&metadata["jurisdiction"], &metadata["rule"], &metadata["on"]],
        ["DE", "base_rate", "2027-01-01"]
    );

    let wrong = ExplainInterestRequest {
        jurisdiction: "XX".into(),
        basis: 0,
        principal_amount: Some(eur(0)),
        due_date: None,
        ..ten_thousand()
    };
    let status = law.explain_interest(wrong).await.unwrap_err();
    let (code, _, details) = told(&status);
    assert_eq!(code, Code::InvalidArgument);
    let violations = &details.bad_request().unwrap().field_violations;
    let fields: Vec<_> = violations.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["jurisdiction", "basis", "principal_amount", "due_date"]);

    let low = ExplainInterestRequest {
        basis: InterestBasis::Contract.into(),
        rate_percent: Some(api::Decimal { value: "9".into() }),
        ..ten_thousand()
    };
    let warned = law.explain_interest(low).await.unwrap().into_inner().warnings;
    assert_eq!(warned.len(), 1);
    assert_eq!(warned[0].kind(), InterestWarningKind::BelowFloor);

    let contract = InterestBasis::Contract.into();
    let no_rate = ExplainInterestRequest { basis: contract, ..ten_thousand() };
    let status = law.explain_interest(no_rate).await.unwrap_err();
    let (_, _, details) = told(&status);
    assert_eq!(details.bad_request().unwrap().field_violations[0].field, "rate_percent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rows_of_law_come_in_pages_each_once() {
    let (_world, mut law) = client().await;
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListRulesRequest { page_size: 37, page_token, ..Default::default() };
        let page = law.list_rules(request).await.unwrap().into_inner();
        seen.extend(page.rules);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), ::law::Table::shipped().rows().count());
    assert!(seen.iter().all(|it| !it.source.is_empty()));

    let request = ListRulesRequest {
        jurisdiction: "FR".into(),
        rule: "legal_rate".into(),
        effective_date: Some(day("2025-07-14")),
        ..Default::default()
    };
    let page = law.list_rules(request.clone()).await.unwrap().into_inner();
    let values: Vec<_> = page.rules.iter().map(|it| it.value.clone().unwrap().value).collect();
    assert_eq!(values, ["2.76"]);
    let none = ListRulesRequest { effective_date: Some(day("2019-01-01")), ..request };
    assert!(law.list_rules(none).await.unwrap().into_inner().rules.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_is_counted_as_courts_count() {
    let (_world, mut law) = client().await;
    let asked = |rule: &str, event: &str| ComputeDeadlineRequest {
        jurisdiction: "FR".into(),
        rule: rule.into(),
        event_date: Some(day(event)),
    };
    let answer = law.compute_deadline(asked("claim_filing", "2025-12-31")).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.last_date, Some(day("2026-03-02")));
    assert_eq!(answer.counted_to_date, Some(day("2026-02-28")));
    assert_eq!(answer.moved_by, "Saturday");
    assert!(answer.rule.unwrap().source.contains("R622-24"));

    let order = law.compute_deadline(asked("payment_order_service", "2026-09-01")).await.unwrap();
    assert_eq!(order.into_inner().last_date, Some(day("2026-12-01")));

    let status = law.compute_deadline(asked("margin", "2026-01-01")).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let status = law.compute_deadline(asked("claim_filing", "2001-01-01")).await.unwrap_err();
    assert_eq!((status.code(), told(&status).1.as_str()), (Code::NotFound, "LAW_NOT_KNOWN"));
}

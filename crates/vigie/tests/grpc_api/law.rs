//! The law over gRPC: answered by every process, about nobody.

use api::law::{
    BalanceMovement, CaseOfInterest, ComputeBankDiscountRequest, ComputeDeadlineRequest,
    ComputeDiscountRequest, ComputeImpactRequest, ComputeSettlementRequest, ComputeSpreadRequest,
    DatedPayment, DayCount, Debt, ExplainInterestRequest, InterestBasis, InterestWarningKind,
    ListRulesRequest, OpenDebt, Part, ShareReason, SpreadOrder, Waterfall,
    law_service_client::LawServiceClient,
};
use clap::Parser as _;
use tonic::{Code, transport::Channel};
use vigie::cli::Cli;

use super::support::{TENANT, day, eur, told, world};

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

fn debt(due: &str) -> Debt {
    Debt {
        jurisdiction: "FR".into(),
        basis: InterestBasis::Default.into(),
        principal_amount: Some(eur(1_000_000)),
        due_date: Some(day(due)),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_payments_settle_of_a_debt_is_said_portion_by_portion() {
    let (_world, mut law) = client().await;
    let payment = DatedPayment { value_date: Some(day("2025-07-15")), amount: Some(eur(400_000)) };
    let asked = ComputeSettlementRequest {
        debt: Some(debt("2025-05-31")),
        payments: vec![payment],
        until_date: Some(day("2025-09-30")),
        ..Default::default()
    };
    for (waterfall, total) in [
        (Waterfall::Unspecified, 1_035_687),
        (Waterfall::CostsInterestPrincipal, 1_035_687),
        (Waterfall::InterestPrincipalCosts, 1_035_585),
        (Waterfall::PrincipalInterestCosts, 1_035_180),
    ] {
        let request = ComputeSettlementRequest { waterfall: waterfall.into(), ..asked.clone() };
        let answer = law.compute_settlement(request).await.unwrap().into_inner();
        assert_eq!(answer.total_paid_amount, Some(eur(total)), "{waterfall:?}");
        assert_eq!(answer.payments[0].interest_amount, Some(eur(15_801)));
    }
    let answer = law.compute_settlement(asked.clone()).await.unwrap().into_inner();
    let portions = answer.payments[0].portions.iter().map(|it| (it.part(), it.amount.clone()));
    let portions: Vec<_> = portions.collect();
    assert_eq!(
        portions,
        [
            (Part::Costs, Some(eur(4_000))),
            (Part::Interest, Some(eur(15_801))),
            (Part::Principal, Some(eur(380_199))),
        ]
    );
    assert_eq!(answer.left.unwrap().principal_amount, Some(eur(619_801)));

    let pounds = api::Money { currency_code: "GBP".into(), ..eur(100) };
    let wrong = ComputeSettlementRequest {
        debt: Some(Debt { jurisdiction: "XX".into(), ..debt("2025-05-31") }),
        ..asked.clone()
    };
    let foreign = ComputeSettlementRequest { costs_amount: Some(pounds), ..asked };
    for (request, field) in [(wrong, "debt.jurisdiction"), (foreign, "costs_amount")] {
        let status = law.compute_settlement(request).await.unwrap_err();
        let (_, _, details) = told(&status);
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, field);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn which_debts_a_payment_settles_is_said_with_the_rule_of_each_share() {
    let (_world, mut law) = client().await;
    let one = |id: &str, due: &str, rate: &str| OpenDebt {
        debt_id: id.into(),
        principal_amount: Some(eur(100_000)),
        due_date: Some(day(due)),
        rate_percent: Some(api::Decimal { value: rate.into() }),
        ..Default::default()
    };
    let asked = ComputeSpreadRequest {
        amount: Some(eur(100_000)),
        value_date: Some(day("2025-03-31")),
        debts: vec![
            one("D1", "2025-01-31", "0"),
            one("D2", "2025-02-28", "13.15"),
            one("D3", "2099-12-31", "13.15"),
        ],
        ..Default::default()
    };
    let named = ComputeSpreadRequest { designated_debt_ids: vec!["D3".into()], ..asked.clone() };
    let insurer =
        ComputeSpreadRequest { order: SpreadOrder::InsurerOldestFirst.into(), ..named.clone() };
    for (request, id, reason) in [
        (asked.clone(), "D2", ShareReason::MostInterest),
        (named, "D3", ShareReason::Designated),
        (insurer, "D1", ShareReason::InsurerOldestFirst),
    ] {
        let answer = law.compute_spread(request).await.unwrap().into_inner();
        let shares: Vec<_> =
            answer.shares.iter().map(|it| (it.debt_id.as_str(), it.reason())).collect();
        assert_eq!(shares, [(id, reason)]);
        assert!(!answer.shares[0].source.is_empty());
    }
    let twice = ComputeSpreadRequest {
        debts: [&asked.debts[..], &asked.debts[..1]].concat(),
        ..asked.clone()
    };
    let status = law.compute_spread(twice).await.unwrap_err();
    assert_eq!(
        told(&status).2.bad_request().unwrap().field_violations[0].field,
        "debts[3].debt_id"
    );
    let unknown = ComputeSpreadRequest { designated_debt_ids: vec!["D9".into()], ..asked };
    let status = law.compute_spread(unknown).await.unwrap_err();
    let details = told(&status).2;
    let violation = &details.bad_request().unwrap().field_violations[0];
    assert_eq!(violation.field, "designated_debt_ids");
}

const CUT: &str = "ecb_main_refinancing,EU,2027-01-01,open,2027-01-01,,2.15,percent,ECB\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_new_row_of_law_changes_is_said_row_by_row_and_debt_by_debt() {
    let (_world, mut law) = client().await;
    let case = |id: &str, due: &str| CaseOfInterest {
        case_id: id.into(),
        debt: Some(debt(due)),
        until_date: Some(day("2027-01-10")),
    };
    let asked = ComputeImpactRequest {
        rows: CUT.into(),
        cases: vec![case("runs over it", "2026-12-21"), case("not late", "2027-01-10")],
    };
    let answer = law.compute_impact(asked.clone()).await.unwrap().into_inner();
    assert_eq!((answer.gone_rules.len(), answer.new_rules.len()), (1, 2));
    assert_eq!(answer.new_rules[1].value.clone().unwrap().value, "2.15");
    let [impact] = answer.impacts.as_slice() else { panic!("{:?}", answer.impacts) };
    assert_eq!(impact.case_id, "runs over it");
    let less = api::Money { units: 0, nanos: -690_000_000, ..eur(0) };
    assert_eq!(impact.change_amount, Some(less));

    for rows in ["", "nonsense", "margin,FR,2027-01-01,open,2027-01-01,,8,days,x"] {
        let request = ComputeImpactRequest { rows: rows.into(), ..asked.clone() };
        let status = law.compute_impact(request).await.unwrap_err();
        assert_eq!(told(&status).2.bad_request().unwrap().field_violations[0].field, "rows");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_row_is_held_against_the_open_items_of_a_tenant() {
    let (mut world, _law) = client().await;
    world.issue("C-1", "F-1", "2026-03-31", 1_000_000).await;
    world.issue("C-1", "F-2", "2026-04-30", 1_000_000).await;
    world.issue("C-2", "F-3", "2026-12-31", 1_000_000).await;
    world.pay("C-1", "P-1", "2026-05-31", 900_000).await;
    let rows = std::env::temp_dir().join(format!("vigie-new-rows-{}.csv", std::process::id()));
    // The rate of the first half-year was another.
    let text = "ecb_main_refinancing,EU,2026-01-01,open,2026-06-01,,3.15,percent,ECB\n";
    std::fs::write(&rows, text).unwrap();
    let (server, path) = (format!("http://{}", world.running.grpc_address), rows.display());
    let line = format!(
        "vigie law impact --rows {path} --tenant {TENANT} --jurisdiction FR --server {server} --json"
    );
    let command = Cli::try_parse_from(line.split(' ')).unwrap().command;
    let said: serde_json::Value = serde_json::from_str(&command.answer().await.unwrap()).unwrap();
    std::fs::remove_file(&rows).unwrap();
    assert_eq!((&said["until"], &said["debts"]), (&"2026-06-01".into(), &3.into()));
    let changed = said["debts_changed"].as_array().unwrap();
    let ids: Vec<_> = changed.iter().map(|it| it["debt"].as_str().unwrap()).collect();
    assert_eq!(ids, ["C-1 F-1", "C-1 F-2"]);
    // One point more on 10000.00 for 61 days, and on 1000.00 for one.
    assert_eq!(changed[0]["change"]["amount"], "16.74");
    // One point more on 10000.00 for 32 days.
    assert_eq!(changed[1]["change"]["amount"], "8.77");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paying_early_has_a_price_a_year() {
    let (_world, mut law) = client().await;
    let percent = |value: &str| Some(api::Decimal { value: value.into() });
    let offer =
        ComputeDiscountRequest { terms: "2/10, n/30".into(), financing_rate_percent: percent("6") };
    let answer = law.compute_discount(offer).await.unwrap().into_inner();
    assert_eq!((answer.terms.as_str(), answer.days_early), ("2/10 net 30", 20));
    assert_eq!(answer.simple_percent, percent("37.2449"));
    assert_eq!(answer.effective_percent, percent("44.5853"));
    assert_eq!(answer.above_financing_points, percent("31.2449"));
    let bill = ComputeBankDiscountRequest {
        amount: Some(eur(1_000_000)),
        days: 60,
        rate_percent: percent("5"),
        day_count: 0,
    };
    let answer = law.compute_bank_discount(bill.clone()).await.unwrap().into_inner();
    assert_eq!(answer.discount_amount, Some(eur(8_333)));
    assert_eq!(answer.paid_out_amount, Some(eur(991_667)));
    let wrong = ComputeBankDiscountRequest { days: 0, rate_percent: percent("1001"), ..bill };
    let status = law.compute_bank_discount(wrong).await.unwrap_err();
    let details = told(&status).2;
    let violations = &details.bad_request().unwrap().field_violations;
    let fields: Vec<_> = violations.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["days", "rate_percent"]);
}

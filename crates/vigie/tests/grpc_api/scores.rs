//! Scores and scorecards over gRPC.

use api::{
    risk::{self as proto, flip::Change, score_service_client::ScoreServiceClient},
    shared::AsOf,
};
use tonic::Code;

use super::support::{TENANT, World, day, known, told, until, whole_world};

type Scores = ScoreServiceClient<tonic::transport::Channel>;

async fn scores(world: &World) -> Scores {
    let address = format!("http://{}", world.running.grpc_address);
    ScoreServiceClient::connect(address).await.unwrap()
}

fn asked(customer: &str, as_of: Option<AsOf>) -> proto::GetScoreRequest {
    let (tenant_id, customer_id) = (TENANT.into(), customer.into());
    proto::GetScoreRequest { tenant_id, customer_id, as_of, min_position: None }
}

async fn score(scores: &mut Scores, customer: &str, as_of: Option<AsOf>) -> proto::Score {
    scores.get_score(asked(customer, as_of)).await.unwrap().into_inner().score.unwrap()
}

fn on(date: &str) -> AsOf {
    AsOf { effective_date: Some(day(date)), known_at: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_is_a_receipt_and_the_score_of_an_earlier_day_stays_what_it_was() {
    let mut world = whole_world(2).await;
    let mut scores = scores(&world).await;
    world.day("2026-06-02").await;
    for n in 0..6 {
        world.issue("C-1", &format!("INV-{n}"), "2026-06-05", 10_000).await;
        world.pay("C-1", &format!("PAY-{n}"), "2026-06-01", 10_000).await;
    }
    world.issue("C-1", "INV-late", "2026-06-20", 50_000).await;
    let before = world.day("2026-06-08").await;
    until(async || score(&mut scores, "C-1", None).await.grade() == proto::Grade::B).await;
    let good = score(&mut scores, "C-1", None).await;
    assert_eq!(good.grade(), proto::Grade::B, "{good:?}");

    world.day("2026-09-25").await;
    until(async || score(&mut scores, "C-1", None).await.score_date == Some(day("2026-09-25")))
        .await;
    let answer = scores.get_score(asked("C-1", None)).await.unwrap().into_inner();
    let (late, position) = (answer.score.unwrap(), answer.position.unwrap());
    assert!(late.grade() >= proto::Grade::D, "{late:?}");
    let reasons: i32 = late.reasons.iter().map(|it| it.points).sum();
    assert_eq!(late.base_points + reasons, late.points);
    let last = position.sequences.values().max().copied().unwrap();
    let overdue = late.reasons.iter().find(|it| it.measure == "oldest_overdue").unwrap();
    assert_eq!(overdue.value, Some(97));
    assert!(overdue.sequence.is_some_and(|it| it > 0 && it < last), "{overdue:?}");
    assert!(late.sequence > overdue.sequence.unwrap() && late.sequence <= last);
    let chances = late.chances.unwrap();
    assert!(chances.late >= chances.late30 && chances.late30 > 0.0 && chances.late < 1.0);
    let better = late.better.clone().unwrap();
    let Some(Change::Paid(paid)) = better.change else { panic!("{better:?}") };
    assert_eq!(paid.invoice_ids, ["INV-late"]);

    assert_eq!(score(&mut scores, "C-1", Some(on("2026-06-10"))).await, good);
    assert_eq!(score(&mut scores, "C-1", Some(known(before))).await, good);
    let long_ago = scores.get_score(asked("C-1", Some(on("2026-01-01")))).await.unwrap_err();
    assert_eq!(told(&long_ago).1, "SCORE_NOT_FOUND");

    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = proto::ListCustomerScoresRequest {
            tenant_id: TENANT.into(),
            customer_id: "C-1".into(),
            page_size: 2,
            page_token,
            as_of: None,
            min_position: None,
        };
        let page = scores.list_customer_scores(request).await.unwrap().into_inner();
        seen.extend(page.scores);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.first(), Some(&late));
    assert!(seen.contains(&good) && seen.is_sorted_by(|a, b| a.sequence > b.sequence));
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scorecard_is_proposed_runs_in_the_shadow_and_is_promoted_by_another_person() {
    let mut world = whole_world(2).await;
    let mut scores = scores(&world).await;
    world.day("2026-06-02").await;
    for n in 0..5 {
        world.issue(&format!("C-{n}"), "INV-1", "2026-06-30", 10_000).await;
    }
    let cards = || proto::GetScorecardsRequest { tenant_id: TENANT.into(), ..Default::default() };
    let told_cards = scores.get_scorecards(cards()).await.unwrap().into_inner();
    let mut card = told_cards.champion.unwrap();
    assert!(told_cards.challenger.is_none());
    let named = |it: &str| told_cards.measures.iter().any(|found| found.measure == it);
    assert!(named("late_share") && named("altman_z"));

    card.scorecard = "acme-2".into();
    if let Some(it) = &mut card.base_weights {
        it.points -= 60;
    }
    let propose = |card: proto::Scorecard| proto::ProposeScorecardRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::ProposeScorecard {
            scorecard: Some(card),
            proposed_by: "risk-1".into(),
            propose_date: Some(day("2026-06-02")),
        }),
        ..Default::default()
    };
    let mut wrong = card.clone();
    wrong.grades = vec![1, 2];
    wrong.characteristics[0].measure = "shoe_size".into();
    let refused = scores.propose_scorecard(propose(wrong)).await.unwrap_err();
    let (code, _, details) = told(&refused);
    assert_eq!(code, Code::InvalidArgument);
    let fields: Vec<_> =
        details.bad_request().unwrap().field_violations.iter().map(|it| it.field.clone()).collect();
    let expected = ["command.scorecard.characteristics[0].measure", "command.scorecard.grades"];
    assert_eq!(fields, expected);
    assert!(scores.propose_scorecard(propose(card.clone())).await.unwrap().into_inner().changed);
    assert!(!scores.propose_scorecard(propose(card.clone())).await.unwrap().into_inner().changed);

    let lines = |order_by: &str, page_size| proto::ListScoresRequest {
        tenant_id: TENANT.into(),
        order_by: order_by.into(),
        page_size,
        ..Default::default()
    };
    until(async || {
        let page = scores.list_scores(lines("", 0)).await.unwrap().into_inner();
        page.scores.len() == 5 && page.scores.iter().all(|it| it.shadow_grade != 0)
    })
    .await;
    let page = scores.list_scores(lines("points", 3)).await.unwrap().into_inner();
    assert_eq!(page.scores.len(), 3);
    assert!(page.scores.iter().all(|it| it.grade() == proto::Grade::C));
    assert!(page.scores.iter().all(|it| it.shadow_grade() == proto::Grade::E));
    let mut next = lines("points", 3);
    next.page_token = page.next_page_token;
    let rest = scores.list_scores(next).await.unwrap().into_inner();
    assert_eq!((rest.scores.len(), rest.next_page_token.as_str()), (2, ""));

    let promote = |by: &str| proto::PromoteScorecardRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::PromoteScorecard {
            scorecard: "acme-2".into(),
            approved_by: by.into(),
            promote_date: Some(day("2026-06-02")),
        }),
        ..Default::default()
    };
    let alone = scores.promote_scorecard(promote("risk-1")).await.unwrap_err();
    assert_eq!(told(&alone).1, "SAME_PERSON");
    assert!(scores.promote_scorecard(promote("cfo")).await.unwrap().into_inner().changed);
    until(async || {
        let page = scores.list_scores(lines("", 0)).await.unwrap().into_inner();
        page.scores.iter().all(|it| it.grade() == proto::Grade::E)
    })
    .await;
    assert_eq!(score(&mut scores, "C-3", None).await.scorecard, "acme-2");
    assert!(scores.get_scorecards(cards()).await.unwrap().into_inner().challenger.is_none());
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scorecard_is_learned_from_the_tenants_own_history_and_proposed() {
    let mut world = whole_world(2).await;
    let mut scores = scores(&world).await;
    world.day("2026-09-01").await;
    // Every third customer pays a month late, the others in time.
    for n in 0..40 {
        let customer = format!("C-{n}");
        for (place, month) in (2..8).enumerate() {
            let due = format!("2026-0{month}-10");
            let paid = if n % 3 == 0 { month + 1 } else { month };
            let invoice = format!("INV-{n}-{place}");
            world.issue(&customer, &invoice, &due, 10_000 + n * 100).await;
            world
                .pay(
                    &customer,
                    &format!("PAY-{n}-{place}"),
                    &format!("2026-0{paid}-09"),
                    10_000 + n * 100,
                )
                .await;
        }
    }
    let tenant = TENANT.parse().unwrap();
    let nobody = vigie::scorecards::lesson(&world.store, &"nobody".parse().unwrap(), None).await;
    assert!(nobody.unwrap_err().to_string().contains("nobody"));
    let name = Some("learned-1".parse().unwrap());
    let lesson = vigie::scorecards::lesson(&world.store, &tenant, name).await.unwrap();
    assert_eq!(lesson.invoices, 240);
    let kept = |measure| lesson.scorecard.characteristics.iter().any(|it| it.measure == measure);
    assert!(kept(events::risk::Measure::Notice), "what is not taught keeps its weight");
    let proposed =
        vigie::scorecards::proposal(&lesson.scorecard, &tenant, &"risk-1".parse().unwrap());
    assert!(scores.propose_scorecard(proposed).await.unwrap().into_inner().changed);
    let told = vigie::scorecards::comparison(&world.store, &tenant).await.unwrap().unwrap();
    assert!(told.contains("preset-1") && told.contains("learned-1"), "{told}");
    world.running.stop().await.unwrap();
}

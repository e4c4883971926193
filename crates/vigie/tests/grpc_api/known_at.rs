use api::{invoicing as proto, shared::Position};

use super::support::{TENANT, World, account, day, eur, known, world};

/// What could be asked, and what was answered then.
struct Answers {
    position: Position,
    account: Option<proto::GetAccountResponse>,
    aged: proto::GetAgedBalanceResponse,
    items: proto::ListOpenItemsResponse,
    indicators: proto::GetIndicatorsResponse,
    policy: proto::GetPolicyResponse,
}

async fn ask(world: &mut World, position: Option<Position>) -> Answers {
    let as_of = position.clone().map(known);
    let aged = proto::GetAgedBalanceRequest {
        tenant_id: TENANT.into(),
        as_of: as_of.clone(),
        ..Default::default()
    };
    let aged = world.invoicing.get_aged_balance(aged).await.unwrap().into_inner();
    let items = proto::ListOpenItemsRequest {
        tenant_id: TENANT.into(),
        as_of: as_of.clone(),
        page_size: 1_000,
        ..Default::default()
    };
    let items = world.invoicing.list_open_items(items).await.unwrap().into_inner();
    let indicators = proto::GetIndicatorsRequest {
        tenant_id: TENANT.into(),
        as_of: as_of.clone(),
        ..Default::default()
    };
    let indicators = world.invoicing.get_indicators(indicators).await.unwrap().into_inner();
    let policy = proto::GetPolicyRequest {
        tenant_id: TENANT.into(),
        as_of: as_of.clone(),
        ..Default::default()
    };
    let policy = world.invoicing.get_policy(policy).await.unwrap().into_inner();
    let mut one = account("C-1");
    one.as_of = as_of;
    let account = world.invoicing.get_account(one).await.ok().map(tonic::Response::into_inner);
    let position = aged.position.clone().unwrap();
    Answers { position, account, aged, items, indicators, policy }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_be_known_then_is_what_was_answered_then() {
    for partitions in [1, 4] {
        let mut world = world(partitions).await;
        let mut before = vec![ask(&mut world, None).await];
        for turn in 0_i64..12 {
            let customer = format!("C-{}", 1 + turn % 3);
            match turn % 4 {
                0 => {
                    world.issue(&customer, &format!("F-{turn}"), "2026-05-20", 10_000 + turn).await;
                }
                1 => {
                    world.pay(&customer, &format!("P-{turn}"), "2026-05-10", 4_000).await;
                    // Recorded late: it was effective before.
                    world.issue(&customer, &format!("F-{turn}"), "2026-05-05", 700).await;
                }
                2 => {
                    world.day(&format!("2026-06-{:02}", 2 + turn)).await;
                }
                _ => {
                    let policy = proto::AdoptPolicyRequest {
                        tenant_id: TENANT.into(),
                        actor_id: "cfo".into(),
                        command: Some(proto::Policy {
                            terms: format!("{} days", 30 + turn),
                            waterfall: proto::Waterfall::OldestDue.into(),
                            ..Default::default()
                        }),
                        ..Default::default()
                    };
                    world.invoicing.adopt_policy(policy).await.unwrap();
                }
            }
            before.push(ask(&mut world, None).await);
        }
        for then in before {
            let now = ask(&mut world, Some(then.position.clone())).await;
            assert_eq!(now.position, then.position);
            assert_eq!(now.account, then.account);
            assert_eq!(now.aged, then.aged);
            assert_eq!(now.items, then.items);
            assert_eq!(now.indicators, then.indicators);
            assert_eq!(now.policy, then.policy);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_is_asked_by_time_too() {
    let mut world = world(1).await;
    let journal = {
        let tenant = world.running.tenants.get(&TENANT.parse().unwrap()).unwrap();
        tenant.parts[0].journal().unwrap().clone()
    };
    let controls = journal.controls().unwrap();
    let at = |time: &str| time.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    controls.set_time(at("2026-06-01T10:00:00Z"));
    world.issue("C-1", "F-1", "2026-06-30", 100).await;
    controls.set_time(at("2026-06-01T11:00:00Z"));
    world.issue("C-1", "F-2", "2026-06-30", 200).await;
    for (time, open) in [("2026-06-01T10:30:00Z", 100), ("2026-06-01T11:00:00Z", 300)] {
        let mut request = account("C-1");
        let seconds = at(time).timestamp();
        request.as_of = Some(api::shared::AsOf {
            effective_date: Some(day("2026-06-01")),
            known_at: Some(api::shared::as_of::KnownAt::KnownTime(prost_types::Timestamp {
                seconds,
                nanos: 0,
            })),
        });
        let answer = world.invoicing.get_account(request).await.unwrap().into_inner();
        assert_eq!(answer.account.unwrap().balances[0].open_amount, Some(eur(open)), "{time}");
    }
}

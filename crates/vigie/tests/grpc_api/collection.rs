//! From the end of the reminders to a collector, as it is typed: in memory, and on a real nats-server.

use api::{
    invoicing::invoicing_service_client::InvoicingServiceClient, risk::NoticeKind,
    tenant::tenant_service_client::TenantServiceClient,
};
use journal::server::SyncInterval;
use serde_json::Value;

use super::{
    desk::{policy, typed, words},
    real_server,
    support::{World, on_the_first, until, whole_world},
};

/// One reminder, and five days after it there is nothing left.
const REMINDERS: &str = r#"
version = "short"
[[ladders]]
name = "usual"
scope = "tenant"
exhausted_after_days = 5
levels = [{ offset_days = 5, tone = "final", channels = ["letter"], approval = "by_person" }]
"#;

/// Does something that is new, and says where it stands.
pub(super) async fn done(world: &World, line: &[&str]) -> String {
    let told = words(world, &[line, &["--by", "credit-1"]].concat()).await.unwrap();
    assert_eq!(told["new"], true, "{line:?}: {told}");
    told["position"].as_str().unwrap().to_owned()
}

/// What is told of somebody once a position is known.
pub(super) async fn told(world: &World, question: &str, position: &str) -> Value {
    typed(world, &format!("{question} --min-position {position}")).await.unwrap()
}

/// Waits until a list has one row.
pub(super) async fn one(world: &World, question: &str, key: &str) -> Value {
    let mut last = Value::Null;
    until(async || {
        last = typed(world, question).await.unwrap()[key].clone();
        last.as_array().is_some_and(|it| it.len() == 1)
    })
    .await;
    last[0].clone()
}

/// What the collector took in of it, and how it has done so far.
async fn takes_money_in(world: &World) {
    let remit = |remittance, amount| {
        let line = ["collection", "remit", "C-1", "placement-1", remittance, "--collected", amount];
        [&line[..], &["--fee", "30.00 EUR", "--on", "2026-06-20"]].concat()
    };
    let more = [remit("R-1", "F-1=5000.00 EUR"), vec!["--by", "credit-1"]].concat();
    let refused = words(world, &more).await.unwrap_err().to_string();
    assert!(refused.contains("MORE_THAN_OWED") && refused.contains("F-1"), "{refused}");
    let at = done(world, &remit("R-1", "F-1=100.00 EUR")).await;
    let cases = told(world, "get cases C-1", &at).await;
    let remitted = &cases["remittances"][0];
    assert_eq!(
        (&remitted["collected"]["amount"], &remitted["fee_by_scale"]["amount"]),
        (&"100.00".into(), &"30.00".into())
    );
    assert_eq!(cases["placements"][0]["state"], "accepted");
    // The agreement gives it thirty days to pass that on; and so far it did this.
    assert_eq!(remitted["due"], "2026-07-20");
    let north = told(world, "get performance agency-north", &at).await;
    assert_eq!(
        (&north["placements"], &north["open"], &north["remittances"], &north["late_remittances"]),
        (&1.into(), &1.into(), &1.into(), &0.into())
    );
    let sums = &north["results"][0];
    assert_eq!(
        (&sums["collected"]["amount"], &sums["fees"]["amount"]),
        (&"100.00".into(), &"30.00".into())
    );
    assert_eq!(
        (&north["bands"][0]["days_late"], &north["bands"][0]["placements"]),
        (&"up to 90".into(), &1.into())
    );
    let nobody = typed(world, "get performance agency-none").await.unwrap_err().to_string();
    assert!(nobody.contains("COLLECTOR_NOT_FOUND"), "{nobody}");
}

/// All of it.
async fn story(mut world: World) {
    let dir = tempfile::tempdir().unwrap();
    let reminders = dir.path().join("reminders.toml");
    std::fs::write(&reminders, REMINDERS).unwrap();
    done(&world, &["dunning", "adopt", reminders.to_str().unwrap()]).await;
    let rules = policy("collection-france.toml");
    let shown = typed(&world, &format!("collection adopt {rules} --dry-run")).await.unwrap();
    assert_eq!(shown["collectors"][0]["fees"].as_str().unwrap().split(", ").count(), 3);
    done(&world, &["collection", "adopt", &rules]).await;

    // Nothing is left to remind with: a case.
    world.issue("C-1", "F-1", "2026-05-15", 119_000).await;
    one(&world, "list reminders", "reminders").await;
    let on = ["--on", "2026-06-01"];
    let named = ["C-1", "reminder-1"];
    done(&world, &[&["dunning", "approve"][..], &named, &on].concat()).await;
    done(&world, &[&["dunning", "record-sending"][..], &named, &on].concat()).await;
    world.day("2026-06-15").await;
    let case = one(&world, "list cases", "cases").await;
    assert_eq!(
        (&case["customer"], &case["case"], &case["why"], &case["open"]),
        (&"C-1".into(), &"case-1".into(), &"exhausted".into(), &"1190.00 EUR".into())
    );

    // A judgment is published: the claim is to be declared within two months, and is.
    world.issue("C-2", "F-2", "2026-05-15", 50_000).await;
    let (judged, published) = ("2026-06-04", "2026-06-10");
    world.published("C-2", "N-1", NoticeKind::Liquidation, judged, published).await;
    let right = one(&world, "list rights --kind claim_filing --days 60", "rights").await;
    assert_eq!(
        (&right["customer"], &right["about"], &right["last_day"], &right["days_left"]),
        (&"C-2".into(), &"notice N-1".into(), &"2026-08-10".into(), &56.into())
    );
    assert_eq!((&right["state"], &right["stake"]), (&"runs".into(), &"500.00 EUR".into()));
    assert!(right["rule"].as_str().unwrap().starts_with("claim_filing FR"), "{right}");
    assert!(right["what_to_do"].as_str().unwrap().starts_with("Declare the claim"), "{right}");
    let near = typed(&world, "list rights --kind claim_filing --days 55").await.unwrap();
    assert_eq!(near["rights"], Value::Array(Vec::new()));
    let insolvent = one(&world, "list cases --why insolvency", "cases").await;
    assert_eq!((&insolvent["customer"], &insolvent["invoices"]), (&"C-2".into(), &"F-2".into()));
    // 45 days ahead somebody is told, until it is declared.
    world.day("2026-06-26").await;
    let alert = one(&world, "list alerts --kind right_at_risk", "alerts").await;
    assert_eq!((&alert["customer"], &alert["severity"]), (&"C-2".into(), &"medium".into()));
    let declared = ["collection", "record-act", "C-2", "A-1", "claim_declared"];
    let what = ["--notice", "N-1", "--amount", "500.00 EUR", "--on", "2026-06-15"];
    let at = done(&world, &[&declared[..], &what].concat()).await;
    let kept = told(&world, "list rights --kind claim_filing --with-lapsed", &at).await;
    assert_eq!(kept["rights"], Value::Array(Vec::new()));
    until(async || {
        let told = typed(&world, "list alerts --kind right_at_risk").await.unwrap();
        told["alerts"] == Value::Array(Vec::new())
    })
    .await;
    let acts = told(&world, "get cases C-2", &at).await;
    assert_eq!(
        (&acts["acts"][0]["kind"], &acts["acts"][0]["answers"]),
        (&"claim declared".into(), &"N-1".into())
    );

    // By which way, to whom; a person brings it, and the collector says what comes of it.
    let ways = typed(&world, "get advice C-1 case-1").await.unwrap();
    let first = &ways["routes"][0];
    assert_eq!((&first["route"], &first["possible"]), (&"payment order".into(), &true.into()));
    assert_eq!(first["for"], "uncontested, demanded");
    assert_eq!((&first["costs"], &first["brings"]), (&"152.73 EUR".into(), &"654.50 EUR".into()));
    let on = ["--on", "2026-06-15"];
    let case = ["C-1", "case-1"];
    done(&world, &[&["collection", "choose-route"][..], &case, &["agency"], &on].concat()).await;
    let place = [&["collection", "hand-over"][..], &case, &["agency-north"], &on].concat();
    let at = done(&world, &place).await;
    let placed = told(&world, "list placements --collector agency-north", &at).await;
    assert_eq!(placed["placements"][0]["state"], "planned");
    let of = ["C-1", "placement-1"];
    done(&world, &[&["collection", "record-errand"][..], &of, &on].concat()).await;
    let accept = [&["collection", "accept"][..], &of, &["--reference", "D-77"], &on].concat();
    let at = done(&world, &accept).await;
    let cases = told(&world, "list cases --placed true --route agency", &at).await;
    assert_eq!(cases["cases"].as_array().unwrap().len(), 1);

    takes_money_in(&world).await;
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_reminders_did_not_bring_goes_to_a_collector() {
    story(whole_world(1).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_reminders_did_not_bring_goes_to_a_collector_on_a_real_server() {
    let dir = tempfile::tempdir().unwrap();
    let Some(server) = real_server::start(dir.path(), SyncInterval::Always).await else { return };
    let (running, channel) = real_server::process(&server).await;
    let world = World {
        store: running.tenants.store().clone(),
        invoicing: InvoicingServiceClient::new(channel.clone()),
        tenants: TenantServiceClient::new(channel),
        running,
    };
    story(on_the_first(world, 2).await).await;
}

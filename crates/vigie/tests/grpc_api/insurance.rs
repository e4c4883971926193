//! Credit insurance to the end, as it is typed: what would be paid, a claim, its answer, the money, and
//! what comes in afterwards.

use api::{
    collection::{
        self as proto, GetInsuranceClaimRequest, insurance_service_client::InsuranceServiceClient,
    },
    risk::{self as credit, credit_input::Input, risk_service_client::RiskServiceClient},
};
use serde_json::{Value, json};
use tonic::Code;

use super::{
    desk::{typed, words},
    support::{TENANT, World, day, eur, told, whole_world},
};

/// What the insurer wants: it goes by VAT and all, and pays within five months.
const RULES: &str = r#"
version = "insured"
[[insurances]]
policy = "POLICY-1"
extension = { days = 60 }
handover_days = 30
claim_days = 365
waiting = { months = 5 }
recoveries = "as_booked"
"#;

/// Does something that is new, and says where it stands.
async fn done(world: &World, line: &[&str]) -> String {
    let told = words(world, &[line, &["--by", "credit-1"]].concat()).await.unwrap();
    assert_eq!(told["new"], true, "{line:?}: {told}");
    told["position"].as_str().unwrap().to_owned()
}

async fn covered(world: &World, customer: &str) {
    let address = format!("http://{}", world.running.grpc_address);
    let cover = credit::Cover {
        cover_id: "CV-1".into(),
        insurer: "insurer 1".into(),
        policy: "POLICY-1".into(),
        kind: credit::CoverKind::Named.into(),
        amount: Some(eur(10_000_000)),
        quota: Some(api::Decimal { value: "0.9".into() }),
        layer: 1,
        valid_from_date: Some(day("2025-12-01")),
        ..Default::default()
    };
    let request = credit::RecordInputRequest {
        tenant_id: TENANT.into(),
        command: Some(credit::CreditInput {
            customer_id: customer.into(),
            input: Some(Input::Cover(cover)),
        }),
        ..Default::default()
    };
    RiskServiceClient::connect(address).await.unwrap().record_input(request).await.unwrap();
}

/// The worked example: a limit of 100,000, a quota of 90 %, invoices of 60,000 and then 50,000.
async fn example() -> World {
    let mut world = whole_world(1).await;
    let dir = tempfile::tempdir().unwrap();
    let rules = dir.path().join("rules.toml");
    std::fs::write(&rules, RULES).unwrap();
    done(&world, &["collection", "adopt", rules.to_str().unwrap()]).await;
    world.issue("C-1", "F-1", "2026-03-31", 6_000_000).await;
    world.issue("C-1", "F-2", "2026-04-30", 5_000_000).await;
    covered(&world, "C-1").await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_insurer_is_asked_pays_and_shares_what_comes_in() {
    let mut world = example().await;
    let mut pays = Value::Null;
    super::support::until(async || {
        pays = typed(&world, "get indemnity C-1").await.unwrap();
        pays["sums"].as_array().is_some_and(|it| it.len() == 1)
            && pays["parts"][0]["cover"] == "CV-1"
    })
    .await;
    let sum = &pays["sums"][0];
    let is = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    assert_eq!((&sum["indemnity"], &sum["covered"]), (&is("90000.00"), &is("100000.00")));
    assert_eq!((&sum["quota_share"], &sum["over_limit"]), (&is("10000.00"), &is("10000.00")));
    assert_eq!((&sum["self_insured"], &sum["open"]), (&is("20000.00"), &is("110000.00")));
    let parts = pays["parts"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[2]["reason"]), (3, &"over limit".into()));
    // Before the first was issued nothing was open.
    let before = typed(&world, "get indemnity C-1 --effective-on 2025-12-31").await.unwrap();
    assert_eq!(before["parts"], Value::Array(Vec::new()));

    let of = ["C-1", "IC-1"];
    let lines = ["--line", "F-1=60000.00 EUR", "--line", "F-2=40000.00 EUR", "--on", "2026-06-01"];
    let lodge = [&["collection", "lodge-claim"][..], &of, &["--cover", "CV-1", "--cause"]].concat();
    let lodge = [&lodge[..], &["protracted_default", "--proof", "file 7"], &lines].concat();
    let at = done(&world, &lodge).await;
    let again = words(&world, &[&lodge[..], &["--by", "credit-1"]].concat()).await.unwrap();
    assert_eq!(again["new"], false);
    let listed =
        typed(&world, &format!("list insurance-claims --min-position {at}")).await.unwrap();
    let claim = &listed["claims"][0];
    assert_eq!((&claim["state"], &claim["claimed"]), (&"lodged".into(), &is("100000.00")));
    assert_eq!((&claim["pays_by"], &claim["warnings"]), (&"2026-11-01".into(), &Value::Null));

    // What cannot be is refused with its field and reason.
    let more = ["collection", "record-indemnity", "C-1", "IC-1", "IND-1", "--amount"];
    let more = [&more[..], &["100000.01 EUR", "--on", "2026-11-02", "--by", "credit-1"]].concat();
    let refused = words(&world, &more).await.unwrap_err().to_string();
    assert!(
        refused.contains("MORE_THAN_CLAIMED") && refused.contains("100000.00 EUR"),
        "{refused}"
    );
    let none = words(&world, &["collection", "answer-claim", "C-1", "IC-1", "--by", "x"]).await;
    let refused = none.unwrap_err().to_string();
    assert!(refused.contains("why") && refused.contains("required"), "{refused}");

    let on = ["--on", "2026-07-01"];
    let answer = [&["collection", "answer-claim"][..], &of, &["--accepted", "90000.00 EUR"], &on];
    done(&world, &answer.concat()).await;
    let paid = [&["collection", "record-indemnity"][..], &of, &["IND-1", "--amount"]].concat();
    let paid = [&paid[..], &["90000.00 EUR", "--on", "2026-11-02"]].concat();
    done(&world, &paid).await;
    world.pay("C-1", "P-1", "2026-11-10", 1_000_000).await;
    world.day("2026-11-16").await;
    let share = [&["collection", "record-share"][..], &of, &["S-1", "--amount", "5000.00 EUR"]];
    let at = done(&world, &[&share.concat()[..], &["--on", "2026-11-16"]].concat()).await;
    let listed =
        typed(&world, &format!("list insurance-claims --state paid --min-position {at}")).await;
    let claim = listed.unwrap()["claims"][0].clone();
    // Nine parts of ten, less what was passed on.
    assert_eq!((&claim["received"], &claim["owed_to_insurer"]), (&is("10000.00"), &is("4000.00")));
    // On the day before it came, nothing was owed.
    let earlier = typed(&world, "list insurance-claims --effective-on 2026-11-09").await.unwrap();
    assert_eq!(earlier["claims"][0]["owed_to_insurer"], is("0.00"));

    // The file of the claim.
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("file");
    let line = format!("get insurance-claim C-1 IC-1 --out {}", out.display());
    let shown = typed(&world, &line).await.unwrap();
    assert_eq!(shown["lines"][0]["may_write_off"], is("45000.00"));
    let duties = shown["duties"].as_array().unwrap();
    let duty = duties.iter().find(|it| it["duty"] == "indemnity claim").unwrap();
    assert_eq!(
        (&duty["state"], &duty["kept_by"], &duty["on"], &duty["proof"]),
        (&"kept".into(), &"IC-1".into(), &"2026-06-01".into(), &"file 7".into())
    );
    let file: Value =
        serde_json::from_slice(&std::fs::read(out.join("claim.json")).unwrap()).unwrap();
    assert_eq!(file["claim"], shown["claim"]);
    let csv = std::fs::read_to_string(out.join("lines.csv")).unwrap();
    assert!(csv.starts_with("invoice,due,claimed,") && csv.contains("\nF-2,"), "{csv}");
    let receipts = std::fs::read_to_string(out.join("receipts.csv")).unwrap();
    assert!(receipts.contains("P-1,2026-11-10,10000.00 EUR,9000.00 EUR,1000.00 EUR"), "{receipts}");

    let withdraw = [&["collection", "withdraw-claim"][..], &of, &["--number", "S-1"]].concat();
    let at = done(&world, &[&withdraw[..], &["--on", "2026-11-17"]].concat()).await;
    let listed =
        typed(&world, &format!("list insurance-claims --min-position {at}")).await.unwrap();
    assert_eq!(listed["claims"][0]["owed_to_insurer"], is("9000.00"));
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_is_not_known_is_told_so() {
    let world = whole_world(1).await;
    let address = format!("http://{}", world.running.grpc_address);
    let mut client = InsuranceServiceClient::connect(address).await.unwrap();
    let request = GetInsuranceClaimRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        claim_id: "IC-9".into(),
        ..Default::default()
    };
    let status = client.get_insurance_claim(request).await.unwrap_err();
    let (code, reason, _) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::NotFound, "INSURANCE_CLAIM_NOT_FOUND"));
    // Every field that cannot be is named.
    let command = proto::LodgeInsuranceClaim {
        customer_id: "C-1".into(),
        claim_id: "IC 1".into(),
        cover_id: "CV-1".into(),
        lines: vec![proto::ClaimedInvoice { invoice_id: "F-1".into(), amount: None }],
        lodged_by: "credit-1".into(),
        ..Default::default()
    };
    let request = proto::LodgeInsuranceClaimRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    };
    let status = client.lodge_insurance_claim(request).await.unwrap_err();
    let (code, _, details) = told(&status);
    let fields = details.bad_request().unwrap().field_violations.iter();
    let fields: Vec<_> = fields.map(|it| it.field.as_str()).collect();
    assert_eq!(code, Code::InvalidArgument);
    assert_eq!(
        fields,
        ["command.claim_id", "command.cause", "command.lodge_date", "command.lines[0].amount"]
    );
    world.running.stop().await.unwrap();
}

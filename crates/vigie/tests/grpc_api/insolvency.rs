//! A customer is wound up, as it is typed: what is declared, what is other afterwards, the plan, the tax.

use api::{
    collection::{GetClaimDeclarationRequest, insolvency_service_client::InsolvencyServiceClient},
    invoicing::{self as proto, IssueInvoiceRequest},
    risk as credit,
};
use serde_json::Value;
use tonic::Code;

use super::{
    desk::{policy, typed, words},
    support::{TENANT, World, day, eur, invoice_data, until, whole_world, writing_world},
};

async fn done(world: &World, line: &str) -> String {
    let told = words(world, &line.split(' ').chain(["--by", "credit-1"]).collect::<Vec<_>>()).await;
    let told = told.unwrap();
    assert_eq!(told["new"], true, "{line}: {told}");
    told["position"].as_str().unwrap().to_owned()
}

async fn taxed(world: &mut World, invoice: &str, issued: &str, due: &str, cents: i64, tax: i64) {
    let command = proto::InvoiceData {
        issue_date: Some(day(issued)),
        tax: Some(eur(tax)),
        ..invoice_data("C-1", invoice, due, cents)
    };
    let request = IssueInvoiceRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    };
    world.invoicing.issue_invoice(request).await.unwrap();
}

/// What is told once the judgment was heard.
async fn heard(world: &World, question: &str) -> Value {
    let mut last = Value::Null;
    until(async || match typed(world, question).await {
        Ok(told) => {
            last = told;
            true
        }
        Err(_) => false,
    })
    .await;
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_declared_its_plan_followed_and_its_tax_taken_back() {
    let mut world = whole_world(1).await;
    done(&world, &format!("collection adopt {}", policy("collection-france.toml"))).await;
    taxed(&mut world, "F-1", "2026-03-02", "2026-04-01", 1_200_000, 200_000).await;
    taxed(&mut world, "F-2", "2026-05-20", "2026-06-19", 60_000, 10_000).await;
    taxed(&mut world, "F-3", "2026-06-04", "2026-07-04", 24_000, 4_000).await;
    world
        .published("C-1", "N-1", credit::NoticeKind::Receivership, "2026-06-04", "2026-06-10")
        .await;
    world.day("2026-06-15").await;

    let told = heard(&world, "get declaration C-1 N-1").await;
    assert_eq!((&told["total"], &told["last_day"]), (&"12600.00 EUR".into(), &"2026-08-10".into()));
    let lines = told["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["invoice"], &lines[0]["was_due"], &lines[1]["to_fall_due"]),
        (&"F-1".into(), &"12000.00 EUR".into(), &"600.00 EUR".into())
    );
    assert_eq!(told["later"][0]["invoice"], "F-3");
    assert_eq!(told["differences"], Value::Array(Vec::new()));

    // It is declared; then a payment from before the judgment becomes known.
    let declared = "collection record-act C-1 A-1 claim_declared --notice N-1 --on 2026-06-15";
    let line = declared.split(' ').chain(["--amount", "12600.00 EUR", "--by", "credit-1"]);
    words(&world, &line.collect::<Vec<_>>()).await.unwrap();
    world.pay("C-1", "P-1", "2026-06-01", 300_000).await;
    let mut told = Value::Null;
    until(async || {
        told = typed(&world, "get declaration C-1 N-1").await.unwrap();
        told["differences"].as_array().is_some_and(|it| it.len() == 1)
    })
    .await;
    assert_eq!(
        (&told["declared"], &told["total"]),
        (&"12600.00 EUR".into(), &"9600.00 EUR".into())
    );
    let other = &told["differences"][0];
    assert_eq!(
        (&other["about"], &other["change"]["amount"]),
        (&"invoice F-1".into(), &"-3000.00".into())
    );

    // A plan pays half of it in two years, and waives the rest: the tax on that can be taken back.
    let plan = "collection record-act C-1 A-2 insolvency_plan_adopted --notice N-1 --on 2026-06-15";
    let at =
        done(&world, &format!("{plan} --dividend 2027-06-15=25 --dividend 2028-06-15=25")).await;
    let question = format!("get insolvency-plans C-1 --min-position {at}");
    let plans = typed(&world, &format!("{question} --effective-on 2027-06-20")).await.unwrap();
    assert_eq!(plans["dividends"][0]["amount"]["amount"], "3150.00");
    assert_eq!(plans["dividends"][0]["days_late"], 5);
    assert_eq!(plans["plans"][0]["waived"]["amount"], "6300.00");
    let relief = typed(&world, "get vat-relief C-1").await.unwrap();
    assert_eq!(relief["lines"][0]["ground"], "plan");
    assert_eq!(relief["lines"][0]["to_relieve"]["amount"], "750.00");
    assert_eq!((&relief["lines"][0]["ready"], &relief["ready"]), (&false.into(), &Value::Null));
    assert!(relief["lines"][0]["missing"].as_str().unwrap().contains("duplicate"), "{relief}");

    // The plan fails and the customer is wound up: all of the tax, once it was told so.
    done(
        &world,
        "collection record-act C-1 A-3 insolvency_plan_resolved --notice N-1 --on 2026-06-15",
    )
    .await;
    world
        .published("C-1", "N-2", credit::NoticeKind::Liquidation, "2026-06-15", "2026-06-15")
        .await;
    let sent =
        "collection record-act C-1 A-4 duplicate_sent --invoice F-1 --invoice F-2 --on 2026-06-15";
    let at = done(&world, sent).await;
    let mut relief = Value::Null;
    until(async || {
        relief = typed(&world, &format!("get vat-relief C-1 --min-position {at}")).await.unwrap();
        relief["lines"][0]["ground"] == "liquidation"
    })
    .await;
    // 9 000 of 12 000, 600, and 240 of which the customer was not told.
    assert_eq!(relief["ready"], "1600.00 EUR");
    assert_eq!(relief["lines"].as_array().unwrap().len(), 3);
    // What was declared after the first judgment is not declared again.
    let told = typed(&world, "get declaration C-1 N-2").await.unwrap();
    assert_eq!(
        (&told["total"], &told["lines"][0]["invoice"]),
        (&"240.00 EUR".into(), &"F-3".into())
    );
    assert_eq!(told["beside"].as_array().unwrap().len(), 2);

    // As it was known, and as it was: before the payment the claim was larger.
    let then = typed(&world, "get declaration C-1 N-1 --effective-on 2026-06-03").await;
    assert!(then.unwrap_err().to_string().contains("JUDGMENT_NOT_FOUND"));
    let address = format!("http://{}", world.running.grpc_address);
    let mut client = InsolvencyServiceClient::connect(address).await.unwrap();
    let request = GetClaimDeclarationRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        notice_id: "N-1".into(),
        addressee_lines: vec![" ".into()],
        ..Default::default()
    };
    let refused = client.get_claim_declaration(request.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("addressee_lines"), "{refused}");
    // Without a company file nobody knows who writes, and nothing is written.
    let on_paper =
        GetClaimDeclarationRequest { with_pdf: true, addressee_lines: Vec::new(), ..request };
    let refused = client.get_claim_declaration(on_paper).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    world.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn papers_are_written_with_the_same_as_json_and_csv() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = writing_world(dir.path()).await;
    taxed(&mut world, "F-1", "2026-03-02", "2026-04-01", 1_200_000, 200_000).await;
    world
        .published("C-1", "N-1", credit::NoticeKind::Liquidation, "2026-06-04", "2026-06-10")
        .await;
    world.day("2026-06-15").await;
    heard(&world, "get declaration C-1 N-1").await;
    let out = dir.path().join("out");
    let folder = out.to_str().unwrap();
    let line = ["get", "declaration", "C-1", "N-1", "--out", folder, "--to", "Cabinet Exemple"];
    let told = words(&world, &line).await.unwrap();
    let relief = words(&world, &["get", "vat-relief", "C-1", "--out", folder]).await.unwrap();
    for (told, name) in [(&told, "declaration-C-1-N-1"), (&relief, "vat-relief-C-1")] {
        let read = |form: &str| std::fs::read(out.join(format!("{name}.{form}"))).unwrap();
        assert!(read("pdf").starts_with(b"%PDF-"), "{told}");
        let kept: Value = serde_json::from_slice(&read("json")).unwrap();
        assert_eq!(kept["lines"], told["lines"]);
        let csv = String::from_utf8(read("csv")).unwrap();
        assert!(csv.lines().nth(1).unwrap().starts_with("F-1,"), "{csv}");
        assert_eq!(told["pdf"], out.join(format!("{name}.pdf")).display().to_string());
    }
    world.running.stop().await.unwrap();
}

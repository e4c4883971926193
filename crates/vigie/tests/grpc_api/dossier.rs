//! What a collector is given of a case: all of it, adding up, and to nobody else.

use std::path::Path;

use api::{
    collection::{
        DossierFormat, DossierHead, GetCasesRequest, GetDossierRequest,
        collection_service_client::CollectionServiceClient,
        dossier_service_client::DossierServiceClient, get_dossier_request::Of,
    },
    invoicing as proto,
};
use dossier::{Dossier, PublicKey, SecretKey, open};
use money::Money;
use tonic::{Code, Status};

use super::{
    desk::{policy, typed, words},
    keys::key,
    support::{TENANT, World, day, eur, told, until, world_of_companies},
};

const COMPANY: &str = r#"
name = "Fournitures du Port"
address = ["3 quai des Grues", "76600 Le Havre"]
iban = "FR76 3000 6000 0112 3456 7890 189"
language = "fr"
"#;

/// One reminder, which asks for interest, and five days after it there is nothing left.
const REMINDERS: &str = r#"
version = "short"
[interest]
jurisdiction = "FR"
basis = "default"
[[ladders]]
name = "usual"
scope = "tenant"
exhausted_after_days = 5
levels = [{ offset_days = 5, tone = "final", channels = ["letter"], approval = "by_person" }]
"#;

async fn done(world: &World, line: &str) -> String {
    let told = typed(world, &format!("{line} --by credit-1")).await.unwrap();
    assert_eq!(told["new"], true, "{line}: {told}");
    told["position"].as_str().unwrap().to_owned()
}

/// A dossier, as whoever asks is answered.
async fn get(
    world: &World,
    of: Of,
    format: DossierFormat,
    collector: &str,
) -> Result<(DossierHead, Vec<u8>), Status> {
    let address = format!("http://{}", world.running.grpc_address);
    let mut client = DossierServiceClient::connect(address).await.unwrap();
    let request = GetDossierRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        of: Some(of),
        format: format.into(),
        collector: collector.into(),
        min_position: None,
    };
    let mut pieces = client.get_dossier(request).await?.into_inner();
    let (mut head, mut content) = (None, Vec::new());
    while let Some(piece) = pieces.message().await? {
        head = head.or(piece.head);
        content.extend(piece.content);
    }
    let head = head.unwrap();
    assert_eq!(usize::try_from(head.size_bytes).unwrap(), content.len());
    Ok((head, content))
}

fn of_case() -> Of {
    Of::CaseId("case-1".into())
}

async fn json(world: &World, collector: &str) -> Result<Dossier, Status> {
    let (_, content) = get(world, of_case(), DossierFormat::Json, collector).await?;
    Ok(serde_json::from_slice(&content).unwrap())
}

/// A customer with a name, terms of sale, three invoices, a payment and a contest.
async fn history(world: &mut World) {
    let register = proto::CustomerData {
        customer_id: "C-1".into(),
        siren: "552100554".into(),
        contact: Some(proto::Contact {
            name: "Ateliers Lune".into(),
            address_lines: vec!["1 rue du Four".into(), "75006 Paris".into()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let request = proto::RegisterCustomerRequest {
        tenant_id: TENANT.into(),
        command: Some(register),
        ..Default::default()
    };
    world.invoicing.register_customer(request).await.unwrap();
    let terms = proto::RegisterTerms {
        version: "CGV-1".into(),
        document_hash: "0f".repeat(32),
        from_date: Some(day("2025-01-01")),
        reservation_of_title: true,
        ..Default::default()
    };
    let request = proto::RegisterTermsRequest {
        tenant_id: TENANT.into(),
        command: Some(terms),
        ..Default::default()
    };
    world.invoicing.register_terms(request).await.unwrap();
    world.issue("C-1", "F-1", "2026-05-15", 119_000).await;
    world.issue("C-1", "F-2", "2026-05-15", 60_000).await;
    world.pay("C-1", "P-1", "2026-05-20", 60_000).await;
    let dispute = proto::OpenDispute {
        customer_id: "C-1".into(),
        dispute_id: "D-1".into(),
        invoice_id: "F-1".into(),
        amount: Some(eur(9_000)),
        reason: proto::DisputeReason::Price.into(),
        open_date: Some(day("2026-05-28")),
        ..Default::default()
    };
    let request = proto::OpenDisputeRequest {
        tenant_id: TENANT.into(),
        command: Some(dispute),
        ..Default::default()
    };
    world.invoicing.open_dispute(request).await.unwrap();
}

/// From the first invoice to a case that is to be handed over.
async fn case(world: &mut World, dir: &Path) {
    let reminders = dir.join("reminders.toml");
    std::fs::write(&reminders, REMINDERS).unwrap();
    done(world, &format!("collection adopt {}", policy("collection-france.toml"))).await;
    // Nobody is reminded before all of it is known.
    history(world).await;
    done(world, &format!("dunning adopt {}", reminders.display())).await;
    world.day("2026-06-02").await;
    until(async || {
        let told = typed(world, "list reminders").await.unwrap();
        told["reminders"].as_array().is_some_and(|it| it.len() == 1)
    })
    .await;
    done(world, "dunning approve C-1 reminder-1 --on 2026-06-02").await;
    done(world, "dunning record-sending C-1 reminder-1 --on 2026-06-02 --proof RK-123").await;
    world.day("2026-06-15").await;
    until(async || {
        let told = typed(world, "list cases").await.unwrap();
        told["cases"].as_array().is_some_and(|it| it.len() == 1)
    })
    .await;
    let act = "collection record-act C-1 A-1 formal_demand --case case-1 --on 2026-06-05";
    done(world, act).await;
    done(world, "collection choose-route C-1 case-1 agency --on 2026-06-15").await;
    done(world, "collection hand-over C-1 case-1 agency-north --on 2026-06-15").await;
}

/// What is said of the case elsewhere is what the dossier says.
async fn agrees_with_the_case(world: &World, it: &Dossier) {
    let address = format!("http://{}", world.running.grpc_address);
    let mut client = CollectionServiceClient::connect(address).await.unwrap();
    let request = GetCasesRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        ..Default::default()
    };
    let cases = client.get_cases(request).await.unwrap().into_inner().cases;
    let sum = &cases[0].sums[0];
    let amount = |it: &Option<api::Money>| {
        let it = it.as_ref().unwrap();
        let cents = it.units * 100 + i64::from(it.nanos / 10_000_000);
        Money::new(cents, money::Currency::EUR)
    };
    let total = &it.totals[0];
    let disputed = it.receivables[0].disputed;
    assert_eq!(total.principal.plus(disputed).unwrap(), amount(&sum.open_amount));
    assert_eq!(total.interest, amount(&sum.interest_amount));
    assert_eq!(total.accessories, amount(&sum.fixed_sum_amount));
    it.check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_is_given_all_that_belongs_to_a_case_and_nobody_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let (tenant_secret, tenant_public) = key("acme", 1);
    let (agency_secret, agency_public) = key("north", 2);
    std::fs::write(dir.path().join("acme.toml"), COMPANY).unwrap();
    let mut world = world_of_companies(dir.path()).await;
    case(&mut world, dir.path()).await;

    // All of it, and it adds up with what is said of the case elsewhere.
    let it = json(&world, "").await.unwrap();
    agrees_with_the_case(&world, &it).await;
    let total = &it.totals[0];
    assert_eq!(total.principal.to_string(), "1100.00 EUR");
    assert!(total.interest.is_positive(), "{total:?}");
    assert_eq!(total.accessories.to_string(), "40.00 EUR");
    let receivable = &it.receivables[0];
    assert_eq!((receivable.invoice.as_str(), it.receivables.len()), ("F-1", 1));
    let sources = receivable.interest_lines[0].sources.join("; ");
    assert!(sources.contains("L441-10"), "{receivable:?}");
    assert_eq!((it.customer.name.as_str(), it.customer.address.len()), ("Ateliers Lune", 2));
    assert_eq!(it.mandate.insurance, "liability 77-1");
    assert_eq!(it.mandate.clauses.len(), 5);
    assert_eq!(it.statement[0].lines.len(), 3);
    assert_eq!((it.terms[0].version.as_str(), it.terms[0].reservation_of_title), ("CGV-1", true));
    assert_eq!(
        (it.disputes[0].reason.as_str(), it.acts[0].kind.as_str()),
        ("price", "formal_demand")
    );
    let reminder = &it.contacts[0];
    assert_eq!((reminder.said.as_str(), reminder.level), ("final", Some(1)));
    assert_eq!(reminder.sending.as_ref().unwrap().proof.as_deref(), Some("RK-123"));
    assert!(it.rights.iter().any(|it| it.kind == "prescription"), "{:?}", it.rights);
    assert_eq!((it.placement.handed_over_on, it.placement.told.len()), (None, 0));

    // What a person gives up is not asked for, by a collector either.
    let before = it.totals[0].interest;
    let given_up = ["dunning", "waive", "C-1", "F-1", "--interest", "1.50 EUR", "--by", "credit-1"];
    words(&world, &[&given_up[..], &["--on", "2026-06-15"]].concat()).await.unwrap();
    let one_fifty = "1.50 EUR".parse().unwrap();
    until(async || json(&world, "").await.unwrap().totals[0].interest != before).await;
    let it = json(&world, "").await.unwrap();
    assert_eq!(it.totals[0].interest, before.minus(one_fifty).unwrap());
    assert_eq!(it.receivables[0].interest_waived, Some(one_fifty));
    agrees_with_the_case(&world, &it).await;

    // Nobody but the tenant before it was handed over.
    let told_to = async |collector: &str| json(&world, collector).await;
    let status = told_to("agency-north").await.unwrap_err();
    assert_eq!((told(&status).0, told(&status).1.as_str()), (Code::NotFound, "CASE_NOT_FOUND"));
    done(&world, "collection record-errand C-1 placement-1 --on 2026-06-15").await;
    until(async || told_to("agency-north").await.is_ok()).await;
    let status = told_to("office-south").await.unwrap_err();
    assert_eq!(told(&status).0, Code::NotFound, "another collector");
    let after = told_to("agency-north").await.unwrap();
    assert_eq!(after.placement.handed_over_on, Some("2026-06-15".parse().unwrap()));
    let said = &after.placement.told[0];
    let asked = &after.receivables[0];
    assert_eq!(
        (said.principal, said.interest, said.fixed_sum),
        (asked.principal, asked.interest, asked.fixed_sum),
        "what the collector was told on this day"
    );

    // Sealed: nothing without keys, and what is missing is named.
    let of = || Of::PlacementId("placement-1".into());
    let sealed = async || get(&world, of(), DossierFormat::Sealed, "agency-north").await;
    let status = sealed().await.unwrap_err();
    assert_eq!(told(&status).1, "DOSSIER_UNSEALED");
    assert!(status.message().contains("dossier.key_file"), "{status:?}");
    let signs = format!("{COMPANY}\n[dossier]\nkey_file = \"acme.key\"\n");
    std::fs::write(dir.path().join("acme.toml"), signs).unwrap();
    std::fs::write(dir.path().join("acme.key"), &tenant_secret).unwrap();
    let status = sealed().await.unwrap_err();
    assert!(status.message().contains("collectors/agency-north.asc"), "{status:?}");
    std::fs::create_dir(dir.path().join("collectors")).unwrap();
    std::fs::write(dir.path().join("collectors/agency-north.asc"), &agency_public).unwrap();
    let (head, content) = sealed().await.unwrap();
    assert_eq!(head.file_name, "C-1-placement-1-dossier.zip.gpg");
    let agency = SecretKey::read("north", agency_secret.as_bytes(), "").unwrap();
    let tenant = PublicKey::read("acme", tenant_public.as_bytes()).unwrap();
    let opened = open(&content, &agency, &tenant).unwrap();
    let (_, plain) = get(&world, of(), DossierFormat::Archive, "").await.unwrap();
    assert_eq!(opened.bytes, plain, "what was sealed is the archive");

    // As a person has it written.
    let out = dir.path().join("out");
    let line = ["get", "dossier", "C-1", "case-1", "--out", out.to_str().unwrap()];
    let shown = words(&world, &line).await.unwrap();
    assert_eq!(shown["totals"][0]["principal"], "1100.00");
    assert_eq!(shown["files"].as_array().unwrap().len(), 3);
    let pdf = std::fs::read(out.join("C-1-placement-1-dossier.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(std::fs::read(out.join("C-1-placement-1-dossier.zip")).unwrap(), plain);
    words(&world, &[&line[..], &["--sealed"]].concat()).await.unwrap();
    assert!(out.join("C-1-placement-1-dossier.zip.gpg").exists());

    // Asked back, it is the tenant's alone again.
    done(&world, "collection recall C-1 placement-1 --on 2026-06-15").await;
    until(async || told_to("agency-north").await.is_err()).await;
    assert!(told_to("").await.is_ok());
    world.running.stop().await.unwrap();
}

//! Rules of law that a tenant chooses: orders of settlement, and limits of terms.

use api::{
    dunning::{self, dunning_service_client::DunningServiceClient},
    invoicing::{self as proto, AllocationRule, TermsKind, Waterfall},
};
use clap::Parser as _;
use vigie::cli::Cli;

use super::support::{TENANT, World, day, eur, told, whole_world, world};

async fn adopt(world: &mut World, change: impl FnOnce(&mut proto::Policy)) {
    let mut command = proto::Policy {
        terms: "30 days".into(),
        waterfall: Waterfall::OldestDue.into(),
        ..Default::default()
    };
    change(&mut command);
    let request = proto::AdoptPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    };
    assert!(world.invoicing.adopt_policy(request).await.unwrap().into_inner().changed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_allocation_says_by_which_order_it_came() {
    for (waterfall, rule) in [
        (Waterfall::OldestDue, AllocationRule::Waterfall),
        (Waterfall::Statutory, AllocationRule::Statutory),
        (Waterfall::InsurerOldest, AllocationRule::InsurerOldest),
    ] {
        let mut world = world(1).await;
        adopt(&mut world, |it| it.waterfall = waterfall.into()).await;
        world.issue("C-1", "F-1", "2026-03-31", 100_000).await;
        world.issue("C-1", "F-2", "2026-04-30", 100_000).await;
        let paid = world.pay("C-1", "P-1", "2026-05-31", 40_000).await;
        let allocated: Vec<_> =
            paid.allocations.iter().map(|it| (it.invoice_id.as_str(), it.rule())).collect();
        assert_eq!(allocated, [("F-1", rule)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_above_the_limit_are_warned_about_wherever_the_invoice_is_shown() {
    let mut world = world(1).await;
    let france =
        |kind: TermsKind| Some(proto::TermsLaw { jurisdiction: "FR".into(), kind: kind.into() });
    adopt(&mut world, |it| it.terms_law = france(TermsKind::Unspecified)).await;
    // Of 1 January: the last day is 60 days later, or 45 days and the end of that month.
    let long = world.issue("C-1", "F-1", "2026-04-30", 100_000).await;
    let warning = long.terms_warning.unwrap();
    assert!(long.changed);
    assert_eq!(warning.latest_date, Some(day("2026-03-17")));
    assert_eq!((warning.excess_days, warning.limit_days, warning.end_of_month), (44, 45, true));
    assert!(warning.source.contains("L441-10") && warning.jurisdiction == "FR");
    let lawful = world.issue("C-1", "F-2", "2026-03-01", 100_000).await;
    assert_eq!(lawful.terms_warning, None);

    let request = proto::GetInvoiceRequest {
        tenant_id: TENANT.into(),
        invoice_id: "F-1".into(),
        ..Default::default()
    };
    let shown = world.invoicing.get_invoice(request).await.unwrap().into_inner();
    assert_eq!(shown.invoice.unwrap().terms_warning.as_ref(), Some(&warning));
    let mut request =
        proto::ListOpenItemsRequest { tenant_id: TENANT.into(), ..Default::default() };
    let all = world.invoicing.list_open_items(request.clone()).await.unwrap().into_inner();
    let warned =
        all.open_items.iter().map(|it| (it.invoice_id.as_str(), it.terms_warning.is_some()));
    assert_eq!(warned.collect::<Vec<_>>(), [("F-2", false), ("F-1", true)]);
    request.terms_too_long_only = true;
    let some = world.invoicing.list_open_items(request).await.unwrap().into_inner();
    assert_eq!((some.open_items.len(), some.total_size), (1, 1));

    let server = format!("http://{}", world.running.grpc_address);
    let line = format!(
        "vigie list open-items --terms-too-long --server {server} --tenant {TENANT} --output json"
    );
    let command = Cli::try_parse_from(line.split(' ')).unwrap().command;
    let said: serde_json::Value = serde_json::from_str(&command.answer().await.unwrap()).unwrap();
    assert_eq!(said["open_items"].as_array().unwrap().len(), 1);
    assert_eq!(said["open_items"][0]["terms_excess_days"], 44);

    let wrong = proto::AdoptPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::Policy {
            terms: "30 days".into(),
            waterfall: Waterfall::Hold.into(),
            terms_law: Some(proto::TermsLaw { jurisdiction: "XX".into(), kind: 0 }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let status = world.invoicing.adopt_policy(wrong).await.unwrap_err();
    let details = told(&status).2;
    let violation = &details.bad_request().unwrap().field_violations[0];
    assert_eq!(violation.field, "command.terms_law.jurisdiction");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_keeps_the_terms_of_sale_it_was_issued_under() {
    let mut world = world(2).await;
    let terms = |version: &str, from: &str, customer: &str| proto::RegisterTermsRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RegisterTerms {
            customer_id: customer.into(),
            version: version.into(),
            document_hash: "0f".repeat(32),
            from_date: Some(day(from)),
            reservation_of_title: true,
            penalty_rate_percent: Some(api::Decimal { value: "12.5".into() }),
            ..Default::default()
        }),
        ..Default::default()
    };
    for (version, from, customer, changed) in [
        ("CGV-1", "2025-01-01", "", true),
        ("CGV-1", "2025-01-01", "", false),
        ("CGV-2", "2026-02-01", "", true),
        ("OWN", "2026-01-01", "C-2", true),
    ] {
        let answer = world.invoicing.register_terms(terms(version, from, customer)).await.unwrap();
        assert_eq!(answer.into_inner().changed, changed, "{version}");
    }
    for (customer, invoice) in [("C-1", "F-1"), ("C-2", "F-2")] {
        world.issue(customer, invoice, "2026-03-31", 100_000).await;
    }
    for (invoice, version) in [("F-1", "CGV-1"), ("F-2", "OWN")] {
        let request = proto::GetInvoiceRequest {
            tenant_id: TENANT.into(),
            invoice_id: invoice.into(),
            ..Default::default()
        };
        let shown = world.invoicing.get_invoice(request).await.unwrap().into_inner();
        let shown = shown.invoice.unwrap();
        assert_eq!(shown.data.unwrap().terms_version, version);
        let agreed = shown.terms_of_sale.unwrap();
        assert!(agreed.reservation_of_title && agreed.version == version);
        assert_eq!(agreed.penalty_rate_percent.unwrap().value, "12.5");
    }
    let mut asked = proto::GetTermsRequest { tenant_id: TENANT.into(), ..Default::default() };
    let brief = |it: &proto::GetTermsResponse| {
        let one = |it: &proto::RegisteredTerms| {
            (it.terms.clone().unwrap_or_default().version, it.in_force)
        };
        it.terms.iter().map(one).collect::<Vec<_>>()
    };
    let known = |versions: &[(&str, bool)]| {
        versions.iter().map(|(it, holds)| ((*it).to_owned(), *holds)).collect::<Vec<_>>()
    };
    let all = world.invoicing.get_terms(asked.clone()).await.unwrap().into_inner();
    assert_eq!(brief(&all), known(&[("CGV-1", false), ("CGV-2", true)]));
    asked.customer_id = "C-2".into();
    let own = world.invoicing.get_terms(asked).await.unwrap().into_inner();
    assert_eq!(brief(&own), known(&[("CGV-1", false), ("CGV-2", false), ("OWN", true)]));

    let server = format!("http://{}", world.running.grpc_address);
    let line = format!("vigie get terms --server {server} --tenant {TENANT} --output json");
    let command = Cli::try_parse_from(line.split(' ')).unwrap().command;
    let said: serde_json::Value = serde_json::from_str(&command.answer().await.unwrap()).unwrap();
    assert_eq!(
        (&said["terms"][1]["version"], &said["terms"][1]["in_force"]),
        (&"CGV-2".into(), &true.into())
    );

    let data = super::support::invoice_data("C-1", "F-3", "2026-03-31", 100);
    let unknown = proto::IssueInvoiceRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::InvoiceData { terms_version: "CGV-9".into(), ..data }),
        ..Default::default()
    };
    let status = world.invoicing.issue_invoice(unknown).await.unwrap_err();
    assert_eq!(told(&status).1, "TERMS_NOT_FOUND");
}

/// What the command line answers, as JSON.
async fn says(world: &World, line: &str) -> Result<serde_json::Value, String> {
    let server = format!("http://{}", world.running.grpc_address);
    let line = format!("vigie {line} --server {server} --tenant {TENANT} --output json");
    let command = Cli::try_parse_from(line.split(' ')).unwrap().command;
    let said = command.answer().await.map_err(|it| it.to_string())?;
    Ok(serde_json::from_str(&said).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_registered_by_the_command_line_are_what_late_invoices_bear_in_every_partition() {
    let mut world = whole_world(2).await;
    let address = format!("http://{}", world.running.grpc_address);
    let mut desk = DunningServiceClient::connect(address).await.unwrap();
    let interest =
        dunning::InterestRules { jurisdiction: "FR".into(), basis: "default".into(), rate: None };
    let adopt = dunning::AdoptDunningPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(dunning::DunningPolicy {
            version: "v1".into(),
            interest: Some(interest),
            ..Default::default()
        }),
        ..Default::default()
    };
    desk.adopt_dunning_policy(adopt).await.unwrap();

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/policies/terms.toml");
    let first = says(&world, &format!("terms register {file}")).await.unwrap();
    assert_eq!((&first["terms"], &first["new"]), (&"CGV-2026".into(), &true.into()));
    let again = says(&world, &format!("terms register {file}")).await.unwrap();
    assert_eq!(again["new"], false);
    // Under the same name others are refused, and so is what cannot be, by the name of the field.
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.toml");
    let text = std::fs::read_to_string(file).unwrap();
    for (rate, field) in [("\"16\"", "penalty_rate_percent"), ("\"0\"", "penalty_rate_percent")] {
        std::fs::write(&other, text.replace("\"15\"", rate)).unwrap();
        let refused = says(&world, &format!("terms register {}", other.display())).await;
        let refused = refused.unwrap_err();
        assert!(refused.contains(field), "{refused}");
    }
    // Customers of either partition: 10,000 x 15 % x 32 / 365, and no row of law.
    for customer in ["C-1", "C-2", "C-3", "C-4"] {
        let invoice = format!("F-{customer}");
        let issued = world.issue(customer, &invoice, "2026-04-30", 1_000_000).await;
        let asked = dunning::GetChargesRequest {
            tenant_id: TENANT.into(),
            customer_id: customer.into(),
            min_position: issued.position,
            ..Default::default()
        };
        let answer = desk.get_charges(asked).await.unwrap().into_inner();
        let [it] = answer.charges.as_slice() else { panic!("{answer:?}") };
        assert_eq!(it.interest_amount, Some(eur(13_151)), "{customer}");
        assert_eq!(it.fixed_sum_amount, Some(eur(4_000)));
        assert_eq!(it.terms_version, "CGV-2026");
        assert_eq!(it.agreed_rate_percent.as_ref().unwrap().value, "15");
        assert!(it.interest_lines[0].rules.is_empty());
    }
    let shown = says(&world, "get charges C-1").await.unwrap();
    assert_eq!(shown["interest"][0]["source"], "CGV-2026: 15 %");
}
